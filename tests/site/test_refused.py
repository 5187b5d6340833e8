"""What the policy refuses to somebody signed in is told with its real reason, and is in the log (row U12)."""

from datetime import timedelta
from typing import Any

import pytest
from flask import Flask

from partnerkompas.accounts.models import RoleGrant, SignedIn
from partnerkompas.challenging import actions as challenging
from partnerkompas.infra import clock
from partnerkompas.infra.audit import AuditRow
from partnerkompas.infra.db import db
from partnerkompas.infra.request_cycle import unit_of_work
from partnerkompas.logbook import refusals
from partnerkompas.partners.models import Partner
from partnerkompas.permissions.vocabulary import Actor, PartnerRole, Role
from tests.factories import (
    NOW,
    a_curator,
    a_member,
    a_partner,
    a_representative,
    an_admin,
    an_answer,
    the_criteria,
    with_interest,
)
from tests.signed_in import Person, audited
from tests.statements import statements

SECRET = "Dit typte iemand hier."


@pytest.fixture
def aap(app: Flask) -> Partner:
    the_criteria()
    partner = a_partner("Aap")
    db.session.commit()
    return partner


def refused() -> list[AuditRow]:
    db.session.rollback()
    return [row for row in audited() if row.deed.startswith("refused:")]


def a_challenge(partner: Partner, opener: Actor, **answer: Any) -> str:
    made = challenging.open_challenge(
        opener, an_answer(partner, "personen", 400, **answer), "Het zijn er in het echt 40."
    )
    db.session.commit()
    return f"/betwisting/{made.id}"


def decide(person: Person, page: str) -> Any:
    return person.post(f"{page}/besluit", {"csrf_token": person.token(), "besluit": "laten", "tekst": SECRET})


def test_a_tied_curator_is_told_of_the_stake_and_it_is_in_the_log(app: Flask, aap: Partner) -> None:
    tied, page = with_interest(a_curator(), aap), a_challenge(aap, a_member())
    answer = decide(Person(app, tied), page)
    assert answer.status_code == 403
    assert "U hebt een belang bij Aap" in answer.text
    assert 'href="/account#belangen"' in answer.text
    assert "tweede stap" not in answer.text
    (row,) = refused()
    assert (row.actor, row.account_id, row.deed, row.subject, row.before, row.after) == (
        f"account/{tied.account_id}",
        tied.account_id,
        "refused:challenge:decide",
        "challenge/1",
        None,
        {"because": "has_no_stake"},
    )
    assert SECRET not in "".join(str(each.after) for each in audited())
    shown = Person(app, an_admin()).get("/logboek?wat=refused:").text
    assert "refused:challenge:decide" in shown
    assert "has_no_stake" in shown


def test_a_second_pair_of_eyes(app: Flask, aap: Partner) -> None:
    one, two = a_curator(), a_curator()
    page = a_challenge(aap, one, source="public_page", provided_by=two.account_id)
    assert "U hebt dit zelf betwist" in decide(Person(app, one), page).text
    assert "U hebt zelf ingevuld of nagekeken wat hier staat" in decide(Person(app, two), page).text
    assert [row.after["because"] for row in refused()] == ["is_not_opener", "did_not_vouch"]


def test_a_role_that_is_missing_and_one_that_does_not_count_yet(app: Flask, aap: Partner) -> None:
    member, curator = a_member(), a_curator()
    db.session.commit()
    told = Person(app, member).get("/werkbank")
    assert told.status_code == 403
    assert "Dit is voor wie deze rol heeft: curator of beheerder." in told.text
    assert "/account/tweede-stap" not in told.text
    signed_in = Person(app, curator)
    with unit_of_work():
        db.session.scalars(db.select(SignedIn).order_by(SignedIn.id.desc())).first().second_step_at = None  # type: ignore[union-attr]
    told = signed_in.get("/werkbank")
    assert "Uw rol telt pas" in told.text
    assert 'href="/account/tweede-stap"' in told.text
    english = signed_in.get("/en/partners/aap/gegevens").text
    assert "for who speaks for this partner" in english


def test_who_speaks_for_any_partner_decides_about_none(app: Flask, aap: Partner) -> None:
    speaker = a_representative(a_partner("Noot"), PartnerRole.SIGNER)
    db.session.add(RoleGrant(account_id=speaker.account_id, role=Role.CURATOR, granted_by="tests"))
    db.session.commit()
    told = Person(app, speaker).get("/partners/aap/feit").text
    assert "beslist over geen enkele partner" in told


def test_one_row_for_each_thing_and_hour(app: Flask, aap: Partner) -> None:
    actor = a_member()
    member = Person(app, actor)
    for _again in range(3):
        assert member.get("/partners/aap/feit").status_code == 403
    assert [(row.deed, row.subject) for row in refused()] == [("refused:fact:enter", "partner/aap")]
    member.get("/werkbank")
    assert [row.subject for row in refused()] == ["partner/aap", "site"]
    with clock.fixed_at(NOW + timedelta(hours=1, seconds=1)):
        member.get("/partners/aap/feit")
    assert len(refused()) == 3


def test_nobody_fills_the_log(app: Flask, aap: Partner, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(refusals, "MOST", 3)
    member = Person(app, a_member())
    for number in range(6):
        a_partner(f"Partner {number}", slug=f"p{number}")
    db.session.commit()
    for number in range(6):
        assert member.get(f"/partners/p{number}/feit").status_code == 403
    assert len(refused()) == 3
    assert Person(app, a_member()).get("/partners/p0/feit").status_code == 403
    assert len(refused()) == 4, "of somebody else it is still written"


def test_of_a_visitor_and_of_what_is_not_there_nothing_is_written(app: Flask, aap: Partner) -> None:
    visitor, member = Person(app), Person(app, a_member())
    assert visitor.get("/werkbank").status_code == 303
    for path in ("/partners/bestaatniet", "/uitschrijving/99", "/betwisting/99"):
        assert member.get(path).status_code == 404, path
    assert refused() == []


def test_the_log_tells_nobody_what_is_hidden_from_them(app: Flask) -> None:
    """They can read their own rows: asking for a draft and for what does not exist must leave the same."""
    a_partner("Geheim", status="draft", listed_on=None)
    member = a_member()
    db.session.commit()
    person = Person(app, member)
    assert [person.get(f"/partners/{slug}").status_code for slug in ("geheim", "bestaatniet")] == [404, 404]
    assert refused() == []


def test_the_same_attempt_again_takes_no_lock(app: Flask, aap: Partner) -> None:
    person = Person(app, a_curator())
    db.session.commit()
    told = []
    for _time in range(2):
        with statements() as sent:
            assert person.get("/partners/aap/gegevens").status_code == 403
        told.append([each for each in sent if each.startswith(("INSERT", "BEGIN IMMEDIATE"))])
    assert told[0]
    assert told[1] == []
