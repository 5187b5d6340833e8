"""Nothing that somebody typed is thrown away without a word: not loose parts, nor by who may no longer save (UX-13)."""

from dataclasses import replace
from datetime import timedelta

import pytest
from flask import Flask

from partnerkompas.answers.models import Draft
from partnerkompas.infra import clock
from partnerkompas.infra.audit import AuditRow
from partnerkompas.infra.db import db
from partnerkompas.infra.request_cycle import unit_of_work
from partnerkompas.partners import queries, representing
from partnerkompas.partners.models import Partner, PartnerStatus
from partnerkompas.permissions.vocabulary import OPERATOR
from tests.edition import SMALL
from tests.evidence.made import a_pdf, sent
from tests.factories import NOW, a_member, a_representative, an_answer, the_criteria
from tests.providing.filling import CHECK, FIRST, PAGE, SECOND, answer, drafts, give
from tests.signed_in import Person, fields, without_token


def aap() -> Partner:
    found = queries.by_slug("aap")
    assert found is not None
    return found


# What goes with an answer and has none

LOOSE = [
    ("toelichting", "Sinds mei."),
    ("bron", "https://aap.example/team"),
    ("toont", "De lijst."),
    ("tot", "2027-03-01"),
]


@pytest.mark.parametrize(("part", "typed"), LOOSE)
def test_what_goes_with_an_answer_is_not_dropped(editor: Person, part: str, typed: str) -> None:
    told = give(editor, FIRST, **{f"personen__{part}": typed, "naam__waarde": "Goed"})
    assert told.status_code == 422
    assert "Dit hoort bij een antwoord" in told.text
    assert fields(told.text, FIRST)[f"personen:{part}"] == typed
    assert drafts() == {"naam": "Goed"}


def test_taking_an_answer_away_with_a_reason(editor: Person) -> None:
    """What stood there goes with its answer; what is typed on the way out has no place."""
    an_answer(aap(), "personen", 7, note="Eerst.", source_url="https://aap.example/", evidence="De lijst.")
    db.session.commit()
    told = give(editor, FIRST, personen__stand="not_stated", personen__toelichting="Wij houden het niet bij.")
    assert told.status_code == 422
    assert "Wij houden het niet bij." in told.text
    assert drafts() == {}
    assert give(editor, FIRST, personen__stand="not_stated").status_code == 303
    assert drafts() == {"personen": None}
    assert db.session.scalars(db.select(Draft)).one().note == ""


def test_where_a_curator_looked_in_vain_nothing_hangs_loose(editor: Person) -> None:
    an_answer(aap(), "personen", source="curator", source_url="https://aap.example/", evidence="Staat er niet.")
    db.session.commit()
    assert give(editor, FIRST).status_code == 303
    assert drafts() == {}


# Who may no longer save


def end_all() -> None:
    """Nobody speaks for Aap any more."""
    with unit_of_work():
        for each in representing.of_partner(aap()):
            representing.end(OPERATOR, each)


def test_who_no_longer_speaks_for_a_partner_gets_the_text_back(editor: Person, signer: Person) -> None:
    give(signer, FIRST, naam__waarde="Geheim van een collega")
    form = fields(editor.get(FIRST).text, FIRST)
    give(signer, FIRST, naam__waarde="Nieuw geheim")
    end_all()
    typed = {"personen:waarde": "12", "sinds:toelichting": "Een <lang> verhaal.", "personen:bestand": sent(a_pdf())}
    told = editor.post(FIRST, {**form, **typed})
    assert told.status_code == 403
    for each in ("U spreekt niet of niet meer", "12 personen", "Een &lt;lang&gt; verhaal.", "Ook het bestand"):
        assert each in told.text, each
    assert "Nieuw geheim" not in told.text
    assert drafts() == {"naam": "Nieuw geheim"}
    deeds = db.session.scalars(db.select(AuditRow.deed).where(AuditRow.subject == "partner/aap")).all()
    assert "refused:answer:draft" in deeds, "it is in the log all the same"


