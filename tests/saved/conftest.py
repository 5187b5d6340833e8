"""Somebody who keeps searches, partners to find, and requests that know nothing of one another."""

import re
from typing import Any

import pytest
from flask import Flask, g
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from partnerkompas.infra.db import db, writing
from partnerkompas.infra.request_cycle import unit_of_work
from partnerkompas.permissions.vocabulary import Actor
from tests.factories import a_member, a_partner, an_answer, client_of, the_criteria


class Alone(FlaskClient):
    """The application context of a test outlives a request, and with it who made that: here each starts afresh."""

    def open(self, *arguments: Any, **more: Any) -> TestResponse:
        g.__dict__.clear()
        db.session.rollback()
        writing.set(False)
        return super().open(*arguments, **more)


@pytest.fixture(autouse=True)
def _each_request_alone(app: Flask) -> None:
    app.test_client_class = Alone


@pytest.fixture
def member(app: Flask) -> Actor:
    """Somebody with an account, and three partners to find."""
    with unit_of_work():
        the_criteria()
        for name, product in (("Alfa", "bc"), ("Beta", "bc"), ("Gamma", "fin")):
            an_answer(a_partner(name), "producten", product)
        somebody = a_member()
    assert somebody.account_id
    return somebody


@pytest.fixture
def client(app: Flask, member: Actor) -> FlaskClient:
    return client_of(app, member)


def fields(page: str, action: str) -> dict[str, str]:
    """What the form that posts to an address holds; the sign-in form posts to its own."""
    place = rf'action="{re.escape(action)}"' if action else "novalidate"
    (form,) = re.findall(rf"<form[^>]+{place}.*?</form>", page, re.DOTALL)
    found = {}
    for tag in re.findall(r"<input[^>]*>", form):
        attributes = dict(re.findall(r'([\w-]+)="([^"]*)"', tag))
        found[attributes["name"]] = attributes.get("value", "").replace("&amp;", "&")
    return found


def send(client: FlaskClient, address: str, action: str, **changes: Any) -> TestResponse:
    """Fetch a page and send one of its forms, with the token it holds."""
    return client.post(action, data={**fields(client.get(address).text, action), **changes})
