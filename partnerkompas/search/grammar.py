"""Reading an address into a request: what cannot be used becomes a problem, and the rest still counts."""

import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date
from typing import Any
from unicodedata import category

from partnerkompas.answers.models import State
from partnerkompas.criteria.kinds import NotAnAnswer, kind_of
from partnerkompas.criteria.known_on import past_day
from partnerkompas.criteria.questions import Edition, Question
from partnerkompas.infra.language import _
from partnerkompas.infra.parameters import repeatable
from partnerkompas.partners.selection import MOST as MOST_PICKED
from partnerkompas.partners.selection import chosen_from
from partnerkompas.search.request import (
    BY_NAME,
    NEUTRAL,
    Choice,
    FacetKey,
    Problem,
    Range,
    SearchRequest,
    bounds,
    in_order,
    range_words,
    sorted_by,
)
from partnerkompas.search.words import has_words

MOST_PER_PAGE, MOST_PAGES = 100, 100_000
LONGEST_QUERY = 200
LONGEST_VALUE = 2_000
"""Longer than anything that can be meant; the rest is not even looked at."""
MOST_PARAMETERS = 200
"""All values of the longest list of our own criteria (151), and some from others. Each is in the addresses of all 600
values on a page, so that a page grows by some 10 kB with each."""
TOO_MANY = "…"
"""Stands for the parameters that were not read."""
SUFFIXES = ("alle", "stand", "van", "tot")


@dataclass
class _Reading:
    """What was read so far from an address."""

    edition: Edition
    today: date
    choices: dict[FacetKey, dict[str, tuple[Any, ...]]] = field(default_factory=dict)
    """What is chosen of each facet, by field of Choice."""
    open_ranges: dict[FacetKey, dict[str, str]] = field(default_factory=dict)
    problems: list[Problem] = field(default_factory=list)
    values: dict[str, Any] = field(default_factory=dict)
    chosen: list[str] = field(default_factory=list)


def from_query(
    pairs: Iterable[tuple[str, str]], edition: Edition, today: date, *, picks: bool = True
) -> tuple[SearchRequest, list[Problem]]:
    """Read the parameters of an address; whatever cannot be used becomes a problem and the rest still counts.

    `picks`: whether the selection to compare (`p=`) is part of the grammar here, as it is on pages.
    """
    reading = _Reading(edition, today)
    every = list(pairs)
    for name, value in every[:MOST_PARAMETERS]:
        text = _legible(value)
        reason = _read(reading, name, text, picks)
        if reason:
            reading.problems.append(Problem(repeatable(_legible(name)), repeatable(text), reason))
    if reason := what_words_lack(reading.values.get("q", "")):
        reading.problems.append(Problem("q", repeatable(reading.values["q"]), reason, partly=True))
    reading.values["q"] = reading.values.get("q", "")[:LONGEST_QUERY].strip()
    if len(every) > MOST_PARAMETERS:
        reading.problems.append(Problem(TOO_MANY, "", _("er staan te veel onderdelen in het adres")))
    for key, ends in reading.open_ranges.items():
        _add_range(reading, key, Range(ends.get("van", ""), ends.get("tot", "")))
    chosen, left_out = chosen_from(reading.chosen)
    reading.problems += [Problem("p", repeatable(slug), _why_left_out(slug)) for slug in left_out]
    filters = in_order({key: Choice(**fields) for key, fields in reading.choices.items()})
    return SearchRequest(filters=filters, chosen=chosen, **reading.values), reading.problems


def _read(reading: _Reading, name: str, text: str, picks: bool) -> str:
    """Take in one parameter; returns why it cannot be used, or "". An empty field of a form says nothing."""
    if name == "p" and picks:
        reading.chosen += [text] if text else []
        return ""
    if name not in _GIVEN_ONCE:
        return _read_facet(reading, name, text)
    if not text:
        return ""
    return _said_before() if _GIVEN_ONCE[name] in reading.values else _read_plain(reading, name, text)


_GIVEN_ONCE = {"q": "q", "sort": "sort", "pagina": "page", "per_pagina": "per_page", "op": "as_of", "voor": "product"}
"""The parameters that have one value, and the field of a request each fills."""


def _said_before() -> str:
    return _("dit staat twee keer in het adres")


def _why_left_out(slug: str) -> str:
    if chosen_from([slug])[1]:  # no slug at all
        return _("deze partner kennen we niet")
    return _("u kunt hoogstens %(most)s partners kiezen", most=MOST_PICKED)


def _read_plain(reading: _Reading, name: str, text: str) -> str:
    values, edition = reading.values, reading.edition
    if name == "q":
        values["q"] = text
        return ""
    if name == "sort":
        return _read_sort(reading, text)
    if name in ("pagina", "per_pagina"):
        most = MOST_PAGES if name == "pagina" else MOST_PER_PAGE
        if not re.fullmatch(r"[0-9]{1,6}", text, re.ASCII) or not 1 <= int(text) <= most:
            return _("dit moet een getal zijn van 1 tot en met %(most)s", most=most)
        values["page" if name == "pagina" else "per_page"] = int(text)
        return ""
    if name == "op":
        try:
            values["as_of"] = past_day(text, reading.today)
        except ValueError as wrong:
            return str(wrong)
        return ""
    if edition.products is None or text not in edition.products.by_code:
        return _("dit product kennen we niet")
    values["product"] = text
    return ""


