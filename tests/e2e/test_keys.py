"""Keys of a curator: they walk, open and judge, do nothing in fields, and can be switched off (WCAG 2.1.4)."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

import pytest

from tests.e2e.looking import BESIDE, axe, axe_again_in_the_dark
from tests.e2e.pages import follow
from tests.e2e.people import CURATOR, Demo, demonstration

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

    from tests.e2e.conftest import Tabs

pytestmark = pytest.mark.browser

FOCUS = "() => document.activeElement.getAttribute('href') ?? document.activeElement.name ?? ''"


@pytest.fixture(scope="module")
def demo(chromium: Browser, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Demo]:
    with demonstration(tmp_path_factory.mktemp("keys")) as made:
        yield made


@pytest.fixture
def bench(tab: Tabs, demo: Demo) -> Page:
    """The workbench of a curator."""
    page = demo.signed_in(tab, CURATOR)
    page.goto("/werkbank")
    return page


def press(page: Page, *keys: str) -> None:
    """Press keys that lead to another page, and wait until it is there."""
    with page.expect_navigation():
        for key in keys:
            page.keyboard.press(key)


def test_from_the_workbench_to_an_answer_and_back(bench: Page) -> None:
    bench.keyboard.press("j")
    first = bench.evaluate(FOCUS)
    assert first.startswith("/vertegenwoordiging/")
    bench.keyboard.press("j")
    second = bench.evaluate(FOCUS)
    assert second not in ("", first)
    bench.keyboard.press("k")
    assert bench.evaluate(FOCUS) == first
    press(bench, "o")
    assert urlsplit(bench.url).path == first
    bench.go_back()
    bench.keyboard.press("j")
    press(bench, "Enter")
    assert urlsplit(bench.url).path == first
    bench.go_back()
    press(bench, "n")
    one = bench.url
    assert one.endswith("/nakijken")
    press(bench, "j")
    assert bench.url != one
    press(bench, "k")
    assert bench.url == one
    press(bench, "g", "w")
    assert urlsplit(bench.url).path == "/werkbank"


def test_judging_by_key_and_typing_in_the_field(bench: Page) -> None:
    press(bench, "n")
    here = bench.url
    bench.keyboard.press("v")
    assert bench.get_by_label("ik heb een vraag").is_checked()
    assert bench.evaluate(FOCUS) == "reden"
    for key in "cvjkog w?n":
        bench.keyboard.press(key)
    assert bench.locator("[name=reden]").input_value() == "cvjkog w?n"
    assert bench.get_by_label("ik heb een vraag").is_checked()
    assert not bench.locator("dialog").is_visible()
    assert bench.url == here
    bench.locator("h1").click()
    bench.evaluate("() => document.activeElement.blur()")
    bench.keyboard.press("c")
    assert bench.get_by_label("het klopt met").is_checked()
    assert bench.evaluate(FOCUS) == "reden"


def test_not_with_a_modifier_nor_in_a_list(bench: Page) -> None:
    press(bench, "n")
    here = bench.url
    for held in ("Control", "Alt", "Meta"):
        for key in ("j", "c", "v"):
            bench.keyboard.press(f"{held}+{key}")
        assert bench.evaluate(FOCUS) != "reden", held
    bench.locator("select").focus()
    bench.keyboard.press("j")
    bench.keyboard.press("v")
    assert bench.get_by_label("het klopt met").is_checked()
    assert bench.url == here


def test_the_list_of_keys_and_the_switch(bench: Page) -> None:
    dialog = bench.get_by_role("dialog", name="Sneltoetsen")
    assert not dialog.is_visible()
    bench.keyboard.press("?")
    assert dialog.is_visible()
    assert "volgende regel" in dialog.inner_text()
    assert axe(bench) == []
    assert axe_again_in_the_dark(bench) == []
    bench.set_viewport_size({"width": 320, "height": 256})
    assert bench.evaluate(BESIDE) == []
    bench.set_viewport_size({"width": 1280, "height": 900})
    bench.keyboard.press("Escape")
    assert not dialog.is_visible()
    bench.keyboard.press("?")
    dialog.get_by_label("gebruik sneltoetsen").uncheck()
    dialog.get_by_role("button", name="Sluit").click()
    bench.reload()
    before = bench.evaluate(FOCUS)
    for key in ("j", "?", "n"):
        bench.keyboard.press(key)
    assert bench.evaluate(FOCUS) == before
    assert not dialog.is_visible()
    follow(bench.get_by_role("link", name="Kijk het oudste na"))
    bench.keyboard.press("v")
    assert bench.get_by_label("het klopt met").is_checked(), "on every page"
    bench.get_by_role("button", name="Sneltoetsen").click()
    bench.get_by_label("gebruik sneltoetsen").check()
    bench.keyboard.press("Escape")
    press(bench, "g", "w")
    bench.keyboard.press("j")
    assert bench.evaluate(FOCUS) not in ("", before)


def test_without_scripts_nothing_is_offered_that_does_not_work(tab: Tabs, demo: Demo) -> None:
    page = demo.signed_in(tab, CURATOR, scripts=False)
    page.goto("/werkbank")
    assert not page.get_by_role("button", name="Sneltoetsen").is_visible()
    assert not page.locator("dialog").is_visible()
    follow(page.get_by_role("link", name="Kijk het oudste na"))
    follow(page.get_by_role("link", name="Volgende"))
    page.get_by_label("ik heb een vraag").check()
    page.get_by_label("Wat u zag, of wat u wilt weten").fill("Hoe telt u?")
    follow(page.get_by_role("button", name="Bewaar en ga naar het volgende"))
    assert page.locator(".error-summary").count() == 0


@pytest.mark.parametrize("width", [320, 1280])
def test_nothing_wrong_to_see(bench: Page, width: int) -> None:
    bench.set_viewport_size({"width": width, "height": 700})
    address = bench.get_by_role("link", name="Kijk het oudste na").get_attribute("href")
    for each in ("/werkbank", "/werkbank?alles=verloopt", "/werkbank/antwoorden", address, "/logboek?wat=answer:"):
        bench.goto(each or "")
        assert axe(bench) == [], each
        assert bench.evaluate(BESIDE) == [], each
