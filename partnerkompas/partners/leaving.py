"""Leaving the directory: announced with reasons and a day, answered, withdrawn, done on that day, undone (rule R29).

A partner is told before or at the moment. Thirty days lie between, unless it stopped trading or asked for it; where
somebody speaks for the partner who signs has to confirm that it asked (`requested`).
"""

from collections.abc import Iterable, Sequence
from datetime import date, timedelta

from blinker import Signal
from sqlalchemy import case, func, select

from partnerkompas.accounts import queries as accounts
from partnerkompas.infra import audit, clock
from partnerkompas.infra.db import db
from partnerkompas.infra.language import _
from partnerkompas.infra.refusal import NotAcceptable, reason, written
from partnerkompas.infra.web import show_date
from partnerkompas.messages import actions as messages
from partnerkompas.messages.models import About
from partnerkompas.partners import objecting, queries, representing, requested
from partnerkompas.partners.models import Delisting, LeavingKind, Merge, Partner, PartnerStatus
from partnerkompas.permissions.policy import may, require
from partnerkompas.permissions.vocabulary import OPERATOR, Actor, Permission

moved = Signal("a partner left the directory, or is back (`is_back`); written with it, in the same transaction")

NOTICE = 30
"""Days from the announcement to the day itself (R29)."""
FURTHEST = 365
AT_ONCE = frozenset({LeavingKind.STOPPED, LeavingKind.REQUEST})
"""What may be done at once: nobody is taken by surprise, or nobody is there any more."""


def kinds() -> dict[LeavingKind, str]:
    """Why a partner leaves, in words that finish "because"."""
    return {
        LeavingKind.STOPPED: _("het bedrijf is gestopt"),
        LeavingKind.REQUEST: _("het bedrijf vroeg er zelf om"),
        LeavingKind.MERGED: _("het bedrijf is opgegaan in een ander bedrijf"),
        LeavingKind.WRONG: _("de gegevens klopten steeds niet"),
        LeavingKind.OTHER: _("er was een andere reden"),
    }


def told_kind(delisting: Delisting) -> LeavingKind:
    """Why a partner left, as everybody reads it: that it asked for it is said of nobody who did not confirm that."""
    kind = LeavingKind(delisting.kind)
    return LeavingKind.OTHER if kind == LeavingKind.REQUEST and not requested.is_agreed(delisting) else kind


def by_id(number: int) -> Delisting | None:
    """The delisting with this id."""
    return db.session.get(Delisting, number)


def of_partner(partner: Partner) -> Delisting | None:
    """What is announced for a partner or was done and not undone."""
    return db.session.scalar(select(Delisting).where(Delisting.partner_id == partner.id, Delisting.ended_at.is_(None)))


def every(limit: int, offset: int = 0) -> Sequence[Delisting]:
    """Delistings: what is announced first, by day; then what was, the newest first."""
    announced = Delisting.done_at.is_(None) & Delisting.ended_at.is_(None)
    soon = case((announced, Delisting.due_on))
    order = case((announced, 0), else_=1), soon, Delisting.due_on.desc(), Delisting.id.desc()
    wanted = select(Delisting).order_by(*order)
    return db.session.scalars(wanted.limit(limit).offset(offset)).all()


def how_many() -> int:
    """How many delistings there were, announced or done."""
    return db.session.scalar(select(func.count()).select_from(Delisting)) or 0


def leads_to(partner: Partner) -> Partner | None:
    """The partner that this one was merged into, or that one again; None when it was not merged."""
    found, number = None, partner.id
    while (kept_id := _merged_into(number)) is not None:
        found, number = db.session.get_one(Partner, kept_id), kept_id
    return found


def names_they_went_into(ids: Iterable[int]) -> dict[int, str]:
    """Of some partners that were merged, into which: the names at the end of each chain."""
    found = ((number, leads_to(db.session.get_one(Partner, number))) for number in queries.left(ids))
    return {number: kept.name for number, kept in found if kept is not None}


def _merged_into(partner_id: int) -> int | None:
    return db.session.scalar(select(Merge.kept_id).where(Merge.absorbed_id == partner_id, Merge.undone_at.is_(None)))


