"""Links by mail: to get an account, to get back into it, to become a member, and to move to another address.

Whoever has a link can read mail at its address. Asking for one tells nothing: the page is the same, and one link and
one mail are written, whether there is an account or not (SEC-17).
"""

import secrets
from datetime import timedelta

from sqlalchemy import delete, or_, update

from partnerkompas.accounts import actions as accounts
from partnerkompas.accounts import attempts
from partnerkompas.accounts import queries as known
from partnerkompas.accounts.attempts import ASKING_FOR_MAIL
from partnerkompas.accounts.models import Account, Level
from partnerkompas.accounts.signing_in import ADDRESS_IS_KNOWN
from partnerkompas.infra import audit, clock, mail
from partnerkompas.infra.db import db
from partnerkompas.infra.language import _, language
from partnerkompas.infra.parameters import printable
from partnerkompas.infra.refusal import NotAcceptable
from partnerkompas.membership import queries
from partnerkompas.membership.models import Link, Organisation, Purpose
from partnerkompas.messages import actions as messages
from partnerkompas.permissions.policy import require
from partnerkompas.permissions.vocabulary import Actor, Permission

LIVES = {
    Purpose.REGISTER: timedelta(days=1),
    Purpose.INVITATION: timedelta(days=7),
    Purpose.PASSWORD: timedelta(hours=1),
    Purpose.ADDRESS: timedelta(days=1),
}
LONGEST_NAME = 80


def ask_for_account(email: str, address: str, secret: str | bytes) -> None:
    """Mail a link by which whoever reads mail at `email` gets an account; who has one gets a new password by it.

    `address` is where the request came from, `secret` keys the hashes under which requests are counted. Raises TooMany.
    """
    account = _counted(email, address, secret)
    if account is None:
        _mail_register(email, _("U vroeg een account bij Partnerkompas aan."))
    else:
        _mail_password(account, _("U vroeg een account bij Partnerkompas aan. Dat hebt u al, op dit adres."))


def ask_for_password(email: str, address: str, secret: str | bytes) -> None:
    """Mail a link to choose a new password; where there is no account, that is what the mail says. Raises TooMany."""
    account = _counted(email, address, secret)
    if account is None:
        _mail_register(email, _("U vroeg een nieuw wachtwoord aan, maar bij dit adres hoort geen account."))
    else:
        _mail_password(account, _("U vroeg een nieuw wachtwoord aan."))


def _counted(email: str, address: str, secret: str | bytes) -> Account | None:
    """The account at an address, once this request for mail to it is counted: a stranger locks no owner out."""
    who, account = attempts.keys(email, address, secret), known.by_email(email)
    if account is not None and account.ended_at is not None:
        account = None
    since = clock.now() - ADDRESS_IS_KNOWN
    lately = account is not None and known.has_signed_in_from(account, who.address, since)
    attempts.count(ASKING_FOR_MAIL, who, known_address=lately)
    return account


def _mail_register(email: str, why: str) -> None:
    link = _make(Purpose.REGISTER, email)
    text = _("Met deze link maakt u een account. Hij werkt één keer, een dag lang:")
    mail.post(email, _("uw account"), _letter(why, text, link, _("Vroeg u dit niet? Dan hoeft u niets te doen.")))


def _mail_password(account: Account, why: str) -> None:
    link = _make(Purpose.PASSWORD, account.email, account_id=account.id)
    text = _("Met deze link kiest u een nieuw wachtwoord. Hij werkt één keer, een uur lang:")
    not_you = _("Vroeg u dit niet? Dan hoeft u niets te doen; uw wachtwoord blijft zoals het is.")
    mail.post(account.email, _("uw account"), _letter(why, text, link, not_you))


def _letter(why: str, text: str, token: str, not_you: str) -> str:
    return "\n\n".join((why, text, mail.link(f"/account/link/{token}"), not_you))


