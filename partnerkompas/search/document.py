"""What a partner can be found by: its names and places, and the words of its answers; never its own prose (row C5)."""

from collections.abc import Iterable
from dataclasses import dataclass

from partnerkompas.answers.facts import Facts
from partnerkompas.criteria.kinds import kind_of
from partnerkompas.criteria.questions import Edition, Question
from partnerkompas.partners.models import Partner


@dataclass(frozen=True, slots=True)
class Finding:
    """A text by which a partner can be found, and the question it answers; empty for names and places."""

    text: str
    criterion: str = ""
    product: str = ""


def names_of(partner: Partner) -> tuple[str, ...]:
    """The names of a partner: its own, those it had before, and that of its group."""
    names = [partner.name, partner.legal_name, partner.group_name, *(each.name for each in partner.former_names)]
    return tuple(dict.fromkeys(name for name in names if name))


def places_of(partner: Partner) -> tuple[str, ...]:
    """The places where a partner is."""
    return tuple(dict.fromkeys(office.city for office in partner.offices if office.city))


def findings(partner: Partner, facts: Facts, edition: Edition) -> list[Finding]:
    """Everything a partner can be found by, names first."""
    found = [Finding(text) for text in (*names_of(partner), *places_of(partner))]
    for fact in facts.values():
        question = edition.by_key[fact.criterion]
        terms = kind_of(question).terms(question, fact.value) if fact.counts else ()
        found += [Finding(term, fact.criterion, fact.product) for term in terms]
    return found


def texts_about(question: Question) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """What a criterion is found by: its label, and everything that explains it with the names of its choices."""
    explained = (question.question, question.why, question.hint, question.evidence)
    texts = [text for each in explained if each for text in (each.nl, each.en)]
    options = question.options.options if question.options else ()
    texts += [text for each in options for text in (each.label.nl, each.label.en, *each.synonyms)]
    return (question.label.nl, question.label.en), tuple(dict.fromkeys(text for text in texts if text))


def vocabulary(edition: Edition) -> Iterable[str]:
    """The words of the catalogue itself, by which compounds are split."""
    for question in edition.questions:
        for text in (question.label, question.question, question.why, question.hint):
            if text:
                yield text.nl
    for each in edition.lists:
        for option in each.options:
            yield from (option.label.nl, *option.synonyms)


def concepts(edition: Edition) -> dict[str, tuple[str, ...]]:
    """Every choice that has more than one name, with all its names (former names and abbreviations too)."""
    return {
        f"{each.key}:{option.code}": tuple(dict.fromkeys((option.label.nl, option.label.en, *option.synonyms)))
        for each in edition.lists
        for option in each.options
        if option.synonyms
    }
