"""The page of a theme, as data: what is asked, and what stands in its fields. Its template only prints."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from partnerkompas.answers.models import Review, State
from partnerkompas.answers.showing import level_label, product_label, shown
from partnerkompas.answers.wording import Remark, remarks
from partnerkompas.criteria.kinds import kind_of
from partnerkompas.criteria.kinds.fields import bound
from partnerkompas.criteria.questions import Edition
from partnerkompas.infra import clock
from partnerkompas.infra.language import _, language
from partnerkompas.providing.contents import EMPTY, Asked, Content, Place
from partnerkompas.providing.reading import (
    LONGEST_EVIDENCE,
    NONE,
    PARTS,
    Filled,
    Posted,
    name_of,
    parts_typed,
    takes_many,
    typed_as,
)
from partnerkompas.providing.saying import Files, said


@dataclass(frozen=True, slots=True)
class Cell:
    """One place to fill in."""

    name: str
    product: str
    """Its label; empty for a question about the partner."""
    field: Any
    """A bound field of WTForms, as the kind of the question makes it."""
    input_type: str
    states: tuple[tuple[str, str, bool], ...]
    """Value, label, and whether it is chosen."""
    typed: Mapping[str, str]
    """Note, source, what it shows and until when, as typed or kept."""
    version: str
    public: str
    """What everybody sees now."""
    may_be_confirmed: bool
    confirmed: bool
    """Whether the box that says so is ticked."""
    checked: str
    """The level of what is public, in words, when others than the partner vouch for it."""
    is_draft: bool
    confirms: bool
    """Whether that draft says that what is public is still correct."""
    theirs: str
    """All that somebody else filled in meanwhile, in lines; empty when nobody did."""
    question_of_curator: str
    faults: Mapping[str, str]
    follows_from: str
    has_proof: bool
    remarks: Mapping[str, tuple[Remark, ...]]
    """What no reader can check in the note and in what the proof shows; the author decides (row U7)."""
    file: int | None
    """The number of the file that proves it."""
    is_kept: bool
    """Whether that file came with what was not saved: the form then holds its number."""


@dataclass(frozen=True, slots=True)
class QuestionView:
    """One question of a theme, with a cell for the partner or for each product."""

    key: str
    label: str
    question: str
    hint: str
    why: str
    evidence: str
    unit: str
    cells: tuple[Cell, ...]


def questions(
    edition: Edition,
    asked: Sequence[Asked],
    posted: Posted | None,
    filled: Filled,
    conflicts: Mapping[Place, Asked],
    reviews: Mapping[int, Review],
    files: Files,
) -> list[QuestionView]:
    """The questions of a theme with what stands in their fields: as posted, else as kept."""
    by_question: dict[str, list[Asked]] = {}
    for each in asked:
        by_question.setdefault(each.question.key, []).append(each)
    spoken = language()
    return [
        QuestionView(
            key=key,
            label=question.label.in_(spoken),
            question=question.question.in_(spoken),
            hint=question.hint.in_(spoken) if question.hint else "",
            why=question.why.in_(spoken),
            evidence=question.evidence.in_(spoken),
            unit=question.unit.in_(spoken) if question.unit else "",
            cells=tuple(
                _cell(edition, each, posted, filled, conflicts.get(each.place), reviews, files) for each in group
            ),
        )
        for key, group in by_question.items()
        for question in (group[0].question,)
    ]


def _cell(
    edition: Edition,
    asked: Asked,
    posted: Posted | None,
    filled: Filled,
    conflict: Asked | None,
    reviews: Mapping[int, Review],
    files: Files,
) -> Cell:
    name, kept = name_of(asked.place), asked.content
    mine = posted if posted is not None and f"{name}:versie" in posted and not posted.get(f"{name}:neem") else None
    question, kind = asked.question, kind_of(asked.question)
    typed = parts_typed(kept) if mine is None else {part: mine.get(f"{name}:{part}", "") for part in PARTS}
    own_faults = {
        part.rpartition(":")[2]: why for part, why in filled.faults.items() if part.rpartition(":")[0] == name
    }
    file_id = filled.kept.get(name, kept.file_id)
    review = reviews.get(asked.answer.id) if asked.answer is not None and asked.draft is None else None
    return Cell(
        name=name,
        product=product_label(edition, asked.product),
        field=bound(question, f"{name}:waarde", _values(asked, name, mine)),
        input_type=kind.input_type,
        states=_states(asked, _chosen(kept) if mine is None else mine.get(f"{name}:stand", "")),
        typed=typed,
        version=asked.version,
        public=shown(question, asked.public),
        may_be_confirmed=asked.may_be_confirmed,
        confirmed=asked.confirms if mine is None else bool(mine.get(f"{name}:klopt")),
        checked=level_label(asked.answer.level) if asked.answer and asked.is_checked(clock.today()) else "",
        is_draft=asked.draft is not None,
        confirms=asked.confirms,
        theirs=said(question, conflict.content, files) if conflict is not None else "",
        question_of_curator=review.reason if review is not None else "",
        faults=own_faults,
        follows_from=edition.by_key[asked.fact.follows_from].label.in_(language()) if asked.fact.follows_from else "",
        has_proof=any(typed.values()) or file_id is not None or bool(set(own_faults) & {*PARTS, "bestand"}),
        remarks={part: remarks(typed[part][:LONGEST_EVIDENCE]) for part in ("toelichting", "toont")},
        file=file_id,
        is_kept=file_id != kept.file_id,
    )


def _values(asked: Asked, name: str, mine: Posted | None) -> list[str]:
    """What was typed as the answer, or is kept."""
    return typed_as(asked.question, asked.content) if mine is None else mine.getlist(f"{name}:waarde")


def _chosen(kept: Content) -> str:
    return NONE if kept.state == State.NO and kept.value == [] else kept.state.value if kept != EMPTY else ""


def _states(asked: Asked, chosen: str) -> tuple[tuple[str, str, bool], ...]:
    none = [(NONE, _("geen van deze"))] if takes_many(asked.question) else []
    chosen = State.STATED.value if chosen == State.NO.value else chosen
    every = [
        (State.STATED.value, _("ons antwoord")),
        *none,
        (State.NOT_APPLICABLE.value, _("niet van toepassing")),
        (State.NOT_STATED.value, _("geen antwoord geven")),
    ]
    return tuple((value, label, value == chosen) for value, label in every)
