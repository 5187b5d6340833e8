"""Verbs on saved searches; the only place that writes them."""

import secrets
from collections.abc import Collection

from sqlalchemy import select

from partnerkompas.accounts.models import Account
from partnerkompas.infra import audit, clock
from partnerkompas.infra.db import db
from partnerkompas.infra.language import _
from partnerkompas.infra.parameters import printable
from partnerkompas.infra.refusal import NotAcceptable
from partnerkompas.permissions.policy import require
from partnerkompas.permissions.vocabulary import Actor, Permission
from partnerkompas.saved import queries
from partnerkompas.saved.models import SavedSearch

MOST = 50
"""So many an account may keep; each is counted again when its owner looks."""
LONGEST_NAME = 80


def tidied(name: str) -> str:
    """A name as it is kept. Raises NotAcceptable."""
    name = printable(name)
    if not name:
        raise NotAcceptable(_("Geef de zoekopdracht een naam."))
    if len(name) > LONGEST_NAME:
        raise NotAcceptable(_("Een naam heeft ten hoogste %(n)s tekens.", n=LONGEST_NAME))
    return name


def save(actor: Actor, name: str, request: str, found: Collection[int]) -> SavedSearch:
    """Keep a request under a name, with whom it finds now; one that is kept already stays as it is.

    `request` is the query of its address in the fixed order. Raises NotAllowed, and NotAcceptable for a name that is
    none or one search too many.
    """
    require(actor, Permission.SAVED_SEARCH_KEEP)
    name = tidied(name)
    # one at a time for each account, so that the same form sent twice at once is saved once (REL-05)
    db.session.execute(select(Account.id).where(Account.id == actor.account_id).with_for_update(key_share=True))
    kept = queries.of_account(actor.account_id)
    for each in kept:
        if each.request == request:
            return each
    if len(kept) >= MOST:
        raise NotAcceptable(_("U bewaart al %(n)s zoekopdrachten. Vergeet er eerst een.", n=MOST))
    saved = SavedSearch(
        account_id=actor.account_id,
        name=name,
        request=request,
        token=secrets.token_urlsafe(24),
        found=sorted(found),
    )
    db.session.add(saved)
    db.session.flush()
    _record(actor, Permission.SAVED_SEARCH_KEEP, saved)
    return saved


def rename(actor: Actor, saved: SavedSearch, name: str) -> None:
    """Give a saved search another name. Raises NotAllowed and NotAcceptable."""
    require(actor, Permission.SAVED_SEARCH_CHANGE, saved)
    name = tidied(name)
    if name != saved.name:
        saved.name = name
        _record(actor, "saved-search:renamed", saved)


def mark_as_seen(actor: Actor, saved: SavedSearch, found: Collection[int]) -> None:
    """Its owner has seen whom it finds; from here on changes are told from these partners. Raises NotAllowed."""
    require(actor, Permission.SAVED_SEARCH_CHANGE, saved)
    before = {"looked_at": saved.looked_at.isoformat()}
    saved.found, saved.looked_at = sorted(found), clock.now()
    _record(actor, "saved-search:seen", saved, before, {"looked_at": saved.looked_at.isoformat()})


def forget(actor: Actor, saved: SavedSearch) -> None:
    """End a saved search; its link leads nowhere from here on. Raises NotAllowed."""
    require(actor, Permission.SAVED_SEARCH_CHANGE, saved)
    saved.ended_at = clock.now()
    _record(actor, "saved-search:forgotten", saved)


def _record(actor: Actor, deed: str, saved: SavedSearch, before: object = None, after: object = None) -> None:
    """Leave an audit row without the name and the request: a user's wishes stay the user's (promise 9)."""
    db.session.flush()
    audit.record(db.session, actor, deed, queries.subject(saved), before=before, after=after)
