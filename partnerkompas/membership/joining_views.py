"""The pages by which somebody gets an account, gets back into it, becomes a member or moves to another address."""

from collections.abc import Callable

from flask import Blueprint, current_app, make_response, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from partnerkompas.accounts import passwords, session, signing_in
from partnerkompas.accounts import queries as accounts
from partnerkompas.accounts.actions import WeakPassword
from partnerkompas.accounts.attempts import TooMany
from partnerkompas.accounts.forms import EmailForm
from partnerkompas.accounts.views import private, too_many
from partnerkompas.infra.language import _
from partnerkompas.infra.refusal import NotAcceptable
from partnerkompas.membership import asking, joining, queries
from partnerkompas.membership.forms import LevelForm, NewAccountForm, NewMemberForm, NewPasswordForm
from partnerkompas.membership.models import Link, Purpose
from partnerkompas.permissions.policy import require
from partnerkompas.permissions.vocabulary import Permission

Ask = Callable[[str, str, str | bytes], None]


def install(blueprint: Blueprint) -> None:
    """Give the blueprint of the room these pages."""
    blueprint.add_url_rule("/account/nieuw", "register", register, methods=["GET", "POST"])
    blueprint.add_url_rule("/account/wachtwoord-vergeten", "forgotten", forgotten, methods=["GET", "POST"])
    blueprint.add_url_rule("/account/link/<token>", "use_link", use_link, methods=["GET", "POST"])


def register() -> Response:
    """Ask for an account."""
    return _ask_by_mail("membership/register.html", asking.ask_for_account)


def forgotten() -> Response:
    """Ask for a new password."""
    return _ask_by_mail("membership/forgotten.html", asking.ask_for_password)


def _ask_by_mail(template: str, ask: Ask) -> Response:
    require(session.current_actor(), Permission.ACCOUNT_SIGN_IN)
    form = EmailForm(request.form)

    def page(status: int = 200) -> Response:
        return private(make_response(render_template(template, form=form, current="sign_in"), status))

    if request.method != "POST":
        return page()
    if not form.validate():
        return page(422)
    try:
        ask(form.email.data, request.remote_addr or "", current_app.secret_key or b"")
    except TooMany as error:
        return too_many(form, error, page)
    return private(
        make_response(render_template("membership/look_in_mail.html", email=form.email.data, current="sign_in"))
    )


def use_link(token: str) -> Response:
    """What a mailed link is for: choose a password, become a member, or move to another address."""
    require(session.current_actor(), Permission.ACCOUNT_SIGN_IN)
    link = queries.usable_link(token)
    if link is None:
        return _unguessable(make_response(render_template("membership/link_over.html", current="sign_in"), 410))
    account = accounts.by_email(link.email)
    if link.purpose == Purpose.ADDRESS:
        return _move(link)
    if link.purpose == Purpose.INVITATION and account is not None:
        return _accept(link)
    form = _password_form(link)
    if request.method != "POST" or not form.validate():
        return _page(link, form)
    given = {name: form.data.get(name) or "" for name in ("name", "level")}
    try:
        account = joining.open_account(link, form.password.data, **given)
    except WeakPassword as weak:
        form.refuse(weak)
        return _page(link, form)
    except NotAcceptable as wrong:
        form.form_errors.append(str(wrong))
        return _page(link, form, 422)
    except passwords.Busy:
        form.form_errors.append(_("Het is nu erg druk. Probeer het over een paar tellen opnieuw."))
        return _page(link, form, 503)
    signing_in.came_by_mail(account, request.remote_addr or "", current_app.secret_key or b"")
    if link.purpose == Purpose.PASSWORD:
        session.say_at_sign_in(_("Uw wachtwoord is veranderd. Log ermee in."))
        return redirect(url_for("accounts.sign_in"), 303)  # a link is no second step (SEC-18)
    session.begin(account)
    return redirect(url_for("own.page"), 303)


def _password_form(link: Link) -> NewPasswordForm:
    form = {Purpose.PASSWORD: NewPasswordForm, Purpose.INVITATION: NewMemberForm}
    return form.get(Purpose(link.purpose), NewAccountForm)(request.form, link.email)


def _accept(link: Link) -> Response:
    form = LevelForm(request.form)
    if request.method != "POST" or not form.validate():
        return _page(link, form)
    try:
        account = joining.accept(link, form.level.data)
    except NotAcceptable as wrong:
        form.form_errors.append(str(wrong))
        return _page(link, form, 422)
    if session.current_actor().account_id == account.id:
        return redirect(url_for("own.page"), 303)
    session.say_at_sign_in(_("U bent nu lid. Log in om verder te gaan."))
    return redirect(url_for("accounts.sign_in", next="/account"), 303)


def _move(link: Link) -> Response:
    form = EmailForm(request.form, email=link.email)
    if request.method != "POST":
        return _page(link, form)
    try:
        joining.move(link)
    except NotAcceptable as wrong:
        form.form_errors.append(str(wrong))
        return _page(link, form, 422)
    session.say_at_sign_in(_("Uw account hoort nu bij %(email)s. Log met dat adres in.", email=link.email))
    return redirect(url_for("accounts.sign_in"), 303)


def _page(link: Link, form: NewPasswordForm | LevelForm | EmailForm, status: int = 0) -> Response:
    page = render_template(
        "membership/link.html",
        form=form,
        link=link,
        organisation=queries.organisation(link.organisation_id or 0),
        current="sign_in",
    )
    return _unguessable(make_response(page, status or (422 if form.errors else 200)))


def _unguessable(response: Response) -> Response:
    """Nobody learns the link from us: no other page, no cache, no search engine."""
    response.headers["Referrer-Policy"] = "same-origin"
    response.headers["X-Robots-Tag"] = "noindex"
    return private(response)
