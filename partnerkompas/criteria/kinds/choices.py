"""Kinds whose values come from a list: yes or no, one of, many of, bands, trees."""

from collections.abc import Mapping

from wtforms import RadioField, SelectChoice, SelectField, SelectMultipleField
from wtforms.widgets import CheckboxInput

from partnerkompas.criteria.kinds.kind import (
    Bucket,
    FacetStyle,
    FormField,
    Kind,
    NotAnAnswer,
    Value,
    kind,
    required,
)
from partnerkompas.criteria.questions import Option, OptionList, Question, Text
from partnerkompas.infra.language import _
from partnerkompas.infra.parameters import repeatable

YES = frozenset({"ja", "j", "yes", "y", "true", "waar", "1"})
NO = frozenset({"nee", "n", "no", "false", "onwaar", "0"})


def option_list(question: Question) -> OptionList:
    """The code list of a question; a choice without one is refused when the file is read."""
    assert question.options is not None
    return question.options


def code_for(question: Question, text: str) -> str:
    """The code of an option given by code or by label in either language; raises NotAnAnswer."""
    options = option_list(question)
    if text in options.by_code:
        return text
    code = options.labels.get(text.casefold())
    if code is None:
        raise NotAnAnswer(
            _("“%(value)s” is geen keuze van de lijst %(list)s", value=repeatable(text), list=options.key)
        )
    return code


def option_of(question: Question, code: str) -> Option:
    """The option with a code; one that a later release dropped is still shown, by its code."""
    return option_list(question).by_code.get(code) or Option(code, Text(code, code))


def option_words(question: Question, codes: tuple[str, ...]) -> tuple[str, ...]:
    """What some options can be found by: their labels in both languages, synonyms, and what lies above them."""
    known = option_list(question).words
    return tuple(dict.fromkeys(word for code in codes for word in known.get(code, (code,))))


def option_buckets(question: Question, language: str) -> tuple[Bucket, ...]:
    return tuple(
        Bucket(each.code, each.label.in_(language), each.parent, each) for each in option_list(question).options
    )


def form_choices(
    options: tuple[Option, ...], language: str, above: Mapping[str, tuple[str, ...]] | None = None
) -> list[SelectChoice]:
    """The options for a form; with `above` each says by a class how deep it lies in its tree."""
    return [
        SelectChoice(
            each.code,
            each.label.in_(language),
            render_kw={"class": f"depth-{len(above[each.code]) - 1}"} if above and each.parent else {},
        )
        for each in options
    ]


@kind
class YesNo(Kind):
    """Yes or no; stored as true or false."""

    name = "yes_no"
    label = Text("ja of nee", "yes or no")
    facet_style: FacetStyle = "values"
    words = {"ja": Text("Ja", "Yes"), "nee": Text("Nee", "No")}

    def parse(self, question: Question, raw: object) -> Value:
        if isinstance(raw, bool):
            return raw
        text = required(raw).casefold()
        if text in YES:
            return True
        if text in NO:
            return False
        raise NotAnAnswer(_("“%(value)s” is geen ja of nee", value=repeatable(text)))

    def example(self, question: Question, language: str) -> str:
        return Text("ja", "yes").in_(language)

    def says_no(self, question: Question, value: Value) -> bool:
        return value is False

    def bucket_of_no(self, question: Question) -> str:
        return "nee"

    def show(self, question: Question, value: Value, language: str) -> str:
        return self.words[self.to_cell(question, value)].in_(language)

    def field(self, question: Question, language: str) -> FormField:
        return RadioField(
            question.label.in_(language),
            choices=[SelectChoice(code, word.in_(language)) for code, word in self.words.items()],
        )

    def buckets(self, question: Question, value: Value) -> tuple[str, ...]:
        return (self.to_cell(question, value),)

    def choices(self, question: Question, language: str) -> tuple[Bucket, ...]:
        return tuple(Bucket(code, word.in_(language)) for code, word in self.words.items())

    def sort_key(self, question: Question, value: Value, language: str) -> float | str:
        return 0 if value else 1

    def order_words(self, descending: bool) -> str:
        return _("nee eerst") if descending else _("ja eerst")

    def terms(self, question: Question, value: Value) -> tuple[str, ...]:
        """A partner that says yes is found by what it says yes to."""
        return (question.label.nl, question.label.en) if value else ()

    def to_cell(self, question: Question, value: Value) -> str:
        return "ja" if value else "nee"


