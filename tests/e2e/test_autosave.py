"""Drafts save themselves while somebody fills in; nothing typed is ever lost (UX-13, REL-05)."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

import pytest

from tests.e2e.looking import BESIDE, axe, axe_again_in_the_dark
from tests.e2e.pages import follow
from tests.e2e.people import EDITOR, SIGNER, Demo, demonstration, sign_in

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Dialog, Locator, Page

    from tests.e2e.conftest import Tabs

pytestmark = pytest.mark.browser

THEME = "/partners/balansvaart/gegevens/organisatie"
PEOPLE, SINCE = "Medewerkers in Nederland", "Eigendom sinds"


@pytest.fixture(scope="module")
def demo(chromium: Browser, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Demo]:
    with demonstration(tmp_path_factory.mktemp("autosave")) as made:
        yield made


def at_the_form(tab: Tabs, demo: Demo, who: str = EDITOR, **options: object) -> Page:
    page = demo.signed_in(tab, who, **options)
    page.goto(THEME)
    return page


def note(page: Page, question: str = PEOPLE) -> Locator:
    """The field of the note with an answer."""
    region = page.get_by_role("region", name=question)
    if not region.get_by_label("Toelichting").is_visible():
        region.get_by_text("Bewijs en toelichting").click()
    return region.get_by_label("Toelichting")


def until_said(page: Page, words: str) -> str:
    """What the line says, once these words are in it."""
    page.wait_for_function("(words) => document.querySelector('[data-saving]').textContent.includes(words)", arg=words)
    return page.locator("[data-saving]").inner_text()


def until_saved(page: Page) -> None:
    """Wait until leaving would not warn."""
    page.wait_for_function("() => dispatchEvent(new Event('beforeunload', { cancelable: true }))")


def expected(tab: Tabs, *statuses: int) -> None:
    """These answers to what the page sends by itself are meant to come; anything else stays a complaint."""
    assert [int(each.split()[1]) for each in tab.complaints] == list(statuses), tab.complaints
    tab.complaints.clear()


def test_typed_waited_and_reloaded(tab: Tabs, demo: Demo) -> None:
    page = at_the_form(tab, demo)
    line = page.locator("[data-saving]")
    assert line.get_attribute("role") == "status"
    note(page).fill("Geteld in november.")
    said = until_said(page, "Concept bewaard om")
    assert said.split()[-1].count(":") == 1
    note(page).press_sequentially(" Opnieuw geteld.")
    page.keyboard.press("Tab")
    until_saved(page)
    page.reload()
    assert note(page).input_value() == "Geteld in november. Opnieuw geteld."
    assert "nog niet ondertekend" in page.get_by_role("region", name=PEOPLE).inner_text()
    assert axe(page) == []


def test_the_button_still_saves_and_knows_the_versions(tab: Tabs, demo: Demo) -> None:
    """Right after typing, while the page itself is saving: no conflict with oneself."""
    page = at_the_form(tab, demo)
    for text in ("Eerst.", "Daarna.", "Ten slotte."):
        note(page).fill(text)
        follow(page.get_by_role("button", name="Bewaar", exact=True))
        assert "bewaard=1" in page.url
        assert note(page).input_value() == text
    note(page).fill("En nog een keer.")
    until_said(page, "Concept bewaard")
    note(page).fill("En voor het laatst.")
    follow(page.get_by_role("button", name="Bewaar", exact=True))
    assert page.locator(".error-summary").count() == 0
    assert note(page).input_value() == "En voor het laatst."


def test_two_people_at_one_question(tab: Tabs, demo: Demo) -> None:
    """The second sees it, keeps what was typed, and chooses; other questions save on."""
    one, two = at_the_form(tab, demo), at_the_form(tab, demo, SIGNER)
    note(one).fill("Van de eerste.")
    until_said(one, "Concept bewaard")
    note(two).fill("Van de tweede.")
    until_said(two, "Iemand anders wijzigde hier iets")
    expected(tab, 422)
    region = two.get_by_role("region", name=PEOPLE)
    assert "Iemand anders vulde intussen in" in region.inner_text()
    assert "iemand anders heeft dit intussen gewijzigd" in two.locator(".error-summary").inner_text()
    assert note(two).input_value() == "Van de tweede."
    assert axe(two) == []
    note(two).press_sequentially(" Anders.")
    note(two, SINCE).fill("Volgens de akte.")
    with two.expect_response(lambda answer: answer.request.method == "POST") as sent:
        two.keyboard.press("Tab")
    assert "medewerkers_nl" not in (sent.value.request.post_data or ""), "what is in dispute waits for the button"
    assert sent.value.status == 303
    one.reload()
    assert note(one).input_value() == "Van de eerste.", "nothing was overwritten"
    assert note(one, SINCE).input_value() == "Volgens de akte."
    follow(two.get_by_role("button", name="Bewaar", exact=True))
    one.reload()
    assert note(one).input_value() == "Van de tweede. Anders.", "the button is the choice"


def test_two_people_at_two_questions_do_not_meet(tab: Tabs, demo: Demo) -> None:
    one, two = at_the_form(tab, demo), at_the_form(tab, demo, SIGNER)
    note(one).fill("Eén.")
    until_said(one, "Concept bewaard")
    note(two, SINCE).fill("Twee.")
    until_said(two, "Concept bewaard")
    assert two.locator(".error-summary").count() == 0
    two.reload()
    assert (note(two).input_value(), note(two, SINCE).input_value()) == ("Eén.", "Twee.")


def test_a_session_that_ended_loses_nothing(tab: Tabs, demo: Demo) -> None:
    page = at_the_form(tab, demo)
    kept = page.context.cookies()
    page.context.clear_cookies()
    note(page).fill("Getypt na de sessie.")
    page.get_by_role("heading", name="U bent niet meer ingelogd").wait_for()
    expected(tab, 403)
    assert "Wat u invulde is niet verloren" in page.get_by_role("main").inner_text()
    assert page.get_by_role("link", name="Log in op een nieuw tabblad").get_attribute("target") == "_blank"
    assert axe(page) == []
    other = page.context.new_page()
    sign_in(other, EDITOR)
    assert page.context.cookies() != kept
    follow(page.get_by_role("button", name="Ga verder met wat ik invulde"))
    assert "Er is nog niets bewaard" in page.get_by_role("main").inner_text()
    assert note(page).input_value() == "Getypt na de sessie."
    follow(page.get_by_role("button", name="Bewaar", exact=True))
    page.reload()
    assert note(page).input_value() == "Getypt na de sessie."


def test_without_a_connection_it_says_so_and_tries_again(tab: Tabs, demo: Demo) -> None:
    page = at_the_form(tab, demo)
    page.context.set_offline(True)
    note(page).fill("In de trein.")
    until_said(page, "Geen verbinding")
    page.context.set_offline(False)
    until_said(page, "Concept bewaard")
    page.reload()
    assert note(page).input_value() == "In de trein."


def test_what_is_wrong_is_told_when_one_leaves_it(tab: Tabs, demo: Demo) -> None:
    """Not under one's hands; it stays as typed, everything else is saved, and it goes when it is right."""
    page = at_the_form(tab, demo)
    region = page.get_by_role("region", name=PEOPLE)
    link = region.get_by_label("Link naar een openbare pagina")
    note(page).fill("Gezien.")
    right = link.input_value()
    until_saved(page)
    link.fill("htp:/fout")
    until_said(page, "Wat u nu invult, is nog niet bewaard")
    assert region.locator(".error").count() == 0, "the focus is in it"
    note(page, SINCE).fill("Ander veld.")
    region.locator(".error").wait_for()
    assert link.input_value() == "htp:/fout"
    assert "Er is een probleem" in page.locator(".error-summary").inner_text()
    link.fill(right)
    page.keyboard.press("Tab")
    until_saved(page)
    assert page.locator(".error-summary").count() == 0
    assert region.locator(".error, .field-wrong").count() == 0
    assert {int(each.split()[1]) for each in tab.complaints} == {422}
    tab.complaints.clear()


