"""What waits for a curator, on one page: counted, the oldest first, late in words, and led on from there."""

import re
from datetime import date, timedelta
from typing import Any

import pytest
from flask import Flask

from partnerkompas.accounts import queries as accounts
from partnerkompas.accounts.models import Representation, RoleGrant
from partnerkompas.answers import actions as answers
from partnerkompas.curating import merging
from partnerkompas.curating.merge_plan import plan
from partnerkompas.infra import clock
from partnerkompas.infra.db import db
from partnerkompas.infra.request_cycle import unit_of_work
from partnerkompas.partners import leaving, representing
from partnerkompas.partners import queries as partners
from partnerkompas.partners.models import LeavingKind, Partner, PartnerStatus
from partnerkompas.permissions.vocabulary import OPERATOR, Actor, PartnerRole, Role
from tests.browser import Page, check, check_links, read, words
from tests.factories import (
    NOW,
    a_curator,
    a_member,
    a_partner,
    a_representative,
    an_admin,
    an_answer,
    the_criteria,
    with_interest,
)
from tests.signed_in import Person
from tests.statements import statements

BENCH = "/werkbank"
TODAY = NOW.date()


@pytest.fixture
def aap(app: Flask) -> Partner:
    the_criteria()
    return a_partner("Aap")


def opened(person: Person, address: str = BENCH) -> Page:
    """A page of the curator, held against the promises of every page."""
    page = read(person.get(address))
    check(page, address)
    check_links(person.app, page)
    return page


def curator(app: Flask) -> Person:
    actor = a_curator()
    db.session.commit()
    return Person(app, actor)


def part(page: Page, key: str) -> str:
    """The words of one section."""
    return words(page.one("section", **{"aria-labelledby": key}))


def waits(page: Page) -> dict[str, str]:
    """What the list at the top says, by anchor."""
    (nav,) = page.all("nav", class_="waits")
    return {line.find("a").get("href", ""): words(line) for line in nav.iter("li")}  # type: ignore[union-attr]


def stated(app: Flask, signer: Actor, slug: str, **filled: Any) -> None:
    """A partner fills in and signs."""
    person, page = Person(app, signer), f"/partners/{slug}/gegevens"
    named = {name.replace("__", ":"): value for name, value in filled.items()}
    assert person.send(f"{page}/thema", f"{page}/thema", **named).status_code == 303
    assert person.send(f"{page}/controle", akkoord="1").status_code == 303


def a_signer(partner: Partner) -> Actor:
    actor = a_representative(partner, PartnerRole.SIGNER)
    db.session.commit()
    return actor


def test_what_is_empty_says_what_would_stand_there(app: Flask, aap: Partner) -> None:
    page = opened(curator(app))
    assert "Hier komt te staan wie voor een partner wil spreken" in part(page, "verzoeken")
    assert "Hier komt te staan wat partners ondertekenen" in part(page, "antwoorden")
    assert "Hier komt te staan welke feiten te oud zijn" in part(page, "verloopt")
    assert {href: text.rsplit(" ", 1)[1] for href, text in waits(page).items()} == {
        "#verzoeken": "0",
        "#antwoorden": "0",
        "#betwistingen": "0",
        "#verloopt": "0",
    }
    anchors = {each.get("id") for each in page.all("h2")}
    assert {href.removeprefix("#") for href in waits(page)} <= anchors


def test_a_claim_that_waits_too_long(app: Flask, aap: Partner) -> None:
    asking = a_member()
    db.session.commit()
    with unit_of_work():
        representing.ask(asking, db.session.get_one(Partner, aap.id), PartnerRole.EDITOR, "verkoop")
    shown = part(opened(curator(app)), "verzoeken")
    assert "uiterlijk 27 november 2026" in shown, "five working days after Sunday the 22nd"
    assert "te laat" not in shown
    with clock.fixed_at(NOW + timedelta(days=5)):
        assert "te laat" not in part(opened(curator(app)), "verzoeken"), "the last day itself is in time"
    with clock.fixed_at(NOW + timedelta(days=6)):
        page = opened(curator(app))
        assert "te laat: 27 november 2026" in part(page, "verzoeken")
        assert waits(page)["#verzoeken"].endswith("1 · 1 te laat")


