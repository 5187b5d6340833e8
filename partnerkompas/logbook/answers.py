"""What the log holds of answers, by the names of their questions and in the words of their values.

The log holds keys and codes: of what is public a list of (criterion, product, state, value), of drafts by place (the
criterion, or criterion@product) what became of it. What a question no longer says is told as it was written.
"""

from collections.abc import Mapping, Sequence
from typing import Any

from partnerkompas.answers.models import State
from partnerkompas.answers.showing import product_label, state_label
from partnerkompas.criteria import queries as criteria
from partnerkompas.criteria.kinds import kind_of
from partnerkompas.criteria.questions import Edition, Question
from partnerkompas.infra.language import _, language

PROVIDED = "answer:provide"
OF_DRAFTS = frozenset({"answer:drafted", "answer:confirmed", "answer:draft_discarded"})

Told = dict[str, str]
"""What was said, by the name of the place."""


def in_words(said: Any) -> Told | None:
    """What one side of a row of the log says, by place; None for what has another shape."""
    edition = criteria.current_edition()
    told: Told = {}
    for key, product, state, value in _answers(said):
        if state not in list(State):
            return None
        name = place_label(edition, key, product)
        words = _value(edition.by_key.get(key), state, value)
        told[name] = f"{told[name]} → {words}" if name in told else words
    return told


def drafts_in_words(said: Any) -> Told:
    """What became of drafts, by place."""
    edition = criteria.current_edition()
    words = {
        "kept": _("concept bewaard"),
        "confirmed": _("bevestigd, nog niet ondertekend"),
        "thrown_away": _("concept weggegooid"),
    }
    places = places_of_drafts(said) or {}
    return {
        place_label(edition, key, product): words.get(did, _("concept; wat erin stond, staat hier niet"))
        for place, did in places.items()
        for key, _at, product in [place.partition("@")]
    }


def places_of_drafts(said: Any) -> Told | None:
    """What one side of a row about drafts may tell outside of who speaks for the partner (R30).

    Older rows hold what was filled in. They are never changed, so it is left out here.
    """
    if not isinstance(said, Mapping):
        return None
    return {place: did if isinstance(did, str) else "" for place, did in said.items()}


def place_label(edition: Edition, key: str, product: str = "") -> str:
    """What a place is called: its question and its product."""
    question = edition.by_key.get(key)
    label = question.label.in_(language()) if question is not None else key
    return " · ".join(filter(None, (label, product_label(edition, product))))


def _answers(said: Any) -> Sequence[tuple[str, str, str, Any]]:
    if isinstance(said, list) and all(isinstance(each, list) and len(each) == 4 for each in said):
        return [(key, product, state, value) for key, product, state, value in said]
    return [] if said is None else [("", "", "", None)]


def _value(question: Question | None, state: str, value: Any) -> str:
    if value is None:
        return state_label(State(state))
    if question is None:
        return str(value)
    try:
        return kind_of(question).show(question, value, language())
    except (ArithmeticError, KeyError, TypeError, ValueError):  # the question was of another kind then
        return str(value)
