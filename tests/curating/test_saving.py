"""Saving a partner keeps what the form does not ask, and never overwrites what somebody else saved meanwhile."""

import re
from dataclasses import replace
from datetime import date
from functools import partial
from html import unescape
from typing import Any

import pytest
from flask import Flask

from partnerkompas.curating import actions
from partnerkompas.curating.versions import FIELDS, changed_since, version_of
from partnerkompas.infra.audit import AuditRow
from partnerkompas.infra.db import db
from partnerkompas.partners import actions as partners
from partnerkompas.partners import queries
from partnerkompas.partners.actions import PlainOffice, PlainPartner, SlugTaken
from partnerkompas.partners.models import OfficeRole, Partner, PartnerStatus
from partnerkompas.permissions.vocabulary import OPERATOR
from tests.at_once import at_once
from tests.factories import a_curator, a_partner, a_representative, the_criteria, with_interest
from tests.signed_in import Person, fields

NEW = "/werkbank/nieuwe-partner"
FULL = PlainPartner(
    slug="aap",
    name="Aap & Zoon",
    legal_name="Aap en Zoon " + "x" * 150,
    kvk_number="12345678",
    website="https://www.aap.example/nl?a=1&b=2",
    group_name="De Aap" + " Aap" * 60,
    status=PartnerStatus.LISTED,
    listed_on=date(2019, 2, 3),
    fictional=True,
    former_names=("Aap", "Aapje"),
    offices=(
        PlainOffice("Utrecht", "NL-UT", OfficeRole.OFFICE, "https://aap.example/utrecht"),
        PlainOffice("Utrecht", "NL-UT", OfficeRole.OFFICE, "https://aap.example/utrecht-2"),
        PlainOffice("Utrecht", "NL-UT", OfficeRole.DELIVERY, "https://aap.example/3"),
        PlainOffice("Antwerpen", "BE-VAN", OfficeRole.OFFICE, "https://aap.example/be"),
        PlainOffice("Llanfair" + "pwll" * 30, "", OfficeRole.OFFICE),
        *(PlainOffice(f"Plaats {n}", "", OfficeRole.OFFICE, f"https://aap.example/{n}") for n in range(70)),
    ),
)


@pytest.fixture
def curator(app: Flask) -> Person:
    the_criteria()
    return Person(app, a_curator())


def plain(slug: str) -> PlainPartner:
    db.session.rollback()
    found = queries.by_slug(slug)
    assert found is not None
    return partners.plain(found)


def shown_form(person: Person, path: str) -> dict[str, Any]:
    """The form of the page as a browser would send it, rows of offices included."""
    page = person.get(path).text
    form = fields(page, None)
    form["plaats"] = [unescape(each) for each in re.findall(r'name="plaats" value="([^"]*)"', page)]
    for name in ("provincie", "rol"):
        selects = re.findall(rf'<select[^>]*name="{name}"[^>]*>(.*?)</select>', page, re.DOTALL)
        form[name] = [(re.findall(r'value="([^"]*)" selected', each) or [""])[0] for each in selects]
    return form


@pytest.mark.parametrize("status", list(PartnerStatus))
def test_saving_an_untouched_form_changes_nothing(curator: Person, status: PartnerStatus) -> None:
    filled = replace(FULL, status=status)
    assert all(getattr(filled, each) != getattr(PlainPartner("", ""), each) for each in FIELDS if each != "status")
    partners.save(OPERATOR, filled)
    db.session.commit()
    audited = db.session.query(AuditRow).count()
    sent = curator.post("/werkbank/partners/aap", shown_form(curator, "/werkbank/partners/aap"))
    assert sent.status_code == 303, sent.text
    assert plain("aap") == filled
    assert db.session.query(AuditRow).count() == audited


def test_a_rename_keeps_the_sources_of_offices(curator: Person) -> None:
    partners.save(OPERATOR, FULL)
    db.session.commit()
    form = shown_form(curator, "/werkbank/partners/aap")
    form["plaats"][2], form["provincie"][4] = "Delft", "NL-ZH"
    assert curator.post("/werkbank/partners/aap", {**form, "name": "Noot"}).status_code == 303
    now = plain("aap")
    assert now == replace(FULL, name="Noot", former_names=("Aap", "Aapje", "Aap & Zoon"), offices=now.offices)
    assert now.offices[:4] == (
        *FULL.offices[:2],
        PlainOffice("Delft", "NL-UT", OfficeRole.DELIVERY),
        FULL.offices[3],
    )
    assert now.offices[5:] == FULL.offices[5:]


