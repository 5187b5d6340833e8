"""A saved search as a reader sees it: what it asks in words, whom it finds now, and who came and left."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass, replace
from datetime import date, datetime
from urllib.parse import parse_qsl

from flask import url_for

from partnerkompas.infra import clock
from partnerkompas.infra.language import _, ngettext
from partnerkompas.saved.changes import Changes, changes, ids_at, names_of
from partnerkompas.saved.models import SavedSearch
from partnerkompas.search.asking import Asked, ask
from partnerkompas.search.choosing import Link
from partnerkompas.search.remarks import in_words
from partnerkompas.search.request import PER_PAGE, SearchRequest
from partnerkompas.search.results import chips_of

NOT_KEPT = frozenset({"p", "pagina", "per_pagina", "op"})
"""Parts of an address that are of one visit: whom somebody compares, where they read on, and which day they look at."""


@dataclass(frozen=True, slots=True)
class Named:
    """Some partners by name, and how many there are besides."""

    links: tuple[Link, ...]
    others: int

    @property
    def total(self) -> int:
        return len(self.links) + self.others


@dataclass(frozen=True, slots=True)
class View:
    """What the pages and the feed of a saved search show."""

    name: str
    number: int
    token: str
    words: tuple[tuple[str, str], ...]
    """What it asks: label and value of each filter."""
    notices: tuple[str, ...]
    """Which parts of it no longer count, and why."""
    total: int
    came: Named
    left: Named
    gone: int
    digest: str
    created_on: date
    looked_on: date
    list_url: str
    changes: Changes

    @property
    def changed(self) -> bool:
        return self.changes.any


def asked_of(request: str) -> Asked:
    """What a request finds now; what is of one visit is left out of it."""
    pairs = parse_qsl(request, keep_blank_values=True)
    return ask([(name, value) for name, value in pairs if name not in NOT_KEPT], picks=False)


def query_of(asked: SearchRequest) -> str:
    """A request as it is kept: the query of its address."""
    kept = replace(asked, page=1, per_page=PER_PAGE, as_of=None, chosen=())
    return kept.address("").removeprefix("?")


def view_of(saved: SavedSearch, *, external: bool = False) -> View:
    """A saved search with whom it finds now. `external`: addresses that also lead here from elsewhere."""
    asked = asked_of(saved.request)
    snapshot, looked_on = asked.snapshot, _day(saved.looked_at)
    found = changes(snapshot, ids_at(snapshot, asked.matches.all), saved.found)

    def named(ids: Collection[int]) -> Named:
        names = names_of(snapshot, ids, looked_on)
        links = (Link(name, url_for("answers.profile", slug=slug, _external=external)) for slug, name in names)
        return Named(tuple(links), len(ids) - len(names))

    path = url_for("search.partners", _external=external)
    return View(
        name=saved.name,
        number=saved.id,
        token=saved.token,
        words=words_of(asked),
        notices=tuple(in_words(problem, snapshot.edition) for problem in asked.problems),
        total=len(found.found),
        came=named(found.came),
        left=named(found.left),
        gone=len(found.gone),
        digest=found.digest,
        created_on=_day(saved.created_at),
        looked_on=looked_on,
        list_url=f"{path}?{saved.request}" if saved.request else path,
        changes=found,
    )


def words_of(asked: Asked) -> tuple[tuple[str, str], ...]:
    """What a request asks: label and value of each filter in use."""
    chips = chips_of(asked.snapshot.edition, asked.request, lambda _other: "")
    return tuple((chip.label, chip.value) for chip in chips)


def told(view: View) -> str:
    """The number of partners now, and what changed, in one line."""
    parts: Iterable[str] = (
        ngettext("%(n)s partner", "%(n)s partners", view.total),
        _("%(n)s erbij", n=view.came.total) if view.came.total else "",
        _("%(n)s eraf", n=view.left.total) if view.left.total else "",
        _("%(n)s niet meer in de gids", n=view.gone) if view.gone else "",
    )
    return ", ".join(part for part in parts if part)


def _day(moment: datetime) -> date:
    return moment.astimezone(clock.AMSTERDAM).date()
