"""A curator says that a partner asked to leave: where somebody speaks for it, who signs confirms that (ADR 16).

Until then it runs its thirty days like any other: nobody takes a partner off at once by saying that it asked for it.
"""

from datetime import date

from sqlalchemy import select

from partnerkompas.infra import audit, clock
from partnerkompas.infra.audit import AuditRow
from partnerkompas.infra.db import db
from partnerkompas.infra.language import _
from partnerkompas.infra.web import show_date
from partnerkompas.partners.models import Delisting, Partner
from partnerkompas.permissions.vocabulary import Actor

ASKED_FOR = "delisting:asked_for"
CONFIRMED = "delisting:confirmed"


def note(actor: Actor, delisting: Delisting, partner: Partner, day: date) -> None:
    """Keep in the log on which day the partner is said to want to leave, sooner than it does unless it confirms."""
    _record(actor, ASKED_FOR, delisting, partner, day)


def confirmed(actor: Actor, delisting: Delisting, partner: Partner) -> None:
    """Keep in the log that the partner did ask, and from which day it leaves."""
    _record(actor, CONFIRMED, delisting, partner, delisting.due_on)


def unconfirmed(delisting: Delisting) -> date | None:
    """The day on which the partner is said to have asked to leave, while nobody who signs for it confirmed that."""
    last = _last(delisting)
    if last is None or last.deed == CONFIRMED or delisting.done_at is not None or delisting.ended_at is not None:
        return None
    return date.fromisoformat(last.after["day"])


def is_agreed(delisting: Delisting) -> bool:
    """Whether who signs confirmed that the partner asked for it, or nobody was there who could have."""
    last = _last(delisting)
    return last is None or last.deed == CONFIRMED


def from_day(delisting: Delisting) -> date:
    """The day on which it leaves once that is confirmed today: never one that has passed."""
    return max(unconfirmed(delisting) or delisting.due_on, clock.today())


def how(asked_for: date) -> str:
    """What whoever speaks for the partner reads about it, in the language of the reader."""
    return _(
        "Een curator schrijft dat de partner zelf vroeg om uit de gids te gaan, op %(day)s. Klopt dat? Dan bevestigt "
        "wie voor de partner tekent het op de pagina hieronder, en gaat het op die dag. Anders geldt de dag hierboven.",
        day=show_date(asked_for),
    )


def _last(delisting: Delisting) -> AuditRow | None:
    about, rows = AuditRow.subject == f"delisting/{delisting.id}", AuditRow.deed.in_((ASKED_FOR, CONFIRMED))
    return db.session.scalars(select(AuditRow).where(about, rows).order_by(AuditRow.id.desc())).first()


def _record(actor: Actor, deed: str, delisting: Delisting, partner: Partner, day: date) -> None:
    db.session.flush()
    after = {"day": day.isoformat(), "partner": partner.slug}
    audit.record(db.session, actor, deed, f"delisting/{delisting.id}", after=after)
