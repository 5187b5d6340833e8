"""Wording that no reader can check is pointed out, facts with the same words are not (row U7)."""

import re
import time
import tomllib
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bench.wording import halves, of_any, of_kind
from partnerkompas.answers.wording import Kind, pieces, remarks
from partnerkompas.answers.wording import phrases as written
from partnerkompas.answers.wording.reasons import REASONS
from partnerkompas.infra.language import speaking

LISTS = [tomllib.loads(Path(written.__file__).with_name(name).read_text()) for name in written.LISTS]


def kinds(text: str) -> list[str]:
    return [remark.kind.value for remark in remarks(text)]


def marked(text: str) -> list[str]:
    return [remark.word for remark in remarks(text)]


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("De beste partner voor retail", "superlative"),
        ("Nummer 1 in Nederland", "superlative"),
        ("Nr. 1 in ERP, #1 in CRM", "superlative"),
        ("Toonaangevend in de bouw", "superlative"),
        ("ONGEËVENAARD", "superlative"),
        ("A market-leading team", "superlative"),
        ("Beter dan andere partners", "comparison"),
        ("In tegenstelling tot onze concurrenten", "comparison"),
        ("Faster than our competitors", "comparison"),
        ("Hoogwaardige kennis", "unmeasurable"),
        ("Wij ontzorgen u", "unmeasurable"),
        ("Passie voor ERP", "unmeasurable"),
        ("Klantgerichte mensen", "unmeasurable"),
        ("Volgens een bewezen aanpak", "unmeasurable"),
        ("Seamless upgrades", "unmeasurable"),
        ("Your trusted advisor", "unmeasurable"),
    ],
)
def test_is_pointed_out(text: str, kind: str) -> None:
    assert set(kinds(text)) == {kind}


@pytest.mark.parametrize(
    "text",
    [
        "",
        "Het grootste project had 400 gebruikers.",
        "Meer dan 20 consultants.",
        "Wij werken samen met meer dan 12 andere partners.",
        "Wij volgen de best practices van Microsoft.",
        "We follow the best practices of Microsoft.",
        "Beste klant, onze prijzen staan op de site.",
        "Versie 26 is sneller dan versie 17.",
        "Eerste lijn: minimaal vier uur.",
        "Elke klant krijgt een uniek nummer.",
        "De snelste migratie duurde 31 dagen.",
        "Geavanceerd magazijnbeheer is ingericht bij 9 klanten.",
        "The premier support contract is not included.",
        "12 years of experience with NAV.",
    ],
)
def test_facts_are_left_alone(text: str) -> None:
    assert remarks(text) == ()


def test_a_figure_excuses_only_its_own_sentence() -> None:
    assert marked("De snelste migratie van Nederland. Er zijn 31 consultants.") == ["snelste"]
    assert marked("De snelste migratie duurde 31 dagen. Er zijn consultants.") == []


def test_a_figure_does_not_excuse_a_rank() -> None:
    assert marked("Al 12 jaar de beste partner") == ["de beste"]


def test_words_are_given_as_written() -> None:
    text = "Wij zijn ONGEËVENAARD, en best-in-class!"
    assert marked(text) == ["ONGEËVENAARD", "best-in-class"]
    assert all(text[each.start : each.end] == each.word for each in remarks(text))


def test_accents_capitals_and_what_nobody_sees_do_not_matter() -> None:
    for text in ("ongeëvenaard", "ongee\u0308venaard", "ongeevenaard", "ONGEËVENAARD", "onge\u00adëvenaard"):
        assert marked(text) == [text]


def test_both_languages_in_one_note() -> None:
    assert kinds("Onze hoogwaardige en seamless aanpak, faster than our competitors") == [
        "unmeasurable",
        "unmeasurable",
        "comparison",
    ]


def test_a_phrase_does_not_run_across_punctuation() -> None:
    assert remarks("Wij kennen ook de, beste lezer, oudere versies.") == ()


def test_reasons_are_in_the_language_of_the_reader() -> None:
    with speaking("nl"):
        (remark,) = remarks("Wij ontzorgen")
        assert "niet te meten" in remark.reason
        assert Kind.UNMEASURABLE.label == "niet te meten"


