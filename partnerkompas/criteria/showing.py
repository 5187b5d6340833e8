"""Criteria as a reader sees them: every word in the reader's language, every address ready."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, fields
from datetime import date
from itertools import combinations

from babel.dates import format_date

from partnerkompas.criteria.kinds import kind_of
from partnerkompas.criteria.questions import Condition, Edition, Option, OptionList, Question, Text
from partnerkompas.infra.language import LOCALES, _, language

UrlOf = Callable[[str], str]
"""The address of a criterion by its key."""

USES = ("facet", "compare", "requirement", "search")


def use_label(use: str) -> str:
    """What a criterion is used for, in a word or two."""
    return {
        "facet": _("filteren"),
        "compare": _("vergelijken"),
        "requirement": _("eisen stellen"),
        "search": _("zoeken op woorden"),
    }.get(use, use)


def use_meaning(use: str) -> str:
    """What a use means, in one sentence."""
    return {
        "facet": _("U kunt de lijst van partners beperken tot een antwoord op deze vraag."),
        "compare": _("De vraag is een rij als u partners naast elkaar zet."),
        "requirement": _("U kunt van deze vraag een eis of een wens maken."),
        "search": _("Woorden uit het antwoord tellen mee als u zoekt."),
    }.get(use, "")


Marked = tuple[tuple[str, bool], ...]
"""A text in pieces, each with whether it is marked."""


@dataclass(frozen=True, slots=True)
class FoundBy:
    """Where a criterion has the words that were asked for: in its name, and else in a text of it."""

    label: Marked
    text: Marked = ()
    via: str = ""
    """The other name by which it was found."""


@dataclass(frozen=True, slots=True)
class CriterionView:
    """One question, as it stands in the list of criteria."""

    key: str
    label: str
    question: str
    why: str
    kind_label: str
    unit: str
    scope_label: str
    evidence_rule: str
    highest_level: int
    valid_months: int | None
    uses: tuple[str, ...]
    url: str
    found_by: FoundBy | None


@dataclass(frozen=True, slots=True)
class ThemeView:
    """A theme with its questions (row A3: theme, criterion, value)."""

    key: str
    name: str
    intro: str
    criteria: tuple[CriterionView, ...]


@dataclass(frozen=True, slots=True)
class OptionView:
    """One value of a choice, with everything its list says of it (rows A12, U18)."""

    code: str
    label: str
    synonyms: tuple[str, ...]
    depth: int
    valid_from: date | None
    valid_until: date | None
    retired: bool
    successor_label: str
    issuer: str
    source: str
    proves: str
    proves_not: str
    dates: tuple[tuple[str, str, str], ...]
    """What happens, when, and the source that says so."""
    conflicting: bool


@dataclass(frozen=True, slots=True)
class Distribution:
    """How partners answer: (label, number, address of the list) by value, and the same by state with its code first."""

    values: tuple[tuple[str, int, str], ...] = ()
    states: tuple[tuple[str, str, int, str], ...] = ()


@dataclass(frozen=True, slots=True)
class CriterionDetail(CriterionView):
    """Everything about one question."""

    hint: str
    options: tuple[OptionView, ...]
    list_source: str
    list_date: str
    list_note: str
    applies_if: tuple[str, ...]
    distribution: tuple[tuple[str, int, str], ...]
    states: tuple[tuple[str, str, int, str], ...]


def criterion(question: Question, url_of: UrlOf, found_by: FoundBy | None = None) -> CriterionView:
    """One question for a reader."""
    in_ = language()
    return CriterionView(
        key=question.key,
        label=question.label.in_(in_),
        question=question.question.in_(in_),
        why=question.why.in_(in_),
        kind_label=kind_of(question).label.in_(in_),
        unit=_said(question.unit),
        scope_label=_("voor elk product apart") if question.per_product else _("één keer per partner"),
        evidence_rule=question.evidence.in_(in_),
        highest_level=question.highest_level,
        valid_months=question.valid_months,
        uses=tuple(use_label(use) for use in USES if use in question.uses),
        url=url_of(question.key),
        found_by=found_by,
    )


def themes(edition: Edition, url_of: UrlOf, only: Mapping[str, FoundBy | None] | None = None) -> tuple[ThemeView, ...]:
    """All questions by theme, or only those that were found, in their order; a theme without questions is left out."""
    in_, found = language(), only or {}
    made = (
        ThemeView(
            theme.key,
            theme.name.in_(in_),
            theme.intro.in_(in_),
            tuple(
                criterion(question, url_of, found.get(question.key))
                for question in edition.of_theme(theme.key)
                if only is None or question.key in only
            ),
        )
        for theme in sorted(edition.themes, key=lambda theme: theme.position)
    )
    return tuple(theme for theme in made if theme.criteria)


def detail(
    edition: Edition, question: Question, url_of: UrlOf, day: date, distribution: Distribution | None = None
) -> CriterionDetail:
    """Everything about one question on a day; `distribution` comes from whoever can count answers."""
    counted = distribution or Distribution()
    about, known = criterion(question, url_of), question.options
    return CriterionDetail(
        **{each.name: getattr(about, each.name) for each in fields(about)},
        hint=_said(question.hint),
        options=options(known, day) if known else (),
        list_source=known.source if known else "",
        list_date=when(known.source_date) if known else "",
        list_note=_said(known.note) if known else "",
        applies_if=tuple(_condition(edition, each) for each in question.applies_if),
        distribution=counted.values,
        states=counted.states,
    )


def options(known: OptionList, day: date) -> tuple[OptionView, ...]:
    """The options of a list on a day, in their order."""
    return tuple(_option(known, each, day) for each in known.options)


def _option(known: OptionList, option: Option, day: date) -> OptionView:
    successor = known.by_code.get(option.successor)
    return OptionView(
        code=option.code,
        label=option.label.in_(language()),
        synonyms=option.synonyms,
        depth=len(known.above[option.code]) - 1,
        valid_from=option.valid_from,
        valid_until=option.valid_until,
        retired=option.retired_on(day),
        successor_label=successor.label.in_(language()) if successor else "",
        issuer=option.issuer,
        source=option.source,
        proves=_said(option.proves),
        proves_not=_said(option.proves_not),
        dates=tuple((each.what.in_(language()), when(each.on), each.source) for each in option.dates),
        conflicting=conflicting(option),
    )


def conflicting(option: Option) -> bool:
    """Whether two sources give one event different days (row A12); a month and a day in it do not contradict."""
    by_event: dict[Text, list[str]] = {}
    for each in option.dates:
        by_event.setdefault(each.what, []).append(each.on)
    return any(_disagree(days) for days in by_event.values())


def _disagree(days: Sequence[str]) -> bool:
    return any(not longer.startswith(shorter) for shorter, longer in combinations(sorted(days, key=len), 2))


def when(on: str) -> str:
    """A day, month or year in ISO form as a reader writes it; what is none of these stays as it is."""
    parts = on.split("-")
    form = ("y", "MMMM y", "long")[min(len(parts), 3) - 1]
    try:
        day = date(*(int(part) for part in [*parts, "1", "1"][:3]))
    except (TypeError, ValueError):
        return on
    return format_date(day, form, locale=LOCALES[language()])


def _condition(edition: Edition, condition: Condition) -> str:
    """When a question applies, as a clause (row A2)."""
    other = edition.by_key.get(condition.criterion)
    label = other.label.in_(language()) if other else condition.criterion
    if condition.any_of:
        names = " / ".join(_value(other, code) for code in condition.any_of)
        return _("“%(label)s” is %(values)s", label=label, values=names)
    return {
        "stated": _("op “%(label)s” is het antwoord ja of een waarde", label=label),
        "no": _("op “%(label)s” is het antwoord nee of geen", label=label),
    }.get(condition.state, f"{label}: {condition.state}")


def _value(question: Question | None, code: str) -> str:
    """One facet value by its name."""
    buckets = kind_of(question).choices(question, language()) if question else ()
    return next((bucket.label for bucket in buckets if bucket.code == code), code)


def _said(text: Text | None) -> str:
    return text.in_(language()) if text else ""
