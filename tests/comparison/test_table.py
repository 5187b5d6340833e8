"""Aligning the facts of partners: pure, so without application or database."""

from dataclasses import replace
from datetime import date

import pytest

from partnerkompas.answers.facts import Dispute, Facts, facts_of
from partnerkompas.answers.models import State
from partnerkompas.comparison.table import Line, lines, silence, themes
from partnerkompas.criteria.known_on import KnownOn
from partnerkompas.criteria.questions import Condition
from partnerkompas.infra.spreadsheet import harmless
from tests.answers.test_facts import Row
from tests.edition import SMALL

DAY = date(2026, 11, 22)
ASKED = KnownOn(None, DAY, None, "1.2.0", SMALL)


def facts(*rows: Row, disputes: dict[int, str] | None = None) -> Facts:
    told = {number: Dispute(reason, DAY) for number, reason in (disputes or {}).items()}
    return facts_of(SMALL, rows, told, DAY)


def line(key: str, *columns: Facts, product: str = "") -> Line:
    (found,) = [each for each in lines(SMALL, columns) if (each.question.key, each.product) == (key, product)]
    return found


def test_everybody_gets_the_same_rows_in_the_order_of_the_questions() -> None:
    made = lines(SMALL, [facts(), facts(Row("iso", True)), facts()])
    assert [each.question.key for each in made] == [each.key for each in SMALL.questions]
    assert {len(each.facts) for each in made} == {3}


def test_a_question_that_is_not_for_comparing_has_no_row() -> None:
    questions = tuple(
        replace(each, uses=frozenset({"facet"})) if each.key == "iso" else each for each in SMALL.questions
    )
    made = lines(replace(SMALL, questions=questions), [facts(), facts()])
    assert "iso" not in {each.question.key for each in made}


@pytest.mark.parametrize(
    ("one", "other", "differs"),
    [
        ([Row("branches", ["10", "G"])], [Row("branches", ["G", "10"])], False),
        ([Row("branches", ["10"])], [Row("branches", ["G"])], True),
        ([Row("branches", ["10"])], [], True),
        ([Row("branches", [], "no")], [], True),
        ([Row("branches", [], "no")], [Row("branches", None, "not_applicable")], True),
        ([Row("branches", ["10"], valid_until=date(2026, 1, 1))], [Row("branches", ["10"])], True),
        ([], [], False),
    ],
    ids=["same set", "other", "silence", "none is not silence", "none or n.a.", "expired", "both silent"],
)
def test_a_row_differs_by_value_as_its_kind_says_and_by_state(one: list[Row], other: list[Row], differs: bool) -> None:
    assert line("branches", facts(*one), facts(*other)).differs is differs


def test_a_row_differs_when_only_the_last_partner_does() -> None:
    same = facts(Row("iso", True))
    assert line("iso", same, same, facts(Row("iso", False, "no"))).differs
    assert not line("iso", same, same, same).differs


def test_the_source_or_level_alone_makes_no_difference() -> None:
    assert not line("iso", facts(Row("iso", True)), facts(Row("iso", True, level=1, source="register"))).differs


def test_there_is_a_row_for_each_product_that_anybody_has() -> None:
    one = facts(Row("producten", ["fin"]))
    other = facts(Row("producten", ["bc", "fin"]))
    found = [each.product for each in lines(SMALL, [one, other]) if each.question.key == "venster"]
    assert found == ["bc", "fin"]


def test_no_products_at_all_gives_one_row() -> None:
    found = [each.product for each in lines(SMALL, [facts(), facts()]) if each.question.key == "venster"]
    assert found == [""]


def test_a_partner_that_names_other_products_is_not_asked_about_this_one() -> None:
    has_bc = facts(Row("producten", ["bc"]), Row("venster", "vijf", product="bc", id=2))
    has_fin = facts(Row("producten", ["fin"]))
    cell = line("venster", has_bc, has_fin, product="bc").facts[1]
    assert (cell.state, cell.product, cell.follows_from) == (State.NOT_APPLICABLE, "bc", "producten")


