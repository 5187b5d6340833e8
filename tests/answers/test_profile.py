"""The page of one partner: what is known, how well it is known, and what it was on an earlier day."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, date, datetime
from typing import Any

import pytest
from flask import Flask

from partnerkompas.answers import actions, queries
from partnerkompas.answers.models import State
from partnerkompas.answers.profile import cities, credentials
from partnerkompas.answers.queries import facts_by_partner
from partnerkompas.criteria.questions import Edition, Option, OptionList, Text
from partnerkompas.infra import clock
from partnerkompas.infra.db import db
from partnerkompas.partners.actions import PlainOffice
from partnerkompas.partners.models import OfficeRole, PartnerStatus
from partnerkompas.permissions.vocabulary import OPERATOR
from tests.browser import Browser, Page, words
from tests.edition import SMALL, question, text, with_question
from tests.factories import a_partner, an_answer, the_criteria
from tests.statements import statements

DAY = date(2026, 11, 22)

BADGES = OptionList(
    "badges",
    text("badges"),
    "Lijst van de uitgever",
    (
        Option(
            "goud",
            Text("Goud", "Gold"),
            valid_until=date(2022, 10, 3),
            successor="nieuw",
            issuer="Microsoft",
            proves=Text("Dat een drempel werd gehaald.", "That a threshold was met."),
            proves_not=Text("Of klanten tevreden zijn.", "Whether customers are satisfied."),
            source="https://bron.example/goud",
        ),
        Option("nieuw", Text("Nieuw", "New"), issuer="Microsoft", proves=Text("Iets.", "Something.")),
        Option("gewoon", Text("Gewoon", "Plain")),
    ),
)


def with_badges() -> Edition:
    edition = with_question(SMALL, question("badges", "many_of", options=BADGES))
    return replace(edition, lists=(*edition.lists, BADGES))


@contextmanager
def at(year: int, month: int, day: int) -> Iterator[None]:
    with clock.fixed_at(datetime(year, month, day, 12, tzinfo=UTC)):
        yield


def cell(page: Page, label: str) -> str:
    """The words of the fact with a label."""
    for row in page.all("div"):
        names = [words(each) for each in row if each.tag == "dt"]
        if names and names[0].startswith(label):
            return " ".join(words(each) for each in row if each.tag == "dd")
    raise AssertionError(f"no fact “{label}”")


def test_every_state_has_its_own_word_in_the_cell(app: Flask, browser: Browser) -> None:
    the_criteria()
    partner = a_partner("Voorbeeld BV")
    an_answer(partner, "producten", "bc|fin")
    an_answer(partner, "iso", "nee")
    an_answer(partner, "medewerkers", "b2", valid_until=date(2026, 1, 1))
    wrong = an_answer(partner, "sinds", "1999")
    actions.challenge(OPERATOR, wrong, "het Handelsregister zegt 2004")
    page = browser.get("/partners/voorbeeld-bv")
    assert "Business Central, Finance" in cell(page, "producten nl")
    assert cell(page, "iso nl").startswith("nee")
    assert "verlopen op 1 januari 2026" in cell(page, "medewerkers nl")
    assert "laatst bekend: b2 nl" in cell(page, "medewerkers nl")
    assert cell(page, "sinds nl").startswith("betwist")
    assert "1999" in cell(page, "sinds nl")
    assert "het Handelsregister zegt 2004" in cell(page, "sinds nl")
    assert cell(page, "pagina_iso nl").startswith("niet van toepassing")
    assert "iso nl" in cell(page, "pagina_iso nl")
    assert cell(page, "personen nl") == "niet opgegeven"
    assert "Niet door de partner bevestigd." not in page.text, "the partner itself answered"


def test_a_fact_defends_itself_with_all_its_provenance(app: Flask, browser: Browser) -> None:
    the_criteria()
    an_answer(
        a_partner("Voorbeeld BV"),
        "iso",
        "ja",
        level=3,
        source="register",
        source_url="https://register.example/123",
        evidence="certificaat 123",
        stated_on=date(2026, 2, 1),
        checked_on=date(2026, 3, 4),
        checked_by_role="curator",
        valid_until=date(2027, 3, 4),
    )
    page = browser.get("/partners/voorbeeld-bv")
    told = cell(page, "iso nl")
    for each in (
        "Ja",
        "E3",
        "gezien bij uitgever of register",
        "register",
        "certificaat 123",
        "1 februari 2026",
        "4 maart 2026",
        "curator",
        "4 maart 2027",
        "1.0.0",
        "proof iso nl",
    ):
        assert each in told, each
    assert page.link("register") == "https://register.example/123"


def test_earlier_answers_are_told_newest_first_without_the_one_in_force(app: Flask, browser: Browser) -> None:
    the_criteria()
    partner = a_partner("Voorbeeld BV")
    for year, count in ((2024, 10), (2025, 20), (2026, 30)):
        an_answer(partner, "personen", count, recorded_at=datetime(year, 5, 1, 12, tzinfo=UTC))
    told = cell(browser.get("/partners/voorbeeld-bv"), "personen nl")
    history = told[told.index("Geschiedenis") :]
    assert "30 personen" in told[: told.index("Geschiedenis")]
    assert history.index("20 personen") < history.index("10 personen")
    assert "30 personen" not in history
    assert "1 mei 2025" in history


def test_an_earlier_day_shows_what_was_known_then(app: Flask, browser: Browser) -> None:
    with at(2025, 1, 1):
        the_criteria()
        partner = a_partner("Voorbeeld BV")
    an_answer(
        partner,
        "personen",
        10,
        recorded_at=datetime(2025, 3, 10, 12, tzinfo=UTC),
        valid_until=date(2026, 3, 10),
    )
    an_answer(partner, "personen", 20, recorded_at=datetime(2026, 6, 1, 12, tzinfo=UTC))
    told = {
        day: cell(browser.get(f"/partners/voorbeeld-bv?op={day}"), "personen nl")
        for day in ("2025-03-09", "2025-03-10", "2026-03-10", "2026-03-11", "2026-05-31", "2026-06-01")
    }
    assert told["2025-03-09"] == "niet opgegeven"
    assert told["2025-03-10"].startswith("opgegeven: 10 personen")
    assert told["2026-03-10"].startswith("opgegeven: 10 personen")
    assert told["2026-03-11"].startswith("verlopen")
    assert told["2026-05-31"].startswith("verlopen")
    assert told["2026-06-01"].startswith("opgegeven: 20 personen")
    assert "10 personen" in told["2026-06-01"], "as history"


def test_an_earlier_day_uses_the_criteria_of_that_day(app: Flask, browser: Browser) -> None:
    with at(2025, 1, 1):
        the_criteria()
    with at(2026, 1, 1):
        the_criteria(with_question(SMALL, question("nieuw", "yes_no")))
    a_partner("Voorbeeld BV")
    assert "nieuw nl" in browser.get("/partners/voorbeeld-bv").text
    assert "nieuw nl" not in browser.get("/partners/voorbeeld-bv?op=2025-06-01").text


@pytest.mark.parametrize("wrong", ["2099-01-01", "2026-02-31", "gisteren", "1900-01-01", "2026-11-22T00:00", "%00"])
def test_a_day_that_cannot_be_used_is_ignored_and_said(app: Flask, browser: Browser, wrong: str) -> None:
    the_criteria()
    an_answer(a_partner("Voorbeeld BV"), "personen", 20)
    page = browser.get(f"/partners/voorbeeld-bv?op={wrong}")
    assert "is genegeerd" in page.text
    assert "20 personen" in page.text


def test_an_unknown_parameter_is_ignored_and_said(app: Flask, browser: Browser) -> None:
    the_criteria()
    a_partner("Voorbeeld BV")
    assert "“kleur” is genegeerd" in browser.get("/partners/voorbeeld-bv?kleur=rood").text


@pytest.mark.parametrize("status", [PartnerStatus.DRAFT, PartnerStatus.DELISTED])
def test_a_hidden_partner_is_not_there(app: Flask, browser: Browser, status: PartnerStatus) -> None:
    the_criteria()
    an_answer(a_partner("Geheim BV", status=status), "naam", "Geheime naam")
    hidden, unknown = browser.get("/partners/geheim-bv", 404), browser.get("/partners/bestaat-niet", 404)
    assert hidden.text == unknown.text
    assert "Geheim" not in hidden.text.replace("geheim-bv", "")


def test_products_come_one_after_the_other(app: Flask, browser: Browser) -> None:
    the_criteria()
    partner = a_partner("Voorbeeld BV")
    an_answer(partner, "producten", "bc|fin")
    an_answer(partner, "venster", "zeven", "fin")
    page = browser.get("/partners/voorbeeld-bv")
    assert cell(page, "venster nl Business Central") == "niet opgegeven"
    assert "24×7" in cell(page, "venster nl Finance")


def test_completeness_counts_what_is_there(app: Flask, browser: Browser) -> None:
    the_criteria()
    partner = a_partner("Voorbeeld BV")
    an_answer(partner, "personen", 20)
    an_answer(partner, "iso", "ja")
    page = browser.get("/partners/voorbeeld-bv")
    assert f"2 van {len(SMALL.questions)} vragen beantwoord" in page.text
    assert "10 maanden oud" in page.text  # stated on 15 January, today is 22 November
    tally = {words(row[0]): words(row[1]) for row in page.one("table", class_="tally").iter("tr") if len(row) == 3}
    assert tally["opgegeven"] == "2"
    assert tally["niet opgegeven"] == str(len(SMALL.questions) - 2)
    assert set(tally) == {"opgegeven", "nee", "niet van toepassing", "niet opgegeven", "verlopen", "betwist"}


def badge_of(value: str, **more: Any) -> tuple:  # type: ignore[type-arg]
    edition = the_criteria(with_badges())
    partner = a_partner("Voorbeeld BV")
    an_answer(partner, "badges", value, **more)
    ((_id, facts),) = facts_by_partner(edition, DAY, [partner.id])
    return credentials(edition, facts, DAY), edition, facts


def test_a_designation_says_what_it_proves_and_what_not(app: Flask, browser: Browser) -> None:
    found, _edition, _facts = badge_of("goud|gewoon", level=2, checked_on=date(2026, 4, 5))
    assert [each.label for each in found] == ["Goud"], "a plain option needs no explanation"
    page = browser.get("/partners/voorbeeld-bv").text
    for each in (
        "Dat een drempel werd gehaald.",
        "Of klanten tevreden zijn.",
        "Gegeven door Microsoft.",
        "Gezien op 5 april 2026.",
        "Vervallen op 3 oktober 2022.",
        "Opvolger: Nieuw.",
        "https://bron.example/goud",
    ):
        assert each in page, each


def test_a_designation_is_retired_from_the_day_after_its_last(app: Flask) -> None:
    _found, edition, facts = badge_of("goud")
    on_its_last_day = credentials(edition, facts, date(2022, 10, 3))[0]
    the_day_after = credentials(edition, facts, date(2022, 10, 4))[0]
    assert (on_its_last_day.retired_on, the_day_after.retired_on) == (None, date(2022, 10, 3))


def test_nobody_has_seen_what_a_partner_only_says(app: Flask) -> None:
    found, _edition, _facts = badge_of("nieuw", level=1)
    assert found[0].seen_on is None
    assert found[0].source == "Lijst van de uitgever"


def test_an_expired_designation_is_explained_with_its_state(app: Flask, browser: Browser) -> None:
    found, _edition, _facts = badge_of("nieuw", valid_until=date(2026, 1, 1))
    assert found[0].state == State.EXPIRED
    page = browser.get("/partners/voorbeeld-bv")
    (section,) = [each for each in page.all("section") if each.get("aria-labelledby") == "credential-1"]
    assert "verlopen" in words(section)


def test_who_it_is(app: Flask, browser: Browser) -> None:
    the_criteria()
    partner = a_partner(
        "Voorbeeld BV",
        legal_name="Voorbeeld Holding B.V.",
        kvk_number="12345678",
        website="https://www.voorbeeld.example/",
        group_name="Grote Groep",
        former_names=("Oud BV", "Ouder BV"),
        offices=(
            PlainOffice("Utrecht", "NL-UT", source_url="https://voorbeeld.example/contact"),
            PlainOffice("Emmen", "", OfficeRole.DELIVERY),
        ),
    )
    page = browser.get("/partners/voorbeeld-bv")
    for each in ("Voorbeeld Holding B.V.", "12345678", "Grote Groep", "Oud BV, Ouder BV", "Utrecht, NL-UT nl"):
        assert each in page.text, each
    assert page.link("voorbeeld.example") == "https://www.voorbeeld.example/"
    assert "Emmen uitvoering" in page.text
    assert cities(partner) == "Utrecht, Emmen"
    assert cities(partner, most=1) == "Utrecht en nog 1"


def test_an_address_that_is_not_of_the_web_is_no_link(app: Flask, browser: Browser) -> None:
    the_criteria()
    a_partner("Voorbeeld BV", website="javascript:alert(1)")
    page = browser.get("/partners/voorbeeld-bv")
    assert not [each for each in page.links().values() if each.startswith("javascript")]


def test_the_selection_to_compare_stays_in_every_address(app: Flask, browser: Browser) -> None:
    the_criteria()
    for name in ("Een", "Twee", "Drie"):
        a_partner(name)
    page = browser.get("/partners/een?p=twee")
    added = page.link("Vergelijk Een")
    assert added == "/partners/een?p=twee&p=een"
    page = browser.get(added)
    assert page.link("Vergelijk 2 partners") == "/vergelijk?p=twee&p=een"
    assert page.link("In vergelijking") == "/partners/een?p=twee"


def test_a_hidden_partner_in_the_selection_is_not_named(app: Flask, browser: Browser) -> None:
    the_criteria()
    a_partner("Een")
    a_partner("Geheim", status=PartnerStatus.DRAFT)
    page = browser.get("/partners/een?p=geheim&p=bestaat-niet&p=../x")
    assert "Geheim" not in page.text


def test_the_page_is_there_in_english(app: Flask, browser: Browser) -> None:
    the_criteria()
    an_answer(a_partner("Voorbeeld BV"), "branches", "10")
    page = browser.get("/en/partners/voorbeeld-bv")
    assert "Food" in cell(page, "branches en")
    elsewhere = [each for each in page.all("a") if not (each.get("href") or "").startswith(("/en/", "#"))]
    assert [each.get("hreflang") for each in elsewhere] == ["nl"], "only the switch leaves English"


def test_more_facts_take_no_more_queries(app: Flask, browser: Browser) -> None:
    the_criteria()
    few, many = a_partner("Weinig"), a_partner("Veel")
    an_answer(few, "iso", "ja")
    an_answer(many, "producten", "bc|fin|sales")
    for key, value in (("iso", "ja"), ("personen", 3), ("naam", "x"), ("medewerkers", "b1"), ("branches", "10|G")):
        for each in (value, value):
            actions.challenge(OPERATOR, an_answer(many, key, each), "nee")
    for product in ("bc", "fin", "sales"):
        an_answer(many, "venster", "vijf", product)
        an_answer(many, "venster", "zeven", product)
    db.session.commit()
    numbers = []
    for slug in ("weinig", "veel"):
        browser.get(f"/partners/{slug}")
        db.session.expire_all()
        with statements() as sent:
            browser.client.get(f"/partners/{slug}")
        numbers.append(len(sent))
    assert numbers[0] == numbers[1] <= 13
    assert len(queries.history(many.id)) == 9
