"""By keyboard alone: the focus is always seen, never covered, never trapped (A11Y-04, A11Y-09, R43)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from tests.e2e.looking import FOCUSED

if TYPE_CHECKING:
    from playwright.sync_api import Page

    from tests.e2e.conftest import Tabs

pytestmark = pytest.mark.browser

SEEN_ENOUGH = 0.4
"""How much of what has the focus must not be covered; WCAG 2.4.11 asks for any part of it."""


def walk(page: Page, key: str, steps: int) -> list[dict[str, Any]]:
    """Press a key so often, or until the focus leaves the page, and look where it is each time."""
    seen = []
    for _step in range(steps):
        page.keyboard.press(key)
        at = page.evaluate(FOCUSED)
        if at is None:
            break
        seen.append(at)
    return seen


def faults(seen: list[dict[str, Any]]) -> list[str]:
    return [
        f"covered ({at['seen']:.0%})" * (at["seen"] < SEEN_ENOUGH)
        + " no outline" * (not at["outlined"])
        + f" {at['name']}"
        for at in seen
        if at["seen"] < SEEN_ENOUGH or not at["outlined"]
    ]


def at_the_end(page: Page) -> None:
    """Put the focus on the last link of the page."""
    page.locator(".site-foot a").last.focus()


@pytest.mark.parametrize("width", [1280, 900, 360])
@pytest.mark.parametrize("name", ["list, filtered", "comparison of two"])
def test_the_focus_is_seen(tab: Tabs, name: str, width: int) -> None:
    """Forward under the compare bar, backward under the sticky header of the table."""
    page = tab(name, width=width, height=700, reduced_motion="reduce")
    there = walk(page, "Tab", 60)
    assert faults(there) == []
    assert len(there) > 40
    at_the_end(page)
    back = walk(page, "Shift+Tab", 60)
    assert faults(back) == []
    assert len(back) > 40


@pytest.mark.parametrize("name", ["home", "list, nothing found", "profile, empty", "sign-in, error"])
def test_no_trap(tab: Tabs, name: str) -> None:
    """Tab reaches every stop once, and then leaves the page."""
    page = tab(name)
    page.evaluate("() => document.activeElement.blur()")
    stops = walk(page, "Tab", 600)
    assert faults(stops) == []
    assert max(at["visits"] for at in stops) == 1
    last = page.locator(".site-foot a").last
    assert last.get_attribute("data-visited") == "1"


def test_the_skip_link(tab: Tabs) -> None:
    page = tab("/partners")
    page.keyboard.press("Tab")
    assert page.evaluate("() => document.activeElement.className") == "skip"
    box = page.locator(".skip").bounding_box()
    assert box
    assert box["y"] >= 0
    page.keyboard.press("Enter")
    assert page.evaluate("() => document.activeElement.id") == "inhoud"
    page.keyboard.press("Tab")
    assert page.evaluate("() => document.activeElement.id") == "q"


@pytest.mark.parametrize("name", ["profile, full", "comparison of two"])
def test_sources_open_by_key(tab: Tabs, name: str) -> None:
    page = tab(name)
    details = page.locator("details.origin").first
    assert not details.locator(".origin-list").is_visible()
    details.locator("> summary").focus()
    page.keyboard.press("Enter")
    assert details.locator(".origin-list").is_visible()
    page.keyboard.press("Space")
    assert not details.locator(".origin-list").is_visible()


def test_the_table_scrolls_by_key(tab: Tabs) -> None:
    """On a middle width the table has its own region, which the keyboard can reach and move."""
    page = tab("comparison of six", width=900)
    region = page.get_by_role("region", name="Vergelijkingstabel")
    region.focus()
    page.keyboard.press("ArrowRight")
    page.keyboard.press("ArrowRight")
    page.wait_for_function("() => document.querySelector('.scroll').scrollLeft > 0")


def test_an_error_gets_the_focus(tab: Tabs) -> None:
    """The summary comes first, and each line leads to its field (A11Y-07, UX-14)."""
    page = tab("sign-in, error")
    assert page.title().startswith("Fout:")
    assert page.evaluate("() => document.activeElement.matches('.error-summary')")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    page.wait_for_function("() => document.activeElement.matches('input[aria-invalid=true]')")
    field = page.locator("input:focus")
    described = field.get_attribute("aria-describedby")
    assert described
    assert page.locator(f"#{described.split()[-1]}").is_visible()
