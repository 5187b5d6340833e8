"""From memory to the database: by several processes at once, with a database that is away, and for two years."""

from concurrent.futures import ThreadPoolExecutor
from datetime import date
from threading import Event

import pytest
from flask import Flask
from sqlalchemy import text
from sqlalchemy.exc import DatabaseError

from partnerkompas.config import Settings
from partnerkompas.infra import clock
from partnerkompas.infra.audit import AuditRow
from partnerkompas.infra.counting import What
from partnerkompas.infra.db import db, writing
from partnerkompas.infra.request_cycle import unit_of_work
from partnerkompas.permissions.policy import NotAllowed
from partnerkompas.usage import actions
from partnerkompas.usage.writing import write, write_if_possible
from tests.factories import a_curator, an_admin
from tests.search.killing import PROCESSES
from tests.statements import statements
from tests.usage.looking import THIS_WEEK, Looker, counted, stored, used, waiting
from tests.usage.process import KEYS, TURNS, count_and_write


def test_what_was_counted_is_added_to_what_is_there(site: Flask) -> None:
    visitor = Looker(site)
    for times in (2, 1):
        for _time in range(times):
            visitor.get("/partners/aap")
        write(site)
        assert counted(site) == {}
    visitor.get("/partners?iso=ja")
    write(site)
    write(site)
    assert stored() == {(THIS_WEEK, "view", "aap"): 3, (THIS_WEEK, "filter", "iso"): 1}


def test_reading_pages_writes_nothing_by_itself(site: Flask) -> None:
    Looker(site).get("/partners/aap")
    assert stored() == {}


def test_what_is_counted_in_one_week_and_written_in_the_next_stays_of_its_week(site: Flask) -> None:
    Looker(site).get("/partners/aap")
    with clock.fixed_at(clock.now().replace(day=24)):
        write(site)
    assert stored() == {(THIS_WEEK, "view", "aap"): 1}


def test_two_processes_at_once_lose_nothing(site: Flask, settings: Settings) -> None:
    db.session.remove()
    both = [PROCESSES.Process(target=count_and_write, args=(settings, way)) for way in (False, True)]
    for each in both:
        each.start()
    for each in both:
        each.join(120)
    assert [each.exitcode for each in both] == [0, 0]
    assert stored() == {(THIS_WEEK, "view", key): 2 * TURNS for key in KEYS}


def test_counting_by_threads_loses_nothing(site: Flask) -> None:
    waits, written = waiting(site), Event()

    def look() -> None:
        for _time in range(2000):
            waits.add([(What.VIEW, "aap")])

    def keep_writing() -> None:
        while not written.is_set():
            write_if_possible(site)

    with ThreadPoolExecutor(5) as threads:
        writer, lookers = threads.submit(keep_writing), [threads.submit(look) for _n in range(4)]
        try:
            for each in lookers:
                each.result(60)
        finally:
            written.set()
        writer.result(60)
    write(site)
    monday = next(iter(stored()))[0]
    assert stored() == {(monday, "view", "aap"): 8000}


def test_without_its_table_pages_are_served_and_counts_wait(site: Flask) -> None:
    """As when the database is away or full: what cannot be written now is written later, once."""
    visitor = Looker(site)
    used(What.VIEW, "aap", _2026_11_16=7)
    rename("usage_count", "away")
    for _time in range(2):
        assert visitor.get("/partners/aap").status_code == 200
        with pytest.raises(DatabaseError):
            write(site)
        write_if_possible(site)
    assert visitor.get("/partners?iso=ja").status_code == 200
    assert counted(site) == {("view", "aap"): 2, ("filter", "iso"): 1}
    rename("away", "usage_count")
    write(site)
    write(site)
    assert stored() == {(THIS_WEEK, "view", "aap"): 9, (THIS_WEEK, "filter", "iso"): 1}


def rename(table: str, name: str) -> None:
    with unit_of_work():
        db.session.execute(text(f"ALTER TABLE {table} RENAME TO {name}"))
    writing.set(False)


def test_a_page_does_not_wait_for_who_writes(site: Flask, settings: Settings) -> None:
    """Somebody holds the write lock of the database: counting is no matter of the page."""
    visitor = Looker(site)
    visitor.get("/partners/aap")
    token = writing.set(True)
    with db.engine.connect() as other:
        other.execute(text("UPDATE partner SET name = name"))
        with statements() as sent:
            assert visitor.get("/partners/aap").status_code == 200
        assert sent
        assert not [each for each in sent if each.startswith(("BEGIN IMMEDIATE", "INSERT", "UPDATE", "DELETE"))]
        other.rollback()
    writing.reset(token)
    assert counted(site) == {("view", "aap"): 2}


def test_what_is_older_than_two_years_is_forgotten_and_logged(site: Flask) -> None:
    used(What.VIEW, "aap", _2024_11_11=6, _2024_11_18=7, _2026_11_09=8)
    used(What.FILTER, "iso", _2023_01_02=9)
    today = date(2026, 11, 22)
    with unit_of_work():
        assert actions.forget_old(actions.ROUNDS, today) == 2
    assert set(stored()) == {(date(2024, 11, 18), "view", "aap"), (date(2026, 11, 9), "view", "aap")}
    row = db.session.scalars(db.select(AuditRow).where(AuditRow.deed == "usage:forgotten")).one()
    assert (row.actor, row.before) == ("dagelijkse ronde", {"counters": 2, "until": "2024-11-18"})
    with unit_of_work():
        assert actions.forget_old(actions.ROUNDS, today) == 0
    assert db.session.scalar(db.select(db.func.count()).where(AuditRow.deed == "usage:forgotten")) == 1


def test_nobody_forgets_figures_by_hand(site: Flask) -> None:
    for make in (a_curator, an_admin):
        with pytest.raises(NotAllowed):
            actions.forget_old(make(), date(2040, 1, 1))
