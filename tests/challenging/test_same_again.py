"""Who enters what the partner says already takes nothing away from it, and lowers no level, unheard (R31)."""

from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest
from flask import Flask

from partnerkompas.answers import queries as known
from partnerkompas.answers.challenges import Challenge
from partnerkompas.answers.models import Answer, Source, State
from partnerkompas.challenging import finding, queries
from partnerkompas.challenging.actions import open_challenge
from partnerkompas.criteria import queries as criteria
from partnerkompas.criteria.kinds import kind_of
from partnerkompas.evidence import actions as files
from partnerkompas.evidence.uploads import Upload
from partnerkompas.infra import clock
from partnerkompas.infra.db import db
from partnerkompas.infra.refusal import NotAcceptable
from partnerkompas.infra.request_cycle import unit_of_work
from partnerkompas.partners.models import Partner
from partnerkompas.permissions.vocabulary import Actor, PartnerRole
from partnerkompas.reviewing import actions as reviewing
from partnerkompas.reviewing import queries as reviews
from partnerkompas.reviewing.actions import Seen
from tests.edition import SMALL
from tests.evidence.made import a_png
from tests.factories import NOW, a_curator, a_member, a_partner, a_representative, an_answer, the_criteria
from tests.signed_in import Person, fields, mails_to

TODAY = NOW.date()
REVERSED = {each.key: replace(each, options=tuple(reversed(each.options))) for each in SMALL.lists}
REORDERED = replace(
    SMALL,
    lists=tuple(REVERSED.values()),
    questions=tuple(
        replace(each, options=REVERSED[each.options.key]) if each.options and each.options.key in REVERSED else each
        for each in SMALL.questions
    ),
)


@pytest.fixture
def aap(app: Flask) -> Partner:
    """Its number of people may be proved at E3, and holds a year."""
    questions = (
        replace(each, valid_months=12, highest_level=3) if each.key == "personen" else each for each in SMALL.questions
    )
    the_criteria(replace(SMALL, questions=tuple(questions)))
    partner = a_partner("Aap")
    db.session.commit()
    return partner


def committed(actor: Actor) -> Actor:
    db.session.commit()
    return actor


def stored(partner: Partner) -> Partner:
    return db.session.get_one(Partner, partner.id)


def says(partner: Partner, value: Any, criterion: str = "personen", **more: Any) -> Answer:
    with unit_of_work():
        an_answer(stored(partner), criterion, value, **more)
    return standing(partner, criterion)


def standing(partner: Partner, criterion: str = "personen") -> Answer:
    db.session.rollback()
    return known.every_at((partner.id, criterion, ""))[0]


def find(
    partner: Partner, value: str, on: date = TODAY, source: Source = Source.PUBLIC_PAGE, criterion: str = "personen"
) -> Challenge | None:
    """A curator enters what was seen, by the form of a question as it is asked now."""
    actor, question = committed(a_curator()), criteria.current_edition().by_key[criterion]
    parsed = kind_of(question).parse(question, value)
    seen = Seen(question, "", State.STATED, parsed, source, "https://aap.example", "Gezien.", on)
    with unit_of_work():
        return finding.find(actor, stored(partner), seen)


def test_an_earlier_day_does_not_make_it_end_sooner(aap: Partner) -> None:
    said = says(aap, 400, stated_on=TODAY, valid_until=clock.months_after(TODAY, 12))
    with pytest.raises(NotAcceptable, match="te lang geleden gezien"):
        find(aap, "400", date(2025, 11, 23))
    with pytest.raises(NotAcceptable, match="te lang geleden gezien"):
        find(aap, "400", TODAY - timedelta(days=1))
    assert standing(aap).id == said.id
    find(aap, "400")
    assert standing(aap).valid_until == said.valid_until


def test_what_never_ends_does_not_get_an_end(aap: Partner) -> None:
    says(aap, 400)
    find(aap, "400")
    assert (standing(aap).source, standing(aap).valid_until) == ("public_page", None)


def test_what_a_curator_enters_has_its_page_as_proof_and_not_the_file_that_nobody_opened(
    app: Flask, aap: Partner
) -> None:
    theirs = a_representative(aap)
    file = files.add(theirs, aap, Upload("team.png", "image/png", a_png()))
    db.session.commit()
    says(aap, 400, note="Zonder inhuur.", source_url="https://aap.example/team", file_id=file.id)
    find(aap, "400")
    now = standing(aap)
    assert (now.source, now.note, now.file_id, now.source_url) == ("public_page", "", None, "https://aap.example")
    page = Person(app).get("/partners/aap").text
    assert "een bestand, gezien" not in page
    assert "Toelichting van de partner: Zonder inhuur." in " ".join(page.split())
    assert "zoals u het opgaf" in (mail := mails_to(theirs.email)[-1].body)
    assert "Uw bestand was hiervoor niet nodig" in mail


