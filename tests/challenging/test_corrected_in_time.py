"""What the partner itself corrected is decided about within five working days (R33)."""

from datetime import date, timedelta
from random import Random
from typing import Any

import pytest
from alembic.script import ScriptDirectory
from flask import Flask

from partnerkompas.answers import actions as answers
from partnerkompas.answers.challenges import Challenge
from partnerkompas.answers.models import Answer
from partnerkompas.answers.queries import facts_by_partner
from partnerkompas.challenging import queries
from partnerkompas.criteria import queries as criteria
from partnerkompas.infra import clock, migrate
from partnerkompas.infra.db import db
from partnerkompas.infra.request_cycle import unit_of_work
from partnerkompas.partners.models import Delisting, Partner, PartnerStatus
from partnerkompas.permissions.vocabulary import OPERATOR
from partnerkompas.reviewing import actions as reviewing
from tests.factories import NOW, a_curator, a_member, a_partner, an_answer, the_criteria
from tests.signed_in import Person

USUAL = date(2026, 12, 11)
"""Fifteen working days after Sunday 22 November."""


@pytest.fixture
def page(app: Flask) -> str:
    """Of a challenge of 400 people."""
    the_criteria()
    answer = an_answer(a_partner("Aap"), "personen", 400)
    db.session.commit()
    return str(Person(app, a_member()).send(f"/feit/{answer.id}/betwist", tekst="Op de site staan er 40.").location)


def the_challenge() -> Challenge:
    db.session.rollback()
    return db.session.scalars(db.select(Challenge)).one()


def says(value: Any, days: int, **more: Any) -> Answer:
    with clock.fixed_at(NOW + timedelta(days=days)), unit_of_work():
        return an_answer(db.session.scalars(db.select(Partner)).one(), "personen", value, **more)


def test_the_term_is_shorter_and_shows_in_public_once_it_is_over(app: Flask, page: str) -> None:
    assert queries.due_on(the_challenge()) == USUAL
    says(40, 1)
    assert queries.due_on(the_challenge()) == date(2026, 11, 30), "five working days after Monday the 23rd"
    told = Person(app).get("/api/v1/partners/aap").json["answers"]  # type: ignore[index]
    assert [each["dispute_due_on"] for each in told if each["dispute"]] == ["2026-11-30"], "the same everywhere"
    curator = a_curator()
    db.session.commit()
    for days, late in ((8, False), (9, True)):
        with clock.fixed_at(NOW + timedelta(days=days)):
            shown = Person(app).get(page).text
            assert "binnen vijf werkdagen" in shown
            assert ("Termijn overschreden" in shown) is late
            assert ("Termijn overschreden" in Person(app).get("/betwistingen").text) is late
            bench = Person(app, curator).get("/werkbank").text.split('id="betwistingen"')[1]
            assert ("te laat: 30 november 2026" in bench) is late
            assert queries.how_many_open().late == int(late), "the count knows the shorter term too"
    decided = Person(app, curator).send(
        page, f"{page}/besluit", besluit="overnemen", tekst="De partner noemt nu zelf 40."
    )
    assert decided.status_code == 303
    assert "40 personen" in Person(app).get("/correcties").text
    assert "binnen vijf werkdagen" not in Person(app).get(page).text


def test_it_counts_from_the_first_time_and_is_over_when_the_partner_says_the_same_again(page: str) -> None:
    says(40, 1)
    says(41, 2)
    assert queries.due_on(the_challenge()) == date(2026, 11, 30)
    says(400, 3)
    assert (the_challenge().corrected_at, queries.due_on(the_challenge())) == (None, USUAL)
    says(40, 4)
    assert queries.due_on(the_challenge()) == date(2026, 12, 3)


def test_checking_a_correction_does_not_begin_it_anew(page: str) -> None:
    signer = a_member()
    db.session.commit()
    corrected = says(40, 1, provided_by=signer.account_id)
    with clock.fixed_at(NOW + timedelta(days=4)), unit_of_work():
        reviewing.check(a_curator(), db.session.get_one(Answer, corrected.id), 2, "Gezien.")
    assert queries.due_on(the_challenge()) == date(2026, 11, 30)


