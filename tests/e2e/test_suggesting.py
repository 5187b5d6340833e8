"""The search field suggests while one types: by keyboard, by finger, in the dark, and not at all without JavaScript."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING
from urllib.parse import parse_qs, urlsplit

import pytest

from tests.e2e.listing import query, total
from tests.e2e.looking import BESIDE, CUT_OFF, axe, axe_again_in_the_dark
from tests.waiting import until

if TYPE_CHECKING:
    from playwright.sync_api import Locator, Page, Route

    from tests.e2e.conftest import Tabs

pytestmark = pytest.mark.browser

PLACES = ["/", "/partners"]


def typed(page: Page, text: str) -> Locator:
    """The list of suggestions for all that was typed: on a slow machine there is one for its beginning before."""
    with page.expect_response(lambda answer: parse_qs(urlsplit(answer.url).query).get("q") == [text]) as answered:
        page.locator("#q").press_sequentially(text)
    answered.value.finished()
    page.evaluate("() => new Promise((shown) => setTimeout(shown, 50))")
    found = page.locator("#q-suggest")
    found.wait_for()
    return found


def active(page: Page) -> str | None:
    """The words of the suggestion a screen reader is told of."""
    key = page.locator("#q").get_attribute("aria-activedescendant")
    if key is None:
        return None
    option = page.locator(f"#{key}")
    assert option.get_attribute("aria-selected") == "true"
    assert page.locator("#q-suggest [aria-selected=true]").count() == 1
    return option.inner_text()


@pytest.mark.parametrize("place", PLACES)
def test_the_keyboard_walks_through_the_list(tab: Tabs, place: str) -> None:
    page = tab(place)
    field = page.get_by_role("combobox", name="Zoek op naam")
    assert field.get_attribute("aria-expanded") == "false"
    found = typed(page, "business")
    options = found.get_by_role("option").all_inner_texts()
    assert len(options) > 2
    assert field.get_attribute("aria-expanded") == "true"
    assert field.get_attribute("aria-controls") == found.get_attribute("id")
    assert found.get_by_role("group").count() >= 1
    assert page.locator(".sr-only[role=status]", has_text="suggesties").inner_text().startswith(str(len(options)))
    assert active(page) is None, "nothing is chosen for the reader"
    walk = [("ArrowDown", 0), ("ArrowDown", 1), ("End", -1), ("ArrowDown", 0), ("ArrowUp", -1), ("Home", 0)]
    for key, expected in walk:
        page.keyboard.press(key)
        assert active(page) == options[expected], key
    assert field.input_value() == "business", "what is typed stays as it is"
    page.keyboard.press("Escape")
    assert found.is_hidden()
    assert active(page) is None
    assert field.input_value() == "business"
    page.keyboard.press("ArrowDown")
    found.wait_for()
    page.keyboard.press("Tab")
    assert found.is_hidden()
    assert page.evaluate("document.activeElement.textContent").startswith("Zoek"), "Tab goes on as always"


def test_enter_chooses_or_searches(tab: Tabs) -> None:
    page = tab("/")
    typed(page, "navision")
    page.keyboard.press("ArrowDown")
    assert "via Navision" in (active(page) or "")
    with page.expect_navigation():
        page.keyboard.press("Enter")
    assert query(page) == {"producten": ["bc"]}
    page.goto("/")
    typed(page, "navision")
    with page.expect_navigation():
        page.keyboard.press("Enter")
    assert query(page) == {"q": ["navision"]}


def test_in_the_list_enter_searches_at_once_and_the_list_closes(tab: Tabs) -> None:
    page = tab("/partners")
    found = typed(page, "groothandel")
    page.keyboard.press("Enter")
    page.wait_for_url("**/partners?q=groothandel")
    assert total(page) > 0
    assert found.is_hidden()


def test_a_click_chooses_and_keeps_what_was_picked(tab: Tabs, request: pytest.FixtureRequest) -> None:
    site = request.getfixturevalue("site")
    picked, other = site.places["full"], site.partners[5]
    page = tab(f"/partners?p={picked}")
    option = typed(page, other["name"]).get_by_role("option").first
    with page.expect_navigation():
        option.click()
    assert f"/partners/{other['slug']}" in page.url
    assert query(page) == {"p": [picked]}


def test_a_filter_that_is_chosen_comes_to_the_others_instead_of_the_words(tab: Tabs) -> None:
    page = tab("/partners?producten=bc&sort=naam&per_pagina=10")
    option = typed(page, "groothandel").get_by_role("group", name="Filters").get_by_role("option").first
    with page.expect_navigation():
        option.click()
    held = query(page)
    assert {name: held.pop(name) for name in ("producten", "sort", "per_pagina")} == {
        "producten": ["bc"],
        "sort": ["naam"],
        "per_pagina": ["10"],
    }
    assert len(held) == 1
    assert "q" not in held
    assert page.locator("a.chip").count() == 2
    same = typed(page, "business central").get_by_role("option").first
    with page.expect_navigation():
        same.click()
    assert query(page)["producten"] == ["bc"], "what was chosen already is not chosen twice"
    page.goto("/partners?producten.alle=bc&producten.alle=fin")
    demanded = typed(page, "business central").get_by_role("option").first
    with page.expect_navigation():
        demanded.click()
    assert query(page) == {"producten.alle": ["bc", "fin"]}, "nor is what was demanded"


def test_leaving_the_field_closes_the_list(tab: Tabs) -> None:
    page = tab("/")
    found = typed(page, "dyn")
    page.locator("h1").click()
    assert found.is_hidden()


def test_an_answer_that_comes_too_late_is_dropped(tab: Tabs) -> None:
    """Whether the page gave up the first question or only drops the answer to it."""
    page = tab.blank("/")
    held: list[Route] = []
    ended: list[str] = []

    def tell(route: Route, label: str) -> None:
        each = {"label": label, "about": "", "sort": "partner", "sort_label": "P", "url": "/"}
        route.fulfill(content_type="application/json", body=json.dumps({"suggestions": [each]}))

    def answer(route: Route) -> None:
        if is_first(route.request.url):
            held.append(route)
        else:
            tell(route, "nieuw")

    def is_first(address: str) -> bool:
        return address.endswith("q=al")

    def first_has_ended() -> bool:
        page.wait_for_timeout(20)  # what the browser tells is heard while one waits for it
        return any(map(is_first, ended))

    page.route("**/suggesties?*", answer)
    page.on("requestfinished", lambda request: ended.append(request.url))
    page.on("requestfailed", lambda request: ended.append(request.url))
    page.goto("/")
    with page.expect_request(lambda request: is_first(request.url)):
        page.locator("#q").press_sequentially("al")
    page.locator("#q").press_sequentially("fa")
    page.get_by_role("option", name="nieuw").wait_for()
    tell(held[0], "oud")
    until(first_has_ended)
    page.evaluate("() => new Promise((shown) => setTimeout(shown, 50))")
    assert page.get_by_role("option").all_inner_texts() == ["nieuw"]


def test_without_an_answer_one_can_still_search(tab: Tabs) -> None:
    page = tab.blank("/")
    page.route(
        "**/suggesties?*", lambda route: route.fulfill(content_type="application/json", body='{"suggestions": []}')
    )
    page.goto("/")
    page.locator("#q").press_sequentially("navision")
    page.get_by_text("Geen suggesties.").wait_for(state="attached")
    with page.expect_navigation():
        page.keyboard.press("Enter")
    assert total(page) > 0


@pytest.mark.parametrize("place", PLACES)
def test_without_scripts_the_browser_offers_common_words(tab: Tabs, place: str) -> None:
    page = tab(place, scripts=False)
    field = page.locator("#q")
    assert field.get_attribute("list") == "veelgezocht"
    assert field.get_attribute("role") is None
    assert 10 <= page.locator("#veelgezocht option").count() <= 40
    field.fill("navision")
    with page.expect_navigation():
        page.keyboard.press("Enter")
    assert total(page) > 0
    assert tab(place).locator("datalist").count() == 0, "with scripts there is one list, not two"


def in_sight(faults: list[str]) -> list[str]:
    """Without what axe cannot decide about parts that the open list lies over."""
    return [each for each in faults if not each.startswith("undecided") or "suggest" in each]


@pytest.mark.parametrize("place", PLACES)
@pytest.mark.parametrize("width", [1280, 320])
def test_the_open_list_looks_right(tab: Tabs, place: str, width: int) -> None:
    """A11Y-03, A11Y-05, A11Y-10: nothing beside the window, nothing cut off, no fault of axe, also in the dark."""
    page = tab(place, width=width, has_touch=width == 320)
    typed(page, "groothandel")
    page.keyboard.press("ArrowDown")
    assert page.evaluate(BESIDE) == []
    assert page.evaluate(CUT_OFF) == []
    assert in_sight(axe(page)) == []
    assert in_sight(axe_again_in_the_dark(page)) == []
    for option in page.locator("#q-suggest [role=option]").all():
        box = option.bounding_box()
        assert box
        assert box["height"] >= 24


@pytest.mark.parametrize("colours", ["light", "dark"])
def test_marks_can_be_read(tab: Tabs, colours: str) -> None:
    page = tab("/partners?q=groothandel", color_scheme=colours)
    assert page.locator(".found-by mark").first.is_visible()
    assert axe(page) == []


def test_a_chosen_suggestion_shows_in_forced_colours(tab: Tabs) -> None:
    page = tab("/", forced_colors="active")
    typed(page, "groothandel")
    page.keyboard.press("ArrowDown")
    chosen, other = (
        page.locator("[role=option][aria-selected=true]"),
        page.locator("[role=option][aria-selected=false]"),
    )
    colour = "element => getComputedStyle(element).backgroundColor"
    assert chosen.first.evaluate(colour) != other.first.evaluate(colour)
