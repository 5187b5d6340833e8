"""The pages about the site itself, made from what is in force; and what machines ask."""

import re
from datetime import UTC, date, datetime
from hashlib import sha256

import pytest
from flask import Flask
from sqlalchemy.exc import OperationalError

from partnerkompas.answers import actions
from partnerkompas.criteria import actions as criteria
from partnerkompas.infra import clock
from partnerkompas.infra.db import db
from partnerkompas.partners.models import PartnerStatus
from partnerkompas.permissions.vocabulary import OPERATOR
from partnerkompas.site.method import states
from tests.browser import Browser, words
from tests.edition import SMALL, question, with_question
from tests.factories import a_partner, an_answer, the_criteria


def test_home_counts_what_is_there(app: Flask, browser: Browser) -> None:
    the_criteria()
    one, two = a_partner("Een"), a_partner("Twee")
    a_partner("Geheim", status=PartnerStatus.DRAFT)
    an_answer(one, "producten", "bc|fin")
    an_answer(two, "producten", "bc")
    an_answer(one, "iso", "nee")  # rules out pagina_iso, which nobody answered
    an_answer(one, "provincie", "NL-GR")
    db.session.commit()
    page = browser.get("/")
    figures = {words(each[0]): words(each[1]) for each in page.one("dl", class_="figures")}
    assert figures == {"partners": "2", "criteria": str(len(SMALL.questions)), "antwoorden met bron": "4"}
    assert page.links()["Business Central"] == "/partners?producten=bc"
    assert page.links()["NL-GR nl 1"] == "/partners?provincie=NL-GR"
    assert page.links()["Tweede"] == "/criteria#thema-2"
    assert "2026-11-22" in page.text


def test_home_names_what_nobody_looked_at_for_longest(app: Flask, browser: Browser) -> None:
    the_criteria()
    for name, year in (("Nieuw", 2026), ("Oud", 2021), ("Ouder", 2020)):
        an_answer(a_partner(name), "iso", "ja", stated_on=date(year, 1, 1))
    db.session.commit()
    listed = browser.get("/").one("ul", class_="oldest")
    assert [words(each).split()[0] for each in listed] == ["Ouder", "Oud", "Nieuw"]
    assert next(listed.iter("a")).get("href") == "/partners/ouder#tweede"


def test_an_empty_site_has_a_home(app: Flask, browser: Browser) -> None:
    page = browser.get("/")
    assert "Vind een Dynamics-partner die past" in page.text
    browser.get("/methode")
    browser.get("/criteria")
    browser.get("/criteria/uitgaven")
    browser.get("/vergelijk")


def test_invented_partners_are_announced_on_every_page(app: Flask, browser: Browser) -> None:
    the_criteria()
    addresses = ["/", "/over", "/methode", "/criteria", "/criteria/iso", "/partners", "/vergelijk", "/inloggen"]
    told = "de partners in deze gids zijn verzonnen"
    a_partner("Echt")
    a_partner("Verborgen", fictional=True, status=PartnerStatus.DRAFT)
    db.session.commit()
    assert not [each for each in addresses if told in browser.get(each).text]
    a_partner("Verzonnen", fictional=True)
    db.session.commit()
    assert [each for each in addresses if told not in browser.get(each).text] == []
    assert told in browser.get("/partners/bestaat-niet", 404).text


def test_the_method_page_shows_the_order_of_today_so_that_anybody_can_repeat_it(app: Flask, browser: Browser) -> None:
    the_criteria()
    slugs = [a_partner(f"Nummer {n}").slug for n in range(5)]
    db.session.commit()
    first = min(slugs, key=lambda slug: sha256(f"2026-11-22:{slug}".encode()).hexdigest())
    recipe = words(browser.get("/methode").one("pre"))
    assert f"printf '2026-11-22:{first}' | sha256sum" in recipe
    assert sha256(f"2026-11-22:{first}".encode()).hexdigest() in recipe
    with clock.fixed_at(datetime(2026, 11, 23, 12, tzinfo=UTC)):
        assert "2026-11-23:" in words(browser.get("/methode").one("pre"))


def test_the_method_page_gives_an_example_of_every_state(app: Flask, browser: Browser) -> None:
    the_criteria()
    db.session.commit()
    section = next(each for each in browser.get("/methode").all("section") if each.get("aria-labelledby") == "standen")
    told = words(section)
    for each in ("opgegeven", "nee", "niet van toepassing", "niet opgegeven", "verlopen op", "betwist"):
        assert each in told, each
    assert told.count("Voorbeeld:") == 6


def test_the_examples_are_true_on_the_day_of_the_page() -> None:
    made = {code: example for code, _label, _meaning, example in states(SMALL, date(2026, 11, 22), str)}
    expired, stated = made["expired"], made["stated"]
    assert expired is not None
    assert stated is not None
    assert expired.valid_until is not None
    assert expired.valid_until < date(2026, 11, 22)
    assert (expired.level, stated.level) == (0, 1), "the example shows the drop"
    assert stated.stated_on is not None
    assert stated.stated_on < date(2026, 11, 22)
    assert {code for code, example in made.items() if example and example.state != code} == set()


def test_the_method_page_follows_the_settings(app: Flask, browser: Browser) -> None:
    the_criteria()
    db.session.commit()
    assert "60 dagen vooraf" in browser.get("/methode").text
    app.extensions["settings"].expiring_days = 21
    page = browser.get("/methode")
    assert "21 dagen vooraf" in page.text
    assert "1.0.0 van 22 november 2026" in page.text


