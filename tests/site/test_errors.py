"""What goes wrong on our side is told plainly, also to who is signed in, and is logged."""

import pytest
from flask import Flask
from sqlalchemy import delete
from sqlalchemy.exc import IntegrityError, OperationalError
from sqlalchemy.exc import TimeoutError as NoConnectionFree

from partnerkompas.accounts.models import Account, SignedIn
from partnerkompas.accounts.session import current_actor
from partnerkompas.infra.db import db
from partnerkompas.messages import queries as messages
from partnerkompas.permissions.policy import require
from partnerkompas.permissions.vocabulary import Permission
from tests.browser import check, read
from tests.factories import a_curator, a_member, a_partner, the_criteria
from tests.signed_in import Person, fields

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


@pytest.mark.parametrize("wrong", [OperationalError("select", {}, Exception("away")), NoConnectionFree("none is free")])
def test_a_database_that_is_away_gives_the_page_to_who_is_signed_in(
    app: Flask, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch, wrong: Exception
) -> None:
    """From the moment it was known who is there: everything that is asked fails, the number of messages too."""
    person = Person(app, a_member())

    def away(number: int) -> int:
        raise wrong

    monkeypatch.setattr(messages, "unread", away)
    answer = person.get("/account")
    assert answer.status_code == 503
    check(read(answer), "/account")
    assert "even niet bereikbaar" in answer.text
    assert answer.headers["Retry-After"] == "10"
    assert "database away" in caplog.messages


WRITTEN = "Het bedrijf bestaat\nniet meer."


def a_form_left_open(app: Flask) -> tuple[Person, dict[str, str], str]:
    """Somebody with a form on the screen, what it will send, and its address."""
    the_criteria()
    partner = a_partner("Aap Advies")
    person = Person(app, a_curator())
    page = f"/werkbank/partners/{partner.slug}/uitschrijven"
    return person, {**fields(person.get(page).text, None), "soort": "stopped", "tekst": WRITTEN}, page


@pytest.mark.parametrize("cookie", [True, False], ids=["ended on the server", "and no cookie either"])
def test_who_is_signed_out_gets_back_what_was_written(app: Flask, cookie: bool) -> None:
    person, filled, page = a_form_left_open(app)
    db.session.execute(delete(SignedIn))
    db.session.commit()
    if not cookie:
        person = Person(app)
    answer = person.post(page, filled, headers={"Referer": f"http://localhost{page}"})
    assert answer.status_code == (403 if cookie else 400)
    if not cookie:  # else the answer takes the old one away
        check(read(answer), page)
    assert f">{WRITTEN}</textarea>" in answer.text
    assert f'href="/inloggen?next={page}"' in answer.text


def test_a_form_from_before_signing_in_again_is_given_back(app: Flask) -> None:
    person, filled, page = a_form_left_open(app)
    answer = person.post(page, {**filled, "csrf_token": "x"}, headers={"Referer": f"http://localhost{page}"})
    assert answer.status_code == 400
    assert f">{WRITTEN}</textarea>" in answer.text
    assert f'class="button" href="{page}"' in answer.text


def test_nothing_of_another_site_and_no_password_is_shown(app: Flask) -> None:
    _person, filled, page = a_form_left_open(app)
    for referer in ("", "https://elders.example/", "http://localhost.elders.example/x"):
        answer = Person(app).post(page, filled, headers={"Referer": referer})
        assert WRITTEN not in answer.text, referer
    typed = {"email": "a@b.example", "password": "vier woorden met spaties"}
    answer = Person(app).post("/inloggen", typed, headers={"Referer": "http://localhost/inloggen"})
    assert answer.status_code == 400
    assert typed["password"] not in answer.text
