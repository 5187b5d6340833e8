"""How often something was asked for, without a word of who asked (row I4, ADR 17).

A view notes what its answer counts as; what stands here before all answers adds it up in memory, also when the answer
is one that was kept (ADR 12) or only "you still have it" (304). Nothing of a request is kept: a week, a name, a number.
"""

import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from enum import StrEnum
from threading import Lock
from typing import NamedTuple
from urllib.parse import unquote, urlsplit
from wsgiref.types import StartResponse, WSGIApplication, WSGIEnvironment

from flask import Flask, request

from partnerkompas.infra import clock

NOTED = "partnerkompas.noted"
"""Where a view notes, in the environ, what its answer counts as."""

BROWSER = "Mozilla/"
"""How every browser begins to say what it is; programs that read pages say something else, or nothing."""
ROBOTS = "bot", "crawl", "spider", "slurp", "headless", "lighthouse", "preview", "archiver", "http:", "https:"
"""What those call themselves that begin like a browser."""
AHEAD = "HTTP_SEC_PURPOSE", "HTTP_PURPOSE", "HTTP_X_PURPOSE", "HTTP_X_MOZ"
"""By these a browser says that it fetches a page before anybody asked to see it."""


class What(StrEnum):
    """What is counted."""

    VIEW = "view"
    """Of the profile of a partner."""
    COMPARISON = "comparison"
    """That a partner was in."""
    FILTER = "filter"
    """On a criterion."""


Noted = tuple[tuple[What, str], ...]
"""What an answer counts as: of what, and the slug of a partner or the key of a criterion."""


class Counted(NamedTuple):
    """One counter."""

    week: date
    """Its Monday."""
    what: What
    key: str


@dataclass
class Waiting:
    """What was counted and is not written yet.

    As large as there are partners and criteria, however long nothing can be written: views note no other keys.
    """

    counts: "Counter[Counted]" = field(default_factory=Counter)
    lock: Lock = field(default_factory=Lock)

    def add(self, noted: Iterable[tuple[What, str]]) -> None:
        """Count each once, in the week it is."""
        week = monday(clock.today())
        with self.lock:
            for what, key in noted:
                self.counts[Counted(week, what, key)] += 1

    def take(self) -> Mapping[Counted, int]:
        """All that waits, to be written; from here on it no longer waits."""
        with self.lock:
            taken, self.counts = self.counts, Counter()
            return taken

    def put_back(self, taken: Mapping[Counted, int]) -> None:
        """What could not be written waits again."""
        with self.lock:
            self.counts.update(taken)


@dataclass(frozen=True, slots=True)
class Counting:
    """Stands before the application and before what is kept (WSGI), and counts what their answers are noted as."""

    app: WSGIApplication
    waiting: Waiting

    def __call__(self, environ: WSGIEnvironment, start: StartResponse) -> Iterable[bytes]:
        parts = self.app(environ, start)
        if NOTED in environ and is_somebody(environ):
            self.waiting.add(new(environ))
        return parts


def is_somebody(environ: WSGIEnvironment) -> bool:
    """Whether a request is likely made for a person who wants to see the answer now."""
    if environ["REQUEST_METHOD"] != "GET" or any(name in environ for name in AHEAD):
        return False
    agent = environ.get("HTTP_USER_AGENT", "")
    if not agent.startswith(BROWSER):
        return False
    told = agent.lower().replace("cubot", "")  # who makes telephones
    return not any(word in told for word in ROBOTS)


def new(environ: WSGIEnvironment) -> Sequence[tuple[What, str]]:
    """What is noted, without what stood in the address of the page before this one, when that was the same page.

    Who adds a second filter, turns the page or removes a partner from a comparison has not asked for the others again.
    """
    noted: Noted = environ[NOTED]
    if "HTTP_REFERER" not in environ:
        return noted
    try:
        before = urlsplit(environ["HTTP_REFERER"])
    except ValueError:  # a browser sends no such thing
        return noted
    if not before.path.endswith(environ["PATH_INFO"]):  # ends: the same page in the other language has more before it
        return noted
    stood = {*before.path.split("/"), *re.split(r"[=&@.]", unquote(before.query))}
    return [(what, key) for what, key in noted if key not in stood]


def monday(day: date) -> date:
    """The first day of the week of a day; weeks are those of ISO 8601."""
    return day - timedelta(days=day.weekday())


def install(app: Flask) -> None:
    """Give an application its counters; comes after kept answers, so that it stands before them."""
    waiting = app.extensions["counting"] = Waiting()
    app.wsgi_app = Counting(app.wsgi_app, waiting)  # type: ignore[method-assign,assignment]


def note(what: What, keys: Iterable[str]) -> None:
    """The answer to this request counts as these. A view says it when its answer is made, and of what exists only."""
    if keys := dict.fromkeys(keys):
        request.environ[NOTED] = tuple((what, key) for key in keys)
