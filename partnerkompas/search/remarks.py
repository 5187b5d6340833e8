"""What a page says of the parts of an address that cannot be used: in words, where the API names parameters."""

from collections.abc import Iterable

from partnerkompas.criteria.kinds import kind_of
from partnerkompas.criteria.questions import Edition, Question
from partnerkompas.infra.language import _
from partnerkompas.search.choosing import Refused, facet_label
from partnerkompas.search.grammar import MOST_PARAMETERS, TOO_MANY, parts_of
from partnerkompas.search.request import FacetKey, Problem, Range, range_words


def in_words(problem: Problem, edition: Edition) -> str:
    """One problem as a page says it: with the label of its criterion, where there is such a criterion."""
    if problem.parameter == TOO_MANY:
        return _("Het adres is te lang: alleen de eerste %(most)s onderdelen tellen.", most=MOST_PARAMETERS)
    key, suffix = parts_of(problem.parameter)
    question = edition.by_key.get(key.criterion)
    if question is None or problem.partly:
        return str(problem)
    products = edition.products.by_code if edition.products else {}
    label = facet_label(edition, key if key.product in products else FacetKey(key.criterion))
    if not problem.value:
        return _("%(label)s telt niet mee, want %(reason)s.", label=label, reason=problem.reason)
    value = _as_chosen(question, suffix, problem.value)
    return _("%(label)s: “%(value)s” telt niet mee, want %(reason)s.", label=label, value=value, reason=problem.reason)


def refused_ends(problems: Iterable[Problem], edition: Edition) -> dict[FacetKey, Refused]:
    """What was typed in the fields of ranges and is not used, so that it stays there, with why."""
    found: dict[FacetKey, Refused] = {}
    for problem in problems:
        key, suffix = parts_of(problem.parameter)
        if suffix in ("van", "tot") and key.criterion in edition.by_key:
            before = found.get(key, Refused())
            low, high = (problem.value, before.high) if suffix == "van" else (before.low, problem.value)
            found[key] = Refused(low, high, (*before.why, in_words(problem, edition)))
    return found


def _as_chosen(question: Question, suffix: str, value: str) -> str:
    """A value as a chip would have it."""
    if suffix in ("van", "tot"):
        return range_words(question, Range(value, "") if suffix == "van" else Range("", value))
    low, dots, high = value.partition("..")
    return range_words(question, Range(low, high)) if dots and kind_of(question).facet_style == "range" else value
