"""What asks for the password again keeps what was typed, and says that it is not done yet; without JavaScript."""

from datetime import timedelta

import pytest
from flask import Flask

from partnerkompas.accounts import actions as accounts
from partnerkompas.accounts import queries
from partnerkompas.accounts.models import Account, Authenticator, RoleGrant, SignedIn
from partnerkompas.infra import clock
from partnerkompas.infra.db import db
from partnerkompas.infra.request_cycle import unit_of_work
from partnerkompas.permissions.vocabulary import Actor, Role
from tests.factories import NOW, a_member, an_admin, the_criteria
from tests.signed_in import Person, fields, mails_to

LATER = NOW + timedelta(minutes=16)
PASSWORD = "een lange zin over appels"
NOT_DONE = "Wat u wilde doen, is nog niet gedaan"

pytestmark = pytest.mark.usefixtures("cheap_hashes")


def with_password(actor: Actor) -> Actor:
    the_criteria()
    owner = db.session.get_one(Account, actor.account_id)
    db.session.commit()
    with unit_of_work():
        accounts.set_password(queries.actor(owner), owner, PASSWORD)
    return actor


def sent_late(person: Person, page: str, action: str | None = None, **filled: str) -> str:
    """Open a page in time, send its form too late, and give the password; where one is brought then."""
    shown = person.get(page)
    assert shown.status_code == 200
    data = {**fields(shown.text, action), **filled}
    with clock.fixed_at(LATER):
        asked = person.post(action or page, data)
        assert asked.location.startswith("/inloggen/opnieuw?next="), asked.location
        proved = person.send(asked.location, password=PASSWORD)
    assert proved.status_code == 303
    return proved.location


def test_who_gets_a_role_does_not_have_to_be_typed_twice(app: Flask) -> None:
    somebody, person = a_member(), Person(app, with_password(an_admin()))
    back = sent_late(person, "/beheer/rollen", email=somebody.email, role="admin")
    assert back == "/beheer/rollen"
    with clock.fixed_at(LATER):
        page = person.get(back).text
        assert NOT_DONE in page
        held = fields(page, None)
        assert (held["email"], held["role"]) == (somebody.email, "admin")
        assert not db.session.scalars(db.select(RoleGrant).where(RoleGrant.account_id == somebody.account_id)).all()
        assert NOT_DONE not in person.get(back).text, "it is told once"
        assert person.post(back, held).status_code == 303
    (grant,) = db.session.scalars(db.select(RoleGrant).where(RoleGrant.account_id == somebody.account_id))
    assert grant.role == Role.ADMIN


def test_a_new_address_does_not_have_to_be_typed_twice(app: Flask) -> None:
    person = Person(app, with_password(a_member()))
    back = sent_late(person, "/account/adres", email="jan@elders.example")
    with clock.fixed_at(LATER):
        page = person.get(back).text
        assert NOT_DONE in page
        person.post(back, fields(page, None))
    assert len(mails_to("jan@elders.example")) == 1


def test_the_name_of_a_new_app_does_not_have_to_be_typed_twice(app: Flask) -> None:
    person = Person(app, with_password(a_member()))
    back = sent_late(person, "/account/tweede-stap/app", name="Mijn telefoon", code="123456")
    with clock.fixed_at(LATER):
        page = person.get(back).text
    assert NOT_DONE in page
    assert fields(page, None)["name"] == "Mijn telefoon"
    assert "123456" not in page, "a code is over by now"


@pytest.mark.parametrize("path", ["/account/wachtwoord", "/account/wissen"])
def test_who_has_nothing_typed_is_told_that_it_is_not_done(app: Flask, path: str) -> None:
    actor = with_password(a_member())
    person = Person(app, actor)
    filled = {"password": "een lange zin over peren"} if path == "/account/wachtwoord" else {}
    back = sent_late(person, path, **filled)
    assert back == path
    with clock.fixed_at(LATER):
        page = person.get(back)
    assert NOT_DONE in page.text
    assert "peren" not in page.text + str(page.headers)
    with person.client.session_transaction() as cookie:
        assert "peren" not in str(dict(cookie)), "a password waits nowhere"
    assert db.session.get_one(Account, actor.account_id).ended_at is None


def test_who_removes_a_second_step_is_told_that_it_is_not_done(app: Flask) -> None:
    actor = with_password(a_member())
    with unit_of_work():
        db.session.add(Authenticator(account_id=actor.account_id, kind="totp", name="app", secret="x"))
    person = Person(app, actor)
    page = person.get("/account/tweede-stap").text
    for action in ("/account/tweede-stap/1/verwijder", "/account/tweede-stap/herstelcodes"):
        assert action in page
        assert sent_late(person, "/account/tweede-stap", action) == "/account/tweede-stap"
        with clock.fixed_at(LATER):
            assert NOT_DONE in person.get("/account/tweede-stap").text
            assert NOT_DONE not in person.get("/account/tweede-stap").text
        with unit_of_work():
            db.session.execute(db.update(SignedIn).values(proved_at=NOW))


def test_the_name_of_a_new_passkey_does_not_have_to_be_typed_twice(app: Flask) -> None:
    """What the script sends; the page it is brought back to holds the name."""
    person = Person(app, with_password(a_member()))
    token = person.token("/account/tweede-stap")
    with clock.fixed_at(LATER):
        person.alone()
        told = person.client.post(
            "/account/tweede-stap/passkey/vraag", json={"called": "Sleutelbos"}, headers={"X-CSRFToken": token}
        )
        assert told.status_code == 403
        assert told.json is not None
        person.send(told.json["next"], password=PASSWORD)
        page = person.get("/account/tweede-stap").text
    assert 'id="called" value="Sleutelbos"' in page
    assert NOT_DONE in page


def test_who_only_opens_a_page_is_told_nothing(app: Flask) -> None:
    person = Person(app, with_password(a_member()))
    with clock.fixed_at(LATER):
        asked = person.get("/account/adres").location
        back = person.send(asked, password=PASSWORD).location
        assert NOT_DONE not in person.get(back).text
