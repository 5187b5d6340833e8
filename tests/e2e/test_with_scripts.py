"""With JavaScript filters apply at once, the focus stays, and what changed is announced (A11Y-06, R47, UX-04)."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING
from urllib.parse import parse_qs, urlsplit

import pytest

from tests.e2e.listing import beside, query, show, total, value_of

if TYPE_CHECKING:
    from playwright.sync_api import Page

    from tests.e2e.conftest import Tabs
    from tests.e2e.serving import Site

pytestmark = pytest.mark.browser

FOCUS = """() => {
  const held = document.activeElement;
  return held.name ? `${held.name}=${held.value}` : held.id || held.dataset.key || held.className;
}"""


def until_total(page: Page, expected: int) -> None:
    """Wait until the list says how many it found, and is no longer busy."""
    page.wait_for_function(
        "n => document.querySelector(`#resultaten[data-total='${n}']:not([aria-busy])`) !== null", arg=expected
    )


def tick(page: Page, name: str, code: str) -> int:
    """Tick a value and wait for its list; gives how many partners that has."""
    field = value_of(page, name, code)
    expected = beside(field)
    field.check()
    until_total(page, expected)
    return expected


def stays(page: Page) -> None:
    """Leave a sign on the page that a page load would wipe out."""
    page.evaluate("() => { window.stayed = true; }")


def test_a_tick_applies_at_once(tab: Tabs) -> None:
    page = tab("/partners")
    stays(page)
    assert page.locator("#melding").get_attribute("role") == "status"
    assert page.locator("#melding").inner_text() == ""
    field = value_of(page, "producten", "bc")
    expected = beside(field)
    field.focus()
    page.keyboard.press("Space")
    until_total(page, expected)
    assert page.evaluate(FOCUS) == "producten=bc"
    assert field.is_checked()
    assert page.locator("#melding").inner_text() == f"{expected} partners gevonden"
    assert query(page) == {"producten": ["bc"]}
    assert page.locator("a.chip").count() == 1
    assert "Business Central" in page.locator("a.chip").inner_text()
    assert page.evaluate("window.stayed")
    page.keyboard.press("Space")
    until_total(page, 60)
    assert query(page) == {}
    assert page.evaluate(FOCUS) == "producten=bc"


def test_the_result_is_that_of_a_page_load(tab: Tabs) -> None:
    """Counts, chips, cards and bar that were exchanged equal those of the address itself."""
    page = tab("/partners?p={full}")
    for facet, value in (("vestigingsprovincies", "UT"), ("producten", "bc"), ("producten", "pp")):
        field = value_of(page, facet, value)
        field.check()
        page.wait_for_function("() => !document.querySelector('#resultaten[aria-busy]')")
        page.wait_for_url(re.compile(re.escape(value)))
    what = """() => [document.title, ...['#resultaten', '#balk'].map((s) => document.querySelector(s).innerText),
      ...[...document.querySelectorAll('#filters label')].map((label) => [label, label.querySelector('input')])
        .map(([label, input]) => `${label.textContent.trim()} ${input.checked} ${input.disabled}`)]"""
    page.evaluate("() => document.activeElement.blur()")
    now = page.evaluate(what)
    page.reload()
    assert page.evaluate(what) == now


def until_at(page: Page, **asked: list[str]) -> None:
    """Wait until the address asks this and the list is no longer busy."""
    page.wait_for_url(lambda url: parse_qs(urlsplit(url).query) == asked)
    page.wait_for_function("() => !document.querySelector('#resultaten[aria-busy]')")


SHOWN = """() => [document.title, document.querySelector("#resultaten").innerText,
  ...[...document.querySelectorAll("#filters [name]:not([type=hidden]), #q")]
    .map((field) => `${field.name} ${field.value} ${field.checked} ${field.disabled}`)]"""


def test_back_takes_back_one_choice_at_a_time(tab: Tabs) -> None:
    """A tick, another facet, a chip, words, "Wis alles": Back undoes each and Forward does it again (SRCH-03)."""
    page = tab("/partners")
    stays(page)
    seen = [(page.url, page.evaluate(SHOWN))]

    def seen_at(**asked: list[str]) -> None:
        until_at(page, **asked)
        seen.append((page.url, page.evaluate(SHOWN)))

    tick(page, "producten", "bc")
    seen_at(producten=["bc"])
    tick(page, "vestigingsprovincies", "UT")
    seen_at(producten=["bc"], vestigingsprovincies=["UT"])
    page.locator("a.chip").last.click()
    seen_at(producten=["bc"])
    page.locator("#q").fill("b")
    page.keyboard.press("Enter")
    seen_at(producten=["bc"], q=["b"])
    page.get_by_role("link", name="Wis alles").click()
    seen_at()

    for address, shown in seen[-2::-1]:
        page.go_back()
        until_at(page, **parse_qs(urlsplit(address).query))
        assert page.url == address
        assert page.evaluate(SHOWN) == shown
        assert page.locator("#melding").inner_text() == page.locator("#resultaten").get_attribute("data-said")
    for address, shown in seen[1:]:
        page.go_forward()
        until_at(page, **parse_qs(urlsplit(address).query))
        assert page.evaluate(SHOWN) == shown
    assert page.evaluate("window.stayed"), "no page was loaded"


def test_back_keeps_the_focus(tab: Tabs) -> None:
    page = tab("/partners")
    field = value_of(page, "producten", "bc")
    field.focus()
    page.keyboard.press("Space")
    until_at(page, producten=["bc"])
    page.go_back()
    until_at(page)
    assert not field.is_checked()
    assert page.evaluate(FOCUS) == "producten=bc"
    page.go_forward()
    until_at(page, producten=["bc"])
    page.locator("a.chip").focus()
    page.go_back()
    until_at(page)
    assert page.evaluate(FOCUS) == "resultaten", "the chip went"


def test_back_gives_a_range_its_bounds_of_then(tab: Tabs, measured_site: Site) -> None:
    """Also in the field that has the focus."""
    page = tab("/partners", at=measured_site)
    field = show(page.locator("[name='tarief.van']"))
    for bound, expected in (("20.5", 3), ("30.5", 2)):
        field.fill(bound)
        field.press("Enter")
        until_total(page, expected)
    page.go_back()
    until_total(page, 3)
    assert field.input_value() == "20.5"
    assert page.evaluate(FOCUS) == "tarief.van=20.5"
    page.go_back()
    until_total(page, 5)
    assert field.input_value() == ""


def test_quick_choices_are_one_step(tab: Tabs) -> None:
    """What was made void before it was shown is no step; and Back makes void what is still under way."""
    page = tab("/partners")
    fields = [value_of(page, "vestigingsprovincies", code) for code in ("GR", "FR")]
    page.evaluate("(boxes) => boxes.forEach((box) => box.click())", [each.element_handle() for each in fields])
    until_at(page, vestigingsprovincies=["GR", "FR"])
    page.go_back()
    until_at(page)
    assert not any(each.is_checked() for each in fields)
    fields[0].check()
    until_at(page, vestigingsprovincies=["GR"])
    page.evaluate("(box) => { box.click(); history.back(); }", fields[1].element_handle())
    until_at(page)
    assert not any(each.is_checked() for each in fields)
    assert total(page) == 60


def test_back_in_the_panel_of_a_phone(tab: Tabs) -> None:
    """Steps taken in the panel are taken back in it; then Back closes it."""
    page = tab("/partners", width=360, height=780)
    page.locator("a.filters-open").click()
    field = value_of(page, "producten", "bc")
    expected = beside(field)
    field.check()
    until_at(page, producten=["bc"])
    page.locator(".filters-foot button").click()
    page.locator("#filters").wait_for(state="hidden")
    page.go_back()
    page.locator("#filters").wait_for()
    assert total(page) == expected
    page.go_back()
    until_at(page)
    assert page.locator("#filters").is_visible()
    assert not field.is_checked()
    assert page.locator(".filters-foot button").inner_text() == "Toon 60 partners"
    page.go_back()
    page.locator("#filters").wait_for(state="hidden")
    assert page.locator("#resultaten").evaluate("(list) => !list.inert")


def test_the_back_button(tab: Tabs) -> None:
    """From a profile back to the list that was left, filters and all."""
    page = tab("/partners")
    expected = tick(page, "vestigingsprovincies", "UT")
    address = page.url
    with page.expect_navigation():
        page.locator(".sheet h3 a").first.click()
    assert page.locator("article.profile").is_visible()
    page.go_back()
    assert page.url == address
    until_total(page, expected)
    assert page.locator("input[name=vestigingsprovincies][value=UT]").is_checked()
    assert page.locator("a.chip").count() == 1
    page.go_back()
    until_total(page, 60)
    assert not page.locator("input[name=vestigingsprovincies][value=UT]").is_checked()


def test_a_page_that_is_loaded_again_has_the_ticks_of_its_address(tab: Tabs) -> None:
    """And not those that stood there when another step was made of it."""
    page = tab("/partners")
    tick(page, "producten", "bc")
    with page.expect_navigation():
        page.locator(".sheet h3 a").first.click()
    page.evaluate("history.go(-2)")
    page.wait_for_url("**/partners")
    until_total(page, 60)
    assert not page.locator("input[name=producten][value=bc]").is_checked()


def test_links_apply_at_once_too(tab: Tabs) -> None:
    """Chips, the choice to compare and the order change the list in place; the focus does not get lost."""
    page = tab("/partners?producten=bc")
    stays(page)
    page.locator("a.chip").click()
    until_total(page, 60)
    assert page.evaluate(FOCUS) != ""
    name = page.locator(".sheet h3").first.inner_text()
    page.locator(".sheet a.switch").first.click()
    page.locator(".compare-bar").wait_for()
    assert name in page.locator(".compare-bar").inner_text()
    assert page.evaluate(FOCUS) == f"compare-{name}"
    assert len(query(page)["p"]) == 1
    assert page.evaluate("window.stayed")


def test_the_other_language_gets_what_was_chosen(tab: Tabs) -> None:
    page = tab("/partners")
    expected = tick(page, "producten", "bc")
    assert page.locator("link[hreflang]").get_attribute("href") == "/en/partners?producten=bc"
    with page.expect_navigation():
        page.get_by_role("link", name="English").click()
    assert query(page) == {"producten": ["bc"]}
    assert total(page) == expected


def test_fast_ticks_end_right(tab: Tabs) -> None:
    """The last of several quick choices counts, in whatever order the answers come."""
    page = tab("/partners")
    for code in ("GR", "FR", "DR", "OV", "UT"):
        value_of(page, "vestigingsprovincies", code).check()
    page.wait_for_function("() => location.search.includes('UT')")
    page.wait_for_function("() => !document.querySelector('#resultaten[aria-busy]')")
    assert query(page) == {"vestigingsprovincies": ["GR", "FR", "DR", "OV", "UT"]}
    shown = total(page)
    page.reload()
    assert total(page) == shown


def test_bounds_apply_after_a_moment(tab: Tabs, measured_site: Site) -> None:
    page = tab("/partners", at=measured_site)
    show(page.locator("[name='tarief.van']")).fill("20.5")
    page.keyboard.press("Tab")
    until_total(page, 3)
    assert page.evaluate(FOCUS) == "tarief.tot="
    assert query(page) == {"tarief.van": ["20.5"]}


def test_a_range_the_wrong_way_round_is_said_and_stays(tab: Tabs, measured_site: Site) -> None:
    """In the field and beside it; aloud only once."""
    page = tab("/partners", at=measured_site)
    low, high = (show(page.locator(f"[name='tarief.{end}']")) for end in ("van", "tot"))
    low.fill("30.5")
    low.press("Enter")
    until_total(page, 2)
    high.fill("20.5")
    high.press("Enter")
    page.locator(".notice").wait_for()
    why = "Tarief: “tot en met 20.5 euro” telt niet mee, want dat ligt voor “vanaf 30.5 euro”."
    assert page.locator(".notice").inner_text() == page.locator(".facet-mode p").inner_text() == why
    assert page.locator("#melding").inner_text() == f"2 partners gevonden. {why}"
    assert (low.input_value(), high.input_value()) == ("30.5", "20.5")
    low.fill("10.5")
    low.press("Enter")
    until_total(page, 2)
    assert page.locator(".notice").count() == 0
    assert page.locator("#melding").inner_text() == "2 partners gevonden"


def test_search_in_a_long_facet(tab: Tabs) -> None:
    page = tab("/partners")
    value_of(page, "branches", "A")
    facet = page.locator("fieldset[data-facet=branches]")
    facet.get_by_label("Zoek in deze lijst").fill("LANDBOUW")
    seen = [each for each in facet.locator(".choices:not(.states) label > span:not(.n)").all() if each.is_visible()]
    assert seen
    assert "andbouw" in seen[0].inner_text()
    many = len(seen)
    told = facet.locator(".facet-search [role=status]")
    assert told.inner_text() == ""
    facet.get_by_label("Zoek in deze lijst").fill("zzqx")
    assert told.inner_text() == "Niets gevonden in deze lijst."
    facet.get_by_label("Zoek in deze lijst").fill("")
    assert told.inner_text() == ""
    assert sum(each.is_visible() for each in facet.locator(".choices:not(.states) label > span:not(.n)").all()) != many


def test_the_panel_of_a_phone(tab: Tabs) -> None:
    """Opened, walked and closed with the keyboard; the page behind it is out of reach; its button tells the number."""
    page = tab("/partners", width=360, height=780)
    page.locator("a.filters-open").focus()
    page.keyboard.press("Enter")
    page.locator("#filters").wait_for()
    page.wait_for_function("() => document.activeElement.id === 'filters-title'")
    button = page.locator(".filters-foot button")
    assert button.inner_text() == "Toon 60 partners"
    for _step in range(40):
        page.keyboard.press("Tab")
        assert page.evaluate(
            "() => document.activeElement === document.body || document.activeElement.closest('#filters') !== null"
        )
    field = value_of(page, "producten", "bc")
    expected = beside(field)
    field.focus()
    page.keyboard.press("Space")
    page.wait_for_function(
        "n => document.querySelector('.filters-foot button').textContent.includes(` ${n} `)", arg=expected
    )
    assert button.inner_text() == f"Toon {expected} partners"
    assert page.evaluate(FOCUS) == "producten=bc"
    button.click()
    page.locator("#filters").wait_for(state="hidden")
    until_total(page, expected)
    assert page.locator("a.filters-open").inner_text() == "Filters (1)"
    assert urlsplit(page.url).fragment == "resultaten"

    page.locator("a.filters-open").focus()
    page.keyboard.press("Enter")
    page.locator("#filters").wait_for()
    page.keyboard.press("Escape")
    page.locator("#filters").wait_for(state="hidden")
    page.wait_for_function("() => document.activeElement.matches('.filters-open')")


def test_when_the_server_is_away_the_page_itself_goes(tab: Tabs) -> None:
    """What cannot be fetched is loaded as a page: nothing fails in silence."""
    page = tab("/partners")
    page.route(
        "**/partners?*", lambda route: route.abort() if route.request.resource_type == "fetch" else route.continue_()
    )
    field = value_of(page, "producten", "bc")
    expected = beside(field)
    with page.expect_navigation():
        field.check()
    assert total(page) == expected
    assert page.locator("input[name=producten][value=bc]").is_checked()


def test_a_password_can_be_shown_and_is_sent_as_one(tab: Tabs) -> None:
    page = tab("/inloggen")
    field = page.get_by_label("Wachtwoord", exact=True)
    field.fill("paars ladder zeilboot krant")
    page.get_by_role("button", name="Toon wachtwoord").click()
    assert field.get_attribute("type") == "text"
    page.get_by_role("button", name="Verberg wachtwoord").click()
    assert field.get_attribute("type") == "password"
    page.get_by_role("button", name="Toon wachtwoord").click()
    page.get_by_label("E-mailadres").fill("niemand@voorbeeld.example")
    with page.expect_navigation():
        page.get_by_role("button", name="Log in", exact=True).click()
    assert page.locator(".error-summary").is_visible()
