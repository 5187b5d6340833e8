"""The partners a visitor picked to compare. The address holds them (`p=a&p=b`), so no cookie is needed."""

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass

MOST = 6
"""A comparison has two to six partners (row D1)."""

LONGEST_LIST = 2_000
"""Signs of the list somebody came from. Written in an address they may become three times as many, and an address of
more than 8,000 does not come through every proxy."""

Chosen = tuple[str, ...]
UrlOf = Callable[[Chosen], str]
"""Makes the address of a page with these partners picked."""


@dataclass(frozen=True, slots=True)
class Compared:
    """One picked partner."""

    name: str
    url: str
    remove_url: str


@dataclass(frozen=True, slots=True)
class CompareBar:
    """What the bar at the bottom shows; `url` is empty with fewer than two partners."""

    partners: tuple[Compared, ...]
    url: str
    room: int


def chosen_from(values: Iterable[str]) -> tuple[Chosen, list[str]]:
    """The picked slugs in their order, at most six, and those left out because they are too many or no slug."""
    taken: list[str] = []
    left_out: list[str] = []
    for value in dict.fromkeys(values):
        fits = len(taken) < MOST and re.fullmatch(r"[a-z0-9-]{1,80}", value)
        (taken if fits else left_out).append(value)
    return tuple(taken), left_out


def came_from(query: str) -> str | None:
    """The list somebody came from, by the query of its address (`lijst=`, SRCH-03); None for none, or one too long."""
    return query if 0 < len(query) <= LONGEST_LIST else None


def toggled(chosen: Chosen, slug: str) -> Chosen:
    """The selection with a partner added, or removed when it was in it; a full selection stays as it is."""
    if slug in chosen:
        return tuple(each for each in chosen if each != slug)
    return (*chosen, slug) if len(chosen) < MOST else chosen


def compare_bar(
    chosen: Sequence[str], names: Mapping[str, str], here: UrlOf, profile: Callable[[str], str], compare: UrlOf
) -> CompareBar:
    """The bar for a selection. `names` holds the partners that may be seen; others are left out."""
    visible = tuple(slug for slug in chosen if slug in names)
    return CompareBar(
        partners=tuple(Compared(names[slug], profile(slug), here(toggled(visible, slug))) for slug in visible),
        url=compare(visible) if len(visible) >= 2 else "",
        room=MOST - len(visible),
    )
