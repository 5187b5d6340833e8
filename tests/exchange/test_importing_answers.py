"""Answers from files: states, levels, dates, products, history and disputes."""

from collections.abc import Callable
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest
from flask import Flask

from partnerkompas.answers import actions, queries
from partnerkompas.answers.challenges import Challenge
from partnerkompas.answers.models import Answer, State
from partnerkompas.exchange.answer_records import COLUMNS
from partnerkompas.exchange.importing import import_answers
from partnerkompas.exchange.records import UnusableFile
from partnerkompas.exchange.report import Report
from partnerkompas.infra import audit, clock, outbox
from partnerkompas.infra.db import db
from partnerkompas.permissions.policy import NotAllowed
from partnerkompas.permissions.vocabulary import OPERATOR
from tests.factories import a_member, a_partner, a_representative, an_answer, the_criteria

Load = Callable[..., Report]
Given = dict[str, Any]
PLAIN: Given = {"partner": "acme", "criterion": "iso", "value": "ja", "source": "partner", "stated_on": "2026-01-15"}


@pytest.fixture
def load(app: Flask, tmp_path: Path) -> Load:
    """Import rows, each a change of PLAIN, as a CSV file of answers about the partner acme."""
    the_criteria()
    a_partner("Acme", slug="acme")
    db.session.flush()

    def run(*rows: Given, **settings: Any) -> Report:
        path = tmp_path / "answers.csv"
        filled = [PLAIN | row for row in rows]
        names = [name for name in (*COLUMNS, "display") if any(name in row for row in filled)]
        cells = [[str(row.get(name, "")) for name in names] for row in filled]
        lines = [",".join(f'"{cell}"' for cell in row) for row in (names, *cells)]
        path.write_text("\n".join(lines), encoding="utf-8")
        return import_answers(OPERATOR, path, **settings)

    return run


def stored(criterion: str = "iso") -> list[Answer]:
    """All answers to a question, oldest first."""
    db.session.expire_all()
    return list(db.session.scalars(db.select(Answer).where(Answer.criterion == criterion).order_by(Answer.id)))


def why(report: Report) -> list[tuple[str, str]]:
    return [(each.column, each.value) for each in report.rejected]


STATES = [
    ({"value": "ja"}, State.STATED, True),
    ({"value": "Nee", "state": "no"}, State.NO, False),
    ({"value": "nee"}, State.NO, False),
    ({"value": ""}, State.NOT_STATED, None),
    ({"value": "", "state": "not_stated", "level": "0"}, State.NOT_STATED, None),
    ({"value": "", "state": "not_applicable"}, State.NOT_APPLICABLE, None),
    ({"value": "ja", "state": "expired", "valid_until": "2026-11-21"}, State.STATED, True),
    ({"value": "nee", "state": "expired", "valid_until": "2026-11-21"}, State.NO, False),
    (
        {"value": "ja", "state": "disputed", "disputed_on": "2026-11-01", "dispute_reason": "niet waar"},
        State.STATED,
        True,
    ),
    ({"criterion": "provincie", "value": "", "state": "no"}, State.NO, []),
    ({"criterion": "venster", "product": "bc", "value": "Geen"}, State.NO, "geen"),
    ({"criterion": "producten", "value": "fin|Business Central|bc"}, State.STATED, ["bc", "fin"]),
    ({"criterion": "branches", "value": "Food|G"}, State.STATED, ["10", "G"]),
    ({"criterion": "reactietijd", "product": "Finance", "value": "0,25"}, State.STATED, 0.25),
    ({"criterion": "sinds", "value": "2001"}, State.STATED, 2001),
]


@pytest.mark.parametrize(("given", "state", "value"), STATES)
def test_the_state_fits_the_value(load: Load, given: Given, state: State, value: Any) -> None:
    report = load(given)
    assert report.ok, str(report)
    (answer,) = stored(given.get("criterion", "iso"))
    assert (answer.state, answer.value) == (state, value)
    assert answer.level == (0 if state == State.NOT_STATED else 1)
    assert load(given).unchanged == 1


