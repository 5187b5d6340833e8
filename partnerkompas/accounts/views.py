"""Signing in and out, and giving the password again."""

import math
from collections.abc import Callable

from flask import Blueprint, current_app, make_response, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from partnerkompas.accounts import actions, session, signing_in
from partnerkompas.accounts.attempts import TooMany
from partnerkompas.accounts.forms import PasswordForm, SignInForm
from partnerkompas.accounts.models import Account
from partnerkompas.infra.language import _, ngettext
from partnerkompas.infra.request_cycle import unit_of_work
from partnerkompas.permissions.policy import require
from partnerkompas.permissions.vocabulary import Permission

blueprint = Blueprint("accounts", __name__)

Page = Callable[[int], Response]
"""Prints a form with a status."""


@blueprint.route("/inloggen", methods=["GET", "POST"])
def sign_in() -> Response:
    """The sign-in page; afterwards on to `next`, when that is a page of this site."""
    actor = session.current_actor()
    require(actor, Permission.ACCOUNT_SIGN_IN)
    form = SignInForm(request.form, next=request.args.get("next", ""))

    def page(status: int = 200) -> Response:
        return private(make_response(render_template("accounts/sign_in.html", form=form, current="sign_in"), status))

    if request.method != "POST":
        return page() if actor.is_visitor else redirect(on_this_site(form.next.data), 303)
    if not form.validate():
        return page(422)
    try:
        account = _account_of(form.email.data, form.password.data)
    except TooMany as error:
        return too_many(form, error, page)
    if account is None:
        form.form_errors.append(_("Het e-mailadres of het wachtwoord klopt niet."))
        return page(422)
    if account.authenticators:
        session.begin_halfway(account)
        return redirect(url_for("second_factor.step", next=form.next.data or None), 303)
    session.begin(account)
    if account.roles:
        return redirect(url_for("second_factor.overview"), 303)
    return redirect(on_this_site(form.next.data), 303)


@blueprint.route("/inloggen/opnieuw", methods=["GET", "POST"])
def prove() -> Response:
    """Ask for the password again, before what is hard to undo (SEC-19); then on to `next`."""
    actor = session.current_actor()
    require(actor, Permission.ACCOUNT_CHANGE, session.current_account())
    form = PasswordForm(request.form, next=request.args.get("next", ""))

    def page(status: int = 200) -> Response:
        return private(make_response(render_template("accounts/prove.html", form=form, current="account"), status))

    if request.method != "POST":
        return page()
    if not form.validate():
        return page(422)
    try:
        account = _account_of(actor.email, form.password.data)
    except TooMany as error:
        return too_many(form, error, page)
    if account is None:
        form.password.errors = [_("Dit wachtwoord klopt niet.")]
        return page(422)
    actions.prove(actor, session.key())
    return redirect(on_this_site(form.next.data), 303)


@blueprint.post("/uitloggen")
def sign_out() -> Response:
    """End this session, and go home."""
    signing_in.sign_out(session.current_actor(), session.key())
    session.end()
    return redirect(on_this_site(""), 303)


def _account_of(email: str, password: str) -> Account | None:
    return signing_in.sign_in(
        email,
        password,
        request.remote_addr or "",
        secret=current_app.secret_key or b"",
        transaction=unit_of_work,
    )


def on_this_site(path: str | None) -> str:
    """The address of a path on this site, in the language of the request; home for anything else (SEC-08).

    A browser reads `//host` and `/\\host` as another site, and skips tabs and line ends while it reads.
    """
    root = request.script_root
    path = path or "/"
    if len(path) > 2000 or not path.isprintable() or "\\" in path or not path.startswith("/") or path[1:2] == "/":
        path = "/"
    return path if root and f"{path}/".startswith(f"{root}/") else root + path


def private(response: Response) -> Response:
    """A page of a form with a password or a link: no cache keeps it."""
    response.headers["Cache-Control"] = "no-store"
    return response


def too_many(form: SignInForm | PasswordForm, error: TooMany, page: Page) -> Response:
    """The form again, with how long to wait."""
    minutes = math.ceil(error.retry_after / 60)
    form.form_errors.append(
        ngettext(
            "Dit is te vaak geprobeerd. Probeer het over %(n)s minuut opnieuw.",
            "Dit is te vaak geprobeerd. Probeer het over %(n)s minuten opnieuw.",
            minutes,
        )
    )
    response = page(429)
    response.headers["Retry-After"] = str(error.retry_after)
    return response