def test_a_stale_page_overwrites_nothing_and_says_what_changed(app: Flask, curator: Person) -> None:
    a_partner("Aap", kvk_number="12345678", website="https://aap.example")
    db.session.commit()
    path = "/werkbank/partners/aap"
    form = shown_form(curator, path)
    other = Person(app, a_curator())
    other.post(path, {**shown_form(other, path), "name": "Noot", "website": ""})
    late = curator.post(path, {**form, "kvk_number": "87654321", "legal_name": "Aap Mies BV"})
    assert late.status_code == 422
    assert "Intussen heeft iemand anders" in late.text
    told = dict(re.findall(r"<div><dt>([^<]*)</dt><dd>([^<]*)</dd></div>", late.text))
    assert told == {"Naam": "Noot", "Website": "leeg", "Heette eerder": "Aap"}
    assert 'value="87654321"' in late.text
    assert 'value="Aap Mies BV"' in late.text
    assert (plain("aap").name, plain("aap").kvk_number) == ("Noot", "12345678")
    again = {
        **form,
        "kvk_number": "87654321",
        "name": "Noot",
        "website": "",
        "versie": fields(late.text, None)["versie"],
    }
    assert curator.post(path, again).status_code == 303
    assert (plain("aap").name, plain("aap").kvk_number, plain("aap").website) == ("Noot", "87654321", "")
    unversioned = {name: value for name, value in again.items() if name != "versie"}
    assert curator.post(path, unversioned).status_code == 422


@pytest.mark.parametrize("field", FIELDS)
def test_every_field_has_its_version(field: str) -> None:
    other = replace(FULL, status=PartnerStatus.DRAFT)
    mixed = replace(FULL, **{field: getattr(PlainPartner("", "") if field != "status" else other, field)})
    assert changed_since(version_of(FULL), mixed) == [field]
    assert changed_since(version_of(FULL), FULL) == []
    assert changed_since("", FULL) == changed_since("x.y", FULL) == list(FIELDS)


def test_a_partner_may_be_called_new(curator: Person) -> None:
    curator.send(NEW, name="Nieuw")
    assert curator.send("/werkbank/partners/nieuw", legal_name="Nieuw BV").status_code == 303
    assert plain("nieuw").legal_name == "Nieuw BV"


def test_the_hundredth_of_a_name_overwrites_nobody(app: Flask) -> None:
    for n in range(1, 102):
        partners.save(OPERATOR, PlainPartner("aap" if n == 1 else f"aap-{n}", f"Nummer {n}"))
    assert actions.add(OPERATOR, PlainPartner("", "Aap")).slug == "aap-102"
    assert plain_names() == {f"Nummer {n}" for n in range(1, 102)} | {"Aap"}
    long = "x" * 100
    slugs = [actions.add(OPERATOR, PlainPartner("", long)).slug for _n in range(11)]
    assert slugs[0] == "x" * 80
    assert slugs[10] == "x" * 77 + "-11"
    assert actions.add(OPERATOR, PlainPartner("", "Ромашка")).slug == "partner"
    assert actions.add(OPERATOR, PlainPartner("", "Ромашка")).slug == "partner-2"


def plain_names() -> set[str]:
    return set(db.session.scalars(db.select(Partner.name)))


def test_who_add_the_same_name_at_the_same_moment_get_a_slug_each(app: Flask) -> None:
    a_partner("Aap", legal_name="De eerste")
    db.session.commit()
    with pytest.raises(SlugTaken):
        partners.create(OPERATOR, PlainPartner("aap", "Weg"))
    db.session.rollback()

    def add(n: int) -> str:
        return actions.add(OPERATOR, PlainPartner("", "Aap", legal_name=f"Tegelijk {n}")).slug

    made = [str(slug) for slug in at_once(app, *(partial(add, n) for n in range(6)))]
    assert sorted(made) == [f"aap-{n}" for n in range(2, 8)]
    assert plain("aap").legal_name == "De eerste"
    assert {plain(slug).legal_name for slug in made} == {f"Tegelijk {n}" for n in range(6)}


def test_who_was_delisted_is_asked_about_and_marked(curator: Person) -> None:
    a_partner("Aap", status=PartnerStatus.DELISTED)
    a_partner("Mies")
    db.session.commit()
    asked = curator.send(NEW, name="AAP BV")
    assert asked.status_code == 422
    assert "staat niet meer in de gids" in asked.text
    assert "staat niet meer in de gids" not in curator.send(NEW, name="Mies BV").text
    a_partner("Aap bv")
    db.session.commit()
    assert "Misschien dubbel" not in curator.get("/werkbank").text


def test_the_link_to_add_is_there_for_who_may(app: Flask, curator: Person) -> None:
    partner, another = a_partner("Aap"), a_partner("Aap BV")
    tied = with_interest(a_curator(), partner)
    represents = a_curator()
    db.session.flush()
    speaks = a_representative(another)
    db.session.execute(
        db.text("UPDATE representation SET account_id = :a WHERE account_id = :b"),
        {"a": represents.account_id, "b": speaks.account_id},
    )
    db.session.commit()
    for person, sees in ((curator, True), (Person(app, tied), True), (Person(app, represents), False)):
        assert (f'href="{NEW}"' in person.get("/werkbank").text) is sees
        assert person.get(NEW).status_code == (200 if sees else 403)
        assert "Misschien dubbel" in person.get("/werkbank").text
        assert ("Niet dezelfde" in person.get("/werkbank").text) is (person is curator), "both must be without a tie"