def test_a_criterion_shows_how_partners_answer_and_leads_to_them(app: Flask, browser: Browser) -> None:
    the_criteria()
    one, two, three = a_partner("Een"), a_partner("Twee"), a_partner("Drie")
    a_partner("Vier")
    for partner, value in ((one, "bc|fin"), (two, "bc")):
        an_answer(partner, "producten", value)
    actions.challenge(OPERATOR, an_answer(three, "producten", "fin"), "nee")
    db.session.commit()
    page = browser.get("/criteria/producten")
    table = {
        words(row[0]): (words(row[1]), row[0]) for row in page.one("table").iter("tr") if row[0].get("scope") == "row"
    }
    counts = {label: count for label, (count, _head) in table.items()}
    assert counts == {
        "Business Central": "2",
        "Finance": "1",
        "sales nl": "0",
        "opgegeven": "2",
        "nee": "0",
        "niet van toepassing": "0",
        "niet opgegeven": "1",
        "verlopen": "0",
        "betwist": "1",
    }
    for label, (count, head) in table.items():
        links = [each.get("href") or "" for each in head.iter("a")]
        assert len(links) == (count != "0"), label
        for link in links:
            found = browser.get(link)
            assert re.search(rf"\b{count} partners?\b", found.text), (label, link)


def test_a_criterion_counts_the_answers_of_the_day_that_is_asked_about(app: Flask, browser: Browser) -> None:
    with clock.fixed_at(datetime(2025, 1, 1, 12, tzinfo=UTC)):
        the_criteria()
    an_answer(a_partner("Een"), "iso", "ja")
    db.session.commit()
    assert "Ja 1" in browser.get("/criteria/iso").text
    then = browser.get("/criteria/iso?op=2025-06-01")
    assert "Ja 0" in then.text
    (link,) = [each for label, each in then.links().items() if label == "niet opgegeven"]
    assert link == "/partners?iso.stand=not_stated&op=2025-06-01"


def test_a_criterion_tells_everything_about_itself(app: Flask, browser: Browser) -> None:
    the_criteria()
    db.session.commit()
    text = browser.get("/criteria/pagina_iso").text
    for each in ("pagina_iso? nl", "why pagina_iso nl", "proof pagina_iso nl", "link", "één keer per partner"):
        assert each in text, each
    assert "op “iso nl” is het antwoord ja of een waarde" in text
    assert "voor elk product apart" in browser.get("/criteria/venster").text
    assert "12 maanden" in browser.get("/criteria/medewerkers").text


def test_criteria_follow_the_day_that_is_asked_about(app: Flask, browser: Browser) -> None:
    with clock.fixed_at(datetime(2025, 1, 1, 12, tzinfo=UTC)):
        the_criteria()
    criteria.adopt(OPERATOR, with_question(SMALL, question("nieuw", "yes_no")))
    db.session.commit()
    assert "nieuw nl" in browser.get("/criteria").text
    page = browser.get("/criteria?op=2025-06-01")
    assert "nieuw nl" not in page.text
    assert "Uitgave 1.0.0 van 1 januari 2025." in page.text
    assert browser.get("/criteria/nieuw").text
    browser.get("/criteria/nieuw?op=2025-06-01", 404)
    browser.get("/criteria/bestaat_niet", 404)
    assert "“op=morgen” is genegeerd" in browser.get("/criteria?op=morgen").text


def test_every_release_is_listed_with_what_it_changed(app: Flask, browser: Browser) -> None:
    the_criteria()
    criteria.adopt(OPERATOR, with_question(SMALL, question("nieuw", "yes_no")))
    db.session.commit()
    page = browser.get("/criteria/uitgaven")
    assert [words(each) for each in page.all("h2")] == ["1.1.0", "1.0.0"]
    assert "1 vraag erbij." in page.text
    assert "De eerste uitgave." in page.text
    assert f"{len(SMALL.questions) + 1} criteria" in page.text


def test_health_is_a_plain_ok(app: Flask, browser: Browser) -> None:
    response = browser.client.get("/healthz")
    assert (response.text, response.mimetype) == ("ok\n", "text/plain")


def test_ready_means_that_database_migrations_and_index_are(app: Flask, browser: Browser) -> None:
    the_criteria()
    a_partner("Een")
    db.session.commit()
    assert browser.json("/readyz") == {"database": True, "migrations": True, "index": True}


def test_a_database_of_another_version_is_not_ready(app: Flask, browser: Browser) -> None:
    ours = db.session.execute(db.text("SELECT version_num FROM alembic_version")).scalar_one()

    def written(version: str) -> None:
        db.session.execute(db.text("UPDATE alembic_version SET version_num = :version"), {"version": version})
        db.session.commit()

    written("later")
    try:
        assert browser.json("/readyz", 503) == {"database": True, "migrations": False, "index": False}
    finally:
        written(ours)  # the next test may have the same database


def test_an_error_page_needs_no_database(app: Flask, browser: Browser, monkeypatch: pytest.MonkeyPatch) -> None:
    def away(*arguments: object, **more: object) -> None:
        raise OperationalError("SELECT", {}, Exception("away"))

    monkeypatch.setattr(db.session, "execute", away)
    monkeypatch.setattr(db.session, "scalar", away)
    monkeypatch.setattr(db.session, "scalars", away)
    page = browser.get("/methode", 503)
    assert "(503)" in page.text
    assert browser.json("/readyz", 503) == {"database": False, "migrations": False, "index": False}


def test_robots_leave_endless_addresses_alone(app: Flask, browser: Browser) -> None:
    lines = browser.client.get("/robots.txt").text.splitlines()
    assert {"User-agent: *", "Disallow: /partners?", "Disallow: /vergelijk", "Disallow: /en/vergelijk"} <= set(lines)
    assert "Disallow: /" not in lines
