"""What users would type on the demonstration data finds whom they would expect (SRCH-05; bench/own_relevance.py)."""

from collections.abc import Iterator

import pytest

from bench.own_queries import DUTCH, Catalogue, Own, own_queries
from bench.own_relevance import Judged, figures, judged, load, our_list, our_ranking, proposed, understood
from partnerkompas import create_app
from partnerkompas.config import Settings
from partnerkompas.infra import clock, migrate
from partnerkompas.infra.db import db, writing
from tests.factories import NOW

QUERIES = own_queries()
MISTAKES = [own for own in QUERIES if own.meant]


@pytest.fixture(scope="module", autouse=True)
def demonstration(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """The demonstration data in a SQLite database of its own, loaded once: every test here only reads."""
    settings = Settings(instance=tmp_path_factory.mktemp("own"), database_url="", news_seconds=0)
    with clock.fixed_at(NOW), create_app(settings).app_context():
        migrate.upgrade()
        token = writing.set(True)
        load()
        writing.reset(token)
        yield
        db.session.remove()
        db.engine.dispose()


@pytest.fixture(scope="module")
def answers(demonstration: None) -> list[Judged]:
    """Every query that is no typing mistake, judged."""
    return judged(QUERIES, our_list, our_ranking)


def test_the_file_asks_enough() -> None:
    assert len(QUERIES) >= 100
    assert len({own.q for own in QUERIES}) == len(QUERIES)
    assert sum(own.sort in DUTCH for own in QUERIES) >= 50


def test_expectations_are_read_as_they_are_written() -> None:
    catalogue = Catalogue()
    assert catalogue.expected("niemand") == set()
    assert catalogue.expected("slug=zorgraster & branches=87") == {"zorgraster"}
    assert catalogue.expected("slug=zorgraster & !branches=87 | plaats=Goes") == {"schorrekruid-systemen"}
    assert catalogue.expected("branches=4646") < catalogue.expected("branches=46"), "a tree: who stands below counts"
    assert catalogue.expected("branches@sal=46") < catalogue.expected("branches=46"), "for one product"
    for wrong in ("branche=46", "branches=x", "plaats=Nergens", "slug=nobody"):
        with pytest.raises(KeyError):
            catalogue.expected(wrong)


def test_the_list_has_whom_a_user_expects(answers: list[Judged]) -> None:
    all_of_them = figures(answers)
    assert all_of_them.recall >= 0.97
    assert all_of_them.precision >= 0.95


def test_the_first_is_one_that_a_user_expects(answers: list[Judged]) -> None:
    assert figures(answers).mrr >= 0.97
    assert figures(answers).recall_of_best >= 0.96


def test_dutch_inflections_and_compounds(answers: list[Judged]) -> None:
    dutch = [each for each in answers if each.own.sort in DUTCH]
    assert figures(dutch).mrr >= 0.8, "SRCH-05"


def test_a_name_finds_its_partner_and_nobody_else(answers: list[Judged]) -> None:
    for each in answers:
        if each.own.sort == "name":
            assert each.listed == each.expected, each.own.q


@pytest.mark.parametrize("own", MISTAKES, ids=lambda own: own.q)
def test_a_typing_mistake_leads_to_who_was_meant(own: Own) -> None:
    assert understood(own), f"{own.meant} was meant, {proposed(own.q)} is proposed"
