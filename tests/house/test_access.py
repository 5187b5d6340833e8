"""Every address × every sort of actor is in one table; a new route without an entry fails (SEC-01)."""

import re

import pytest
from flask import Flask, g

from partnerkompas.infra.db import db, writing
from partnerkompas.infra.request_cycle import committed
from partnerkompas.partners import queries
from partnerkompas.partners.models import PartnerStatus
from partnerkompas.permissions.policy import may
from partnerkompas.permissions.vocabulary import Actor, Permission
from tests.factories import a_curator, a_partner, an_answer, client_of, everyone, the_criteria
from tests.house.access import ACCESS, COLUMNS
from tests.house.bodies import bodies, sent
from tests.house.kept import kept
from tests.house.world import World, the_world
from tests.statements import statements

WRITES = re.compile(r'(?:INSERT INTO|UPDATE|DELETE FROM) "?(?!audit|attempt)')
"""Statements that change what is known. The log and the count of attempts are about the asking itself."""

ATTEMPTS = re.compile(r"(?:INSERT INTO|UPDATE|DELETE FROM) attempt")


@pytest.fixture
def world(app: Flask) -> World:
    return the_world(app)


def test_every_route_has_its_row(app: Flask) -> None:
    routes = {
        (method, rule.rule)
        for rule in app.url_map.iter_rules()
        for method in (rule.methods or set()) - {"HEAD", "OPTIONS"}
        if rule.endpoint != "static"
    }
    assert routes == set(ACCESS)


def asked(app: Flask, world: World) -> dict[tuple[str, str], list[str]]:
    """What every route answers to everybody, each from the same beginning: 200, or 303* when something was changed."""
    found: dict[tuple[str, str], list[str]] = {row: [] for row in ACCESS}
    forms = bodies(app, world)
    cookies = [cookie_of(app, actor) for actor in world.people.values()]
    app.config["WTF_CSRF_ENABLED"] = False  # what a form without its token does is another test
    with kept() as put_back, committed.muted(), statements() as done:
        for (method, path), answers in found.items():
            for cookie in cookies:
                del done[:]
                g.__dict__.clear()
                writing.set(False)
                client = app.test_client()
                if cookie:
                    client.set_cookie(*cookie)
                data = sent(forms.get(path, {})) if method == "POST" else None
                answer = client.open(world.address(path), method=method, data=data)
                wrote = any(map(WRITES.match, done))
                answers.append(f"{answer.status_code}{'*' if wrote and answer.status_code < 400 else ''}")
                answer.close()
                if wrote or any(ATTEMPTS.match(each) for each in done):
                    put_back()
    return found


def cookie_of(app: Flask, actor: Actor) -> tuple[str, str] | None:
    """The name and value of the cookie of somebody who is signed in."""
    held = list((client_of(app, actor)._cookies or {}).values())
    return (held[0].key, held[0].value) if held else None


def test_every_cell(app: Flask, world: World, cheap_hashes: None) -> None:
    assert list(world.people) == COLUMNS
    found = asked(app, world)
    wrong = [
        f"{method} {path} as {column}: {status}, not {expected}"
        for (method, path), answers in found.items()
        for column, status, expected in zip(COLUMNS, answers, ACCESS[method, path], strict=True)
        if status != expected
    ]
    assert not wrong, "\n".join(wrong)


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
        "/cijfers",
        "/cijfers.csv",
    ):
        body = client.get(path).text
        assert "Geheimnaam" not in body, path
    assert client.get("/partners/geheimnaam").status_code == 404
    assert client.get("/partners/geheimnaam/cijfers").status_code == 404
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


def test_asking_what_an_address_can_do_is_harmless(app: Flask) -> None:
    """Flask answers OPTIONS without a view; that is no answer of ours that forgot to ask."""
    for path in ("/", "/partners", "/api/v1/partners", "/inloggen"):
        assert app.test_client().options(path).status_code == 200, path


CHECKS_ITSELF = "/partners/<slug>/gegevens/<theme>"
"""Tells whose session is over that nothing is lost, so it looks at the token itself (tests/providing)."""


@pytest.mark.parametrize("who", ["visitor", "signer", "curator", "admin"])
def test_a_form_without_its_token_does_nothing(app: Flask, world: World, who: str) -> None:
    """Whoever sends it, however well it is filled in (SEC-06); a wrong token is none."""
    forms, cookie = bodies(app, world), cookie_of(app, world.people[who])
    client = app.test_client()
    if cookie:
        client.set_cookie(*cookie)
    with statements() as done:
        for method, path in ACCESS:
            if method == "POST":
                g.__dict__.clear()
                writing.set(False)
                data = {**sent(forms.get(path, {})), "csrf_token": "x"}
                status = client.post(world.address(path), data=data).status_code
                assert status == 400 or (path == CHECKS_ITSELF and status in (403, 422)), f"{path}: {status}"
    assert not [each for each in done if WRITES.match(each)]


def test_a_number_that_no_database_holds_leads_nowhere(app: Flask, world: World) -> None:
    """On PostgreSQL looking for it would be a fault (SEC-10)."""
    app.config["WTF_CSRF_ENABLED"] = False
    client = client_of(app, a_curator())
    for number in (2**31, 2**63, 10**40):
        for method, path in ACCESS:
            if "<int:" in path:
                odd = world.address(re.sub(r"<int:\w+>", str(number), path))
                g.__dict__.clear()
                assert client.open(odd, method=method).status_code in (303, 403, 404), f"{method} {path}"
