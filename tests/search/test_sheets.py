"""What a card shows: only the facts it needs are read, and they are those of the profile."""

from dataclasses import replace
from xml.etree.ElementTree import Element

from flask import Flask

from partnerkompas.answers.queries import facts_by_partner
from partnerkompas.infra.db import db
from partnerkompas.infra.request_cycle import unit_of_work
from partnerkompas.partners import queries as partners
from partnerkompas.partners.actions import PlainOffice
from partnerkompas.partners.models import Partner, PartnerStatus
from partnerkompas.permissions.vocabulary import VISITOR
from partnerkompas.search import sync
from partnerkompas.search.document import names_of, places_of, provinces_of
from partnerkompas.search.sheets import Kept, Sheet, read_first, sheets
from tests.browser import Browser, words
from tests.edition import SMALL, options, question, with_question
from tests.factories import a_partner, an_answer, the_criteria
from tests.search.made_up import DAY, WIDE, Firm

PLACES = ("Zwolle", "Assen", "Zwolle", "Breda")


def test_facts_about_one_criterion_are_those_of_the_whole_profile(app: Flask, catalogue: list[Firm]) -> None:
    """Also when another answer rules it out, and when products follow from answers to other questions."""
    ids = range(1, len(catalogue) + 1)
    whole = dict(facts_by_partner(WIDE, DAY, ids))
    for criterion in WIDE.by_key:
        read = WIDE.about([criterion]).by_key
        part = dict(facts_by_partner(WIDE, DAY, ids, criteria=[criterion]))
        assert criterion in read
        assert part == {
            id_: {place: fact for place, fact in facts.items() if place[0] in read} for id_, facts in whole.items()
        }


def test_a_criterion_is_read_with_what_may_rule_it_out() -> None:
    keys = [question.key for question in WIDE.about(["keurmerk"]).questions]
    assert {"keurmerk", "iso", "producten"} == {*keys}
    assert keys == [question.key for question in WIDE.questions if question.key in keys], "in the order of the whole"


def test_names_and_places_are_those_of_the_partner_in_their_order(app: Flask) -> None:
    offices = [PlainOffice(city, code) for city, code in zip(PLACES, ("NL-OV", "NL-DR", "NL-OV", ""), strict=True)]
    with unit_of_work():
        the_criteria()
        shown = a_partner(
            "Zeta", legal_name="Zeta BV", group_name="Groep", former_names=("Wit", "Geel"), offices=offices
        )
        plain = a_partner("Alfa", legal_name="Alfa", offices=())
        hidden = a_partner("Verborgen", status=PartnerStatus.DRAFT)
        ids = [shown.id, plain.id, hidden.id]
    known = partners.known_as(ids, VISITOR)
    sorts = {"Zeta": "own", "Zeta BV": "legal", "Groep": "group", "Wit": "former", "Geel": "former"}
    assert known[ids[0]] == ((*sorts.items(),), ("Zwolle", "Assen", "Breda"), ("", "NL-DR", "NL-OV"))
    assert known[ids[1]] == ((("Alfa", "own"),), (), ())
    assert ids[2] not in known
    for id_, partner in partners.with_ids(ids, VISITOR).items():
        assert known[id_] == (known[id_].names, places_of(partner), provinces_of(partner))
        assert names_of(partner) == tuple(name for name, _sort in known[id_].names)


def test_cards_of_one_shape_each_have_their_own_texts(app: Flask, browser: Browser) -> None:
    """Texts of partners are filled into a card that was printed before: escaped, and never taken for a mark."""
    names = ["Een & co", "<b>Twee</b>", "Drie {{ 7*7 }} %(name)s", 'Vier" onclick="x']
    with unit_of_work():
        the_criteria()
        for name in names:
            a_partner(name, offices=[PlainOffice(f"Plaats <{name}>")])
    for _time in range(2):
        page = browser.get("/partners?sort=naam")
        sheets = page.all("li", class_="sheet")
        assert {words(heading(sheet)) for sheet in sheets} == {*names}
        for sheet in sheets:
            name = words(heading(sheet))
            assert f"Plaats <{name}>" in words(sheet)
            (switch,) = [link for link in sheet.iter("a") if "switch" in link.get("class", "")]
            assert switch.get("data-key") == f"compare-{name}"


def heading(sheet: Element) -> Element:
    """The link with the name of a partner."""
    found = sheet.find(".//h3/a")
    assert found is not None
    return found


