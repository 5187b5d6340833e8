"""An invented market: partners with what they say, the same every time and one by one, so that any size fits.

Partner 17 is the same in a market of 1,000 and of 100,000. What an engine must know of an answer (its facet values,
words and number) is worked out here by the kinds of criteria, and not by the search room that is measured.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from random import Random
from typing import Any

from bench.finding.criteria import WORDS, edition
from bench.finding.words import SEED, invented
from partnerkompas.answers.models import State
from partnerkompas.criteria.kinds import kind_of
from partnerkompas.criteria.questions import Question

NAME_WORDS, CITIES = 3_000, 300
POOL = 4_096
"""So many different answers are made to each question; partners take from them."""


@dataclass(frozen=True, slots=True, eq=False)
class Said:
    """One answer to a question; `codes`, `words` and `number` only while it counts."""

    state: State
    value: Any = None
    expired: bool = False
    disputed: bool = False
    codes: tuple[str, ...] = ()
    words: tuple[str, ...] = ()
    number: float | None = None


@dataclass(frozen=True, slots=True)
class Trader:
    """One invented partner; `said` by criterion and product."""

    id: int
    slug: str
    name: str
    former: str
    offices: tuple[tuple[str, str], ...]
    said: dict[tuple[str, str], Said]

    def facets(self) -> dict[str, frozenset[str]]:
        """The values it counts under, by facet; a per-product answer also counts for any product."""
        found: dict[str, set[str]] = {}
        for (key, product), said in self.said.items():
            for facet in {key, f"{key}@{product}" if product else key} if said.codes else ():
                found.setdefault(facet, set()).update(said.codes)
        return {facet: frozenset(codes) for facet, codes in found.items()}

    def numbers(self) -> dict[str, float]:
        """Its numbers by criterion; none is asked per product."""
        return {key: said.number for (key, _product), said in self.said.items() if said.number is not None}

    def words(self) -> list[str]:
        """Every word it can be found by, in small letters; not its number."""
        told = [word for said in self.said.values() for word in said.words]
        names = edition().list_by_key["provincies"].words
        told += [word for city, province in self.offices for word in (city, *names[province])]
        text = " ".join([self.name, self.former, *told])
        return sorted({word for word in text.lower().replace(",", " ").replace("›", " ").split() if not word.isdigit()})


def traders(many: int) -> Iterator[Trader]:
    """The first so many partners."""
    return (_trader(number) for number in range(1, many + 1))


def _trader(number: int) -> Trader:
    chance = Random(SEED * 1_000_000_007 + number)
    pools, names = _pools(), invented(WORDS + NAME_WORDS + CITIES)
    own, cities = names[WORDS : WORDS + NAME_WORDS], names[WORDS + NAME_WORDS :]
    name = f"{_popular(own, chance)} {_popular(own, chance)} {number}".title()
    provinces = [option.code for option in edition().list_by_key["provincies"].options]
    offices = tuple((_popular(cities, chance), _popular(provinces, chance)) for _n in range(chance.randint(1, 3)))
    said: dict[tuple[str, str], Said] = {}
    products: tuple[str, ...] = ()
    for question in edition().questions:
        for product in products if question.per_product else ("",):
            answer = pools[question.key][int(chance.random() * POOL)]
            if answer is not None:
                said[question.key, product] = answer
            if question.names_products:
                products = tuple(answer.value or ()) if answer else ()
    former = _popular(own, chance).title() if number % 5 == 0 else ""
    return Trader(number, f"verzonnen-{number:06}", name, former, offices, said)


def _popular(things: Any, chance: Random) -> Any:
    """One of some things, the n-th about n times less often than the first (Zipf)."""
    return things[int((len(things) + 1) ** chance.random()) - 1]


@cache
def _pools() -> dict[str, list[Said | None]]:
    chance = Random(SEED)
    return {question.key: [_said(question, chance) for _n in range(POOL)] for question in edition().questions}


def _said(question: Question, chance: Random) -> Said | None:
    """15 % says nothing (half of it in as many words), 3 % does not apply, 4 % has expired, 1 % is disputed."""
    draw = chance.random()
    if draw < 0.15 and not question.names_products:
        return None if draw < 0.075 else Said(State.NOT_STATED)
    if draw < 0.18 and not question.names_products:
        return Said(State.NOT_APPLICABLE)
    kind, value = kind_of(question), _value(question, chance)
    state = State.NO if kind.says_no(question, value) else State.STATED
    if draw > 0.95 and not question.names_products:
        return Said(state, value, expired=draw <= 0.99, disputed=draw > 0.99)
    codes, words = kind.buckets(question, value), kind.terms(question, value)
    return Said(state, value, codes=codes, words=words, number=kind.number(question, value))


def _value(question: Question, chance: Random) -> Any:
    codes = [bucket.code for bucket in kind_of(question).choices(question, "nl")]
    if question.kind == "yes_no":
        return chance.random() < 0.6
    if question.kind in ("many_of", "tree"):
        most = 3 if question.names_products else 4
        return kind_of(question).parse(question, [_popular(codes, chance) for _n in range(chance.randint(1, most))])
    if codes:
        return _popular(codes, chance)
    raw = {
        "amount": f"{chance.lognormvariate(4, 1):.{question.decimals}f}",
        "date": f"{chance.randint(2005, 2024)}-{chance.randint(1, 12):02}-{chance.randint(1, 28):02}",
        "year": str(chance.randint(1985, 2024)),
    }
    return kind_of(question).parse(question, raw[question.kind])
