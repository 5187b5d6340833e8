"""What signing makes public, as data: the lines of the check page."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime

from partnerkompas.answers.showing import level_label, product_label, shown
from partnerkompas.answers.wording import Remark, remarks
from partnerkompas.criteria.questions import Edition
from partnerkompas.infra import clock
from partnerkompas.infra.language import language
from partnerkompas.providing.contents import Asked
from partnerkompas.providing.reading import name_of


@dataclass(frozen=True, slots=True)
class Change:
    """One line of the check page: what stood there and what will stand there."""

    label: str
    product: str
    before: str
    after: str
    confirms: bool
    checked: str
    """The level that goes: of what is public, in words, when others than the partner vouch for it now."""
    checked_until: date | None
    note: str
    source_url: str
    theme: str
    name: str
    edited_at: datetime | None
    valid_until: date | None
    file: int | None
    remarks: tuple[Remark, ...]


def changes(edition: Edition, asked: Iterable[Asked]) -> list[Change]:
    """Everything that signing makes public, in the order of the criteria."""
    return [
        Change(
            label=each.question.label.in_(language()),
            product=product_label(edition, each.product),
            before=shown(each.question, each.public),
            after=shown(each.question, each.content),
            confirms=each.confirms,
            checked=level_label(each.answer.level) if each.answer and each.is_checked(clock.today()) else "",
            checked_until=each.answer.valid_until if each.answer else None,
            note=each.content.note,
            source_url=each.content.source_url,
            theme=each.question.theme,
            name=name_of(each.place),
            edited_at=each.draft.edited_at,
            valid_until=each.content.valid_until,
            file=each.content.file_id,
            remarks=remarks(each.content.note),
        )
        for each in asked
        if each.draft is not None
    ]
