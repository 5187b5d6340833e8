"""A curator's finding never takes the place of what the partner says before the partner was heard (R31, U11, U12)."""

from datetime import date, timedelta
from functools import partial
from io import BytesIO
from typing import Any

import pytest
from flask import Flask

from partnerkompas.accounts import queries as accounts
from partnerkompas.answers.challenges import Challenge
from partnerkompas.answers.models import Answer, Source, State
from partnerkompas.challenging import actions, finding
from partnerkompas.criteria import queries as criteria
from partnerkompas.infra import clock
from partnerkompas.infra.db import db
from partnerkompas.infra.refusal import NotAcceptable
from partnerkompas.infra.request_cycle import unit_of_work
from partnerkompas.partners.models import Partner
from partnerkompas.permissions.policy import NotAllowed
from partnerkompas.permissions.vocabulary import Actor
from partnerkompas.reviewing import actions as reviewing
from partnerkompas.reviewing.actions import Seen
from tests.at_once import at_once
from tests.evidence.made import a_png
from tests.factories import NOW, a_curator, a_member, a_partner, a_representative, an_answer, the_criteria
from tests.signed_in import Person, mails_to

FORM = "/partners/aap/feit?criterium=personen"
SEEN = {"adres": "https://aap.example/team", "gezien": "Veertig gezichten.", "gezien_op": "2026-11-20"}


@pytest.fixture
def aap(app: Flask) -> Partner:
    the_criteria()
    partner = a_partner("Aap")
    db.session.commit()
    return partner


def says(value: Any, **more: Any) -> Answer:
    with unit_of_work():
        an_answer(db.session.scalars(db.select(Partner)).one(), "personen", value, **more)
    return newest()


def newest() -> Answer:
    db.session.rollback()
    return db.session.scalars(
        db.select(Answer).where(Answer.criterion == "personen").order_by(Answer.id.desc())
    ).first() or pytest.fail("none")


def challenges() -> list[Challenge]:
    db.session.rollback()
    return list(db.session.scalars(db.select(Challenge).order_by(Challenge.id)))


def curator(app: Flask) -> Person:
    actor = a_curator()
    db.session.commit()
    return Person(app, actor)


def seen(value: int) -> Seen:
    question = criteria.current_edition().by_key["personen"]
    return Seen(
        question, "", State.STATED, value, Source.PUBLIC_PAGE, "https://aap.example", "Gezien.", date(2026, 11, 20)
    )


def test_what_differs_from_the_partner_is_put_to_the_partner_first(app: Flask, aap: Partner) -> None:
    theirs = a_representative(aap)
    db.session.commit()
    said = says(400, level=2, checked_on=date(2026, 2, 3), checked_by_role="curator", valid_until=date(2027, 1, 15))
    one = curator(app)
    form = one.get(FORM).text
    for told in ("400 personen", "E2 · de partner · 15 januari 2026", "gezien op 3 februari 2026", "10 werkdagen"):
        assert told in form, told
    with pytest.raises(NotAcceptable, match="De partner zegt hier zelf iets anders"):
        reviewing.enter(a_curator(), db.session.get_one(Partner, aap.id), seen(40))
    sent = one.send(FORM, waarde="40", **SEEN)
    (made,) = challenges()
    assert (sent.status_code, sent.location) == (303, f"/betwisting/{made.id}")
    assert (newest().id, made.answer_id, made.heard_until) == (said.id, said.id, date(2026, 12, 4))
    visitor, page = Person(app), sent.location
    assert visitor.get("/api/v1/partners?personen=40..40").json["total"] == 0  # type: ignore[index]
    shown = visitor.get(page).text
    for told in ("40 personen", "Veertig gezichten.", "https://aap.example/team", "gezien op 20 november 2026"):
        assert told in shown, told
    assert "Betwist bij Aap" in mails_to(theirs.email)[-1].subject
    assert f"{page}/besluit" not in one.get(page).text, "who found it does not decide"
    with clock.fixed_at(NOW + timedelta(days=13)):
        other = curator(app)
        unheard = other.send(
            page, f"{page}/besluit", besluit="corrigeren", tekst="Ik zie op de pagina iets anders.", waarde="4"
        )
        assert (unheard.status_code, "gehoord over “40 personen”" in unheard.text) == (422, True)
        decided = other.send(page, f"{page}/besluit", besluit="corrigeren", tekst="Ik zie op de pagina hetzelfde.")
        assert decided.status_code == 303, "what was proposed stands in the form"
    now = newest()
    assert (now.value, now.source_url, now.evidence, now.checked_on) == (
        40,
        SEEN["adres"],
        SEEN["gezien"],
        date(2026, 11, 20),
    )
    assert "40 personen" in visitor.get("/correcties").text


