"""What is shown: twelve whole weeks, the same of every partner, and nothing that depends on a number under five."""

import csv
import io
import re
from datetime import UTC, datetime

import pytest
from flask import Flask

from partnerkompas.infra import clock
from partnerkompas.infra.counting import What
from partnerkompas.infra.db import db, writing
from partnerkompas.partners.models import Partner
from partnerkompas.permissions.vocabulary import VISITOR, Actor
from tests.browser import Browser, Page, texts, words
from tests.factories import a_curator, a_member, a_representative, an_admin
from tests.signed_in import Person
from tests.usage.looking import used

FEW, FEW_A_WEEK, FEW_EACH_WEEK = "minder dan 5", "minder dan 5 per week", "elke week minder dan 5"


def rows(page: Page, table: int = 0) -> dict[str, list[str]]:
    """The lines of a table by their head."""
    lines = list(page.all("tbody")[table].iter("tr"))
    return {words(line.find("th")): texts(line.findall("td")) for line in lines}  # type: ignore[arg-type]


def file_of(app: Flask, address: str = "/cijfers.csv") -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(Person(app).get(address).text.removeprefix("\ufeff"))))


def test_a_week_is_shown_from_five_on(site: Flask, browser: Browser) -> None:
    used(What.VIEW, "aap", _2026_11_09=5, _2026_11_02=4, _2026_10_26=1234)
    used(What.COMPARISON, "aap", _2026_11_02=17)
    page = browser.get("/partners/aap/cijfers")
    assert [*rows(page).items()] == [
        ("week 46 van 2026 vanaf 9 november 2026", ["5", FEW]),
        ("week 45 van 2026 vanaf 2 november 2026", [FEW, "17"]),
        ("week 44 van 2026 vanaf 26 oktober 2026", ["1.234", FEW]),
        (
            "week 35 van 2026 tot en met week 43 van 2026 24 augustus 2026 tot en met 25 oktober 2026",
            [FEW_EACH_WEEK, FEW_EACH_WEEK],
        ),
    ]
    assert page.all("caption")
    assert {each.get("scope") for each in page.all("th")} == {"row", "col"}


def test_weeks_with_too_little_are_one_row(site: Flask, browser: Browser) -> None:
    """Twelve rows that say the same tell nothing; a week between two others keeps its own row."""
    used(What.VIEW, "aap", _2026_11_02=9, _2026_10_19=8)
    shown = [*rows(browser.get("/partners/aap/cijfers")).items()]
    assert [(label.partition(" vanaf")[0][:16], numbers) for label, numbers in shown] == [
        ("week 46 van 2026", [FEW, FEW]),
        ("week 45 van 2026", ["9", FEW]),
        ("week 44 van 2026", [FEW, FEW]),
        ("week 43 van 2026", ["8", FEW]),
        ("week 35 van 2026", [FEW_EACH_WEEK, FEW_EACH_WEEK]),
    ]


def test_a_partner_few_looked_at_gets_one_sentence(site: Flask, browser: Browser, aap: Partner) -> None:
    used(What.VIEW, "aap", _2026_11_09=4, _2026_10_26=4)
    page = browser.get("/partners/aap/cijfers")
    assert page.all("table") == []
    told = (
        "In elke week van 24 augustus 2026 tot en met 15 november 2026 is het profiel minder dan 5 keer bekeken, "
        "en stond het minder dan 5 keer in een vergelijking."
    )
    assert told in page.text
    assert told in Person(site, a_representative(aap)).get("/partners/aap/gegevens").text


def test_the_running_week_waits_until_it_is_over(site: Flask, browser: Browser) -> None:
    used(What.VIEW, "aap", _2026_11_16=99, _2026_08_24=77, _2026_08_17=55)
    sunday = browser.get("/partners/aap/cijfers").text
    assert "99" not in sunday
    assert "77" in sunday, "twelve weeks ago"
    assert "55" not in sunday
    with clock.fixed_at(datetime(2026, 11, 22, 23, 0, tzinfo=UTC)):  # midnight in the Netherlands
        monday = browser.get("/partners/aap/cijfers").text
    assert "99" in monday
    assert "77" not in monday


