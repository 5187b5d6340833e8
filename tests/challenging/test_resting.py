"""A dispute rests while its partner is out of the directory: read, never overdue, and on again when it is back."""

from datetime import timedelta

import pytest
from flask import Flask

from partnerkompas.answers.models import Answer
from partnerkompas.challenging import actions, queries
from partnerkompas.infra import clock
from partnerkompas.infra.db import db
from partnerkompas.infra.refusal import NotAcceptable
from partnerkompas.infra.request_cycle import unit_of_work
from partnerkompas.partners import leaving
from partnerkompas.partners import queries as partners
from partnerkompas.partners.models import Delisting, LeavingKind
from partnerkompas.permissions.vocabulary import Actor
from tests.factories import (
    NOW,
    a_curator,
    a_member,
    a_partner,
    a_representative,
    a_visitor,
    an_admin,
    an_answer,
    the_criteria,
)
from tests.signed_in import Person, mails_to

REASON, WHY = "Op de site staan er veertig.", "In het register staan er vierhonderd."
PAGE = "/betwisting/1"


@pytest.fixture
def opener(app: Flask) -> Actor:
    """Who disputed a fact of Aap, which somebody speaks for."""
    the_criteria()
    answer, member = an_answer(a_partner("Aap"), "personen", 400), a_member()
    db.session.commit()
    with unit_of_work():
        actions.open_challenge(member, db.session.get_one(Answer, answer.id), REASON)
    return member


def leave() -> None:
    with unit_of_work():
        aap = partners.by_slug("aap")
        assert aap is not None
        leaving.announce(a_curator(), aap, LeavingKind.STOPPED, "Het bedrijf is er niet meer.", clock.today())


def come_back() -> None:
    with unit_of_work():
        delisting = db.session.scalars(db.select(Delisting).where(Delisting.ended_at.is_(None))).one()
        leaving.end(a_curator(), delisting, "Het bedrijf wil toch blijven.")


def disputes(person: Person) -> str:
    """The section of the workbench, without the rest of the page."""
    return person.get("/werkbank").text.split('aria-labelledby="betwistingen"')[1].split("</section>")[0]


def test_whoever_opened_it_reads_it_and_how_it_ended(app: Flask, opener: Actor) -> None:
    leave()
    theirs = Person(app, opener)
    shown = theirs.get(PAGE)
    assert shown.status_code == 200
    for each in (REASON, "Deze betwisting rust: Aap staat sinds 22 november 2026 niet in de gids", "400 personen"):
        assert each in shown.text, each
    assert "De betwisting rust" in mails_to(opener.email)[-1].subject
    assert theirs.get("/partners/aap").status_code == 410
    others = a_visitor(), a_member(), an_admin(), a_representative(a_partner("Noot"))
    db.session.commit()
    for actor in others:
        hidden = Person(app, actor).get(PAGE)
        assert hidden.status_code == 404
        assert REASON not in hidden.text
    curator = Person(app, a_curator())
    assert curator.send(PAGE, f"{PAGE}/besluit", besluit="laten", tekst=WHY).status_code == 303, "it may be decided now"
    ended = theirs.get(PAGE).text
    assert WHY in ended
    assert "het feit blijft staan" in ended
    assert "rust" not in ended


def test_it_is_not_overdue_and_waits_for_nobody(app: Flask, opener: Actor) -> None:
    with clock.fixed_at(NOW + timedelta(days=60)):
        late = Person(app, a_curator())
        assert "te laat" in disputes(late)
        leave()
        assert "te laat" not in disputes(late)
        assert "Er wordt geen feit betwist" in disputes(late)
        assert "1 betwisting rust" in disputes(late)
        assert "Termijn overschreden" not in Person(app, opener).get(PAGE).text
        page = late.get("/uitschrijving/1").text
        assert f'href="{PAGE}">personen nl' in page


def test_back_in_the_directory_it_goes_on_and_both_terms_begin_anew(app: Flask, opener: Actor) -> None:
    aap = partners.by_slug("aap")
    assert aap is not None
    speaker = a_representative(aap)
    db.session.commit()
    with clock.fixed_at(NOW + timedelta(days=5)):
        leave()
    with clock.fixed_at(NOW + timedelta(days=100)):
        curator = Person(app, a_curator())
        told = curator.send(PAGE, f"{PAGE}/besluit", besluit="weghalen", tekst=WHY)
        assert told.status_code == 422, "its term to respond stood still, so it was not heard (R31)"
        come_back()
        for person in (opener, speaker):
            assert any("gaat verder" in mail.subject for mail in mails_to(person.email))
        assert "Aap: personen nl" in disputes(curator)
        assert "te laat" not in disputes(curator)
        shown = Person(app).get(PAGE).text
        assert "tot en met 16 maart 2027" in shown, "ten working days after Tuesday the second of March"
        assert "uiterlijk 23 maart 2027" in shown
        told_api = Person(app).get("/api/v1/partners/aap").json
        assert [each["dispute_due_on"] for each in told_api["answers"] if each["dispute"]] == ["2027-03-23"]  # type: ignore[index]
    with clock.fixed_at(NOW + timedelta(days=122)):
        assert "te laat: 23 maart 2027" in disputes(Person(app, a_curator()))


def test_what_nobody_reads_cannot_be_disputed(app: Flask, opener: Actor) -> None:
    leave()
    aap = partners.by_slug("aap")
    assert aap is not None
    answer = an_answer(aap, "iso", "ja")
    with pytest.raises(NotAcceptable, match="niet in de gids"):
        actions.open_challenge(opener, answer, REASON)
    assert len(queries.of_partner(aap.id)) == 1
