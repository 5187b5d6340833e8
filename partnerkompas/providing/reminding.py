"""Reminding who speaks for a partner of facts that are about to expire: 60, 30 and 7 days before (row L2).

Facts that expire in one week are told of together, so that nobody gets a mail a fact.
"""

from collections import defaultdict
from collections.abc import Sequence
from datetime import date, timedelta

from sqlalchemy import select

from partnerkompas.accounts import queries as accounts
from partnerkompas.accounts.models import Representation
from partnerkompas.answers import queries as answers
from partnerkompas.answers.models import Answer, State
from partnerkompas.criteria import queries as criteria
from partnerkompas.infra import clock
from partnerkompas.infra.db import db
from partnerkompas.infra.language import _, language, ngettext
from partnerkompas.messages import actions as messages
from partnerkompas.messages.models import About
from partnerkompas.partners import queries as partners
from partnerkompas.partners.models import Partner, PartnerStatus

DAYS_BEFORE = (7, 30, 60)
"""The nearest first: who was away for a while is told once."""


def remind() -> int:
    """Tell of what expires, each thing once for each number of days, and return how many messages that were.

    Written in the transaction of the caller; again is harmless.
    """
    today = clock.today()
    speaking = _speaking()
    told = 0
    for (partner_id, days, week), expiring in _due(today, list(speaking)).items():
        slug, name = partners.names_of([partner_id])[partner_id]
        people = accounts.with_ids(speaking[partner_id]).values()
        key = f"expiry/{partner_id}/{days}/{week}"
        told += len(
            messages.tell(people, About.EXPIRY, lambda: _words(name, expiring), f"/partners/{slug}/gegevens", key)  # noqa: B023
        )
    return told


def _speaking() -> dict[int, list[int]]:
    """The accounts that speak for a partner, by partner; of who left the directory nothing is asked."""
    running = Representation.granted_at.is_not(None), Representation.ended_at.is_(None)
    here = select(Partner.id).where(Partner.status != PartnerStatus.DELISTED)
    wanted = select(Representation).where(*running, Representation.partner_id.in_(here)).order_by(Representation.id)
    found: dict[int, list[int]] = defaultdict(list)
    for row in db.session.scalars(wanted):
        found[row.partner_id].append(row.account_id)
    return found


def _due(today: date, partner_ids: Sequence[int]) -> dict[tuple[int, int, str], list[Answer]]:
    """What expires soon, by partner, by the nearest number of days it falls within, and by week."""
    soon = Answer.valid_until >= today, Answer.valid_until <= today + timedelta(days=max(DAYS_BEFORE))
    wanted = answers.newest().where(*soon, Answer.partner_id.in_(partner_ids), Answer.state != State.NOT_STATED)
    found: dict[tuple[int, int, str], list[Answer]] = defaultdict(list)
    for row in db.session.scalars(wanted.order_by(Answer.partner_id, Answer.valid_until, Answer.id)):
        assert row.valid_until is not None
        days = next(days for days in DAYS_BEFORE if row.valid_until <= today + timedelta(days=days))
        year, week, _day = row.valid_until.isocalendar()
        found[row.partner_id, days, f"{year}-{week}"].append(row)
    return found


def _words(partner: str, expiring: Sequence[Answer]) -> tuple[str, str]:
    edition = criteria.current_edition()
    labels = [
        edition.by_key[each.criterion].label.in_(language()) for each in expiring if each.criterion in edition.by_key
    ]
    n = len(expiring)
    title = ngettext(
        "%(n)s feit van %(partner)s verloopt bijna", "%(n)s feiten van %(partner)s verlopen bijna", n, partner=partner
    )
    text = _("Klopt het nog? Dan bevestigt u het in één keer per thema. Anders vult u het opnieuw in.")
    return title, "\n".join((text, *(f"- {label}" for label in dict.fromkeys(labels))))
