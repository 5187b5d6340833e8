"""Partners that may be one and the same (row O2): by KvK number, by website, or by a name that looks the same. Pure."""

import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum
from urllib.parse import urlsplit

LEGAL_FORMS = frozenset("bv nv vof cv holding groep group nederland netherlands".split())
"""Words of a name that do not tell one company from another."""
JOINING = frozenset("en and und et".split())
"""Words that stand for "&", which is no word."""
_LETTERS = str.maketrans({"ø": "o", "ł": "l", "đ": "d", "æ": "ae", "œ": "oe", "ı": "i"})
"""Letters that Unicode does not take apart into a plain one and an accent."""


@dataclass(frozen=True, slots=True)
class Known:
    """What tells companies apart."""

    slug: str
    name: str
    kvk_number: str = ""
    website: str = ""
    delisted: bool = False


def bare(name: str) -> frozenset[str]:
    """The words of a name that matter, in any script: without accents, capitals, signs, legal forms and "en"."""
    plain = "".join(each for each in unicodedata.normalize("NFKD", name) if not unicodedata.combining(each))
    plain = plain.casefold().translate(_LETTERS)
    words = frozenset(re.findall(r"[^\W_]+", re.sub(r"\b([a-z])\.(?=[a-z]\b)", r"\1", plain)))
    return words - LEGAL_FORMS - JOINING or words


def host(website: str) -> str:
    """The host of a website without www; empty when it is none."""
    try:
        return (urlsplit(website).hostname or "").removeprefix("www.")
    except ValueError:
        return ""


class Sign(StrEnum):
    """What two partners have in common that tells that they may be one; the strongest first."""

    KVK = "kvk"
    SITE = "host"
    NAME = "name"


def marks(one: Known) -> tuple[tuple[Sign, object], ...]:
    """By what a partner can be told to be another; what is empty tells nothing."""
    return (Sign.KVK, one.kvk_number), (Sign.SITE, host(one.website)), (Sign.NAME, bare(one.name))


def signs(one: Known, other: Known) -> tuple[Sign, ...]:
    """Why two partners may be the same company; nothing when they look different, or are one already."""
    if one.slug == other.slug:
        return ()
    pairs = zip(marks(one), marks(other), strict=True)
    return tuple(sign for (sign, mine), (_sign, theirs) in pairs if mine and mine == theirs)


def look_the_same(one: Known, other: Known) -> bool:
    """Whether two partners may be the same company."""
    return bool(signs(one, other))


def weakness(pair: tuple[Known, Known]) -> tuple[int, ...]:
    """For sorting: a pair with a stronger sign comes first, and of two with the same the one that has more."""
    found = signs(*pair)
    return list(Sign).index(found[0]), -len(found)


def duplicates_of(one: Known, others: Iterable[Known]) -> list[Known]:
    """Those that may be the same company as this one."""
    return [other for other in others if look_the_same(one, other)]


def pairs(known: Iterable[Known]) -> list[tuple[Known, Known]]:
    """Every pair that may be one company, each once, in the order given."""
    every, found = list(known), []
    places: dict[tuple[Sign, object], list[int]] = {}
    for place, each in enumerate(every):
        mine = marks(each)
        alike = sorted({other for mark in mine if mark[1] for other in places.get(mark, ())})
        found += [(every[other], each) for other in alike if look_the_same(every[other], each)]
        for mark in mine:
            places.setdefault(mark, []).append(place)
    return found
