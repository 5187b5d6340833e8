"""The page that says how old answers are (row U20), against counts by SQL over the stored rows."""

from datetime import UTC, date, datetime
from random import Random
from statistics import median
from typing import NamedTuple

import pytest
from flask import Flask
from sqlalchemy import text

from partnerkompas.answers import actions
from partnerkompas.infra import clock
from partnerkompas.infra.db import db
from partnerkompas.infra.request_cycle import unit_of_work
from partnerkompas.partners.models import PartnerStatus
from partnerkompas.permissions.vocabulary import OPERATOR
from partnerkompas.search.order import key
from tests.browser import Browser, Page, words
from tests.edition import SMALL
from tests.factories import a_partner, an_answer, the_criteria
from tests.statements import statements

TODAY = date(2026, 11, 22)

SAID = """
SELECT partner.slug, answer.criterion, answer.stated_on, answer.checked_on,
  answer.valid_until < :today AND NOT EXISTS (
    SELECT 1 FROM challenge WHERE challenge.answer_id = answer.id AND challenge.decided_at IS NULL
  ) AS expired
FROM answer JOIN partner ON partner.id = answer.partner_id
WHERE partner.status = 'listed' AND partner.listed_on <= :today AND answer.state <> 'not_stated'
  AND NOT EXISTS (SELECT 1 FROM answer AS later WHERE later.supersedes_id = answer.id)
"""


class Line(NamedTuple):
    """One line of a table, as it is read from the page."""

    label: str
    known: str
    months: str
    expired: str


NOTHING = ("0", "–onbekend", "–onbekend")


def lines(page: Page, table: int) -> list[Line]:
    """The lines of the table of criteria (0) or of partners (1)."""
    return [Line(*map(words, row)) for row in page.all("tbody")[table].iter("tr")]


def labels(page: Page, table: int) -> list[str]:
    return [line.label for line in lines(page, table)]


def counted(column: str) -> dict[str, tuple[str, str, str]]:
    """What the page should say by SQL: known, months and expired, by partner ("slug") or by criterion."""
    found: dict[str, list[tuple[date | None, bool]]] = {}
    for row in db.session.execute(text(SAID), {"today": TODAY}).mappings():
        days = [date.fromisoformat(str(row[each])) for each in ("stated_on", "checked_on") if row[each]]
        found.setdefault(str(row[column]), []).append((max(days, default=None), bool(row["expired"])))
    return {name: _said(answers) for name, answers in found.items()}


def _said(answers: list[tuple[date | None, bool]]) -> tuple[str, str, str]:
    ages = [(TODAY - day).days for day, _expired in answers if day]
    expired = sum(expired for _day, expired in answers)
    months = str(int(median(ages) / (365.2425 / 12))) if ages else "–onbekend"
    return str(len(answers)), months, f"{round(100 * expired / len(answers))}% ({expired})"


@pytest.fixture
def market(app: Flask) -> Flask:
    """Partners with answers of any age, some expired, disputed, replaced or without a day; and some who are hidden."""
    the_criteria()
    random = Random(7)
    values = {"producten": "bc|fin", "medewerkers": "b2", "iso": "ja", "personen": 12, "sinds": "1999", "naam": "Iets"}
    hidden = [PartnerStatus.DRAFT, PartnerStatus.DELISTED]
    partners = [a_partner(f"Firma {n}", status=hidden[n % 2] if n > 11 else PartnerStatus.LISTED) for n in range(15)]
    partners.append(a_partner("Firma later", listed_on=date(2027, 1, 1)))
    for partner in partners[1:]:
        for criterion, value in values.items():
            for _time in range(random.choice([0, 1, 1, 2])):
                stated = date(random.randint(2019, 2025), random.randint(1, 12), 3)
                checked = random.choice([None, date(2026, random.randint(1, 10), 9)])
                until = random.choice([None, date(2026, 11, 21), TODAY, date(2024, 5, 1)])
                said = an_answer(
                    partner, criterion, value, stated_on=stated, checked_on=checked, valid_until=until, level=2
                )
                if random.random() < 0.1:
                    actions.challenge(OPERATOR, said, "het register zegt iets anders")
        for product in ("bc", "fin"):
            an_answer(partner, "reactietijd", "2", product, stated_on=date(2020, 1, 1), valid_until=date(2021, 1, 1))
    an_answer(partners[1], "iso", "nee", stated_on=None)
    db.session.commit()
    return app


