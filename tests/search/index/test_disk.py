"""A disk that is full or may not be written: it is said, and the index is as it was."""

import multiprocessing
import resource
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from partnerkompas.search.index import (
    IndexUnwritable,
    alone,
    build,
    open_reader,
    swap,
    update,
)
from tests.search.index.made import applied, document, files_of, found_by, index_of, opened


def _on_a_full_disk(folder: Path, most: int, end: "multiprocessing.connection.Connection") -> None:
    """Write where files cannot grow beyond some bytes."""
    resource.setrlimit(resource.RLIMIT_FSIZE, (most, most))
    said = []
    for write in (
        lambda: update(folder, [document(each, f"nieuw{each}") for each in range(500)], [("partner", 1)], applied(2)),
        lambda: swap(folder, build(folder, [document(each, f"nieuw{each}") for each in range(500)], applied(2))),
    ):
        try:
            with alone(folder):
                write()
            said.append("written")
        except IndexUnwritable:
            said.append("unwritable")
    end.send(said)


@pytest.mark.parametrize("most", [0, 100, 2000, 8000, 40_000])
def test_a_full_disk(tmp_path: Path, most: int) -> None:
    """It is said, and the index is as it was."""
    index_of(tmp_path, [document(1, "utrecht")])
    ours, theirs = multiprocessing.Pipe()
    other = multiprocessing.get_context("spawn").Process(target=_on_a_full_disk, args=(tmp_path, most, theirs))
    other.start()
    assert ours.poll(90)
    assert ours.recv() == ["unwritable", "unwritable"]
    other.join(60)
    assert (opened(tmp_path).applied, found_by(opened(tmp_path), "utrecht")) == (applied(1), {1})
    (made,) = tmp_path.glob("words-*")
    assert {path.name for path in made.iterdir()} == {"MANIFEST", *(path.name for path in files_of(tmp_path))}
    with alone(tmp_path):
        update(tmp_path, [document(2, "utrecht")], [], applied(2))
    assert found_by(opened(tmp_path), "utrecht") == {1, 2}


def test_a_folder_that_cannot_be_written(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("not a folder")
    with pytest.raises(IndexUnwritable), alone(tmp_path / "file" / "index"):
        pass
    with pytest.raises(IndexUnwritable):
        build(tmp_path / "file" / "index", [], applied())
    assert open_reader(tmp_path / "file" / "index") is None


def a_file_for_all(folder: Path) -> None:
    shutil.rmtree(folder)
    folder.write_text("no folder")


def a_folder_for_the_lock(folder: Path) -> None:
    (folder / "LOCK").unlink()
    (folder / "LOCK").mkdir()


def a_folder_for_current(folder: Path) -> None:
    (folder / "CURRENT").unlink()
    (folder / "CURRENT").mkdir()


def a_folder_for_the_next_current(folder: Path) -> None:
    (folder / "CURRENT.new").mkdir()
    (folder / "CURRENT.new" / "more").write_text("in it")


@pytest.mark.parametrize(
    "harm", [a_file_for_all, a_folder_for_the_lock, a_folder_for_current, a_folder_for_the_next_current]
)
def test_what_stands_in_the_way_is_removed(tmp_path: Path, harm: Callable[[Path], None]) -> None:
    """All in this folder can be made again, so nothing there stops that for good."""
    folder = tmp_path / "index"
    index_of(folder, [document(1, "utrecht")])
    harm(folder)
    index_of(folder, [document(2, "utrecht")], 2)
    assert found_by(opened(folder), "utrecht") == {2}


def test_a_link_that_leads_nowhere_is_left(tmp_path: Path) -> None:
    """What it leads to may be a disk that is away for a moment."""
    (tmp_path / "index").symlink_to(tmp_path / "away")
    with pytest.raises(IndexUnwritable), alone(tmp_path / "index"):
        pass
    assert (tmp_path / "index").is_symlink()


def test_a_failed_update_leaves_the_index_as_it_was(tmp_path: Path) -> None:
    index_of(tmp_path, [document(1, "utrecht")])

    def broken() -> Iterator[object]:
        yield document(2, "half")
        raise RuntimeError("the database is gone")

    with alone(tmp_path), pytest.raises(RuntimeError, match="gone"):
        update(tmp_path, broken(), [("partner", 1)], applied(2))  # type: ignore[arg-type]
    assert found_by(opened(tmp_path), "utrecht") == {1}
    assert opened(tmp_path).applied == applied(1)
