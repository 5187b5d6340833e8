"""Each kind knows everything about its answers: read, refuse, show, count, find, compare, write (pure)."""

from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from werkzeug.datastructures import MultiDict
from wtforms import Form

from partnerkompas.criteria.kinds import KINDS, NotAnAnswer, kind_of
from partnerkompas.criteria.questions import Option, OptionList, Question, Text
from partnerkompas.infra import clock
from partnerkompas.infra.language import speaking
from tests.edition import SMALL, question
from tests.factories import NOW


@dataclass(frozen=True)
class Case:
    """One answer in all its forms."""

    key: str
    raw: tuple[object, ...]
    value: object
    nl: str
    en: str
    cell: str
    buckets: tuple[str, ...] = ()
    terms: tuple[str, ...] = ()
    no: bool = False


PAGE = "https://a.example/x?y=1"

CASES = [
    Case("iso", ("ja", "Ja", " YES ", "true", "1", True), True, "Ja", "Yes", "ja", ("ja",), ("iso nl", "iso en")),
    Case("iso", ("nee", "No", "onwaar", "0", False), False, "Nee", "No", "nee", ("nee",), no=True),
    Case(
        "venster",
        ("zeven", "24×7", " zeven "),
        "zeven",
        "24×7",
        "24×7",
        "zeven",
        ("zeven",),
        ("24×7",),
    ),
    Case("venster", ("geen", "Geen", "none"), "geen", "Geen", "None", "geen", ("geen",), ("Geen", "None"), no=True),
    Case("medewerkers", ("b2", "b2 nl", "B2 EN"), "b2", "b2 nl", "b2 en", "b2", ("b2",)),
    Case(
        "producten",
        ("fin|bc", ["fin", "bc"], "Finance | business central", "bc|fin|bc"),
        ["bc", "fin"],
        "Business Central, Finance",
        "Business Central, Finance",
        "bc|fin",
        ("bc", "fin"),
        ("Business Central", "Navision", "NAV", "Finance", "AX", "F&O"),
    ),
    Case("producten", ("", [], None), [], "Geen", "None", "", no=True),
    Case(
        "branches",
        ("10", ["10"], "Voedingsmiddelen", "food"),
        ["10"],
        "Voedingsmiddelen",
        "Food",
        "10",
        ("10", "C"),
        ("Voedingsmiddelen", "Food", "Industrie", "Manufacturing", "Industrie › Voedingsmiddelen"),
    ),
    Case("reactietijd", ("0.5", "0,5", 0.5, "+0,50"), 0.5, "0,5 uur", "0.5 hours", "0.5"),
    Case("personen", ("1250", 1250, "1250.0"), 1250, "1.250 personen", "1,250 people", "1250"),
    Case("gezien", ("2026-11-02", " 2026-11-02 "), "2026-11-02", "2 november 2026", "2 November 2026", "2026-11-02"),
    Case("vernieuwd", ("2026-03",), "2026-03", "maart 2026", "March 2026", "2026-03"),
    Case("sinds", ("1999", 1999), 1999, "1999", "1999", "1999"),
    Case(
        "naam",
        ("  Jansen \n  & Zn ",),
        "Jansen & Zn",
        "Jansen & Zn",
        "Jansen & Zn",
        "Jansen & Zn",
        (),
        ("Jansen & Zn",),
    ),
    Case("pagina_iso", (PAGE,), PAGE, PAGE, PAGE, PAGE),
]

REFUSED: list[tuple[str, object]] = [
    ("iso", ""),
    ("iso", "misschien"),
    ("iso", ["ja"]),
    ("venster", ""),
    ("venster", "altijd"),
    ("venster", ["vijf", "zeven"]),
    ("medewerkers", "b9"),
    ("producten", "bc|onbekend"),
    ("producten", [["bc"]]),
    ("branches", "Z"),
    ("reactietijd", "0.125"),
    ("reactietijd", "-1"),
    ("reactietijd", "48.01"),
    ("reactietijd", "1.250,50"),
    ("reactietijd", "nan"),
    ("reactietijd", "1e3"),
    ("reactietijd", "٣"),
    ("reactietijd", True),
    ("personen", "12.5"),
    ("personen", "9" * 40),
    ("gezien", "2026-02-31"),
    ("gezien", "31-13-2026"),
    ("gezien", "3/4/2026"),
    ("gezien", "3-4-26"),
    ("gezien", "maart 2026"),
    ("gezien", "2026-11"),
    ("gezien", "0001-01-01"),
    ("vernieuwd", "2026-13"),
    ("vernieuwd", "2026-03-15"),
    ("vernieuwd", "mrt"),
    ("vernieuwd", "1/3/2026"),
    ("vernieuwd", "2026"),
    ("sinds", "1969"),
    ("sinds", "2026-11"),
    ("sinds", "26"),
    ("naam", "x" * 61),
    ("naam", "een\x00twee"),
    ("naam", "   "),
    ("naam", {"a": 1}),
    ("pagina_iso", "javascript:alert(1)"),
    ("pagina_iso", "ftp://a.example"),
    ("pagina_iso", "https://"),
    ("pagina_iso", "https://a.example/<script>"),
    ("pagina_iso", "http://[::1"),
]


