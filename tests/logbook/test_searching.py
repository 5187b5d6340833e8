"""The log: everything is in it, readable, and found by who, what, about what and when."""

import csv
import io
import json
import re
from collections.abc import Callable
from datetime import datetime, timedelta
from html import unescape

import pytest
from flask import Flask

from partnerkompas.accounts.models import Account
from partnerkompas.infra import audit, clock
from partnerkompas.infra.db import db
from partnerkompas.infra.request_cycle import unit_of_work
from partnerkompas.logbook import queries
from partnerkompas.logbook.showing import changes
from partnerkompas.permissions.vocabulary import OPERATOR, Actor
from tests.factories import NOW, a_curator, a_member, an_admin
from tests.signed_in import Person


@pytest.fixture
def curator(app: Flask) -> Person:
    member = a_member()
    db.session.commit()
    with unit_of_work():
        audit.record(
            db.session, member, "answer:provide", "partner/aap", before={"iso": "nee"}, after={"iso": "<b>ja</b>"}
        )
        for n in range(60):
            audit.record(db.session, OPERATOR, "test:deed", f"ding/{n:02}")
        db.session.flush()
        with clock.fixed_at(NOW - timedelta(days=3)):
            audit.record(db.session, OPERATOR, "test:early", "ding/vroeg")
            db.session.flush()
    return Person(app, a_curator())


def test_who_did_what_to_which_thing_with_before_and_after(curator: Person) -> None:
    page = curator.get("/logboek?wat=answer:").text
    assert "1 regel" in page
    assert "partner/aap" in page
    assert "<del>nee</del> → </del>" not in page
    assert "<del>nee</del>" in page
    assert "&lt;b&gt;ja&lt;/b&gt;" in page
    assert "@voorbeeld.example" in page, "a curator reads who it was"


def test_an_erased_account_is_a_number(curator: Person) -> None:
    with unit_of_work():
        account = db.session.scalars(db.select(Account).order_by(Account.id)).first()
        assert account is not None
        account.ended_at, account.email = NOW, "gewist-1"
    page = curator.get("/logboek?wat=answer:").text
    assert "account/1" in page
    assert "gewist" not in page


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("waarover=ding/0", 10),
        ("waarover=ding/05", 1),
        ("wat=test:", 61),
        ("wat=test:&van=2026-11-22", 60),
        ("wat=test:&tot=2026-11-21", 1),
        ("wat=test:&van=2026-11-19&tot=2026-11-19", 1),
        ("wie=account/1", 1),
        ("wie=niemand@voorbeeld.example", 0),
        ("wat=te_t:", 0),
        ("waarover=%25", 0),
    ],
)
def test_found_by(curator: Person, query: str, found: int) -> None:
    page = curator.get(f"/logboek?{query}").text
    assert f"{found} regel{'s' if found != 1 else ''}</p>" in page


def test_page_by_page_nothing_twice(curator: Person) -> None:
    first, second = (curator.get(f"/logboek?wat=test:deed&pagina={n}").text for n in (1, 2))
    one, two = (
        {f"ding/{n:02}" for n in range(60) if f"ding/{n:02}<" in page or f"ding/{n:02}\n" in page}
        for page in (first, second)
    )
    assert len(one) == 50
    assert len(two) == 10
    assert "pagina=2" in first
    assert "Nieuwere regels" in second


def test_nonsense_is_said(curator: Person) -> None:
    assert curator.get("/logboek?wat=%00&wie=%00&waarover=%EF%BF%BF").status_code == 200
    page = curator.get("/logboek?van=gisteren&x=1&pagina=-1")
    assert page.status_code == 200
    assert "is geen dag" in page.text
    assert "genegeerd" in page.text


def test_what_changed() -> None:
    assert changes(None, None) == []
    assert changes(None, {"a": 1}) == [("a", "–", "1")]
    assert changes({"a": 1, "b": "x"}, {"a": 1, "b": "y", "c": [1]}) == [("b", "x", "y"), ("c", "–", "[1]")]
    assert changes({"a": 1}, None) == [("a", "1", "–")]
    assert changes(None, [["iso", "", "stated", True]]) == [("", "–", '[["iso", "", "stated", true]]')]


def test_the_first_and_the_last_day_there_are(curator: Person) -> None:
    for query in ("van=0001-01-01", "tot=0001-01-01", "van=9999-12-31", "tot=9999-12-31"):
        assert curator.get(f"/logboek?{query}").status_code == 200, query


def the_file(person: Person, query: str = "") -> list[dict[str, str]]:
    """The file that the page with this query offers; no rows when it offers none."""
    offered = re.search(r'href="(/logboek\.csv[^"]*)"', person.get(f"/logboek?{query}").text)
    if not offered:
        return []
    answer = person.get(unescape(offered[1]))
    assert answer.status_code == 200
    assert answer.headers["Content-Disposition"] == 'attachment; filename="logboek-2026-11-22.csv"'
    assert answer.is_streamed
    return list(csv.DictReader(io.StringIO(answer.text.removeprefix("\ufeff"))))


@pytest.mark.parametrize("role", [a_curator, an_admin])
def test_the_file_is_what_the_page_finds(app: Flask, curator: Person, role: Callable[[], Actor]) -> None:
    person = Person(app, role())
    for query in ("", "waarover=ding/0", "wat=test:&van=2026-11-22", "wie=account/1", "wie=niemand"):
        page, rows = person.get(f"/logboek?{query}").text, the_file(person, query)
        assert f'<p role="status">{len(rows)} regel' in page, query
    rows = the_file(person)
    assert [int(row["number"]) for row in rows] == list(range(1, len(rows) + 1))
    first = rows[0]
    assert (first["actor"], first["before"], first["after"]) == ("account/1", '{"iso": "nee"}', '{"iso": "<b>ja</b>"}')
    assert "@" not in str(rows), "a file goes on without us, so it names numbers"


def test_the_file_is_enough_to_make_the_chain_again(curator: Person) -> None:
    before = ""
    for row in the_file(curator):
        content = {
            **row,
            **{name: int(row[name]) if row[name] else None for name in ("id", "account_id")},
            **{name: json.loads(row[name]) if row[name] else None for name in ("before", "after")},
            "at": datetime.fromisoformat(row["at"]),
        }
        (before,) = audit.linked(before, [content])
        assert before == row["hash"]


def test_a_long_file_is_read_in_portions(curator: Person) -> None:
    with unit_of_work():
        for n in range(2 * queries.AT_A_TIME):
            audit.record(db.session, OPERATOR, "test:many", f"ding/{n}", after="=1+1")
    rows = the_file(curator, "wat=test:many")
    assert len(rows) == 2 * queries.AT_A_TIME
    assert rows[0]["after"] == '"=1+1"', "a formula is no formula in quotes"
