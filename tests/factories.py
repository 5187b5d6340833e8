"""Partners, answers and actors for tests, made by the same actions as everywhere."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, date, datetime
from itertools import count
from typing import Any

from flask import Flask, g
from flask import session as flask_session
from flask.testing import FlaskClient

from partnerkompas.accounts import queries as accounts
from partnerkompas.accounts import session
from partnerkompas.accounts.models import Account, Interest, Representation, RoleGrant
from partnerkompas.answers import actions as answers
from partnerkompas.answers.actions import NewAnswer
from partnerkompas.answers.models import Answer, State
from partnerkompas.criteria import actions as criteria
from partnerkompas.criteria import queries
from partnerkompas.criteria.kinds import kind_of
from partnerkompas.criteria.questions import Edition
from partnerkompas.infra.db import db
from partnerkompas.infra.request_cycle import unit_of_work
from partnerkompas.partners import actions as partners
from partnerkompas.partners.actions import PlainOffice, PlainPartner
from partnerkompas.partners.models import Partner, slug_for
from partnerkompas.permissions.vocabulary import OPERATOR, VISITOR, Actor, PartnerRole, Role
from partnerkompas.saved import actions as saved_searches
from partnerkompas.saved.changes import ids_at
from partnerkompas.saved.models import SavedSearch
from partnerkompas.saved.showing import asked_of, query_of
from tests.edition import SMALL

NOW = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)
_numbers = count(1)


def the_criteria(edition: Edition = SMALL) -> Edition:
    """Release an edition and return it as it is read back."""
    criteria.adopt(OPERATOR, edition)
    return queries.current_edition()


def a_partner(name: str = "", **values: Any) -> Partner:
    """A listed partner; `values` are fields of PlainPartner."""
    name = name or f"Partner {next(_numbers)}"
    offices = values.pop("offices", (PlainOffice("Utrecht", "NL-UT"),))
    given = PlainPartner(
        **{"slug": slug_for(name), "name": name, "offices": offices, "listed_on": date(2020, 1, 1), **values}
    )
    partner, _outcome = partners.save(OPERATOR, given)
    return partner


def an_answer(partner: Partner, criterion: str, value: Any = None, product: str = "", **values: Any) -> Answer:
    """Record an answer as a file would give it: `value` is parsed by the kind; its state follows from it."""
    question = queries.current_edition().by_key[criterion]
    kind = kind_of(question)
    parsed = None if value is None else kind.parse(question, value)
    state = values.pop("state", None) or (
        State.NOT_STATED if parsed is None else State.NO if kind.says_no(question, parsed) else State.STATED
    )
    plain = {
        "source": "partner",
        "level": 0 if state == State.NOT_STATED else 1,
        "release": queries.current_release_number(),
        "stated_on": date(2026, 1, 15),
    }
    answers.record(
        OPERATOR,
        [partner],
        [
            NewAnswer(
                partner_id=partner.id,
                criterion=criterion,
                product=product,
                state=state,
                value=parsed,
                **{**plain, **values},
            )
        ],
    )
    found = db.session.scalars(
        db.select(Answer)
        .where(Answer.partner_id == partner.id, Answer.criterion == criterion, Answer.product == product)
        .order_by(Answer.id.desc())
    ).first()
    assert found is not None
    return found


def a_saved_search(actor: Actor, request: str = "", name: str = "Onze zoekopdracht") -> SavedSearch:
    """A search that somebody keeps, with whom it finds at this moment; needs a request or one of a test."""
    asked = asked_of(request)
    found = ids_at(asked.snapshot, asked.matches.all)
    return saved_searches.save(actor, name, query_of(asked.request), found)


def a_visitor() -> Actor:
    return VISITOR


def a_member() -> Actor:
    """Somebody with an account and nothing else."""
    return _with_account()


def a_representative(partner: Partner, role: PartnerRole = PartnerRole.EDITOR) -> Actor:
    return _with_account(represents=frozenset({partner.id}), partner_role=role)


def with_interest(actor: Actor, partner: Partner) -> Actor:
    """The same, who declared an interest in a partner."""
    db.session.add(Interest(account_id=actor.account_id, partner_id=partner.id, kind="client"))
    db.session.flush()
    return replace(actor, interests=actor.interests | {partner.id})


def a_curator() -> Actor:
    return _with_account(Role.CURATOR)


def an_admin() -> Actor:
    return _with_account(Role.ADMIN)


def _with_account(
    *roles: Role, represents: frozenset[int] = frozenset(), partner_role: PartnerRole = PartnerRole.EDITOR
) -> Actor:
    grants = [RoleGrant(role=role, granted_by="tests") for role in roles]
    account = Account(email=f"persoon{next(_numbers)}@voorbeeld.example", password_hash="x", grants=grants)
    db.session.add(account)
    db.session.flush()
    for partner_id in represents:
        db.session.add(
            Representation(
                account_id=account.id,
                partner_id=partner_id,
                role=partner_role,
                same_domain=True,
                granted_at=NOW,
            )
        )
    db.session.flush()
    return accounts.actor(account)


def everyone(partner: Partner) -> Sequence[Actor]:
    """One actor of each sort."""
    return [a_visitor(), a_member(), a_representative(partner), a_curator(), an_admin()]


def client_of(app: Flask, actor: Actor) -> FlaskClient:
    """A client with the session of an actor, as signing in would start it; none for a visitor."""
    client = app.test_client()
    if actor.account_id is not None:
        db.session.commit()
        g.__dict__.clear()  # who made a request before this one is nobody now
        with app.test_request_context(), unit_of_work():
            account = db.session.get_one(Account, actor.account_id)
            session.begin(account, second_step=True)
            answer = app.make_response("")
            app.session_interface.save_session(app, flask_session, answer)
        name, _equals, value = answer.headers["Set-Cookie"].partition(";")[0].partition("=")
        client.set_cookie(name, value)
    return client
