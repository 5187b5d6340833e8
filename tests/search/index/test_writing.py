"""What is written is what is found: after updates and rebuilds, and while others read and write."""

import multiprocessing
import os
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from partnerkompas.search.index import (
    IndexBusy,
    IndexUnusable,
    alone,
    build,
    merge,
    swap,
    update,
)
from partnerkompas.search.words import tokens
from tests.search.index.made import applied, document, found_by, index_of, opened

SOME = st.lists(
    st.tuples(st.integers(0, 9), st.sampled_from(["rood", "blauw", "rood blauw", "groen rood", ""])), max_size=6
)
STEPS = st.lists(st.tuples(SOME, st.sets(st.integers(0, 9), max_size=3), st.booleans()), max_size=14)


@settings(max_examples=25, deadline=None)
@given(STEPS)
def test_after_any_updates(
    tmp_path_factory: pytest.TempPathFactory, steps: list[tuple[list[tuple[int, str]], set[int], bool]]
) -> None:
    """Replaced, added and dropped, merged or not: exactly what is left, and never anything that was there before."""
    folder = tmp_path_factory.mktemp("index")
    now = {number: f"begin woord{number}" for number in range(5)}
    index_of(folder, [document(number, text=text) for number, text in now.items()], 0)
    for number, (some, gone, merged) in enumerate(steps, 1):
        with alone(folder):
            documents = [document(each, text=text) for each, text in some]
            update(folder, documents, [("partner", each) for each in gone], applied(number))
        now = {each: text for each, text in now.items() if each not in gone} | dict(some)
        if merged:
            merge(folder)
        reader = opened(folder)
        assert reader.applied == applied(number)
        assert reader.size == len(now)
        expected = {each: frozenset(tokens(text)) for each, text in now.items()}
        held = reader.documents("partner")
        assert {each: words.get("text_exact", frozenset()) for each, words in held.items()} == expected
        for word in ("rood", "blauw", "begin"):
            assert found_by(reader, word) == {each for each, words in expected.items() if word in words}
        everything = set().union(*expected.values())
        assert reader.words == {word: sum(word in words for words in expected.values()) for word in everything}


def test_one_number_of_two_kinds(tmp_path: Path) -> None:
    index_of(tmp_path, [document(1, "rood"), document(1, "rood", kind="criterion")])
    with alone(tmp_path):
        update(tmp_path, [], [("partner", 1)], applied(2))
    assert found_by(opened(tmp_path), "rood") == set()
    assert found_by(opened(tmp_path), "rood", "criterion") == {1}


def test_a_document_twice(tmp_path: Path) -> None:
    """In one update the last counts; when all is made anew it is a mistake."""
    index_of(tmp_path, [])
    with alone(tmp_path):
        update(tmp_path, [document(1, "oud"), document(1, "nieuw")], [], applied(2))
    assert (found_by(opened(tmp_path), "oud"), found_by(opened(tmp_path), "nieuw")) == (set(), {1})
    with pytest.raises(ValueError, match="twice"):
        build(tmp_path, [document(1, "oud"), document(1, "nieuw")], applied(3))
    assert len(list(tmp_path.glob("words-*"))) == 1, "what was begun is removed"


def test_updates_while_it_is_made_anew(tmp_path: Path) -> None:
    """Building needs no lock; what was missed is replayed into it before it is used."""
    index_of(tmp_path, [document(1, "oud")])
    with alone(tmp_path):
        name = build(tmp_path, [document(1, "vers"), document(2, "vers")], applied(5))
        update(tmp_path, [document(1, "tussendoor")], [], applied(6))
        assert found_by(opened(tmp_path), "tussendoor") == {1}
        update(tmp_path, [document(1, "tussendoor")], [], applied(6), name=name)
        assert opened(tmp_path).size == 1, "not in use yet"
        swap(tmp_path, name)
    assert opened(tmp_path).applied == applied(6)
    assert (found_by(opened(tmp_path), "tussendoor"), found_by(opened(tmp_path), "vers")) == ({1}, {2})


