"""The list knows every change at the next request, and only what is committed and public (REL-06, O3, B7)."""

import threading
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, suppress
from datetime import date, timedelta
from pathlib import Path
from time import monotonic
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import event
from sqlalchemy.exc import TimeoutError as NoConnectionFree

from partnerkompas import create_app
from partnerkompas.answers import actions as answers
from partnerkompas.answers.models import State
from partnerkompas.config import Settings
from partnerkompas.infra import clock, mail, outbox
from partnerkompas.infra.db import MOST_THREADS, POOL, db
from partnerkompas.infra.request_cycle import committed, unit_of_work
from partnerkompas.partners.models import Partner, PartnerStatus
from partnerkompas.permissions.vocabulary import OPERATOR
from partnerkompas.search import sync
from partnerkompas.search.asking import found_by_words
from partnerkompas.search.request import FacetKey
from partnerkompas.search.snapshot import Snapshot
from partnerkompas.search.sync import applying, beside, following, reading, without_index
from partnerkompas.search.words import parse
from tests.browser import Browser
from tests.edition import SMALL, question, with_question
from tests.factories import NOW, a_partner, an_answer, the_criteria
from tests.search.made_up import state_counts, value_counts
from tests.search.market import TODAY, applied, found, indexed, last, products, snapshot
from tests.waiting import until


def test_a_change_is_there_at_the_next_request(market: Flask) -> None:
    before = snapshot()
    assert found("navision") == {"alfa"}
    with unit_of_work():
        an_answer(db.session.get_one(Partner, 2), "producten", "bc|fin")
    assert found("navision") == {"alfa", "beta"}
    assert products() == {"bc": 2, "fin": 1}
    with unit_of_work():
        a_partner("Gamma Navision")
    assert found("navision") == {"alfa", "beta", "gamma-navision"}
    assert [slug for slug, _name in before.firms.names] == ["alfa", "beta"], "a snapshot in use never changes"
    assert sync.differences() == []


def test_nothing_new_means_nothing_read_again(market: Flask) -> None:
    assert snapshot() is snapshot()
    assert sync.drain() == 0


def test_a_rolled_back_change_is_nowhere(market: Flask) -> None:
    """Also when somebody asked for the list before the change was taken back."""
    with suppress(ZeroDivisionError), unit_of_work():
        an_answer(db.session.get_one(Partner, 2), "producten", "bc")
        a_partner("Spook Navision")
        assert found("navision") == {"alfa"}, "nobody else may see what is not committed"
        raise ZeroDivisionError
    assert found("navision") == {"alfa"}
    with unit_of_work():  # on SQLite its outbox row gets the number of the one that was taken back
        a_partner("Delta")
    assert found("spook") == set()
    assert found("delta") == {"delta"}
    assert sync.differences() == []


def test_an_older_view_of_the_data_does_not_push_back_what_is_known(market: Flask) -> None:
    """Two requests at once: one began before a change, one after."""
    ready = snapshot()
    began: int = outbox.last_number(db.session)  # this session now has its view of the data
    with sync.committed_only():
        with unit_of_work():
            a_partner("Gamma")
        newer = snapshot()
    assert newer.number > began == ready.number
    assert snapshot() is newer, "not made again for who came earlier"
    db.session.rollback()
    assert snapshot() is newer


