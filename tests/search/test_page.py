"""The page of results, as a reader meets it (UX-01 to UX-07, SRCH, SEC-10; A11Y by the browser itself)."""

import re
from dataclasses import replace
from datetime import timedelta
from urllib.parse import parse_qsl, urlencode, urlsplit
from xml.etree.ElementTree import Element

import pytest
from flask import Flask

from partnerkompas.answers.models import State
from partnerkompas.infra import clock
from partnerkompas.infra.db import db
from partnerkompas.infra.request_cycle import unit_of_work
from partnerkompas.partners.models import Partner
from partnerkompas.search import asking
from partnerkompas.search.grammar import from_query
from partnerkompas.search.order import shuffled
from partnerkompas.search.request import Choice, FacetKey, SearchRequest
from partnerkompas.search.results import sortable
from tests.browser import Browser, Page, texts, words
from tests.edition import SMALL, options, question, with_question
from tests.factories import NOW, a_partner, an_answer, the_criteria
from tests.search import by_hand
from tests.search.made_up import DAY, Firm, Said
from tests.search.pages import HOSTILE, boxes, cards, sent, total


def test_nonsense_is_repeated_and_has_a_way_out(browser: Browser, catalogue: list[Firm]) -> None:
    """SRCH-04."""
    page = browser.get("/partners?q=zzqx")
    assert total(page) == 0
    assert "zzqx" in page.text
    assert page.one("input", id="q").get("value") == "zzqx"
    assert page.link("Toon alle partners") == "/partners"
    assert "zonder “zzqx”" in browser.get("/partners?q=zzqx&iso=ja").text


@pytest.mark.parametrize("words", ["!!!", "*", "-", '""', "…"])
def test_what_holds_no_word_finds_nothing_and_is_repeated(browser: Browser, catalogue: list[Firm], words: str) -> None:
    page = browser.get(f"/partners?{urlencode({'q': words, 'iso': 'ja'})}")
    assert total(page) == 0
    assert page.one("input", id="q").get("value") == words
    (said,) = texts(page.all("p", class_="notice"))
    assert said == "In uw zoekopdracht staat geen woord om op te zoeken, dus er wordt niets gevonden."
    assert "Geen enkele partner voldoet" not in page.text
    (link,) = [each for each in page.all("a") if each.text == f"zonder “{words}”"]
    assert total(browser.get(link.get("href", ""))) == total(browser.get("/partners?iso=ja")) > 0
    found = browser.json(f"/api/v1/partners?{urlencode({'q': words, 'iso': 'ja'})}")
    assert found["total"] == 0
    assert "geen woord" in found["notices"][0]


def test_too_many_words_are_cut_with_a_notice(browser: Browser, catalogue: list[Firm]) -> None:
    for typed, said in (("navision " * 10_000, "200 tekens"), (" ".join(f"w{n}" for n in range(40)), "24 woorden")):
        query = urlencode({"q": typed})
        sentence = f"Uw zoekopdracht is niet helemaal gebruikt: alleen de eerste {said} tellen."
        assert sentence in texts(browser.get(f"/partners?{query}").all("p", class_="notice"))
        assert said in browser.json(f"/api/v1/partners?{query}")["notices"][0]


def test_the_selection_survives_filters_paging_and_sorting(browser: Browser, catalogue: list[Firm]) -> None:
    """Issue 2, point 8. Every link on the page that stays in the list keeps it."""
    page = browser.get("/partners?p=firma-3&p=firma-7&producten=bc&per_pagina=5")
    kept = 0
    for link in page.all("a"):
        parts = urlsplit(link.get("href", ""))
        if parts.path != "/partners" or not parts.query or link.get("hreflang"):
            continue
        chosen = [slug for name, slug in parse_qsl(parts.query) if name == "p"]
        if "compare" in link.get("data-key", "") or "icon" in link.get("class", ""):
            assert len(set(chosen) ^ {"firma-3", "firma-7"}) == 1, "adds or removes one"
        else:
            assert chosen == ["firma-3", "firma-7"], link.get("href")
            kept += 1
    assert kept > 10
    assert ("p", "firma-3") in sent(page)
    compared = parse_qsl(urlsplit(page.link("Vergelijk 2 partners")).query)
    assert compared == [("p", "firma-3"), ("p", "firma-7"), ("lijst", "producten=bc&per_pagina=5")], "to come back to"
    assert page.link("Vergelijk 2 partners").startswith("/vergelijk?")


