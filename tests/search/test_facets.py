"""Every number beside a filter equals a count by hand, whatever was asked of whatever catalogue (REL-07, C2)."""

import random
from dataclasses import replace

from hypothesis import given, settings
from hypothesis import strategies as st

from partnerkompas.answers.models import State
from partnerkompas.search import choosing
from partnerkompas.search.choosing import facet_of
from partnerkompas.search.facets import Matches, matches
from partnerkompas.search.request import Choice, FacetKey, Range, SearchRequest, in_order
from partnerkompas.search.snapshot import Snapshot
from tests.edition import options, question, with_question
from tests.search import by_hand
from tests.search.made_up import (
    DAY,
    WIDE,
    Firm,
    Said,
    a_choice,
    a_firm,
    codes_of,
    facet_keys,
    firms,
    requests,
    snapshot_with,
    state_counts,
    value_counts,
)


def found(snapshot: Snapshot, request: SearchRequest) -> Matches:
    return matches(snapshot, request.filters, snapshot.everyone)


def check_all_counts(snapshot: Snapshot, everyone: list[Firm], request: SearchRequest) -> None:
    """The total, the partners themselves, and every count of every facet."""
    got = found(snapshot, request)
    wanted = by_hand.matching(everyone, request)
    slugs = {snapshot.firms[place].slug for place in snapshot.sorted(got.all, "neutraal")}
    assert slugs == {firm.slug for firm in wanted}
    assert got.total == len(wanted)
    for key in facet_keys(WIDE):
        values = got.value_counts(key)
        for code in codes_of(WIDE.by_key[key.criterion]):
            assert values.get(code, 0) == by_hand.counted(everyone, request, key, code), (key, code)
        for state, number in got.state_counts(key).items():
            assert number == by_hand.counted(everyone, request, key, state), (key, state)


@settings(max_examples=150, deadline=None)
@given(firms(), requests())
def test_total_and_all_counts_equal_a_count_by_hand(everyone: list[Firm], request: SearchRequest) -> None:
    check_all_counts(snapshot_with(everyone), everyone, request)


@settings(max_examples=60, deadline=None)
@given(firms(), requests(), st.data())
def test_the_count_of_a_value_is_what_choosing_it_gives(
    everyone: list[Firm], request: SearchRequest, data: st.DataObject
) -> None:
    """A count shown equals the partners one gets by clicking, when nothing of that facet was chosen (REL-07)."""
    snapshot = snapshot_with(everyone)
    key = data.draw(st.sampled_from(facet_keys(WIDE)))
    request = request.without(key)
    base = found(snapshot, request).base(key)
    for code, number in value_counts(snapshot, key, base).items():
        assert found(snapshot, request.toggling(key, "any_of", code)).total == number
        assert found(snapshot, request.toggling(key, "all_of", code)).total == number
    for state, number in state_counts(snapshot, key, base).items():
        assert found(snapshot, request.toggling(key, "states", state)).total == number


@settings(max_examples=100, deadline=None)
@given(firms(), requests(), st.data())
def test_where_all_are_asked_for_the_count_is_what_one_more_gives(
    everyone: list[Firm], request: SearchRequest, data: st.DataObject
) -> None:
    """Also when values are asked for already: what is disabled would give nobody (REL-07, UX-02)."""
    snapshot, key = snapshot_with(everyone), data.draw(st.sampled_from(facet_keys(WIDE)))
    codes = codes_of(WIDE.by_key[key.criterion])
    if not codes:
        return
    asked = data.draw(st.lists(st.sampled_from(codes), min_size=1, max_size=2, unique=True))
    request = request.choosing(key, replace(request.choice(key), all_of=tuple(asked), states=()))
    counts = found(snapshot, request).value_counts(key)
    for code in set(codes) - set(asked):
        assert found(snapshot, request.toggling(key, "all_of", code)).total == counts.get(code, 0)
    assert {counts.get(code, 0) for code in asked} == {found(snapshot, request).total}


@settings(max_examples=60, deadline=None)
@given(firms(), requests(), st.data())
def test_another_facet_never_gives_more(everyone: list[Firm], request: SearchRequest, data: st.DataObject) -> None:
    """A filter on one more question takes away partners, and never adds any (SRCH-02)."""
    snapshot, (key, choice) = snapshot_with(everyone), data.draw(chosen_facets())
    before, after = found(snapshot, request.without(key)), found(snapshot, request.choosing(key, choice))
    assert after.all & before.all == after.all or not choice
    assert after.total <= before.total


