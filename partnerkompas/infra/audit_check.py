"""Walk the chain of the audit and name the first row that does not fit (ADR 19)."""

from dataclasses import dataclass

from sqlalchemy import RowMapping, select

from partnerkompas.infra.audit import CHAINED, AuditHead, AuditLink, AuditRow, linked
from partnerkompas.infra.db import db, look_anew
from partnerkompas.infra.language import _

AT_A_TIME = 1000


@dataclass(frozen=True, slots=True)
class Checked:
    """How far the chain holds: the number and hash of the last link that fits, and what does not fit ("" for all)."""

    number: int
    hash: str
    fault: str


def check(noted: str = "") -> Checked:
    """Walk the whole chain, as it is at one moment.

    `noted` is the hash of a link that somebody wrote down elsewhere: who can change the database can also make a whole
    new chain, and only that tells. Reads rows in portions, and rolls back what was not committed.
    """
    look_anew()
    head = db.session.execute(select(AuditHead.number, AuditHead.hash)).first()
    number, newest, was_there = 0, "", not noted
    for link in db.session.execute(_WALK):
        row = link._mapping
        fault = _fault(number + 1, newest, row)
        if fault:
            return Checked(number, newest, fault)
        number, newest = link.number, link.hash
        was_there = was_there or newest == noted
    return Checked(number, newest, _fault_at_the_end(number, newest, tuple(head or ()), was_there))


_WALK = (
    select(AuditLink.number, AuditLink.audit_id, AuditLink.hash, *(getattr(AuditRow, name) for name in CHAINED))
    .outerjoin(AuditRow, AuditRow.id == AuditLink.audit_id)
    .order_by(AuditLink.number)
    .execution_options(yield_per=AT_A_TIME)
)


def _fault(expected: int, newest: str, row: RowMapping) -> str:
    if row["number"] != expected:
        return _("Schakel %(n)s ontbreekt.", n=expected)
    if row["id"] is None:
        return _("Regel %(id)s (schakel %(n)s) is verwijderd.", id=row["audit_id"], n=expected)
    if [*linked(newest, [row])] != [row["hash"]]:
        return _(
            "Regel %(id)s (schakel %(n)s, %(deed)s, %(subject)s) past niet bij de keten.",
            id=row["id"],
            n=expected,
            deed=row["deed"],
            subject=row["subject"],
        )
    return ""


def _fault_at_the_end(number: int, newest: str, head: tuple[object, ...], was_there: bool) -> str:
    loose = db.session.scalar(
        select(AuditRow.id).outerjoin(AuditLink).where(AuditLink.number.is_(None)).order_by(AuditRow.id).limit(1)
    )
    if loose is not None:
        return _("Regel %(id)s staat niet in de keten.", id=loose)
    if head != (number, newest):
        return _("Na schakel %(n)s zijn regels verwijderd.", n=number)
    return "" if was_there else _("De genoteerde schakel staat niet in de keten.")