def asked(key: str) -> Question:
    return SMALL.by_key[key]


def name(case: Case) -> str:
    return f"{case.key} {case.cell}"


def test_every_kind_has_a_case() -> None:
    assert {asked(case.key).kind for case in CASES} >= {each.kind for each in SMALL.questions}
    assert {"yes_no", "one_of", "many_of", "band", "tree", "amount", "date", "month", "year", "text", "link"} <= set(
        KINDS
    )


@pytest.mark.parametrize("case", CASES, ids=name)
def test_every_way_to_write_an_answer_is_read_as_the_same_value(case: Case) -> None:
    kind = kind_of(asked(case.key))
    for raw in case.raw:
        value = kind.parse(asked(case.key), raw)
        assert (value, type(value)) == (case.value, type(case.value)), raw


@pytest.mark.parametrize("case", CASES, ids=name)
def test_an_answer_is_shown_in_both_languages(case: Case) -> None:
    kind = kind_of(asked(case.key))
    assert (kind.show(asked(case.key), case.value, "nl"), kind.show(asked(case.key), case.value, "en")) == (
        case.nl,
        case.en,
    )


@pytest.mark.parametrize("case", CASES, ids=name)
def test_an_answer_is_counted_and_found_under_its_values(case: Case) -> None:
    question = asked(case.key)
    kind = kind_of(question)
    assert kind.buckets(question, case.value) == case.buckets
    assert kind.terms(question, case.value) == case.terms
    offered = {bucket.code for bucket in kind.choices(question, "nl")}
    assert set(case.buckets) <= offered
    assert kind.says_no(question, case.value) is case.no


def test_a_band_is_found_by_its_other_names_only() -> None:
    always = OptionList("v", Text("v", "v"), "voor de tests", (Option("24x7", Text("24 uur", "24 hours"), ("24/7",)),))
    assert kind_of(asked("medewerkers")).terms(replace(asked("medewerkers"), options=always), "24x7") == ("24/7",)


@pytest.mark.parametrize("case", CASES, ids=name)
def test_a_cell_reads_back_as_the_value(case: Case) -> None:
    question = asked(case.key)
    kind = kind_of(question)
    cell = kind.to_cell(question, case.value)
    assert cell == case.cell
    assert kind.parse(question, cell) == case.value
    assert kind.same(question, kind.parse(question, cell), case.value)


@pytest.mark.parametrize("language", ["nl", "en"])
@pytest.mark.parametrize("case", CASES, ids=name)
def test_a_form_takes_the_answer(case: Case, language: str) -> None:
    question = asked(case.key)
    kind = kind_of(question)
    made = type("OneQuestion", (Form,), {"answer": kind.field(question, language)})
    sent = case.value if isinstance(case.value, list) else [case.cell]
    form = made(MultiDict([("answer", each) for each in sent]))
    assert form.validate(), form.errors
    assert str(form.answer.label.text) == question.label.in_(language)
    data: Any = form.answer.data
    assert kind.parse(question, data if isinstance(data, (list, bool)) else str(data)) == case.value


@pytest.mark.parametrize(("key", "raw"), REFUSED, ids=lambda each: str(each)[:30])
def test_what_is_no_answer_is_refused_with_a_short_reason(key: str, raw: object) -> None:
    kind = kind_of(asked(key))
    with pytest.raises(NotAnAnswer) as refused:
        kind.parse(asked(key), raw)
    assert 5 < len(str(refused.value)) < 160


def test_a_huge_cell_is_not_repeated_in_the_message() -> None:
    with pytest.raises(NotAnAnswer) as refused:
        kind_of(asked("venster")).parse(asked("venster"), "x" * 50_000_000)
    assert len(str(refused.value)) < 160


