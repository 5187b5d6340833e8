"""A row of the log as somebody reads it."""

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from partnerkompas.accounts import queries as accounts
from partnerkompas.infra.audit import CHAINED, AuditRow
from partnerkompas.logbook import answers

NOTHING = "–"
LINKS = ("number", "hash")


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
    changes: Sequence[tuple[str, str, str]]


def lines(rows: Sequence[AuditRow]) -> list[Line]:
    """Rows in words; accounts get the address by which curators know them, unless they were erased."""
    numbers = {row.account_id for row in rows if row.account_id} | {_account(row.subject) for row in rows} - {0}
    emails = {
        number: account.email for number, account in accounts.with_ids(numbers).items() if account.ended_at is None
    }
    return [
        Line(
            at=row.at,
            actor=row.actor,
            known_as=emails.get(row.account_id or 0, ""),
            deed=row.deed,
            subject=row.subject,
            subject_known_as=emails.get(_account(row.subject), ""),
            changes=_told(row),
        )
        for row in rows
    ]


def file_rows(rows: Iterable[Mapping[Any, Any]]) -> Iterator[list[str]]:
    """The head of the file, and rows as the log holds them: accounts by number, as a file goes on without us."""
    yield [*LINKS, *CHAINED]
    for row in rows:
        yield [_cell(name, row[name]) for name in (*LINKS, *CHAINED)]


def _cell(name: str, value: Any) -> str:
    if value is None:
        return ""
    if name == "at":
        return str(value.astimezone(UTC).isoformat())
    return json.dumps(value, ensure_ascii=False, sort_keys=True) if name in ("before", "after") else str(value)


def _told(row: AuditRow) -> list[tuple[str, str, str]]:
    """What a deed changed: of answers in words, of anything else as the log holds it."""
    if row.deed in answers.DEEDS:
        before, after = answers.in_words(row.before), answers.in_words(row.after)
        if before is not None and after is not None:
            return changes(before, after)
    return changes(row.before, row.after)


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
