"""What the list shows of a partner: read once, kept until the partner is read again for the snapshot.

A page of the list so asks the database nothing about partners it showed before.
"""

from collections import OrderedDict
from collections.abc import Callable, Hashable, Iterable
from dataclasses import dataclass, field
from datetime import date
from threading import Lock
from typing import Any, TypeVar

from partnerkompas.answers.facts import Facts
from partnerkompas.answers.queries import facts_by_partner
from partnerkompas.infra import clock
from partnerkompas.partners import queries as partners
from partnerkompas.permissions.vocabulary import VISITOR
from partnerkompas.search.document import Finding, findings, places_of
from partnerkompas.search.snapshot import Firm, Snapshot
from partnerkompas.search.sync import committed_only

T = TypeVar("T")

MOST_KEPT = 2000
"""Sheets kept by one process: about 20 kB each."""

MOST_MADE = 48
"""Things kept with a sheet: a visitor may choose facts in endless ways."""

Key = tuple[int, int, date, str]
"""Partner, the outbox number at which it was read, the day, and the release: then a sheet stays the same."""


@dataclass(frozen=True, slots=True)
class Sheet:
    """One partner with everything that is known of it."""

    slug: str
    name: str
    fictional: bool
    places: tuple[str, ...]
    facts: Facts
    findings: tuple[Finding, ...]
    _made: dict[Any, Any] = field(default_factory=dict, compare=False, repr=False)

    def once(self, key: tuple[Hashable, ...], make: Callable[[], T]) -> T:
        """What was made of this sheet before under a key, or is made of it now."""
        found: T | None = self._made.get(key)
        if found is None:
            if len(self._made) >= MOST_MADE:
                self._made.clear()
            found = self._made[key] = make()
        return found


class Kept:
    """The sheets read last, with the least used dropped first."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._sheets: OrderedDict[Key, Sheet] = OrderedDict()

    def get(self, key: Key) -> Sheet | None:
        with self._lock:
            found = self._sheets.get(key)
            if found is not None:
                self._sheets.move_to_end(key)
            return found

    def put(self, key: Key, sheet: Sheet) -> None:
        with self._lock:
            self._sheets[key] = sheet
            while len(self._sheets) > MOST_KEPT:
                self._sheets.popitem(last=False)


def sheets(kept: Kept, snapshot: Snapshot, firms: Iterable[Firm], as_of: date | None) -> dict[int, Sheet]:
    """The sheets of some partners by id; one that may no longer be seen is left out.

    At most one query for the partners that were not shown before, and one for their answers.
    """
    keys = {firm.id: (firm.id, firm.read, snapshot.day, snapshot.release) for firm in firms}
    found = {id_: kept.get(key) for id_, key in keys.items()}
    missing = [id_ for id_, sheet in found.items() if sheet is None]
    if not missing:
        return found  # type: ignore[return-value]
    with committed_only():  # a session that began before the snapshot would know less than it
        rows = partners.with_ids(missing, VISITOR)
        moment = clock.end_of(as_of) if as_of else None
        for id_, facts in facts_by_partner(snapshot.edition, snapshot.day, missing, moment):
            if row := rows.get(id_):
                texts = tuple(findings(row, facts, snapshot.edition))
                found[id_] = Sheet(row.slug, row.name, row.fictional, places_of(row), facts, texts)
                kept.put(keys[id_], found[id_])  # type: ignore[arg-type]
    return {id_: sheet for id_, sheet in found.items() if sheet is not None}
