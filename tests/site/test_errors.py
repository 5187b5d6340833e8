"""What goes wrong on our side is told plainly, also to who is signed in, and is logged."""

import pytest
from flask import Flask
from sqlalchemy.exc import IntegrityError, OperationalError

from partnerkompas.accounts.models import Account
from partnerkompas.accounts.session import current_actor
from partnerkompas.infra.db import db
from partnerkompas.messages import queries as messages
from partnerkompas.permissions.policy import require
from partnerkompas.permissions.vocabulary import Permission
from tests.browser import check, read
from tests.factories import a_member
from tests.signed_in import Person

SECRET = "een geheim"


def adds_a_second(app: Flask, email: str, *, flush: bool) -> None:
    """Give an application a page that makes a second account at an address, which no database accepts."""

    @app.post("/fout")
    def wrong() -> str:
        require(current_actor(), Permission.SITE_READ)
        db.session.add(Account(email=email, password_hash=SECRET))
        if flush:
            db.session.flush()
        return "nooit"


@pytest.mark.parametrize("flush", [True, False], ids=["at the flush", "at the commit"])
def test_a_refused_write_gives_the_page_to_who_is_signed_in(
    app: Flask, caplog: pytest.LogCaptureFixture, flush: bool
) -> None:
    member = a_member()
    adds_a_second(app, member.email, flush=flush)
    person = Person(app, member)
    token = person.token()
    answer = person.post("/fout", {"csrf_token": token})
    assert answer.status_code == 500
    check(read(answer), "/fout")
    assert "Er ging bij ons iets mis" in answer.text
    assert member.email in answer.text, "the page knows who it is for"
    assert [record.exc_info[0] for record in caplog.records if record.exc_info] == [IntegrityError]
    assert SECRET not in caplog.text, "what was written is not logged"
    assert person.get("/account").status_code == 200
    assert db.session.query(Account).filter_by(email=member.email).count() == 1


def test_a_database_that_is_away_gives_the_page_to_who_is_signed_in(
    app: Flask, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    """From the moment it was known who is there: everything that is asked fails, the number of messages too."""
    person = Person(app, a_member())

    def away(number: int) -> int:
        raise OperationalError("select", {}, Exception("away"))

    monkeypatch.setattr(messages, "unread", away)
    answer = person.get("/account")
    assert answer.status_code == 503
    check(read(answer), "/account")
    assert "even niet bereikbaar" in answer.text
    assert answer.headers["Retry-After"] == "10"
    assert "database away" in caplog.messages
