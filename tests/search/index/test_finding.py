"""The index finds what the words themselves say: the same as postings that are kept in memory."""

import random
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from partnerkompas.search.index import alone, merge, update
from partnerkompas.search.index.codec import Held
from partnerkompas.search.index.postings import IndexPostings
from partnerkompas.search.words import FIELDS, Bits, Memory, found, parse
from tests.search.index.made import LEXICON, applied, document, index_of, opened, places, ranked

WORDS = (
    "groothandel groothandels voedingsgroothandel software brancheoplossing oplossingen magazijnbeheer projectleiding "
    "voeding voedingssoftware softwareproject project magazijn beheer "
    "Business Central NAV Navision 2017 Finance F&O AX Axapta AVG GDPR ISO/IEC 27001:2022 iso-27001 MB-800 mb800 "
    "e-mail Coöperatie organisatie organisaties managing managed .NET X++ C/AL œuvre Київ 株式会社 de van 24x7"
).split()
TEXTS = st.lists(st.sampled_from(WORDS), max_size=5).map(" ".join)
DOCUMENTS = st.dictionaries(
    st.integers(0, 12),
    st.fixed_dictionaries({name: st.lists(TEXTS, max_size=3) for name in FIELDS}),
    max_size=8,
)
QUERIES = st.lists(
    st.sampled_from(
        [
            *WORDS,
            '"',
            "-",
            '-"',
            "groothan",
            "org",
            "nergens",
            "projectbeheer",
            "beheerprojecten",
            "Business Central",
            "navision 2017",
            "beheer 2017",
            "2017",
            " ",
        ]
    ),
    max_size=5,
).map(" ".join)


@settings(max_examples=40, deadline=None)
@given(DOCUMENTS, DOCUMENTS, st.sets(st.integers(0, 12), max_size=3), st.lists(QUERIES, min_size=1, max_size=8))
def test_the_same_as_in_memory(
    tmp_path_factory: pytest.TempPathFactory,
    first: dict[int, dict[str, Any]],
    later: dict[int, dict[str, Any]],
    gone: set[int],
    queries: list[str],
) -> None:
    """Bit by bit, for any documents and any query, also after some were replaced and dropped."""
    folder = tmp_path_factory.mktemp("index")
    index_of(folder, [document(each, **fields) for each, fields in first.items()])
    with alone(folder):
        changed = [document(each, **fields) for each, fields in later.items()]
        update(folder, changed, [("partner", each) for each in gone], applied(2))
    now = {each: fields for each, fields in first.items() if each not in gone} | later
    place_of = {number: place for place, number in enumerate(sorted(now))}
    memory = Memory.of(((place_of[number], fields) for number, fields in now.items()), LEXICON)
    everyone = (1 << len(now)) - 1
    reader = opened(folder)
    postings = reader.postings("partner", place_of)
    places_by_number = np.full(20, -1)
    for number, place in place_of.items():
        places_by_number[number] = place
    by_array = reader.postings("partner", places_by_number)
    for q in queries:
        query = parse(q, LEXICON)
        expected = found(query, memory, everyone)
        assert found(query, postings, everyone) == expected, q
        assert found(query, by_array, everyone) == expected, q
        if query.must:
            assert set(ranked(reader, q)) == {number for number in now if expected >> place_of[number] & 1}, q


def test_a_document_without_a_place_is_not_found(tmp_path: Path) -> None:
    """The snapshot knows who may be seen; the index knows only words."""
    reader = index_of(tmp_path, [document(1, "rood"), document(2, "rood")])
    assert reader.postings("partner", {2: 7}).having(("name_exact", "rood")) == 1 << 7
    assert reader.postings("partner", np.array([-1, -1])).having(("name_exact", "rood")) == 0
    assert reader.postings("partner", {}).starting_with("ro") == 0
    assert reader.postings("criterion", {1: 0, 2: 1}).having(("name_exact", "rood")) == 0


def test_the_parts_of_a_word_stand_in_one_text(tmp_path: Path) -> None:
    """Also after a merge, and in a text of more than one word before it."""
    said = [["project", "beheer"], ["beheer van een project"], ["van alles", "projecten en beheer"], ["project"]]
    reader = index_of(tmp_path, [document(number, text=texts) for number, texts in enumerate(said)])
    apart = document(9, name="Beheer", text="project")
    for number in range(20):
        with alone(tmp_path):
            update(tmp_path, [apart, document(20 + number, text=said[number % 4])], [], applied(number))
    for now, many in ((reader, 0), (opened(tmp_path), 20)):
        postings = now.postings("partner", np.arange(60))
        expected = {1, 2, *(20 + number for number in range(many) if number % 4 in (1, 2))}
        assert places(found(parse("projectbeheer", LEXICON), postings, (1 << 60) - 1)) == expected
        assert places(found(parse("beheerproject", LEXICON), postings, (1 << 60) - 1)) == expected
    assert merge(tmp_path)
    postings = opened(tmp_path).postings("partner", np.arange(60))
    assert places(found(parse("projectbeheer", LEXICON), postings, (1 << 60) - 1)) == expected


def test_strange_words(tmp_path: Path) -> None:
    """Nothing that can be asked makes it fail."""
    postings = index_of(tmp_path, [document(1, "rood")]).postings("partner", {1: 0})
    for word in ("", "\ud800", "\x00", "x" * 100_000, "ro", "rood\x00", "\U0010ffff"):
        assert postings.having(("name_exact", word)) == 0
        assert postings.having(("nothing_exact", word)) == 0
        assert postings.in_sequence((word, "rood")) == 0
    assert postings.in_sequence(()) == 0
    assert postings.starting_with("") == 1
    assert postings.starting_with("\ud800") == 0


