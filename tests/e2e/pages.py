"""Every type of page, by name: its address and, where an address is not enough, what a visitor does to see it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from playwright.sync_api import Locator, Page


def nothing(page: Page) -> None:
    """The address is enough."""


def follow(target: Locator) -> None:
    """Press a link or button and wait until the page it leads to is there."""
    with target.page.expect_navigation():
        target.click()


def send_empty(page: Page) -> None:
    """Send the sign-in form without anything in it."""
    follow(page.get_by_role("button", name="Log in"))
    assert page.locator(".error-summary").is_visible()


def send_forged(page: Page) -> None:
    """Send the sign-in form with a token that is not ours."""
    page.evaluate("document.querySelector('main [name=csrf_token]').value = 'vervalst'")
    follow(page.get_by_role("button", name="Log in"))
    assert page.locator(".error-page").is_visible()


@dataclass(frozen=True)
class Kind:
    """A type of page. `address` has places for partners (Site.places)."""

    address: str
    act: Callable[[Page], None] = nothing
    status: int = 200
    empty: bool = False
    """Seen on a site without partners."""


FILTERED = "/partners?producten=bc&producten=pp&vestigingsprovincies=UT"

KINDS = {
    "home": Kind("/"),
    "home, no partners": Kind("/", empty=True),
    "list": Kind("/partners"),
    "list, filtered": Kind(FILTERED + "&p={full}&p={other}"),
    "list, found by words": Kind("/partners?q=branches+groothandel"),
    "list, nothing found": Kind("/partners?producten=bc&eigendom=beursgenoteerd&q=zqxj"),
    "list, wrong spelling": Kind("/partners?q=navison+groothandel"),
    "list, remarks": Kind("/partners?kleur=blauw&op=2026-03-01&producten=hr"),
    "list, no partners": Kind("/partners", empty=True),
    "profile, full": Kind("/partners/{full}?p={other}"),
    "profile, empty": Kind("/partners/{empty}"),
    "comparison of two": Kind("/vergelijk?p={full}&p={other}&voor=bc"),
    "comparison of six": Kind("/vergelijk?{six}&voor=bc"),
    "only differences": Kind("/vergelijk?p={full}&p={other}&verschillen=1&voor=bc"),
    "comparison of one": Kind("/vergelijk?p={full}"),
    "comparison of none": Kind("/vergelijk"),
    "criteria": Kind("/criteria"),
    "criteria, found by words": Kind("/criteria?q=migratie"),
    "criteria, nothing found": Kind("/criteria?q=zqxj"),
    "criterion": Kind("/criteria/aanwijzingen"),
    "criterion, tree": Kind("/criteria/branches"),
    "releases": Kind("/criteria/uitgaven"),
    "method": Kind("/methode"),
    "freshness": Kind("/actualiteit?sort=-verlopen"),
    "freshness, no partners": Kind("/actualiteit", empty=True),
    "figures of use": Kind("/cijfers"),
    "figures of use, no partners": Kind("/cijfers", empty=True),
    "figures of a partner": Kind("/partners/{full}/cijfers"),
    "about": Kind("/over"),
    "rules": Kind("/spelregels"),
    "sign-in": Kind("/inloggen"),
    "sign-in, error": Kind("/inloggen", send_empty),
    "not found": Kind("/bestaat-niet", status=404),
    "bad request": Kind("/inloggen", send_forged),
    "English list": Kind("/en" + FILTERED),
    "English comparison": Kind("/en/vergelijk?p={full}&p={other}&voor=bc"),
}