def test_a_stranger_learns_nothing_by_it(app: Flask, editor: Person) -> None:
    """Not what is filled in, by sending what might be; nor whether a partner is there."""
    give(editor, FIRST, personen__waarde="12")
    form = fields(editor.get(FIRST).text, FIRST)
    member = Person(app, a_member())
    same, other = (member.post(FIRST, {**form, "personen:waarde": each}).text for each in ("12", "13"))
    assert "12 personen" in same
    assert "13 personen" in other
    partner = aap()
    partner.status = PartnerStatus.DELISTED
    db.session.commit()
    for person, status in ((member, 404), (Person(app), 403)):
        hidden = person.post(FIRST, {**form, "personen:waarde": "88"})
        unknown = person.post(FIRST.replace("aap", "bestaatniet"), {**form, "personen:waarde": "88"})
        assert hidden.status_code == unknown.status_code == status
        there, nowhere = without_token(hidden.text), without_token(unknown.text)
        assert there.replace("partners/aap", "") == nowhere.replace("partners/bestaatniet", "")
        assert "88" in hidden.text


def test_a_session_that_is_over_at_a_partner_that_is_not_listed(app: Flask, editor: Person) -> None:
    """It may still be filled in: for somebody who comes back it must be there."""
    actor, partner = a_representative(aap()), aap()
    partner.status = PartnerStatus.DELISTED
    db.session.commit()
    person = Person(app, actor)
    form = {**fields(person.get(FIRST).text, FIRST), "naam:waarde": "Een lang verhaal"}
    with clock.fixed_at(NOW + timedelta(hours=9)):
        told = person.post(FIRST, form)
    assert told.status_code == 403
    assert "Wat u invulde is niet verloren" in told.text
    assert fields(told.text, None)["naam:waarde"] == "Een lang verhaal"


def test_an_old_token_with_a_file_says_that_the_file_is_gone(editor: Person) -> None:
    form = {**fields(editor.get(FIRST).text, FIRST), "csrf_token": "x", "personen:waarde": "12"}
    told = editor.post(FIRST, {**form, "personen:bestand": sent(a_pdf())})
    assert told.status_code == 422
    assert "Kies ook de bestanden opnieuw" in told.text
    assert "Kies ook de bestanden opnieuw" not in editor.post(FIRST, form).text


# A release in between


def without(key: str) -> None:
    the_criteria(replace(SMALL, questions=tuple(each for each in SMALL.questions if each.key != key)))
    db.session.commit()


def test_a_question_that_is_no_longer_asked_is_said_with_what_was_typed(editor: Person) -> None:
    form = fields(editor.get(FIRST).text, FIRST)
    without("naam")
    told = editor.post(FIRST, {**form, "naam:waarde": "Een <lang> verhaal", "personen:waarde": "12", "verder": "x"})
    assert told.status_code == 422
    for each in ("niet meer gevraagd en is niet bewaard", "naam nl", "Een &lt;lang&gt; verhaal", "Het andere is bew"):
        assert each in told.text, each
    assert drafts() == {"personen": 12}
    assert editor.post(FIRST, fields(told.text, FIRST)).status_code == 303
    assert editor.post(FIRST, {**form, "csrf_token": "x", "naam:waarde": "Nog iets"}).text.count("Nog iets") == 1


def test_a_product_that_a_colleague_took_away_is_said_too(editor: Person, signer: Person) -> None:
    form = fields(editor.get(SECOND).text, SECOND)
    give(signer, FIRST, producten__waarde=["bc"])
    told = editor.post(SECOND, {**form, "venster@fin:waarde": "zeven", "venster@bc:waarde": "zeven"})
    assert told.status_code == 422
    assert "venster nl, Finance" in told.text
    assert drafts() == {"producten": ["bc"], "venster@bc": "zeven"}


