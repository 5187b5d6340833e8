"""What the search field suggests while somebody types: what is listed, each sort in its turn, and never an error."""

from dataclasses import replace
from datetime import date
from urllib.parse import quote

import pytest
from flask import Flask

from partnerkompas.criteria.questions import Option, OptionList, Text
from partnerkompas.infra.db import db
from partnerkompas.infra.request_cycle import unit_of_work
from partnerkompas.partners.models import Partner, PartnerStatus
from partnerkompas.search import suggesting, sync
from partnerkompas.search.words.catalogue import SAME
from tests.browser import Browser, texts
from tests.edition import SMALL
from tests.factories import a_partner, an_answer, the_criteria
from tests.search.pages import HOSTILE, total


def asked(browser: Browser, typed: str, prefix: str = "") -> list[dict[str, str]]:
    return browser.json(f"{prefix}/suggesties?q={quote(typed)}")["suggestions"]


def labels(browser: Browser, typed: str, prefix: str = "") -> list[str]:
    return [each["label"] for each in asked(browser, typed, prefix)]


@pytest.fixture
def listed(app: Flask) -> None:
    with unit_of_work():
        the_criteria()
        an_answer(a_partner("Navigator"), "producten", "bc")
        an_answer(a_partner("Bakker Advies"), "branches", "10")
        a_partner("Navel Geheim", status=PartnerStatus.DRAFT)
        a_partner("Navel Later", listed_on=date(2030, 1, 1))


def test_a_name_for_it_suggests_the_option(browser: Browser, listed: None) -> None:
    """Issue 3, point 3."""
    (option, partner) = asked(browser, "navi")
    assert option == {
        "label": "Business Central, via Navision",
        "about": "producten nl",
        "sort": "option",
        "sort_label": "Filters",
        "url": "/partners?producten=bc",
    }
    assert (partner["label"], partner["sort"]) == ("Navigator", "partner")
    assert labels(browser, "business cen") == ["Business Central"]
    assert labels(browser, "food") == ["Voedingsmiddelen, via Food"]


def test_a_word_that_means_the_same_suggests_the_option_too(browser: Browser, app: Flask) -> None:
    """Domain words (seed/options/begrippen.toml) have no filter of their own."""
    words = OptionList(
        SAME, Text("b", "b"), "voor de tests", (Option("f", Text("Food", "Food"), ("eten en drinken",)),)
    )
    with unit_of_work():
        the_criteria(replace(SMALL, lists=(*SMALL.lists, words)))
        an_answer(a_partner(), "branches", "10")
    assert labels(browser, "eten") == ["Voedingsmiddelen, via eten en drinken"]


def test_every_suggestion_leads_to_a_page_with_something_on_it(browser: Browser, listed: None) -> None:
    for typed in ("nav", "voed", "branches", "ba", "b"):
        for each in asked(browser, typed):
            page = browser.get(each["url"])
            assert each["sort"] != "option" or total(page) > 0, each


def test_an_option_that_nobody_has_is_not_suggested(browser: Browser, listed: None) -> None:
    assert labels(browser, "metaal") == labels(browser, "axapta") == []


def test_english_has_its_own_words(browser: Browser, listed: None) -> None:
    assert labels(browser, "food", "/en") == ["Food"]
    (each,) = asked(browser, "voedings", "/en")
    assert (each["label"], each["url"]) == ("Food, via Voedingsmiddelen", "/en/partners?branches=10")
    assert asked(browser, "branches", "/en")[0]["sort_label"] == "Criteria"


@pytest.mark.parametrize("typed", ["navel", "geheim", "later", "nav gehe"])
def test_nothing_unpublished_is_suggested(browser: Browser, listed: None, typed: str) -> None:
    """Poisoned: neither a draft nor who is listed later."""
    assert not [each for each in asked(browser, typed) if "Navel" in each["label"]]


