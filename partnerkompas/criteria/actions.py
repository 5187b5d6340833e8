"""Verbs on criteria; the only place that writes them."""

from sqlalchemy import select

from partnerkompas.criteria import queries, releases
from partnerkompas.criteria.models import Criterion, Release
from partnerkompas.criteria.questions import Edition
from partnerkompas.infra import audit, clock
from partnerkompas.infra.db import db
from partnerkompas.permissions.policy import require
from partnerkompas.permissions.vocabulary import Actor, Permission


def adopt(actor: Actor, edition: Edition) -> Release | None:
    """Release an edition under the number that follows from what it changes; None when it changes nothing.

    Raises NotAllowed.
    """
    require(actor, Permission.CRITERION_ADOPT)
    last = queries.current_release_number()
    changes = releases.differences(queries.current_edition(), edition)
    if not changes:
        return None
    first = db.session.scalar(select(Release.id).limit(1)) is None
    number = "1.0.0" if first else releases.next_number(last, changes)
    release = Release(
        number=number,
        released_on=clock.today(),
        changes=[] if first else [releases.as_json(change) for change in changes],
        content=releases.to_json(edition),
    )
    db.session.add(release)
    db.session.flush()
    known = queries.known_keys()
    db.session.add_all(Criterion(key=key, first_release_id=release.id) for key in edition.by_key if key not in known)
    audit.record(db.session, actor, Permission.CRITERION_ADOPT, f"release/{number}", before=last, after=release.changes)
    db.session.flush()
    return release
