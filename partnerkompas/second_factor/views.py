"""The second step of signing in, and setting it up."""

import json
from urllib.parse import urlsplit

import segno
from flask import Blueprint, Response, current_app, make_response, redirect, render_template, request, session, url_for
from markupsafe import Markup
from werkzeug.wrappers import Response as AnyResponse

from partnerkompas.accounts import session as sessions
from partnerkompas.accounts.attempts import TooMany
from partnerkompas.accounts.models import Account
from partnerkompas.accounts.views import on_this_site, private, too_many
from partnerkompas.infra import mail
from partnerkompas.infra.language import _
from partnerkompas.infra.parameters import ignored
from partnerkompas.infra.refusal import NotAcceptable
from partnerkompas.infra.request_cycle import unit_of_work
from partnerkompas.permissions.policy import require
from partnerkompas.permissions.vocabulary import Permission
from partnerkompas.second_factor import actions, codes, passkeys, queries
from partnerkompas.second_factor.forms import CodeForm, NewAppForm
from partnerkompas.second_factor.passkeys import NotSigned, Site
from partnerkompas.second_factor.queries import PASSKEY

blueprint = Blueprint("second_factor", __name__)

PENDING_KEY, CHALLENGE = "pending_key", "challenge"
"""What the signed session holds between two requests."""


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
        right = actions.take_step(number, form.code.data, secret=_secret(), transaction=unit_of_work)
    except TooMany as error:
        return too_many(form, error, page)
    if not right:
        form.code.errors = [_("Deze code klopt niet, of is al gebruikt.")]
        return page(422)
    return _entered(form.next.data)


@blueprint.post("/inloggen/passkey/vraag")
def passkey_asked() -> AnyResponse:
    """What the browser is asked to sign with a passkey, after the password."""
    require(sessions.current_actor(), Permission.ACCOUNT_SIGN_IN)
    account = sessions.halfway()
    known = queries.of_account(account.id, PASSKEY) if account is not None else []
    if not known:
        return _json({}, 404)
    options, session[CHALLENGE] = passkeys.asked_to_sign(_site(), known)
    return _json(json.loads(options))


@blueprint.post("/inloggen/passkey")
def passkey_signed() -> AnyResponse:
    """What the browser signed; when it is right the session begins."""
    require(sessions.current_actor(), Permission.ACCOUNT_SIGN_IN)
    account, challenge = sessions.halfway(), session.pop(CHALLENGE, "")
    sent = request.get_json(silent=True)
    known = queries.of_account(account.id, PASSKEY) if account is not None else []
    used = next((each for each in known if isinstance(sent, dict) and each.credential_id == sent.get("id")), None)
    if account is None or used is None or not challenge:
        return _json({"problem": _("Dit lukte niet. Probeer het opnieuw, of gebruik een code.")}, 422)
    site, told = _site(), json.dumps(sent)
    try:
        right = actions.take_step_by_passkey(
            account.id,
            used.id,
            lambda passkey: passkeys.counted(site, challenge, told, passkey),
            secret=_secret(),
            transaction=unit_of_work,
        )
    except TooMany as error:
        return _json({"problem": _("Dit is te vaak geprobeerd. Wacht even.")}, 429, error.retry_after)
    if not right:
        return _json({"problem": _("Deze passkey hoort niet bij dit account, of is niet goed gebruikt.")}, 422)
    entered = _entered(request.args.get("next"))
    return _json({"next": entered.location})


def _entered(following: str | None) -> AnyResponse:
    """Begin the session of who took both steps, and go on."""
    account = sessions.halfway()
    assert account is not None
    sessions.begin(account, second_step=True)
    return redirect(on_this_site(following), 303)


@blueprint.get("/account/tweede-stap")
def overview() -> Response:
    """The second steps of whoever is signed in."""
    account = _own()
    page = render_template(
        "second_factor/overview.html",
        notices=ignored(request.args, frozenset()),
        account=account,
        steps=queries.of_account(account.id),
        codes_left=queries.recovery_codes_left(account.id),
        current="account",
    )
    return make_response(page)