@pytest.mark.parametrize("status", [PartnerStatus.DRAFT, PartnerStatus.DELISTED])
def test_what_is_not_listed_is_nowhere(market: Flask, status: PartnerStatus) -> None:
    """The poisoned row (O3): not in the snapshot, the index, the page, the API, the suggestions, or any count."""
    with unit_of_work():
        poison = a_partner("Gifgroen", status=status, legal_name="Vergif BV")
        an_answer(poison, "producten", "sales")
        an_answer(poison, "personen", 7)
    browser = Browser(market)
    assert {slug for slug, _name in snapshot().firms.names if slug} == {"alfa", "beta"}
    assert products() == {"bc": 1, "fin": 1}
    assert found("gifgroen") == found("vergif") == set()
    assert all("gifgroen" not in words for words in indexed(market).values())
    for address in ("/partners", "/partners?q=gifgroen", "/partners?producten=sales", "/partners?personen=7..7&q=x"):
        assert "Gifgroen" not in browser.get(address).response.text
    assert browser.json("/api/v1/partners")["total"] == 2
    assert browser.json("/api/v1/partners?producten=sales")["items"] == []
    assert browser.json("/api/v1/partners/gifgroen", 404)["status"] == 404
    assert "Gifgroen" not in browser.get("/partners?p=gifgroen&p=alfa").response.text
    assert sync.differences() == []


def test_a_partner_that_leaves_is_gone_at_once(market: Flask) -> None:
    with unit_of_work():
        a_partner("Alfa", status=PartnerStatus.DELISTED)
    assert found("navision") == set()
    assert products() == {"fin": 1}
    assert sync.differences() == []


def test_answers_age_at_midnight_without_a_write(market: Flask) -> None:
    with unit_of_work():
        an_answer(db.session.get_one(Partner, 2), "producten", "bc", valid_until=TODAY)
        a_partner("Morgen Navision", listed_on=TODAY + timedelta(days=1))
    assert found("navision") == {"alfa", "beta"}, "an answer is good through its last day"
    number = last()
    with clock.fixed_at(NOW + timedelta(hours=12)):
        assert clock.today() == TODAY + timedelta(days=1)
        assert found("navision") == {"alfa", "morgen-navision"}
        ready = snapshot()
        assert state_counts(ready, FacetKey("producten"), ready.everyone)[State.EXPIRED] == 1
        assert ready.day == clock.today()
        assert applied(market) == (number, clock.today())
        assert sync.differences() == []
    assert found("navision") == {"alfa", "beta"}, "a clock that was wrong does no harm"


def test_new_criteria_are_counted_at_once(market: Flask) -> None:
    assert not snapshot().rows(FacetKey("keurmerk")).states
    with unit_of_work():
        the_criteria(with_question(SMALL, question("keurmerk", "yes_no")))
        an_answer(db.session.get_one(Partner, 1), "keurmerk", "ja")
    ready = snapshot()
    assert value_counts(ready, FacetKey("keurmerk"), ready.everyone) == {"ja": 1}
    assert found("keurmerk") == {"alfa"}
    assert sync.differences() == []


def test_a_challenge_takes_an_answer_out_of_every_count(market: Flask) -> None:
    with unit_of_work():
        answer = an_answer(db.session.get_one(Partner, 1), "personen", 10)
        answers.challenge(OPERATOR, answer, "klopt niet")
    ready = snapshot()
    assert ready.in_range(FacetKey("personen"), 0, 99) == 0
    assert state_counts(ready, FacetKey("personen"), ready.everyone)[State.DISPUTED] == 1


def test_two_processes_on_one_database_hear_of_each_other(market: Flask, settings: Settings, tmp_path: Path) -> None:
    """Each has its own snapshot; the index is shared, or each has its own on its machine."""
    elsewhere = settings.model_copy(update={"instance": tmp_path / "elsewhere", "database_url": settings.database})
    for other in (create_app(settings), create_app(elsewhere)):
        snapshot()
        with other.app_context():
            assert found("navision") == {"alfa"}
            with unit_of_work():
                a_partner("Gamma Navision")
        db.session.rollback()  # the next request
        assert found("navision") == {"alfa", "gamma-navision"}
        with unit_of_work():
            a_partner("Gamma Navision", status=PartnerStatus.DELISTED)
        with other.app_context():
            assert found("navision") == {"alfa"}
            assert sync.differences() == []
            db.session.remove()
            db.engine.dispose()