def test_a_theme_that_is_gone_gives_the_text_back(editor: Person) -> None:
    form = fields(editor.get(SECOND).text, SECOND)
    moved = tuple(replace(each, theme="thema") for each in SMALL.questions)
    the_criteria(replace(SMALL, questions=moved, themes=SMALL.themes[:1]))
    db.session.commit()
    told = editor.post(SECOND, {**form, "iso:toelichting": "Sinds mei."})
    assert told.status_code == 404
    assert "Sinds mei." in told.text
    assert f'href="{PAGE}"' in told.text
    assert editor.post(SECOND, {"csrf_token": form["csrf_token"]}).status_code == 404


def test_what_was_read_under_other_criteria_is_not_signed(editor: Person, signer: Person) -> None:
    give(editor, FIRST, personen__waarde="12", producten__waarde=["bc", "fin", "sales"])
    old = fields(signer.get(CHECK).text, None)
    limited = [replace(each, maximum=10) if each.key == "personen" else each for each in SMALL.questions]
    the_criteria(replace(SMALL, questions=tuple(limited)))
    db.session.commit()
    for form in (old, fields(signer.get(CHECK).text, None)):
        refused = signer.post(CHECK, {**form, "akkoord": "1"})
        assert refused.status_code == 422
        assert "past niet bij de vraag van nu: personen nl" in refused.text
        assert "12 is meer dan 10" in refused.text, "its line says why"
    give(editor, FIRST, personen__waarde="9")
    assert signer.send(CHECK, akkoord="1").status_code == 303
    assert (answer("personen").value, answer("personen").release) == (9, "2.0.0")


def test_a_release_alone_asks_to_read_again(editor: Person, signer: Person) -> None:
    give(editor, FIRST, personen__waarde="12")
    old = fields(signer.get(CHECK).text, None)
    without("naam")
    refused = signer.post(CHECK, {**old, "akkoord": "1"})
    assert refused.status_code == 422
    assert "Intussen is er iets veranderd" in refused.text
    assert signer.post(CHECK, {**fields(refused.text, None), "akkoord": "1"}).status_code == 303


def test_an_option_that_a_release_took_away_is_not_signed(editor: Person, signer: Person) -> None:
    give(editor, FIRST, provincie__waarde=["NL-UT", "NL-GR"], branches__stand="none")
    fewer = next(each for each in SMALL.questions if each.key == "provincie").options
    assert fewer is not None
    fewer = replace(fewer, options=fewer.options[:1])
    asked = [replace(each, options=fewer) if each.key == "provincie" else each for each in SMALL.questions]
    lists = [fewer if each.key == fewer.key else each for each in SMALL.lists]
    the_criteria(replace(SMALL, questions=tuple(asked), lists=tuple(lists)))
    db.session.commit()
    refused = signer.send(CHECK, akkoord="1")
    assert refused.status_code == 422
    assert "past niet bij de vraag van nu: provincie nl." in refused.text
    assert "is geen keuze van de lijst" in refused.text
    give(editor, FIRST, provincie__waarde=["NL-UT"])
    assert signer.send(CHECK, akkoord="1").status_code == 303
    assert answer("branches").value == [], "none of a list still suits it"


# Two people


def test_the_second_sees_everything_that_the_first_said(editor: Person, signer: Person) -> None:
    an_answer(aap(), "sinds", 2014)
    db.session.commit()
    first, second = fields(editor.get(FIRST).text, FIRST), fields(signer.get(FIRST).text, FIRST)
    theirs = {
        "sinds:toelichting": "Volgens de akte.",
        "sinds:bron": "https://aap.example/akte",
        "sinds:toont": "De oprichting.",
        "sinds:tot": "2027-03-01",
        "sinds:bestand": sent(a_pdf(), "akte.pdf"),
    }
    assert editor.post(FIRST, {**first, **theirs}).status_code == 303
    told = signer.post(FIRST, {**second, "sinds:toelichting": "Van mij."})
    assert told.status_code == 422
    notice = told.text.split("Iemand anders vulde intussen in: ")[1].split("</p>")[0].splitlines()
    assert notice == [
        "2014",
        "Toelichting: Volgens de akte.",
        "Link: https://aap.example/akte",
        "Bestand: akte.pdf",
        "Wat daar te zien is: De oprichting.",
        "Het bewijs geldt tot en met: 1 maart 2027",
    ]
