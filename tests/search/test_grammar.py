"""An address and a request are two forms of one thing; what cannot be used is said, the rest counts (C8, SEC-10)."""

from dataclasses import replace
from datetime import date
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from partnerkompas.answers.models import State
from partnerkompas.criteria.files import read_edition
from partnerkompas.criteria.kinds import kind_of
from partnerkompas.search.grammar import LONGEST_QUERY, MOST_PARAMETERS, from_query
from partnerkompas.search.request import Choice, FacetKey, Problem, Range, SearchRequest
from tests.conftest import ROOT
from tests.edition import SMALL
from tests.search.made_up import DAY, WIDE, choices, facet_keys, requests

Pairs = list[tuple[str, str]]


def read(*pairs: tuple[str, str], picks: bool = True) -> tuple[SearchRequest, list[Problem]]:
    return from_query(pairs, SMALL, DAY, picks=picks)


def of_address(address: str) -> Pairs:
    return parse_qsl(urlsplit(address).query, keep_blank_values=True)


@settings(max_examples=300, deadline=None)
@given(requests())
def test_a_request_is_read_back_from_its_address(request: SearchRequest) -> None:
    address = request.address("/partners")
    assert from_query(of_address(address), WIDE, DAY) == (request, [])


@settings(max_examples=100, deadline=None)
@given(requests(), st.randoms())
def test_the_order_of_parameters_does_not_matter(request: SearchRequest, chance: Any) -> None:
    """Equal requests have equal addresses, however they came about."""
    pairs = request.to_query()
    shuffled = chance.sample(pairs, len(pairs))
    got, problems = from_query(shuffled, WIDE, DAY)
    assert not problems
    assert replace(got, chosen=()) == replace(request, chosen=())
    assert got.address("/") == replace(request, chosen=got.chosen).address("/")


@settings(max_examples=200, deadline=None)
@given(requests(), st.data())
def test_toggling_twice_changes_nothing(request: SearchRequest, data: st.DataObject) -> None:
    key = data.draw(st.sampled_from(facet_keys(WIDE)))
    choice = data.draw(choices(WIDE, key))
    for name in ("any_of", "all_of", "ranges", "states"):
        for value in getattr(choice, name):
            once = request.toggling(key, name, value)
            assert once.toggling(key, name, value) == replace(request, page=1)
            assert (value in getattr(once.choice(key), name)) != (value in getattr(request.choice(key), name))


def test_a_changed_filter_starts_at_the_first_page() -> None:
    """UX-05."""
    request = SearchRequest(page=7, per_page=50, sort="naam", chosen=("a",))
    changed = request.toggling(FacetKey("iso"), "any_of", "ja")
    assert changed == replace(request, page=1, filters=((FacetKey("iso"), Choice(("ja",))),))
    assert changed.without(FacetKey("iso")) == replace(request, page=1)


def test_what_each_parameter_means() -> None:
    """Every line of the grammar in interface.md."""
    request, problems = read(
        ("q", "  navision   utrecht "),
        ("producten", "fin"),
        ("producten", "bc"),
        ("branches.alle", "25"),
        ("personen", "10..50"),
        ("personen", "100.."),
        ("sinds", "..2010"),
        ("iso.stand", "not_stated"),
        ("venster@bc", "zeven"),
        ("sort", "-personen"),
        ("pagina", "3"),
        ("per_pagina", "100"),
        ("op", "2026-11-22"),
        ("voor", "bc"),
        ("p", "b"),
        ("p", "a"),
    )
    assert problems == []
    assert request == SearchRequest(
        q="navision utrecht",
        filters=(
            (FacetKey("branches"), Choice(all_of=("25",))),
            (FacetKey("iso"), Choice(states=(State.NOT_STATED,))),
            (FacetKey("personen"), Choice(ranges=(Range("10", "50"), Range("100", "")))),
            (FacetKey("producten"), Choice(("bc", "fin"))),
            (FacetKey("sinds"), Choice(ranges=(Range("", "2010"),))),
            (FacetKey("venster", "bc"), Choice(("zeven",))),
        ),
        sort="-personen",
        page=3,
        per_page=100,
        as_of=date(2026, 11, 22),
        product="bc",
        chosen=("b", "a"),
    )