def test_week_53_is_between_52_and_1(site: Flask, browser: Browser) -> None:
    used(What.VIEW, "aap", _2026_12_21=52, _2026_12_28=53, _2027_01_04=61)
    with clock.fixed_at(datetime(2027, 1, 11, 12, tzinfo=UTC)):
        shown = [*rows(browser.get("/partners/aap/cijfers")).items()][:3]
        weeks = [name for name in file_of(site)[0] if name.startswith("20")]
    assert [(label.partition(" vanaf")[0], numbers[0]) for label, numbers in shown] == [
        ("week 1 van 2027", "61"),
        ("week 53 van 2026", "53"),
        ("week 52 van 2026", "52"),
    ]
    assert weeks[-3:] == ["2026-W52", "2026-W53", "2027-W01"]


def test_a_total_is_the_sum_of_what_is_shown(site: Flask, browser: Browser) -> None:
    """The true total minus the weeks that are shown would tell the one that is not."""
    used(What.VIEW, "aap", _2026_11_09=50, _2026_11_02=3, _2026_10_26=7)
    used(What.VIEW, "noot", _2026_11_09=4, _2026_11_02=4, _2026_10_26=4)
    used(What.FILTER, "iso", _2026_11_09=9, _2026_11_02=2)
    used(What.FILTER, "branches", _2026_11_09=12)
    page = browser.get("/cijfers")
    criteria, partners = rows(page, 0), rows(page, 1)
    assert partners == {
        "Aap": ["57", FEW_A_WEEK],
        "Noot": [FEW_A_WEEK, FEW_A_WEEK],
        "Mies": [FEW_A_WEEK, FEW_A_WEEK],
    }
    assert [*criteria.items()][:3] == [("branches nl", ["12"]), ("iso nl", ["9"]), ("producten nl", [FEW_A_WEEK])]
    assert "naam nl" not in criteria, "nobody can filter on it"


def test_the_file_holds_every_week_of_everybody(site: Flask) -> None:
    used(What.VIEW, "aap", _2026_11_09=50, _2026_11_02=4)
    used(What.FILTER, "iso", _2026_08_24=9)
    told = {(row["what"], row["key"]): row for row in file_of(site)}
    assert {key for what, key in told if what == "view"} == {"aap", "noot", "mies"}
    assert {key for what, key in told if what == "comparison"} == {"aap", "noot", "mies"}
    mine = told["view", "aap"]
    assert (mine["name"], mine["2026-W46"], mine["2026-W45"], mine["2026-W35"]) == ("Aap", "50", "<5", "<5")
    assert told["filter", "iso"]["2026-W35"] == "9"
    assert len(mine) == 3 + 12


ADDRESSES = "/cijfers", "/en/cijfers", "/cijfers.csv", "/partners/aap/cijfers", "/partners/noot/cijfers"


def test_nothing_depends_on_a_number_under_five(site: Flask, aap: Partner) -> None:
    """Two sites that differ in small numbers only give the same pages, file and order of what is missing."""
    own = Person(site, a_representative(aap))
    used(What.VIEW, "aap", _2026_11_09=50)
    used(What.FILTER, "iso", _2026_11_09=9)

    def told() -> list[str]:
        pages = [Person(site).get(address).text for address in ADDRESSES]
        return [*pages, re.sub(r'value="[^"]+"', "", own.get("/partners/aap/gegevens").text)]

    before = told()
    for week in ("_2026_11_02", "_2026_10_26", "_2026_10_19", "_2026_08_24"):
        for what, key in ((What.VIEW, "aap"), (What.COMPARISON, "noot"), (What.FILTER, "sinds")):
            used(what, key, **{week: 4})
    assert told() == before
    used(What.FILTER, "sinds", _2026_11_02=1)
    assert all(after != was for after, was in zip(told(), before, strict=True) if "sinds" in was)


def test_every_partner_has_the_same_page(site: Flask, aap: Partner) -> None:
    """Whoever speaks for it, however much it is looked at: equal numbers give equal pages (row U22)."""
    a_representative(aap)
    db.session.commit()
    writing.set(False)
    for key in ("aap", "noot", "mies"):
        used(What.VIEW, key, _2026_11_09=5000, _2026_11_02=6)

    def shape(slug: str, name: str) -> str:
        return Person(site).get(f"/partners/{slug}/cijfers").text.replace(name, "X").replace(slug, "x")

    assert shape("aap", "Aap") == shape("noot", "Noot") == shape("mies", "Mies")
    assert {row["what"] for row in file_of(site)} == {"view", "comparison", "filter"}


