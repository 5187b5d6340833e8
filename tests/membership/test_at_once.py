"""Two who do the same at the same moment: one does it, the other is told or finds it done; never a page of a fault."""

from collections.abc import Callable

import pytest
from flask import Flask

from partnerkompas.accounts import actions as accounts
from partnerkompas.accounts import queries as known
from partnerkompas.accounts.models import Account, Interest, RoleGrant
from partnerkompas.infra.db import db
from partnerkompas.infra.request_cycle import unit_of_work
from partnerkompas.membership import actions, inviting, joining, links, queries
from partnerkompas.membership.actions import PlainOrganisation
from partnerkompas.membership.models import Link, Organisation, Purpose
from partnerkompas.messages import actions as messages
from partnerkompas.messages.models import About, Message
from partnerkompas.own import actions as own
from partnerkompas.partners import interests
from partnerkompas.partners.models import Partner
from partnerkompas.permissions.vocabulary import OPERATOR, Actor, Role
from tests.at_once import at_once
from tests.factories import a_curator, a_member, a_partner
from tests.signed_in import audited, mails_to

EMAIL, PASSWORD = "jan@bakkerij.example", "een lange zin over appels"
OVER, TAKEN = "Deze link werkt niet meer.", "Bij dit adres hoort al een account. Log in."

pytestmark = pytest.mark.usefixtures("cheap_hashes")


@pytest.fixture
def bakery(app: Flask) -> int:
    with unit_of_work():
        return actions.add(OPERATOR, PlainOrganisation("De Bakkerij", domains=("bakkerij.example",))).id


@pytest.fixture
def jan(app: Flask) -> Actor:
    somebody = a_member()
    db.session.commit()
    return somebody


def account(actor: Actor) -> Account:
    return db.session.get_one(Account, actor.account_id)


def link(purpose: Purpose, email: str = EMAIL, **more: int | None) -> int:
    """A link of which only the number is known; using it is what a page does that has found it."""
    with unit_of_work():
        token = links.make(purpose, email, **more)
        found = queries.usable_link(token)
        assert found is not None
        return found.id


def opening(number: int) -> Callable[[], str]:
    return lambda: joining.open_account(db.session.get_one(Link, number), PASSWORD, "Jan", "board").email


def moving(number: int) -> Callable[[], str]:
    return lambda: joining.move(db.session.get_one(Link, number)).email


def deeds(deed: str) -> int:
    db.session.rollback()
    return [row.deed for row in audited()].count(deed)


def test_two_links_to_one_address_make_one_account(app: Flask, bakery: int) -> None:
    for first, second in (
        (link(Purpose.REGISTER), link(Purpose.REGISTER)),
        (link(Purpose.REGISTER, "piet@x.example"), link(Purpose.INVITATION, "piet@x.example", organisation_id=bakery)),
    ):
        email = db.session.get_one(Link, first).email
        told = at_once(app, opening(first), opening(second), opening(first))
        assert told.count(email) == 1, told
        assert set(told) <= {email, OVER, TAKEN}
    assert len(db.session.scalars(db.select(Account)).all()) == 2


def test_a_command_and_a_link_make_one_account(app: Flask) -> None:
    """A command holds no link, so the database is what says no."""
    number = link(Purpose.REGISTER)
    told = at_once(app, opening(number), lambda: accounts.make(OPERATOR, EMAIL, PASSWORD).email)
    assert sorted(map(str, told)) == sorted([EMAIL, TAKEN])


def test_the_database_says_it_too(app: Flask, jan: Actor, monkeypatch: pytest.MonkeyPatch) -> None:
    """Whoever looked a moment before the other was done, saw no account there."""
    with unit_of_work():
        accounts.make(OPERATOR, EMAIL, PASSWORD)
    monkeypatch.setattr(known, "by_email", lambda email: None)
    assert at_once(app, lambda: accounts.make(OPERATOR, EMAIL, PASSWORD)) == [TAKEN]
    told = at_once(app, lambda: accounts.move(jan, account(jan), EMAIL))
    assert told == ["Bij dit adres hoort al een ander account. Er is niets veranderd."]
    assert account(jan).email == jan.email


