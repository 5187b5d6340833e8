"""Organisations and their people: who may see, change and invite."""

from datetime import timedelta

import pytest
from flask import Flask

from partnerkompas.accounts import queries as accounts
from partnerkompas.accounts.attempts import INVITING
from partnerkompas.accounts.models import Account
from partnerkompas.infra import clock
from partnerkompas.infra.db import db
from partnerkompas.infra.refusal import NotAcceptable
from partnerkompas.infra.request_cycle import unit_of_work
from partnerkompas.membership import actions, inviting, queries
from partnerkompas.membership.actions import PlainOrganisation
from partnerkompas.membership.models import Link, Organisation
from partnerkompas.permissions.policy import NotAllowed
from partnerkompas.permissions.vocabulary import OPERATOR, VISITOR, Actor
from tests.factories import NOW, a_curator, a_member, a_partner, a_representative, an_admin, the_criteria
from tests.signed_in import Person, audited, mails_to


@pytest.fixture
def bakery(app: Flask) -> Organisation:
    with unit_of_work():
        return actions.add(OPERATOR, PlainOrganisation("De Bakkerij", domains=("bakkerij.example",)))


def member_of(organisation: Organisation) -> Actor:
    account = db.session.get_one(Account, a_member().account_id)
    account.organisation_id, account.level = organisation.id, "tactical"
    db.session.commit()
    return accounts.actor(account)


def test_a_curator_adds_changes_and_ends_one(app: Flask) -> None:
    the_criteria()
    curator = Person(app, a_curator())
    made = curator.send(
        "/leden/nieuw", name=" De  Bakkerij ", domains="@Bakkerij.example\nbakkerij.example brood.example"
    )
    assert made.status_code == 303
    assert "De Bakkerij" in curator.get("/leden").text
    (organisation,) = queries.all_organisations()
    assert organisation.domains == ["bakkerij.example", "brood.example"]
    curator.send(f"/leden/{organisation.id}/wijzig", name="Banketbakkerij")
    shown = curator.get(f"/leden/{organisation.id}").text
    assert "Banketbakkerij" in shown
    assert "brood.example" in shown
    curator.send(f"/leden/{organisation.id}", f"/leden/{organisation.id}/beeindig")
    assert "Banketbakkerij" not in curator.get("/leden").text
    assert "geen lid meer" in curator.get(f"/leden/{organisation.id}").text
    deeds = [row.deed for row in audited() if row.subject.startswith("organisation/")]
    assert deeds == ["organisation:manage", "organisation:manage", "organisation:ended"]


@pytest.mark.parametrize(
    ("given", "told"),
    [
        ({"name": ""}, "Geef de organisatie een naam"),
        ({"name": "x" * 121}, "ten hoogste 120"),
        ({"name": "A", "domains": "geen domein"}, "Dit is geen domein"),
        ({"name": "A", "domains": "gmail.com"}, "kan iedereen een adres krijgen"),
        ({"name": "A", "domains": "-x.example"}, "Dit is geen domein"),
    ],
)
def test_a_wrong_form_keeps_what_was_typed(app: Flask, given: dict[str, str], told: str) -> None:
    answer = Person(app, a_curator()).send("/leden/nieuw", **given)
    assert answer.status_code == 422
    assert told in answer.text
    assert given.get("domains", "") in answer.text
    assert not queries.all_organisations()


def test_a_member_sees_the_own_one_only(app: Flask, bakery: Organisation) -> None:
    number = bakery.id
    with unit_of_work():
        other = actions.add(OPERATOR, PlainOrganisation("De Slagerij")).id
    member = Person(app, member_of(bakery))
    assert member.get("/leden").location == f"/leden/{number}"
    assert "De Bakkerij" in member.get(f"/leden/{number}").text
    assert member.get(f"/leden/{other}").status_code == member.get("/leden/99").status_code == 404
    assert member.get("/leden/99999999999999999999").status_code == 404
    assert member.get("/leden/nieuw").status_code == 403
    assert member.get(f"/leden/{number}/wijzig").status_code == 403


def test_others_see_none(app: Flask, bakery: Organisation) -> None:
    number = bakery.id
    for actor in (a_member(), an_admin(), a_representative(a_partner())):
        person = Person(app, actor)
        assert person.get("/leden").status_code == 403
        assert person.get(f"/leden/{number}").status_code == 404
    assert Person(app).get("/leden").status_code == 303


def test_a_member_invites_colleagues_at_the_domains_only(app: Flask, bakery: Organisation) -> None:
    number = bakery.id
    member = Person(app, member_of(bakery))
    action = f"/leden/{number}/uitnodigen"
    refused = member.send(f"/leden/{number}", action, email="vriend@elders.example")
    assert refused.status_code == 422
    assert "bakkerij.example" in refused.text
    assert not mails_to("vriend@elders.example")
    assert member.send(f"/leden/{number}", action, email="piet@sub.bakkerij.example").status_code == 422
    assert member.send(f"/leden/{number}", action, email="piet@bakkerij.example").status_code == 303
    (mail,) = mails_to("piet@bakkerij.example")
    assert "De Bakkerij" in mail.subject
    assert "piet@bakkerij.example" in member.get(f"/leden/{number}").text


def test_a_curator_invites_anybody(app: Flask, bakery: Organisation) -> None:
    number = bakery.id
    curator = Person(app, a_curator())
    assert (
        curator.send(f"/leden/{number}", f"/leden/{number}/uitnodigen", email="jan@elders.example").status_code == 303
    )


