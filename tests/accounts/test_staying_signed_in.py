"""Sessions: how long they last, what ends them, and what a visitor never gets."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy.exc import OperationalError

from partnerkompas.accounts import actions, queries
from partnerkompas.accounts.models import Account
from partnerkompas.config import Settings
from partnerkompas.infra import clock
from partnerkompas.infra.db import db
from partnerkompas.infra.request_cycle import unit_of_work
from partnerkompas.permissions.vocabulary import OPERATOR, Role

from .conftest import EMAIL, NOON, an_app, attempt, token_on

Deeds = Callable[[], list[tuple[str, str, str]]]


def cookie_of(client: FlaskClient) -> str:
    cookie = client.get_cookie("partnerkompas")
    assert cookie is not None
    return cookie.value


def who(client: FlaskClient, after: timedelta = timedelta()) -> str:
    with clock.fixed_at(NOON + after):
        return client.get("/wie").text.split()[0]


def test_a_visitor_gets_no_cookie(client: FlaskClient) -> None:
    asked = client.get("/wie")
    assert "Set-Cookie" not in asked.headers
    assert asked.headers.get("Cache-Control") != "no-store"
    quiet = client.get("/stil")
    assert "Set-Cookie" not in quiet.headers
    assert "Cookie" not in quiet.headers.get("Vary", ""), (
        "nobody asked who it was for, so every visitor may get the same copy"
    )
    error = client.get("/bestaat-niet")
    assert error.status_code == 404
    assert "Set-Cookie" not in error.headers


@pytest.mark.parametrize("cookie", ["", "onzin", "eyJfdXNlcl9pZCI6IjEuMSJ9.aaaa.bbbb"])
def test_a_made_up_cookie_is_nobody(client: FlaskClient, owner: int, cookie: str) -> None:
    client.set_cookie("partnerkompas", cookie)
    client.set_cookie("remember_token", f"{owner}.1|{'0' * 128}")
    answer = client.get("/wie")
    assert answer.text.startswith("bezoeker")
    assert "Set-Cookie" not in answer.headers


def test_pages_for_somebody_are_not_stored(client: FlaskClient, owner: int) -> None:
    entered = attempt(client)
    assert entered.headers["Cache-Control"] == "no-store"
    page = client.get("/wie")
    assert page.headers["Cache-Control"] == "no-store"
    assert "Cookie" in page.headers["Vary"]
    missing = client.get("/bestaat-niet")
    assert missing.headers["Cache-Control"] == "no-store"
    assert EMAIL in missing.text, "templates know who it is"


def test_the_cookie_is_out_of_reach_of_scripts_and_other_sites(settings: Settings) -> None:
    plain = an_app(settings).test_client().get("/inloggen").headers["Set-Cookie"]
    assert "HttpOnly" in plain
    assert "SameSite=Lax" in plain
    https = an_app(settings.model_copy(update={"https": True})).test_client()
    secure = https.get("/inloggen", base_url="https://localhost/")
    assert secure.headers["Set-Cookie"].startswith("__Host-partnerkompas=")
    assert "Secure" in secure.headers["Set-Cookie"]
    assert "Domain" not in secure.headers["Set-Cookie"]
    assert "Path=/;" in secure.headers["Set-Cookie"] + ";"


def test_nothing_of_the_session_before_is_left(client: FlaskClient, owner: int) -> None:
    token = token_on(client.get("/inloggen"))
    with client.session_transaction() as kept:
        kept["left_by_a_stranger"] = "x"
    before = cookie_of(client)
    attempt(client)
    assert cookie_of(client) != before
    with client.session_transaction() as kept:
        assert "left_by_a_stranger" not in kept
        assert kept["_user_id"] not in (str(owner), before)
    assert client.post("/uitloggen", data={"csrf_token": token}).status_code == 400
    assert who(client) == EMAIL


def test_idle_for_eight_hours_is_the_end(client: FlaskClient, owner: int) -> None:
    attempt(client)
    assert who(client, timedelta(hours=7, minutes=59)) == EMAIL
    assert who(client, timedelta(hours=15)) == EMAIL, "being there moves the limit"
    assert who(client, timedelta(hours=23)) == "bezoeker"
    assert client.get_cookie("partnerkompas") is None
    assert who(client) == "bezoeker"


def test_a_day_is_the_end_however_busy(client: FlaskClient, owner: int) -> None:
    attempt(client)
    for hour in range(1, 24):
        assert who(client, timedelta(hours=hour)) == EMAIL
    assert who(client, timedelta(hours=24)) == "bezoeker"


def test_no_answer_carries_the_cookie_again(client: FlaskClient, owner: int) -> None:
    attempt(client)
    for minutes in (0, 6, 60):
        with clock.fixed_at(NOON + timedelta(minutes=minutes)):
            assert "Set-Cookie" not in client.get("/wie").headers


def test_when_it_was_seen_is_written_every_five_minutes(client: FlaskClient, owner: int, app: Flask) -> None:
    attempt(client)
    seen = []
    for minutes in (4, 6, 8, 12):
        who(client, timedelta(minutes=minutes))
        with app.app_context():
            seen.append(queries.sessions(owner)[0].seen_at - NOON)
    assert seen == [timedelta(minutes=minutes) for minutes in (0, 6, 6, 12)]


def test_signing_out_everywhere_ends_every_session(client: FlaskClient, owner: int, app: Flask) -> None:
    attempt(client)
    other = app.test_client()
    attempt(other)
    with app.app_context(), unit_of_work():
        actions.sign_out_everywhere(queries.actor(db.session.get_one(Account, owner)))
    assert who(client) == who(other) == "bezoeker"
    assert client.get_cookie("partnerkompas") is None


def test_only_the_hash_of_the_key_is_kept(client: FlaskClient, owner: int, app: Flask) -> None:
    attempt(client)
    with client.session_transaction() as kept:
        key = kept["_user_id"]
    with app.app_context():
        (row,) = queries.sessions(owner)
        assert row.key_hash == queries.key_hash(key)
        assert key not in str(vars(row))


def test_without_a_second_step_no_role_counts(client: FlaskClient, curator: int) -> None:
    """SEC-18: required for curators and administrators."""
    assert attempt(client).location == "/account/tweede-stap"
    assert client.get("/wie").text == f"{EMAIL} []"


def test_a_new_role_ends_the_session(client: FlaskClient, owner: int, app: Flask) -> None:
    attempt(client)
    with app.app_context(), unit_of_work():
        actions.add_account(OPERATOR, EMAIL, Role.ADMIN)
    assert who(client) == "bezoeker"


def test_an_ended_account_ends_the_session(client: FlaskClient, owner: int, app: Flask) -> None:
    attempt(client)
    with app.app_context(), unit_of_work():
        db.session.get_one(Account, owner).ended_at = clock.now()
    assert who(client) == "bezoeker"


def test_a_role_that_ended_is_gone_at_once(client: FlaskClient, curator: int, app: Flask) -> None:
    attempt(client)
    with app.app_context(), unit_of_work():
        actions.end_role(OPERATOR, db.session.get_one(Account, curator), Role.CURATOR)
    assert who(client) == "bezoeker", "its sessions end too"
    with app.app_context():
        account = db.session.get_one(Account, curator)
        assert account.roles == frozenset()
        assert [grant.ended_at for grant in account.grants] == [NOON], "the history stays"


def test_signing_out_ends_the_session_for_a_copied_cookie_too(
    client: FlaskClient, owner: int, app: Flask, deeds: Deeds
) -> None:
    attempt(client)
    thief = app.test_client()
    thief.set_cookie("partnerkompas", cookie_of(client))
    assert who(thief) == EMAIL
    token = token_on(client.get("/bestaat-niet"))
    answer = client.post("/uitloggen", data={"csrf_token": token})
    assert (answer.status_code, answer.location) == (303, "/")
    assert answer.headers["Cache-Control"] == "no-store"
    assert client.get_cookie("partnerkompas") is None
    assert who(client) == "bezoeker"
    assert who(thief) == "bezoeker"
    assert deeds()[-1] == ("account:signed_out", f"account/{owner}", f"account/{owner}")


def test_signing_out_needs_the_token_and_a_post(client: FlaskClient, owner: int, deeds: Deeds) -> None:
    attempt(client)
    assert client.post("/uitloggen").status_code == 400
    assert client.get("/uitloggen").status_code == 405
    assert who(client) == EMAIL
    assert deeds()[-1][0] == "account:signed_in"


def test_a_visitor_who_signs_out_ends_nothing(client: FlaskClient, owner: int, deeds: Deeds) -> None:
    token = token_on(client.get("/inloggen"))
    assert client.post("/uitloggen", data={"csrf_token": token}).status_code == 303
    assert deeds() == []


def test_the_language_stays_after_signing_out(client: FlaskClient, owner: int) -> None:
    attempt(client)
    token = token_on(client.get("/en/bestaat-niet"))
    assert client.post("/en/uitloggen", data={"csrf_token": token}).location == "/en/"


def test_another_account_takes_the_place_of_the_first(client: FlaskClient, owner: int, app: Flask) -> None:
    with app.app_context(), unit_of_work():
        actions.add_account(OPERATOR, "ander@voorbeeld.nl", Role.ADMIN, "nog een lange zin erbij")
    form = token_on(client.get("/inloggen"))
    filled = {"csrf_token": form, "email": "ander@voorbeeld.nl", "password": "nog een lange zin erbij"}
    assert client.post("/inloggen", data=filled).status_code == 303
    assert who(client) == "ander@voorbeeld.nl"


def test_without_a_database_the_error_page_still_comes(
    client: FlaskClient, owner: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    attempt(client)

    def away(number: int) -> None:
        raise OperationalError("select", {}, Exception("away"))

    monkeypatch.setattr(queries, "by_id", away)
    answer = client.get("/wie")
    assert answer.status_code == 503
    assert EMAIL not in answer.text
