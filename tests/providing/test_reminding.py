"""Who speaks for a partner is reminded 60, 30 and 7 days before a fact expires, once each (row L2)."""

from dataclasses import replace
from datetime import date, timedelta

import pytest
from flask import Flask

from partnerkompas.infra import clock
from partnerkompas.infra.db import db
from partnerkompas.infra.request_cycle import unit_of_work
from partnerkompas.partners.models import Partner
from partnerkompas.permissions.vocabulary import Actor
from partnerkompas.providing import reminding
from tests.edition import SMALL
from tests.factories import NOW, a_partner, a_representative, an_answer, the_criteria
from tests.signed_in import mails_to

TODAY = date(2026, 11, 22)


@pytest.fixture
def aap(app: Flask) -> Partner:
    the_criteria()
    return a_partner("Aap")


@pytest.fixture
def somebody(aap: Partner) -> Actor:
    actor = a_representative(aap)
    db.session.commit()
    return actor


def reminded(days_on: int = 0) -> int:
    with clock.fixed_at(NOW + timedelta(days=days_on)), unit_of_work():
        return reminding.remind()


def test_at_sixty_thirty_and_seven_days_once_each(aap: Partner, somebody: Actor) -> None:
    an_answer(aap, "iso", "ja", valid_until=TODAY + timedelta(days=61))
    db.session.commit()
    told = {day: reminded(day) for day in range(62)}
    assert [day for day, n in told.items() if n] == [1, 31, 54]
    mails = mails_to(somebody.email)
    assert len(mails) == 3
    assert "1 feit van Aap verloopt bijna" in mails[0].subject
    assert "- iso nl" in mails[0].body
    assert "/partners/aap/gegevens" in mails[0].body
    assert "geen mail meer" in mails[0].body


def test_a_week_is_told_of_together(aap: Partner, somebody: Actor) -> None:
    for criterion, value, day in (("iso", "ja", 14), ("personen", 3, 15), ("medewerkers", "b1", 30)):
        an_answer(aap, criterion, value, valid_until=date(2026, 12, day))
    db.session.commit()
    assert reminded() == 2
    subjects = [mail.subject for mail in mails_to(somebody.email)]
    assert any("2 feiten van Aap verlopen bijna" in each for each in subjects)


def test_what_expires_later_in_a_week_is_told_of_with_its_first_day(aap: Partner, somebody: Actor) -> None:
    """A Monday and a Friday, looked at every day: each of the three messages names both."""
    monday = TODAY + timedelta(days=70 - TODAY.weekday())
    an_answer(aap, "iso", "ja", valid_until=monday)
    an_answer(aap, "personen", 3, valid_until=monday + timedelta(days=4))
    db.session.commit()
    assert sum(reminded(day) for day in range(80)) == 3
    for mail in mails_to(somebody.email):
        assert "- iso nl" in mail.body
        assert "- personen nl" in mail.body


def test_what_is_no_longer_asked_is_not_told(aap: Partner, somebody: Actor) -> None:
    an_answer(aap, "iso", "ja", valid_until=TODAY + timedelta(days=5))
    an_answer(aap, "personen", 3, valid_until=TODAY + timedelta(days=25))
    the_criteria(replace(SMALL, questions=tuple(each for each in SMALL.questions if each.key != "iso")))
    db.session.commit()
    assert reminded() == 1
    (mail,) = mails_to(somebody.email)
    assert "1 feit van Aap verloopt bijna" in mail.subject
    assert "- personen nl" in mail.body


def test_who_was_away_is_told_once(aap: Partner, somebody: Actor) -> None:
    an_answer(aap, "iso", "ja", valid_until=TODAY + timedelta(days=90))
    db.session.commit()
    assert [reminded(day) for day in (85, 86, 95)] == [1, 0, 0]


def test_what_was_confirmed_or_is_silence_or_of_nobody_is_not_told(aap: Partner, somebody: Actor) -> None:
    an_answer(aap, "iso", "ja", valid_until=TODAY + timedelta(days=5))
    an_answer(aap, "iso", "ja", valid_until=TODAY + timedelta(days=365), stated_on=TODAY)
    an_answer(a_partner("Noot"), "iso", "ja", valid_until=TODAY + timedelta(days=5))
    db.session.commit()
    assert reminded() == 0
