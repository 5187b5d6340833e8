"""A partner keeps its own facts: drafts, two people at once, sessions that end, confirming, signing."""

from datetime import date, timedelta
from typing import Any

import pytest
from flask import Flask

from partnerkompas.answers.models import Signature
from partnerkompas.infra import clock
from partnerkompas.infra.audit import AuditRow
from partnerkompas.infra.db import db
from partnerkompas.partners.models import Partner
from partnerkompas.permissions.vocabulary import Actor, PartnerRole
from tests.factories import (
    NOW,
    a_curator,
    a_member,
    a_representative,
    an_admin,
    an_answer,
)
from tests.providing.filling import CHECK, FIRST, PAGE, SECOND, answer, drafts, give
from tests.signed_in import Person, fields
from tests.statements import statements


def test_from_a_draft_to_a_public_signed_answer(app: Flask, editor: Person, signer: Person) -> None:
    saved = give(editor, FIRST, personen__waarde="12", naam__waarde="Aap <b>Plus</b>", naam__toelichting="Sinds mei.")
    assert saved.location == f"{FIRST}?bewaard=1"
    assert "Bewaard op" in editor.get(saved.location).text
    assert drafts() == {"personen": 12, "naam": "Aap <b>Plus</b>"}
    visitor = Person(app)
    before = visitor.get("/partners/aap").text
    assert "Plus" not in before
    assert "Niet ondertekend" in before
    assert visitor.get("/api/v1/partners/aap").json["signed"] is None  # type: ignore[index]
    assert visitor.get("/api/v1/partners?personen=12..12").json["total"] == 0  # type: ignore[index]
    shown = editor.get(CHECK).text
    assert "Aap &lt;b&gt;Plus&lt;/b&gt;" in shown
    assert "niet ondertekenen" in shown
    assert "<b>Plus" not in shown
    assert signer.send(CHECK).status_code == 422, "without the statement nothing is signed"
    signed = signer.send(CHECK, akkoord="1")
    assert signed.location == f"{PAGE}/ondertekend/1"
    assert "Uitgave 1 met 2 antwoorden" in signer.get(signed.location).text
    assert drafts() == {}
    public = answer("personen")
    assert (public.source, public.level, public.stated_on, public.value) == ("partner", 1, date(2026, 11, 22), 12)
    assert public.provided_by is not None
    assert answer("naam").note == "Sinds mei."
    profile = visitor.get("/partners/aap").text
    assert "Aap &lt;b&gt;Plus&lt;/b&gt;" in profile
    assert "Sinds mei." in profile
    assert visitor.get("/api/v1/partners?personen=12..12").json["total"] == 1  # type: ignore[index]
    signature = db.session.scalars(db.select(Signature)).one()
    assert (signature.number, signature.answers, signature.release) == (1, 2, "1.0.0")
    assert "Ik mag namens de partner tekenen" in signature.statement
    assert "Namens de partner ondertekend op 22 november 2026, uitgave 1" in profile
    assert "Niet ondertekend" not in profile
    assert "Niet ondertekend" in visitor.get("/partners/aap?op=2026-11-21").text, "on that day nobody had signed"
    told = visitor.get("/api/v1/partners/aap").json["signed"]  # type: ignore[index]
    assert told == {"number": 1, "on": "2026-11-22", "release": "1.0.0", "statement": signature.statement}
    deeds = [
        row.deed
        for row in db.session.scalars(db.select(AuditRow).order_by(AuditRow.id))
        if row.subject == "partner/aap"
    ]
    assert deeds[-3:] == ["answer:drafted", "answer:provide", "answer:sign"]


def test_the_newest_signature_is_the_one_that_is_shown(editor: Person, signer: Person) -> None:
    for number in (1, 2):
        give(editor, FIRST, personen__waarde=str(number))
        signer.send(CHECK, akkoord="1")
        assert f"uitgave {number}" in signer.get("/partners/aap").text


def test_an_editor_cannot_sign(editor: Person) -> None:
    give(editor, FIRST, personen__waarde="12")
    token = editor.token(PAGE)
    assert editor.post(CHECK, {"csrf_token": token, "akkoord": "1", "gelezen": "x"}).status_code == 403
    assert drafts() == {"personen": 12}


