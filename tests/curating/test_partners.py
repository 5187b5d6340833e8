"""A curator adds partners, changes them and gives them another name; who may be the same is asked about first."""

import pytest
from flask import Flask

from partnerkompas.curating.duplicates import Known, bare, look_the_same, pairs
from partnerkompas.infra.db import db
from partnerkompas.partners import queries
from partnerkompas.partners.models import Partner
from partnerkompas.permissions.vocabulary import OPERATOR
from tests.factories import a_curator, a_member, a_partner, a_representative, an_admin, the_criteria, with_interest
from tests.signed_in import Person, audited, fields

NEW = "/werkbank/nieuwe-partner"


@pytest.fixture
def curator(app: Flask) -> Person:
    the_criteria()
    return Person(app, a_curator())


def stored(slug: str) -> Partner:
    db.session.rollback()
    found = queries.by_slug(slug)
    assert found is not None
    return found


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("Aap B.V.", "AAP", True),
        ("Aap Nederland", "aap groep bv", True),
        ("Noot & Mies", "Mies en Noot", True),
        ("Noot and Mies", "Noot & Mies BV", True),
        ("En", "Noot", False),
        ("Øresund Łódź", "oresund lodz", True),
        ("Ромашка", "Ласточка", False),
        ("Ромашка", "РОМАШКА bv", True),
        ("Ωμέγα", "ωμεγα", True),
        ("Ромашка", "Ωμέγα", False),
        ("Ромашка", "!!", False),
        ("Mies Noot", "Noot Mies", True),
        ("Café Aap", "Cafe Aap", True),
        ("Aap", "Noot", False),
        ("Groep BV", "Holding BV", False),
    ],
)
def test_names_that_look_the_same(one: str, other: str, same: bool) -> None:
    assert look_the_same(Known("a", one), Known("b", other)) is same
    assert bare("") == frozenset()


def test_number_and_website() -> None:
    one = Known("a", "Aap", "12345678", "https://www.aap.example/nl")
    assert look_the_same(one, Known("b", "Heel anders", "12345678"))
    assert look_the_same(one, Known("b", "Heel anders", "", "http://aap.example"))
    assert not look_the_same(one, Known("b", "Heel anders", "", "https://aap.example.org"))
    assert not look_the_same(Known("a", "Aap", "", "http://[x"), Known("b", "Noot", "", "http://[x"))
    known = [one, Known("b", "AAP BV"), Known("c", "Mies", "", "https://aap.example"), Known("d", "Mies bv")]
    assert [(x.slug, y.slug) for x, y in pairs(known)] == [("a", "b"), ("a", "c"), ("c", "d")]


def test_adding_and_listing(app: Flask, curator: Person) -> None:
    sent = curator.send(
        NEW,
        name="  Bakker & <b>Zoon</b> ",
        kvk_number="1234 5678",
        website="https://bakker.example",
        plaats=["Utrecht", "", "Delft"],
        provincie=["NL-UT", "", "bestaat-niet"],
        rol=["office", "office", "delivery"],
    )
    assert sent.status_code == 303, sent.text
    slug = sent.location.split("/")[-1].split("?")[0]
    made = stored(slug)
    assert (made.name, made.kvk_number, made.status.value) == ("Bakker & <b>Zoon</b>", "12345678", "draft")
    assert [(o.city, o.province, o.role.value) for o in made.offices] == [
        ("Utrecht", "NL-UT", "office"),
        ("Delft", "", "delivery"),
    ]
    visitor = Person(app)
    assert visitor.get(f"/partners/{slug}").status_code == 404, "a draft is not public"
    page = f"/werkbank/partners/{slug}"
    assert "<b>Zoon" not in curator.get(page).text
    curator.send(page, status="listed")
    assert stored(slug).listed_on is not None
    assert visitor.get(f"/partners/{slug}").status_code == 200
    assert visitor.get("/api/v1/partners?q=bakker").json["total"] == 1  # type: ignore[index]
    deeds = [row.deed for row in audited() if row.subject == f"partner/{slug}"]
    assert deeds == ["partner:edit", "partner:edit"]


