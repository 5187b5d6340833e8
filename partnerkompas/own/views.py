"""The own page: what is known of whoever is signed in."""

from collections.abc import Sequence
from typing import Any

from flask import Blueprint, current_app, json, make_response, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from partnerkompas.accounts import actions as accounts
from partnerkompas.accounts import passwords, queries, session
from partnerkompas.accounts.attempts import TooMany
from partnerkompas.accounts.forms import EmailForm
from partnerkompas.accounts.models import Account
from partnerkompas.accounts.views import too_many
from partnerkompas.config import Settings
from partnerkompas.infra import clock
from partnerkompas.infra.language import _
from partnerkompas.infra.parameters import ignored
from partnerkompas.membership import asking, links
from partnerkompas.membership import queries as membership
from partnerkompas.membership.forms import NewPasswordForm, level_label
from partnerkompas.messages import actions as messages
from partnerkompas.messages.models import ALWAYS_MAILED, About
from partnerkompas.own import actions, terms
from partnerkompas.own.collecting import collected
from partnerkompas.own.forms import InterestForm, ProfileForm
from partnerkompas.partners import interests, leaving
from partnerkompas.partners import queries as partners
from partnerkompas.permissions.policy import require
from partnerkompas.permissions.vocabulary import Permission

blueprint = Blueprint("own", __name__)


@blueprint.get("/account", endpoint="page")
def show() -> Response:
    """What we know of you, and what you can do with it."""
    return _page(_own())


@blueprint.post("/account", endpoint="change")
def change() -> Response:
    """Another name, language or level."""
    account = _own()
    form = ProfileForm(request.form, account)
    if not form.validate():
        return _page(account, profile=form)
    level = form.level.data if account.organisation_id is not None else None
    accounts.change_profile(
        session.current_actor(), account, name=form.name.data or "", language=form.language.data, level=level
    )
    return _saved("gegevens")


@blueprint.get("/account/gegevens.json", endpoint="download")
def download() -> Response:
    """Everything we know of you, as a file (GDPR art. 15 and 20)."""
    account = _own()
    require(session.current_actor(), Permission.ACCOUNT_READ, account)
    if not session.proved_lately():
        return session.ask_for_proof()
    response = make_response(json.dumps(collected(account, _evidence_days()), ensure_ascii=False, indent=1))
    response.mimetype = "application/json"
    response.headers["Content-Disposition"] = f'attachment; filename="partnerkompas-{clock.today().isoformat()}.json"'
    return response


@blueprint.route("/account/wachtwoord", methods=["GET", "POST"], endpoint="password")
def change_password() -> Response:
    """Another password; all sessions end but this one, which begins anew."""
    account = _own()
    if not session.proved_lately():
        return session.ask_for_proof()
    _typed, notices = session.resumed()
    form = NewPasswordForm(request.form, account.email)
    if request.method == "POST" and form.validate():
        second_step = session.second_step_taken()
        try:
            accounts.set_password(session.current_actor(), account, form.password.data)
            links.end_all_of(account)
        except accounts.WeakPassword as weak:
            form.refuse(weak)
            return _form("own/password.html", form)
        except passwords.Busy:
            form.form_errors.append(_("Het is nu erg druk. Probeer het over een paar tellen opnieuw."))
            return _form("own/password.html", form, 503)
        messages.tell_of_security(account, lambda: _("Uw wachtwoord is veranderd."))
        session.begin(account, second_step=second_step)
        return _saved("beveiliging")
    return _form("own/password.html", form, notices=notices)


@blueprint.route("/account/adres", methods=["GET", "POST"], endpoint="address")
def change_address() -> Response:
    """Ask for a link at another e-mail address, by which the account moves there."""
    account = _own()
    if not session.proved_lately():
        return session.ask_for_proof(email=request.form.get("email", ""))
    typed, notices = session.resumed()
    form = EmailForm(request.form, **typed)
    if request.method == "POST" and form.validate():
        try:
            asking.ask_for_address(
                session.current_actor(),
                account,
                form.email.data,
                request.remote_addr or "",
                current_app.secret_key or b"",
            )
        except TooMany as error:
            return too_many(form, error, lambda status: _form("own/address.html", form, status))
        page = render_template("membership/look_in_mail.html", email=form.email.data, current="account")
        return make_response(page)
    return _form("own/address.html", form, notices=notices)


@blueprint.post("/account/mail", endpoint="mail")
def choose_mail() -> Response:
    """About what you get mail as well."""
    actions.choose_mail(session.current_actor(), _own(), request.form.getlist("mail"))
    return _saved("mail")


@blueprint.post("/account/sessies/<int:number>/beeindig", endpoint="end_session")
def end_session(number: int) -> Response:
    """End one of the own sessions."""
    _own()
    accounts.end_session(session.current_actor(), number)
    return _back("sessies")


