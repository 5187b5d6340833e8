"""What the page of results promises by numbers, and what its links and form keep (REL-07, C6, SRCH, UX-04, UX-06)."""

import random
from collections.abc import Iterator
from dataclasses import replace
from urllib.parse import parse_qsl, urlsplit

import pytest

from partnerkompas.search.grammar import from_query
from partnerkompas.search.request import SearchRequest, in_order
from tests.browser import Browser, words
from tests.search import by_hand
from tests.search.made_up import DAY, WIDE, Firm, a_choice, facet_keys
from tests.search.pages import address, cards, read, sent, total


def random_requests(count: int, seed: int) -> Iterator[SearchRequest]:
    chance = random.Random(seed)
    for _n in range(count):
        keys = chance.sample(facet_keys(WIDE), chance.randint(0, 3))
        yield SearchRequest(
            q=chance.choice(["", "", "navision", "groothandel utrecht", "assen", "nergens"]),
            filters=in_order({key: a_choice(chance, key) for key in keys}),
            sort=chance.choice(["neutraal", "naam", "-personen", "reactietijd@bc"]),
            per_page=chance.choice([20, 5, 100]),
            product=chance.choice(["", "bc"]),
            chosen=tuple(chance.sample([f"firma-{n}" for n in range(45)], chance.choice([0, 1, 3]))),
        )


def found_words(firm: Firm, q: str) -> bool:
    """Words by hand: the few that are asked for here."""
    own = {word for each in (firm.name, firm.city) for word in by_hand.plain_words(each)}
    named = [value for key in ("producten", "branches") for _p, _s, value in by_hand.known(firm, key)]
    codes = {code for value in named for code in by_hand.codes(value)}
    own |= {"navision"} if "bc" in codes else set()
    own |= {"navision"} if any(value for _p, _s, value in by_hand.known(firm, "naam")) else set()
    own |= {"groothandel"} if codes & {"G", "46"} else set()
    return set(q.split()) <= own


def test_the_page_shows_who_a_clerk_would_find(browser: Browser, catalogue: list[Firm]) -> None:
    """Through address, database, index and template."""
    totals = set()
    for request in random_requests(40, seed=1):
        matching = [firm for firm in by_hand.matching(catalogue, request) if found_words(firm, request.q)]
        page = browser.get(address(request))
        assert total(page) == len(matching), address(request)
        assert set(cards(page)) <= {firm.slug for firm in matching}
        assert len(cards(page)) == min(len(matching), request.per_page)
        totals.add(len(matching))
    assert len(totals) > 5


def test_the_form_asks_what_the_page_shows(browser: Browser, catalogue: list[Firm]) -> None:
    """Sending the form unchanged, without any script, gives the same request from its first page (UX-04)."""
    for request in random_requests(40, seed=2):
        page = browser.get(address(request))
        pairs = sent(page)
        again, problems = from_query(pairs, WIDE, DAY)
        assert not problems
        assert again == replace(request, page=1), address(request)


def test_a_chip_takes_away_its_filter_and_nothing_else(browser: Browser, catalogue: list[Firm]) -> None:
    for request in random_requests(15, seed=3):
        page = browser.get(address(request))
        chips = page.all("a", class_="chip")
        assert len(chips) == bool(request.q) + sum(choice.size for _key, choice in request.filters)
        for chip in chips:
            there, problems = read(chip.get("href", ""))
            assert not problems
            left = bool(there.q) + sum(choice.size for _key, choice in there.filters)
            assert left == len(chips) - 1
            assert (there.chosen, there.sort, there.per_page) == (request.chosen, request.sort, request.per_page)
        if chips:
            there, problems = read(page.one("a", class_="chip-clear").get("href", ""))
            assert there == replace(request, q="", filters=())


def test_when_nothing_is_found_each_way_out_gives_what_it_promises(browser: Browser, catalogue: list[Firm]) -> None:
    """C6, UX-06: which filter to drop, and how many return."""
    promised = 0
    for request in random_requests(40, seed=4):
        page = browser.get(address(request))
        if total(page):
            assert not page.all("ul", class_="suggestions")
            continue
        for way in page.tree.findall(".//ul[@class='suggestions']/li"):
            number = int((words(way.find("span")) if way.find("span") is not None else "0").split()[0])  # type: ignore[arg-type]
            assert number > 0
            assert total(browser.get(way.find("a").get("href"))) == number  # type: ignore[union-attr, arg-type]
            promised += 1
        assert total(browser.get(page.link("Toon alle partners"))) == 45
    assert promised > 5


def test_pages_hold_everybody_once_and_keep_everything(browser: Browser, catalogue: list[Firm]) -> None:
    start = "/partners?per_pagina=10&sort=naam&iso.stand=stated&iso.stand=no&iso.stand=not_stated&p=firma-3&p=firma-7"
    seen: list[str] = []
    page = browser.get(start)
    wanted, following = total(page), start
    while following:
        page = browser.get(following)
        seen += cards(page)
        assert [slug for name, slug in parse_qsl(urlsplit(following).query) if name == "p"] == ["firma-3", "firma-7"]
        onward = page.all("a", rel="next")
        following = onward[0].get("href", "") if onward else ""
    assert len(seen) == len(set(seen)) == wanted > 20
    numbered = page.all("nav", class_="paging")
    assert len(numbered) == 1
    assert f"pagina {-(-wanted // 10)} van {-(-wanted // 10)}" in words(page.tree.find("head/title"))  # type: ignore[arg-type]


@pytest.mark.parametrize("more", ["", "&q=firma", "&producten=bc&iso.stand=not_stated&sort=-personen&p=firma-1"])
def test_a_page_of_twenty_takes_as_many_queries_as_a_page_of_one(
    browser: Browser, catalogue: list[Firm], statements: list[str], more: str
) -> None:
    numbers = {}
    for size in (1, 20):
        browser.get(f"/partners?per_pagina={size}{more}")  # what is read once is there now
        statements.clear()
        assert cards(browser.get(f"/partners?per_pagina={size}{more}"))
        numbers[size] = len([each for each in statements if not each.startswith("BEGIN")])
    assert numbers[1] == numbers[20] <= 9, statements
