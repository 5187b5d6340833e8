"""Reading changes nothing (SEC-04): every page, as everybody, leaves the database as it was but for named counters."""

from hashlib import sha256

from flask import Flask, g

from partnerkompas.infra.audit import AuditHead, AuditLink, AuditRow
from partnerkompas.infra.db import db, writing
from partnerkompas.logbook import refusals
from partnerkompas.permissions.vocabulary import Permission
from partnerkompas.usage.models import UsageCount
from partnerkompas.usage.writing import write
from tests.factories import client_of
from tests.house.access import ACCESS
from tests.house.world import the_world
from tests.usage.looking import FIREFOX

COUNTERS = frozenset({UsageCount.__tablename__})
"""What reading may change (ADR 17). When a session was last seen (ADR 14) is written after five minutes: not here."""


def digests() -> dict[str, str]:
    """What is in each table, but for the log of who opened a file of evidence (ADR 18) and of who was refused (U12)."""
    db.session.rollback()
    reading = (AuditRow.deed == Permission.EVIDENCE_READ) | AuditRow.deed.startswith(refusals.DEED)
    told = db.select(AuditRow.id).where(reading)
    no_reading = {"audit": AuditRow.id.not_in(told), "audit_link": AuditLink.audit_id.not_in(told)}
    return {
        table.name: sha256(repr(sorted(map(repr, db.session.execute(rows).all()))).encode()).hexdigest()
        for table in db.metadata.sorted_tables
        if table.name != AuditHead.__tablename__
        for rows in [db.select(table).where(no_reading.get(table.name, db.true()))]
    }


def test_reading_changes_only_named_counters(app: Flask) -> None:
    world = the_world(app)
    clients = [client_of(app, actor) for actor in world.people.values()]
    before = digests()
    for client in clients:
        for method, path in ACCESS:
            if method == "GET":
                g.__dict__.clear()
                db.session.rollback()
                writing.set(False)
                client.get(world.address(path), headers={"User-Agent": FIREFOX})
    assert digests() == before
    write(app)
    after = digests()
    assert {name for name in after if after[name] != before[name]} == COUNTERS