def _make(
    purpose: Purpose,
    email: str,
    *,
    account_id: int | None = None,
    organisation_id: int | None = None,
    made_by: int | None = None,
) -> str:
    """Write a link down and return its token; only the mail will hold that (SEC-20)."""
    token = secrets.token_urlsafe(32)
    now = clock.now()
    db.session.add(
        Link(
            purpose=purpose,
            token_hash=queries.token_hash(token),
            email=email,
            account_id=account_id,
            organisation_id=organisation_id,
            made_by=made_by,
            made_at=now,
            expires_at=now + LIVES[purpose],
        )
    )
    db.session.flush()
    return token


def invite(actor: Actor, organisation: Organisation, email: str) -> Link:
    """Mail an invitation, as `actions.invite` asks; an earlier one of this organisation to the address ends."""
    for earlier in queries.invited(organisation):
        if earlier.email == email:
            earlier.used_at = clock.now()
    token = _make(Purpose.INVITATION, email, organisation_id=organisation.id, made_by=actor.account_id)
    why = _(
        "%(organisation)s nodigt u uit voor Partnerkompas, de gids waarin wie Dynamics gebruikt partners vergelijkt.",
        organisation=organisation.name,
    )
    text = _("Met deze link wordt u lid namens uw organisatie. Hij werkt één keer, zeven dagen lang:")
    mail.post(
        email,
        _("uitnodiging van %(organisation)s", organisation=organisation.name),
        _letter(why, text, token, _("Hoort dit niet bij u? Dan hoeft u niets te doen.")),
    )
    link = queries.usable_link(token)
    assert link is not None
    return link


def ask_for_address(actor: Actor, account: Account, email: str, address: str, secret: str | bytes) -> None:
    """Mail a link to a new address, by which the account moves there; the old address is told.

    Where another account has that address, its owner is told and no link is made: the page says the same. Counted as
    every request for mail. Raises NotAllowed and TooMany.
    """
    require(actor, Permission.ACCOUNT_CHANGE, account)
    attempts.count(ASKING_FOR_MAIL, attempts.keys(email, address, secret))
    if known.by_email(email) is not None:
        text = _("Iemand wilde dit adres aan een ander account geven. Er is niets veranderd.")
        mail.post(email, _("uw account"), text)
    else:
        token = _make(Purpose.ADDRESS, email, account_id=account.id)
        text = _("Met deze link hoort uw account voortaan bij dit adres. Hij werkt één keer, een dag lang:")
        mail.post(
            email,
            _("uw nieuwe adres"),
            _letter(
                _("U wilt uw account op dit adres."), text, token, _("Vroeg u dit niet? Dan hoeft u niets te doen.")
            ),
        )
    messages.tell_of_security(account, lambda: _("Er is gevraagd om uw account op een ander e-mailadres te zetten."))
    audit.record(db.session, actor, "account:address_asked", known.subject(account))


def open_account(link: Link, password: str, name: str, level: str, address_language: str = "") -> Account:
    """Make the account of a link for registering or an invitation, or give that of the link its new password.

    Nothing is done but for who has the link. All other links to the address end. Raises NotAcceptable for a weak
    password (SEC-15), a wrong level, or a link that has become of no use. Raises Busy as passwords.place() does.
    """
    _hold(link)
    account = known.by_email(link.email)
    if link.purpose == Purpose.PASSWORD:
        if account is None or account.ended_at is not None or account.id != link.account_id:
            raise NotAcceptable(_("Deze link werkt niet meer."))
        accounts.set_password(known.actor(account), account, password)
        end_links_of(account)
        messages.tell_of_security(
            account, lambda: _("Uw wachtwoord is veranderd, met een link die naar dit adres is gemaild.")
        )
    else:
        if account is not None:
            raise NotAcceptable(_("Bij dit adres hoort al een account. Log in."))
        nobody = Actor(name="account/new")
        account = accounts.make(nobody, link.email, password, language=address_language or language())
        change_profile(known.actor(account), account, name=name, language=account.language)
        if link.purpose == Purpose.INVITATION:
            _become_member(account, link, level)
    _use_up(link, account)
    return account


