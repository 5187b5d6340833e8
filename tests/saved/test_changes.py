"""Who came and who left since somebody looked: on the own page, on the shared one, and in the feed."""

import re
from datetime import datetime, timedelta
from xml.etree import ElementTree

import pytest
from flask import Flask
from flask.testing import FlaskClient
from hypothesis import given
from hypothesis import strategies as st

from partnerkompas.criteria import actions as criteria
from partnerkompas.infra import clock
from partnerkompas.infra.request_cycle import unit_of_work
from partnerkompas.partners.models import PartnerStatus
from partnerkompas.permissions.vocabulary import OPERATOR, Actor
from partnerkompas.saved.changes import Changes
from partnerkompas.search import index
from tests.browser import Browser, Page, check, check_links, read, texts
from tests.edition import SMALL
from tests.factories import NOW, a_partner, a_saved_search, an_answer
from tests.saved.conftest import fields, send
from tests.search.market import folder
from tests.signed_in import without_token
from tests.statements import statements

ATOM = "{http://www.w3.org/2005/Atom}"


@pytest.fixture
def token(member: Actor) -> str:
    """The link of a search for two of the three partners."""
    with unit_of_work():
        return a_saved_search(member, "producten=bc", "Wie doet BC").token


def change(*, product: str = "", status: PartnerStatus = PartnerStatus.LISTED, name: str = "Alfa") -> None:
    with unit_of_work():
        partner = a_partner(name, status=status)
        if product:
            an_answer(partner, "producten", product)


def pairs(page: Page) -> dict[str, list[str]]:
    """What stands beside each title: Erbij gekomen, Voldoet niet meer, Niet meer in de gids."""
    found = [part for part in page.all("dl", class_="pairs") for part in part]
    return {texts([part[0]])[0]: texts(part.iter("li")) or texts([part[1]]) for part in found}


def fed(browser: Browser, token: str, prefix: str = "") -> tuple[str, str, str, str]:
    """Id, moment, title and text of the one entry of the feed; all of it is well-formed and whole."""
    answer = browser.client.get(f"{prefix}/bewaard/{token}.atom")
    assert answer.status_code == 200
    assert answer.headers["Content-Type"].startswith("application/atom+xml")
    feed = ElementTree.fromstring(answer.data)
    (entry,) = feed.findall(f"{ATOM}entry")
    for each in (feed, entry):
        assert each.findtext(f"{ATOM}title")
        assert re.fullmatch(r"urn:uuid:[0-9a-f-]{36}", each.findtext(f"{ATOM}id") or "")
        datetime.fromisoformat(each.findtext(f"{ATOM}updated") or "")
    assert feed.findtext(f"{ATOM}author/{ATOM}name") == "Partnerkompas"
    hrefs = [each.get("href", "") for each in feed.iter() if each.get("href")]
    assert all(href.startswith(f"http://localhost{prefix}/") for href in hrefs), hrefs
    told = tuple(entry.findtext(ATOM + name) or "" for name in ("id", "updated", "title"))
    return *told, " ".join("".join(entry.itertext()).split())  # type: ignore[return-value]


def test_who_came_and_who_left(app: Flask, browser: Browser, client: FlaskClient, token: str) -> None:
    page = browser.get(f"/bewaard/{token}")
    assert pairs(page) == {}
    assert "2 partners , niets veranderd sinds 22 november 2026" in page.text
    change(name="Gamma", product="bc")
    change(name="Alfa", product="fin")
    change(name="Beta", status=PartnerStatus.DELISTED)
    wanted = {"Erbij gekomen": ["Gamma"], "Voldoet niet meer": ["Alfa"], "Niet meer in de gids": ["1 partner"]}
    page = browser.get(f"/bewaard/{token}")
    assert pairs(page) == wanted
    assert page.link("Gamma") == "/partners/gamma"
    assert page.link("Naar de lijst") == "/partners?producten=bc"
    own = read(client.get("/bewaard"))
    check(own, "/bewaard")
    check_links(app, own)
    assert pairs(own) == wanted
    assert send(client, "/bewaard", f"/bewaard/{token}/gezien").headers["Location"] == "/bewaard#z1"
    assert pairs(read(client.get("/bewaard"))) == pairs(browser.get(f"/bewaard/{token}")) == {}
    assert "gezien" not in client.get("/bewaard").text.split("</header>")[1].split("<form")[1]


def test_what_nobody_saw_stays_to_be_seen(client: FlaskClient, token: str) -> None:
    """Another partner comes between the page and the button."""
    change(name="Gamma", product="bc")
    given = fields(client.get("/bewaard").text, f"/bewaard/{token}/gezien")
    change(name="Delta", product="bc")
    answer = client.post(f"/bewaard/{token}/gezien", data=given)
    assert answer.headers["Location"] == "/bewaard?veranderd=1#z1"
    page = read(client.get("/bewaard?veranderd=1"))
    assert sorted(pairs(page)["Erbij gekomen"]) == ["Delta", "Gamma"]
    assert "Er veranderde net nog iets" in page.text