@st.composite
def chosen_facets(draw: st.DrawFn) -> tuple[FacetKey, Choice]:
    request = draw(requests())
    return request.filters[0] if request.filters else (FacetKey("iso"), Choice(("ja",)))


def test_states_are_never_merged() -> None:
    """Six partners in six states are counted under six different states (U2)."""
    yes = Said("iso", "", State.STATED, True)
    everyone = [
        Firm("gezegd", "A", (yes,)),
        Firm("nee", "B", (Said("iso", "", State.NO, False),)),
        Firm("nvt", "C", (Said("iso", "", State.NOT_APPLICABLE),)),
        Firm("stil", "D"),
        Firm("oud", "E", (replace(yes, valid_until=DAY.replace(day=21)),)),
        Firm("betwist", "F", (replace(yes, disputed=True),)),
    ]
    snapshot = snapshot_with(everyone)
    assert state_counts(snapshot, FacetKey("iso"), snapshot.everyone) == dict.fromkeys(State, 1)
    for slug, state in zip(["gezegd", "nee", "nvt", "stil", "oud", "betwist"], State, strict=True):
        got = found(snapshot, SearchRequest().toggling(FacetKey("iso"), "states", state))
        assert [snapshot.firms[place].slug for place in snapshot.sorted(got.all, "neutraal")] == [slug]
    assert value_counts(snapshot, FacetKey("iso"), snapshot.everyone) == {"ja": 1, "nee": 1}, "old and disputed count"


def test_an_answer_is_good_through_its_last_day() -> None:
    everyone = [Firm("a", "A", (Said("iso", "", State.STATED, True, valid_until=DAY),))]
    assert value_counts(snapshot_with(everyone), FacetKey("iso"), 1) == {"ja": 1}
    assert value_counts(snapshot_with(everyone, day=DAY.replace(day=23)), FacetKey("iso"), 1) == {}


def test_a_state_keeps_who_said_nothing_also_beside_all_of() -> None:
    """ "All of these, or not stated" keeps the silent ones (U2: the user decides what silence means)."""
    everyone = [
        Firm("beide", "A", (Said("producten", "", State.STATED, ["bc", "fin"]),)),
        Firm("een", "B", (Said("producten", "", State.STATED, ["bc"]),)),
        Firm("stil", "C"),
    ]
    choice = Choice(all_of=("bc", "fin"), states=(State.NOT_STATED,))
    request = SearchRequest(filters=in_order({FacetKey("producten"): choice}))
    snapshot = snapshot_with(everyone)
    assert [snapshot.firms[place].slug for place in range(3) if found(snapshot, request).all >> place & 1] == [
        "beide",
        "stil",
    ]
    check_all_counts(snapshot, everyone, request)


def test_a_branch_includes_what_is_below_it() -> None:
    everyone = [Firm("a", "A", (Said("branches", "", State.STATED, ["10", "25"]),))]
    snapshot = snapshot_with(everyone)
    assert value_counts(snapshot, FacetKey("branches"), 1) == {"C": 1, "10": 1, "25": 1}, (
        "a branch counts a partner once"
    )


def test_bounds_are_included_and_a_year_is_all_of_it() -> None:
    everyone = [
        Firm("a", "A", (Said("personen", "", State.STATED, 10), Said("gezien", "", State.STATED, "2026-12-31"))),
        Firm("b", "B", (Said("personen", "", State.STATED, 50), Said("gezien", "", State.STATED, "2027-01-01"))),
    ]
    snapshot = snapshot_with(everyone)

    def total(criterion: str, *wanted: Range) -> int:
        return found(snapshot, SearchRequest(filters=((FacetKey(criterion), Choice(ranges=wanted)),))).total

    assert total("personen", Range("10", "50")) == 2
    assert total("personen", Range("10.01", "49.99")) == 0
    assert total("personen", Range("", "10"), Range("50", "")) == 2
    assert total("gezien", Range("2026", "2026")) == 1
    assert total("gezien", Range("", "2026-12")) == 1
    assert total("gezien", Range("2027-01-01", "")) == 1


