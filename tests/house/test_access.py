"""Every address × every sort of actor is in one table; a new route without an entry fails (SEC-01)."""

import pytest
from flask import Flask

from partnerkompas.infra.db import db
from partnerkompas.partners import queries
from partnerkompas.partners.models import PartnerStatus
from partnerkompas.permissions.policy import may
from partnerkompas.permissions.vocabulary import Permission
from tests.factories import (
    a_curator,
    a_member,
    a_partner,
    a_saved_search,
    a_visitor,
    an_admin,
    an_answer,
    client_of,
    everyone,
    the_criteria,
)

OPEN = (200, 200, 200, 200)
"""visitor, member, curator, administrator; representatives come with their issue"""

TOKEN = "t" * 32
"""The link of a search that somebody else keeps."""

ACCESS: dict[tuple[str, str], tuple[int, int, int, int]] = {
    ("GET", "/"): OPEN,
    ("GET", "/over"): OPEN,
    ("GET", "/methode"): OPEN,
    ("GET", "/actualiteit"): OPEN,
    ("GET", "/healthz"): OPEN,
    ("GET", "/readyz"): OPEN,
    ("GET", "/robots.txt"): OPEN,
    ("GET", "/partners"): OPEN,
    ("GET", "/partners/<slug>"): OPEN,
    ("GET", "/partners.csv"): OPEN,
    ("GET", "/suggesties"): OPEN,
    ("GET", "/vergelijk"): OPEN,
    ("GET", "/vergelijk.csv"): OPEN,
    ("GET", "/vergelijk.json"): OPEN,
    ("GET", "/criteria"): OPEN,
    ("GET", "/criteria/<key>"): OPEN,
    ("GET", "/criteria/uitgaven"): OPEN,
    ("GET", "/api/v1/partners"): OPEN,
    ("GET", "/api/v1/partners/<slug>"): OPEN,
    ("GET", "/api/v1/criteria"): OPEN,
    ("GET", "/api/v1/openapi.json"): OPEN,
    ("GET", "/inloggen"): (200, 303, 303, 303),
    ("POST", "/inloggen"): (400, 400, 400, 400),
    ("POST", "/uitloggen"): (400, 400, 400, 400),
    ("GET", "/bewaard"): (303, 200, 200, 200),
    ("POST", "/bewaard"): (400, 400, 400, 400),
    ("GET", "/bewaard/<token>"): OPEN,
    ("GET", "/bewaard/<token>.atom"): OPEN,
    ("GET", "/bewaard/<token>/naam"): (303, 403, 403, 403),
    ("POST", "/bewaard/<token>/naam"): (400, 400, 400, 400),
    ("POST", "/bewaard/<token>/gezien"): (400, 400, 400, 400),
    ("POST", "/bewaard/<token>/vergeten"): (400, 400, 400, 400),
}


@pytest.fixture
def listed(app: Flask) -> None:
    the_criteria()
    partner = a_partner("Getoond")
    a_partner("Ander")
    an_answer(partner, "iso", "ja")
    a_saved_search(a_member()).token = TOKEN
    db.session.commit()


def address(path: str) -> str:
    filled = path.replace("<slug>", "getoond").replace("<key>", "iso").replace("<token>", TOKEN)
    return filled + ("?p=getoond&p=ander" if "vergelijk" in path else "")


def test_every_route_has_its_row(app: Flask) -> None:
    routes = {
        (method, rule.rule)
        for rule in app.url_map.iter_rules()
        for method in (rule.methods or set()) - {"HEAD", "OPTIONS"}
        if rule.endpoint != "static"
    }
    assert routes == set(ACCESS)


def test_every_cell(app: Flask, listed: None) -> None:
    for number, actor in enumerate([a_visitor(), a_member(), a_curator(), an_admin()]):
        db.session.commit()
        for (method, path), expected in ACCESS.items():
            status = client_of(app, actor).open(address(path), method=method).status_code
            assert status == expected[number], f"{method} {path} as {actor}: {status}"


@pytest.mark.parametrize("status", list(PartnerStatus))
def test_list_equals_page_for_every_actor(app: Flask, status: PartnerStatus) -> None:
    """The filter in SQL and the fact in Python are the same rule (architecture, permissions)."""
    the_criteria()
    partner = a_partner("Iets", status=status)
    for actor in everyone(partner):
        listed = partner.id in queries.with_ids([partner.id], actor)
        assert listed == may(actor, Permission.PARTNER_READ, partner), (status, actor)


@pytest.mark.parametrize("status", [PartnerStatus.DRAFT, PartnerStatus.DELISTED])
def test_what_is_not_listed_shows_nowhere(app: Flask, status: PartnerStatus) -> None:
    """A poisoned row (row O3): an unlisted partner with answers reaches no page, facet, API or download."""
    the_criteria()
    a_partner("Zichtbaar")
    hidden = a_partner("Geheimnaam", status=status, legal_name="Geheimnaam BV")
    an_answer(hidden, "naam", "Geheimnaam-product")
    an_answer(hidden, "iso", "ja")
    db.session.commit()
    client = app.test_client()
    for path in (
        "/",
        "/partners",
        "/partners?q=geheimnaam",
        "/partners?iso=ja",
        "/vergelijk?p=geheimnaam&p=zichtbaar",
        "/vergelijk.csv?p=geheimnaam&p=zichtbaar",
        "/api/v1/partners",
        "/criteria/iso",
        "/methode",
        "/actualiteit",
    ):
        body = client.get(path).text
        assert "Geheimnaam" not in body, path
    assert client.get("/partners/geheimnaam").status_code == 404
    assert client.get("/api/v1/partners/geheimnaam").status_code == 404
    assert client.get("/api/v1/partners?iso=ja").json["total"] == 0  # type: ignore[index]


def test_hidden_and_unknown_get_the_same_answer(app: Flask) -> None:
    the_criteria()
    a_partner("Verborgen", status=PartnerStatus.DRAFT)
    db.session.commit()
    client = app.test_client()
    for odd in ("%00", "a%00b", "%C3%A9", "..%2f", "x" * 5000):
        assert client.get(f"/partners/{odd}").status_code == 404, odd
        assert client.get(f"/api/v1/partners/{odd}").status_code in (400, 404), odd
    hidden, unknown = client.get("/partners/verborgen"), client.get("/partners/bestaatniet")
    assert hidden.status_code == unknown.status_code == 404
    assert hidden.text.replace("verborgen", "x") == unknown.text.replace("bestaatniet", "x")


def test_an_answer_that_nobody_asked_permission_for_is_withheld(app: Flask) -> None:
    app.add_url_rule("/vergeten", view_func=lambda: "geheim")
    response = app.test_client().get("/vergeten")
    assert response.status_code == 500
    assert "geheim" not in response.text


def test_asking_what_an_address_can_do_is_harmless(app: Flask, listed: None) -> None:
    """Flask answers OPTIONS without a view; that is no answer of ours that forgot to ask."""
    for path in ("/", "/partners", "/api/v1/partners", "/inloggen"):
        assert app.test_client().options(path).status_code == 200, path
