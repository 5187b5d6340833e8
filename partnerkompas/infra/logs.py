"""Logs: one JSON object a line, on standard error. No queries, no addresses of visitors (promise 9)."""

import logging
import secrets
import time

from flask import Flask, Response, g, request
from pythonjsonlogger.json import JsonFormatter

log = logging.getLogger("partnerkompas")


def configure(level: str) -> None:
    """Send everything to standard error as JSON; again is harmless."""
    handler = logging.StreamHandler()
    handler.setFormatter(JsonFormatter("%(asctime)s %(levelname)s %(name)s %(message)s", timestamp=True))
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
    told = {"request_id": secrets.token_hex(6), "method": method, "path": path, "status": status}
    log.info("request", extra={**told, "ms": round(seconds * 1000, 1)})
