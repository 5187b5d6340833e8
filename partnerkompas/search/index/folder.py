"""A folder with indexes: which one counts, what belongs to it, and who may write.

LOCK        held by the one who writes
CURRENT     the name of the folder in use
words-…/    an index: one file for each segment, Whoosh's table of contents, and
MANIFEST    what the index knows and a checksum of each of its files: the commit. What it does not name is not there.
"""

import errno
import json
import os
import re
import shutil
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import date
from hashlib import blake2b
from pathlib import Path
from typing import Any

from whoosh.util.filelock import FileLock

from partnerkompas.search.index.document import NUMBERS, VERSION, Applied

LOCK, CURRENT, MANIFEST = "LOCK", "CURRENT", "MANIFEST"
_NAME = re.compile(r"words-[A-Za-z0-9_]{1,40}")
_FILE = re.compile(r"(MAIN_[0-9a-z]{1,40}\.seg|_MAIN_[0-9]{1,18}\.toc)")
_SETTLED_NS = 100_000_000
"""A file that was written this long before is known by its time: clocks of file systems tick slowly."""


class IndexBusy(RuntimeError):
    """Somebody else is writing; what waits will be applied later."""


class IndexUnusable(RuntimeError):
    """There is no index that can be updated: make one."""


class IndexUnwritable(RuntimeError):
    """The disk is full, or the folder may not be written. What was there can still be read."""


@dataclass(frozen=True, slots=True)
class Manifest:
    """What an index is made of and what it knows."""

    generation: int
    applied: Applied
    files: dict[str, str]
    """Name and checksum."""

    @property
    def toc(self) -> str:
        """The file with Whoosh's table of contents."""
        return f"_MAIN_{self.generation}.toc"


@contextmanager
def alone(folder: Path, *, wait: bool = False) -> Iterator[None]:
    """Be the only one, of all threads and processes, that writes. Raises IndexBusy, unless told to wait."""
    with writable():
        make_folder(folder)
        lock, free = _acquired(folder / LOCK, wait)
    if not free:
        raise IndexBusy("somebody else is writing")
    try:
        yield
    finally:
        lock.release()


def _acquired(path: Path, wait: bool) -> tuple[FileLock, bool]:
    """A lock, and whether it is ours now."""
    _make_way(path)
    lock = FileLock(str(path))
    try:
        return lock, lock.acquire(blocking=wait)
    except PermissionError:
        if os.name == "nt":
            raise
        lock = _TheirLock(str(path))
        return lock, lock.acquire(blocking=wait)