def test_every_change_of_the_list_begins_at_its_first_page(browser: Browser, catalogue: list[Firm]) -> None:
    """UX-05: only links to another page, to the data of this one and to the selection stay where they are."""
    page = browser.get("/partners?producten=bc&producten=fin&per_pagina=5&pagina=2")
    assert total(page) > 10
    assert "pagina" not in dict(sent(page))
    for words_of_it in ("Wis alles", "Naam, A tot Z", "Eis ze allemaal", "Neutraal, elke dag geschud"):
        assert "pagina" not in dict(parse_qsl(urlsplit(page.link(words_of_it)).query)), words_of_it
    chips = page.all("a", class_="chip")
    assert len(chips) == 2
    assert all("pagina" not in dict(parse_qsl(urlsplit(each.get("href", "")).query)) for each in chips)


def test_a_long_list_of_values_shows_eight_and_says_how_many_there_are(browser: Browser, app: Flask) -> None:
    """UX-03."""
    lists = {n: options(f"lijst{n}", *(f"c{each}" for each in range(n))) for n in (10, 12)}
    with unit_of_work():
        edition = SMALL
        for n, known in lists.items():
            edition = with_question(edition, question(f"van{n}", "many_of", options=known))
        the_criteria(replace(edition, lists=(*SMALL.lists, *lists.values())))
        a_partner("Alfa")
    page = browser.get("/partners")
    inside = [each for part in page.all("details", class_="all") for each in part.iter("input")]
    assert [each.get("value") for each in inside] == ["c8", "c9", "c10", "c11"], "two more than eight are simply shown"
    assert "Toon alle 12" in texts(page.all("span", class_="when-closed"))


def test_an_unknown_partner_takes_no_place_in_the_selection(browser: Browser, catalogue: list[Firm]) -> None:
    unknown = [("p", f"bestaat-niet-{n}") for n in range(5)]
    page = browser.get("/partners?" + urlencode([*unknown, ("p", "firma-1")]))
    assert page.text.count("deze partner kennen we niet") == 5
    switch = next(each for each in page.all("a", class_="switch") if "firma-1" not in each.get("href", "")[-8:])
    assert len([1 for name, _slug in parse_qsl(urlsplit(switch.get("href", "")).query) if name == "p"]) == 2


def test_what_is_ignored_is_said(browser: Browser, catalogue: list[Firm]) -> None:
    page = browser.get("/partners?kleur=rood&producten=sap&iso=ja")
    notices = texts(page.all("p", class_="notice"))
    assert "“kleur=rood” is genegeerd: dit onderdeel kennen we niet." in notices
    assert "producten nl: “sap” telt niet mee, want deze keuze kennen we niet." in notices
    assert total(page) == total(browser.get("/partners?iso=ja"))


