"""Merging two partners that are one, and undoing it (row O2, ADR 16)."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import asdict, replace

from sqlalchemy import func, select

from partnerkompas.accounts import queries as accounts
from partnerkompas.answers import actions as answers
from partnerkompas.answers.actions import CONTENT, NewAnswer
from partnerkompas.answers.models import Answer
from partnerkompas.curating.merge_plan import Place, Plan, plan, undoing
from partnerkompas.infra import audit, clock
from partnerkompas.infra.db import db
from partnerkompas.infra.language import _
from partnerkompas.infra.refusal import NotAcceptable
from partnerkompas.messages import actions as messages
from partnerkompas.messages.models import About
from partnerkompas.partners import actions as partners
from partnerkompas.partners import queries, representing
from partnerkompas.partners.actions import PlainOffice
from partnerkompas.partners.models import Merge, Partner, PartnerStatus
from partnerkompas.permissions.policy import require
from partnerkompas.permissions.vocabulary import Actor, Permission


def merge(actor: Actor, kept: Partner, absorbed: Partner, copied: Collection[Place], digest: str) -> Merge:
    """Let one partner go on in another, and copy answers that only the first has to the other.

    `digest` is that of the plan that was shown. Who speaks for the absorbed one does not speak for the other by
    it: they are told how to ask. Who asked to is told so too, and their request ends. Raises NotAllowed, and
    NotAcceptable when it cannot be done or is another plan by now.
    """
    for each in (kept, absorbed):
        require(actor, Permission.PARTNERS_MERGE, each)
    representing.hold_waiting(absorbed)
    kept, absorbed = _held(kept, absorbed)
    planned = plan(kept, absorbed)
    if planned.hindrances:
        raise NotAcceptable(" ".join(planned.hindrances))
    if planned.digest != digest:
        raise NotAcceptable(_("Intussen is een van beide gewijzigd. Kijk opnieuw wat er gaat gebeuren."))
    before, status = partners.plain(kept), absorbed.status
    partners.save(
        actor,
        replace(
            before,
            former_names=(*before.former_names, *planned.names),
            offices=(*before.offices, *planned.offices),
        ),
    )
    absorbed.status = PartnerStatus.DELISTED
    did: dict[str, object] = {
        "status": status,
        "names": planned.names,
        "offices": [asdict(each) for each in planned.offices],
        "answers": _copy(actor, kept, planned, copied),
    }
    made = Merge(kept_id=kept.id, absorbed_id=absorbed.id, did=did, merged_by=actor.account_id)
    db.session.add(made)
    _record(actor, "partners:merged", kept, absorbed, did)
    representing.close_waiting(actor, absorbed, kept)
    one, other, slug = kept.name, absorbed.name, kept.slug

    def words() -> tuple[str, str]:
        text = _(
            "%(other)s en %(one)s bleken één partner. Alles wat naar %(other)s leidde, leidt nu naar %(one)s.",
            one=one,
            other=other,
        )
        return _("%(other)s is opgegaan in %(one)s", one=one, other=other), text

    def how_to_go_on() -> tuple[str, str]:
        title, text = words()
        then = _("Houdt u de gegevens bij? Vraag dan om dat voor %(one)s te doen.", one=one)
        return title, f"{text} {then}"

    _tell(kept, absorbed, words, f"/partners/{slug}", how_to_go_on)
    return made


def undo(actor: Actor, made: Merge) -> None:
    """Make two partners of one again: what the merge did is undone, what is newer stays.

    Raises NotAllowed, and NotAcceptable when it was undone already or cannot be.
    """
    both = [db.session.get_one(Partner, number) for number in (made.kept_id, made.absorbed_id)]
    for each in both:
        require(actor, Permission.PARTNERS_MERGE, each)
    kept, absorbed = _held(*both)
    db.session.refresh(made)
    if made.undone_at is not None:
        raise NotAcceptable(_("Dit is al ongedaan gemaakt."))
    undone = undoing(made, kept)
    if undone.hindrances:
        raise NotAcceptable(" ".join(undone.hindrances))
    before = partners.plain(kept)
    names = tuple(each for each in before.former_names if each not in undone.names)
    partners.save(actor, replace(before, former_names=names, offices=_without(before.offices, undone.offices)))
    silence = [answers.silence(actor, each) for each in undone.answers]
    answers.record(actor, [kept], silence)
    absorbed.status = PartnerStatus(made.did["status"])
    made.undone_at, made.undone_by = clock.now(), actor.account_id
    made.did = {**made.did, "stays": undone.stays}
    _record(actor, "partners:parted", kept, absorbed, {"stays": undone.stays})
    one, other = kept.name, absorbed.name

    def words() -> tuple[str, str]:
        title = _("%(other)s is weer een partner op zichzelf", other=other)
        return title, _("Het samenvoegen met %(one)s is ongedaan gemaakt.", one=one)

    _tell(kept, absorbed, words, f"/partners/{absorbed.slug}")


def by_id(number: int) -> Merge | None:
    """The merge with this id."""
    return db.session.get(Merge, number)


def every(limit: int, offset: int = 0) -> Sequence[Merge]:
    """Merges, also what was undone, the newest first."""
    return db.session.scalars(select(Merge).order_by(Merge.id.desc()).limit(limit).offset(offset)).all()


def how_many() -> int:
    """How many merges there were."""
    return db.session.scalar(select(func.count()).select_from(Merge)) or 0


def _held(one: Partner, other: Partner) -> tuple[Partner, Partner]:
    """Both as they are now, held in the order of `queries.held`."""
    held = {number: queries.held(number) for number in sorted((one.id, other.id))}
    return held[one.id], held[other.id]


def _without(offices: Sequence[PlainOffice], gone: Sequence[PlainOffice]) -> tuple[PlainOffice, ...]:
    """Of two that are the same the last goes: that is the one that was added."""
    left = list(reversed(offices))
    for each in gone:
        left.remove(each)
    return tuple(reversed(left))


def _copy(actor: Actor, kept: Partner, planned: Plan, copied: Collection[Place]) -> list[int]:
    """Answer for the one that stays what the other answered, with source, proof and days. Returns the new ids."""
    picked = {place: answer for place, answer in planned.answers.items() if place in set(copied)}
    new = [
        NewAnswer(
            partner_id=kept.id,
            criterion=answer.criterion,
            product=answer.product,
            provided_by=answer.provided_by,
            **{name: getattr(answer, name) for name in CONTENT},
        )
        for answer in picked.values()
    ]
    answers.record(actor, [kept], new)
    rows = db.session.execute(
        select(Answer.id, Answer.criterion, Answer.product).where(Answer.partner_id == kept.id).order_by(Answer.id)
    )
    newest = {(row.criterion, row.product): row.id for row in rows}
    return [newest[place] for place in picked]


def _record(actor: Actor, deed: str, kept: Partner, absorbed: Partner, after: Mapping[str, object]) -> None:
    """Twice, so that who searches for either finds it."""
    db.session.flush()
    for each, role, other in ((kept, "absorbed", absorbed), (absorbed, "kept", kept)):
        audit.record(db.session, actor, deed, f"partner/{each.slug}", after={role: other.slug, **after})


def _tell(
    kept: Partner, absorbed: Partner, words: messages.Words, path: str, of_absorbed_only: messages.Words | None = None
) -> None:
    """Tell who speaks for either; by `of_absorbed_only` who does not speak for the one that stays."""
    here, there = (
        {each.account_id for each in representing.of_partner(partner) if each.granted_at is not None}
        for partner in (kept, absorbed)
    )
    for speaking, told in ((here, words), (there - here, of_absorbed_only or words)):
        messages.tell(accounts.with_ids(sorted(speaking)).values(), About.LISTING, told, path)
