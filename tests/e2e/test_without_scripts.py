"""Everything works without JavaScript: forms and links alone lead from home to a comparison (A11Y-10, UX-04)."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING
from urllib.parse import parse_qsl, urlsplit

import pytest

from tests.e2e.listing import beside, query, show, total, value_of
from tests.e2e.pages import follow

if TYPE_CHECKING:
    from playwright.sync_api import Page

    from tests.e2e.conftest import Tabs
    from tests.e2e.serving import Site

pytestmark = pytest.mark.browser


def tick(page: Page, facet: str, value: str) -> int:
    """Tick a value and press the button; returns the count that stood beside it."""
    box = value_of(page, facet, value)
    promised = beside(box)
    box.check()
    follow(page.get_by_role("button", name="Toon resultaten"))
    return promised


def test_from_home_to_a_comparison(tab: Tabs) -> None:
    page = tab("/", scripts=False)
    page.get_by_label("Zoek op naam, product, branche of plaats").fill("business central")
    follow(page.get_by_role("button", name="Zoek partners"))
    assert query(page) == {"q": ["business central"]}
    everyone = total(page)
    assert everyone > 20

    promised = tick(page, "vestigingsprovincies", "UT")
    assert query(page) == {"q": ["business central"], "vestigingsprovincies": ["UT"]}
    assert total(page) == promised < everyone

    names = []
    for number in (0, 1, 2):
        card = page.locator(".sheet").nth(number)
        names.append(card.locator("h3").inner_text())
        follow(card.locator("a.switch"))
        assert len(query(page)["p"]) == number + 1
        assert query(page)["q"] == ["business central"]
    follow(page.locator(".compare-bar a.button"))
    assert page.locator(".comparison thead .who").all_inner_texts() == names
    rows = page.locator(".comparison tbody tr:not(.theme-row)").count()

    follow(page.get_by_role("link", name="Alleen verschillen"))
    fewer = page.locator(".comparison tbody tr:not(.theme-row)").count()
    assert 0 < fewer < rows
    assert page.locator(".comparison tbody tr:not(.differs, .theme-row)").count() == 0
    assert f"{rows - fewer} van {rows} rijen" in page.locator(".actions").inner_text()
    follow(page.get_by_role("link", name="Alleen verschillen"))

    follow(page.locator("thead .col-2 .column-acts a", has_text="Naar links"))
    assert page.locator(".comparison thead .who").all_inner_texts() == [names[1], names[0], names[2]]
    follow(page.locator("thead .col-3 .column-acts a", has_text="Haal weg"))
    assert page.locator(".comparison thead .who").all_inner_texts() == [names[1], names[0]]
    follow(page.get_by_role("link", name="Voeg een partner toe"))
    assert urlsplit(page.url).path == "/partners"
    assert len(query(page)["p"]) == 2
    assert query(page)["q"] == ["business central"], "the list is as it was left (SRCH-03)"
    assert query(page)["vestigingsprovincies"] == ["UT"]


def test_chips_take_filters_away(tab: Tabs) -> None:
    page = tab("/partners?producten=bc&producten=pp&vestigingsprovincies=UT&p={full}", scripts=False)
    before = total(page)
    chips = page.locator("a.chip")
    assert chips.count() == 3
    follow(page.locator("a.chip", has_text="Power Platform"))
    assert query(page)["producten"] == ["bc"]
    assert total(page) <= before
    assert page.locator("input[name=producten][value=bc]").is_checked()
    assert not page.locator("input[name=producten][value=pp]").is_checked()
    follow(page.get_by_role("link", name="Wis alles"))
    assert list(query(page)) == ["p"]
    assert page.locator("a.chip").count() == 0


def test_all_instead_of_any(tab: Tabs) -> None:
    page = tab("/partners?producten=bc&producten=pp", scripts=False)
    value_of(page, "producten", "bc")
    any_of = total(page)
    follow(page.get_by_role("link", name="Eis ze allemaal"))
    assert query(page) == {"producten.alle": ["bc", "pp"]}
    assert 0 < total(page) < any_of
    follow(page.get_by_role("link", name="Een ervan is genoeg"))
    assert query(page) == {"producten": ["bc", "pp"]}
    assert total(page) == any_of


def test_bounds(tab: Tabs, measured_site: Site) -> None:
    page = tab("/partners", at=measured_site, scripts=False)
    assert total(page) == 5
    show(page.locator("[name='tarief.van']")).fill("20.5")
    follow(page.get_by_role("button", name="Toon resultaten"))
    assert total(page) == 3
    assert page.locator("[name='tarief.van']").input_value() == "20.5"
    page.locator("[name='tarief.tot']").fill("30.5")
    show(page.locator("[name='gestart.van']")).fill("2024-05-01")
    follow(page.get_by_role("button", name="Toon resultaten"))
    assert page.locator(".sheet h3").all_inner_texts() == ["Partner 2"]
    assert page.locator("a.chip").count() == 2
    follow(page.locator("a.chip", has_text="Gestart"))
    assert total(page) == 2


def test_pages_keep_everything(tab: Tabs) -> None:
    """Filters, words and the choice to compare stay; nobody is shown twice, nobody is left out (SRCH-03)."""
    page = tab("/partners?producten=bc&p={full}&p={other}", scripts=False)
    before, names = query(page), []
    while True:
        names += page.locator(".sheet h3").all_inner_texts()
        assert {key: value for key, value in query(page).items() if key != "pagina"} == before
        assert page.locator(".compare-bar .chosen-list li").count() == 2
        following = page.locator("a[rel=next]")
        if not following.count():
            break
        follow(following)
    assert len(names) == len(set(names)) == total(page)
    assert page.locator(".pages").count() == 1


def test_the_other_language_is_the_same_page(tab: Tabs) -> None:
    page = tab("/partners?producten=bc&vestigingsprovincies=UT&p={full}&pagina=1", scripts=False)
    before = urlsplit(page.url), total(page)
    follow(page.get_by_role("link", name="English"))
    assert page.locator("html").get_attribute("lang") == "en"
    assert (urlsplit(page.url).path, urlsplit(page.url).query) == ("/en/partners", before[0].query)
    assert total(page) == before[1]
    follow(page.locator(".sheet h3 a").first)
    assert urlsplit(page.url).path.startswith("/en/partners/")
    follow(page.get_by_role("link", name="Nederlands"))
    assert page.locator("html").get_attribute("lang") == "nl"


def test_nothing_found_leads_on(tab: Tabs) -> None:
    """Which filter to drop, and how many partners that brings (UX-06)."""
    page = tab("/partners?eigendom=beursgenoteerd&producten=bc", scripts=False)
    assert total(page) == 0
    ways = page.locator(".suggestions > li")
    assert ways.count() > 0
    promised = re.search(r"(\d+) partner", ways.first.inner_text())
    assert promised
    follow(ways.first.locator("a"))
    assert total(page) == int(promised[1]) > 0


def test_a_map_and_its_list_are_filters(tab: Tabs) -> None:
    page = tab("/", scripts=False)
    line = page.locator(".province-list li", has_text="Utrecht")
    promised = int(line.locator(".n").inner_text())
    follow(line.locator("a"))
    assert total(page) == promised
    assert ("vestigingsprovincies", "UT") in parse_qsl(urlsplit(page.url).query)


def test_filters_on_a_phone(tab: Tabs) -> None:
    page = tab("/partners", width=360, height=780, scripts=False)
    assert not page.locator("#filters").is_visible()
    follow(page.locator("a.filters-open"))
    assert page.locator("#filters").is_visible()
    promised = tick(page, "producten", "fin")
    assert not page.locator("#filters").is_visible()
    assert total(page) == promised
    follow(page.locator("a.filters-open"))
    follow(page.get_by_role("link", name="Sluit filters"))
    assert not page.locator("#filters").is_visible()


def test_two_of_six_on_a_phone(tab: Tabs) -> None:
    """The pickers choose which two columns show, by style alone."""
    page = tab("comparison of six", width=360, height=780, scripts=False)
    shown = lambda: [who for who in page.locator(".comparison .who").all() if who.is_visible()]  # noqa: E731
    assert len(shown()) == 2
    names = page.locator(".comparison .who").all_text_contents()
    page.locator(".pickers summary").click()
    page.locator("[name=rechts][value='6']").check()
    assert [who.inner_text() for who in shown()] == [names[0], names[5]]
    page.locator("[name=links][value='4']").check()
    assert {who.inner_text() for who in shown()} == {names[3], names[5]}
    left, right = (page.locator(f".comparison thead .col-{number}").first.bounding_box() for number in (4, 6))
    assert left
    assert right
    assert left["x"] < right["x"]
