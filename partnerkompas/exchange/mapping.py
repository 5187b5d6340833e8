"""Mapping files: how a foreign file becomes partners and answers. Format: see the head of dynamics_nl.map.toml."""

import csv
import tomllib
from collections.abc import Iterable
from functools import cached_property
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, PrivateAttr, ValidationError

from partnerkompas.criteria.files.shapes import reason_of
from partnerkompas.criteria.questions import Edition
from partnerkompas.exchange.records import UnusableFile
from partnerkompas.infra.language import _

Metadata = Literal[
    "source", "source_url", "level", "evidence", "stated_on", "checked_on", "checked_by_role", "valid_until"
]
PartnerField = Literal[
    "slug", "name", "legal_name", "kvk_number", "website", "group", "status", "listed_on", "fictional", "former_names"
]
Words = Annotated[list[str], BeforeValidator(lambda it: [it] if isinstance(it, str) else it)]
"""One text or a list of texts."""


class Shape(BaseModel):
    """Keys that are not known are refused; nothing changes once it was read."""

    model_config = ConfigDict(extra="forbid", frozen=True, strict=True, populate_by_name=True)


class Steps(Shape):
    """What is done with a value, in this order; see `steps.py`."""

    split: Annotated[str, Field(min_length=1)] | None = None
    values: dict[str, str] = {}
    strip: Literal["html", "markdown"] | None = None
    join: str | None = None
    cut: Annotated[int, Field(ge=2)] | None = None
    prefix: str = ""
    suffix: str = ""


class FieldRule(Steps):
    """A field of the partner: a constant, or from a column."""

    value: str | bool | None = None
    from_: str | None = Field(None, alias="from")


class OfficesRule(Steps):
    """Offices from a column with cities; `places` is a table that knows the province of a city."""

    from_: str = Field(alias="from")
    role: Literal["office", "delivery"] = "office"
    places: str | None = None


class ColumnRule(Shape):
    """Metadata from a column; of several, the first with something in it."""

    from_: Words = Field(alias="from")
    prefix: str = ""
    suffix: str = ""


class Condition(Shape):
    """Holds when the same partner has one of these values there."""

    attribute: str
    value: Words


class AnswerRule(Steps):
    """How one criterion is answered."""

    criterion: str
    product: str = ""
    from_: str = Field(alias="from")
    only_if: Condition | None = None
    not_if: Condition | None = None


class FileRule(Shape):
    layout: Literal["partners", "facts"]
    records: str = ""


class FactsRule(Shape):
    """The columns that hold the name of the partner, what the fact is about, and its value."""

    partner: str
    attribute: str
    value: str


class Ignored(Shape):
    attributes: list[str] = []


class PartnerRules(Shape):
    slug: FieldRule | None = None
    name: FieldRule | None = None
    legal_name: FieldRule | None = None
    kvk_number: FieldRule | None = None
    website: FieldRule | None = None
    group: FieldRule | None = None
    status: FieldRule | None = None
    listed_on: FieldRule | None = None
    fictional: FieldRule | None = None
    former_names: FieldRule | None = None
    offices: OfficesRule | None = None

    def fields(self) -> dict[str, FieldRule]:
        """The rules of the plain fields that have one."""
        return {name: rule for name, rule in self if isinstance(rule, FieldRule)}


def _column(given: Any) -> Any:
    return {"from": given} if isinstance(given, (str, list)) else given


