"""Comparing as a reader does it: the page, its address and its files."""

import csv
import io
import json
from datetime import UTC, date, datetime
from hashlib import sha256
from typing import Any
from urllib.parse import parse_qsl, urlencode, urlsplit

import pytest
from flask import Flask

from partnerkompas.infra import clock
from partnerkompas.infra.db import db
from partnerkompas.partners import queries as partners
from partnerkompas.partners.models import PartnerStatus
from tests.browser import Browser, Page, texts, words
from tests.edition import SMALL
from tests.factories import a_partner, an_answer, the_criteria
from tests.statements import statements

PROVENANCE = {"value", "source", "level", "checked_by_role", "checked_on", "valid_until", "release"}
"""The seven fields of row U1."""


@pytest.fixture
def market(app: Flask) -> None:
    """Three partners: Een and Twee answer, Drie is silent."""
    the_criteria()
    one, two, _three = a_partner("Een"), a_partner("Twee"), a_partner("Drie")
    an_answer(one, "producten", "bc")
    an_answer(two, "producten", "fin|bc")
    an_answer(one, "iso", "ja", level=3, checked_on=date(2026, 3, 4), checked_by_role="curator")
    an_answer(two, "iso", "nee", stated_on=date(2026, 5, 6))
    an_answer(one, "venster", "vijf", "bc")
    an_answer(two, "venster", "vijf", "bc")
    an_answer(two, "venster", "zeven", "fin")
    an_answer(one, "naam", "=cmd|' /C calc'!A0")
    an_answer(two, "personen", 12)
    db.session.commit()


def rows(page: Page) -> dict[str, list[str]]:
    """The words of each row by its label, without what explains the row."""
    found = {}
    for row in page.one("table").iter("tr"):
        head = next((each for each in row if each.tag == "th"), None)
        cells = [each for each in row if each.tag == "td"]
        if head is not None and cells:
            label = " ".join(words(each) for each in head if each.get("class") in ("fact-label", "product"))
            found[label] = [words(each) for each in cells]
    return found


def test_each_question_is_a_row_and_each_partner_a_column(market: None, browser: Browser) -> None:
    page = browser.get("/vergelijk?p=een&p=twee&p=drie")
    table = page.one("table")
    heads = [words(each) for each in table.iter("th") if each.get("scope") == "col"]
    assert heads[1:] == ["Een", "Twee", "Drie"]
    assert [words(each) for each in table.iter("th") if each.get("scope") == "rowgroup"] == ["Thema", "Tweede"]
    cells = rows(page)
    assert cells["iso nl"][0].startswith("opgegeven: Ja")
    assert cells["iso nl"][1].startswith("nee")
    assert cells["iso nl"][2].startswith("niet opgegeven")
    assert {"Een", "Twee", "Drie"} <= set(page.links())


def test_one_product_at_a_time(market: None, browser: Browser) -> None:
    """A comparison of many products is long; `voor=` keeps the rows of one, and those of the partner itself."""
    every = rows(browser.get("/vergelijk?p=een&p=twee"))
    page = browser.get("/vergelijk?p=een&p=twee&voor=fin")
    only = rows(page)
    assert set(only) < set(every)
    assert not [label for label in only if "Business Central" in label]
    assert "iso nl" in only
    assert browser.json("/vergelijk.json?p=een&p=twee&voor=fin")["answers"] != []
    assert not [a for a in browser.json("/vergelijk.json?p=een&p=twee&voor=fin")["answers"] if a["product"] == "bc"]
    assert page.link("alle producten").endswith("?p=een&p=twee")
    assert "kennen we niet" in browser.get("/vergelijk?p=een&p=twee&voor=onzin").text


def test_a_row_tells_what_is_asked_why_and_what_counts(market: None, browser: Browser) -> None:
    page = browser.get("/vergelijk?p=een&p=twee")
    (head,) = [each for each in page.all("th", scope="row") if words(each).startswith("iso nl")]
    for each in ("iso? nl", "why iso nl", "proof iso nl", "uitgave 1.0.0", "verschilt"):
        assert each in words(head), each


def test_a_cell_has_its_state_source_level_and_dates(market: None, browser: Browser) -> None:
    told = rows(browser.get("/vergelijk?p=een&p=twee"))["iso nl"][0]
    for each in ("Ja", "de partner", "E3", "15 januari 2026", "4 maart 2026", "curator", "1.0.0"):
        assert each in told, each


