"""Flask without what every request pays for and none here uses; together a tenth of a page."""

from collections.abc import Callable, MutableMapping
from typing import Any

from flask import Flask, Request
from flask.sessions import SecureCookieSession, SecureCookieSessionInterface
from flask.templating import Environment


class _Templates(Environment):
    """Templates whose globals are one dict: Jinja's chain of two is gone through in Python at every import."""

    def make_globals(self, d: MutableMapping[str, Any] | None) -> MutableMapping[str, Any]:
        """The globals of one template, as they are when it is loaded: what is added later it does not see."""
        return {**self.globals, **(d or {})}


class _Sessions(SecureCookieSessionInterface):
    """Sessions for which nothing that signs is made when there is no cookie to read."""

    def open_session(self, app: Flask, request: Request) -> SecureCookieSession | None:
        """The session of the cookie; an empty one without a cookie, or with one that we did not sign."""
        if self.get_cookie_name(app) not in request.cookies:
            return self.session_class()
        return super().open_session(app, request)


class Application(Flask):
    """The application: all that is asked of Flask, with plain functions only (none is a coroutine)."""

    jinja_environment = _Templates
    session_interface = _Sessions()

    def ensure_sync(self, func: Callable[..., Any]) -> Callable[..., Any]:
        """The function itself; Flask looks each time whether it is a coroutine."""
        return func
