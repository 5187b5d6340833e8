"""Whole answers to visitors, kept as they were sent for as long as nothing has changed (ADR 12).

Many visitors ask for the same pages: the first list, one product, one province. What was sent to one of them,
compressed, is sent to the next before the application is even asked; who still has it is only told so (an ETag,
RFC 9110). Nobody with a session gets or leaves anything here. All goes as soon as the moment that answers are made of
is another one.
"""

from collections import OrderedDict
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from hashlib import blake2b
from threading import Lock
from time import perf_counter
from typing import Any
from weakref import ref
from wsgiref.types import StartResponse, WSGIApplication, WSGIEnvironment

from flask import Flask, request
from werkzeug.http import is_resource_modified

from partnerkompas.infra import logs
from partnerkompas.infra.counting import NOTED, Noted

MOMENT = "partnerkompas.moment"
"""Where a view notes, in the environ, of what moment its answer is."""

LONGEST = 4000
"""Characters of an address with its headers: longer is no page that many ask for."""

OF_THE_BODY = frozenset({"content-type", "content-length", "content-encoding", "content-language"})
"""Headers that are left out when there is no body (304)."""

Key = tuple[str, ...]
"""The address as it was sent, and how the browser lets itself be answered."""


@dataclass(frozen=True, slots=True)
class Answer:
    """One answer as it was sent."""

    headers: list[tuple[str, str]]
    body: bytes
    etag: str
    noted: Noted = ()
    """What it counts as, each time it is sent."""

    def is_what_it_has(self, environ: WSGIEnvironment) -> bool:
        """Whether a browser says that it still has this answer."""
        return "HTTP_IF_NONE_MATCH" in environ and not is_resource_modified(environ, self.etag)

    def send(self, environ: WSGIEnvironment, start: StartResponse) -> Iterable[bytes]:
        """Send it, or only say that the browser still has it; gives the body."""
        if self.is_what_it_has(environ):
            start("304 NOT MODIFIED", [each for each in self.headers if each[0].lower() not in OF_THE_BODY])
            return []
        start("200 OK", [*self.headers])
        return [] if environ["REQUEST_METHOD"] == "HEAD" else [self.body]

    @property
    def size(self) -> int:
        """Bytes it takes, as far as they are not the same for every answer."""
        return len(self.body) + sum(len(name) + len(value) for name, value in self.headers)


@dataclass
class KeptAnswers:
    """The answers asked for last, of one moment, in bounded memory."""

    most_bytes: int
    moment: "ref[Any] | None" = None
    """What the answers were made of; compared by identity, and not kept alive: a generation has files open."""
    size: int = 0
    answers: "OrderedDict[Key, Answer]" = field(default_factory=OrderedDict)
    lock: Lock = field(default_factory=Lock)

    def get(self, moment: object, key: Key) -> Answer | None:
        """What was answered before at this very moment of the data."""
        with self.lock:
            found = self.answers.get(key) if self.moment and self.moment() is moment else None
            if found is not None:
                self.answers.move_to_end(key)
            return found

    def put(self, moment: object, key: Key, answer: Answer) -> None:
        """Keep an answer, unless it is too much by itself; what was least asked for goes when all get too much."""
        if (size := _size(key, answer)) > self.most_bytes:
            return
        with self.lock:
            if self.moment is None or self.moment() is not moment:
                self.answers.clear()
                self.moment, self.size = ref(moment), 0
            if key not in self.answers:
                self.answers[key] = answer
                self.size += size
            while self.size > self.most_bytes:
                self.size -= _size(*self.answers.popitem(last=False))


@dataclass(frozen=True, slots=True)
class Keeping:
    """Stands before the application (WSGI) and answers what it may."""

    app: WSGIApplication
    kept: KeptAnswers
    session_cookie: str
    moment_now: Callable[[], object]
    """The moment that an answer would be made of now; None when only the application can tell."""

    def __call__(self, environ: WSGIEnvironment, start: StartResponse) -> Iterable[bytes]:
        somebody = self.session_cookie in environ.get("HTTP_COOKIE", "") or "HTTP_AUTHORIZATION" in environ
        method, key = environ["REQUEST_METHOD"], _key(environ)
        if method not in ("GET", "HEAD") or somebody or not self.kept.most_bytes or sum(map(len, key)) > LONGEST:
            return self.app(environ, start)
        began, moment = perf_counter(), self.moment_now()
        found = self.kept.get(moment, key) if moment is not None else None
        if found is None:
            return self._made(key, environ, start) if method == "GET" else self.app(environ, start)
        status = 304 if found.is_what_it_has(environ) else 200
        logs.answered(method, environ["PATH_INFO"], status, perf_counter() - began)
        if found.noted:
            environ[NOTED] = found.noted
        return found.send(environ, start)

    def _made(self, key: Key, environ: WSGIEnvironment, start: StartResponse) -> Iterable[bytes]:
        """The answer of the application; kept when a view said that it may be."""
        begun: list[tuple[Any, ...]] = []

        def begin(*told: Any) -> Any:
            begun[:] = [told]

        parts = self.app(environ, begin)
        status, headers, *_wrong = begun[0]
        if MOMENT not in environ or not status.startswith("200") or any(map(_is_private, headers)):
            start(*begun[0])
            return parts
        body = b"".join(parts)
        parts.close()  # type: ignore[attr-defined]
        etag = blake2b(body, digest_size=12).hexdigest()
        answer = Answer([*headers, ("ETag", f'"{etag}"')], body, etag, environ.get(NOTED, ()))
        if environ[MOMENT] is self.moment_now():  # a slow answer does not push out what is newer
            self.kept.put(environ[MOMENT], key, answer)
        return answer.send(environ, start)


def _size(key: Key, answer: Answer) -> int:
    return answer.size + sum(map(len, key))


def _is_private(header: tuple[str, str]) -> bool:
    name, value = header[0].lower(), header[1].lower()
    return name == "set-cookie" or (name == "cache-control" and "no-store" in value)


def _key(environ: WSGIEnvironment) -> Key:
    names = "wsgi.url_scheme", "HTTP_HOST", "SCRIPT_NAME", "PATH_INFO", "QUERY_STRING", "HTTP_ACCEPT_ENCODING"
    return tuple([environ.get(name, "") for name in names])


def install(app: Flask, most_bytes: int, moment_now: Callable[[], object]) -> None:
    """Keep answers of at most so many bytes together; comes first, so that it stands closest to the application."""
    kept = app.extensions["kept_answers"] = KeptAnswers(most_bytes)
    cookie = app.config["SESSION_COOKIE_NAME"]
    app.wsgi_app = Keeping(app.wsgi_app, kept, cookie, moment_now)  # type: ignore[method-assign,assignment]


def may_be_kept(moment: object) -> None:
    """Let the answer to this request be sent again, to visitors, while `moment` is what answers are made of.

    Only for an answer that is made of nothing but the address and that moment, to whoever has no session.
    """
    request.environ[MOMENT] = moment
