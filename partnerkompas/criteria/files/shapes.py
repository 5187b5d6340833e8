"""The shape of criteria files and options files: which keys there are, and what each may hold."""

import re
from collections.abc import Iterator
from datetime import date
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field, FiniteFloat, StringConstraints

from partnerkompas.criteria.kinds import KINDS
from partnerkompas.criteria.questions import (
    RESERVED_KEYS,
    Condition,
    Option,
    OptionDate,
    OptionList,
    Question,
    Text,
    Theme,
)
from partnerkompas.infra.language import _

SETTINGS = ("options", "unit", "decimals", "minimum", "maximum", "pattern", "max_length")
"""Settings of a question that belong to some kinds and mean nothing to others."""


def _real_day(text: str) -> str:
    """A day, month or year that exists."""
    try:
        date(*(int(part) for part in [*text.split("-"), "1", "1"][:3]))
    except ValueError as wrong:
        raise ValueError(_("“%(value)s” is geen bestaande datum", value=text)) from wrong
    return text


def _working_pattern(text: str) -> str:
    try:
        re.compile(text)
    except re.error as wrong:
        raise ValueError(_("“%(value)s” is geen goede reguliere expressie", value=text)) from wrong
    return text


def _known_kind(name: str) -> str:
    if name not in KINDS:
        raise ValueError(_("“%(value)s” is geen soort; bekend zijn %(known)s", value=name, known=", ".join(KINDS)))
    return name


def _free_key(key: str) -> str:
    if key in RESERVED_KEYS:
        raise ValueError(_("“%(value)s” is al een parameter van de site", value=key))
    return key


Words = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=1000)]
Key = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9_]*$", max_length=60)]
Code = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9][A-Za-z0-9_.-]*$", max_length=60)]
Moment = Annotated[str, StringConstraints(pattern=r"^\d{4}(-\d{2}(-\d{2})?)?$"), AfterValidator(_real_day)]
Day = Annotated[date, Field(strict=False)]


class Shape(BaseModel):
    """Keys that are not known are refused, and a value is never turned into another type."""

    model_config = ConfigDict(extra="forbid", strict=True)


class Wording(Shape):
    nl: Words
    en: Words

    def made(self) -> Text:
        return Text(self.nl, self.en)


Label = Annotated[Wording, BeforeValidator(lambda it: {"nl": it, "en": it} if isinstance(it, str) else it)]
"""A text that may be given once when it is the same in both languages."""


class DateShape(Shape):
    what: Label
    on: Moment
    source: Words


class OptionShape(Shape):
    code: Code
    label: Label
    synonyms: list[Words] = []
    parent: Code | None = None
    valid_from: Day | None = None
    valid_until: Day | None = None
    successor: Code | None = None
    means_no: bool = False
    issuer: Words | None = None
    proves: Wording | None = None
    proves_not: Wording | None = None
    source: Words | None = None
    dates: list[DateShape] = []

    def made(self) -> Option:
        return Option(
            self.code,
            self.label.made(),
            tuple(self.synonyms),
            self.parent or "",
            self.valid_from,
            self.valid_until,
            self.successor or "",
            self.means_no,
            self.issuer or "",
            self.proves.made() if self.proves else None,
            self.proves_not.made() if self.proves_not else None,
            self.source or "",
            tuple(OptionDate(each.what.made(), each.on, each.source) for each in self.dates),
        )


class OptionsFile(Shape):
    """An options file, apart from its options."""

    key: Key
    name: Label
    source: Words
    source_date: Moment | None = None
    note: Wording | None = None

    def made(self, options: tuple[Option, ...]) -> OptionList:
        note = self.note.made() if self.note else None
        return OptionList(self.key, self.name.made(), self.source, options, self.source_date or "", note)


class ThemeShape(Shape):
    key: Key
    position: int
    name: Label
    intro: Wording

    def made(self) -> Theme:
        return Theme(self.key, self.position, self.name.made(), self.intro.made())


class CriteriaFile(Shape):
    """A criteria file, apart from its criteria."""

    theme: ThemeShape


class ConditionShape(Shape):
    criterion: Key
    state: Literal["stated", "no"] | None = None
    any_of: list[Words] = []

    def made(self) -> Condition:
        return Condition(self.criterion, self.state or "", tuple(self.any_of))


