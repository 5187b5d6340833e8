"""import(export(x)) == x, in every format, for whatever partners and answers may hold (interface: export)."""

import csv
import io
import json
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from partnerkompas.answers import actions as answers
from partnerkompas.answers.actions import NewAnswer
from partnerkompas.answers.models import State
from partnerkompas.criteria import actions, releases
from partnerkompas.criteria.files import WrongFile, read_edition
from partnerkompas.criteria.kinds import kind_of
from partnerkompas.criteria.questions import Edition
from partnerkompas.exchange.cells import in_one_cell, texts_of
from partnerkompas.exchange.exporting import export_answers, export_criteria, export_partners
from partnerkompas.exchange.importing import import_answers, import_partners
from partnerkompas.exchange.reading import read_records
from partnerkompas.infra.db import db
from partnerkompas.infra.spreadsheet import as_meant, harmless
from partnerkompas.partners import actions as partners
from partnerkompas.partners import queries
from partnerkompas.partners.actions import PlainOffice, PlainPartner, plain
from partnerkompas.partners.models import OfficeRole, Partner, PartnerStatus
from partnerkompas.permissions.vocabulary import OPERATOR, VISITOR
from tests.conftest import ROOT
from tests.edition import SMALL
from tests.factories import NOW, a_partner, an_answer, the_criteria

FORMATS = ("csv", "json", "xlsx")
NASTY = [
    "=cmd|' /C calc'!A0",
    "'=x",
    "''+y",
    "-1",
    "@x",
    "'quoted'",
    "a|b;c\\d",
    "\\|",
    '","',
    "#N/A",
    "_x0041_",
    "1.0",
    "007",
    "TRUE",
    "null",
    "~",
    "2026-01-01",
    "Ĳsbrand & Zn. <b>",
    "😀 Ω",
]

lines = (
    st.sampled_from(NASTY)
    | st.text(
        st.characters(exclude_categories=["C", "Z"]) | st.just(" ") | st.sampled_from("'=+-@|;\\\"\n"), min_size=1
    )
).map(lambda text: " ".join(text.split())[:60].strip())
words = lines.filter(lambda text: text != "" and text.isprintable())
prose = st.lists(words, max_size=3).map("\n".join)
days = st.dates(date(2000, 1, 1), date(2026, 11, 22))
links = st.sampled_from(["", "https://a.example/x;y|z?a=b&c=%20", "http://b.example"])
offices = st.builds(PlainOffice, words, st.sampled_from(["", "NL-UT", "NL-GR"]), st.sampled_from(OfficeRole), links)
plain_partners = st.builds(
    PlainPartner,
    slug=st.from_regex(r"[a-z0-9]{1,8}(-[a-z0-9]{1,8}){0,2}", fullmatch=True),
    name=words,
    legal_name=words | st.just(""),
    kvk_number=st.from_regex("[0-9]{8}", fullmatch=True) | st.just(""),
    website=links,
    group_name=words | st.just(""),
    status=st.sampled_from(PartnerStatus),
    listed_on=days,
    fictional=st.booleans(),
    former_names=st.lists(words, unique=True, max_size=3).map(tuple),
    offices=st.lists(offices, max_size=3).map(tuple),
)
in_a_database = settings(
    deadline=None, max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow]
)


@given(words)
def test_no_cell_can_be_taken_for_a_formula_and_nothing_is_lost(text: str) -> None:
    assert as_meant(harmless(text)) == text
    assert not harmless(text).startswith(("=", "+", "-", "@"))


@given(st.lists(words))
def test_a_list_in_one_cell_comes_back(texts: list[str]) -> None:
    assert texts_of(in_one_cell(texts)) == texts
    assert texts_of(in_one_cell(texts, ";"), ";") == texts


def exported(export: Any, form: str) -> bytes:
    stream = io.BytesIO()
    export(OPERATOR, form, stream)
    return stream.getvalue()


@in_a_database
@given(st.lists(plain_partners, min_size=1, max_size=4, unique_by=lambda each: each.slug))
@example([PlainPartner(f"p{n}", text, former_names=(text,)) for n, text in enumerate(NASTY)])
def test_partners_come_back(app: Flask, tmp_path: Path, given: list[PlainPartner]) -> None:
    the_criteria()
    with db.session.begin_nested() as savepoint:
        partners.save_many(OPERATOR, given)
        files = {form: exported(export_partners, form) for form in FORMATS}
        for form, content in files.items():
            assert loaded(import_partners, tmp_path, form, content).unchanged == len(given)
        savepoint.rollback()
    for form, content in files.items():
        with db.session.begin_nested() as savepoint:
            assert loaded(import_partners, tmp_path, form, content).created == len(given)
            stored = {slug: plain(each) for slug, each in queries.by_slugs(each.slug for each in given).items()}
            for each in given:
                expected = each if each.listed_on or each.status != PartnerStatus.LISTED else None
                assert expected is None or stored[each.slug] == each
            assert exported(export_partners, "csv") == files["csv"]
            savepoint.rollback()


