"""What must hold between criteria and code lists, besides the shape of each file."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import NamedTuple

from partnerkompas.criteria.kinds import kind_of
from partnerkompas.criteria.questions import Edition, OptionList, Question
from partnerkompas.infra.language import _


class Problem(NamedTuple):
    """One thing that is wrong: in which file, at which key, and why."""

    file: str
    key: str
    reason: str

    def __str__(self) -> str:
        return ": ".join(part for part in self if part)


@dataclass
class Places:
    """In which file each thing stands; and the keys of what has faults of its own, so that it is not also missed."""

    themes: dict[str, str] = field(default_factory=dict)
    lists: dict[str, str] = field(default_factory=dict)
    criteria: dict[str, str] = field(default_factory=dict)
    broken_lists: set[str] = field(default_factory=set)
    broken_criteria: set[str] = field(default_factory=set)
    broken_options: set[str] = field(default_factory=set)


def faults_between(edition: Edition, places: Places) -> list[Problem]:
    """Everything in these files that does not fit together; what stands in no file was checked before."""
    found: list[Problem] = []
    for options in edition.lists:
        if file := places.lists.get(options.key):
            found += (Problem(file, key, why) for key, why in _list_faults(options, places.broken_options))
    asked = [(each, places.criteria.get(each.key, "")) for each in edition.questions]
    for question, file in asked:
        faults = _condition_faults(question, edition, places)
        found += (Problem(file, f"criteria.{question.key}.{key}", why) for key, why in faults)
    if not places.broken_criteria:
        found += _product_faults(asked)
    return found + list(_card_faults(asked))


def _list_faults(options: OptionList, broken: set[str]) -> Iterator[tuple[str, str]]:
    """Double codes and labels, references to options that are not there, circles, impossible dates."""
    codes: set[str] = set()
    labels: dict[str, str] = {}
    for option in options.options:
        path = f"options.{option.code}"
        if option.code in codes:
            yield f"{path}.code", _("deze code staat er twee keer")
            continue
        codes.add(option.code)
        for label in {option.label.nl.casefold(), option.label.en.casefold()}:
            other = labels.setdefault(label, option.code)
            if other != option.code:
                yield f"{path}.label", _("“%(code)s” heet ook zo", code=other)
        for name, code in (("parent", option.parent), ("successor", option.successor)):
            if code and code not in options.by_code and code not in broken:
                yield f"{path}.{name}", _("“%(code)s” is geen keuze van deze lijst", code=code)
            elif code == option.code or (code and _returns(options, option.code, name)):
                yield f"{path}.{name}", _("“%(code)s” leidt terug naar deze keuze", code=code)
        if option.valid_from and option.valid_until and option.valid_from > option.valid_until:
            yield f"{path}.valid_until", _("ligt vóór valid_from")


def _returns(options: OptionList, start: str, name: str) -> bool:
    """Whether following a reference from an option leads back to it."""
    seen: set[str] = set()
    option = options.by_code.get(start)
    while option and option.code not in seen:
        seen.add(option.code)
        option = options.by_code.get(getattr(option, name))
        if option and option.code == start:
            return True
    return False


def _condition_faults(question: Question, edition: Edition, places: Places) -> Iterator[tuple[str, str]]:
    """Conditions on questions or values that are not there, and circles."""
    for condition in question.applies_if:
        other = edition.by_key.get(condition.criterion)
        if other is None:
            if condition.criterion not in places.broken_criteria:
                yield "applies_if", _("het criterium “%(key)s” bestaat niet", key=condition.criterion)
            continue
        if question.key in _asked_before(other, edition):
            yield "applies_if", _("“%(key)s” hangt zelf van deze vraag af", key=other.key)
        needs_list = "options" in kind_of(other).needs and other.options is None
        values = set() if needs_list else {bucket.code for bucket in kind_of(other).choices(other, "nl")}
        for value in condition.any_of:
            if not needs_list and value not in values | places.broken_options:
                yield "applies_if", _("“%(value)s” is geen antwoord op “%(key)s”", value=value, key=other.key)


def _asked_before(question: Question, edition: Edition) -> set[str]:
    """The question itself and every question it depends on, directly or through another."""
    found: set[str] = set()
    waiting = [question]
    while waiting:
        each = waiting.pop()
        if each.key not in found:
            found.add(each.key)
            waiting += [edition.by_key[it.criterion] for it in each.applies_if if it.criterion in edition.by_key]
    return found


def _product_faults(asked: list[tuple[Question, str]]) -> Iterator[Problem]:
    """One question names the products of a partner, and only then can others be asked per product."""
    naming = [(question, file) for question, file in asked if question.names_products]
    for question, file in naming[1:]:
        why = _("ook “%(key)s” noemt de producten; dat kan er maar één", key=naming[0][0].key)
        yield Problem(file, f"criteria.{question.key}.names_products", why)
    for question, file in asked:
        if question.per_product and not naming:
            why = _("geen enkele vraag noemt de producten van een partner (names_products)")
            yield Problem(file, f"criteria.{question.key}.scope", why)


def _card_faults(asked: list[tuple[Question, str]]) -> Iterator[Problem]:
    """Two questions cannot have the same place on the card of a partner."""
    taken: dict[int, str] = {}
    for question, file in asked:
        if question.on_card is not None and taken.setdefault(question.on_card, question.key) != question.key:
            why = _("plaats %(n)s is al van “%(key)s”", n=question.on_card, key=taken[question.on_card])
            yield Problem(file, f"criteria.{question.key}.on_card", why)
