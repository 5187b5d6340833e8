"""Whoever holds rows holds them in one order, so that on PostgreSQL no two wait for each other."""

import re
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from threading import Event, get_ident
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import event

from partnerkompas.accounts import queries as accounts
from partnerkompas.accounts.models import Account, Representation
from partnerkompas.challenging import actions as challenging
from partnerkompas.challenging import queries as challenges
from partnerkompas.infra import clock
from partnerkompas.infra.audit import AuditRow
from partnerkompas.infra.db import db
from partnerkompas.infra.language import speaking
from partnerkompas.infra.request_cycle import unit_of_work
from partnerkompas.membership import joining, links
from partnerkompas.membership import queries as membership
from partnerkompas.membership.models import Purpose
from partnerkompas.own import actions as own
from partnerkompas.partners import leaving, queries, representing
from partnerkompas.partners.models import Delisting, LeavingKind, Partner
from partnerkompas.permissions.vocabulary import PartnerRole
from tests.factories import NOW, a_curator, a_member, a_partner, a_representative, an_answer, the_criteria
from tests.waiting import until

WAITS = "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'"


@pytest.fixture
def server(app: Flask) -> Flask:
    if db.engine.dialect.name == "sqlite":
        pytest.skip("one writer at a time: nobody holds what another waits for")
    the_criteria()
    return app


def crossed(app: Flask, first: Callable[[], Any], second: Callable[[], Any]) -> list[Any]:
    """Two connections: the second begins when the first holds its first row, which goes on once the second waits.

    Or once the second is done, where it needs nothing of what the first holds.
    """
    db.session.rollback()
    holds, is_done, thread = Event(), Event(), list[int]()

    def second_waits() -> bool:
        if is_done.is_set():
            return True
        with db.engine.connect() as another:
            return bool(another.exec_driver_sql(WAITS).scalar())

    def stand_still(_connection: Any, cursor: Any, statement: str, *_rest: Any) -> None:
        if get_ident() in thread and not holds.is_set() and re.search(r"FOR (NO KEY )?UPDATE", statement):
            holds.set()
            until(second_waits, pause=0.05)

    def run(deed: Callable[[], Any], is_first: bool) -> Any:
        with app.app_context(), speaking("nl"), clock.fixed_at(NOW):
            if is_first:
                thread.append(get_ident())
            else:
                assert holds.wait(60)
            try:
                with unit_of_work():
                    return deed()
            finally:
                if not is_first:
                    is_done.set()

    event.listen(db.engine, "after_cursor_execute", stand_still)
    try:
        with ThreadPoolExecutor(2) as pool:
            return list(pool.map(run, (first, second), (True, False)))
    finally:
        event.remove(db.engine, "after_cursor_execute", stand_still)


def leaves_today(slug: str) -> int:
    """A partner whose day has come; the number of its delisting."""
    partner = queries.by_slug(slug)
    assert partner is not None
    with clock.fixed_at(NOW - timedelta(days=30)):
        made = leaving.announce(
            a_curator(), partner, LeavingKind.OTHER, "De gegevens worden nooit bijgehouden.", NOW.date()
        )
    db.session.commit()
    return made.id


def test_who_withdraws_while_the_round_takes_partners_off(server: Flask) -> None:
    for name in ("Aap", "Noot"):
        a_partner(name)
    later, first = leaves_today("noot"), leaves_today("aap")
    curator = a_curator()
    db.session.commit()

    def withdraw() -> None:
        delisting = leaving.by_id(first)
        assert delisting is not None
        leaving.end(curator, delisting, "De gegevens zijn bijgewerkt.")

    assert crossed(server, withdraw, leaving.carry_out) == [None, 1], "who was withdrawn meanwhile stays"
    deeds = db.session.scalars(db.select(AuditRow.deed).where(AuditRow.deed.like("delisting:%")).order_by(AuditRow.id))
    assert list(deeds)[2:] == ["delisting:withdrawn", "delisting:done"]
    assert {row.slug: row.is_listed for row in db.session.scalars(db.select(Partner))} == {"aap": True, "noot": False}
    assert db.session.get_one(Delisting, later).done_at is not None


def test_who_responds_while_the_round_takes_partners_off(server: Flask) -> None:
    """Also what was said in the last moment is decided about first."""
    number, theirs = leaves_today(a_partner("Aap").slug), a_representative(queries.held(1))
    db.session.commit()

    def respond() -> None:
        delisting = leaving.by_id(number)
        assert delisting is not None
        leaving.respond(theirs, delisting, "De gegevens zijn bijgewerkt.")

    assert crossed(server, respond, leaving.carry_out) == [None, 0]
    assert db.session.get_one(Delisting, number).done_at is None


def test_who_withdraws_after_the_round_began_lists_the_partner_again(server: Flask) -> None:
    a_partner("Aap")
    number = leaves_today("aap")
    curator = a_curator()
    db.session.commit()

    def withdraw() -> None:
        delisting = leaving.by_id(number)
        assert delisting is not None
        leaving.end(curator, delisting, "De gegevens zijn bijgewerkt.")

    assert crossed(server, leaving.carry_out, withdraw) == [1, None]
    partner = queries.by_slug("aap")
    assert partner is not None
    assert partner.is_listed


def test_who_asks_to_speak_for_a_partner_while_their_challenge_is_decided(server: Flask) -> None:
    """The one holds the account and refers to the partner, the other holds the partner and writes to the account."""
    partner, somebody, curator = a_partner("Aap"), a_member(), a_curator()
    made = challenging.open_challenge(somebody, an_answer(partner, "personen", 400), "Op de site staan er veertig.")
    db.session.commit()
    number = made.id

    def ask() -> None:
        found = queries.by_slug("aap")
        assert found is not None
        representing.ask(somebody, found, PartnerRole.EDITOR, "verkoop")

    def decide() -> None:
        found = challenges.by_id(number)
        assert found is not None
        challenging.uphold(curator, found, "In het register staan er 400.", found.answer_id)

    crossed(server, ask, decide)
    assert db.session.scalars(db.select(Representation)).one().account_id == somebody.account_id


def test_who_is_erased_while_a_curator_decides_about_them(server: Flask) -> None:
    partner, somebody, curator = a_partner("Aap"), a_member(), a_curator()
    number = representing.ask(somebody, partner, PartnerRole.EDITOR, "verkoop").id
    db.session.commit()

    def grant() -> None:
        found = representing.by_id(number)
        assert found is not None
        representing.grant(curator, found, "gezien")

    def erase() -> None:
        account = accounts.by_id(somebody.account_id or 0)
        assert account is not None
        own.erase(somebody, account)

    crossed(server, grant, erase)
    assert db.session.get_one(Representation, number).ended_at is not None


def test_who_is_erased_while_a_link_is_used(server: Flask, cheap_hashes: None) -> None:
    somebody = a_member()
    number = somebody.account_id or 0
    token = links.make(Purpose.PASSWORD, somebody.email, account_id=number)
    db.session.commit()

    def choose() -> None:
        found = membership.usable_link(token)
        assert found is not None
        joining.open_account(found, "een lange zin over peren", "", "")

    def erase() -> None:
        account = accounts.by_id(number)
        assert account is not None
        own.erase(somebody, account)

    crossed(server, choose, erase)
    assert db.session.get_one(Account, number).ended_at is not None