def test_what_was_read_is_what_is_signed(editor: Person, signer: Person) -> None:
    give(editor, FIRST, personen__waarde="12")
    form = fields(signer.get(CHECK).text, None)
    give(editor, FIRST, personen__waarde="99")
    refused = signer.post(CHECK, {**form, "akkoord": "1"})
    assert refused.status_code == 422
    assert "Intussen is er iets veranderd" in refused.text
    assert "99" in refused.text
    assert drafts() == {"personen": 99}
    assert signer.send(CHECK, akkoord="1").status_code == 303
    again = signer.get(CHECK).text
    assert "Er is niets nieuws" in again


def test_existing_facts_are_shown_and_not_overwritten(editor: Person, signer: Person) -> None:
    page = editor.get(SECOND).text
    assert "Nu openbaar: Ja" in page
    assert "Nu openbaar: Business Central, Finance" in editor.get(FIRST).text
    assert give(editor, SECOND).status_code == 303
    assert drafts() == {}, "saving what is public already changes nothing"
    assert (answer("iso").level, answer("iso").evidence) == (2, "certificaat")


def test_changing_back_leaves_no_draft(editor: Person) -> None:
    give(editor, FIRST, producten__waarde=["bc"])
    assert drafts() == {"producten": ["bc"]}
    give(editor, FIRST, producten__waarde=["bc", "fin"])
    assert drafts() == {}


@pytest.mark.parametrize(
    ("given", "told", "others"),
    [
        ({"personen__waarde": "twaalf"}, "is geen getal", {"naam": "Goed"}),
        ({"sinds__waarde": "1200"}, "geen jaar van 1800 tot en met 2200", {"naam": "Goed"}),
        ({"gezien__waarde": "2026-02-31"}, "bestaande datum", {"naam": "Goed"}),
        ({"personen__stand": "stated"}, "Vul het antwoord in", {"naam": "Goed"}),
        ({"personen__waarde": "3", "personen__stand": "not_applicable"}, "Kies één van de twee", {"naam": "Goed"}),
        ({"personen__waarde": "3", "personen__bron": "javascript:alert(1)"}, "geen adres", {"naam": "Goed"}),
        ({"personen__waarde": "3", "personen__bron": "ftp://x.example"}, "geen adres", {"naam": "Goed"}),
        ({"personen__waarde": "3", "personen__tot": "2020-01-01"}, "al voorbij", {"naam": "Goed"}),
        ({"personen__waarde": "3", "personen__tot": "morgen"}, "Schrijf de dag", {"naam": "Goed"}),
        ({"personen__waarde": "3", "personen__toelichting": "x" * 281}, "281 tekens", {"naam": "Goed"}),
    ],
)
def test_one_that_is_wrong_does_not_lose_the_others(
    editor: Person, given: dict[str, str], told: str, others: dict[str, str]
) -> None:
    answer = give(editor, FIRST, naam__waarde="Goed", **given)
    assert answer.status_code == 422
    assert told in answer.text
    assert "error-summary" in answer.text
    assert drafts() == others
    for value in given.values():
        assert value in answer.text or value in ("stated", "not_applicable"), "what was typed stays"


def test_the_six_states_can_be_told(editor: Person, signer: Person) -> None:
    give(
        editor,
        FIRST,
        branches__stand="none",
        personen__stand="not_applicable",
        provincie__waarde=["NL-UT"],
    )
    give(editor, SECOND, iso__waarde="nee", venster_at_bc__waarde="zeven", venster_at_fin__waarde="geen")
    signer.send(CHECK, akkoord="1")
    assert (answer("branches").state, answer("branches").value) == ("no", [])
    assert (answer("personen").state, answer("personen").value) == ("not_applicable", None)
    assert (answer("iso").state, answer("iso").level) == ("no", 1)
    assert (answer("venster", "bc").state, answer("venster", "fin").state) == ("stated", "no")
    give(editor, SECOND, iso__stand="not_stated")
    signer.send(CHECK, akkoord="1")
    assert (answer("iso").state, answer("iso").value, answer("iso").level, answer("iso").valid_until) == (
        "not_stated",
        None,
        0,
        None,
    )


