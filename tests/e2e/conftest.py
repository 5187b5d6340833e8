"""Two servers, one Chromium, and tabs that complain about whatever a page should not do.

Without Chromium or playwright these tests are skipped; with PARTNERKOMPAS_BROWSER_REQUIRED=1 they fail instead.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any, NoReturn
from urllib.parse import urlsplit

import pytest

from tests.e2e.looking import axe_source
from tests.e2e.pages import KINDS, Kind
from tests.e2e.serving import Site, served

if TYPE_CHECKING:
    from playwright.sync_api import Browser, BrowserContext, Page

ARGUMENTS = (
    "--no-sandbox --disable-gpu --disable-quic --no-first-run --disable-background-networking --disable-dev-shm-usage "
    "--disable-component-update --disable-sync"
).split()
PATIENCE = 60_000
"""Milliseconds in which something must have happened."""

CHROMIUM = "/usr/bin/chromium-headless-shell", "/usr/bin/chromium"
"""The first that is there: Debian packs the shell beside the browser, of the same source, and it is quicker."""


MEASURED = """
[theme]
key = "prijs"
position = 10
name = { nl = "Prijs", en = "Price" }
intro = { nl = "Prijzen.", en = "Prices." }
[[criteria]]
key = "tarief"
label = { nl = "Tarief", en = "Rate" }
question = { nl = "Wat kost een uur?", en = "What does an hour cost?" }
why = { nl = "Omdat.", en = "Because." }
evidence = { nl = "Geen.", en = "None." }
kind = "amount"
decimals = 2
unit = { nl = "euro", en = "euros" }
uses = ["facet", "compare"]
[[criteria]]
key = "gestart"
label = { nl = "Gestart", en = "Started" }
question = { nl = "Wanneer bent u begonnen?", en = "When did you start?" }
why = { nl = "Omdat.", en = "Because." }
evidence = { nl = "Geen.", en = "None." }
kind = "date"
uses = ["facet", "compare"]
"""

COINS = """
key = "munten"
name = { nl = "Munten", en = "Coins" }
source = "https://example.org/"
[[options]]
code = "euro"
label = "euro"
"""


def missing(what: str) -> NoReturn:
    """Skip, or fail where browser tests must run."""
    if os.environ.get("PARTNERKOMPAS_BROWSER_REQUIRED") == "1":
        pytest.fail(what, pytrace=False)
    pytest.skip(what)


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    try:
        from playwright.sync_api import sync_playwright

        axe_source()
    except ImportError:
        missing("playwright or axe-playwright-python is not installed")
    named = os.environ.get("CHROMIUM")
    paths = [path for each in ([named] if named else CHROMIUM) if (path := Path(each)).is_file()]
    if not paths:
        missing(f"there is no Chromium at {named or ' or '.join(CHROMIUM)}")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=paths[0], args=ARGUMENTS)
        yield browser
        browser.close()


@pytest.fixture(scope="session")
def site(chromium: Browser, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """The demonstration."""
    with served(tmp_path_factory.mktemp("demo"), ("setup", "--demo")) as running:
        yield running


@pytest.fixture(scope="session")
def empty_site(chromium: Browser, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """Criteria, and no partner yet."""
    with served(tmp_path_factory.mktemp("empty"), ("setup",)) as running:
        yield running


@pytest.fixture(scope="session")
def measured_site(chromium: Browser, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """Partners with an amount and a day to filter on, which our own criteria do not use as facets."""
    source = tmp_path_factory.mktemp("measured_source")
    (source / "options").mkdir()
    (source / "options" / "munten.toml").write_text(COINS)
    (source / "criteria.toml").write_text(MEASURED)
    (source / "partners.csv").write_text(
        "slug,name,status\n" + "".join(f"p{n},Partner {n},listed\n" for n in range(1, 6))
    )
    answers = [(f"p{n}", "tarief", f"{n * 10}.5") for n in range(1, 5)] + [
        ("p1", "gestart", "2020-05-01"),
        ("p2", "gestart", "2024-05-01"),
    ]
    lines = "".join(f"{slug},{criterion},stated,{value},partner,2026-01-05\n" for slug, criterion, value in answers)
    (source / "answers.csv").write_text("partner,criterion,state,value,source,stated_on\n" + lines)
    commands = (
        ("setup", "--criteria", source),
        ("import", "partners", source / "partners.csv"),
        ("import", "answers", source / "answers.csv"),
    )
    with served(tmp_path_factory.mktemp("measured"), *commands) as running:
        yield running


@dataclass
class Tabs:
    """Opens an address, or a type of page by its name, as a new visitor: `tab("/partners", width=360)`."""

    chromium: Browser
    site_of: Callable[[str], Site]
    contexts: list[BrowserContext] = field(default_factory=list)
    complaints: list[str] = field(default_factory=list)

    def __call__(self, what: str, **options: Any) -> Page:
        """The page, after what a visitor does to see it. Options as of `blank`."""
        page = self.blank(what, **options)
        kind = KINDS.get(what, Kind(what))
        answer = page.goto(self.address(what))
        assert answer
        assert answer.status == kind.status, page.url
        kind.act(page)
        return page

    def blank(
        self,
        what: str,
        *,
        width: int = 1280,
        height: int = 900,
        scripts: bool = True,
        at: Site | None = None,
        **options: Any,
    ) -> Page:
        """A tab that went nowhere yet. `scripts=False` turns JavaScript off; the rest is for the playwright context."""
        there = at or self.site_of(what)
        context = self.chromium.new_context(
            viewport={"width": width, "height": height}, base_url=there.url, java_script_enabled=scripts, **options
        )
        context.set_default_timeout(PATIENCE)
        self.contexts.append(context)
        page = context.new_page()
        watch(page, there, self.complaints)
        return page

    def address(self, what: str) -> str:
        """The address of a type of page, with partners in their places."""
        return KINDS.get(what, Kind(what)).address.format(**self.site_of(what).places)


@pytest.fixture
def tab(request: pytest.FixtureRequest, chromium: Browser, site: Site) -> Iterator[Tabs]:
    """Tabs that may not ask another host for anything and whose console must be silent (SEC-11, GDPR-04)."""

    def site_of(what: str) -> Site:
        return request.getfixturevalue("empty_site") if what in KINDS and KINDS[what].empty else site

    tabs = Tabs(chromium, site_of)
    yield tabs
    for context in tabs.contexts:
        context.close()
    assert tabs.complaints == []


def watch(page: Page, site: Site, complaints: list[str]) -> None:
    """Gather what a page should not do."""
    host = urlsplit(site.url).netloc

    def on_console(message: Any) -> None:
        # That a part did not load is said below; that a page itself is a 404 is for the test to judge.
        if message.type in ("error", "warning") and not message.text.startswith("Failed to load resource"):
            complaints.append(f"{page.url}: console: {message.text}")

    def on_request(request: Any) -> None:
        if urlsplit(request.url).netloc != host and not request.url.startswith(("data:", "blob:")):
            complaints.append(f"{page.url} asks {request.url}")

    def on_response(response: Any) -> None:
        if response.status >= 400 and response.request.resource_type != "document":
            complaints.append(f"{page.url}: {response.status} {response.url}")

    def on_error(error: Any) -> None:
        # A machine that is busy may skip the fade from one page to the next.
        if "Transition" not in str(error):
            complaints.append(f"{page.url}: {error}")

    page.on("console", on_console)
    page.on("pageerror", on_error)
    page.on("request", on_request)
    page.on("response", on_response)