@pytest.mark.parametrize(
    ("query", "said"),
    [
        (
            "sinds.van=2015&sinds.tot=2010",
            "sinds nl: “tot en met 2010” telt niet mee, want dat ligt voor “vanaf 2015”.",
        ),
        ("sinds.tot=2010&sinds.van=2015", "sinds nl: “vanaf 2015” telt niet mee, want dat ligt na “tot en met 2010”."),
        ("sinds=2015..2010", "sinds nl: “2015 tot en met 2010” telt niet mee, want het begin ligt na het eind."),
        ("sinds.van=lang", "sinds nl: “vanaf lang” telt niet mee, want “lang” is geen jaar van 1800 tot en met 2200."),
        (
            "sinds.tot=201",
            "sinds nl: “tot en met 201” telt niet mee, want “201” is geen jaar van 1800 tot en met 2200.",
        ),
        ("iso.stand=kapot", "iso nl: “kapot” telt niet mee, want deze stand bestaat niet."),
        ("iso@bc=ja", "iso nl (Business Central): “ja” telt niet mee, want dit product hoort niet bij deze vraag."),
        ("pagina_iso=", "pagina_iso nl telt niet mee, want op dit criterium kunt u niet filteren."),
    ],
)
def test_what_does_not_count_is_said_with_the_label_of_its_criterion(
    browser: Browser, catalogue: list[Firm], query: str, said: str
) -> None:
    assert said in texts(browser.get(f"/partners?{query}").all("p", class_="notice"))


def test_the_api_goes_on_naming_parameters(browser: Browser, catalogue: list[Firm]) -> None:
    told = browser.json("/api/v1/partners?sinds.van=2015&sinds.tot=2010", 400)
    assert told["errors"] == [{"parameter": "sinds.tot", "value": "2010", "reason": "dat ligt voor “vanaf 2015”"}]


def test_a_wrong_end_of_a_range_stays_in_its_field_with_why(browser: Browser, catalogue: list[Firm]) -> None:
    """For this reader alone: nobody else gets it."""

    def fields(query: str) -> list[str]:
        page = browser.get(f"/partners{query}")
        ends = {each.get("name"): each.get("value", "") for each in page.all("input")}
        return [ends["sinds.van"], ends["sinds.tot"]]

    assert fields("?sinds.van=2015&sinds.tot=2010") == ["2015", "2010"]
    assert fields("?sinds.van=2015&sinds.van=1999&sinds.tot=201") == ["2015", "201"]
    assert fields("?sinds.van=%22%3E%3Cb%3E") == ['"><b>', ""]
    assert fields("?sinds.van=2015") == ["2015", ""]
    assert fields("") == ["", ""]
    page = browser.get("/partners?sinds.tot=201")
    facet = next(each for each in page.all("details") if each.get("data-key") == "facet-sinds")
    assert facet.get("open") is not None
    assert "“201” is geen jaar" in words(facet)


@pytest.mark.parametrize(
    ("day", "why"),
    [
        ("1999-12-31", "deze dag is te vroeg; de eerste die kan is 2000-01-01"),
        ("2099-01-01", "deze dag moet nog komen"),
        ("2026-02-31", "dit is geen datum als 2026-11-22"),
    ],
)
def test_a_day_that_cannot_be_used_is_said_with_the_real_reason(
    browser: Browser, catalogue: list[Firm], day: str, why: str
) -> None:
    assert texts(browser.get(f"/partners?op={day}").all("p", class_="notice")) == [f"“op={day}” is genegeerd: {why}."]
    assert browser.json(f"/api/v1/partners?op={day}", 400)["errors"][0]["reason"] == why
    assert why in browser.get(f"/vergelijk?op={day}").text


def test_a_page_beyond_the_last_is_the_first(browser: Browser, catalogue: list[Firm]) -> None:
    page = browser.get("/partners?pagina=99")
    assert "Die pagina is er niet; dit is de eerste." in page.text
    assert cards(page) == cards(browser.get("/partners"))


@pytest.mark.parametrize("query", HOSTILE, ids=lambda query: query[:24])
def test_whatever_is_sent_gets_a_page(browser: Browser, catalogue: list[Firm], query: str) -> None:
    """SEC-10: valid HTML, nothing reflected as markup, never a fault."""
    page = browser.get(f"/partners?{query}")
    assert "<script>alert" not in page.response.text
    assert "49" not in page.one("input", id="q").get("value", "")
    assert len(page.response.data) < 300_000 + 3 * len(query), "repeated in the links to the other language only"


