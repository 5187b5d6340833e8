"""The second step: codes of an app, recovery codes, who must have one, and what never gets past it."""

from dataclasses import replace
from datetime import timedelta

import pyotp
import pytest
from flask import Flask

from partnerkompas.accounts import actions as accounts
from partnerkompas.accounts import attempts, queries
from partnerkompas.accounts.models import Account, Authenticator
from partnerkompas.infra import clock
from partnerkompas.infra.audit import AuditRow
from partnerkompas.infra.db import db
from partnerkompas.infra.request_cycle import unit_of_work
from partnerkompas.permissions.policy import may
from partnerkompas.permissions.vocabulary import OPERATOR, PartnerRole, Permission, Role
from partnerkompas.second_factor import actions, stepping
from partnerkompas.second_factor.codes import matching_step
from partnerkompas.second_factor.models import RecoveryCode
from tests.factories import NOW, a_member, a_partner, a_representative
from tests.second_factor.people import (
    APP,
    EMAIL,
    OWN,
    PASSWORD,
    STEP,
    entered,
    is_in,
    key_on_page,
    keys,
    later,
    token,
    with_app,
)
from tests.signed_in import Person, link_to, mails_to


def test_a_role_counts_from_the_second_step_on(app: Flask, curator: int) -> None:
    person = entered(app)
    assert person.get("/werkbank").status_code == 403
    assert "telt pas als" in person.get(OWN).text
    person, _totp, codes = with_app(app)
    assert person.get("/werkbank").status_code == 200, "in this session it was taken"
    assert len(set(codes)) == 10
    assert "Er is een tweede stap" in mails_to(EMAIL)[-1].body
    assert codes[0] not in person.get(OWN).text, "shown once"
    assert "Telefoon" in person.get(OWN).text


def test_the_password_alone_is_not_enough_from_then_on(app: Flask, curator: int) -> None:
    _person, totp, _codes = with_app(app)
    person = Person(app)
    asked = person.send("/inloggen?next=/werkbank", email=EMAIL, password=PASSWORD)
    assert asked.location == f"{STEP}?next=/werkbank"
    for path in ("/account", "/werkbank", "/berichten", OWN, APP):
        assert person.get(path).status_code == 303, path
    with later():
        assert person.send(asked.location, code="000000").status_code == 422
        done = person.send(asked.location, code=totp.at(NOW + timedelta(seconds=60)))
        assert done.location == "/werkbank"
        assert person.get("/werkbank").status_code == 200


def test_a_code_works_once_and_not_after_a_later_one(app: Flask, curator: int) -> None:
    _person, totp, _codes = with_app(app)
    with later():
        code, before = totp.at(NOW + timedelta(seconds=60)), totp.at(NOW + timedelta(seconds=30))
        assert entered(app).send(STEP, code=code).status_code == 303
        assert entered(app).send(STEP, code=code).status_code == 422
        assert entered(app).send(STEP, code=before).status_code == 422
        assert entered(app).send(STEP, code=totp.at(NOW + timedelta(seconds=90))).status_code == 303


def test_the_window_is_one_step_each_side(app: Flask) -> None:
    totp = pyotp.TOTP(pyotp.random_base32())
    for shift, right in ((-60, False), (-30, True), (0, True), (30, True), (60, False)):
        code = totp.at(NOW + timedelta(seconds=shift))
        assert (matching_step(totp.secret, f" {code[:3]} {code[3:]} ", NOW, 0) is not None) is right, shift
    for odd in ("", "12345", "1234567", "abcdef", "１２３４５６", "x" * 10_000):
        assert matching_step(totp.secret, odd, NOW, 0) is None


def test_a_recovery_code_gets_in_once(app: Flask, curator: int) -> None:
    _person, _totp, codes = with_app(app)
    person = entered(app)
    assert person.send(STEP, code=f" {codes[3].upper().replace('-', ' ')} ").status_code == 303
    assert "U hebt er nog 9" in mails_to(EMAIL)[-1].body
    assert "U hebt nog 9 herstelcodes" in person.get(OWN).text
    assert entered(app).send(STEP, code=codes[3]).status_code == 422
    assert entered(app).send(STEP, code=codes[4]).status_code == 303


