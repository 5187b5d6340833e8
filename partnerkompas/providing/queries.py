"""Questions about what is being filled in for a partner; read only."""

from collections.abc import Mapping, Sequence
from hashlib import sha256

from sqlalchemy import Select, select

from partnerkompas.answers import queries as answers
from partnerkompas.answers.models import Answer, Draft, Review, Signature, Source
from partnerkompas.answers.saying import own_of
from partnerkompas.criteria import queries as criteria
from partnerkompas.criteria.questions import Edition
from partnerkompas.infra import clock
from partnerkompas.infra.db import db
from partnerkompas.partners.models import Partner
from partnerkompas.providing.contents import Asked, Place, places


def drafts_of(partner_id: int) -> dict[Place, Draft]:
    """What is filled in and not signed yet, by place."""
    rows = db.session.scalars(select(Draft).where(Draft.partner_id == partner_id).order_by(Draft.id))
    return {(row.criterion, row.product): row for row in rows}


def asked_of(partner: Partner, edition: Edition | None = None) -> dict[Place, Asked]:
    """Every place of a profile with its public answer and its draft, by the criteria in force."""
    edition = edition or criteria.current_edition()
    ((_id, facts),) = answers.facts_by_partner(edition, clock.today(), [partner.id])
    newest = db.session.scalars(answers.newest().where(Answer.partner_id == partner.id))
    by_place = {(row.criterion, row.product): row for row in newest}
    return places(edition, facts, by_place, drafts_of(partner.id), _stated(partner.id, by_place), criteria.edition_of)


def _stated(partner_id: int, newest: Mapping[Place, Answer]) -> dict[Place, Answer]:
    """What the partner itself said at places where others prove the same since."""
    proved = [place for place, answer in newest.items() if answer.source != Source.PARTNER]
    every = answers.history(partner_id) if proved else {}
    said = {place: own_of(every[place], criteria.asked(place[0])) for place in proved if len(every[place]) > 1}
    return {place: answer for place, answer in said.items() if answer is not None}


def digest(asked: Sequence[Asked], release: str) -> str:
    """What was on the check page; signing says which, so that nobody signs what they did not read.

    The release of the criteria is among it: another may ask something else by the same name.
    """
    told = "\n".join([release, *(f"{each.place}{each.version}" for each in asked if each.draft is not None)])
    return sha256(told.encode()).hexdigest()[:24]


def signatures(partner_id: int) -> Sequence[Signature]:
    """The releases of a profile, the newest first."""
    return db.session.scalars(
        select(Signature).where(Signature.partner_id == partner_id).order_by(Signature.id.desc())
    ).all()


def questions_of_curators(partner_id: int) -> dict[int, Review]:
    """What curators ask about answers that still stand, by answer; the newest of each."""
    rows = db.session.scalars(
        select(Review)
        .where(
            Review.partner_id == partner_id, Review.outcome == "questioned", Review.answer_id.in_(_standing(partner_id))
        )
        .order_by(Review.id)
    )
    return {row.answer_id: row for row in rows}


def _standing(partner_id: int) -> Select[int]:
    return answers.newest().with_only_columns(Answer.id).where(Answer.partner_id == partner_id)
