"""What the log holds of answers, by the names of their questions and in the words of their values.

The log holds keys and codes, in one of two shapes: a list of (criterion, product, state, value), or by place (the
criterion, or criterion@product) the parts of a draft. What a question no longer says is told as it was written.
"""

from collections.abc import Mapping, Sequence
from typing import Any

from partnerkompas.answers.models import State
from partnerkompas.answers.showing import product_label, state_label
from partnerkompas.criteria import queries as criteria
from partnerkompas.criteria.kinds import kind_of
from partnerkompas.criteria.questions import Question
from partnerkompas.infra.language import _, language

DEEDS = frozenset({"answer:provide", "answer:drafted", "answer:confirmed", "answer:draft_discarded"})

Told = dict[str, str]
"""What was said, by the name of the place."""


def in_words(said: Any) -> Told | None:
    """What one side of a row of the log says, by place; None for what has neither shape."""
    edition = criteria.current_edition()
    told: Told = {}
    for place, content in _places(said):
        key, _at, product = place.partition("@")
        question = edition.by_key.get(key)
        if not isinstance(content, Mapping) or content.get("state") not in list(State):
            return None
        name = " · ".join(filter(None, (_label(question, key), product_label(edition, product))))
        words = _words(question, content)
        told[name] = f"{told[name]} → {words}" if name in told else words
    return told


def _places(said: Any) -> Sequence[tuple[str, Any]]:
    if isinstance(said, Mapping):
        return list(said.items())
    if isinstance(said, list) and all(isinstance(each, list) and len(each) == 4 for each in said):
        return [
            ("@".join(filter(None, (key, product))), {"state": state, "value": value})
            for key, product, state, value in said
        ]
    return [] if said is None else [("", said)]


def _label(question: Question | None, key: str) -> str:
    return question.label.in_(language()) if question is not None else key


def _words(question: Question | None, content: Mapping[str, Any]) -> str:
    """State or value of an answer, with what was given as proof."""
    parts = [
        ("", _value(question, content)),
        (_("toelichting"), content.get("note")),
        (_("bron"), content.get("source_url")),
        (_("te zien"), content.get("evidence")),
        (_("geldig tot en met"), content.get("valid_until")),
    ]
    return "; ".join(f"{name}: {text}" if name else str(text) for name, text in parts if text)


def _value(question: Question | None, content: Mapping[str, Any]) -> str:
    state, value = content["state"], content.get("value")
    if value is None:
        return state_label(State(state))
    if question is None:
        return str(value)
    try:
        return kind_of(question).show(question, value, language())
    except (ArithmeticError, KeyError, TypeError, ValueError):  # the question was of another kind then
        return str(value)
