"""Leaving the directory: announced with reasons and a day, answered, withdrawn, done on that day, undone (R29)."""

import re
from datetime import date, timedelta

import pytest
from flask import Flask

from partnerkompas.cli.rounds import do_what_is_due
from partnerkompas.infra import clock
from partnerkompas.infra.audit import AuditRow
from partnerkompas.infra.db import db
from partnerkompas.infra.refusal import NotAcceptable
from partnerkompas.infra.web import show_date
from partnerkompas.partners import leaving, queries
from partnerkompas.partners.models import Delisting, LeavingKind, Partner
from partnerkompas.permissions.policy import NotAllowed
from partnerkompas.search import sync
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
    with_interest,
)
from tests.signed_in import Person, mails_to

PAGE, ANNOUNCE = "/partners/aap", "/werkbank/partners/aap/uitschrijven"


@pytest.fixture
def curator(app: Flask) -> Person:
    the_criteria()
    partner = a_partner("Aap")
    an_answer(partner, "iso", "ja")
    a_partner("Noot")
    return Person(app, a_curator())


def stored() -> tuple[Partner, Delisting]:
    db.session.rollback()
    partner = queries.by_slug("aap")
    assert partner is not None
    found = db.session.scalars(db.select(Delisting).order_by(Delisting.id.desc())).first()
    assert found is not None
    return partner, found


def deeds() -> list[str]:
    db.session.rollback()
    rows = db.session.scalars(db.select(AuditRow).where(AuditRow.subject == "partner/aap").order_by(AuditRow.id))
    return [row.deed for row in rows if row.deed.startswith("delisting")]


def shown_everywhere(visitor: Person) -> list[bool]:
    """Whether the partner is in the list, a count, the API and a download."""
    total = visitor.get("/api/v1/partners?iso=ja").json["total"]  # type: ignore[index]
    pages = "/partners?q=aap", "/partners.csv", "/criteria/iso", "/actualiteit"
    return [total == 1, *(">Aap<" in visitor.get(path).text or ",Aap," in visitor.get(path).text for path in pages[:2])]


def test_the_whole_way(app: Flask, curator: Person) -> None:
    people = a_representative(queries.by_slug("aap"))  # type: ignore[arg-type]
    db.session.commit()
    speaker, visitor = Person(app, people), Person(app)
    assert shown_everywhere(visitor) == [True] * 3
    day = clock.today() + timedelta(days=30)
    assert (
        curator.send(
            ANNOUNCE, soort="wrong", tekst="Vier keer waren de gegevens onjuist.", dag=day.isoformat()
        ).status_code
        == 303
    )
    partner, delisting = stored()
    assert partner.is_listed, "it is announced, not done"
    page = f"/uitschrijving/{delisting.id}"
    (mail,) = mails_to(people.email)
    for each in (
        "Vier keer waren de gegevens onjuist.",
        show_date(day),
        "de gegevens klopten steeds niet",
        page,
        "Schrijf op",
    ):
        assert each in mail.subject + mail.body, each
    assert "gaat uit de gids" in speaker.get(PAGE).text
    assert "uit de gids" not in visitor.get(PAGE).text, "nothing is public before the day"
    assert visitor.get(page).status_code == 404

    assert speaker.send(page, f"{page}/reactie", tekst="Het klopt wel.").status_code == 303
    assert "Het klopt wel." in curator.get(page).text
    assert "de partner reageerde" in curator.get("/werkbank/uitschrijvingen").text
    other = Person(app, a_curator())
    assert other.send(page, f"{page}/doorgaan", tekst="Er staat nog steeds hetzelfde.").status_code == 303
    with clock.fixed_at(NOW + timedelta(days=29)):
        do_what_is_due()
    assert stored()[0].is_listed
    with clock.fixed_at(NOW + timedelta(days=30)):
        do_what_is_due()
        do_what_is_due()
    assert not stored()[0].is_listed
    assert shown_everywhere(visitor) == [False] * 3
    gone = visitor.get(PAGE)
    assert gone.status_code == 410
    for each in ("Aap staat niet meer in de gids", "22 december 2026", "de gegevens klopten steeds niet"):
        assert each in gone.text, each
    assert "Vier keer" not in gone.text
    assert "Het klopt wel" not in gone.text
    told = visitor.get("/api/v1/partners/aap")
    assert told.status_code == 410
    assert (told.json["kind"], told.json["delisted_on"]) == ("wrong", "2026-12-22")  # type: ignore[index]
    assert visitor.get(f"{PAGE}/vertegenwoordigen").status_code == 404
    assert speaker.get(PAGE).status_code == curator.get(PAGE).status_code == 200

    assert curator.send(page, f"{page}/ongedaan", tekst="Alles klopt nu en is nagekeken.").status_code == 303
    assert shown_everywhere(visitor) == [True] * 3
    assert visitor.get(PAGE).status_code == 200
    assert "Alles klopt nu en is nagekeken." in mails_to(people.email)[-1].body
    assert deeds() == ["delisting:announced", "delisting:respond", "delisting:done", "delisting:undone"]
    assert sync.differences() == []


