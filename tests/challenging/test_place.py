"""A dispute is about a place: a new answer does not end it, only a decision does (G13, U11, K4)."""

import io
import json
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from flask import Flask

from partnerkompas.answers.challenges import Challenge, Outcome
from partnerkompas.answers.models import Answer, Level
from partnerkompas.answers.queries import corrected, facts_by_partner, newest_at
from partnerkompas.challenging import actions
from partnerkompas.criteria import queries as criteria
from partnerkompas.exchange.exporting import export_answers
from partnerkompas.exchange.importing import import_answers
from partnerkompas.infra import clock
from partnerkompas.infra.db import db
from partnerkompas.infra.refusal import NotAcceptable
from partnerkompas.infra.request_cycle import unit_of_work
from partnerkompas.partners.models import Partner
from partnerkompas.permissions.vocabulary import OPERATOR, VISITOR, Actor
from partnerkompas.reviewing import actions as reviewing
from partnerkompas.search import sync
from tests.factories import NOW, a_curator, a_member, a_partner, a_representative, an_answer, the_criteria
from tests.signed_in import Person

REASON, WHY = "Op de site staan er veertig.", "De partner noemt nu zelf veertig."
LATER = timedelta(hours=1)
HEARD = NOW + timedelta(days=20)
"""The partner had its ten working days."""


@pytest.fixture
def aap(app: Flask) -> Partner:
    the_criteria()
    partner = a_partner("Aap")
    an_answer(partner, "personen", 400)
    an_answer(partner, "iso", "ja")
    a_partner("Noot")
    db.session.commit()
    return partner


@pytest.fixture
def page(app: Flask, aap: Partner) -> str:
    """Of a challenge of 400 people, opened by a member."""
    sent = Person(app, a_member()).send(f"/feit/{standing().id}/betwist", tekst=REASON)
    assert sent.status_code == 303, sent.text
    return str(sent.location)


def standing() -> Answer:
    """What stands now for the number of people."""
    db.session.rollback()
    return newest_at(db.session.scalars(db.select(Answer).where(Answer.criterion == "personen")).all()[0])


def the_challenge() -> Challenge:
    db.session.rollback()
    return db.session.scalars(db.select(Challenge)).one()


def says_instead(number: int | None, **values: Any) -> Answer:
    """The partner signs another answer."""
    with unit_of_work():
        an_answer(
            db.session.scalars(db.select(Partner).where(Partner.slug == "aap")).one(), "personen", number, **values
        )
    return standing()


def state(moment: Any = None) -> str:
    """The state of the number of people, as it was known at a moment."""
    db.session.rollback()
    edition = criteria.current_edition()
    ((_id, facts),) = facts_by_partner(edition, clock.today(), [standing().partner_id], moment)
    return str(facts["personen", ""].state)


def decide(app: Flask, actor: Actor, page: str, how: str, **more: Any) -> Any:
    return Person(app, actor).send(page, f"{page}/besluit", besluit=how, tekst=WHY, **more)


def found(person: Person, state: str) -> int:
    answer = person.get(f"/api/v1/partners?personen.stand={state}").json
    assert answer is not None
    return int(answer["total"])


def test_another_answer_does_not_end_a_dispute(app: Flask, page: str) -> None:
    before = says_instead(40)
    visitor = Person(app)
    assert (found(visitor, "disputed"), found(visitor, "stated")) == (1, 0)
    assert sync.differences() == []
    profile = visitor.get("/partners/aap").text
    assert f"/feit/{before.id}/betwisting" in profile
    assert visitor.get(f"/feit/{before.id}/betwisting").location == page
    assert Person(app, a_member()).get(f"/feit/{before.id}/betwist").location == page
    shown = visitor.get(page).text
    assert "400 personen" in shown
    assert "40 personen" in shown.replace("400 personen", "")
    assert "sindsdien gewijzigd door de partner op 22 november 2026" in shown
    with pytest.raises(NotAcceptable):
        actions.open_challenge(a_member(), standing(), "nog eens")
    decide(app, a_curator(), page, "laten")
    assert (found(visitor, "disputed"), found(visitor, "stated")) == (0, 1)
    assert sync.differences() == []


def test_at_every_moment_the_answer_of_that_moment_is_disputed(app: Flask, aap: Partner) -> None:
    member, curator, moments = a_member(), a_curator(), []
    db.session.commit()
    steps: list[Callable[[], Any]] = [
        lambda: None,
        lambda: actions.open_challenge(member, standing(), REASON),
        lambda: an_answer(db.session.get_one(Partner, aap.id), "personen", 40),
        lambda: actions.uphold(curator, the_challenge(), WHY, standing().id),
    ]
    for number, step in enumerate(steps):
        with clock.fixed_at(NOW + number * LATER):
            step()
            db.session.commit()
        moments.append(NOW + number * LATER + LATER / 2)
    assert [state(moment) for moment in moments] == ["stated", "disputed", "disputed", "stated"]
    assert state() == "stated"


