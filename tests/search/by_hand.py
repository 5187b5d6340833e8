"""Finding as a patient clerk would do it: partner by partner, from what each said, without any code of the search room.

Written from the documents (interface.md, domain.md), so that an error in the program is not repeated here.
"""

import re
import unicodedata
from collections.abc import Iterable
from datetime import date
from typing import Any

from partnerkompas.answers.models import State
from partnerkompas.search.request import FacetKey, Range, SearchRequest
from tests.search.made_up import DAY, PRODUCTS, Firm

PARENT = {"10": "C", "25": "C", "46": "G"}
PER_PRODUCT = {"venster", "reactietijd", "afspraak"}

Known = tuple[str, State, Any]
"""Product, state, and a value that may be counted, or None."""


def known(firm: Firm, criterion: str, day: date = DAY) -> list[Known]:
    """What counts of a firm for a question; one for each of its products when it is asked so."""
    if (criterion, day) not in firm.worked_out:
        firm.worked_out[criterion, day] = _known(firm, criterion, day)
    found: list[Known] = firm.worked_out[criterion, day]
    return found


def _known(firm: Firm, criterion: str, day: date) -> list[Known]:
    if criterion not in PER_PRODUCT:
        return [_one(firm, criterion, "", day)]
    named = {code for each in firm.said if each.criterion == "producten" for code in each.value or ()}
    named |= {each.product for each in firm.said if each.product and each.state != State.NOT_STATED}
    return [_one(firm, criterion, product, day) for product in PRODUCTS if product in named] or [
        _one(firm, criterion, "", day)
    ]


def _one(firm: Firm, criterion: str, product: str, day: date) -> Known:
    answer = next((each for each in firm.said if (each.criterion, each.product) == (criterion, product)), None)
    if answer is None or answer.state == State.NOT_STATED:
        ruled_out = _ruled_out(firm, criterion, day)
        return product, State.NOT_APPLICABLE if ruled_out else State.NOT_STATED, None
    if answer.disputed:
        return product, State.DISPUTED, None
    if answer.valid_until is not None and answer.valid_until < day:
        return product, State.EXPIRED, None
    return product, answer.state, answer.value


def _ruled_out(firm: Firm, criterion: str, day: date) -> bool:
    """The two questions of the edition that apply only if another answer holds (row A2)."""
    if criterion in ("keurmerk", "pagina_iso"):
        return _one(firm, "iso", "", day)[1] in (State.NO, State.NOT_APPLICABLE)
    if criterion == "afspraak":
        _product, state, value = _one(firm, "producten", "", day)
        return state == State.NOT_APPLICABLE or (value is not None and "bc" not in value)
    return False


def codes(value: Any) -> set[str]:
    """The facet values that one answer stands under."""
    if value is None:
        return set()
    if isinstance(value, bool):
        return {"ja" if value else "nee"}
    if isinstance(value, list):
        return set(value) | {PARENT[each] for each in value if each in PARENT}
    return {str(value)}


def within(value: Any, wanted: Range) -> bool:
    """Whether a number, day, month or year lies in a range, bounds included."""
    if isinstance(value, (int, float)) and not (1800 < value < 2200):
        return (not wanted.low or value >= float(wanted.low)) and (not wanted.high or value <= float(wanted.high))
    low, high = wanted.low, wanted.high
    first = (str(value) + "-01-01")[:10]
    return (not low or first >= (low + "-01-01")[:10]) and (not high or first <= (high + "-99-99")[:10])


def satisfies(firm: Firm, key: FacetKey, request: SearchRequest) -> bool:
    """Whether a firm meets what is chosen of one facet."""
    choice = request.choice(key)
    here = [each for each in known(firm, key.criterion) if key.product in ("", each[0])]
    return any(state in choice.states for _product, state, _value in here) or has_values(firm, key, request)


def has_values(firm: Firm, key: FacetKey, request: SearchRequest) -> bool:
    """Whether a firm meets what is chosen of one facet besides states."""
    choice = request.choice(key)
    here = [each for each in known(firm, key.criterion) if key.product in ("", each[0])]
    own = {code for _product, _state, value in here for code in codes(value)}
    hits = [own & set(choice.any_of)] if choice.any_of else []
    for wanted in choice.ranges:
        hits.append({"x"} if any(value is not None and within(value, wanted) for _p, _s, value in here) else set())
    if not hits and not choice.all_of:
        return False
    return (any(hits) or not hits) and set(choice.all_of) <= own


def matching(firms: Iterable[Firm], request: SearchRequest, *, but: FacetKey | None = None) -> list[Firm]:
    """The firms that meet every facet of a request, leaving out one."""
    keys = [key for key, _choice in request.filters if key != but]
    return [firm for firm in firms if all(satisfies(firm, key, request) for key in keys)]


def counted(firms: Iterable[Firm], request: SearchRequest, key: FacetKey, wanted: str | State) -> int:
    """The number beside a value or state: of who meets all else, and has what this facet asks all of."""
    base = matching(firms, request, but=key)
    if request.choice(key).all_of and not isinstance(wanted, State):
        base = [firm for firm in base if has_values(firm, key, request)]
    return count(base, key, wanted)


def count(firms: Iterable[Firm], key: FacetKey, wanted: str | State) -> int:
    """How many firms stand under a value, or are in a state."""
    found = 0
    for firm in firms:
        here = [each for each in known(firm, key.criterion) if key.product in ("", each[0])]
        if isinstance(wanted, State):
            found += any(state == wanted for _product, state, _value in here)
        else:
            found += any(wanted in codes(value) for _product, _state, value in here)
    return found


def plain_words(text: str) -> list[str]:
    """Words without accents, in lower case."""
    letters = unicodedata.normalize("NFKD", text.casefold())
    return re.findall(r"\w+", "".join(each for each in letters if not unicodedata.combining(each)))
