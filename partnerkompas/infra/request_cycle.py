"""One request, one transaction: begin, do, commit or roll back, then tell who waits for news.

Only this file commits; commands use `unit_of_work`.
"""

from collections.abc import Iterator
from contextlib import contextmanager

from blinker import Signal
from flask import Flask, Response, request

from partnerkompas.infra import tripwire
from partnerkompas.infra.db import db, writing
from partnerkompas.infra.outbox import TOLD

SAFE_METHODS = frozenset({"GET", "HEAD", "OPTIONS"})
UNASKED = frozenset({"static"})

committed = Signal("a transaction that changed data is safe; `news` tells whether others must hear of it")


class NobodyAsked(RuntimeError):
    """A view answered without asking for permission: a fault in the program, so the answer is withheld."""


@contextmanager
def unit_of_work() -> Iterator[None]:
    """One transaction of a command: committed at the end, rolled back on any error."""
    token = writing.set(True)
    try:
        db.session.rollback()  # a read that went before must not hold an older view of the data
        yield
        news = _commit()
    except BaseException:
        db.session.rollback()
        raise
    finally:
        writing.reset(token)
    committed.send(news=news)


def _commit() -> bool:
    """Commit, and say whether news was written with it."""
    db.session.commit()
    return bool(db.session.info.pop(TOLD, False))


def only_reads() -> None:
    """This request changes nothing, though its method may: it lets go of the write lock, and nothing is committed."""
    db.session.rollback()
    writing.set(False)


def install(app: Flask) -> None:
    """Give an application the cycle of one transaction per request, and the tripwire."""

    @app.before_request
    def begin() -> None:
        tripwire.set_tripwire()
        writing.set(request.method not in SAFE_METHODS)

    @app.after_request
    def finish(response: Response) -> Response:
        harmless = request.endpoint in UNASKED or request.method == "OPTIONS"  # Flask answers that without a view
        if response.status_code < 400 and not harmless and not tripwire.was_asked():
            db.session.rollback()
            raise NobodyAsked(str(request.endpoint))
        if not writing.get():
            return response
        if response.status_code >= 400:
            db.session.rollback()
            return response
        news = _commit()
        writing.set(False)
        committed.send(news=news)
        return response