def test_silence_is_not_disputed_and_what_is_said_after_it_is(app: Flask, page: str) -> None:
    silent = says_instead(None, level=Level.E0)
    assert state() == "not_stated"
    visitor, of_fact = Person(app), f"/feit/{silent.id}/betwisting"
    assert (found(visitor, "not_stated"), found(visitor, "disputed")) == (2, 0), "it counts as what it is"
    for path in ("/partners/aap", "/en/partners/aap", "/vergelijk?p=aap&p=noot"):
        told = visitor.get(path).text
        assert told.count(of_fact) == 1, path
        assert 'Betwist dit feit<span class="sr-only">: personen nl' not in told
    assert "Wat hier stond, wordt betwist." in visitor.get("/partners/aap").text
    assert visitor.get(of_fact).location == page
    facts = {each["criterion"]: each for each in visitor.get("/api/v1/partners/aap").json["answers"]}  # type: ignore[index]
    assert (facts["personen"]["state"], facts["personen"]["dispute"]) == ("not_stated", REASON)
    assert facts["personen"]["dispute_due_on"]
    with clock.fixed_at(NOW + timedelta(days=40)):
        assert "termijn overschreden sinds" in visitor.get("/partners/aap").text
    says_instead(40)
    assert state() == "disputed"


def test_the_partner_corrected_it_and_the_curator_agrees(app: Flask, page: str) -> None:
    """R33: nothing changes by it, so nobody waits for a term."""
    curator = a_curator()
    assert "overnemen" not in Person(app, curator).get(page).text
    theirs = says_instead(40)
    assert decide(app, curator, page, "overnemen").status_code == 303
    decided = the_challenge()
    assert (decided.outcome, decided.correction_id, standing().id) == (Outcome.CORRECTED, theirs.id, theirs.id)
    listed = Person(app).get("/correcties").text
    assert "<del>400 personen</del>" in listed
    assert "door de partner zelf gecorrigeerd" in listed
    assert "de partner heeft het feit gecorrigeerd" in Person(app).get(page).text
    assert state() == "stated"


def test_the_curator_agrees_only_with_what_was_read(app: Flask, page: str) -> None:
    seen = says_instead(40).id
    newer = says_instead(41).id
    late = decide(app, a_curator(), page, "overnemen", antwoord=str(seen))
    assert late.status_code == 422
    assert "intussen weer veranderd" in late.text
    assert WHY in late.text, "what was typed stays"
    assert the_challenge().decided_at is None
    assert decide(app, a_curator(), page, "overnemen").status_code == 303
    assert the_challenge().correction_id == newer


@pytest.mark.parametrize("how", ["laten", "weghalen", "corrigeren"])
def test_nobody_decides_about_an_answer_they_did_not_see(app: Flask, page: str, how: str) -> None:
    seen, newer = standing().id, says_instead(41).id
    right = {"waarde": "40", "bron": "public_page", "adres": "https://aap.example", "gezien_op": "2026-11-20"}
    with clock.fixed_at(HEARD):
        late = decide(app, a_curator(), page, how, antwoord=str(seen), gezien="Veertig mensen.", **right)
    assert (late.status_code, "intussen weer veranderd" in late.text) == (422, True)
    assert (the_challenge().decided_at, standing().id) == (None, newer)


def test_what_is_disputed_is_no_correction(app: Flask, page: str) -> None:
    right = {"waarde": "400", "bron": "public_page", "adres": "https://aap.example", "gezien_op": "2026-11-20"}
    with clock.fixed_at(HEARD):
        told = decide(app, a_curator(), page, "corrigeren", gezien="Vierhonderd mensen.", **right)
    assert (told.status_code, "dus geen correctie" in told.text) == (422, True)
    assert the_challenge().decided_at is None


@pytest.mark.parametrize(
    ("values", "told"),
    [
        ({"number": 400, "note": "nog steeds"}, "opnieuw opgegeven door de partner"),
        ({"number": 40, "source": "public_page"}, "gewijzigd door een curator"),
        ({"number": 400, "checked_by_role": "curator"}, "nagekeken door een curator"),
    ],
    ids=["said again", "entered by a curator", "checked"],
)
def test_what_the_partner_did_not_change_is_not_offered(
    app: Flask, page: str, values: dict[str, Any], told: str
) -> None:
    answer = says_instead(**values)
    curator = a_curator()
    shown = Person(app, curator).get(page).text
    assert told in shown
    assert "overnemen" not in shown
    with pytest.raises(NotAcceptable):
        actions.accept(curator, the_challenge(), WHY, answer.id)


def test_a_checked_answer_stays_the_one_of_the_partner(app: Flask, page: str) -> None:
    signer = a_member()
    db.session.commit()
    theirs = says_instead(40, provided_by=signer.account_id)
    with unit_of_work():
        reviewing.check(a_curator(), theirs, 2, "Gezien.")
    assert standing().id != theirs.id
    assert "sindsdien gewijzigd door de partner" in Person(app).get(page).text
    assert decide(app, a_curator(), page, "overnemen").status_code == 303
    assert the_challenge().correction_id == theirs.id


