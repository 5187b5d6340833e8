"""Adding to the counters, and forgetting old ones; in the transaction of the caller.

Counting asks no permission and leaves no audit row: it is what visitors do by reading, and nobody's deed (ADR 17).
"""

from collections.abc import Mapping
from datetime import date, timedelta
from typing import Any, cast

from sqlalchemy import CursorResult, delete
from sqlalchemy.dialects import postgresql, sqlite

from partnerkompas.infra import audit
from partnerkompas.infra.counting import Counted, monday
from partnerkompas.infra.db import db
from partnerkompas.permissions.policy import require
from partnerkompas.permissions.vocabulary import Actor, Permission
from partnerkompas.usage.models import UsageCount

KEPT = timedelta(weeks=104)
"""How long figures are kept: two years."""

ROUNDS = Actor(name="dagelijkse ronde", operates=True)
"""As the log calls who forgets them."""


def add(counts: Mapping[Counted, int]) -> None:
    """Add to the counters; several processes may do that at once, each statement adds to what is there then."""
    dialect = postgresql if db.engine.dialect.name == "postgresql" else sqlite
    fresh = dialect.insert(UsageCount.metadata.tables[UsageCount.__tablename__])
    adding = fresh.on_conflict_do_update(
        index_elements=["week", "what", "key"], set_={"n": UsageCount.n + fresh.excluded.n}
    )
    # in one order, so that no two transactions wait for each other
    db.session.execute(adding, [{**counted._asdict(), "n": n} for counted, n in sorted(counts.items())])


def forget_old(actor: Actor, today: date) -> int:
    """Remove what is older than is kept, and say how many counters that were."""
    require(actor, Permission.USAGE_FORGET)
    first = monday(today) - KEPT
    done = cast("CursorResult[Any]", db.session.execute(delete(UsageCount).where(UsageCount.week < first)))
    if done.rowcount:
        gone = {"counters": done.rowcount, "until": first.isoformat()}
        audit.record(db.session, actor, "usage:forgotten", "usage", before=gone)
    return done.rowcount