def test_the_feed_is_another_one_whenever_others_are_found(browser: Browser, client: FlaskClient, token: str) -> None:
    seen = []
    with clock.fixed_at(NOW + timedelta(hours=1)):
        seen.append(fed(browser, token))
        a_day = browser.client.get(f"/bewaard/{token}.atom").headers["ETag"]
        change(name="Iemand", product="fin")
        assert fed(browser, token) == seen[0], "a change of somebody else is no news"
        same = browser.client.get(f"/bewaard/{token}.atom", headers={"If-None-Match": a_day})
        assert (same.status_code, same.data) == (304, b"")
    for hour, (name, product) in enumerate([("Gamma", "bc"), ("Alfa", "fin"), ("Delta", "bc")], 2):
        with clock.fixed_at(NOW + timedelta(hours=hour)):
            change(name=name, product=product)
            seen.append(fed(browser, token))
        with clock.fixed_at(NOW + timedelta(hours=hour, minutes=30)):
            change(name="Iemand", product="fin")
            assert fed(browser, token) == seen[-1]
    ids, moments = [each[0] for each in seen], [each[1] for each in seen]
    assert len(set(ids)) == len(set(moments)) == 4
    assert moments == sorted(moments) == [f"2026-11-22T{hour}:00:00Z" for hour in (12, 14, 15, 16)]
    assert seen[-1][2] == "Wie doet BC: 3 partners, 2 erbij, 1 eraf"
    for name in ("Gamma", "Alfa", "Delta"):
        assert name in seen[-1][3]
    english = fed(browser, token, "/en")
    assert english[:2] == seen[-1][:2], "the same entry in two languages"
    assert english[2] == "Wie doet BC: 3 partners, 2 more, 1 fewer"


def test_pages_of_searches_say_that_finding_may_be_behind(app: Flask, client: FlaskClient, token: str) -> None:
    """REL-07: here too, and not only the list."""
    said = "Het zoeken loopt nu misschien even achter. Wat is opgeslagen, is veilig."
    addresses = ("/bewaard", f"/bewaard/{token}")
    assert [said in client.get(address).text for address in addresses] == [False, False]
    with index.alone(folder(app)):
        change(product="fin")
        assert [said in client.get(address).text for address in addresses] == [True, True]
    assert [said in client.get(address).text for address in addresses] == [False, False]


def test_a_day_that_passes_is_news_too(browser: Browser, member: Actor) -> None:
    """An answer that expires changes nothing in the database."""
    with unit_of_work():
        an_answer(a_partner("Epsilon"), "iso", "ja", valid_until=NOW.date())
    with unit_of_work():
        saved = a_saved_search(member, "iso=ja")
        link = saved.token
    before = fed(browser, link)
    with clock.fixed_at(NOW + timedelta(days=1)):
        after = fed(browser, link)
        assert after[2].endswith("0 partners, 1 eraf")
        assert after[1] == "2026-11-22T23:00:00Z", "the start of the day in the Netherlands"
        assert after[0] != before[0]


@pytest.mark.parametrize("status", [PartnerStatus.DELISTED, PartnerStatus.DRAFT])
def test_who_is_not_in_the_guide_is_never_named(
    browser: Browser, client: FlaskClient, token: str, status: PartnerStatus
) -> None:
    change(name="Alfa", status=status)
    with unit_of_work():
        an_answer(a_partner("Verborgen", status=status), "producten", "bc")
    for address in (f"/bewaard/{token}", f"/en/bewaard/{token}", f"/bewaard/{token}.atom", f"/en/bewaard/{token}.atom"):
        told = browser.client.get(address).text.replace(token, "")  # by chance it holds any three letters
        assert "lfa" not in told, address
        assert "erborgen" not in told, address
    assert "1 niet meer in de gids" in fed(browser, token)[2]
    own = without_token(client.get("/bewaard").text).replace(token, "")
    assert "lfa" not in own
    assert "erborgen" not in own