def test_a_product_that_is_only_a_draft_is_asked_about_at_once(editor: Person) -> None:
    assert "venster@sales" not in editor.get(SECOND).text
    give(editor, FIRST, producten__waarde=["bc", "sales"])
    page = editor.get(SECOND).text
    assert "venster@sales:waarde" in page
    assert "venster@fin:waarde" not in page
    assert page.count('role="group"') == 3, "side by side: iso, and venster for two products"


# Two people, two tabs


def test_the_second_of_two_people_sees_what_changed_and_chooses(editor: Person, signer: Person) -> None:
    first, second = fields(editor.get(FIRST).text, FIRST), fields(signer.get(FIRST).text, FIRST)
    editor.post(FIRST, {**first, "personen:waarde": "10"})
    answer = signer.post(FIRST, {**second, "personen:waarde": "20", "naam:waarde": "Ook goed"})
    assert answer.status_code == 422
    assert "Iemand anders vulde intussen in: 10 personen" in answer.text
    assert "Het andere is bewaard" in answer.text
    assert 'value="20"' in answer.text, "the own answer stays in its field"
    assert drafts() == {"personen": 10, "naam": "Ook goed"}
    again = fields(answer.text, FIRST)
    mine = signer.post(FIRST, again)
    assert mine.status_code == 303
    assert drafts()["personen"] == 20, "sent again it is the choice"


def test_or_takes_the_answer_of_the_other(editor: Person, signer: Person) -> None:
    first, second = fields(editor.get(FIRST).text, FIRST), fields(signer.get(FIRST).text, FIRST)
    editor.post(FIRST, {**first, "personen:waarde": "10"})
    conflict = signer.post(FIRST, {**second, "personen:waarde": "20"})
    taken = signer.post(FIRST, {**fields(conflict.text, FIRST), "personen:neem": "ander"})
    assert taken.status_code == 303
    assert drafts() == {"personen": 10}


def test_two_who_say_the_same_do_not_quarrel(editor: Person, signer: Person) -> None:
    first, second = fields(editor.get(FIRST).text, FIRST), fields(signer.get(FIRST).text, FIRST)
    editor.post(FIRST, {**first, "personen:waarde": "10"})
    assert signer.post(FIRST, {**second, "personen:waarde": "10"}).status_code == 303


def test_what_a_curator_entered_meanwhile_is_seen(editor: Person, aap: Partner) -> None:
    form = fields(editor.get(FIRST).text, FIRST)
    an_answer(db.session.get_one(Partner, aap.id), "personen", 7, source="register")
    db.session.commit()
    answer = editor.post(FIRST, {**form, "personen:waarde": "20"})
    assert answer.status_code == 422
    assert "7 personen" in answer.text


def test_an_old_tab_does_not_undo(editor: Person) -> None:
    old = fields(editor.get(FIRST).text, FIRST)
    give(editor, FIRST, personen__waarde="10")
    answer = editor.post(FIRST, {**old, "naam:waarde": "Aap Plus"})
    assert answer.status_code == 422, "the empty field of the old tab would take the answer away"
    assert drafts() == {"personen": 10, "naam": "Aap Plus"}


# A session that ends


def test_when_the_session_ended_nothing_is_lost(app: Flask, aap: Partner) -> None:
    actor = a_representative(db.session.get_one(Partner, aap.id))
    db.session.commit()
    person = Person(app, actor)
    form = {
        **fields(person.get(FIRST).text, FIRST),
        "naam:waarde": "Een <lang> verhaal",
        "producten:waarde": ["bc", "sales"],
    }
    with clock.fixed_at(NOW + timedelta(hours=9)):
        told = person.post(FIRST, form)
        assert told.status_code == 403
        assert "Wat u invulde is niet verloren" in told.text
        waiting = fields(told.text, None)
        assert waiting["naam:waarde"] == "Een <lang> verhaal"
        assert told.text.count('name="producten:waarde"') == 2
        back = Person(app, actor)
        shown = back.post(FIRST, {**form, "csrf_token": "of a session that is over"})
        assert shown.status_code == 422
        assert "Er is nog niets bewaard" in shown.text
        assert drafts() == {}
        again = fields(shown.text, FIRST)
        assert again["naam:waarde"] == "Een <lang> verhaal"
        assert back.post(FIRST, {**again, "producten:waarde": ["bc", "sales"]}).status_code == 303
    assert drafts() == {"naam": "Een <lang> verhaal", "producten": ["bc", "sales"]}


