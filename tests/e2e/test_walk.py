"""A walk through everything a fact goes through, by its people in a real browser (issue 4).

A member is invited; a partner claims its profile, answers with evidence and signs; a curator asks, the partner
corrects, the curator checks; the public profile shows level, source and date. Somebody disputes it, the partner
responds, it is decided, and the correction is listed.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

import pytest

from tests.e2e.looking import BESIDE, axe, axe_again_in_the_dark
from tests.e2e.pages import follow
from tests.e2e.people import ADMIN, CURATOR, MEMBER, SIGNER, TIED, Demo, demonstration, sign_in

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

    from tests.e2e.conftest import Tabs

pytestmark = pytest.mark.browser

PASSWORD = "groene appel dansende fiets"
PARTNER = "/partners/bloemveiler-software"


@pytest.fixture(scope="module")
def demo(chromium: Browser, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Demo]:
    with demonstration(tmp_path_factory.mktemp("walk")) as made:
        yield made


def open_account(page: Page, demo: Demo, email: str) -> None:
    """Follow the link that was mailed, and choose a password."""
    page.goto(demo.link_to(email))
    page.get_by_label("Kies een wachtwoord").fill(PASSWORD)
    if page.get_by_label("operationeel").count():
        page.get_by_label("operationeel").check()
    follow(page.get_by_role("main").get_by_role("button").last)
    assert page.get_by_role("heading", name="Uw account", exact=True).is_visible()


def test_the_walk(tab: Tabs, demo: Demo) -> None:
    """Each with a browser of their own; the partner without JavaScript, on a phone."""
    curator, member = tab.blank("/", at=demo.site), tab.blank("/", at=demo.site)
    partner = tab.blank("/", at=demo.site, width=360, height=780, scripts=False)
    visitor = tab.blank("/", at=demo.site)

    # a member is invited by a colleague
    sign_in(member, MEMBER)
    member.goto("/account")
    follow(member.get_by_role("link", name="Bakkerij De Korenaar"))
    member.get_by_label("E-mailadres").fill("tim@korenaar.example")
    follow(member.get_by_role("button", name="Mail een uitnodiging"))
    colleague = tab.blank("/", at=demo.site)
    open_account(colleague, demo, "tim@korenaar.example")
    assert "Bakkerij De Korenaar" in colleague.get_by_role("main").inner_text()

    # somebody at a partner asks for an account and claims the profile
    partner.goto("/account/nieuw")
    partner.get_by_label("E-mailadres").fill("iris@bloemveiler-software.example")
    follow(partner.get_by_role("button", name="Mail mij een link"))
    open_account(partner, demo, "iris@bloemveiler-software.example")
    partner.goto(PARTNER)
    follow(partner.get_by_role("link", name="Werkt u hier"))
    partner.get_by_label("Wat doet u bij deze partner?").fill("directeur")
    partner.get_by_label("namens de partner ondertekenen").check()
    follow(partner.get_by_role("button", name="Vraag het aan"))
    assert "wacht op een curator" in partner.get_by_role("main").inner_text()

    # a curator agrees
    sign_in(curator, CURATOR)
    curator.goto("/werkbank")
    follow(curator.locator("li", has_text="iris@").get_by_role("link"))
    follow(curator.get_by_role("button", name="Ken toe"))

    # the partner answers with evidence and signs
    partner.goto(PARTNER)
    follow(partner.get_by_role("link", name="Houd de gegevens bij"))
    follow(partner.get_by_role("link", name="Organisatie"))
    question = partner.get_by_role("region", name="Medewerkers in Nederland")
    question.locator("select").select_option("100-249")
    question.get_by_text("Bewijs en toelichting").click()
    question.get_by_label("Link naar een openbare pagina").fill("https://www.bloemveiler-software.example/team")
    question.get_by_label("Wat daar te zien is").fill("Onze medewerkers, met foto.")
    follow(partner.get_by_role("button", name="Bewaar", exact=True))
    assert "Bewaard op" in partner.get_by_role("status").first.inner_text()
    sign(partner)

    # the curator asks, the partner corrects, the curator checks
    review(curator, "Medewerkers in Nederland")
    curator.get_by_label("ik heb een vraag").check()
    curator.get_by_label("Wat u zag, of wat u wilt weten").fill("Op de pagina staan er 60. Telt u inhuur mee?")
    follow(curator.get_by_role("button", name="Bewaar en ga naar het volgende"))
    partner.goto("/berichten")
    follow(partner.get_by_role("link", name="Bekijk het").first)
    assert "Telt u inhuur mee?" in partner.get_by_role("main").inner_text()
    partner.get_by_role("region", name="Medewerkers in Nederland").locator("select").select_option("50-99")
    follow(partner.get_by_role("button", name="Bewaar", exact=True))
    sign(partner)
    review(curator, "Medewerkers in Nederland")
    curator.get_by_label("Wat u zag, of wat u wilt weten").fill("Op de pagina geteld: 60 medewerkers.")
    follow(curator.get_by_role("button", name="Bewaar en ga naar het volgende"))

    # everybody sees what was seen, when and by whom
    visitor.goto(PARTNER)
    fact = visitor.locator(".facts > div", has_text="Medewerkers in Nederland").first
    fact.locator("summary").filter(has_text="E2").click()
    told = fact.inner_text()
    for word in ("50–99", "E2", "de partner", "Op de pagina geteld: 60 medewerkers.", "een curator"):
        assert word in told, word
    # somebody disputes it, the partner responds, another curator corrects it, and the correction is listed
    member.goto(PARTNER)
    fact = member.locator(".facts > div", has_text="Medewerkers in Nederland").first
    fact.locator("summary").filter(has_text="E2").click()
    follow(fact.get_by_role("link", name="Betwist dit feit"))
    member.get_by_label("Wat klopt er niet").fill("Op de pagina staan er nu 40.")
    follow(member.get_by_role("button", name="Betwist dit feit"))
    page = urlsplit(member.url).path
    visitor.goto(PARTNER)
    fact = visitor.locator(".facts > div", has_text="Medewerkers in Nederland").first
    assert "betwist" in fact.inner_text()
    partner.goto(page)
    partner.get_by_label("Uw reactie").fill("Dat klopt, er zijn mensen vertrokken.")
    follow(partner.get_by_role("button", name="Plaats de reactie"))
    curator.goto(page)
    assert "Een andere curator beslist" in curator.get_by_role("main").inner_text(), "who checked it does not decide"
    colleague = tab.blank("/", at=demo.site)
    sign_in(colleague, TIED)
    colleague.goto(page)
    colleague.get_by_label("Waarom u zo beslist").fill("De partner bevestigt het.")
    colleague.get_by_text("Zet het juiste feit ervoor in de plaats").click()
    colleague.get_by_label("Antwoord").select_option("25-49")
    colleague.get_by_label("Adres van de pagina").fill("https://www.bloemveiler-software.example/team")
    colleague.get_by_label("Wat u daar zag").fill("Veertig medewerkers.")
    follow(colleague.get_by_role("button", name="Corrigeer het feit"))
    visitor.goto("/correcties")
    row = visitor.get_by_role("listitem").filter(has_text="Bloemveiler Software").inner_text()
    for word in ("50–99", "25–49", "De partner bevestigt het."):
        assert word in row, word
    visitor.goto("/partners?medewerkers_nl=25-49&q=bloemveiler")
    assert "Bloemveiler" in visitor.get_by_role("main").inner_text()


def sign(partner: Page) -> None:
    """Read what is filled in, and sign it."""
    partner.goto(f"{PARTNER}/gegevens/controle")
    partner.get_by_label("Ik mag namens de partner tekenen").check()
    follow(partner.get_by_role("button", name="Onderteken en maak openbaar"))
    assert partner.get_by_role("heading", name="Ondertekend").is_visible()


def review(curator: Page, label: str) -> None:
    """Open an answer of Bloemveiler that waits to be checked."""
    curator.goto("/werkbank/antwoorden")
    group = curator.get_by_role("region", name="Bloemveiler Software")
    follow(group.get_by_role("link", name=label))


PAGES = {
    CURATOR: [
        *("/werkbank", "/werkbank/antwoorden", "/leden", "/leden/1", "/leden/nieuw", "/logboek", "/beheer/rollen"),
        *("/werkbank/uitschrijvingen", "/uitschrijving/1", "/uitschrijving/2", "/werkbank/dubbel", "/samenvoeging/1"),
        *("/vertegenwoordiging/4", "/partners/balansvaart/feit", "/partners/balansvaart/feit?criterium=branches"),
        *(
            "/account/tweede-stap",
            "/account/tweede-stap/app",
            "/account/wachtwoord",
            "/account/adres",
            "/account/wissen",
        ),
    ],
    SIGNER: [
        *("/account", "/berichten", "/partners/balansvaart/gegevens", "/partners/balansvaart/gegevens/organisatie"),
        *("/partners/balansvaart/gegevens/producten", "/partners/balansvaart/gegevens/controle"),
        *("/partners/cijferpolder/vertegenwoordigen", "/inloggen/opnieuw"),
    ],
    ADMIN: ["/beheer/rollen", "/werkbank"],
    MEMBER: [
        "/account",
        "/feit/1/betwist",
        "/betwisting/1",
        "/betwisting/3",
        "/betwistingen",
        "/correcties",
        "/actualiteit",
    ],
}


@pytest.mark.parametrize("email", PAGES)
def test_pages_of_people(tab: Tabs, demo: Demo, email: str) -> None:
    """No fault that axe can see, nothing beside the window: on a desk, in the dark, and at 320 px."""
    page = tab.blank("/", at=demo.site)
    sign_in(page, email)
    for address in PAGES[email]:
        answer = page.goto(address)
        assert answer
        assert answer.status == 200, address
        assert axe(page) == [], address
        assert axe_again_in_the_dark(page) == [], address
        page.emulate_media(color_scheme="light")
        page.set_viewport_size({"width": 320, "height": 640})
        assert page.evaluate(BESIDE) == [], address
        page.set_viewport_size({"width": 1280, "height": 900})


@pytest.mark.parametrize("address", ["/account/nieuw", "/account/wachtwoord-vergeten", "/account/link/x"])
def test_pages_for_who_has_no_account(tab: Tabs, demo: Demo, address: str) -> None:
    page = tab.blank("/", at=demo.site, width=320)
    page.goto(address)
    assert axe(page) == []
    assert page.evaluate(BESIDE) == []
