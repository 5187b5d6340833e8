"""A merge does not replace what a partner says itself by what somebody else filled in, unheard (R31)."""

from datetime import date, timedelta
from typing import Any

import pytest
from flask import Flask

from partnerkompas.answers.challenges import Challenge
from partnerkompas.answers.models import Answer, Source, State
from partnerkompas.challenging import actions as challenging
from partnerkompas.criteria import queries as criteria
from partnerkompas.curating import merging
from partnerkompas.curating.merge_plan import plan
from partnerkompas.infra import clock
from partnerkompas.infra.db import db
from partnerkompas.infra.refusal import NotAcceptable
from partnerkompas.infra.request_cycle import unit_of_work
from partnerkompas.partners import queries
from partnerkompas.partners.models import Partner
from partnerkompas.reviewing.actions import Seen
from tests.factories import NOW, a_curator, a_member, a_partner, an_answer, the_criteria
from tests.signed_in import Person

CHECK = "/werkbank/samenvoegen?een=aap&ander=noot&blijft=aap"
WHY = "Op de pagina staat iets anders."


@pytest.fixture(autouse=True)
def both(app: Flask) -> None:
    """Noot says itself that it is with 400."""
    the_criteria()
    a_partner("Aap")
    an_answer(a_partner("Noot"), "personen", 400)
    db.session.commit()


def stored(slug: str) -> Partner:
    db.session.rollback()
    found = queries.by_slug(slug)
    assert found is not None
    return found


def says(slug: str, value: Any, **more: Any) -> Answer:
    with unit_of_work():
        return an_answer(stored(slug), "personen", value, **more)


def entered(value: Any) -> Answer:
    """What a curator filled in at the partner that is to stay."""
    return says("aap", value, source="public_page", level=2, checked_by_role="curator")


def merges() -> bool:
    """Whether the action does it."""
    actor = a_curator()
    db.session.commit()
    one, other = stored("aap"), stored("noot")
    planned = plan(one, other)
    try:
        merging.merge(actor, one, other, list(planned.answers), planned.digest)
    except NotAcceptable as wrong:
        return "personen nl" not in str(wrong)
    return True


def test_it_is_refused_and_named_until_they_agree(app: Flask) -> None:
    entered(4)
    told = Person(app, a_curator()).get(CHECK).text
    assert "Noot zegt zelf iets anders dan wat een ander bij Aap invulde: personen nl." in told
    assert not merges()
    entered(400)
    assert merges()


def test_also_when_a_curator_has_checked_what_the_partner_says() -> None:
    entered(4)
    says("noot", 400, level=2, checked_by_role="curator")
    assert not merges()


def test_what_the_one_that_stays_says_itself_stays() -> None:
    says("aap", 4)
    assert merges()


def test_what_holds_no_longer_or_nobody_says_itself_hinders_nothing() -> None:
    entered(4)
    says("noot", 401, valid_until=NOW.date() - timedelta(days=1))
    assert merges()


def test_what_somebody_else_filled_in_at_both_hinders_nothing() -> None:
    entered(4)
    says("noot", 5, source="public_page")
    assert merges()


@pytest.mark.parametrize("how", ["upheld", "corrected", "withdrawn", "changed since"])
def test_what_was_decided_after_a_dispute_stays(how: str) -> None:
    said, opener, other = entered(4), a_member(), a_curator()
    db.session.commit()
    with unit_of_work():
        made = challenging.open_challenge(opener, said, WHY)
    number = made.id
    assert not merges()
    db.session.rollback()
    with clock.fixed_at(NOW + timedelta(days=20)), unit_of_work():
        made = db.session.get_one(Challenge, number)
        if how == "withdrawn":
            challenging.withdraw(opener, made)
        elif how == "corrected":
            question = criteria.current_edition().by_key["personen"]
            seen = Seen(
                *(question, "", State.STATED, 6, Source.PUBLIC_PAGE, "https://a.example", "Gezien.", date(2026, 12, 1))
            )
            challenging.correct(other, made, WHY, seen, made.answer_id)
        else:
            challenging.uphold(other, made, WHY, made.answer_id)
    with clock.fixed_at(NOW + timedelta(days=21)):
        if how == "changed since":
            entered(7)
        assert merges() == (how in ("upheld", "corrected"))
