"""The order cannot be bought: only the slug and the day enter it, and anyone can repeat it (F6, F7, U3, REV-11)."""

import random
from dataclasses import replace
from datetime import date, timedelta
from hashlib import sha256
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from partnerkompas.answers.models import State
from partnerkompas.criteria.naming import names_of
from partnerkompas.search.asking import Asked, found_by_name, found_by_words
from partnerkompas.search.facets import matches
from partnerkompas.search.request import FacetKey, SearchRequest
from partnerkompas.search.snapshot import Marking, Snapshot, bits_of, column_of, snapshot_of
from partnerkompas.search.snapshot.bits import STRIDE, in_order, turns_of
from partnerkompas.search.sync import Ready
from partnerkompas.search.words import Lexicon, Query, lexicon_of, parse, tokens
from tests.search.made_up import (
    DAY,
    WIDE,
    Firm,
    Said,
    column_with,
    facts_about,
    firms,
    partner_of,
    requests,
    snapshot_with,
)


def slugs(snapshot: Snapshot, sort: str = "neutraal") -> list[str]:
    return [snapshot.firms[place].slug for place in snapshot.sorted(snapshot.everyone, sort)]


def in_the_shuffle(day: date, names: list[str]) -> list[str]:
    """The recipe of the method page, repeated."""
    return sorted(names, key=lambda slug: sha256(f"{day.isoformat()}:{slug}".encode()).hexdigest())


@settings(max_examples=60, deadline=None)
@given(firms(), st.dates(date(2020, 1, 1), date(2030, 1, 1)))
def test_the_neutral_order_follows_the_recipe(everyone: list[Firm], day: date) -> None:
    assert slugs(snapshot_with(everyone, day=day)) == in_the_shuffle(day, [firm.slug for firm in everyone])


@settings(max_examples=60, deadline=None)
@given(firms(), st.randoms(), st.data())
def test_nothing_but_slug_and_day_matters(everyone: list[Firm], chance: Any, data: st.DataObject) -> None:
    """Other ids, insert order, names, groups, offices, and other or no answers: the same order."""
    before = slugs(snapshot_with(everyone))
    columns, marking = [], Marking(WIDE)
    ids = data.draw(st.lists(st.integers(1, 10**6), min_size=len(everyone), max_size=len(everyone), unique=True))
    for id_, firm in zip(ids, chance.sample(everyone, len(everyone)), strict=True):
        other = replace(
            firm,
            name=data.draw(st.text(max_size=12)),
            said=data.draw(st.sampled_from([firm.said, (), firm.said[::2]])),
            city=data.draw(st.sampled_from(["", "Assen", "Zwolle"])),
            more={
                "legal_name": data.draw(st.text(max_size=5)),
                "group_name": data.draw(st.sampled_from(["", "Groep"])),
            },
        )
        facts = facts_about(other)
        columns.append(column_of(partner_of(other, id_), facts, marking))
    assert slugs(snapshot_of(columns, WIDE, "2.0.0", DAY, 9)) == before


WORDS_OF_OPTIONS = sorted(
    {word for known in WIDE.lists for option in known.options for name in names_of(option) for word in tokens(name)}
)


@settings(max_examples=60, deadline=None)
@given(
    st.lists(st.lists(st.sampled_from(WORDS_OF_OPTIONS), min_size=1, max_size=4).map(" ".join), max_size=6),
    st.lists(st.sampled_from(WORDS_OF_OPTIONS), min_size=1, max_size=3).map(" ".join),
    st.sampled_from(["", " ", " software", " leverancier "]),
)
def test_no_name_buys_a_place_above_the_list(names: list[str], q: str, end: str) -> None:
    """Who calls itself after what can be looked for is found, and is not named above the list."""
    everyone = [Firm(f"f{n}", name) for n, name in enumerate([*names, q, f"{q}{end}", f"Kadelicht {q}"])]
    marking, lexicon = Marking(WIDE), lexicon_of(WIDE)
    columns = tuple(column_with(firm, n, marking) for n, firm in enumerate(everyone, 1))
    ready = Ready(snapshot_of(columns, WIDE, "1.0.0", DAY, 1), lexicon, None, columns)

    def named(q: str) -> list[str]:
        query = parse(q, lexicon)
        found = matches(ready.snapshot, (), found_by_words(ready, query))
        return [name for _slug, name in found_by_name(Asked(SearchRequest(), (), ready, query, found))]

    assert named(f"{q}{end}") == []
    assert named("kadelicht ") == [f"Kadelicht {q}"]
    assert named(f"kadelicht {q} ") == [f"Kadelicht {q}"]


def test_every_day_has_another_order_and_nobody_is_always_first() -> None:
    everyone = [Firm(f"firma-{n}", "") for n in range(10)]
    first = [slugs(snapshot_with(everyone, day=DAY + timedelta(days=n)))[0] for n in range(200)]
    assert {first.count(firm.slug) > 5 for firm in everyone} == {True}


@settings(max_examples=60, deadline=None)
@given(firms(), requests())
def test_a_filter_takes_partners_away_and_moves_none(everyone: list[Firm], request: SearchRequest) -> None:
    """The order of a filtered list is the order of the whole list without those that fell away."""
    snapshot = snapshot_with(everyone)
    found = matches(snapshot, request.filters, snapshot.everyone).all
    for sort in ("neutraal", request.sort):
        whole = snapshot.sorted(snapshot.everyone, sort)
        kept = [place for place in whole if found >> place & 1]
        assert snapshot.sorted(found, sort) == kept
        assert snapshot.sorted(found, sort, 2) == kept[:2]


