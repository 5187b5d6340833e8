"""The list as a visitor reads and uses it, with or without JavaScript."""

from __future__ import annotations

from typing import TYPE_CHECKING
from urllib.parse import parse_qs, urlsplit

if TYPE_CHECKING:
    from playwright.sync_api import Locator, Page


def total(page: Page) -> int:
    """How many partners the list says it found."""
    return int(page.locator("#resultaten").get_attribute("data-total") or "")


def query(page: Page) -> dict[str, list[str]]:
    """What the address asks."""
    return parse_qs(urlsplit(page.url).query)


def show(field: Locator) -> Locator:
    """Open whatever a field of the filters is folded into, as one does by pressing the names."""
    folded = field.page.locator("details:not([open])", has=field)
    while folded.count():
        folded.first.locator("> summary").click()
    return field


def value_of(page: Page, facet: str, value: str) -> Locator:
    """The box of a value, in sight."""
    return show(page.locator(f"input[name='{facet}'][value='{value}']"))


def beside(box: Locator) -> int:
    """The count that stands beside a value."""
    return int(box.locator("xpath=..").locator(".n").inner_text())
