"""The check page shows all that becomes public, with what stood before, and a proof's last day is kept (A10, U7)."""

from dataclasses import replace
from datetime import date, timedelta
from typing import Any

from flask import Flask

from partnerkompas.criteria.questions import Edition
from partnerkompas.infra import clock
from partnerkompas.infra.db import db
from partnerkompas.partners import queries
from partnerkompas.partners.models import Partner
from partnerkompas.permissions.vocabulary import PartnerRole
from partnerkompas.reviewing import actions as reviewing
from tests.edition import SMALL
from tests.evidence.made import a_pdf, sent
from tests.factories import NOW, a_curator, a_representative, an_answer, the_criteria
from tests.providing.filling import CHECK, FIRST, PAGE, SECOND, answer, drafts, give
from tests.signed_in import Person, fields


def aap() -> Partner:
    found = queries.by_slug("aap")
    assert found is not None
    return found


def line_of(page: str, label: str) -> tuple[str, str]:
    """What stands now and what will, in the line of a question on the check page."""
    row = page.split(f'<th scope="row">{label}')[1].split("</tr>")[0]
    return row.split("<td")[1], row.split("<td")[2]


def test_all_that_becomes_public_can_be_read_before(editor: Person, signer: Person) -> None:
    give(
        editor,
        FIRST,
        personen__waarde="12",
        personen__toont="De beste lijst.",
        personen__tot="2027-03-01",
        personen__bron="https://aap.example/team",
        personen__bestand=sent(a_pdf(), "lijst.pdf"),
    )
    _now, wanted = line_of(signer.get(CHECK).text, "personen nl")
    for each in ("De beste lijst.", "<q>De beste</q>", "1 maart 2027", "https://aap.example/team", "lijst.pdf"):
        assert each in wanted, each
    assert "<q>De beste</q>" in editor.get(FIRST).text
    assert editor.get("/woordkeus?tekst=" + "x" * 400 + " de beste").json != [], "the longer text is read whole"


def test_what_is_taken_away_can_be_seen(editor: Person, signer: Person) -> None:
    an_answer(aap(), "personen", 7, note="Zonder inhuur.", source_url="https://aap.example/", evidence="De lijst.")
    db.session.commit()
    give(editor, FIRST, personen__toelichting="", personen__toont="Iets anders.")
    now, wanted = line_of(signer.get(CHECK).text, "personen nl")
    for each in ("Toelichting: Zonder inhuur.", "https://aap.example/", "Wat daar te zien is: De lijst."):
        assert each in now, each
    assert "Toelichting: gaat weg" in wanted
    assert "Wat daar te zien is: Iets anders." in wanted
    assert "Zonder inhuur." not in wanted


def test_the_own_words_of_a_partner_were_seen_by_nobody(app: Flask, editor: Person, signer: Person) -> None:
    give(editor, FIRST, personen__waarde="12", personen__bron="https://aap.example/", personen__toont="De beste lijst.")
    signer.send(CHECK, akkoord="1")
    visitor, curator = Person(app), Person(app, a_curator())
    for page in ("/partners/aap", "/vergelijk?p=aap&p=noot"):
        shown = visitor.get(page).text
        assert "<dt>Volgens de partner te zien</dt><dd>De beste lijst.</dd>" in shown, page
        assert "<dt>Gezien</dt><dd>De beste lijst.</dd>" not in shown, page
    number = answer("personen").id
    page = curator.get(f"/antwoord/{number}/nakijken").text
    assert "<q>De beste</q>" in page
    curator.send(f"/antwoord/{number}/nakijken", niveau="2", reden="Twaalf namen.")
    assert "<dt>Gezien</dt><dd>Twaalf namen.</dd>" in visitor.get("/partners/aap").text
    assert "<dt>Gezien</dt><dd>certificaat</dd>" in visitor.get("/partners/aap").text


# The last day of a proof