def test_answers_to_check_are_counted_by_partner_and_lead_to_the_next(app: Flask, aap: Partner) -> None:
    noot = a_partner("Noot")
    first, second = a_signer(aap), a_signer(noot)
    stated(app, first, "aap", personen__waarde="12")
    with clock.fixed_at(NOW + timedelta(days=3)):
        stated(app, second, "noot", personen__waarde="7", naam__waarde="Noot Plus")
    with clock.fixed_at(NOW + timedelta(days=13)):
        person = curator(app)
        page = opened(person)
        shown = part(page, "antwoorden")
        assert shown.index("Aap") < shown.index("Noot")
        assert "1 antwoord · het oudste van 22 november 2026" in shown
        assert "2 antwoorden · het oudste van 25 november 2026" in shown
        assert waits(page)["#antwoorden"].endswith("3 · 1 te laat"), "ten working days, which end on 4 December"
        assert "te laat: 4 december 2026" in shown
        assert "uiterlijk 9 december 2026" in shown
        done = person.send(page.link("Kijk het oudste na"), reden="Gezien.")
        second_one = done.location
        following = opened(person, second_one)
        assert "1 van 2" in following.text
        assert words(following.one("h1"))
        third = following.link("Volgende")
        done = person.send(second_one, besluit="vragen", reden="Klopt dat?")
        assert done.location == third
        assert person.send(third, reden="Gezien.").location == "/werkbank#antwoorden"
        assert waits(opened(person))["#antwoorden"].endswith("0")


def test_walking_past_answers_without_judging(app: Flask, aap: Partner) -> None:
    stated(app, a_signer(aap), "aap", personen__waarde="12", naam__waarde="Aap Plus", sinds__waarde="2001")
    person = curator(app)
    one = opened(person, opened(person).link("Kijk het oudste na"))
    assert "Vorige" not in one.links()
    two = opened(person, one.link("Volgende"))
    three = opened(person, two.link("Volgende"))
    assert "Volgende" not in three.links()
    assert "3 van 3" in three.text
    assert opened(person, three.link("Vorige")).one("h1").text == two.one("h1").text
    done = person.send(two.link("Volgende"), reden="Gezien.")
    assert done.location == opened(person).link("Kijk het oudste na"), "after the last comes the first: nothing is left"


def test_who_has_a_stake_is_not_led_there(app: Flask, aap: Partner) -> None:
    noot = a_partner("Noot")
    first, second = a_signer(aap), a_signer(noot)
    stated(app, first, "aap", personen__waarde="12")
    stated(app, second, "noot", personen__waarde="7")
    tied = with_interest(a_curator(), db.session.get_one(Partner, aap.id))
    db.session.commit()
    person = Person(app, tied)
    alone = opened(person)
    assert "niet door u: er is geen andere curator" in part(alone, "antwoorden")
    assert "beslist niemand tot een beheerder een tweede curator aanwijst" in alone.text
    assert "/beheer/rollen" in alone.links().values()
    a_curator()
    db.session.commit()
    page = opened(person)
    assert "voor een collega" in part(page, "antwoorden")
    assert "enige curator" not in page.text
    shown = opened(person, page.link("Kijk het oudste na"))
    assert "Noot" in shown.text
    assert "1 van 1" in shown.text


def test_what_expires_by_partner(app: Flask, aap: Partner) -> None:
    """Within the days of the setting; disputed, silent, unlisted and superseded facts are not counted."""
    noot, hidden = a_partner("Noot"), a_partner("Geheim", status=PartnerStatus.DRAFT)
    gone, soon, later = TODAY - timedelta(days=1), TODAY + timedelta(days=60), TODAY + timedelta(days=61)
    an_answer(aap, "personen", 7, valid_until=gone)
    an_answer(aap, "naam", "Aap", valid_until=TODAY)
    an_answer(aap, "medewerkers", "b2", valid_until=soon)
    an_answer(aap, "iso", "ja", valid_until=later)
    an_answer(noot, "personen", 7, valid_until=soon)
    an_answer(noot, "naam", "Oud", valid_until=gone)
    an_answer(noot, "naam", "Nieuw", valid_until=later)
    answers.challenge(OPERATOR, an_answer(noot, "iso", "ja", valid_until=gone), "klopt niet")
    an_answer(noot, "medewerkers", None, valid_until=gone)
    an_answer(hidden, "personen", 7, valid_until=gone)
    a_representative(noot)
    person = curator(app)
    page = opened(person)
    shown = part(page, "verloopt")
    assert waits(page)["#verloopt"].endswith("4 · 1 verlopen")
    assert "Geheim" not in shown
    one, _name, other = shown.partition("Noot")
    assert "2 verlopen bijna" in one
    assert "1 verlopen" in one
    assert "niemand spreekt voor deze partner" in one
    assert "personen nl tot en met 21 november 2026" in one
    assert "iso nl" not in shown
    assert "1 verloopt bijna" in other
    assert "krijgt bericht" in other
    assert "vanaf 21 januari 2027" in other
    assert person.get(page.link("medewerkers nl")).status_code == 200


