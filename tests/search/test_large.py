"""What happens beside the requests: a large catalogue made anew, segments merged, files let go (REL-06)."""

import os
import sys
from concurrent.futures import ThreadPoolExecutor
from threading import Event
from time import sleep
from typing import Any

import pytest
from flask import Flask

from partnerkompas.infra.request_cycle import unit_of_work
from partnerkompas.partners.models import PartnerStatus
from partnerkompas.search import index, sync
from partnerkompas.search.index import Applied, TextDocument
from partnerkompas.search.index.merging import MANY
from partnerkompas.search.sync import applying, beside, generation, reading
from tests.browser import Browser
from tests.factories import a_partner
from tests.search.market import TODAY, applied, folder, found, last
from tests.search.test_index_in_step import missing
from tests.waiting import PATIENCE, until

BEHIND = "loopt nu misschien even achter"


@pytest.fixture
def large(market: Flask, monkeypatch: pytest.MonkeyPatch) -> Flask:
    """A catalogue too large to be made anew in a request."""
    monkeypatch.setattr(applying, "INLINE", 1)
    return market


def test_a_large_catalogue_is_made_anew_beside_the_requests(large: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    """Until then everything is found, from the database, and the page says that it may be behind."""
    missing(folder(large))
    large.extensions["search"].ready = None
    browser, page_is_read, rebuild = Browser(large), Event(), applying.rebuild

    def when_page_is_read(**given: Any) -> int:
        assert page_is_read.wait(60)
        return rebuild(**given)

    monkeypatch.setattr(applying, "rebuild", when_page_is_read)
    page = browser.get("/partners?q=navision")
    page_is_read.set()
    assert "Alfa" in page.text
    assert BEHIND in page.text
    until(lambda: not large.extensions["search"].rebuilding.is_set())
    assert applied(large) == (last(), TODAY)
    assert BEHIND not in browser.get("/partners?q=navision").text
    assert sync.differences() == []


def test_what_changes_during_a_rebuild_is_in_it(large: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    """Somebody is delisted and somebody comes between the reading and the swap."""
    snapshot_of = reading.snapshot_of
    changed: list[Any] = []

    def while_something_changes(*given: object) -> object:
        if not changed:
            changed.append(True)
            with large.app_context(), unit_of_work():
                a_partner("Alfa", status=PartnerStatus.DELISTED)
                a_partner("Gamma Navision")
        return snapshot_of(*given)  # type: ignore[arg-type]

    monkeypatch.setattr(reading, "snapshot_of", while_something_changes)
    assert applying.rebuild() == 2
    assert found("navision") == {"gamma-navision"}
    assert sync.differences() == []


def test_too_many_changes_are_read_beside_the_requests(large: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reading, "FEW", 2)
    with large.test_request_context("/"), unit_of_work():
        a_partner("Alfa", status=PartnerStatus.DELISTED)
        for n in range(4):
            a_partner(f"Firma {n}")
    assert found("alfa") == set(), "at least nobody is shown who may not be"
    until(lambda: not large.extensions["search"].rebuilding.is_set())
    assert found("firma") == {f"firma-{n}" for n in range(4)}
    assert sync.differences() == []


class SlowlySeen(Event):
    """Who looks is long held up before it does something with what it saw."""

    def is_set(self) -> bool:
        seen = super().is_set()
        sleep(0.05)
        return seen


def test_of_two_that_begin_the_same_beside_the_requests_one_does_it() -> None:
    busy, both_came, done = SlowlySeen(), Event(), list[bool]()

    def work() -> None:
        both_came.wait(PATIENCE)
        done.append(True)

    with ThreadPoolExecutor(2) as threads:
        for each in [threads.submit(beside._beside, busy, work) for _n in range(2)]:
            each.result(PATIENCE)
    both_came.set()
    until(lambda: not busy.is_set())
    assert done == [True]


def scattered(app: Flask) -> None:
    """Many small segments, as changes one by one leave them."""
    ready = sync.ready()
    lexicon, known = ready.lexicon, Applied(last(), TODAY, ready.lexicon.version, ready.told_at)
    for n in range(2 * MANY):
        with index.alone(folder(app)):
            index.update(folder(app), [TextDocument("experience", n, {"text": ("woord",)}, lexicon)], [], known)


def test_segments_are_merged_when_it_is_quiet(market: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    """And the process that serves lets go of what was merged."""
    monkeypatch.setattr(beside, "REST", 0.02)
    scattered(market)
    generation.tell_again(folder(market))
    reader = sync.ready().reader
    assert reader
    assert reader.is_scattered
    until(lambda: not market.extensions["search"].merging.is_set())
    reader = sync.ready().reader
    assert reader
    assert len(reader.parts) <= MANY
    assert found("navision") == {"alfa"}
    assert sync.differences() == []


def test_who_only_writes_merges_too(market: Flask) -> None:
    for n in range(3 * MANY):
        with unit_of_work():
            a_partner(f"Firma {n}")
    reader = index.open_reader(folder(market))
    assert reader
    assert len(reader.parts) <= MANY + 1
    assert len(found("firma")) == 3 * MANY


@pytest.mark.skipif(not os.path.isdir("/proc/self/fd"), reason=f"{sys.platform} does not tell which files are open")
def test_generations_do_not_pile_up_open_files(market: Flask) -> None:
    """A server has only so many, and ends when there are no more."""
    browser = Browser(market)
    browser.get("/partners")
    before = len(os.listdir("/proc/self/fd"))
    for _time in range(5):
        sync.rebuild()
        browser.get("/partners?q=navision")
    assert len(os.listdir("/proc/self/fd")) <= before + 5
