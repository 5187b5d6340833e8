"""One record with an answer: what may stand in it, and what it becomes."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, time
from typing import Any

from partnerkompas.answers.actions import NewAnswer
from partnerkompas.answers.models import STORED_STATES, Level, Source, State
from partnerkompas.answers.saying import state_of
from partnerkompas.criteria.kinds import NotAnAnswer, Value, kind_of
from partnerkompas.criteria.questions import Edition, Question
from partnerkompas.exchange import checks
from partnerkompas.exchange.checks import Refused
from partnerkompas.infra import clock
from partnerkompas.infra.language import _

COLUMNS = (
    "partner",
    "criterion",
    "product",
    "state",
    "value",
    "source",
    "source_url",
    "evidence",
    "note",
    "level",
    "stated_on",
    "checked_on",
    "checked_by_role",
    "valid_until",
    "release",
    "recorded_on",
    "recorded_at",
    "disputed_on",
    "dispute_reason",
)
STATES = ("", *(state.value for state in State))
SOURCES = tuple(source.value for source in Source)
LEVELS = {f"{letter}{level.value}": level for letter in ("", "E") for level in Level}
LONGEST_NOTE = 280
NEEDED = ("partner", "criterion", "source")
SHOWN_ONLY = frozenset({"display"})
"""Columns of an export that a reader may want and an import leaves alone."""


@dataclass(frozen=True, slots=True)
class Dispute:
    """Somebody says the answer is wrong: from when, and why."""

    since: datetime
    reason: str


@dataclass
class AnswerReader:
    """Turns records into answers, by the criteria of the release that each was given for.

    The state may be left out: it follows from the value, "no" when the kind says that the value means no. An empty
    value without a state says that the answer is not known: not_stated, also when something was known before.
    """

    current: str
    """The number of the current release."""
    edition_of: Callable[[str], Edition]
    """The edition of a release by its number; empty when there is no such release."""
    today: date = field(default_factory=clock.today)
    now: datetime = field(default_factory=clock.now)

    def parsed(self, values: Mapping[str, Any], partner_id: int) -> tuple[NewAnswer, Dispute | None]:
        """The answer in a record, and its dispute if it is disputed. Raises Refused."""
        get = values.get
        release = checks.text("release", get("release")) or self.current
        edition = self.edition_of(release)
        if not edition.questions:
            raise Refused("release", release, _("deze uitgave van de criteria is hier niet"))
        question = _question(edition, checks.text("criterion", get("criterion")))
        given = checks.one_of("state", get("state"), STATES)
        state, value = _state_and_value(question, given, get("value"))
        stated_on = checks.past_day("stated_on", get("stated_on"))
        checked_on = checks.past_day("checked_on", get("checked_on"))
        recorded_at = self._recorded_at(get("recorded_on"), get("recorded_at"))
        source_url = checks.address("source_url", get("source_url"))
        evidence = checks.prose("evidence", get("evidence"))
        answer = NewAnswer(
            partner_id=partner_id,
            criterion=question.key,
            product=_product(edition, question, checks.text("product", get("product"))),
            state=state,
            value=value,
            source=checks.one_of("source", get("source"), SOURCES),
            level=_level(question, state, get("level"), source_url or evidence),
            release=release,
            source_url=source_url,
            evidence=evidence,
            note=checks.line("note", get("note"), LONGEST_NOTE),
            stated_on=stated_on,
            checked_on=checked_on,
            checked_by_role=checks.line("checked_by_role", get("checked_by_role"), 60),
            valid_until=self._valid_until(question, state, get("valid_until"), stated_on, checked_on, recorded_at),
            recorded_at=recorded_at,
        )
        if given == State.EXPIRED and not (answer.valid_until and answer.valid_until < self.today):
            raise Refused("state", given, _("verlopen kan alleen met een valid_until die voorbij is"))
        dispute = self._dispute(get("disputed_on"), get("dispute_reason"))
        if given == State.DISPUTED and dispute is None:
            raise Refused("state", given, _("betwist kan alleen met disputed_on en dispute_reason"))
        return answer, dispute

    def _valid_until(
        self,
        question: Question,
        state: State,
        raw: Any,
        stated_on: date | None,
        checked_on: date | None,
        recorded_at: datetime | None,
    ) -> date | None:
        """As given; else the months that the question allows, from the day it was last confirmed (row B4)."""
        given = checks.day("valid_until", raw)
        confirmed = max(filter(None, (stated_on, checked_on)), default=None)
        if given and stated_on and given < stated_on:
            raise Refused("valid_until", given, _("dit ligt vóór stated_on"))
        if given or question.valid_months is None or state == State.NOT_STATED:
            return given
        return clock.months_after(
            confirmed or (_dutch_day(recorded_at) if recorded_at else self.today), question.valid_months
        )

    def _recorded_at(self, raw_day: Any, raw_moment: Any) -> datetime | None:
        """The moment an answer became known here; of a day alone its noon, or now when that has yet to come."""
        on = checks.past_day("recorded_on", raw_day)
        written = checks.text("recorded_at", raw_moment)
        if not written:
            return self._noon(on) if on else None
        try:
            moment = datetime.fromisoformat(written)
        except ValueError as wrong:
            raise Refused("recorded_at", written, _("dit is geen moment als 2026-11-22T12:00:00+01:00")) from wrong
        if moment.tzinfo is None or moment > self.now or (on and _dutch_day(moment) != on):
            raise Refused(
                "recorded_at", written, _("dit moment heeft geen tijdzone, moet nog komen of is niet van recorded_on")
            )
        return moment

    def _noon(self, on: date) -> datetime:
        return min(datetime.combine(on, time(12), clock.AMSTERDAM), self.now)

    def _dispute(self, raw_day: Any, raw_reason: Any) -> Dispute | None:
        since = checks.past_day("disputed_on", raw_day)
        reason = checks.prose("dispute_reason", raw_reason)
        if bool(since) != bool(reason):
            raise Refused("disputed_on", since or "", _("disputed_on en dispute_reason horen bij elkaar"))
        return Dispute(self._noon(since), reason) if since else None


def _dutch_day(moment: datetime) -> date:
    return moment.astimezone(clock.AMSTERDAM).date()


def _question(edition: Edition, key: str) -> Question:
    checks.needed("criterion", key)
    question = edition.by_key.get(key)
    if question is None:
        raise Refused("criterion", key, _("dit criterium bestaat niet"))
    return question


def _product(edition: Edition, question: Question, product: str) -> str:
    if not question.per_product:
        if product:
            raise Refused("product", product, _("deze vraag wordt niet per product gesteld"))
        return ""
    checks.needed("product", product)
    products = edition.products
    code = products and (product if product in products.by_code else products.labels.get(product.casefold()))
    if not code:
        raise Refused("product", product, _("dit product staat niet in de lijst"))
    return code


def _state_and_value(question: Question, given: str, raw: Any) -> tuple[State, Value | None]:
    """The state to store, with its value in canonical form."""
    empty = raw is None or (isinstance(raw, str) and not raw.strip())
    if given in (State.NOT_STATED, State.NOT_APPLICABLE) or (empty and not given):
        if not empty and raw != []:
            raise Refused("value", raw, _("bij de stand %(state)s hoort geen waarde", state=given))
        return State(given or State.NOT_STATED), None
    try:
        value = kind_of(question).parse(question, raw)
    except NotAnAnswer as wrong:
        raise Refused("value", raw, str(wrong)) from wrong
    state = state_of(question, value)
    if given in STORED_STATES and given != state:
        raise Refused("state", given, _("de waarde zegt iets anders: %(state)s", state=state.value))
    return state, value


def _level(question: Question, state: State, raw: Any, proof: str) -> int:
    """The evidence level; left out, it is the lowest that fits the state (criteria.md, section 1; row B2)."""
    found = checks.text("level", raw)
    if found and found not in LEVELS:
        raise Refused("level", found, _("een niveau is 0 tot en met 4"))
    number = LEVELS[found] if found else Level.E0 if state == State.NOT_STATED else Level.E1
    if number > question.highest_level:
        raise Refused("level", found, _("hoger dan E%(n)s kan bij deze vraag niet", n=question.highest_level))
    if number and state == State.NOT_STATED:
        raise Refused("level", found, _("bij niet opgegeven hoort niveau 0"))
    if number >= Level.E2 and not proof:
        raise Refused("level", found, _("vanaf E2 hoort er een source_url of evidence bij"))
    return int(number)