def what_words_lack(text: str) -> str:
    """What is to be said of words that were typed, or "": whatever they are, they are searched for."""
    if text and not has_words(text[:LONGEST_QUERY]):
        return _("In uw zoekopdracht staat geen woord om op te zoeken, dus er wordt niets gevonden.")
    if len(text) > LONGEST_QUERY:
        return _(
            "Uw zoekopdracht is niet helemaal gebruikt: alleen de eerste %(most)s tekens tellen.", most=LONGEST_QUERY
        )
    return ""


def _read_sort(reading: _Reading, text: str) -> str:
    if text not in (NEUTRAL, BY_NAME) and _sort_question(reading.edition, text) is None:
        return _("zo kan de lijst niet worden geordend")
    reading.values["sort"] = text
    return ""


def _sort_question(edition: Edition, sort: str) -> Question | None:
    """The question a list is sorted by; None when it cannot be."""
    key, has_product = sorted_by(sort), "@" in sort
    question = edition.by_key.get(key.criterion)
    if question is None or (has_product and not _is_product(edition, question, key.product)):
        return None
    return question


def _is_product(edition: Edition, question: Question, product: str) -> bool:
    return question.per_product and edition.products is not None and product in edition.products.by_code


def parts_of(name: str) -> tuple[FacetKey, str]:
    """The facet and the suffix that the name of a parameter is made of, whether or not they exist."""
    head, dot, tail = name.rpartition(".")
    path, suffix = (head, tail) if dot and tail in SUFFIXES else (name, "")
    criterion, _at, product = path.partition("@")
    return FacetKey(criterion, product), suffix


def _read_facet(reading: _Reading, name: str, text: str) -> str:
    key, suffix = parts_of(name)
    question = reading.edition.by_key.get(key.criterion)
    if question is None:
        return _("dit onderdeel kennen we niet")
    if "facet" not in question.uses:
        return _("op dit criterium kunt u niet filteren")
    if "@" in name and not _is_product(reading.edition, question, key.product):
        return _("dit product hoort niet bij deze vraag")
    kind = kind_of(question)
    if suffix in ("van", "tot") and kind.facet_style != "range":
        return _("deze vraag kent geen reeks")
    if not text:
        return ""
    if suffix in ("van", "tot"):
        return _read_end(reading, key, question, suffix, text)
    if suffix == "stand":
        if text not in {state.value for state in State}:
            return _("deze stand bestaat niet")
        return _choose(reading, key, "states", State(text))
    if kind.facet_style == "range":
        low, dots, high = text.partition("..")
        wanted = Range(low.strip(), high.strip() if dots else low)
        reason = _wrong_range(question, wanted)
        if reason or suffix:
            return reason or _("een reeks kan niet samen met “alle”")
        _add_range(reading, key, wanted)
        return ""
    if not kind.has_choice(question, text):
        return _("deze keuze kennen we niet")
    return _choose(reading, key, "all_of" if suffix == "alle" else "any_of", text)


def _choose(reading: _Reading, key: FacetKey, name: str, value: object) -> str:
    """Add one thing to what is chosen of a facet; nothing is wrong with it."""
    fields = reading.choices.setdefault(key, {})
    fields[name] = (*fields.get(name, ()), value)
    return ""


def _read_end(reading: _Reading, key: FacetKey, question: Question, end: str, text: str) -> str:
    """One end of a range, from the two fields of a form."""
    known = reading.open_ranges.get(key, {})
    if end in known:
        return _said_before()
    ends = {**known, end: text}
    try:
        low, high = bounds(question, Range(ends.get("van", ""), ends.get("tot", "")))
    except NotAnAnswer as reason:
        return str(reason)
    if low > high and end == "tot":
        return _("dat ligt voor “%(bound)s”", bound=range_words(question, Range(ends["van"], "")))
    if low > high:
        return _("dat ligt na “%(bound)s”", bound=range_words(question, Range("", ends["tot"])))
    reading.open_ranges[key] = ends
    return ""


def _add_range(reading: _Reading, key: FacetKey, wanted: Range) -> None:
    _choose(reading, key, "ranges", _tidied(reading.edition.by_key[key.criterion], wanted))


def _tidied(question: Question, wanted: Range) -> Range:
    """A range with its ends as the fields of a form take them, so that what means the same has one address."""
    low, high = bounds(question, wanted)
    show = kind_of(question).show_number
    tidied = Range(show(question, low) if wanted.low else "", show(question, high) if wanted.high else "")
    try:
        return tidied if tidied == wanted or bounds(question, tidied) == (low, high) else wanted
    except NotAnAnswer:  # a number too small or large for the kind to write in a form
        return wanted


def _wrong_range(question: Question, wanted: Range) -> str:
    """Why a range cannot be used, or ""."""
    try:
        low, high = bounds(question, wanted)
    except NotAnAnswer as reason:
        return str(reason)
    if not wanted.low and not wanted.high:
        return _("de reeks is leeg")
    return _("het begin ligt na het eind") if low > high else ""


def _legible(text: str) -> str:
    """What can be read of a value, with single spaces: a page may repeat it, whatever was sent (SEC-10)."""
    if text.isascii() and text.isprintable() and len(text) <= LONGEST_VALUE:
        return " ".join(text.split())
    seen = (each if each.isprintable() else "" if category(each) == "Cf" else " " for each in text[:LONGEST_VALUE])
    return " ".join("".join(seen).split())
