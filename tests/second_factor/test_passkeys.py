"""Passkeys on the server: made and used once, by their own account, on this site; whatever else is sent is refused."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from werkzeug.test import TestResponse

from partnerkompas.accounts import actions as accounts
from partnerkompas.accounts.models import Authenticator
from partnerkompas.infra import clock, mail
from partnerkompas.infra.db import db
from partnerkompas.infra.request_cycle import unit_of_work
from partnerkompas.permissions.vocabulary import OPERATOR
from tests.factories import NOW
from tests.second_factor.passkey import Passkey
from tests.second_factor.people import EMAIL, OWN, PASSWORD, cookie, entered, is_in, token
from tests.signed_in import Person, mails_to

OTHER = "bea@voorbeeld.example"
ASK, SIGN = "/inloggen/passkey/vraag", "/inloggen/passkey?next=/berichten"
NEW, ADD = "/account/tweede-stap/passkey/vraag", "/account/tweede-stap/passkey"


@pytest.fixture(autouse=True)
def _two_accounts(app: Flask) -> None:
    with unit_of_work():
        for email in (EMAIL, OTHER):
            accounts.make(OPERATOR, email, PASSWORD)


def post(person: Person, path: str, sent: object = None, at: str = "http://localhost") -> TestResponse:
    """Send JSON as the script does, with the token of a page."""
    shown = person.get("/inloggen")
    page = shown if shown.status_code == 200 else person.get("/account")
    person.alone()
    return person.client.post(
        path, json={} if sent is None else sent, headers={"X-CSRFToken": token(page.text)}, base_url=at
    )


def asked(person: Person, path: str, at: str = "http://localhost") -> dict[str, Any]:
    """What the browser is asked."""
    answer = post(person, path, at=at)
    assert answer.status_code == 200, answer.text
    return answer.get_json()


def with_passkey(app: Flask, email: str = EMAIL) -> tuple[Person, Passkey]:
    """Somebody who made a passkey just now."""
    person, passkey = entered(app, email), Passkey()
    added = post(person, ADD, {**passkey.made(asked(person, NEW)), "called": "Laptop"})
    assert added.status_code == 200, added.text
    return person, passkey


def passkeys() -> list[Authenticator]:
    db.session.rollback()
    return list(db.session.scalars(db.select(Authenticator).order_by(Authenticator.id)))


def problem(answer: TestResponse) -> str:
    assert answer.status_code == 422, f"{answer.status_code}: {answer.text[:300]}"
    return str(answer.get_json()["problem"])


def test_a_passkey_is_made_and_used(app: Flask) -> None:
    person, passkey = with_passkey(app)
    assert "Laptop" in person.get(OWN).text
    assert "Er is een tweede stap" in mails_to(EMAIL)[-1].body
    person = entered(app)
    assert not is_in(person), "the password alone is not enough any more"
    passkey.counter = 7
    answer = post(person, SIGN, passkey.signed(asked(person, ASK)))
    assert (answer.status_code, answer.get_json()) == (200, {"next": "/berichten"})
    assert is_in(person)
    (kept,) = passkeys()
    assert (kept.counter, kept.used_at) == (7, NOW)


def test_a_counter_that_goes_back_is_a_copy(app: Flask) -> None:
    _person, passkey = with_passkey(app)
    for counter, right in ((5, True), (5, False), (4, False), (6, True)):
        person = entered(app)
        passkey.counter = counter
        answer = post(person, SIGN, passkey.signed(asked(person, ASK)))
        assert (answer.status_code == 200, is_in(person)) == (right, right), counter


def test_what_was_signed_once_opens_nothing_again(app: Flask) -> None:
    """Whoever copied the cookie and saw what was sent has both; most counters stay at zero."""
    _person, passkey = with_passkey(app)
    person, thief = entered(app), Person(app)
    signed = passkey.signed(asked(person, ASK))
    thief.client.set_cookie("partnerkompas", cookie(person))
    assert post(person, SIGN, signed).status_code == 200
    assert "Dit lukte niet" in problem(post(thief, SIGN, signed))
    assert not is_in(thief)


def test_a_challenge_that_was_answered_wrongly_is_of_no_use_either(app: Flask) -> None:
    _person, passkey = with_passkey(app)
    person, again = entered(app), Person(app)
    options = asked(person, ASK)
    again.client.set_cookie("partnerkompas", cookie(person))
    stranger = Passkey(id=passkey.id)
    assert "niet goed gebruikt" in problem(post(person, SIGN, stranger.signed(options)))
    assert "Dit lukte niet" in problem(post(again, SIGN, passkey.signed(options)))
    assert not is_in(again)


def test_what_was_asked_of_one_browser_is_not_answered_by_another(app: Flask) -> None:
    _person, passkey = with_passkey(app)
    here, there = entered(app), entered(app)
    asked(here, ASK)
    signed = passkey.signed(asked(there, ASK))
    assert "niet goed gebruikt" in problem(post(here, SIGN, signed))
    assert not is_in(here)


def test_a_passkey_of_another_account_does_not_sign_in_this_one(app: Flask) -> None:
    _person, mine = with_passkey(app)
    _person, theirs = with_passkey(app, OTHER)
    person = entered(app)
    assert "Dit lukte niet" in problem(post(person, SIGN, theirs.signed(asked(person, ASK))))
    theirs.id = mine.id
    assert "hoort niet bij dit account" in problem(post(person, SIGN, theirs.signed(asked(person, ASK))))
    assert not is_in(person)


@pytest.mark.parametrize(
    ("host", "origin"), [("localhost", "http://localhost.example"), ("elders.example", "http://localhost")]
)
def test_what_another_site_had_signed_is_refused(app: Flask, host: str, origin: str) -> None:
    _person, passkey = with_passkey(app)
    passkey.host, passkey.origin = host, origin
    person = entered(app)
    assert "niet goed gebruikt" in problem(post(person, SIGN, passkey.signed(asked(person, ASK))))
    assert not is_in(person)


def test_what_another_site_had_made_is_refused(app: Flask) -> None:
    person = entered(app)
    for passkey in (Passkey(host="elders.example"), Passkey(origin="http://localhost.example")):
        assert "kunnen we niet gebruiken" in problem(post(person, ADD, passkey.made(asked(person, NEW))))
    assert passkeys() == []


def test_a_passkey_that_is_in_use_is_not_added_again(app: Flask) -> None:
    """Neither to the account that has it, nor to another."""
    person, passkey = with_passkey(app)
    before = mails_to(EMAIL)
    assert "is al in gebruik" in problem(post(person, ADD, passkey.made(asked(person, NEW))))
    stranger = entered(app, OTHER)
    assert "is al in gebruik" in problem(post(stranger, ADD, passkey.made(asked(stranger, NEW))))
    assert len(passkeys()) == 1
    assert len(mails_to(EMAIL)) == len(before), "nothing was added, so nothing is told"
    assert is_in(person)
    assert is_in(stranger)


def test_a_second_one_is_added_without_new_recovery_codes(app: Flask) -> None:
    person, _passkey = with_passkey(app)
    assert post(person, ADD, Passkey().made(asked(person, NEW))).location == OWN
    assert [each.name for each in passkeys()] == ["Laptop", "passkey"]


def test_one_challenge_makes_one_passkey(app: Flask) -> None:
    person = entered(app)
    options = asked(person, NEW)
    held = cookie(person)
    assert post(person, ADD, Passkey().made(options)).status_code == 200
    person.client.set_cookie("partnerkompas", held)
    assert "Dit lukte niet" in problem(post(person, ADD, Passkey().made(options)))
    assert len(passkeys()) == 1


@pytest.mark.parametrize(("seconds", "right"), [(599, True), (600, False)])
def test_making_takes_ten_minutes_at_most(app: Flask, seconds: int, right: bool) -> None:
    person = entered(app)
    options = asked(person, NEW)
    with clock.fixed_at(NOW + timedelta(seconds=seconds)):
        answer = post(person, ADD, Passkey().made(options))
    assert answer.status_code == (200 if right else 422), answer.text
    assert len(passkeys()) == right


def test_too_late_for_the_second_step_is_said(app: Flask) -> None:
    with_passkey(app)
    person = entered(app)
    with clock.fixed_at(NOW + timedelta(minutes=11)):
        answer = post(person, ASK)
    assert answer.status_code == 404
    assert answer.get_json() == {"problem": "Dit duurde te lang. Log opnieuw in."}


def test_a_configured_site_does_not_believe_who_says_it_is_on_this_machine(
    app: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    person, before = entered(app), mail.site()
    assert asked(person, NEW)["rp"]["id"] == "localhost"
    monkeypatch.setattr(app.extensions["settings"], "site_url", "https://gids.example")
    mail.say_where("https://gids.example")
    try:
        assert asked(person, NEW)["rp"]["id"] == "gids.example"
        assert "kunnen we niet gebruiken" in problem(post(person, ADD, Passkey().made(asked(person, NEW))))
        right = Passkey(host="gids.example", origin="https://gids.example")
        assert post(person, ADD, right.made(asked(person, NEW))).status_code == 200
    finally:
        mail.say_where(before)


Change = Callable[[Passkey, dict[str, Any]], object]
KEYS: dict[str, dict[int, Any]] = {
    "no key": {99: 1},
    "no curve": {1: 2, 3: -7},
    "no coordinates": {1: 2, 3: -7, -1: 1},
    "a point beside the curve": {1: 2, 3: -7, -1: 1, -2: bytes(32), -3: bytes(32)},
    "texts for coordinates": {1: 2, 3: -7, -1: 1, -2: "x", -3: []},
    "an unknown curve": {1: 2, 3: -7, -1: 77, -2: bytes(32), -3: bytes(32)},
    "an unknown algorithm": {1: 2, 3: -77, -1: 1, -2: bytes(32), -3: bytes(32)},
    "RSA without numbers": {1: 3, 3: -257},
}


def cut(sent: dict[str, Any], name: str, end: int) -> dict[str, Any]:
    return {**sent, "response": {**sent["response"], name: sent["response"][name][:end]}}


WRONG: dict[str, Change] = {
    "a list": lambda passkey, options: [],
    "a text": lambda passkey, options: "x",
    "nothing": lambda passkey, options: {},
    "no response": lambda passkey, options: {"id": "x"},
    "an odd response": lambda passkey, options: {**passkey.made(options), "response": ["x"]},
    "an odd id": lambda passkey, options: {**passkey.made(options), "id": {}, "rawId": 7},
    "an id that is too long": lambda passkey, options: Passkey(id=bytes(1024)).made(options),
    "a counter that is too high": lambda passkey, options: Passkey(counter=2**31).made(options),
    **{
        f"a key with {name}": lambda passkey, options, cose=cose: passkey.made(options, cose)
        for name, cose in KEYS.items()
    },
    **{
        f"{name} without its last {n}": lambda passkey, options, name=name, n=n: cut(passkey.made(options), name, -n)
        for name in ("clientDataJSON", "attestationObject")
        for n in (2, 30, 60, 90, 120, 200, 400)
    },
}


def test_what_is_no_passkey_is_told(app: Flask) -> None:
    """Never a fault: the answer says that it cannot be used, and a right one still can."""
    person = entered(app)
    for name, change in WRONG.items():
        answer = post(person, ADD, change(Passkey(), asked(person, NEW)))
        assert (answer.status_code, list(answer.get_json() or ())) == (422, ["problem"]), name
    assert passkeys() == []
    assert post(person, ADD, Passkey().made(asked(person, NEW))).status_code == 200


def test_brackets_without_end_are_told(app: Flask) -> None:
    person = entered(app)
    asked(person, NEW)
    headers = {"X-CSRFToken": token(person.get("/account").text), "Content-Type": "application/json"}
    person.alone()
    problem(person.client.post(ADD, data="[" * 200_000, headers=headers))
