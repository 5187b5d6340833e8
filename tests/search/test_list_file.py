"""The list as a file: the same partners in the same order as page and API, and nothing a spreadsheet would run."""

import csv
import io
from dataclasses import replace
from datetime import timedelta

import pytest
from flask import Flask

from partnerkompas.infra.request_cycle import unit_of_work
from partnerkompas.partners.actions import PlainOffice
from partnerkompas.partners.models import PartnerStatus
from partnerkompas.search import list_file
from tests.browser import Browser
from tests.factories import a_partner, an_answer, the_criteria
from tests.search.made_up import DAY, Firm
from tests.search.pages import HOSTILE, cards, total
from tests.search.test_page_numbers import random_requests

FIXED = ["slug", "name", "url", "products", "cities", "known", "asked"]


def read(browser: Browser, query: str = "", prefix: str = "") -> list[dict[str, str]]:
    response = browser.client.get(f"{prefix}/partners.csv?{query}")
    assert response.status_code == 200
    assert response.mimetype == "text/csv"
    assert response.data.startswith(b"\xef\xbb\xbf"), "Excel reads its accents by the mark"
    return list(csv.DictReader(io.StringIO(response.data.decode("utf-8-sig"), newline="")))


def test_the_file_is_what_the_page_and_the_api_count(browser: Browser, catalogue: list[Firm]) -> None:
    """REL-07, issue 3 point 4: all partners, also of the pages that follow, in the order asked."""
    for request in random_requests(25, seed=6):
        asked = replace(request, chosen=())
        query = asked.address("").removeprefix("?")
        rows = read(browser, query)
        assert len(rows) == total(browser.get(f"/partners?{query}")), query
        whole = replace(asked, per_page=100)
        assert [row["slug"] for row in rows] == cards(browser.get(whole.address("/partners")))
        told = browser.json(whole.address("/api/v1/partners"))
        assert [(row["slug"], row["known"], row["asked"], row["url"]) for row in rows] == [
            (each["slug"], str(each["known"]), str(each["asked"]), each["url"]) for each in told["items"]
        ]
        columns = [column for key, _choice in asked.filters for column in (str(key), f"{key}.stand")]
        assert not rows or [*rows[0]] == [*FIXED, *columns]


def test_what_was_filtered_on_stands_in_it(browser: Browser, app: Flask) -> None:
    with unit_of_work():
        the_criteria()
        alfa = a_partner("Alfa", offices=(PlainOffice("Utrecht", "NL-UT"), PlainOffice("Assen", "NL-DR")))
        an_answer(alfa, "producten", "bc|fin")
        an_answer(alfa, "branches", "10|46")
        an_answer(alfa, "venster", "vijf", "bc")
        an_answer(alfa, "reactietijd", 4, "fin")
        an_answer(alfa, "reactietijd", 1.5, "bc")
        an_answer(alfa, "iso", "nee")
    query = "branches=C&venster=vijf&reactietijd@bc=1..2&reactietijd=..9&iso.stand=no"
    (row,) = read(browser, query)
    assert row["products"] == "Business Central; Finance"
    assert row["cities"] == "Utrecht; Assen"
    assert row["branches"] == "Voedingsmiddelen; Groothandel in voeding", "of a branch its ends"
    assert row["reactietijd@bc"] == "1.5"
    assert row["reactietijd"] == "1.5; 4"
    assert (row["venster"], row["venster.stand"]) == ("5×8", "opgegeven; niet opgegeven")
    assert row["iso.stand"] == "nee"
    assert read(browser, query, "/en")[0]["branches"] == "Food; Food wholesale"


def test_an_expired_answer_is_a_state_and_no_value(browser: Browser, app: Flask) -> None:
    with unit_of_work():
        the_criteria()
        an_answer(a_partner("Alfa"), "personen", 12, valid_until=DAY - timedelta(days=1))
    (row,) = read(browser, "personen.stand=expired")
    assert row["personen"] == ""
    assert row["personen.stand"] == "verlopen"


