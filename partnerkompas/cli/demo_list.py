"""What a curator of the demonstration did to the list of partners: added, delisted, announced, merged, by actions."""

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from partnerkompas.accounts import queries as accounts
from partnerkompas.answers.models import Source, State
from partnerkompas.criteria import queries as criteria
from partnerkompas.criteria.kinds import kind_of
from partnerkompas.curating import actions as curating
from partnerkompas.curating import merging
from partnerkompas.curating.merge_plan import plan
from partnerkompas.infra import clock
from partnerkompas.partners import leaving
from partnerkompas.partners import queries as partners
from partnerkompas.partners.actions import PlainPartner
from partnerkompas.partners.models import LeavingKind, Partner, PartnerStatus
from partnerkompas.permissions.vocabulary import Actor
from partnerkompas.reviewing import actions as reviewing
from partnerkompas.reviewing.actions import Seen


def add(given: Mapping[str, Any]) -> None:
    """Add a fictional partner, with a fact from a page that does not exist."""
    partner = curating.add(
        actor(given["by"]),
        PlainPartner(
            slug="",
            name=given["name"],
            kvk_number=given.get("kvk_number", ""),
            website=given["website"],
            status=PartnerStatus.LISTED,
            fictional=True,
        ),
    )
    fact = given["fact"]
    question = criteria.current_edition().by_key[fact["criterion"]]
    seen = Seen(
        question=question,
        product="",
        state=State.STATED,
        value=kind_of(question).parse(question, fact["value"]),
        source=Source.PUBLIC_PAGE,
        source_url=fact["source_url"],
        evidence=fact["evidence"],
        seen_on=clock.today(),
    )
    reviewing.enter(actor(given["by"]), partner, seen)


def delist(given: Mapping[str, Any]) -> None:
    """Announce that a partner leaves in so many days; none is at once. Perhaps its people respond."""
    made = leaving.announce(
        actor(given["by"]),
        partner(given["partner"]),
        LeavingKind(given["kind"]),
        given["reasons"],
        clock.today() + timedelta(days=given["days"]),
    )
    if "response" in given:
        leaving.respond(actor(given["response_by"]), made, given["response"])


def merge(given: Mapping[str, Any]) -> None:
    """Let one partner go on in another, without copying answers."""
    kept, absorbed = partner(given["kept"]), partner(given["absorbed"])
    merging.merge(actor(given["by"]), kept, absorbed, (), plan(kept, absorbed).digest)


def actor(email: str) -> Actor:
    """Somebody of the demonstration."""
    account = accounts.by_email(email)
    assert account is not None, email
    return accounts.actor(account)


def partner(slug: str) -> Partner:
    """A partner of the demonstration."""
    found = partners.by_slug(slug)
    assert found is not None, slug
    return found