@pytest.mark.parametrize(
    "products",
    [[], [Row("producten", ["fin"], valid_until=date(2026, 1, 1))], [Row("producten", ["fin"], id=9)]],
    ids=["silent", "expired", "disputed"],
)
def test_a_partner_that_does_not_surely_say_which_products_is_unknown_never_no(products: list[Row]) -> None:
    has_bc = facts(Row("producten", ["bc"]))
    cell = line("venster", has_bc, facts(*products, disputes={9: "klopt niet"}), product="bc").facts[1]
    assert (cell.state, cell.product) == (State.NOT_STATED, "bc")


def test_a_partner_without_any_product_is_not_asked() -> None:
    cell = line("venster", facts(Row("producten", ["bc"])), facts(Row("producten", [], "no")), product="bc").facts[1]
    assert cell.state == State.NOT_APPLICABLE


def test_what_no_product_can_change_is_not_applicable_for_every_product() -> None:
    asked = tuple(
        replace(each, applies_if=(Condition("iso", state="stated"),)) if each.key == "venster" else each
        for each in SMALL.questions
    )
    edition = replace(SMALL, questions=asked)
    has_bc = facts_of(edition, [Row("producten", ["bc"])], {}, DAY)
    silent_on_products = facts_of(edition, [Row("iso", False, "no")], {}, DAY)
    (found,) = [each for each in lines(edition, [has_bc, silent_on_products]) if each.question.key == "venster"]
    assert (found.product, found.facts[1].state, found.facts[1].follows_from) == ("bc", State.NOT_APPLICABLE, "iso")
    assert found.facts[1].product == "bc"


def table(*columns: Facts, only_differences: bool = False) -> tuple:  # type: ignore[type-arg]
    every = lines(SMALL, columns)
    shown = [each for each in every if each.differs or not only_differences]
    return themes(
        ASKED,
        columns,
        shown,
        every,
        url_of=lambda key: f"/criteria/{key}",
        expiring_days=60,
    )


def test_rows_come_by_theme_with_definition_reason_evidence_and_version() -> None:
    first, second = table(facts(Row("iso", True)), facts())
    assert (first.key, second.key) == ("thema", "tweede")
    row = next(each for each in second.rows if each.criterion == "iso")
    assert (row.label, row.question, row.why, row.evidence_rule) == ("iso nl", "iso? nl", "why iso nl", "proof iso nl")
    assert (row.version, row.url, row.differs) == ("1.2.0", "/criteria/iso", True)
    assert [cell.state for cell in row.cells] == ["stated", "not_stated"]


def test_totals_count_every_row_also_the_hidden_ones() -> None:
    one, other = facts(Row("iso", True), Row("producten", ["bc"], id=2)), facts(Row("producten", ["bc"]))
    shown = table(one, other, only_differences=True)
    assert sum(len(theme.rows) for theme in shown) == 1
    _first, second = shown
    assert [(total.known, total.asked) for total in second.totals] == [(1, 2), (0, 2)]
    assert dict(second.totals[1].by_state)[State.NOT_STATED] == 2


def test_silence_tells_when_the_partner_was_last_heard_of() -> None:
    cells = table(facts(Row("naam", "A", stated_on=date(2026, 3, 3))), facts())[1].rows[0].cells
    assert "3 maart 2026" in cells[0].reason
    assert "3 maart 2026" not in cells[1].reason
    assert silence(facts(), DAY) == cells[1].reason != ""


@pytest.mark.parametrize("text", ["=cmd", "+31", "-1", "@naam", "\tx", "\rx"])
def test_what_looks_like_a_formula_gets_an_apostrophe(text: str) -> None:
    assert harmless(text) == f"'{text}"


def test_plain_text_stays_plain() -> None:
    assert harmless("a=b") == "a=b"
    assert harmless("") == ""
