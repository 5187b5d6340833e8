"""Speaking for a partner: asked, decided by a curator, ended (rows I1, H6; rule R23: leaving is as easy as joining)."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import NamedTuple
from urllib.parse import urlsplit

from sqlalchemy import case, exists, func, select

from partnerkompas.accounts import queries as accounts
from partnerkompas.accounts.models import Account, Representation
from partnerkompas.infra import audit, clock
from partnerkompas.infra.db import db
from partnerkompas.infra.language import _, speaking
from partnerkompas.infra.paging import Counts
from partnerkompas.infra.parameters import printable
from partnerkompas.infra.refusal import NotAcceptable, reason, written
from partnerkompas.messages import actions as messages
from partnerkompas.messages.models import About
from partnerkompas.partners import queries
from partnerkompas.partners.models import Merge, Partner
from partnerkompas.permissions.policy import may, require
from partnerkompas.permissions.vocabulary import Actor, PartnerRole, Permission

LONGEST_FUNCTION = 120
A_DAY = 5
"""So many times somebody may ask within a day: each is a mail to all who sign for a partner (SEC-23)."""


def is_at_domain(email: str, website: str) -> bool:
    """Whether an e-mail address is at the domain of a website, which may begin with www."""
    host = (urlsplit(website).hostname or "").removeprefix("www.")
    return bool(host) and email.rpartition("@")[2] == host


def is_at_domain_now(representation: Representation) -> bool:
    """Whether the address that somebody has now is at the domain of the partner's website: an account may move."""
    return is_at_domain(_account(representation).email, _partner(representation).website)


def by_id(number: int) -> Representation | None:
    """The representation with this id."""
    return db.session.get(Representation, number)


_UNDECIDED = Representation.granted_at.is_(None), Representation.ended_at.is_(None)


def waiting(limit: int, offset: int = 0) -> Sequence[Representation]:
    """What a curator has to decide, oldest first."""
    wanted = select(Representation).where(*_UNDECIDED).order_by(Representation.id)
    return db.session.scalars(wanted.limit(limit).offset(offset)).all()


def how_many_wait(late_since: datetime) -> Counts:
    """How many requests a curator has to decide about; late is what was asked up to a moment."""
    late = func.sum(case((Representation.asked_at <= late_since, 1), else_=0))
    n, overdue = db.session.execute(select(func.count(), late).where(*_UNDECIDED)).one()
    return Counts(n, n, overdue or 0)


def of_partner(partner: Partner) -> Sequence[Representation]:
    """Who speaks for a partner or asked to, without what ended."""
    return db.session.scalars(
        select(Representation)
        .where(Representation.partner_id == partner.id, Representation.ended_at.is_(None))
        .order_by(Representation.id)
    ).all()


class Speaks(NamedTuple):
    """Somebody who speaks for a partner, or asked to."""

    representation: Representation
    account: Account


def seen_by(actor: Actor, partner: Partner) -> list[Speaks]:
    """Who speaks for a partner and who asked to, as far as the policy lets somebody read it."""
    rows = [each for each in of_partner(partner) if may(actor, Permission.REPRESENTATION_READ, each)]
    people = accounts.with_ids({each.account_id for each in rows})
    return [Speaks(each, people[each.account_id]) for each in rows]


def is_represented(partner: Partner, since: datetime) -> bool:
    """Whether anybody speaks for a partner, or did at some time since a moment."""
    then = Representation.ended_at.is_(None) | (Representation.ended_at >= since)
    wanted = Representation.partner_id == partner.id, Representation.granted_at.is_not(None), then
    return db.session.scalar(select(exists().where(*wanted))) or False


def tell(partner: Partner, about: About, words: messages.Words, path: str) -> None:
    """Tell everybody who speaks for a partner; `path` leads to what it is about."""
    speaking = [each.account_id for each in of_partner(partner) if each.granted_at is not None]
    messages.tell(accounts.with_ids(speaking).values(), about, words, path)