def test_silence_is_never_no_and_tells_the_last_update(market: None, browser: Browser) -> None:
    cells = rows(browser.get("/vergelijk?p=een&p=twee&p=drie"))["personen nl"]
    assert cells[0].startswith("niet opgegeven")
    assert cells[0].endswith("Partner bijgewerkt op 4 maart 2026.")
    assert cells[1].startswith("opgegeven: 12 personen")
    assert cells[2].startswith("niet opgegeven")
    assert cells[2].endswith("Van deze partner is nog niets bekend.")


def test_products_have_rows_of_their_own(market: None, browser: Browser) -> None:
    cells = rows(browser.get("/vergelijk?p=een&p=twee&p=drie"))
    assert [cell.partition(" ")[0] for cell in cells["venster nl Business Central"]] == [
        "opgegeven:",
        "opgegeven:",
        "niet",
    ]
    missing, answered, unknown = cells["venster nl Finance"]
    assert missing.startswith("niet van toepassing")
    assert "producten nl" in missing, "it says from which answer that follows"
    assert answered.startswith("opgegeven: 24×7")
    assert unknown.startswith("niet opgegeven")
    assert "venster nl sales nl" not in cells


def test_only_differences_hides_equal_rows_and_says_how_many(market: None, browser: Browser) -> None:
    whole = browser.get("/vergelijk?p=een&p=twee")
    page = browser.get(whole.link("Alleen verschillen"))
    total = len(lines_of(whole))
    assert set(lines_of(page)) == {
        "producten nl",
        "iso nl",
        "personen nl",
        "naam nl",
        "venster nl Finance",
        "reactietijd nl Finance",
        "pagina_iso nl",
    }
    assert f"{total - 7} van {total} rijen zijn gelijk en verborgen." in page.text
    assert urlsplit(page.link("Alleen verschillen")).query == "p=een&p=twee"


def lines_of(page: Page) -> list[str]:
    """The labels of the rows that hold facts."""
    return [label for label in rows(page) if label]


def test_equal_partners_have_no_differences(market: None, browser: Browser) -> None:
    a_partner("Vier")
    page = browser.get("/vergelijk?p=drie&p=vier&verschillen=1")
    assert "Deze partners gaven op alle vragen hetzelfde antwoord." in page.text


@pytest.mark.parametrize(("address", "told"), [("", "U koos nog geen partners"), ("?p=een", "U koos alleen Een")])
def test_too_few_partners_get_an_explanation_and_a_way_on(
    market: None, browser: Browser, address: str, told: str
) -> None:
    page = browser.get(f"/vergelijk{address}")
    assert told in page.text
    assert urlsplit(page.link("Kies partners")).path == "/partners"
    assert not page.all("table")
    assert browser.client.get(f"/vergelijk.csv{address}").status_code == 400
    assert browser.client.get(f"/vergelijk.json{address}").status_code == 400


def test_hidden_and_unknown_partners_get_the_same_words(market: None, browser: Browser) -> None:
    hidden = a_partner("Geheim", status=PartnerStatus.DRAFT)
    an_answer(hidden, "naam", "Geheime naam")
    db.session.commit()
    page = browser.get("/vergelijk?p=een&p=geheim&p=bestaat-niet&p=twee&p=../../etc&p=%00")
    for slug in ("geheim", "bestaat-niet", "../../etc"):
        assert f"Een partner “{slug}” kennen we niet." in page.text
    assert "Geheime naam" not in page.text
    assert "Geheim " not in page.text
    assert rows(page)["iso nl"][1].startswith("nee"), "the others are compared"
    assert "Geheim" not in browser.client.get("/vergelijk.json?p=een&p=geheim&p=twee").text


def test_more_than_six_partners_are_left_out_and_said(app: Flask, browser: Browser) -> None:
    the_criteria()
    slugs = [a_partner(f"Nummer {n}").slug for n in range(8)]
    page = browser.get("/vergelijk?" + "&".join(f"p={slug}" for slug in slugs))
    assert "U kunt 6 partners tegelijk vergelijken. Niet getoond: nummer-6, nummer-7." in page.text
    assert len(page.all("th", scope="col")) == 7
    assert "Voeg een partner toe" not in page.text


