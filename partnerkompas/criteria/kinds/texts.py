"""Kinds of words: a short text and a link. They are shown, and never count for the order (row A1)."""

import re
from urllib.parse import urlsplit

from wtforms import StringField, URLField

from partnerkompas.criteria.kinds.kind import FormField, Kind, NotAnAnswer, Value, kind, required
from partnerkompas.criteria.questions import Question, Text
from partnerkompas.infra.language import _
from partnerkompas.infra.parameters import repeatable


@kind
class ShortText(Kind):
    """One line of text of limited length, such as a registered name."""

    name = "text"
    label = Text("korte tekst", "short text")
    knows = frozenset({"pattern", "max_length"})

    def parse(self, question: Question, raw: object) -> Value:
        text = re.sub(r"\s+", " ", required(raw))
        if any(not each.isprintable() for each in text):
            raise NotAnAnswer(_("er staan tekens in die niet te lezen zijn"))
        if len(text) > question.max_length:
            raise NotAnAnswer(
                _("de tekst heeft %(n)s tekens; %(limit)s is het meeste", n=len(text), limit=question.max_length)
            )
        if question.pattern and not re.fullmatch(question.pattern, text):
            raise NotAnAnswer(_("“%(value)s” heeft niet de gevraagde vorm", value=repeatable(text)))
        return text

    def field(self, question: Question, language: str) -> FormField:
        return StringField(question.label.in_(language))

    def terms(self, question: Question, value: Value) -> tuple[str, ...]:
        return (value,) if "search" in question.uses else ()


@kind
class Link(Kind):
    """The address of a public page; only http and https (SEC-08)."""

    name = "link"
    label = Text("link", "link")

    def parse(self, question: Question, raw: object) -> Value:
        return web_address(required(raw))

    def field(self, question: Question, language: str) -> FormField:
        return URLField(question.label.in_(language))


def web_address(text: str) -> str:
    """A full http(s) address with a host; raises NotAnAnswer."""
    try:
        parts = urlsplit(text)
        usable = parts.scheme in ("http", "https") and "." in (parts.hostname or "") and len(text) <= 2000
    except ValueError:
        usable = False
    if not usable or not text.isprintable() or any(each in text for each in " <>\"'`\\"):
        raise NotAnAnswer(_("“%(value)s” is geen adres van een webpagina", value=repeatable(text)))
    return text
