"""Signing in and out, and giving the password again."""

import math
from collections.abc import Callable, Sequence
from datetime import timedelta

from flask import Blueprint, current_app, make_response, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from partnerkompas.accounts import actions, queries, session, signing_in
from partnerkompas.accounts.attempts import TooMany
from partnerkompas.accounts.forms import PasswordForm, RoleForm, SignInForm
from partnerkompas.accounts.models import Account, RoleGrant
from partnerkompas.infra import clock
from partnerkompas.infra.language import _, ngettext
from partnerkompas.infra.request_cycle import unit_of_work
from partnerkompas.infra.web import show_moment
from partnerkompas.permissions.policy import may, require
from partnerkompas.permissions.vocabulary import OPERATOR, Permission, Role

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
        shown = render_template(
            "accounts/sign_in.html", form=form, notices=session.said_at_sign_in(), current="sign_in"
        )
        return private(make_response(shown, status))

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


@blueprint.route("/beheer/rollen", methods=["GET", "POST"])
def roles() -> Response:
    """Who has which role and had it; an administrator grants more of them."""
    actor = session.current_actor()
    require(actor, Permission.ROLES_LIST)
    typed, notices = session.resumed()
    form = RoleForm(request.form, **typed)
    if request.method == "POST" and form.validate():
        account = queries.by_email(form.email.data)
        require(actor, Permission.ROLE_GRANT, account)
        if not session.proved_lately():
            return session.ask_for_proof(email=form.email.data, role=form.role.data)
        if account is not None and account.ended_at is None:
            actions.grant_role(actor, account, Role(form.role.data))
            return redirect(url_for("accounts.roles"), 303)
        form.email.errors = [_("Bij dit adres hoort geen account. Wie een rol krijgt, maakt eerst zelf een account.")]
    grants = queries.grants()
    return private(
        make_response(
            render_template(
                "accounts/roles.html",
                notices=notices,
                form=form,
                grants=grants,
                granters=_granters(grants),
                may_grant=may(actor, Permission.ROLE_GRANT),
                current="workbench",
            ),
            422 if form.errors else 200,
        )
    )


def _granters(grants: Sequence[RoleGrant]) -> dict[str, str]:
    """Who granted roles, as people know them, by what the row holds: an address while there is one."""
    held = [each.granted_by for each in grants if each.granted_by.startswith("account/")]
    numbers = {int(each.removeprefix("account/")) for each in held}
    people = {f"account/{each.id}": each.email for each in queries.with_ids(numbers).values() if not each.ended_at}
    return {OPERATOR.name: _("de opdrachtregel"), **people}


@blueprint.post("/beheer/rollen/<int:number>/beeindig")
def end_role(number: int) -> Response:
    """Take a role back."""
    grant = next((each for each in queries.grants() if each.id == number), None)
    require(session.current_actor(), Permission.ROLE_GRANT, grant and grant.account)
    if not session.proved_lately():
        return session.ask_for_proof("/beheer/rollen")
    if grant is not None:
        actions.end_role(session.current_actor(), grant.account, grant.role)
    return redirect(url_for("accounts.roles"), 303)


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
    """The form again, with what was too much and when it goes on."""
    minutes = math.ceil(error.retry_after / 60)
    if error.why or minutes > 90:
        goes_on = clock.now() + timedelta(minutes=minutes)
        again = _("Het kan weer vanaf %(moment)s.", moment=show_moment(goes_on))
        form.form_errors.append(f"{error.why or _('Dit is te vaak geprobeerd.')} {again}")
    else:
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
