"""On paper: everything that defends a fact, and nothing that only works on a screen (UX-12, row D6)."""

from __future__ import annotations

import re
import shutil
import subprocess
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from tests.e2e.conftest import Tabs

pytestmark = pytest.mark.browser

ON_PAPER = """() => document.querySelector("main").innerText.replace(/\\s+/g, " ")"""
ADDRESSES = """() => [...document.querySelectorAll("a.source")].filter((each) => each.checkVisibility())
  .map((each) => [each.href, getComputedStyle(each, "::after").content])"""


@pytest.mark.parametrize("name", ["profile, full", "comparison of two", "comparison of six"])
def test_on_paper(tab: Tabs, name: str, tmp_path: Path) -> None:
    page = tab(name)
    page.emulate_media(media="print")
    text = page.evaluate(ON_PAPER)
    assert "Afgedrukt op" in text or "afgedrukt op" in text
    address = page.url.replace("&voor=bc", "") if name.startswith("comparison") else page.url.split("?")[0]
    assert re.search(re.escape(address) + r"[?&]op=\d{4}-\d\d-\d\d", text), "the address that keeps giving these data"
    assert "niet opgegeven" in text
    for part in (".site-nav", ".compare-bar", ".skip", ".switch", ".why"):
        assert not any(each.is_visible() for each in page.locator(part).all()), part
    closed = page.locator("details.origin:not([open])")
    assert closed.count() > 10
    opened = page.evaluate(ADDRESSES)
    assert opened, "no source shows"
    assert [href for href, after in opened if href not in after] == []

    file = tmp_path / "page.pdf"
    page.pdf(path=file, prefer_css_page_size=True)
    assert file.read_bytes().startswith(b"%PDF")
    assert file.stat().st_size > 20_000
    if shutil.which("pdftotext"):
        read = subprocess.run(["pdftotext", "-raw", file, "-"], capture_output=True, text=True, check=True).stdout
        assert address.split("//")[1] in "".join(read.split())
        assert opened[0][0].split("//")[1] in "".join(read.split())


@pytest.mark.parametrize("name", ["profile, full", "comparison of two"])
def test_nothing_is_cut_off_on_paper(tab: Tabs, name: str) -> None:
    """A table that scrolls on the screen is whole on paper; A4 leaves 186 or 277 mm for the words."""
    width = 703 if name.startswith("profile") else 1047
    page = tab(name, width=width)
    page.emulate_media(media="print")
    assert page.evaluate("() => document.documentElement.scrollWidth - document.documentElement.clientWidth") <= 0
    cut = page.evaluate("""() => [...document.querySelectorAll(".comparison th, .comparison td, .facts dd")]
      .filter((each) => each.checkVisibility() && each.getBoundingClientRect().right > innerWidth + 1)
      .map((each) => each.outerHTML.slice(0, 100))""")
    assert cut == []
