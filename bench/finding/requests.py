"""What users ask: 70 % facets only, 20 % words and facets, 10 % words; the same requests every time.

Each request is made from what one partner says, so that it finds at least that one: nobody keeps choosing what gives
nothing, and broad values are chosen more often than rare ones.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache
from itertools import islice
from random import Random

from bench.finding.criteria import edition
from bench.finding.market import Trader, traders
from bench.finding.words import SEED
from partnerkompas.criteria.kinds import kind_of

ASKED_ABOUT = 1_000
"""Requests are made from so many partners, which are in a market of every size."""

SHARES = {"facets": 70, "words and facets": 20, "words": 10}
_HOW_MANY = (0, 1, 1, 1, 2, 2, 2, 3, 3, 4)


@dataclass(frozen=True, slots=True)
class Wanted:
    """One request: all words, any of the chosen values in each facet, a number within each range."""

    mix: str
    words: tuple[str, ...] = ()
    chosen: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    """By facet: the key of a criterion, or "key@product" for one product."""
    ranges: Mapping[str, tuple[str, str]] = field(default_factory=dict)
    """By criterion: from and to, as typed."""

    def pairs(self) -> list[tuple[str, str]]:
        """The request in our grammar."""
        found = [("q", " ".join(self.words))] if self.words else []
        found += [(facet, code) for facet, codes in self.chosen.items() for code in codes]
        return found + [(key, f"{low}..{high}") for key, (low, high) in self.ranges.items()]

    def bounds(self) -> list[tuple[str, float, float]]:
        """The ranges as criterion and numbers, bounds included."""
        found = []
        for key, (low, high) in self.ranges.items():
            question = edition().by_key[key]
            found.append(
                (key, kind_of(question).bound(question, low, False), kind_of(question).bound(question, high, True))
            )
        return found

    def facets(self) -> tuple[str, ...]:
        """The facets whose values are to be counted: every question once, and besides those chosen for one product."""
        return (*value_facets(), *(facet for facet in self.chosen if "@" in facet))


@dataclass(frozen=True, slots=True)
class Answer:
    """What an engine says: how many match, and how many stand under each value of each facet (none under zero)."""

    total: int
    counts: dict[str, dict[str, int]]


@cache
def value_facets() -> tuple[str, ...]:
    """The questions whose values are counted."""
    return tuple(each.key for each in edition().questions if kind_of(each).choices(each, "nl"))


def mixed(many: int, turn: int = 0) -> list[Wanted]:
    """So many requests in the shares of `SHARES`, shuffled; others in each turn."""
    chance = Random(SEED + turn)
    partners = list(islice(traders(ASKED_ABOUT), ASKED_ABOUT))
    mixes = [mix for mix, share in SHARES.items() for _n in range(round(many * share / 100))]
    chance.shuffle(mixes)
    return [_wanted(mix, chance.choice(partners), chance) for mix in mixes]


def _wanted(mix: str, partner: Trader, chance: Random) -> Wanted:
    words = tuple(chance.sample(partner.words(), chance.choice((1, 1, 2)))) if "words" in mix else ()
    if "facets" not in mix:
        return Wanted(mix, words)
    chosen: dict[str, tuple[str, ...]] = {}
    ranges: dict[str, tuple[str, str]] = {}
    facets, numbers = partner.facets(), partner.numbers()
    for _filter in range(max(chance.choice(_HOW_MANY), len(words) and 1)):
        if numbers and chance.random() < 0.1:
            key = chance.choice(sorted(numbers))
            ranges[key] = _around(key, numbers[key], chance)
        else:
            facet = chance.choice(sorted(facets))
            chosen[facet] = (chance.choice(sorted(facets[facet])), *_another(facet, chance))
    return Wanted(mix, words, {facet: tuple(sorted(set(codes))) for facet, codes in chosen.items()}, ranges)


def _around(key: str, number: float, chance: Random) -> tuple[str, str]:
    question = edition().by_key[key]
    if question.kind == "amount":
        return str(int(number * chance.uniform(0.5, 1))), str(int(number * chance.uniform(1, 2)) + 1)
    year = int(kind_of(question).show_number(question, number)[:4])
    return str(year - chance.randint(0, 5)), str(year + chance.randint(0, 5))


def _another(facet: str, chance: Random) -> tuple[str, ...]:
    """In three of ten facets a second value is chosen."""
    question = edition().by_key[facet.partition("@")[0]]
    codes = [bucket.code for bucket in kind_of(question).choices(question, "nl")]
    return (chance.choice(codes),) if chance.random() < 0.3 else ()