def test_leaving_warns_only_when_something_is_unsaved(tab: Tabs, demo: Demo) -> None:
    page = at_the_form(tab, demo)
    asked: list[str] = []

    def on_dialog(dialog: object) -> None:
        asked.append(dialog.type)  # type: ignore[attr-defined]
        dialog.accept()  # type: ignore[attr-defined]

    page.on("dialog", on_dialog)
    note(page).fill("Wordt bewaard.")
    until_said(page, "Concept bewaard")
    page.reload()
    assert asked == []
    note(page).fill("Een link volgen bewaart eerst.")
    follow(page.get_by_role("link", name="Volgende thema"))
    assert asked == []
    page.goto(THEME)
    assert note(page).input_value() == "Een link volgen bewaart eerst."
    page.context.set_offline(True)
    note(page).fill("Dit gaat verloren.")
    until_said(page, "Geen verbinding")
    page.route("**/*", lambda route: route.abort() if route.request.method == "POST" else route.continue_())
    page.context.set_offline(False)
    page.reload()
    assert asked == ["beforeunload"]


def test_a_file_is_not_sent_by_itself(tab: Tabs, demo: Demo) -> None:
    """Others may add files to this form: they wait for the button, and leaving warns."""
    page = at_the_form(tab, demo)
    page.evaluate("""() => {
      const field = document.createElement("input");
      Object.assign(field, { type: "file", name: "medewerkers_nl:bestand", id: "bestand" });
      document.querySelector("[data-cell=medewerkers_nl]").append(field);
    }""")
    page.locator("#bestand").set_input_files({"name": "a.pdf", "mimeType": "application/pdf", "buffer": b"%PDF-geheim"})
    with page.expect_response(lambda answer: answer.request.method == "POST") as sent:
        note(page).fill("Met een bestand erbij.")
    body = sent.value.request.post_data or ""
    assert "Met" in body
    assert "geheim" not in body
    assert "bestand%22" not in body
    assert "medewerkers_nl%3Abestand" not in body
    until_said(page, "Concept bewaard")
    asked: list[str] = []

    def leave(dialog: Dialog) -> None:
        asked.append(dialog.type)
        dialog.accept()

    page.on("dialog", leave)
    page.reload()
    assert asked == ["beforeunload"]