def ask(actor: Actor, partner: Partner, role: PartnerRole, function: str) -> Representation:
    """Ask to speak for a partner; who signs for it hears of that, as they may refuse it.

    Raises NotAllowed, and NotAcceptable without what one does there and to who asked too often within a day.
    """
    require(actor, Permission.PARTNER_CLAIM, partner)
    account = accounts.by_id(actor.account_id or 0)
    assert account is not None
    function = printable(function)
    if not function:
        raise NotAcceptable(_("Vul in wat u bij de partner doet."))
    if len(function) > LONGEST_FUNCTION:
        raise NotAcceptable(_("Gebruik ten hoogste %(n)s tekens.", n=LONGEST_FUNCTION))
    db.session.refresh(account, with_for_update={"key_share": True})  # who sends the form twice asks once
    for known in accounts.representations(account.id):
        if known.partner_id == partner.id:
            return known
    if _asked_lately(account) >= A_DAY:
        raise NotAcceptable(_("U vroeg dit vandaag al %(n)s keer. Probeer het morgen opnieuw.", n=A_DAY))
    partner = queries.held(partner.id)
    require(actor, Permission.PARTNER_CLAIM, partner)  # it may have been merged or delisted at this moment
    made = Representation(
        account_id=account.id,
        partner_id=partner.id,
        role=role,
        function=function,
        same_domain=is_at_domain(account.email, partner.website),
    )
    db.session.add(made)
    db.session.flush()
    after = {"account": account.id, "role": role, "same_domain": made.same_domain}
    audit.record(db.session, actor, Permission.PARTNER_CLAIM, f"partner/{partner.slug}", after=after)
    _tell_signers(partner, made)
    return made


def _asked_lately(account: Account) -> int:
    """How often somebody asked within a day, for any partner, also what was taken back."""
    lately = Representation.account_id == account.id, Representation.asked_at > clock.now() - timedelta(days=1)
    return db.session.scalar(select(func.count()).select_from(Representation).where(*lately)) or 0


def _tell_signers(partner: Partner, made: Representation) -> None:
    """Not who asked: that must be erasable, and stands on the page."""
    known = [each for each in of_partner(partner) if each.granted_at is not None]
    signing = [each.account_id for each in known if each.role == PartnerRole.SIGNER]
    name = partner.name

    def words() -> tuple[str, str]:
        text = _(
            "Een curator beslist hierover. Hoort deze persoon niet bij %(partner)s? Dan kunt u het verzoek afwijzen.",
            partner=name,
        )
        return _("Iemand wil voor %(partner)s spreken", partner=name), text

    messages.tell(accounts.with_ids(signing).values(), About.REPRESENTATION, words, f"/vertegenwoordiging/{made.id}")


def grant(actor: Actor, representation: Representation, note: str = "") -> None:
    """Let somebody speak for a partner; what was decided stays. Where the domain of mail and website differ, then or
    now, a note is needed: what was seen instead. Raises NotAllowed and NotAcceptable.
    """
    require(actor, Permission.REPRESENTATION_DECIDE, representation)
    if printable(note) or not (representation.same_domain and is_at_domain_now(representation)):
        note = written(note, _("Schrijf op wat u gezien hebt, want het domein verschilt."))
    if not _is_still_waiting(representation):
        raise NotAcceptable(_("Hierover is al besloten."))
    representation.granted_at, representation.decided_by, representation.note = clock.now(), actor.account_id, note
    _decided(actor, representation, "representation:granted")
    name = _partner(representation).name

    def words() -> tuple[str, str]:
        text = _("U mag de gegevens van %(partner)s bijhouden.", partner=name)
        return _("U spreekt voor %(partner)s", partner=name), f"{text} {note}".strip()

    messages.tell([_account(representation)], About.REPRESENTATION, words, _path(representation))


def refuse(actor: Actor, representation: Representation, note: str) -> None:
    """Refuse that somebody speaks for a partner, with the reason. Raises NotAllowed and NotAcceptable."""
    require(actor, Permission.REPRESENTATION_DECIDE, representation)
    note = reason(note, _("Schrijf op waarom, of wat u gezien hebt."))
    if not _is_still_waiting(representation):
        raise NotAcceptable(_("Hierover is al besloten."))
    representation.ended_at, representation.decided_by, representation.note = clock.now(), actor.account_id, note
    _decided(actor, representation, "representation:refused")
    name = _partner(representation).name

    def words() -> tuple[str, str]:
        text = _("U kunt de gegevens van %(partner)s nu niet bijhouden. De reden:", partner=name)
        again = _("U kunt het opnieuw vragen.")
        return _("Uw verzoek over %(partner)s", partner=name), f"{text} {note}\n{again}"

    messages.tell([_account(representation)], About.REPRESENTATION, words, _path(representation))


