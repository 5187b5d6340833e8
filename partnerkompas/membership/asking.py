"""Asking for a link by mail: to get an account, to get back into it, and to move to another address.

Asking tells nothing: the page is the same, and one link and one mail are written, whether there is an account or not
(SEC-17). Once enough was mailed to an address the page is still the same and no mail is written; whoever moves an own
account there is told that it was too often.
"""

from partnerkompas.accounts import attempts
from partnerkompas.accounts import queries as known
from partnerkompas.accounts.attempts import ASKING_FOR_MAIL, MAILED, Keys, TooMany
from partnerkompas.accounts.models import Account
from partnerkompas.accounts.signing_in import ADDRESS_IS_KNOWN
from partnerkompas.infra import audit, clock, mail
from partnerkompas.infra.db import db
from partnerkompas.infra.language import _
from partnerkompas.membership import links
from partnerkompas.membership.models import Purpose
from partnerkompas.messages import actions as messages
from partnerkompas.permissions.policy import require
from partnerkompas.permissions.vocabulary import Actor, Permission


def ask_for_account(email: str, address: str, secret: str | bytes) -> None:
    """Mail a link by which whoever reads mail at `email` gets an account; who has one gets a new password by it.

    `address` is where the request came from, `secret` keys the hashes under which requests are counted. Raises TooMany.
    """
    account, is_enough = _counted(email, address, secret)
    if is_enough:
        return
    if account is None:
        _mail_register(email, _("U vroeg een account bij Partnerkompas aan."))
    else:
        _mail_password(account, _("U vroeg een account bij Partnerkompas aan. Dat hebt u al, op dit adres."))


def ask_for_password(email: str, address: str, secret: str | bytes) -> None:
    """Mail a link to choose a new password; where there is no account, that is what the mail says. Raises TooMany."""
    account, is_enough = _counted(email, address, secret)
    if is_enough:
        return
    if account is None:
        _mail_register(email, _("U vroeg een nieuw wachtwoord aan, maar bij dit adres hoort geen account."))
    else:
        _mail_password(account, _("U vroeg een nieuw wachtwoord aan."))


def _counted(email: str, address: str, secret: str | bytes) -> tuple[Account | None, bool]:
    """The account at an address, and whether enough was mailed there, once this request for mail is counted.

    From where its owner works more is mailed, so that a stranger locks no owner out. Therefore no page tells that it is
    enough: it would tell that there is an account. Raises TooMany, for every address alike.
    """
    who, account = attempts.keys(email, address, secret), known.by_email(email)
    if account is not None and account.ended_at is not None:
        account = None
    since = clock.now() - ADDRESS_IS_KNOWN
    lately = account is not None and known.is_known_at(account, who.address, since)
    attempts.count(ASKING_FOR_MAIL, who, known_address=lately)
    return account, _was_enough_mailed(who, known_address=lately)


def _was_enough_mailed(who: Keys, *, known_address: bool) -> bool:
    try:
        attempts.count(MAILED, who, known_address=known_address)
    except TooMany:
        return True
    return False


def _mail_register(email: str, why: str) -> None:
    link = links.make(Purpose.REGISTER, email)
    text = _("Met deze link maakt u een account. Hij werkt één keer, een dag lang:")
    mail.post(email, _("uw account"), links.letter(why, text, link, _("Vroeg u dit niet? Dan hoeft u niets te doen.")))


def _mail_password(account: Account, why: str) -> None:
    link = links.make(Purpose.PASSWORD, account.email, account_id=account.id)
    text = _("Met deze link kiest u een nieuw wachtwoord. Hij werkt één keer, een uur lang:")
    not_you = _("Vroeg u dit niet? Dan hoeft u niets te doen; uw wachtwoord blijft zoals het is.")
    mail.post(account.email, _("uw account"), links.letter(why, text, link, not_you))


def ask_for_address(actor: Actor, account: Account, email: str, address: str, secret: str | bytes) -> None:
    """Mail a link to a new address, by which the account moves there; the old address is told.

    Where another account has that address, its owner is told and no link is made: the page says the same. Counted as
    every request for mail. Raises NotAllowed and TooMany.
    """
    require(actor, Permission.ACCOUNT_CHANGE, account)
    who = attempts.keys(email, address, secret)
    for limits in (ASKING_FOR_MAIL, MAILED):
        attempts.count(limits, who)
    if known.by_email(email) is not None:
        text = _("Iemand wilde dit adres aan een ander account geven. Er is niets veranderd.")
        mail.post(email, _("uw account"), text)
    else:
        token = links.make(Purpose.ADDRESS, email, account_id=account.id)
        why = _("U wilt uw account op dit adres.")
        text = _("Met deze link hoort uw account voortaan bij dit adres. Hij werkt één keer, een dag lang:")
        not_you = _("Vroeg u dit niet? Dan hoeft u niets te doen.")
        mail.post(email, _("uw nieuwe adres"), links.letter(why, text, token, not_you))
    messages.tell_of_security(account, lambda: _("Er is gevraagd om uw account op een ander e-mailadres te zetten."))
    audit.record(db.session, actor, "account:address_asked", known.subject(account))
