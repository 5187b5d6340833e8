"""Compounds are split where it is sure, and nothing else is."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from partnerkompas.criteria.files import read_edition
from partnerkompas.search.words import Splitter, fold, stems
from partnerkompas.search.words.catalogue import vocabulary

SEED = Path(__file__).parents[3] / "seed"
GOLD = Path(__file__).parent / "compounds.txt"


@pytest.fixture(scope="module")
def splitter() -> Splitter:
    return Splitter.of(vocabulary(read_edition(SEED / "criteria", SEED / "options")))


def test_compounds_of_this_domain_are_split_right_and_no_other_word_is(splitter: Splitter) -> None:
    lines = [line.split() for line in GOLD.read_text(encoding="utf-8").splitlines() if not line.startswith("#")]
    right = compounds = 0
    for word, *parts in lines:
        got = [stems(part)[0] for part in splitter.parts(fold(word))]
        if parts:
            compounds += 1
            right += got == [stems(fold(part))[0] for part in parts]
        else:
            assert not got, f"{word} is no compound"
    assert compounds > 120
    assert right >= 0.95 * compounds, "python bench/compounds.py shows which way it went"


@pytest.mark.parametrize(
    ("word", "parts"),
    [
        ("bedrijfssoftware", ("bedrijf", "software")),
        ("klantenservice", ("klant", "service")),
        ("bedrijfsprocessen", ("bedrijf", "processen")),
        ("groothandel", ("groot", "handel")),
        ("handel", ()),
        ("landbouw", ()),
        ("landbouwmachine", ("landbouw", "machine")),
        ("navision", ()),
        ("crm", ()),
        ("webcrm2", ()),
    ],
)
def test_what_links_the_parts_is_left_out(word: str, parts: tuple[str, ...]) -> None:
    assert Splitter.of(["land", "landbouw"]).parts(word) == parts


def test_a_last_part_may_be_a_plural_but_not_another_form() -> None:
    splitter = Splitter.of(["nemen", "klanten", "verwerken", "proces"], ["web"])
    assert splitter.parts("webprocessen") == ("web", "processen")
    assert splitter.parts("webneming") == splitter.parts("webklante") == splitter.parts("webverwerking") == ()


@given(st.lists(st.sampled_from(["handel", "software", "s", "en", "app", "x", "proces"]), max_size=12).map("".join))
def test_parts_are_known_words_in_their_order(word: str) -> None:
    parts = Splitter.of(()).parts(word)
    assert len(parts) != 1
    at = 0
    for part in parts:
        at = word.index(part, at) + len(part)
        assert part in Splitter.of(()).words or len(part) > 4
