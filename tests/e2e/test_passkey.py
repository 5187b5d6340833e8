"""A passkey, with an authenticator that Chromium plays: made, used as the second step, and not by another account."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

import pytest

from tests.e2e.looking import axe
from tests.e2e.pages import follow
from tests.e2e.people import ACCOUNTS, MEMBER, Demo, demonstration, sign_in
from tests.e2e.serving import Site

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

    from tests.e2e.conftest import Tabs

pytestmark = pytest.mark.browser

AUTHENTICATOR = {
    "protocol": "ctap2",
    "transport": "internal",
    "hasResidentKey": True,
    "hasUserVerification": True,
    "isUserVerified": True,
    "automaticPresenceSimulation": True,
}


@pytest.fixture(scope="module")
def demo(chromium: Browser, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Demo]:
    with demonstration(tmp_path_factory.mktemp("passkey")) as made:
        yield made


def test_made_and_used(tab: Tabs, demo: Demo) -> None:
    here = Site(demo.site.url.replace("127.0.0.1", "localhost"))  # WebAuthn takes names, no numbers
    page = tab.blank("/", at=here)
    browser = page.context.new_cdp_session(page)
    browser.send("WebAuthn.enable")
    browser.send("WebAuthn.addVirtualAuthenticator", {"options": AUTHENTICATOR})
    sign_in(page, MEMBER)
    page.goto("/account/tweede-stap")
    page.get_by_label("Naam van de passkey").fill("Laptop")
    page.get_by_role("button", name="Maak een passkey").click()
    page.get_by_role("heading", name="Uw herstelcodes").wait_for()
    assert page.locator(".codes li").count() == 10
    page.goto("/account/tweede-stap")
    assert "Laptop" in page.locator("main").inner_text()
    assert axe(page) == []
    follow(page.get_by_role("button", name="Uitloggen"))
    give_password(page)
    assert page.get_by_role("heading", name="Tweede stap", exact=True).is_visible()
    assert axe(page) == []
    page.get_by_role("button", name="Gebruik een passkey").click()
    page.wait_for_url(f"{here.url}/berichten")
    assert page.get_by_role("button", name="Uitloggen").is_visible()


def give_password(page: Page) -> None:
    page.goto("/inloggen?next=/berichten")
    page.get_by_label("E-mailadres").fill(MEMBER)
    page.get_by_label("Wachtwoord").fill(ACCOUNTS[MEMBER]["password"])
    follow(page.get_by_role("button", name="Log in"))