def test_a_partner_that_is_named_twice_is_there_once(market: None, browser: Browser) -> None:
    page = browser.get("/vergelijk?p=een&p=een&p=twee")
    assert len(page.all("th", scope="col")) == 3


def test_columns_can_be_swapped_removed_and_added(market: None, browser: Browser) -> None:
    page = browser.get("/vergelijk?p=een&p=twee&p=drie&verschillen=1&op=2026-11-01")
    moved = dict(parse_qsl(urlsplit(page.link("Naar links: Drie")).query))
    assert chosen(page.link("Naar links: Drie")) == ["een", "drie", "twee"]
    assert chosen(page.link("Naar links: Twee")) == ["twee", "een", "drie"]
    assert chosen(page.link("Haal weg: Een")) == ["twee", "drie"]
    assert chosen(page.link("Voeg een partner toe")) == ["een", "twee", "drie"]
    assert (moved["verschillen"], moved["op"]) == ("1", "2026-11-01"), "the rest of the address stays"
    assert "Naar links: Een" not in page.text


def test_the_list_somebody_came_from_is_kept(market: None, browser: Browser) -> None:
    """SRCH-03: whoever compares and goes back or adds a partner finds the list as it was, in whatever way."""
    came_from = "q=een&producten=bc&sort=naam&per_pagina=50"
    page = browser.get(f"/vergelijk?{urlencode([('p', 'een'), ('p', 'twee'), ('lijst', came_from)])}")
    back = "/partners?q=een&producten=bc&sort=naam&per_pagina=50&p=een&p=twee"
    assert page.link("Voeg een partner toe") == back
    for way in ("Naar links: Twee", "Alleen verschillen"):
        assert browser.get(page.link(way)).link("Voeg een partner toe").startswith(back.partition("&p=")[0]), way
    (who,) = [each.get("href", "") for each in page.all("a", class_="who") if each.text == "Een"]
    profile = browser.get(who)
    assert browser.get(profile.link("Vergelijk 2 partners")).link("Voeg een partner toe") == back, "over a profile"
    narrowed = browser.get(f"/vergelijk?{urlencode([('p', 'een'), ('p', 'twee'), ('verschillen', 1), ('voor', 'bc')])}")
    (who,) = [each.get("href", "") for each in narrowed.all("a", class_="who") if each.text == "Een"]
    assert who == "/partners/een?p=een&p=twee", "what is asked of the comparison is not asked of a profile"
    listed = browser.get(back)
    (name,) = [each.get("href", "") for each in listed.tree.findall(".//h3/a") if each.text == "Een"]
    assert name.startswith("/partners/een?p=een&p=twee&lijst=")
    links = browser.get("/partners?producten=bc").tree.findall(".//h3/a")
    assert [each.get("href", "").partition("?")[1] for each in links] == ["", ""], "nobody is picked"
    alone = browser.get(page.link("Haal weg: Twee"))
    assert alone.link("Kies partners") == back.removesuffix("&p=twee")
    for way in ("Als CSV", "Als JSON"):
        assert "lijst" not in page.link(way), "a file is of these partners, whoever asks for it"
    (address,) = [text for text in texts(page.all("p", class_="print-only")) if "/vergelijk?" in text]
    assert "lijst" not in address, "nor is what is printed"
    earlier = browser.get("/vergelijk?p=een&p=twee&op=2026-11-01&lijst=iso%3Dja")
    assert earlier.link("Voeg een partner toe") == "/partners?iso=ja&op=2026-11-01&p=een&p=twee"


@pytest.mark.parametrize(
    "odd", ["//elders.nl", "%00=%00&iso=%ff", "p=geheim&op=2020-01-01", "iso=misschien", "x" * 9_000]
)
def test_a_list_that_cannot_be_is_the_list(market: None, browser: Browser, odd: str) -> None:
    page = browser.get(f"/vergelijk?{urlencode([('p', 'een'), ('p', 'twee'), ('lijst', odd)])}")
    assert page.link("Voeg een partner toe") == "/partners?p=een&p=twee"


