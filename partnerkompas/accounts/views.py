"""Signing in and out."""

import math

from flask import Blueprint, current_app, make_response, redirect, render_template, request
from werkzeug.wrappers import Response

from partnerkompas.accounts import actions, session
from partnerkompas.accounts.forms import SignInForm
from partnerkompas.infra.language import _, ngettext
from partnerkompas.infra.request_cycle import unit_of_work
from partnerkompas.permissions.policy import require
from partnerkompas.permissions.vocabulary import Permission

blueprint = Blueprint("accounts", __name__)


@blueprint.route("/inloggen", methods=["GET", "POST"])
def sign_in() -> Response:
    """The sign-in page; afterwards on to `next`, when that is a page of this site."""
    actor = session.current_actor()
    require(actor, Permission.ACCOUNT_SIGN_IN)
    form = SignInForm(request.form, next=request.args.get("next", ""))
    if request.method != "POST":
        return _page(form) if actor.is_visitor else redirect(on_this_site(form.next.data), 303)
    if not form.validate():
        return _page(form, 422)
    try:
        account = actions.sign_in(
            form.email.data,
            form.password.data,
            request.remote_addr or "",
            secret=current_app.secret_key or b"",
            transaction=unit_of_work,
        )
    except actions.TooMany as error:
        return _too_many(form, error.retry_after)
    if account is None:
        form.form_errors.append(_("Het e-mailadres of het wachtwoord klopt niet."))
        return _page(form, 422)
    session.begin(account)
    return redirect(on_this_site(form.next.data), 303)


@blueprint.post("/uitloggen")
def sign_out() -> Response:
    """End all sessions of whoever asks, and go home."""
    actions.sign_out(session.current_actor())
    session.end()
    return redirect(on_this_site(""), 303)


def on_this_site(path: str | None) -> str:
    """The address of a path on this site, in the language of the request; home for anything else (SEC-08).

    A browser reads `//host` and `/\\host` as another site, and skips tabs and line ends while it reads.
    """
    root = request.script_root
    path = path or "/"
    if len(path) > 2000 or not path.isprintable() or "\\" in path or not path.startswith("/") or path[1:2] == "/":
        path = "/"
    return path if root and f"{path}/".startswith(f"{root}/") else root + path


def _page(form: SignInForm, status: int = 200) -> Response:
    response = make_response(render_template("accounts/sign_in.html", form=form, current="sign_in"), status)
    response.headers["Cache-Control"] = "no-store"
    return response


def _too_many(form: SignInForm, seconds: int) -> Response:
    minutes = math.ceil(seconds / 60)
    form.form_errors.append(
        ngettext(
            "Er is te vaak geprobeerd in te loggen. Probeer het over %(n)s minuut opnieuw.",
            "Er is te vaak geprobeerd in te loggen. Probeer het over %(n)s minuten opnieuw.",
            minutes,
        )
    )
    response = _page(form, 429)
    response.headers["Retry-After"] = str(seconds)
    return response
