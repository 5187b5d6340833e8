"""Questions about criteria; read only."""

from datetime import date, datetime
from weakref import WeakKeyDictionary

from sqlalchemy import Engine, select
from sqlalchemy.orm import defer

from partnerkompas.criteria import releases
from partnerkompas.criteria.models import Criterion, Release
from partnerkompas.criteria.questions import Edition, Question
from partnerkompas.infra.db import db

_editions: "WeakKeyDictionary[Engine, dict[str, Edition]]" = WeakKeyDictionary()
"""Editions read before, by database and number: a release never changes."""

EMPTY = Edition((), ())


def current_release_number() -> str:
    """The number of the newest release; "0.0.0" before the first."""
    number = db.session.scalar(select(Release.number).order_by(Release.id.desc()).limit(1))
    return number or "0.0.0"


def current_edition() -> Edition:
    """The criteria as they are now; an empty edition before the first release."""
    return edition_of(current_release_number())


def release_at(moment: datetime) -> str:
    """The number of the release in force at a moment; before the first, the first."""
    number = db.session.scalar(
        select(Release.number).where(Release.released_at <= moment).order_by(Release.id.desc()).limit(1)
    )
    return number or db.session.scalar(select(Release.number).order_by(Release.id).limit(1)) or "0.0.0"


def had_release(moment: datetime) -> bool:
    """Whether there was any release yet."""
    return db.session.scalar(select(Release.id).where(Release.released_at <= moment).limit(1)) is not None


def edition_of(number: str) -> Edition:
    """The edition of a release; empty when there is no such release."""
    known = _editions.setdefault(db.engine, {})
    if number not in known:
        content = db.session.scalar(select(Release.content).where(Release.number == number))
        if content is None:
            return EMPTY
        known.setdefault(number, releases.from_json(content))  # another thread may have been quicker: there is one
    return known[number]


def released_on(number: str) -> date | None:
    """The day a release came out; None when there is no such release."""
    return db.session.scalar(select(Release.released_on).where(Release.number == number))


def all_releases() -> list[Release]:
    """Every release, newest first, without its content."""
    return list(db.session.scalars(select(Release).options(defer(Release.content)).order_by(Release.id.desc())))


def last_asked(key: str) -> Question | None:
    """A question as it was in the last release that had it; None when none did."""
    editions = (edition_of(release.number) for release in all_releases())
    return next((edition.by_key[key] for edition in editions if key in edition.by_key), None)


def asked(key: str) -> Question:
    """A question as it is asked now, else as it was asked last; the key must be of one that was ever released."""
    found = current_edition().by_key.get(key) or last_asked(key)
    assert found is not None
    return found


def known_keys() -> set[str]:
    """The keys of every question ever asked."""
    return set(db.session.scalars(select(Criterion.key)))
