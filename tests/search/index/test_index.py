"""The words index: says the same as the snapshot, and any doubt about it means it is not used (REL-06)."""

import multiprocessing
import os
import random
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from whoosh.index import open_dir

from partnerkompas.search import index
from partnerkompas.search.index import Document, IndexBusy, alone, applied, find
from partnerkompas.search.words import Word, query_words

DAY = date(2026, 11, 22)
VOCABULARY = (
    "implementatie implementaties groothandel groothandels navision nav f&o f o utrecht cooperatie "
    "organisatie organisaties managing managed 27001 iso-27001 iso œ київ 株式会社"
).split()

documents = st.lists(st.frozensets(st.sampled_from(VOCABULARY), max_size=6), max_size=8).map(
    lambda each: [Document(number, words) for number, words in enumerate(each, 1)]
)
questions = st.lists(st.sampled_from([*VOCABULARY, "implement", "groothan", "nergens"]), min_size=1, max_size=3)


def by_hand(everything: list[Document], words: tuple[Word, ...]) -> frozenset[int]:
    return frozenset(
        each.id for each in everything if all(any(word.matches(token) for token in each.words) for word in words)
    )


def rebuild(folder: Path, everything: list[Document], number: int = 1, day: date = DAY) -> None:
    with alone(folder):
        index.rebuild(folder, everything, number, day)


def parts(folder: Path) -> list[Path]:
    made = folder / (folder / "CURRENT").read_text()
    return sorted(path for path in made.iterdir() if path.suffix in (".seg", ".toc"))


@settings(max_examples=40, deadline=None)
@given(documents, st.lists(questions, max_size=4), st.data())
def test_it_finds_what_the_words_themselves_say(
    tmp_path_factory: pytest.TempPathFactory, everything: list[Document], asked: list[list[str]], data: st.DataObject
) -> None:
    """Also after documents were replaced, added and dropped."""
    folder = tmp_path_factory.mktemp("index")
    rebuild(folder, everything)
    now = {each.id: each for each in everything}
    for number in range(2, 4):
        some = [Document(each.id + data.draw(st.integers(0, 3)), each.words) for each in data.draw(documents)[:2]]
        gone = data.draw(st.sets(st.integers(1, 10), max_size=2)) - {each.id for each in some}
        with alone(folder):
            index.update(folder, {each.id: each for each in some}.values(), gone, number, DAY)
        now = {key: each for key, each in {**now, **{each.id: each for each in some}}.items() if key not in gone}
        assert applied(folder) == (number, DAY)
        assert index.all_documents(folder) == {key: each.words for key, each in now.items()}
        for question in asked:
            words = query_words(" ".join(question))
            assert find(folder, words, number, DAY) == by_hand(list(now.values()), words)
    shutil.rmtree(folder)


def test_every_word_finds_its_own_forms(tmp_path: Path) -> None:
    """One partner for each word: equal, by its Dutch or by its English stem, or as the beginning of it."""
    everything = [Document(number, frozenset({word})) for number, word in enumerate(VOCABULARY, 1)]
    rebuild(tmp_path, everything)
    for word in [*VOCABULARY, "implement", "groothan", "manag"]:
        for words in (query_words(word), (Word(word),)):
            assert find(tmp_path, words, 1, DAY) == by_hand(everything, words), words


def test_many_words_with_one_beginning() -> None:
    assert not index.is_quick(query_words("ab"))
    assert index.is_quick(query_words("abc"))


def test_a_prefix_of_thousands_of_words(tmp_path: Path) -> None:
    everything = [Document(n, frozenset({f"pref{n}", "x"})) for n in range(1, 3001)]
    rebuild(tmp_path, everything)
    found = find(tmp_path, query_words("pref"), 1, DAY)
    assert found is not None
    assert len(found) == 3000
    assert find(tmp_path, query_words("pref7 x"), 1, DAY) == frozenset({7})


def test_it_answers_only_for_what_it_knows(tmp_path: Path) -> None:
    words = query_words("utrecht")
    assert find(tmp_path, words, 1, DAY) is None
    assert applied(tmp_path) == index.UNUSABLE
    rebuild(tmp_path, [Document(1, frozenset({"utrecht"}))], 7)
    assert find(tmp_path, words, 7, DAY) == frozenset({1})
    assert find(tmp_path, words, 8, DAY) is None
    assert find(tmp_path, words, 7, date(2026, 11, 23)) is None