def test_a_correction_takes_the_place_of_what_stands_there_now(app: Flask, aap: Partner, page: str) -> None:
    replaced = says_instead(50)
    Person(app, a_representative(aap)).send(page, f"{page}/reactie", tekst="Het zijn er vijftig.")
    done = decide(
        app, a_curator(), page, "corrigeren", waarde="40", adres="https://register.example", gezien="Veertig."
    )
    assert done.status_code == 303, done.text
    now = standing()
    assert (now.value, now.supersedes_id, the_challenge().correction_id) == (40, replaced.id, now.id)
    wrong = the_challenge().answer_id
    assert corrected(now.partner_id) == dict.fromkeys((wrong, replaced.id), the_challenge().id)
    assert corrected(now.partner_id, NOW - LATER) == {}
    profile = Person(app).get("/partners/aap").text
    assert profile.count(f'<a href="{page}">gecorrigeerd') == 2


def test_without_a_choice_nothing_is_decided(app: Flask, page: str) -> None:
    """An unknown button once took the fact away."""
    with clock.fixed_at(NOW + timedelta(days=13)):
        answer = decide(app, a_curator(), page, "")
    assert (answer.status_code, standing().value) == (422, 400)
    assert the_challenge().decided_at is None


def test_an_export_tells_of_a_dispute_at_both_answers_and_comes_back_once(
    app: Flask, page: str, tmp_path: Path
) -> None:
    with clock.fixed_at(NOW + LATER):
        says_instead(40)
    told = exported()
    assert [(each["value"], each["state"], each["dispute_reason"]) for each in told] == [
        (400, "stated", REASON),
        (40, "disputed", REASON),
    ]
    against, file = the_challenge().answer_id, tmp_path / "answers.json"
    file.write_text(json.dumps(told))
    with unit_of_work():
        db.session.execute(db.delete(Challenge))
    for _twice in range(2):
        with clock.fixed_at(NOW + 2 * LATER), unit_of_work():
            assert import_answers(OPERATOR, file).ok
        assert (the_challenge().answer_id, the_challenge().reason, state()) == (against, REASON, "disputed")


def exported() -> list[dict[str, Any]]:
    stream = io.BytesIO()
    export_answers(VISITOR, "json", stream)
    return [each for each in json.loads(stream.getvalue()) if each["criterion"] == "personen"]


def test_an_overdue_term_shows_at_the_fact_from_midnight_on(app: Flask, page: str) -> None:
    """U11: opened on 22 November, fifteen working days end on 11 December; nothing is written meanwhile."""
    with unit_of_work():
        a_partner("Noot")
    visitor = Person(app)
    said = "termijn overschreden sinds 12 december 2026"
    pages = ("/partners/aap", "/vergelijk?p=aap&p=noot", "/partners?personen.stand=disputed")
    for days, overdue in ((19, False), (20, True)):
        with clock.fixed_at(NOW + timedelta(days=days)):
            told = [said in visitor.get(path).text for path in pages]
            assert told == [overdue] * len(pages), days
            assert "reageerde niet; dat kon tot en met 4 december 2026" in visitor.get(page).text
            assert ("Termijn overschreden" in visitor.get("/betwistingen").text) is overdue
    answer = visitor.get("/api/v1/partners/aap").json
    assert answer is not None
    (fact,) = [each for each in answer["answers"] if each["criterion"] == "personen"]
    assert (fact["dispute"], fact["dispute_due_on"]) == (REASON, "2026-12-11")


def test_what_is_disputed_is_listed_with_its_terms(app: Flask, page: str) -> None:
    shown = Person(app).get("/betwistingen").text
    for text in (page, "400 personen", REASON, "4 december 2026", "11 december 2026"):
        assert text in shown
    assert "kan reageren tot en met" in shown
    decide(app, a_curator(), page, "laten")
    assert REASON not in Person(app).get("/betwistingen").text


def test_the_workbench_has_what_is_overdue_first(app: Flask, aap: Partner, page: str) -> None:
    iso = db.session.scalars(db.select(Answer).where(Answer.criterion == "iso")).one()
    with unit_of_work():
        opened = NOW - timedelta(days=40)
        db.session.add(Challenge(answer_id=iso.id, partner_id=aap.id, reason="ingevoerd", opened_at=opened))
    shown = Person(app, a_curator()).get("/werkbank").text.split('id="betwistingen"')[1]
    assert shown.index("ingevoerd") < shown.index(REASON)
    assert "te laat: 3 november 2026" in shown
    assert "nog 15 werkdagen, uiterlijk 11 december 2026" in shown
    with clock.fixed_at(NOW + timedelta(days=18)):
        assert "nog 1 werkdag, uiterlijk" in Person(app, a_curator()).get("/werkbank").text


def test_on_cards_each_silence_leads_to_its_own_dispute(app: Flask, aap: Partner) -> None:
    """Cards are printed once for whoever says the same."""
    silent = []
    for name in ("Mies", "Wim"):
        partner = a_partner(name)
        actions.open_challenge(a_member(), an_answer(partner, "medewerkers", "b1"), REASON)
        silent.append(an_answer(partner, "medewerkers", level=0).id)
    db.session.commit()
    cards = Person(app).get("/partners").text
    assert [cards.count(f"/feit/{number}/betwisting") for number in silent] == [1, 1]