@pytest.mark.parametrize(
    ("key", "one", "other", "same"),
    [
        ("producten", ["bc", "fin"], ["fin", "bc"], True),
        ("producten", ["bc"], ["bc", "fin"], False),
        ("branches", ["10"], ["C"], False),
        ("personen", 10, 10, True),
        ("reactietijd", 1.0, 1, True),
        ("reactietijd", 1.0, 1.25, False),
        ("iso", True, False, False),
        ("naam", "Jansen", "jansen", False),
    ],
)
def test_a_kind_says_whether_two_answers_are_the_same(key: str, one: object, other: object, same: bool) -> None:
    kind = kind_of(asked(key))
    assert kind.same(asked(key), one, other) is same
    assert kind.same(asked(key), other, one) is same


@pytest.mark.parametrize(
    ("key", "values"),
    [
        ("medewerkers", ["b1", "b2", "b3"]),
        ("personen", [2, 10, 100]),
        ("reactietijd", [0.25, 1.0, 24.0]),
        ("gezien", ["2025-12-31", "2026-01-01"]),
        ("vernieuwd", ["2025-12", "2026-01"]),
        ("sinds", [1999, 2010]),
        ("naam", ["abc", "Bcd"]),
        ("iso", [True, False]),
    ],
)
def test_values_sort_as_a_reader_expects(key: str, values: list[Any]) -> None:
    question = asked(key)
    kind = kind_of(question)
    backwards = values[::-1]
    assert sorted(backwards, key=lambda value: kind.sort_key(question, value, "nl")) == values


@pytest.mark.parametrize(
    ("key", "value", "text", "upper", "inside"),
    [
        ("personen", 10, "10", False, True),
        ("personen", 10, "10", True, True),
        ("personen", 9, "10", False, False),
        ("reactietijd", 0.5, "0,5", True, True),
        ("gezien", "2026-12-31", "2026", True, True),
        ("gezien", "2027-01-01", "2026", True, False),
        ("gezien", "2026-02-28", "2026-02", True, True),
        ("gezien", "2026-03-01", "2026-02", True, False),
        ("gezien", "2024-02-29", "2024-02", True, True),
        ("gezien", "2026-12-31", "2026-12", True, True),
        ("gezien", "2026-01-01", "2026", False, True),
        ("vernieuwd", "2026-03", "2026-03", True, True),
        ("sinds", 1999, "1999", True, True),
        ("sinds", 1999, "2000", False, False),
    ],
)
def test_bounds_are_included_and_a_year_is_a_whole_year(
    key: str, value: object, text: str, upper: bool, inside: bool
) -> None:
    question = asked(key)
    kind = kind_of(question)
    place, end = kind.number(question, value), kind.bound(question, text, upper)
    assert place is not None
    assert (place <= end if upper else place >= end) is inside


@pytest.mark.parametrize("key", ["personen", "reactietijd", "gezien", "vernieuwd", "sinds"])
@pytest.mark.parametrize("text", ["", "abc", "2026-02-31", "1..2", "-"])
def test_a_bound_that_cannot_be_read_is_refused(key: str, text: str) -> None:
    with pytest.raises(NotAnAnswer):
        kind_of(asked(key)).bound(asked(key), text, False)


@pytest.mark.parametrize("key", ["iso", "naam", "producten"])
def test_a_kind_without_a_line_refuses_ranges(key: str) -> None:
    with pytest.raises(NotAnAnswer):
        kind_of(asked(key)).bound(asked(key), "1", False)


@given(st.decimals(min_value=0, max_value=48, places=2))
def test_every_amount_survives_its_cell_and_its_bound(number: Decimal) -> None:
    question = asked("reactietijd")
    kind = kind_of(question)
    value = kind.parse(question, str(number))
    assert kind.parse(question, kind.to_cell(question, value)) == value == float(number)
    assert kind.bound(question, kind.show_number(question, kind.number(question, value) or 0.0), True) == value


@given(st.dates(min_value=date(1800, 1, 1), max_value=date(2200, 12, 31)))
def test_every_day_survives_its_cell(day: date) -> None:
    for key, text in (("gezien", day.isoformat()), ("vernieuwd", day.isoformat()[:7])):
        kind = kind_of(asked(key))
        assert kind.to_cell(asked(key), kind.parse(asked(key), text)) == text


@given(st.text(max_size=80))
def test_no_text_breaks_a_kind(text: str) -> None:
    for each in SMALL.questions:
        kind = kind_of(each)
        try:
            value = kind.parse(each, text)
        except NotAnAnswer:
            continue
        assert kind.parse(each, kind.to_cell(each, value)) == value