WRONG = {
    "unknown parameter": ("kleur", "rood"),
    "unknown parameter without a value": ("kleur", ""),
    "nothing before the suffix": (".stand", "no"),
    "nothing at all": ("", "x"),
    "unknown suffix": ("iso.soms", "ja"),
    "not a facet": ("pagina_iso", "x"),
    "not a facet, by state": ("naam.stand", "stated"),
    "unknown value": ("producten", "sap"),
    "a label instead of a code": ("producten", "Business Central"),
    "unknown value of all": ("producten.alle", "sap"),
    "unknown state": ("iso.stand", "misschien"),
    "unknown product": ("venster@sap", "zeven"),
    "empty product": ("venster@", "zeven"),
    "product of a question that is not asked so": ("iso@bc", "ja"),
    "two products": ("venster@bc@fin", "zeven"),
    "product and unknown value": ("venster@bc", "acht"),
    "no number": ("personen", "veel"),
    "no number in a range": ("personen", "10..veel"),
    "empty range": ("personen", ".."),
    "turned range": ("personen", "50..10"),
    "three ends": ("personen", "1..2..3"),
    "range of a choice": ("producten", "1..2"),
    "all of a range": ("personen.alle", "1..2"),
    "end of a choice": ("producten.van", "1"),
    "end without number": ("personen.van", "x"),
    "31 February": ("gezien", "2026-02-31.."),
    "month 13": ("vernieuwd", "2026-13"),
    "unicode digits": ("personen", "١٢.."),
    "superscript": ("personen", "²"),
    "infinite": ("personen", "inf.."),
    "not a number": ("personen", "nan"),
    "scientific": ("personen", "1e3"),
    "huge": ("personen", "9" * 400),
    "sort by nothing known": ("sort", "kwaliteit"),
    "sort by two": ("sort", "--personen"),
    "sort by an unknown product": ("sort", "reactietijd@sap"),
    "sort by a product of a question that is not asked so": ("sort", "personen@bc"),
    "neutral backwards": ("sort", "-neutraal"),
    "page 0": ("pagina", "0"),
    "negative page": ("pagina", "-1"),
    "page in words": ("pagina", "twee"),
    "page with unicode digits": ("pagina", "٣"),
    "too high a page": ("pagina", "100001"),
    "far too high a page": ("pagina", "9" * 5000),
    "broken page": ("pagina", "1.5"),
    "none a page": ("per_pagina", "0"),
    "too many a page": ("per_pagina", "101"),
    "no such day": ("op", "2026-02-30"),
    "another form of day": ("op", "20261122"),
    "a day by week": ("op", "2026-W47-7"),
    "tomorrow": ("op", "2026-11-23"),
    "before everything": ("op", "1999-12-31"),
    "unknown product in view": ("voor", "sap"),
    "a slug with a path": ("p", "../etc"),
    "a slug in capitals": ("p", "ACME"),
}


@pytest.mark.parametrize("words", ["!!! …", '""', "-", "navision " * 60])
def test_words_are_searched_for_whatever_they_are(words: str) -> None:
    """Also when they hold no word, or too many: that is said, and what can be used counts."""
    request, (problem,) = read(("iso", "ja"), ("q", words))
    assert request.q == words.strip()[:LONGEST_QUERY].strip()
    assert problem.partly
    assert "genegeerd" not in str(problem)
    assert request.filters == read(("iso", "ja"))[0].filters


@pytest.mark.parametrize("name", WRONG)
def test_what_cannot_be_used_is_named_and_the_rest_counts(name: str) -> None:
    parameter, value = WRONG[name]
    rest = [("iso", "ja"), ("producten", "bc")]
    request, problems = read(*rest[:1], (parameter, value), *rest[1:])
    assert [problem.parameter for problem in problems] == [parameter]
    assert problems[0].reason
    assert len(problems[0].value) <= 60
    assert request == read(*rest)[0]


@pytest.mark.parametrize("name", ["q", "sort", "pagina", "per_pagina", "op", "voor"])
def test_a_second_value_is_not_dropped_in_silence(name: str) -> None:
    good = {"q": "navision", "sort": "naam", "pagina": "2", "per_pagina": "50", "op": "2026-01-01", "voor": "bc"}[name]
    request, problems = read((name, good), (name, good))
    assert [(problem.parameter, problem.value) for problem in problems] == [(name, good)]
    assert request == read((name, good))[0] != SearchRequest()


def test_picks_belong_to_pages_and_not_to_the_api() -> None:
    request, problems = read(("p", "a"), picks=False)
    assert request == SearchRequest()
    assert [problem.parameter for problem in problems] == ["p"]


def test_a_seventh_pick_is_left_out_for_another_reason_than_a_wrong_one() -> None:
    request, problems = read(*(("p", f"firma-{n}") for n in range(7)), ("p", "Fout"))
    assert request.chosen == tuple(f"firma-{n}" for n in range(6))
    assert [(problem.value, problem.reason) for problem in problems] == [
        ("firma-6", "u kunt hoogstens 6 partners kiezen"),
        ("Fout", "deze partner kennen we niet"),
    ]


def test_two_fields_of_a_form_make_a_range() -> None:
    assert read(("personen.tot", "50"), ("personen.van", "10"), ("iso", ""))[0] == read(("personen", "10..50"))[0]
    assert read(("personen.van", "10"), ("personen.tot", ""))[0] == read(("personen", "10.."))[0]
    assert read(("personen.van", ""), ("personen.tot", "")) == (SearchRequest(), [])
    request, problems = read(("personen.van", "50"), ("personen.tot", "10"))
    assert request == read(("personen", "50.."))[0]
    assert [problem.parameter for problem in problems] == ["personen.tot"]
    assert len(read(("personen.van", "1"), ("personen.van", "2"))[1]) == 1


