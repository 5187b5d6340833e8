"""Partners, answers and criteria to files: what was imported comes back out, import(export(x)) == x."""

import json
from collections.abc import Callable, Iterator
from datetime import date
from typing import Any, BinaryIO

from partnerkompas.answers import queries as answers
from partnerkompas.answers.challenges import Challenge
from partnerkompas.answers.models import Answer, State
from partnerkompas.criteria import queries as criteria
from partnerkompas.criteria.files import whole
from partnerkompas.criteria.kinds import kind_of
from partnerkompas.criteria.questions import Edition, Question
from partnerkompas.exchange import answer_records, partner_records
from partnerkompas.exchange.cells import in_one_cell
from partnerkompas.exchange.writing import WRITERS, Row
from partnerkompas.infra import clock
from partnerkompas.partners import queries as partners
from partnerkompas.partners.actions import PlainOffice, plain
from partnerkompas.partners.models import Partner
from partnerkompas.permissions.policy import require
from partnerkompas.permissions.vocabulary import Actor, Permission

PARTNERS_AT_ONCE = 100

ANSWER_COLUMNS = (*answer_records.COLUMNS[:5], "display", *answer_records.COLUMNS[5:])
CRITERIA_COLUMNS = (
    "release",
    "theme",
    "key",
    "label_nl",
    "label_en",
    "question_nl",
    "question_en",
    "why_nl",
    "why_en",
    "evidence_nl",
    "evidence_en",
    "kind",
    "options",
    "scope",
    "highest_level",
    "valid_months",
    "uses",
)


def export_partners(actor: Actor, form: str, stream: BinaryIO) -> None:
    """Every partner the actor may see, by slug, as csv, json or xlsx. Raises NotAllowed."""
    require(actor, Permission.OPENDATA_READ)
    rows = (_partner_row(each) for each in partners.every_visible_to(actor).values())
    WRITERS[form](partner_records.COLUMNS, rows, stream)


def export_answers(actor: Actor, form: str, stream: BinaryIO) -> None:
    """Every answer, with its history, of the partners the actor may see, as csv, json or xlsx. Raises NotAllowed.

    In the order of partners, questions and products, then oldest first. The state of the newest is the one of today,
    so also expired or disputed (row U2); the level is the one that was recorded. What does not apply keeps that state
    when it expired or is disputed, for it has no value to know it by: its days and its dispute tell.

    A dispute stands at the answer it was opened against, and at the newest when another took its place.
    """
    require(actor, Permission.OPENDATA_READ)
    WRITERS[form](ANSWER_COLUMNS, _answer_rows(actor), stream)


def export_criteria(actor: Actor, form: str, stream: BinaryIO) -> None:
    """The criteria in force: as json all of them with their code lists, as csv or xlsx a row a question."""
    require(actor, Permission.CRITERION_READ)
    edition, number = criteria.current_edition(), criteria.current_release_number()
    if form == "json":
        stream.write(json.dumps(whole(edition, number), ensure_ascii=False, indent=1).encode() + b"\n")
        return
    WRITERS[form](CRITERIA_COLUMNS, (_criterion_row(number, each) for each in edition.questions), stream)


EXPORTS: dict[str, Callable[[Actor, str, BinaryIO], None]] = {
    "criteria": export_criteria,
    "partners": export_partners,
    "answers": export_answers,
}


def _partner_row(partner: Partner) -> Row:
    given = plain(partner)
    values = {name: getattr(given, "group_name" if name == "group" else name) for name in partner_records.COLUMNS}
    values |= {
        "status": given.status.value,
        "listed_on": _iso(given.listed_on),
        "former_names": list(given.former_names),
        "offices": [dict(zip(partner_records.OFFICE_PARTS, _office(each), strict=True)) for each in given.offices],
    }
    offices = (in_one_cell(_office(each), ";").removesuffix(";") for each in given.offices)
    return Row(values, {"former_names": in_one_cell(given.former_names), "offices": "|".join(offices)})


