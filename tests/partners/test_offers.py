"""The public page of a partner offers to nobody what the policy refuses them."""

import pytest
from flask import Flask

from partnerkompas.infra import clock
from partnerkompas.infra.db import db
from partnerkompas.infra.request_cycle import unit_of_work
from partnerkompas.partners import leaving, queries
from partnerkompas.partners.models import LeavingKind, Partner
from partnerkompas.permissions.vocabulary import Actor
from tests.browser import read
from tests.factories import (
    a_curator,
    a_member,
    a_partner,
    a_representative,
    a_visitor,
    an_admin,
    an_answer,
    the_criteria,
    with_interest,
)
from tests.signed_in import Person

CLAIM = "/partners/aap/vertegenwoordigen"


@pytest.fixture
def aap(app: Flask) -> Partner:
    the_criteria()
    found = a_partner("Aap")
    an_answer(found, "iso", "ja")
    db.session.commit()
    return found


def everybody(aap: Partner) -> dict[str, Actor]:
    found = {
        "visitor": a_visitor(),
        "member": a_member(),
        "of this": a_representative(aap),
        "of another": a_representative(a_partner("Noot")),
        "curator": a_curator(),
        "tied": with_interest(a_curator(), aap),
        "admin": an_admin(),
    }
    db.session.commit()
    return found


def offered(person: Person, page: str) -> list[str]:
    links = read(person.get(page)).links().values()
    return sorted({href.partition("#")[0] for href in links if href.startswith("/")})


def test_every_offer_is_one_that_can_be_taken(app: Flask, aap: Partner) -> None:
    for name, actor in everybody(aap).items():
        person = Person(app, actor)
        for href in offered(person, "/partners/aap"):
            if href and not href.startswith("/static"):
                assert person.get(href).status_code < 400, (name, href)


def test_who_is_asked_whether_they_work_here(app: Flask, aap: Partner) -> None:
    asked = {name: CLAIM in offered(Person(app, actor), "/partners/aap") for name, actor in everybody(aap).items()}
    assert [name for name, is_asked in asked.items() if is_asked] == ["visitor", "member", "of another", "admin"]


def test_who_left_offers_nothing_to_its_people_that_is_refused(app: Flask, aap: Partner) -> None:
    speaks, curator = a_representative(aap), a_curator()
    db.session.commit()
    with unit_of_work():
        found = queries.by_slug("aap")
        assert found is not None
        leaving.announce(curator, found, LeavingKind.STOPPED, "Het bedrijf is er niet meer.", clock.today())
    for actor in (speaks, curator):
        person = Person(app, actor)
        for href in offered(person, "/partners/aap"):
            if href and not href.startswith("/static"):
                status = person.get(href).status_code
                assert status < 400, href
