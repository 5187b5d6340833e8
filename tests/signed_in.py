"""Somebody at a browser, for tests of pages with forms: each request on its own, forms sent as they stand."""

import re
from html import unescape
from typing import Any

from flask import Flask, g
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from partnerkompas.infra.audit import AuditRow
from partnerkompas.infra.db import db, writing
from partnerkompas.infra.mail import Mail
from partnerkompas.permissions.vocabulary import VISITOR, Actor
from tests.factories import client_of

LINK = re.compile(r"/account/link/[\w-]+")
TOKEN = re.compile(r'(?<=name="csrf_token" value=")[^"]*')


class Person:
    """A browser with the session of an actor."""

    def __init__(self, app: Flask, actor: Actor = VISITOR) -> None:
        self.app = app
        self.client: FlaskClient = client_of(app, actor)

    def get(self, path: str, **more: Any) -> TestResponse:
        self.alone()
        return self.client.get(path, **more)

    def post(self, path: str, data: dict[str, Any], **more: Any) -> TestResponse:
        """Send exactly this, without looking at a page first."""
        self.alone()
        return self.client.post(path, data=data, **more)

    def send(self, page: str, action: str | None = None, **filled: Any) -> TestResponse:
        """Open a page, fill in the form that posts to `action` (to the page itself when None), and send it."""
        shown = self.get(page)
        assert shown.status_code == 200, f"{page}: {shown.status_code}"
        data = fields(shown.text, action)
        unknown = set(filled) - set(data) - names(shown.text)
        assert not unknown, f"{page} has no field {unknown}"
        return self.post(action or page, {**data, **filled})

    def token(self, page: str = "/account") -> str:
        """The token against forged forms, as it stands on a page: for who sends something else than that page has."""
        found = TOKEN.search(self.get(page).text)
        assert found, f"{page} has no form"
        return found[0]

    def alone(self) -> None:
        """The application context of a test outlives a request, and with it who made that: here each starts afresh."""
        g.__dict__.clear()
        db.session.rollback()
        writing.set(False)


def fields(page: str, action: str | None) -> dict[str, Any]:
    """What the form that posts to an address holds as it stands on the page."""
    forms = re.findall(r"<form\b[^>]*>.*?</form>", page, re.DOTALL)
    for form in forms:
        head = unescape(re.match(r"<form\b[^>]*>", form)[0])  # type: ignore[index]
        said = re.search(r'action="([^"]*)"', head)
        if 'method="post"' in head and (said[1] if said else None) == action:
            return _values(form)
    raise AssertionError(f"no form posts to {action} among {len(forms)}")


def _values(form: str) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for tag in re.findall(r"<input\b[^>]*>", form):
        given = {name: unescape(value) for name, value in re.findall(r'([\w-]+)="([^"]*)"', tag)}
        if given.get("type") in ("radio", "checkbox") and not re.search(r"\bchecked\b", tag):
            continue
        if given.get("type") == "checkbox" and "name" in given:
            found.setdefault(given["name"], []).append(given.get("value", ""))
        elif "name" in given:
            found[given["name"]] = given.get("value", "")
    for name, text in re.findall(r'<textarea\b[^>]*name="([^"]*)"[^>]*>\s?(.*?)</textarea>', form, re.DOTALL):
        found[name] = unescape(text)
    for name, options in re.findall(r'<select\b[^>]*name="([^"]*)"[^>]*>(.*?)</select>', form, re.DOTALL):
        chosen = re.search(r'<option selected value="([^"]*)"', options) or re.search(
            r'<option value="([^"]*)"', options
        )
        found[name] = unescape(chosen[1]) if chosen else ""
    return found


def without_token(page: str) -> str:
    """A page as it stands but for the tokens of its forms, which hold the second they were made in."""
    return TOKEN.sub("", page)


def names(page: str) -> set[str]:
    return set(re.findall(r'<(?:input|select|textarea|button)\b[^>]*name="([^"]*)"', page))


def mails_to(address: str) -> list[Mail]:
    """What waits to be sent to an address, oldest first."""
    db.session.rollback()
    return list(db.session.scalars(db.select(Mail).where(Mail.to == address).order_by(Mail.id)))


def audited() -> list[AuditRow]:
    """The whole audit log, oldest first: PostgreSQL has no order of its own."""
    return list(db.session.scalars(db.select(AuditRow).order_by(AuditRow.id)))


def link_to(address: str) -> str:
    """The link in the newest mail to an address that has one."""
    for mail in reversed(mails_to(address)):
        if found := LINK.search(mail.body):
            return found[0]
    raise AssertionError(f"no link was mailed to {address}")