def loaded(load: Any, folder: Path, form: str, content: bytes) -> Any:
    path = folder / f"file.{form}"
    path.write_bytes(content)
    report = load(OPERATOR, path)
    assert report.ok, str(report)
    return report


VALUES: dict[str, st.SearchStrategy[Any]] = {
    "many_of": st.lists(st.sampled_from(["bc", "fin", "sales"]), unique=True),
    "tree": st.lists(st.sampled_from(["C", "10", "46"]), unique=True),
    "band": st.sampled_from(["b1", "b2", "b3"]),
    "yes_no": st.booleans(),
    "one_of": st.sampled_from(["vijf", "zeven", "geen"]),
    "amount": st.integers(0, 48),
    "year": st.integers(1970, 2026),
    "date": days.map(str),
    "month": days.map(lambda day: str(day)[:7]),
    "text": words,
    "link": links.filter(bool),
}
FIRST, LAST = datetime(2020, 1, 1), datetime(2026, 11, 20)  # noqa: DTZ001  # hypothesis wants them without a zone
DISPUTABLE = datetime(2026, 11, 20, 11, 0, tzinfo=UTC)


@st.composite
def histories(draw: st.DrawFn) -> list[tuple[NewAnswer, str]]:
    """Answers to one question, oldest first, each with the reason of a dispute or nothing."""
    question = draw(st.sampled_from([each for each in SMALL.questions if each.key != "provincie"]))
    product = draw(st.sampled_from(["bc", "sales"])) if question.per_product else ""
    moments = sorted(draw(st.lists(st.datetimes(FIRST, LAST), max_size=4, unique=True)))
    made = []
    for moment in moments:
        state = draw(st.sampled_from([State.STATED, State.STATED, State.NOT_APPLICABLE, State.NOT_STATED]))
        value = None
        if state == State.STATED:
            value = kind_of(question).parse(question, draw(VALUES[question.kind]))
            state = State.NO if kind_of(question).says_no(question, value) else state
        stated_on = draw(st.none() | days)
        level = 0 if state == State.NOT_STATED else draw(st.integers(0, 4))
        answer = NewAnswer(
            0,
            question.key,
            product,
            state,
            value,
            draw(st.sampled_from(["partner", "curator", "public_page", "register", "members"])),
            level,
            "1.0.0",
            draw(links) or ("https://proof.example" if level > 1 else ""),
            draw(prose),
            stated_on,
            draw(st.none() | days),
            draw(words),
            (stated_on or date(2026, 1, 1)) + timedelta(days=draw(st.integers(0, 700))),
            note=draw(words),
            recorded_at=moment.replace(tzinfo=UTC),
        )
        made.append((answer, draw(st.just("") | words)))
    return made


@in_a_database
@given(
    st.lists(histories(), max_size=4, unique_by=lambda each: (each[0][0].criterion, each[0][0].product) if each else "")
)
def test_answers_come_back_with_their_history_and_disputes(
    app: Flask, tmp_path: Path, given: list[list[tuple[NewAnswer, str]]]
) -> None:
    the_criteria()
    with db.session.begin_nested() as outer:
        partner = a_partner("=Acme", slug="acme")
        with db.session.begin_nested() as savepoint:
            said = [(set_partner(answer, partner.id), reason) for history in given for answer, reason in history]
            answers.record(OPERATOR, [partner], [answer for answer, _reason in said])
            answers.challenge_said(OPERATOR, [(answer, reason, DISPUTABLE) for answer, reason in said if reason])
            db.session.flush()
            files = {form: exported(export_answers, form) for form in FORMATS}
            rows = len(json.loads(files["json"]))
            for form, content in files.items():
                assert loaded(import_answers, tmp_path, form, content).unchanged == rows
            savepoint.rollback()
        for form, content in files.items():
            db.session.expire_all()  # ids come again after a savepoint is rolled back
            with db.session.begin_nested() as savepoint:
                report = loaded(import_answers, tmp_path, form, content)
                assert report.created + report.updated == rows
                assert exported(export_answers, "json") == files["json"]
                savepoint.rollback()
        outer.rollback()
    db.session.expire_all()


