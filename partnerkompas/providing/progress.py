"""How far a partner is: theme by theme, and what is missing."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from partnerkompas.criteria.questions import Edition, Theme
from partnerkompas.infra.language import _, language
from partnerkompas.providing.contents import Asked, Place


@dataclass(frozen=True, slots=True)
class Step:
    """One theme in the list of what there is to do (UX-13)."""

    key: str
    name: str
    asked: int
    known: int
    drafts: int
    expiring: int
    may_hold: int
    """So many of those hold longer once somebody says that they are still correct."""
    questioned: int

    @property
    def status(self) -> str:
        if self.questioned:
            return _("er is een vraag van een curator")
        if self.known == 0:
            return _("nog niet begonnen")
        return _("klaar") if self.known == self.asked else _("bezig")


def steps(
    edition: Edition, asked: Iterable[Asked], expiring: set[Place], may_hold: set[Place], questioned: set[Place]
) -> list[Step]:
    """Every theme with how far it is. `may_hold` are those among `expiring` that need no other proof."""
    every = [each for each in asked if not each.fact.follows_from]
    return [
        _step(theme, [each for each in every if each.question.theme == theme.key], expiring, may_hold, questioned)
        for theme in edition.themes
    ]


def _step(
    theme: Theme, asked: Sequence[Asked], expiring: set[Place], may_hold: set[Place], questioned: set[Place]
) -> Step:
    places = {each.place for each in asked}
    return Step(
        key=theme.key,
        name=theme.name.in_(language()),
        asked=len(asked),
        known=sum(1 for each in asked if not each.is_open),
        drafts=sum(1 for each in asked if each.draft is not None),
        expiring=len(places & expiring),
        may_hold=len(places & may_hold),
        questioned=len(places & questioned),
    )


def missing(edition: Edition, asked: Iterable[Asked], used: Mapping[str, int]) -> list[Asked]:
    """What is not filled in, first what users filter on most, then what stands on cards, then the order of themes."""

    def turn(each: Asked) -> tuple[int, int, int]:
        question = each.question
        on_card = question.on_card if question.on_card is not None else len(edition.questions)
        return -used.get(question.key, 0), on_card, edition.position[question.key]

    return sorted((each for each in asked if each.is_open), key=turn)
