"""A fact is disputed, the partner is heard, a curator decides, and corrections are public (G13, K4, R31)."""

from datetime import date, timedelta
from typing import Any

import pytest
from flask import Flask

from partnerkompas.accounts import queries as accounts
from partnerkompas.accounts.models import Account, Representation
from partnerkompas.answers.challenges import Challenge
from partnerkompas.answers.models import Answer
from partnerkompas.challenging import actions
from partnerkompas.infra import clock
from partnerkompas.infra.db import db
from partnerkompas.infra.refusal import NotAcceptable
from partnerkompas.infra.request_cycle import unit_of_work
from partnerkompas.infra.working_days import easter_sunday, holidays, is_working_day, working_days_after
from partnerkompas.partners.models import Partner, PartnerStatus
from partnerkompas.permissions.policy import NotAllowed
from partnerkompas.permissions.vocabulary import Actor
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
from tests.signed_in import Person, mails_to

REASON, WHY = "Op de site staan er <b>veertig</b>.", "Het register zegt 40."


@pytest.mark.parametrize(
    ("year", "day"), [(2024, "03-31"), (2025, "04-20"), (2026, "04-05"), (2027, "03-28"), (2038, "04-25")]
)
def test_easter(year: int, day: str) -> None:
    assert easter_sunday(year).isoformat() == f"{year}-{day}"


def test_holidays_and_working_days() -> None:
    assert date(2026, 4, 27) in holidays(2026)
    assert date(2025, 4, 26) in holidays(2025), "King's Day moves from a Sunday"
    assert date(2025, 5, 5) in holidays(2025)
    assert date(2026, 5, 5) not in holidays(2026)
    assert not is_working_day(date(2026, 11, 22))
    assert working_days_after(date(2026, 11, 22), 10) == date(2026, 12, 4)
    assert working_days_after(date(2026, 12, 23), 3) == date(2026, 12, 29)
    for day in range(400):
        start = date(2026, 1, 1) + timedelta(days=day)
        assert is_working_day(working_days_after(start, 1))
        assert working_days_after(start, 2) > working_days_after(start, 1) > start


@pytest.fixture
def aap(app: Flask) -> Partner:
    the_criteria()
    partner = a_partner("Aap")
    an_answer(partner, "personen", 400, source="public_page")
    an_answer(partner, "iso", "ja")
    db.session.commit()
    return partner


@pytest.fixture
def theirs(app: Flask, aap: Partner) -> Actor:
    actor = a_representative(aap)
    db.session.commit()
    return actor


def wrong() -> Answer:
    db.session.rollback()
    return db.session.scalars(
        db.select(Answer).where(Answer.criterion == "personen").order_by(Answer.id)
    ).first() or pytest.fail("none")


def newest(criterion: str) -> Answer:
    db.session.rollback()
    return db.session.scalars(
        db.select(Answer).where(Answer.criterion == criterion).order_by(Answer.id.desc())
    ).first() or pytest.fail("none")


def the_challenge() -> Challenge:
    db.session.rollback()
    return db.session.scalars(db.select(Challenge).order_by(Challenge.id.desc())).first() or pytest.fail("none")


def disputed(app: Flask) -> tuple[Person, str]:
    """A member disputes the fact, which stands on the form; who that is, and the page."""
    member = Person(app, a_member())
    assert "400 personen" in member.get(f"/feit/{wrong().id}/betwist").text
    sent = member.send(f"/feit/{wrong().id}/betwist", tekst=REASON)
    assert sent.status_code == 303, sent.text
    return member, sent.location


def decided(person: Person, page: str, how: str, **more: Any) -> Any:
    return person.send(page, f"{page}/besluit", besluit=how, tekst=WHY, **more)


def test_from_disputed_to_corrected(app: Flask, aap: Partner, theirs: Actor) -> None:
    visitor = Person(app)
    assert f"/feit/{wrong().id}/betwist" in visitor.get("/partners/aap").text
    member, page = disputed(app)
    shown = visitor.get(page).text
    assert "Op de site staan er &lt;b&gt;veertig&lt;/b&gt;." in shown
    assert "4 december 2026" in shown
    assert visitor.get("/api/v1/partners?personen.stand=disputed").json["total"] == 1  # type: ignore[index]
    assert "Lees de betwisting" in visitor.get("/partners/aap").text
    assert "Betwist bij Aap" in mails_to(theirs.email)[-1].subject
    partner = Person(app, theirs)
    partner.send(page, f"{page}/reactie", tekst="Wij tellen ook inhuur.")
    assert "Wij tellen ook inhuur." in visitor.get(page).text
    curator = Person(app, a_curator())
    assert "Aap" in curator.get("/werkbank").text.split("Betwistingen")[1]
    done = decided(curator, page, "corrigeren", waarde="40", adres="https://register.example", gezien="Veertig.")
    assert done.status_code == 303, done.text
    after = visitor.get(page).text
    assert "het feit is gecorrigeerd" in after
    assert WHY in after
    listed = visitor.get("/correcties").text
    assert "<del>400 personen</del>" in listed
    assert "40 personen" in listed
    assert WHY in listed
    assert visitor.get("/api/v1/partners?personen=40..40").json["total"] == 1  # type: ignore[index]
    assert visitor.get("/api/v1/partners?personen.stand=disputed").json["total"] == 0  # type: ignore[index]
    assert "gecorrigeerd" in mails_to(theirs.email)[-1].body
    assert "Besloten bij Aap" in member.get("/berichten").text