def left(actor: Actor, partner: Partner | None) -> Partner | Delisting | None:
    """For who may not see a partner: the one it was merged into, or how it was delisted.

    None for who may see it, and for a partner that was never in the directory: that is hidden.
    """
    if partner is None or may(actor, Permission.PARTNER_READ, partner):
        return None
    kept, delisting = leads_to(partner), of_partner(partner)
    if kept is not None and may(actor, Permission.PARTNER_READ, kept):
        return kept
    return delisting if delisting is not None and delisting.done_at is not None else None


def check_day(kind: LeavingKind, day: date) -> None:
    """Whether a partner may leave on a day, for this sort of reason. Raises NotAcceptable."""
    today = clock.today()
    earliest = today if kind in AT_ONCE else today + timedelta(days=NOTICE)
    if day < earliest:
        raise NotAcceptable(_("Kies een dag vanaf %(day)s.", day=show_date(earliest)))
    if day > today + timedelta(days=FURTHEST):
        raise NotAcceptable(_("Kies een dag binnen een jaar."))


def announce(actor: Actor, partner: Partner, kind: LeavingKind, reasons: str, due_on: date) -> Delisting:
    """Say that a partner leaves the list on a day, with reasons; its people are told. Today is done at once.

    Where it is said to have asked for it and somebody speaks for it, or did until lately, it is heard first: it leaves
    sooner than in thirty days only once who signs confirms that, see `confirm`. Raises NotAllowed, and NotAcceptable
    without reasons, for a day that is too soon or too far, or when the partner is not listed or is leaving already.
    """
    require(actor, Permission.DELISTING_DECIDE, partner)
    reasons = reason(reasons, _("Schrijf op waarom, zodat de partner kan reageren."))
    check_day(kind, due_on)
    held = queries.held(partner.id)
    if held.status != PartnerStatus.LISTED or of_partner(held) is not None:
        raise NotAcceptable(_("Deze partner staat niet in de gids, of de uitschrijving loopt al."))
    asked_for, notice = None, clock.today() + timedelta(days=NOTICE)
    if kind == LeavingKind.REQUEST and representing.is_represented(held, clock.now() - timedelta(days=NOTICE)):
        asked_for, due_on = due_on, max(due_on, notice)
    made = Delisting(
        partner_id=partner.id, kind=kind, reasons=reasons, due_on=due_on, announced_by=actor.account_id, response=""
    )
    db.session.add(made)
    after = {"kind": kind, "reasons": reasons, "due_on": due_on.isoformat()}
    _record(actor, "delisting:announced", held, after=after)
    if asked_for is not None:
        requested.note(actor, made, held, asked_for)
    name = held.name

    def words() -> tuple[str, str]:
        title = _("%(partner)s gaat uit de gids op %(day)s", partner=name, day=show_date(due_on))
        how = _("Bent u het er niet mee eens? Schrijf op de pagina hieronder waarom. Een curator leest dat.")
        because = _("De reden:")
        if asked_for is not None:
            how = f"{requested.how(asked_for)}\n{how}"
        return title, f"{because} {kinds()[kind]}. {reasons}\n{how}"

    representing.tell(held, About.LISTING, words, _path(made))
    if due_on <= clock.today():
        _carry_out(made, held)
    return made


def confirm(actor: Actor, delisting: Delisting) -> None:
    """Who signs for the partner says that it did ask to leave: it leaves on that day, today at once.

    Raises NotAllowed, and NotAcceptable when there is nothing to confirm, and while somebody has to decide about what
    the partner said against it.
    """
    require(actor, Permission.DELISTING_CONFIRM, delisting)
    partner = queries.held(delisting.partner_id)
    _still_open(delisting)
    if requested.unconfirmed(delisting) is None:
        raise NotAcceptable(_("Hier valt niets te bevestigen."))
    if objecting.is_waiting(delisting):
        raise NotAcceptable(_("Namens de partner staat hier een bezwaar. Eerst wordt daarover beslist."))
    delisting.due_on = requested.from_day(delisting)
    requested.confirmed(actor, delisting, partner)
    name, due_on = partner.name, delisting.due_on

    def words() -> tuple[str, str]:
        title = _("%(partner)s gaat uit de gids op %(day)s", partner=name, day=show_date(due_on))
        return title, _("Wie voor de partner tekent, bevestigde dat hij erom vroeg.")

    announced_by = accounts.by_id(delisting.announced_by or 0)
    representing.tell(partner, About.LISTING, words, _path(delisting))
    messages.tell([announced_by] if announced_by is not None else [], About.LISTING, words, _path(delisting))
    if due_on <= clock.today():
        _carry_out(delisting, partner)


