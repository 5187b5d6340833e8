"""A curator who sets up a second step, for the tests of this room."""

import re
from contextlib import AbstractContextManager
from datetime import timedelta

import pyotp
from flask import Flask

from partnerkompas.infra import clock
from tests.factories import NOW
from tests.signed_in import Person

EMAIL, PASSWORD = "ada@voorbeeld.example", "een lange zin over appels"
STEP, OWN, APP = "/inloggen/tweede-stap", "/account/tweede-stap", "/account/tweede-stap/app"


def entered(app: Flask, email: str = EMAIL) -> Person:
    """Somebody at a browser who gave the password."""
    person = Person(app)
    person.send("/inloggen", email=email, password=PASSWORD)
    return person


def with_app(app: Flask) -> tuple[Person, pyotp.TOTP, list[str]]:
    """Somebody who set up an app just now, the app, and the recovery codes."""
    person = entered(app)
    totp = key_on_page(person)
    shown = person.send(APP, code=totp.at(NOW), name="Telefoon")
    assert shown.status_code == 200, shown.text
    return person, totp, keys(shown.text)


def key_on_page(person: Person) -> pyotp.TOTP:
    """The app that reads the key on the page that adds one."""
    (key,) = keys(person.get(APP).text)
    return pyotp.TOTP(re.sub(r"\s", "", key))


def keys(page: str) -> list[str]:
    return re.findall(r'class="key">([^<]+)<', page)


def is_in(person: Person) -> bool:
    return person.get("/account").status_code == 200


def cookie(person: Person) -> str:
    """What the browser of somebody holds, as a thief would copy it."""
    held = person.client.get_cookie("partnerkompas")
    assert held is not None
    return held.value


def token(page: str) -> str:
    return page.split('name="csrf_token" value="')[1].split('"')[0]


def later(seconds: int = 60) -> AbstractContextManager[None]:
    return clock.fixed_at(NOW + timedelta(seconds=seconds))
