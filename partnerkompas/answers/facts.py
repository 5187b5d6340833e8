"""What an answer amounts to on a day: state, level and reason follow from the row, the clock and open challenges.

Pure: rows in, facts out. Everything that shows, counts, compares or exports answers reads facts from here, so that a
state is the same everywhere (promise 1).
"""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from operator import attrgetter
from statistics import median
from typing import Any, NamedTuple, Protocol

from partnerkompas.answers.models import State
from partnerkompas.criteria.kinds import Value, kind_of
from partnerkompas.criteria.questions import Condition, Edition, Question

_STATES: Mapping[str, State] = {state.value: state for state in State}
"""Read for every answer of the catalogue; a lookup takes a tenth of the time that `State(…)` does."""

DAYS_A_MONTH = 365.2425 / 12


class AnswerRow(Protocol):
    """What a fact is made of; an Answer or a plain row with the same columns."""

    id: Any
    criterion: Any
    product: Any
    state: Any
    value: Any
    source: Any
    source_url: Any
    evidence: Any
    level: Any
    stated_on: Any
    checked_on: Any
    checked_by_role: Any
    valid_until: Any
    release: Any


class Dispute(NamedTuple):
    """An open challenge, as far as a fact tells of it."""

    reason: str
    decided_by: date


class Fact(NamedTuple):
    """What is known of one partner for one question (and product) on a day.

    A tuple, since a catalogue has a million of them: a frozen dataclass takes four times as long to make.
    """

    criterion: str
    product: str
    state: State
    value: Value | None = None
    """Also for expired and disputed: the last value, to be shown greyed."""
    level: int = 0
    source: str = ""
    source_url: str = ""
    evidence: str = ""
    stated_on: date | None = None
    checked_on: date | None = None
    checked_by_role: str = ""
    valid_until: date | None = None
    release: str = ""
    answer_id: int | None = None
    follows_from: str = ""
    """The question whose answer makes this one not applicable, when nobody said so in as many words."""
    dispute: str = ""
    """Why what stands here is disputed, or was before somebody took the answer away: that does not end it."""
    decided_by: date | None = None
    """The last day of the term to decide on the dispute; after it the fact says that the term has passed (row U11)."""

    @property
    def is_known(self) -> bool:
        """Anything but silence: an expired or disputed answer is an answer."""
        return self.state != State.NOT_STATED

    @property
    def counts(self) -> bool:
        """Whether its value may be counted and filtered on: not when expired, disputed or silent."""
        return self.state in (State.STATED, State.NO) and self.value is not None

    @property
    def seen_on(self) -> date | None:
        """The day it was last confirmed by anyone."""
        stated, checked = self.stated_on, self.checked_on
        return max(stated, checked) if stated and checked else stated or checked


Facts = dict[tuple[str, str], Fact]
"""All facts of one partner by (criterion, product); one for every question asked of it, in the order of the edition."""


_place, _state = attrgetter("criterion", "product"), attrgetter("state")


def facts_of(
    edition: Edition,
    rows: Iterable[AnswerRow],
    disputes: Mapping[int, Dispute],
    day: date,
    products: tuple[str, ...] | None = None,
) -> Facts:
    """The facts of one partner on a day.

    `rows` are its newest answers, `disputes` the open challenges of these by answer id. Per-product questions are
    asked for every product the partner names or has an answer for; with none, once, with an empty product. These are
    its `products`, for who knows them and did not read all its answers.
    """
    by_place = {_place(row): row for row in rows}
    products = _products(edition, by_place) if products is None else products or ("",)
    facts: Facts = {}
    for question in edition.questions:
        for product in products if question.per_product else ("",):
            row = by_place.get((question.key, product))
            facts[question.key, product] = _fact(question, product, row, disputes, day)
    _rule_out(edition, facts)
    return facts


def _rule_out(edition: Edition, facts: Facts) -> None:
    """Make silent facts not applicable where another answer rules them out; again while that rules out others."""
    silent = [place for place, fact in facts.items() if fact.state == State.NOT_STATED]
    silent = [place for place in silent if edition.by_key[place[0]].applies_if]
    changed = True
    while changed:
        changed = False
        for place in silent:
            still_silent = facts[place].state == State.NOT_STATED
            reason = _does_not_apply(edition.by_key[place[0]], place[1], facts, edition) if still_silent else ""
            if reason:
                facts[place] = facts[place]._replace(state=State.NOT_APPLICABLE, follows_from=reason)
                changed = True