def accept(link: Link, level: str) -> Account:
    """Whoever has an account at the address of an invitation becomes a member. Raises NotAcceptable."""
    _hold(link)
    account = known.by_email(link.email)
    if account is None or account.ended_at is not None:
        raise NotAcceptable(_("Deze link werkt niet meer."))
    _become_member(account, link, level)
    _use_up(link, account)
    return account


def _become_member(account: Account, link: Link, level: str) -> None:
    organisation = queries.organisation(link.organisation_id or 0)
    if organisation is None or organisation.ended_at is not None:
        raise NotAcceptable(_("Deze link werkt niet meer."))
    before = {"organisation": account.organisation_id, "level": account.level}
    account.organisation_id, account.level = organisation.id, _level(level)
    after = {"organisation": organisation.id, "level": account.level, "invitation": link.id}
    audit.record(db.session, known.actor(account), "member:joined", known.subject(account), before=before, after=after)


def move(link: Link) -> Account:
    """The account of the link belongs to its address from here on; its sessions end. Raises NotAcceptable."""
    _hold(link)
    account = known.by_id(link.account_id or 0)
    if account is None or account.ended_at is not None or known.by_email(link.email) is not None:
        raise NotAcceptable(_("Deze link werkt niet meer."))
    actor = known.actor(account)
    require(actor, Permission.ACCOUNT_CHANGE, account)
    messages.tell_of_security(account, lambda: _("Uw account hoort nu bij een ander e-mailadres."))
    account.email = link.email
    audit.record(db.session, actor, "account:address_changed", known.subject(account))
    accounts.sign_out_everywhere(actor)
    _use_up(link, account)
    return account


def change_profile(actor: Actor, account: Account, *, name: str, language: str, level: str | None = None) -> None:
    """Change how an account is called, its language, and for a member the level. Raises NotAllowed, NotAcceptable."""
    require(actor, Permission.ACCOUNT_CHANGE, account)
    name = printable(name)
    if len(name) > LONGEST_NAME:
        raise NotAcceptable(_("Een naam heeft ten hoogste %(n)s tekens.", n=LONGEST_NAME))
    account.name, account.language = name, "en" if language == "en" else "nl"
    if level is not None and account.organisation_id is not None:
        account.level = _level(level)
    after = {"language": account.language, "level": account.level}  # not the name: that must be erasable
    audit.record(db.session, actor, Permission.ACCOUNT_CHANGE, known.subject(account), after=after)


def _level(level: str) -> str:
    if level not in list(Level):
        raise NotAcceptable(_("Kies vanuit welk niveau u meepraat."))
    return level


def _hold(link: Link) -> None:
    """Of two who use a link at once, the second is told that it was used. Raises NotAcceptable."""
    db.session.refresh(link, with_for_update=True)
    if link.used_at is not None:
        raise NotAcceptable(_("Deze link werkt niet meer."))


def end_links_of(account: Account) -> None:
    """After a new password no link leads into an account that was mailed before: perhaps somebody else asked for it.

    Nothing of a move that did not happen is kept: the address was perhaps not that of the owner.
    """
    of_account = Link.account_id == account.id, Link.used_at.is_(None)
    db.session.execute(delete(Link).where(*of_account, Link.purpose == Purpose.ADDRESS))
    db.session.execute(update(Link).where(*of_account).values(used_at=clock.now()))


def _use_up(link: Link, account: Account) -> None:
    """A link was used: it and every other one that opens the same account are worth nothing from here on.

    It stays tied to the account, which may move and still be erased from wherever it was.
    """
    link.account_id = account.id
    opening = (Link.email == link.email) & Link.purpose.in_((Purpose.REGISTER, Purpose.PASSWORD))
    db.session.execute(
        update(Link).where(or_(Link.id == link.id, opening), Link.used_at.is_(None)).values(used_at=clock.now())
    )
