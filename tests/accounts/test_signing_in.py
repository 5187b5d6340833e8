"""Signing in: who gets in, who does not, and how often one may try."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import timedelta
from threading import BoundedSemaphore
from typing import Any

import pytest
from argon2 import PasswordHasher
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import func, select

from partnerkompas.accounts import actions, passwords, signing_in
from partnerkompas.accounts import attempts as attempts_room
from partnerkompas.accounts.attempts import Limit
from partnerkompas.accounts.models import Account, Attempt
from partnerkompas.accounts.views import on_this_site
from partnerkompas.config import Settings
from partnerkompas.infra import clock
from partnerkompas.infra.audit import AuditRow
from partnerkompas.infra.db import db
from partnerkompas.infra.request_cycle import unit_of_work
from partnerkompas.permissions.vocabulary import OPERATOR, Role
from tests.signed_in import without_token

from .conftest import EMAIL, NOON, PASSWORD, an_app, attempt, token_on

Deeds = Callable[[], list[tuple[str, str, str]]]
WRONG = "een lange zin over peren"


def attempts(app: Flask) -> int:
    with app.app_context():
        return db.session.scalar(select(func.count()).select_from(Attempt)) or 0


def test_the_right_password_opens_a_session(client: FlaskClient, owner: int, deeds: Deeds, app: Flask) -> None:
    answer = attempt(client, EMAIL.upper())
    assert (answer.status_code, answer.location) == (303, "/")
    assert client.get("/wie").text == f"{EMAIL} []"
    assert deeds() == [("account:signed_in", f"account/{owner}", f"account/{owner}")]
    assert attempts(app) == 0


def test_the_page_is_a_form_in_two_languages(client: FlaskClient) -> None:
    dutch, english = client.get("/inloggen"), client.get("/en/inloggen")
    assert "E-mailadres" in dutch.text
    assert dutch.headers["Cache-Control"] == "no-store"
    assert english.status_code == 200
    assert 'lang="en"' in english.text


@pytest.mark.parametrize(
    ("email", "password"), [(EMAIL, WRONG), (EMAIL, PASSWORD + " "), ("niemand@voorbeeld.nl", PASSWORD)]
)
def test_wrong_is_answered_the_same_for_every_account(
    client: FlaskClient, owner: int, app: Flask, email: str, password: str
) -> None:
    answer = attempt(client, email, password)
    assert answer.status_code == 422
    assert answer.text.count("Het e-mailadres of het wachtwoord klopt niet.") == 1
    assert password not in answer.text
    assert client.get("/wie").text.startswith("bezoeker")
    other = attempt(app.test_client(), "heel.anders@voorbeeld.nl", WRONG)
    told, told_other = without_token(answer.text), without_token(other.text)
    assert told.replace(email, "") == told_other.replace("heel.anders@voorbeeld.nl", "")


def test_an_unknown_account_costs_the_same_work(
    client: FlaskClient, owner: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    class Counting(PasswordHasher):
        verified = 0

        def verify(self, *given: Any) -> Any:
            Counting.verified += 1
            return super().verify(*given)

    monkeypatch.setattr(passwords, "_hasher", Counting(time_cost=1, memory_cost=64, parallelism=1))
    attempt(client, EMAIL, WRONG)
    assert Counting.verified == 1
    attempt(client, "niemand@voorbeeld.nl", WRONG)
    assert Counting.verified == 2


def test_a_failure_is_kept_although_the_answer_is_an_error(
    client: FlaskClient, owner: int, deeds: Deeds, app: Flask
) -> None:
    attempt(client, EMAIL, WRONG)
    attempt(client, "geheim.wachtwoord@voorbeeld.nl", WRONG)
    assert attempts(app) == 2
    assert deeds() == [
        ("account:sign_in_failed", f"account/{owner}", "bezoeker"),
        ("account:sign_in_failed", "account/unknown", "bezoeker"),
    ]


def test_nothing_stored_tells_address_or_password(client: FlaskClient, owner: int, app: Flask) -> None:
    attempt(client, EMAIL, WRONG, address="198.51.100.77")
    attempt(client, "geheim@voorbeeld.nl", WRONG, address="198.51.100.77")
    attempt(client, address="198.51.100.77")
    with app.app_context():
        rows = [*db.session.scalars(select(AuditRow)), *db.session.scalars(select(Attempt))]
        stored = "\n".join(str({**vars(row)}) for row in rows)
    assert len(rows) == 5, rows
    for secret in ("198.51.100.77", WRONG, PASSWORD, "geheim"):
        assert secret not in stored


def test_an_ended_account_does_not_get_in(client: FlaskClient, owner: int, app: Flask) -> None:
    with app.app_context(), unit_of_work():
        db.session.get_one(Account, owner).ended_at = clock.now()
    answer = attempt(client)
    assert answer.status_code == 422
    assert "klopt niet" in answer.text


def test_a_hash_of_less_work_is_renewed(client: FlaskClient, owner: int, app: Flask) -> None:
    with app.app_context(), unit_of_work():
        account = db.session.get_one(Account, owner)
        account.password_hash = PasswordHasher(time_cost=1, memory_cost=32, parallelism=1).hash(PASSWORD)
    assert attempt(client).status_code == 303
    with app.app_context():
        account = db.session.get_one(Account, owner)
        assert "m=64," in account.password_hash
        assert passwords.matches(account.password_hash, PASSWORD)


@pytest.mark.parametrize(
    ("email", "password", "message"),
    [
        ("", PASSWORD, "Vul een e-mailadres in"),
        ("jan", PASSWORD, "Vul een e-mailadres in"),
        ("jan\0@voorbeeld.nl", PASSWORD, "Vul een e-mailadres in"),
        (EMAIL, "", "Vul uw wachtwoord in"),
        (EMAIL, "x" * 1001, "ten hoogste 1000 tekens"),
    ],
)
def test_a_form_filled_in_wrong_says_so_and_costs_no_attempt(
    client: FlaskClient, app: Flask, email: str, password: str, message: str
) -> None:
    answer = attempt(client, email, password)
    assert answer.status_code == 422
    assert message in answer.text
    assert "error-summary" in answer.text
    assert attempts(app) == 0


def test_a_file_or_json_where_text_belongs_is_just_a_wrong_form(client: FlaskClient) -> None:
    from io import BytesIO

    token = token_on(client.get("/inloggen"))
    files = {"csrf_token": token, "email": (BytesIO(b"x"), "x.txt"), "password": (BytesIO(b"x"), "x.txt")}
    assert client.post("/inloggen", data=files).status_code == 422
    assert client.post("/inloggen", json=[1], headers={"X-CSRFToken": token}).status_code == 422


def test_without_its_token_a_form_does_nothing(client: FlaskClient, owner: int, app: Flask) -> None:
    filled = {"email": EMAIL, "password": PASSWORD}
    mine, others = token_on(client.get("/inloggen")), token_on(app.test_client().get("/inloggen"))
    for token in ("", "x", mine[:-2], others):
        assert client.post("/inloggen", data={**filled, "csrf_token": token}).status_code == 400
    assert client.post("/inloggen", data=filled).status_code == 400
    assert client.get("/wie").text.startswith("bezoeker")
    assert attempts(app) == 0


# How often one may try


def test_the_eleventh_attempt_waits_and_the_right_password_works_later(
    client: FlaskClient, owner: int, app: Flask
) -> None:
    for n in range(10):
        with clock.fixed_at(NOON + timedelta(seconds=n)):
            assert attempt(client, EMAIL, WRONG).status_code == 422
    with clock.fixed_at(NOON + timedelta(seconds=60)):
        answer = attempt(client)
        assert answer.status_code == 429
        assert answer.headers["Retry-After"] == "240"
        assert "over 4 minuten opnieuw" in answer.text
        assert "klopt niet" not in answer.text
    assert attempts(app) == 10, "who is turned away does not make the wait longer"
    with clock.fixed_at(NOON + timedelta(seconds=300)):
        assert attempt(client).status_code == 303


def test_a_restart_forgets_nothing(client: FlaskClient, owner: int, settings: Settings) -> None:
    for _ in range(10):
        attempt(client, EMAIL, WRONG)
    assert attempt(an_app(settings).test_client()).status_code == 429


def test_an_address_tries_ten_times_whatever_the_account(client: FlaskClient, owner: int) -> None:
    for n in range(10):
        attempt(client, f"iemand{n}@voorbeeld.nl", WRONG)
    assert attempt(client).status_code == 429
    assert attempt(client, address="192.0.2.2").status_code == 303


def test_an_unknown_account_waits_just_as_long(client: FlaskClient) -> None:
    for _ in range(10):
        assert attempt(client, "niemand@voorbeeld.nl", WRONG).status_code == 422
    assert attempt(client, "niemand@voorbeeld.nl", WRONG).status_code == 429


def test_a_stranger_does_not_keep_the_owner_out(client: FlaskClient, owner: int) -> None:
    for _ in range(11):
        attempt(client, EMAIL, WRONG, address="203.0.113.9")
    assert attempt(client, address="192.0.2.1").status_code == 303


def test_many_strangers_do_not_keep_the_owner_from_a_known_address(client: FlaskClient, owner: int) -> None:
    assert attempt(client, address="192.0.2.1").status_code == 303
    client.delete_cookie("partnerkompas")
    statuses = [
        attempt(client, EMAIL, WRONG, address=f"203.0.113.{n}").status_code for n in range(11) for _ in range(10)
    ]
    assert statuses == [422] * 100 + [429] * 10
    assert attempt(client, address="192.0.2.200").status_code == 429
    assert attempt(client, address="192.0.2.1").status_code == 303


def test_who_shares_the_network_of_an_owner_does_not_keep_them_out(client: FlaskClient, owner: int) -> None:
    """What was tried there for others says nothing of who tries for this account."""
    assert attempt(client).status_code == 303
    client.delete_cookie("partnerkompas")
    statuses = [attempt(client, f"niemand{n}@voorbeeld.nl", WRONG).status_code for n in range(11)]
    assert statuses == [422] * 10 + [429]
    assert attempt(client).status_code == 303
    client.delete_cookie("partnerkompas")
    assert attempt(client, "niemand@voorbeeld.nl", WRONG).status_code == 429


def test_where_an_owner_never_was_nothing_tells_that_there_is_an_account(client: FlaskClient, owner: int) -> None:
    assert attempt(client).status_code == 303
    client.delete_cookie("partnerkompas")
    for n in range(10):
        attempt(client, f"niemand{n}@voorbeeld.nl", WRONG, address="203.0.113.9")
    for email in (EMAIL, "niemand@voorbeeld.nl"):
        assert attempt(client, email, WRONG, address="203.0.113.9").status_code == 429


def test_a_known_address_still_tries_ten_times(client: FlaskClient, owner: int) -> None:
    attempt(client)
    client.delete_cookie("partnerkompas")
    for _ in range(10):
        attempt(client, EMAIL, WRONG)
    assert attempt(client).status_code == 429


def test_a_known_address_is_forgotten_after_thirty_days(
    client: FlaskClient, owner: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    limits = replace(attempts_room.SIGNING_IN, of_account=(Limit(1, timedelta(minutes=5)),))
    monkeypatch.setattr(signing_in, "SIGNING_IN", limits)
    with clock.fixed_at(NOON - timedelta(days=30)):
        assert attempt(client).status_code == 303
    client.delete_cookie("partnerkompas")
    attempt(client, EMAIL, WRONG, address="203.0.113.9")
    assert attempt(client).status_code == 429


def test_the_whole_site_has_a_limit(client: FlaskClient, owner: int, monkeypatch: pytest.MonkeyPatch) -> None:
    assert attempts_room.SIGNING_IN.of_all == (Limit(1000, timedelta(minutes=5)),)
    limits = replace(attempts_room.SIGNING_IN, of_all=(Limit(5, timedelta(minutes=5)),))
    monkeypatch.setattr(signing_in, "SIGNING_IN", limits)
    for n in range(5):
        attempt(client, f"iemand{n}@voorbeeld.nl", WRONG, address=f"203.0.113.{n}")
    assert attempt(client).status_code == 429


def test_a_success_gives_no_new_tries_on_other_accounts(client: FlaskClient, owner: int) -> None:
    for n in range(9):
        attempt(client, f"iemand{n}@voorbeeld.nl", WRONG)
    assert attempt(client).status_code == 303
    client.delete_cookie("partnerkompas")
    assert attempt(client, "iemand@voorbeeld.nl", WRONG).status_code == 422
    assert attempt(client, "iemand@voorbeeld.nl", WRONG).status_code == 429


def test_one_subscriber_of_ipv6_is_one_address(client: FlaskClient, owner: int) -> None:
    for n in range(10):
        attempt(client, EMAIL, WRONG, address=f"2001:db8:0:7::{n:x}")
    assert attempt(client, EMAIL, address="2001:db8:0:7:ffff::1").status_code == 429
    assert attempt(client, EMAIL, address="2001:db8:0:8::1").status_code == 303


def test_a_made_up_forwarding_header_changes_nothing(client: FlaskClient, owner: int) -> None:
    token = token_on(client.get("/inloggen"))
    filled = {"csrf_token": token, "email": EMAIL, "password": WRONG}
    statuses = [
        client.post("/inloggen", data=filled, headers={"X-Forwarded-For": f"203.0.113.{n}"}).status_code
        for n in range(11)
    ]
    assert statuses == [422] * 10 + [429]


def test_attempts_of_more_than_a_day_ago_go(client: FlaskClient, owner: int, app: Flask) -> None:
    attempt(client, EMAIL, WRONG)
    with clock.fixed_at(NOON + timedelta(hours=24)):
        attempt(client, EMAIL, WRONG)
    assert attempts(app) == 2
    with clock.fixed_at(NOON + timedelta(hours=24, seconds=1)):
        attempt(client, EMAIL, WRONG)
    assert attempts(app) == 2


def test_attempts_at_the_same_time_are_all_counted(app: Flask, owner: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(passwords, "_places", BoundedSemaphore(16))  # as if there were several processes

    def wrong(_: int) -> int:
        return attempt(app.test_client(), EMAIL, WRONG).status_code

    with ThreadPoolExecutor(16) as pool:
        statuses = sorted(pool.map(wrong, range(24)))
    assert statuses == [422] * 10 + [429] * 14
    assert attempts(app) == 10


def test_when_all_places_are_taken_one_waits_without_losing_a_try(
    client: FlaskClient, owner: int, app: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(passwords, "PATIENCE", 0.01)
    with passwords.place(), passwords.place():
        answer = attempt(client)
    assert (answer.status_code, answer.headers["Retry-After"]) == (429, "2")
    assert attempts(app) == 0
    assert attempt(client).status_code == 303


# Where one goes afterwards


@pytest.mark.parametrize(
    ("wanted", "reached"),
    [
        ("/partners?provincie=ut&q=caf%C3%A9", "/partners?provincie=ut&q=caf%C3%A9"),
        ("/en/partners", "/en/partners"),
        ("", "/"),
        ("//kwaad.example", "/"),
        ("///kwaad.example", "/"),
        ("/\\kwaad.example", "/"),
        ("/pad\\..\\x", "/"),
        ("\\\\kwaad.example", "/"),
        ("https://kwaad.example/", "/"),
        ("https:kwaad.example", "/"),
        ("javascript:alert(1)", "/"),
        ("kwaad.example", "/"),
        ("/\t/kwaad.example", "/"),
        ("/\n/kwaad.example", "/"),
        (" //kwaad.example", "/"),
        ("/pad\r\nSet-Cookie: x=y", "/"),
        ("/" + "x" * 2000, "/"),
    ],
)
def test_only_a_path_of_this_site_is_gone_to(client: FlaskClient, owner: int, wanted: str, reached: str) -> None:
    answer = attempt(client, next=wanted)
    assert (answer.status_code, answer.location) == (303, reached)
    assert "x" not in {cookie.key for cookie in (client._cookies or {}).values()}


def test_where_to_go_travels_with_the_form(client: FlaskClient, owner: int) -> None:
    page = client.get("/inloggen?next=/criteria?a=b")
    assert 'value="/criteria?a=b"' in page.text
    assert attempt(client, url="/inloggen?next=/criteria").location == "/criteria"
    assert client.get("/inloggen?next=/criteria").location == "/criteria", "who is signed in goes on at once"
    assert client.get("/inloggen?next=//kwaad.example").location == "/"


def test_afterwards_the_language_stays(client: FlaskClient, owner: int, app: Flask) -> None:
    assert attempt(client, url="/en/inloggen?next=/partners").location == "/en/partners"
    with app.test_request_context("/inloggen", environ_overrides={"SCRIPT_NAME": "/en"}):
        assert on_this_site("/en/partners") == "/en/partners"
        assert on_this_site("/english") == "/en/english"
        assert on_this_site(None) == "/en/"


def test_the_site_can_be_used_by_who_was_added_by_command(client: FlaskClient, app: Flask) -> None:
    with app.app_context(), unit_of_work():
        _, password = actions.add_account(OPERATOR, "nieuw@voorbeeld.nl", Role.ADMIN)
    assert password is not None
    assert attempt(client, "nieuw@voorbeeld.nl", password).status_code == 303
