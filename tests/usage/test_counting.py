"""What people look at is counted, by the week; not by programs, nor by who keeps it (row I4)."""

from datetime import UTC, date, datetime

import pytest
from flask import Flask

from partnerkompas.infra import clock
from partnerkompas.infra.request_cycle import unit_of_work
from partnerkompas.partners.models import Partner, PartnerStatus
from tests.factories import a_curator, a_member, a_partner, a_representative, an_admin
from tests.usage.looking import THIS_WEEK, Looker, counted, waiting

VIEW, IN_TWO = ("view", "aap"), {("comparison", "aap"): 1, ("comparison", "noot"): 1}


def test_a_profile_a_comparison_and_filters_are_counted(site: Flask) -> None:
    visitor = Looker(site)
    visitor.get("/partners/aap")
    visitor.get("/en/partners/aap")
    visitor.get("/vergelijk?p=aap&p=noot")
    visitor.get("/partners?iso=ja&iso=nee&venster@bc=zeven&venster=vijf&personen.stand=not_stated")
    assert counted(site) == {
        VIEW: 2,
        **IN_TWO,
        **{("filter", key): 1 for key in ("iso", "venster", "personen")},
    }
    assert {each.week for each in waiting(site).counts} == {THIS_WEEK}


@pytest.mark.parametrize(
    "address",
    [
        *("/", "/partners", "/partners?q=aap", "/partners?sort=naam", "/partners?iso=onzin&niets=1", "/criteria/iso"),
        *("/vergelijk", "/vergelijk?p=aap", "/vergelijk?p=aap&p=niemand", "/partners/niemand", "/partners/aap/cijfers"),
        *("/vergelijk.csv?p=aap&p=noot", "/vergelijk.json?p=aap&p=noot", "/partners.csv?iso=ja"),
        *("/api/v1/partners?iso=ja", "/api/v1/partners/aap", "/cijfers"),
    ],
)
def test_other_pages_files_and_the_api_are_not(site: Flask, address: str) -> None:
    Looker(site).get(address)
    assert counted(site) == {}


@pytest.mark.parametrize(
    "agent",
    [
        *("", "curl/8.5.0", "python-requests/2.32", "Wget/1.21", "Googlebot/2.1", "Werkzeug/3.1"),
        "Mozilla/5.0 (compatible; bingbot/2.0; +http://www.bing.com/bingbot.htm)",
        "Mozilla/5.0 AppleWebKit/537.36 (KHTML, like Gecko; compatible; GPTBot/1.2; +https://openai.com/gptbot)",
        "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) HeadlessChrome/140.0 Safari/537.36",
        "Mozilla/5.0 (compatible; Yahoo! Slurp)",
    ],
)
def test_programs_are_not_counted(site: Flask, agent: str) -> None:
    assert Looker(site, agent=agent).get("/partners/aap").status_code == 200
    assert counted(site) == {}


def test_a_telephone_called_cubot_is_somebody(site: Flask) -> None:
    Looker(site, agent="Mozilla/5.0 (Linux; Android 13; CUBOT NOTE 30) Mobile Safari/537.36").get("/partners/aap")
    assert counted(site) == {VIEW: 1}


@pytest.mark.parametrize("header", [{"Sec_Purpose": "prefetch;prerender"}, {"Purpose": "prefetch"}, {"X_Moz": "x"}])
def test_what_a_browser_fetches_ahead_is_not_counted(site: Flask, header: dict[str, str]) -> None:
    Looker(site).get("/partners/aap", **header)
    assert counted(site) == {}


def test_asking_for_headers_only_is_not_counted(site: Flask) -> None:
    assert Looker(site).get("/partners/aap", method="HEAD").status_code == 200
    assert counted(site) == {}


def test_who_speaks_for_a_partner_does_not_count_there(site: Flask, aap: Partner) -> None:
    own = Looker(site, a_representative(aap))
    own.get("/partners/aap")
    own.get("/partners/noot")
    own.get("/vergelijk?p=aap&p=noot")
    own.get("/partners?iso=ja")
    assert counted(site) == {("view", "noot"): 1, ("comparison", "noot"): 1}


@pytest.mark.parametrize("make", [a_curator, an_admin])
def test_who_keeps_the_guide_does_not_count(site: Flask, make: object) -> None:
    keeper = Looker(site, make())  # type: ignore[operator]
    for address in ("/partners/aap", "/vergelijk?p=aap&p=noot", "/partners?iso=ja"):
        assert keeper.get(address).status_code == 200
    assert counted(site) == {}


def test_a_member_is_a_user(site: Flask) -> None:
    member = Looker(site, a_member())
    for address in ("/partners/aap", "/vergelijk?p=aap&p=noot", "/partners?iso=ja"):
        member.get(address)
    assert counted(site) == {VIEW: 1, **IN_TWO, ("filter", "iso"): 1}


def test_who_is_not_listed_is_not_counted(site: Flask) -> None:
    with unit_of_work():
        own = a_representative(a_partner("Weg", status=PartnerStatus.DELISTED))
        other = a_member()
    assert Looker(site, own).get("/partners/weg").status_code == 200
    assert Looker(site, other).get("/partners/weg").status_code == 404
    assert counted(site) == {}


