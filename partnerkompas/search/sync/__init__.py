"""Keeping the snapshot and the words index in step with the database.

The database is the truth. Changes leave rows in its outbox, in their own transaction; here they are applied, each
partner read again by id, so that applying twice does no harm. What is shared between requests is read in a session of
its own, so that it never holds what is not committed.
"""

from typing import Any

from flask import Flask, current_app, has_request_context

from partnerkompas.config import Settings
from partnerkompas.infra.request_cycle import committed
from partnerkompas.search.sync.applying import MadeByNewer, drain, leave_newer, rebuild
from partnerkompas.search.sync.following import drain_patiently, glance, let_go, ready, try_to_drain
from partnerkompas.search.sync.holding import (
    EDITIONS_KEPT,
    PAST_KEPT,
    Holding,
    Ready,
    committed_only,
    held_here,
    lexicon_of,
)
from partnerkompas.search.sync.verifying import differences

__all__ = [
    "EDITIONS_KEPT",
    "PAST_KEPT",
    "MadeByNewer",
    "Ready",
    "after_commit",
    "committed_only",
    "differences",
    "drain",
    "drain_patiently",
    "in_step",
    "install",
    "lexicon_of",
    "ready",
    "rebuild",
    "refuse_newer",
    "unchanged",
]


def install(app: Flask) -> None:
    """Give an application its snapshot and its words index, and let every commit bring them up to date."""
    settings: Settings = app.extensions["settings"]
    app.extensions["search"] = Holding(settings.index_folder, settings.news_seconds)
    committed.connect(after_commit)


def after_commit(sender: Any, news: bool) -> None:
    """Apply what was just committed: whoever made a change sees it at the next request. Most commits are no news."""
    if current_app and news:
        let_go()
        if not try_to_drain(patient=not has_request_context()):
            held_here().looked_at = float("-inf")  # the next request asks the database


def in_step() -> bool:
    """Whether words and counts know what the database knows."""
    found = ready()
    return not found.behind and found.reader is not None


def refuse_newer() -> None:
    """Raises MadeByNewer when the words index or the snapshot in use is of a newer version of this program."""
    leave_newer(held_here())


def unchanged(app: Flask) -> Ready | None:
    """The catalogue in use if a glance tells that it is still the newest; else None. Needs no application context."""
    return glance(app.extensions["search"])