@pytest.mark.parametrize("make", [None, a_member, a_curator, an_admin, "own"])
def test_everybody_sees_the_same(site: Flask, aap: Partner, make: object) -> None:
    used(What.VIEW, "aap", _2026_11_09=50, _2026_11_02=3)
    actor: Actor = VISITOR if make is None else a_representative(aap) if make == "own" else make()  # type: ignore[operator]

    def main(person: Person) -> str:
        return person.get("/partners/aap/cijfers").text.partition("<main")[2].partition("</main>")[0]

    assert main(Person(site, actor)) == main(Person(site))
    assert "50" in main(Person(site))


def test_partners_stand_in_the_neutral_order_however_much_they_are_looked_at(site: Flask, browser: Browser) -> None:
    before, listed = list(rows(browser.get("/cijfers"), 1)), Person(site).get("/partners").data
    used(What.VIEW, before[-1].lower(), _2026_11_09=5000)
    used(What.VIEW, before[1].lower(), _2026_11_09=50)
    assert list(rows(browser.get("/cijfers"), 1)) == before
    assert Person(site).get("/partners").data == listed


def test_a_site_without_figures_or_partners_says_so(app: Flask, browser: Browser) -> None:
    assert "nog niets om te tellen" in browser.get("/cijfers").text
    assert len(file_of(app)) == 0


def test_the_pages_lead_to_the_figures(site: Flask, browser: Browser) -> None:
    assert browser.get("/").link("Cijfers") == "/cijfers"
    assert browser.get("/cijfers").links()["Aap"] == "/partners/aap/cijfers"
    assert browser.get("/partners/aap").link("Hoe vaak bekeken") == "/partners/aap/cijfers"
    assert "hoe vaak een profiel wordt bekeken" in browser.get("/over").text


def missing(person: Person) -> list[tuple[str, str]]:
    """What is missing of Aap, in its order: what, and what is said of it."""
    section = person.get("/partners/aap/gegevens").text.partition('id="ontbreekt"')[2].partition("</section>")[0]
    items = re.findall(r"<li>(.*?)</li>", section, re.DOTALL)
    told = [re.findall(r">([^<>]+)<", item) for item in items]
    return [(parts[0], " ".join(" ".join(parts[1:]).split())) for parts in told]


def test_what_is_missing_comes_in_the_order_of_what_users_filter_on(site: Flask, aap: Partner) -> None:
    own = Person(site, a_representative(aap))
    plain = missing(own)
    assert [each for each, _why in plain[:3]] == ["branches nl", "medewerkers nl", "provincie nl"], "cards first"
    assert not any("gefilterd" in why for _each, why in plain)
    assert "Eerst wat in de lijst op elke kaart staat" in own.get("/partners/aap/gegevens").text
    used(What.FILTER, "sinds", _2026_11_09=10, _2026_11_02=7)
    used(What.FILTER, "venster", _2026_11_09=17, _2026_11_02=4)
    used(What.FILTER, "branches", _2026_11_09=17)
    used(What.FILTER, "iso", _2026_11_16=99, _2026_08_17=99)
    used(What.FILTER, "producten", _2026_11_09=99)
    used(What.FILTER, "medewerkers", _2026_11_09=4)
    after = missing(own)
    assert [each for each, _why in after[:4]] == ["branches nl", "venster nl", "sinds nl", "medewerkers nl"]
    assert [why for _each, why in after[:4]] == [
        "ten minste 17 keer op gefilterd in 12 weken",
        "Business Central ten minste 17 keer op gefilterd in 12 weken",
        "ten minste 17 keer op gefilterd in 12 weken",
        "",
    ]
    assert "Eerst waar bezoekers" in own.get("/partners/aap/gegevens").text


def test_the_own_page_shows_what_everybody_sees(site: Flask, aap: Partner) -> None:
    own = Person(site, a_representative(aap))
    used(What.VIEW, "aap", _2026_11_09=321, _2026_11_02=3)
    used(What.VIEW, "noot", _2026_11_09=654)
    table = own.get("/partners/aap/gegevens").text.partition('id="gebruik"')[2].partition("</section>")[0]
    public = Person(site).get("/partners/aap/cijfers").text
    rows_of_it = table.partition("<tbody>")[2].partition("</tbody>")[0]
    assert "321" in rows_of_it
    assert rows_of_it in public
