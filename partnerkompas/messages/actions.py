"""Verbs on messages; the only place that writes them."""

from collections.abc import Callable, Iterable

from sqlalchemy import select

from partnerkompas.accounts.models import Account
from partnerkompas.infra import clock, mail
from partnerkompas.infra.db import db
from partnerkompas.infra.language import _, speaking
from partnerkompas.messages import queries
from partnerkompas.messages.models import ALWAYS_MAILED, About, Message
from partnerkompas.permissions.policy import require
from partnerkompas.permissions.vocabulary import Actor, Permission

Words = Callable[[], tuple[str, str]]
"""Title and text in the language of the moment."""


def tell(accounts: Iterable[Account], about: About, words: Words, path: str = "", key: str = "") -> list[Message]:
    """Put a message into the inboxes of some accounts, each in its own language, and mail it to who wants that.

    Written in the transaction of what it tells of. An ended account gets nothing. With a `key` an account is told
    once: what was told before is not told again. `path` leads to the page it is about.
    """
    accounts = [account for account in accounts if account.ended_at is None]
    keys = {account.id: f"{key}/{account.id}" for account in accounts} if key else {}
    if keys:  # of two who would tell it at once, the second finds that it was told
        db.session.execute(select(Account.id).where(Account.id.in_(keys)).order_by(Account.id).with_for_update())
    known = queries.told(keys.values()) if keys else frozenset()
    made = []
    for account in accounts:
        if keys.get(account.id) in known:
            continue
        with speaking(account.language):
            title, text = words()
            made.append(
                Message(account_id=account.id, about=about, title=title, text=text, path=path, key=keys.get(account.id))
            )
            if about in ALWAYS_MAILED or about not in account.mail_off:
                mail.post(account.email, title, _letter(text, path, about))
    db.session.add_all(made)
    db.session.flush()
    return made


def tell_of_security(account: Account, what: Callable[[], str], path: str = "/account") -> None:
    """Tell the owner of an account of a change that somebody else may have made; always by mail too (SEC-20)."""

    def words() -> tuple[str, str]:
        advice = _("Was u dit niet? Kies dan meteen een nieuw wachtwoord, en meld het uw gebruikersgroep.")
        return _("Beveiliging van uw account"), f"{what()} {advice}"

    tell([account], About.SECURITY, words, path)


def _letter(text: str, path: str, about: About) -> str:
    lines = [text]
    if path:
        lines.append(mail.link(path))
    if about not in ALWAYS_MAILED:
        lines.append(_("Wilt u hierover geen mail meer? Zet het uit op %(url)s", url=mail.link("/account")))
    return "\n\n".join(lines)


def mark_as_read(actor: Actor, messages: Iterable[Message]) -> None:
    """Its owner has read these. Raises NotAllowed."""
    for message in messages:
        require(actor, Permission.MESSAGE_READ, message)
        message.read_at = message.read_at or clock.now()