def test_what_is_withdrawn_does_not_happen(app: Flask, curator: Person) -> None:
    people = a_representative(queries.by_slug("aap"))  # type: ignore[arg-type]
    db.session.commit()
    curator.send(
        ANNOUNCE,
        soort="other",
        tekst="Zomaar, dat is ook een reden.",
        dag=(clock.today() + timedelta(days=31)).isoformat(),
    )
    page = f"/uitschrijving/{stored()[1].id}"
    assert curator.send(page, f"{page}/ongedaan", tekst="").status_code == 422
    curator.send(page, f"{page}/ongedaan", tekst="Het was een vergissing van ons.")
    assert "blijft in de gids" in mails_to(people.email)[-1].subject
    with clock.fixed_at(NOW + timedelta(days=60)):
        do_what_is_due()
    assert stored()[0].is_listed
    again = a_curator()
    db.session.commit()
    curator = Person(app, again)  # the session of two months ago is over and forgotten
    late = curator.post(f"{page}/ongedaan", {"csrf_token": curator.token(), "tekst": "Nog eens geprobeerd, te laat."})
    assert (late.status_code, "Hierover is al besloten" in late.text) == (422, True)
    assert deeds() == ["delisting:announced", "delisting:withdrawn"]
    assert curator.get(ANNOUNCE).status_code == 200, "it can be announced anew"


@pytest.mark.parametrize("kind", list(LeavingKind))
def test_thirty_days_lie_between_unless_it_stopped_or_asked(curator: Person, kind: LeavingKind) -> None:
    at_once = kind in (LeavingKind.STOPPED, LeavingKind.REQUEST)
    for days, told in ((-1, 422), (0, 303 if at_once else 422), (29, 422)):
        if days == 29 and at_once:
            continue
        day = clock.today() + timedelta(days=days)
        sent = curator.send(ANNOUNCE, soort=kind.value, tekst="Daarom, en om niets anders.", dag=day.isoformat())
        assert sent.status_code == told, days
        assert told == 303 or re.search(r"Kies een dag vanaf \d+ [a-z]+ \d{4}\.", sent.text), "a day as people write it"
        assert told == 303 or "Daarom, en om niets anders." in sent.text, "nothing typed is lost"
    if at_once:
        assert not stored()[0].is_listed
        assert deeds() == ["delisting:announced", "delisting:done"]
    else:
        assert deeds() == []


def test_told_before_it_happens_at_once(app: Flask, curator: Person) -> None:
    """R29: reasons before or at the moment; and an appeal afterwards is still read."""
    people = a_representative(queries.by_slug("aap"))  # type: ignore[arg-type]
    db.session.commit()
    curator.send(ANNOUNCE, soort="stopped", tekst="Het bedrijf is failliet verklaard.", dag=clock.today().isoformat())
    page = f"/uitschrijving/{stored()[1].id}"
    assert "Het bedrijf is failliet verklaard." in mails_to(people.email)[-1].body
    speaker = Person(app, people)
    assert speaker.send(page, f"{page}/reactie", tekst="Wij bestaan nog.").status_code == 303
    assert "Wij bestaan nog." in curator.get(page).text


@pytest.mark.parametrize(
    ("given", "told"),
    [
        ({}, "Kies een reden."),
        ({"soort": "iets", "tekst": "x"}, "Kies een reden."),
        ({"soort": "other", "tekst": "x", "dag": "morgen"}, "Vul een dag in."),
        ({"soort": "other", "tekst": "x", "dag": "2099-01-01"}, "Kies een dag binnen een jaar."),
        ({"soort": "other", "tekst": " "}, "Vul bij “Waarom” iets in."),
        ({"soort": "other", "tekst": "x"}, "Schrijf een hele zin, van ten minste 20 tekens"),
        ({"soort": "other", "tekst": "x" * 1001}, "ten hoogste 1000"),
    ],
)
def test_a_wrong_form_announces_nothing(curator: Person, given: dict[str, str], told: str) -> None:
    answer = curator.send(ANNOUNCE, **given)
    assert answer.status_code == 422
    assert told in answer.text
    assert "Not a valid" not in answer.text
    assert db.session.query(Delisting).count() == 0


def test_one_at_a_time_and_only_who_is_listed(app: Flask, curator: Person) -> None:
    actor, partner = a_curator(), queries.by_slug("aap")
    assert partner is not None
    day = clock.today() + timedelta(days=30)
    leaving.announce(actor, partner, LeavingKind.OTHER, "Zomaar, dat is ook een reden.", day)
    with pytest.raises(NotAcceptable):
        leaving.announce(actor, partner, LeavingKind.OTHER, "Zomaar, dat is ook een reden.", day)
    db.session.commit()
    assert curator.get(ANNOUNCE).location == f"/uitschrijving/{stored()[1].id}"
    draft = a_partner("Mies", status="draft", listed_on=None)
    with pytest.raises(NotAcceptable):
        leaving.announce(actor, draft, LeavingKind.OTHER, "Zomaar, dat is ook een reden.", day)


def test_who_may_not(app: Flask, curator: Person) -> None:
    partner = queries.by_slug("aap")
    assert partner is not None
    day = date(2026, 12, 31)
    delisting = leaving.announce(a_curator(), partner, LeavingKind.OTHER, "Geheime reden, niet voor iedereen.", day)
    tied = with_interest(a_curator(), partner)
    for actor in (tied, a_representative(partner), a_member(), an_admin(), a_visitor()):
        with pytest.raises(NotAllowed):
            leaving.announce(actor, partner, LeavingKind.STOPPED, "x", day)
        with pytest.raises(NotAllowed):
            leaving.end(actor, delisting, "x")
    for actor in (a_curator(), a_member(), an_admin(), a_visitor()):
        with pytest.raises(NotAllowed):
            leaving.respond(actor, delisting, "x")
    db.session.commit()
    for actor in (a_member(), an_admin(), a_visitor(), a_representative(a_partner("Mies"))):
        answer = Person(app, actor).get(f"/uitschrijving/{delisting.id}")
        assert answer.status_code == 404
        assert "Geheime reden" not in answer.text
    assert "Trek de uitschrijving in" not in Person(app, tied).get(f"/uitschrijving/{delisting.id}").text