def test_what_another_process_applied_is_read_from_its_files(market: Flask, settings: Settings) -> None:
    """The database is not asked, until its time comes."""
    statements: list[str] = []
    other = create_app(settings.model_copy(update={"news_seconds": 3600.0}))
    with other.app_context():
        assert found("navision") == {"alfa"}
        event.listen(db.engine, "before_cursor_execute", lambda _c, _u, statement, *_rest: statements.append(statement))
    with unit_of_work():
        a_partner("Gamma Navision")
    with other.app_context():
        before = sync.ready()
        assert before.snapshot.firms.place_of_slug.keys() == {"alfa", "beta", "gamma-navision"}
        assert (before.behind, statements) == (False, [])
        assert found("navision") == {"alfa", "gamma-navision"}
    with unit_of_work():
        the_criteria(with_question(SMALL, question("keurmerk", "yes_no")))
    with other.app_context():
        assert sync.ready().snapshot.edition.by_key["keurmerk"], "new criteria are read from the database"
        db.session.remove()
        db.engine.dispose()


def test_threads_see_their_own_changes_and_never_half_a_one(market: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    """Writers and readers at once: whoever committed finds it, and words and counts are of one moment."""
    wrong: list[str] = []
    stop = threading.Event()

    def write(number: int) -> None:
        with market.app_context():
            for n in range(4):
                name = f"Firma {number} {n}"
                with unit_of_work():
                    an_answer(a_partner(name), "producten", "sales")
                if f"firma-{number}-{n}" not in found(name):
                    wrong.append(name)

    def read() -> None:
        with market.app_context():
            while not stop.is_set():
                ready = sync.ready()
                named = found_by_words(ready, parse("firma", ready.lexicon)).bit_count()
                sales = ready.snapshot.counts_of("producten").get("sales", 0)
                if named != sales:
                    wrong.append(f"{named} found, {sales} counted")
                db.session.rollback()

    db.session.remove()
    with ThreadPoolExecutor(5) as threads:
        readers = [threads.submit(read) for _n in range(2)]
        try:
            for each in [threads.submit(write, n) for n in range(3)]:
                each.result(60)
        finally:
            stop.set()
        for each in readers:
            each.result(60)
    assert wrong == []
    sync.drain()  # whoever found the index busy left its rows for the next one
    assert sync.differences() == []


def test_many_that_ask_at_once_need_few_connections(
    market: Flask, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Who waits for what another reads holds no connection, and who reads needs one at a time."""
    for name, value in {"pool_size": 1, "max_overflow": 0, "pool_timeout": 60}.items():
        monkeypatch.setitem(POOL, name, value)
    other, many, drain = create_app(settings), 24, applying.drain
    committed.disconnect(sync.after_commit)  # an application that is made connects it
    client, came, done = other.test_client, list[bool](), list[bool]()
    assert client().get("/api/v1/partners?q=navision").get_json()["total"] == 1
    mine = other.extensions["search"]
    lock = mine.lock

    class Noting:
        def __enter__(self) -> None:
            came.append(True)
            lock.acquire()

        def __exit__(self, *_wrong: object) -> None:
            lock.release()

    def when_all_wait(wait: float) -> int:
        until(lambda: len(came) + len(done) >= many)
        return drain(wait)

    def ask(_n: int) -> tuple[Any, ...]:
        answer = client().get("/api/v1/partners?q=navision")
        done.append(True)
        return answer.status_code, answer.get_json().get("total"), answer.get_json().get("behind")

    with unit_of_work():
        a_partner("Gamma Navision")
    db.session.remove()
    mine.lock = Noting()
    monkeypatch.setattr(applying, "drain", when_all_wait)
    with ThreadPoolExecutor(many) as threads:
        assert {*threads.map(ask, range(many))} == {(200, 2, False)}
    assert mine.not_before == float("-inf")
    with other.app_context():
        db.engine.dispose()


def test_who_asks_takes_nothing_back_of_what_was_written(market: Flask, no_news: None) -> None:
    """The list is read in a session of its own, and whoever has a transaction keeps it."""
    market.extensions["search"].looked_at = float("-inf")
    with unit_of_work():
        a_partner("Gamma Navision")
        assert found("gamma") == set()
    assert found("gamma") == {"gamma-navision"}


def test_what_is_left_to_look_at_while_somebody_looks_is_looked_at(
    market: Flask, no_news: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Who looks a moment before a change that could not be applied does not put off the next look (REL-06)."""
    sync.ready()
    mine, newest = market.extensions["search"], following._newest

    def a_moment_before() -> tuple[int, str]:
        seen = newest()
        with unit_of_work():
            a_partner("Gamma Navision")
        mine.looked_at = float("-inf")
        return seen

    monkeypatch.setattr(mine, "news_seconds", 3600.0)
    mine.looked_at = monotonic() - 7200
    with monkeypatch.context() as looking:
        looking.setattr(following, "_newest", a_moment_before)
        assert found("gamma") == set()
    assert found("gamma") == {"gamma-navision"}


def test_there_is_a_connection_for_every_thread(market: Flask) -> None:
    if db.engine.dialect.name == "postgresql":
        pytest.skip("other tests use the same server")
    with ExitStack() as stack:
        for _n in range(MOST_THREADS + 8):
            stack.enter_context(db.engine.connect())


def test_that_no_connection_is_free_says_nothing_about_the_index(
    market: Flask, no_news: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    def none_free() -> int:
        raise NoConnectionFree("QueuePool limit")

    with unit_of_work():
        a_partner("Gamma Navision")
    with monkeypatch.context() as crowded:
        crowded.setattr(applying, "drain", lambda _wait: none_free())
        assert sync.ready().behind
    assert sync.in_step()


def test_a_look_that_failed_is_none(market: Flask, no_news: None, monkeypatch: pytest.MonkeyPatch) -> None:
    """Who comes next looks again, and is not shown what there was for as long as a look holds (REL-06)."""

    def away(*_given: object) -> bool:
        raise NoConnectionFree("QueuePool limit")

    assert sync.ready().snapshot.firms.place_of_slug.keys() == {"alfa", "beta"}
    db.session.get_one(Partner, 1).status = PartnerStatus.DELISTED
    db.session.commit()
    mine = market.extensions["search"]
    mine.looked_at = float("-inf")
    monkeypatch.setattr(mine, "news_seconds", 3600.0)
    with monkeypatch.context() as failing:
        failing.setattr(reading, "is_of_this_history", away)
        with pytest.raises(NoConnectionFree):
            sync.ready()
    assert sync.ready().snapshot.firms.place_of_slug.keys() == {"beta"}


def test_that_no_connection_is_free_for_a_rebuild_says_nothing_either(
    market: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    mine, tried = market.extensions["search"], list[bool]()

    def none_free(**_given: object) -> int:
        tried.append(True)
        raise NoConnectionFree("QueuePool limit")

    with monkeypatch.context() as crowded:
        crowded.setattr(applying, "rebuild", none_free)
        beside.rebuild_beside(mine)
        until(lambda: bool(tried) and not mine.rebuilding.is_set())
    assert mine.not_before == float("-inf")


def test_an_own_change_that_could_not_be_applied_is_seen_at_the_next_request(market: Flask, settings: Settings) -> None:
    """The database is asked again before its time comes."""
    other = create_app(settings.model_copy(update={"news_seconds": 3600.0}))
    with other.app_context():
        assert found("navision") == {"alfa"}
        other.extensions["search"].not_before = float("inf")
        with unit_of_work():
            a_partner("Gamma Navision")
        assert found("navision") == {"alfa", "gamma-navision"}
        db.session.remove()
        db.engine.dispose()


def numbers(ready: Snapshot) -> list[float]:
    """The numbers of persons that are known, lowest first."""
    table = ready.tables.get(FacetKey("personen"))
    return table.entries["number"].tolist() if table else []


def test_an_earlier_day_shows_what_was_known_then(market: Flask) -> None:
    with unit_of_work():
        an_answer(db.session.get_one(Partner, 1), "personen", 5, recorded_at=NOW - timedelta(days=10))
        an_answer(db.session.get_one(Partner, 1), "personen", 50, recorded_at=NOW - timedelta(days=1))
    for ago, wanted in ((0, 50), (1, 50), (2, 5), (10, 5), (11, None)):
        ready = snapshot(TODAY - timedelta(days=ago))
        assert numbers(ready) == ([wanted] if wanted else []), ago
    past = snapshot(TODAY - timedelta(days=2))
    assert snapshot(TODAY - timedelta(days=2)) is past
    with unit_of_work():
        an_answer(db.session.get_one(Partner, 2), "personen", 8, recorded_at=NOW - timedelta(days=5))
    assert numbers(snapshot(TODAY - timedelta(days=2))) == [5, 8], "late news of then"


def test_days_of_the_past_do_not_fill_the_memory(market: Flask) -> None:
    for ago in range(1, 12):
        snapshot(TODAY - timedelta(days=ago))
    assert len(market.extensions["search"].past) == sync.PAST_KEPT


def test_days_of_the_past_leave_room_for_other_requests(market: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    """While one is read one more waits; the others are asked to come back, and what is kept is answered at once."""
    days, began, goes_on = [TODAY - timedelta(days=n) for n in range(1, 8)], threading.Event(), threading.Event()
    for_good, read = Browser(market).json(asked_of(days[0])), without_index._from_database

    def slowly(*given: Any, **named: Any) -> Any:
        began.set()
        assert goes_on.wait(60)
        return read(*given, **named)

    monkeypatch.setattr(without_index, "_from_database", slowly)
    monkeypatch.setattr(without_index, "PATIENCE", 90.0)
    turns, client = market.extensions["search"].past_turns, market.test_client
    db.session.remove()
    with ThreadPoolExecutor(2) as threads:
        first = threads.submit(lambda: client().get(asked_of(days[1])))
        assert began.wait(60)
        second = threads.submit(lambda: client().get(asked_of(days[2])))
        until(lambda: turns._value == 0)
        for day in days[3:]:
            refused = client().get(asked_of(day))
            assert (refused.status_code, refused.headers["Retry-After"]) == (503, "90")
            assert refused.get_json()["status"] == 503
        assert client().get(asked_of(days[0])).json == for_good
        assert client().get("/api/v1/partners").status_code == 200
        goes_on.set()
        assert [each.result(60).status_code for each in (first, second)] == [200, 200]
    assert client().get(asked_of(days[3])).status_code == 200


def asked_of(day: date) -> str:
    return f"/api/v1/partners?op={day}"


def test_one_change_reads_one_partner(market: Flask, statements: list[str]) -> None:
    """The work of a change does not grow with the number of partners."""
    snapshot()
    with unit_of_work():
        an_answer(db.session.get_one(Partner, 1), "personen", 5)
    statements.clear()
    snapshot()
    assert 1 <= len(statements) <= 12
    assert all("partner.id IN" in each or "partner_id IN" in each for each in statements if "FROM answer" in each)


def test_what_is_no_news_is_not_applied(market: Flask, statements: list[str]) -> None:
    """Most transactions change no partner: a session, a draft, a mail."""
    for wrong in (False, True):
        statements.clear()
        with suppress(ZeroDivisionError), unit_of_work():
            mail.post("iemand@voorbeeld.example", "Bericht", "Tekst")
            if wrong:
                a_partner("Spook")
                raise ZeroDivisionError
        assert not any("FROM outbox" in each for each in statements)
    statements.clear()
    with unit_of_work():
        an_answer(db.session.get_one(Partner, 1), "personen", 5)
    assert any("FROM outbox" in each for each in statements)