class Mapping(Shape):
    """A whole mapping file."""

    file: FileRule
    facts: FactsRule | None = None
    defaults: dict[Metadata, str | int] = {}
    from_: dict[Metadata, Annotated[ColumnRule, BeforeValidator(_column)]] = Field({}, alias="from")
    partner: PartnerRules = PartnerRules()
    answers: list[AnswerRule] = []
    ignore: Ignored = Ignored()
    _provinces: dict[str, str] = PrivateAttr(default_factory=dict)
    _met: set[str] = PrivateAttr(default_factory=set)
    """The columns that had a value in some record so far."""

    def province(self, city: str) -> str:
        """The province of a city, as the places file knows it; empty when it does not."""
        return self._provinces.get(city.casefold(), "")

    @cached_property
    def used(self) -> frozenset[str]:
        """Every column that this mapping uses, without the marks for lists."""
        used = {rule.from_ for rule in self.answers}
        used |= {rule.from_ for rule in self.partner.fields().values() if rule.from_}
        used |= {self.partner.offices.from_} if self.partner.offices else set()
        used |= {name for rule in self.from_.values() for name in rule.from_}
        used |= {each.attribute for rule in self.answers for each in (rule.only_if, rule.not_if) if each}
        used |= {self.facts.partner, self.facts.attribute, self.facts.value} if self.facts else set()
        return frozenset(name.replace("[]", "") for name in used)

    @cached_property
    def ignored(self) -> tuple[str, ...]:
        """The columns that it leaves out on purpose, with all that lies below them."""
        return tuple(name.replace("[]", "") for name in self.ignore.attributes)

    def meet(self, columns: Iterable[str]) -> None:
        """Note columns that have a value in a record."""
        self._met.update(columns)

    @property
    def missed(self) -> list[str]:
        """The columns it names that had no value in any record: perhaps a slip of the pen."""
        return sorted(self.used - self._met)

    def leaves_unsaid(self, column: str) -> bool:
        """Whether nothing is said about this column."""
        return column not in self.used and not any(
            column == name or column.startswith(f"{name}.") for name in self.ignored
        )


def read_mapping(path: Path, edition: Edition) -> Mapping:
    """The mapping in a file, checked against the criteria. Raises UnusableFile, with key and reason of every fault."""
    try:
        content = tomllib.loads(path.read_text("utf-8"))
    except OSError as wrong:
        raise UnusableFile(path, _("het bestand is niet te lezen (%(why)s)", why=wrong.strerror)) from wrong
    except (ValueError, RecursionError) as wrong:  # TOML, UTF-8, or a number of thousands of digits
        raise UnusableFile(path, _("dit is geen geldige TOML (%(why)s)", why=str(wrong)[:100])) from wrong
    try:
        found = Mapping.model_validate(content)
    except ValidationError as wrong:
        faults = [f"{'.'.join(map(str, each['loc']))}: {reason_of(each)}" for each in wrong.errors()]
        raise UnusableFile(path, "; ".join(faults)) from wrong
    faults = _faults(found, edition)
    if faults:
        raise UnusableFile(path, "; ".join(faults))
    places = found.partner.offices.places if found.partner.offices else None
    if places:
        found._provinces = _provinces(path, path.parent / places)
    return found


def _faults(found: Mapping, edition: Edition) -> list[str]:
    """What does not fit together."""
    faults = []
    if (found.facts is None) == (found.file.layout == "facts"):
        faults.append(_("facts: hoort bij de indeling “facts”, en alleen daarbij"))
    if found.facts is None and found.partner.name is None:
        faults.append(_("partner.name: ontbreekt"))
    for name, rule in found.partner.fields().items():
        if (rule.value is None) == (rule.from_ is None):
            faults.append(_("partner.%(name)s: geef óf value, óf from", name=name))
    for answer in found.answers:
        question = edition.by_key.get(answer.criterion)
        if question is None:
            faults.append(_("answers: het criterium “%(key)s” bestaat niet", key=answer.criterion))
        elif question.per_product != bool(answer.product):
            faults.append(_("answers: “%(key)s” en product passen niet bij elkaar", key=answer.criterion))
    return faults


def _provinces(path: Path, places: Path) -> dict[str, str]:
    """Province by city in lower case; a city in two provinces is left out, for nobody can tell which it is."""
    found: dict[str, set[str]] = {}
    try:
        with places.open(encoding="utf-8", newline="") as file:
            for row in csv.DictReader(file):
                found.setdefault(row["place"].casefold(), set()).add(row["province"])
    except (OSError, KeyError, UnicodeDecodeError) as wrong:
        raise UnusableFile(path, _("places: het bestand %(name)s is niet te gebruiken", name=places.name)) from wrong
    return {place: provinces.pop() for place, provinces in found.items() if len(provinces) == 1}
