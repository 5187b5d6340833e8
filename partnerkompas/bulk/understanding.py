"""Records of an uploaded file as what a partner wants at each place, and what was not understood. Pure.

Of a record only what a partner may state is read. A bad record never loses the others.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any

from partnerkompas.answers.actions import NewAnswer
from partnerkompas.answers.models import Source, State
from partnerkompas.bulk import template
from partnerkompas.bulk.columns import FILLED, KEPT, SHOWN, STATES, state_meant, state_word
from partnerkompas.criteria.questions import Edition
from partnerkompas.exchange import checks
from partnerkompas.exchange.answer_records import COLUMNS as EXPORTED
from partnerkompas.exchange.answer_records import SHOWN_ONLY, AnswerReader
from partnerkompas.exchange.checks import Refused
from partnerkompas.exchange.records import Record
from partnerkompas.exchange.report import Report
from partnerkompas.infra import clock
from partnerkompas.infra.language import _, language
from partnerkompas.infra.written_days import TwoDays, iso_day
from partnerkompas.partners.actions import Outcome
from partnerkompas.providing.actions import Given
from partnerkompas.providing.contents import EMPTY, Asked, Content, Place
from partnerkompas.providing.reading import LONGEST_EVIDENCE, LONGEST_NOTE

FOR_THE_READER = SHOWN_ONLY | {*SHOWN, "version"}
"""Columns of an export or of our template that help who fills them in, and say nothing."""
NOT_THEIRS = frozenset(EXPORTED) - {*KEPT, *FILLED}
"""Columns of an export that no partner sets: who states it, how well it is proven, and when."""
NO_ANSWERS = (State.EXPIRED, State.DISPUTED)
"""What others or the calendar make of an answer; in a file its value counts."""


@dataclass(slots=True)
class Understood:
    """What stands in a file: what is to be saved, and the report."""

    report: Report = field(default_factory=lambda: Report("", dry_run=True))
    given: dict[Place, Given] = field(default_factory=dict)
    """Only what changes something."""
    overtaken: set[Place] = field(default_factory=set)
    """What somebody changed since the file was fetched."""
    left_empty: int = 0


def understand(records: Iterable[Record], slug: str, asked: Mapping[Place, Asked], edition: Edition) -> Understood:
    """Hold the records of a file against what is asked of a partner."""
    found, reader = Understood(), AnswerReader("", lambda _number: edition)
    first_at: dict[Place, str] = {}
    told: set[str] = set()
    for record in records:
        if record.fault:
            found.report.reject(record.where, "", "", record.fault)
            continue
        _tell_what_is_not_read(found.report, record, told)
        try:
            here, content = _understood(record, slug, asked, edition, reader)
            if here is None:
                found.left_empty += 1
                continue
            if here.place in first_at:
                raise Refused(
                    "criterion", here.question.key, _("dit staat al op %(where)s", where=first_at[here.place])
                )
            version, said = template.fetched(checks.text("version", record.values.get("version")))
            untouched = content == here.content or said == template.digest(content)
            if not untouched:
                _refuse_what_is_over(content.valid_until)
        except Refused as refused:
            found.report.reject(record.where, refused.column, refused.value, refused.reason)
            continue
        first_at[here.place] = record.where
        if untouched:
            found.report.answers.count(Outcome.UNCHANGED)
            continue
        found.report.answers.count(Outcome.CREATED if here.content == EMPTY else Outcome.UPDATED)
        found.given[here.place] = Given(content, version or here.version)
        if version not in ("", here.version):
            found.overtaken.add(here.place)
    return found


def _understood(
    record: Record, slug: str, asked: Mapping[Place, Asked], edition: Edition, reader: AnswerReader
) -> tuple[Asked | None, Content]:
    """Where a record belongs and what it states; no place when nothing is filled in. Raises Refused."""
    values = record.values
    _refuse_other_partners(values.get("partner"), slug)
    if all(_is_empty(values.get(name)) for name in FILLED):
        _version, said = template.fetched(checks.text("version", values.get("version")))
        if said not in ("", template.NOTHING):
            word = state_word(State.NOT_STATED)
            raise Refused(
                "value", "", _("dit is leeggemaakt; om het antwoord weg te halen zet u “%(word)s” bij state", word=word)
            )
        return None, EMPTY
    answer = _answer(reader, values)
    here = _place(answer, asked, edition)
    return here, _content(answer, values, here)


def _tell_what_is_not_read(report: Report, record: Record, told: set[str]) -> None:
    """Say once of each column that is not read why that is so; an empty one needs no words."""
    for name, value in record.values.items():
        if name in told or name in (*KEPT, *FILLED) or name in FOR_THE_READER or _is_empty(value):
            continue
        told.add(name)
        if name in NOT_THEIRS:
            report.notice(_("Kolom “%(name)s” is niet gelezen: dat stelt een partner niet zelf vast.", name=name))
        else:
            report.reject(record.where, name[:60], "", _("deze kolom is onbekend en wordt niet geladen"))


def _refuse_other_partners(raw: Any, slug: str) -> None:
    named = checks.text("partner", raw)
    if named and named != slug:
        raise Refused("partner", named, _("dit is een andere partner; hier gaat het om %(slug)s", slug=slug))


def _is_empty(raw: Any) -> bool:
    """Whether nothing stands in a cell; an empty list says "none of them"."""
    return raw is None or (isinstance(raw, str) and not raw.strip())


def _answer(reader: AnswerReader, values: Mapping[str, Any]) -> NewAnswer:
    """Criterion, product, state and value of a record, by codes or labels as in every import."""
    given = state_meant(checks.text("state", values.get("state")))
    if _is_empty(values.get("value")) and (not given or given in NO_ANSWERS):
        reason = _(
            "er staat geen antwoord; vul value in, of zet bij state een van deze: %(words)s",
            words=", ".join(map(state_word, STATES)),
        )
        raise Refused("value", "", reason)
    stated = {name: values.get(name) for name in ("criterion", "product", "value")}
    state = "" if given in NO_ANSWERS else given
    answer, _dispute = reader.parsed({**stated, "state": state, "source": Source.PARTNER.value}, 0)
    return answer


def _place(answer: NewAnswer, asked: Mapping[Place, Asked], edition: Edition) -> Asked:
    """Where an answer belongs; a product has its questions once it stands among those of the partner."""
    here = asked.get((answer.criterion, answer.product))
    if here is None:
        named = edition.product_question
        label = named.label.in_(language()) if named else ""
        raise Refused(
            "product",
            answer.product,
            _("dit product staat nog niet bij “%(label)s”: bewaar dat eerst en laad het bestand opnieuw", label=label),
        )
    return here


def _content(answer: NewAnswer, values: Mapping[str, Any], here: Asked) -> Content:
    """What a record states, as the page of its theme would have it."""
    if answer.state == State.NOT_STATED:
        _refuse_what_hangs_loose(values, here)
        return EMPTY
    content = Content(
        state=answer.state,
        value=answer.value,
        note=checks.prose("note", values.get("note"), LONGEST_NOTE),
        source_url=checks.address("source_url", values.get("source_url")),
        evidence=checks.prose("evidence", values.get("evidence"), LONGEST_EVIDENCE),
        file_id=here.content.file_id,
    )
    until = checks.day("valid_until", _iso(values.get("valid_until")))
    # an export says until when the public answer holds: that is no proof which ends earlier
    if content == here.public and here.answer is not None and until == here.answer.valid_until:
        return content
    return replace(content, valid_until=until)


def _refuse_what_hangs_loose(values: Mapping[str, Any], here: Asked) -> None:
    """What goes with an answer is not dropped without a word; what stood there already goes with its answer."""
    until, kept = checks.day("valid_until", _iso(values.get("valid_until"))), here.content
    stated = {
        "note": (checks.prose("note", values.get("note"), LONGEST_NOTE), kept.note),
        "source_url": (checks.address("source_url", values.get("source_url")), kept.source_url),
        "evidence": (checks.prose("evidence", values.get("evidence"), LONGEST_EVIDENCE), kept.evidence),
        "valid_until": (until, kept.valid_until),
    }
    for column, (given, before) in stated.items():
        if given and given != before:
            reason = _("dit hoort bij een antwoord; vul dat ook in, of maak dit leeg")
            raise Refused(column, values.get(column), reason)


def _refuse_what_is_over(until: date | None) -> None:
    """Nobody states what does not hold any more; a draft may have waited for longer than its proof holds."""
    if until is not None and until <= clock.today():
        raise Refused("valid_until", until, _("deze dag is al voorbij"))


def _iso(raw: Any) -> Any:
    """A day as people write it, in the form that is read."""
    try:
        return iso_day(raw.strip()) if isinstance(raw, str) else raw
    except TwoDays as wrong:
        raise Refused("valid_until", raw, _("dit kan twee dagen zijn; schrijf haar als 2026-11-22")) from wrong