def damage(path: Path, chance: random.Random) -> None:
    content = bytearray(path.read_bytes())
    kind = chance.choice(["flip", "cut", "empty", "more", "gone"])
    if kind == "gone":
        path.unlink()
        return
    if kind == "flip":
        content[chance.randrange(len(content))] ^= 1 << chance.randrange(8)
    harmed = {"cut": content[: len(content) // 2], "empty": bytearray(), "more": content + b"x"}
    path.write_bytes(harmed.get(kind, content))


@pytest.mark.parametrize("seed", range(40))
def test_any_damage_is_seen(tmp_path: Path, seed: int) -> None:
    """One bit in any file, a file cut off, emptied, longer or gone: never a wrong answer (REL-06)."""
    chance = random.Random(seed)
    rebuild(tmp_path, [Document(n, frozenset(chance.sample(VOCABULARY, 5))) for n in range(1, 30)])
    made = parts(tmp_path)[0].parent
    damage(chance.choice([*parts(tmp_path), made / "MANIFEST", tmp_path / "CURRENT"]), chance)
    assert applied(tmp_path) == index.UNUSABLE
    assert find(tmp_path, query_words("navision"), 1, DAY) is None
    assert index.all_documents(tmp_path) == {}
    with alone(tmp_path), pytest.raises(IndexBusy):
        index.update(tmp_path, [], [], 2, DAY)


def test_a_commit_without_its_manifest_is_not_trusted(tmp_path: Path) -> None:
    """Somebody was killed between the two."""
    rebuild(tmp_path, [Document(1, frozenset({"utrecht"}))])
    writer = open_dir(parts(tmp_path)[0].parent).writer()
    writer.delete_by_term("id", "1")
    writer.commit()
    assert find(tmp_path, query_words("utrecht"), 1, DAY) is None


def test_an_index_of_another_version_is_not_used(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    rebuild(tmp_path, [Document(1, frozenset({"utrecht"}))])
    monkeypatch.setattr(index, "VERSION", "later")
    assert applied(tmp_path) == index.UNUSABLE
    assert find(tmp_path, query_words("utrecht"), 1, DAY) is None


def test_readers_of_the_old_index_can_go_on(tmp_path: Path) -> None:
    rebuild(tmp_path, [Document(1, frozenset({"oud"}))])
    old = parts(tmp_path)[0].parent
    rebuild(tmp_path, [Document(2, frozenset({"nieuw"}))], 2)
    with open_dir(old).searcher() as searcher:
        assert searcher.doc_count() == 2  # the partner, and what the index knows of itself
    for number in range(3, 6):
        rebuild(tmp_path, [], number)
    assert len(list(tmp_path.glob("words-*"))) == 2, "what is older goes"


def _hold(folder: Path, ready: "multiprocessing.synchronize.Event", done: "multiprocessing.synchronize.Event") -> None:
    with alone(folder):
        ready.set()
        done.wait(20)


@contextmanager
def held_elsewhere(folder: Path) -> Iterator[int]:
    """Another process is writing."""
    spawn = multiprocessing.get_context("spawn")
    ready, done = spawn.Event(), spawn.Event()
    other = spawn.Process(target=_hold, args=(folder, ready, done))
    other.start()
    assert ready.wait(20)
    try:
        yield other.pid or 0
    finally:
        done.set()
        other.join(20)


def test_one_writer_at_a_time(tmp_path: Path) -> None:
    rebuild(tmp_path, [Document(1, frozenset({"utrecht"}))])
    with held_elsewhere(tmp_path) as process:
        assert process != os.getpid()
        with pytest.raises(IndexBusy), alone(tmp_path):
            pass
        assert find(tmp_path, query_words("utrecht"), 1, DAY) == frozenset({1}), "reading goes on"
    with alone(tmp_path), pytest.raises(IndexBusy), alone(tmp_path):
        pass
    rebuild(tmp_path, [], 2)


def test_a_writer_of_whoosh_that_was_left_open(tmp_path: Path) -> None:
    rebuild(tmp_path, [])
    writer = open_dir(parts(tmp_path)[0].parent).writer()
    with alone(tmp_path), pytest.raises(IndexBusy):
        index.update(tmp_path, [], [], 2, DAY)
    writer.cancel()


def test_a_failed_update_leaves_the_index_as_it_was(tmp_path: Path) -> None:
    rebuild(tmp_path, [Document(1, frozenset({"utrecht"}))])

    class Broken(frozenset[str]):
        def __iter__(self) -> Iterator[str]:
            raise OSError("disk full")

    with alone(tmp_path), pytest.raises(OSError, match="disk full"):
        index.update(tmp_path, [Document(2, Broken())], [1], 2, DAY)
    assert find(tmp_path, query_words("utrecht"), 1, DAY) == frozenset({1})
    with alone(tmp_path):
        index.update(tmp_path, [], [1], 2, DAY)
    assert find(tmp_path, query_words("utrecht"), 2, DAY) == frozenset()
