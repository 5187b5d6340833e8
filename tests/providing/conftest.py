"""A partner with some answers, somebody who signs for it and somebody who fills in."""

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
    an_answer(
        partner, "iso", "ja", level=2, checked_on=date(2026, 2, 1), checked_by_role="curator", evidence="certificaat"
    )
    db.session.commit()
    return partner


@pytest.fixture
def signer(app: Flask, aap: Partner) -> Person:
    actor = a_representative(aap, PartnerRole.SIGNER)
    db.session.commit()
    return Person(app, actor)


@pytest.fixture
def editor(app: Flask, aap: Partner, signer: Person) -> Person:
    actor = a_representative(db.session.get_one(Partner, aap.id))
    db.session.commit()
    return Person(app, actor)
