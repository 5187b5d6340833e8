"""A partner with some answers, and two people who speak for it."""

from datetime import date

import pytest
from flask import Flask

from partnerkompas.infra.db import db
from partnerkompas.partners.models import Partner
from partnerkompas.permissions.vocabulary import PartnerRole
from tests.factories import a_partner, a_representative, an_answer, the_criteria
from tests.signed_in import Person


@pytest.fixture
def aap(app: Flask) -> Partner:
    the_criteria()
    partner = a_partner("Aap")
    a_partner("Noot")
    an_answer(partner, "producten", "bc|fin")
    an_answer(partner, "personen", 7, valid_until=date(2027, 1, 15), source_url="https://aap.example/over")
    db.session.commit()
    return partner


@pytest.fixture
def editor(app: Flask, aap: Partner) -> Person:
    actor = a_representative(aap)
    db.session.commit()
    return Person(app, actor)


@pytest.fixture
def colleague(app: Flask, aap: Partner, editor: Person) -> Person:
    actor = a_representative(db.session.get_one(Partner, aap.id), PartnerRole.SIGNER)
    db.session.commit()
    return Person(app, actor)
