"""Nothing found is no dead end: what was meant, what to leave out, and what each would give (C6, UX-06, SRCH-04)."""

from datetime import timedelta
from urllib.parse import urlencode
from xml.etree.ElementTree import Element

import pytest
from flask import Flask

from partnerkompas.criteria.questions import Edition, Text, Theme
from partnerkompas.criteria.views import Searched, searching
from partnerkompas.infra import clock
from partnerkompas.infra.request_cycle import unit_of_work
from partnerkompas.partners.models import PartnerStatus
from partnerkompas.search import correcting, index, leaving_out, sync
from partnerkompas.search.criteria_found import found_by
from partnerkompas.search.grammar import MOST_PARAMETERS
from partnerkompas.search.leaving_out import MOST_PAIRS
from partnerkompas.search.why import shortened
from partnerkompas.search.words import Spelling, parse
from partnerkompas.search.words import lexicon_of as words_of
from tests.browser import Browser, Page, texts, words
from tests.edition import SMALL, question, text, with_question
from tests.factories import NOW, a_partner, an_answer, the_criteria
from tests.search.market import folder
from tests.search.pages import cards, total


@pytest.fixture
def listed(app: Flask) -> None:
    with unit_of_work():
        the_criteria()
        alfa, beta = a_partner("Alfa Bakkerij"), a_partner("Beta Molen")
        an_answer(alfa, "producten", "bc")
        an_answer(alfa, "iso", "ja")
        an_answer(alfa, "branches", "10")
        an_answer(beta, "producten", "fin")
        an_answer(beta, "iso", "nee")
        an_answer(a_partner("Gamma Molen"), "producten", "bc")
        a_partner("Giftig Geheim", status=PartnerStatus.DRAFT)


def suggested(page: Page) -> dict[str, tuple[str, str]]:
    """The other requests on a page by their words, with their number and address."""
    found = {}
    for each in (item for part in page.all("ul", class_="suggestions") for item in part.iter("li")):
        link, number = each.find("a"), each.find("span")
        assert link is not None
        assert isinstance(number, Element)
        found[words(link)] = (words(number).split()[0], link.get("href", ""))
    return found


QUERIES = [
    "q=bakkerij+molen",
    "q=alfa+molen&producten=bc",
    "q=molen&iso=ja",
    "q=alfa&producten=fin&iso=nee",
    "q=alfa+-bakkerij",
    "q=alfa+gamma+beta",
    'q="alfa molen"+iso',
    "q=alfa&producten=fin&iso=nee&branches=46",
    "producten=fin&iso=ja&branches=46",
    "q=bakkreij",
    "q=bak+zzqx",
    "q=zzqx+leverancier&iso=ja",
    "q=molne&producten=bc",
]


@pytest.mark.parametrize("query", QUERIES)
def test_every_suggestion_gives_what_it_says(browser: Browser, listed: None, query: str) -> None:
    page = browser.get(f"/partners?{query}")
    assert total(page) == 0
    found = suggested(page)
    assert found, "no dead end"
    for label, (number, url) in found.items():
        assert int(number) == total(browser.get(url)) > 0, label
    assert page.link("Toon alle partners") == "/partners"
    assert page.link("Laat het ons weten") == "/over#contact"


def test_each_word_can_be_left_out(browser: Browser, listed: None) -> None:
    page = browser.get("/partners?q=bakkerij+gamma+navision")
    found = suggested(page)
    assert found["zonder “bakkerij”"][0] == found["zonder “gamma”"][0] == "1"
    assert len(found) == 2, "all words left out is the list of all, which has its own link"
    found = suggested(browser.get("/partners?q=bakkerij+gamma+navision&iso=ja"))
    assert int(found["zonder de woorden “bakkerij gamma navision”"][0]) > 0
    assert "zonder “navision”" not in found, "that gives nobody"
    assert "voor “bakkerij gamma navision”" in page.text, "the query is repeated"


