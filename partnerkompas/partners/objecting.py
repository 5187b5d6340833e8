"""A partner objects to leaving the directory: somebody else than who announced it decides (R29, DSA-03)."""

from sqlalchemy import ColumnElement, String, cast, literal, select

from partnerkompas.accounts import queries as accounts
from partnerkompas.accounts.models import Account
from partnerkompas.infra import audit
from partnerkompas.infra.audit import AuditRow
from partnerkompas.infra.db import db
from partnerkompas.infra.language import _
from partnerkompas.infra.refusal import NotAcceptable, written
from partnerkompas.messages import actions as messages
from partnerkompas.messages.models import About
from partnerkompas.partners import queries, representing
from partnerkompas.partners.models import Delisting
from partnerkompas.permissions.facts import has_no_stake
from partnerkompas.permissions.policy import require
from partnerkompas.permissions.vocabulary import Actor, Permission, Role

GOES_ON = "delisting:goes_on"


def decision(delisting: Delisting) -> AuditRow | None:
    """Who decided that it goes on after what the partner said, when and why; the log keeps it, so nobody changes it."""
    about = AuditRow.subject == f"delisting/{delisting.id}", AuditRow.deed == GOES_ON
    return db.session.scalars(select(AuditRow).where(*about).order_by(AuditRow.id)).first()


def is_waiting(delisting: Delisting) -> bool:
    """Whether what the partner said is still to be decided about; until then it does not leave."""
    return delisting.ended_at is None and delisting.responded_at is not None and decision(delisting) is None


def nothing_waits() -> ColumnElement[bool]:
    """The same as a condition of a query: that the partner said nothing, or somebody decided about it."""
    about = AuditRow.subject == literal("delisting/") + cast(Delisting.id, String), AuditRow.deed == GOES_ON
    return Delisting.responded_at.is_(None) | select(AuditRow.id).where(*about).exists()


def who_decide(delisting: Delisting) -> list[Account]:
    """Every curator without a stake, also who announced it; and the administrators, when nobody else may decide."""
    curators = [each for each in accounts.with_role(Role.CURATOR) if has_no_stake(accounts.actor(each), delisting)]
    return [*curators, *(accounts.with_role(Role.ADMIN) if delisting.is_left_to_an_administrator else ())]


def uphold(actor: Actor, delisting: Delisting, why: str) -> None:
    """It goes on, whatever the partner said against it; its people are told why.

    A delisting is withdrawn by `leaving.end`. Raises NotAllowed, and NotAcceptable without a reason, or when there is
    nothing to decide about.
    """
    require(actor, Permission.DELISTING_JUDGE, delisting)
    why = written(why, _("Schrijf op waarom."))
    partner = queries.held(delisting.partner_id)
    db.session.refresh(delisting)
    if not is_waiting(delisting):
        raise NotAcceptable(_("Hierover is al besloten."))
    subject = f"delisting/{delisting.id}"
    audit.record(db.session, actor, GOES_ON, subject, after={"why": why, "partner": partner.slug})
    name = partner.name

    def words() -> tuple[str, str]:
        title = _("Er is beslist over uw reactie: %(partner)s", partner=name)
        return title, f"{_('De uitschrijving gaat door. Iemand die haar niet aankondigde, besliste dat.')} {why}"

    representing.tell(partner, About.LISTING, words, f"/uitschrijving/{delisting.id}")


def tell(delisting: Delisting, name: str, response: str) -> None:
    """Tell everybody who may decide what the partner says, and that somebody else than who announced it decides."""

    def words() -> tuple[str, str]:
        text = _("Tot iemand die haar niet aankondigde daarover beslist, gaat de uitschrijving niet door.")
        return _("%(partner)s reageert op de uitschrijving", partner=name), f"{response}\n{text}"

    messages.tell(who_decide(delisting), About.LISTING, words, f"/uitschrijving/{delisting.id}")