def test_nobody_decides_about_a_fact_they_entered_or_checked(app: Flask, aap: Partner, theirs: Actor) -> None:
    """Four eyes (H6, U12), also when the check was of the answer before the disputed one."""
    entered_by, checked_by = a_curator(), a_curator()
    an_answer(aap, "iso", "nee", provided_by=entered_by.account_id)
    db.session.commit()
    own, other = Person(app, entered_by), Person(app, a_curator())
    page = Person(app, a_member()).send(f"/feit/{newest('iso').id}/betwist", tekst=REASON).location
    assert f"{page}/besluit" not in own.get(page).text
    assert (
        own.post(f"{page}/besluit", {"csrf_token": own.token(page), "besluit": "laten", "tekst": WHY}).status_code
        == 403
    )
    assert decided(other, page, "laten").status_code == 303

    an_answer(aap, "personen", 401, provided_by=theirs.account_id)
    db.session.commit()
    checker = Person(app, checked_by)
    address = f"/antwoord/{newest('personen').id}/nakijken"
    assert checker.send(address, niveau="2", besluit="nagekeken", reden="Gezien.").status_code == 303
    page = Person(app, a_member()).send(f"/feit/{newest('personen').id}/betwist", tekst=REASON).location
    assert f"{page}/besluit" not in checker.get(page).text
    assert f"{page}/besluit" in other.get(page).text


def test_who_spoke_for_a_partner_decides_nothing_about_it_for_a_year(app: Flask, aap: Partner) -> None:
    """An end is no way around a stake."""
    curator = a_curator()
    spoke = Representation(
        account_id=curator.account_id, partner_id=aap.id, role="editor", same_domain=False, ended_at=NOW
    )
    db.session.add(spoke)
    db.session.commit()
    account = db.session.get_one(Account, curator.account_id)
    assert accounts.actor(account).interests == frozenset(), "who was never granted it never spoke for it"
    spoke.granted_at = NOW
    db.session.commit()
    assert accounts.actor(account).interests == {aap.id}
    with clock.fixed_at(NOW + accounts.COOLING_OFF):
        assert accounts.actor(account).interests == frozenset()


def test_the_fact_stays(app: Flask, aap: Partner) -> None:
    _member, page = disputed(app)
    curator = Person(app, a_curator())
    assert decided(curator, page, "laten").status_code == 303, "upholding need not wait"
    assert "het feit blijft staan" in Person(app).get(page).text
    assert "400 personen" not in Person(app).get("/correcties").text
    assert Person(app).get("/api/v1/partners?personen.stand=disputed").json["total"] == 0  # type: ignore[index]


def test_nothing_adverse_before_the_partner_was_heard(app: Flask, aap: Partner) -> None:
    """R31: ten working days, or a response."""
    _member, page = disputed(app)
    curator = Person(app, a_curator())
    refused = decided(curator, page, "weghalen")
    assert refused.status_code == 422
    assert "nog gehoord" in refused.text
    assert WHY in refused.text, "what was typed stays"
    assert the_challenge().decided_at is None
    with clock.fixed_at(NOW + timedelta(days=12)):
        assert decided(Person(app, a_curator()), page, "weghalen").status_code == 422, "on the last day it is heard"
    with clock.fixed_at(NOW + timedelta(days=13)):
        assert decided(Person(app, a_curator()), page, "weghalen").status_code == 303
    after = db.session.scalars(
        db.select(Answer).where(Answer.criterion == "personen").order_by(Answer.id.desc())
    ).first()
    assert after is not None
    assert (after.state, after.value, after.level) == ("not_stated", None, 0)


def test_an_overdue_term_shows_in_public(app: Flask, aap: Partner) -> None:
    _member, page = disputed(app)
    assert the_challenge().heard_until == date(2026, 12, 4)
    with clock.fixed_at(NOW + timedelta(days=19)):
        assert "Termijn overschreden" not in Person(app).get(page).text
    with clock.fixed_at(NOW + timedelta(days=20)):
        assert "Termijn overschreden" in Person(app).get(page).text
        assert "te laat" in Person(app, a_curator()).get("/werkbank").text


