"""What goes over the wire: little, and only to this site; and nothing stays behind (SEC-11, SEC-12, GDPR-04, UX-21)."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.browser import CSP
from tests.e2e.pages import KINDS

if TYPE_CHECKING:
    from tests.e2e.conftest import Tabs

pytestmark = pytest.mark.browser

MOST_BYTES, MOST_REQUESTS = 100 * 1024, 16
KEPT = """async () => [
  ...Object.keys(localStorage),
  ...Object.keys(sessionStorage),
  ...(await caches.keys()),
  ...(await indexedDB.databases()).map((each) => each.name),
  ...(await navigator.serviceWorker.getRegistrations()).map(String),
  document.cookie,
].filter(Boolean)"""
HEAVY = {"heavy profile": "/partners/{heavy}", "heavy comparison": "/vergelijk?{heaviest}"}
"""The partners with the most answers."""


@pytest.mark.parametrize("name", [*KINDS, *HEAVY])
def test_a_first_visit(tab: Tabs, name: str) -> None:
    """A page with every sheet and script as it travels; the policy; and what the browser keeps of it."""
    what = HEAVY.get(name, name)
    page = tab.blank(what)
    sizes: list[int] = []
    session = page.context.new_cdp_session(page)
    session.send("Network.enable")
    session.on("Network.loadingFinished", lambda event: sizes.append(event["encodedDataLength"]))
    answer = page.goto(tab.address(what))
    assert answer
    assert 5 < len(sizes) <= MOST_REQUESTS, f"{len(sizes)} requests"
    assert sum(sizes) <= MOST_BYTES, f"{sum(sizes)} bytes"
    assert answer.headers["content-security-policy"] == CSP
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert answer.headers["cross-origin-opener-policy"] == "same-origin"
    addresses = page.evaluate("() => [...document.querySelectorAll('a')].map((each) => each.getAttribute('href'))")
    assert [each for each in addresses if not each or " " in each] == []
    assert page.evaluate(KEPT) == []
    if page.url.endswith("/inloggen"):
        return
    assert page.context.cookies() == []


def test_a_visit_keeps_nothing(tab: Tabs) -> None:
    """Nor do filtering, choosing and comparing."""
    page = tab("/partners")
    page.locator(".sheet a.switch").first.click()
    page.locator(".compare-bar").wait_for()
    page.locator(".sheet a.switch").nth(1).click()
    page.locator(".compare-bar a.button").click()
    page.locator(".comparison").wait_for()
    assert page.context.cookies() == []
    assert page.evaluate(KEPT) == []


def test_only_signing_in_sets_a_cookie(tab: Tabs) -> None:
    """One, needed against forged forms, and out of reach of scripts."""
    page = tab("/inloggen")
    (cookie,) = page.context.cookies()
    assert cookie["httpOnly"]
    assert cookie["sameSite"] == "Lax"
    assert page.evaluate("document.cookie") == ""


def test_the_policy_holds(tab: Tabs) -> None:
    """The browser refuses what the policy forbids, and the console tells."""
    page = tab("/over")
    ran = page.evaluate("""async () => {
      const inline = document.createElement("script");
      inline.textContent = "window.ran = true";
      document.body.append(inline);
      await new Promise((done) => setTimeout(done, 100));
      return window.ran === true;
    }""")
    assert not ran
    assert any("Content Security Policy" in text for text in tab.complaints)
    tab.complaints.clear()
