"""Giving somebody an account and a role."""

import secrets

import pytest
from flask import Flask
from sqlalchemy import func, select

from partnerkompas.accounts import actions, passwords, queries
from partnerkompas.accounts.models import Account, RoleGrant
from partnerkompas.infra import clock
from partnerkompas.infra.audit import AuditRow
from partnerkompas.infra.db import db
from partnerkompas.infra.language import speaking
from partnerkompas.infra.refusal import NotAcceptable
from partnerkompas.infra.request_cycle import unit_of_work
from partnerkompas.permissions.policy import NotAllowed
from partnerkompas.permissions.vocabulary import OPERATOR, VISITOR, Actor, Role

from .conftest import EMAIL, NOON, PASSWORD


def test_makes_an_account_with_a_password_that_works_and_is_kept_only_as_a_hash(app: Flask) -> None:
    with app.app_context():
        with unit_of_work():
            account, password = actions.add_account(OPERATOR, "  Jan@Voorbeeld.NL ", Role.ADMIN)
        kept = db.session.scalar(select(Account))
        assert kept is not None
        assert kept.email == "jan@voorbeeld.nl"
        assert kept.roles == {Role.ADMIN}
        assert kept.created_at == NOON
        assert kept.grants[0].granted_by == OPERATOR.name
        assert password is not None
        assert len(password) == 24
        assert kept.password_hash.startswith("$argon2id$")
        assert password not in kept.password_hash
        assert passwords.matches(kept.password_hash, password)
        assert not passwords.matches(kept.password_hash, password + "x")
        named = Actor(f"account/{account.id}", account.id, frozenset({Role.ADMIN}), email="jan@voorbeeld.nl")
        assert queries.actor(account) == named
        assert queries.actor(account, full=False).roles == frozenset()


def test_two_accounts_get_different_passwords(app: Flask) -> None:
    with app.app_context(), unit_of_work():
        one, two = (actions.add_account(OPERATOR, f"{name}@voorbeeld.nl", Role.CURATOR)[1] for name in ("een", "twee"))
        assert one != two


def test_a_generated_password_is_never_one_that_is_refused(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    drawn = iter(["V-iJ9977esO_SOjANsWzuQ-4", "V-iJ9977esO_SOnoNsWzuQ-4"])
    monkeypatch.setattr(secrets, "token_urlsafe", lambda _length: next(drawn))
    with app.app_context(), unit_of_work():
        assert actions.add_account(OPERATOR, "jan@voorbeeld.nl", Role.ADMIN)[1] == "V-iJ9977esO_SOnoNsWzuQ-4"


def test_leaves_an_audit_row_without_address_or_password(app: Flask) -> None:
    with app.app_context():
        with unit_of_work():
            account, _ = actions.add_account(OPERATOR, EMAIL, Role.CURATOR, PASSWORD)
            actions.add_account(OPERATOR, EMAIL, Role.ADMIN)
        rows = db.session.scalars(select(AuditRow).order_by(AuditRow.id)).all()
        assert [(row.actor, row.deed, row.subject, row.before, row.after) for row in rows] == [
            (OPERATOR.name, "account:made", f"account/{account.id}", None, None),
            (OPERATOR.name, "role:grant", f"account/{account.id}", {"roles": []}, {"roles": ["curator"]}),
            (
                OPERATOR.name,
                "role:grant",
                f"account/{account.id}",
                {"roles": ["curator"]},
                {"roles": ["admin", "curator"]},
            ),
        ]


def test_an_account_that_exists_gets_the_role_and_keeps_its_password(app: Flask, curator: int) -> None:
    with app.app_context():
        before = db.session.get_one(Account, curator).password_hash
        with unit_of_work():
            actions.begin_session(db.session.get_one(Account, curator), "Firefox")
        assert queries.sessions(curator)
        with unit_of_work():
            account, password = actions.add_account(OPERATOR, EMAIL.upper(), Role.ADMIN)
        assert password is None
        assert account.id == curator
        assert account.roles == {Role.ADMIN, Role.CURATOR}
        assert account.password_hash == before
        assert not queries.sessions(curator), "a change of role ends the sessions"


def test_a_role_given_twice_is_held_once(app: Flask, curator: int) -> None:
    with app.app_context():
        with unit_of_work():
            account, password = actions.add_account(OPERATOR, EMAIL, Role.CURATOR)
        assert (account.id, password) == (curator, None)
        assert db.session.scalar(select(func.count()).select_from(RoleGrant)) == 1
        assert db.session.scalar(select(func.count()).select_from(AuditRow)) == 2, "made, and given a role"


def test_a_password_for_an_account_that_exists_is_refused(app: Flask, curator: int) -> None:
    with app.app_context(), pytest.raises(NotAcceptable, match="bestaat al"):
        actions.add_account(OPERATOR, EMAIL, Role.ADMIN, "een heel ander wachtwoord")


def test_an_ended_account_gets_no_role(app: Flask, curator: int) -> None:
    with app.app_context():
        with unit_of_work():
            db.session.get_one(Account, curator).ended_at = clock.now()
        with pytest.raises(NotAcceptable, match="beëindigd"):
            actions.add_account(OPERATOR, EMAIL, Role.ADMIN)


@pytest.mark.parametrize(
    "actor", [VISITOR, Actor("c", 99, frozenset({Role.CURATOR})), Actor("p", 98, frozenset(), frozenset({1}))]
)
def test_who_may_not_grant_makes_nothing(app: Flask, actor: Actor) -> None:
    with app.app_context():
        with pytest.raises(NotAllowed):
            actions.add_account(actor, EMAIL, Role.ADMIN)
        assert db.session.scalar(select(func.count()).select_from(Account)) == 0


def test_an_administrator_grants_to_others_and_not_to_themselves(app: Flask, curator: int) -> None:
    with app.app_context(), unit_of_work():
        actions.add_account(OPERATOR, EMAIL, Role.ADMIN)
        admin = Actor(EMAIL, curator, frozenset({Role.ADMIN}))
        assert actions.add_account(admin, "ander@voorbeeld.nl", Role.CURATOR)[0].grants[0].granted_by == EMAIL
        with pytest.raises(NotAllowed):
            actions.add_account(admin, EMAIL, Role.CURATOR)


@pytest.mark.parametrize(
    "email",
    [
        "",
        "jan",
        "jan@",
        "@voorbeeld.nl",
        "jan@voorbeeld",
        "jan jansen@voorbeeld.nl",
        "a@b@voorbeeld.nl",
        "jan@voorbeeld.nl\nBcc: x@y.nl",
        "jan\0@voorbeeld.nl",
        "j" * 65 + "@voorbeeld.nl",
        "j@" + "v" * 260 + ".nl",
    ],
)
def test_what_is_no_address_is_refused(app: Flask, email: str) -> None:
    with app.app_context(), pytest.raises(NotAcceptable, match="geen e-mailadres"):
        actions.add_account(OPERATOR, email, Role.CURATOR)


def test_a_weak_password_makes_no_account(app: Flask) -> None:
    with app.app_context():
        with pytest.raises(NotAcceptable, match="ten minste 15 tekens"):
            actions.add_account(OPERATOR, EMAIL, Role.CURATOR, "kort")
        with pytest.raises(NotAcceptable), speaking("en"):
            actions.add_account(OPERATOR, EMAIL, Role.CURATOR, "")
        assert db.session.scalar(select(func.count()).select_from(Account)) == 0
