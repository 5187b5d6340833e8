"""The permanent link to a result: it keeps giving what was known on its day, by the release of that day (row C8)."""

from datetime import date, timedelta

import pytest
from flask import Flask

from partnerkompas.criteria import actions as criteria
from partnerkompas.infra import clock
from partnerkompas.infra.request_cycle import unit_of_work
from partnerkompas.partners.models import PartnerStatus
from partnerkompas.permissions.vocabulary import OPERATOR
from tests.browser import Browser
from tests.edition import SMALL
from tests.factories import NOW, a_partner, an_answer, the_criteria
from tests.search.pages import cards, total

LINK = "Vaste link naar dit resultaat"
REQUEST = "/partners?q=central&producten=bc&sort=-personen&pagina=2&per_pagina=2&voor=bc&p=alfa"


@pytest.fixture
def market(app: Flask) -> None:
    with unit_of_work():
        the_criteria()
        for number, name in enumerate(["Alfa", "Beta", "Gamma", "Delta", "Kappa"]):
            an_answer(a_partner(name), "producten", "bc")
            an_answer(a_partner(name), "personen", number)


def test_it_holds_the_whole_request(browser: Browser, market: None) -> None:
    page = browser.get(REQUEST)
    link = page.link(LINK)
    assert link == REQUEST.replace("&voor=bc&p=alfa", "&op=2026-11-22&voor=bc&p=alfa")
    assert "zoals bekend op 22 november 2026, met uitgave 1.0.0 van de criteria." in page.text
    assert "van de criteria. Vandaag kan er nog iets veranderen; vanaf morgen telt wat vandaag bekend was." in page.text
    there = browser.get(link)
    assert (cards(there), total(there)) == (cards(page), total(page)) == (["gamma", "beta"], 5)
    assert there.link(LINK) == link
    assert browser.get("/partners").link(LINK) == "/partners?op=2026-11-22"
    english = browser.get("/en/partners?q=a")
    assert english.link("Permanent link to this result") == "/en/partners?q=a&op=2026-11-22"
    assert "as known on 22 November 2026, by release 1.0.0 of the criteria." in english.text


def test_a_day_before_the_first_release_is_said_to_be_one(browser: Browser, market: None) -> None:
    """It is read by the first release, and nobody was in the guide: there is no later to come back on."""
    page = browser.get("/partners?op=2001-03-01")
    assert "Op die dag was er nog geen uitgave van de criteria; u ziet de eerste." in page.text
    assert "gelezen met uitgave 1.0.0 van de criteria, de eerste; die was er toen nog niet." in page.text
    assert "Kom later terug" not in page.text
    assert "Op die dag stonden er nog geen partners in deze gids." in page.text
    assert page.link("Toon de partners van nu") == "/partners"
    told = browser.json("/api/v1/partners?op=2001-03-01")
    assert (told["release"], told["as_of"], told["total"]) == ("1.0.0", "2001-03-01", 0)
    assert "nog geen uitgave" not in browser.get("/partners?op=2026-11-22").text


@pytest.mark.parametrize("address", ["/partners?producten=bc", "/partners?producten=bc&sort=naam", REQUEST])
def test_it_gives_the_same_later(browser: Browser, market: None, address: str) -> None:
    """Also after other answers and another release, and also in the neutral order of that day."""
    before = browser.get(address)
    link = before.link(LINK)
    with clock.fixed_at(NOW + timedelta(days=3)):
        with unit_of_work():
            an_answer(a_partner("Alfa"), "producten", "fin")
            an_answer(a_partner("Zeta", listed_on=date(2026, 11, 25)), "producten", "bc")
            fewer = tuple(each for each in SMALL.questions if each.key not in ("personen", "iso", "pagina_iso"))
            criteria.adopt(OPERATOR, type(SMALL)(SMALL.themes, fewer, SMALL.lists))
        later = browser.get(link)
        assert (cards(later), total(later)) == (cards(before), total(before))
        assert "zoals bekend op 22 november 2026, met uitgave 1.0.0 van de criteria." in later.text
        assert "vanaf morgen" not in later.text
        assert later.link(LINK) == link
        now = browser.get("/partners?producten=bc")
        assert "zoals bekend op 25 november 2026, met uitgave 2.0.0 van de criteria." in now.text
        assert sorted(cards(now)) == ["beta", "delta", "gamma", "kappa", "zeta"]
        name = browser.client.get(link.replace("/partners?", "/partners.csv?")).headers["Content-Disposition"]
        assert name == 'attachment; filename="partners-2026-11-22-1.0.0.csv"'


def test_who_left_the_guide_left_every_day(browser: Browser, market: None) -> None:
    link = browser.get("/partners?producten=bc").link(LINK)
    with clock.fixed_at(NOW + timedelta(days=1)):
        with unit_of_work():
            a_partner("Alfa", status=PartnerStatus.DELISTED)
        page = browser.get(link)
        assert "Een partner die later uit de gids gaat, verdwijnt er ook uit." in page.text
        assert "alfa" not in cards(page)
        assert total(page) == 4


def test_also_for_a_result_of_nobody(browser: Browser, market: None) -> None:
    assert browser.get("/partners?q=zqxj").link(LINK) == "/partners?q=zqxj&op=2026-11-22"
