"""The log: everything is in it, readable, and found by who, what, about what and when."""

from datetime import timedelta

import pytest
from flask import Flask

from partnerkompas.accounts.models import Account
from partnerkompas.infra import audit, clock
from partnerkompas.infra.db import db
from partnerkompas.infra.request_cycle import unit_of_work
from partnerkompas.logbook.showing import changes
from partnerkompas.permissions.vocabulary import OPERATOR
from tests.factories import NOW, a_curator, a_member
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
