"""What a partner can be found by: its names and places, and the words of its answers; never its own prose (row C5)."""

from collections.abc import Iterable
from dataclasses import dataclass

from partnerkompas.answers.facts import Fact, Facts
from partnerkompas.criteria.kinds import kind_of
from partnerkompas.criteria.questions import Edition, Question
from partnerkompas.infra.language import _, language
from partnerkompas.partners.models import Partner
from partnerkompas.search.words import Word, tokens


@dataclass(frozen=True, slots=True)
class Finding:
    """A text by which a partner can be found, and the question it answers; empty for names and places."""

    text: str
    criterion: str = ""
    product: str = ""


def findings(partner: Partner, facts: Facts, edition: Edition) -> list[Finding]:
    """Everything a partner can be found by."""
    found = about_partner(partner)
    for fact in facts.values():
        found += terms_of(edition.by_key[fact.criterion], fact)
    return found


def about_partner(partner: Partner) -> list[Finding]:
    """The names of a partner and the places where it is."""
    texts = [partner.name, partner.legal_name, partner.group_name, *(each.name for each in partner.former_names)]
    return [Finding(text) for text in (*texts, *(office.city for office in partner.offices)) if text]


def terms_of(question: Question, fact: Fact) -> list[Finding]:
    """What one answer can be found by: nothing when it is old, disputed or not there."""
    terms = kind_of(question).terms(question, fact.value) if fact.counts else ()
    return [Finding(term, fact.criterion, fact.product) for term in terms]


def words_of(found: Iterable[Finding]) -> frozenset[str]:
    """The distinct folded words of a partner."""
    return frozenset(token for each in found for token in tokens(each.text))


def found_by(words: Iterable[Word], found: list[Finding], edition: Edition) -> list[str]:
    """For each word of a query, by what it found this partner: "Navision (Dynamics-producten)"."""
    lines: list[str] = []
    for word in words:
        hit = next((each for each in found if any(word.matches(token) for token in tokens(each.text))), None)
        if hit is None:
            continue
        label = edition.by_key[hit.criterion].label.in_(language()) if hit.criterion else _("naam of plaats")
        lines.append(f"{hit.text} ({label})")
    return list(dict.fromkeys(lines))