def test_what_stood_there_before_is_not_counted_again(site: Flask) -> None:
    """A second filter, another page of the list, the other language, one more partner to compare."""
    visitor, filtered = Looker(site), "/partners?iso=ja&venster%40bc=zeven"
    steps = ["/partners", "/partners?iso=ja", filtered, f"{filtered}&pagina=2", f"/en{filtered}", "/en/partners?iso=ja"]
    for before, address in zip(["", *steps], steps, strict=False):
        visitor.get(address, after=before)
    assert counted(site) == {("filter", "iso"): 1, ("filter", "venster"): 1}
    visitor.get("/vergelijk?p=aap&p=noot", after="/partners?p=aap&p=noot&iso=ja")
    visitor.get("/vergelijk?p=aap&p=noot&p=mies", after="/vergelijk?p=aap&p=noot")
    visitor.get("/vergelijk?p=aap&p=mies&verschillen=1", after="/vergelijk?p=aap&p=noot&p=mies")
    visitor.get("/partners/aap", after="/vergelijk?p=aap&p=mies")
    visitor.get("/partners/aap?p=aap", after="/partners/aap")
    assert counted(site) == {
        ("filter", "iso"): 1,
        ("filter", "venster"): 1,
        VIEW: 1,
        **{("comparison", slug): 1 for slug in ("aap", "noot", "mies")},
    }


def test_who_comes_back_is_counted_again(site: Flask) -> None:
    visitor = Looker(site)
    visitor.get("/partners?iso=ja", after="/partners")
    visitor.get("/partners/aap", after="/partners?iso=ja")
    visitor.get("/partners?iso=ja", after="/partners/aap")
    visitor.get("/partners/aap", after="/partners?iso=ja")
    visitor.get("/partners/aap", Referer="https://[odd")
    assert counted(site) == {VIEW: 3, ("filter", "iso"): 2}


def test_kept_answers_and_304_count(site: Flask) -> None:
    site.extensions["kept_answers"].most_bytes = 2**20
    site.extensions["search"].news_seconds = 60
    visitor = Looker(site)
    first = visitor.get("/partners?iso=ja")
    assert len(site.extensions["kept_answers"].answers) == 1
    again = visitor.get("/partners?iso=ja", If_None_Match=visitor.get("/partners?iso=ja").headers["ETag"])
    assert (first.status_code, again.status_code) == (200, 304)
    assert counted(site) == {("filter", "iso"): 3}
    visitor.get("/partners?iso=ja", after="/partners?iso=ja&pagina=2")
    Looker(site, agent="curl/8").get("/partners?iso=ja")
    visitor.get("/partners?iso=ja", method="HEAD")
    assert counted(site) == {("filter", "iso"): 3}


def test_an_answer_kept_after_a_robot_asked_counts_for_people(site: Flask) -> None:
    site.extensions["kept_answers"].most_bytes = 2**20
    site.extensions["search"].news_seconds = 60
    Looker(site, agent="curl/8").get("/partners?iso=ja")
    assert len(site.extensions["kept_answers"].answers) == 1
    Looker(site).get("/partners?iso=ja")
    assert counted(site) == {("filter", "iso"): 1}


@pytest.mark.parametrize(
    ("moment", "monday"),
    [
        (datetime(2026, 12, 27, 22, 59, tzinfo=UTC), date(2026, 12, 21)),  # Sunday, a minute before midnight
        (datetime(2026, 12, 27, 23, 0, tzinfo=UTC), date(2026, 12, 28)),  # week 53 begins
        (datetime(2027, 1, 1, 12, 0, tzinfo=UTC), date(2026, 12, 28)),
        (datetime(2027, 1, 3, 22, 59, tzinfo=UTC), date(2026, 12, 28)),
        (datetime(2027, 1, 3, 23, 0, tzinfo=UTC), date(2027, 1, 4)),  # week 1 of 2027
        (datetime(2026, 3, 29, 21, 59, tzinfo=UTC), date(2026, 3, 23)),  # summer time began that night
        (datetime(2026, 3, 29, 22, 0, tzinfo=UTC), date(2026, 3, 30)),
    ],
)
def test_a_week_begins_on_monday_by_dutch_time(site: Flask, moment: datetime, monday: date) -> None:
    with clock.fixed_at(moment):
        Looker(site).get("/partners/aap")
    assert [(each.week, each.key) for each in waiting(site).counts] == [(monday, "aap")]


def test_nothing_of_who_asks_is_kept(site: Flask) -> None:
    """Whoever looks, with whatever browser, leaves the same counters."""
    waits = waiting(site)
    for looker in (Looker(site), Looker(site, a_member(), "Mozilla/5.0 Geheim/9")):
        looker.get("/partners/aap", after="/geheim", X_Forwarded_For="10.9.8.7", Accept_Language="fy")
    assert {tuple(each): n for each, n in waits.counts.items()} == {(THIS_WEEK, "view", "aap"): 2}
    assert "Geheim" not in repr(waits)
    assert "Set-Cookie" not in Looker(site).get("/partners/aap").headers