def test_without_its_token_nothing_is_saved(editor: Person) -> None:
    form = fields(editor.get(FIRST).text, FIRST)
    for token in ("", "x"):
        assert editor.post(FIRST, {**form, "csrf_token": token, "personen:waarde": "10"}).status_code == 422
    assert drafts() == {}


# Still correct


def test_still_correct_in_one_click(app: Flask, aap: Partner, editor: Person, signer: Person) -> None:
    an_answer(
        db.session.get_one(Partner, aap.id),
        "medewerkers",
        "b2",
        stated_on=date(2025, 12, 20),
        valid_until=date(2026, 12, 20),
    )
    an_answer(db.session.get_one(Partner, aap.id), "personen", 7, valid_until=date(2027, 12, 20))
    db.session.commit()
    assert "1 verloopt bijna" in editor.get(PAGE).text
    editor.send(PAGE, f"{FIRST}/klopt-nog")
    assert drafts() == {"medewerkers": "b2"}, "only what is about to expire"
    assert "ongewijzigd, klopt nog" in signer.get(CHECK).text
    assert "verloopt bijna" not in editor.get(PAGE).text
    signer.send(CHECK, akkoord="1")
    confirmed = answer("medewerkers")
    assert (confirmed.stated_on, confirmed.valid_until, confirmed.value) == (
        date(2026, 11, 22),
        date(2027, 11, 22),
        "b2",
    )
    assert answer("personen").valid_until == date(2027, 12, 20)


def test_what_was_checked_is_confirmed_at_once_in_its_last_week_only(
    app: Flask, aap: Partner, editor: Person, signer: Person
) -> None:
    """Until then it would lose the level that others vouched for, and nobody would have said so."""
    checked: dict[str, Any] = {
        "source": "register",
        "level": 3,
        "checked_on": date(2026, 3, 1),
        "checked_by_role": "curator",
    }
    partner = db.session.get_one(Partner, aap.id)
    an_answer(partner, "medewerkers", "b2", valid_until=date(2026, 12, 20), **checked)
    an_answer(partner, "personen", 7, valid_until=date(2026, 11, 26), **checked)
    db.session.commit()
    assert "1 verloopt bijna" in editor.get(PAGE).text
    editor.send(PAGE, f"{FIRST}/klopt-nog")
    assert drafts() == {"personen": 7}
    shown = signer.get(CHECK).text
    assert "gezien bij uitgever of register, geldt tot en met 26 nov" in shown
    assert "dan uw eigen verklaring" in shown


def test_any_public_answer_is_confirmed_by_its_own_box(
    app: Flask, aap: Partner, editor: Person, signer: Person
) -> None:
    """After a claim: what a curator entered is not overwritten, and becomes the partner's when it says so (row I2)."""
    partner = db.session.get_one(Partner, aap.id)
    an_answer(partner, "personen", 7, source="public_page", level=2, stated_on=None, checked_on=date(2026, 3, 1))
    an_answer(partner, "naam", "Aap")
    db.session.commit()
    shown = editor.get(FIRST).text
    assert shown.count(":klopt") == 3, "the products too; where nothing is public there is nothing to confirm"
    assert "Nu: document of pagina gezien." in shown
    give(editor, FIRST)
    assert drafts() == {}, "saving alone confirms nothing"
    give(editor, FIRST, personen__klopt="1")
    assert drafts() == {"personen": 7}
    give(editor, FIRST, naam__toelichting="Sinds mei.")
    assert drafts() == {"personen": 7, "naam": "Aap"}, "the box stays ticked, and goes where something else is said"
    form = fields(editor.get(FIRST).text, FIRST)
    assert "naam:klopt" not in form
    del form["personen:klopt"]
    editor.post(FIRST, form)
    assert drafts() == {"naam": "Aap"}, "who takes the tick away takes it back"
    give(editor, FIRST, personen__klopt="1")
    assert "ongewijzigd, klopt nog" in signer.get(CHECK).text
    signer.send(CHECK, akkoord="1")
    confirmed = answer("personen")
    assert (confirmed.source, confirmed.level, confirmed.value) == ("partner", 1, 7)


