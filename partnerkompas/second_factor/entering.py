"""What the pages of codes and those of passkeys have in common."""

from flask import current_app, make_response, redirect, render_template, url_for
from werkzeug.wrappers import Response

from partnerkompas.accounts import session as sessions
from partnerkompas.accounts.models import Account
from partnerkompas.accounts.views import on_this_site, private
from partnerkompas.permissions.policy import require
from partnerkompas.permissions.vocabulary import Permission


def own() -> Account:
    """The account of whoever is signed in. Raises NotAllowed."""
    account = sessions.current_account()
    require(sessions.current_actor(), Permission.ACCOUNT_CHANGE, account)
    assert account is not None
    return account


def entered(following: str | None) -> Response:
    """Begin the session of who took both steps, and go on."""
    account = sessions.halfway()
    if account is None:  # the password was changed at this very moment
        return redirect(url_for("accounts.sign_in"), 303)
    sessions.begin(account, second_step=True)
    return redirect(on_this_site(following), 303)


def added(shown: list[str]) -> Response:
    """The page with recovery codes, which is shown once; without any the overview."""
    if not shown:
        return redirect(url_for("second_factor.overview"), 303)
    return private(make_response(render_template("second_factor/recovery_codes.html", codes=shown, current="account")))


def secret() -> str | bytes:
    """What keys the hashes under which attempts are counted."""
    return current_app.secret_key or b""
