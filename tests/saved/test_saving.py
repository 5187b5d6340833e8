"""Keeping a search: what is kept of a request, by whom, and what the audit says of it."""

import re
from concurrent.futures import ThreadPoolExecutor

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import func, select

from partnerkompas.accounts.models import Account
from partnerkompas.infra import clock
from partnerkompas.infra.audit import AuditRow
from partnerkompas.infra.db import db
from partnerkompas.infra.request_cycle import unit_of_work
from partnerkompas.permissions.policy import NotAllowed
from partnerkompas.permissions.vocabulary import OPERATOR, VISITOR, Actor
from partnerkompas.saved import actions, queries
from partnerkompas.saved.models import SavedSearch
from tests.browser import Browser, check, check_links, read
from tests.factories import a_member, a_saved_search
from tests.saved.conftest import fields, send

WHOLE = "q=a&producten=bc&iso.stand=not_stated&sort=naam&voor=bc"


def kept() -> list[SavedSearch]:
    db.session.rollback()
    return list(db.session.scalars(select(SavedSearch).order_by(SavedSearch.id)))


def deeds() -> list[AuditRow]:
    rows = db.session.scalars(select(AuditRow).order_by(AuditRow.id))
    return [row for row in rows if row.deed.startswith("saved-search")]


def test_the_list_offers_it_to_who_has_an_account(app: Flask, browser: Browser, client: FlaskClient) -> None:
    page = browser.get("/partners?producten=bc&q=alfa")
    assert not [form for form in page.all("form") if form.get("action") == "/bewaard"]
    assert "Het adres van deze pagina bevat uw hele zoekvraag" in page.text
    assert "Set-Cookie" not in page.response.headers
    own = read(client.get("/partners?producten=bc&q=alfa"))
    check(own, "/partners")
    check_links(app, own)
    assert own.one("form", action="/bewaard")
    assert own.one("input", id="keep-name").get("value") == "alfa, Business Central"
    assert own.response.headers["Cache-Control"] == "no-store"


def test_what_is_of_one_visit_is_not_kept(client: FlaskClient, member: Actor) -> None:
    address = f"/partners?{WHOLE}&p=alfa&p=beta&per_pagina=1&pagina=2&op=2026-11-22"
    answer = send(client, address, "/bewaard", naam="  Onze\x00 keuze ")
    assert answer.status_code == 303
    (saved,) = kept()
    assert answer.headers["Location"] == f"/bewaard#z{saved.id}"
    assert saved.request == "q=a&iso.stand=not_stated&producten=bc&sort=naam&voor=bc"
    assert saved.name == "Onze keuze"
    assert re.fullmatch(r"[A-Za-z0-9_-]{32}", saved.token)
    (row,) = deeds()
    assert (row.account_id, row.deed, row.subject) == (
        member.account_id,
        "saved-search:keep",
        f"saved-search/{saved.id}",
    )
    assert row.after is None, "what somebody looks for is theirs (promise 9)"
    assert saved.token not in str(row.__dict__)


def test_the_same_request_is_kept_once(client: FlaskClient) -> None:
    for address in ("/partners?producten=bc&iso=ja", "/partners?iso=ja&producten=bc&producten=bc&p=alfa&x=1"):
        assert send(client, address, "/bewaard").status_code == 303
    (saved,) = kept()
    assert saved.name == "Ja, Business Central"
    assert len(deeds()) == 1
    assert send(client, "/bewaard", f"/bewaard/{saved.token}/vergeten").status_code == 303
    assert send(client, "/partners?producten=bc&iso=ja", "/bewaard").status_code == 303
    assert [each.ended_at is None for each in kept()] == [False, True], "what was forgotten may be kept anew"


