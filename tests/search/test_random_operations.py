"""After thousands of random changes what was brought up to date step by step equals what is made anew (REL-06)."""

import os
import random
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from flask import Flask

from partnerkompas.answers import actions as answers
from partnerkompas.answers.challenges import Challenge
from partnerkompas.answers.models import Answer, State
from partnerkompas.infra import clock
from partnerkompas.infra.db import db
from partnerkompas.infra.request_cycle import unit_of_work
from partnerkompas.partners import actions as partners
from partnerkompas.partners import queries
from partnerkompas.partners.actions import PlainOffice
from partnerkompas.partners.models import Partner, PartnerStatus
from partnerkompas.permissions.vocabulary import OPERATOR
from partnerkompas.search import sync
from partnerkompas.search.asking import ask
from partnerkompas.search.choosing import facet_keys
from tests.factories import NOW, a_partner, an_answer, the_criteria
from tests.search.made_up import DAY, PRODUCTS, WIDE, a_firm, a_value, store
from tests.search.test_page_numbers import random_requests

ELSEWHERE = bool(os.environ.get("PARTNERKOMPAS_DATABASE_URL"))
OPERATIONS, QUERIES = (1000 if ELSEWHERE else 5000), 500
"""Index and snapshot are the same on every database; on another one only the reading of changes differs."""

AT_ONCE = 25
"""Operations in one transaction at most; most have one."""


def an_operation(chance: random.Random) -> None:
    """One change of one partner, by the actions that every change goes through."""
    id_ = chance.choice(db.session.scalars(db.select(Partner.id).order_by(Partner.id)).all())
    partner = queries.with_ids([id_], OPERATOR)[id_]
    what = chance.random()
    if what < 0.70:
        say_something(chance, partner)
    elif what < 0.78:
        change(
            partner, name=f"{partner.name.split(' ~')[0]} ~{chance.choice(['Noord', 'Navision', 'Øst', ''])}".strip()
        )
    elif what < 0.84:
        change(partner, offices=(PlainOffice(chance.choice(["Assen", "Utrecht", "Zwolle"])),))
    elif what < 0.92:
        listed = chance.choice([PartnerStatus.LISTED] * 3 + [PartnerStatus.DELISTED, PartnerStatus.DRAFT])
        change(partner, status=listed)
    elif what < 0.96:
        dispute(chance, partner)
    else:
        a_partner(
            f"Nieuw {chance.randrange(10**9)}", listed_on=clock.today() + timedelta(days=chance.choice([0, 0, 1]))
        )


def say_something(chance: random.Random, partner: Partner) -> None:
    """Any answer to any question, sometimes nothing, sometimes good until a day that is about to pass."""
    asked = chance.choice(WIDE.questions)
    product = chance.choice(PRODUCTS) if asked.per_product else ""
    until = clock.today() + timedelta(days=chance.randint(-1, 9)) if chance.random() < 0.5 else None
    if chance.random() < 0.2:
        state = chance.choice([State.NOT_STATED, State.NOT_APPLICABLE])
        an_answer(partner, asked.key, None, product, state=state)
        return
    codes = [option.code for option in asked.options.options] if asked.options else []
    value = a_value(chance, asked.kind, codes)
    if asked.maximum is not None and isinstance(value, int):
        value = min(value, int(asked.maximum))
    an_answer(partner, asked.key, value, product, valid_until=until)


def change(partner: Partner, **values: Any) -> None:
    partners.save(OPERATOR, replace(partners.plain(partner), **values))


def dispute(chance: random.Random, partner: Partner) -> None:
    """Open a challenge of one of its answers, or decide one that is open."""
    open_ones = db.session.scalars(
        db.select(Challenge)
        .where(Challenge.partner_id == partner.id, Challenge.decided_at.is_(None))
        .order_by(Challenge.id)
    ).all()
    if open_ones:
        chance.choice(open_ones).decided_at = clock.now()
        return
    said = db.session.scalars(db.select(Answer).where(Answer.partner_id == partner.id).order_by(Answer.id)).all()
    if said:
        answers.challenge(OPERATOR, chance.choice(said), "klopt niet")


def told() -> list[object]:
    """Everything a visitor is told for many requests: who, how many, under which value, in which order."""
    found: list[object] = []
    for request in random_requests(QUERIES, seed=7):
        asked = ask(request.to_query(), picks=True)
        facets = [
            (
                key,
                {code: n for code, n in asked.matches.value_counts(key).items() if n},
                asked.matches.state_counts(key),
            )
            for _question, key in facet_keys(asked.snapshot.edition, asked.request)
        ]
        order = [asked.snapshot.firms[p].slug for p in asked.snapshot.sorted(asked.matches.all, request.sort)]
        found.append((asked.matches.total, order, facets))
    return found


@pytest.mark.usefixtures("clock_held")
def test_step_by_step_equals_made_anew(app: Flask) -> None:
    chance = random.Random(20261125)
    with unit_of_work():
        the_criteria(WIDE)
        store([a_firm(chance, n) for n in range(40)])
    done, moment, anew = 0, NOW, 0
    while done < OPERATIONS:
        at_once = chance.choice([1, 1, 1, AT_ONCE])
        with clock.fixed_at(moment), unit_of_work():
            for _n in range(at_once):
                an_operation(chance)
        done += at_once
        if chance.random() < 0.02:
            moment += timedelta(days=1)
        if done // (OPERATIONS // 5) > anew:
            anew += 1
            with clock.fixed_at(moment):
                assert sync.differences() == []
                step_by_step = told()
                sync.rebuild()
                assert told() == step_by_step
    days = 0 if ELSEWHERE else 5
    assert moment > NOW + timedelta(days=days), "answers expired and partners were listed by themselves"
    assert clock.today() == DAY
