"""Adding and removing second steps twice, at once, from two browsers; and what a change elsewhere ends."""

from concurrent.futures import ThreadPoolExecutor

import pytest
from click.testing import CliRunner
from flask import Flask

from partnerkompas.accounts import actions as accounts
from partnerkompas.accounts import queries
from partnerkompas.accounts.models import Account, Authenticator
from partnerkompas.cli import main
from partnerkompas.config import Settings
from partnerkompas.infra import logs
from partnerkompas.infra.db import db
from partnerkompas.infra.refusal import NotAcceptable
from partnerkompas.infra.request_cycle import unit_of_work
from partnerkompas.permissions.vocabulary import OPERATOR
from partnerkompas.second_factor import actions
from partnerkompas.second_factor.models import RecoveryCode
from tests.factories import NOW
from tests.second_factor.people import (
    APP,
    EMAIL,
    OWN,
    PASSWORD,
    STEP,
    cookie,
    entered,
    is_in,
    key_on_page,
    keys,
    later,
    token,
    with_app,
)
from tests.signed_in import Person, mails_to

OTHER_PASSWORD = "een lange zin over peren"


def steps() -> list[Authenticator]:
    db.session.rollback()
    return list(db.session.scalars(db.select(Authenticator).order_by(Authenticator.id)))


def at_once(app: Flask, person: Person, *sent: tuple[str, dict[str, str]]) -> list[int]:
    """The statuses of the answers to forms that one browser sends at the same moment."""
    held = cookie(person)
    db.session.rollback()  # what the test read may not keep the others waiting

    def send(each: tuple[str, dict[str, str]]) -> int:
        client = app.test_client()
        client.set_cookie("partnerkompas", held)
        return client.post(each[0], data=each[1]).status_code

    with ThreadPoolExecutor(len(sent)) as pool:
        return sorted(pool.map(send, sent))


def test_an_app_that_is_sent_twice_is_added_once(app: Flask, curator: int) -> None:
    person = entered(app)
    totp = key_on_page(person)
    form, held = {"csrf_token": token(person.get(APP).text), "code": totp.at(NOW)}, cookie(person)
    codes = keys(person.post(APP, form).text)
    person.client.set_cookie("partnerkompas", held)  # the answer was on its way when the button was pressed again
    again = person.post(APP, form)
    assert again.status_code == 422
    assert "Maak dan nieuwe, onder “Herstelcodes”" in again.text
    assert len(steps()) == 1
    assert db.session.query(RecoveryCode).count() == len(codes) == 10, "those that were shown first still work"
    assert key_on_page(person).secret != totp.secret, "another app gets another key"
    with later():
        code = totp.at(NOW.timestamp() + 60)
        assert entered(app).send(STEP, code=code).status_code == 303
        assert entered(app).send(STEP, code=code).status_code == 422, "one code works once"


def test_an_app_that_is_sent_twice_at_once_is_added_once(app: Flask, curator: int) -> None:
    person = entered(app)
    totp = key_on_page(person)
    form = {"csrf_token": token(person.get(APP).text), "code": totp.at(NOW)}
    assert at_once(app, person, (APP, form), (APP, form)) == [200, 422]
    assert len(steps()) == 1
    assert db.session.query(RecoveryCode).count() == 10
    assert is_in(person)


def test_a_form_of_an_earlier_key_says_so(app: Flask, curator: int) -> None:
    """After going back in the browser: the page has another key by then."""
    person, totp, _codes = with_app(app)
    old = {"csrf_token": token(person.get("/account").text), "code": totp.at(NOW)}
    answer = person.post(APP, old)
    assert answer.status_code == 422
    assert "Laat de app de nieuwe afbeelding lezen" in answer.text
    assert len(steps()) == 1


def test_of_two_that_are_removed_at_once_one_stays(app: Flask, curator: int) -> None:
    """Of who has a role; each request saw two of them when it began."""
    person, _totp, _codes = with_app(app)
    second = key_on_page(person)
    person.send(APP, code=second.at(NOW))
    one, other = (each.id for each in steps())
    form = {"csrf_token": token(person.get(OWN).text)}
    gone = [(f"{OWN}/{number}/verwijder", form) for number in (one, other)]
    assert at_once(app, person, *gone) == [303, 422]
    assert len(steps()) == 1


def test_one_that_was_removed_a_moment_ago_does_not_exist(app: Flask, curator: int) -> None:
    person, _totp, _codes = with_app(app)
    person.send(APP, code=key_on_page(person).at(NOW))
    gone = f"{OWN}/{steps()[1].id}/verwijder", {"csrf_token": token(person.get(OWN).text)}
    assert at_once(app, person, gone, gone) == [303, 404]