def test_two_accounts_do_not_move_to_one_address(app: Flask, jan: Actor) -> None:
    piet = a_member()
    db.session.commit()
    numbers = [link(Purpose.ADDRESS, EMAIL, account_id=each.account_id) for each in (jan, piet)]
    told = at_once(app, *map(moving, numbers))
    assert told.count(EMAIL) == 1, told
    assert "Bij dit adres hoort al een ander account. Er is niets veranderd." in told


def test_who_invites_twice_has_one_invitation_open(app: Flask, bakery: int) -> None:
    curator = a_curator()
    db.session.commit()

    def invite() -> int:
        return inviting.invite(curator, db.session.get_one(Organisation, bakery), EMAIL, "secret").id

    assert len(set(at_once(app, invite, invite, invite))) == 3
    assert len(queries.invited(db.session.get_one(Organisation, bakery))) == 1
    assert len(mails_to(EMAIL)) == 3, "each was asked for, and the last one works"


def test_what_is_ended_twice_is_ended_once(app: Flask, bakery: int, jan: Actor) -> None:
    with unit_of_work():
        account(jan).organisation_id = bakery
        invitation = inviting.invite(OPERATOR, db.session.get_one(Organisation, bakery), EMAIL, "secret").id
        session = accounts.begin_session(account(jan), "Firefox")
        row = known.session_with(session)
        assert row is not None
        number = row.id
    member = known.actor(account(jan))

    def organisation() -> Organisation:
        return db.session.get_one(Organisation, bakery)

    for deed, verb in (
        ("member:invitation_taken_back", lambda: inviting.take_back(OPERATOR, organisation(), invitation)),
        ("account:session_ended", lambda: accounts.end_session(jan, number)),
        ("member:end", lambda: actions.end_membership(member, account(jan))),
        ("organisation:ended", lambda: actions.end(OPERATOR, organisation())),
    ):
        assert at_once(app, verb, verb, verb) == [None] * 3
        assert deeds(deed) == 1, deed


def test_an_interest_is_declared_and_ended_once(app: Flask, jan: Actor) -> None:
    partner = a_partner("Aap").id
    db.session.commit()

    def declare() -> int:
        return interests.declare(jan, account(jan), db.session.get_one(Partner, partner), "client").id

    assert len(set(at_once(app, declare, declare, declare))) == 1
    (row,) = db.session.scalars(db.select(Interest))
    number = row.id
    at_once(app, *[lambda: interests.end(jan, account(jan), number)] * 3)
    assert deeds("interest:ended") == 1


def test_a_role_is_granted_and_ended_once(app: Flask, jan: Actor) -> None:
    at_once(app, *[lambda: accounts.grant_role(OPERATOR, account(jan), Role.CURATOR)] * 3)
    assert len(db.session.scalars(db.select(RoleGrant)).all()) == 1
    at_once(app, *[lambda: accounts.end_role(OPERATOR, account(jan), Role.CURATOR)] * 3)
    assert deeds("role:grant") == 2


def test_who_erases_the_account_twice_has_erased_it(app: Flask, jan: Actor) -> None:
    assert at_once(app, *[lambda: own.erase(jan, account(jan))] * 3) == [None] * 3
    assert deeds("account:erased") == 1


def test_two_rounds_at_once_remind_once(app: Flask, jan: Actor) -> None:
    def tell() -> int:
        return len(messages.tell([account(jan)], About.EXPIRY, lambda: ("bijna", "verlopen"), key="expiry/1/30"))

    assert sorted(map(str, at_once(app, tell, tell, tell))) == ["0", "0", "1"]
    assert len(db.session.scalars(db.select(Message)).all()) == 1
