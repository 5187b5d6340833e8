"""Verbs on second steps; the only place that writes them (SEC-18)."""

import secrets
from collections.abc import Callable
from contextlib import AbstractContextManager

from sqlalchemy import delete, update

from partnerkompas.accounts import attempts
from partnerkompas.accounts import queries as accounts
from partnerkompas.accounts.attempts import SECOND_STEP
from partnerkompas.accounts.models import Account, Authenticator, SignedIn
from partnerkompas.infra import audit, clock
from partnerkompas.infra.db import db
from partnerkompas.infra.language import _
from partnerkompas.infra.parameters import printable
from partnerkompas.infra.refusal import NotAcceptable
from partnerkompas.messages import actions as messages
from partnerkompas.messages.models import About
from partnerkompas.permissions.policy import require
from partnerkompas.permissions.vocabulary import VISITOR, Actor, Permission
from partnerkompas.second_factor import queries
from partnerkompas.second_factor.codes import matching_step
from partnerkompas.second_factor.models import RecoveryCode
from partnerkompas.second_factor.passkeys import Made
from partnerkompas.second_factor.queries import PASSKEY, TOTP

RECOVERY_CODES = 10
LONGEST_NAME = 40
LETTERS = "23456789abcdefghjkmnpqrstuvwxyz"
"""Without those that look like another."""

Transaction = Callable[[], AbstractContextManager[None]]


def add_app(actor: Actor, account: Account, key: str, typed: str, name: str, session: str) -> list[str]:
    """Add an app that gives codes, when the code that was typed shows that it has the key.

    `session` is the key of the session in which this happens. Returns new recovery codes, when this is the first
    second step: they are shown once. Raises NotAllowed and NotAcceptable.
    """
    require(actor, Permission.ACCOUNT_CHANGE, account)
    step = matching_step(key, typed, clock.now(), after=0)
    if step is None:
        raise NotAcceptable(
            _("Deze code klopt niet. Kijk of de klok van uw telefoon gelijk loopt en neem de nieuwste.")
        )
    added = Authenticator(account_id=account.id, kind=TOTP, name=_named(name, _("app")), secret=key, counter=step)
    return _added(actor, account, added, session)


def add_passkey(actor: Actor, account: Account, made: Made, name: str, session: str) -> list[str]:
    """Add a passkey that was checked; otherwise as `add_app`."""
    require(actor, Permission.ACCOUNT_CHANGE, account)
    added = Authenticator(
        account_id=account.id,
        kind=PASSKEY,
        name=_named(name, _("passkey")),
        secret=made.public_key,
        credential_id=made.credential_id,
        counter=made.counter,
    )
    return _added(actor, account, added, session)


def _named(name: str, otherwise: str) -> str:
    return printable(name)[:LONGEST_NAME] or otherwise


def _added(actor: Actor, account: Account, added: Authenticator, session: str) -> list[str]:
    is_first = not queries.of_account(account.id)
    db.session.add(added)
    db.session.flush()
    db.session.expire(account, ["authenticators"])
    row = accounts.session_with(session)
    if row is not None and row.account_id == account.id:
        row.second_step_at = clock.now()
    _end_other_sessions(account, session)
    after = {"kind": added.kind, "number": added.id}
    audit.record(db.session, actor, "account:authenticator_added", accounts.subject(account), after=after)
    _tell(account, lambda: _("Er is een tweede stap bij het inloggen toegevoegd."))
    return make_recovery_codes(actor, account) if is_first else []


def rename(actor: Actor, account: Account, number: int, name: str) -> None:
    """Call a second step otherwise. Raises NotAllowed."""
    require(actor, Permission.ACCOUNT_CHANGE, account)
    found = queries.own(account.id, number)
    require(actor, Permission.AUTHENTICATOR_READ, found)
    assert found is not None
    found.name = _named(name, found.name)
    audit.record(
        db.session, actor, "account:authenticator_renamed", accounts.subject(account), after={"number": number}
    )


def remove(actor: Actor, account: Account, number: int, session: str) -> None:
    """Remove a second step; of who has a role not the last one. Raises NotAllowed and NotAcceptable."""
    require(actor, Permission.ACCOUNT_CHANGE, account)
    found = queries.own(account.id, number)
    require(actor, Permission.AUTHENTICATOR_READ, found)
    assert found is not None
    is_last = len(queries.of_account(account.id)) == 1
    if is_last and account.roles:
        raise NotAcceptable(_("U hebt een rol en houdt daarom een tweede stap. Voeg eerst een andere toe."))
    db.session.delete(found)
    if is_last:
        db.session.execute(delete(RecoveryCode).where(RecoveryCode.account_id == account.id))
    db.session.flush()
    db.session.expire(account, ["authenticators"])
    _end_other_sessions(account, session)
    before = {"kind": found.kind, "number": number}
    audit.record(db.session, actor, "account:authenticator_removed", accounts.subject(account), before=before)
    _tell(account, lambda: _("Er is een tweede stap bij het inloggen verwijderd."))