def test_a_session_without_the_step_ends_when_there_is_one(app: Flask, curator: int) -> None:
    """Also one that began while the first was being added, so that ending the others passed it by."""
    person = entered(app)
    assert is_in(person)
    with unit_of_work():
        db.session.add(Authenticator(account_id=curator, kind="totp", name="app", secret="x"))
    assert not is_in(person)
    assert person.client.get_cookie("partnerkompas") is None


@pytest.mark.parametrize("ended", [True, False], ids=["ended meanwhile", "without the step"])
def test_a_session_that_waited_adds_nothing(app: Flask, curator: int, ended: bool) -> None:
    """It was right when its request began; the one before it added the first step."""
    _person, totp, _codes = with_app(app)
    account = db.session.get_one(Account, curator)
    with unit_of_work():
        key = accounts.begin_session(account, "Firefox", second_step=ended)
        if ended:
            accounts.end_session(queries.actor(account), queries.sessions(curator)[0].id)
    actor = queries.actor(db.session.get_one(Account, curator))
    mine = key_on_page(Person(app, actor))
    db.session.rollback()
    account = db.session.get_one(Account, curator)
    for change in (
        lambda: actions.add_app(actor, account, mine.secret, mine.at(NOW), "", key),
        lambda: actions.remove(actor, account, 1, key),
        lambda: actions.make_recovery_codes(actor, account, key),
    ):
        with pytest.raises(NotAcceptable, match="intussen uitgelogd"):
            change()
    assert [each.secret for each in steps()] == [totp.secret]


def test_another_password_ends_who_is_halfway(app: Flask, curator: int) -> None:
    person, totp, codes = with_app(app)
    stranger = entered(app)
    assert stranger.get(STEP).status_code == 200
    assert person.send("/account/wachtwoord", password=OTHER_PASSWORD).status_code == 303
    assert stranger.get(STEP).location == "/inloggen"
    with later():
        for code in (totp.at(NOW.timestamp() + 60), codes[0]):
            form = {"csrf_token": token(stranger.get("/inloggen").text), "code": code}
            assert stranger.post(STEP, form).location == "/inloggen"
    assert not is_in(stranger)
    assert is_in(person)


def test_giving_a_password_ends_the_session_there_was_in_this_browser(app: Flask, curator: int) -> None:
    """Before the second step too: a copy of the cookie is worth nothing from then on (SEC-19)."""
    with unit_of_work():
        accounts.make(OPERATOR, "bea@voorbeeld.example", PASSWORD)
    with_app(app)
    person, thief = entered(app, "bea@voorbeeld.example"), Person(app)
    thief.client.set_cookie("partnerkompas", cookie(person))
    assert is_in(thief)
    form = {"csrf_token": token(person.get("/account").text), "email": EMAIL, "password": PASSWORD}
    assert person.post("/inloggen", form).location == STEP
    assert not is_in(thief)


@pytest.fixture
def runner(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> CliRunner:
    monkeypatch.setattr(logs, "configure", lambda _level: None)
    environment = {"INSTANCE": str(settings.instance), "DATABASE_URL": settings.database_url}
    return CliRunner(env={f"PARTNERKOMPAS_{name}": value for name, value in environment.items()})


def test_a_command_ends_every_session(app: Flask, curator: int, runner: CliRunner) -> None:
    person, _totp, _codes = with_app(app)
    assert is_in(person)
    unknown = runner.invoke(main, ["account", "sign-out", "niemand@voorbeeld.example"])
    assert (unknown.exit_code, "hoort geen account" in unknown.output) == (1, True)
    db.session.rollback()
    done = runner.invoke(main, ["account", "sign-out", EMAIL])
    assert (done.exit_code, done.output) == (0, f"{EMAIL} is nu overal uitgelogd.\n")
    assert not is_in(person)
    assert len(steps()) == 1


def test_the_command_removes_every_second_step(app: Flask, curator: int, runner: CliRunner) -> None:
    person, _totp, codes = with_app(app)
    unknown = runner.invoke(main, ["account", "reset-second-step", "niemand@voorbeeld.example"])
    assert (unknown.exit_code, "hoort geen account" in unknown.output) == (1, True)
    assert len(steps()) == 1
    db.session.rollback()
    done = runner.invoke(main, ["account", "reset-second-step", EMAIL.upper()])
    assert (done.exit_code, done.output) == (0, f"{EMAIL.upper()} logt nu in zonder tweede stap.\n")
    assert steps() == []
    assert db.session.query(RecoveryCode).count() == 0
    assert not is_in(person)
    assert "beheerder heeft uw tweede stap" in mails_to(EMAIL)[-1].body
    person = entered(app)
    assert is_in(person)
    assert person.get("/werkbank").status_code == 403, "no role counts until there is a new one"
    assert codes[0] not in person.get(OWN).text
