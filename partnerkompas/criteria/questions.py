"""What a criterion, a code list and an edition are: plain values, read from seed files or from a release."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property

from partnerkompas.criteria.naming import Name, names_in
from partnerkompas.infra import clock

RESERVED_KEYS = frozenset(
    {
        *("q", "sort", "pagina", "per_pagina", "op", "p", "voor", "taal", "toon", "verschillen"),
        *("uitgaven", "neutraal"),
    }
)
"""Words of the site's own addresses, so no criterion may be called so."""


@dataclass(frozen=True, slots=True)
class Text:
    """One text in both languages; neither may be missing (row M1)."""

    nl: str
    en: str

    def in_(self, language: str) -> str:
        return self.en if language == "en" else self.nl


@dataclass(frozen=True, slots=True)
class OptionDate:
    """A dated event of an option, as one source gives it; sources may contradict each other (row A12)."""

    what: Text
    on: str
    """A day, month or year in ISO form, as precise as the source is."""
    source: str


@dataclass(frozen=True, slots=True)
class Option:
    """One value of a choice."""

    code: str
    label: Text
    synonyms: tuple[str, ...] = ()
    parent: str = ""
    valid_from: date | None = None
    valid_until: date | None = None
    successor: str = ""
    means_no: bool = False
    issuer: str = ""
    proves: Text | None = None
    proves_not: Text | None = None
    source: str = ""
    dates: tuple[OptionDate, ...] = ()

    def retired_on(self, day: date) -> bool:
        """Whether the code list says this option has lapsed (row U18)."""
        return self.valid_until is not None and day > self.valid_until


@dataclass(frozen=True)
class OptionList:
    """A code list with its source; its options may form a tree."""

    key: str
    name: Text
    source: str
    options: tuple[Option, ...]
    source_date: str = ""
    note: Text | None = None

    @cached_property
    def by_code(self) -> dict[str, Option]:
        return {option.code: option for option in self.options}

    @cached_property
    def position(self) -> dict[str, int]:
        return {option.code: place for place, option in enumerate(self.options)}

    @cached_property
    def above(self) -> dict[str, tuple[str, ...]]:
        """Each code with itself and all codes it lies under, itself first."""
        lines: dict[str, tuple[str, ...]] = {}
        for option in self.options:
            line, code = [option.code], option.parent
            while code and code not in line:
                line.append(code)
                code = self.by_code[code].parent
            lines[option.code] = tuple(line)
        return lines

    @cached_property
    def words(self) -> dict[str, tuple[str, ...]]:
        """The texts by which an answer with each code is found, also for what lies above it."""
        return {code: tuple(names) for code, names in self.names.items()}

    @cached_property
    def names(self) -> dict[str, dict[str, Name]]:
        """The same, each text with what it is; a text that is more than one thing is the first."""
        named: dict[str, dict[str, Name]] = {option.code: {} for option in self.options}
        for option in self.options:
            for name in names_in(option, self):
                named[option.code].setdefault(name.text, name)
        return named

    @cached_property
    def labels(self) -> dict[str, str]:
        """Every name an option is known by, case folded, with its code; a name two options share is left out."""
        found: dict[str, str] = {}
        shared: set[str] = set()
        for option in self.options:
            for name in {option.code.casefold(), option.label.nl.casefold(), option.label.en.casefold()}:
                if found.setdefault(name, option.code) != option.code:
                    shared.add(name)
        return {name: code for name, code in found.items() if name not in shared}


@dataclass(frozen=True, slots=True)
class Condition:
    """A question applies only if another answer holds: is in a state, or has one of some values (row A2)."""

    criterion: str
    state: str = ""
    any_of: tuple[str, ...] = ()


@dataclass(frozen=True)
class Question:
    """One criterion: a question with a stable key, asked of every partner."""

    key: str
    theme: str
    label: Text
    question: Text
    why: Text
    kind: str
    evidence: Text
    hint: Text | None = None
    reference: str = ""
    options: OptionList | None = None
    unit: Text | None = None
    decimals: int = 0
    minimum: float | None = None
    maximum: float | None = None
    pattern: str = ""
    max_length: int = 280
    scope: str = "partner"
    names_products: bool = False
    highest_level: int = 4
    valid_months: int | None = None
    uses: frozenset[str] = frozenset()
    on_card: int | None = None
    applies_if: tuple[Condition, ...] = ()

    @property
    def per_product(self) -> bool:
        return self.scope == "product"

    def holds_until(self, since: date, proof_until: date | None = None) -> date | None:
        """The last day an answer of a day holds: as long as asked, or as its proof when that ends earlier."""
        usual = clock.months_after(since, self.valid_months) if self.valid_months else None
        return min(filter(None, (proof_until, usual)), default=None)


@dataclass(frozen=True, slots=True)
class Theme:
    """A group of criteria."""

    key: str
    position: int
    name: Text
    intro: Text


@dataclass(frozen=True)
class Edition:
    """All criteria at one moment: what a release freezes."""

    themes: tuple[Theme, ...]
    questions: tuple[Question, ...]
    lists: tuple[OptionList, ...] = field(default=())

    @cached_property
    def by_key(self) -> dict[str, Question]:
        return {question.key: question for question in self.questions}

    @cached_property
    def position(self) -> dict[str, int]:
        """The place of each question in the order of the edition."""
        return {question.key: place for place, question in enumerate(self.questions)}

    @cached_property
    def facets(self) -> tuple[Question, ...]:
        """The questions to filter on."""
        return tuple(question for question in self.questions if "facet" in question.uses)

    @cached_property
    def list_by_key(self) -> dict[str, OptionList]:
        return {each.key: each for each in self.lists}

    @cached_property
    def products(self) -> OptionList | None:
        """The list of products that answers can be given for, or None when nothing is asked per product."""
        for question in self.questions:
            if question.names_products:
                return question.options
        return None

    @cached_property
    def product_question(self) -> Question | None:
        """The question whose answer names the products of a partner."""
        return next((each for each in self.questions if each.names_products), None)

    def about(self, keys: Iterable[str]) -> "Edition":
        """Only the questions with some keys, and those whose answers decide whether these are asked of a partner."""
        wanted = {question.key for question in self.questions if question.names_products}
        waiting = [key for key in keys if key in self.by_key]
        while waiting:
            if (key := waiting.pop()) not in wanted:
                wanted.add(key)
                waiting += [each.criterion for each in self.by_key[key].applies_if if each.criterion in self.by_key]
        return Edition(self.themes, tuple(each for each in self.questions if each.key in wanted), self.lists)

    def of_theme(self, key: str) -> tuple[Question, ...]:
        """The questions of one theme, in their order."""
        return tuple(each for each in self.questions if each.theme == key)
