"""Verbs on files of evidence: add one, let go of one that proves nothing, forget what was checked (row U10).

The audit tells of numbers, sizes and sums, never of names: those may tell of people, and must go with the content.
"""

from hashlib import sha256
from typing import Any

from sqlalchemy import select

from partnerkompas.answers.models import EvidenceFile
from partnerkompas.evidence import queries, storing
from partnerkompas.evidence.uploads import Upload
from partnerkompas.infra import audit, clock
from partnerkompas.infra.db import db
from partnerkompas.infra.language import _
from partnerkompas.infra.refusal import NotAcceptable
from partnerkompas.infra.request_cycle import committed
from partnerkompas.partners.models import Partner
from partnerkompas.permissions.policy import require
from partnerkompas.permissions.vocabulary import Actor, Permission

MOST_OF_PARTNER = 500 * 2**20
"""So much is kept for a partner at once; nobody can fill the disk."""

_LET_GO = "contents to remove once this is committed"


def add(actor: Actor, partner: Partner, upload: Upload) -> EvidenceFile:
    """Keep a file as evidence of a partner. Raises NotAllowed, and NotAcceptable when the partner has too many."""
    require(actor, Permission.EVIDENCE_ADD, partner)
    if queries.bytes_of(partner.id) + len(upload.content) > MOST_OF_PARTNER:
        raise NotAcceptable(_("Van deze partner bewaren we al 500 MB. Haal eerst een ander bestand weg."))
    made = EvidenceFile(
        partner_id=partner.id,
        stored_as=storing.put(upload.content),
        called=upload.called,
        media_type=upload.media_type,
        size=len(upload.content),
        sha256=sha256(upload.content).hexdigest(),
        added_by=actor.account_id,
    )
    db.session.add(made)
    db.session.flush()
    _record(actor, Permission.EVIDENCE_ADD, made, after=_told(made))
    return made


def let_go(actor: Actor, file_id: int) -> None:
    """Remove the content of a file that no draft and no answer has any more. Raises NotAllowed."""
    found = queries.file(file_id)
    if found is not None and not queries.is_used(file_id):
        require(actor, Permission.EVIDENCE_REMOVE, found)
        _remove(actor, found)


def forget(actor: Actor, days: int) -> int:
    """Remove the contents that are no longer needed some days after they were; returns how many. Raises NotAllowed."""
    due = list(queries.no_longer_needed(days))
    for each in due:
        require(actor, Permission.EVIDENCE_REMOVE, each)
        _remove(actor, each)
    return len(due)


def note_reading(actor: Actor, file: EvidenceFile) -> None:
    """Leave a trace of a curator who opened a file. Raises NotAllowed."""
    require(actor, Permission.EVIDENCE_READ, file)
    _record(actor, Permission.EVIDENCE_READ, file, after={"file": file.id})


def _remove(actor: Actor, file: EvidenceFile) -> None:
    """The row says so now, the content goes when that is committed; what it was called goes with it."""
    if file.removed_at is not None:
        return
    before = _told(file)
    file.removed_at, file.called = clock.now(), ""
    db.session().info.setdefault(_LET_GO, []).append(file.stored_as)
    _record(actor, Permission.EVIDENCE_REMOVE, file, before=before)


@committed.connect
def _remove_contents(_sender: object, **_more: object) -> None:
    """What a transaction let go of, once it is committed; one that was undone removed nothing."""
    names = db.session().info.pop(_LET_GO, [])
    for name in queries.names_removed(names) if names else ():
        storing.remove(name)


def _told(file: EvidenceFile) -> dict[str, Any]:
    return {"file": file.id, "media_type": file.media_type, "size": file.size, "sha256": file.sha256}


def _record(actor: Actor, deed: str, file: EvidenceFile, *, before: Any = None, after: Any = None) -> None:
    slug = db.session.scalars(select(Partner.slug).where(Partner.id == file.partner_id)).one()
    audit.record(db.session, actor, deed, f"partner/{slug}", before=before, after=after)
