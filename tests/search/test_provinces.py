"""The map of provinces: the counts of their facet, and addresses that lead there, whatever was chosen before."""

import random
from html import unescape

from flask import Flask
from hypothesis import HealthCheck, given, settings

from partnerkompas.search.facets import matches
from partnerkompas.search.provinces import SHADES, map_of_provinces, provinces
from partnerkompas.search.request import FacetKey, SearchRequest
from tests.search.made_up import Firm, a_firm, firms, requests, snapshot_with

KEY = FacetKey("provincie")


def here(request: SearchRequest) -> str:
    return request.address("/partners")


@settings(max_examples=150, deadline=None)
@given(firms(), requests())
def test_each_province_has_the_count_and_the_address_of_its_box(everyone: list[Firm], request: SearchRequest) -> None:
    snapshot = snapshot_with(everyone)
    found = matches(snapshot, request.filters, snapshot.everyone)
    shown = provinces(request, found, here)
    assert [each.code for each in shown] == ["NL-UT", "NL-GR", "NL-LI"]
    counts, choice = found.value_counts(KEY), request.choice(KEY)
    for each in shown:
        field = "all_of" if choice.all_of and each.code not in choice.any_of else "any_of"
        turned = request.toggling(KEY, field, each.code)
        assert unescape(each.url) == here(turned)
        if each.chosen and not (each.code in choice.any_of and each.code in choice.all_of):
            after = turned.choice(KEY)
            assert each.code not in (*after.any_of, *after.all_of), "what is chosen can be taken away, also of “all”"
        assert int(each.number.replace(".", "")) == counts.get(each.code, 0)
        assert each.chosen == (each.code in (*choice.any_of, *choice.all_of))
        assert (each.shade > 0) == (counts.get(each.code, 0) > 0)
        assert each.shade <= SHADES
        assert 0 <= float(each.part) <= 100


@settings(max_examples=30, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(request=requests())
def test_what_is_printed_holds_each_province_twice(app: Flask, request: SearchRequest) -> None:
    """Also the second time, when only texts are filled in."""
    snapshot = snapshot_with([a_firm(random.Random(4), number) for number in range(9)])
    found = matches(snapshot, request.filters, snapshot.everyone)
    with app.test_request_context("/partners"):
        drawn = map_of_provinces(request, found, here, live=True)
        assert drawn == map_of_provinces(request, found, here, live=True)
    for each in provinces(request, found, here):
        leads = each.chosen or each.number != "0"
        assert drawn.count(f'href="{each.url}"') == (2 if leads else 0), "what gives nothing leads nowhere"
        assert f"<title>{each.label}: {each.number}</title>" in drawn
        assert f"M0 0h{each.part}v4H0z" in drawn
    assert "\x00" not in drawn