def test_new_recovery_codes_end_the_old(app: Flask, curator: int) -> None:
    person, _totp, codes = with_app(app)
    shown = person.send(OWN, f"{OWN}/herstelcodes")
    fresh = keys(shown.text)
    assert len(set(fresh) | set(codes)) == 20
    assert "Er zijn nieuwe herstelcodes gemaakt" in mails_to(EMAIL)[-1].body
    assert entered(app).send(STEP, code=codes[0]).status_code == 422
    assert entered(app).send(STEP, code=fresh[0]).status_code == 303


def test_only_hashes_are_kept_and_the_audit_holds_no_secret(app: Flask, curator: int) -> None:
    _person, totp, codes = with_app(app)
    entered(app).send(STEP, code=codes[0])
    kept = "\n".join(str(vars(row)) for row in db.session.scalars(db.select(RecoveryCode)))
    told = "\n".join(str(vars(row)) for row in db.session.scalars(db.select(AuditRow)))
    for code in codes:
        assert code not in kept
        assert code not in told
    assert totp.secret not in told
    deeds = [row.deed for row in db.session.scalars(db.select(AuditRow).order_by(AuditRow.id))]
    assert deeds[-3:] == ["account:signed_in", "account:recovery_code_used", "account:second_step"]


def test_five_wrong_codes_and_one_waits(app: Flask, curator: int) -> None:
    _person, totp, _codes = with_app(app)
    person = entered(app)
    for _ in range(5):
        assert person.send(STEP, code="000000").status_code == 422
    with later(30):
        answer = person.send(STEP, code=totp.at(NOW + timedelta(seconds=30)))
    assert answer.status_code == 429
    assert 0 < int(answer.headers["Retry-After"]) <= 300
    with later(301):
        assert person.send(STEP, code=totp.at(NOW + timedelta(seconds=301))).status_code == 303


def reset_by_mail(app: Flask, password: str) -> Person:
    """Choose another password by a mailed link, and sign in with it."""
    person = Person(app)
    person.send("/account/wachtwoord-vergeten", email=EMAIL)
    person.send(link_to(EMAIL), password=password)
    person.send("/inloggen", email=EMAIL, password=password)
    return person


def test_a_new_password_frees_the_second_step(app: Flask, curator: int) -> None:
    """Who has the old password uses the tries up, and is out once the owner chose another."""
    _person, totp, _codes = with_app(app)
    thief = entered(app)
    for _ in range(5):
        thief.send(STEP, code="000000")
    with later():
        assert entered(app).send(STEP, code=totp.at(NOW + timedelta(seconds=60))).status_code == 429
        owner = reset_by_mail(app, "een lange zin over peren")
        assert owner.send(STEP, code=totp.at(NOW + timedelta(seconds=60))).status_code == 303


