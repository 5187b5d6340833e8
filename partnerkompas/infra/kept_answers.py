"""Whole answers to visitors, kept as they were sent for as long as nothing has changed.

Many visitors ask for the same pages: the first list, one product, one province. What was sent to one of them,
compressed, is sent to the next, and who still has it is only told so (an ETag, RFC 9110). Nobody with a session gets
or leaves anything here. Everything is dropped as soon as the moment that answers are made of is another one.
"""

from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass, field
from hashlib import blake2b
from threading import Lock

from flask import Flask, Response, current_app, g, request

KEPT_HEADERS = ("Content-Type", "Content-Encoding", "Vary")

Key = tuple[str, str, bytes, str]
"""The address as it was sent, and how the browser lets itself be answered."""


@dataclass(frozen=True, slots=True)
class Answer:
    """One answer as it was sent."""

    body: bytes
    headers: tuple[tuple[str, str], ...]
    etag: str


@dataclass
class KeptAnswers:
    """The answers asked for last, of one moment, in bounded memory."""

    most_bytes: int
    moment: object = None
    """What the answers were made of; compared by identity."""
    size: int = 0
    answers: "OrderedDict[Key, Answer]" = field(default_factory=OrderedDict)
    lock: Lock = field(default_factory=Lock)

    def get(self, moment: object, key: Key) -> Answer | None:
        """What was answered before at this very moment of the data."""
        with self.lock:
            found = self.answers.get(key) if self.moment is moment else None
            if found is not None:
                self.answers.move_to_end(key)
            return found

    def put(self, moment: object, key: Key, answer: Answer) -> None:
        """Keep an answer; what was least asked for goes when it gets too much."""
        with self.lock:
            if self.moment is not moment:
                self.answers.clear()
                self.moment, self.size = moment, 0
            if key not in self.answers:
                self.answers[key] = answer
                self.size += len(answer.body)
            while self.size > self.most_bytes:
                _key, least = self.answers.popitem(last=False)
                self.size -= len(least.body)


def install(app: Flask, most_bytes: int) -> None:
    """Keep answers of at most so many bytes together. Comes before what compresses, so that it sees what is sent."""
    app.extensions["kept_answers"] = KeptAnswers(most_bytes)

    @app.after_request
    def keep(response: Response) -> Response:
        moment, key = g.pop("to_keep", (None, None))
        if key and response.status_code == 200 and "Set-Cookie" not in response.headers:
            body = response.get_data()
            answer = Answer(
                body,
                tuple((name, response.headers[name]) for name in KEPT_HEADERS if name in response.headers),
                blake2b(body, digest_size=12).hexdigest(),
            )
            app.extensions["kept_answers"].put(moment, key, answer)
            response.set_etag(answer.etag)
            response.make_conditional(request)
        return response


def kept_or_made(moment: object, make: Callable[[], Response]) -> Response:
    """The answer to this request that was made before of the same moment, or is made now.

    `make` may only use the address and `moment`. Asks nothing about permission: that was asked before.
    """
    kept: KeptAnswers = current_app.extensions["kept_answers"]
    has_session = current_app.config["SESSION_COOKIE_NAME"] in request.cookies
    if request.method != "GET" or has_session or g.get("personal") or not kept.most_bytes:
        return make()
    key = (request.root_url, request.path, request.query_string, request.headers.get("Accept-Encoding", ""))
    found = kept.get(moment, key)
    if found is None:
        g.to_keep = moment, key
        return make()
    response = Response(found.body, headers=list(found.headers))
    response.set_etag(found.etag)
    response.make_conditional(request)
    return response
