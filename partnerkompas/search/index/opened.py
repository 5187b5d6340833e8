"""Open an index: its commit, Whoosh's table of contents of that commit, and its segments, each opened once.

Whoosh opens all segments again after every commit, and closes those that others still read. Here a segment is opened
once in a process and goes away when the last reader that has it does.
"""

from dataclasses import dataclass
from pathlib import Path
from threading import Lock
from weakref import WeakValueDictionary

from whoosh.index import TOC

from partnerkompas.search.index.codec import NAME, SCHEMA, FlatSegment
from partnerkompas.search.index.folder import Manifest, checksum, is_whole, read_manifest
from partnerkompas.search.index.mapped import Known
from partnerkompas.search.index.segment import Segment


@dataclass(frozen=True, slots=True)
class Opened:
    """An index as one commit left it. `described` is how Whoosh describes each segment, with what was deleted in it."""

    made: Path
    manifest: Manifest
    described: tuple[FlatSegment, ...]
    segments: tuple[Segment, ...]


_open: WeakValueDictionary[tuple[str, int, int, int], Segment] = WeakValueDictionary()
_opening = Lock()


def opened(made: Path) -> Opened | None:
    """The index in a folder. None on any doubt about it: nothing in it is even looked at before its checksum is right.

    Raises OSError when a file is gone, which also happens when somebody commits just then: try again.
    """
    manifest = read_manifest(made)
    if manifest is None or not is_whole(made, manifest):
        return None
    try:
        described = tuple(read_toc(made, manifest))
        if {manifest.toc, *(each.file_name for each in described)} != set(manifest.files):
            return None
        return Opened(made, manifest, described, tuple(_segment(made, each) for each in described))
    except OSError:
        raise
    except Exception:  # whatever Whoosh makes of a file we did not write: it is not an index of ours
        return None


def read_toc(made: Path, manifest: Manifest) -> list[FlatSegment]:
    """The segments of a commit as Whoosh describes them. ValueError when the file is not that of the commit."""
    content = (made / manifest.toc).read_bytes()
    if checksum(content) != manifest.files[manifest.toc]:
        raise ValueError("changed since it was checked")
    storage = Known(made, manifest.toc, content)
    return list(TOC.read(storage, NAME, gen=manifest.generation, schema=SCHEMA).segments)


def _segment(made: Path, described: FlatSegment) -> Segment:
    path = made / described.file_name
    stat = path.stat()
    same = (str(path), stat.st_ino, stat.st_size, stat.st_mtime_ns)
    with _opening:
        segment = _open.get(same)
        if segment is None:
            segment = _open[same] = Segment(made, described)
        return segment
