"""Whatever happens to the words index, the list is right and the index comes back in step (REL-06)."""

import random
import sys
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import AbstractContextManager, contextmanager
from dataclasses import replace
from datetime import date, timedelta
from itertools import count
from pathlib import Path
from typing import Any

import pytest
from flask import Flask

from partnerkompas import create_app
from partnerkompas.config import Settings
from partnerkompas.infra import clock
from partnerkompas.infra.db import db, writing
from partnerkompas.infra.request_cycle import unit_of_work
from partnerkompas.partners.actions import PlainOffice
from partnerkompas.partners.models import Partner, PartnerStatus
from partnerkompas.search import index, sync
from partnerkompas.search.index import folder as index_folder
from partnerkompas.search.snapshot import Column, files
from partnerkompas.search.sync import applying, following, generation, reading
from partnerkompas.search.words import Token
from tests.browser import Browser
from tests.edition import SMALL
from tests.factories import NOW, a_partner, an_answer
from tests.search.market import TODAY, applied, folder, found, last


def test_killed_between_commit_and_index(market: Flask, no_news: None) -> None:
    with unit_of_work():
        an_answer(db.session.get_one(Partner, 2), "producten", "bc")
    assert applied(market)[0] < last()
    assert found("navision") == {"alfa", "beta"}
    assert applied(market) == (last(), TODAY), "the request brought the index up to date"
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
def test_an_index_that_was_harmed_is_made_again(
    market: Flask, settings: Settings, harm: Callable[[Path], None]
) -> None:
    harm(folder(market))
    with create_app(settings).app_context():  # everything is looked at anew when the program starts
        assert "er is geen index die te gebruiken is" in sync.differences()
        assert found("navision") == {"alfa"}
        assert sync.differences() == []
        assert applied(market) == (last(), TODAY)
        db.session.remove()
        db.engine.dispose()


