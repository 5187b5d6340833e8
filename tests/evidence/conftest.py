"""A partner with people who speak for it, and somebody at every other door."""

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
    db.session.commit()
    return partner


@pytest.fixture
def signer(app: Flask, aap: Partner) -> Person:
    actor = a_representative(aap, PartnerRole.SIGNER)
    db.session.commit()
    return Person(app, actor)


@pytest.fixture
def other(app: Flask, aap: Partner) -> Person:
    """Who speaks for another partner, and signs for it."""
    actor = a_representative(
        db.session.scalars(db.select(Partner).where(Partner.slug == "noot")).one(), PartnerRole.SIGNER
    )
    db.session.commit()
    return Person(app, actor)
