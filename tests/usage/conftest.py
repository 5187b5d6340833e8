"""A site with three partners."""

import pytest
from flask import Flask

from partnerkompas.infra.db import db, writing
from partnerkompas.infra.request_cycle import unit_of_work
from partnerkompas.partners.models import Partner
from tests.factories import a_partner, an_answer, the_criteria


@pytest.fixture
def site(app: Flask) -> Flask:
    with unit_of_work():
        the_criteria()
        for name in ("Aap", "Noot", "Mies"):
            an_answer(a_partner(name), "producten", "bc")
    writing.set(False)
    return app


@pytest.fixture
def aap(site: Flask) -> Partner:
    return db.session.scalars(db.select(Partner).where(Partner.slug == "aap")).one()
