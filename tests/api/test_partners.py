"""The API answers the grammar of interface.md with the numbers of the page (J2, B8, REL-07)."""

import random
from datetime import timedelta
from urllib.parse import urlencode

import pytest
from flask import Flask

from partnerkompas.answers.models import State
from partnerkompas.infra.db import writing
from partnerkompas.infra.request_cycle import unit_of_work
from partnerkompas.partners.models import PartnerStatus
from partnerkompas.search.request import SearchRequest, in_order
from tests.browser import Browser
from tests.factories import NOW, a_partner, an_answer, the_criteria
from tests.search import by_hand
from tests.search.made_up import DAY, WIDE, Firm, a_choice, a_firm, facet_keys, store
from tests.search.pages import HOSTILE, cards, total
from tests.search.test_grammar import WRONG


@pytest.fixture
def catalogue(app: Flask) -> list[Firm]:
    chance = random.Random(5)
    made = [a_firm(chance, n) for n in range(30)]
    with unit_of_work():
        the_criteria(WIDE)
        store(made)
    writing.set(False)
    return made


def test_page_and_api_give_the_same(browser: Browser, catalogue: list[Firm]) -> None:
    """Total, order, and who is on which page."""
    chance = random.Random(8)
    totals = set()
    for _n in range(40):
        keys = chance.sample(facet_keys(WIDE), chance.randint(0, 3))
        request = SearchRequest(
            q=chance.choice(["", "", "navision", "firma"]),
            filters=in_order({key: a_choice(chance, key) for key in keys}),
            sort=chance.choice(["neutraal", "naam", "-personen"]),
            page=chance.choice([1, 1, 2]),
            per_page=chance.choice([10, 20]),
        )
        query = urlencode(request.to_query())
        answer = browser.json(f"/api/v1/partners?{query}")
        page = browser.get(f"/partners?{query}")
        assert answer["total"] == total(page)
        totals.add(answer["total"])
        assert answer["page"] == request.page
        if request.page <= answer["pages"]:
            assert [item["slug"] for item in answer["items"]] == cards(page)
        else:
            assert answer["items"] == []
        for facet, shown in answer["facets"].items():
            for name, counts in (
                (facet, {value["value"]: value["count"] for value in shown["values"]}),
                (f"{facet}.stand", shown["states"]),
            ):
                for label in page.all("label"):
                    box = label.find("input")
                    if box is not None and box.get("name") in (name, f"{name}.alle"):
                        number = next(each for each in label.iter("span") if each.get("class") == "n")
                        assert int(number.text or "") == counts[box.get("value", "")], (query, name)
    assert len(totals) > 4


def test_facets_ignore_their_own_choice_and_respect_the_others(browser: Browser, catalogue: list[Firm]) -> None:
    answer = browser.json("/api/v1/partners?iso=ja&producten=bc&producten=fin&iso.stand=not_stated")
    without_iso = SearchRequest(filters=())
    key_bc = facet_keys(WIDE)[0]
    request = without_iso.toggling(key_bc, "any_of", "bc").toggling(key_bc, "any_of", "fin")
    base = by_hand.matching(catalogue, request)
    iso = answer["facets"]["iso"]
    assert {each["value"]: (each["count"], each["selected"]) for each in iso["values"]} == {
        "ja": (by_hand.count(base, key_bc._replace(criterion="iso"), "ja"), True),
        "nee": (by_hand.count(base, key_bc._replace(criterion="iso"), "nee"), False),
    }
    assert iso["states_selected"] == ["not_stated"]
    assert set(iso["states"]) == {state.value for state in State}, "all six, also those with none"


