"""A fact as plain JSON: what files and programs get, with everything it takes to trust it (rows U1, B8)."""

from datetime import date
from typing import Any

from partnerkompas.answers.facts import Fact
from partnerkompas.answers.showing import display
from partnerkompas.criteria.questions import Edition


def plain(edition: Edition, fact: Fact) -> dict[str, Any]:
    """One fact; `display` is in the language of this moment, days are ISO or None."""
    return {
        "criterion": fact.criterion,
        "product": fact.product,
        "state": fact.state.value,
        "value": fact.value,
        "display": display(edition.by_key[fact.criterion], fact.value),
        "source": fact.source,
        "source_url": fact.source_url,
        "evidence": fact.evidence,
        "level": fact.level,
        "stated_on": _iso(fact.stated_on),
        "checked_on": _iso(fact.checked_on),
        "checked_by_role": fact.checked_by_role,
        "valid_until": _iso(fact.valid_until),
        "release": fact.release,
        "follows_from": fact.follows_from,
        "dispute": fact.dispute,
        "dispute_due_on": _iso(fact.decided_by),
    }


def _iso(day: date | None) -> str | None:
    return day.isoformat() if day else None
