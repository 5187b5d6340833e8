"""The file to fill in: a row for every place that is asked of a partner. Pure."""

from collections.abc import Callable, Iterable, Iterator

from partnerkompas.answers.models import State
from partnerkompas.criteria.kinds import kind_of
from partnerkompas.criteria.questions import Question
from partnerkompas.exchange.writing import Row
from partnerkompas.infra import clock
from partnerkompas.infra.language import _, language
from partnerkompas.providing.contents import Asked, Content

COLUMNS = (
    *("partner", "criterion", "product", "question", "codes", "public"),
    *("state", "value", "note", "source_url", "evidence", "valid_until"),
)
MOST_CODES = 40
"""Of a longer list the address is given: a cell holds no more than a person reads."""


def rows(slug: str, asked: Iterable[Asked], address: Callable[[str], str]) -> Iterator[Row]:
    """What is asked, in the order of the criteria; what can be filled in is empty. `address` is of a criterion."""
    for each in asked:
        question = each.question
        yield Row(
            {
                "partner": slug,
                "criterion": question.key,
                "product": each.product,
                "question": question.question.in_(language()),
                "codes": codes(question, address),
                "public": public(question, each.public),
            }
        )


def codes(question: Question, address: Callable[[str], str]) -> str:
    """What may stand in the column of the value: codes with what they mean, or what sort of value it is."""
    today = clock.today()
    every = [
        each
        for each in kind_of(question).choices(question, language())
        if each.option is None or not each.option.retired_on(today)
    ]
    if len(every) > MOST_CODES:
        return _("%(n)s keuzes: %(address)s", n=len(every), address=address(question.key))
    if every:
        return " | ".join(each.label if each.label == each.code else f"{each.code} ({each.label})" for each in every)
    unit = f" ({question.unit.in_(language())})" if question.unit else ""
    return f"{kind_of(question).label.in_(language())}{unit}"


def public(question: Question, content: Content) -> str:
    """What everybody sees now, written as the column of the value has it; or the state of what has no value."""
    if content.value is not None:
        return kind_of(question).to_cell(question, content.value)
    return "" if content.state == State.NOT_STATED else content.state.value
