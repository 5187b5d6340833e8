"""What a partner can be found by: its names and places, and the words of its answers; no prose but names (row C5)."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from partnerkompas.answers.facts import Fact, Facts
from partnerkompas.answers.profile import PROVINCES
from partnerkompas.criteria import naming
from partnerkompas.criteria.kinds import kind_of
from partnerkompas.criteria.questions import Edition, Question, Text
from partnerkompas.partners.models import OfficeRole, Partner
from partnerkompas.partners.queries import Called


@dataclass(frozen=True, slots=True)
class Finding:
    """A text by which a partner can be found, and the question it answers; empty for names, places and provinces."""

    text: str
    field: str = "text"
    """The field of the index it stands in."""
    criterion: str = ""
    product: str = ""
    option: str = ""
    """The option of which this is a name, in whatever language."""
    language: str = ""
    """The language of the name of an option or a question; none for a synonym, and for what is no name of these."""
    office: bool = False
    """It is the province of an office."""
    name: str = ""
    """What sort of name it is (see `Called`)."""


def names_of(partner: Partner) -> tuple[str, ...]:
    """The names of a partner: its own, those it had before, and that of its group."""
    names = [partner.name, partner.legal_name, partner.group_name, *(each.name for each in partner.former_names)]
    return tuple(dict.fromkeys(name for name in names if name))


def places_of(partner: Partner) -> tuple[str, ...]:
    """The places where a partner is."""
    return tuple(dict.fromkeys(office.city for office in partner.offices if office.city))


def provinces_of(partner: Partner) -> tuple[str, ...]:
    """The codes of the provinces where a partner has an office."""
    return tuple(sorted({office.province for office in partner.offices if office.role is OfficeRole.OFFICE}))


def names_of_provinces(codes: Iterable[str], edition: Edition) -> tuple[str, ...]:
    """What provinces are called; nothing for a code that is in no list."""
    known = edition.list_by_key.get(PROVINCES)
    return tuple(name for code in codes for name in known.words.get(code, ())) if known else ()


def findings(
    names: Iterable[Called], places: Iterable[str], provinces: Iterable[str], facts: Facts, edition: Edition
) -> list[Finding]:
    """Everything a partner can be found by, names first; `provinces` are codes."""
    found = [Finding(name, "name", name=sort) for name, sort in names]
    found += [Finding(city) for city in places]
    found += [Finding(name, office=True) for name in names_of_provinces(provinces, edition)]
    for fact in facts.values():
        question = edition.by_key[fact.criterion]
        terms = kind_of(question).terms(question, fact.value) if fact.counts else ()
        known = _names(question, fact) if terms else {}
        for term in terms:
            _text, option, language = known.get(term, _NOTHING)
            found.append(Finding(term, "text", fact.criterion, fact.product, option, language))
    return found


_NOTHING = naming.Name("", "")


def _names(question: Question, fact: Fact) -> Mapping[str, naming.Name]:
    """What the texts of an answer are names of; the question itself, when it only asks for yes or no."""
    if question.options is None:
        label = question.label
        return {label.en: naming.Name(label.en, "", "en"), label.nl: naming.Name(label.nl, "", "nl")}
    known, names = question.options.names, dict[str, naming.Name]()
    for code in reversed(kind_of(question).buckets(question, fact.value)):  # what is the name of two is of the first
        names.update(known.get(code, {}))
    return names


def may_be_said(question: Question) -> tuple[str, ...]:
    """Every text by which an answer to a question can be found, of whatever partner.

    Not what is written in free text: that only counts where the question says so (`says_anything`).
    """
    words = question.options.words.values() if question.options else ()
    return tuple(dict.fromkeys((question.label.nl, question.label.en, *(text for each in words for text in each))))


def says_anything(question: Question) -> bool:
    """Whether the words of partners themselves count in its answers."""
    return "search" in question.uses


def texts_about(question: Question) -> dict[str, tuple[str, ...]]:
    """What a criterion is found by, by field: its label, the names of its choices, and the prose that explains it."""
    options = question.options.options if question.options else ()
    names = (text for each in options for text in naming.names_of(each))
    prose = (text for each in explaining(question) for text in (each.nl, each.en))
    return {
        "name": (question.label.nl, question.label.en),
        "text": tuple(dict.fromkeys(text for text in names if text)),
        "prose": tuple(dict.fromkeys(text for text in prose if text)),
    }


def explaining(question: Question) -> tuple[Text, ...]:
    """The texts that explain a criterion."""
    return tuple(each for each in (question.question, question.why, question.hint, question.evidence) if each)
