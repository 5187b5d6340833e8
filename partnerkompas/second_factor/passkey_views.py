"""What a browser asks about passkeys, by script: each answer is JSON, or the page that comes next."""

import json
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import urlsplit

from flask import Blueprint, Response, current_app, request, session, url_for
from werkzeug.wrappers import Response as AnyResponse

from partnerkompas.accounts import session as sessions
from partnerkompas.accounts.attempts import TooMany
from partnerkompas.accounts.views import private
from partnerkompas.config import Settings
from partnerkompas.infra import clock, mail
from partnerkompas.infra.language import _
from partnerkompas.infra.refusal import NotAcceptable
from partnerkompas.infra.request_cycle import unit_of_work
from partnerkompas.permissions.policy import require
from partnerkompas.permissions.vocabulary import Permission
from partnerkompas.second_factor import actions, passkeys, queries, stepping
from partnerkompas.second_factor.entering import added, entered, own, secret
from partnerkompas.second_factor.passkeys import NotSigned, Site
from partnerkompas.second_factor.queries import PASSKEY

CHALLENGE = "challenge"
"""What the signed session holds between asking and answering: what is to be signed, and since when."""
ANSWERED_WITHIN = timedelta(minutes=10)


def install(blueprint: Blueprint) -> None:
    """Give the blueprint of the room these addresses."""
    for path, name, view in (
        ("/inloggen/passkey/vraag", "passkey_asked", passkey_asked),
        ("/inloggen/passkey", "passkey_signed", passkey_signed),
        ("/account/tweede-stap/passkey/vraag", "new_passkey_asked", new_passkey_asked),
        ("/account/tweede-stap/passkey", "add_passkey", add_passkey),
    ):
        blueprint.add_url_rule(path, name, view, methods=["POST"])


def passkey_asked() -> AnyResponse:
    """What the browser is asked to sign with a passkey, after the password."""
    require(sessions.current_actor(), Permission.ACCOUNT_SIGN_IN)
    account = sessions.halfway()
    known = queries.of_account(account.id, PASSKEY) if account is not None else []
    if not known:
        return _problem(_("Dit duurde te lang. Log opnieuw in."), 404)
    return _asked(*passkeys.asked_to_sign(_site(), known))


def passkey_signed() -> AnyResponse:
    """What the browser signed; when it is right the session begins."""
    require(sessions.current_actor(), Permission.ACCOUNT_SIGN_IN)
    account, challenge, sent = sessions.halfway(), _challenge(), _sent()
    known = queries.of_account(account.id, PASSKEY) if account is not None else []
    number = next((each.id for each in known if each.credential_id == sent.get("id")), None)
    if account is None or number is None or not challenge or not _is_first_answer(challenge):
        return _problem(_("Dit lukte niet. Probeer het opnieuw, of gebruik een code."))
    site = _site()
    try:
        right = stepping.take_step_by_passkey(
            account.id,
            number,
            lambda passkey: passkeys.counted(site, challenge, sent, passkey),
            secret=secret(),
            transaction=unit_of_work,
        )
    except TooMany as error:
        return _problem(_("Dit is te vaak geprobeerd. Wacht even."), 429, error.retry_after)
    if not right:
        return _problem(_("Deze passkey hoort niet bij dit account, of is niet goed gebruikt."))
    return _json({"next": entered(request.args.get("next")).location})


def new_passkey_asked() -> AnyResponse:
    """What the browser is asked to make a new passkey."""
    account = own()
    if not sessions.proved_lately():
        called = _sent().get("called", "")
        sessions.put_aside(queries.PAGE, called=called if isinstance(called, str) else "")
        return _json({"next": url_for("accounts.prove", next=queries.PAGE)}, 403)
    return _asked(*passkeys.asked_to_make(_site(), account, queries.of_account(account.id, PASSKEY)))


def add_passkey() -> AnyResponse:
    """Add the passkey that the browser made; the answer is the page that comes next."""
    account, challenge, sent = own(), _challenge(), _sent()
    if not sessions.proved_lately() or not challenge or not sent or not _is_first_answer(challenge):
        return _problem(_("Dit lukte niet. Probeer het opnieuw."))
    called = sent.pop("called", "")
    name = called if isinstance(called, str) else ""
    try:
        made = passkeys.made(_site(), challenge, sent)
        shown = actions.add_passkey(sessions.current_actor(), account, made, name, sessions.key())
    except NotSigned:
        return _problem(_("Deze passkey kunnen we niet gebruiken. Probeer het opnieuw."))
    except NotAcceptable as wrong:
        return _problem(str(wrong))
    return added(shown)


def _asked(options: str, challenge: str) -> AnyResponse:
    session[CHALLENGE] = challenge, clock.now().isoformat()
    return _json(json.loads(options))


def _challenge() -> str:
    """What this browser was asked to sign a short while ago; empty when it was not."""
    challenge, since = session.pop(CHALLENGE, ("", ""))
    return challenge if since and clock.now() - datetime.fromisoformat(since) < ANSWERED_WITHIN else ""


def _is_first_answer(challenge: str) -> bool:
    return stepping.is_first_answer(challenge, secret=secret(), transaction=unit_of_work)


def _sent() -> dict[str, Any]:
    """The JSON object that was sent; empty when it is none."""
    try:
        sent = request.get_json(silent=True)
    except RecursionError:  # a thousand brackets in one another
        return {}
    return sent if isinstance(sent, dict) else {}


def _site() -> Site:
    """Who asks for a passkey: the site as configured; a request is believed only on a machine where nobody did that."""
    settings: Settings = current_app.extensions["settings"]
    here = urlsplit(request.host_url)
    asked = here if here.hostname == "localhost" and not settings.site_url else urlsplit(mail.site())
    return Site(asked.hostname or "", f"{asked.scheme}://{asked.netloc}")


def _problem(why: str, status: int = 422, retry_after: int = 0) -> AnyResponse:
    response = _json({"problem": why}, status)
    if retry_after:
        response.headers["Retry-After"] = str(retry_after)
    return response


def _json(told: object, status: int = 200) -> AnyResponse:
    return private(Response(json.dumps(told), status=status, mimetype="application/json"))