def test_a_disputed_fact_does_not_expire_though_another_answer_took_its_place(app: Flask, aap: Partner) -> None:
    answers.challenge(OPERATOR, an_answer(aap, "iso", "ja"), "klopt niet")
    an_answer(aap, "iso", "nee", valid_until=TODAY - timedelta(days=1))
    an_answer(aap, "personen", 7, valid_until=TODAY)
    shown = part(opened(curator(app)), "verloopt")
    assert "personen nl" in shown
    assert "iso nl" not in shown


def test_a_fact_of_a_product_opens_with_its_product(app: Flask, aap: Partner) -> None:
    an_answer(aap, "producten", "bc|fin")
    an_answer(aap, "venster", "zeven", product="fin", valid_until=TODAY)
    person = curator(app)
    form = opened(person, opened(person).link("venster nl"))
    chosen = [each.get("value") for each in form.all("option") if each.get("selected") is not None]
    assert chosen[0] == "fin"


def test_who_may_not_enter_a_fact_gets_no_link_to_it(app: Flask, aap: Partner) -> None:
    an_answer(aap, "personen", 7, valid_until=TODAY)
    tied, admin = with_interest(a_curator(), aap), an_admin()
    db.session.commit()
    for actor in (tied, admin):
        page = opened(Person(app, actor))
        assert "personen nl" in part(page, "verloopt")
        assert not any("/feit" in href for href in page.links().values())


def test_long_sections_are_shortened_and_can_be_opened(app: Flask, aap: Partner) -> None:
    for n in range(14):
        an_answer(a_partner(f"Verloopt {n:02}"), "personen", 7, valid_until=TODAY + timedelta(days=n))
    person = curator(app)
    page = opened(person)
    shown = part(page, "verloopt")
    assert len(re.findall(r"Verloopt \d\d", shown)) == 2 * 10, "each by its name, and for a screen reader once more"
    assert "Verloopt 09" in shown
    assert "Toon er nog 4" in shown
    more = page.link("Toon er nog 4")
    assert more == "/werkbank?alles=verloopt#verloopt"
    everything = part(opened(person, more.partition("#")[0]), "verloopt")
    assert "Verloopt 13" in everything
    assert "Toon er nog" not in everything
    assert "genegeerd" in person.get(f"{BENCH}?alle=x").text


def test_many_facts_of_one_partner_are_shortened(app: Flask, aap: Partner) -> None:
    an_answer(aap, "producten", "bc|fin|sales", valid_until=TODAY)
    for product in ("bc", "fin", "sales"):
        an_answer(aap, "venster", "zeven", product=product, valid_until=TODAY)
    for criterion, value in (("personen", 7), ("naam", "x"), ("iso", "ja"), ("medewerkers", "b1"), ("sinds", "2001")):
        an_answer(aap, criterion, value, valid_until=TODAY)
    shown = part(opened(curator(app)), "verloopt")
    assert shown.count("tot en met") == 8
    assert "en nog 1" in shown