def test_threads_share_a_reader(tmp_path: Path) -> None:
    """And get the same as one that is alone."""
    chance = random.Random(1)
    reader = index_of(tmp_path, [document(each, text=" ".join(chance.choices(WORDS, k=30))) for each in range(300)])
    place_of = {number: number for number in range(300)}
    queries = [parse(" ".join(chance.sample(WORDS, 2)), LEXICON) for _each in range(40)]
    everyone = (1 << 300) - 1
    expected = [found(query, reader.postings("partner", place_of), everyone) for query in queries]
    best = [reader.rank(query, "partner", 10) for query in queries]
    shared, wrong = reader.postings("partner", place_of), list[str]()

    def ask(seed: int) -> None:
        own = random.Random(seed)
        for _each in range(200):
            at = own.randrange(len(queries))
            if (
                found(queries[at], shared, everyone) != expected[at]
                or reader.rank(queries[at], "partner", 10) != best[at]
            ):
                wrong.append(queries[at].q)

    with ThreadPoolExecutor(8) as threads:
        list(threads.map(ask, range(8)))
    assert wrong == []


def test_what_is_remembered_is_bounded(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    reader = index_of(tmp_path, [document(each, f"woord{each}") for each in range(50)])
    from partnerkompas.search.index import postings as module

    monkeypatch.setattr(module, "_MOST_BYTES", 1000)
    asked = reader.postings("partner", {each: each for each in range(50)})
    for _twice in range(2):
        for each in range(50):
            assert asked.having(("name_exact", f"woord{each}")) == 1 << each
    assert len(asked._known) < 10


def test_a_prefix_of_thousands_of_words(tmp_path: Path) -> None:
    reader = index_of(tmp_path, [document(each, f"pref{each}") for each in range(3000)])
    postings = reader.postings("partner", np.arange(3000))
    assert postings.starting_with("pref").bit_count() == 3000
    assert places(postings.starting_with("pref299")) == {299, *range(2990, 3000)}
    assert places(postings.starting_with("pref2999")) == {2999}


@pytest.mark.parametrize(
    "same", ["", "a", "administr", "administra", "administrat", "administratiekantoren", "κόσμος", "日本"]
)
def test_words_that_begin_alike_are_told_apart(same: str, tmp_path: Path) -> None:
    """Also beyond the letters that are kept at hand of each, and where those end in the middle of one."""
    words = [f"{same}{end}" for end in ("a", "aa", "b", "bébé", "ß", "z", "zz", "語", "\U0001f600")]
    segment = index_of(tmp_path, [document(each, word) for each, word in enumerate(words)]).parts[0][0]
    exact = [(word, held.ids.tolist()) for word, held in segment.words("name_exact")]
    assert len(exact) > 6
    assert exact == sorted(exact, key=lambda each: each[0].encode())
    for word, ids in exact:
        asked = [("name_exact", word + "x"), ("name_exact", word), ("text_exact", word), ("name_exact", word[:-1])]
        expected = [ids, *(its_ids for other, its_ids in exact if other == word[:-1])]
        assert [held.ids.tolist() for held in segment.having(asked)] == expected
        longer = [its_ids for other, its_ids in exact if other.startswith(word)]
        assert [held.ids.tolist() for held in segment.beginning(["name_exact", "text_exact"], word)] == longer
        assert [other for other, _held in segment.words("name_exact", word)] == [
            other for other, _ids in exact if other.startswith(word)
        ]


def test_postings_say_how_often_and_where() -> None:
    plain = Held(np.array([1, 4], np.uint32), None, np.array([7, 9], np.uint32))
    assert plain.occurrences().tolist() == [1 << 32 | 7, 4 << 32 | 9]
    twice = Held(np.array([1, 4], np.uint32), np.array([2, 1], np.uint32), np.array([7, 8, 9], np.uint32))
    assert twice.occurrences().tolist() == [1 << 32 | 7, 1 << 32 | 8, 4 << 32 | 9]
    assert twice.frequencies().tolist() == [2, 1]


def test_merged_phrases(tmp_path: Path) -> None:
    """Places survive a merge in which other documents go."""
    index_of(tmp_path, [document(each, text="blauw rood") for each in range(4)])
    for each in range(4, 30):
        with alone(tmp_path):
            text = "rood groen rood blauw" if each % 2 else "blauw rood"
            update(tmp_path, [document(each, text=text), document(each + 100, text=text)], [], applied(each))
    with alone(tmp_path):
        update(tmp_path, [], [("partner", each) for each in range(30) if each % 4 != 3 or each < 4], applied(30))
        update(tmp_path, [], [("partner", each + 100) for each in range(30) if each % 2 == 0], applied(31))
    assert merge(tmp_path)
    postings: IndexPostings = opened(tmp_path).postings("partner", np.arange(200))
    everyone: Bits = sum(1 << each + 100 | (each % 4 == 3) << each for each in range(5, 30, 2))
    assert postings.in_sequence(("rood", "groen")) == everyone
    assert postings.in_sequence(("groen", "rood", "blauw")) == everyone
    assert postings.in_sequence(("blauw", "rood")) == 0
