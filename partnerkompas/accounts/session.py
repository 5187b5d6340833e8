"""Who is signed in; the only place that touches Flask-Login.

The cookie holds a random key, signed; the session itself is a row in the database, which can be ended there (SEC-19). A
visitor has no session, and gets no cookie.
"""

from datetime import datetime, timedelta

from flask import Flask, Response, g, redirect, request, session, url_for
from flask_login import LoginManager, UserMixin, current_user, login_user, logout_user
from flask_wtf import CSRFProtect
from sqlalchemy.exc import SQLAlchemyError
from werkzeug.wrappers import Response as AnyResponse

from partnerkompas.accounts import actions, passwords, queries, signing_in
from partnerkompas.accounts.models import Account, SignedIn
from partnerkompas.infra import clock
from partnerkompas.infra.language import _
from partnerkompas.infra.request_cycle import unit_of_work
from partnerkompas.permissions.vocabulary import VISITOR, Actor

IDLE = timedelta(hours=8)
LONGEST = timedelta(hours=24)
SEEN_AGAIN = timedelta(minutes=5)
"""How exact "seen" is; without it every answer would write."""
PROVED = timedelta(minutes=15)
"""How long a password counts for what is hard to undo."""
MOST_TYPED = 300
"""Signs of one field that wait in a cookie, which holds little."""
HALFWAY = timedelta(minutes=10)
"""How long the second step may be taken after the first."""

BROWSERS = ("Edg", "Edge"), ("OPR", "Opera"), ("Firefox", "Firefox"), ("Chrome", "Chrome"), ("Safari", "Safari")
SYSTEMS = (
    *(("Android", "Android"), ("iPhone", "iPhone"), ("iPad", "iPad"), ("Windows", "Windows")),
    *(("Macintosh", "macOS"), ("Linux", "Linux")),
)


class _SignedInUser(UserMixin):  # type: ignore[misc]
    """What Flask-Login knows of somebody: an id that is the key of the session."""

    def __init__(self, key: str, row: SignedIn, account: Account) -> None:
        self.id = key
        self.row = row
        self.account = account
        self.actor = queries.actor(account, full=row.second_step_at is not None)


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

    @app.teardown_request
    def note_that_it_was_seen(wrong: BaseException | None) -> None:
        row = g.pop("seen_again", None)
        if row is not None and wrong is None:
            with unit_of_work():
                actions.note_seen(row)


def current_actor() -> Actor:
    """Who makes this request; VISITOR for nobody. Ask it before a token for a form is made."""
    if not current_user.is_authenticated:
        return VISITOR
    g.personal = True
    actor: Actor = current_user.actor
    return actor


def current_account() -> Account | None:
    """The account of who makes this request; None for a visitor."""
    return current_user.account if current_actor().account_id is not None else None


def key() -> str:
    """The key of this session; empty for a visitor."""
    return str(current_user.id) if current_user.is_authenticated else ""


def number() -> int | None:
    """The number of this session, as it stands in the list of the own ones; None for a visitor."""
    return current_user.row.id if current_user.is_authenticated else None


def begin(account: Account, *, second_step: bool = False) -> None:
    """Start a session in which nothing is left of the one before (SEC-19)."""
    _leave_earlier()
    made = actions.begin_session(account, browser(request.user_agent.string), second_step=second_step)
    row = queries.session_with(made)
    assert row is not None
    login_user(_SignedInUser(made, row, account))
    g.personal = True


def begin_halfway(account: Account) -> None:
    """Remember that the password of an account was given, and that the second step is still to be taken."""
    _leave_earlier()
    session["halfway"] = account.id
    session["halfway_at"] = clock.now().isoformat()
    session["halfway_with"] = passwords.fingerprint(account.password_hash)
    g.personal = True


def _leave_earlier() -> None:
    """Whoever gave a password here starts anew: the session that this browser had ends on the server too."""
    if earlier := key():
        signing_in.sign_out(current_user.actor, earlier)
    session.clear()