@settings(max_examples=80, deadline=None)
@given(firms(), requests())
def test_the_pages_together_hold_everybody_once(everyone: list[Firm], request: SearchRequest) -> None:
    snapshot = snapshot_with(everyone)
    found = matches(snapshot, request.filters, snapshot.everyone)
    request = replace(request, per_page=min(request.per_page, 3), page=1)
    asked = Asked(request, (), Ready(snapshot, Lexicon.made((), {}), None), Query(), found)
    pages = [replace(asked, request=replace(request, page=n)).firms() for n in range(1, asked.pages + 1)]
    everybody = [firm.slug for page in pages for firm in page]
    assert len(everybody) == len(set(everybody)) == found.total
    assert all(len(page) == request.per_page for page in pages[:-1])
    assert replace(asked, request=replace(request, page=asked.pages + 1)).firms() == []


def answered(slug: str, value: Any, **more: Any) -> Firm:
    state = State.STATED if value is not None else State.NOT_STATED
    return Firm(slug, slug, (Said("personen", "", state, value, **more),))


@pytest.mark.parametrize("sort", ["personen", "-personen"])
def test_unknown_comes_last_in_both_directions(sort: str) -> None:
    """An answer that has expired or is disputed is no known answer."""
    unknown = [
        answered("stil", None),
        answered("oud", 1, valid_until=DAY - timedelta(days=1)),
        answered("betwist", 1000, disputed=True),
        Firm("leeg", "leeg"),
        Firm("nvt", "nvt", (Said("personen", "", State.NOT_APPLICABLE),)),
    ]
    got = slugs(snapshot_with([*unknown, answered("klein", 2), answered("nul", 0), answered("groot", 500)]), sort)
    assert got[:3] == (["nul", "klein", "groot"] if sort == "personen" else ["groot", "klein", "nul"])
    assert got[3:] == in_the_shuffle(DAY, [firm.slug for firm in unknown])


@pytest.mark.parametrize("sort", ["personen", "-personen", "naam"])
def test_equals_stay_in_the_shuffle_of_the_day(sort: str) -> None:
    """An advantage by slug or name would be one that lasts."""
    everyone = [replace(answered(f"firma-{n}", 5), name="Gelijk") for n in range(12)]
    assert slugs(snapshot_with(everyone), sort) == in_the_shuffle(DAY, [firm.slug for firm in everyone])


def test_by_name_knows_no_capitals_or_accents() -> None:
    names = ["Éen", "eb", "EA", "Zon", "ærø"]
    everyone = [Firm(f"f{n}", name) for n, name in enumerate(names)]
    snapshot = snapshot_with(everyone)
    got = [snapshot.firms[place].name for place in snapshot.sorted(snapshot.everyone, "naam")]
    assert got == ["ærø", "EA", "eb", "Éen", "Zon"]


def test_a_band_sorts_by_its_place_and_a_product_by_its_own_answer() -> None:
    def with_two(slug: str, bc: float, fin: float, band: str) -> Firm:
        named = Said("producten", "", State.STATED, ["bc", "fin"])
        times = (Said("reactietijd", "bc", State.STATED, bc), Said("reactietijd", "fin", State.STATED, fin))
        return Firm(slug, slug, (named, *times, Said("medewerkers", "", State.STATED, band)))

    snapshot = snapshot_with([with_two("a", 1, 9, "b3"), with_two("b", 2, 3, "b1")])
    assert slugs(snapshot, "reactietijd") == ["a", "b"], "the lowest of any product"
    assert slugs(snapshot, "-reactietijd") == ["a", "b"], "the highest of any product"
    assert slugs(snapshot, "reactietijd@fin") == ["b", "a"]
    assert slugs(snapshot, "-reactietijd@bc") == ["b", "a"]
    assert slugs(snapshot, "medewerkers") == ["b", "a"]


@pytest.mark.parametrize("size", [0, 1, 7, 8, 9, 64, 1000, 20000])
def test_a_set_of_partners_holds_what_was_put_in(size: int) -> None:
    some = [place for place in range(size) if place % 3 == 0]
    bits = bits_of(some, size)
    assert bits.bit_count() == len(some)
    forth = np.arange(size, dtype=np.int32)
    back = forth[::-1].copy()
    for most in (size, 3):
        assert in_order(bits, forth, turns_of(forth), most) == some[:most]
        assert in_order(bits, back, turns_of(back), most) == some[::-1][:most]


@pytest.mark.parametrize("many", [0, 1, 19, 20, STRIDE, STRIDE + 1, 3 * STRIDE])
def test_the_first_of_few_and_of_many_come_in_the_same_order(many: int) -> None:
    order = np.array(random.Random(many).sample(range(5_000), 5_000), np.int32)
    some = set(random.Random(7).sample(range(5_000), many))
    expected = [place for place in order.tolist() if place in some]
    for most in (20, 5_000):
        assert in_order(bits_of(some, 5_000), order, turns_of(order), most) == expected[:most]


def test_ranges_meet_facets_of_a_product_only_there() -> None:
    named = Said("producten", "", State.STATED, ["bc", "fin"])
    snapshot = snapshot_with([Firm("a", "a", (named, Said("reactietijd", "fin", State.STATED, 4)))])
    assert snapshot.in_range(FacetKey("reactietijd"), 4, 4) == 1
    assert snapshot.in_range(FacetKey("reactietijd", "bc"), 0, 9) == 0
