"""The file to fill in: a row for every place that is asked of a partner, with what is filled in there now. Pure."""

import json
import re
from collections.abc import Callable, Iterable, Iterator
from hashlib import sha256

from partnerkompas.answers.models import State
from partnerkompas.bulk.columns import state_word
from partnerkompas.criteria.kinds import NotAnAnswer, Value, kind_of
from partnerkompas.criteria.questions import Question
from partnerkompas.exchange.writing import Row
from partnerkompas.infra import clock
from partnerkompas.infra.language import _, language
from partnerkompas.providing.contents import EMPTY, Asked, Content

MOST_CHOICES = 40
"""Of a longer list the address is given: a cell holds no more than a person reads."""


def rows(slug: str, asked: Iterable[Asked], address: Callable[[str], str]) -> Iterator[Row]:
    """What is asked with what is filled in now, in the order of the criteria. `address` is of a criterion."""
    for each in asked:
        question, content = each.question, _told(each)
        until = content.valid_until.isoformat() if content.valid_until else ""
        values = {
            "partner": slug,
            "criterion": question.key,
            "product": each.product,
            "question": question.question.in_(language()),
            "codes": choices(question, address),
            "public": _public(question, each.public),
            "state": _state(content),
            "value": content.value,
            "note": content.note,
            "source_url": content.source_url,
            "evidence": content.evidence,
            "valid_until": until,
            "version": version_of(each),
        }
        stated = _state(content)
        words = state_word(State(stated)) if stated else ""
        yield Row(values, {"value": written(question, content.value), "state": words})


def _told(asked: Asked) -> Content:
    """What a line says; of no answer nothing, also when a page is known where it was looked for."""
    return EMPTY if asked.content.state == State.NOT_STATED else asked.content


def _state(content: Content) -> str:
    """What stands in the column of the state: nothing where the value says it all."""
    if content.state == State.NO and content.value == []:
        return State.NO.value
    return State.NOT_APPLICABLE.value if content.state == State.NOT_APPLICABLE else ""


def written(question: Question, value: Value | None) -> str:
    """A value as one cell, in words where those read back to the same: a spreadsheet makes a date of the code 10-24."""
    if value is None:
        return ""
    kind, cell = kind_of(question), kind_of(question).to_cell(question, value)
    codes = kind.codes(question, value)
    if codes:
        labels = {each.code: each.label for each in kind.choices(question, language())}
        return "|".join(_word(question, code, labels.get(code, code)) for code in codes)
    if isinstance(value, float) and language() == "nl":
        return cell.replace(".", ",")
    return cell


def _word(question: Question, code: str, label: str) -> str:
    """The label of a choice, or its code when the label could be another one."""
    try:
        found = kind_of(question).parse(question, label)
    except NotAnAnswer:
        return code
    return label if found in (code, [code]) else code


def choices(question: Question, address: Callable[[str], str]) -> str:
    """What may stand in the column of the value: the choices there are, or what sort of value it is."""
    today = clock.today()
    every = [
        each
        for each in kind_of(question).choices(question, language())
        if each.option is None or not each.option.retired_on(today)
    ]
    if len(every) > MOST_CHOICES:
        return _("%(n)s keuzes: %(address)s", n=len(every), address=address(question.key))
    if every:
        return " | ".join(_word(question, each.code, each.label) for each in every)
    unit = f" ({question.unit.in_(language())})" if question.unit else ""
    return f"{kind_of(question).label.in_(language())}{unit}"


def _public(question: Question, content: Content) -> str:
    """What everybody sees now, written as the columns of state and value have it."""
    stated = _state(content)
    return state_word(State(stated)) if stated else written(question, content.value)


# What a line said when it was fetched


def version_of(asked: Asked) -> str:
    """Which state of a place a line of the file was made from, and what it said; no number to a spreadsheet."""
    return f"v{asked.version}-{digest(_told(asked))}"


def fetched(cell: str) -> tuple[str, str]:
    """The version of a place and the digest of what it said, of `version_of`; nothing when there are none."""
    found = re.fullmatch(r"v(\d+(?:\.\d+)?-\d+)-([0-9a-f]{10})", cell.strip(), re.ASCII)
    return (found[1], found[2]) if found else ("", "")


def digest(content: Content) -> str:
    """Tells contents apart, the file beside them left out: a line says nothing of that."""
    until = content.valid_until and content.valid_until.isoformat()
    said = [content.state.value, content.value, content.note, content.source_url, content.evidence, until]
    return sha256(json.dumps(said).encode()).hexdigest()[:10]


NOTHING = digest(EMPTY)
"""What a line says that nobody filled in."""
