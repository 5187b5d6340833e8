"""Two servers, one Chromium, and tabs that complain about whatever a page should not do.

Without Chromium or playwright these tests are skipped; with PARTNERKOMPAS_BROWSER_REQUIRED=1 they fail instead.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any, NoReturn
from urllib.parse import urlsplit

import pytest

from tests.e2e.looking import axe_source
from tests.e2e.pages import KINDS
from tests.e2e.serving import Site, served

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

    Tab = Callable[..., Page]

ARGUMENTS = (
    "--no-sandbox --disable-gpu --disable-quic --no-first-run --disable-background-networking --disable-dev-shm-usage "
    "--disable-component-update --disable-sync"
).split()


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
    path = Path(os.environ.get("CHROMIUM", "/usr/bin/chromium"))
    if not path.is_file():
        missing(f"there is no Chromium at {path}")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=ARGUMENTS)
        yield browser
        browser.close()


@pytest.fixture(scope="session")
def site(chromium: Browser, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """The demonstration."""
    with served(tmp_path_factory.mktemp("demo"), demo=True) as running:
        yield running


@pytest.fixture(scope="session")
def empty_site(chromium: Browser, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """Criteria, and no partner yet."""
    with served(tmp_path_factory.mktemp("empty"), demo=False) as running:
        yield running


@pytest.fixture
def tab(request: pytest.FixtureRequest, chromium: Browser, site: Site) -> Iterator[Tab]:
    """Open an address, or a type of page by its name, as a new visitor: `tab("/partners", width=360)`.

    `scripts=False` turns JavaScript off; other options are those of a playwright context. Afterwards no page may have
    asked another host for anything, and the console must be silent (SEC-11, GDPR-04).
    """
    contexts, complaints = [], []

    def open_tab(what: str, *, width: int = 1280, height: int = 900, scripts: bool = True, **options: Any) -> Page:
        kind = KINDS.get(what)
        there = request.getfixturevalue("empty_site") if kind and kind.empty else site
        context = chromium.new_context(
            viewport={"width": width, "height": height}, base_url=there.url, java_script_enabled=scripts, **options
        )
        contexts.append(context)
        page = context.new_page()
        watch(page, there, complaints)
        address = (kind.address if kind else what).format(**there.places)
        answer = page.goto(address)
        assert answer
        assert answer.status == (kind.status if kind else 200), address
        if kind:
            kind.act(page)
        return page

    yield open_tab
    for context in contexts:
        context.close()
    assert not complaints


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

    page.on("console", on_console)
    page.on("pageerror", lambda error: complaints.append(f"{page.url}: {error}"))
    page.on("request", on_request)
    page.on("response", on_response)
