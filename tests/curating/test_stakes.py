"""A stake in a partner goes along when that partner is merged into another (H6, U12, ADR 16)."""

from datetime import timedelta

import pytest
from flask import Flask

from partnerkompas.accounts import queries as accounts
from partnerkompas.accounts.models import Account, Interest, Representation
from partnerkompas.answers.models import Answer
from partnerkompas.curating import merging
from partnerkompas.curating.merge_plan import plan
from partnerkompas.infra import clock
from partnerkompas.infra.db import db
from partnerkompas.infra.request_cycle import unit_of_work
from partnerkompas.partners import queries
from partnerkompas.partners.models import Merge, Partner
from partnerkompas.permissions.policy import may
from partnerkompas.permissions.vocabulary import Actor, Permission
from partnerkompas.site import independence
from tests.factories import NOW, a_curator, a_member, a_partner, an_answer, the_criteria, with_interest
from tests.signed_in import Person
from tests.statements import statements


@pytest.fixture(autouse=True)
def _three_partners(app: Flask) -> None:
    the_criteria()
    for name in ("Aap", "Noot", "Mies"):
        a_partner(name)
    db.session.commit()


def stored(slug: str) -> Partner:
    found = queries.by_slug(slug)
    assert found is not None
    return found


def merge(kept: str, absorbed: str) -> Merge:
    """By a curator without a stake, with every answer that is offered."""
    with unit_of_work():
        one, other = stored(kept), stored(absorbed)
        planned = plan(one, other)
        return merging.merge(a_curator(), one, other, list(planned.answers), planned.digest)


def again(actor: Actor) -> Actor:
    db.session.rollback()
    return accounts.actor(db.session.get_one(Account, actor.account_id))


def stakes(actor: Actor) -> set[str]:
    return {slug for slug, _name in queries.names_of(again(actor).interests).values()}


def test_who_has_a_stake_does_not_check_the_copy(app: Flask) -> None:
    provider = a_member()
    an_answer(stored("noot"), "personen", "12", provided_by=provider.account_id)
    tied, free = with_interest(a_curator(), stored("noot")), a_curator()
    db.session.commit()
    merge("aap", "noot")
    copy = db.session.scalars(db.select(Answer).where(Answer.partner_id == stored("aap").id)).one()
    number = copy.id
    assert may(again(free), Permission.ANSWER_VERIFY, db.session.get_one(Answer, number))
    assert not may(again(tied), Permission.ANSWER_VERIFY, db.session.get_one(Answer, number))
    page = Person(app, tied).get(f"/antwoord/{number}/nakijken")
    assert "u meldde een belang bij deze partner of een die erin opging" in page.text


def test_a_chain_is_followed_to_its_end_and_undoing_ends_it(app: Flask) -> None:
    tied = with_interest(a_curator(), stored("noot"))
    db.session.commit()
    assert stakes(tied) == {"noot"}
    merge("aap", "noot")
    last = merge("mies", "aap").id
    assert stakes(tied) == {"noot", "aap", "mies"}
    with unit_of_work():
        merging.undo(a_curator(), db.session.get_one(Merge, last))
    assert stakes(tied) == {"noot", "aap"}
    other = with_interest(a_curator(), stored("aap"))
    db.session.commit()
    assert stakes(other) == {"aap"}, "who has a stake in the one that stays has none in what was"


def test_who_spoke_for_it_within_the_year_has_one_too(app: Flask) -> None:
    spoke, never = a_curator(), a_curator()
    about = {"partner_id": stored("noot").id, "role": "editor", "same_domain": True, "ended_at": NOW}
    db.session.add(Representation(account_id=spoke.account_id, granted_at=NOW, **about))
    db.session.add(Representation(account_id=never.account_id, **about))
    db.session.commit()
    merge("aap", "noot")
    assert (stakes(spoke), stakes(never)) == ({"noot", "aap"}, set())
    with clock.fixed_at(NOW + accounts.COOLING_OFF - timedelta(seconds=1)):
        assert stakes(spoke) == {"noot", "aap"}
    with clock.fixed_at(NOW + accounts.COOLING_OFF):
        assert stakes(spoke) == set()


def test_it_takes_one_question(app: Flask) -> None:
    tied = with_interest(a_curator(), stored("noot"))
    db.session.commit()
    merge("aap", "noot")
    merge("mies", "aap")
    with statements() as done:
        assert len(accounts.stakes(tied.account_id or 0)) == 3
    assert len([each for each in done if "BEGIN" not in each]) == 1, done


def test_what_was_decided_past_the_policy_is_counted(app: Flask) -> None:
    """On the page about independence, by the merges of that moment."""
    tied = a_curator()
    db.session.add(Interest(account_id=tied.account_id, partner_id=stored("noot").id, kind="client", declared_at=NOW))
    db.session.commit()
    merge("aap", "noot")
    last = merge("mies", "aap")
    last.undone_at = NOW + timedelta(hours=1)
    db.session.commit()
    counted = independence.Stakes()
    for slug, hours, is_tied in (("aap", 0, True), ("mies", 0, True), ("aap", 2, True), ("mies", 2, False)):
        decision = independence.Decision(tied.account_id or 0, NOW + timedelta(hours=hours), (stored(slug).id,))
        assert counted.tied(decision) is is_tied, (slug, hours)