def test_before_the_partner_was_heard_the_proposal_is_not_adopted(app: Flask, aap: Partner) -> None:
    says(400)
    page = curator(app).send(FORM, waarde="40", **SEEN).location
    other = curator(app)
    form = other.get(page).text
    assert 'value="corrigeren"' not in form
    token = other.token()
    early = {
        "csrf_token": token,
        "besluit": "corrigeren",
        "tekst": "Ik zie op de pagina hetzelfde.",
        "waarde": "40",
        "bron": "register",
        **SEEN,
    }
    refused = other.post(f"{page}/besluit", early)
    assert (refused.status_code, "wordt nog gehoord" in refused.text) == (422, True)
    assert newest().value == 400


def test_the_same_what_expired_and_what_nobody_said_are_entered_at_once(app: Flask, aap: Partner) -> None:
    one = curator(app)
    assert "Hier staat nog niets." in one.get(FORM).text
    assert one.send(FORM, waarde="39", **SEEN).location == "/partners/aap#thema"
    assert "10 werkdagen" not in one.get(FORM).text, "a curator entered it, not the partner"
    assert one.send(FORM, waarde="40", **SEEN).location == "/partners/aap#thema"
    says(41)
    assert one.send(FORM, waarde="41", **SEEN).location == "/partners/aap#thema"
    assert (newest().value, newest().source, newest().level) == (41, "public_page", 2)
    says(42, valid_until=date(2026, 11, 21))
    assert one.send(FORM, waarde="43", **SEEN).location == "/partners/aap#thema"
    says(None, level=0)
    assert one.send(FORM, waarde="44", **SEEN).location == "/partners/aap#thema"
    assert challenges() == []


def test_who_speaks_for_the_partner_is_told_of_what_is_entered_where_it_said_nothing(app: Flask, aap: Partner) -> None:
    """It is public at once (ADR 15): the message says what, from where, and what may be done."""
    theirs = a_representative(aap)
    db.session.commit()
    curator(app).send(FORM, waarde="39", **SEEN)
    (mail,) = mails_to(theirs.email)
    for told in (
        *("Ingevuld bij Aap", "39 personen", SEEN["adres"], "20 november 2026"),
        *("Vul dan zelf het antwoord in", "betwist het", "/partners/aap/gegevens/thema"),
    ):
        assert told in mail.subject + mail.body, told


def test_better_proof_is_no_way_around(app: Flask, aap: Partner) -> None:
    """The same value from a public page first, and another value then."""
    says(400)
    one = curator(app)
    one.send(FORM, waarde="400", **SEEN)
    assert newest().source == "public_page"
    assert "/betwisting/" in one.send(FORM, waarde="40", **SEEN).location
    assert newest().value == 400


def test_an_old_finding_does_not_make_an_answer_expire(app: Flask, aap: Partner) -> None:
    with unit_of_work():
        an_answer(db.session.get_one(Partner, aap.id), "medewerkers", "b2")
    old = curator(app).send(
        "/partners/aap/feit?criterium=medewerkers", waarde="b2", **{**SEEN, "gezien_op": "2020-01-01"}
    )
    assert (old.status_code, "te lang geleden" in old.text) == (422, True)
    assert db.session.query(Answer).count() == 1


def test_no_file_comes_with_a_dispute_and_nothing_typed_is_lost(app: Flask, aap: Partner) -> None:
    says(400)
    refused = curator(app).send(FORM, waarde="40", bestand=(BytesIO(a_png()), "team.png"), **SEEN)
    assert refused.status_code == 422
    assert "kan geen bestand" in refused.text
    assert "Veertig gezichten." in refused.text
    assert challenges() == []


def test_a_disputed_fact_is_changed_by_the_decision_only(app: Flask, aap: Partner) -> None:
    """Also when it was entered by a curator; the form leads to the dispute."""
    said = says(400, source="public_page")
    page = Person(app, a_member()).send(f"/feit/{said.id}/betwist", tekst="Het zijn er veertig.").location
    one = curator(app)
    form = one.get(FORM).text
    assert f'href="{page}"' in form
    assert "wijzigt alleen het besluit" in form
    assert 'name="waarde"' not in form
    refused = one.post(
        FORM, {"csrf_token": one.token(), "criterium": "personen", "bron": "register", "waarde": "40", **SEEN}
    )
    assert (refused.status_code, "wijzigt alleen het besluit" in refused.text) == (422, True)
    assert "Veertig gezichten." in refused.text, "nothing typed is lost"
    assert newest().id == said.id
    says(41)
    assert newest().value == 41, "the partner itself may still correct"
    with pytest.raises(NotAcceptable):
        reviewing.enter(a_curator(), db.session.get_one(Partner, aap.id), seen(40))


