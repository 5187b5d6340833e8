"""What the list shows of a partner: read once, kept until the partner is read again for the snapshot.

A page of the list so asks the database nothing about partners it showed before, but for criteria not shown yet.
"""

from collections import OrderedDict
from collections.abc import Callable, Hashable, Iterable
from dataclasses import dataclass, field, replace
from datetime import date
from functools import reduce
from operator import or_
from threading import Lock
from typing import Any, TypeVar

from partnerkompas.answers.facts import Facts
from partnerkompas.answers.queries import facts_by_partner
from partnerkompas.criteria.questions import Edition
from partnerkompas.infra import clock, outbox
from partnerkompas.infra.db import db
from partnerkompas.partners import queries as partners
from partnerkompas.partners.queries import Called
from partnerkompas.permissions.vocabulary import VISITOR
from partnerkompas.search.document import may_be_said, says_anything
from partnerkompas.search.request import NEUTRAL, FacetKey
from partnerkompas.search.snapshot import Bits, Firm, Snapshot
from partnerkompas.search.sync import Ready, committed_only

MOST_KEPT = 4000
"""Sheets kept by one process: 8 kB each when little was asked of them, 40 kB when everything was."""

MOST_MADE = 8
"""Things kept with a sheet, the oldest dropped first: as printed, by language and choices; by what it was found."""

T = TypeVar("T")

Key = tuple[int, int, str, date, str]
"""Partner, the outbox number at which it was read, of which line of readings, the day and the release: then what is
known of it stays the same."""


@dataclass(frozen=True, slots=True)
class Sheet:
    """What is known of one partner, as far as pages have needed it."""

    names: tuple[Called, ...]
    places: tuple[str, ...]
    provinces: tuple[str, ...]
    """Codes."""
    facts: Facts
    """About the criteria in `read`, and about what decides whether those are asked; in the order of the edition."""
    read: frozenset[str]
    _made: dict[Hashable, Any] = field(default_factory=dict, compare=False, repr=False)

    def once(self, key: Hashable, make: Callable[[], T]) -> T:
        """What was made of this sheet before under a key, or is made of it now."""
        found: T | None = self._made.get(key)
        if found is None:
            if len(self._made) >= MOST_MADE:
                oldest, *_others = self._made  # not by an iterator: another thread may add something meanwhile
                self._made.pop(oldest, None)
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


def sheets(
    kept: Kept, ready: Ready, firms: Iterable[Firm], criteria: frozenset[str], as_of: date | None
) -> dict[int, Sheet]:
    """The sheets of some partners by id, with the facts about some criteria; who may no longer be seen is left out.

    What is not known yet takes four questions to the database at most: who they are, what they answered, what of that
    is disputed, and whether it still is of this moment. If not, what is read is shown and not kept.
    """
    snapshot = ready.snapshot
    keys = {firm.id: (firm.id, firm.read, ready.line, snapshot.day, snapshot.release) for firm in firms}
    before = {id_: kept.get(key) for id_, key in keys.items()}
    lacking = {id_: criteria - sheet.read if sheet else criteria for id_, sheet in before.items()}
    found = {id_: sheet for id_, sheet in before.items() if sheet and not lacking[id_]}
    wanted = frozenset().union(*lacking.values())
    if not wanted:
        return found
    asked = [id_ for id_, some in lacking.items() if some]
    with committed_only():  # a session that began before the snapshot would know less than it
        if outbox.newest(db.session) == (snapshot.number, ready.told_at):
            new = [id_ for id_, sheet in before.items() if not sheet]
            products = _products(snapshot, asked)
        else:
            kept, before, new, wanted, products = Kept(), dict.fromkeys(before), asked, criteria, None
        known = partners.known_as(new, VISITOR) if new else {}
        moment = clock.end_of(as_of) if as_of else None
        for id_, facts in facts_by_partner(snapshot.edition, snapshot.day, asked, moment, wanted, products):
            sheet = before[id_] or (Sheet(*known[id_], {}, frozenset()) if id_ in known else None)
            if sheet is not None:
                found[id_] = _more_of(sheet, facts, wanted, snapshot.edition)
                kept.put(keys[id_], found[id_])
    return found


FIRST_SHOWN = 1_000
"""So many partners come first today. Most guides have no more: then no list asks for any."""

AT_ONCE = 200
"""So many partners are asked of the database in one question."""


def read_first(kept: Kept, ready: Ready) -> None:
    """Read what any page may show of the partners that come first, before anybody asks for one.

    Besides what can be filtered on that is what they can be found by, which says why (`why`).
    """
    snapshot = ready.snapshot
    firms = snapshot.firms.at(snapshot.sorted(snapshot.everyone, NEUTRAL, FIRST_SHOWN))
    every = snapshot.edition.questions
    shown = frozenset(q.key for q in every if "facet" in q.uses or says_anything(q) or any(may_be_said(q)))
    for start in range(0, len(firms), AT_ONCE):
        sheets(kept, ready, firms[start : start + AT_ONCE], shown, None)


def _products(snapshot: Snapshot, ids: Iterable[int]) -> dict[int, tuple[str, ...]]:
    """The products that some partners are asked about, in the order of their list; the snapshot knows, by id.

    Whoever is asked a question about a product is in one of its states; and is asked all that are asked by product.
    """
    question = next((each for each in snapshot.edition.questions if each.per_product), None)
    options = snapshot.edition.products.options if question and snapshot.edition.products else ()
    asked: dict[str, Bits] = {}
    for option in options:
        rows = snapshot.rows(FacetKey(question.key, option.code)).states.values() if question else ()
        asked[option.code] = reduce(or_, map(snapshot.matrix.bits, rows), 0)
    places = ((id_, snapshot.firms.place_of_id[id_]) for id_ in ids)
    return {id_: tuple(code for code, bits in asked.items() if bits >> place & 1) for id_, place in places}


def _more_of(sheet: Sheet, facts: Facts, criteria: frozenset[str], edition: Edition) -> Sheet:
    """A sheet with facts about more criteria; what was made of it before only used facts it had, so that stays."""
    together = sheet.facts | facts
    places = sorted(together, key=lambda place: edition.position[place[0]]) if sheet.facts else together
    return replace(sheet, facts={place: together[place] for place in places}, read=sheet.read | criteria)