BAD = [
    ({"partner": "weg"}, "partner", "weg"),
    ({"partner": ""}, "partner", ""),
    ({"criterion": "weg"}, "criterion", "weg"),
    ({"criterion": ""}, "criterion", ""),
    ({"product": "bc"}, "product", "bc"),
    ({"criterion": "venster", "value": "vijf"}, "product", ""),
    ({"criterion": "venster", "value": "vijf", "product": "weg"}, "product", "weg"),
    ({"value": "misschien"}, "value", "misschien"),
    ({"criterion": "producten", "value": "bc|weg"}, "value", "bc|weg"),
    ({"criterion": "medewerkers", "value": "b9"}, "value", "b9"),
    ({"criterion": "gezien", "value": "2026-02-31"}, "value", "2026-02-31"),
    ({"criterion": "personen", "value": "1.000,5"}, "value", "1.000,5"),
    ({"criterion": "sinds", "value": "1900"}, "value", "1900"),
    ({"criterion": "pagina_iso", "value": "javascript:alert(1)"}, "value", "javascript:alert(1)"),
    ({"state": "misschien"}, "state", "misschien"),
    ({"state": "no"}, "state", "no"),
    ({"state": "stated", "value": "nee"}, "state", "stated"),
    ({"state": "stated", "value": ""}, "value", ""),
    ({"state": "no", "value": ""}, "value", ""),
    ({"state": "not_stated"}, "value", "ja"),
    ({"state": "not_applicable"}, "value", "ja"),
    ({"state": "expired"}, "state", "expired"),
    ({"state": "expired", "valid_until": "2026-11-22"}, "state", "expired"),
    ({"state": "disputed"}, "state", "disputed"),
    ({"disputed_on": "2026-11-01"}, "disputed_on", "2026-11-01"),
    ({"dispute_reason": "zomaar"}, "disputed_on", ""),
    ({"source": ""}, "source", ""),
    ({"source": "krant"}, "source", "krant"),
    ({"source_url": "ftp://x.example"}, "source_url", "ftp://x.example"),
    ({"level": "5"}, "level", "5"),
    ({"level": "hoog"}, "level", "hoog"),
    ({"level": "2"}, "level", "2"),
    ({"level": "1", "value": ""}, "level", "1"),
    ({"stated_on": "2026-02-31"}, "stated_on", "2026-02-31"),
    ({"stated_on": "22-11-2026"}, "stated_on", "22-11-2026"),
    ({"stated_on": "2026-11-23"}, "stated_on", "2026-11-23"),
    ({"checked_on": "2026-11-23"}, "checked_on", "2026-11-23"),
    ({"recorded_on": "2026-11-23"}, "recorded_on", "2026-11-23"),
    ({"recorded_at": "2026-11-22T09:00:00"}, "recorded_at", "2026-11-22T09:00:00"),
    ({"valid_until": "2026-01-14"}, "valid_until", "2026-01-14"),
    ({"release": "9.0.0"}, "release", "9.0.0"),
]


@pytest.mark.parametrize(("given", "column", "value"), BAD)
def test_each_bad_record_is_named_and_the_good_ones_stay(load: Load, given: Given, column: str, value: str) -> None:
    report = load({"criterion": "personen", "value": "3"}, given, {"criterion": "sinds", "value": "1999"})
    assert why(report) == [(column, value)]
    assert report.rejected[0].where == "regel 3"
    assert report.created == 2
    assert [answer.value for answer in stored("personen") + stored("sinds")] == [3, 1999]


def test_all_that_a_record_says_is_kept(load: Load) -> None:
    given = {
        "source": "public_page",
        "source_url": "https://acme.example/iso",
        "evidence": "Het certificaat,\nnummer 12",
        "level": "E3",
        "stated_on": "2025-01-01",
        "checked_on": "2025-03-04",
        "checked_by_role": "curator",
        "valid_until": "2027-01-01",
        "release": "1.0.0",
        "recorded_on": "2025-03-05",
        "display": "wat er ook staat",
    }
    assert load(given).ok
    (answer,) = stored()
    assert answer.evidence == "Het certificaat,\nnummer 12"
    assert (answer.level, answer.source, answer.checked_by_role) == (3, "public_page", "curator")
    assert (answer.stated_on, answer.checked_on, answer.valid_until) == (
        date(2025, 1, 1),
        date(2025, 3, 4),
        date(2027, 1, 1),
    )
    assert answer.recorded_at == datetime(2025, 3, 5, 11, 0, tzinfo=UTC)


def test_validity_follows_from_the_last_confirmation(load: Load) -> None:
    load({"criterion": "medewerkers", "value": "b1", "stated_on": "2026-01-31", "checked_on": "2025-12-01"})
    load({"criterion": "personen", "value": "1"})
    assert stored("medewerkers")[0].valid_until == date(2027, 1, 31)
    assert stored("personen")[0].valid_until is None
    assert clock.months_after(date(2026, 1, 31), 1) == date(2026, 2, 28)
    assert clock.months_after(date(2026, 11, 30), 3) == date(2027, 2, 28)


def test_history_is_kept_in_order_and_loads_once(load: Load) -> None:
    rows = [
        {"value": "ja", "recorded_on": "2024-01-01"},
        {"value": "nee", "recorded_on": "2025-01-01"},
        {"value": "ja", "recorded_on": "2026-01-01"},
    ]
    report = load(*rows)
    assert (report.created, report.updated) == (1, 2)
    first, second, third = stored()
    assert [answer.value for answer in (first, second, third)] == [True, False, True]
    assert [answer.supersedes_id for answer in (first, second, third)] == [None, first.id, second.id]
    assert load(*rows).unchanged == 3
    assert len(stored()) == 3
    known = db.session.scalars(queries.newest(clock.end_of(date(2025, 6, 1)))).all()
    assert [answer.value for answer in known] == [False]


def test_history_can_be_continued_but_not_changed_afterwards(load: Load) -> None:
    load({"value": "ja", "recorded_on": "2024-01-01"}, {"value": "nee", "recorded_on": "2025-01-01"})
    report = load({"value": "ja", "recorded_on": "2024-06-01"})
    assert why(report) == [("recorded_on", "2024-06-01 12:00:00+02:00")]
    assert load({"value": "ja", "recorded_on": "2025-06-01"}).updated == 1
    assert load({"value": "nee"}).updated == 1
    assert [answer.value for answer in stored()] == [True, False, True, False]


