"""Which decisions were taken by somebody with a stake (rows H6, U12): counted from the decisions and the register.

What the policy refuses cannot be decided, so there are none; that is counted and not promised. A row that came in past
the policy shows here.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from math import ceil
from typing import Any, NamedTuple

from sqlalchemy import Select, String, cast, func, literal, select

from partnerkompas.accounts.models import Interest, Representation
from partnerkompas.accounts.queries import COOLING_OFF
from partnerkompas.answers.challenges import Challenge, Outcome
from partnerkompas.answers.models import Review
from partnerkompas.infra.audit import AuditRow
from partnerkompas.infra.db import db
from partnerkompas.infra.language import _
from partnerkompas.partners.models import Delisting, Merge
from partnerkompas.partners.objecting import GOES_ON


@dataclass(frozen=True, slots=True)
class Share:
    """How many decisions of a sort there were, and how many of those by somebody with a stake."""

    label: str
    decisions: int
    tied: int

    @property
    def percent(self) -> float:
        """Rounded up to a tenth, so that it is 0 only when there are none."""
        return ceil(1000 * self.tied / self.decisions) / 10 if self.decisions else 0


class Decision(NamedTuple):
    """One decision: by whom, when, about which partner; a merge is about two."""

    account_id: int
    at: datetime
    about: tuple[int, ...]


Found = Select[*tuple[Any, ...]]


def _sorts() -> Mapping[str, Iterable[Found]]:
    """Where the decisions of each sort stand: by whom, when, and about which partners."""
    about = AuditRow.subject == literal("delisting/") + cast(Delisting.id, String)
    went_on = select(AuditRow.account_id, AuditRow.at, Delisting.partner_id).join(Delisting, about)
    decided_on = func.coalesce(Representation.granted_at, Representation.ended_at, type_=Representation.asked_at.type)
    return {
        _("Antwoorden nagekeken of bevraagd"): [
            select(Review.reviewed_by, Review.reviewed_at, Review.partner_id).where(Review.reviewed_by.is_not(None))
        ],
        _("Over betwistingen"): [
            select(Challenge.decided_by, Challenge.decided_at, Challenge.partner_id).where(
                Challenge.decided_by.is_not(None), Challenge.outcome != Outcome.WITHDRAWN
            )
        ],
        _("Over uitschrijven"): [
            select(Delisting.announced_by, Delisting.announced_at, Delisting.partner_id).where(
                Delisting.announced_by.is_not(None)
            ),
            select(Delisting.ended_by, Delisting.ended_at, Delisting.partner_id).where(Delisting.ended_by.is_not(None)),
            went_on.where(AuditRow.deed == GOES_ON, AuditRow.account_id.is_not(None)),
        ],
        _("Over samenvoegen"): [
            select(by, at, Merge.kept_id, Merge.absorbed_id).where(by.is_not(None))
            for by, at in ((Merge.merged_by, Merge.merged_at), (Merge.undone_by, Merge.undone_at))
        ],
        _("Over wie voor een partner spreekt"): [
            select(Representation.decided_by, decided_on, Representation.partner_id).where(
                Representation.decided_by.is_not(None)
            )
        ],
    }


def shares() -> list[Share]:
    """Each sort of decision, and at the end all together; of all time."""
    stakes = Stakes()
    found = [
        Share(label, sum(map(_count, places)), sum(stakes.tied(each) for each in _by(places, stakes.accounts)))
        for label, places in _sorts().items()
    ]
    return [*found, Share(_("Samen"), sum(each.decisions for each in found), sum(each.tied for each in found))]


def _count(place: Found) -> int:
    return db.session.scalar(select(func.count()).select_from(place.subquery())) or 0


def _by(places: Iterable[Found], accounts: Collection[int]) -> Iterable[Decision]:
    """The decisions of some accounts: who has no stake at all need not be read."""
    for place in places:
        by = place.selected_columns[0]
        for row in db.session.execute(place.where(by.in_(list(accounts)))):
            account_id, at, *about = row
            yield Decision(account_id, at, tuple(about))


class Stakes:
    """Who was tied to which partner, and when: the rule of `has_no_stake`, for every moment.

    A stake goes along with a partner that was merged, as long as that holds.
    """

    def __init__(self) -> None:
        self._interests: dict[int, list[tuple[int, datetime, datetime | None]]] = defaultdict(list)
        self._spoke: dict[int, list[tuple[int, datetime, datetime | None]]] = defaultdict(list)
        for interest in db.session.scalars(select(Interest)):
            told = interest.partner_id, interest.declared_at, interest.ended_at
            self._interests[interest.account_id].append(told)
        for spoke in db.session.scalars(select(Representation)):
            if spoke.granted_at is not None:
                self._spoke[spoke.account_id].append((spoke.partner_id, spoke.granted_at, spoke.ended_at))
        self._merges = list(db.session.scalars(select(Merge)))

    @property
    def accounts(self) -> frozenset[int]:
        """Every account that ever had a stake."""
        return frozenset(self._interests) | frozenset(self._spoke)

    def tied(self, decision: Decision) -> bool:
        """Whether who decided had a stake in the partner at that moment, had one lately, or spoke for any partner."""
        at = decision.at
        spoke, declared = self._spoke[decision.account_id], self._interests[decision.account_id]
        if any(since <= at and (until is None or until > at) for _partner, since, until in spoke):
            return True
        about = self._with_whom_they_took_in(decision)
        return any(
            partner in about and since <= at and (until is None or until > at - COOLING_OFF)
            for partner, since, until in (*spoke, *declared)
        )

    def _with_whom_they_took_in(self, decision: Decision) -> frozenset[int]:
        """The partners a decision was about, and those that had been merged into them by then."""
        found, left, at = set[int](), list(decision.about), decision.at
        running = [
            each for each in self._merges if each.merged_at <= at and not (each.undone_at and each.undone_at <= at)
        ]
        while left:
            found.add(one := left.pop())
            left += [each.absorbed_id for each in running if each.kept_id == one and each.absorbed_id not in found]
        return frozenset(found)
