"""Questions about the log; read only."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from sqlalchemy import ColumnElement, RowMapping, func, or_, select

from partnerkompas.infra import clock
from partnerkompas.infra.audit import CHAINED, AuditLink, AuditRow
from partnerkompas.infra.db import db

PER_PAGE = 50
AT_A_TIME = 1000
PARTNER = "partner/"


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which rows somebody looks for; what is empty does not matter."""

    actor: str = ""
    """Whole, as the log calls it: "account/12"."""
    deed: str = ""
    """Its beginning: "account:" for everything about accounts."""
    subject: str = ""
    """Its beginning: "partner/" for everything about partners."""
    since: date | None = None
    until: date | None = None
    """Dutch days, both included."""


def found(wanted: Wanted, page: int) -> tuple[Sequence[AuditRow], int]:
    """The rows of a page, newest first, and how many there are in all."""
    which = _conditions(wanted)
    total = db.session.scalar(select(func.count()).select_from(AuditRow).where(*which)) or 0
    rows = db.session.scalars(
        select(AuditRow).where(*which).order_by(AuditRow.id.desc()).offset((page - 1) * PER_PAGE).limit(PER_PAGE)
    ).all()
    return rows, total


def in_order(wanted: Wanted) -> Iterator[RowMapping]:
    """The content and the link (`number`, `hash`) of all rows, in the order of the chain, read as they are taken."""
    columns = (getattr(AuditRow, name) for name in CHAINED)
    yield from db.session.execute(
        select(AuditLink.number, AuditLink.hash, *columns)
        .select_from(AuditRow)
        .outerjoin(AuditLink)
        .where(*_conditions(wanted))
        .order_by(AuditLink.number)
        .execution_options(yield_per=AT_A_TIME)
    ).mappings()


def _conditions(wanted: Wanted) -> list[ColumnElement[bool]]:
    which = []
    if wanted.actor:
        which.append(AuditRow.actor == wanted.actor)
    if wanted.deed:
        which.append(AuditRow.deed.startswith(wanted.deed, autoescape=True))
    if wanted.subject:
        which.append(_is_about(wanted.subject))
    if wanted.since and wanted.since > date.min:  # no day lies before the first
        which.append(AuditRow.at > clock.end_of(wanted.since - timedelta(days=1)))
    if wanted.until:
        which.append(AuditRow.at <= clock.end_of(wanted.until))
    return which


def _is_about(subject: str) -> ColumnElement[bool]:
    """Whether the subject begins so. About a partner are also an answer, a dispute and a tie that name it inside."""
    begins = AuditRow.subject.startswith(subject, autoescape=True)
    if not subject.startswith(PARTNER):
        return begins
    slug = subject.removeprefix(PARTNER)
    named = [
        side["partner"].as_string().startswith(slug, autoescape=True) for side in (AuditRow.before, AuditRow.after)
    ]
    return begins | (~AuditRow.subject.startswith(PARTNER) & or_(*named))
