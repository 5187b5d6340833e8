"""A curator checks what a partner states, asks about it, or enters what a public page says."""

import re
from datetime import date, timedelta
from functools import partial
from typing import Any

import pytest
from flask import Flask

from partnerkompas.answers.models import Answer, Review, Source, State
from partnerkompas.criteria import queries as criteria
from partnerkompas.infra import clock
from partnerkompas.infra.db import db
from partnerkompas.infra.refusal import NotAcceptable
from partnerkompas.infra.request_cycle import unit_of_work
from partnerkompas.partners.models import Partner
from partnerkompas.permissions.policy import NotAllowed
from partnerkompas.permissions.vocabulary import Actor, PartnerRole
from partnerkompas.reviewing import actions
from partnerkompas.reviewing.actions import Seen
from tests.at_once import at_once
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

FIRST, CHECK = "/partners/aap/gegevens/thema", "/partners/aap/gegevens/controle"


@pytest.fixture
def aap(app: Flask) -> Partner:
    the_criteria()
    partner = a_partner("Aap")
    a_partner("Noot")
    db.session.commit()
    return partner


@pytest.fixture
def signer(app: Flask, aap: Partner) -> Actor:
    actor = a_representative(aap, PartnerRole.SIGNER)
    db.session.commit()
    return actor


def stated(app: Flask, signer: Actor, **filled: Any) -> None:
    """The partner fills in and signs."""
    person = Person(app, signer)
    named = {name.replace("__", ":"): value for name, value in filled.items()}
    assert person.send(FIRST, FIRST, **named).status_code == 303
    assert person.send(CHECK, akkoord="1").status_code == 303


def newest(criterion: str) -> Answer:
    db.session.rollback()
    return db.session.scalars(
        db.select(Answer).where(Answer.criterion == criterion).order_by(Answer.id.desc())
    ).first() or pytest.fail(criterion)


def test_from_stated_to_checked(app: Flask, signer: Actor) -> None:
    stated(
        app,
        signer,
        medewerkers__waarde="b2",
        medewerkers__bron="https://aap.example/team",
        medewerkers__toont="een <i>lijst</i>",
    )
    answer = newest("medewerkers")
    curator = Person(app, a_curator())
    assert "medewerkers nl" in curator.get("/werkbank/antwoorden").text
    page = curator.get(f"/antwoord/{answer.id}/nakijken").text
    assert "https://aap.example/team" in page
    assert "een &lt;i&gt;lijst&lt;/i&gt;" in page
    done = curator.send(f"/antwoord/{answer.id}/nakijken", niveau="2", reden="De lijst met namen gezien.")
    assert done.location == "/werkbank#antwoorden", "nothing is left: back to what else waits"
    checked = newest("medewerkers")
    assert (checked.level, checked.checked_on, checked.checked_by_role) == (2, date(2026, 11, 22), "curator")
    assert (checked.value, checked.stated_on, checked.source, checked.source_url) == (
        "b2",
        answer.stated_on,
        "partner",
        answer.source_url,
    )
    assert checked.supersedes_id == answer.id
    profile = Person(app).get("/partners/aap").text
    assert "De lijst met namen gezien." in profile
    assert "E2" in profile
    assert "een curator" in profile
    assert "Nagekeken bij Aap" in mails_to(signer.email)[-1].subject
    assert "Er is niets na te kijken" in curator.get("/werkbank/antwoorden").text


def test_a_question_goes_back_and_the_answer_stays(app: Flask, signer: Actor) -> None:
    stated(app, signer, personen__waarde="12")
    answer = newest("personen")
    curator = Person(app, a_curator())
    curator.send(f"/antwoord/{answer.id}/nakijken", besluit="vragen", reden="Zijn dat er 12 met of zonder inhuur?")
    assert (newest("personen").id, newest("personen").level) == (answer.id, 1)
    partner = Person(app, signer)
    assert "er is een vraag van een curator" in partner.get("/partners/aap/gegevens").text
    assert "Zijn dat er 12 met of zonder inhuur?" in partner.get(FIRST).text
    assert "Zijn dat er 12" in mails_to(signer.email)[-1].body
    assert "Zijn dat er 12" not in Person(app).get("/partners/aap").text
    stated(app, signer, personen__waarde="10")
    assert "Zijn dat er 12" not in partner.get(FIRST).text
    assert "personen nl" in curator.get("/werkbank/antwoorden").text, "the corrected answer waits again"


