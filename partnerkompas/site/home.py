"""What the home page shows, from the snapshot that the list counts with. Pure but for `oldest`."""

from collections.abc import Callable
from datetime import date

from partnerkompas.answers.queries import facts_by_partner
from partnerkompas.criteria.kinds import kind_of
from partnerkompas.infra.language import language
from partnerkompas.search.choosing import Value
from partnerkompas.search.request import FacetKey, SearchRequest
from partnerkompas.search.snapshot import Snapshot

MOST_OLD = 5

UrlOf = Callable[[SearchRequest], str]


def answers_given(snapshot: Snapshot) -> int:
    """How many questions somebody answered, of all partners together: not what only follows from another answer."""
    return int(snapshot.firms.about["known"].sum())


def products(snapshot: Snapshot, url: UrlOf) -> tuple[Value, ...]:
    """The products that partners work with, in the order of their list, with how many do."""
    question = snapshot.edition.product_question
    if question is None or "facet" not in question.uses:
        return ()
    counts, key = snapshot.counts_of(question.key), FacetKey(question.key)
    return tuple(
        Value(each.code, each.label, counts[each.code], False, url(SearchRequest().toggling(key, "any_of", each.code)))
        for each in kind_of(question).choices(question, language())
        if counts.get(each.code)
    )


def oldest(snapshot: Snapshot, url: Callable[[str, str], str]) -> list[tuple[str, str, date, str]]:
    """The answers that nobody confirmed for longest: (partner, question, day, address); one a partner.

    `url` makes an address of the slug of a partner and a theme. Takes as many queries for one partner as for five.
    """
    longest = snapshot.firms.at(snapshot.firms.longest_unconfirmed(MOST_OLD))
    facts = dict(facts_by_partner(snapshot.edition, snapshot.day, [firm.id for firm in longest]))
    found = []
    for firm in longest:
        fact = next((each for each in facts[firm.id].values() if each.seen_on == firm.oldest_on), None)
        if fact is not None and firm.oldest_on is not None:
            question = snapshot.edition.by_key[fact.criterion]
            found.append((firm.name, question.label.in_(language()), firm.oldest_on, url(firm.slug, question.theme)))
    return found