def test_the_last_day_of_a_proof_stays(editor: Person, signer: Person) -> None:
    """With a question that has no term of its own, and with one that holds twelve months by itself."""
    give(
        editor,
        FIRST,
        personen__waarde="12",
        personen__tot="2026-12-05",
        medewerkers__waarde="b1",
        medewerkers__tot="2027-03-01",
        naam__waarde="Aap",
    )
    signer.send(CHECK, akkoord="1")
    form = fields(editor.get(FIRST).text, FIRST)
    assert [form[f"{key}:tot"] for key in ("personen", "medewerkers", "naam")] == ["2026-12-05", "2027-03-01", ""]
    give(editor, FIRST, personen__toelichting="Een ander woord.", medewerkers__toelichting="Ook hier.")
    signer.send(CHECK, akkoord="1")
    assert answer("personen").valid_until == date(2026, 12, 5)
    assert answer("medewerkers").valid_until == date(2027, 3, 1)
    give(editor, FIRST, personen__tot="", medewerkers__tot="")
    signer.send(CHECK, akkoord="1")
    assert answer("personen").valid_until is None
    assert answer("medewerkers").valid_until == date(2027, 11, 22)
    assert fields(editor.get(FIRST).text, FIRST)["medewerkers:tot"] == "", "its own term is no last day of a proof"


def test_saying_that_it_is_still_correct_does_not_lengthen_a_proof(editor: Person, signer: Person) -> None:
    an_answer(aap(), "medewerkers", "b2", stated_on=date(2025, 12, 20), valid_until=date(2026, 12, 20))
    an_answer(aap(), "personen", 7, valid_until=date(2026, 12, 5))
    db.session.commit()
    shown = editor.get(PAGE).text
    assert "2 verlopen bijna" in shown
    assert "bij 1 eindigt het bewijs" in shown
    editor.send(PAGE, f"{FIRST}/klopt-nog")
    assert drafts() == {"medewerkers": "b2"}
    shown = editor.get(PAGE).text
    assert "bij 1 eindigt het bewijs" in shown
    assert "/klopt-nog" not in shown


def test_a_proof_that_ended_before_it_was_signed_is_said(app: Flask, editor: Person, signer: Person) -> None:
    actor = a_representative(aap(), PartnerRole.SIGNER)
    db.session.commit()
    give(editor, FIRST, personen__waarde="12", personen__tot="2026-11-24", naam__waarde="Aap")
    assert "Dit bewijs" not in signer.get(CHECK).text
    for days, told in ((2, "eindigt vandaag"), (3, "is afgelopen")):
        with clock.fixed_at(NOW + timedelta(days=days)):
            later = Person(app, actor)
            assert told in line_of(later.get(CHECK).text, "personen nl")[1]
            assert give(later, FIRST, sinds__waarde=str(2000 + days)).status_code == 303, "untouched, so not in the way"
            wrong = give(later, FIRST, personen__waarde="13")
            assert wrong.status_code == 422
            assert "al voorbij" in wrong.text
    assert drafts()["personen"] == 12


def test_what_expired_with_its_proof_is_not_confirmed(editor: Person) -> None:
    an_answer(aap(), "iso", "ja", valid_until=date(2026, 11, 20))
    db.session.commit()
    assert give(editor, SECOND, venster_at_bc__waarde="zeven").status_code == 303
    wrong = give(editor, SECOND, iso__klopt="1")
    assert wrong.status_code == 422
    assert "al voorbij" in wrong.text
    assert give(editor, SECOND, iso__tot="2027-06-01").status_code == 303
    assert set(drafts()) == {"iso", "venster@bc"}


def test_an_earlier_term_of_the_question_is_no_proof(app: Flask, editor: Person) -> None:
    """It held as long as the question of then said; a release made that longer."""
    an_answer(aap(), "medewerkers", "b2", stated_on=date(2026, 1, 1), valid_until=date(2027, 1, 1))
    the_criteria(_lasting(24))
    db.session.commit()
    assert fields(editor.get(FIRST).text, FIRST)["medewerkers:tot"] == ""


def test_checking_gives_an_answer_no_proof_of_its_own(app: Flask, editor: Person) -> None:
    """A release made the term shorter: the checked answer keeps the one of its own release."""
    the_criteria(_lasting(24))
    by = a_representative(aap()).account_id
    days: dict[str, Any] = {"stated_on": date(2026, 1, 1), "valid_until": date(2028, 1, 1)}
    said = an_answer(aap(), "medewerkers", "b2", provided_by=by, **days)
    the_criteria(_lasting(12))
    reviewing.check(a_curator(), said, 2, "De lijst op de site.")
    db.session.commit()
    assert fields(editor.get(FIRST).text, FIRST)["medewerkers:tot"] == ""


def _lasting(months: int) -> Edition:
    """The criteria, with so many months for the number of people."""
    asked = (replace(each, valid_months=months) if each.key == "medewerkers" else each for each in SMALL.questions)
    return replace(SMALL, questions=tuple(asked))