def fill(app: Flask, people: int) -> None:
    """Something of every sort waits at so many partners."""
    for n in range(people):
        partner = a_partner()
        signer = a_signer(partner)
        stated(app, signer, partner.slug, personen__waarde=str(n + 1))
        an_answer(db.session.get_one(Partner, partner.id), "iso", "ja", valid_until=date(2026, 11, 1))
        asking = a_member()
        db.session.commit()
        with unit_of_work():
            account = accounts.by_id(asking.account_id or 0)
            assert account is not None
            representing.ask(asking, db.session.get_one(Partner, partner.id), PartnerRole.EDITOR, "verkoop")
        disputed = an_answer(db.session.get_one(Partner, partner.id), "naam", f"Naam {partner.id}")
        answers.challenge(OPERATOR, disputed, "Klopt niet.")
        a_partner(f"{partner.name} BV", slug=f"{partner.slug}-bv")
        merged = a_partner(f"{partner.name} weg"), a_partner(f"{partner.name} blijft")
        db.session.commit()
        with unit_of_work():
            planned = plan(partner_of(merged[1].slug), partner_of(merged[0].slug))
            merging.merge(a_curator(), partner_of(merged[1].slug), partner_of(merged[0].slug), (), planned.digest)
        with unit_of_work():
            leaving.announce(
                a_curator(), partner_of(merged[1].slug), LeavingKind.REQUEST, "Het bedrijf vroeg er zelf om.", TODAY
            )


LISTS = [f"{BENCH}?alles=verloopt", "/werkbank/antwoorden", "/werkbank/dubbel", "/werkbank/uitschrijvingen"]


@pytest.mark.parametrize("address", [BENCH, *LISTS, "/betwistingen"])
def test_no_more_questions_for_more_that_waits(app: Flask, aap: Partner, address: str) -> None:
    person = curator(app)
    fill(app, 1)
    person.get(address)
    with statements() as few:
        person.get(address)
    fill(app, 4)
    person.get(address)  # takes in the news of the index
    with statements() as many:
        person.get(address)
    assert len(many) == len(few), "\n".join(
        f"{many.count(each)} {each}" for each in sorted(set(many)) if many.count(each) != few.count(each)
    )
    assert len(many) < 40


def test_the_keys_are_on_the_page_in_both_languages(app: Flask, aap: Partner) -> None:
    stated(app, a_signer(aap), "aap", personen__waarde="12")
    person = curator(app)
    review = opened(person).link("Kijk het oudste na")
    for address, dutch, english in (
        (BENCH, "volgende regel", "next line"),
        ("/werkbank/antwoorden", "volgende regel", "next line"),
        (review, "volgende antwoord", "next answer"),
    ):
        assert dutch in words(opened(person, address).one("dialog"))
        assert english in words(opened(person, f"/en{address}").one("dialog"))


def test_disputes_are_named_bounded_and_the_most_urgent_first(app: Flask, aap: Partner) -> None:
    an_answer(aap, "producten", "bc|fin")
    for n in range(12):
        partner = a_partner(f"Betwist {n:02}")
        an_answer(partner, "producten", "bc")
        venster = an_answer(partner, "venster", "zeven", product="bc")
        answers.challenge(OPERATOR, venster, "Het is vijf.", NOW - timedelta(days=30 - 2 * n))
    gone = a_partner("Geheim", status=PartnerStatus.DRAFT)
    answers.challenge(OPERATOR, an_answer(gone, "iso", "ja"), "Klopt niet.")
    person = curator(app)
    page = opened(person)
    shown = part(page, "betwistingen")
    assert re.findall(r"Betwist (\d\d): venster nl, ", shown) == [f"{n:02}" for n in range(10)]
    assert shown.index("te laat") < shown.index("nog "), "what is overdue comes first"
    late = shown.count("te laat")
    assert waits(page)["#betwistingen"].endswith(f"12 · {late} te laat")
    assert "rust" not in shown, "of a draft nothing rests: it was never public"
    everything = opened(person, page.link("Toon er nog 2: betwistingen"))
    assert re.findall(r"Betwist (\d\d): venster", everything.text) == [f"{n:02}" for n in range(12)]
    assert "Geheim" not in everything.text


def test_pairs_are_bounded_and_the_most_likely_first(app: Flask, aap: Partner) -> None:
    for n in range(12):
        a_partner(f"Paar {n:02} BV", slug=f"een-{n}", kvk_number="12345678" if n == 11 else "")
        a_partner(f"Paar {n:02}", slug=f"ander-{n}", kvk_number="12345678" if n == 11 else "")
    person = curator(app)
    page = opened(person)
    shown = part(page, "dubbel")
    assert re.findall(r"Paar (\d\d) · Paar", shown)[:2] == ["11", "00"]
    assert "zelfde KvK-nummer, de namen lijken op elkaar" in shown
    assert shown.count(" · Paar") == 10
    everything = opened(person, page.link("Toon er nog 2: misschien dubbele partners"))
    assert everything.text.count(" · Paar") == 12
    assert "Samengevoegd" not in everything.text, "one list at a time"
    overview = opened(person, "/werkbank/dubbel")
    assert overview.text.count(" · Paar") == 10
    assert overview.link("Toon alle 12: misschien dubbele partners") == "/werkbank/dubbel?lijst=misschien"