def test_a_code_wins_from_a_label_and_a_shared_label_is_no_answer() -> None:
    known = OptionList(
        "l",
        Text("l", "l"),
        "",
        (
            Option("a", Text("b", "b")),
            Option("b", Text("c", "c")),
            Option("d", Text("zelfde", "same")),
            Option("e", Text("zelfde", "x")),
        ),
    )
    asked_so = question("k", "one_of", options=known)
    kind = kind_of(asked_so)
    assert kind.parse(asked_so, "b") == "b"
    with pytest.raises(NotAnAnswer):
        kind.parse(asked_so, "zelfde")


def test_one_value_may_stand_for_no() -> None:
    """Never of questions with more answers at once: none at all is no too, and no beside something else is not."""
    assert {each.key: code for each in SMALL.questions if (code := kind_of(each).bucket_of_no(each))} == {
        "iso": "nee",
        "venster": "geen",
    }
    none = OptionList("l", Text("l", "l"), "", tuple(Option(c, Text(c, c), means_no=c > "a") for c in "abc"))
    assert kind_of(asked("venster")).bucket_of_no(question("k", "one_of", options=none)) == ""


def test_an_option_that_a_later_release_dropped_is_still_shown_by_its_code() -> None:
    smaller = replace(asked("producten"), options=OptionList("p", Text("p", "p"), "", ()))
    kind = kind_of(smaller)
    assert kind.show(smaller, ["bc"], "nl") == "bc"
    tree = replace(asked("branches"), options=OptionList("p", Text("p", "p"), "", ()))
    assert kind_of(tree).buckets(tree, ["10"]) == ("10",)


def test_free_text_is_found_by_words_only_when_its_question_says_so() -> None:
    silent = replace(asked("naam"), uses=frozenset({"compare"}))
    assert kind_of(silent).terms(silent, "Jansen") == ()


def test_reasons_come_in_the_language_of_the_reader() -> None:
    """The English words themselves are in the translations; here only that nothing is fixed when the program starts."""
    with speaking("en"), pytest.raises(NotAnAnswer):
        kind_of(asked("iso")).parse(asked("iso"), "misschien")


@pytest.mark.parametrize(
    ("key", "written", "meant"),
    [
        ("gezien", "31-3-2026", "2026-03-31"),
        ("gezien", "03-04-2026", "2026-04-03"),
        ("gezien", "31.3.2026", "2026-03-31"),
        ("gezien", "31/03/2026", "2026-03-31"),
        ("gezien", "3/31/2026", "2026-03-31"),
        ("gezien", "4/4/2026", "2026-04-04"),
        ("vernieuwd", "mrt-26", "2026-03"),
        ("vernieuwd", "Mar-26", "2026-03"),
        ("vernieuwd", "okt. 2026", "2026-10"),
        ("vernieuwd", "3-2026", "2026-03"),
        ("vernieuwd", "2026-03-01", "2026-03"),
        ("vernieuwd", "1-3-2026", "2026-03"),
    ],
)
def test_days_as_people_and_spreadsheets_write_them(key: str, written: str, meant: str) -> None:
    assert kind_of(asked(key)).parse(asked(key), written) == meant


@pytest.mark.parametrize(
    ("key", "written", "told"),
    [
        ("gezien", "31-3-26", "geen bestaande datum"),
        ("vernieuwd", "31-3-26", "geen maand als 2026-11"),
        ("vernieuwd", "dec-98", "geen maand als 2026-11"),
        ("vernieuwd", "jan-28", "geen maand als 2026-11"),
    ],
)
def test_a_short_year_that_may_be_another_century_is_refused(key: str, written: str, told: str) -> None:
    with clock.fixed_at(NOW), pytest.raises(NotAnAnswer, match=told):
        kind_of(asked(key)).parse(asked(key), written)


def test_a_short_year_may_be_the_next() -> None:
    with clock.fixed_at(NOW):
        parsed = [kind_of(asked("vernieuwd")).parse(asked("vernieuwd"), each) for each in ("dec-27", "jan-05")]
    assert parsed == ["2027-12", "2005-01"]


@pytest.mark.parametrize("language", ["nl", "en"])
@pytest.mark.parametrize("question", SMALL.questions, ids=lambda each: each.key)
def test_the_example_of_a_kind_is_an_answer(question: Question, language: str) -> None:
    kind = kind_of(question)
    example = kind.example(question, language)
    assert example
    kind.parse(question, example)
