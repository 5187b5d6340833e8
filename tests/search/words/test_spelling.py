""" "Bedoelde u": the known word that was most likely meant."""

import random
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from partnerkompas.criteria.files import read_edition
from partnerkompas.search.words import parse, tokens
from partnerkompas.search.words.catalogue import vocabulary
from partnerkompas.search.words.spelling import Spelling, corrected, distance
from tests.search.words.lexicons import LEXICON

SEED = Path(__file__).parents[3] / "seed"
HOW_OFTEN = """navision 90 implementatie 50 zorg 30 koppeling 20 groothandel 20 bouw 9 migratie 8 partij 5 klein 4
    kleur 4 accountant 3 blouw 1""".split()
KNOWN = Spelling.of(zip(HOW_OFTEN[::2], map(int, HOW_OFTEN[1::2]), strict=True))


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("navisoin", "navision"),
        ("navison", "navision"),
        ("navvision", "navision"),
        ("nabision", "navision"),
        ("inplementatie", "implementatie"),
        ("implemtatie", "implementatie"),
        ("kopeling", "koppeling"),
        ("groothandle", "groothandel"),
        ("grothandl", "groothandel"),
        ("partei", "partij"),
        ("klijn", "klein"),
        ("akkountant", "accountant"),
        ("sorg", "zorg"),
        ("zorch", "zorg"),
        ("bauw", "bouw"),
        ("migrasie", "migratie"),
    ],
)
def test_what_was_meant_comes_first(typed: str, meant: str) -> None:
    assert KNOWN.best(typed)[:1] == [meant]


@pytest.mark.parametrize("typed", ["navision", "xy", "", "zzzzzzz", "zo-rg", "12345", "x" * 10_000, "zurk"])
def test_nothing_is_suggested_for_what_is_known_or_far_from_everything(typed: str) -> None:
    assert KNOWN.best(typed) == []


def test_a_name_with_a_digit_can_be_misspelt_but_another_code_is_another_code() -> None:
    codes = ("d365", "d365bc", "mb500", "pl200", "2017", "b2b")
    known = Spelling.of([("easystep2", 1), ("4ps", 1), *((code, 9) for code in codes)])
    assert known.best("easytsep2") == known.best("eassystep2") == ["easystep2"]
    assert known.best("4sp") == ["4ps"]
    for typed in ("easystep3", "5ps", "d366", "2016", "b3b", "365", "az500", "mb200", "d365fo", "d365ce", "4pz", "b2c"):
        assert known.best(typed) == [], typed


def test_of_equally_near_words_the_more_frequent_comes_first() -> None:
    spelling = Spelling.of([("tafel", 2), ("tabel", 9)])
    assert spelling.best("tacel") == ["tabel", "tafel"]
    assert Spelling.of([("tafel", 9), ("tabel", 2)]).best("tacel") == ["tafel", "tabel"]


def test_a_query_is_corrected_where_it_is_unknown() -> None:
    query = parse('Navisoin "vaste prjis" zorg -partei grothandel', LEXICON)
    assert corrected(query, KNOWN)[0] == 'navision "vaste prjis" zorg -partei groothandel'
    assert corrected(parse("navision zorg", LEXICON), KNOWN) == []
    assert corrected(parse("na*navisoin zorg?", LEXICON), KNOWN)[0] == "na navision zorg", "without what means nothing"


def test_of_two_unknown_words_each_is_varied() -> None:
    known = Spelling.of([(word, 1) for word in ("tafel", "tabel", "takel", "kamer", "kader")])
    some = corrected(parse("tavel kawer", LEXICON), known, 3)
    assert {each.split()[0] for each in some} == {"tafel", "tabel"}
    assert {each.split()[1] for each in some} == {"kamer", "kader"}


def plain_distance(one: str, other: str) -> int:
    """Damerau-Levenshtein (optimal string alignment), without thinking of speed or cost."""
    table = {(i, 0): i for i in range(len(one) + 1)} | {(0, j): j for j in range(len(other) + 1)}
    for i in range(1, len(one) + 1):
        for j in range(1, len(other) + 1):
            same = one[i - 1] == other[j - 1]
            table[i, j] = min(table[i - 1, j] + 1, table[i, j - 1] + 1, table[i - 1, j - 1] + (not same))
            if i > 1 and j > 1 and one[i - 1] == other[j - 2] and one[i - 2] == other[j - 1]:
                table[i, j] = min(table[i, j], table[i - 2, j - 2] + 1)
    return table[len(one), len(other)]


@given(st.text("abn", max_size=8), st.text("abn", max_size=8))
def test_the_distance_is_damerau_levenshtein_where_nothing_sounds_alike(one: str, other: str) -> None:
    mistakes, cost = plain_distance(one, other), distance(one, other, 2)
    assert (cost is not None) == (mistakes <= 2)
    if cost is not None:
        assert 0.5 * mistakes <= cost <= mistakes


@given(st.lists(st.text("abkg", min_size=3, max_size=9), min_size=1, max_size=20), st.text("abkg", max_size=9))
def test_no_word_within_reach_is_missed(words: list[str], typed: str) -> None:
    spelling = Spelling.of((word, 1) for word in set(words))
    reach = 1 if len(typed) <= 4 else 2
    near = {word for word in words if distance(typed, word, reach) is not None and plain_distance(typed, word) <= reach}
    if typed in words or len(typed) < 3:
        assert spelling.best(typed, 100) == []
    else:
        assert near <= set(spelling.best(typed, 100))


def test_words_of_the_catalogue_with_one_mistake_are_recognised() -> None:
    edition = read_edition(SEED / "criteria", SEED / "options")
    words = sorted({each for text in vocabulary(edition) for each in tokens(text) if each.isalpha() and len(each) > 4})
    spelling = Spelling.of((word, 1) for word in words)
    chance = random.Random(20261125)
    asked = right = 0
    for word in chance.sample(words, 400):
        at = chance.randrange(len(word) - 1)
        typed = chance.choice(
            [
                word[:at] + word[at + 1 :],
                word[:at] + word[at + 1] + word[at] + word[at + 2 :],
                word[:at] + "q" + word[at:],
            ]
        )
        if typed not in words:
            asked += 1
            right += spelling.best(typed)[:1] == [word]
    assert right > 0.95 * asked