def test_a_section_goes_on_on_more_pages(app: Flask, aap: Partner) -> None:
    for n in range(51):
        an_answer(a_partner(f"Verloopt {n:02}"), "personen", 7, valid_until=TODAY + timedelta(days=n))
    person = curator(app)
    first = opened(person, f"{BENCH}?alles=verloopt")
    assert "Verloopt 49" in first.text
    assert "Verloopt 50" not in first.text
    assert "Pagina 1 van 2" in first.text
    second = opened(person, first.link("Volgende").partition("#")[0])
    assert "Verloopt 50" in second.text
    assert "Verloopt 49" not in second.text
    for odd in ("0", "-1", "x", "99999999999999999999"):
        assert person.get(f"{BENCH}?alles=verloopt&pagina={odd}").status_code == 200
    assert "Verloopt 50" in person.get(f"{BENCH}?alles=verloopt&pagina=9").text, "past the end is the last"


def test_an_administrator_reads_who_decides_once(app: Flask, aap: Partner) -> None:
    answers.challenge(OPERATOR, an_answer(aap, "iso", "ja"), "Klopt niet.")
    stated(app, a_signer(aap), "aap", personen__waarde="12")
    admin, both = an_admin(), a_curator()
    db.session.add(RoleGrant(account_id=both.account_id, role=Role.ADMIN, granted_by="tests"))
    speaks = a_curator()
    db.session.add(
        Representation(account_id=speaks.account_id, partner_id=aap.id, role="editor", same_domain=True, granted_at=NOW)
    )
    db.session.commit()
    page = opened(Person(app, admin))
    assert "U bent beheerder. U ziet wat er wacht; curatoren beslissen erover." in page.text
    assert "Wat op u wacht" not in page.text
    assert "voor een collega" not in page.text
    claimed = a_member()
    db.session.commit()
    with unit_of_work():
        representing.ask(claimed, partner_of("aap"), PartnerRole.EDITOR, "verkoop")
    page = opened(Person(app, admin))
    assert "Aap" in part(page, "verzoeken")
    assert not any("/vertegenwoordiging/" in href for href in page.links().values()), "which is closed to them"
    assert "niet door u" not in opened(Person(app, admin), "/werkbank/antwoorden").text
    account = accounts.by_id(both.account_id or 0)
    assert account is not None
    page = opened(Person(app, accounts.actor(account)))
    assert "voor een collega" not in page.text, "who is both decides as a curator"
    assert "Kijk het oudste na" in page.text
    account = accounts.by_id(speaks.account_id or 0)
    assert account is not None
    page = opened(Person(app, accounts.actor(account)))
    assert "U spreekt voor een partner, en beslist daarom over geen enkele partner." in page.text
    assert "voor een collega" not in page.text


def test_of_who_left_nothing_waits_to_be_checked(app: Flask, aap: Partner) -> None:
    stated(app, a_signer(aap), "aap", personen__waarde="12")
    person = curator(app)
    assert waits(opened(person))["#antwoorden"].endswith("1")
    with unit_of_work():
        leaving.announce(a_curator(), partner_of("aap"), LeavingKind.STOPPED, "Het bedrijf is er niet meer.", TODAY)
    assert waits(opened(person))["#antwoorden"].endswith("0")
    assert "Aap" not in opened(person, "/werkbank/antwoorden").text


def partner_of(slug: str) -> Partner:
    found = partners.by_slug(slug)
    assert found is not None
    return found


def test_who_may_not_read_a_request_reads_no_address(app: Flask, aap: Partner) -> None:
    """As `/spelregels` says: addresses of who wants to speak for a partner are for curators."""
    asks = a_member()
    representing.ask(asks, aap, PartnerRole.EDITOR, "consultant")
    db.session.commit()
    assert asks.email in Person(app, a_curator()).get(BENCH).text
    shown = Person(app, an_admin()).get(BENCH).text
    assert "ander domein" in shown
    assert asks.email not in shown
