"""What the log says of errors: where and what, and nothing that somebody wrote."""

import io
import json
import logging
from collections.abc import Iterator

import pytest
from flask import Flask
from sqlalchemy import text
from sqlalchemy.exc import SQLAlchemyError

from partnerkompas.accounts.models import Account
from partnerkompas.infra import logs
from partnerkompas.infra.db import db

EMAIL = "jan.uniekenaam@bakkerij.example"


@pytest.fixture
def written(monkeypatch: pytest.MonkeyPatch) -> Iterator[io.StringIO]:
    """What is written to standard error, by the handlers of the program itself."""
    kept, level = list(logging.root.handlers), logging.root.level
    stream = io.StringIO()
    monkeypatch.setattr("sys.stderr", stream)
    logs.configure("INFO")
    yield stream
    logging.root.handlers[:] = kept
    logging.root.setLevel(level)


def account() -> Account:
    return Account(email=EMAIL, password_hash="x", grants=[])


def fault(app: Flask) -> None:
    """A page that breaks on the database, as any page may."""

    def broken() -> str:
        db.session.add_all((account(), account()))
        db.session.flush()
        return ""

    app.add_url_rule("/stuk", "broken", broken)
    assert app.test_client().get("/stuk").status_code == 500


def test_a_clash_in_the_database_is_told_without_the_values(app: Flask, written: io.StringIO) -> None:
    fault(app)
    line = next(json.loads(line) for line in written.getvalue().splitlines() if '"fault"' in line)
    assert EMAIL not in written.getvalue()
    assert "Uniekenaam".lower() not in written.getvalue().lower()
    told = line["exc_info"]
    assert "IntegrityError" in told
    assert "INSERT INTO account" in told, "what was asked of the database is of use"
    assert "email" in told, "and so is which column clashed"
    assert "test_logs.py" in told, "and where"


@pytest.mark.parametrize("odd", ["SELECT CAST(:it AS INTEGER)", "SELECT CAST(:it AS DATE)"])
def test_what_a_database_cannot_read_is_not_repeated(app: Flask, written: io.StringIO, odd: str) -> None:
    """PostgreSQL repeats such a value in the first line of its message already."""
    if db.engine.dialect.name != "postgresql":
        pytest.skip("SQLite reads anything")
    try:
        db.session.execute(text(odd), {"it": EMAIL})
    except SQLAlchemyError:
        logs.log.exception("fault")
    assert "22P02" in written.getvalue() or "22007" in written.getvalue(), "which sort of fault it was"
    assert EMAIL not in written.getvalue()


def test_other_errors_say_what_they_say(written: io.StringIO) -> None:
    try:
        try:
            int("x")
        except ValueError as wrong:
            raise RuntimeError("boven") from wrong
    except RuntimeError:
        logs.log.exception("fault")
    told = json.loads(written.getvalue())["exc_info"]
    assert told.index("invalid literal for int()") < told.index("builtins.RuntimeError: boven")
