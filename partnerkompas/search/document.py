"""What a partner can be found by: its names and places, and the words of its answers; never its own prose (row C5)."""

from collections.abc import Iterable
from dataclasses import dataclass

from partnerkompas.answers.facts import Facts
from partnerkompas.criteria.kinds import kind_of
from partnerkompas.criteria.questions import Edition
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
    texts = [partner.name, partner.legal_name, partner.group_name, *(each.name for each in partner.former_names)]
    found = [Finding(text) for text in texts if text]
    found += [Finding(office.city) for office in partner.offices]
    for (criterion, product), fact in facts.items():
        if fact.counts:
            question = edition.by_key[criterion]
            found += [Finding(term, criterion, product) for term in kind_of(question).terms(question, fact.value)]
    return found


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