def test_only_what_is_there_is_swapped_in(tmp_path: Path) -> None:
    index_of(tmp_path, [document(1, "oud")])
    with alone(tmp_path), pytest.raises(IndexUnusable):
        swap(tmp_path, "words-nothing")
    assert found_by(opened(tmp_path), "oud") == {1}


def test_readers_of_the_old_index_can_go_on(tmp_path: Path) -> None:
    old = index_of(tmp_path, [document(1, "oud")])
    for number in range(2, 6):
        index_of(tmp_path, [document(number, "nieuw")], number)
    assert found_by(old, "oud") == {1}
    assert old.applied == applied(1)
    assert found_by(opened(tmp_path), "nieuw") == {5}


def test_what_a_killed_builder_left_goes(tmp_path: Path) -> None:
    index_of(tmp_path, [])
    built = build(tmp_path, [document(1, "klaar")], applied(2))
    left = tmp_path / "words-left"
    left.mkdir()
    (left / "MAIN_1.seg").write_bytes(b"half")
    os.utime(left, (1, 1))
    index_of(tmp_path, [], 4)
    assert not left.exists()
    with alone(tmp_path):
        swap(tmp_path, built)
    assert found_by(opened(tmp_path), "klaar") == {1}, "what was built waits for its swap"


def test_reading_while_others_write(tmp_path: Path) -> None:
    """No reader ever sees less than a commit, or fails: each number is one state."""
    index_of(tmp_path, [document(1, "getal0")], 0)
    done = threading.Event()

    def read() -> None:
        while not done.is_set():
            reader = opened(tmp_path)
            assert found_by(reader, f"getal{reader.applied.number}") == {1}
            assert reader.size == 1

    def write() -> None:
        for number in range(1, 60):
            if number % 20 == 0:
                index_of(tmp_path, [document(1, f"getal{number}")], number)
            else:
                with alone(tmp_path):
                    update(tmp_path, [document(1, f"getal{number}")], [], applied(number))
                merge(tmp_path)

    with ThreadPoolExecutor(4) as threads:
        readers = [threads.submit(read) for _each in range(4)]
        try:
            write()
        finally:
            done.set()
        for each in readers:
            each.result(60)


def _hold(folder: Path, ready: "multiprocessing.synchronize.Event", done: "multiprocessing.synchronize.Event") -> None:
    with alone(folder):
        ready.set()
        done.wait(90)


@contextmanager
def held_elsewhere(folder: Path) -> Iterator[None]:
    """Another process is writing."""
    spawn = multiprocessing.get_context("spawn")
    ready, done = spawn.Event(), spawn.Event()
    other = spawn.Process(target=_hold, args=(folder, ready, done))
    other.start()
    assert ready.wait(60)
    try:
        yield
    finally:
        done.set()
        other.join(60)


def test_one_writer_at_a_time(tmp_path: Path) -> None:
    index_of(tmp_path, [document(1, "utrecht")])
    with held_elsewhere(tmp_path):
        with pytest.raises(IndexBusy), alone(tmp_path):
            pass
        assert found_by(opened(tmp_path), "utrecht") == {1}, "reading goes on"
    with alone(tmp_path), pytest.raises(IndexBusy), alone(tmp_path):
        pass
    with alone(tmp_path):
        pass


def test_an_index_that_was_replaced_goes_at_the_next_one(tmp_path: Path) -> None:
    """The one before stays, for who is about to open it; one that was built and waits for its turn stays too."""
    for number in range(1, 6):
        index_of(tmp_path, [document(number, "rood")], number)
        assert len([*tmp_path.glob("words-*")]) == min(number, 2)
    built = build(tmp_path, [document(9, "blauw")], applied(9))
    index_of(tmp_path, [document(7, "rood")], 7)
    assert (tmp_path / built).is_dir()
