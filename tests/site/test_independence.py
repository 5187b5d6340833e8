"""The share of decisions by somebody with a stake is counted from the rows, not promised (H6, U12)."""

from datetime import datetime, timedelta
from typing import Any

import pytest
from flask import Flask

from partnerkompas.accounts.models import Interest, Representation
from partnerkompas.answers.challenges import Challenge
from partnerkompas.answers.models import Answer, Review
from partnerkompas.challenging import actions as challenging
from partnerkompas.curating import merging
from partnerkompas.curating.merge_plan import plan
from partnerkompas.infra import audit, clock
from partnerkompas.infra.db import db
from partnerkompas.partners import leaving, objecting, queries, representing
from partnerkompas.partners.models import Delisting, LeavingKind, Merge, Partner
from partnerkompas.permissions.vocabulary import Actor, PartnerRole
from partnerkompas.reviewing import actions as reviewing
from partnerkompas.site.independence import shares
from tests.factories import (
    NOW,
    a_curator,
    a_member,
    a_partner,
    a_representative,
    an_answer,
    the_criteria,
    with_interest,
)
from tests.signed_in import Person

SORTS = 5
WHY = "Daar is een goede reden voor."


@pytest.fixture
def aap(app: Flask) -> Partner:
    the_criteria()
    partner = a_partner("Aap")
    db.session.commit()
    return partner


def counted() -> list[tuple[int, int]]:
    """Decisions and those by somebody tied, of each sort and together."""
    found = shares()
    assert len(found) == SORTS + 1
    return [(each.decisions, each.tied) for each in found]


def every_sort_once(partner: Partner, curator: Actor, other: Actor) -> None:
    """What the verbs permit: seven decisions."""
    theirs = a_representative(partner)
    reviewing.check(curator, an_answer(partner, "iso", "ja", provided_by=theirs.account_id), 2, WHY)
    disputed = challenging.open_challenge(a_member(), an_answer(partner, "personen", 400), WHY)
    challenging.uphold(curator, disputed, WHY, disputed.answer_id)
    taken_back = challenging.open_challenge(opener := a_member(), an_answer(partner, "sinds", 1999), WHY)
    challenging.withdraw(opener, taken_back)
    noot = a_partner("Noot")
    partner = queries.by_slug("aap") or partner
    merged = merging.merge(curator, partner, noot, (), plan(partner, noot).digest)
    merging.undo(curator, merged)
    representing.grant(curator, representing.ask(a_member(), partner, PartnerRole.EDITOR, "verkoop"), WHY)
    delisting = leaving.announce(curator, partner, LeavingKind.OTHER, WHY, clock.today() + timedelta(days=30))
    leaving.respond(theirs, delisting, WHY)
    objecting.uphold(other, delisting, WHY)
    leaving.end(curator, delisting, WHY)
    db.session.commit()


def test_what_the_policy_lets_through_counts_and_is_never_tied(app: Flask, aap: Partner) -> None:
    curator = a_curator()
    every_sort_once(aap, curator, a_curator())
    assert counted() == [(1, 0), (1, 0), (3, 0), (2, 0), (1, 0), (8, 0)]
    with clock.fixed_at(NOW + timedelta(hours=1)):
        db.session.add(Interest(account_id=curator.account_id, partner_id=aap.id, kind="client"))
        db.session.commit()
        assert counted()[-1] == (8, 0), "what was declared afterwards did not tie at that moment"
        page = Person(app).get("/methode").text
    assert "0 van 8 door iemand met een belang (0 %)" in page
    assert "0 of 8 by somebody with a stake (0 %)" in Person(app).get("/en/methode").text


def past_the_policy(sort: int, who: Actor, partner: Partner, at: datetime) -> None:
    """A row as the verbs would never write it."""
    by: int = who.account_id or 0
    about: dict[str, Any] = {"partner_id": partner.id}
    answer = an_answer(partner, "iso", "ja")
    if sort == 0:
        db.session.add(
            Review(answer_id=answer.id, outcome="checked", reason="x", reviewed_by=by, reviewed_at=at, **about)
        )
    elif sort == 1:
        told = {"reason": "x", "outcome": "upheld", "opened_at": at, "decided_at": at, "decided_by": by}
        db.session.add(Challenge(answer_id=answer.id, **told, **about))
    elif sort == 2:
        told = {
            "ended_at": at,
            "kind": "other",
            "reasons": "x",
            "due_on": at.date(),
            "announced_at": at,
            "announced_by": by,
        }
        db.session.add(Delisting(**told, **about))
    elif sort == 3:
        other = a_partner()
        db.session.add(
            Merge(kept_id=other.id, absorbed_id=partner.id, did={}, merged_at=at, merged_by=by, undone_at=at)
        )
    else:
        asked = a_member().account_id
        told = {"role": "editor", "same_domain": False, "asked_at": at, "ended_at": at, "decided_by": by}
        db.session.add(Representation(account_id=asked, **told, **about))
    db.session.commit()


@pytest.mark.parametrize("sort", range(SORTS))
def test_a_row_past_the_policy_shows(app: Flask, aap: Partner, sort: int) -> None:
    free, tied, mies = a_curator(), a_curator(), a_partner("Mies")
    tied = with_interest(tied, mies)
    past_the_policy(sort, free, aap, NOW)
    past_the_policy(sort, tied, aap, NOW)
    assert counted()[sort] == (2, 0), "a stake in another partner is none"
    past_the_policy(sort, tied, mies, NOW)
    assert (counted()[sort], counted()[-1]) == ((3, 1), (3, 1))
    assert "1 van 3 door iemand met een belang (33,4 %)" in Person(app).get("/methode").text


def test_an_objection_that_was_decided_past_the_policy_shows(app: Flask, aap: Partner) -> None:
    tied = with_interest(a_curator(), aap)
    delisting = leaving.announce(a_curator(), aap, LeavingKind.OTHER, WHY, clock.today() + timedelta(days=30))
    audit.record(db.session, tied, objecting.GOES_ON, f"delisting/{delisting.id}", after={"why": "x"})
    db.session.commit()
    assert counted()[2] == (2, 1)


@pytest.mark.parametrize(("days", "tied"), [(-1, False), (1, True), (100, True), (101 + 364, True), (101 + 366, False)])
@pytest.mark.parametrize("how", ["declared", "spoke"])
def test_the_stake_of_that_moment_counts_and_a_year_after(
    app: Flask, aap: Partner, how: str, days: int, tied: bool
) -> None:
    """From now until a hundred days on; a decision before, during, within a year and after that."""
    curator, until = a_curator(), NOW + timedelta(days=101)
    told: dict[str, Any] = {"account_id": curator.account_id, "partner_id": aap.id, "ended_at": until}
    if how == "declared":
        db.session.add(Interest(kind="client", declared_at=NOW, **told))
    else:
        db.session.add(Representation(role="editor", same_domain=True, asked_at=NOW, granted_at=NOW, **told))
    past_the_policy(1, curator, aap, NOW + timedelta(days=days))
    assert counted()[1] == (1, int(tied))


def test_who_speaks_for_any_partner_is_tied_to_all(app: Flask, aap: Partner) -> None:
    speaker = a_representative(a_partner("Noot"))
    past_the_policy(1, speaker, aap, NOW + timedelta(days=1))
    assert counted()[1] == (1, 1)
    assert db.session.query(Answer).count() == 1