@pytest.mark.parametrize("language", ["", "/en"])
@pytest.mark.parametrize("name", ["", "   ", "\u200b\x07", "x" * 81])
def test_a_name_is_asked_for_again(app: Flask, client: FlaskClient, name: str, language: str) -> None:
    answer = send(client, f"{language}/partners?producten=bc", f"{language}/bewaard", naam=name)
    assert answer.status_code == 422
    page = read(answer)
    check(page, f"{language}/bewaard")
    check_links(app, page)
    assert page.one("div", class_="error-summary")
    assert page.one("input", id="zoekvraag").get("value") == "producten=bc"
    assert "Business Central" in page.text
    assert kept() == []
    again = fields(answer.text, "")
    assert again["zoekvraag"] == "producten=bc"
    assert client.post(f"{language}/bewaard", data={**again, "naam": "x" * 80}).status_code == 303


def test_sent_ten_times_at_once_it_is_kept_once(app: Flask, client: FlaskClient) -> None:
    """REL-05: on both databases, also when two processes are asked at the same time."""
    data, cookie = fields(client.get("/partners?producten=bc").text, "/bewaard"), client.get_cookie("partnerkompas")
    assert cookie

    def sent(_time: int) -> int:
        alone = FlaskClient(app)
        alone.set_cookie("partnerkompas", cookie.value)
        return alone.post("/bewaard", data=data).status_code

    with ThreadPoolExecutor(5) as pool:
        assert [*pool.map(sent, range(10))] == [303] * 10
    assert len(kept()) == len(deeds()) == 1


def test_the_log_does_not_hold_the_link(app: Flask, member: Actor, caplog: pytest.LogCaptureFixture) -> None:
    with unit_of_work():
        token = a_saved_search(member, "producten=bc").token
    with caplog.at_level("INFO"):
        for address in (f"/bewaard/{token}", f"/bewaard/{token}.atom", f"/bewaard/{token}/naam", "/partners"):
            app.test_client().get(address)
    paths = [record.__dict__["path"] for record in caplog.records if "path" in record.__dict__]
    assert paths == ["/bewaard/<token>", "/bewaard/<token>.atom", "/bewaard/<token>/naam", "/partners"]
    assert token not in caplog.text


def test_fifty_and_no_more(client: FlaskClient, member: Actor) -> None:
    with unit_of_work():
        for number in range(actions.MOST):
            actions.save(member, f"n{number}", f"q=n{number}", [])
    answer = send(client, "/partners?producten=bc", "/bewaard")
    assert answer.status_code == 422
    assert "U bewaart al 50 zoekopdrachten" in answer.text
    assert send(client, "/partners?q=n7", "/bewaard").status_code == 303, "one that is kept is no more"
    assert len(kept()) == actions.MOST
    page = read(client.get("/bewaard"))
    check(page, "/bewaard")


def test_more_fields_than_the_form_has_change_nothing(client: FlaskClient, member: Actor) -> None:
    with unit_of_work():
        other = a_member()
    extra = {"account_id": other.account_id, "token": "t" * 32, "found": "[1]", "id": 7, "ended_at": "2026-01-01"}
    send(client, "/partners?producten=bc", "/bewaard", **extra)
    (saved,) = kept()
    assert (saved.account_id, saved.ended_at, len(saved.found)) == (member.account_id, None, 2)
    assert saved.token != "t" * 32


@pytest.mark.parametrize("deed", ["", "/naam", "/gezien", "/vergeten"])
def test_a_form_of_another_session_is_refused(app: Flask, client: FlaskClient, member: Actor, deed: str) -> None:
    with unit_of_work():
        saved = a_saved_search(member, "producten=bc")
    action, before = f"/bewaard/{saved.token}{deed}" if deed else "/bewaard", len(deeds())
    stranger = app.test_client()
    token = fields(stranger.get("/inloggen").text, "")
    for given in ({}, {"csrf_token": "vervalst"}, {"csrf_token": token["csrf_token"]}):
        data = {**given, "naam": "Nieuw", "zoekvraag": "q=x", "gevonden": ""}
        assert client.post(action, data=data).status_code == 400
    assert stranger.post(action, data={"csrf_token": token["csrf_token"], "naam": "Nieuw"}).status_code == 303
    assert len(deeds()) == before
    assert [each.name for each in kept()] == ["Onze zoekopdracht"]


