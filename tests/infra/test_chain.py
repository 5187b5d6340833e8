"""The audit is a chain: whatever is done to it behind the program is found and named (SEC-24, row O1)."""

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from threading import Barrier

import pytest
from click.testing import CliRunner
from flask import Flask
from sqlalchemy import event, text
from sqlalchemy.exc import DatabaseError
from sqlalchemy.orm import Session

from partnerkompas.accounts.models import Account
from partnerkompas.cli import main
from partnerkompas.config import Settings
from partnerkompas.infra import audit, audit_check, logs
from partnerkompas.infra.audit import AuditLink, AuditRow
from partnerkompas.infra.db import db
from partnerkompas.infra.request_cycle import unit_of_work
from partnerkompas.own.actions import erase
from partnerkompas.permissions.vocabulary import OPERATOR
from tests.conftest import PAST_TRIGGERS
from tests.factories import a_member
from tests.statements import statements

ROWS = 6
GUARDED = [(table, deed) for table in ("audit", "audit_link") for deed in ("update", "delete")]


@pytest.fixture
def chained(app: Flask) -> Flask:
    for number in range(1, ROWS + 1):
        write(number)
    return app


def write(number: int) -> None:
    with unit_of_work():
        audit.record(db.session, OPERATOR, "test:deed", f"ding/{number}", after={"n": number})


def behind_the_program(*deeds: str) -> None:
    """As somebody who has the database itself: past triggers and references."""
    db.session.rollback()
    postgres = db.engine.dialect.name == "postgresql"
    with db.engine.connect() as connection:
        if not postgres:
            connection.connection.execute("PRAGMA foreign_keys=OFF")
        past = [PAST_TRIGGERS] if postgres else [f"DROP TRIGGER {table}_refuses_{deed}" for table, deed in GUARDED]
        for statement in (*past, *deeds):
            connection.execute(text(statement))
        connection.commit()
        if not postgres:
            connection.connection.execute("PRAGMA foreign_keys=ON")


INSERTED = (
    "INSERT INTO audit (id, at, actor, deed, subject) VALUES (99, '2026-01-01 00:00:00+00:00', 'x', 'test:deed', 'x')"
)


@pytest.mark.parametrize(
    ("deeds", "fault"),
    [
        (["UPDATE audit SET after = '{\"n\": 7}' WHERE id = 3"], "Regel 3 (schakel 3, test:deed, ding/3) past niet"),
        (["UPDATE audit SET actor = 'account/1' WHERE id = 1"], "Regel 1 (schakel 1"),
        (["UPDATE audit SET account_id = 1 WHERE id = 1"], "Regel 1 (schakel 1"),
        (["UPDATE audit SET at = '2026-01-01 00:00:00+00:00' WHERE id = 6"], "Regel 6 (schakel 6"),
        (["UPDATE audit SET before = '0' WHERE id = 6"], "Regel 6 (schakel 6"),
        (["DELETE FROM audit WHERE id = 4"], "Regel 4 (schakel 4) is verwijderd"),
        (["DELETE FROM audit WHERE id = 4", "DELETE FROM audit_link WHERE number = 4"], "Schakel 4 ontbreekt"),
        (
            [
                *("DELETE FROM audit WHERE id = 5", "DELETE FROM audit_link WHERE number = 5"),
                "UPDATE audit_link SET number = 5 WHERE number = 6",
            ],
            "Regel 6 (schakel 5",
        ),
        (["DELETE FROM audit_link WHERE number = 6", "DELETE FROM audit WHERE id = 6"], "Na schakel 5 zijn regels"),
        (["DELETE FROM audit_link WHERE number > 0", "DELETE FROM audit WHERE id > 0"], "Na schakel 0 zijn regels"),
        ([INSERTED], "Regel 99 staat niet in de keten"),
        (
            [INSERTED, "INSERT INTO audit_link (number, audit_id, hash) SELECT 7, 99, hash FROM audit_head"],
            "Regel 99 (schakel 7",
        ),
        (
            [
                "UPDATE audit SET id = 99, subject = 'ding/3' WHERE id = 2",
                "UPDATE audit SET id = 2, subject = 'ding/2' WHERE id = 3",
                "UPDATE audit SET id = 3 WHERE id = 99",
            ],
            "Regel 2 (schakel 2",
        ),
        (
            [
                "UPDATE audit_link SET audit_id = 99 WHERE number = 2",
                "UPDATE audit_link SET audit_id = 2 WHERE number = 3",
                "UPDATE audit_link SET audit_id = 3 WHERE number = 2",
            ],
            "Regel 3 (schakel 2",
        ),
        (["UPDATE audit_head SET hash = 'x'"], "Na schakel 6 zijn regels"),
    ],
)
def test_what_was_done_behind_the_program_is_named(chained: Flask, deeds: list[str], fault: str) -> None:
    assert audit_check.check().fault == ""
    behind_the_program(*deeds)
    assert audit_check.check().fault.startswith(fault)


