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
        g.started, g.request_id = time.perf_counter(), secrets.token_hex(6)

    @app.after_request
    def finish(response: Response) -> Response:
        if request.endpoint != "static" and "started" in g:
            log.info(
                "request",
                extra={
                    "request_id": g.request_id,
                    "method": request.method,
                    "path": request.path,
                    "status": response.status_code,
                    "ms": round((time.perf_counter() - g.started) * 1000, 1),
                },
            )
        return response
