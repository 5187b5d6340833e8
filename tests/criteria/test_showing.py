"""Criteria as a reader sees them (pure)."""

from dataclasses import replace
from datetime import UTC, date, datetime

import pytest
from flask import Flask

from partnerkompas.criteria.known_on import known_on, past_day
from partnerkompas.criteria.questions import Condition, Option, OptionDate, OptionList, Text
from partnerkompas.criteria.showing import conflicting, detail, options, themes, when
from partnerkompas.infra import clock
from partnerkompas.infra.language import speaking
from tests.edition import SMALL, question, text, with_question
from tests.factories import the_criteria

END, START = Text("einde", "end"), Text("begin", "start")
TODAY = date(2026, 11, 22)


def option(*dates: tuple[Text, str]) -> Option:
    """An option whose dates come each from a source of its own."""
    told = (OptionDate(what, on, f"https://bron{n}.example") for n, (what, on) in enumerate(dates))
    return Option("oud", Text("Oud", "Old"), dates=tuple(told))


@pytest.mark.parametrize(
    ("dates", "expected"),
    [
        ([], False),
        ([(END, "2027-01")], False),
        ([(END, "2027-01"), (END, "2027-01")], False),
        ([(END, "2027-01"), (END, "2026-01")], True),
        ([(END, "2027-01"), (END, "2027-01-12")], False),
        ([(END, "2027-01-12"), (END, "2027")], False),
        ([(END, "2027"), (END, "2026-12-31")], True),
        ([(END, "2027"), (END, "2027-01"), (END, "2027-02")], True),
        ([(START, "2020"), (END, "2027")], False),
    ],
)
def test_sources_conflict_when_they_give_one_event_different_days(
    dates: list[tuple[Text, str]], expected: bool
) -> None:
    assert conflicting(option(*dates)) is expected


@pytest.mark.parametrize(
    ("on", "nl", "en"),
    [
        ("2026", "2026", "2026"),
        ("2026-03", "maart 2026", "March 2026"),
        ("2026-03-09", "9 maart 2026", "9 March 2026"),
        ("voorjaar 2026", "voorjaar 2026", "voorjaar 2026"),
        ("2026-13", "2026-13", "2026-13"),
        ("", "", ""),
    ],
)
def test_a_date_is_as_precise_as_its_source(on: str, nl: str, en: str) -> None:
    assert when(on) == nl
    with speaking("en"):
        assert when(on) == en


def test_an_option_tells_what_its_list_says(app: Flask) -> None:
    known = OptionList(
        "lijst",
        text("lijst"),
        "https://bron.example",
        (
            Option("a", Text("A", "A"), ("aa",), "", date(2020, 1, 1), TODAY, "b"),
            Option("b", Text("B", "B"), parent="a", proves=Text("dit", "this"), proves_not=Text("dat", "that")),
        ),
    )
    today, tomorrow = options(known, TODAY), options(known, date(2026, 11, 23))
    assert [(each.code, each.depth, each.retired, each.successor_label) for each in today] == [
        ("a", 0, False, "B"),
        ("b", 1, False, ""),
    ]
    assert [each.retired for each in tomorrow] == [True, False]
    assert (today[0].synonyms, today[1].proves, today[1].proves_not) == (("aa",), "dit", "dat")


def test_a_theme_without_questions_is_left_out_and_themes_have_an_order() -> None:
    first, second = SMALL.themes
    turned = replace(SMALL, themes=(replace(second, position=99), first, replace(first, key="leeg", position=1)))
    assert [each.key for each in themes(turned, lambda key: key)] == ["thema", "tweede"]


def test_a_condition_is_told_in_words() -> None:
    edition = with_question(
        SMALL,
        question("extra", "yes_no", applies_if=(Condition("producten", any_of=("bc", "fin")), Condition("iso", "no"))),
    )
    told = detail(edition, edition.by_key["extra"], lambda key: key, TODAY).applies_if
    assert told == (
        "“producten nl” is Business Central / Finance",
        "op “iso nl” is het antwoord nee of geen",
    )


def test_today_is_a_day_of_the_past_and_tomorrow_is_not() -> None:
    assert past_day("2026-11-22", TODAY) == TODAY
    with pytest.raises(ValueError, match="komen"):
        past_day("2026-11-23", TODAY)


def test_a_day_is_dutch_and_lasts_until_its_end(app: Flask) -> None:
    with clock.fixed_at(datetime(2025, 6, 30, 22, 30, tzinfo=UTC)):  # 1 July, half past midnight
        the_criteria()
    with clock.fixed_at(datetime(2025, 7, 2, 12, tzinfo=UTC)):
        the_criteria(with_question(SMALL, question("nieuw", "yes_no")))
    told = known_on("2025-07-01")
    assert (told.op, told.day, told.release) == (date(2025, 7, 1), date(2025, 7, 1), "1.0.0")
    assert told.moment == datetime(2025, 7, 1, 21, 59, 59, 999999, tzinfo=UTC)
    assert known_on("2025-07-02").release == "1.1.0"
    now = known_on(None)
    assert (now.op, now.day, now.moment, now.notices) == (None, TODAY, None, ())