@kind
class OneOf(Kind):
    """One option of a list; stored as its code."""

    name = "one_of"
    label = Text("één keuze", "one choice")
    facet_style: FacetStyle = "values"
    needs = frozenset({"options"})

    def parse(self, question: Question, raw: object) -> Value:
        return code_for(question, required(raw))

    def example(self, question: Question, language: str) -> str:
        return option_list(question).options[:2][-1].label.in_(language)

    def says_no(self, question: Question, value: Value) -> bool:
        return option_of(question, value).means_no

    def bucket_of_no(self, question: Question) -> str:
        codes = [each.code for each in option_list(question).options if each.means_no]
        return codes[0] if len(codes) == 1 else ""

    def show(self, question: Question, value: Value, language: str) -> str:
        return option_of(question, value).label.in_(language)

    def codes(self, question: Question, value: Value) -> tuple[str, ...]:
        return (value,)

    def field(self, question: Question, language: str) -> FormField:
        return SelectField(question.label.in_(language), choices=form_choices(option_list(question).options, language))

    def buckets(self, question: Question, value: Value) -> tuple[str, ...]:
        return (value,)

    def choices(self, question: Question, language: str) -> tuple[Bucket, ...]:
        return option_buckets(question, language)

    def has_choice(self, question: Question, code: str) -> bool:
        return code in option_list(question).by_code

    def sort_key(self, question: Question, value: Value, language: str) -> float | str:
        return option_list(question).position.get(value, len(option_list(question).options))

    def order_words(self, descending: bool) -> str:
        if self.ordered:
            return super().order_words(descending)
        return _("laatste keuze eerst") if descending else _("eerste keuze eerst")

    def terms(self, question: Question, value: Value) -> tuple[str, ...]:
        return option_words(question, (value,))


@kind
class Band(OneOf):
    """One of a list in order, such as 10–24 employees: sorts by its place in the list."""

    name = "band"
    ordered = True
    label = Text("klasse", "band")

    def terms(self, question: Question, value: Value) -> tuple[str, ...]:
        """Only by its synonyms ("24/7"): the numbers in the labels of bands would find whatever has a number."""
        return option_of(question, value).synonyms


@kind
class ManyOf(Kind):
    """Any number of options of a list; stored as codes in the order of the list. None of them means "no"."""

    name = "many_of"
    label = Text("meer keuzes", "any number of choices")
    facet_style: FacetStyle = "values"
    needs = frozenset({"options"})

    def parse(self, question: Question, raw: object) -> Value:
        if isinstance(raw, (list, tuple)):
            given = [required(each) for each in raw]
        else:
            text = "" if raw is None else str(raw).strip()
            given = [each.strip() for each in text.split("|") if each.strip()]
        codes = {code_for(question, each) for each in given}
        return sorted(codes, key=option_list(question).position.__getitem__)

    def example(self, question: Question, language: str) -> str:
        return "|".join(each.label.in_(language) for each in option_list(question).options[:2])

    def says_no(self, question: Question, value: Value) -> bool:
        return all(option_of(question, code).means_no for code in value)

    def show(self, question: Question, value: Value, language: str) -> str:
        labels = [option_of(question, code).label.in_(language) for code in value]
        return ", ".join(labels) if labels else Text("Geen", "None").in_(language)

    def codes(self, question: Question, value: Value) -> tuple[str, ...]:
        return tuple(value)

    def field(self, question: Question, language: str) -> FormField:
        return SelectMultipleField(
            question.label.in_(language),
            choices=form_choices(option_list(question).options, language, option_list(question).above),
            option_widget=CheckboxInput(),
        )

    def buckets(self, question: Question, value: Value) -> tuple[str, ...]:
        return tuple(value)

    def choices(self, question: Question, language: str) -> tuple[Bucket, ...]:
        return option_buckets(question, language)

    def has_choice(self, question: Question, code: str) -> bool:
        return code in option_list(question).by_code

    def sort_key(self, question: Question, value: Value, language: str) -> float | str:
        return len(value)

    def order_words(self, descending: bool) -> str:
        return _("meeste keuzes eerst") if descending else _("minste keuzes eerst")

    def terms(self, question: Question, value: Value) -> tuple[str, ...]:
        return option_words(question, tuple(value))

    def same(self, question: Question, one: Value, other: Value) -> bool:
        return set(one) == set(other)

    def to_cell(self, question: Question, value: Value) -> str:
        return "|".join(value)


@kind
class Tree(ManyOf):
    """Options of a tree; whoever names a branch is also found under every branch above it."""

    name = "tree"
    label = Text("keuzes uit een boom", "choices from a tree")
    facet_style: FacetStyle = "tree"

    def buckets(self, question: Question, value: Value) -> tuple[str, ...]:
        above = option_list(question).above
        return tuple(dict.fromkeys(code for each in value for code in above.get(each, (each,))))
