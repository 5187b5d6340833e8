"""What is there when every address is asked as everybody: people of each sort, and rows of theirs and of others."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta

from flask import Flask

from partnerkompas.accounts import queries as accounts
from partnerkompas.accounts.models import Account, Authenticator, Interest, Representation, RoleGrant, SignedIn
from partnerkompas.answers.models import Signature
from partnerkompas.challenging import actions as challenging
from partnerkompas.curating import merging, telling_apart
from partnerkompas.curating.merge_plan import plan
from partnerkompas.evidence import actions as evidence
from partnerkompas.evidence.uploads import Upload
from partnerkompas.infra import clock
from partnerkompas.infra.db import db
from partnerkompas.membership import actions as membership
from partnerkompas.membership.actions import PlainOrganisation
from partnerkompas.membership.models import Link, Organisation, Purpose
from partnerkompas.membership.queries import token_hash
from partnerkompas.partners import leaving, representing
from partnerkompas.partners.models import LeavingKind, Partner
from partnerkompas.permissions.vocabulary import OPERATOR, VISITOR, Actor, PartnerRole
from tests.evidence.made import a_pdf
from tests.factories import (
    NOW,
    a_curator,
    a_member,
    a_partner,
    a_representative,
    a_saved_search,
    an_admin,
    an_answer,
    the_criteria,
    with_interest,
)
from tests.signed_in import Person

TOKEN = "t" * 32
"""The link of a search that somebody else keeps, and of a mail that somebody else got."""
WHY = "Zomaar, dat is ook een reden."
PASSWORD = "vier losse bergen op een rij"
THESE = ("Getoond", "Vertrekt", "Tweeling", "Tweeling 2", "Gebleven", "Opgegaan", "Vraagt erom")
"""The partners of "this partner": one for each thing that cannot happen to one at the same time."""


@dataclass(frozen=True, slots=True)
class World:
    """People by the name of their column, and the number of the row that an address is about, by its beginning."""

    people: Mapping[str, Actor]
    numbers: Mapping[str, tuple[int, ...]]

    def address(self, path: str) -> str:
        """The address of a route, about the rows that are there."""
        start = max((each for each in self.numbers if path.startswith(each)), key=len, default="")
        left = list(self.numbers.get(start, ()))
        filled = re.sub(r"<int:\w+>", lambda _match: str(left.pop(0)), path)
        for name, value in (("slug", "getoond"), ("key", "iso"), ("token", TOKEN), ("theme", "thema")):
            filled = filled.replace(f"<{name}>", value)
        if path == "/werkbank/samenvoegen":
            return filled + "?een=tweeling&ander=tweeling-2"
        return filled + ("?p=getoond&p=ander" if path.startswith("/vergelijk") else "")


def the_world(app: Flask) -> World:
    """Make it all, by the same actions as everywhere, and commit it."""
    the_criteria()
    these = [a_partner(name) for name in THESE]
    shown, leaves, one, _twin, kept, absorbed, asks = these
    another = a_partner("Ander")
    proof = evidence.add(a_representative(shown), shown, Upload("bewijs.pdf", "application/pdf", a_pdf()))
    checked = an_answer(shown, "iso", "ja", file_id=proof.id)
    disputed = an_answer(shown, "personen", 40, source="public_page")
    an_answer(shown, "medewerkers", "b1", stated_on=date(2025, 12, 1), valid_until=date(2026, 12, 1))
    challenge = challenging.open_challenge(a_member(), disputed, WHY)
    somebody = a_member()
    a_saved_search(somebody).token = TOKEN
    asked = representing.ask(somebody, shown, PartnerRole.EDITOR, "consultant")
    organisation = membership.add(OPERATOR, PlainOrganisation("Een organisatie", domains=("voorbeeld.example",)))
    colleague = member_of(organisation)
    theirs = a_representative(leaves)
    delisting = leaving.announce(a_curator(), leaves, LeavingKind.REQUEST, WHY, clock.today())
    leaving.respond(theirs, delisting, WHY)
    a_representative(asks)
    unconfirmed = leaving.announce(a_curator(), asks, LeavingKind.REQUEST, WHY, clock.today())
    merge = merging.merge(a_curator(), kept, absorbed, (), plan(kept, absorbed).digest)
    apart = telling_apart.differ(a_curator(), one, another)
    assert apart is not None
    people = {
        "visitor": VISITOR,
        "member": member_of(organisation),
        "signer": speaking_for(these, PartnerRole.SIGNER),
        "editor": speaking_for(these, PartnerRole.EDITOR),
        "other": a_representative(another, PartnerRole.SIGNER),
        "curator": a_curator(),
        "staked": staked(these),
        "admin": an_admin(),
    }
    step = Authenticator(account_id=somebody.account_id, kind="totp", name="app", secret="x")
    session = SignedIn(account_id=somebody.account_id, key_hash="x")
    link = Link(
        purpose=Purpose.REGISTER,
        token_hash=token_hash(TOKEN),
        email="iemand@voorbeeld.example",
        expires_at=NOW + timedelta(days=1),
    )
    db.session.add_all([step, session, link])
    with_interest(somebody, shown)
    db.session.commit()
    signed = filled_in(app, people["signer"])
    invitation = invited(app, people["curator"], organisation)
    grant = db.session.scalars(db.select(RoleGrant).order_by(RoleGrant.id)).first()
    interest = db.session.scalars(db.select(Interest).where(Interest.account_id == somebody.account_id)).one()
    assert grant is not None
    return World(
        people,
        {
            "/vertegenwoordiging/": (asked.id,),
            "/partners/<slug>/gegevens/ondertekend/": (signed.number,),
            "/feit/<int:number>/betwist": (checked.id,),
            "/feit/<int:number>/betwisting": (disputed.id,),
            "/betwisting/": (challenge.id,),
            "/antwoord/": (checked.id,),
            "/bewijs/": (proof.id,),
            "/uitschrijving/": (delisting.id,),
            "/uitschrijving/<int:number>/bevestigen": (unconfirmed.id,),
            "/werkbank/dubbel/": (apart.id,),
            "/samenvoeging/": (merge.id,),
            "/account/tweede-stap/": (step.id,),
            "/account/sessies/": (session.id,),
            "/account/belangen/": (interest.id,),
            "/leden/": (organisation.id,),
            "/leden/<int:number>/uitnodiging/": (organisation.id, invitation.id),
            "/leden/<int:number>/lid/": (organisation.id, colleague.account_id or 0),
            "/beheer/rollen/": (grant.id,),
        },
    )


def member_of(organisation: Organisation) -> Actor:
    account = db.session.get_one(Account, a_member().account_id)
    account.organisation_id, account.level = organisation.id, "tactical"
    db.session.flush()
    return accounts.actor(account)


def speaking_for(partners: list[Partner], role: PartnerRole) -> Actor:
    account = db.session.get_one(Account, a_member().account_id)
    db.session.add_all(
        Representation(account_id=account.id, partner_id=each.id, role=role, same_domain=True, granted_at=NOW)
        for each in partners
    )
    db.session.flush()
    return accounts.actor(account)


def staked(partners: list[Partner]) -> Actor:
    actor = a_curator()
    for each in partners:
        actor = with_interest(actor, each)
    return actor


def invited(app: Flask, curator: Actor, organisation: Organisation) -> Link:
    """Somebody who was invited and did not answer yet."""
    page = f"/leden/{organisation.id}"
    assert Person(app, curator).send(page, f"{page}/uitnodigen", email="nieuw@voorbeeld.example").status_code == 303
    db.session.rollback()
    return db.session.scalars(db.select(Link).where(Link.purpose == Purpose.INVITATION)).one()


def filled_in(app: Flask, signer: Actor) -> Signature:
    """What the partner signed; after that a draft is left."""
    person, theme = Person(app, signer), "/partners/getoond/gegevens/thema"
    assert person.send(theme, theme, **{"naam:waarde": "Getoond"}).status_code == 303
    assert person.send("/partners/getoond/gegevens/controle", akkoord="1").status_code == 303
    assert person.send(theme, theme, **{"naam:waarde": "Anders"}).status_code == 303
    db.session.rollback()
    return db.session.scalars(db.select(Signature)).one()
