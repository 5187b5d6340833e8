"""A passkey, with an authenticator that Chromium plays: made, used as the second step; and what a failure says."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING

import pytest

from tests.e2e.looking import axe
from tests.e2e.pages import follow
from tests.e2e.people import ACCOUNTS, EDITOR, MEMBER, Demo, demonstration, sign_in
from tests.e2e.serving import Site

if TYPE_CHECKING:
    from playwright.sync_api import Browser, CDPSession, Page

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


def with_authenticator(tab: Tabs, demo: Demo) -> tuple[Page, CDPSession, str]:
    """A page of the demonstration in a browser that has an authenticator, what steers that, and its number."""
    here = Site(demo.site.url.replace("127.0.0.1", "localhost"))  # WebAuthn takes names, no numbers
    page = tab.blank("/", at=here)
    browser = page.context.new_cdp_session(page)
    browser.send("WebAuthn.enable")
    made = browser.send("WebAuthn.addVirtualAuthenticator", {"options": AUTHENTICATOR})
    return page, browser, made["authenticatorId"]


def make_passkey(page: Page) -> list[str]:
    """Make one, called “Laptop”; the recovery codes that come with it."""
    page.goto("/account/tweede-stap")
    page.get_by_label("Naam van de passkey").fill("Laptop")
    page.get_by_role("button", name="Maak een passkey").click()
    page.get_by_role("heading", name="Uw herstelcodes").wait_for()
    return page.locator(".codes li").all_inner_texts()


def give_password(page: Page, who: str) -> None:
    page.goto("/inloggen?next=/berichten")
    page.get_by_label("E-mailadres").fill(who)
    page.get_by_label("Wachtwoord").fill(ACCOUNTS[who]["password"])
    follow(page.get_by_role("button", name="Log in"))


def said(page: Page, button: str) -> str:
    """What the page says when a button did not do what it is for."""
    page.get_by_role("button", name=button).click()
    line = page.locator("[data-passkey] [role=status]:not(:empty)")
    line.wait_for()
    assert page.get_by_role("button", name=button).is_enabled(), "it can be tried again"
    return line.inner_text()


def expected(tab: Tabs, *ends: str) -> None:
    """These answers, and nothing else, were errors."""
    assert len(tab.complaints) == len(ends), tab.complaints
    for told, end in zip(tab.complaints, ends, strict=True):
        assert told.endswith(end), told
    tab.complaints.clear()


def test_made_and_used(tab: Tabs, demo: Demo) -> None:
    page, _browser, _number = with_authenticator(tab, demo)
    sign_in(page, MEMBER)
    assert len(make_passkey(page)) == 10
    assert axe(page) == [], "the recovery codes came into the page by script"
    page.goto("/account/tweede-stap")
    assert "Laptop" in page.locator("main").inner_text()
    assert axe(page) == []
    assert said(page, "Maak een passkey") == "Dit apparaat heeft al een passkey voor dit account."
    follow(page.get_by_role("button", name="Uitloggen"))
    give_password(page, MEMBER)
    assert page.get_by_role("heading", name="Tweede stap", exact=True).is_visible()
    assert axe(page) == []
    page.get_by_label("Code").fill("000000")
    follow(page.get_by_role("button", name="Log in"))
    assert page.locator(".error-summary").is_visible()
    assert axe(page) == []
    page.get_by_role("button", name="Gebruik een passkey").click()
    page.wait_for_url(re.compile(r"//[^/]+/berichten$"))
    assert page.get_by_role("button", name="Uitloggen").is_visible()


def test_what_does_not_work_is_said(tab: Tabs, demo: Demo) -> None:
    """No passkey here, a token that is over, a password that was changed elsewhere meanwhile."""
    page, browser, number = with_authenticator(tab, demo)
    sign_in(page, EDITOR)
    codes = make_passkey(page)
    follow(page.get_by_role("link", name="Ik heb ze bewaard"))
    follow(page.get_by_role("button", name="Uitloggen"))
    give_password(page, EDITOR)
    browser.send("WebAuthn.clearCredentials", {"authenticatorId": number})
    assert said(page, "Gebruik een passkey").startswith("Er is geen passkey gebruikt")
    page.evaluate("document.querySelector('[data-passkey]').dataset.token = 'vervalst'")
    assert said(page, "Gebruik een passkey").startswith("Dit lukte niet. Laad de pagina opnieuw")
    expected(tab, "400 " + page.url.split("/inloggen")[0] + "/inloggen/passkey/vraag")
    page.reload()

    elsewhere = tab.blank("/", at=demo.site)
    give_password(elsewhere, EDITOR)
    elsewhere.get_by_label("Code").fill(codes[0])
    follow(elsewhere.get_by_role("button", name="Log in"))
    elsewhere.goto("/account/wachtwoord")
    elsewhere.get_by_label("Wachtwoord").first.fill("heel iets anders dan appels")
    follow(elsewhere.locator("main").get_by_role("button").last)
    assert said(page, "Gebruik een passkey") == "Dit duurde te lang. Log opnieuw in."
    expected(tab, "404 " + page.url.split("/inloggen")[0] + "/inloggen/passkey/vraag")
