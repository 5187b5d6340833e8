"""What an answer amounts to on a day: pure, so without application or database."""

from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Any

import pytest

from partnerkompas.answers.facts import Dispute, Fact, facts_of, summary
from partnerkompas.answers.models import State
from partnerkompas.criteria.questions import Condition
from tests.edition import SMALL

DAY = date(2026, 11, 22)


@dataclass
class Row:
    """A newest answer, as the database gives it."""

    criterion: str
    value: Any = None
    state: str = "stated"
    product: str = ""
    level: int = 2
    id: int = 1
    source: str = "partner"
    source_url: str = "https://voorbeeld.example/bewijs"
    evidence: str = "een pagina"
    stated_on: date | None = date(2026, 1, 15)
    checked_on: date | None = None
    checked_by_role: str = ""
    valid_until: date | None = None
    release: str = "1.0.0"


def fact(*rows: Row, place: tuple[str, str], disputes: dict[int, str] | None = None, day: date = DAY) -> Fact:
    told = {number: Dispute(reason, DAY) for number, reason in (disputes or {}).items()}
    return facts_of(SMALL, rows, told, day)[place]


def test_a_question_nobody_answered_is_not_stated_and_never_no() -> None:
    found = fact(place=("iso", ""))
    assert (found.state, found.value, found.level, found.is_known, found.counts) == (
        State.NOT_STATED,
        None,
        0,
        False,
        False,
    )


def test_a_withdrawn_answer_keeps_nothing_of_the_row() -> None:
    found = fact(Row("iso", None, "not_stated", level=0), place=("iso", ""))
    assert found == Fact("iso", "", State.NOT_STATED)


@pytest.mark.parametrize("state", ["stated", "no", "not_applicable"])
def test_a_stored_state_stays_what_it_is(state: str) -> None:
    value = {"stated": True, "no": False}.get(state)
    found = fact(Row("iso", value, state), place=("iso", ""))
    assert (found.state, found.value, found.level, found.source, found.release) == (state, value, 2, "partner", "1.0.0")
    assert found.is_known


def test_an_answer_is_valid_through_its_last_day_and_then_expires_by_the_clock() -> None:
    row = Row("medewerkers", "b2", valid_until=DAY, level=3)
    on_the_last_day = fact(row, place=("medewerkers", ""))
    the_day_after = fact(row, place=("medewerkers", ""), day=DAY + timedelta(days=1))
    assert (on_the_last_day.state, on_the_last_day.level, on_the_last_day.counts) == (State.STATED, 3, True)
    assert (the_day_after.state, the_day_after.level, the_day_after.counts) == (State.EXPIRED, 2, False)
    assert the_day_after.value == "b2", "the last value stays, to be shown greyed"


@pytest.mark.parametrize(("level", "after"), [(0, 0), (1, 0), (2, 1), (4, 3)])
def test_an_expired_answer_drops_one_level_but_not_below_nothing(level: int, after: int) -> None:
    row = Row("medewerkers", "b2", valid_until=DAY - timedelta(days=1), level=level)
    assert fact(row, place=("medewerkers", "")).level == after


def test_an_open_challenge_makes_an_answer_disputed_and_keeps_its_value() -> None:
    found = fact(Row("iso", True, id=7), place=("iso", ""), disputes={7: "het certificaat is ingetrokken"})
    assert (found.state, found.value, found.dispute, found.counts) == (
        State.DISPUTED,
        True,
        "het certificaat is ingetrokken",
        False,
    )
    assert fact(Row("iso", True, id=8), place=("iso", ""), disputes={7: "een ander"}).state == State.STATED


def test_a_disputed_answer_that_is_also_too_old_is_disputed_and_has_dropped() -> None:
    row = Row("iso", True, valid_until=DAY - timedelta(days=1))
    found = fact(row, place=("iso", ""), disputes={1: "klopt niet"})
    assert (found.state, found.level) == (State.DISPUTED, 1)


# pagina_iso applies only if iso is stated


@pytest.mark.parametrize(
    ("iso", "expected"),
    [
        ([], State.NOT_STATED),
        ([Row("iso", True)], State.NOT_STATED),
        ([Row("iso", False, "no")], State.NOT_APPLICABLE),
        ([Row("iso", None, "not_applicable")], State.NOT_APPLICABLE),
        ([Row("iso", False, "no", valid_until=date(2026, 1, 1))], State.NOT_STATED),
    ],
    ids=["silence", "yes", "no", "not applicable", "expired no"],
)
def test_only_a_valid_answer_rules_a_question_out(iso: list[Row], expected: State) -> None:
    found = fact(*iso, place=("pagina_iso", ""))
    assert found.state == expected
    assert found.follows_from == ("iso" if expected == State.NOT_APPLICABLE else "")


def test_a_disputed_answer_rules_nothing_out() -> None:
    found = fact(Row("iso", False, "no", id=5), place=("pagina_iso", ""), disputes={5: "ze hebben het wel"})
    assert found.state == State.NOT_STATED


def test_an_answer_that_was_given_stands_even_where_the_question_would_not_apply() -> None:
    found = fact(Row("iso", False, "no"), Row("pagina_iso", "https://a.example", id=2), place=("pagina_iso", ""))
    assert (found.state, found.value) == (State.STATED, "https://a.example")


def conditional(key: str, *conditions: Condition) -> Any:
    """The small edition with conditions put on one question."""
    questions = tuple(replace(each, applies_if=conditions) if each.key == key else each for each in SMALL.questions)
    return replace(SMALL, questions=questions)