def end(actor: Actor, representation: Representation) -> None:
    """Somebody speaks for a partner no longer; a request is taken back, or refused by others. Raises NotAllowed."""
    require(actor, Permission.REPRESENTATION_END, representation)
    _hold(representation)
    if representation.ended_at is not None:
        return
    representation.ended_at = clock.now()
    is_own, asked_only = actor.account_id == representation.account_id, representation.granted_at is None
    if asked_only and not is_own:
        representation.decided_by = actor.account_id
    _decided(actor, representation, Permission.REPRESENTATION_END)
    if not is_own:
        name = _partner(representation).name

        def words() -> tuple[str, str]:
            if asked_only:
                text = _("Wie al voor deze partner tekent, wees uw verzoek af. Klopt dat niet? Vraag het opnieuw.")
                return _("Uw verzoek over %(partner)s", partner=name), text
            text = _(
                "U houdt de gegevens van %(partner)s niet meer bij. Klopt dat niet? Vraag het opnieuw.", partner=name
            )
            return _("U spreekt niet meer voor %(partner)s", partner=name), text

        messages.tell([_account(representation)], About.REPRESENTATION, words, _path(representation))


def hold_waiting(partner: Partner) -> None:
    """Nobody decides about requests to speak for a partner until this transaction ends; before the partner is held."""
    wanted = select(Representation.id).where(Representation.partner_id == partner.id, *_UNDECIDED)
    db.session.execute(wanted.order_by(Representation.id).with_for_update(key_share=True))


def close_waiting(actor: Actor, absorbed: Partner, kept: Partner) -> None:
    """Requests to speak for a partner that was merged lead nowhere: they end, and who asked hears where to ask now.

    Both partners are held. Raises NotAllowed.
    """
    require(actor, Permission.PARTNERS_MERGE, absorbed)
    for each in of_partner(absorbed):
        if each.granted_at is None and _is_still_waiting(each):
            _close(actor, each, absorbed.name, kept)


def _close(actor: Actor, representation: Representation, other: str, kept: Partner) -> None:
    account = _account(representation)
    here = [each for each in accounts.representations(account.id) if each.partner_id == kept.id]

    def words() -> tuple[str, str]:
        text = _("%(other)s is opgegaan in %(one)s.", other=other, one=kept.name)
        if not here:
            then = _("Werkt u daar? Vraag dan om voor %(one)s te spreken.", one=kept.name)
        elif here[0].granted_at is None:
            then = _("U vroeg al om daarvoor te spreken.")
        else:
            then = _("Daarvoor spreekt u al.")
        return _("Uw verzoek over %(partner)s", partner=other), f"{text} {then}"

    with speaking(account.language):
        _title, representation.note = words()
    representation.ended_at, representation.decided_by = clock.now(), actor.account_id
    _decided(actor, representation, "representation:closed")
    messages.tell([account], About.REPRESENTATION, words, f"/partners/{kept.slug}")


def went_on(representation: Representation) -> bool:
    """Whether a request ended because its partner was merged: nobody refused it."""
    gone = exists().where(Merge.absorbed_id == representation.partner_id, Merge.undone_at.is_(None))
    return representation.was_refused and bool(db.session.scalar(select(gone)))


def _is_still_waiting(representation: Representation) -> bool:
    """Whether nobody decided or took it back."""
    _hold(representation)
    return representation.granted_at is None and representation.ended_at is None


def _hold(representation: Representation) -> None:
    """Of two people at once the second sees what the first did; for the order see `queries.held`."""
    db.session.refresh(representation, with_for_update={"key_share": True})


def _decided(actor: Actor, representation: Representation, deed: str) -> None:
    db.session.flush()
    subject = f"partner/{_partner(representation).slug}"
    after = {"account": representation.account_id, "role": representation.role}  # not the note: that must be erasable
    audit.record(db.session, actor, deed, subject, after=after)


def _partner(representation: Representation) -> Partner:
    return db.session.get_one(Partner, representation.partner_id)


def _account(representation: Representation) -> Account:
    return db.session.get_one(Account, representation.account_id)


def _path(representation: Representation) -> str:
    return f"/partners/{_partner(representation).slug}"