def test_after_one_comes_the_next(app: Flask, signer: Actor) -> None:
    stated(app, signer, personen__waarde="12", naam__waarde="Aap Plus")
    first, second = sorted((newest("personen").id, newest("naam").id))
    done = Person(app, a_curator()).send(f"/antwoord/{first}/nakijken", reden="Gezien.")
    assert done.location == f"/antwoord/{second}/nakijken"


def test_two_curators_at_once(app: Flask, signer: Actor) -> None:
    stated(app, signer, personen__waarde="12")
    answer, one, two = newest("personen"), a_curator(), a_curator()
    db.session.commit()
    with unit_of_work():
        actions.check(one, answer, 2, "Gezien.")
    with pytest.raises(NotAcceptable, match="iemand anders was u voor"):
        actions.ask(two, answer, "Echt?")
    late = Person(app, two)
    page = late.get(f"/antwoord/{answer.id}/nakijken").text
    assert "intussen vervangen" in page
    assert 'name="reden"' not in page
    assert db.session.query(Review).count() == 1


def test_a_question_once_asked_is_not_asked_again(app: Flask, signer: Actor) -> None:
    stated(app, signer, personen__waarde="12")
    answer, curator = newest("personen"), a_curator()
    db.session.commit()
    with unit_of_work():
        actions.ask(curator, answer, "Met inhuur?")
    with pytest.raises(NotAcceptable):
        actions.check(a_curator(), newest("personen"), 2, "Gezien.")


@pytest.mark.parametrize(("level", "seen"), [(1, "x"), (4, "x"), (0, "x"), (2, "  "), (2, "x" * 1001)])
def test_what_cannot_be(app: Flask, signer: Actor, level: int, seen: str) -> None:
    stated(app, signer, personen__waarde="12")
    with pytest.raises(NotAcceptable):
        actions.check(a_curator(), newest("personen"), level, seen)
    db.session.rollback()
    assert newest("personen").level == 1


def test_who_may_not(app: Flask, aap: Partner, signer: Actor) -> None:
    """U12: a stake, own facts, another role: refused by 403 or 404, and nothing changes."""
    stated(app, signer, personen__waarde="12")
    answer = newest("personen")
    partner = db.session.get_one(Partner, aap.id)
    tied = with_interest(a_curator(), partner)
    db.session.commit()
    for actor, status in ((tied, 403), (an_admin(), 404), (a_member(), 404), (signer, 404)):
        person = Person(app, actor)
        token = person.token()
        path = f"/antwoord/{answer.id}/nakijken"
        sent = person.post(path, {"csrf_token": token, "besluit": "nagekeken", "niveau": "3", "reden": "ja hoor"})
        assert sent.status_code == status, actor
    assert newest("personen").id == answer.id
    assert "meldde een belang" in Person(app, tied).get(f"/antwoord/{answer.id}/nakijken").text
    assert Person(app).get(f"/antwoord/{answer.id}/nakijken").status_code == 404
    for odd in ("99", "99999999999999"):
        assert Person(app, a_curator()).get(f"/antwoord/{odd}/nakijken").status_code == 404


def test_nobody_checks_what_they_stated_themselves(app: Flask, aap: Partner) -> None:
    curator = a_curator()
    db.session.commit()
    person = Person(app, curator)
    page = "/partners/aap/feit?criterium=personen"
    sent = person.send(page, None, waarde="7", adres="https://register.example/aap", gezien="Zeven namen.")
    assert sent.location == "/partners/aap#thema"
    entered = newest("personen")
    assert (entered.source, entered.level, entered.source_url, entered.checked_on) == (
        "public_page",
        2,
        "https://register.example/aap",
        date(2026, 11, 22),
    )
    with pytest.raises(NotAllowed):
        actions.check(curator, entered, 3, "Nog eens gekeken.")


def test_entering_shows_source_and_date_in_public(app: Flask, aap: Partner) -> None:
    person = Person(app, a_curator())
    assert "personen nl" in person.get("/partners/aap/feit").text
    person.send(
        "/partners/aap/feit?criterium=producten",
        waarde=["bc", "fin"],
        bron="register",
        adres="https://register.example/aap",
        gezien_op="2026-11-20",
        gezien="Staat in het register.",
    )
    entered = newest("producten")
    assert (entered.value, entered.source, entered.level) == (["bc", "fin"], "register", 3)
    profile = Person(app).get("/partners/aap").text
    assert "https://register.example/aap" in profile
    assert "20 november 2026" in profile


