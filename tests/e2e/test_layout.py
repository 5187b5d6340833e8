"""Nothing is lost when narrow, at 400 %, with wide letters, in forced colours or without motion (A11Y-02, -03, R47)."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING
from urllib.parse import quote_plus

import pytest

from tests.e2e.looking import BESIDE, CUT_OFF, SIDEWAYS, contrast, open_all
from tests.e2e.pages import KINDS, follow
from tests.e2e.people import ADMIN, CURATOR, SIGNER, Demo, demonstration

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

    from tests.e2e.conftest import Tabs

pytestmark = pytest.mark.browser

HEART = [
    "home",
    "list, filtered",
    "profile, full",
    "comparison of two",
    "comparison of six",
    "method",
    "criterion, tree",
]
STATES = ["stated", "no", "not_applicable", "not_stated", "expired", "disputed"]

SPACING = """() => {
  const sheet = new CSSStyleSheet();
  sheet.replaceSync(`
    * { line-height: 1.5 !important; letter-spacing: 0.12em !important; word-spacing: 0.16em !important; }
    p { margin-block-end: 2em !important; }`);
  document.adoptedStyleSheets = [sheet];
}"""

UNSEEN = """() => {
  // Marks, buttons, bars and provinces that have the colour of the page.
  const paper = getComputedStyle(document.documentElement).backgroundColor;
  const parts = { ".mark": ["color"], ".button": ["color", "borderTopColor"], ".bar-part": ["fill"] };
  const every = (part) => [...document.querySelectorAll(part)];
  return Object.entries({ ...parts, ".province": ["stroke"] }).flatMap(([part, colours]) => every(part)
    .filter((each) => each.checkVisibility())
    .filter((each) => colours.some((colour) => getComputedStyle(each)[colour] === paper))
    .map((each) => each.outerHTML.slice(0, 100)));
}"""


@pytest.mark.parametrize("name", KINDS)
def test_no_sideways_scroll(tab: Tabs, name: str) -> None:
    """320 × 256 is what is left of 1280 × 1024 at 400 %."""
    page = tab(name, width=320, height=256)
    assert page.evaluate(BESIDE) == []
    assert page.evaluate(SIDEWAYS) == []
    if name in HEART:
        open_all(page)
        assert page.evaluate(BESIDE) == []


LONG = [
    "Bedrijfsadministratieprocesinrichtingsmaatschappij",
    "https://www.voorbeeld.example/nl-nl/producten/business-central?utm_source=nieuwsbrief",
    "n" * 180,
]
WHERE_WORDS_ARE_SHOWN = [
    "/partners?q={}",
    "/en/partners?q={}&producten=bc",
    "/partners?{0}={0}&producten={0}",
    "/criteria?q={}",
    "/en/criteria?q={}",
]


@pytest.mark.parametrize("address", WHERE_WORDS_ARE_SHOWN)
def test_a_long_word_makes_no_page_wide(tab: Tabs, address: str) -> None:
    page = tab("/healthz", width=360)
    for typed in LONG:
        page.goto(address.format(quote_plus(typed)))
        assert page.locator("main").is_visible()
        assert page.evaluate(BESIDE) == [], typed
        assert page.evaluate(CUT_OFF) == [], typed


OWN = "/partners/balansvaart/gegevens"
TABLES = [
    (SIGNER, f"{OWN}/controle"),
    (SIGNER, f"{OWN}/bestand"),
    (CURATOR, "/leden"),
    (CURATOR, "/werkbank/partners/balansvaart"),
    (ADMIN, "/beheer/rollen"),
]
"""Pages with a table that only some people see."""


@pytest.fixture(scope="module")
def demo(chromium: Browser, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Demo]:
    with demonstration(tmp_path_factory.mktemp("layout")) as made:
        yield made


def hidden_sideways(page: Page) -> list[object]:
    """What cannot be seen without scrolling sideways, on phones; and that there is a table which could do so."""
    assert page.locator("main table").count()
    found = []
    for width in (320, 360, 400):
        page.set_viewport_size({"width": width, "height": 700})
        found += page.evaluate(BESIDE) + page.evaluate(SIDEWAYS)
    return found


@pytest.mark.parametrize(("who", "address"), TABLES)
def test_tables_of_people_hide_nothing(tab: Tabs, demo: Demo, who: str, address: str) -> None:
    page = demo.signed_in(tab, who)
    page.goto(address)
    assert hidden_sideways(page) == []


def test_the_report_of_a_file_hides_nothing(tab: Tabs, demo: Demo) -> None:
    page = demo.signed_in(tab, SIGNER)
    page.goto(f"{OWN}/bestand")
    long = "arbeidsongeschiktheidsverzekeringsmaatschappij"
    lines = f"criterion,value\nstatutaire_naam,{long} Balansvaart B.V.\n{long},{long}\n"
    page.locator("input[type=file]").set_input_files(
        {"name": "a.csv", "mimeType": "text/csv", "buffer": lines.encode()}
    )
    follow(page.get_by_role("button", name="Lees het bestand"))
    assert page.locator("main table").count() == 2
    assert hidden_sideways(page) == []


def test_a_table_that_scrolls_in_its_box_is_found(tab: Tabs) -> None:
    """So that the silence of the other tests means something."""
    page = tab("freshness", width=320)
    page.evaluate("""() => {
      const [box, table] = [document.createElement("div"), document.querySelector("main table")];
      Object.assign(box.style, { overflowX: "auto" });
      Object.assign(table.style, { inlineSize: "50rem", maxInlineSize: "none" });
      table.replaceWith(box);
      box.append(table);
    }""")
    assert page.evaluate(BESIDE) == []
    assert len(page.evaluate(SIDEWAYS)) == 1


@pytest.mark.parametrize("name", [*HEART, "sign-in, error", "list, nothing found"])
def test_every_width_and_wide_letters(tab: Tabs, name: str) -> None:
    """Also with the spacing of WCAG 1.4.12, and with everything open, nothing sticks out or is cut off."""
    page = tab(name, width=1920)
    assert page.evaluate(BESIDE) == []
    for width in (1280, 768, 360):
        page.set_viewport_size({"width": width, "height": 900})
        assert page.evaluate(BESIDE) == [], width
        assert page.evaluate(CUT_OFF) == [], width
    open_all(page)
    assert page.evaluate(CUT_OFF) == []
    page.evaluate(SPACING)
    for width in (360, 1280):
        page.set_viewport_size({"width": width, "height": 900})
        assert page.evaluate(CUT_OFF) == [], f"{width}, wide letters"
        assert page.evaluate(BESIDE) == [], f"{width}, wide letters"


def test_the_filter_panel_fits(tab: Tabs) -> None:
    page = tab("/partners#filters", width=320, height=256)
    open_all(page)
    assert (
        page.evaluate("() => { const p = document.querySelector('#filters'); return p.scrollWidth - p.clientWidth; }")
        <= 0
    )
    boxes = [page.locator(part).bounding_box() for part in (".filters-head", ".filters-foot")]
    held = sum(box["height"] for box in boxes if box)
    assert held <= 256 * 0.6, f"{held} of 256 pixels are taken"


@pytest.mark.parametrize("name", ["list, filtered", "comparison of six"])
def test_what_sticks_leaves_room(tab: Tabs, name: str) -> None:
    """At 400 % a bar that stays in sight may not take most of the window."""
    page = tab(name, width=320, height=256)
    bars = page.evaluate("""() => [...document.body.querySelectorAll("*")]
      .filter((each) => each.checkVisibility() && getComputedStyle(each).position === "sticky")
      .filter((each) => !each.matches("tbody *"))
      .map((each) => each.offsetHeight)""")
    assert sum(bars) <= 256 * 0.5, bars


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_figures_on_the_map(tab: Tabs, scheme: str) -> None:
    """The contrast of a figure with the province it lies on, which axe cannot judge."""
    page = tab("/partners?vestigingsprovincies=UT", color_scheme=scheme)
    open_all(page)
    pairs = page.evaluate("""() => [...document.querySelectorAll(".map a")].map((each) =>
      [getComputedStyle(each.querySelector("text")).fill, getComputedStyle(each.querySelector(".province")).fill])""")
    assert len(pairs) == 12
    assert min(contrast(page, pairs)) >= 4.5


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_edges_and_marks_can_be_seen(tab: Tabs, scheme: str) -> None:
    """What tells a control or a state apart has a contrast of 3 with the paper (WCAG 1.4.11)."""
    page = tab("/methode", color_scheme=scheme)
    tokens = ["--accent", "--rule-firm", "--grey", "--amber", "--red", "--ink"]
    colours = page.evaluate(
        "(names) => names.map((name) => getComputedStyle(document.documentElement).getPropertyValue(name))",
        ["--paper", *tokens],
    )
    measured = contrast(page, [(colours[0], each) for each in colours[1:]])
    assert [name for name, value in zip(tokens, measured, strict=True) if value < 3] == []


def test_no_state_by_colour_alone(tab: Tabs) -> None:
    """Each state has a word and a shape of its own."""
    page = tab("/methode")
    marks = page.evaluate("""() => [...document.querySelectorAll("[aria-labelledby=standen] .facts > div > dt")]
      .map((each) => [each.textContent.trim(), each.querySelector("use").getAttribute("href")])""")
    assert len(marks) == len({word for word, _ in marks}) == len({shape for _, shape in marks}) == len(STATES)
    assert all(word for word, _ in marks)


@pytest.mark.parametrize("name", ["home", "list, filtered", "profile, full", "comparison of two"])
def test_forced_colours(tab: Tabs, name: str) -> None:
    """In the colours of the reader everything is still there: marks, boxes, and the words beside them."""
    page = tab(name, forced_colors="active", color_scheme="dark")
    plain = tab(name)
    assert page.locator("main").inner_text() == plain.locator("main").inner_text()
    assert page.evaluate("() => matchMedia('(forced-colors: active)').matches")
    assert page.evaluate(UNSEEN) == []
    assert len(page.screenshot()) > 10_000, "blank"


def test_no_motion_for_who_wants_none(tab: Tabs) -> None:
    page = tab("list, filtered", reduced_motion="reduce")
    moving = page.evaluate("""() => [...document.querySelectorAll("*")].filter((each) => {
      const style = getComputedStyle(each);
      return parseFloat(style.transitionDuration) > 0 || parseFloat(style.animationDuration) > 0; }).length""")
    assert moving == 0
    assert page.locator("main").inner_text() == tab("list, filtered").locator("main").inner_text()