def respond(actor: Actor, delisting: Delisting, response: str) -> None:
    """What the partner says against it; until it is withdrawn or undone it may be said anew, also afterwards.

    Somebody who did not announce it decides about it, once: see `objecting`. Raises NotAllowed and NotAcceptable.
    """
    require(actor, Permission.DELISTING_RESPOND, delisting)
    response = written(response, _("Schrijf op wat u ervan vindt."))
    partner = queries.held(delisting.partner_id)
    _still_open(delisting)
    before = {"response": delisting.response}
    delisting.response, delisting.responded_at = response, clock.now()
    _record(actor, Permission.DELISTING_RESPOND, partner, before=before, after={"response": response})
    objecting.tell(delisting, partner.name, response)


def end(actor: Actor, delisting: Delisting, why: str) -> None:
    """Withdraw what is announced, or list the partner again; its people are told why.

    Raises NotAllowed, and NotAcceptable without a reason or when somebody was first.
    """
    require(actor, Permission.DELISTING_DECIDE, delisting)
    why = reason(why, _("Schrijf op waarom."))
    partner = queries.held(delisting.partner_id)
    _still_open(delisting)
    delisting.ended_at, delisting.ended_by, delisting.ending = clock.now(), actor.account_id, why
    was_done = delisting.done_at is not None
    if was_done:
        partner.status = PartnerStatus.LISTED
    _record(actor, "delisting:undone" if was_done else "delisting:withdrawn", partner, after={"why": why})
    name = partner.name

    def words() -> tuple[str, str]:
        back = _("%(partner)s staat weer in de gids", partner=name)
        stays = _("%(partner)s blijft in de gids", partner=name)
        return back if was_done else stays, why

    representing.tell(partner, About.LISTING, words, _path(delisting))
    if was_done:
        moved.send(partner, is_back=True)


def carry_out() -> int:
    """Do what is due today or was before; returns how many partners left. Again is harmless.

    Not while somebody has to decide about what the partner says against it.

    Done by a round and not worked out from the date, because the words index and the snapshot hear of a change by its
    outbox row (ADR 16). Written in the transaction of the caller.
    """
    due = select(Delisting).where(
        Delisting.done_at.is_(None),
        Delisting.ended_at.is_(None),
        Delisting.due_on <= clock.today(),
        objecting.nothing_waits(),
    )
    left = 0
    for row in db.session.scalars(due.order_by(Delisting.partner_id)).all():
        partner = queries.held(row.partner_id)
        db.session.refresh(row)
        stands = row.done_at is None and row.ended_at is None and not objecting.is_waiting(row)
        if stands:  # else somebody was first, while we waited for the partner
            _carry_out(row, partner)
            left += 1
    return left


def _carry_out(delisting: Delisting, partner: Partner) -> None:
    """The announcement was permitted; the day does the rest."""
    require(OPERATOR, Permission.DELISTING_DECIDE, partner)
    before = {"status": partner.status}
    delisting.done_at, partner.status = clock.now(), PartnerStatus.DELISTED
    _record(OPERATOR, "delisting:done", partner, before=before, after={"status": partner.status})
    moved.send(partner, is_back=False)


def _still_open(delisting: Delisting) -> None:
    db.session.refresh(delisting)
    if delisting.ended_at is not None:
        raise NotAcceptable(_("Hierover is al besloten."))


def _path(delisting: Delisting) -> str:
    return f"/uitschrijving/{delisting.id}"


def _record(actor: Actor, deed: str, partner: Partner, *, before: object = None, after: object = None) -> None:
    db.session.flush()
    audit.record(db.session, actor, deed, f"partner/{partner.slug}", before=before, after=after)