def test_inviting_again_ends_the_first_and_taking_back_ends_it(app: Flask, bakery: Organisation) -> None:
    number = bakery.id
    member = Person(app, member_of(bakery))
    for _ in range(2):
        member.send(f"/leden/{number}", f"/leden/{number}/uitnodigen", email="piet@bakkerij.example")
    assert len(queries.invited(db.session.get_one(Organisation, number))) == 1
    (link,) = queries.invited(db.session.get_one(Organisation, number))
    member.send(f"/leden/{number}", f"/leden/{number}/uitnodiging/{link.id}/intrekken")
    assert "piet@bakkerij.example" not in member.get(f"/leden/{number}").text


def test_nobody_mails_half_the_country(app: Flask, bakery: Organisation) -> None:
    with unit_of_work():
        for n in range(inviting.MOST_INVITED):
            inviting.invite(OPERATOR, bakery, f"p{n}@bakkerij.example", "secret")
    with pytest.raises(NotAcceptable, match="staan al 50"):
        inviting.invite(OPERATOR, bakery, "een@bakkerij.example", "secret")


def test_inviting_goes_on_the_next_day(app: Flask, bakery: Organisation) -> None:
    """SEC-23: of one account a day, whichever organisations it invites for; a curator too."""
    assert app.secret_key
    assert INVITING.of_account[0].times == 100
    actor, number = a_curator(), bakery.id
    db.session.commit()
    with unit_of_work():
        other = actions.add(OPERATOR, PlainOrganisation("De Slagerij")).id
        for n in range(100):
            organisation = db.session.get_one(Organisation, (number, other)[n % 2])
            inviting.invite(actor, organisation, f"p{n}@elders.example", app.secret_key)
    curator, colleague = Person(app, actor), Person(app, a_curator())
    with unit_of_work():
        db.session.execute(db.update(Link).values(used_at=NOW))  # all of them came
    refused = curator.send(f"/leden/{other}", f"/leden/{other}/uitnodigen", email="nog@elders.example")
    assert refused.status_code == 429
    assert "op één dag 100 uitnodigingen versturen. Het kan weer vanaf 23 november 2026, 13:00." in refused.text
    assert 'value="nog@elders.example"' in refused.text
    assert refused.headers["Retry-After"] == "86400"
    assert not mails_to("nog@elders.example")
    assert colleague.send(f"/leden/{other}", f"/leden/{other}/uitnodigen", email="x@elders.example").status_code == 303
    with clock.fixed_at(NOW + timedelta(days=1)):
        sent = Person(app, actor).send(f"/leden/{other}", f"/leden/{other}/uitnodigen", email="nog@elders.example")
        assert sent.status_code == 303


def test_nobody_fills_a_mailbox_with_invitations(app: Flask, bakery: Organisation) -> None:
    number = bakery.id
    for n in range(5):
        curator = Person(app, a_curator())
        sent = curator.send(f"/leden/{number}", f"/leden/{number}/uitnodigen", email="piet@elders.example")
        assert sent.status_code == 303, n
    refused = Person(app, a_curator()).send(
        f"/leden/{number}", f"/leden/{number}/uitnodigen", email="piet@elders.example"
    )
    assert refused.status_code == 429
    assert "Naar dit adres zijn op één dag al 5 uitnodigingen gemaild." in refused.text
    assert len(mails_to("piet@elders.example")) == 5
    assert len(queries.invited(db.session.get_one(Organisation, number))) == 1, "the last one that was sent still works"


def test_nobody_is_invited_to_an_organisation_that_ended(app: Flask, bakery: Organisation) -> None:
    number = bakery.id
    curator = Person(app, a_curator())
    token = curator.token(f"/leden/{number}")
    with unit_of_work():
        actions.end(OPERATOR, db.session.get_one(Organisation, number))
    refused = curator.post(f"/leden/{number}/uitnodigen", {"csrf_token": token, "email": "jan@elders.example"})
    assert refused.status_code == 422
    assert "U kunt er niemand meer voor uitnodigen." in refused.text
    assert 'href="#email"' not in refused.text, "there is no such field"
    assert not mails_to("jan@elders.example")


def test_leaving(app: Flask, bakery: Organisation) -> None:
    number, actor = bakery.id, member_of(bakery)
    colleague = member_of(db.session.get_one(Organisation, number))
    member = Person(app, actor)
    assert f"/lid/{colleague.account_id}/" not in member.get(f"/leden/{number}").text
    own = f"/leden/{number}/lid/{actor.account_id}/beeindig"
    other = own.replace(f"/lid/{actor.account_id}/", f"/lid/{colleague.account_id}/")
    token = member.token(f"/leden/{number}")
    assert member.post(other, {"csrf_token": token}).status_code == 403
    assert member.send(f"/leden/{number}", own).location == "/account"
    assert member.get(f"/leden/{number}").status_code == 404


@pytest.mark.parametrize(
    "actor", [VISITOR, Actor("account/98", 98), Actor("account/97", 97, represents=frozenset({1}))]
)
def test_actions_ask_for_themselves(app: Flask, bakery: Organisation, actor: Actor) -> None:
    for verb in (
        lambda: actions.add(actor, PlainOrganisation("X")),
        lambda: actions.change(actor, bakery, PlainOrganisation("X")),
        lambda: actions.end(actor, bakery),
        lambda: inviting.invite(actor, bakery, "x@bakkerij.example", "secret"),
        lambda: inviting.take_back(actor, bakery, 1),
    ):
        with pytest.raises(NotAllowed):
            verb()
    assert not db.session.scalars(db.select(Link)).all()