def test_nothing_unpublished_is_in_it(browser: Browser, app: Flask) -> None:
    """Poisoned."""
    with unit_of_work():
        the_criteria()
        a_partner("Getoond")
        a_partner("Geheim", status=PartnerStatus.DRAFT)
    assert [row["slug"] for row in read(browser)] == ["getoond"]
    with unit_of_work():
        a_partner("Getoond", status=PartnerStatus.DELISTED)
    assert read(browser) == read(browser, "q=geheim") == []


@pytest.mark.parametrize("name", ["=1+1", "+31 Partner", "@som", "-2", "'=al"])
def test_a_spreadsheet_runs_nothing_of_it(browser: Browser, app: Flask, name: str) -> None:
    with unit_of_work():
        the_criteria()
        a_partner(name, slug="kwaad")
    assert read(browser)[0]["name"] == f"'{name}"


def test_an_earlier_day_gives_what_was_known_then(browser: Browser, catalogue: list[Firm]) -> None:
    day = DAY - timedelta(days=1)
    rows = read(browser, f"op={day}&producten=bc")
    assert len(rows) == total(browser.get(f"/partners?op={day}&producten=bc"))
    answer = browser.client.get(f"/partners.csv?op={day}")
    assert answer.headers["Content-Disposition"] == f'attachment; filename="partners-{day}-1.0.0.csv"'


def test_the_page_links_to_it_with_the_same_request(browser: Browser, catalogue: list[Firm]) -> None:
    page = browser.get("/partners?producten=bc&sort=naam&pagina=2&per_pagina=5&p=firma-1")
    link = next(each for each in page.all("a") if "partners.csv" in each.get("href", ""))
    assert link.get("href") == "/partners.csv?producten=bc&sort=naam"
    assert len(read(browser, "producten=bc&sort=naam")) == total(page)
    assert browser.get("/partners?q=zzqx").text.count("CSV") == 0, "there is nothing to download"


@pytest.mark.parametrize("query", HOSTILE, ids=lambda query: query[:24])
def test_what_cannot_be_used_is_refused_as_by_the_api(browser: Browser, catalogue: list[Firm], query: str) -> None:
    """A file has no room for a notice: whoever reads it would take all partners for those asked for."""
    pages_only = query.startswith("p=")  # whom somebody compares does not change the file
    status = 200 if pages_only else browser.client.get(f"/api/v1/partners?{query}").status_code
    answer = browser.client.get(f"/partners.csv?{query}")
    assert answer.status_code == status
    if status == 200:
        assert len(read(browser, query)) == total(browser.get(f"/partners?{query}"))
    else:
        assert answer.mimetype == "text/plain"


def test_each_part_that_cannot_be_used_is_named(browser: Browser, catalogue: list[Firm]) -> None:
    query = "iso=misschien&producten=bc&eigendom=familei"
    assert browser.client.get(f"/partners.csv?{query}").text == (
        "“iso=misschien”: deze keuze kennen we niet.\n“eigendom=familei”: dit onderdeel kennen we niet.\n"
    )
    assert "we do not know" in browser.client.get(f"/en/partners.csv?{query}").text.lower()
    long = browser.client.get(f"/partners.csv?q={'x' * 300}")
    assert long.status_code == 200, "what can be used of the words counts, and the page before it says so"


def test_it_comes_in_pieces(browser: Browser, catalogue: list[Firm], monkeypatch: pytest.MonkeyPatch) -> None:
    """However many partners there are, some hundreds are held at once."""
    expected = read(browser, "branches=G&personen=..99999")
    monkeypatch.setattr(list_file, "AT_A_TIME", 3)
    assert read(browser, "branches=G&personen=..99999") == expected
    pieces = [*list_file.as_csv([["x" * 100]] * 5_000)]
    assert len(pieces) > 5
    assert all(len(piece) < 60_000 for piece in pieces)
