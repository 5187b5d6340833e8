"""Few segments, without ever keeping a writer or a reader waiting."""

from pathlib import Path

import pytest
from whoosh.writing import SegmentWriter

from partnerkompas.search.index import (
    alone,
    merge,
    merging,
    update,
)
from tests.search.index.made import applied, document, files_of, found_by, index_of, opened, ranked
from tests.search.index.test_whoosh import plain_index


def test_merging_keeps_few_segments(tmp_path: Path) -> None:
    index_of(tmp_path, [document(number, "oud", f"woord{number}") for number in range(1000, 1500)])
    most = 0
    for number in range(1, 60):
        with alone(tmp_path):
            update(tmp_path, [document(number % 40, "nieuw", f"stap{number}")], [], applied(number))
        merge(tmp_path)
        most = max(most, len(opened(tmp_path).parts))
    assert most <= merging.MANY
    assert found_by(opened(tmp_path), "nieuw") == set(range(40))
    assert found_by(opened(tmp_path), "stap19") == set(), "replaced by step 59"
    assert found_by(opened(tmp_path), "stap59") == {19}


def test_what_is_mostly_gone_is_written_again(tmp_path: Path) -> None:
    index_of(tmp_path, [document(number, "woord") for number in range(200)])
    with alone(tmp_path):
        update(tmp_path, [], [("partner", number) for number in range(150)], applied(2))
    before = files_of(tmp_path)[0].stat().st_size
    assert merge(tmp_path)
    assert files_of(tmp_path)[0].stat().st_size < before
    assert found_by(opened(tmp_path), "woord") == set(range(150, 200))
    assert not merge(tmp_path)
    with alone(tmp_path):
        update(tmp_path, [], [("partner", number) for number in range(150, 200)], applied(3))
    assert opened(tmp_path).size == 0
    assert ranked(opened(tmp_path), "woord") == []


def test_updates_while_it_is_merged(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """What happens between the reading and the putting in is kept."""
    index_of(tmp_path, [document(0, "begin")])
    for number in range(1, 12):
        with alone(tmp_path):
            update(tmp_path, [document(number, "woord")], [], applied(number))
    at_once = merging.merged_segment

    def with_something_between(*given: object) -> object:
        made = at_once(*given)  # type: ignore[arg-type]
        with alone(tmp_path):
            update(tmp_path, [document(3, "anders"), document(50, "woord")], [("partner", 5)], applied(20))
        return made

    monkeypatch.setattr(merging, "merged_segment", with_something_between)
    assert merge(tmp_path)
    reader = opened(tmp_path)
    assert reader.applied == applied(20)
    assert len(reader.parts) == 2
    assert found_by(reader, "woord") == {*range(1, 12), 50} - {3, 5}
    assert found_by(reader, "anders") == {3}


def test_made_anew_while_it_is_merged(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Then the merging was for nothing."""
    index_of(tmp_path, [document(0, "begin")])
    for number in range(1, 12):
        with alone(tmp_path):
            update(tmp_path, [document(number, "woord")], [], applied(number))
    at_once = merging.merged_segment

    def with_something_between(*given: object) -> object:
        made = at_once(*given)  # type: ignore[arg-type]
        index_of(tmp_path, [document(1, "anders")], 20)
        return made

    monkeypatch.setattr(merging, "merged_segment", with_something_between)
    assert not merge(tmp_path)
    assert found_by(opened(tmp_path), "anders") == {1}
    assert list(tmp_path.glob("merging-*")) == []


def test_merging_blocks_the_writer(tmp_path: Path) -> None:
    """Whoosh merges within a commit, under its lock; ours beside it (test_writing.py has updates between)."""
    merged = []
    index = plain_index(tmp_path / "plain", ["rood"])
    at_once = SegmentWriter.add_reader
    for number in range(30):
        writer = index.writer()
        writer.add_reader = lambda reader, writer=writer: (merged.append(reader), at_once(writer, reader))
        writer.add_document(id=str(number + 10), text="rood")
        writer.commit()
    assert merged, "somebody who changed one document waited for many"

    index_of(tmp_path / "ours", [document(1, "rood")])
    for number in range(2, 12):
        with alone(tmp_path / "ours"):
            update(tmp_path / "ours", [document(number, "rood")], [], applied(number))
    assert len(opened(tmp_path / "ours").parts) == 11
    assert merge(tmp_path / "ours")
    assert len(opened(tmp_path / "ours").parts) == 1