def test_without_scripts_the_button_does_it_all(tab: Tabs, demo: Demo) -> None:
    page = at_the_form(tab, demo, scripts=False, width=360, height=780)
    note(page).fill("Zonder script.")
    follow(page.get_by_role("button", name="Bewaar", exact=True))
    assert "Bewaard op" in page.get_by_role("status").first.inner_text()
    assert note(page).input_value() == "Zonder script."


def test_who_stopped_speaking_for_the_partner_is_told_to_copy(tab: Tabs, demo: Demo) -> None:
    """Ended in another tab; the button leads to a page with what was typed, and not into nothing."""
    page = demo.signed_in(tab, "tekent@cijferpolder.example")
    page.goto("/partners/cijferpolder/gegevens/organisatie")
    note(page).fill("Nu nog eens geteld.")
    until_said(page, "Concept bewaard")
    other = page.context.new_page()
    other.goto("/account")
    follow(other.locator("main a[href^='/vertegenwoordiging/']").first)
    other.locator("details.sure summary").click()
    follow(other.get_by_role("button", name="Beëindig"))
    note(page).fill("Geteld na het einde.")
    until_said(page, "u spreekt niet meer voor deze partner")
    page.on("dialog", lambda dialog: dialog.accept())
    follow(page.get_by_role("button", name="Bewaar", exact=True))
    assert "Geteld na het einde." in page.get_by_role("main").inner_text()
    assert axe(page) == []
    expected(tab, 403)


@pytest.mark.parametrize("theme", ["organisatie", "producten"])
def test_nothing_wrong_to_see(tab: Tabs, demo: Demo, theme: str) -> None:
    page = at_the_form(tab, demo, SIGNER)
    page.goto(f"{urlsplit(THEME).path.rpartition('/')[0]}/{theme}")
    assert axe(page) == []
    assert axe_again_in_the_dark(page) == []
    for width in (320, 768, 1280):
        page.set_viewport_size({"width": width, "height": 640})
        assert page.evaluate(BESIDE) == [], width
