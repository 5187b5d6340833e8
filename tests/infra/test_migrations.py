"""Each earlier state of the database comes up with its data (REL-12)."""

import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from alembic import command
from alembic.script import ScriptDirectory
from flask import Flask
from sqlalchemy import create_engine, make_url, text
from sqlalchemy.exc import DatabaseError

from partnerkompas import create_app
from partnerkompas.accounts import queries
from partnerkompas.config import Settings
from partnerkompas.infra import audit_check, migrate
from partnerkompas.infra.db import db, writing
from partnerkompas.permissions.vocabulary import Role
from tests.infra.filling import ONE_ROW, contents, fill, tables_of

NAME = f"partnerkompas_migrations_{os.getpid()}"
MOMENT = "2026-11-20 10:00:00+00:00"

OF_0002 = f"""
INSERT INTO account (id, email, password_hash, session_version, created_at) VALUES
  (1, 'jan@voorbeeld.example', 'hash', 3, '{MOMENT}'), (2, 'ada@voorbeeld.example', 'hash', 1, '{MOMENT}');
INSERT INTO role_grant (id, account_id, role, granted_at, granted_by) VALUES
  (1, 1, 'curator', '{MOMENT}', 'beheer via opdrachtregel'), (2, 2, 'admin', '{MOMENT}', 'jan@voorbeeld.example');
INSERT INTO sign_in_attempt (id, at, account_key, address_key) VALUES (1, '{MOMENT}', 'a', 'b');
INSERT INTO audit (id, at, actor, account_id, deed, subject, before, after) VALUES
  (1, '{MOMENT}', 'jan@voorbeeld.example', 1, 'account:signed_in', 'account/1', NULL, '{{"address": "x"}}'),
  (2, '{MOMENT}', 'jan@voorbeeld.example', 1, 'saved-search:keep', 'saved-search/1', NULL, '{{"name": "geheim"}}'),
  (3, '{MOMENT}', 'beheer via opdrachtregel', NULL, 'role:grant', 'account/1', NULL, '{{"roles": ["curator"]}}');
INSERT INTO saved_search (id, account_id, name, request, token, found, looked_at, created_at) VALUES
  (1, 1, 'Onze keuze', 'q=erp', 'token', '[1]', '{MOMENT}', '{MOMENT}');
INSERT INTO partner (id, slug, name, legal_name, kvk_number, website, group_name, status, fictional, created_at) VALUES
  (1, 'aap', 'Aap', '', '', '', '', 'listed', true, '{MOMENT}');
"""


@pytest.fixture
def app_at(tmp_path: Path, empty_database: tuple[str, Path | None]) -> Iterator[Flask]:
    """An application on a database without any table, inside its context."""
    address = empty_database[0]
    server = create_engine(make_url(address), isolation_level="AUTOCOMMIT") if address else None
    if server is not None:
        with server.connect() as connection:
            connection.execute(text(f"CREATE DATABASE {NAME}"))
        address = make_url(address).set(database=NAME).render_as_string(hide_password=False)
    app = create_app(Settings(instance=tmp_path, database_url=address))
    with app.app_context():
        yield app
        db.session.remove()
        db.engine.dispose()
    if server is not None:
        with server.connect() as connection:
            connection.execute(text(f"DROP DATABASE {NAME} WITH (FORCE)"))
        server.dispose()


def upgraded_to(revision: str) -> None:
    with db.engine.begin() as connection:
        command.upgrade(migrate.alembic_config(connection), revision)


def filled(statements: str) -> None:
    with db.engine.begin() as connection:
        for statement in filter(str.strip, statements.split(";\n")):
            connection.exec_driver_sql(statement)


