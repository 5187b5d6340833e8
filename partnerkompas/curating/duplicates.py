"""Partners that may be one and the same (row O2): by KvK number, by website, or by a name that looks the same. Pure."""

import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
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


def look_the_same(one: Known, other: Known) -> bool:
    """Whether two partners may be the same company."""
    if one.slug == other.slug:
        return False
    same_number = bool(one.kvk_number) and one.kvk_number == other.kvk_number
    same_site = bool(host(one.website)) and host(one.website) == host(other.website)
    return same_number or same_site or (bool(bare(one.name)) and bare(one.name) == bare(other.name))


def duplicates_of(one: Known, others: Iterable[Known]) -> list[Known]:
    """Those that may be the same company as this one."""
    return [other for other in others if look_the_same(one, other)]


def pairs(known: Iterable[Known]) -> list[tuple[Known, Known]]:
    """Every pair that may be one company, each once, in the order given."""
    every, found = list(known), []
    places: dict[tuple[str, object], list[int]] = {}
    for place, each in enumerate(every):
        signs = (("kvk", each.kvk_number), ("host", host(each.website)), ("name", bare(each.name)))
        alike = sorted({other for sign in signs if sign[1] for other in places.get(sign, ())})
        found += [(every[other], each) for other in alike if look_the_same(every[other], each)]
        for sign in signs:
            places.setdefault(sign, []).append(place)
    return found