def test_a_late_correction_does_not_put_it_off(page: str) -> None:
    says(40, 18)
    assert queries.due_on(the_challenge()) == USUAL


def test_the_same_again_and_what_a_curator_says_are_no_correction(page: str) -> None:
    says(400, 1, note="nog steeds")
    says(40, 2, source="public_page")
    says(41, 3, level=2, checked_by_role="curator")
    assert the_challenge().corrected_at is None


def test_taking_the_answer_away_is_one(page: str) -> None:
    says(None, 1, level=0)
    assert queries.due_on(the_challenge()) == date(2026, 11, 30)


def test_one_rule_in_python_and_in_sql(app: Flask, page: str) -> None:
    """What is late of one challenge, and how many are late, for any order of opening, correcting and coming back."""
    days, challenge = Random(1), the_challenge()
    aap = challenge.partner_id
    with unit_of_work():
        db.session.add(Delisting(partner_id=aap, kind="other", reasons="", due_on=date(2026, 11, 1), announced_at=NOW))
    for _turn in range(60):
        opened, corrected, back = (NOW + timedelta(days=days.randint(0, 40), hours=days.randint(0, 23)) for _n in "123")
        with unit_of_work():
            left = db.session.scalars(db.select(Delisting)).one()
            left.done_at, left.ended_at = NOW, back
            one = db.session.get_one(Challenge, challenge.id)
            one.opened_at, one.corrected_at = opened, corrected if days.random() < 0.6 else None
        with clock.fixed_at(NOW + timedelta(days=days.randint(0, 70))):
            late = queries.is_overdue(the_challenge())
            assert queries.how_many_open().late == int(late), (opened, corrected, back, clock.now())
            ((_id, facts),) = facts_by_partner(criteria.current_edition(), clock.today(), [aap])
            assert facts["personen", ""].decided_by == queries.due_on(the_challenge())


def test_back_in_the_directory_the_term_of_a_correction_begins_anew(app: Flask, page: str) -> None:
    says(40, 1)
    with clock.fixed_at(NOW + timedelta(days=2)), unit_of_work():
        gone = db.session.scalars(db.select(Partner)).one()
        made = Delisting(partner_id=gone.id, kind="other", reasons="", due_on=clock.today(), done_at=clock.now())
        gone.status = PartnerStatus.DELISTED
        db.session.add(made)
    with clock.fixed_at(NOW + timedelta(days=60)):
        with unit_of_work():
            db.session.scalars(db.select(Delisting)).one().ended_at = clock.now()
            db.session.scalars(db.select(Partner)).one().status = PartnerStatus.LISTED
        assert queries.due_on(the_challenge()) == date(2027, 1, 28), "five working days after Thursday 21 January"
        assert "Termijn overschreden" not in Person(app).get(page).text
        assert queries.how_many_open().late == 0


def test_what_was_open_before_it_was_kept_is_worked_out(app: Flask, page: str) -> None:
    says(40, 1)
    says(41, 2)
    kept = the_challenge().corrected_at
    with unit_of_work():
        the_challenge().corrected_at = None
    migration = ScriptDirectory(str(migrate.FOLDER)).get_revision("0009")
    assert migration is not None
    with db.engine.begin() as connection:
        migration.module.work_out(connection)
    assert the_challenge().corrected_at == kept == NOW + timedelta(days=1)


def test_of_two_disputes_about_one_answer_each_knows_it(page: str) -> None:
    """An import may tell of several, each with a reason of its own."""
    with unit_of_work():
        disputed = db.session.get_one(Answer, the_challenge().answer_id)
        answers.challenge(OPERATOR, disputed, "In het register staan er 41.")
    says(40, 1)
    db.session.rollback()
    kept = set(db.session.scalars(db.select(Challenge.corrected_at)))
    assert kept == {NOW + timedelta(days=1)}