def test_numbers_of_partners_equal_a_count_by_sql(market: Flask, browser: Browser) -> None:
    expected = counted("slug")
    assert len(expected) == 11
    page = browser.get("/actualiteit")
    slugs = [each.get("href", "").rpartition("/")[2] for each in page.all("tbody")[1].iter("a")]
    found = {slug: line[1:] for slug, line in zip(slugs, lines(page, 1), strict=True)}
    assert found == {"firma-0": NOTHING, **expected}


def test_numbers_of_criteria_equal_a_count_by_sql(market: Flask, browser: Browser) -> None:
    expected = counted("criterion")
    assert len(expected) == 7
    found = {line.label: line[1:] for line in lines(browser.get("/actualiteit"), 0)}
    assert found == {each.label.nl: expected.get(each.key, NOTHING) for each in SMALL.questions}


def test_ages_are_those_of_the_profile(market: Flask, browser: Browser) -> None:
    told = {line.label: line.months for line in lines(browser.get("/actualiteit"), 1)}
    for n in range(1, 12):
        assert f"Een antwoord is in doorsnee {told[f'Firma {n}']} maand" in browser.get(f"/partners/firma-{n}").text


def test_a_change_is_told_at_once(market: Flask, browser: Browser) -> None:
    """Also of who comes and who leaves; everything else is not read again."""
    browser.get("/actualiteit")
    with unit_of_work():
        an_answer(a_partner("Firma 1"), "branches", "46", stated_on=TODAY)
        a_partner("Firma 2", status=PartnerStatus.DELISTED)
        a_partner("Firma nieuw")
    page = browser.get("/actualiteit")
    assert "Firma 2" not in labels(page, 1)
    assert "Firma nieuw" in labels(page, 1)
    found = {line.label: line[1:] for line in lines(page, 1)}
    assert found["Firma 1"] == counted("slug")["firma-1"]
    assert lines(page, 0)[1][1:] == counted("criterion")["branches"]


def test_it_follows_the_day(app: Flask, browser: Browser) -> None:
    the_criteria()
    an_answer(a_partner("Een"), "iso", "ja", stated_on=date(2026, 10, 20), valid_until=TODAY)
    db.session.commit()
    assert lines(browser.get("/actualiteit"), 1) == [Line("Een", "1", "1", "0% (0)")]
    with clock.fixed_at(datetime(2026, 12, 24, 12, tzinfo=UTC)):
        assert lines(browser.get("/actualiteit"), 1) == [Line("Een", "1", "2", "100% (1)")]


def test_answers_are_read_once(market: Flask, browser: Browser) -> None:
    client = market.test_client()
    client.get("/actualiteit")
    with statements() as asked:
        client.get("/actualiteit?sort=-verlopen")
    assert not [each for each in asked if "FROM answer" in each]


def test_only_who_changed_is_read_again(market: Flask, browser: Browser) -> None:
    kept = market.extensions["freshness"]
    browser.get("/actualiteit")
    before = dict(kept.answers)
    with unit_of_work():
        an_answer(a_partner("Firma 1"), "branches", "46")
    browser.get("/actualiteit")
    same = [key for key, answers in kept.answers.items() if before.get(key) is answers]
    assert len(same) == len(before) - 1 == 11


