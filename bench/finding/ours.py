"""Our own engine, called from inside. All that the benchmark knows of the inner names of the search room is here."""

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import numpy as np
from flask import Flask
from werkzeug.test import EnvironBuilder

from bench.finding.requests import Answer, Wanted
from partnerkompas.search import sync
from partnerkompas.search.asking import Asked, ask
from partnerkompas.search.choosing import facet_keys
from partnerkompas.search.request import FacetKey
from partnerkompas.search.snapshot import Firm
from partnerkompas.search.snapshot.bits import as_words

PAGE, API = "/partners", "/api/v1/partners"
ALL = FacetKey("")
"""Stands for every facet without a choice of its own."""


@dataclass(frozen=True, slots=True)
class Counted:
    """What page and API print from: the first twenty, and the counts by row, once for all and once for each choice."""

    asked: Asked
    firms: list[Firm]
    counts: Mapping[FacetKey, Mapping[int, int] | Sequence[int]]
    """Of each facet with a choice, and of all others together under `ALL`."""


def counted(wanted: Wanted) -> Counted:
    """The first twenty and the counts of all facets, as page and API ask for them. Needs an application context."""
    asked = ask(wanted.pairs(), picks=False)
    assert not asked.problems, asked.problems
    matches = asked.matches
    counts = {ALL: matches.counts, **{key: matches.counts_of(key) for key in matches.without}}
    return Counted(asked, asked.firms(), counts)


def answer(said: Counted) -> Answer:
    """What was counted, by facet and code, to be compared."""
    asked = said.asked
    facets = facet_keys(asked.snapshot.edition, asked.request)
    rows = {key: asked.snapshot.rows(key).values for _question, key in facets}
    counts = {
        str(key): {code: said.counts.get(key, said.counts[ALL])[row] for code, row in rows[key].items()} for key in rows
    }
    return Answer(said.asked.matches.total, counts)


def popcount_alone() -> Callable[[Wanted], Callable[[], object]]:
    """Counting every value and state that a request of ours counts, when it is known whom to count, and nothing else.

    Needs an application context.
    """
    matrix = sync.ready().snapshot.matrix
    rows = np.ascontiguousarray(matrix.lines.T)

    def ready(wanted: Wanted) -> Callable[[], object]:
        matches = ask(wanted.pairs(), picks=False).matches
        whom = [(matrix.layout.asked_of_all, matches.all)]
        whom += [(matrix.layout.facets[key].together, base) for key, base in matches.without.items()]
        each = [(rows[some], as_words(base, len(matrix.lines))) for some, base in whom]
        return lambda: [np.bitwise_count(some & base).sum(axis=1, dtype=np.int64) for some, base in each]

    return ready


def by_words(wanted: Wanted) -> int:
    """The first twenty by words alone, and how many. Needs an application context."""
    asked = ask(wanted.pairs(), picks=False)
    asked.firms()
    return asked.matches.total


def typing(words: Sequence[str]) -> list[str]:
    """What a search field asks while words are typed: their first two letters, three, and so on up to six."""
    return [word[:letters] for word in words for letters in range(2, min(len(word), 6) + 1)]


def suggesting(app: Flask, typed: str) -> Callable[[], bytes]:
    """One question for suggestions, ready to be asked of the application by WSGI."""
    return _called(app, "/suggesties", {"q": typed})


def address(path: str, wanted: Wanted) -> str:
    """The address of a request."""
    query = urlencode(wanted.pairs(), safe="@:,")
    return f"{path}?{query}" if query else path


def called(app: Flask, path: str, wanted: Wanted) -> Callable[[], bytes]:
    """One request ready to be made of the application by WSGI, without a server; gives the body."""
    return _called(app, path, wanted.pairs())


def _called(app: Flask, path: str, query: Any) -> Callable[[], bytes]:
    made: dict[str, Any] = EnvironBuilder(path, query_string=urlencode(query)).get_environ()

    def call() -> bytes:
        said: list[Any] = []

        def start(status: str, headers: object, wrong: object = None) -> Callable[[bytes], object]:
            said.append(status)
            return said.append

        parts = app.wsgi_app(dict(made), start)
        body = b"".join(parts)
        if hasattr(parts, "close"):
            parts.close()
        assert said[0].startswith("200"), said
        return body

    return call


def read_api(body: bytes) -> Answer:
    """What the API says, to be compared."""
    said = json.loads(body)
    counts = {
        facet: {value["value"]: value["count"] for value in found["values"]} for facet, found in said["facets"].items()
    }
    return Answer(said["total"], counts)


def index_folder(instance: Path) -> Path:
    """Where an instance keeps what can be made again; measuring the build begins without it."""
    return instance / "index"