@pytest.mark.parametrize("number", [0, 1])
def test_no_partner_and_one_partner(app: Flask, browser: Browser, number: int) -> None:
    with unit_of_work():
        the_criteria()
        for _n in range(number):
            a_partner("Enige")
    page = browser.get("/partners")
    assert total(page) == len(cards(page)) == number
    assert not page.all("nav", class_="paging"), "no paging with one page (UX-05)"
    title = words(page.tree.find("head/title"))  # type: ignore[arg-type]
    assert title.startswith(f"Partners: {number} gevonden")
    assert ("1 partner" in page.text) == (number == 1)


def test_before_any_criteria_there_is_a_page(browser: Browser) -> None:
    assert "Er staan nog geen partners in deze gids." in browser.get("/partners").text


def test_neutral_order_is_shown_with_its_seed_and_can_be_repeated(browser: Browser, catalogue: list[Firm]) -> None:
    page = browser.get("/partners?per_pagina=100")
    slugs = [firm.slug for firm in catalogue]
    assert cards(page) == [slugs[place] for place in shuffled("2026-11-22", slugs)]
    assert "De volgorde is elke dag opnieuw geschud" in page.text
    assert "2026-11-22" in texts(page.all("code"))
    with clock.fixed_at(NOW + timedelta(days=1)):
        assert cards(browser.get("/partners?per_pagina=100")) != cards(page)


def test_the_recipe_on_the_method_page_gives_the_order_of_the_list(browser: Browser, catalogue: list[Firm]) -> None:
    from hashlib import sha256

    recipe = words(browser.get("/methode").one("pre"))
    seed, slug, digest = re.search(r"printf '([\d-]+):([a-z0-9-]+)' \| sha256sum ([0-9a-f]{64})", recipe).groups()  # type: ignore[union-attr]
    assert slug == cards(browser.get("/partners"))[0]
    assert digest == sha256(f"{seed}:{slug}".encode()).hexdigest()