def test_one_at_a_time_and_not_of_what_was_replaced(app: Flask, aap: Partner) -> None:
    _member, page = disputed(app)
    answer = wrong()
    other = Person(app, a_member())
    assert other.get(f"/feit/{answer.id}/betwist").location == page
    with pytest.raises(NotAcceptable):
        actions.open_challenge(a_member(), answer, "nog eens")
    decided(Person(app, a_curator()), page, "laten")
    an_answer(db.session.get_one(Partner, aap.id), "personen", 41)
    db.session.commit()
    with pytest.raises(NotAcceptable):
        actions.open_challenge(a_member(), wrong(), "te laat")


def test_taken_back_by_who_opened_it_only(app: Flask, aap: Partner) -> None:
    member, page = disputed(app)
    other = Person(app, a_member())
    token = other.token()
    assert other.post(f"{page}/intrekken", {"csrf_token": token}).status_code == 403
    assert member.send(page, f"{page}/intrekken").status_code == 303
    assert "ingetrokken" in Person(app).get(page).text


def test_who_may_not_decide_or_respond(app: Flask, aap: Partner, theirs: Actor) -> None:
    _member, page = disputed(app)
    partner = db.session.get_one(Partner, aap.id)
    tied, noot = with_interest(a_curator(), partner), a_representative(a_partner("Noot"))
    db.session.commit()
    for actor in (tied, an_admin(), a_member(), theirs, noot):
        person = Person(app, actor)
        token = person.token()
        sent = person.post(f"{page}/besluit", {"csrf_token": token, "besluit": "laten", "tekst": "x"})
        assert sent.status_code == 403, actor
        if actor is not theirs:
            assert person.post(f"{page}/reactie", {"csrf_token": token, "tekst": "x"}).status_code == 403, actor
    assert the_challenge().decided_at is None


def test_a_curator_does_not_decide_about_the_own_challenge(app: Flask, aap: Partner) -> None:
    curator = a_curator()
    db.session.commit()
    person = Person(app, curator)
    page = person.send(f"/feit/{wrong().id}/betwist", tekst=REASON).location
    with pytest.raises(NotAllowed):
        actions.uphold(curator, the_challenge(), "laat maar", the_challenge().answer_id)
    assert f"{page}/besluit" not in person.get(page).text


def test_two_curators_at_once(app: Flask, aap: Partner) -> None:
    _member, page = disputed(app)
    one, two = Person(app, a_curator()), Person(app, a_curator())
    decided(one, page, "laten")
    token = two.token()
    late = two.post(f"{page}/besluit", {"csrf_token": token, "besluit": "laten", "tekst": "ook"})
    assert late.status_code in (403, 422)
    assert the_challenge().decision == WHY


def test_nobody_fills_the_mailbox_of_a_partner(app: Flask, aap: Partner, theirs: Actor) -> None:
    """Also not by taking back what was opened (SEC-23)."""
    actor = a_member()
    member = Person(app, actor)
    for n in range(10):
        page = member.send(f"/feit/{wrong().id}/betwist", tekst=REASON).location
        assert member.send(page, f"{page}/intrekken").status_code == 303, n
    refused = member.send(f"/feit/{wrong().id}/betwist", tekst=REASON)
    assert refused.status_code == 422
    assert "Ga morgen verder" in refused.text
    assert REASON.partition(" <")[0] in refused.text, "what was typed is not lost"
    somebody_else, page = disputed(app)
    somebody_else.send(page, f"{page}/intrekken")
    with clock.fixed_at(NOW + timedelta(days=1, seconds=1)):
        assert Person(app, actor).send(f"/feit/{wrong().id}/betwist", tekst=REASON).status_code == 303


@pytest.mark.parametrize("given", ["", "   ", "x" * 1001])
def test_a_reason_is_needed(app: Flask, aap: Partner, given: str) -> None:
    assert Person(app, a_member()).send(f"/feit/{wrong().id}/betwist", tekst=given).status_code == 422
    assert db.session.query(Challenge).count() == 0


def test_what_is_hidden_stays_hidden(app: Flask, aap: Partner) -> None:
    _member, page = disputed(app)
    with unit_of_work():
        db.session.get_one(Partner, aap.id).status = PartnerStatus.DELISTED
    for path in (
        page,
        f"/feit/{wrong().id}/betwist",
        f"/feit/{wrong().id}/betwisting",
        "/betwisting/99",
        "/feit/99999999999/betwist",
    ):
        assert Person(app, a_member()).get(path).status_code == 404, path
