"""Erasing somebody who did everything: no column of any table tells who it was (GDPR-02)."""

import pytest
from flask import Flask

from partnerkompas.accounts import queries
from partnerkompas.accounts.models import Account, Representation
from partnerkompas.answers.challenges import Challenge
from partnerkompas.answers.models import Answer
from partnerkompas.infra.db import db
from partnerkompas.infra.request_cycle import unit_of_work
from partnerkompas.membership import actions as membership
from partnerkompas.membership import inviting
from partnerkompas.membership.actions import PlainOrganisation
from partnerkompas.permissions.vocabulary import OPERATOR, Actor
from tests.factories import NOW, a_curator, a_partner, a_saved_search, an_answer, the_criteria
from tests.signed_in import Person, link_to

FIRST, SECOND, WANTED = "jan@bakkerij.example", "jan@elders.example", "jan@nergens.example"
PASSWORD = "een lange zin over appels"
OF_THE_PERSON = (
    *(FIRST, SECOND, WANTED, "Jan Uniekenaam", "bakkersknecht", "meesterbakker"),
    *("Gebeld met Uniekenaam", "Uniekenaam werkt daar niet", "zwager van Uniekenaam", "Zoeken voor Uniekenaam"),
)
"""Addresses, name, functions, what curators wrote, the note of an interest, and what somebody calls a search."""

pytestmark = pytest.mark.usefixtures("cheap_hashes")


def found() -> dict[str, set[str]]:
    """By table: which of these texts are in any of its columns."""
    db.session.rollback()
    held = {
        table.name: "\n".join(str(tuple(row)) for row in db.session.execute(db.select(table)))
        for table in db.metadata.sorted_tables
    }
    return {name: {text for text in OF_THE_PERSON if text in rows} for name, rows in held.items()}


def now(email: str) -> Actor:
    db.session.rollback()
    account = queries.by_email(email)
    assert account is not None
    return queries.actor(account)


def asked(app: Flask, slug: str, function: str, decision: str, note: str) -> None:
    """Ask to speak for a partner, and have a curator decide."""
    page = Person(app, now(FIRST)).send(f"/partners/{slug}/vertegenwoordigen", function=function, role="signer")
    assert page.status_code == 303
    told = Person(app, a_curator()).send(page.location, f"{page.location}/besluit", besluit=decision, note=note)
    assert told.status_code == 303


@pytest.fixture
def everything(app: Flask) -> Person:
    """Somebody who was invited, claimed, answered, challenged, declared, invited, searched, moved and got mail."""
    the_criteria()
    a_partner("Aap"), a_partner("Mies")
    an_answer(a_partner("Noot"), "personen", "5")
    db.session.commit()
    with unit_of_work():
        bakery = membership.add(OPERATOR, PlainOrganisation("De Bakkerij", domains=("bakkerij.example",)))
        inviting.invite(OPERATOR, bakery, FIRST, "secret")
    number = bakery.id
    Person(app).send(link_to(FIRST), name="Jan Uniekenaam", password=PASSWORD, level="board")
    asked(app, "aap", "bakkersknecht", "toekennen", "Gebeld met Uniekenaam")
    asked(app, "mies", "meesterbakker", "afwijzen", "Uniekenaam werkt daar niet")
    person = Person(app, now(FIRST))
    theme, check = "/partners/aap/gegevens/thema", "/partners/aap/gegevens/controle"
    answer = {"personen:waarde": "3", "personen:toelichting": "geteld", "personen:bron": "https://x.example"}
    assert person.send(theme, theme, **answer).status_code == 303
    assert person.send(check, akkoord="1").status_code == 303
    disputed = db.session.scalars(db.select(Answer.id).order_by(Answer.id)).first()
    assert person.send(f"/feit/{disputed}/betwist", tekst="Dit klopt niet: het zijn er acht.").status_code == 303
    note = {"partner": "Mies", "kind": "family", "note": "zwager van Uniekenaam"}
    assert person.send("/account", "/account/belangen", **note).status_code == 303
    assert person.send(f"/leden/{number}", f"/leden/{number}/uitnodigen", email="x@bakkerij.example").status_code == 303
    a_saved_search(now(FIRST), "q=aap", "Zoeken voor Uniekenaam")
    db.session.commit()
    assert person.send("/account/adres", email=SECOND).status_code == 200
    assert Person(app).send(link_to(SECOND)).status_code == 303
    person = Person(app, now(SECOND))
    assert person.send("/account/adres", email=WANTED).status_code == 200
    return person


def test_no_table_tells_who_it_was(app: Flask, everything: Person) -> None:
    number = now(SECOND).account_id
    before = found()
    assert set().union(*before.values()) == set(OF_THE_PERSON), "each of them was somewhere"
    assert not before["audit"], "the log cannot be erased, so nothing of this may be in it"
    assert everything.send("/account/wissen").status_code == 200
    assert not {name: texts for name, texts in found().items() if texts}
    after = db.session.get_one(Account, number)
    assert (after.ended_at, after.email, after.level) == (NOW, f"gewist-{number}", "")
    assert all(row.ended_at for row in db.session.scalars(db.select(Representation)))


def test_what_was_said_of_partners_stays_without_a_name(app: Flask, everything: Person) -> None:
    everything.send("/account/wissen")
    assert [row.reason for row in db.session.scalars(db.select(Challenge))] == ["Dit klopt niet: het zijn er acht."]
    assert "geteld" in [row.note for row in db.session.scalars(db.select(Answer))]
    for page in ("/partners/aap", "/partners/noot", "/betwistingen"):
        shown = Person(app, a_curator()).get(page)
        assert shown.status_code == 200, page
        assert not [text for text in OF_THE_PERSON if text in shown.text], page
    curator = Person(app, a_curator())
    for row in db.session.scalars(db.select(Representation)).all():
        assert "een account dat is gewist" in curator.get(f"/vertegenwoordiging/{row.id}").text


def test_what_was_said_of_partners_is_taken_along(everything: Person) -> None:
    data = everything.get("/account/gegevens.json").json
    assert data is not None
    assert [row["reason"] for row in data["challenge"]] == ["Dit klopt niet: het zijn er acht."]
    assert [row["note"] for row in data["answer"]] == ["geteld"]
    assert len(data["signature"]) == 1
    assert {row["note"] for row in data["representation"]} == {"Gebeld met Uniekenaam", "Uniekenaam werkt daar niet"}


def test_the_page_names_what_goes_and_what_stays(everything: Person) -> None:
    page = everything.get("/account/wissen").text
    assert "wat een curator bij uw verzoeken schreef" in page
    assert "toelichtingen bij feiten, betwistingen, reacties en besluiten" in page
