"""The second step of signing in, and setting it up."""

import segno
from flask import Blueprint, Response, make_response, redirect, render_template, request, session, url_for
from markupsafe import Markup
from werkzeug.wrappers import Response as AnyResponse

from partnerkompas.accounts import session as sessions
from partnerkompas.accounts.attempts import TooMany
from partnerkompas.accounts.views import private, too_many
from partnerkompas.infra.language import _
from partnerkompas.infra.parameters import ignored
from partnerkompas.infra.refusal import NotAcceptable
from partnerkompas.infra.request_cycle import unit_of_work
from partnerkompas.permissions.policy import require
from partnerkompas.permissions.vocabulary import Permission
from partnerkompas.second_factor import actions, codes, queries, stepping
from partnerkompas.second_factor.actions import AlreadyAdded
from partnerkompas.second_factor.entering import added, entered, own, secret
from partnerkompas.second_factor.forms import CodeForm, NewAppForm
from partnerkompas.second_factor.passkey_views import install as install_passkeys
from partnerkompas.second_factor.queries import PASSKEY

blueprint = Blueprint("second_factor", __name__)
install_passkeys(blueprint)

PENDING_KEY = "pending_key"
"""What the signed session holds between two requests: the key of an app that is not added yet."""


@blueprint.route("/inloggen/tweede-stap", methods=["GET", "POST"])
def step() -> AnyResponse:
    """A code of the app or a recovery code, after the password; then the session begins."""
    require(sessions.current_actor(), Permission.ACCOUNT_SIGN_IN)
    account = sessions.halfway()
    if account is None:
        return redirect(url_for("accounts.sign_in"), 303)
    number = account.id
    form = CodeForm(request.form, next=request.args.get("next", ""))
    has_passkey = bool(queries.of_account(number, PASSKEY))

    def page(status: int = 200) -> AnyResponse:
        shown = render_template("second_factor/step.html", form=form, has_passkey=has_passkey, current="sign_in")
        return private(make_response(shown, status))

    if request.method != "POST":
        return page()
    if not form.validate():
        return page(422)
    try:
        right = stepping.take_step(number, form.code.data, secret=secret(), transaction=unit_of_work)
    except TooMany as error:
        return too_many(form, error, page)
    if not right:
        form.code.errors = [_("Deze code klopt niet, of is al gebruikt.")]
        return page(422)
    return entered(form.next.data)


@blueprint.get("/account/tweede-stap")
def overview() -> Response:
    """The second steps of whoever is signed in."""
    account = own()
    typed, notices = sessions.resumed()
    page = render_template(
        "second_factor/overview.html",
        notices=[*ignored(request.args, frozenset()), *notices],
        called=typed.get("called", ""),
        account=account,
        steps=queries.of_account(account.id),
        codes_left=queries.recovery_codes_left(account.id),
        current="account",
    )
    return make_response(page)


@blueprint.route("/account/tweede-stap/app", methods=["GET", "POST"])
def add_app() -> AnyResponse:
    """Add an app: it gets a key, and shows that it has it by a first code."""
    account = own()
    if not sessions.proved_lately():
        return sessions.ask_for_proof(name=request.form.get("name", ""))
    typed, notices = sessions.resumed()
    form = NewAppForm(request.form, **typed)
    if request.method == "POST" and PENDING_KEY not in session:
        form.form_errors.append(_("Dit formulier is al gebruikt. Laat de app de nieuwe afbeelding lezen."))
    elif request.method == "POST" and form.validate():
        try:
            shown = actions.add_app(
                sessions.current_actor(),
                account,
                session[PENDING_KEY],
                form.code.data,
                form.name.data or "",
                sessions.key(),
            )
        except AlreadyAdded as wrong:
            session.pop(PENDING_KEY)
            return refused(wrong)
        except NotAcceptable as wrong:
            form.code.errors = [str(wrong)]
        else:
            session.pop(PENDING_KEY)
            return added(shown)
    key = session.setdefault(PENDING_KEY, codes.new_key())
    image = segno.make(codes.address(key, account.email), micro=False)
    page = render_template(
        "second_factor/add_app.html",
        notices=notices,
        form=form,
        key=" ".join(key[start : start + 4] for start in range(0, len(key), 4)),
        image=Markup(image.svg_inline(scale=5, border=3, dark="#000", light="#fff", svgclass="qr", lineclass=None)),  # noqa: S704 - drawn here
        current="account",
    )
    return private(make_response(page, 422 if form.errors else 200))


@blueprint.post("/account/tweede-stap/<int:number>/naam")
def rename(number: int) -> AnyResponse:
    """Call one of the own second steps otherwise."""
    actions.rename(sessions.current_actor(), own(), number, request.form.get("naam", ""))
    return redirect(url_for("second_factor.overview"), 303)


@blueprint.post("/account/tweede-stap/<int:number>/verwijder")
def remove(number: int) -> AnyResponse:
    """Remove one of the own second steps."""
    account = own()
    if not sessions.proved_lately():
        return sessions.ask_for_proof("/account/tweede-stap")
    try:
        actions.remove(sessions.current_actor(), account, number, sessions.key())
    except NotAcceptable as wrong:
        return refused(wrong)
    return redirect(url_for("second_factor.overview"), 303)


@blueprint.post("/account/tweede-stap/herstelcodes")
def new_recovery_codes() -> AnyResponse:
    """Ten new recovery codes; those there were end."""
    account = own()
    if not sessions.proved_lately():
        return sessions.ask_for_proof("/account/tweede-stap")
    if not account.authenticators:
        return redirect(url_for("second_factor.overview"), 303)
    try:
        return added(actions.make_recovery_codes(sessions.current_actor(), account, sessions.key()))
    except NotAcceptable as wrong:
        return refused(wrong)


def refused(wrong: NotAcceptable) -> AnyResponse:
    """A page that only says why something was not done."""
    page = render_template("second_factor/refused.html", why=str(wrong), current="account")
    return private(make_response(page, 422))