def test_a_named_partner_is_shown_apart_and_the_order_stays(
    browser: Browser, app: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    with unit_of_work():
        the_criteria()
        an_answer(a_partner("Alfa"), "producten", "bc")
        a_partner("Navision Huis", legal_name="Beta Huis")
        for number in range(8):
            a_partner(f"Kade {number}")

    def named(q: str) -> list[str]:
        return texts(browser.get(f"/partners?{q}").tree.findall(".//div[@class='named']/ul/li"))

    assert named("q=huis") == named("q=navision+huis") == ["Navision Huis"]
    for q in ("q=navision", "q=NAV", "q=business+central", "q=navisi", "q=beta", "q=kad", "q=nav+"):
        assert not named(q), q
    assert len(named("q=kade")) == 6
    assert named("q=kade")[-1] == "en nog 3"
    assert named("q=kade&per_pagina=5") == named("q=kade")
    assert not named("q=kade&per_pagina=5&pagina=2")
    with monkeypatch.context() as fewer:
        fewer.setattr(asking, "MOST_OF_ONE_NAME", 7)
        assert not named("q=kade"), "a word in very many names is nobody's"
        assert named("q=huis")
    page = browser.get("/partners?q=navision")
    assert "Gevonden op: Business Central (producten nl; gevonden via: Navision)" in page.text, "a synonym is explained"


def test_a_word_that_need_not_be_there_is_named(browser: Browser, app: Flask) -> None:
    with unit_of_work():
        the_criteria()
        an_answer(a_partner("Alfa"), "producten", "bc")
    page = browser.get("/partners?q=navision+leverancier")
    assert cards(page) == ["alfa"]
    assert "Hoeft er niet te staan: “leverancier”." in page.text
    (notice,) = browser.json("/api/v1/partners?q=navision+leverancier")["notices"]
    assert notice.startswith("Hoeft er niet te staan: “leverancier”.")
    assert "Hoeft er niet te staan" not in browser.get("/partners?q=navision").text
    assert not cards(browser.get("/partners?q=navision+%22leverancier%22"))
    assert not cards(browser.get("/partners?q=leverancier"))


def test_a_card_shows_the_answer_that_met_the_filter(browser: Browser, app: Flask) -> None:
    """Of two products the one that was asked for, else a card would seem to contradict the filter."""
    with unit_of_work():
        the_criteria()
        partner = a_partner("Alfa")
        an_answer(partner, "producten", "bc|fin")
        an_answer(partner, "venster", "vijf", "bc")
        an_answer(partner, "venster", "zeven", "fin")
        an_answer(partner, "reactietijd", 4, "fin")
        an_answer(partner, "reactietijd", 1, "bc")
    (card,) = browser.get("/partners?venster=zeven&reactietijd=3..").all("li", class_="sheet")
    assert "24×7" in words(card)
    assert "5×8" not in words(card)
    assert "4 uur" in words(card)


def test_a_selected_value_nobody_has_stays_in_view(browser: Browser, app: Flask) -> None:
    """Zero is disabled, not vanished; a chosen zero can be taken back (UX-02)."""
    with unit_of_work():
        the_criteria()
        an_answer(a_partner("Alfa"), "producten", "bc")
    page = browser.get("/partners?producten=sales")
    (chosen,) = [each for each in boxes(page, "producten") if each.get("value") == "sales"]
    assert chosen.get("checked") is not None
    assert chosen.get("disabled") is None
    (empty,) = [each for each in boxes(page, "producten") if each.get("value") == "fin"]
    assert empty.get("disabled") is not None
    assert total(page) == 0


def test_an_earlier_day_shows_what_was_known_then(browser: Browser, app: Flask) -> None:
    with unit_of_work():
        the_criteria()
        partner = a_partner("Alfa")
        an_answer(partner, "personen", 5, recorded_at=NOW - timedelta(days=10), valid_until=DAY - timedelta(days=3))
        an_answer(partner, "personen", 50, recorded_at=NOW - timedelta(days=1))
        a_partner("Pas Erbij", listed_on=DAY)
    then = (DAY - timedelta(days=5)).isoformat()
    page = browser.get(f"/partners?op={then}&personen=..10")
    assert total(page) == 1
    assert "U ziet wat op 17 november 2026 bekend was." in page.text
    assert "5 personen" in words(page.all("li", class_="sheet")[0])
    assert "verloopt" in page.response.text or "verloopt" not in page.text
    assert ("op", then) in sent(page), "filters keep the day"
    assert total(browser.get("/partners?personen=..10")) == 0
    assert total(browser.get(f"/partners?op={then}")) == 1, "who was not listed yet is not in that list"
    expired = (DAY - timedelta(days=2)).isoformat()
    assert total(browser.get(f"/partners?op={expired}&personen.stand=expired")) == 1


def test_english_is_a_page_of_its_own(browser: Browser, catalogue: list[Firm]) -> None:
    page = browser.get("/en/partners?producten=bc&q=navision&p=firma-1")
    assert total(page) == total(browser.get("/partners?producten=bc&q=navision"))
    assert "producten en" in page.text
    assert "producten nl" not in page.text
    for link in page.all("a", class_="chip"):
        assert link.get("href", "").startswith("/en/partners")


def test_states_of_a_facet_are_told_apart(browser: Browser, app: Flask) -> None:
    """Unknown never looks like no (U2): each state has its own box with its own count."""
    with unit_of_work():
        the_criteria()
        for name, value, more in (
            ("Ja", "ja", {}),
            ("Nee", "nee", {}),
            ("Stil", None, {}),
            ("Nvt", None, {"state": State.NOT_APPLICABLE}),
            ("Oud", "ja", {"valid_until": DAY - timedelta(days=1)}),
        ):
            an_answer(a_partner(name), "iso", value, **more)
    page = browser.get("/partners")
    for state in ("not_applicable", "not_stated", "expired"):
        (box,) = [each for each in boxes(page, "iso.stand") if each.get("value") == state]
        assert box.get("disabled") is None
        assert len(cards(browser.get(f"/partners?iso.stand={state}"))) == 1
    assert cards(browser.get("/partners?iso=nee")) == ["nee"]
    assert sorted(cards(browser.get("/partners?iso=ja&iso.stand=not_stated"))) == ["ja", "stil"]


def test_a_choice_of_any_product_is_told_from_the_product_in_view(browser: Browser, catalogue: list[Firm]) -> None:
    """The product only says for which the questions are shown; one link makes the choice about it."""
    told = "Wat u eerder koos bij venster nl, geldt nog voor elk product; één is genoeg."
    page = browser.get("/partners?venster=vijf&iso=ja&voor=bc&pagina=1")
    assert "De vragen per product staan er nu voor Business Central. " + told in page.text
    narrowed = page.link("Laat dat alleen voor Business Central gelden")
    assert sorted(parse_qsl(urlsplit(narrowed).query)) == [("iso", "ja"), ("venster@bc", "vijf"), ("voor", "bc")]
    assert total(page) == total(browser.get("/partners?venster=vijf&iso=ja"))
    assert told not in browser.get(narrowed).text
    for other in (
        "voor=bc",
        "venster=vijf",
        "venster@bc=vijf&voor=bc",
        "iso=ja&voor=bc",
        "venster=vijf&venster@bc=zeven&voor=bc",
    ):
        assert told not in browser.get(f"/partners?{other}").text, other


def test_no_stands_once_in_a_facet(browser: Browser, catalogue: list[Firm]) -> None:
    """As the value that stands for it, with as many partners; chosen as a state, it is there as one."""

    def codes(page: Page, name: str) -> dict[str, str | None]:
        return {each.get("value", ""): each.get("checked") for each in boxes(page, name)}

    page, facets = browser.get("/partners"), browser.json("/api/v1/partners")["facets"]
    for key, code in (("iso", "nee"), ("venster", "geen")):
        assert code in codes(page, key)
        assert "no" not in codes(page, f"{key}.stand")
        (count,) = [value["count"] for value in facets[key]["values"] if value["value"] == code]
        assert count == facets[key]["states"]["no"] > 0
        asked = browser.get(f"/partners?{key}.stand=no")
        assert codes(asked, f"{key}.stand")["no"] is not None
        assert total(asked) == count
    assert "no" in codes(page, "producten.stand"), "none at all is no value"


def test_it_finds_a_partner_that_answered_nothing(browser: Browser, app: Flask) -> None:
    with unit_of_work():
        the_criteria()
        a_partner("Zwijger")
    assert cards(browser.get("/partners?q=zwijger&producten.stand=not_stated")) == ["zwijger"]
    assert db.session.query(Partner).count() == 1


def test_two_firms_that_say_the_same_are_two() -> None:
    """A guard for the tests themselves: by hand, a facet is met by any of the chosen values and by each facet."""
    both = [Firm(slug, slug, (Said("iso", "", State.STATED, True),)) for slug in "ab"]
    request = SearchRequest(filters=((FacetKey("iso"), Choice(("ja",))),))
    assert by_hand.matching(both, request) == both


@pytest.mark.parametrize(
    ("sort", "label"),
    [
        ("-producten", "producten nl, meeste keuzes eerst"),
        ("venster@bc", "venster nl (Business Central), eerste keuze eerst"),
        ("-iso", "iso nl, nee eerst"),
        ("gezien", "gezien nl, oud naar nieuw"),
        ("naam-van", ""),
    ],
)
def test_an_order_that_is_not_offered_is_named_all_the_same(
    browser: Browser, catalogue: list[Firm], sort: str, label: str
) -> None:
    page = browser.get(f"/partners?sort={sort}")
    current = [each for each in sorts(page) if each.get("aria-current")]
    if not label:
        assert [each.text for each in current] == ["Neutraal, elke dag geschud"]
        return
    assert [(each.text, each.get("href")) for each in current] == [(label, f"/partners?sort={sort}")]
    assert f"Geordend op: {label}." in page.text


def sorts(page: Page) -> list[Element]:
    return [link for part in page.all("details", class_="sorts") for link in part.iter("a")]


@pytest.mark.parametrize(
    ("query", "sort", "told"),
    [
        ("", "reactietijd", ["Kort: Business Central 1 uur", "Lang: Business Central 9 uur"]),
        ("", "-reactietijd", ["Lang: Finance 30 uur", "Kort: Finance 20 uur"]),
        ("voor=bc&", "-reactietijd@bc", ["Lang: Business Central 9 uur", "Kort: Business Central 1 uur"]),
        ("reactietijd@fin=10..&", "reactietijd@fin", ["Kort: Finance 20 uur", "Lang: Finance 30 uur"]),
    ],
)
def test_a_sorted_list_shows_by_what_each_partner_stands_where_it_does(
    browser: Browser, app: Flask, query: str, sort: str, told: list[str]
) -> None:
    """Promise 3: the rule is shown, and a reader can follow it. Of several products that is the one that counts."""
    with unit_of_work():
        the_criteria()
        for name, hours in (("Kort", {"bc": 1, "fin": 20}), ("Lang", {"fin": 30, "bc": 9})):
            partner = a_partner(name)
            an_answer(partner, "producten", "bc|fin")
            for code, number in hours.items():
                an_answer(partner, "reactietijd", number, code)
    page = browser.get(f"/partners?{query}sort={sort}")
    shown = [words(card) for card in page.all("li", class_="sheet")]
    assert len(shown) == 2
    for card, line in zip(shown, told, strict=True):
        name, _colon, rest = line.partition(": ")
        product, shown_number, unit = rest.rsplit(" ", 2)
        assert name in card
        first = card[card.index("reactietijd nl") :]
        assert product in first.partition(unit)[0]
        assert f"{shown_number} {unit}" in first[:75]
    more = "telt het antwoord dat vooraan komt" in page.text
    assert more == ("@" not in sort)


@pytest.mark.parametrize(
    ("query", "offered"),
    [
        ("", ["reactietijd"]),
        ("voor=bc", ["reactietijd@bc"]),
        ("reactietijd@fin=1..", ["reactietijd", "reactietijd@fin"]),
        ("voor=fin&reactietijd@fin=1..", ["reactietijd@fin"]),
        ("voor=bc&reactietijd=1..", ["reactietijd@bc", "reactietijd"]),
    ],
)
def test_orders_are_offered_for_the_product_in_view_and_those_filtered_on(query: str, offered: list[str]) -> None:
    asked = (replace(each, on_card=4) if each.key == "reactietijd" else each for each in SMALL.questions)
    edition = replace(SMALL, questions=tuple(asked))
    request, problems = from_query(parse_qsl(query), edition, DAY)
    assert not problems
    assert [str(key) for key in sortable(edition, request) if key.criterion == "reactietijd"] == offered


def test_what_a_list_is_sorted_by_comes_first_on_a_sheet(browser: Browser, app: Flask) -> None:
    """Also when as much was filtered on as a sheet has room for."""
    with unit_of_work():
        the_criteria()
        partner = a_partner("Alfa")
        for criterion, value in (("iso", "ja"), ("medewerkers", "b2"), ("personen", 12), ("sinds", "1999")):
            an_answer(partner, criterion, value)
    query = "iso=ja&medewerkers=b2&personen=10..&keurmerk.stand=not_stated&branches.stand=not_stated"
    assert "1999" not in words(browser.get(f"/partners?{query}").all("li", class_="sheet")[0])
    assert "1999" in words(browser.get(f"/partners?{query}&sort=-sinds").all("li", class_="sheet")[0])