def test_more_questions_of_curators_take_no_more_queries(app: Flask, aap: Partner, editor: Person) -> None:
    numbers = []
    for value in (7, 8):
        partner = db.session.get_one(Partner, aap.id)
        for criterion, said in (("personen", value), ("naam", f"Aap {value}"))[: value - 6]:
            an_answer(partner, criterion, said)
        db.session.commit()
        editor.get(PAGE)
        with statements() as sent:
            editor.get(PAGE)
        numbers.append(len(sent))
    assert numbers[0] == numbers[1]


def test_proof_that_ends_earlier_ends_the_answer(editor: Person, signer: Person) -> None:
    give(editor, FIRST, medewerkers__waarde="b1", medewerkers__tot="2027-03-01")
    signer.send(CHECK, akkoord="1")
    assert answer("medewerkers").valid_until == date(2027, 3, 1)


def test_throwing_a_draft_away(editor: Person) -> None:
    give(editor, FIRST, personen__waarde="10", naam__waarde="Aap Plus")
    editor.send(CHECK, f"{FIRST}/weg", plaats="personen")
    assert drafts() == {"naam": "Aap Plus"}


def test_throwing_away_what_is_no_longer_asked(editor: Person) -> None:
    give(editor, FIRST, producten__waarde=["bc", "sales"])
    give(editor, SECOND, venster_at_sales__waarde="zeven")
    token = fields(editor.get(CHECK).text, f"{FIRST}/weg")
    assert set(drafts()) == {"producten", "venster@sales"}
    for place in ("producten", "venster@sales"):
        assert editor.post(f"{FIRST}/weg", {**token, "plaats": place}).status_code == 303, place
    assert drafts() == {}


def test_what_is_missing_is_named_and_progress_counted(editor: Person) -> None:
    page = editor.get(PAGE).text
    assert "branches nl" in page.split("Wat nog ontbreekt")[1]
    assert "bezig" in page.split("Per thema")[1]
    assert "klaar" not in page.split("Per thema")[1].split("Wat nog")[0]


# Who may


def test_nobody_else_gets_in(app: Flask, aap: Partner, editor: Person) -> None:
    give(editor, FIRST, naam__waarde="Geheim concept")
    noot = db.session.scalars(db.select(Partner).where(Partner.slug == "noot")).one()
    others: list[Actor] = [a_member(), a_representative(noot, PartnerRole.SIGNER), a_curator(), an_admin()]
    db.session.commit()
    for actor in others:
        person = Person(app, actor)
        token = person.token()
        for path in (PAGE, FIRST, CHECK, f"{PAGE}/ondertekend/1"):
            answer = person.get(path)
            assert answer.status_code == 403, (path, actor)
            assert "Geheim concept" not in answer.text
        for path in (FIRST, CHECK, f"{FIRST}/klopt-nog", f"{FIRST}/weg"):
            data = {
                "csrf_token": token,
                "naam:versie": "0-0",
                "naam:waarde": "Overgenomen",
                "plaats": "naam",
                "akkoord": "1",
            }
            assert person.post(path, data).status_code == 403, (path, actor)
    assert drafts() == {"naam": "Geheim concept"}
    visitor = Person(app)
    assert visitor.get(PAGE).location == f"/inloggen?next={PAGE}"
    assert visitor.get("/partners/bestaatniet/gegevens").status_code == 404
    assert editor.get(f"{PAGE}/bestaatniet").status_code == 404


def test_no_other_place_can_be_written(editor: Person) -> None:
    """SEC-03: a place that is not of this theme or partner is not touched."""
    form = fields(editor.get(FIRST).text, FIRST)
    more = {
        "iso:versie": "0-0",
        "iso:waarde": "nee",
        "bestaatniet:versie": "0-0",
        "bestaatniet:waarde": "x",
        "partner_id": "2",
    }
    told = editor.post(FIRST, {**form, **more})
    assert told.status_code == 422
    assert "niet meer gevraagd en is niet bewaard" in told.text
    assert drafts() == {}