def test_another_name_leaves_the_old_one_leading_there(app: Flask, curator: Person) -> None:
    a_partner("Oude Naam")
    db.session.commit()
    curator.send("/werkbank/partners/oude-naam", name="Nieuwe Naam")
    partner = stored("oude-naam")
    assert partner.name == "Nieuwe Naam"
    assert [each.name for each in partner.former_names] == ["Oude Naam"]
    visitor = Person(app)
    assert "Nieuwe Naam" in visitor.get("/partners/oude-naam").text
    assert "Nieuwe Naam" in visitor.get("/partners?q=oude+naam").text
    curator.send("/werkbank/partners/oude-naam", name="Oude Naam")
    assert [each.name for each in stored("oude-naam").former_names] == ["Nieuwe Naam"]


def test_one_that_looks_like_another_asks_first(curator: Person) -> None:
    a_partner("Aap", kvk_number="12345678")
    db.session.commit()
    asked = curator.send(NEW, name="AAP B.V.")
    assert asked.status_code == 422
    assert "Misschien staat deze partner al" in asked.text
    assert 'value="AAP B.V."' in asked.text
    assert db.session.query(Partner).count() == 1
    token = curator.token(NEW)
    made = curator.post(NEW, {"csrf_token": token, "name": "AAP", "status": "draft", "sure": "y"})
    assert made.location.startswith("/werkbank/partners/aap-2")
    assert "Misschien dubbel" in curator.get("/werkbank").text


@pytest.mark.parametrize(
    ("given", "told"),
    [
        ({"name": ""}, "Geef de partner een naam"),
        ({"name": "!!!"}, "Geef de partner een naam"),
        ({"name": "x" * 121}, "ten hoogste 120"),
        ({"name": "A", "kvk_number": "123"}, "acht cijfers"),
        ({"name": "A", "website": "javascript:alert(1)"}, "geen adres van een webpagina"),
        ({"name": "A", "status": "delisted"}, "error-summary"),
        ({"name": "A", "legal_name": "x" * 121}, "ten hoogste 120"),
        ({"name": "A", "group_name": "x" * 121}, "ten hoogste 120"),
        ({"name": "A", "plaats": ["x" * 81], "provincie": [""], "rol": ["office"]}, "Een plaats heeft ten hoogste 80"),
    ],
)
def test_a_wrong_form_makes_nothing(curator: Person, given: dict[str, str], told: str) -> None:
    answer = curator.send(NEW, **given)
    assert answer.status_code == 422
    assert told in answer.text
    assert db.session.query(Partner).count() == 0


def test_nothing_else_can_be_set(curator: Person) -> None:
    """SEC-03: neither slug, nor that it is invented, nor delisting."""
    a_partner("Aap", fictional=True)
    db.session.commit()
    form = fields(curator.get("/werkbank/partners/aap").text, None)
    more = {"slug": "noot", "fictional": "", "status": "delisted", "listed_on": "1999-01-01", "former_names": "x"}
    assert curator.post("/werkbank/partners/aap", {**form, **more}).status_code == 303
    partner = stored("aap")
    assert (partner.fictional, partner.status.value, list(partner.former_names)) == (True, "listed", [])


def test_who_may_not(app: Flask, curator: Person) -> None:
    partner = a_partner("Aap")
    tied, theirs = with_interest(a_curator(), partner), a_representative(partner)
    db.session.commit()
    assert OPERATOR.operates
    for actor in (tied, theirs, a_member(), an_admin()):
        person = Person(app, actor)
        assert person.get("/werkbank/partners/aap").status_code == 403, actor
        token = person.token()
        assert person.post("/werkbank/partners/aap", {"csrf_token": token, "name": "Weg"}).status_code == 403
    assert stored("aap").name == "Aap"
    assert curator.get("/werkbank/partners/bestaatniet").status_code == 404