def test_a_link_says_nothing_of_its_owner_and_is_kept_by_nobody(
    app: Flask, browser: Browser, client: FlaskClient, member: Actor, token: str
) -> None:
    app.extensions["kept_answers"].most_bytes = 2**20
    app.extensions["search"].news_seconds = 60
    for asking in (browser.client, client):
        for address in (f"/bewaard/{token}", f"/en/bewaard/{token}", f"/bewaard/{token}.atom"):
            answer = asking.get(address)
            asking.get(address)
            assert answer.headers["Referrer-Policy"] == "no-referrer"
            assert answer.headers["X-Robots-Tag"] == "noindex"
            assert member.name not in answer.text
            assert "<form" not in answer.text, "a form would need the Referer"
            assert "Set-Cookie" not in answer.headers
    assert browser.client.get(f"/bewaard/{token}").headers["Cache-Control"] == "no-store"
    assert [each.get("content") for each in browser.get(f"/bewaard/{token}").tree.iter("meta")].count("noindex") == 1
    assert client.get("/bewaard").headers["Cache-Control"] == "no-store"
    kept = app.extensions["kept_answers"].answers
    assert [key for key in kept if any("bewaard" in part for part in key)] == []
    assert token not in browser.client.get("/robots.txt").text


@pytest.mark.parametrize("odd", ["x", "u" * 32, "u" * 33, "%00" * 32, "a%00" * 16, "é" * 32, "..%2f" * 10, "x" * 5000])
def test_what_is_no_link_leads_nowhere(app: Flask, browser: Browser, member: Actor, odd: str) -> None:
    for address in (f"/bewaard/{odd}", f"/bewaard/{odd}.atom"):
        assert browser.client.get(address).status_code == 404, address


def test_reading_writes_nothing(app: Flask, browser: Browser, client: FlaskClient, token: str) -> None:
    change(name="Gamma", product="bc")
    client.get("/partners")
    with statements() as sent:
        for asking in (browser.client, client):
            for address in ("/bewaard", f"/bewaard/{token}", f"/bewaard/{token}.atom", f"/bewaard/{token}/naam"):
                asking.get(address)
    written = [each for each in sent if re.match(r"\s*(insert|update|delete)", each, re.IGNORECASE)]
    assert written == []


def test_more_partners_and_searches_take_no_more_queries(
    app: Flask, browser: Browser, client: FlaskClient, member: Actor, token: str
) -> None:
    def asked(address: str, asking: FlaskClient) -> int:
        asking.get(address)
        with statements() as seen:
            asking.get(address)
        return len(seen)

    addresses = [
        ("/bewaard", client),
        (f"/bewaard/{token}", browser.client),
        (f"/bewaard/{token}.atom", browser.client),
    ]
    change(name="Gamma", product="bc")
    before = [asked(*each) for each in addresses]
    with unit_of_work():
        for number in range(60):
            an_answer(a_partner(f"Nieuw {number}"), "producten", "bc")
        for number in range(9):
            a_saved_search(member, f"producten=bc&q=nieuw+{number}", f"n{number}")
    assert [asked(*each) for each in addresses] == before
    page = browser.get(f"/bewaard/{token}")
    assert len(pairs(page)["Erbij gekomen"]) == 41
    assert "en nog 21" in page.text


def test_criteria_of_another_release(app: Flask, browser: Browser, client: FlaskClient, member: Actor) -> None:
    """What no longer exists does not count, and the page says so, as the list does."""
    with unit_of_work():
        token = a_saved_search(member, "producten=bc&iso=ja&sort=-personen", "Met ISO").token
        fewer = tuple(each for each in SMALL.questions if each.key not in ("iso", "personen", "pagina_iso"))
        criteria.adopt(OPERATOR, type(SMALL)(SMALL.themes, fewer, SMALL.lists))
    for page in (browser.get(f"/bewaard/{token}"), read(client.get("/bewaard"))):
        assert "“iso=ja” is genegeerd: dit onderdeel kennen we niet." in page.text
        assert "“sort=-personen” is genegeerd" in page.text
        assert sorted(pairs(page)["Erbij gekomen"]) == ["Alfa", "Beta"]
    assert "“iso=ja” is genegeerd" in fed(browser, token)[3]
    assert "“iso=ja” is genegeerd" in browser.get(browser.get(f"/bewaard/{token}").link("Naar de lijst")).text


@pytest.mark.parametrize("name", ["<script>alert(1)</script>", "a & b < c \"d\" 'e'", "\ufffe\U0001f600 ]]>", "=1+1"])
def test_hostile_names(app: Flask, browser: Browser, client: FlaskClient, member: Actor, name: str) -> None:
    with unit_of_work():
        token = a_saved_search(member, "q=<b>x", name).token
    fed(browser, token)
    assert "<script>alert" not in browser.get(f"/bewaard/{token}").response.text
    assert "<script>alert" not in client.get("/bewaard").text


@given(st.frozensets(st.integers(1, 9)), st.frozensets(st.integers(1, 9)))
def test_digests_are_those_of_the_partners_found(one: frozenset[int], other: frozenset[int]) -> None:
    nobody = frozenset[int]()
    digests = [Changes(each, each, nobody, nobody).digest for each in (one, other)]
    assert (digests[0] == digests[1]) == (one == other)
