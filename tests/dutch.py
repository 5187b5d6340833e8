"""Finds Dutch where English should be: the texts of the catalogue, and the small words of any Dutch sentence."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import fields
from typing import Any
from xml.etree.ElementTree import Element

import html5lib
from babel.messages.pofile import read_po

from partnerkompas.criteria.questions import Edition, Text
from partnerkompas.infra.language import TRANSLATIONS

CATALOGUE = TRANSLATIONS / "en" / "LC_MESSAGES" / "messages.po"

PLACE = re.compile(r"%\(\w+\)s|\{n\}")
"""Where a value comes in a text."""

SHORT = 12
"""A text of so many characters may stand in another word or name; it is only looked for as a whole."""

SMALL_WORDS = re.compile(
    r"\b(?:aan|bij|dat|de|deze|dit|door|een|geen|het|hoe|maar|naar|niet|nog|ook|uit|uw|van|wat|wie|wordt|zijn)\b",
    re.IGNORECASE,
)
"""Words that hardly a Dutch sentence is without, and no English one has."""

SPOKEN = ("aria-label", "title", "placeholder", "alt", "data-show", "data-said")
"""Attributes that are read to somebody, or put into the page by a script."""


def messages() -> list[tuple[str, str]]:
    """Every text of the interface, Dutch and English; singular and plural are two."""
    with CATALOGUE.open("rb") as file:
        catalogue = read_po(file, locale="en")
    found: list[tuple[str, str]] = []
    for message in catalogue:
        if message.id and isinstance(message.id, str):
            found.append((message.id, str(message.string)))
        elif message.id:
            found += zip(message.id, message.string or (), strict=True)
    return found


class Interface:
    """The Dutch interface as in the catalogue: `parts` of texts, and `wholes`, that no English text has."""

    def __init__(self) -> None:
        every = messages()
        english = "\n".join(en for _nl, en in every)
        pieces = {piece.strip(" .:,;") for nl, en in every if nl != en for piece in PLACE.split(nl)}
        self.parts = {piece for piece in pieces if len(piece) > SHORT and piece not in english}
        self.wholes = {nl for nl, _en in every} - {en for _nl, en in every}

    def in_(self, seen: Iterable[str]) -> list[str]:
        """What of these texts is, or holds, a text of the Dutch interface."""
        return [each for each in seen if each in self.wholes or any(part in each for part in self.parts)]


def seen(html: str) -> list[str]:
    """Every text of a page that somebody can see or hear, with single spaces; no codes, and nothing that was quoted."""
    root = html5lib.parse(html, namespaceHTMLElements=False)
    return [" ".join(each.split()) for each in _seen(root) if each.strip()]


def _seen(element: Element) -> Iterator[str]:
    if element.tag in ("script", "style", "code", "blockquote"):
        return
    yield element.text or ""
    yield from (element.get(name) or "" for name in SPOKEN)
    for child in element:
        yield from _seen(child)
        yield child.tail or ""


def texts_of(edition: Edition) -> Iterator[Text]:
    """Every text of an edition that is in two languages."""
    options = [option for each in edition.lists for option in each.options]
    told: list[Any] = [*edition.themes, *edition.questions, *edition.lists, *options]
    for each in told:
        found = (getattr(each, field.name) for field in fields(each))
        yield from (text for text in found if isinstance(text, Text))


def names_of(edition: Edition) -> set[str]:
    """The sources and issuers that code lists name."""
    found = {each.source for each in edition.lists}
    for option in (option for each in edition.lists for option in each.options):
        found |= {option.source, option.issuer, *(event.source for event in option.dates)}
    return found - {""}
