"""What answers say, compared: whether two say the same, and what a partner itself says at a place; read only."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from itertools import takewhile
from typing import Any

from partnerkompas.answers.models import Answer, Source, State
from partnerkompas.answers.queries import Place, every_at
from partnerkompas.criteria import queries as criteria
from partnerkompas.criteria.kinds import kind_of
from partnerkompas.criteria.questions import Question
from partnerkompas.infra import clock


def state_of(question: Question, value: Any) -> State:
    """The state of who gives a value: "no" and "none" are a state of their own (domain: six states)."""
    return State.NO if kind_of(question).says_no(question, value) else State.STATED


def same(question: Question, one: Any, other: Any) -> bool:
    """Whether two that have a state and a value say the same; the order of an option list may differ by release."""
    if one.state != other.state or (one.value is None) != (other.value is None):
        return False
    return one.value == other.value or kind_of(question).same(question, one.value, other.value)


def holds(answer: Answer) -> bool:
    """Whether an answer says something and did not expire."""
    expired = answer.valid_until is not None and answer.valid_until < clock.today()
    return answer.state != State.NOT_STATED and not expired


def is_by_partner(answer: Answer) -> bool:
    """Whether the partner itself said it, and not a curator who checked or entered it."""
    return answer.source == Source.PARTNER and not answer.checked_by_role


def corrected_since(question: Question, disputed: Answer, later: Iterable[Answer]) -> datetime | None:
    """Since when the partner itself says something else than what is disputed; None when it does not now (R33).

    `later` is what came at that place after it, oldest first. Whoever says the same again ends it.
    """
    since = None
    for answer in later:
        if same(question, answer, disputed):
            since = None
        elif since is None and is_by_partner(answer):
            since = answer.recorded_at
    return since


def own_answer(place: Place) -> Answer | None:
    """What the partner itself says at a place, as long as it holds: also when a curator has checked or proved it."""
    return own_of(rows, criteria.asked(place[1])) if (rows := every_at(place)) else None


def own_of(rows: Sequence[Answer], question: Question) -> Answer | None:
    """The same of all that was ever said at a place, the newest first."""
    for row in takewhile(lambda row: same(question, row, rows[0]), rows):
        if row.source == Source.PARTNER and holds(row):
            return row
    return None
