"""Any doubt about an index means that it is not used (REL-06), and nothing in a foreign one is ever executed."""

import json
import os
import pickle
import random
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from partnerkompas.search.index import IndexUnusable, alone, open_reader, update
from partnerkompas.search.index.folder import Manifest, check_of, read_manifest, seal
from partnerkompas.search.index.mapped import MappedFile
from tests.search.index.made import LEXICON, applied, document, files_of, found_by, index_of, opened

DOCUMENTS = [document(number, f"partner{number}", "navision groothandel") for number in range(1, 30)]
EXECUTED: list[str] = []


def bomb() -> None:
    """What must never happen."""
    EXECUTED.append("bomb")


class Bomb:
    """A pickle that does something when it is read."""

    def __reduce__(self) -> tuple[Callable[[], None], tuple[()]]:
        return bomb, ()


def truncate(folder: Path) -> None:
    segment = files_of(folder)[0]
    segment.write_bytes(segment.read_bytes()[:-100])


def flip(folder: Path) -> None:
    segment = files_of(folder)[0]
    content = bytearray(segment.read_bytes())
    content[len(content) // 2] ^= 1
    segment.write_bytes(content)


def no_toc(folder: Path) -> None:
    files_of(folder)[-1].unlink()


def no_manifest(folder: Path) -> None:
    (files_of(folder)[0].parent / "MANIFEST").unlink()


def changed_manifest(folder: Path) -> None:
    manifest = files_of(folder)[0].parent / "MANIFEST"
    manifest.write_text(manifest.read_text().replace('"applied": [1', '"applied": [2'))


def strange_manifest(folder: Path) -> None:
    (files_of(folder)[0].parent / "MANIFEST").write_text("[" * 100_000)


def empty_current(folder: Path) -> None:
    (folder / "CURRENT").write_text("")


def current_outside(folder: Path) -> None:
    outside = folder.parent / "words-outside"
    shutil.copytree(files_of(folder)[0].parent, outside)
    (folder / "CURRENT").write_text("../words-outside")


def current_is_binary(folder: Path) -> None:
    (folder / "CURRENT").write_bytes(b"\xff\xfe\x00words")


def foreign_segment(folder: Path) -> None:
    other = folder.parent / "other"
    index_of(other, [document(99, "vreemd")])
    shutil.copy(files_of(other)[0], files_of(folder)[0])


def file_for_folder(folder: Path) -> None:
    made = files_of(folder)[0].parent
    shutil.rmtree(made)
    made.write_text("not a folder")


def never_flushed(folder: Path) -> None:
    """After a power cut a file may have its length and nothing in it."""
    toc = files_of(folder)[-1]
    toc.write_bytes(bytes(toc.stat().st_size))


def commit_never_flushed(folder: Path) -> None:
    (files_of(folder)[0].parent / "MANIFEST").write_bytes(b"")


def bomb_in_toc(folder: Path) -> None:
    toc = files_of(folder)[-1]
    toc.write_bytes(toc.read_bytes()[:60] + pickle.dumps(Bomb()))


def bomb_with_right_checksum(folder: Path) -> None:
    """Somebody who may write in the folder knows how checksums are made."""
    toc = files_of(folder)[-1]
    content = toc.read_bytes()
    start = max(content.rfind(b"\x80" + bytes([protocol])) for protocol in (4, 5))
    toc.write_bytes(content[:start] + pickle.dumps(Bomb()))
    os.utime(toc, (1, 1))
    manifest = read_manifest(toc.parent)
    assert manifest is not None
    seal(toc.parent, Manifest(manifest.generation, manifest.applied, {**manifest.files, toc.name: ""}))


def other_version(folder: Path) -> None:
    manifest = files_of(folder)[0].parent / "MANIFEST"
    told = json.loads(manifest.read_text())
    del told["check"]
    told["version"] = "3-little"
    manifest.write_text(json.dumps({**told, "check": check_of(told)}))


DAMAGE = [
    truncate, flip, no_toc, no_manifest, changed_manifest, strange_manifest, empty_current, current_outside,
    current_is_binary, foreign_segment, file_for_folder, bomb_in_toc, bomb_with_right_checksum, other_version,
    never_flushed, commit_never_flushed,
]  # fmt: skip


@pytest.mark.parametrize("damage", DAMAGE)
@pytest.mark.parametrize("known", [False, True])
def test_damage_is_seen(tmp_path: Path, damage: Callable[[Path], None], known: bool) -> None:
    """Also by a process that had the index open, and what it comes to is an index made anew."""
    folder = tmp_path / "index"
    index_of(folder, DOCUMENTS)
    if not known:
        folder = folder.rename(tmp_path / "moved")
    damage(folder)
    assert open_reader(folder) is None
    with alone(folder), pytest.raises(IndexUnusable):
        update(folder, [], [], applied(2))
    assert EXECUTED == []
    index_of(folder, DOCUMENTS, 3)
    assert opened(folder).applied == applied(3)
    assert found_by(opened(folder), "navision") == set(range(1, 30))


@pytest.mark.parametrize("seed", range(40))
def test_one_change_anywhere_is_seen(tmp_path: Path, seed: int) -> None:
    """One bit in any file, a file cut off, emptied, longer or gone."""
    chance = random.Random(seed)
    index_of(tmp_path, DOCUMENTS)
    made = files_of(tmp_path)[0].parent
    path = chance.choice([*files_of(tmp_path), made / "MANIFEST", tmp_path / "CURRENT"])
    content = path.read_bytes()
    at = chance.randrange(len(content))
    flipped = content[:at] + bytes([content[at] ^ 1 << chance.randrange(8)]) + content[at + 1 :]
    kind = chance.choice(["flip", "cut", "empty", "more", "gone"])
    if kind == "gone":
        path.unlink()
    else:
        harmed = {"flip": flipped, "cut": content[: len(content) // 2], "empty": b"", "more": content + b"x"}
        path.write_bytes(harmed[kind])
    assert open_reader(tmp_path) is None


def test_other_files_do_no_harm(tmp_path: Path) -> None:
    """A lock with something in it, files of somebody else, a table of contents that was never committed."""
    index_of(tmp_path, DOCUMENTS)
    made = files_of(tmp_path)[0].parent
    (tmp_path / "LOCK").write_bytes(b"garbage" * 1000)
    (made / "notes.txt").write_text("mine")
    (made / "_MAIN_99.toc").write_bytes(pickle.dumps(Bomb()))
    (made / "MAIN_0000000000000000.seg").write_bytes(b"")
    assert found_by(opened(tmp_path), "navision") == set(range(1, 30))
    with alone(tmp_path):
        update(tmp_path, [document(1, "nieuw")], [], applied(2))
    assert found_by(opened(tmp_path), "navision") == set(range(2, 30))
    assert not (made / "_MAIN_99.toc").exists()
    assert EXECUTED == []


def test_another_lexicon_is_noticed(tmp_path: Path) -> None:
    index_of(tmp_path, DOCUMENTS)
    assert open_reader(tmp_path, LEXICON.version) is not None
    assert open_reader(tmp_path, "another") is None
    assert opened(tmp_path).applied.lexicon == LEXICON.version


def test_only_our_own_classes_are_read() -> None:
    with pytest.raises(pickle.UnpicklingError):
        MappedFile(memoryview(pickle.dumps(Bomb()))).read_pickle()
    assert EXECUTED == []