class CriterionShape(Shape):
    key: Annotated[Key, AfterValidator(_free_key)]
    reference: str = ""
    label: Label
    question: Wording
    hint: Wording | None = None
    why: Wording
    kind: Annotated[str, AfterValidator(_known_kind)]
    options: str = ""
    unit: Label | None = None
    decimals: Annotated[int, Field(ge=0, le=6)] = 0
    minimum: FiniteFloat | None = None
    maximum: FiniteFloat | None = None
    pattern: Annotated[str, AfterValidator(_working_pattern)] = ""
    max_length: Annotated[int, Field(ge=1, le=2000)] = 280
    scope: Literal["partner", "product"] = "partner"
    names_products: bool = False
    evidence: Wording
    highest_level: Annotated[int, Field(ge=1, le=4)] = 4
    valid_months: Annotated[int, Field(ge=1, le=600)] | None = None
    uses: list[Literal["facet", "compare", "requirement", "search"]] = []
    on_card: Annotated[int, Field(ge=1)] | None = None
    applies_if: list[ConditionShape] = []

    def faults(self) -> Iterator[tuple[str, str]]:
        """What is wrong within this one question: the setting, and why. The kind knows which settings it needs."""
        kind = KINDS[self.kind]
        for name in SETTINGS:
            if name in kind.needs and not getattr(self, name):
                yield name, _("ontbreekt; de soort “%(kind)s” heeft dit nodig", kind=self.kind)
            if name in self.model_fields_set and name not in kind.needs | kind.knows:
                yield name, _("hoort niet bij de soort “%(kind)s”", kind=self.kind)
        if self.minimum is not None and self.maximum is not None and self.minimum > self.maximum:
            yield "minimum", _("is meer dan maximum")
        if "facet" in self.uses and kind.facet_style == "none":
            yield "uses", _("de soort “%(kind)s” kan geen facet zijn", kind=self.kind)
        if self.names_products and (not self.options or self.scope != "partner"):
            yield "names_products", _("kan alleen bij een vraag met een lijst, die één keer per partner wordt gesteld")
        for condition in self.applies_if:
            if bool(condition.state) == bool(condition.any_of):
                yield "applies_if", _("geef bij “%(key)s” óf state, óf any_of", key=condition.criterion)

    def made(self, theme: str) -> Question:
        """The question, without its code list."""
        plain = {name: getattr(self, name) for name in PLAIN}
        return Question(
            theme=theme,
            label=self.label.made(),
            question=self.question.made(),
            why=self.why.made(),
            evidence=self.evidence.made(),
            hint=self.hint.made() if self.hint else None,
            unit=self.unit.made() if self.unit else None,
            uses=frozenset(self.uses),
            applies_if=tuple(each.made() for each in self.applies_if),
            **plain,
        )


PLAIN = (
    "key", "reference", "kind", "decimals", "minimum", "maximum", "pattern", "max_length", "scope", "names_products",
    "highest_level", "valid_months", "on_card",
)  # fmt: skip
"""Settings that a question holds as the file gives them."""


def reason_of(error: Any) -> str:
    """One error of pydantic in plain words, in the language of this moment."""
    kind, given, context = error["type"], error["input"], error.get("ctx", {})
    value = str(given)[:60]
    types = {
        "string": _("tekst tussen aanhalingstekens"),
        "int": _("een geheel getal"),
        "float": _("een getal"),
        "bool": _("true of false"),
        "list": _("een lijst"),
        "model": _("een groep sleutels, zoals nl en en"),
        "dict": _("een groep sleutels"),
    }
    if kind == "value_error":
        return str(context["error"])
    if kind.startswith("date"):
        return _("“%(value)s” is geen bestaande datum", value=value)
    if kind == "literal_error":
        return _(
            "“%(value)s” moet een van deze zijn: %(ones)s", value=value, ones=context["expected"].replace(" or ", ", ")
        )
    for name, words in types.items():
        if kind in (f"{name}_type", f"{name}_from_float", f"{name}_parsing"):
            return _("“%(value)s” moet %(type)s zijn", value=value, type=words)
    plain = {
        "missing": _("ontbreekt"),
        "extra_forbidden": _("is geen bekende sleutel"),
        "string_too_short": _("is leeg"),
        "string_pattern_mismatch": _("“%(value)s” heeft niet de vorm van een sleutel, code of datum", value=value),
        "string_too_long": _("is langer dan %(n)s tekens", n=context.get("max_length")),
        "greater_than_equal": _("“%(value)s” is minder dan %(n)s", value=value, n=context.get("ge")),
        "less_than_equal": _("“%(value)s” is meer dan %(n)s", value=value, n=context.get("le")),
    }
    return plain.get(kind, str(error["msg"]))
