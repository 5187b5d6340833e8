"""What somebody filled in that cannot be saved, in words to copy: nothing typed is lost (UX-13)."""

from collections.abc import Collection, Iterable
from typing import NamedTuple

from partnerkompas.answers.facts import Fact
from partnerkompas.answers.models import State
from partnerkompas.answers.showing import product_label
from partnerkompas.criteria import queries as criteria
from partnerkompas.criteria.questions import Edition, Question
from partnerkompas.infra.language import language
from partnerkompas.providing.contents import Asked, Place
from partnerkompas.providing.reading import PARTS, Posted, name_of, read
from partnerkompas.providing.saying import Files, said

VERSION = ":versie"
"""How the field ends that every place of a form has."""


class Typed(NamedTuple):
    """What somebody filled in at one place, in words to copy."""

    about: str
    words: str


def changed(asked: Iterable[Asked], posted: Posted, files: Files) -> list[Typed]:
    """What came with a form and says something else than what is kept."""
    asked, edition = list(asked), criteria.current_edition()
    filled = read(asked, posted, {}, {})
    found = []
    for each in asked:
        given, name = filled.given.get(each.place), name_of(each.place)
        if given is not None and given.content != each.content:
            found.append(Typed(about(edition, each), said(each.question, given.content, files)))
        elif any(fault.rpartition(":")[0] == name for fault in filled.faults):
            parts = (part for field in ("waarde", *PARTS) for part in posted.getlist(f"{name}:{field}"))
            found.append(Typed(about(edition, each), "\n".join(filter(str.strip, parts))))
    return [each for each in found if each.words]


def apart_from(asked: Collection[Place], posted: Posted) -> list[Typed]:
    """All that came with a form but for some places, whatever is kept there: whoever typed it may not know that."""
    places = [(key, product) for key, _at, product in (name.partition("@") for name in _names(posted))]
    places = [place for place in dict.fromkeys(places) if place not in asked]
    if not places:
        return []
    questions = _questions({key for key, _product in places})
    made = [
        Asked(questions[key], product, Fact(key, product, State.NOT_STATED), None, None)
        for key, product in places
        if key in questions
    ]
    return changed(made, posted, {})


def about(edition: Edition, asked: Asked) -> str:
    """What is asked at a place, in words."""
    product = product_label(edition, asked.product)
    return ", ".join(filter(None, (asked.question.label.in_(language()), product)))


def _names(posted: Posted) -> list[str]:
    return [field.removesuffix(VERSION) for field in posted if field.endswith(VERSION)]


def _questions(keys: Collection[str]) -> dict[str, Question]:
    """Questions by their keys, as they are asked or were asked last; what nobody ever asked is left out."""
    return {key: criteria.asked(key) for key in criteria.known_keys().intersection(keys)}