def test_only_its_owner_changes_it(app: Flask, client: FlaskClient, member: Actor) -> None:
    with unit_of_work():
        others = a_saved_search(a_member(), "producten=bc")
        a_saved_search(member, "producten=fin", "Van mij")
    token, mine = fields(client.get("/partners").text, "/bewaard")["csrf_token"], client.get("/bewaard").text
    assert "Onze zoekopdracht" not in mine
    assert others.token not in mine
    for deed in ("naam", "gezien", "vergeten"):
        answer = client.post(f"/bewaard/{others.token}/{deed}", data={"csrf_token": token, "naam": "Gekaapt"})
        assert answer.status_code == 403, deed
        unknown = client.post(f"/bewaard/{'u' * 32}/{deed}", data={"csrf_token": token, "naam": "Gekaapt"})
        assert unknown.status_code == 404, deed
    assert client.get(f"/bewaard/{others.token}/naam").status_code == 403
    with unit_of_work():
        for actor in (VISITOR, OPERATOR, member):
            for act in (
                lambda actor=actor: actions.rename(actor, others, "Gekaapt"),
                lambda actor=actor: actions.mark_as_seen(actor, others, []),
                lambda actor=actor: actions.forget(actor, others),
            ):
                with pytest.raises(NotAllowed):
                    act()
        with pytest.raises(NotAllowed):
            actions.save(VISITOR, "Naam", "q=x", [])
    assert [(each.name, each.ended_at) for each in kept()] == [("Onze zoekopdracht", None), ("Van mij", None)]


def test_rename_and_forget(app: Flask, client: FlaskClient, member: Actor) -> None:
    with unit_of_work():
        saved = a_saved_search(member, "producten=bc")
        token, subject = saved.token, queries.subject(saved)
    answer = client.get(f"/bewaard/{token}/naam")
    page, given = read(answer), fields(answer.text, "")
    check(page, "/bewaard")
    check_links(app, page)
    assert page.one("input", id="naam").get("value") == "Onze zoekopdracht"
    assert client.post(f"/bewaard/{token}/naam", data={**given, "naam": ""}).status_code == 422
    assert client.post(f"/bewaard/{token}/naam", data={**given, "naam": "Onze zoekopdracht"}).status_code == 303
    assert client.post(f"/bewaard/{token}/naam", data={**given, "naam": "<b>Anders</b>"}).status_code == 303
    assert "&lt;b&gt;Anders&lt;/b&gt;" in app.test_client().get(f"/bewaard/{token}").text
    assert send(client, "/bewaard", f"/bewaard/{token}/vergeten").status_code == 303
    for address in (f"/bewaard/{token}", f"/bewaard/{token}.atom", f"/bewaard/{token}/naam"):
        assert client.get(address).status_code == 404, address
    assert "U bewaarde nog geen zoekopdracht" in client.get("/bewaard").text
    (ended,) = kept()
    assert ended.ended_at == clock.now(), "ended, never deleted"
    assert [(row.deed, row.subject, row.after) for row in deeds()] == [
        ("saved-search:keep", subject, None),
        ("saved-search:renamed", subject, None),
        ("saved-search:forgotten", subject, None),
    ]


def test_the_link_ends_with_the_account(app: Flask, member: Actor) -> None:
    with unit_of_work():
        token = a_saved_search(member, "producten=bc").token
    assert app.test_client().get(f"/bewaard/{token}").status_code == 200
    with unit_of_work():
        account = db.session.get(Account, member.account_id)
        assert account is not None
        account.ended_at = clock.now()
    assert app.test_client().get(f"/bewaard/{token}").status_code == 404


def test_a_visitor_is_asked_to_sign_in(app: Flask, member: Actor) -> None:
    answer = app.test_client().get("/bewaard")
    assert (answer.status_code, answer.headers["Location"]) == (303, "/inloggen?next=/bewaard")
    assert db.session.scalar(select(func.count()).select_from(SavedSearch)) == 0


def test_the_form_says_that_an_earlier_day_is_not_kept(client: FlaskClient) -> None:
    told = "De dag 20 november 2026 bewaren we ook niet"
    assert told in client.get("/partners?producten=bc&op=2026-11-20").text
    assert "bewaren we ook niet" not in client.get("/partners?producten=bc").text