def test_pairs_come_when_one_is_not_enough(browser: Browser, listed: None) -> None:
    found = suggested(browser.get("/partners?producten=sales&iso=ja&provincie=NL-GR"))
    assert [*found] == ["zonder “producten nl” en “provincie nl”"]
    found = suggested(browser.get("/partners?q=alfa&producten=sales&iso=nee"))
    assert {"zonder “iso nl” en “producten nl”", "zonder “producten nl” en “alfa”"} == {*found}


def test_where_more_than_two_must_go_all_of_them_are_named(browser: Browser, listed: None) -> None:
    """Nothing more goes than has to: with any of them put back nobody is found."""
    page = browser.get("/partners?q=alfa&iso=ja&producten=sales&medewerkers=b1&provincie=NL-GR")
    left_out = "zonder “medewerkers nl”, “producten nl” en “provincie nl”"
    assert suggested(page) == {left_out: ("1", "/partners?q=alfa&iso=ja")}
    page = browser.get("/partners?branches=10&iso=ja&producten=fin&medewerkers=b1&provincie=NL-GR")
    assert suggested(page) == {
        "zonder “medewerkers nl”, “producten nl” en “provincie nl”": ("1", "/partners?branches=10&iso=ja"),
        "zonder “branches nl”, “iso nl”, “medewerkers nl” en “provincie nl”": ("1", "/partners?producten=fin"),
    }, "there may be another way out"