def test_a_list_that_is_too_long_is_no_other_list(app: Flask, browser: Browser) -> None:
    """Cut anywhere it could ask for something else; and an address that long does not come through every proxy."""
    the_criteria()
    for n in range(2):
        a_partner(f"Nummer {n}")
    db.session.commit()
    picked = "p=nummer-0&p=nummer-1"
    for many in (50, 180):
        asked = "&".join(["sort=naam", *(f"personen={n}..{n}00000" for n in range(many))])
        compared = browser.get(f"/partners?{asked}&{picked}").link("Vergelijk 2 partners")
        assert ("lijst" in compared) == (many == 50)
        assert len(compared) < 8_000
        page = browser.get(f"/vergelijk?{picked}&{urlencode({'lijst': asked})}")
        assert ("personen" in page.link("Voeg een partner toe")) == (many == 50)


def test_a_full_comparison_has_a_way_back(app: Flask, browser: Browser) -> None:
    the_criteria()
    slugs = [a_partner(f"Nummer {n}").slug for n in range(6)]
    page = browser.get(f"/vergelijk?{urlencode([*(('p', slug) for slug in slugs), ('lijst', 'q=nummer')])}")
    assert page.link("Terug naar de lijst").startswith("/partners?q=nummer&p=nummer-0")


def chosen(address: str) -> list[str]:
    return [value for name, value in parse_qsl(urlsplit(address).query) if name == "p"]


def test_an_earlier_day_shows_what_was_known_then(app: Flask, browser: Browser) -> None:
    with clock.fixed_at(datetime(2025, 1, 1, tzinfo=UTC)):
        the_criteria()
        one, _two = a_partner("Een"), a_partner("Twee")
    an_answer(one, "personen", 10, recorded_at=datetime(2025, 6, 1, tzinfo=UTC), stated_on=date(2025, 6, 1))
    an_answer(one, "personen", 20, recorded_at=datetime(2026, 6, 1, tzinfo=UTC))
    page = browser.get("/vergelijk?p=een&p=twee&op=2025-12-31")
    assert rows(page)["personen nl"][0].startswith("opgegeven: 10 personen")
    assert "U ziet wat op 31 december 2025 bekend was." in page.text
    assert "Gegevens van 31 december 2025" in words(page.one("caption"))
    found = browser.json("/vergelijk.json?p=een&p=twee&op=2025-12-31")
    assert found["date"] == "2025-12-31"
    assert value_of(found, "een", "personen") == 10


def value_of(found: dict[str, Any], partner: str, criterion: str, product: str = "") -> Any:
    (record,) = [
        each
        for each in found["answers"]
        if (each["partner"], each["criterion"], each["product"]) == (partner, criterion, product)
    ]
    return record["value"]


@pytest.mark.parametrize("unusable", ["kleur=rood", "op=2099-01-01", "op=2026-02-31"])
def test_what_the_address_cannot_mean_is_ignored_and_said(market: None, browser: Browser, unusable: str) -> None:
    page = browser.get(f"/vergelijk?p=een&p=twee&{unusable}")
    assert "is genegeerd" in page.text
    assert rows(page)["iso nl"][0].startswith("opgegeven: Ja")


@pytest.mark.parametrize(
    ("address", "expected"),
    [("", ["1", "2"]), ("&toon=drie&toon=een", ["3", "1"]), ("&toon=drie", ["3", "1"]), ("&toon=x&toon=x", ["1", "2"])],
)
def test_the_address_says_which_two_a_phone_shows(
    market: None, browser: Browser, address: str, expected: list[str]
) -> None:
    page = browser.get(f"/vergelijk?p=een&p=twee&p=drie{address}")
    picked = [each.get("value") for each in page.all("input", type="radio") if each.get("checked") is not None]
    assert picked == expected


