"""A row of the log as somebody reads it."""

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from flask import url_for

from partnerkompas.accounts import queries as accounts
from partnerkompas.criteria import queries as criteria
from partnerkompas.infra.audit import CHAINED, AuditRow
from partnerkompas.logbook import answers
from partnerkompas.logbook.queries import PARTNER
from partnerkompas.partners import queries as partners
from partnerkompas.partners.models import Partner
from partnerkompas.permissions.vocabulary import Actor

NOTHING = "–"
LINKS = ("number", "hash")
ABOUT = ("partner", "criterion", "product")
"""Under these names a row says which partner and place it is about, when its subject does not."""


@dataclass(frozen=True, slots=True)
class Line:
    """One deed: when, who, what, to which thing, and what changed: (name, before, after)."""

    at: datetime
    actor: str
    known_as: str
    """E-mail of the account that did it, while there is one."""
    deed: str
    subject: str
    subject_known_as: str
    about: str
    """The partner and the question, when the subject is only a number."""
    about_url: str
    """Where to read of it; empty when whoever asks may not."""
    changes: Sequence[tuple[str, str, str]]


def lines(rows: Sequence[AuditRow], actor: Actor) -> list[Line]:
    """Rows in words; accounts get the address by which curators know them, unless they were erased. Partners get the
    name that the actor may see, with where to read of it.
    """
    numbers = {row.account_id for row in rows if row.account_id} | {_account(row.subject) for row in rows} - {0}
    emails = {
        number: account.email for number, account in accounts.with_ids(numbers).items() if account.ended_at is None
    }
    visible = partners.with_slugs({told["partner"] for told in map(_about, rows) if told}, actor)
    return [
        Line(
            at=row.at,
            actor=row.actor,
            known_as=emails.get(row.account_id or 0, ""),
            deed=row.deed,
            subject=row.subject,
            subject_known_as=emails.get(_account(row.subject), ""),
            about=_about_label(_about(row), visible),
            about_url=_about_url(row, visible),
            changes=_told(row),
        )
        for row in rows
    ]


def _about(row: AuditRow) -> dict[str, str]:
    """Which partner and place a row names inside; empty when it does not."""
    sides = (side for side in (row.after, row.before) if isinstance(side, Mapping))
    told = next((side for side in sides if isinstance(side.get("partner"), str)), {})
    return {} if row.subject.startswith(PARTNER) else {name: told[name] for name in ABOUT if name in told}


def _about_label(told: Mapping[str, str], visible: Mapping[str, Partner]) -> str:
    if not told:
        return ""
    partner = visible.get(told["partner"])
    name = partner.name if partner is not None else told["partner"]
    if "criterion" not in told:
        return name
    place = answers.place_label(criteria.current_edition(), told["criterion"], told.get("product", ""))
    return f"{name}: {place}"


def _about_url(row: AuditRow, visible: Mapping[str, Partner]) -> str:
    """The dispute, or the profile with the answer."""
    slug = _about(row).get("partner")
    if slug is None or slug not in visible:
        return ""
    kind, _slash, number = row.subject.partition("/")
    if kind == "challenge":
        return url_for("challenging.challenge", number=int(number))
    return url_for("answers.profile", slug=slug)


def file_rows(rows: Iterable[Mapping[Any, Any]]) -> Iterator[list[str]]:
    """The head of the file, and rows as the log holds them: accounts by number, as a file goes on without us.

    Of drafts only the places, also where an older row holds more.
    """
    yield [*LINKS, *CHAINED]
    for row in rows:
        told = dict(row)
        if row["deed"] in answers.OF_DRAFTS:
            told |= {name: answers.places_of_drafts(row[name]) for name in ("before", "after")}
        yield [_cell(name, told[name]) for name in (*LINKS, *CHAINED)]


def _cell(name: str, value: Any) -> str:
    if value is None:
        return ""
    if name == "at":
        return str(value.astimezone(UTC).isoformat())
    return json.dumps(value, ensure_ascii=False, sort_keys=True) if name in ("before", "after") else str(value)


def _told(row: AuditRow) -> list[tuple[str, str, str]]:
    """What a deed changed: of answers in words, of anything else as the log holds it. Of a draft only where it was."""
    if row.deed in answers.OF_DRAFTS:
        return changes(None, answers.drafts_in_words(row.before) | answers.drafts_in_words(row.after))
    if row.deed == answers.PROVIDED:
        before, after = answers.in_words(row.before), answers.in_words(row.after)
        if before is not None and after is not None:
            return changes(before, after)
    told = _about(row)
    return [each for each in changes(row.before, row.after) if each[0] not in told]


def _account(subject: str) -> int:
    number = subject.removeprefix("account/")
    return int(number) if number.isdigit() and number != subject else 0


def changes(before: Any, after: Any) -> list[tuple[str, str, str]]:
    """What differs between two states, by name; a state that has no names is one value called ""."""
    if not isinstance(before, Mapping) and not isinstance(after, Mapping):
        return [("", _text(before), _text(after))] if before is not None or after is not None else []
    old = before if isinstance(before, Mapping) else {}
    new = after if isinstance(after, Mapping) else {}
    names = dict.fromkeys((*old, *new))
    return [
        (name, _text(old.get(name)), _text(new.get(name)))
        for name in names
        if name not in old or name not in new or old[name] != new[name]
    ]


def _text(value: Any) -> str:
    return NOTHING if value is None else value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