def test_who_vouched_for_what_stands_there_now_does_not_decide(app: Flask, aap: Partner) -> None:
    """The place counts, not the one answer that was disputed."""
    entered_by, checked_by, other, signer = a_curator(), a_curator(), a_curator(), a_member()
    db.session.commit()
    said = says(400)
    Person(app, a_member()).send(f"/feit/{said.id}/betwist", tekst="Het zijn er veertig.")
    says(40, source="public_page", provided_by=entered_by.account_id)
    corrected = says(41, provided_by=signer.account_id)
    with unit_of_work():
        reviewing.check(checked_by, db.session.get_one(Answer, corrected.id), 2, "Gezien.")
    (made,) = challenges()
    assert made.vouched_by == {each.account_id for each in (entered_by, signer, checked_by)}
    for actor in (entered_by, checked_by):
        with pytest.raises(NotAllowed):
            actions.uphold(actor, made, "Het klopt, ik keek het na.", newest().id)
    actions.uphold(other, made, "Het klopt, ik keek het na.", newest().id)


def test_of_a_product_only_that_place_is_closed(app: Flask, aap: Partner) -> None:
    with unit_of_work():
        one = an_answer(db.session.get_one(Partner, aap.id), "venster", "vijf", product="bc")
    Person(app, a_member()).send(f"/feit/{one.id}/betwist", tekst="Dat venster hebben zij niet.")
    form = curator(app).get("/partners/aap/feit?criterium=venster").text
    assert "Staat er nu: Business Central" in form
    assert "Naar de betwisting" in form
    assert 'name="product"' in form, "the other products can be filled in"


def test_of_two_curators_at_once_one_dispute_is_made(app: Flask, aap: Partner) -> None:
    curators = [a_curator(), a_curator()]
    db.session.commit()
    says(400)
    wanted = seen(40)

    def found(actor: Actor) -> str:
        made = finding.find(actor, db.session.scalars(db.select(Partner)).one(), wanted)
        return "betwist" if made is not None else "ingevuld"

    told = at_once(app, *(partial(found, curator) for curator in curators))
    assert {str(each)[:22] for each in told} == {"Dit feit wordt betwist", "betwist"}
    assert len(challenges()) == 1


def test_a_finding_is_written_in_the_language_of_who_reads_it(app: Flask, aap: Partner) -> None:
    """And stored in Dutch, whatever the curator reads."""
    dutch, english = a_representative(aap), a_representative(aap)
    account = accounts.by_id(english.account_id or 0)
    assert account is not None
    account.language = "en"
    db.session.commit()
    says(400)
    page = curator(app).send(f"/en{FORM}", waarde="40", **SEEN).location.removeprefix("/en")
    (made,) = challenges()
    nl = "Een curator zag iets anders: 40 personen. Veertig gezichten."
    en = "A curator saw something else: 40 people. Veertig gezichten."
    assert made.reason.startswith(nl)
    assert "20 november 2026" in made.reason
    for actor, told in ((dutch, nl), (english, en)):
        assert told in mails_to(actor.email)[-1].body
    visitor = Person(app)
    assert nl in visitor.get(page).text
    assert en in visitor.get(f"/en{page}").text
    with unit_of_work():
        db.session.get_one(Challenge, made.id).reason = "Verwijderd."
    assert nl not in visitor.get(page).text, "what took its place is read"
    assert "Verwijderd." in visitor.get(f"/en{page}").text


def test_a_finding_of_no_can_be_adopted(app: Flask, aap: Partner) -> None:
    """What stands in the form is what the partner was heard about, also when that is a state of its own."""
    with unit_of_work():
        an_answer(db.session.get_one(Partner, aap.id), "iso", "ja")
    page = curator(app).send("/partners/aap/feit?criterium=iso", waarde="nee", **SEEN).location
    with clock.fixed_at(NOW + timedelta(days=13)):
        other = curator(app)
        decided = other.send(page, f"{page}/besluit", besluit="corrigeren", tekst="Ik zie op de pagina hetzelfde.")
    assert (decided.status_code, decided.location) == (303, page)
    db.session.rollback()
    now = db.session.scalars(db.select(Answer).where(Answer.criterion == "iso").order_by(Answer.id.desc())).first()
    assert now is not None
    assert (now.state, now.source) == (State.NO, Source.PUBLIC_PAGE)