def test_who_is_hidden_is_gone_at_once(browser: Browser, listed: None) -> None:
    assert "Navigator" in labels(browser, "navi")
    with unit_of_work():
        a_partner("Navigator", status=PartnerStatus.DELISTED)
    assert "Navigator" not in labels(browser, "navi")


def test_names_of_a_moment_ago_are_held_against_now(app: Flask, listed: None, monkeypatch: pytest.MonkeyPatch) -> None:
    """Where names change all the time they are not made again for each, and still nobody hidden is suggested."""
    monkeypatch.setattr(suggesting, "REST", 1e9)
    kept = suggesting.Kept()

    def partners(typed: str) -> list[str]:
        found = suggesting.suggested(kept, sync.ready().snapshot, typed, "nl")
        return [each.label for each in found if each.sort == suggesting.PARTNER]

    assert partners("navi") == ["Navigator"]
    with unit_of_work():
        a_partner("Navigator", status=PartnerStatus.DELISTED)
        a_partner("Bakkers", slug="bakker-advies")
    assert partners("navi") == partners("bakker") == []


def test_no_sort_pushes_another_out(browser: Browser, app: Flask) -> None:
    with unit_of_work():
        the_criteria()
        for n in range(30):
            an_answer(a_partner(f"Branchepartner Business {n}"), "producten", "bc")
    sorts = [each["sort"] for each in asked(browser, "b")]
    assert len(sorts) == suggesting.MOST
    assert {*sorts} == {"option", "partner", "criterion"}
    assert sorts == sorted(sorts, key=suggesting.SORTS.index), "one sort after the other"


@pytest.mark.parametrize("query", ["", "q=", "q=%20%20", "q=!!", "q=%ff%fe", "q=%00", "q=" + "x" * 100_000])
def test_what_holds_no_word_suggests_nothing(browser: Browser, listed: None, query: str) -> None:
    assert browser.json(f"/suggesties?{query}") == {"suggestions": []}


@pytest.mark.parametrize("query", HOSTILE, ids=lambda query: query[:24])
def test_whatever_is_sent_gets_a_list(browser: Browser, listed: None, query: str) -> None:
    """SEC-10."""
    assert len(browser.json(f"/suggesties?{query}")["suggestions"]) <= suggesting.MOST


def test_before_any_criteria_it_is_empty(browser: Browser) -> None:
    assert asked(browser, "dyn") == []


def test_names_are_made_again_only_when_they_changed(app: Flask, listed: None) -> None:
    kept = suggesting.Kept()
    made = kept.names(sync.ready().snapshot.firms)
    with unit_of_work():
        an_answer(db.session.query(Partner).filter_by(slug="navigator").one(), "iso", "ja")
    firms = sync.ready().snapshot.firms
    assert kept.names(firms) is made
    assert made.fit(firms)
    with unit_of_work():
        a_partner("Navraag")
    assert not made.fit(sync.ready().snapshot.firms)
    fresh = suggesting.suggested(suggesting.Kept(), sync.ready().snapshot, "navr", "nl")
    assert [each.label for each in fresh] == ["Navraag"]


def test_names_are_kept_from_one_request_to_the_next(
    browser: Browser, listed: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    made, make = list[bool](), suggesting.Names.of
    monkeypatch.setattr(suggesting.Names, "of", lambda firms: made.append(True) or make(firms))
    assert [*map(len, (labels(browser, typed) for typed in ("navig", "naviga", "zzqx")))] == [1, 1, 0]
    assert made == [True]


def test_without_scripts_the_most_common_words_are_offered(browser: Browser, listed: None) -> None:
    for address in ("/", "/partners"):
        page = browser.get(address)
        words = [each.get("value") for each in page.one("datalist", id="veelgezocht").iter("option")]
        assert words == ["Business Central", "Industrie", "Voedingsmiddelen"], "products first, then the most common"
        assert page.one("input", id="q").get("list") == "veelgezocht"
    assert texts(browser.get("/en/").all("label"))[0].startswith("Search")
