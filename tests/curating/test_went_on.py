"""What the people of a partner that was merged can do: nothing unseen, nothing lost, and a file that goes along."""

import re
from typing import Any

import pytest
from flask import Flask

from partnerkompas.answers.models import Draft
from partnerkompas.curating import merging
from partnerkompas.curating.merge_plan import plan
from partnerkompas.evidence import actions as evidence
from partnerkompas.evidence.uploads import Upload
from partnerkompas.infra import clock
from partnerkompas.infra.db import db
from partnerkompas.infra.request_cycle import unit_of_work
from partnerkompas.partners import queries, representing
from partnerkompas.partners.models import Merge, Partner
from partnerkompas.permissions.policy import NotAllowed
from partnerkompas.permissions.vocabulary import PartnerRole
from partnerkompas.providing import actions as providing
from partnerkompas.providing import reminding
from tests.evidence.made import a_pdf
from tests.factories import NOW, a_curator, a_partner, a_representative, an_answer, the_criteria, with_interest
from tests.signed_in import Person, audited, fields

THEIRS = "/partners/noot/gegevens"


@pytest.fixture
def noot(app: Flask) -> Partner:
    the_criteria()
    an_answer(a_partner("Aap"), "iso", "ja")
    noot = a_partner("Noot")
    an_answer(noot, "personen", "12")
    db.session.commit()
    return noot


def partner(slug: str) -> Partner:
    found = queries.by_slug(slug)
    assert found is not None
    return found


def merge() -> int:
    """Noot goes on in Aap, with all its answers; the number of the merge."""
    with unit_of_work():
        aap, noot = partner("aap"), partner("noot")
        planned = plan(aap, noot)
        return merging.merge(a_curator(), aap, noot, planned.answers, planned.digest).id


def undo(number: int) -> None:
    with unit_of_work():
        merging.undo(a_curator(), db.session.get_one(Merge, number))


def drafts() -> list[tuple[str, Any]]:
    db.session.rollback()
    return [(row.criterion, row.value) for row in db.session.scalars(db.select(Draft).order_by(Draft.id))]


def test_who_fills_in_is_told_where_theirs_went_and_loses_nothing(app: Flask, noot: Partner) -> None:
    signer = a_representative(noot, PartnerRole.SIGNER)
    db.session.commit()
    person = Person(app, signer)
    person.send(f"{THEIRS}/thema", f"{THEIRS}/thema", **{"naam:waarde": "Noot & Zoon"})
    form = fields(person.get(f"{THEIRS}/thema").text, f"{THEIRS}/thema")
    number = merge()
    for page in ("", "/thema", "/controle", "/bestand"):
        told = person.get(f"{THEIRS}{page}")
        assert told.status_code == 410, page
        for each in (
            "Noot is opgegaan in Aap",
            "/partners/aap/vertegenwoordigen",
            "Noot &amp; Zoon",
            "niet ondertekend",
        ):
            assert each in told.text, (page, each)
        assert "Wat u net invulde" not in told.text
    typed = {"personen:waarde": "veel", "medewerkers:waarde": "b2", "medewerkers:toelichting": "Sinds <kort>."}
    sent = person.post(f"{THEIRS}/thema", {**form, **typed})
    assert sent.status_code == 410
    for each in ("Dit is niet bewaard", "veel", "Sinds &lt;kort&gt;."):
        assert each in sent.text, each
    assert drafts() == [("naam", "Noot & Zoon")]
    assert person.post(f"{THEIRS}/controle", {**form, "akkoord": "1"}).status_code == 410
    token = {"csrf_token": form["csrf_token"], "plaats": "naam"}
    assert person.post(f"{THEIRS}/thema/weg", token).status_code == 410
    assert person.post(f"{THEIRS}/thema/klopt-nog", token).status_code == 410
    assert "Houd de gegevens bij" not in person.get("/partners/noot").text, "no offer of what is refused"
    with pytest.raises(NotAllowed):
        providing.sign(signer, partner("noot"), "", "")
    db.session.rollback()
    undo(number)
    assert person.get(f"{THEIRS}/controle").status_code == 200
    assert "Noot &amp; Zoon" in person.get(f"{THEIRS}/thema").text