def test_from_the_second_to_now(app_at: Flask) -> None:
    token = writing.set(True)
    upgraded_to("0002")
    filled(OF_0002)
    migrate.upgrade()
    writing.reset(token)
    assert migrate.is_current()
    assert (audit_check.check().number, audit_check.check().fault) == (3, "")
    jan, ada = queries.by_email("jan@voorbeeld.example"), queries.by_email("ada@voorbeeld.example")
    assert jan is not None
    assert ada is not None
    assert (jan.roles, ada.roles) == (frozenset({Role.CURATOR}), frozenset({Role.ADMIN}))
    assert (jan.name, jan.language, jan.level, jan.mail_off, jan.organisation_id) == ("", "nl", "", [], None)
    assert ada.grants[0].granted_by == "account/1"
    rows = db.session.execute(text("SELECT actor, after FROM audit ORDER BY id")).all()
    assert [row.actor for row in rows] == ["account/1", "account/1", "beheer via opdrachtregel"]
    assert "geheim" not in str(rows)
    assert "roles" in str(rows[2].after)
    with pytest.raises(Exception, match="append-only"):
        db.session.execute(text("UPDATE audit SET actor = 'x'"))
    db.session.rollback()
    assert db.session.execute(text("SELECT name FROM saved_search")).scalar() == "Onze keuze"
    assert db.session.execute(text("SELECT name FROM partner")).scalar() == "Aap"


REVISIONS = sorted(each.revision for each in ScriptDirectory(str(migrate.FOLDER)).walk_revisions())
REPLACED = {"sign_in_attempt": "0003"}
"""Tables that went, and the migration that took them: attempts of the last minutes are counted anew."""
DROPPED = {("account", "session_version"): "0003"}
"""Columns that went, and the migration that took them."""
REWRITTEN = {("audit", "actor"): "0003"}
"""Columns whose words are replaced, as test_from_the_second_to_now says."""
APPEND_ONLY = {"answer", "audit", "criterion", "release", "signature", "review", "audit_link"}


@pytest.mark.parametrize("revision", REVISIONS)
def test_each_earlier_state_comes_up_with_its_data(app_at: Flask, revision: str) -> None:
    """Every row of every table of that time is still there, with every value, and is guarded as it was."""
    token = writing.set(True)
    upgraded_to(revision)
    with db.engine.begin() as connection:
        fill(connection)
        before = contents(connection, tables_of(connection))
    writing.reset(token)
    assert all(len(rows) >= 3 for name, rows in before.items() if name not in ONE_ROW)
    migrate.upgrade()
    assert migrate.is_current()
    with db.engine.connect() as connection:
        now = tables_of(connection)
        after = contents(connection, now)
    for table in [name for name, since in REPLACED.items() if revision < since]:
        del before[table]
    assert set(before) <= set(after)
    for table, rows in before.items():
        assert set(after[table]) == set(rows), table
        gone = {name for (of, name), since in DROPPED.items() if of == table and revision < since}
        other = {name for (of, name), since in REWRITTEN.items() if of == table and revision < since}
        for key, row in rows.items():
            assert set(row) - gone == set(row) & set(after[table][key])
            kept = {name: value for name, value in row.items() if name not in gone | other}
            assert {name: after[table][key][name] for name in kept} == kept, table
    for table in APPEND_ONLY & set(before):
        name = next(iter(now[table].primary_key)).name
        for change in (f'UPDATE "{table}" SET {name} = {name}', f'DELETE FROM "{table}"'):
            with pytest.raises(DatabaseError, match="append-only"), db.engine.begin() as connection:
                connection.exec_driver_sql(change)


def test_rows_that_are_there_are_chained_without_moving_the_head(app_at: Flask) -> None:
    """PostgreSQL looks through every former state of a row that one transaction made: many rows would take hours."""
    upgraded_to("0007")
    row = f"('{MOMENT}', 'account/1', 'test:deed', 'x')"
    filled(f"INSERT INTO audit (at, actor, deed, subject) VALUES {', '.join([row] * 1_500)}")
    with db.engine.begin() as connection:
        command.upgrade(migrate.alembic_config(connection), "0008")
        if connection.dialect.name == "postgresql":
            assert connection.scalar(text(WRITES_OF_THE_HEAD)) == 1
    migrate.upgrade()
    assert audit_check.check().number == db.session.scalar(text("SELECT number FROM audit_head")) == 1_500
    assert audit_check.check().fault == ""


WRITES_OF_THE_HEAD = "SELECT n_tup_ins + n_tup_upd FROM pg_stat_xact_user_tables WHERE relname = 'audit_head'"


def test_again_is_harmless(app_at: Flask) -> None:
    migrate.upgrade()
    migrate.upgrade()
    assert migrate.is_current()