def test_two_rows_for_one_place_on_one_day_are_a_mistake(load: Load) -> None:
    report = load(
        {"value": "ja"},
        {"value": "nee"},
        {"value": "ja", "recorded_on": "2025-01-01"},
        {"criterion": "sinds", "value": "1999"},
    )
    assert [each.where for each in report.rejected] == ["regel 3"]
    assert report.unchanged == 1  # the third says what the first says
    assert [answer.value for answer in stored()] == [True]


def test_a_dispute_opens_once(load: Load) -> None:
    row = {"disputed_on": "2026-11-01", "dispute_reason": "klopt niet"}
    assert load(row).ok
    assert load(row).unchanged == 1
    (challenge,) = db.session.scalars(db.select(Challenge))
    assert (challenge.reason, challenge.opened_at) == ("klopt niet", datetime(2026, 11, 1, 11, 0, tzinfo=UTC))
    assert challenge.answer_id == stored()[0].id


def test_who_speaks_for_a_partner_may_answer_for_it_alone(load: Load, tmp_path: Path) -> None:
    other = a_partner("Ander", slug="ander")
    path = tmp_path / "a.csv"
    path.write_text("partner,criterion,value,source\nacme,iso,ja,partner\n")
    for actor in (a_member(), a_representative(other)):
        with pytest.raises(NotAllowed):
            import_answers(actor, path)
    assert stored() == []


def test_what_is_written_is_audited_and_told(load: Load) -> None:
    before = outbox.last_number(db.session)
    load({}, {"criterion": "sinds", "value": "1999"})
    rows = db.session.scalars(db.select(audit.AuditRow).where(audit.AuditRow.deed == "answer:provide")).all()
    assert [row.after for row in rows] == [[["iso", "", "stated", True], ["sinds", "", "stated", 1999]]]
    (news,) = outbox.news_since(db.session, before)
    assert news[1] == "partner"
    load({}, {"criterion": "sinds", "value": "1999"})
    assert len(outbox.news_since(db.session, before)) == 1


def test_a_dry_run_writes_nothing(load: Load) -> None:
    report = load({}, {"criterion": "weg"}, dry_run=True)
    assert (report.created, report.refusals) == (1, 1)
    assert stored() == []
    assert db.session.query(Challenge).count() == 0


def test_missing_columns_are_named(load: Load, tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_text("partner,vraag,value\nacme,iso,ja\n")
    with pytest.raises(
        UnusableFile, match="kolom criterion, source ontbreekt; in het bestand staan: partner, vraag, value"
    ):
        import_answers(OPERATOR, path)


def test_json_gives_values_as_they_are(load: Load, tmp_path: Path) -> None:
    path = tmp_path / "a.json"
    path.write_text(
        '[{"partner": "acme", "criterion": "iso", "value": false, "source": "partner"},'
        ' {"partner": "acme", "criterion": "provincie", "value": [], "source": "partner"},'
        ' {"partner": "acme", "criterion": "producten", "value": ["fin", "bc"], "source": "partner", "level": 1},'
        ' {"partner": "acme", "criterion": "reactietijd", "product": "bc", "value": 1.5, "source": "partner"},'
        ' {"partner": "acme", "criterion": "personen", "value": 1e400, "source": "partner"},'
        ' {"partner": "acme", "criterion": "sinds", "value": {"a": 1}, "source": "partner"},'
        ' {"partner": "acme", "criterion": "naam", "value": null, "source": "partner", "state": null}]'
    )
    report = import_answers(OPERATOR, path)
    assert [each.where for each in report.rejected] == ["record 5", "record 6"]
    assert [(answer.value, answer.state) for answer in stored("iso") + stored("provincie")] == [
        (False, "no"),
        ([], "no"),
    ]
    assert stored("producten")[0].value == ["bc", "fin"]
    assert stored("reactietijd")[0].value == 1.5
    assert stored("naam")[0].state == "not_stated"


def test_recording_says_what_became_of_each_answer(app: Flask) -> None:
    """Also for callers that give no day of recording: a history given again is unchanged."""
    the_criteria()
    partner = a_partner()
    template = an_answer(partner, "personen", 1)

    def new(value: int) -> actions.NewAnswer:
        return actions.NewAnswer(partner.id, "personen", "", State.STATED, value, "partner", 1, template.release)

    def outcomes(*values: int) -> list[str]:
        return [outcome.value for outcome in actions.record(OPERATOR, [partner], [new(value) for value in values])]

    assert outcomes(2, 3) == ["updated", "updated"]
    assert outcomes(2, 3) == ["unchanged", "unchanged"]
    assert outcomes(2, 3, 2) == ["unchanged", "unchanged", "updated"]
    assert outcomes(3) == ["updated"]
    assert [answer.value for answer in stored("personen")] == [1, 2, 3, 2, 3]
