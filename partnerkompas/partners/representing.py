"""Speaking for a partner: asked, decided by a curator, ended (rows I1, H6; rule R23: leaving is as easy as joining)."""

from collections.abc import Sequence
from datetime import datetime
from urllib.parse import urlsplit

from sqlalchemy import case, func, select

from partnerkompas.accounts import queries as accounts
from partnerkompas.accounts.models import Account, Representation
from partnerkompas.infra import audit, clock
from partnerkompas.infra.db import db
from partnerkompas.infra.language import _
from partnerkompas.infra.paging import Counts
from partnerkompas.infra.parameters import printable
from partnerkompas.infra.refusal import NotAcceptable, reason, written
from partnerkompas.messages import actions as messages
from partnerkompas.messages.models import About
from partnerkompas.partners.models import Partner
from partnerkompas.permissions.policy import require
from partnerkompas.permissions.vocabulary import Actor, PartnerRole, Permission

LONGEST_FUNCTION = 120


def is_at_domain(email: str, website: str) -> bool:
    """Whether an e-mail address is at the domain of a website, which may begin with www."""
    host = (urlsplit(website).hostname or "").removeprefix("www.")
    return bool(host) and email.rpartition("@")[2] == host


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


def is_represented(partner: Partner) -> bool:
    """Whether anybody speaks for a partner."""
    return any(each.granted_at is not None for each in of_partner(partner))


def tell(partner: Partner, about: About, words: messages.Words, path: str) -> None:
    """Tell everybody who speaks for a partner; `path` leads to what it is about."""
    speaking = [each.account_id for each in of_partner(partner) if each.granted_at is not None]
    messages.tell(accounts.with_ids(speaking).values(), about, words, path)


def ask(actor: Actor, partner: Partner, role: PartnerRole, function: str) -> Representation:
    """Ask to speak for a partner. Raises NotAllowed, and NotAcceptable without what one does there."""
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
    return made


def grant(actor: Actor, representation: Representation, note: str = "") -> None:
    """Let somebody speak for a partner; what was decided stays. Where the domain of mail and website differ a note is
    needed: what was seen instead. Raises NotAllowed and NotAcceptable.
    """
    require(actor, Permission.REPRESENTATION_DECIDE, representation)
    if printable(note) or not representation.same_domain:
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
