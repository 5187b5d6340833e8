"""Verbs on second steps; the only place that adds and removes them (SEC-18)."""

import secrets

from sqlalchemy import delete, select, update
from sqlalchemy.exc import IntegrityError

from partnerkompas.accounts import queries as accounts
from partnerkompas.accounts.models import Account, Authenticator, SignedIn
from partnerkompas.infra import audit, clock
from partnerkompas.infra.db import db
from partnerkompas.infra.language import _
from partnerkompas.infra.parameters import printable
from partnerkompas.infra.refusal import NotAcceptable
from partnerkompas.messages import actions as messages
from partnerkompas.permissions.policy import require
from partnerkompas.permissions.vocabulary import Actor, Permission
from partnerkompas.second_factor import queries
from partnerkompas.second_factor.codes import matching_step
from partnerkompas.second_factor.models import RecoveryCode
from partnerkompas.second_factor.passkeys import Made
from partnerkompas.second_factor.queries import PASSKEY, TOTP

RECOVERY_CODES = 10
LONGEST_NAME = 40
LETTERS = "23456789abcdefghjkmnpqrstuvwxyz"
"""Without those that look like another."""


class AlreadyAdded(NotAcceptable):
    """The account, or another, has this second step already: the form was sent twice, or it is somebody else's."""


def add_app(actor: Actor, account: Account, key: str, typed: str, name: str, session: str) -> list[str]:
    """Add an app that gives codes, when the code that was typed shows that it has the key.

    `session` is the key of the session in which this happens, empty for a command. Returns new recovery codes, when
    this is the first second step: they are shown once. Raises NotAllowed, NotAcceptable, and AlreadyAdded for a key
    that is in use: one code would work twice.
    """
    require(actor, Permission.ACCOUNT_CHANGE, account)
    _wait_for_turn(account, session)
    if any(known.secret == key for known in queries.of_account(account.id, TOTP)):
        raise AlreadyAdded(
            _(
                "Deze app is al toegevoegd; het formulier is twee keer verstuurd. Hebt u de herstelcodes niet gezien "
                "die daarbij hoorden? Maak dan nieuwe, onder “Herstelcodes”."
            )
        )
    step = matching_step(key, typed, clock.now(), after=0)
    if step is None:
        raise NotAcceptable(
            _("Deze code klopt niet. Kijk of de klok van uw telefoon gelijk loopt en neem de nieuwste.")
        )
    added = Authenticator(account_id=account.id, kind=TOTP, name=_named(name, _("app")), secret=key, counter=step)
    return _added(actor, account, added, session)


def add_passkey(actor: Actor, account: Account, made: Made, name: str, session: str) -> list[str]:
    """Add a passkey that was checked; one that any account has raises AlreadyAdded. Otherwise as `add_app`."""
    require(actor, Permission.ACCOUNT_CHANGE, account)
    _wait_for_turn(account, session)
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
    try:
        with db.session.begin_nested():
            db.session.add(added)
    except IntegrityError:
        raise AlreadyAdded(_("Deze passkey is al in gebruik, bij dit account of een ander. Maak een andere.")) from None
    db.session.expire(account, ["authenticators"])
    if is_first and (row := accounts.session_with(session)) is not None:
        row.second_step_at = clock.now()  # the code or passkey was just shown to work; later ones had to take theirs
    _end_other_sessions(account, session)
    after = {"kind": added.kind, "number": added.id}
    audit.record(db.session, actor, "account:authenticator_added", accounts.subject(account), after=after)
    messages.tell_of_security(account, lambda: _("Er is een tweede stap bij het inloggen toegevoegd."), queries.PAGE)
    return _new_recovery_codes(actor, account) if is_first else []


def _wait_for_turn(account: Account, session: str) -> None:
    """Of two requests that change the second steps of an account, one waits until the other is done.

    That may have ended the session of who waited, who then goes no further: raises NotAcceptable. A command has none.
    """
    db.session.execute(select(Account.id).where(Account.id == account.id).with_for_update(key_share=True))
    if not session:
        return
    row = accounts.session_with(session)
    if row is not None:
        db.session.refresh(row)  # it was read before the wait
    if row is None or (row.second_step_at is None and queries.of_account(account.id)):
        raise NotAcceptable(_("U bent intussen uitgelogd. Log opnieuw in."))


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
    _wait_for_turn(account, session)
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
    messages.tell_of_security(account, lambda: _("Er is een tweede stap bij het inloggen verwijderd."), queries.PAGE)


def make_recovery_codes(actor: Actor, account: Account, session: str) -> list[str]:
    """Ten new recovery codes, which are shown once; those there were end. Raises NotAllowed and NotAcceptable."""
    require(actor, Permission.ACCOUNT_CHANGE, account)
    _wait_for_turn(account, session)
    messages.tell_of_security(
        account, lambda: _("Er zijn nieuwe herstelcodes gemaakt. De oude werken niet meer."), queries.PAGE
    )
    return _new_recovery_codes(actor, account)


def _new_recovery_codes(actor: Actor, account: Account) -> list[str]:
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
    _wait_for_turn(account, "")
    for owned in (Authenticator, RecoveryCode):
        db.session.execute(delete(owned).where(owned.account_id == account.id))
    db.session.expire(account, ["authenticators"])
    _end_other_sessions(account, "")
    audit.record(db.session, actor, Permission.SECOND_STEP_RESET, accounts.subject(account))
    messages.tell_of_security(
        account, lambda: _("De beheerder heeft uw tweede stap bij het inloggen verwijderd."), queries.PAGE
    )


def _end_other_sessions(account: Account, session: str) -> None:
    others = SignedIn.account_id == account.id, SignedIn.ended_at.is_(None)
    own = SignedIn.key_hash != accounts.key_hash(session)
    db.session.execute(update(SignedIn).where(*others, own).values(ended_at=clock.now()))
