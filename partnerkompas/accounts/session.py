"""Who is signed in; the only place that touches Flask-Login.

The session is a signed cookie with the account and the version of its sessions; raising that version in the database
ends them all (SEC-19). A visitor has no session, and gets no cookie.
"""

from datetime import datetime, timedelta

from flask import Flask, Response, g, session
from flask_login import LoginManager, UserMixin, current_user, login_user, logout_user
from flask_wtf import CSRFProtect
from sqlalchemy.exc import SQLAlchemyError

from partnerkompas.accounts import queries
from partnerkompas.accounts.models import Account
from partnerkompas.infra import clock
from partnerkompas.permissions.vocabulary import VISITOR, Actor

IDLE = timedelta(hours=8)
LONGEST = timedelta(hours=24)
SEEN_AGAIN = timedelta(minutes=5)
"""How exact "seen" is; without it every answer would carry a cookie."""


class _SignedIn(UserMixin):  # type: ignore[misc]
    """What Flask-Login knows of somebody: an id that holds the version of the sessions too."""

    def __init__(self, account: Account) -> None:
        self.id = f"{account.id}.{account.session_version}"
        self.actor = queries.actor(account)


def install(app: Flask) -> None:
    """Give an application sessions, CSRF protection (SEC-06) and `actor` in every template."""
    manager = LoginManager()
    manager.session_protection = None  # it compares addresses, which change on the way to work
    manager.user_loader(_load)
    # not init_app: that reads the session after each answer, for a remember-me cookie that we do not have
    app.login_manager = manager  # type: ignore[attr-defined]

    app.config["WTF_CSRF_TIME_LIMIT"] = None  # a token lives as long as its session
    CSRFProtect(app)

    app.context_processor(lambda: {"actor": _actor_on_page()})

    @app.after_request
    def keep_private(response: Response) -> Response:
        if g.get("personal"):
            response.headers["Cache-Control"] = "no-store"
        return response


def current_actor() -> Actor:
    """Who makes this request; VISITOR for nobody. Ask it before a token for a form is made."""
    if not current_user.is_authenticated:
        return VISITOR
    g.personal = True
    actor: Actor = current_user.actor
    return actor


def begin(account: Account) -> None:
    """Start a session in which nothing is left of the one before (SEC-19)."""
    session.clear()
    login_user(_SignedIn(account))
    session["began_at"] = session["seen_at"] = clock.now().isoformat()
    g.personal = True


def end() -> None:
    """End this session; the cookie goes."""
    logout_user()
    session.clear()
    g.personal = True


def _load(user_id: str) -> _SignedIn | None:
    """Whoever belongs to the session of this request; a session that is over is cleared."""
    user = _find(user_id) if _is_fresh() else None
    if user is None:
        session.clear()
    elif clock.now() - _moment("seen_at") > SEEN_AGAIN:
        session["seen_at"] = clock.now().isoformat()
    return user


def _find(user_id: str) -> _SignedIn | None:
    account = queries.by_id(int(user_id.partition(".")[0]))
    if account is None or account.ended_at is not None:
        return None
    user = _SignedIn(account)
    return user if user.id == user_id else None


def _is_fresh() -> bool:
    now = clock.now()
    return now - _moment("seen_at") < IDLE and now - _moment("began_at") < LONGEST


def _moment(name: str) -> datetime:
    return datetime.fromisoformat(session[name])


def _actor_on_page() -> Actor:
    """Who a page is for; without a database, as on its error page, nobody is known."""
    try:
        return current_actor()
    except SQLAlchemyError:
        return VISITOR
