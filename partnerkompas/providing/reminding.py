"""Reminding who speaks for a partner of facts that are about to expire: 60, 30 and 7 days before (row L2).

Facts that expire in one week are told of together, so that nobody gets a mail a fact.
"""

from collections import defaultdict
from collections.abc import Sequence
from datetime import date, timedelta

from sqlalchemy import select

from partnerkompas.accounts import queries as accounts
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
    speaking = accounts.speaking()
    told = 0
    for (partner_id, days, week), expiring in _due(today, list(speaking)).items():
        slug, name = partners.names_of([partner_id])[partner_id]
        people = accounts.with_ids(speaking[partner_id]).values()
        key = f"expiry/{partner_id}/{days}/{week}"
        told += len(
            messages.tell(people, About.EXPIRY, lambda: _words(name, expiring), f"/partners/{slug}/gegevens", key)  # noqa: B023
        )
    return told


def _due(today: date, partner_ids: Sequence[int]) -> dict[tuple[int, int, str], list[Answer]]:
    """What expires soon, by partner, number of days and week: of a week all is due as soon as its first fact is."""
    last = today + timedelta(days=max(DAYS_BEFORE) + 6)
    soon = Answer.valid_until >= today, Answer.valid_until <= last
    here = select(Partner.id).where(Partner.id.in_(partner_ids), Partner.status != PartnerStatus.DELISTED)
    still_asked = Answer.criterion.in_(list(criteria.current_edition().by_key))
    wanted = answers.newest().where(*soon, Answer.partner_id.in_(here), Answer.state != State.NOT_STATED, still_asked)
    by_week: dict[tuple[int, str], list[Answer]] = defaultdict(list)
    for row in db.session.scalars(wanted.order_by(Answer.partner_id, Answer.valid_until, Answer.id)):
        assert row.valid_until is not None
        year, week, _day = row.valid_until.isocalendar()
        by_week[row.partner_id, f"{year}-{week}"].append(row)
    found = {}
    for (partner_id, of_week), rows in by_week.items():
        left = (rows[0].valid_until or today) - today
        days = next((days for days in DAYS_BEFORE if left <= timedelta(days=days)), None)
        if days is not None:
            found[partner_id, days, of_week] = rows
    return found


def _words(partner: str, expiring: Sequence[Answer]) -> tuple[str, str]:
    edition = criteria.current_edition()
    labels = [edition.by_key[each.criterion].label.in_(language()) for each in expiring]
    n = len(expiring)
    title = ngettext(
        "%(n)s feit van %(partner)s verloopt bijna", "%(n)s feiten van %(partner)s verlopen bijna", n, partner=partner
    )
    text = _(
        "Klopt het nog? Dan bevestigt u het in één keer per thema, en wat is nagekeken in de laatste week. "
        "Anders vult u het opnieuw in."
    )
    return title, "\n".join((text, *(f"- {label}" for label in dict.fromkeys(labels))))
