"""Keeping a search as somebody does it: sign in, find, keep, see who came and left, share, forget."""

from __future__ import annotations

import os
import re
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import urlsplit
from xml.etree import ElementTree

import pytest

from tests.e2e.listing import total
from tests.e2e.looking import BESIDE, CUT_OFF, axe, axe_again_in_the_dark, open_all
from tests.e2e.pages import follow
from tests.e2e.serving import COMMAND, Site, served

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

    from tests.e2e.conftest import Tabs

pytestmark = pytest.mark.browser

EMAIL = "lid@voorbeeld.example"
SEARCH = "/partners?producten=bc&vestigingsprovincies=UT"


@dataclass(frozen=True)
class Kept:
    """A site of which one can sign in, and change the partners."""

    site: Site
    folder: Path
    password: str

    def give(self, *words: str | Path) -> str:
        """Give a command to the site that runs."""
        environment = {**os.environ, "PARTNERKOMPAS_INSTANCE": str(self.folder)}
        done = subprocess.run([COMMAND, *words], env=environment, capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stdout + done.stderr
        return done.stdout

    def sign_in(self, page: Page) -> None:
        page.goto("/inloggen")
        page.get_by_label("E-mailadres").fill(EMAIL)
        page.get_by_label("Wachtwoord").fill(self.password)
        follow(page.get_by_role("button", name="Log in"))


@pytest.fixture(scope="module")
def kept(chromium: Browser, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Kept]:
    folder = tmp_path_factory.mktemp("kept")
    with served(folder, ("setup", "--demo")) as site:
        told = Kept(site, folder, "").give("account", "add", EMAIL, "--role", "curator")
        yield Kept(site, folder, told.split(": ")[-1].strip())


def save(page: Page, address: str, name: str) -> int:
    """Keep a search under a name; returns how many partners the list says it finds."""
    page.goto(address)
    found = total(page)
    page.get_by_label("Naam van deze zoekopdracht").fill(name)
    follow(page.get_by_role("button", name="Bewaar deze zoekopdracht"))
    return found


def test_from_finding_to_forgetting(tab: Tabs, kept: Kept, tmp_path: Path) -> None:
    """Without JavaScript, on a small phone."""
    page = tab.blank("/", at=kept.site, width=320, height=640, scripts=False)
    kept.sign_in(page)
    found = save(page, SEARCH, "BC in Utrecht")
    assert urlsplit(page.url).path == "/bewaard"
    mine = page.locator(".saved")
    assert f"{found} partners, niets veranderd" in mine.inner_text()

    slug = kept.site.json(f"/api/v1{SEARCH}")["items"][0]["slug"]
    (tmp_path / "partners.csv").write_text(f"slug,name,status\n{slug},Weg,delisted\n")
    kept.give("import", "partners", tmp_path / "partners.csv")
    follow(page.get_by_role("link", name="Bewaard"))
    assert f"{found - 1} partners. Veranderd sinds" in mine.inner_text()
    assert "Niet meer in de gids" in mine.inner_text()
    assert "Weg" not in mine.inner_text()

    page.locator("summary", has_text="Deel of volg").click()
    shared, feed = (link.get_attribute("href") for link in page.locator("a.long").all())
    stranger = tab.blank("/", at=kept.site, width=320, scripts=False)
    stranger.goto(str(shared))
    assert stranger.locator("h1").inner_text() == "BC in Utrecht"
    assert f"{found - 1} partners" in stranger.locator("main").inner_text()
    assert EMAIL not in stranger.content()
    follow(stranger.get_by_role("link", name="Naar de lijst"))
    assert total(stranger) == found - 1
    entries = ElementTree.fromstring(stranger.request.get(str(feed)).body()).findall("{*}entry")
    assert [each.findtext("{*}title") for each in entries] == [
        f"BC in Utrecht: {found - 1} partners, 1 niet meer in de gids"
    ]

    follow(page.get_by_role("button", name="Markeer als gezien"))
    assert f"{found - 1} partners, niets veranderd" in mine.inner_text()
    follow(page.get_by_role("link", name="Geef een andere naam"))
    page.get_by_label("Naam").fill("")
    follow(page.get_by_role("button", name="Bewaar"))
    assert page.locator(".error-summary").is_visible()
    page.get_by_label("Naam").fill("Utrecht")
    follow(page.get_by_role("button", name="Bewaar"))
    assert mine.locator("h2").inner_text() == "Utrecht"
    page.locator("summary", has_text=re.compile("^Vergeet")).click()
    follow(page.get_by_role("button", name="Vergeet deze zoekopdracht"))
    assert mine.count() == 0
    answer = stranger.goto(str(shared))
    assert answer
    assert answer.status == 404


def test_the_form_follows_the_filters(tab: Tabs, kept: Kept) -> None:
    """With scripts the list changes in place, and so does what would be kept."""
    page = tab.blank("/", at=kept.site)
    kept.sign_in(page)
    page.goto("/partners?producten=bc")
    before = total(page)
    page.locator("input[name=producten][value=fin]").check()
    page.wait_for_function("(n) => document.querySelector('#resultaten').dataset.total !== String(n)", arg=before)
    after = total(page)
    assert (
        page.get_by_label("Naam van deze zoekopdracht").input_value()
        == "Dynamics 365 Business Central, Dynamics 365 Finance"
    )
    follow(page.get_by_role("button", name="Bewaar deze zoekopdracht"))
    first = page.locator(".saved").first
    assert f"{after} partners" in first.inner_text()
    follow(first.get_by_role("link", name="Open de lijst"))
    assert total(page) == after


def test_they_look_like_the_rest(tab: Tabs, kept: Kept) -> None:
    page = tab.blank("/", at=kept.site)
    kept.sign_in(page)
    page.goto("/bewaard")
    assert axe(page) == []
    save(page, SEARCH + "&q=groothandel", "x" * 80)
    save(page, "/partners", "Iedereen")
    save(page, f"/partners?q={'n' * 180}", "Lang woord")
    shared = page.locator("a.long").first.get_attribute("href")
    for address in (f"{SEARCH}&q=groothandel", "/bewaard", str(shared), f"{shared}/naam", "/en/bewaard"):
        page.emulate_media(color_scheme="light")
        page.set_viewport_size({"width": 1280, "height": 900})
        page.goto(address)
        if address.startswith("/bewaard"):
            open_all(page)
        assert axe(page) == [], address
        assert axe_again_in_the_dark(page) == [], address
        for width in (1280, 768, 360, 320):
            page.set_viewport_size({"width": width, "height": 800})
            assert page.evaluate(BESIDE) == [], f"{address} {width}"
            assert page.evaluate(CUT_OFF) == [], f"{address} {width}"
        assert axe(page) == [], f"{address}, on a phone"