@pytest.mark.parametrize(
    ("branches", "expected"),
    [
        (["10"], State.NOT_STATED),  # 10 lies under C
        (["G"], State.NOT_APPLICABLE),
        ([], State.NOT_APPLICABLE),
        (None, State.NOT_STATED),
    ],
)
def test_a_condition_on_a_branch_includes_what_is_below_it(branches: list[str] | None, expected: State) -> None:
    edition = conditional("personen", Condition("branches", any_of=("C",)))
    rows = [] if branches is None else [Row("branches", branches, "stated" if branches else "no")]
    assert facts_of(edition, rows, {}, DAY)["personen", ""].state == expected


def test_conditions_work_through_others_whatever_the_order_of_the_questions() -> None:
    edition = conditional("producten", Condition("pagina_iso", state="stated"))
    facts = facts_of(edition, [Row("iso", False, "no")], {}, DAY)
    assert facts["pagina_iso", ""].follows_from == "iso"
    assert (facts["producten", ""].state, facts["producten", ""].follows_from) == (State.NOT_APPLICABLE, "pagina_iso")


def test_all_conditions_must_hold() -> None:
    edition = conditional("personen", Condition("iso", state="stated"), Condition("producten", any_of=("bc",)))
    rows = [Row("iso", True), Row("producten", ["fin"], id=2)]
    assert facts_of(edition, rows, {}, DAY)["personen", ""].follows_from == "producten"


def test_a_condition_on_a_question_per_product_looks_at_the_same_product() -> None:
    edition = conditional("reactietijd", Condition("venster", state="stated"))
    rows = [
        Row("producten", ["bc", "fin"]),
        Row("venster", "geen", "no", product="bc", id=2),
        Row("venster", "zeven", product="fin", id=3),
    ]
    facts = facts_of(edition, rows, {}, DAY)
    assert facts["reactietijd", "bc"].state == State.NOT_APPLICABLE
    assert facts["reactietijd", "fin"].state == State.NOT_STATED


def test_a_question_per_partner_is_ruled_out_only_if_every_product_rules_it_out() -> None:
    edition = conditional("personen", Condition("venster", state="stated"))
    one = [Row("producten", ["bc", "fin"]), Row("venster", "geen", "no", product="bc", id=2)]
    both = [*one, Row("venster", "geen", "no", product="fin", id=3)]
    assert facts_of(edition, one, {}, DAY)["personen", ""].state == State.NOT_STATED
    assert facts_of(edition, both, {}, DAY)["personen", ""].state == State.NOT_APPLICABLE


def test_questions_per_product_are_asked_for_each_product_in_the_order_of_the_list() -> None:
    facts = facts_of(SMALL, [Row("producten", ["fin", "bc"]), Row("venster", "vijf", product="fin", id=2)], {}, DAY)
    asked = [(key, product) for key, product in facts if key in ("venster", "reactietijd")]
    assert asked == [("venster", "bc"), ("venster", "fin"), ("reactietijd", "bc"), ("reactietijd", "fin")]
    assert facts["venster", "fin"].value == "vijf"
    assert facts["venster", "bc"].state == State.NOT_STATED


def test_without_products_a_question_per_product_is_asked_once() -> None:
    facts = facts_of(SMALL, [], {}, DAY)
    assert [product for key, product in facts if key == "venster"] == [""]


def test_an_answer_for_a_product_that_is_not_named_is_shown_all_the_same() -> None:
    facts = facts_of(SMALL, [Row("venster", "vijf", product="sales")], {}, DAY)
    assert facts["venster", "sales"].value == "vijf"


def test_facts_come_in_the_order_of_the_questions() -> None:
    keys = list(dict.fromkeys(key for key, _product in facts_of(SMALL, [], {}, DAY)))
    assert keys == [each.key for each in SMALL.questions]


def test_an_answer_to_a_question_that_is_gone_is_left_out() -> None:
    assert "vroeger" not in {key for key, _product in facts_of(SMALL, [Row("vroeger", True)], {}, DAY)}


def test_the_summary_counts_every_state_apart_and_takes_the_median_age() -> None:
    rows = [
        Row("producten", ["bc"], stated_on=date(2026, 10, 22)),
        Row("iso", False, "no", stated_on=date(2026, 5, 22), id=2),
        Row("medewerkers", "b1", stated_on=date(2024, 11, 22), valid_until=date(2025, 11, 22), id=3),
        Row("naam", "Voorbeeld BV", stated_on=None, id=4),
        Row("sinds", 1999, stated_on=date(2020, 1, 1), checked_on=date(2026, 11, 1), id=5),
    ]
    told = summary(facts_of(SMALL, rows, {4: Dispute("andere naam", DAY)}, DAY))
    assert told.asked == len(SMALL.questions) - 1, "what follows from another answer was not asked"
    assert told.known == 5
    assert {state: n for state, n in told.by_state.items() if n} == {
        State.STATED: 2,
        State.NO: 1,
        State.NOT_APPLICABLE: 1,  # pagina_iso follows from iso
        State.EXPIRED: 1,
        State.DISPUTED: 1,
        State.NOT_STATED: told.asked - 5,
    }
    assert (told.age_months(DAY), told.oldest_on, told.newest_on) == (3, date(2024, 11, 22), date(2026, 11, 1))


def test_the_summary_of_silence_has_no_age() -> None:
    told = summary(facts_of(SMALL, [], {}, DAY))
    assert (told.known, told.age_months(DAY), told.oldest_on) == (0, None, None)