def test_an_index_of_an_older_version_is_made_again(market: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(index_folder, "VERSION", "later")
    assert applied(market) == (-1, date.min)
    assert found("navision") == {"alfa"}
    assert applied(market) == (last(), TODAY)


def test_the_list_is_right_while_another_writes(market: Flask, no_news: None) -> None:
    with unit_of_work():
        a_partner("Gamma Navision")
    with index.alone(folder(market)):
        assert found("navision") == {"alfa", "gamma-navision"}
        with pytest.raises(index.IndexBusy):
            sync.drain(wait=0)
        assert applied(market)[0] < last()
        assert not sync.in_step()
    assert sync.in_step()


@pytest.mark.parametrize(
    "what", [(index, "update"), (files, "save"), (generation, "write")], ids=["index", "snapshot", "generation"]
)
def test_the_list_is_right_when_the_index_cannot_be_written(
    market: Flask, monkeypatch: pytest.MonkeyPatch, no_news: None, what: tuple[Any, str]
) -> None:
    """And not every request tries again; when there is room again, all of it comes in step."""
    tries: list[int] = []

    def full(*_args: Any) -> None:
        tries.append(1)
        raise OSError("disk full")

    with monkeypatch.context() as disk:
        disk.setattr(*what, full)
        with unit_of_work():
            a_partner("Gamma Navision")
        for _n in range(3):
            assert found("navision") == {"alfa", "gamma-navision"}
        assert tries == [1]
    market.extensions["search"].not_before = float("-inf")
    assert found("navision") == {"alfa", "gamma-navision"}
    assert applied(market) == (last(), TODAY)
    assert sync.differences() == []


def test_a_write_is_not_refused_because_of_the_index(market: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*_args: Any) -> None:
        raise OSError("disk full")

    monkeypatch.setattr(index, "update", broken)
    with unit_of_work():
        a_partner("Gamma")
    assert found("gamma") == {"gamma"}


def test_without_an_index_only_what_changed_is_read_again(market: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    """The folder is gone and cannot be written: all is read once, and then no request reads all again."""
    read, asked = reading.columns, list[Any]()

    def columns(*what: Any) -> list[Column]:
        asked.append(what[0])
        return read(*what)

    def full(*_args: Any, **_named: Any) -> None:
        raise OSError("disk full")

    monkeypatch.setattr(reading, "columns", columns)
    monkeypatch.setattr(applying, "drain", full)
    monkeypatch.setattr(index, "open_reader", lambda *_args: None)
    market.extensions["search"].ready = None
    assert found("navision") == {"alfa"}
    assert asked == [None]
    for name in ("Gamma Navision", "Delta Navision"):
        with unit_of_work():
            a_partner(name)
    assert found("navision") == {"alfa", "gamma-navision", "delta-navision"}
    with unit_of_work():
        a_partner("Alfa", status=PartnerStatus.DELISTED)
    assert found("navision") == {"gamma-navision", "delta-navision"}
    assert found("navision") == {"gamma-navision", "delta-navision"}
    assert asked[1:] == [{3, 4}, {1}]
    held = market.extensions["search"].ready
    assert found("gamma") == {"gamma-navision"}
    assert market.extensions["search"].ready is held, "nor are words looked through anew where nothing changed"


def test_differences_names_every_difference(market: Flask, no_news: None) -> None:
    where, version = folder(market), sync.ready().lexicon.version
    lie, ghost = {"name_exact": [Token("leugen", 0)]}, {"name_exact": [Token("spook", 0)]}
    with index.alone(where):
        index.rebuild(
            where,
            [index.Document("partner", 1, lie), index.Document("partner", 9, ghost)],
            index.Applied(1, date(2026, 11, 1), version, "2026-11-02"),
        )
    lines = sync.differences()
    told = (f"index weet 1, 2026-11-01, {version}, 2026-11-02", f"database {last()}, 2026-11-22, {version}, ")
    assert any(line.startswith(", ".join(told)) for line in lines)
    assert "alfa: met andere woorden in de index" in lines
    assert "beta: niet in de index" in lines
    assert "partner 9: in de index, niet in de gids" in lines
    assert f"{SMALL.questions[0].key}: niet in de index" in lines
    assert sync.rebuild() == 2
    assert sync.differences() == []


def test_what_is_written_while_one_looks_is_no_difference(market: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    read, turn = reading.columns, count(1)

    def and_somebody_writes(*asked: Any) -> list[Column]:
        found = read(*asked)
        if asked[0] is None:
            with ThreadPoolExecutor(1) as other:
                other.submit(writes).result()
        return found

    def writes() -> None:
        with market.app_context(), unit_of_work():
            a_partner(f"Tussendoor {next(turn)}")

    monkeypatch.setattr(reading, "columns", and_somebody_writes)
    assert sync.differences() == []
    assert found("tussendoor") == {"tussendoor-1"}, "and one look was enough"


def test_what_is_applied_at_a_second_look_is_no_difference(
    market: Flask, monkeypatch: pytest.MonkeyPatch, no_news: None
) -> None:
    with unit_of_work():
        a_partner("Gamma")
    held, looks = applying.held, list[bool]()

    def applied_in_the_meantime(*given: Any, **named: Any) -> Any:
        looks.append(True)
        if len(looks) == 2:
            monkeypatch.setattr(applying, "held", held)
            with ThreadPoolExecutor(1) as other:
                other.submit(apply).result()
        return held(*given, **named)

    def apply() -> None:
        with market.app_context():
            sync.drain()

    monkeypatch.setattr(applying, "held", applied_in_the_meantime)
    assert sync.differences() == []
    assert len(looks) == 2


def test_differences_names_what_a_snapshot_does_not_know(market: Flask, no_news: None) -> None:
    with unit_of_work():
        an_answer(db.session.get_one(Partner, 2), "producten", "bc")
        a_partner("Gamma")
        a_partner("Alfa", status=PartnerStatus.DELISTED)
    lines = sync.differences()
    assert f"momentopname weet {last() - 3}, 2026-11-22, 1.0.0, database {last()}, 2026-11-22, 1.0.0" in lines
    assert "gamma: niet in de momentopname" in lines
    assert "alfa: in de momentopname, niet in de gids" in lines
    assert any(line.startswith("beta: anders in de momentopname: ") and "producten=bc" in line for line in lines)


def test_the_places_of_words_and_how_often_they_stand_are_compared(market: Flask, no_news: None) -> None:
    """Phrases need the places: the same words in another order are another index."""
    with unit_of_work():
        a_partner("Gamma Navision Groep")
    ready, id_ = sync.ready(), 3
    lexicon, known = ready.lexicon, index.Applied(last(), TODAY, ready.lexicon.version, ready.told_at)
    assert sync.differences() == []
    for names in (("Navision Gamma Groep",), ("Gamma Navision Groep Groep",), ("Gamma Navision",)):
        document = index.TextDocument("partner", id_, {"name": names}, lexicon)
        with index.alone(folder(market)):
            index.update(folder(market), [document], [], known)
        assert sync.differences() == ["gamma-navision-groep: met andere woorden in de index"], names


def test_orders_and_ages_are_compared(market: Flask) -> None:
    state = market.extensions["search"]
    known, firms = state.saved.snapshot, state.saved.snapshot.firms
    about = firms.about.copy()
    about["median"][0] += 1
    for wrong, said in (
        (replace(firms, neutral=firms.neutral[::-1]), "de volgorde van de dag"),
        (replace(firms, alphabet=firms.alphabet[::-1]), "de volgorde van het alfabet"),
        (replace(firms, about=about), "anders in de momentopname"),
    ):
        applying._publish(state, replace(known, firms=wrong), state.saved, sync.ready().told_at)
        assert any(said in line for line in sync.differences()), said
    sync.rebuild()
    assert sync.differences() == []


def test_news_of_more_than_a_few_partners_reads_everything(market: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reading, "FEW", 2)
    with unit_of_work():
        for n in range(5):
            a_partner(f"Firma {n}")
    assert found("firma") == {f"firma-{n}" for n in range(5)}
    assert sync.differences() == []


@pytest.mark.parametrize("told", ["", "[]", "{}", '{"parts": []}', '{"number": 1, "parts": {"lines": "x"}}'])
def test_a_generation_that_says_nonsense_is_made_again(market: Flask, settings: Settings, told: str) -> None:
    (folder(market) / "GENERATION").write_text(told)
    with create_app(settings).app_context():
        assert found("navision") == {"alfa"}
        assert sync.differences() == []
        db.session.remove()
        db.engine.dispose()


def far_too_large(where: Path) -> None:
    generation.write(where, {**told(where), "number": 2**63})


def a_number_below_zero(where: Path) -> None:
    generation.write(where, {**told(where), "number": -1})


def nested_without_end(where: Path) -> None:
    text = "[" * 200_000
    (where / "GENERATION").write_text(f"{index.checksum(text.encode())}\n{text}")


def binary(where: Path) -> None:
    (where / "GENERATION").write_bytes(b"\xff\x00" * 100)


def a_folder_for_the_generation(where: Path) -> None:
    (where / "GENERATION").unlink()
    (where / "GENERATION").mkdir()
    (where / "GENERATION" / "more").write_text("in it")


def a_folder_for_the_next_generation(where: Path) -> None:
    (where / "GENERATION.new").mkdir()
    (where / "GENERATION").unlink()


def a_file_for_the_parts(where: Path) -> None:
    missing(where / "snapshot")
    (where / "snapshot").write_text("no folder")


def a_file_for_who_builds(where: Path) -> None:
    (where / "building").write_text("no folder")
    (where / "GENERATION").unlink()


def a_file_for_everything(where: Path) -> None:
    missing(where)
    where.write_text("no folder")


def told(where: Path) -> dict[str, Any]:
    found = generation.read(where)
    assert found is not None
    return found


WRONG = [
    far_too_large, a_number_below_zero, nested_without_end, binary, a_folder_for_the_generation,
    a_folder_for_the_next_generation, a_file_for_the_parts, a_file_for_who_builds, a_file_for_everything,
]  # fmt: skip


@pytest.mark.parametrize("harm", WRONG)
def test_whatever_stands_in_the_folder_it_is_made_anew_by_command(market: Flask, harm: Callable[[Path], None]) -> None:
    """Before any request was there to mend a part of it."""
    harm(folder(market))
    assert sync.rebuild() == 2
    assert sync.differences() == []


@pytest.mark.parametrize("harm", WRONG)
@pytest.mark.parametrize("restarted", [True, False])
def test_whatever_stands_in_the_folder_pages_come_and_it_is_made_again(
    market: Flask, settings: Settings, harm: Callable[[Path], None], restarted: bool
) -> None:
    harm(folder(market))
    app = create_app(settings) if restarted else market
    with app.app_context():
        assert "Alfa" in Browser(app).get("/partners?q=navision").text
        assert sync.in_step()
        assert sync.rebuild() == 2
        assert sync.differences() == []
        if restarted:
            db.session.remove()
            db.engine.dispose()


def test_one_changed_sign_in_the_generation_is_noticed(market: Flask) -> None:
    file = folder(market) / "GENERATION"
    whole, chance = file.read_text(), random.Random(5)
    for _n in range(100):
        at = chance.randrange(len(whole))
        file.write_text(whole[:at] + ("1" if whole[at] != "1" else "2") + whole[at + 1 :])
        assert generation.read(folder(market)) is None, at
    file.write_text(whole)
    assert generation.read(folder(market)) is not None


def snapshot_of_release(monkeypatch: pytest.MonkeyPatch, number: int) -> None:
    monkeypatch.setattr(files, "FORM", [number, files.FORM[1]])


def index_of_release(monkeypatch: pytest.MonkeyPatch, number: int) -> None:
    monkeypatch.setattr(index_folder, "NUMBERS", (number, 1))
    monkeypatch.setattr(index_folder, "VERSION", f"{number}.1-{sys.byteorder}")


@pytest.mark.parametrize("be", [snapshot_of_release, index_of_release])
def test_what_a_newer_release_made_is_left_to_it(
    market: Flask, settings: Settings, monkeypatch: pytest.MonkeyPatch, be: Callable[[pytest.MonkeyPatch, int], None]
) -> None:
    """Of two releases on one instance the older one answers from the database; it is the newer one that keeps files."""
    made, build = list[int](), applying._built

    def built(*given: Any) -> str:
        made.append(release)
        return build(*given)

    monkeypatch.setattr(applying, "_built", built)
    apps = {each: create_app(settings) for each in (100, 99)}
    for release in (100, 99, 100):
        be(monkeypatch, release)
        with apps[release].app_context():
            assert found("navision") == {"alfa"}
            assert sync.in_step() == (release == 100)
            assert sync.ready().behind == (release == 99)
    assert made == [100], "what is older is made anew, what is newer is not"
    for release in (99, 100):
        be(monkeypatch, release)
        with apps[release].app_context():
            with unit_of_work():
                a_partner(f"Navision {release}")
            assert f"navision-{release}" in found("navision")
    be(monkeypatch, 99)
    with apps[99].app_context():
        assert found("navision") == {"alfa", "navision-99", "navision-100"}
        with pytest.raises(applying.MadeByNewer):
            sync.drain()
        with pytest.raises(applying.MadeByNewer):
            applying.rebuild(unless_known=True)
        assert made == [100]
        assert sync.rebuild() == 4
        assert sync.in_step(), "who gives the command gets what works here"
    for app in apps.values():
        with app.app_context():
            db.session.remove()
            db.engine.dispose()


def test_another_shape_of_the_snapshot_has_another_form() -> None:
    """Whoever changes a dtype raises the number in FORM, and then the second one here: an older program looks at it."""
    assert files.FORM == [4, 2956288090]


def test_empty_parts_are_noticed_at_the_start(market: Flask, settings: Settings) -> None:
    for part in (folder(market) / "snapshot").iterdir():
        part.write_bytes(b"")
    with create_app(settings).app_context():
        assert found("navision") == {"alfa"}
        assert sync.differences() == []
        db.session.remove()
        db.engine.dispose()


def test_another_history_with_the_same_numbers_is_noticed(market: Flask, no_news: None) -> None:
    """A database that is put back under a running process, and then goes on: numbers alone do not tell."""
    with unit_of_work():
        a_partner("Gamma Navision")
    assert found("gamma") == {"gamma-navision"}
    token = writing.set(True)
    gamma = db.session.scalars(db.select(Partner).where(Partner.slug == "gamma-navision")).one()
    db.session.execute(db.text("UPDATE partner SET status = 'delisted' WHERE id = :id"), {"id": gamma.id})
    db.session.execute(
        db.text("UPDATE outbox SET written_at = :then WHERE id = :last"),
        {"then": NOW - timedelta(days=1), "last": last()},
    )
    db.session.commit()
    writing.reset(token)
    assert found("gamma") == set()
    assert sync.differences() == []


def test_cards_and_the_past_are_of_the_history_that_was_put_back(market: Flask, no_news: None) -> None:
    """Both are kept by number, and the other history has the same numbers."""
    with unit_of_work():
        a_partner("Gamma Navision", offices=[PlainOffice("Assen")])
    browser, day = Browser(market), TODAY - timedelta(days=1)
    assert "Assen" in browser.get("/partners?q=gamma").text
    assert "assen" in words_at(day)
    token = writing.set(True)
    db.session.execute(db.text("UPDATE office SET city = 'Breda' WHERE city = 'Assen'"))
    db.session.execute(
        db.text("UPDATE outbox SET written_at = :then WHERE id = :last"),
        {"then": NOW - timedelta(days=1), "last": last()},
    )
    db.session.commit()
    writing.reset(token)
    page = browser.get("/partners?q=gamma").text
    assert "Breda" in page
    assert "Assen" not in page
    assert "breda" in words_at(day)
    assert "assen" not in words_at(day)
    assert sync.differences() == []


def words_at(day: date) -> set[str]:
    """By which places somebody is found on an earlier day."""
    return {place.lower() for column in sync.ready(day).columns for place in column.places}


def test_readers_hardly_wait_for_who_holds_the_index(
    market: Flask, no_news: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A writer that hangs must not hold up the site: a page asks the index once, and gives up soon."""
    pauses: list[float] = []
    monkeypatch.setattr(applying, "sleep", pauses.append)
    clock_of_pauses = count(step=applying.PAUSE)
    monkeypatch.setattr(applying, "monotonic", lambda: next(clock_of_pauses))
    with unit_of_work():
        a_partner("Gamma Navision")
    browser = Browser(market)
    with index.alone(folder(market)):
        page = browser.get("/partners?q=navision")
        assert 0 < sum(pauses) < following.WAIT_OF_READERS * 2, "and not two seconds for each question"
        assert "Gamma Navision" in page.text
        assert "loopt nu misschien even achter" in page.text
    assert "loopt nu misschien even achter" not in browser.get("/partners?q=navision").text


def put_back(number: int, slug: str, name: str, status: PartnerStatus) -> None:
    """Under running processes a backup takes the place of the database: one partner, and no news after a number."""
    token = writing.set(True)
    what = {"slug": slug, "name": name, "status": status.value, "number": number}
    db.session.rollback()
    db.session.execute(db.text("UPDATE partner SET name = :name, status = :status WHERE slug = :slug"), what)
    db.session.execute(db.text("DELETE FROM outbox WHERE id > :number"), what)
    if db.engine.dialect.name == "postgresql":  # numbers go on from there, as they do on SQLite
        db.session.execute(db.text("SELECT setval(pg_get_serial_sequence('outbox', 'id'), :number)"), what)
    db.session.commit()
    writing.reset(token)


@contextmanager
def busy(app: Flask) -> Iterator[None]:
    with index.alone(folder(app)):
        yield


@contextmanager
def read_only(app: Flask) -> Iterator[None]:
    def refused(*_args: Any, **_named: Any) -> None:
        raise index.IndexUnwritable("read-only")

    with pytest.MonkeyPatch.context() as disk:
        disk.setattr(index, "alone", refused)
        yield
    app.extensions["search"].not_before = float("-inf")


@contextmanager
def too_many(_app: Flask) -> Iterator[None]:
    """So many that all is made anew beside the requests, which takes its time."""
    with pytest.MonkeyPatch.context() as large:
        large.setattr(applying, "INLINE", 1)
        large.setattr(following, "rebuild_beside", lambda _mine: None)
        yield


def suggested(browser: Browser) -> str:
    return str(browser.json("/suggesties?q=gamma"))


@pytest.mark.parametrize("hindered", [busy, read_only, too_many])
def test_what_a_backup_does_not_know_is_shown_no_more(
    market: Flask, no_news: None, hindered: Callable[[Flask], AbstractContextManager[None]]
) -> None:
    """A draft then, listed since: also where the index cannot be made anew at once, and a number is lower than held."""
    with unit_of_work():
        a_partner("Gamma", status=PartnerStatus.DRAFT)
    number, browser = last(), Browser(market)
    with unit_of_work():
        a_partner("Gamma")
    assert found("gamma") == {"gamma"}
    assert "Gamma" in suggested(browser)
    put_back(number, "gamma", "Gamma", PartnerStatus.DRAFT)
    with hindered(market):
        assert found("gamma") == set()
        assert "Gamma" not in suggested(browser)
        assert browser.json("/api/v1/partners?q=gamma")["items"] == []
        page = browser.get("/partners").text
        assert "Gamma" not in page
        assert "loopt nu misschien even achter" in page
        renamed("Quagga")
        assert (found("gamma"), found("quagga"), found("alfa")) == (set(), {"beta"}, {"alfa"})
    assert (found("gamma"), found("quagga"), found("alfa")) == (set(), {"beta"}, {"alfa"})
    assert sync.in_step()
    assert sync.differences() == []


def test_who_asks_during_a_look_is_not_shown_what_a_backup_does_not_know(
    market: Flask, no_news: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Reading everything takes long; what is held is let go of before that, not after."""
    number, state, held = last(), market.extensions["search"], list[Any]()
    with unit_of_work():
        a_partner("Gamma")
    assert found("gamma") == {"gamma"}
    put_back(number, "gamma", "Gamma", PartnerStatus.DRAFT)
    try_to_drain = following.try_to_drain
    monkeypatch.setattr(following, "try_to_drain", lambda *given: held.append(state.ready) or try_to_drain(*given))
    assert found("gamma") == set()
    assert held == [None]


def test_what_is_applied_by_a_later_look_is_in_step(
    market: Flask, no_news: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Something more is committed and applied after the request looked at the database: it works with that."""
    with unit_of_work():
        a_partner("Gamma")
    drain = applying.drain

    def later(*given: Any) -> int:
        with ThreadPoolExecutor(1) as other:
            other.submit(writes).result()
        return drain(*given)

    def writes() -> None:
        with market.app_context(), unit_of_work():
            a_partner("Delta")

    monkeypatch.setattr(applying, "drain", later)
    ready = sync.ready()
    assert not ready.behind
    assert ready.snapshot.firms.place_of_slug.keys() == {"alfa", "beta", "gamma", "delta"}


def test_a_backup_put_back_during_a_rebuild_is_what_is_built(
    market: Flask, no_news: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    number, snapshot_of, put = last(), reading.snapshot_of, list[bool]()
    with unit_of_work():
        a_partner("Gamma")

    def while_it_is_put_back(*given: Any) -> Any:
        if not put:
            put.append(True)
            put_back(number, "gamma", "Gamma", PartnerStatus.DRAFT)
            renamed("Quagga")
        return snapshot_of(*given)

    monkeypatch.setattr(reading, "snapshot_of", while_it_is_put_back)
    assert sync.rebuild() == 2
    assert (found("gamma"), found("quagga")) == (set(), {"beta"})
    assert sync.differences() == []


@pytest.fixture
def lost(market: Flask, no_news: None) -> int:
    """Killed between index and snapshot, and then a backup put back: a name that the database no longer knows.

    What goes on from there has the same numbers, at another time.
    """
    number = last()

    def killed(*_args: Any) -> None:
        raise OSError("killed")

    with pytest.MonkeyPatch.context() as kill:
        kill.setattr(generation, "write", killed)
        with unit_of_work():
            db.session.get_one(Partner, 1).name = "Zebra"
        assert found("zebra") == {"alfa"}
    put_back(number, "alfa", "Alfa", PartnerStatus.LISTED)
    market.extensions["search"].not_before = float("-inf")
    return number + 1


def renamed(name: str, minutes: int = 1) -> None:
    with clock.fixed_at(NOW + timedelta(minutes=minutes)), unit_of_work():
        db.session.get_one(Partner, 2).name = name


def test_words_of_a_lost_history_do_not_stay(market: Flask, lost: int) -> None:
    reader = index.open_reader(folder(market))
    assert reader
    assert reader.applied.number == lost
    renamed("Quagga")
    assert last() == lost
    assert (found("zebra"), found("alfa"), found("quagga")) == (set(), {"alfa"}, {"beta"})
    assert sync.differences() == []


def test_words_of_a_lost_history_are_not_found_while_the_index_cannot_follow(market: Flask, lost: int) -> None:
    with index.alone(folder(market)):
        for minutes, name in enumerate(("Quagga", "Okapi"), 1):
            renamed(name, minutes)
            assert (found("zebra"), found("alfa"), found(name)) == (set(), {"alfa"}, {"beta"})