@pytest.mark.parametrize(
    ("name", "typed", "held"),
    [
        ("personen", "10", "10..10"),
        ("personen", "+10 .. 050", "10..50"),
        ("reactietijd", "0,50..", "0.5.."),
        ("gezien", "2026", "2026-01-01..2026-12-31"),
        ("gezien", "2026-02..", "2026-02-01.."),
        ("vernieuwd", "..2026", "..2026-12"),
        ("sinds", "2001..2010-05", "2001..2010-05"),
    ],
)
def test_what_means_the_same_has_one_address(name: str, typed: str, held: str) -> None:
    """A range is held as the fields of a form show it, where those can: a field for a day would drop "2026"."""
    assert read((name, typed))[0].to_query() == [(name, held)]


def test_a_number_too_small_to_write_back_stays_as_typed() -> None:
    request, problems = read(("reactietijd", "0.00000001..1"))
    assert not problems
    assert read(*request.to_query()) == (request, [])


def test_a_long_question_is_cut_and_that_is_said() -> None:
    request, problems = read(("q", "navision " * 10_000))
    assert len(request.q) <= LONGEST_QUERY
    assert request.q.startswith("navision navision")
    assert [problem.parameter for problem in problems] == ["q"]
    assert len(str(problems[0])) < 300


def test_too_many_parameters_are_not_all_read() -> None:
    request, problems = read(("iso", "ja"), *[("iso", "ja")] * MOST_PARAMETERS, ("producten", "bc"))
    assert request.filters == ((FacetKey("iso"), Choice(("ja",))),)
    assert len(problems) == 1


def test_all_values_of_our_longest_list_may_be_asked_for() -> None:
    """And as much again as fits a form that sends all its empty fields along."""
    ours = read_edition(ROOT / "seed" / "criteria", ROOT / "seed" / "options")
    lists = {each.key: [choice.code for choice in kind_of(each).choices(each, "nl")] for each in ours.facets}
    key, codes = max(lists.items(), key=lambda named: len(named[1]))
    request, problems = from_query([*[("q", "")] * 40, *((key, code) for code in codes)], ours, DAY)
    assert problems == []
    ((asked, choice),) = request.filters
    assert (asked, {*choice.any_of}) == (FacetKey(key), {*codes})


def test_what_cannot_be_seen_is_no_part_of_a_question() -> None:
    """A NUL, a line break or a soft hyphen that came along by pasting."""
    assert read(("q", "imple\u00admentatie\x00\x07\nbc\u200b\ufffe"))[0].q == "implementatie bc"
    assert read(("iso", "\x00ja "))[0] == read(("iso", "ja"))[0]


NAMES = ["q", "sort", "pagina", "per_pagina", "op", "voor", "p", "..", "@", "iso", "personen", "gezien", "venster@bc"]
SUFFIXES = ["", ".stand", ".alle", ".van", ".tot", "..", "@", "@@", ".", "\x00", "@bc"]
NASTY = [
    "\x00",
    "..",
    "@",
    "-1",
    "9" * 30,
    "١..٣",
    "%00",
    "'; DROP",
    "<b>",
    "1..",
    "..1",
    "2026-02-31",
    "-",
    "--",
    "\ud7ff",
]


@settings(max_examples=500, deadline=None)
@given(
    st.lists(
        st.tuples(
            st.builds(
                lambda name, end: name + end, st.sampled_from(NAMES) | st.text(max_size=8), st.sampled_from(SUFFIXES)
            ),
            st.sampled_from(NASTY) | st.text(max_size=30) | st.integers().map(str),
        ),
        max_size=12,
    )
)
def test_nothing_that_can_be_typed_raises(pairs: Pairs) -> None:
    """And whatever was made of it has an address that is read back the same."""
    request, problems = read(*pairs)
    again, left = read(*request.to_query())
    assert again == request
    assert [each.parameter for each in left if not each.partly] == [], "but words without a letter stay that"
    for problem in problems:
        assert str(problem).isprintable()
        assert len(str(problem)) < 400


@pytest.mark.parametrize(
    "value", ["x" * 1_000_000, "\x00" * 1_000_000, "1" * 1_000_000, "a " * 500_000, "-" * 1_000_000]
)
@pytest.mark.parametrize("name", [*NAMES, "personen.van", "iso.stand", "x" * 100_000])
def test_a_megabyte_is_read_quickly_and_said_briefly(name: str, value: str) -> None:
    request, problems = read((name, value))
    assert len(request.address("/")) < 2_000
    assert all(len(str(problem)) < 400 for problem in problems)