def make_recovery_codes(actor: Actor, account: Account) -> list[str]:
    """Ten new recovery codes, which are shown once; those there were end. Raises NotAllowed."""
    require(actor, Permission.ACCOUNT_CHANGE, account)
    codes = [
        "-".join("".join(secrets.choice(LETTERS) for _n in range(4)) for _m in range(3)) for _k in range(RECOVERY_CODES)
    ]
    db.session.execute(delete(RecoveryCode).where(RecoveryCode.account_id == account.id))
    db.session.add_all(RecoveryCode(account_id=account.id, code_hash=queries.code_hash(code)) for code in codes)
    audit.record(db.session, actor, "account:recovery_codes_made", accounts.subject(account))
    db.session.flush()
    return codes


def reset(actor: Actor, account: Account) -> None:
    """Remove every second step of somebody who lost them all, and end the sessions. Raises NotAllowed."""
    require(actor, Permission.SECOND_STEP_RESET, account)
    for owned in (Authenticator, RecoveryCode):
        db.session.execute(delete(owned).where(owned.account_id == account.id))
    db.session.expire(account, ["authenticators"])
    _end_other_sessions(account, "")
    audit.record(db.session, actor, Permission.SECOND_STEP_RESET, accounts.subject(account))
    _tell(account, lambda: _("De beheerder heeft uw tweede stap bij het inloggen verwijderd."))


def take_step(account_id: int, typed: str, *, secret: str | bytes, transaction: Transaction) -> bool:
    """Whether what was typed is a right code of an app, or a recovery code, of who gave the password a moment ago.

    The attempt is counted and safe before the code is looked at, and the outcome is safe whatever the answer to the
    request will be. Raises TooMany.
    """
    return _stepped(account_id, lambda account: _is_right(account, typed), secret, transaction)


def take_step_by_passkey(
    account_id: int,
    number: int,
    counted: Callable[[Authenticator], int],
    *,
    secret: str | bytes,
    transaction: Transaction,
) -> bool:
    """Whether one of the passkeys of an account signed; `counted` gives its counter or raises ValueError.

    Otherwise as `take_step`.
    """

    def is_right(account: Account) -> bool:
        found = queries.own(account.id, number)
        if found is None or found.kind != PASSKEY:
            return False
        try:
            found.counter = counted(found)
        except ValueError:
            return False
        found.used_at = clock.now()
        return True

    return _stepped(account_id, is_right, secret, transaction)


def _stepped(
    account_id: int, is_right: Callable[[Account], bool], secret: str | bytes, transaction: Transaction
) -> bool:
    require(VISITOR, Permission.ACCOUNT_SIGN_IN)
    who = attempts.keys(f"second-step/{account_id}", "", secret)
    with transaction():
        attempts.count(SECOND_STEP, who)
    with transaction():
        account = db.session.get_one(Account, account_id, with_for_update=True)
        right = is_right(account)
        actor = accounts.actor(account, full=False)
        deed = "account:second_step" if right else "account:second_step_failed"
        audit.record(db.session, actor, deed, accounts.subject(account))
        if right:
            attempts.forgive(SECOND_STEP, who)
    return right


def _is_right(account: Account, typed: str) -> bool:
    for app in queries.of_account(account.id, TOTP):
        step = matching_step(app.secret, typed, clock.now(), after=app.counter)
        if step is not None:
            app.counter, app.used_at = step, clock.now()
            return True
    code = queries.recovery_code(account.id, typed)
    if code is None:
        return False
    code.used_at = clock.now()
    actor = accounts.actor(account, full=False)
    audit.record(db.session, actor, "account:recovery_code_used", accounts.subject(account))
    left = queries.recovery_codes_left(account.id)
    _tell(account, lambda: _("Er is ingelogd met een herstelcode. U hebt er nog %(n)s.", n=left))
    return True


def _end_other_sessions(account: Account, session: str) -> None:
    others = SignedIn.account_id == account.id, SignedIn.ended_at.is_(None)
    own = SignedIn.key_hash != accounts.key_hash(session)
    db.session.execute(update(SignedIn).where(*others, own).values(ended_at=clock.now()))


def _tell(account: Account, what: Callable[[], str]) -> None:
    def words() -> tuple[str, str]:
        advice = _("Was u dit niet? Kies dan meteen een nieuw wachtwoord, en meld het uw gebruikersgroep.")
        return _("Beveiliging van uw account"), f"{what()} {advice}"

    messages.tell([account], About.SECURITY, words, "/account/tweede-stap")