def test_who_asked_for_the_other_or_speaks_for_it_is_led_there(app: Flask, noot: Partner) -> None:
    signer = a_representative(noot)
    db.session.commit()
    merge()
    with unit_of_work():
        asked = representing.ask(signer, partner("aap"), PartnerRole.EDITOR, "verkoop").id
    person = Person(app, signer)
    assert f'href="/vertegenwoordiging/{asked}"' in person.get(THEIRS).text
    with unit_of_work():
        found = representing.by_id(asked)
        assert found is not None
        representing.grant(a_curator(), found, "gezien")
    told = person.get(THEIRS).text
    assert 'class="button" href="/partners/aap/gegevens"' in told
    assert "/vertegenwoordigen" not in told
    assert Person(app, a_representative(partner("aap"))).get(THEIRS).status_code == 404, "to others as hidden as it was"


def test_nobody_is_reminded_of_what_is_no_longer_asked(app: Flask, noot: Partner) -> None:
    a_representative(noot)
    an_answer(noot, "iso", "ja", valid_until=NOW.date())
    db.session.commit()
    number = merge()
    with unit_of_work():
        assert reminding.remind() == 0
    undo(number)
    with unit_of_work():
        assert reminding.remind() == 1


def with_a_file(noot: Partner) -> int:
    """An answer of Noot with a file; the number of that."""
    speaks = a_representative(noot)
    kept = evidence.add(speaks, noot, Upload("bewijs.pdf", "application/pdf", a_pdf("Noot"))).id
    an_answer(noot, "medewerkers", "b2", file_id=kept, provided_by=speaks.account_id)
    db.session.commit()
    return kept


def test_a_file_goes_along_with_its_answer_and_back(app: Flask, noot: Partner) -> None:
    number = with_a_file(noot)
    of_aap, of_noot = Person(app, a_representative(partner("aap"))), Person(app, a_representative(partner("noot")))
    curator, tied = Person(app, a_curator()), Person(app, with_interest(a_curator(), partner("aap")))

    def seen() -> list[int]:
        return [each.get(f"/bewijs/{number}").status_code for each in (of_aap, of_noot, curator, tied)]

    before = seen()
    assert before == [404, 200, 200, 200]
    made = merge()
    assert seen() == [200, 200, 200, 404], "whoever may see the answer may see its proof, and a stake counts for both"
    assert f"/bewijs/{number}" in of_aap.get("/partners/aap/gegevens/thema").text
    copied = db.session.get_one(Merge, made).did["answers"]
    db.session.rollback()
    page = next(
        each
        for each in (curator.get(f"/antwoord/{one}/nakijken").text for one in copied)
        if f"/bewijs/{number}" in each
    )
    assert "bewijs.pdf" in page
    db.session.rollback()
    readings = [row.actor for row in audited() if row.deed == "evidence:read"]
    assert len(readings) == 3, "curators only: who speaks for a partner reads its own"
    undo(made)
    assert seen() == before


def test_a_file_that_the_other_signed_again_stays_with_both(app: Flask, noot: Partner) -> None:
    number = with_a_file(noot)
    made = merge()
    speaks = a_representative(partner("aap"), PartnerRole.SIGNER)
    db.session.commit()
    person, page = Person(app, speaks), "/partners/aap/gegevens"
    person.send(f"{page}/thema", f"{page}/thema", **{"medewerkers:toelichting": "Ook nu."})
    assert person.send(f"{page}/controle", akkoord="1").status_code == 303
    undo(made)
    assert person.get(f"/bewijs/{number}").status_code == 200, "what is newer stays, with its proof"
    with clock.fixed_at(NOW):
        assert re.search("Ook nu", person.get("/partners/aap").text)