def test_the_list_has_what_was_promised(browser: Browser, catalogue: list[Firm]) -> None:
    answer = browser.json("/api/v1/partners?per_pagina=3&pagina=2")
    assert (answer["total"], answer["page"], answer["per_page"], answer["pages"]) == (30, 2, 3, 10)
    assert answer["order"]["rule"] == "neutraal"
    assert answer["order"]["seed"] == "2026-11-22"
    assert len(answer["items"]) == 3
    item = answer["items"][0]
    assert item["url"] == f"http://localhost/partners/{item['slug']}"
    browser.get(item["url"].removeprefix("http://localhost"))
    assert browser.json(item["api_url"].removeprefix("http://localhost"))["name"] == item["name"]
    assert set(answer["facets"]["producten"]) >= {"label", "values", "states"}
    assert "venster" in answer["facets"]
    assert "venster@bc" in browser.json("/api/v1/partners?voor=bc")["facets"]
    assert "venster@bc" in browser.json("/api/v1/partners?venster@bc=zeven")["facets"]


def test_the_pages_together_hold_everybody_once(browser: Browser, catalogue: list[Firm]) -> None:
    pages = [browser.json(f"/api/v1/partners?per_pagina=7&pagina={n}")["items"] for n in range(1, 7)]
    slugs = [item["slug"] for page in pages for item in page]
    assert sorted(slugs) == sorted(firm.slug for firm in catalogue)
    assert pages[5] == []


@pytest.mark.parametrize("name", WRONG)
def test_what_cannot_be_used_is_refused_and_named(browser: Browser, catalogue: list[Firm], name: str) -> None:
    """RFC 9457; the page would ignore it and say so."""
    parameter, value = WRONG[name]
    response = browser.client.get("/api/v1/partners?" + urlencode([("iso", "ja"), (parameter, value)]))
    assert response.status_code == 400
    assert response.mimetype == "application/problem+json"
    body = response.get_json()
    assert body["status"] == 400
    assert body["type"] == "about:blank"
    assert body["title"]
    assert [each["parameter"] for each in body["errors"]] == [parameter]
    assert body["errors"][0]["reason"] in body["detail"]


def test_every_wrong_parameter_is_named(browser: Browser, catalogue: list[Firm]) -> None:
    body = browser.json("/api/v1/partners?kleur=rood&iso=ja&producten=sap&p=firma-1&pagina=0", 400)
    assert {each["parameter"] for each in body["errors"]} == {"kleur", "producten", "pagina", "p"}


@pytest.mark.parametrize("query", HOSTILE, ids=lambda query: query[:24])
def test_whatever_is_sent_gets_a_problem_document(browser: Browser, catalogue: list[Firm], query: str) -> None:
    """SEC-10: never a fault, and briefly."""
    for path in ("/api/v1/partners", "/api/v1/partners/firma-1"):
        response = browser.client.get(f"{path}?{query}")
        assert response.status_code in (200, 400)
        if response.status_code == 400:
            assert response.mimetype == "application/problem+json"
            assert len(response.data) < 100_000


def test_the_profile_holds_every_answer(browser: Browser, app: Flask) -> None:
    with unit_of_work():
        the_criteria()
        partner = a_partner("Alfa", legal_name="Alfa BV", former_names=("Omega",))
        an_answer(partner, "producten", "bc", source_url="https://alfa.example/", level=2, checked_on=DAY)
        an_answer(partner, "iso", "nee")
        an_answer(partner, "medewerkers", "b2", valid_until=DAY - timedelta(days=1))
    body = browser.json("/api/v1/partners/alfa")
    assert body["legal_name"] == "Alfa BV"
    assert body["former_names"] == ["Omega"]
    said = {(each["criterion"], each["product"]): each for each in body["answers"]}
    product = said["producten", ""]
    assert (product["state"], product["value"], product["display"]) == ("stated", ["bc"], "Business Central")
    assert (product["source"], product["source_url"], product["level"]) == ("partner", "https://alfa.example/", 2)
    assert (product["stated_on"], product["checked_on"], product["valid_until"]) == ("2026-01-15", "2026-11-22", None)
    assert product["release"] == "1.0.0"
    assert (said["iso", ""]["state"], said["iso", ""]["value"]) == ("no", False)
    assert (said["medewerkers", ""]["state"], said["medewerkers", ""]["level"]) == ("expired", 0)
    assert said["venster", "bc"]["state"] == "not_stated", "asked for each product it names"
    assert said["pagina_iso", ""]["state"] == "not_applicable"
    assert said["pagina_iso", ""]["follows_from"] == "iso"
    assert len(said) == len(WIDE.questions) - 2


