"""Taking the second step of signing in; the only place that writes down how it ended (SEC-16, SEC-18)."""

from collections.abc import Callable
from contextlib import AbstractContextManager

from partnerkompas.accounts import attempts, passwords
from partnerkompas.accounts import queries as accounts
from partnerkompas.accounts.attempts import CHALLENGE, SECOND_STEP, SECOND_STEPS, TooMany
from partnerkompas.accounts.models import Account, Authenticator
from partnerkompas.infra import audit, clock
from partnerkompas.infra.db import db
from partnerkompas.infra.language import _
from partnerkompas.messages import actions as messages
from partnerkompas.permissions.policy import require
from partnerkompas.permissions.vocabulary import VISITOR, Permission
from partnerkompas.second_factor import queries
from partnerkompas.second_factor.codes import matching_step
from partnerkompas.second_factor.queries import PASSKEY, TOTP

Transaction = Callable[[], AbstractContextManager[None]]


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


def is_first_answer(challenge: str, *, secret: str | bytes, transaction: Transaction) -> bool:
    """Whether nobody answered this challenge of a passkey before; from here on somebody did.

    The cookie that holds a challenge can be copied, so that it was taken out of there says nothing. A counter does
    not tell either: most passkeys keep it at zero.
    """
    require(VISITOR, Permission.ACCOUNT_SIGN_IN)
    try:
        with transaction():
            attempts.count(CHALLENGE, attempts.keys(f"challenge/{challenge}", "", secret))
    except TooMany:
        return False
    return True


def _stepped(
    account_id: int, is_right: Callable[[Account], bool], secret: str | bytes, transaction: Transaction
) -> bool:
    require(VISITOR, Permission.ACCOUNT_SIGN_IN)
    who = attempts.keys(f"second-step/{account_id}", "", secret)
    with transaction():
        account = db.session.get_one(Account, account_id, populate_existing=True)
        password = passwords.fingerprint(account.password_hash)
        by_password = attempts.keys(f"second-step/{account_id}/{password}", "", secret)
        attempts.count(SECOND_STEP, by_password)
        attempts.count(SECOND_STEPS, who)
    with transaction():
        account = db.session.get_one(Account, account_id, with_for_update={"key_share": True})
        right = is_right(account)
        actor = accounts.actor(account, full=False)
        deed = "account:second_step" if right else "account:second_step_failed"
        audit.record(db.session, actor, deed, accounts.subject(account))
        if right:
            attempts.forgive(SECOND_STEP, by_password)
            attempts.forgive(SECOND_STEPS, who)
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
    messages.tell_of_security(
        account, lambda: _("Er is ingelogd met een herstelcode. U hebt er nog %(n)s.", n=left), queries.PAGE
    )
    return True