def test_pieces_mark_what_is_pointed_out() -> None:
    text = "Wij bieden <b>hoogwaardige</b> zorg."
    assert [(piece.text, piece.remark is not None) for piece in pieces(text)] == [
        ("Wij bieden <b>", False),
        ("hoogwaardige", True),
        ("</b> zorg.", False),
    ]


def test_no_text_has_no_pieces() -> None:
    assert pieces("") == ()


WORDS = sorted({word for told in LISTS for word in re.findall(r"\w+", str(told))})
NOTES = st.lists(st.sampled_from(WORDS) | st.text(max_size=4), max_size=60).map(" ".join) | st.text(max_size=300)


@given(NOTES)
def test_any_text_comes_back_whole(text: str) -> None:
    """Never raises; positions are of the text as written, in order and apart; the pieces are the text."""
    found, end = remarks(text), 0
    for remark in found:
        assert end <= remark.start < remark.end <= len(text)
        assert text[remark.start : remark.end] == remark.word
        assert remark.reason
        end = remark.end
    cut = pieces(text)
    assert "".join(piece.text for piece in cut) == text
    assert tuple(piece.remark for piece in cut if piece.remark) == found
    assert remarks(text) == found


@given(NOTES)
def test_sentences_before_and_after_do_not_matter(text: str) -> None:
    around = remarks(f"Zwolle. {text} . Zwolle.")
    assert [remark.word for remark in around] == marked(text + " .")


@pytest.mark.parametrize(
    "unit",
    [
        "dan andere ",
        "a",
        "\u0308",
        "than the other ",
        "nr . 1 ",
        "uniek a b c ",
        "unique ",
        "#",
        "dan dan ",
        "\u200b",
        "ﷺ",
    ],
)
def test_time_grows_with_the_length_at_most(unit: str) -> None:
    """Forty times the text of whatever is worst takes some forty times as long, and not sixteen hundred times.

    Between those lies the bound, and one of five tries is enough: no machine is ten times slower by chance that often.
    """

    def seconds(length: int) -> float:
        text = (unit * length)[:length]
        start = time.process_time()
        remarks(text)
        return time.process_time() - start

    seconds(100)
    assert any(seconds(200_000) < 400 * max(seconds(5_000), 0.005) for _try in range(5))


@pytest.mark.parametrize("told", LISTS, ids=written.LISTS)
def test_lists_are_well_formed(told: dict[str, object]) -> None:
    """A part is letters or one mark, as a text is folded, with a star at one end; what starts a phrase can be found."""
    groups = told["words"]
    assert isinstance(groups, list)
    for group in groups:
        assert set(group) <= {"kind", "reason", "unless_figure", "phrases"}
        assert Kind(group["kind"])
        assert group["reason"] in REASONS
    lines = "\n".join([str(told["neutral"]).strip(), *(group["phrases"].strip() for group in groups)]).split("\n")
    for line in lines:
        parts = line.split()
        assert not parts[0].startswith("..."), line
        assert not written.part(parts[-1]).optional, line
        for part in parts:
            assert re.fullmatch(r"(\.\.\.|[.#]|(\*?[a-z0-9]+|[a-z0-9]+\*)(\|(\*?[a-z0-9]+|[a-z0-9]+\*))*)\??", part), (
                line
            )
        for start in written.part(parts[0]).beginnings + written.part(parts[0]).endings:
            assert len(start) >= written.KEY, line


def test_no_phrase_of_a_list_is_there_twice() -> None:
    for told in LISTS:
        groups = told["words"]
        assert isinstance(groups, list)
        lines = [line for group in groups for line in group["phrases"].strip().splitlines()]
        assert sorted(set(lines)) == sorted(lines)


def test_every_reason_is_used() -> None:
    assert {group["reason"] for told in LISTS for group in told["words"]} == set(REASONS)


def test_what_was_reached_is_kept() -> None:
    """On the sentences for tuning (docs/benchmarks.md)."""
    tuning, apart = halves()
    assert len(tuning) == len(apart) == 100
    figures = of_any(tuning)
    assert (figures.wrong, figures.missed) == (0, 0)
    assert all(of_kind(tuning, kind).missed == 0 for kind in Kind)
