"""Evidence in a real browser: a partner on a phone without JavaScript chooses files, a curator saves what was shown."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from tests.e2e.looking import BESIDE, axe, axe_again_in_the_dark
from tests.e2e.pages import follow
from tests.e2e.people import CURATOR, SIGNER, TIED, Demo, demonstration, sign_in
from tests.evidence.made import a_pdf, a_png

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

    from tests.e2e.conftest import Tabs

pytestmark = pytest.mark.browser

THEME, CHECK = "/partners/balansvaart/gegevens/organisatie", "/partners/balansvaart/gegevens/controle"
QUESTION = "Medewerkers in Nederland"


@pytest.fixture(scope="module")
def demo(chromium: Browser, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Demo]:
    with demonstration(tmp_path_factory.mktemp("evidence")) as made:
        yield made


def choose(page: Page, path: Path) -> None:
    """Choose a file at the question, and save the page."""
    question = page.get_by_role("region", name=QUESTION, exact=True)
    if not question.locator(".proof[open]").count():
        question.get_by_text("Bewijs en toelichting").click()
    question.locator("input[type=file]").set_input_files(path)
    follow(page.get_by_role("button", name="Bewaar", exact=True))


def test_what_was_saved_before_a_file_that_is_too_large(tab: Tabs, demo: Demo, tmp_path: Path) -> None:
    """Without JavaScript nobody says beforehand that it is too large; then what is said afterwards must be true."""
    large = tmp_path / "te groot.pdf"
    large.write_bytes(a_pdf("x") + bytes(34 * 2**20))
    page = tab.blank("/", at=demo.site, width=360, height=640, scripts=False)
    sign_in(page, SIGNER)
    page.goto(THEME)
    assert "Bewaar wat u invulde voordat u een groot bestand kiest" in page.locator("main").inner_text()
    name = page.locator('[name="statutaire_naam:waarde"]')
    name.fill("Balansvaart Beheer B.V.")
    follow(page.get_by_role("button", name="Bewaar", exact=True))
    name.fill("Nog niet bewaard B.V.")
    choose(page, large)
    told = page.locator("main").inner_text()
    assert "Wat u op die pagina eerder bewaarde, staat er nog. Wat u daarna typte, hebben wij niet" in told
    assert page.evaluate(BESIDE) == []
    assert page.get_by_role("link", name="Terug naar die pagina").get_attribute("href") == THEME
    page.go_back()
    assert name.input_value() == "Balansvaart Beheer B.V."


def test_from_choosing_to_saving(tab: Tabs, demo: Demo, tmp_path: Path) -> None:
    lies, right = tmp_path / "certificaat.pdf", tmp_path / "aantal – medewerkers.pdf"
    lies.write_bytes(b"<html><script>alert(1)</script></html>")
    right.write_bytes(a_pdf("Zestig medewerkers"))
    partner = tab.blank("/", at=demo.site, width=320, height=640, scripts=False)
    sign_in(partner, SIGNER)
    partner.goto(THEME)
    assert "uittreksel.pdf" in partner.get_by_role("region", name=QUESTION, exact=True).inner_text()
    choose(partner, lies)
    assert "geen PDF, PNG of JPEG" in partner.get_by_role("alert").inner_text()
    choose(partner, right)
    assert "Bewaard op" in partner.get_by_role("status").first.inner_text()
    assert partner.get_by_role("link", name=right.name).count() == 1
    # so tall that the bar with the buttons lies over nothing: what is behind it has no colour that axe can tell
    looked_at = tab.blank("/", at=demo.site, width=320, height=30_000)
    sign_in(looked_at, SIGNER)
    for address in (THEME, CHECK):
        looked_at.goto(address)
        assert axe(looked_at) == [], address
        assert axe_again_in_the_dark(looked_at) == [], address
        assert looked_at.evaluate(BESIDE) == [], address
    partner.goto(CHECK)
    partner.get_by_label("Ik mag namens de partner tekenen").check()
    follow(partner.get_by_role("button", name="Onderteken en maak openbaar"))

    curator = tab.blank("/", at=demo.site)
    sign_in(curator, CURATOR)
    curator.goto("/werkbank/antwoorden")
    follow(curator.get_by_role("region", name="Balansvaart").get_by_role("link", name=QUESTION))
    assert axe(curator) == []
    curator.set_viewport_size({"width": 320, "height": 640})
    assert curator.evaluate(BESIDE) == []
    with curator.expect_download() as waiting:
        curator.get_by_role("link", name=right.name).click()
    assert waiting.value.suggested_filename == right.name
    assert Path(waiting.value.path()).read_bytes() == right.read_bytes()
    curator.get_by_label("Wat u zag, of wat u wilt weten").fill("Zestig medewerkers, in het uittreksel.")
    number = curator.get_by_role("link", name=right.name).get_attribute("href")
    follow(curator.get_by_role("button", name="Bewaar en ga naar het volgende"))

    visitor = tab.blank("/", at=demo.site)
    visitor.goto("/partners/balansvaart")
    fact = visitor.locator(".facts > div", has_text=QUESTION).first
    fact.locator("summary").filter(has_text="E2").click()
    assert "een bestand, gezien door een curator op" in fact.inner_text()
    assert "medewerkers.pdf" not in visitor.content()
    tied = tab.blank("/", at=demo.site)
    sign_in(tied, TIED)
    for nobody in (visitor, tied):
        answer = nobody.goto(str(number))
        assert answer
        assert answer.status == 404


def test_a_picture_with_a_fact_of_a_curator(tab: Tabs, demo: Demo, tmp_path: Path) -> None:
    path = tmp_path / "pagina.png"
    path.write_bytes(a_png())
    curator = tab.blank("/", at=demo.site, width=320, height=640)
    sign_in(curator, CURATOR)
    curator.goto("/partners/cijferpolder/feit?criterium=rechtsvorm")
    assert axe(curator) == []
    assert curator.evaluate(BESIDE) == []
    curator.get_by_label("Antwoord").select_option("bv")
    curator.get_by_label("Adres van de pagina").fill("https://www.cijferpolder.example/over")
    curator.get_by_label("Wat u daar zag").fill("Onderaan staat de rechtsvorm.")
    curator.get_by_label("Een beeld van de pagina").set_input_files(path)
    follow(curator.get_by_role("button", name="Zet dit feit in de gids"))
    fact = curator.locator(".facts > div", has_text="Rechtsvorm").first
    fact.locator("summary").filter(has_text="E2").click()
    assert "een bestand, gezien door een curator op" in fact.inner_text()


def test_too_much_at_once_gets_a_page(tab: Tabs, demo: Demo, tmp_path: Path) -> None:
    """Chromium without scripts, which sends all of it first, is shown the page and not a broken connection."""
    partner = tab.blank("/", at=demo.site, scripts=False)
    sign_in(partner, SIGNER)
    partner.goto(f"/en{THEME}")
    partner.locator("input[type=file]").first.set_input_files(large(tmp_path))
    follow(partner.get_by_role("button", name="Save", exact=True))
    assert partner.get_by_role("heading", name="This is too large").is_visible()


def test_too_much_is_told_before_it_is_sent(tab: Tabs, demo: Demo, tmp_path: Path) -> None:
    """Nothing typed is lost: the file is not sent, and the rest can be saved."""
    partner = tab.blank("/", at=demo.site)
    sign_in(partner, SIGNER)
    partner.goto(THEME)
    question = partner.get_by_role("region", name=QUESTION, exact=True)
    question.get_by_label("Toelichting").fill("Eerst getypt.")
    question.locator("input[type=file]").set_input_files(large(tmp_path))
    assert "Dit is te groot" in question.get_by_role("alert").inner_text()
    assert axe(partner) == []
    follow(partner.get_by_role("button", name="Bewaar", exact=True))
    assert partner.get_by_role("status").first.is_visible()
    assert question.get_by_label("Toelichting").input_value() == "Eerst getypt."


def large(folder: Path) -> Path:
    """A file of 200 MB, of which nothing is on the disk."""
    path = folder / "film.pdf"
    with path.open("wb") as file:
        file.truncate(200 * 2**20)
    return path
