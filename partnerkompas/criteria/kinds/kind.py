"""What every kind of criterion can be asked, and where kinds make themselves known."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Literal

from partnerkompas.criteria.questions import Option, Question, Text
from partnerkompas.infra.language import _

Value = Any
"""Canonical JSON of one answer: bool, int, float, str or a list of str, as the kind decides."""

FormField = Any
"""A WTForms field that is not bound to a form yet; WTForms gives it no type of its own."""

FacetStyle = Literal["values", "tree", "range", "none"]


class NotAnAnswer(ValueError):
    """What was given is no answer of this kind; its text says why, in the reader's language."""


@dataclass(frozen=True, slots=True)
class Bucket:
    """One value a facet offers."""

    code: str
    label: str
    parent: str = ""
    option: Option | None = None


class Kind:
    """What every kind can be asked; the answers here suit a plain text without facets."""

    name = ""
    label = Text("", "")
    facet_style: FacetStyle = "none"
    ordered = False
    """Whether it makes sense to sort a list of partners by it."""
    input_type = "text"
    """The type of HTML field for one end of a range."""
    needs: frozenset[str] = frozenset()
    """Settings of a question without which this kind cannot work, such as "options"."""
    knows: frozenset[str] = frozenset()
    """Settings that mean something to this kind beyond those it needs."""

    def parse(self, question: Question, raw: object) -> Value:
        """Turn a cell of a file, a form field or JSON into the canonical value; raises NotAnAnswer."""
        raise NotImplementedError

    def example(self, question: Question, language: str) -> str:
        """An answer as a person would write it in a file; nothing when there is none that helps."""
        return ""

    def says_no(self, question: Question, value: Value) -> bool:
        """Whether this value means "no" or "none", which is a state of its own (domain: six states)."""
        return False

    def bucket_of_no(self, question: Question) -> str:
        """The facet value that everybody who says no is counted under, and nobody else; "" when there is none."""
        return ""

    def show(self, question: Question, value: Value, language: str) -> str:
        """The value as a reader sees it."""
        return str(value)

    def codes(self, question: Question, value: Value) -> tuple[str, ...]:
        """The option codes inside a value, in the order of their list; none for kinds without options."""
        return ()

    def field(self, question: Question, language: str) -> FormField:
        """A WTForms field that takes this answer."""
        raise NotImplementedError

    def buckets(self, question: Question, value: Value) -> tuple[str, ...]:
        """The facet values a partner with this answer is counted under."""
        return ()

    def choices(self, question: Question, language: str) -> tuple[Bucket, ...]:
        """Every facet value there is, in the order to show."""
        return ()

    def has_choice(self, question: Question, code: str) -> bool:
        """Whether there is a facet value with a code."""
        return any(each.code == code for each in self.choices(question, "nl"))

    def number(self, question: Question, value: Value) -> float | None:
        """The value on a line, for ranges; None when it has no place there."""
        return None

    def bound(self, question: Question, text: str, upper: bool) -> float:
        """One end of a range as typed, on the same line as `number`; raises NotAnAnswer."""
        raise NotAnAnswer(_("deze vraag kent geen reeks"))

    def show_number(self, question: Question, number: float) -> str:
        """A place on the line as `bound` reads it back, to fill a form with."""
        return ""

    def sort_key(self, question: Question, value: Value, language: str) -> float | str:
        """What to sort by; all values of one question give the same type."""
        return self.show(question, value, language).casefold()

    def order_words(self, descending: bool) -> str:
        """How a list that is sorted by it is ordered, in the reader's language, to stand after its name."""
        if self.ordered:
            return _("hoog naar laag") if descending else _("laag naar hoog")
        return _("Z tot A") if descending else _("A tot Z")

    def terms(self, question: Question, value: Value) -> tuple[str, ...]:
        """The words by which a partner with this answer can be found (search: no free text of partners counts)."""
        return ()

    def same(self, question: Question, one: Value, other: Value) -> bool:
        """Whether two answers say the same, for "only differences"."""
        return bool(one == other)

    def to_cell(self, question: Question, value: Value) -> str:
        """The value in one cell of a file; `parse` reads it back to an equal value."""
        return str(value)


KINDS: dict[str, Kind] = {}


def kind(cls: Callable[[], Kind]) -> Callable[[], Kind]:
    """Make a kind known, under its name."""
    made = cls()
    KINDS[made.name] = made
    return cls


def kind_of(question: Question) -> Kind:
    """The kind of a question."""
    return KINDS[question.kind]


def required(raw: object) -> str:
    """A raw cell as trimmed text; raises NotAnAnswer when it is empty or no single value."""
    if isinstance(raw, (list, dict)):
        raise NotAnAnswer(_("één waarde verwacht, geen lijst"))
    text = "" if raw is None else str(raw).strip()
    if not text:
        raise NotAnAnswer(_("er staat niets"))
    return text
