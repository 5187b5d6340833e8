"""What goes wrong, said plainly: an own page, or a problem document (RFC 9457) for the API."""

from typing import Any

from flask import Flask, Response, json, redirect, render_template, request, url_for
from flask_wtf.csrf import CSRFError
from sqlalchemy.exc import OperationalError, SQLAlchemyError
from sqlalchemy.exc import TimeoutError as NoConnectionFree
from werkzeug.exceptions import HTTPException

from partnerkompas.infra.db import db
from partnerkompas.infra.language import _
from partnerkompas.infra.logs import log
from partnerkompas.logbook import refusals
from partnerkompas.permissions.policy import NotAllowed
from partnerkompas.site import refused

PAGES = {400, 403, 404, 413, 429, 500, 503}
"""Statuses with a page of their own; any other gets the page of 400 or 500, and keeps its status."""


def install(app: Flask) -> None:
    """Answer errors with pages of our own; never with a trace."""
    app.register_error_handler(HTTPException, on_http_error)
    app.register_error_handler(CSRFError, on_old_form)
    app.register_error_handler(NotAllowed, on_not_allowed)
    app.register_error_handler(OperationalError, on_database_away)
    app.register_error_handler(NoConnectionFree, on_database_away)
    app.register_error_handler(Exception, on_fault)


def answer(status: int, detail: str = "", **more: Any) -> Response:
    """An error in the form its reader expects: a problem document for the API, else a page."""
    if request.path.startswith("/api/"):
        return problem(status, detail, **more)
    page = status if status in PAGES else (400 if status < 500 else 500)
    asks_nothing = {"unread_messages": lambda actor: 0} if status >= 500 else {}  # the database may be what is wrong
    shown = render_template(f"errors/{page}.html", detail=detail, back=_came_from(), **more, **asks_nothing)
    response = Response(shown, status=status)
    response.headers["Cache-Control"] = "no-store"
    return response


def problem(status: int, detail: str = "", **more: Any) -> Response:
    """A problem document of RFC 9457."""
    titles = {
        400: _("Deze vraag kunnen we niet lezen"),
        403: _("Dit mag u niet"),
        404: _("Dit bestaat hier niet"),
        405: _("Dit kan hier niet"),
        410: _("Deze partner staat niet meer in de gids"),
        413: _("Dit is te groot"),
        500: _("Er ging iets mis bij ons"),
        503: _("De site is even niet bereikbaar"),
    }
    body = {"type": "about:blank", "title": titles.get(status, str(status)), "status": status, "detail": detail, **more}
    return Response(json.dumps(body, ensure_ascii=False), status=status, mimetype="application/problem+json")


def on_http_error(error: HTTPException) -> Response:
    if error.code is None or error.code < 400:
        return error.get_response()  # type: ignore[return-value]
    if error.code >= 500:  # also what went wrong after the view, while it was committed
        _let_go()
    response = answer(error.code, _too_large() if error.code == 413 else "")
    for name, value in error.get_headers(None):
        if name.lower() in ("allow", "retry-after"):
            response.headers[name] = value
    return response


def _too_large() -> str:
    return _("Samen mag het hier niet meer zijn dan %(n)s MB.", n=(request.max_content_length or 0) // 2**20)


def on_old_form(error: CSRFError) -> Response:
    """A form of a session that is over: what was typed is shown, so that it can be typed again (UX-13)."""
    return _typed_is_kept(400) or answer(400)


def _typed_is_kept(status: int) -> Response | None:
    """The page that gives back what somebody typed on a page of ours; None when there is nothing to give back.

    What holds a space was typed as words; codes and numbers are quickly typed again. A password is never shown.
    """
    back = _came_from()
    words = [value for name, value in request.form.items(multi=True) if name != "password" and " " in value.strip()]
    if not back or not words:
        return None
    response = Response(render_template("errors/old_form.html", words=words, back=back), status=status)
    response.headers["Cache-Control"] = "no-store"
    return response


def _came_from() -> str:
    """The page of ours that a form was on, by its address; nothing when the browser does not say."""
    back = (request.referrer or "").removeprefix(request.host_url.rstrip("/"))
    return back if back.startswith("/") and not back.startswith("//") else ""


def on_not_allowed(error: NotAllowed) -> Any:
    why, step_url, stakes_url = refused.why(error)
    try:
        refusals.note(error)
    except SQLAlchemyError:
        log.exception("a refusal is not in the log")
        _let_go()
    if error.answer is not None:
        return error.answer
    if error.hidden:
        return answer(404)
    if error.sign_in and request.method == "POST" and (kept := _typed_is_kept(403)):
        return kept
    if error.sign_in and not request.path.startswith("/api/"):
        back = request.full_path.rstrip("?") if request.method == "GET" else None
        return redirect(url_for("accounts.sign_in", next=back), 303)
    return answer(
        403, why, **({} if request.path.startswith("/api/") else {"step_url": step_url, "stakes_url": stakes_url})
    )


def on_database_away(error: SQLAlchemyError) -> Response:
    log.exception("database away")
    _let_go()
    response = answer(503)
    response.headers["Retry-After"] = "10"
    return response


def on_fault(error: Exception) -> Response:
    log.exception("fault")
    _let_go()
    return answer(500)


def _let_go() -> None:
    """Leave the transaction that broke: until then nothing can be asked, not even who is signed in."""
    try:
        db.session.rollback()
    except SQLAlchemyError:  # the connection is gone, and the transaction with it
        log.exception("rollback")
