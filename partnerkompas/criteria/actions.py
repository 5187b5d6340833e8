"""Verbs on criteria; the only place that writes them."""

from sqlalchemy import select

from partnerkompas.criteria import queries, releases
from partnerkompas.criteria.models import Criterion, Release
from partnerkompas.criteria.questions import Edition
from partnerkompas.infra import audit, clock
from partnerkompas.infra.db import db
from partnerkompas.permissions.policy import require
from partnerkompas.permissions.vocabulary import Actor, Permission


class ChangesKind(ValueError):
    """A release would change the kind or scope of questions that have answers; such a question needs a new key."""

    def __init__(self, keys: list[str]) -> None:
        super().__init__(", ".join(keys))
        self.keys = keys


def adopt(actor: Actor, edition: Edition) -> Release | None:
    """Release an edition under the number that follows from what it changes; None when it changes nothing.

    Raises NotAllowed, and ChangesKind.
    """
    require(actor, Permission.CRITERION_ADOPT)
    last, now = queries.current_release_number(), queries.current_edition()
    known = queries.known_keys()
    turned = [
        key
        for key, question in edition.by_key.items()
        if key in known
        and (before := now.by_key.get(key) or queries.last_asked(key)) is not None
        and (question.kind, question.scope) != (before.kind, before.scope)
    ]
    if turned:
        raise ChangesKind(turned)
    changes = releases.differences(now, edition)
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
    db.session.add_all(Criterion(key=key, first_release_id=release.id) for key in edition.by_key if key not in known)
    audit.record(db.session, actor, Permission.CRITERION_ADOPT, f"release/{number}", before=last, after=release.changes)
    db.session.flush()
    return release