def test_partners_stand_in_the_neutral_order_unless_asked(market: Flask, browser: Browser) -> None:
    page = browser.get("/actualiteit")
    slugs = [each.get("href", "").rpartition("/")[2] for each in page.all("tbody")[1].iter("a")]
    assert slugs == sorted(slugs, key=lambda slug: key(TODAY.isoformat(), slug))
    assert labels(page, 0) == [each.label.nl for each in SMALL.questions]
    assert "zegt niets over hoe goed een partner is" in page.text
    assert TODAY.isoformat() in page.text


@pytest.mark.parametrize(("sort", "field"), [("ouderdom", "months"), ("verlopen", "expired")])
def test_tables_are_sorted_by_what_is_asked(market: Flask, browser: Browser, sort: str, field: str) -> None:
    """What cannot be told comes last, both ways."""
    for name, backwards in ((sort, False), (f"-{sort}", True)):
        page = browser.get(f"/actualiteit?sort={name}")
        for table in (0, 1):
            shown = [getattr(line, field).partition("%")[0] for line in lines(page, table)]
            known = [int(each) for each in shown if each.isdigit()]
            assert known == sorted(known, reverse=backwards)
            assert shown[len(known) :] == ["–onbekend"] * (len(shown) - len(known))


def test_heads_say_and_turn_the_order(market: Flask, browser: Browser) -> None:
    page = browser.get("/actualiteit")
    assert not [each for each in page.all("th") if each.get("aria-sort")]
    assert page.link("Verlopen") == "/actualiteit?sort=-verlopen"
    page = browser.get(page.link("Verlopen"))
    assert [each.get("aria-sort") for each in page.all("th") if each.get("aria-sort")] == ["descending"] * 2
    page = browser.get(page.link("Verlopen"))
    assert [each.get("aria-sort") for each in page.all("th") if each.get("aria-sort")] == ["ascending"] * 2
    assert page.link("Terug naar de neutrale volgorde") == "/actualiteit"
    assert labels(browser.get("/actualiteit?sort=naam"), 1)[:3] == ["Firma 0", "Firma 1", "Firma 10"]


def test_tables_have_a_caption_and_heads(market: Flask, browser: Browser) -> None:
    for table in browser.get("/actualiteit").all("table"):
        assert words(next(table.iter("caption"))).startswith("Ouderdom van antwoorden per")
        assert {each.get("scope") for each in table.iter("th")} == {"col", "row"}


def test_what_cannot_be_used_is_ignored_and_said(market: Flask, browser: Browser) -> None:
    page = browser.get("/actualiteit?sort=geld&kleur=rood")
    assert "Zo kunnen deze tabellen niet worden geordend" in page.text
    assert "“kleur” is genegeerd" in page.text
    assert labels(page, 1) == labels(browser.get("/actualiteit"), 1)


def test_without_partners_it_says_why(app: Flask, browser: Browser) -> None:
    page = browser.get("/actualiteit")
    assert "Er staan nog geen partners in deze gids" in page.text
    assert page.links()["Bekijk wat partners gevraagd wordt"] == "/criteria"
    assert page.all("table") == []


@pytest.mark.parametrize("status", [PartnerStatus.DRAFT, PartnerStatus.DELISTED])
def test_who_is_hidden_is_not_counted(app: Flask, browser: Browser, status: PartnerStatus) -> None:
    the_criteria()
    a_partner("Zichtbaar")
    an_answer(a_partner("Geheimnaam", status=status), "iso", "ja", valid_until=date(2021, 1, 1))
    db.session.commit()
    for address in ("/actualiteit", "/actualiteit?sort=-verlopen", "/en/actualiteit?sort=naam"):
        page = browser.get(address)
        assert "Geheimnaam" not in page.text
        assert {line.known for table in (0, 1) for line in lines(page, table)} == {"0"}


def test_home_leads_to_it(market: Flask, browser: Browser) -> None:
    home = browser.get("/")
    assert home.links()["Ouderdom van alle antwoorden"] == "/actualiteit"
    assert home.links()["Actualiteit"] == "/actualiteit"
