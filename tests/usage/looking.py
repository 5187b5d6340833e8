"""People who look at pages, with the browser they use; and what was counted of it."""

from datetime import UTC, date, datetime
from typing import Any

from flask import Flask, g
from werkzeug.test import TestResponse

from partnerkompas.infra.counting import Counted, Waiting, What
from partnerkompas.infra.db import db, writing
from partnerkompas.infra.request_cycle import unit_of_work
from partnerkompas.permissions.vocabulary import VISITOR, Actor
from partnerkompas.usage import actions
from partnerkompas.usage.models import UsageCount
from tests.factories import client_of

FIREFOX = "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0"
THIS_WEEK, LAST_WEEK = date(2026, 11, 16), date(2026, 11, 9)
"""The Mondays of the week of factories.NOW, a Sunday, and of the one before."""
NEXT_WEEK = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)


class Looker:
    """Somebody with a browser."""

    def __init__(self, app: Flask, actor: Actor = VISITOR, agent: str = FIREFOX) -> None:
        self.client = client_of(app, actor)
        self.agent = agent

    def get(self, address: str, *, after: str = "", method: str = "GET", **headers: str) -> TestResponse:
        """Open a page, coming from the page `after`; headers are named with _ for -."""
        g.__dict__.clear()
        db.session.rollback()
        writing.set(False)
        given: dict[str, Any] = {"User-Agent": self.agent, **{k.replace("_", "-"): v for k, v in headers.items()}}
        if after:
            given["Referer"] = f"http://localhost{after}"
        return self.client.open(address, method=method, headers=given)


def waiting(app: Flask) -> Waiting:
    found: Waiting = app.extensions["counting"]
    return found


def counted(app: Flask) -> dict[tuple[str, str], int]:
    """What was counted and waits to be written, whatever the week."""
    return {(each.what.value, each.key): n for each, n in waiting(app).counts.items()}


def stored() -> dict[tuple[date, str, str], int]:
    """What was written."""
    db.session.rollback()
    return {(row.week, row.what.value, row.key): row.n for row in db.session.scalars(db.select(UsageCount))}


def used(what: What, key: str, **by_week: int) -> None:
    """Counters as they were written: `_2026_11_09=7` is the week of that Monday."""
    weeks = {date.fromisoformat(name[1:].replace("_", "-")): n for name, n in by_week.items()}
    with unit_of_work():
        actions.add({Counted(week, what, key): n for week, n in weeks.items()})
    writing.set(False)
