"""What signing makes public, as data: the lines of the check page."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from partnerkompas.answers.showing import level_label, product_label, shown
from partnerkompas.criteria.questions import Edition
from partnerkompas.infra import clock
from partnerkompas.infra.language import language
from partnerkompas.providing.contents import Asked
from partnerkompas.providing.fitting import misfit
from partnerkompas.providing.reading import name_of
from partnerkompas.providing.saying import Files, Part, parts


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
    parts: tuple[Part, ...]
    theme: str
    name: str
    misfit: str
    """Why it cannot be signed: it is no answer to the question of now."""


def changes(edition: Edition, asked: Iterable[Asked], files: Files) -> list[Change]:
    """Everything that signing makes public, in the order of the criteria. `files` are what stood there and will."""
    return [
        Change(
            label=each.question.label.in_(language()),
            product=product_label(edition, each.product),
            before=shown(each.question, each.public),
            after=shown(each.question, each.content),
            confirms=each.confirms,
            checked=level_label(each.answer.level) if each.answer and each.is_checked(clock.today()) else "",
            checked_until=each.answer.valid_until if each.answer else None,
            parts=parts(each.public, each.content, files),
            theme=each.question.theme,
            name=name_of(each.place),
            misfit=misfit(each),
        )
        for each in asked
        if each.draft is not None
    ]