def test_of_many_filters_the_one_that_excludes_is_found(
    browser: Browser, listed: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(leaving_out, "MOST_FILTERS", 1)
    page = browser.get("/partners?iso=ja&producten=sales&branches=10")
    assert suggested(page) == {"zonder “producten nl”": ("1", "/partners?branches=10&iso=ja")}


def test_ways_out_are_looked_for_within_bounds(browser: Browser, listed: None, monkeypatch: pytest.MonkeyPatch) -> None:
    """However much was typed and chosen."""
    tried, without = list[bool](), leaving_out._Trying.without
    monkeypatch.setattr(
        leaving_out._Trying, "without", lambda self, left_out: tried.append(True) or without(self, left_out)
    )
    many = "+".join(f"alfa{n}+molen" for n in range(12))
    facets = [each.key for each in SMALL.facets]
    products = [f"{key}@{code}" for key in ("venster", "reactietijd") for code in ("bc", "fin", "sales")]
    browser.get(f"/partners?q={many}&" + "&".join(f"{key}.stand=disputed" for key in (*facets, *products)))
    assert 100 < len(tried) < 20 + 190 + 24 + 60


def test_words_that_say_nothing_are_named_with_what_goes_too(browser: Browser, listed: None) -> None:
    page = browser.get(f"/partners?{urlencode({'q': '???', 'iso': 'ja', 'producten': 'sales', 'provincie': 'NL-GR'})}")
    found = suggested(page)
    assert found == {"zonder “???”, “producten nl” en “provincie nl”": ("1", "/partners?iso=ja")}


def notices(page: Page) -> list[str]:
    return [words(each) for each in page.all("p", class_="notice")]


def test_words_that_nobody_has_are_named_and_left_out_together(browser: Browser, listed: None) -> None:
    page = browser.get("/partners?q=zzz+molen+yyy+xxx")
    assert suggested(page) == {"zonder “zzz”, “yyy” en “xxx”": ("2", "/partners?q=molen")}
    assert "Geen enkele partner heeft: “zzz”, “yyy”, “xxx”." in notices(page)
    page = browser.get("/en/partners?q=zzz+molen+yyy+xxx&producten=bc&iso=ja")
    assert "No partner has: “zzz”, “yyy”, “xxx”." in notices(page)
    assert set(suggested(page)) == {"without the words “zzz molen yyy xxx”"}, (
        "where one thing less is enough, no more is left out"
    )
    page = browser.get("/partners?q=zzz+molen+yyy+xxx&producten=sales")
    assert suggested(page)["zonder “zzz”, “yyy”, “xxx” en “producten nl”"][0] == "2", "and one filter, where it must be"
    assert "Geen enkele" in browser.json("/api/v1/partners?q=zzqx")["notices"][0]
    assert notices(browser.get("/partners?q=molen")) == notices(browser.get("/partners?q=bakkerij+molen")) == []
    assert not suggested(browser.get("/partners?q=zzz+yyy+xxx")), "that is the list of all, which has its own link"


def test_a_word_that_nobody_has_is_named_once(browser: Browser, listed: None) -> None:
    page = browser.get("/partners?q=zzz+zzz+molen+yyy+zzz")
    assert "Geen enkele partner heeft: “zzz”, “yyy”." in notices(page)
    assert suggested(page) == {"zonder “zzz” en “yyy”": ("2", "/partners?q=molen")}


def test_a_day_without_partners_offers_none(browser: Browser, listed: None) -> None:
    """There is nothing that leaving out gives, and no word that others have."""
    page = browser.get("/partners?q=zzz+molen+yyy&iso=ja&op=2019-12-31")
    assert total(page) == 0
    assert not suggested(page)


def test_a_sentence_of_many_words_is_no_dead_end(browser: Browser, listed: None) -> None:
    page = browser.get("/partners?q=" + "+".join(["molen", *(f"zz{n}q" for n in range(20))]))
    ((number, url),) = suggested(page).values()
    assert int(number) == total(browser.get(url)) == 2


def test_or_is_no_operator_and_the_page_says_so(browser: Browser, listed: None) -> None:
    said = "Telt niet mee: “of”. Wat ervoor en erna staat, moet er allebei zijn. Zoek apart als één genoeg is."
    assert notices(browser.get("/partners?q=navision+of+molen")) == [said]
    assert browser.json("/api/v1/partners?q=navision+of+molen")["notices"] == [said]
    assert "“OR”" in notices(browser.get("/en/partners?q=navision+OR+molen"))[0]
    assert notices(browser.get("/en/partners?q=navision+of+molen")) == [], "in English it is another word"
    for q in ("navision+%22of%22+molen", "of+navision", "navision+of", "navision+-of+molen"):
        assert "Telt niet mee" not in browser.get(f"/partners?q={q}").text, q


def test_who_asks_for_the_best_is_told_that_there_is_no_judgement(browser: Browser, listed: None) -> None:
    said = "Partnerkompas zegt niet wie de beste is en zoekt alleen op feiten."
    page = browser.get("/partners?q=beste+navision+partner+gezocht")
    assert total(page) == total(browser.get("/partners?q=navision")) > 0
    assert notices(page)[0].startswith("Hoeft er niet te staan: “beste”, “gezocht”.")
    assert notices(page)[1] == said
    assert said in notices(browser.get("/partners?q=goedkope+partner")), "also where there is nothing else to find"
    assert said not in notices(browser.get("/partners?q=navision+gezocht"))
    assert "by facts only" in browser.get("/en/partners?q=reliable+navision").text
    assert said in notices(browser.get("/criteria?q=beste+branches"))


def test_pairs_stay_within_bounds(browser: Browser, listed: None) -> None:
    many = "+".join(f"alfa{n}" for n in range(24))
    found = suggested(browser.get(f"/partners?q={many}&producten=fin&iso=ja&branches=46&provincie=NL-GR"))
    assert len(found) <= MOST_PAIRS


def test_a_wrong_spelling_is_corrected(browser: Browser, listed: None) -> None:
    found = suggested(browser.get("/partners?q=bakkreij"))
    assert found["bakkerij"] == ("1", "/partners?q=bakkerij")
    assert "Did you mean" in browser.get("/en/partners?q=bakkreij").text


def test_no_correction_without_results_under_the_same_filters(browser: Browser, listed: None) -> None:
    assert "Bedoelde u" in browser.get("/partners?q=bakkreij&iso=ja").text
    page = browser.get("/partners?q=bakkreij&iso=nee")
    assert "Bedoelde u" not in page.text
    assert "zonder “bakkreij”" in suggested(page)


def test_known_words_are_not_corrected(browser: Browser, listed: None) -> None:
    assert "Bedoelde u" not in browser.get("/partners?q=alfa+molen").text


def test_nothing_unpublished_is_a_correction(browser: Browser, listed: None) -> None:
    """Poisoned: neither a draft, nor who was hidden after the words were gathered."""
    assert "giftig" not in browser.get("/partners?q=giftg").response.text.replace("giftg", "")
    assert "bakkerij" in suggested(browser.get("/partners?q=bakkreij"))
    with unit_of_work():
        a_partner("Alfa Bakkerij", status=PartnerStatus.DELISTED)
    assert "Bedoelde u" not in browser.get("/partners?q=bakkreij").text


def test_a_day_of_the_past_has_the_same_help(app: Flask, browser: Browser) -> None:
    with clock.fixed_at(NOW - timedelta(days=2)), unit_of_work():
        the_criteria()
        a_partner("Alfa Bakkerij")
    with unit_of_work():
        a_partner("Beta Slagerij", listed_on=NOW.date())
    day = (NOW - timedelta(days=1)).date()
    found = suggested(browser.get(f"/partners?q=bakkreij&op={day}"))
    assert found["bakkerij"] == ("1", f"/partners?q=bakkerij&op={day}")
    assert "Bedoelde u" in browser.get("/partners?q=slagreij").text
    assert "Bedoelde u" not in browser.get(f"/partners?q=slagreij&op={day}").text, "who was not there is not proposed"
    page = browser.get(f"/partners?q=branches&op={day}")
    assert page.link("branches nl") == f"/criteria/branches?op={day}"
    with unit_of_work():
        the_criteria(with_question(SMALL, question("q", "yes_no")))
    assert not criteria_of(browser.get(f"/partners?q=branches&op={day}")), "other criteria are in the index now"
    assert criteria_of(browser.get("/partners?q=branches"))


def test_words_to_correct_by_are_kept_from_one_request_to_the_next(
    browser: Browser, listed: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    made, make = list[bool](), Spelling.of
    monkeypatch.setattr(Spelling, "of", lambda pairs: made.append(True) or make(pairs))
    for typed in ("bakkreij", "moeln", "bakkreij"):
        browser.get(f"/partners?q={typed}")
    assert made == [True]


def test_a_sign_for_any_letters_is_none_and_the_page_says_so(browser: Browser, listed: None) -> None:
    said = "Sterretjes en vraagtekens tellen niet mee. Alleen van het laatste woord is het begin genoeg."
    for q in ("*isch", "na*vision", "n?v", "na??sion", "?avision", "bakk* molen", "molen -bakk*"):
        assert said in notices(browser.get(f"/partners?{urlencode({'q': q})}")), q
        assert said in browser.json(f"/api/v1/partners?{urlencode({'q': q})}")["notices"], q
    for q in ("bakk*", "navision?", "wie doet navision? en hoe?"):
        assert said not in notices(browser.get(f"/partners?{urlencode({'q': q})}")), q
    assert total(browser.get("/partners?q=bakk*")) == 1


def test_words_are_gathered_at_most_once_a_minute(app: Flask, listed: None, monkeypatch: pytest.MonkeyPatch) -> None:
    kept = correcting.Kept()

    def gathered() -> object:
        reader = sync.ready().reader
        assert reader
        return kept.of(reader)

    first = gathered()
    with unit_of_work():
        a_partner("Delta")
    assert gathered() is first
    monkeypatch.setattr(correcting, "REST", 0.0)
    assert gathered() is not first
    assert gathered() is gathered()


def test_criteria_are_found_by_words(browser: Browser, listed: None) -> None:
    page = browser.get("/partners?q=branches")
    (block,) = page.all("div", class_="criteria-found")
    links = [each.get("href") for each in block.iter("a")]
    assert links[0] == "/criteria/branches"
    assert len(links) <= 3
    assert "branches" in texts(block.iter("mark"))
    assert not browser.get("/partners").all("div", class_="criteria-found")
    assert not browser.get("/partners?q=zzqx").all("div", class_="criteria-found")


def test_a_criterion_is_found_where_a_reader_sees_it() -> None:
    """What is only said in the other language is no reason; another name of an option is one, and is explained."""
    lexicon = words_of(SMALL)

    def seen(key: str, q: str) -> tuple[object, ...] | None:
        by = found_by(SMALL.by_key[key], parse(q, lexicon), lexicon)
        return (by.label, by.text, by.via) if by else None

    assert seen("iso", "security") is None
    assert seen("iso", '"proof iso en"') is None
    assert seen("iso", "why") == ((("iso nl", False),), (("why", True), (" iso nl", False)), "")
    assert seen("iso", "iso") == ((("iso", True), (" nl", False)), (), "")
    assert seen("iso", '"iso en"') == ((("iso nl", False),), (), "iso en"), "its name in the other language"
    assert seen("branches", "food") == ((("branches nl", False),), (("Voedingsmiddelen", False),), "Food")
    assert seen("branches", "groothandel") == ((("branches nl", False),), (("Groothandel", True),), "")
    assert seen("producten", "navision ") == ((("producten nl", False),), (("Business Central", False),), "Navision")


def criteria_of(page: Page) -> list[str]:
    return [words(each) for part in page.all("div", class_="criteria-found") for each in part.iter("li")]


def test_every_criterion_found_says_why(browser: Browser, listed: None) -> None:
    assert criteria_of(browser.get("/partners?q=navision")) == [
        "producten nl Business Central (gevonden via: Navision)"
    ]
    assert "producten en Business Central (found via: Navision)" in criteria_of(browser.get("/en/partners?q=navision"))
    assert criteria_of(browser.get("/partners?q=%22proof+iso+en%22")) == [], "only in the other language"
    assert not browser.get("/criteria?q=%22proof+iso+en%22").all("a", class_="fact-label")


def test_who_cannot_be_shown_gives_way_to_the_next(browser: Browser, app: Flask) -> None:
    """The best three by words may all have them in the other language only."""
    asked = [question(f"q{n}", "yes_no", why=Text("niets", "zeldzaam " * 9)) for n in range(5)]
    asked += [question("r", "yes_no", why=Text("heel zeldzaam", "nothing"))]
    with unit_of_work():
        the_criteria(Edition((Theme("thema", 10, text("thema"), text("intro")),), tuple(asked)))
        a_partner("Alfa")
    assert criteria_of(browser.get("/partners?q=zeldzaam")) == ["r nl heel zeldzaam"]


def test_words_of_criteria_do_not_take_the_place_of_a_name(browser: Browser, app: Flask) -> None:
    """They are as near and more frequent, but find no partner."""
    near = Text("tafek tafem tafen " * 9, "nothing")
    with unit_of_work():
        the_criteria(with_question(SMALL, question("q", "yes_no", why=near)))
        a_partner("Tafel")
    (meant,) = browser.get("/partners?q=tafeq").all("ul", class_="suggestions")[:1]
    assert [link.get("href") for link in meant.iter("a")] == ["/partners?q=tafel"]


def test_the_list_of_criteria_is_narrowed(browser: Browser, listed: None) -> None:
    def keys(query: str) -> list[str]:
        return [each.get("href", "") for each in browser.get(f"/criteria{query}").all("a", class_="fact-label")]

    assert len(keys("")) > 5
    assert keys("?q=voedingsmiddelen") == ["/criteria/branches"]
    assert keys("?q=voedingsmiddelen&op=2026-11-01") == ["/criteria/branches?op=2026-11-01"], "without the index too"
    assert browser.get("/criteria?q=voedingsmiddelen").one("input", id="q").get("value") == "voedingsmiddelen"
    page = browser.get("/criteria?q=food")
    assert "Gevonden op: Voedingsmiddelen (gevonden via: Food)" in page.text
    page = browser.get("/criteria?q=branches")
    assert "branches" in texts(page.tree.iter("mark"))
    assert "Gevonden op:" not in browser.get("/criteria").text
    page = browser.get("/criteria?q=zzqx")
    assert "Geen enkel criterium heeft al deze woorden" in page.text
    assert page.link("Toon alle criteria") == "/criteria"
    assert "<script>" not in browser.get("/criteria?q=%3Cscript%3E%00").response.text


def test_without_words_nothing_is_looked_for(browser: Browser, listed: None) -> None:
    asked: list[str] = []

    def look(_sender: object, *, q: str) -> Searched:
        asked.append(q)
        return Searched()

    with searching.connected_to(look):
        browser.get("/criteria")
        browser.get("/criteria?q=+")
        assert asked == []
        browser.get("/criteria?q=food")
    assert asked == ["food"]


def test_what_is_not_used_of_the_words_is_said_there_too(browser: Browser, listed: None) -> None:
    def said(q: str) -> str:
        return " ".join(texts(browser.get(f"/criteria?q={q}").all("p", class_="notice")))

    assert said("food") == ""
    assert "alleen de eerste 24 woorden tellen" in said("+".join(f"woord{n}" for n in range(30)))
    assert "alleen de eerste 200 tekens tellen" in said("a" * 300)
    assert "geen woord" in said("!!!")
    assert "Hoeft er niet te staan: “leverancier”" in said("food+leverancier")


def test_an_address_that_is_too_long_is_said_in_words(browser: Browser, listed: None) -> None:
    page = browser.get("/partners?iso=ja" + "&producten=" * MOST_PARAMETERS)
    assert "Het adres is te lang: alleen de eerste 200 onderdelen tellen." in page.text
    assert total(page) == total(browser.get("/partners?iso=ja"))


def test_a_list_that_is_behind_says_so(browser: Browser, market: Flask, no_news: None) -> None:
    said = "Het zoeken loopt nu misschien even achter. Wat is opgeslagen, is veilig."
    assert said not in browser.get("/partners?q=navision").text
    assert browser.json("/api/v1/partners")["behind"] is False
    with unit_of_work():
        a_partner("Gamma Navision")
    with index.alone(folder(market)):
        page = browser.get("/partners?q=navision")
        assert said in page.text
        assert sorted(cards(page)) == ["alfa", "gamma-navision"], "and it is right all the same"
        assert browser.json("/api/v1/partners")["behind"] is True
        assert "may be a moment behind" in browser.get("/en/partners").text
    assert said not in browser.get("/partners?q=navision").text


def test_words_do_not_decide_the_order(browser: Browser, listed: None) -> None:
    sentence = "De woorden bepalen wie in de lijst staat, niet de volgorde."
    assert sentence in browser.get("/partners?q=molen").text
    assert sentence not in browser.get("/partners").text


def test_at_most_three_reasons_are_given(browser: Browser, listed: None) -> None:
    with unit_of_work():
        rich = a_partner("Rijk")
        an_answer(rich, "producten", "bc|fin")
        an_answer(rich, "branches", "10|25")
        an_answer(rich, "iso", "ja")
    (reasons,) = browser.get("/partners?q=rijk+metaal+voedingsmiddelen+finance+utrecht").all("p", class_="found-by")
    assert words(reasons).endswith("en nog 2")
    assert len([*reasons.iter("mark")]) == 3


def test_a_long_text_is_cut_around_its_mark() -> None:
    long = (("woord " * 40, False), ("gezocht", True), (" en nog veel meer" * 10, False))
    cut = shortened(long, 60)
    assert ("gezocht", True) in cut
    assert cut[0] == cut[-1] == ("…", False)
    assert 40 < len("".join(piece for piece, _asked in cut)) <= 63
    assert "".join(piece for piece, _asked in cut[1:-1]) in "".join(piece for piece, _asked in long)
    assert shortened((("kort ", False), ("woord", True))) == (("kort ", False), ("woord", True))
    assert shortened((("a" * 50, True), (" b" * 40, False)), 20)[0] == ("a" * 50, True), "a mark is never cut"