def set_partner(answer: NewAnswer, partner_id: int) -> NewAnswer:
    return replace(answer, partner_id=partner_id)


def test_an_export_has_every_field_of_provenance_and_the_state_of_today(app: Flask) -> None:
    """Row U1: pick any answer in any export, all fields are present; row U2: the state is one of six."""
    the_criteria()
    partner = a_partner("Acme", slug="acme")
    an_answer(partner, "iso", "nee", valid_until=date(2026, 11, 21), source_url="https://a.example", level=2)
    an_answer(partner, "producten", "fin|bc")
    answers.challenge(OPERATOR, an_answer(partner, "sinds", 1999), "niet waar", NOW)
    db.session.flush()
    rows = list(csv.DictReader(io.StringIO(exported(export_answers, "csv").decode())))
    assert [(row["criterion"], row["state"], row["value"], row["display"]) for row in rows] == [
        ("producten", "stated", "bc|fin", "Business Central, Finance"),
        ("iso", "expired", "nee", "Nee"),
        ("sinds", "disputed", "1999", "1999"),
    ]
    for row in rows:
        assert row["partner"] == "acme"
        assert all(row[name] for name in ("source", "level", "stated_on", "release", "recorded_on"))
    assert (rows[2]["disputed_on"], rows[2]["dispute_reason"]) == ("2026-11-22", "niet waar")


def test_what_does_not_apply_keeps_its_state_and_comes_back(app: Flask, tmp_path: Path) -> None:
    """It expired or is disputed for the API; a file says so by its days and its dispute."""
    the_criteria()
    partner = a_partner("Acme", slug="acme")
    an_answer(partner, "iso", state=State.NOT_APPLICABLE, valid_until=date(2026, 11, 21))
    answers.challenge(OPERATOR, an_answer(partner, "sinds", state=State.NOT_APPLICABLE), "niet waar", NOW)
    db.session.commit()
    for form in FORMATS:
        assert loaded(import_answers, tmp_path, form, exported(export_answers, form)).unchanged == 2, form
    expired, disputed = json.loads(exported(export_answers, "json"))
    assert (expired["state"], expired["valid_until"]) == ("not_applicable", "2026-11-21")
    assert (disputed["state"], disputed["dispute_reason"]) == ("not_applicable", "niet waar")


def test_a_visitor_gets_only_what_is_listed(app: Flask) -> None:
    the_criteria()
    for status in PartnerStatus:
        an_answer(a_partner(status.value, slug=status.value, status=status), "iso", "ja")
    stream = io.BytesIO()
    export_partners(VISITOR, "json", stream)
    assert [row["slug"] for row in json.loads(stream.getvalue())] == ["listed"]
    stream = io.BytesIO()
    export_answers(VISITOR, "json", stream)
    assert [row["partner"] for row in json.loads(stream.getvalue())] == ["listed"]
    assert len(json.loads(exported(export_partners, "json"))) == 3


@pytest.mark.parametrize("form", FORMATS)
def test_an_empty_catalogue_is_a_good_file(app: Flask, tmp_path: Path, form: str) -> None:
    the_criteria()
    assert loaded(import_partners, tmp_path, form, exported(export_partners, form)).created == 0
    assert loaded(import_answers, tmp_path, form, exported(export_answers, form)).created == 0
    assert db.session.query(Partner).count() == 0


@pytest.mark.parametrize(
    "edition", [SMALL, read_edition(ROOT / "seed/criteria", ROOT / "seed/options")], ids=["small", "ours"]
)
def test_criteria_come_back_whole(app: Flask, tmp_path: Path, edition: Edition) -> None:
    now = the_criteria(edition)
    path = tmp_path / "criteria.json"
    path.write_bytes(exported(export_criteria, "json"))
    for beside in (None, now):
        read = read_edition(path, None, beside)
        assert releases.differences(now, read) == []
        assert actions.adopt(OPERATOR, read) is None
    path.write_text(path.read_text().replace('"kind": "yes_no"', '"kind": "misschien"'))
    with pytest.raises(WrongFile, match=r"criteria\.json, themes\[\d+\]: criteria\.\w+\.kind"):
        read_edition(path, None)


@pytest.mark.parametrize("form", ["csv", "xlsx"])
def test_criteria_as_a_table_have_a_row_a_question(app: Flask, tmp_path: Path, form: str) -> None:
    the_criteria()
    path = tmp_path / f"criteria.{form}"
    path.write_bytes(exported(export_criteria, form))
    assert [record.values["key"] for record in read_records(path)] == [question.key for question in SMALL.questions]