@blueprint.route("/account/tweede-stap/app", methods=["GET", "POST"])
def add_app() -> AnyResponse:
    """Add an app: it gets a key, and shows that it has it by a first code."""
    account = _own()
    if not sessions.proved_lately():
        return sessions.ask_for_proof()
    form = NewAppForm(request.form)
    if request.method == "POST" and PENDING_KEY in session and form.validate():
        try:
            shown = actions.add_app(
                sessions.current_actor(),
                account,
                session[PENDING_KEY],
                form.code.data,
                form.name.data or "",
                sessions.key(),
            )
        except NotAcceptable as wrong:
            form.code.errors = [str(wrong)]
        else:
            session.pop(PENDING_KEY)
            return _added(shown)
    key = session.setdefault(PENDING_KEY, codes.new_key())
    image = segno.make(codes.address(key, account.email), micro=False)
    page = render_template(
        "second_factor/add_app.html",
        form=form,
        key=" ".join(key[start : start + 4] for start in range(0, len(key), 4)),
        image=Markup(image.svg_inline(scale=5, border=3, dark="#000", light="#fff", svgclass="qr", lineclass=None)),  # noqa: S704 - drawn here
        current="account",
    )
    return private(make_response(page, 422 if form.errors else 200))


@blueprint.post("/account/tweede-stap/passkey/vraag")
def new_passkey_asked() -> AnyResponse:
    """What the browser is asked to make a new passkey."""
    account = _own()
    if not sessions.proved_lately():
        return _json({"next": url_for("accounts.prove", next="/account/tweede-stap")}, 403)
    options, session[CHALLENGE] = passkeys.asked_to_make(_site(), account, queries.of_account(account.id, PASSKEY))
    return _json(json.loads(options))


@blueprint.post("/account/tweede-stap/passkey")
def add_passkey() -> AnyResponse:
    """Add the passkey that the browser made; the answer is the page that comes next."""
    account, challenge = _own(), session.pop(CHALLENGE, "")
    sent = request.get_json(silent=True)
    if not sessions.proved_lately() or not challenge or not isinstance(sent, dict):
        return _json({"problem": _("Dit lukte niet. Probeer het opnieuw.")}, 422)
    name = str(sent.pop("called", ""))
    try:
        made = passkeys.made(_site(), challenge, json.dumps(sent))
    except NotSigned:
        return _json({"problem": _("Deze passkey kunnen we niet gebruiken. Probeer het opnieuw.")}, 422)
    shown = actions.add_passkey(sessions.current_actor(), account, made, name, sessions.key())
    return _added(shown)


@blueprint.post("/account/tweede-stap/<int:number>/naam")
def rename(number: int) -> AnyResponse:
    """Call one of the own second steps otherwise."""
    actions.rename(sessions.current_actor(), _own(), number, request.form.get("naam", ""))
    return redirect(url_for("second_factor.overview"), 303)


@blueprint.post("/account/tweede-stap/<int:number>/verwijder")
def remove(number: int) -> AnyResponse:
    """Remove one of the own second steps."""
    account = _own()
    if not sessions.proved_lately():
        return sessions.ask_for_proof("/account/tweede-stap")
    try:
        actions.remove(sessions.current_actor(), account, number, sessions.key())
    except NotAcceptable as wrong:
        page = render_template("second_factor/refused.html", why=str(wrong), current="account")
        return make_response(page, 422)
    return redirect(url_for("second_factor.overview"), 303)


@blueprint.post("/account/tweede-stap/herstelcodes")
def new_recovery_codes() -> AnyResponse:
    """Ten new recovery codes; those there were end."""
    account = _own()
    if not sessions.proved_lately():
        return sessions.ask_for_proof("/account/tweede-stap")
    if not account.authenticators:
        return redirect(url_for("second_factor.overview"), 303)
    return _added(actions.make_recovery_codes(sessions.current_actor(), account))


def _added(shown: list[str]) -> AnyResponse:
    """The page with recovery codes, which is shown once; without any the overview."""
    if not shown:
        return redirect(url_for("second_factor.overview"), 303)
    return private(make_response(render_template("second_factor/recovery_codes.html", codes=shown, current="account")))


def _own() -> Account:
    account = sessions.current_account()
    require(sessions.current_actor(), Permission.ACCOUNT_CHANGE, account)
    assert account is not None
    return account


def _secret() -> str | bytes:
    return current_app.secret_key or b""


def _site() -> Site:
    """Who asks for a passkey: the site as configured; a request is believed only when it is on this very machine."""
    here = urlsplit(request.host_url)
    asked = here if here.hostname == "localhost" else urlsplit(mail.site())
    return Site(asked.hostname or "", f"{asked.scheme}://{asked.netloc}")


def _json(told: object, status: int = 200, retry_after: int = 0) -> AnyResponse:
    response = private(Response(json.dumps(told), status=status, mimetype="application/json"))
    if retry_after:
        response.headers["Retry-After"] = str(retry_after)
    return response