def test_new_passwords_all_day_give_no_tries_without_end(
    app: Flask, curator: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert attempts.SECOND_STEPS.of_account == (attempts.Limit(250, timedelta(days=1)),)
    fewer = replace(attempts.SECOND_STEPS, of_account=(attempts.Limit(7, timedelta(days=1)),))
    monkeypatch.setattr(stepping, "SECOND_STEPS", fewer)
    _person, totp, _codes = with_app(app)
    person = entered(app)
    for _ in range(5):
        assert person.send(STEP, code="000000").status_code == 422
    person = reset_by_mail(app, "een lange zin over peren")
    statuses = [person.send(STEP, code="000000").status_code for _ in range(3)]
    assert statuses == [422, 422, 429]
    with clock.fixed_at(NOW + timedelta(days=1, seconds=1)):
        person = Person(app)
        person.send("/inloggen", email=EMAIL, password="een lange zin over peren")
        code = totp.at(NOW + timedelta(days=1, seconds=1))
        assert person.send(STEP, code=code).status_code == 303


def test_a_stranger_without_the_password_cannot_use_the_tries_up(app: Flask, curator: int) -> None:
    _person, totp, _codes = with_app(app)
    stranger = Person(app)
    for _ in range(10):
        assert stranger.get(STEP).location == "/inloggen"
    with later():
        assert entered(app).send(STEP, code=totp.at(NOW + timedelta(seconds=60))).status_code == 303


def test_halfway_is_over_after_ten_minutes(app: Flask, curator: int) -> None:
    with_app(app)
    person = entered(app)
    with later(599):
        assert person.get(STEP).status_code == 200
    with later(601):
        assert person.get(STEP).location == "/inloggen"


def test_a_wrong_first_code_adds_nothing_and_the_key_stays(app: Flask, curator: int) -> None:
    person = entered(app)
    before = key_on_page(person).secret
    assert person.send(APP, code="000000").status_code == 422
    assert key_on_page(person).secret == before
    assert db.session.query(Authenticator).count() == 0


def test_the_key_cannot_be_chosen_by_who_sends_the_form(app: Flask, curator: int) -> None:
    person, mine = entered(app), pyotp.TOTP(pyotp.random_base32())
    form = token(person.get(APP).text)
    sent = person.post(APP, {"csrf_token": form, "code": mine.at(NOW), "key": mine.secret, "pending_key": mine.secret})
    assert sent.status_code == 422
    assert db.session.query(Authenticator).count() == 0


def test_adding_one_ends_the_other_sessions(app: Flask, curator: int) -> None:
    other = entered(app)
    assert is_in(other)
    person, _totp, _codes = with_app(app)
    assert not is_in(other)
    assert is_in(person)


def test_who_has_a_role_keeps_one(app: Flask, curator: int) -> None:
    person, _totp, _codes = with_app(app)
    (step,) = db.session.scalars(db.select(Authenticator))
    refused = person.send(OWN, f"{OWN}/{step.id}/verwijder")
    assert refused.status_code == 422
    assert "houdt daarom" in refused.text
    with unit_of_work():
        accounts.end_role(OPERATOR, db.session.get_one(Account, curator), Role.CURATOR)
    with later():
        person = entered(app)
        code = _totp.at(NOW + timedelta(seconds=60))
        person.send(STEP, code=code)
        assert person.send(OWN, f"{OWN}/{step.id}/verwijder").status_code == 303
    assert db.session.query(Authenticator).count() == db.session.query(RecoveryCode).count() == 0
    assert "verwijderd" in mails_to(EMAIL)[-1].body


def test_those_of_others_do_not_exist(app: Flask, curator: int) -> None:
    with_app(app)
    (step,) = db.session.scalars(db.select(Authenticator))
    number = step.id
    stranger = a_member()
    db.session.commit()
    person = Person(app, stranger)
    form = token(person.get("/account").text)
    for path in (f"{OWN}/{number}/naam", f"{OWN}/{number}/verwijder", f"{OWN}/99/verwijder"):
        assert person.post(path, {"csrf_token": form, "naam": "van mij"}).status_code == 404, path
    assert db.session.scalars(db.select(Authenticator)).one().name == "Telefoon"


def test_what_changes_it_asks_for_the_password_again(app: Flask, curator: int) -> None:
    person, _totp, _codes = with_app(app)
    (step,) = db.session.scalars(db.select(Authenticator))
    with later(16 * 60):
        form = token(person.get("/account").text)
        assert person.get(APP).location == f"/inloggen/opnieuw?next={APP}"
        for path in (f"{OWN}/{step.id}/verwijder", f"{OWN}/herstelcodes"):
            assert person.post(path, {"csrf_token": form}).location.startswith("/inloggen/opnieuw")


def test_an_operator_helps_who_lost_everything(app: Flask, curator: int) -> None:
    person, _totp, _codes = with_app(app)
    with unit_of_work():
        actions.reset(OPERATOR, db.session.get_one(Account, curator))
    assert not is_in(person)
    assert "beheerder heeft uw tweede stap" in mails_to(EMAIL)[-1].body
    assert queries.actor(db.session.get_one(Account, curator), full=False).roles == frozenset()
    assert entered(app).get("/account").status_code == 200


@pytest.mark.parametrize("sent", [{}, [], "x", {"id": 1}, {"id": "x", "response": {}}, {"id": "x" * 5000}])
def test_a_passkey_that_is_none_is_told(app: Flask, curator: int, sent: object) -> None:
    with_app(app)
    person = entered(app)
    form = token(person.get(STEP).text)
    answer = person.client.post("/inloggen/passkey", json=sent, headers={"X-CSRFToken": form})
    assert answer.status_code == 422
    assert not is_in(person)


def test_a_signer_is_advised_a_second_step_and_not_obliged(app: Flask) -> None:
    """SEC-18 as docs/adr/0014 has it; who only fills in is not told."""
    partner = a_partner("Alfa")
    signer, editor = a_representative(partner, PartnerRole.SIGNER), a_representative(partner)
    assert "niet verplicht, wel aan te raden" in Person(app, signer).get(OWN).text
    assert "aan te raden" not in Person(app, editor).get(OWN).text
    without = queries.actor(db.session.get_one(Account, signer.account_id), full=False)
    assert may(without, Permission.ANSWER_SIGN, partner)