def halfway() -> Account | None:
    """Whose password was given in this browser a moment ago, so that only the second step is left; or None.

    Another password since then ends it: perhaps somebody else knew the old one.
    """
    if "halfway" not in session or clock.now() - datetime.fromisoformat(session["halfway_at"]) > HALFWAY:
        return None
    g.personal = True
    account = queries.by_id(int(session["halfway"]))
    if account is None or account.ended_at is not None:
        return None
    return account if passwords.fingerprint(account.password_hash) == session.get("halfway_with") else None


def end() -> None:
    """Forget the session in this browser; the cookie goes."""
    logout_user()
    session.clear()
    g.personal = True


def second_step_taken() -> bool:
    """Whether a code or passkey was given in this session."""
    return bool(current_user.is_authenticated) and current_user.row.second_step_at is not None


def proved_lately() -> bool:
    """Whether whoever is signed in gave the password a short while ago."""
    return bool(current_user.is_authenticated) and clock.now() - current_user.row.proved_at < PROVED


def ask_for_proof(back: str = "", **typed: str) -> AnyResponse:
    """On to the page that asks for the password again, and afterwards to `back`, or to this page.

    What was typed in a form that was sent waits there, as `resumed` gives it; a password never does.
    """
    path = back or request.path
    if request.method == "POST":
        put_aside(path, **typed)
    return redirect(url_for("accounts.prove", next=path), 303)


def put_aside(path: str, **typed: str) -> None:
    """Keep in the cookie what was typed for a page, until it is opened after the password was given."""
    session["put_aside"] = path, {name: value[:MOST_TYPED] for name, value in typed.items()}


def resumed() -> tuple[dict[str, str], list[str]]:
    """What was typed on this page before the password was asked again, and what to say of it; each is told once."""
    path, typed = session.get("put_aside", ("", {}))
    if request.method != "GET" or path != request.path or not proved_lately():
        return {}, []
    session.pop("put_aside")
    return typed, [_("Uw wachtwoord klopt. Wat u wilde doen, is nog niet gedaan: doe het hieronder nog een keer.")]


def say_at_sign_in(text: str) -> None:
    """What the page to sign in tells whoever is brought there next, once.

    Whoever is signed in in this browser would never see that page, and may be somebody else: that session ends.
    """
    other = current_user.account.email if key() and queries.session_with(key()) is not None else ""
    _leave_earlier()
    ended = _("U was hier ingelogd als %(email)s, en bent nu uitgelogd.", email=other) if other else ""
    session["to_say"] = f"{text} {ended}".strip()
    logout_user()
    g.personal = True


def said_at_sign_in() -> list[str]:
    """What is to be told on this page; nothing most times."""
    return [session.pop("to_say")] if "to_say" in session else []


def browser(user_agent: str) -> str:
    """A browser in a few words, so that its owner knows it again; empty when it is not one we know."""
    known = (next((name for sign, name in names if sign in user_agent), "") for names in (BROWSERS, SYSTEMS))
    return ", ".join(filter(None, known))


def _load(key: str) -> _SignedInUser | None:
    """Whoever belongs to the session of this request; a session that is over is cleared.

    So is one without a second step of an account that has one: it began while the first was being added (SEC-18).
    """
    row = queries.session_with(key)
    account = queries.by_id(row.account_id) if row is not None and is_fresh(row) else None
    if row is None or account is None or account.ended_at is not None or _skips_a_step(row, account):
        session.clear()
        return None
    if clock.now() - row.seen_at > SEEN_AGAIN:
        g.seen_again = row.id
    return _SignedInUser(key, row, account)


def _skips_a_step(row: SignedIn, account: Account) -> bool:
    return row.second_step_at is None and bool(account.authenticators)


def is_fresh(row: SignedIn) -> bool:
    """Whether a session is not over by its age."""
    now = clock.now()
    return now - row.seen_at < IDLE and now - row.began_at < LONGEST


def _actor_on_page() -> Actor:
    """Who a page is for; without a database, as on its error page, nobody is known."""
    try:
        return current_actor()
    except SQLAlchemyError:
        return VISITOR
