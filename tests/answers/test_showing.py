"""One fact as a reader sees it (pure)."""

from datetime import date

import pytest

from partnerkompas.answers.facts import Fact
from partnerkompas.answers.models import State
from partnerkompas.answers.plain import plain
from partnerkompas.answers.showing import FactView, show, state_label, state_meaning
from partnerkompas.infra.language import speaking
from tests.edition import SMALL

DAY = date(2026, 11, 22)


def view(state: State = State.STATED, value: object = True, criterion: str = "iso", **more: object) -> FactView:
    fact = Fact(criterion, "", state, value, **more)  # type: ignore[arg-type]
    return show(SMALL, fact, lambda key: f"/criteria/{key}", day=DAY, expiring_days=60, silence="stil")


@pytest.mark.parametrize(
    ("until", "state", "expected"),
    [
        (None, State.STATED, False),
        (date(2026, 11, 21), State.EXPIRED, False),
        (date(2026, 11, 22), State.STATED, True),
        (date(2027, 1, 21), State.NO, True),
        (date(2027, 1, 22), State.STATED, False),
        (date(2026, 11, 30), State.DISPUTED, False),
    ],
)
def test_an_answer_is_about_to_expire_in_its_last_sixty_days(until: date | None, state: State, expected: bool) -> None:
    assert view(state, valid_until=until).expiring is expected


def test_a_date_is_missed_only_where_somebody_spoke() -> None:
    assert view(source="partner").needs_date
    assert not view(source="partner", stated_on=DAY).needs_date
    assert not view(source="partner", checked_on=DAY).needs_date
    assert not view(State.NOT_STATED, None).needs_date


def test_only_silence_says_what_to_say_of_silence() -> None:
    assert view(State.NOT_STATED, None).reason == "stil"
    assert view().reason == ""
    assert view(State.DISPUTED, dispute="klopt niet").reason == "klopt niet"
    assert "iso nl" in view(State.NOT_APPLICABLE, None, "pagina_iso", follows_from="iso").reason


def test_every_state_has_a_word_and_a_meaning_of_its_own() -> None:
    assert len({state_label(each) for each in State}) == len({state_meaning(each) for each in State}) == 6


def test_a_choice_that_a_later_release_dropped_stays_in_sight() -> None:
    shown = view(value=["bc", "weg"], criterion="producten")
    assert [each.label for each in shown.items] == ["Business Central", "weg"]
    assert shown.display == "Business Central, weg"


def test_texts_follow_the_language() -> None:
    with speaking("en"):
        shown = view(value=["10"], criterion="branches")
    assert (shown.label, shown.question, shown.display) == ("branches en", "branches? en", "Food")


def test_a_plain_fact_is_json_with_everything_it_takes_to_trust_it() -> None:
    fact = Fact(
        "iso", "", State.STATED, True, 3, "register", "https://a.example", "gezien", DAY, DAY, "curator", DAY, "1.0.0"
    )
    assert plain(SMALL, fact) == {
        "criterion": "iso",
        "product": "",
        "state": "stated",
        "value": True,
        "display": "Ja",
        "source": "register",
        "source_url": "https://a.example",
        "evidence": "gezien",
        "level": 3,
        "stated_on": "2026-11-22",
        "checked_on": "2026-11-22",
        "checked_by_role": "curator",
        "valid_until": "2026-11-22",
        "release": "1.0.0",
        "follows_from": "",
        "dispute": "",
        "dispute_due_on": None,
    }