def _office(office: PlainOffice) -> tuple[str, str, str, str]:
    return office.city, office.province, office.role.value, office.source_url


def _answer_rows(actor: Actor) -> Iterator[Row]:
    current, today = criteria.current_edition(), clock.today()
    order = {question.key: place for place, question in enumerate(current.questions)}
    products = current.products.position if current.products else {}
    slugs = {partner_id: partner.slug for partner_id, partner in partners.every_visible_to(actor).items()}
    ids = list(slugs)
    for start in range(0, len(ids), PARTNERS_AT_ONCE):
        some = ids[start : start + PARTNERS_AT_ONCE]
        rows = answers.all_of(some)
        superseded = {row.supersedes_id for row in rows}
        disputes = answers.open_challenges(some)
        at_place = {answers.place_of(row): disputes[row.id] for row in rows if row.id in disputes}
        place = {partner_id: number for number, partner_id in enumerate(some)}
        rows.sort(
            key=lambda row: (
                place[row.partner_id],
                order.get(row.criterion, len(order)),
                row.criterion,
                products.get(row.product, -1),
                row.product,
                row.id,
            )
        )
        for row in rows:
            question = _question(current, row)
            newest = row.id not in superseded
            dispute = disputes.get(row.id) or (at_place.get(answers.place_of(row)) if newest else None)
            yield _answer_row(slugs[row.partner_id], question, row, newest, dispute, today)


def _question(current: Edition, row: Answer) -> Question:
    """The question as it was when it was answered; it may have gone since."""
    return criteria.edition_of(row.release).by_key.get(row.criterion) or current.by_key[row.criterion]


def _answer_row(
    slug: str, question: Question, row: Answer, newest: bool, dispute: Challenge | None, today: date
) -> Row:
    kind, known = kind_of(question), row.value is not None
    values: dict[str, Any] = {
        "partner": slug,
        "criterion": row.criterion,
        "product": row.product,
        "state": _state(row, dispute, today) if newest and known else row.state,
        "value": row.value,
        "display": kind.show(question, row.value, "nl") if known else "",
        "source": row.source,
        "source_url": row.source_url,
        "evidence": row.evidence,
        "note": row.note,
        "level": row.level,
        "stated_on": _iso(row.stated_on),
        "checked_on": _iso(row.checked_on),
        "checked_by_role": row.checked_by_role,
        "valid_until": _iso(row.valid_until),
        "release": row.release,
        "recorded_on": row.recorded_at.astimezone(clock.AMSTERDAM).date().isoformat(),
        "recorded_at": row.recorded_at.isoformat(),
        "disputed_on": dispute.opened_at.astimezone(clock.AMSTERDAM).date().isoformat() if dispute else None,
        "dispute_reason": dispute.reason if dispute else None,
    }
    return Row(values, {"value": kind.to_cell(question, row.value) if known else ""})


def _state(row: Answer, dispute: Challenge | None, today: date) -> str:
    """The state of a newest answer with a value, as `answers.facts` has it; without one the stored state is kept, as
    an empty cell cannot say whether something does not apply or is an empty list.
    """
    if dispute:
        return State.DISPUTED.value
    return State.EXPIRED.value if row.valid_until is not None and row.valid_until < today else row.state


def _criterion_row(number: str, question: Question) -> Row:
    values: dict[str, Any] = {name: getattr(question, name, None) for name in CRITERIA_COLUMNS}
    for name in ("label", "question", "why", "evidence"):
        values |= {f"{name}_nl": getattr(question, name).nl, f"{name}_en": getattr(question, name).en}
    values |= {"release": number, "options": question.options.key if question.options else ""}
    return Row(values | {"uses": "|".join(sorted(question.uses))})


def _iso(on: date | None) -> str | None:
    return on.isoformat() if on else None