class _TheirLock(FileLock):
    """A lock in a file of another user, which we may only read: that is enough to hold it."""

    fd: int | None

    def acquire(self, blocking: bool = False) -> bool:
        import fcntl  # not on every system

        handle = os.open(self.filename, os.O_RDONLY)
        try:
            fcntl.flock(handle, fcntl.LOCK_EX if blocking else fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            os.close(handle)
            return False
        self.fd = handle
        return True


def make_folder(path: Path) -> None:
    """Make a folder if there is none, also where a file has its name: all in here can be made again. OSError if not."""
    if path.is_file() and not path.is_symlink():
        path.unlink()
    path.mkdir(parents=True, exist_ok=True)


def _make_way(path: Path) -> None:
    """Remove a folder that stands where a file must be."""
    if path.is_dir() and not path.is_symlink():
        shutil.rmtree(path)


@contextmanager
def writable() -> Iterator[None]:
    """Say of any error of the disk that it is one: IndexUnwritable."""
    try:
        yield
    except OSError as error:
        raise IndexUnwritable(f"the index cannot be written: {error}") from error


def current(folder: Path) -> str:
    """The name of the index in use; "" when there is none, or it names something else."""
    try:
        name = (folder / CURRENT).read_text().strip()
    except (OSError, UnicodeDecodeError):
        return ""
    return name if _NAME.fullmatch(name) else ""


def read_manifest(made: Path) -> Manifest | None:
    """What an index says it is; None when that cannot be read, is not whole, or is of another version."""
    try:
        told = _told(made)
        if told["version"] != VERSION:
            return None
        number, day, lexicon, told_at = told["applied"]
        applied = Applied(int(number), date.fromisoformat(day), str(lexicon), str(told_at))
        manifest = Manifest(int(told["generation"]), applied, dict(told["files"]))
    except _UNREADABLE:
        return None
    return manifest if manifest.toc in manifest.files and all(map(_FILE.fullmatch, manifest.files)) else None


_UNREADABLE = (OSError, ValueError, TypeError, KeyError, AttributeError, RecursionError)
"""What reading a file may raise that somebody damaged."""


def _told(made: Path) -> dict[str, Any]:
    """What stands in a manifest. Raises one of _UNREADABLE."""
    told: dict[str, Any] = json.loads((made / MANIFEST).read_text())
    if told.pop("check") != check_of(told):
        raise ValueError("not as it was written")
    return told


def is_newer(folder: Path) -> bool:
    """Whether a newer version of this program made the index in use."""
    try:
        numbers = str(_told(folder / current(folder))["version"]).partition("-")[0]
        return tuple(map(int, numbers.split("."))) > NUMBERS
    except _UNREADABLE:
        return False


def is_anothers(folder: Path) -> bool:
    """Whether the index in use may only be read, and another can be made beside it.

    A command that root gave leaves it so for a site that runs as another user.
    """
    name = current(folder)
    return bool(name) and os.access(folder, os.W_OK) and not os.access(folder / name, os.W_OK)


def is_whole(made: Path, manifest: Manifest) -> bool:
    """Whether all files are there and as they were written. OSError when one is gone."""
    return all(digest(made / name) == expected for name, expected in manifest.files.items())


def seal(made: Path, manifest: Manifest, *, flushed: bool = False) -> Manifest:
    """Make the files that a manifest names (their checksums are filled in where unknown) be the index: the commit."""
    files = {name: known or digest(made / name) for name, known in manifest.files.items()}
    sealed = replace(manifest, files=files)
    applied = sealed.applied
    told = {
        "version": VERSION,
        "generation": sealed.generation,
        "applied": [applied.number, applied.day.isoformat(), applied.lexicon, applied.told_at],
        "files": files,
    }
    put(made / MANIFEST, json.dumps({**told, "check": check_of(told)}), flushed=flushed)
    return sealed


def check_of(told: dict[str, object]) -> str:
    """A checksum of what a manifest says."""
    return checksum(json.dumps(told, sort_keys=True).encode())


def checksum(content: bytes) -> str:
    """A checksum of bytes, the same as `digest` gives of a file with them."""
    return blake2b(content, digest_size=16).hexdigest()


_digests: dict[tuple[str, int, int, int], str] = {}
_MOST_DIGESTS = 2000


def digest(path: Path) -> str:
    """A checksum of a file, remembered while the file stays as it is. OSError when it is gone."""
    stat = path.stat()
    known = (str(path), stat.st_ino, stat.st_size, stat.st_mtime_ns)
    found = _digests.get(known)
    if found is None:
        with path.open("rb") as file:
            hashed = blake2b(digest_size=16)
            while chunk := file.read(1 << 17):
                hashed.update(chunk)
        found = hashed.hexdigest()
        if time.time_ns() - stat.st_mtime_ns > _SETTLED_NS:
            if len(_digests) > _MOST_DIGESTS:
                _digests.clear()
            _digests[known] = found
    return found


def clean(made: Path, manifest: Manifest) -> None:
    """Remove what does not belong to an index: files of the commit before, and of writers that were killed."""
    belongs = {MANIFEST, *manifest.files}
    for path in made.iterdir():
        if path.name not in belongs:
            remove(path)


def remove(path: Path) -> None:
    """Remove a file or folder if that can be done: on some systems not while somebody reads it."""
    if path.is_dir() and not path.is_symlink():
        shutil.rmtree(path, ignore_errors=True)
        return
    try:
        path.unlink(missing_ok=True)
    except OSError as error:
        if error.errno in (errno.ENOSPC, errno.EIO):
            raise


def put(path: Path, text: str, *, flushed: bool) -> None:
    """Replace a small file as a whole, or a folder of its name; when `flushed`, it is on the disk when this returns."""
    beside = path.with_name(path.name + ".new")
    for each in (beside, path):
        _make_way(each)
    beside.write_text(text)
    if flushed:
        sync(beside)
    os.replace(beside, path)
    if flushed:
        sync(path.parent)


def sync(path: Path) -> None:
    """Have a file or folder on the disk."""
    if os.name == "nt" and path.is_dir():  # which cannot be asked that there
        return
    handle = os.open(path, os.O_RDONLY if path.is_dir() else os.O_RDWR)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