def test_the_json_file_holds_what_the_page_shows_with_all_seven_fields(market: None, browser: Browser) -> None:
    page = browser.get("/vergelijk?p=een&p=twee&p=drie")
    found = browser.json(page.link("Als JSON"))
    assert len(found["answers"]) == 3 * len(lines_of(page))
    for record in found["answers"]:
        assert set(record) >= PROVENANCE
    assert value_of(found, "een", "iso") is True
    assert value_of(found, "twee", "producten") == ["bc", "fin"]
    states = {each["state"] for each in found["answers"]}
    assert states == {"stated", "no", "not_applicable", "not_stated"}
    assert (found["date"], found["release"]) == ("2026-11-22", "1.0.0")
    text = json.dumps(found["answers"], ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    assert found["sha256"] == sha256(text.encode()).hexdigest()


def test_the_address_in_the_file_keeps_giving_the_same(market: None, browser: Browser) -> None:
    before = browser.json("/vergelijk.json?p=een&p=twee")
    assert "op=2026-11-22" in before["address"]
    with clock.fixed_at(datetime(2026, 12, 24, 12, tzinfo=UTC)):
        een = partners.by_slug("een")
        assert een is not None
        an_answer(een, "personen", 99)
        db.session.commit()
        address = urlsplit(before["address"])
        after = browser.json(f"/vergelijk.json?{address.query}")
        now = browser.json("/vergelijk.json?p=een&p=twee")
    assert after["sha256"] == before["sha256"] != now["sha256"]


def test_the_csv_file_holds_the_same_as_the_json_file(market: None, browser: Browser) -> None:
    response = browser.client.get("/vergelijk.csv?p=een&p=twee")
    found = browser.json("/vergelijk.json?p=een&p=twee")
    assert response.mimetype == "text/csv"
    assert response.headers["Content-Disposition"] == 'attachment; filename="vergelijking-2026-11-22.csv"'
    lines = list(csv.DictReader(io.StringIO(response.get_data().decode("utf-8-sig"))))
    assert len(lines) == len(found["answers"])
    assert set(lines[0]) >= PROVENANCE
    for line, record in zip(lines, found["answers"], strict=True):
        assert (line["date"], line["sha256"]) == (found["date"], found["sha256"])
        for name in set(record) - {"value", "display"}:
            assert line[name] == ("" if record[name] is None else str(record[name])), name
    (products,) = [each for each in lines if (each["partner"], each["criterion"]) == ("twee", "producten")]
    assert products["value"] == "bc|fin"


def test_a_formula_is_shown_as_text_and_harmless_in_the_csv_file(market: None, browser: Browser) -> None:
    page = browser.get("/vergelijk?p=een&p=twee")
    assert "=cmd|' /C calc'!A0" in rows(page)["naam nl"][0]
    text = browser.client.get("/vergelijk.csv?p=een&p=twee").get_data().decode("utf-8-sig")
    cells = [cell for line in csv.reader(io.StringIO(text)) for cell in line]
    assert "'=cmd|' /C calc'!A0" in cells
    assert not [cell for cell in cells if cell.startswith(tuple("=+-@\t\r"))]
    assert value_of(browser.json("/vergelijk.json?p=een&p=twee"), "een", "naam").startswith("=cmd")


def test_only_differences_holds_for_the_files_too(market: None, browser: Browser) -> None:
    page = browser.get("/vergelijk?p=een&p=twee&verschillen=1")
    found = browser.json(page.link("Als JSON"))
    assert len(found["answers"]) == 2 * len(lines_of(page))
    assert all(each["differs"] for each in found["answers"])


def test_the_page_and_its_files_are_there_in_english(market: None, browser: Browser) -> None:
    page = browser.get("/en/vergelijk?p=een&p=twee")
    assert "Business Central, Finance" in rows(page)["producten en"][1]
    found = browser.json("/en/vergelijk.json?p=een&p=twee")
    assert {each["label"] for each in found["answers"]} >= {"iso en", "producten en"}


def test_more_partners_take_no_more_queries(app: Flask, browser: Browser) -> None:
    the_criteria()
    slugs = [a_partner(f"Nummer {n}").slug for n in range(6)]
    db.session.commit()
    numbers = []
    for some in (slugs[:2], slugs):
        address = "/vergelijk?" + "&".join(f"p={slug}" for slug in some)
        browser.get(address)
        with statements() as sent:
            browser.client.get(address)
        numbers.append(len(sent))
    assert numbers[0] == numbers[1] <= 12


def test_all_rows_are_counted_in_the_totals_of_a_theme(market: None, browser: Browser) -> None:
    page = browser.get("/vergelijk?p=een&p=drie&verschillen=1")
    asked = [each for each in SMALL.questions if each.theme == "tweede"]
    (theme,) = [each for each in page.all("tr", class_="theme-row") if words(each).startswith("Tweede")]
    assert words(theme).endswith(f"2 van {len(asked)} beantwoord 0 van {len(asked)} beantwoord")