@blueprint.post("/account/overal-uitloggen", endpoint="everywhere")
def sign_out_everywhere() -> Response:
    """End all own sessions, this one too."""
    _own()
    accounts.sign_out_everywhere(session.current_actor())
    session.end()
    return redirect(url_for("accounts.sign_in"), 303)


@blueprint.post("/account/belangen", endpoint="declare")
def declare_interest() -> Response:
    """Declare an interest in a partner."""
    account, form = _own(), InterestForm(request.form)
    if not form.validate():
        return _page(account, interest=form)
    partner = partners.called(form.partner.data or "", session.current_actor())
    if partner is None:
        wrong = _("Deze partner kennen we niet, of er zijn er meer met die naam. Kies er een uit de lijst.")
        form.partner.errors = [wrong]
        return _page(account, interest=form)
    interests.declare(session.current_actor(), account, partner, form.kind.data, form.note.data or "")
    return _back("belangen")


@blueprint.post("/account/belangen/<int:number>/beeindig", endpoint="end_interest")
def end_interest(number: int) -> Response:
    """An interest is over."""
    interests.end(session.current_actor(), _own(), number)
    return _back("belangen")


@blueprint.route("/account/wissen", methods=["GET", "POST"], endpoint="erase")
def erase() -> Response:
    """Erase the account, after saying what goes and what stays."""
    account = _own()
    if not session.proved_lately():
        return session.ask_for_proof()
    if request.method == "POST":
        actions.erase(session.current_actor(), account)
        session.end()
        return make_response(render_template("own/erased.html", current=""))
    _typed, notices = session.resumed()
    return make_response(render_template("own/erase.html", account=account, notices=notices, current="account"))


def _own() -> Account:
    """The account of whoever asks; a visitor is sent to sign in."""
    account = session.current_account()
    require(session.current_actor(), Permission.ACCOUNT_CHANGE, account)
    assert account is not None
    return account


def _evidence_days() -> int:
    settings: Settings = current_app.extensions["settings"]
    return settings.evidence_days


def _back(anchor: str) -> Response:
    return redirect(url_for("own.page", _anchor=anchor), 303)


def _saved(anchor: str) -> Response:
    """Back to a part of the page that then says it was saved: what was typed there looks the same before and after."""
    return redirect(url_for("own.page", bewaard=anchor, _anchor=anchor), 303)


def _form(template: str, form: Any, status: int = 0, notices: Sequence[str] = ()) -> Response:
    page = render_template(template, form=form, notices=notices, current="account")
    return make_response(page, status or (422 if form.errors else 200))


def about_label(about: str) -> str:
    """What messages are about, in words."""
    return {
        About.SECURITY: _("beveiliging van uw account"),
        About.REPRESENTATION: _("wie voor een partner spreekt"),
        About.ANSWERS: _("antwoorden die zijn gecontroleerd of bevraagd"),
        About.EXPIRY: _("feiten die bijna verlopen"),
        About.CHALLENGES: _("betwistingen"),
        About.LISTING: _("of een partner in de gids staat"),
        About.RULES: _("wijzigingen van de spelregels"),
    }[About(about)]


def _page(account: Account, profile: ProfileForm | None = None, interest: InterestForm | None = None) -> Response:
    actor = session.current_actor()
    require(actor, Permission.ACCOUNT_READ, account)
    declared, ended = queries.interests(account.id), queries.interests_that_ended(account.id)
    speaks = queries.all_representations(account.id)
    about = {each.partner_id for tied in (declared, ended, speaks) for each in tied}
    wrong = (profile is not None and profile.errors) or (interest is not None and interest.errors)
    page = render_template(
        "own/page.html",
        notices=ignored(request.args, frozenset({"bewaard"})),
        saved=request.args.get("bewaard", "") if request.method == "GET" else "",
        account=account,
        profile=profile or ProfileForm(None, account),  # type: ignore[arg-type]
        interest=interest or InterestForm(None),  # type: ignore[arg-type]
        organisation=membership.organisation(account.organisation_id) if account.organisation_id else None,
        level_label=level_label,
        kinds=interests.kinds(),
        declared=declared,
        ended=ended,
        speaks=speaks,
        counts_until=queries.counts_until,
        partner_names=partners.names_of(about),
        went_into=leaving.names_they_went_into(about),
        all_names=partners.names_offered_to(actor),
        sessions=[each for each in queries.sessions(account.id) if session.is_fresh(each)],
        this_session=session.number(),
        mails=[
            (about.value, about_label(about), about in ALWAYS_MAILED, about not in account.mail_off) for about in About
        ],
        terms=terms.in_words(_evidence_days()),
        current="account",
    )
    return make_response(page, 422 if wrong else 200)
