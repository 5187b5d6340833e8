"""Ten thousand random requests: page, API, file, the facet that promised it, and SQL say the same number (REL-07)."""

import os
import random
import re
from dataclasses import replace
from typing import Any

import pytest
from flask import Flask

from partnerkompas.answers.models import State
from partnerkompas.search.request import FacetKey, SearchRequest, in_order
from tests.search import by_sql
from tests.search.made_up import WIDE, Firm, a_choice, facet_keys
from tests.search.test_page_numbers import found_words

PARTS, REQUESTS = (1 if os.environ.get("PARTNERKOMPAS_DATABASE_URL") else 10), 1_000
"""A thousand requests at a time, so that cores share the work. The database only enters by the snapshot: another one
is asked fewer."""

WORDS = ("navision", "groothandel", "assen", "utrecht", "firma", "nergens")


def a_request(chance: random.Random) -> SearchRequest:
    keys = chance.sample(facet_keys(WIDE), chance.choice([0, 1, 1, 2, 2, 3, 4]))
    return SearchRequest(
        q=" ".join(chance.sample(WORDS, chance.choice([0, 0, 0, 1, 2]))),
        filters=in_order({key: a_choice(chance, key) for key in keys}),
        sort=chance.choice(["neutraal", "neutraal", "naam", "-personen", "reactietijd@bc"]),
        product=chance.choice(["", "", "bc"]),
    )


@pytest.mark.parametrize("part", range(PARTS))
def test_every_way_to_ask_gives_the_same_number(app: Flask, catalogue: list[Firm], part: int) -> None:
    chance, client = random.Random(20261125 + part), app.test_client()
    database = by_sql.laid_flat(catalogue, WORDS, found_words)
    request, promised = a_request(chance), None
    kept = totals = 0
    for _n in range(REQUESTS):
        told = client.get(request.address("/api/v1/partners")).get_json()
        wanted = by_sql.total(database, request)
        page = client.get(replace(request, per_page=1).address("/partners")).text
        shown = re.search(r'data-total="(\d+)"', page)
        lines = client.get(request.address("/partners.csv")).text.splitlines()
        numbers = {wanted, told["total"], int(shown[1]) if shown else -1, len(lines) - 1}
        assert numbers == {wanted}, request.address("")
        assert promised in (None, wanted), request.address("")
        kept, totals = kept + (promised is not None), totals + wanted
        request, promised = followed(chance, request, told["facets"])
    assert kept > REQUESTS // 3
    assert totals > REQUESTS, "most requests find somebody"


def followed(chance: random.Random, request: SearchRequest, facets: dict[str, Any]) -> tuple[SearchRequest, int | None]:
    """The next request: often one value more, with the number that its facet promises; else quite another."""
    choices = {key: request.choice(FacetKey(*key.split("@"))) for key, facet in facets.items() if facet["states"]}
    free = [key for key, choice in choices.items() if not choice]
    demanding = [key for key, choice in choices.items() if choice.all_of and not choice.states]
    if not (free or demanding) or len(request.filters) > 5 or chance.random() < 0.4:
        return a_request(chance), None
    key = chance.choice(demanding if demanding and chance.random() < 0.5 else free or demanding)
    field = "all_of" if key in demanding else "any_of"
    more = [each for each in facets[key]["values"] if each["value"] not in choices[key].all_of]
    sides = [(field, each["value"], each["count"]) for each in more]
    if key in free:
        sides += [("states", State(state), count) for state, count in facets[key]["states"].items()]
    if not sides:
        return a_request(chance), None
    name, value, count = chance.choice(sides)
    return request.toggling(FacetKey(*key.split("@")), name, value), count