def test_one_product_is_counted_apart_from_any_product() -> None:
    everyone = [
        Firm(
            "a",
            "A",
            (
                Said("producten", "", State.STATED, ["bc", "fin"]),
                Said("venster", "bc", State.STATED, "vijf"),
                Said("venster", "fin", State.STATED, "zeven"),
            ),
        )
    ]
    snapshot = snapshot_with(everyone)
    assert value_counts(snapshot, FacetKey("venster"), 1) == {"vijf": 1, "zeven": 1}
    assert value_counts(snapshot, FacetKey("venster", "bc"), 1) == {"vijf": 1}
    assert value_counts(snapshot, FacetKey("venster", "sales"), 1) == {}, "a product the partner does not name"
    assert set(state_counts(snapshot, FacetKey("venster", "sales"), 1).values()) == {0}


@settings(max_examples=60, deadline=None)
@given(firms(), requests())
def test_what_the_page_prints_are_these_counts(everyone: list[Firm], request: SearchRequest) -> None:
    """Facets as data hold the same numbers, each value once, and nothing chosen vanishes (UX-02)."""
    snapshot = snapshot_with(everyone)
    got = found(snapshot, request)
    printed = [
        facet_of(snapshot, request, got, question, key, lambda _: "", complete=True)
        for question, key in choosing.facet_keys(snapshot.edition, request)
    ]
    for facet in printed:
        key = FacetKey(*facet.key.split("@"))
        choice = request.choice(key)
        assert [each.code for each in facet.values] == list(dict.fromkeys(each.code for each in facet.values))
        assert {each.code for each in facet.values if each.selected} == {*choice.any_of, *choice.all_of}
        assert {each.code for each in facet.states if each.selected} == {*choice.states}
        for value in facet.values:
            assert value.count == by_hand.counted(everyone, request, key, value.code)
        for state in facet.states:
            assert state.count == by_hand.counted(everyone, request, key, State(state.code))
    keys = [facet.key for facet in printed]
    assert len(keys) == len(set(keys))
    assert {str(key) for key, _choice in request.filters} <= set(keys)


def test_a_chosen_value_nobody_has_stays_in_a_long_list() -> None:
    """Long lists show only values in use; one that is chosen is shown anyway."""
    codes = [f"c{n}" for n in range(40)]
    edition = with_question(WIDE, question("lang", "many_of", options=options("lang", *codes)))
    everyone = [Firm("a", "A", (Said("lang", "", State.STATED, ["c3"]),))]
    snapshot = snapshot_with(everyone, edition)
    request = SearchRequest().toggling(FacetKey("lang"), "any_of", "c9")
    key = FacetKey("lang")
    facet = facet_of(snapshot, request, found(snapshot, request), edition.by_key["lang"], key, lambda _: "", False)
    assert [(each.code, each.count, each.selected) for each in facet.values] == [("c3", 1, False), ("c9", 0, True)]


def test_five_thousand_partners_and_two_hundred_requests() -> None:
    """The same at the size of a whole market, several times over (issue 2: shown by)."""
    chance = random.Random(20261122)
    everyone = [a_firm(chance, number) for number in range(5000)]
    snapshot, all_slugs = snapshot_with(everyone), {firm.slug for firm in everyone}
    keys = facet_keys(WIDE)
    for _n in range(200):
        filters = {key: a_choice(chance, key) for key in chance.sample(keys, chance.randint(0, 4))}
        request = SearchRequest(filters=in_order(filters))
        got = found(snapshot, request)
        meets = {key: {firm.slug for firm in everyone if by_hand.satisfies(firm, key, request)} for key in filters}
        asked = [key for key, _choice in request.filters]
        assert got.total == len(all_slugs.intersection(*(meets[key] for key in asked)))
        key = chance.choice([*asked, *chance.sample(keys, 1)])
        base = all_slugs.intersection(*(meets[other] for other in asked if other != key))
        these = [firm for firm in everyone if firm.slug in base]
        counts = value_counts(snapshot, key, got.base(key))
        code = chance.choice([*codes_of(WIDE.by_key[key.criterion]), ""])
        state = chance.choice(list(State))
        assert counts.get(code, 0) == by_hand.count(these, key, code)
        assert state_counts(snapshot, key, got.base(key))[state] == by_hand.count(these, key, state)
