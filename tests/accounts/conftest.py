"""A real application on a real database, for the room of accounts."""

import re
from collections.abc import Callable, Iterator
from datetime import UTC, datetime

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select
from werkzeug.test import TestResponse

from partnerkompas import create_app
from partnerkompas.accounts import actions, session
from partnerkompas.config import Settings
from partnerkompas.infra import clock
from partnerkompas.infra.audit import AuditRow
from partnerkompas.infra.db import db
from partnerkompas.infra.request_cycle import unit_of_work
from partnerkompas.permissions.policy import require
from partnerkompas.permissions.vocabulary import OPERATOR, VISITOR, Permission, Role

NOON = datetime(2026, 6, 1, 12, tzinfo=UTC)
EMAIL = "jan@voorbeeld.nl"
PASSWORD = "een lange zin over appels"


@pytest.fixture(autouse=True)
def _at_noon(cheap_hashes: None) -> Iterator[None]:
    with clock.fixed_at(NOON):
        yield


def an_app(settings: Settings) -> Flask:
    """An application with two pages more: one that asks who is there, and one that does not."""
    app = create_app(settings)

    @app.get("/wie")
    def who() -> str:
        actor = session.current_actor()
        require(actor, Permission.SITE_READ)
        return f"{actor.email or actor.name} {sorted(actor.roles)}"

    @app.get("/stil")
    def quiet() -> str:
        require(VISITOR, Permission.SITE_READ)
        return "stil"

    return app


@pytest.fixture
def app(settings: Settings) -> Iterator[Flask]:
    app = an_app(settings)
    yield app
    with app.app_context():
        db.session.remove()
        db.engine.dispose()


@pytest.fixture
def client(app: Flask) -> FlaskClient:
    return app.test_client()


@pytest.fixture
def owner(app: Flask) -> int:
    """The id of an account without a role."""
    with app.app_context():
        with unit_of_work():
            account = actions.make(OPERATOR, EMAIL, PASSWORD)
        return account.id


@pytest.fixture
def curator(app: Flask) -> int:
    """The id of the account of a curator, who has no second step yet."""
    with app.app_context():
        with unit_of_work():
            account, _ = actions.add_account(OPERATOR, EMAIL, Role.CURATOR, PASSWORD)
        return account.id


@pytest.fixture
def deeds(app: Flask) -> Callable[[], list[tuple[str, str, str]]]:
    """What the audit holds about signing in and out: deed, subject, actor."""

    def read() -> list[tuple[str, str, str]]:
        with app.app_context():
            rows = db.session.scalars(select(AuditRow).order_by(AuditRow.id))
            said = [(row.deed, row.subject, row.actor) for row in rows if row.deed.startswith("account:")]
            return [each for each in said if each[0] != "account:made"]

    return read


def token_on(page: TestResponse) -> str:
    found = re.search(r'name="csrf_token" value="([^"]+)"', page.text)
    assert found, "no token on the page"
    return found[1]


def attempt(
    client: FlaskClient,
    email: str = EMAIL,
    password: str = PASSWORD,
    *,
    address: str = "192.0.2.1",
    url: str = "/inloggen",
    **more: str,
) -> TestResponse:
    """Fetch the form, fill it in and send it, from an address."""
    origin = {"REMOTE_ADDR": address}
    token = token_on(client.get(url, environ_base=origin))
    return client.post(
        url, data={"csrf_token": token, "email": email, "password": password, **more}, environ_base=origin
    )