def _products(edition: Edition, rows: Mapping[tuple[str, str], AnswerRow]) -> tuple[str, ...]:
    """The products of a partner in the order of their list."""
    question = edition.product_question
    if question is None or question.options is None:
        return ("",)
    named = rows.get((question.key, ""))
    codes = set(kind_of(question).codes(question, named.value)) if named is not None and named.value else set()
    codes |= {product for (_key, product), row in rows.items() if product and row.state != State.NOT_STATED}
    known = [option.code for option in question.options.options if option.code in codes]
    return tuple(known) or ("",)


def _fact(question: Question, product: str, row: AnswerRow | None, disputes: Mapping[int, Dispute], day: date) -> Fact:
    state = _STATES[row.state] if row is not None else State.NOT_STATED
    if row is None or state is State.NOT_STATED:
        silent = Fact(question.key, product, State.NOT_STATED)
        if row is None or row.id not in disputes:
            return silent
        reason, due = disputes[row.id]
        return silent._replace(answer_id=row.id, dispute=reason, decided_by=due)  # silence ends no dispute (row G13)
    level = row.level
    if row.valid_until is not None and row.valid_until < day:
        state, level = State.EXPIRED, max(level - 1, 0)
    dispute: tuple[str, date | None] = ("", None)
    if row.id in disputes:
        state, dispute = State.DISPUTED, disputes[row.id]
    told = (question.key, product, state, row.value, level, *_said(row), "", *dispute)
    return tuple.__new__(Fact, told)  # as _make does, without a call of Python for each


_said = attrgetter(
    "source", "source_url", "evidence", "stated_on", "checked_on", "checked_by_role", "valid_until", "release", "id"
)
"""The fields of a fact from `source` to `answer_id`, all at once."""


def _does_not_apply(question: Question, product: str, facts: Facts, edition: Edition) -> str:
    """The key of the question whose answer rules this one out, or "": an unknown answer rules nothing out (row A2)."""
    for condition in question.applies_if:
        other = edition.by_key.get(condition.criterion)
        if other is None:
            continue
        places = [(other.key, product if other.per_product and question.per_product else "")]
        if other.per_product and not question.per_product:
            places = [place for place in facts if place[0] == other.key]
        if all(_rules_out(condition, other, facts[place]) for place in places if place in facts):
            return other.key
    return ""


def _rules_out(condition: Condition, other: Question, fact: Fact) -> bool:
    if fact.state not in (State.STATED, State.NO):
        return fact.state == State.NOT_APPLICABLE  # silence rules nothing out, nor what has expired or is disputed
    if condition.state:
        return fact.state != condition.state
    if fact.value is None:
        return fact.state == State.NO
    return not set(kind_of(other).buckets(other, fact.value)) & set(condition.any_of)


@dataclass(frozen=True, slots=True)
class Summary:
    """How complete and how fresh a profile is."""

    asked: int
    known: int
    by_state: dict[State, int]
    median_on: float | None
    """The median day on which what is known was last confirmed, as an ordinal; None when nothing has a date."""
    oldest_on: date | None
    newest_on: date | None

    def age_months(self, day: date) -> int | None:
        """Median age of what is known on a day, in whole months."""
        return months_between(self.median_on, day)


def months_between(ordinal: float | None, day: date) -> int | None:
    """Whole months from a day, given as an ordinal, to another; None for no day."""
    return None if ordinal is None else int((day.toordinal() - ordinal) / DAYS_A_MONTH)


def answered(facts: Iterable[Fact]) -> tuple[int, int]:
    """How many of some facts are known, and how many were asked: what follows from another answer was not."""
    asked = [fact.state for fact in facts if not fact.follows_from]
    return len(asked) - asked.count(State.NOT_STATED), len(asked)


def summary(facts: Facts) -> Summary:
    """Count the facts of a partner; each product counts as a question asked."""
    counted = Counter(map(_state, facts.values()))
    days = sorted(filter(None, [fact.seen_on for fact in facts.values()]))
    known, asked = answered(facts.values())
    return Summary(
        asked=asked,
        known=known,
        by_state={state: counted[state] for state in State},
        median_on=float(median(map(date.toordinal, days))) if days else None,
        oldest_on=days[0] if days else None,
        newest_on=days[-1] if days else None,
    )