def test_the_note_the_link_and_the_file_of_the_partner_stay_with_what_it_stated(app: Flask, aap: Partner) -> None:
    """It takes up where it was: what it signs anew has them, and waits to be checked with them."""
    theirs = a_representative(aap, PartnerRole.SIGNER)
    file = files.add(theirs, aap, Upload("team.png", "image/png", a_png()))
    db.session.commit()
    says(aap, 400, note="Zonder inhuur.", source_url="https://aap.example/team", file_id=file.id)
    find(aap, "400")
    person, page, check = Person(app, theirs), "/partners/aap/gegevens/thema", "/partners/aap/gegevens/controle"
    filled = fields(person.get(page).text, page)
    assert (filled["personen:toelichting"], filled["personen:bron"]) == ("Zonder inhuur.", "https://aap.example/team")
    assert person.post(page, {**filled, "personen:klopt": "1"}).status_code == 303
    assert person.send(check, akkoord="1").status_code == 303
    now = standing(aap)
    assert (now.source, now.value, now.note, now.file_id) == ("partner", 400, "Zonder inhuur.", file.id)
    assert reviews.waits(now)


def test_a_note_of_the_partner_goes_with_what_it_said(app: Flask, aap: Partner) -> None:
    says(aap, 300, note="Zonder inhuur.", valid_until=TODAY - timedelta(days=1))
    find(aap, "400")
    assert "Zonder inhuur." not in Person(app).get("/partners/aap").text


@pytest.mark.parametrize("source", ["partner", "register"])
def test_the_same_from_a_public_page_does_not_lower_the_level(aap: Partner, source: str) -> None:
    said = says(aap, 400, source=source, level=3, checked_on=TODAY, checked_by_role="curator")
    with pytest.raises(NotAcceptable, match="hoger bewijsniveau"):
        find(aap, "400")
    assert standing(aap).id == said.id
    find(aap, "400", source=Source.REGISTER)
    assert standing(aap).level == 3


def test_an_expired_level_may_be_replaced(aap: Partner) -> None:
    says(aap, 400, level=3, checked_by_role="curator", valid_until=TODAY - timedelta(days=1))
    find(aap, "400")
    assert standing(aap).level == 2


@pytest.mark.parametrize(
    "more",
    [
        {"level": 3, "checked_on": TODAY, "checked_by_role": "curator", "provided_by": True},
        {"provided_by": None},
        {"source": "public_page", "level": 2, "provided_by": True},
    ],
)
def test_only_what_waits_is_checked(app: Flask, aap: Partner, more: dict[str, Any]) -> None:
    """Checking again, at a lower level too, is no way to change what stands there."""
    by = committed(a_member()).account_id if more["provided_by"] else None
    said, curator = says(aap, 400, **{**more, "provided_by": by}), committed(a_curator())
    with pytest.raises(NotAcceptable, match="valt niets na te kijken"):
        reviewing.check(curator, said, 2, "Ik zag iets minder.")
    db.session.rollback()
    person, page = Person(app, curator), f"/antwoord/{standing(aap).id}/nakijken"
    shown = person.get(page).text
    assert 'name="niveau"' not in shown
    assert 'value="vragen"' in shown
    told = {"csrf_token": person.token(), "besluit": "nagekeken", "niveau": "2", "reden": "Ik zag iets minder."}
    refused = person.post(page, told)
    assert (refused.status_code, "valt niets na te kijken" in refused.text) == (422, True)
    assert known.every_at((aap.id, "personen", ""))[1:] == []


def reorder() -> None:
    with unit_of_work():
        the_criteria(REORDERED)


def two_provinces(partner: Partner, **more: Any) -> Answer:
    return says(partner, "NL-UT|NL-GR", "provincie", **more)


def test_another_order_of_the_list_says_the_same(aap: Partner) -> None:
    """Else a curator confirms it first, and then changes it unheard."""
    said = two_provinces(aap)
    reorder()
    assert find(aap, "NL-UT|NL-GR", criterion="provincie") is None
    now = standing(aap, "provincie")
    assert (now.source, now.value) == ("public_page", said.value), "as the partner stored it"
    assert find(aap, "NL-UT", criterion="provincie") is not None
    assert standing(aap, "provincie").id == now.id


def test_another_order_stored_before_says_the_same_too(aap: Partner) -> None:
    two_provinces(aap)
    reorder()
    two_provinces(aap, source="public_page", level=2)
    assert find(aap, "NL-UT", criterion="provincie") is not None


def test_the_partner_corrects_nothing_by_another_order(aap: Partner) -> None:
    member, said = committed(a_member()), two_provinces(aap)
    with unit_of_work():
        number = open_challenge(member, said, "Dit klopt niet meer.").id
    reorder()
    assert two_provinces(aap).value != said.value
    challenge = queries.by_id(number)
    assert challenge is not None
    assert (queries.corrected_by_partner(challenge), challenge.corrected_at) == (None, None)
    says(aap, "NL-UT", "provincie")
    challenge = queries.by_id(number)
    assert challenge is not None
    assert queries.corrected_by_partner(challenge) is not None