def test_a_whole_new_chain_is_told_by_a_hash_that_was_noted(chained: Flask) -> None:
    noted = audit_check.check()
    write(ROWS + 1)
    assert audit_check.check(noted.hash).fault == ""
    behind_the_program("DELETE FROM audit_link WHERE number > 0", "DELETE FROM audit WHERE id = 2")
    with unit_of_work():
        db.session.execute(text("UPDATE audit_head SET number = 0, hash = ''"))
        db.session.info[audit.WRITTEN] = db.session.scalars(db.select(AuditRow)).all()
    assert audit_check.check() == audit_check.Checked(ROWS, newest().hash, "")
    assert audit_check.check(noted.hash).fault == "De genoteerde schakel staat niet in de keten."


def newest() -> AuditLink:
    return db.session.scalars(db.select(AuditLink).order_by(AuditLink.number.desc())).first()  # type: ignore[return-value]


def test_the_database_refuses_to_change_the_chain(chained: Flask) -> None:
    for statement in (
        *("UPDATE audit_link SET hash = 'x'", "DELETE FROM audit_link WHERE number = 6", "DELETE FROM audit_head"),
    ):
        with pytest.raises(DatabaseError, match="append-only"), db.session.begin_nested():
            db.session.execute(text(statement))


def test_the_command_names_the_first_row_that_does_not_fit(
    chained: Flask, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(logs, "configure", lambda _level: None)
    environment = {"INSTANCE": str(settings.instance), "DATABASE_URL": settings.database_url, "LANGUAGE": "en"}
    command = CliRunner(env={f"PARTNERKOMPAS_{name}": value for name, value in environment.items()})
    last = newest().hash
    db.session.rollback()
    fine = command.invoke(main, ["audit", "verify", "--noted", last])
    assert (fine.exit_code, fine.output) == (0, f"The log is as it was written: 6 rows. Last link: {last}\n")
    behind_the_program("UPDATE audit SET deed = 'x' WHERE id > 2")
    wrong = command.invoke(main, ["audit", "verify"])
    assert (wrong.exit_code, wrong.output) == (1, "Row 3 (link 3, x, ding/3) does not fit the chain.\n")


def test_how_a_hash_is_made_never_changes() -> None:
    """Written down, for another way of making it would make every chain that exists wrong."""
    row = {
        "id": 1,
        "at": datetime(2026, 11, 22, 13, 0, 0, 5, tzinfo=UTC),
        "actor": "account/1",
        "account_id": 1,
        "deed": "test:deed",
        "subject": "ding/é",
        "before": None,
        "after": {"b": [1.5, 2.0, -0.0], "a": {"2": None}},
    }
    assert audit.canonical(row) == (
        r'{"account_id":1,"actor":"account/1","after":{"a":{"2":null},"b":[1.5,2,0]},"at":'
        r'"2026-11-22T13:00:00.000005+00:00","before":null,"deed":"test:deed","id":1,"subject":"ding/\u00e9"}'
    )
    first = "99b17e99e973b56df9acc41dfba1c43ccc5c949d9aca97c75dde57f639c79826"
    assert next(audit.linked("", [row])) == first
    assert list(audit.linked("", [row, row]))[1] == next(audit.linked(first, [row])) != first


@pytest.mark.parametrize(
    "value", [{1: (1e22, 0.1, 1e-9, 2.0)}, "é\u2028💶", [True, None, 10**25], {"z": {}, "a": ""}, 0]
)
def test_what_the_database_gives_back_has_the_same_hash(app: Flask, value: object) -> None:
    with unit_of_work():
        audit.record(db.session, OPERATOR, "test:deed", "x", before=value, after=value)
    assert audit_check.check().fault == ""


def test_what_was_rolled_back_to_a_savepoint_is_in_no_chain(app: Flask) -> None:
    with unit_of_work():
        audit.record(db.session, OPERATOR, "test:one", "x")
        nested = db.session.begin_nested()
        audit.record(db.session, OPERATOR, "test:two", "x")
        db.session.flush()
        nested.rollback()
        with db.session.begin_nested():
            audit.record(db.session, OPERATOR, "test:three", "x")
    audit.record(db.session, OPERATOR, "test:four", "x")
    db.session.flush()
    db.session.rollback()
    write(5)
    assert audit_check.check() == audit_check.Checked(3, newest().hash, "")


def test_two_queries_more(app: Flask) -> None:
    with statements() as sent, unit_of_work():
        for number in range(3):
            with db.session.begin_nested():
                audit.record(db.session, OPERATOR, "test:deed", str(number))
        db.session.scalar(db.select(Account.id))
    about = [each for each in sent if "audit_" in each]
    assert [each.split()[0] for each in about] == ["SELECT", "INSERT"]
    assert sent[-2:] == about, "the head is held last"
    with statements() as sent, unit_of_work():
        db.session.scalar(db.select(db.func.count()).select_from(AuditRow))
    assert not [each for each in sent if "audit_" in each], "who writes nothing waits for nobody"


def test_a_large_transaction_moves_the_head_once_for_each_thousand_rows(app: Flask) -> None:
    """PostgreSQL looks through every former state of the head that one transaction made."""
    postgres, moved = db.engine.dialect.name == "postgresql", list[int]()

    def note(session: Session) -> None:
        if postgres:
            moved.append(session.scalar(text(UPDATED)) or 0)

    event.listen(db.session, "before_commit", note)
    with unit_of_work():
        for number in range(2_500):
            audit.record(db.session, OPERATOR, "test:deed", str(number))
    event.remove(db.session, "before_commit", note)
    assert moved == ([3] if postgres else [])
    assert audit_check.check() == audit_check.Checked(2_500, newest().hash, "")


UPDATED = "SELECT n_tup_upd FROM pg_stat_xact_user_tables WHERE relname = 'audit_head'"


def test_many_writers_at_once_keep_one_chain(app: Flask) -> None:
    """They write first and commit together, so that numbers of rows are not in the order of commits."""
    each, writers = 10, 4
    db.session.rollback()
    together = Barrier(writers) if db.engine.dialect.name == "postgresql" else None

    def run(name: int) -> None:
        with app.app_context():
            for number in range(each):
                with unit_of_work():
                    audit.record(db.session, OPERATOR, "test:deed", f"{name}/{number}")
                    db.session.flush()
                    if together:
                        together.wait(60)

    with ThreadPoolExecutor(writers) as pool:
        list(pool.map(run, range(writers)))
    assert audit_check.check() == audit_check.Checked(each * writers, newest().hash, "")


def test_erasing_an_account_leaves_the_chain_whole(app: Flask) -> None:
    """The audit names numbers (ADR 14), so erasing has nothing to change in it."""
    member = a_member()
    db.session.commit()
    with unit_of_work():
        audit.record(db.session, member, "test:deed", "x", after={"n": 1})
    before = [tuple(row) for row in db.session.execute(db.select(AuditRow.__table__).order_by(AuditRow.id))]
    with unit_of_work():
        erase(member, db.session.get_one(Account, member.account_id))
    after = [tuple(row) for row in db.session.execute(db.select(AuditRow.__table__).order_by(AuditRow.id))]
    assert after[:-1] == before
    assert audit_check.check().number == len(before) + 1
    assert audit_check.check().fault == ""
