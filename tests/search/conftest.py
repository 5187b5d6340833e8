"""Catalogues in a database, and what is asked of it."""

import random
from collections.abc import Iterator
from dataclasses import replace

import pytest
from flask import Flask

from partnerkompas.infra.db import writing
from partnerkompas.infra.request_cycle import committed, unit_of_work
from partnerkompas.search import sync
from tests.factories import a_partner, an_answer, the_criteria
from tests.search.made_up import WIDE, Firm, a_firm, store
from tests.search.market import TODAY, applied, last
from tests.statements import statements as sent


@pytest.fixture
def catalogue(app: Flask) -> list[Firm]:
    """Forty-five partners with every sort of answer."""
    chance = random.Random(9)
    made = [replace(a_firm(chance, n), city=chance.choice(["Utrecht", "Assen", ""])) for n in range(45)]
    with unit_of_work():
        the_criteria(WIDE)
        store(made)
    writing.set(False)
    return made


@pytest.fixture
def market(app: Flask) -> Flask:
    """Two partners, and an index that knows them."""
    with unit_of_work():
        the_criteria()
        an_answer(a_partner("Alfa"), "producten", "bc")
        an_answer(a_partner("Beta"), "producten", "fin")
    writing.set(False)
    assert applied(app) == (last(), TODAY), "a commit brings the index up to date"
    return app


@pytest.fixture
def no_news(market: Flask) -> None:
    """Killed between the commit and the index: nobody hears of the commit."""
    committed.disconnect(sync.after_commit)


@pytest.fixture
def statements(app: Flask) -> Iterator[list[str]]:
    with sent() as told:
        yield told
