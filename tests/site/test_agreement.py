"""The rules between the user group and partners: on a page, and a change is told in time (R28)."""

from datetime import timedelta
from itertools import pairwise

import pytest
from flask import Flask

from partnerkompas.criteria.questions import Text
from partnerkompas.infra import clock
from partnerkompas.infra.db import db
from partnerkompas.infra.request_cycle import unit_of_work
from partnerkompas.site.agreement import CHANGES, NOTICE, Change, tell_of_changes
from tests.browser import Browser
from tests.factories import NOW, a_member, a_partner, a_representative
from tests.signed_in import mails_to

TODAY = NOW.date()
NEW = Change(2, TODAY, TODAY + NOTICE, Text("Bewijs is verplicht.", "Proof is required."))


def told(days_on: int = 0) -> int:
    with clock.fixed_at(NOW + timedelta(days=days_on)), unit_of_work():
        return tell_of_changes((*CHANGES, NEW))


def test_no_change_holds_sooner_than_fifteen_days_after_it_was_told() -> None:
    with pytest.raises(ValueError, match="fifteen days"):
        Change(2, TODAY, TODAY + timedelta(days=14), NEW.what)
    assert [each.number for each in CHANGES] == list(range(1, len(CHANGES) + 1))
    assert all(later.holds_since - later.told_on >= timedelta(days=15) for later in CHANGES[1:])
    assert all(earlier.holds_since <= later.holds_since for earlier, later in pairwise(CHANGES))


def test_who_speaks_for_a_partner_is_told_once_by_mail(app: Flask) -> None:
    speaks, member = a_representative(a_partner("Aap")), a_member()
    db.session.commit()
    assert [told(day) for day in (-1, 0, 1, 14)] == [0, 1, 0, 0]
    (mail,) = mails_to(speaks.email)
    assert "De spelregels veranderen op 7 december 2026" in mail.subject
    assert "Bewijs is verplicht." in mail.body
    assert "/spelregels" in mail.body
    assert "geen mail meer" not in mail.body, "it is legally needed"
    assert mails_to(member.email) == []


def test_who_comes_before_the_day_is_told_and_after_it_nobody(app: Flask) -> None:
    a_representative(a_partner("Aap"))
    db.session.commit()
    assert told() == 1
    a_representative(a_partner("Noot"))
    db.session.commit()
    assert [told(3), told(20)] == [1, 0]


def test_the_page_says_since_when_and_how_to_object(app: Flask, browser: Browser) -> None:
    page = browser.get("/spelregels").text
    assert "Versie 1, geldt vanaf 29 november 2026." in page
    assert "uw gebruikersgroep" in page
    app.extensions["settings"].contact = "groep@voorbeeld.example"
    for address in ("/spelregels", "/over", "/en/spelregels"):
        assert browser.get(address).link("groep@voorbeeld.example") == "mailto:groep@voorbeeld.example"
    with clock.fixed_at(NOW + timedelta(days=30)):
        assert "Versie 1, geldt sinds 29 november 2026." in browser.get("/spelregels").text


def test_who_reads_the_log_is_on_the_page(app: Flask, browser: Browser) -> None:
    told = browser.get("/spelregels").text
    assert "curatoren en beheerders, in het logboek; de partner ziet de reden, niet de naam" in told
    assert "Van een concept staat erin bij welke vraag het hoort, niet wat u invulde" in told