@pytest.mark.parametrize(
    ("given", "told"),
    [
        ({"waarde": "veel"}, "is geen getal"),
        ({"waarde": ""}, "er staat niets"),
        ({"adres": "register"}, "geen adres van een webpagina"),
        ({"adres": "javascript:alert(1)"}, "geen adres van een webpagina"),
        ({"gezien": ""}, "wat u gezien hebt"),
        ({"gezien_op": "2027-01-01"}, "niet meer hoeft te komen"),
        ({"gezien_op": "gisteren"}, "niet meer hoeft te komen"),
    ],
)
def test_a_wrong_fact_is_told_and_not_kept(app: Flask, aap: Partner, given: dict[str, str], told: str) -> None:
    right = {
        "waarde": "7",
        "adres": "https://register.example/aap",
        "gezien": "Zeven namen.",
        "gezien_op": "2026-11-20",
    }
    answer = Person(app, a_curator()).send("/partners/aap/feit?criterium=personen", **{**right, **given})
    assert answer.status_code == 422
    assert told in answer.text
    assert db.session.query(Answer).count() == 0


def test_only_curators_without_a_stake_enter_facts(app: Flask, aap: Partner) -> None:
    partner = db.session.get_one(Partner, aap.id)
    tied, theirs = with_interest(a_curator(), partner), a_representative(partner)
    db.session.commit()
    for actor in (tied, theirs, a_member(), an_admin()):
        person = Person(app, actor)
        assert person.get("/partners/aap/feit").status_code == 403, actor
        assert "/partners/aap/feit" not in person.get("/partners/aap").text
    assert "/partners/aap/feit" in Person(app, a_curator()).get("/partners/aap").text


def test_of_two_curators_who_enter_a_fact_at_once_one_is_told(app: Flask, aap: Partner) -> None:
    curators = [a_curator(), a_curator()]
    db.session.commit()
    question = criteria.current_edition().by_key["iso"]
    seen = Seen(question, "", State.STATED, True, Source.PUBLIC_PAGE, "https://aap.example/iso", "Gezien.", NOW.date())

    def enter(actor: Actor) -> str:
        actions.enter(actor, db.session.scalars(db.select(Partner).where(Partner.slug == "aap")).one(), seen)
        return "ingevuld"

    told = at_once(app, *(partial(enter, curator) for curator in curators))
    assert set(told) == {"Dit is al bekend, precies zo.", "ingevuld"}


def test_only_what_differs_is_struck_through_and_which_part_is_said(app: Flask, signer: Actor) -> None:
    link = "https://aap.example/team"
    stated(app, signer, medewerkers__waarde="b2", medewerkers__bron=link, medewerkers__toont="De lijst.")
    curator = Person(app, a_curator())

    def page() -> str:
        return curator.get(f"/antwoord/{newest('medewerkers').id}/nakijken").text

    assert "Anders dan eerst" not in page(), "a first answer differs from nothing"
    stated(app, signer, medewerkers__toelichting="Zonder inhuur.", medewerkers__toont="De nieuwe lijst.")
    told = page()
    assert "Het antwoord zelf bleef gelijk. Veranderd: de toelichting, wat er te zien is." in told
    assert "Stond er" not in told
    assert re.findall(r"<del[^>]*>(.*?)</del>", told) == ["De lijst."]
    stated(app, signer, medewerkers__waarde="b1", medewerkers__bron="")
    told = page()
    assert "Veranderd: het antwoord, de link." in told
    assert "bleef gelijk" not in told
    assert link in re.findall(r"<del[^>]*>(.*?)</del>", told)
    assert len(re.findall(r"<del", told)) == 2
    with clock.fixed_at(NOW + timedelta(days=700)):
        person = Person(app, signer)
        done = person.send("/partners/aap/gegevens", f"{FIRST}/klopt-nog")
        assert done.status_code == 303
        assert person.send(CHECK, akkoord="1").status_code == 303
        curator = Person(app, a_curator())
        assert "er is niets veranderd" in page()


@pytest.mark.parametrize("others", [0, 1])
def test_who_may_not_check_reads_why_and_who_does(app: Flask, aap: Partner, others: int) -> None:
    """A group with one curator is told what to do, instead of waiting for a colleague who is not there."""
    curator = a_curator()
    answer = an_answer(aap, "iso", "ja", provided_by=curator.account_id)
    for _ in range(others):
        a_curator()
    db.session.commit()
    told = Person(app, curator).get(f"/antwoord/{answer.id}/nakijken").text
    assert "Hierover beslist u niet, want u gaf het antwoord zelf op." in told
    assert ("Een andere curator beslist." in told) == bool(others)
    assert ("Er is nu niemand anders die dit mag" in told) == (not others)
    assert ('href="/beheer/rollen"' in told) == (not others)
    assert "Hierover beslist u niet" not in Person(app, a_curator()).get(f"/antwoord/{answer.id}/nakijken").text
