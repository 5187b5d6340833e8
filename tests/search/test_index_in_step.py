"""Whatever happens to the words index, the list is right and the index comes back in step (REL-06)."""

from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from flask import Flask

from partnerkompas.infra.db import db
from partnerkompas.infra.request_cycle import unit_of_work
from partnerkompas.partners.models import Partner
from partnerkompas.search import index, sync
from tests.factories import a_partner, an_answer
from tests.search.market import TODAY, folder, found, last


def test_killed_between_commit_and_index(market: Flask, no_news: None) -> None:
    with unit_of_work():
        an_answer(db.session.get_one(Partner, 2), "producten", "bc")
    assert index.applied(folder(market))[0] < last()
    assert found("navision") == {"alfa", "beta"}
    assert index.applied(folder(market)) == (last(), TODAY), "the request brought the index up to date"
    assert sync.differences() == []


def damaged(where: Path) -> None:
    for path in where.rglob("*.seg"):
        path.write_bytes(path.read_bytes()[:-9] + b"\x00" * 9)


def pointing_nowhere(where: Path) -> None:
    (where / "CURRENT").write_text("words-none")


def missing(where: Path) -> None:
    for path in sorted(where.rglob("*"), reverse=True):
        path.unlink() if path.is_file() else path.rmdir()
    where.rmdir()


@pytest.mark.parametrize("harm", [damaged, pointing_nowhere, missing])
def test_an_index_that_was_harmed_is_made_again(market: Flask, harm: Callable[[Path], None]) -> None:
    sync.snapshot()
    harm(folder(market))
    assert sync.differences() == ["there is no index that can be used"]
    assert found("navision") == {"alfa"}
    assert sync.differences() == []
    assert index.applied(folder(market)) == (last(), TODAY)


def test_an_index_of_an_older_version_is_made_again(market: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(index, "VERSION", "later")
    assert found("navision") == {"alfa"}
    assert index.applied(folder(market)) == (last(), TODAY)


def test_the_list_is_right_while_another_writes(market: Flask, no_news: None) -> None:
    with unit_of_work():
        a_partner("Gamma Navision")
    with index.alone(folder(market)):
        assert found("navision") == {"alfa", "gamma-navision"}
        assert sync.drain() == 0
        assert index.applied(folder(market))[0] < last()
        assert not sync.in_step()
    assert sync.in_step()


def test_the_list_is_right_when_the_index_cannot_be_written(
    market: Flask, monkeypatch: pytest.MonkeyPatch, no_news: None
) -> None:
    """And not every request tries again."""
    tries: list[int] = []

    def full(*_args: Any) -> None:
        tries.append(1)
        raise OSError("disk full")

    monkeypatch.setattr(index, "update", full)
    with unit_of_work():
        a_partner("Gamma Navision")
    for _n in range(3):
        assert found("navision") == {"alfa", "gamma-navision"}
    assert tries == [1]


def test_a_write_is_not_refused_because_of_the_index(market: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*_args: Any) -> None:
        raise OSError("disk full")

    monkeypatch.setattr(index, "update", broken)
    with unit_of_work():
        a_partner("Gamma")
    assert found("gamma") == {"gamma"}


def test_differences_names_every_difference(market: Flask, no_news: None) -> None:
    where = folder(market)
    right = index.all_documents(where)
    with index.alone(where):
        index.rebuild(
            where,
            [index.Document(1, right[1] | {"leugen"}), index.Document(9, frozenset({"spook"}))],
            1,
            date(2026, 11, 1),
        )
    lines = sync.differences()
    assert len(lines) == 4
    assert f"outbox {last()} on 2026-11-22, index 1 on 2026-11-01" in lines
    assert "alfa: other words: ['leugen']" in lines
    assert "beta: not in the index" in lines
    assert "partner 9: in the index, not listed" in lines
    assert sync.rebuild() == 2
    assert sync.differences() == []


def test_news_of_more_than_a_few_partners_reads_everything(market: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sync, "FEW", 2)
    with unit_of_work():
        for n in range(5):
            a_partner(f"Firma {n}")
    assert found("firma") == {f"firma-{n}" for n in range(5)}
    assert sync.differences() == []
