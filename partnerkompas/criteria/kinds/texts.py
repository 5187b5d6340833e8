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

    def example(self, question: Question, language: str) -> str:
        return "" if question.pattern else "Noorderlicht B.V."

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

    def example(self, question: Question, language: str) -> str:
        return "https://www.voorbeeld.example/"

    def field(self, question: Question, language: str) -> FormField:
        return URLField(question.label.in_(language))


LOCAL = frozenset("local localhost localdomain internal intranet lan home corp private arpa onion invalid test".split())
"""Last labels of names that lead to no public site (RFC 6761, RFC 6762, RFC 8375, ICANN); `example` is for examples."""

_LABEL = re.compile(r"[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?")


def web_address(text: str) -> str:
    """A full http(s) address of a public site; raises NotAnAnswer, which says what is wrong with it.

    Its host is a name that ends in letters, so never an address of numbers in any notation; international names are
    given as xn--, so that no sign is taken for another. Whether there is such a site is not looked at: the server
    fetches nothing by itself.
    """
    try:
        parts = urlsplit(text)
        host, usable = parts.hostname or "", parts.scheme in ("http", "https") and parts.port != 0
    except ValueError:
        host, usable = "", False
    if not usable or not host or not _is_plain(text):
        raise NotAnAnswer(_("“%(value)s” is geen adres van een webpagina", value=repeatable(text)))
    if "@" in parts.netloc:
        raise NotAnAnswer(_("in het adres staat een naam of wachtwoord, vóór een @"))
    if not host.isascii():
        raise NotAnAnswer(_("de naam van de site heeft bijzondere letters; schrijf haar met xn--, als in de adresbalk"))
    if not _is_public(host):
        raise NotAnAnswer(_("“%(value)s” is geen openbaar adres, met de naam van een site", value=repeatable(text)))
    return text


def _is_plain(text: str) -> bool:
    return len(text) <= 2000 and text.isprintable() and not any(each in text for each in " <>\"'`\\")


def _is_public(host: str) -> bool:
    labels = host.split(".")
    are_labels = len(host) <= 253 and all(map(_LABEL.fullmatch, labels))
    last = labels[-1]
    return are_labels and len(labels) > 1 and (last.isalpha() or last.startswith("xn--")) and last not in LOCAL