def test_an_earlier_day(browser: Browser, app: Flask) -> None:
    with unit_of_work():
        the_criteria()
        partner = a_partner("Alfa")
        an_answer(partner, "personen", 5, recorded_at=NOW - timedelta(days=10))
        an_answer(partner, "personen", 50)

    def value(query: str) -> object:
        answers = browser.json(f"/api/v1/partners/alfa{query}")["answers"]
        return next(each["value"] for each in answers if each["criterion"] == "personen")

    assert value("") == value("?op=") == value("?op=2026-11-22") == 50
    assert value("?op=2026-11-21") == value("?op=2026-11-12") == 5
    assert value("?op=2026-11-11") is None
    then = browser.json("/api/v1/partners?op=2026-11-15&personen=..10")
    assert (then["total"], then["as_of"]) == (1, "2026-11-15")
    assert then["order"]["seed"] == "2026-11-15"
    assert browser.json("/api/v1/partners?personen=..10")["total"] == 0


@pytest.mark.parametrize(
    "query",
    ["op=2026-02-30", "op=20261122", "op=2026-W47-7", "op=2026-11-23", "op=gisteren", "taal=en", "op=2026-01-01&op=x"],
)
def test_a_profile_refuses_what_it_does_not_know(browser: Browser, app: Flask, query: str) -> None:
    with unit_of_work():
        the_criteria()
        a_partner("Alfa")
    body = browser.json(f"/api/v1/partners/alfa?{query}", 400)
    assert [each["parameter"] for each in body["errors"]] == [query.split("=")[0]]


@pytest.mark.parametrize("path", ["/api/v1/partners/niemand", "/api/v1/partners/..%00", "/api/v1/niets", "/api/"])
def test_what_is_not_there(browser: Browser, catalogue: list[Firm], path: str) -> None:
    response = browser.client.get(path)
    assert response.status_code == 404
    assert response.mimetype == "application/problem+json"
    assert response.get_json()["status"] == 404


def test_hidden_and_missing_are_the_same(browser: Browser, app: Flask) -> None:
    """Nobody learns that there is a draft (O3)."""
    with unit_of_work():
        the_criteria()
        a_partner("Verborgen", status=PartnerStatus.DRAFT)
    hidden, missing = (browser.client.get(f"/api/v1/partners/{slug}") for slug in ("verborgen", "nergens"))
    assert hidden.status_code == missing.status_code == 404
    assert hidden.data == missing.data


def test_anyone_may_read_and_nobody_may_write(browser: Browser, catalogue: list[Firm]) -> None:
    response = browser.client.get("/api/v1/partners")
    assert response.headers["Access-Control-Allow-Origin"] == "*"
    assert "Set-Cookie" not in response.headers
    for method in (browser.client.post, browser.client.put, browser.client.delete):
        refused = method("/api/v1/partners")
        assert 400 <= refused.status_code < 500
        assert refused.mimetype == "application/problem+json"


def test_the_language_changes_words_and_no_numbers(browser: Browser, catalogue: list[Firm]) -> None:
    dutch, english = (browser.json(f"{root}/api/v1/partners?producten=bc") for root in ("", "/en"))
    assert dutch["facets"]["iso"]["label"] == "iso nl"
    assert english["facets"]["iso"]["label"] == "iso en"
    assert dutch["total"] == english["total"]
    assert [item["slug"] for item in dutch["items"]] == [item["slug"] for item in english["items"]]
