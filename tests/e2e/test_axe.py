"""No page has a fault that axe can see (R48, A11Y-10)."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.e2e.looking import axe, axe_again_in_the_dark, open_all
from tests.e2e.pages import KINDS

if TYPE_CHECKING:
    from tests.e2e.conftest import Tabs

pytestmark = pytest.mark.browser

REPEATS = ("English", "comparison of six")
"""Pages that have the elements of another: looked at once."""


@pytest.mark.parametrize("name", KINDS)
def test_every_page(tab: Tabs, name: str) -> None:
    """On a desk, light and dark."""
    page = tab(name)
    assert axe(page) == []
    if not name.startswith(REPEATS):
        assert axe_again_in_the_dark(page) == []


@pytest.mark.parametrize("name", [name for name in KINDS if not name.startswith(REPEATS)])
def test_on_a_phone(tab: Tabs, name: str) -> None:
    assert axe(tab(name, width=360, height=780)) == []


@pytest.mark.parametrize("name", ["list, filtered", "profile, full", "comparison of two"])
def test_everything_open(tab: Tabs, name: str) -> None:
    page = tab(name)
    open_all(page)
    assert axe(page) == []


def test_the_filters_of_a_phone(tab: Tabs) -> None:
    page = tab("/partners#filters", width=360)
    assert page.locator("#filters").is_visible()
    assert axe(page) == []


def test_axe_is_awake(tab: Tabs) -> None:
    """A fault put into a page is found, so that the silence of the other tests means something."""
    page = tab("/over")
    page.evaluate("() => { document.querySelector('h1').innerHTML = '<img src=\"/static/favicon.svg\">'; }")
    assert any(line.startswith("image-alt") for line in axe(page))
