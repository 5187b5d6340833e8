"""Two to six partners side by side: facts in, rows out. Pure.

Every partner gets the same rows. A question that is asked per product has one row for each product that at least one
of the partners has.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date

from partnerkompas.answers.facts import Fact, Facts, answered, summary
from partnerkompas.answers.models import State
from partnerkompas.answers.showing import FactView, product_label, show
from partnerkompas.criteria.kinds import kind_of
from partnerkompas.criteria.known_on import KnownOn
from partnerkompas.criteria.questions import Edition, Question
from partnerkompas.infra.language import _, language
from partnerkompas.infra.web import show_date

SAYS_WHICH = (State.STATED, State.NO, State.NOT_APPLICABLE)
"""States of the question after products that tell which products a partner does not have."""


@dataclass(frozen=True, slots=True)
class Line:
    """One question (and product) with the fact of each partner, in the order of the partners."""

    question: Question
    product: str
    facts: tuple[Fact, ...]

    @property
    def differs(self) -> bool:
        """Whether any partner answers something else than the first, or is in another state."""
        return any(not says_the_same(self.question, self.facts[0], each) for each in self.facts[1:])


def lines(edition: Edition, columns: Sequence[Facts]) -> list[Line]:
    """Every row of a comparison, in the order of the edition, aligned over the facts of each partner."""
    return [
        Line(question, product, tuple(_cell(edition, question, product, facts) for facts in columns))
        for question in edition.questions
        if "compare" in question.uses
        for product in _products(edition, question, columns)
    ]


def _products(edition: Edition, question: Question, columns: Sequence[Facts]) -> Sequence[str]:
    """The products a question needs a row for; one row without a product when nobody names any."""
    if not question.per_product or edition.products is None:
        return ("",)
    had = {product for facts in columns for key, product in facts if key == question.key and product}
    return [option.code for option in edition.products.options if option.code in had] or ("",)


def _cell(edition: Edition, question: Question, product: str, facts: Facts) -> Fact:
    """The fact of one partner in a row.

    A partner without this product: the question does not apply to it when the partner says which products it has; when
    it does not say, it is unknown (silence is never "no").
    """
    own = facts.get((question.key, product))
    if own is not None:
        return own
    unnamed = facts.get((question.key, ""))
    if unnamed is not None and unnamed.state == State.NOT_APPLICABLE:
        return unnamed._replace(product=product)
    names = edition.product_question
    named = facts.get((names.key, "")) if names else None
    if names is not None and named is not None and named.state in SAYS_WHICH:
        return Fact(question.key, product, State.NOT_APPLICABLE, follows_from=names.key)
    return Fact(question.key, product, State.NOT_STATED)


def says_the_same(question: Question, one: Fact, other: Fact) -> bool:
    """Whether two facts are in one state and have one value; states are never merged (promise 1)."""
    if one.state != other.state or (one.value is None) != (other.value is None):
        return False
    return one.value is None or kind_of(question).same(question, one.value, other.value)


@dataclass(frozen=True, slots=True)
class Row:
    """One row for a reader, with what the question means, why it matters and what counts as evidence (row D5)."""

    criterion: str
    label: str
    product_label: str
    question: str
    why: str
    evidence_rule: str
    version: str
    url: str
    differs: bool
    cells: tuple[FactView, ...]


@dataclass(frozen=True, slots=True)
class Total:
    """What one partner answered of a theme (row D3)."""

    known: int
    asked: int
    by_state: tuple[tuple[State, int], ...]


@dataclass(frozen=True, slots=True)
class ThemeRows:
    """The rows of one theme; `totals`, one a partner, count hidden rows too."""

    key: str
    name: str
    rows: tuple[Row, ...]
    totals: tuple[Total, ...]


def themes(
    asked: KnownOn,
    columns: Sequence[Facts],
    shown: Sequence[Line],
    every: Sequence[Line],
    *,
    url_of: Callable[[str], str],
    expiring_days: int,
) -> tuple[ThemeRows, ...]:
    """Rows by theme. `shown` are the lines to show, `every` is what totals count."""
    silences = [silence(facts, asked.day) for facts in columns]
    made = []
    for theme in sorted(asked.edition.themes, key=lambda theme: theme.position):
        mine = [line for line in every if line.question.theme == theme.key]
        rows = tuple(
            _row(asked, line, silences, url_of, expiring_days) for line in shown if line.question.theme == theme.key
        )
        if mine:
            made.append(ThemeRows(theme.key, theme.name.in_(language()), rows, tuple(_totals(mine, len(columns)))))
    return tuple(made)


def _row(
    asked: KnownOn,
    line: Line,
    silences: Sequence[str],
    url_of: Callable[[str], str],
    expiring_days: int,
) -> Row:
    in_, question = language(), line.question
    return Row(
        criterion=question.key,
        label=question.label.in_(in_),
        product_label=product_label(asked.edition, line.product),
        question=question.question.in_(in_),
        why=question.why.in_(in_),
        evidence_rule=question.evidence.in_(in_),
        version=asked.release,
        url=url_of(question.key),
        differs=line.differs,
        cells=tuple(
            show(
                asked.edition,
                fact,
                url_of,
                day=asked.day,
                silence=silences[place],
                expiring_days=expiring_days,
            )
            for place, fact in enumerate(line.facts)
        ),
    )


def _totals(mine: Sequence[Line], partners: int) -> Iterator[Total]:
    for place in range(partners):
        facts = [line.facts[place] for line in mine]
        by_state = tuple((state, sum(fact.state == state for fact in facts)) for state in State)
        yield Total(*answered(facts), by_state)


def updated_on(facts: Facts) -> date | None:
    """The last day anybody stated or checked something of a partner."""
    return summary(facts).newest_on


def silence(facts: Facts, day: date) -> str:
    """What to say where a partner gave no answer: when it was last heard of (row D4)."""
    last = updated_on(facts)
    if last is None:
        return _("Van deze partner is nog niets bekend.")
    return _("Partner bijgewerkt op %(day)s.", day=show_date(last))