def test_what_cannot_be_printed_is_never_stored(app: Flask, browser: Browser) -> None:
    """Neither a database nor a page can hold it, and marks in what is printed once are such signs."""
    with unit_of_work():
        the_criteria()
        a_partner("Al\x00fa\x01  Groep", slug="alfa", legal_name="Al\nfa\x7f BV", offices=[PlainOffice("As\x00sen")])
    (sheet,) = browser.get("/partners").all("li", class_="sheet")
    assert words(heading(sheet)) == "Al fa Groep"
    assert "As sen" in words(sheet)


def test_a_sheet_grows_by_what_another_page_needs(market: Flask, statements: list[str]) -> None:
    """Nothing is read twice."""
    kept, ready = Kept(), sync.ready()
    firms = ready.snapshot.firms.at(range(2))

    def read(*criteria: str) -> dict[int, Sheet]:
        statements.clear()
        return sheets(kept, ready, firms, frozenset(criteria), None)

    assert {*read("producten")[1].read} == {"producten"}
    assert any("former_name" in each for each in statements)
    grown = read("iso")
    assert statements
    assert not any("former_name" in each for each in statements)
    assert {*grown[1].read} == {"producten", "iso"}
    both = read("producten", "iso")
    assert statements == []
    assert both == grown
    whole = dict(facts_by_partner(ready.snapshot.edition, ready.snapshot.day, [1, 2], criteria=["producten", "iso"]))
    assert {id_: sheet.facts for id_, sheet in both.items()} == whole
    assert [[*sheet.facts] for sheet in both.values()] == [[*facts] for facts in whole.values()], "in the same order"


def test_products_are_those_that_follow_from_all_answers(app: Flask, catalogue: list[Firm]) -> None:
    """The snapshot tells who is asked about which product; not all answers need be read for that."""
    ready = sync.ready()
    firms = ready.snapshot.firms.at(range(len(catalogue)))
    for criteria in (["venster"], ["iso"], [*WIDE.by_key]):
        found = sheets(Kept(), ready, firms, frozenset(criteria), None)
        whole = dict(facts_by_partner(WIDE, DAY, [firm.id for firm in firms], criteria=criteria))
        assert {id_: sheet.facts for id_, sheet in found.items()} == whole
    assert len({tuple(product for key, product in facts if key == "venster") for facts in whole.values()}) > 2


def test_what_is_newer_than_the_moment_is_shown_and_not_kept(market: Flask, no_news: None) -> None:
    """Else two moments of one partner would be mixed on its sheet."""
    ready = sync.ready()
    firms = ready.snapshot.firms.at(range(2))
    with unit_of_work():
        an_answer(db.session.get_one(Partner, 1), "iso", False)
    kept = Kept()
    assert sheets(kept, ready, firms, frozenset({"iso"}), None)[1].facts["iso", ""].value is False
    assert not kept._sheets


def test_of_who_comes_first_nothing_need_be_read_any_more(market: Flask, statements: list[str]) -> None:
    """`serve` reads that before anybody asks: with any filter, the database is not asked about partners."""
    with unit_of_work():  # by what is only compared a partner is found as well
        hours = options("uren", "dagdienst", "nachtdienst")
        asked = question("uren", "one_of", options=hours, uses=frozenset({"compare"}))
        the_criteria(replace(with_question(SMALL, asked), lists=(*SMALL.lists, hours)))
        an_answer(db.session.get_one(Partner, 1), "uren", "nachtdienst")
    read_first(market.extensions["sheets"], sync.ready())
    for query in ("", "?iso=ja", "?personen=1..", "?q=navision", "?q=nachtdienst"):
        statements.clear()
        page = market.test_client().get(f"/partners{query}")
        assert ("Alfa" in page.text) == (query in ("", "?q=navision", "?q=nachtdienst"))
        assert not [each for each in statements if "answer" in each or "former_name" in each], query


def test_why_a_partner_was_found_is_of_these_words_in_this_language(browser: Browser, market: Flask) -> None:
    """It is kept with what is known of the partner."""
    for _turn in range(2):
        assert "(producten nl; gevonden via: Navision)" in browser.get("/partners?q=navision").text
        assert "(producten en; found via: Navision)" in browser.get("/en/partners?q=navision").text
        page = browser.get("/partners?q=alfa")
        assert "Navision" not in page.text
        assert "Gevonden op: Alfa" in page.text
