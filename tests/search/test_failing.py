"""What goes wrong while the index is brought up to date says the same wherever it goes wrong (ADR 9)."""

import logging
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from sqlalchemy.exc import TimeoutError as NoConnectionFree

from partnerkompas.infra.request_cycle import unit_of_work
from partnerkompas.search import sync
from partnerkompas.search.index import IndexBusy, IndexUnusable, IndexUnwritable
from partnerkompas.search.sync import applying, beside, following
from tests.factories import a_partner
from tests.search.market import applied, folder, found, last
from tests.waiting import until

NEVER = float("-inf")

SAID = [
    (IndexBusy("somebody else is writing"), False, []),
    (NoConnectionFree("QueuePool limit"), False, [("ERROR", "what changed cannot be read")]),
    (applying.MadeByNewer("of a newer version"), True, [("WARNING", "of a newer version")]),
    (IndexUnwritable("disk full"), True, [("ERROR", "the index cannot be written")]),
    (OSError("too many open files"), True, [("ERROR", "the index cannot be written")]),
    (IndexUnusable("there is no index"), True, [("ERROR", "bringing the index up to date went wrong")]),
    (ZeroDivisionError("a fault of ours"), True, [("ERROR", "bringing the index up to date went wrong")]),
]


@pytest.mark.parametrize(("error", "left_alone", "logged"), SAID, ids=[type(said[0]).__name__ for said in SAID])
@pytest.mark.parametrize("is_beside", [False, True], ids=["in a request", "beside requests"])
def test_an_error_says_the_same_everywhere(
    market: Flask,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
    error: Exception,
    left_alone: bool,
    logged: list[tuple[str, str]],
    is_beside: bool,
) -> None:
    """Whether the index is left alone, and what the log tells."""
    mine, tried = market.extensions["search"], list[bool]()

    def fails(*_given: Any, **_named: Any) -> int:
        tried.append(True)
        raise error

    monkeypatch.setattr(applying, "rebuild" if is_beside else "drain", fails)
    with caplog.at_level(logging.WARNING):
        if is_beside:
            beside.rebuild_beside(mine)
            until(lambda: bool(tried) and not mine.rebuilding.is_set())
        else:
            assert not following.try_to_drain()
    assert (mine.not_before != NEVER) == left_alone
    told = [each for each in caplog.records if each.name == "partnerkompas"]
    assert [(each.levelname, each.message) for each in told] == logged
    assert all(each.exc_info for each in told if each.levelname == "ERROR"), "where it went wrong is of use"


@contextmanager
def away(path: Path) -> Iterator[None]:
    """The disk of a folder is away: a link that leads nowhere."""
    elsewhere = path.rename(path.with_name(f"{path.name}-away"))
    path.symlink_to(path.with_name("nowhere") / path.name)
    yield
    path.unlink()
    elsewhere.rename(path)


@pytest.mark.parametrize("part", ["", "snapshot"], ids=["all", "the snapshot"])
def test_what_cannot_be_written_is_called_so_whatever_it_is(market: Flask, no_news: None, part: str) -> None:
    """Of the words index, the snapshot and the generation file alike; and it is done once there is room again."""
    with unit_of_work():
        a_partner("Gamma Navision")
    with away(folder(market) / part):
        with pytest.raises(IndexUnwritable):
            sync.drain()
        with pytest.raises(IndexUnwritable):
            sync.rebuild()
    assert sync.drain() == 1
    assert applied(market)[0] == last()
    assert found("navision") == {"alfa", "gamma-navision"}
    assert sync.differences() == []
