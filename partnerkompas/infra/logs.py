"""Logs: one JSON object a line, on standard error. No queries, no addresses of visitors, no values of rows."""

import logging
import time
from traceback import format_tb
from typing import Any

from flask import Flask, Response, g, request
from pythonjsonlogger.json import JsonFormatter
from sqlalchemy.exc import StatementError

log = logging.getLogger("partnerkompas")


class _Formatter(JsonFormatter):
    """Writes a record as JSON, and an error as `told` tells it."""

    def formatException(self, ei: Any) -> str:
        return told(ei[1]) if ei[1] is not None else ""


def told(error: BaseException) -> str:
    """An error with where it happened, after what it came from; of what a database says only what holds no value.

    PostgreSQL repeats the values of a row in its messages, such as the address that two accounts cannot both have.
    """
    chain = [error]
    while (earlier := _came_from(chain[0])) is not None and earlier not in chain:
        chain.insert(0, earlier)
    return "\n".join(
        f"{''.join(format_tb(each.__traceback__))}{type(each).__module__}.{type(each).__qualname__}: {_says(each)}"
        for each in chain
    )


def _came_from(error: BaseException) -> BaseException | None:
    return error.__cause__ or (None if error.__suppress_context__ else error.__context__)


def _says(error: BaseException) -> str:
    if isinstance(error, StatementError):  # it repeats what the error of the database says, which stands before it
        return f"[SQL: {error.statement}]"
    state = getattr(error, "sqlstate", None)
    if state is None:
        return str(error)
    where = getattr(error, "diag", None)
    names = (getattr(where, f"{name}_name", None) for name in ("table", "column", "constraint"))
    return " ".join(filter(None, (state, *names)))


def configure(level: str) -> None:
    """Send everything to standard error as JSON; again is harmless."""
    handler = logging.StreamHandler()
    handler.setFormatter(_Formatter("%(asctime)s %(levelname)s %(name)s %(message)s", timestamp=True))
    logging.basicConfig(level=level.upper(), handlers=[handler], force=True)


def install(app: Flask) -> None:
    """Log each request: method, path without its query, status and milliseconds."""

    @app.before_request
    def start() -> None:
        g.started = time.perf_counter()

    @app.after_request
    def finish(response: Response) -> Response:
        if request.endpoint != "static" and "started" in g:
            answered(request.method, _path(), response.status_code, time.perf_counter() - g.started)
        return response


def _path() -> str:
    """The path of this request; where it holds a link that nobody may guess, the route instead."""
    secret = request.url_rule is not None and "token" in (request.view_args or {})
    return request.url_rule.rule if secret and request.url_rule else request.path


def answered(method: str, path: str, status: int, seconds: float) -> None:
    """Log a request; the path without its query."""
    told = {"method": method, "path": path, "status": status, "ms": round(seconds * 1000, 1)}
    log.info("request", extra=told)
