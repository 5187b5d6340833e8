"""Over what a partner says against leaving somebody else decides than who announced it (R29, DSA-03)."""

from datetime import timedelta
from typing import Any

import pytest
from flask import Flask

from partnerkompas.accounts.models import RoleGrant
from partnerkompas.cli.rounds import do_what_is_due
from partnerkompas.infra import clock
from partnerkompas.infra.db import db
from partnerkompas.infra.refusal import NotAcceptable
from partnerkompas.infra.request_cycle import unit_of_work
from partnerkompas.partners import leaving, objecting, queries
from partnerkompas.partners.models import Delisting, LeavingKind, Partner
from partnerkompas.permissions.policy import NotAllowed
from partnerkompas.permissions.vocabulary import Actor, Role
from tests.factories import NOW, a_curator, a_member, a_partner, a_representative, an_admin, the_criteria, with_interest
from tests.signed_in import Person, audited, mails_to

WHY = "De gegevens klopten vier keer achter elkaar niet."
SAYS = "Alle gegevens zijn vorige week bijgewerkt."
GOES_ON = "Ze zijn niet bijgewerkt: er staat nog hetzelfde."


@pytest.fixture
def announcer(app: Flask) -> Actor:
    the_criteria()
    a_partner("Aap")
    actor = a_curator()
    db.session.commit()
    return actor


@pytest.fixture
def theirs(app: Flask, announcer: Actor) -> Actor:
    actor = a_representative(aap())
    db.session.commit()
    return actor


def aap() -> Partner:
    found = queries.by_slug("aap")
    assert found is not None
    return found


def announced(actor: Actor, kind: LeavingKind = LeavingKind.OTHER, days: int = 30) -> str:
    with unit_of_work():
        made = leaving.announce(actor, aap(), kind, WHY, clock.today() + timedelta(days=days))
    return f"/uitschrijving/{made.id}"


def the_delisting() -> Delisting:
    db.session.rollback()
    return db.session.scalars(db.select(Delisting).order_by(Delisting.id.desc())).first() or pytest.fail("none")


def responds(app: Flask, theirs: Actor, page: str, says: str = SAYS) -> None:
    assert Person(app, theirs).send(page, f"{page}/reactie", tekst=says).status_code == 303


def judges(app: Flask, actor: Actor, page: str) -> Any:
    person = Person(app, actor)
    return person.post(f"{page}/doorgaan", {"csrf_token": person.token(), "tekst": GOES_ON})


def is_listed_after(days: int) -> bool:
    with clock.fixed_at(NOW + timedelta(days=days)):
        do_what_is_due()
    db.session.rollback()
    return aap().is_listed


def test_another_curator_decides_and_until_then_the_day_does_not_count(
    app: Flask, announcer: Actor, theirs: Actor
) -> None:
    other, tied = a_curator(), with_interest(a_curator(), aap())
    db.session.commit()
    page = announced(announcer)
    assert "doorgaan" not in Person(app, other).get(page).text, "nothing was said against it"
    responds(app, theirs, page)
    for actor in (announcer, other):
        (mail,) = mails_to(actor.email)
        assert SAYS in mail.body
        assert "niet aankondigde" in mail.body
    assert mails_to(tied.email) == [], "who has a stake is not told"
    assert is_listed_after(31)
    own = Person(app, announcer).get(page).text
    assert f"{page}/doorgaan" not in own
    assert "tot dan gaat de partner niet uit de gids" in own
    assert "Hierover beslist u niet, want u kondigde dit zelf aan." in own
    assert "Een andere curator beslist." in own
    assert "Hierover beslist u niet" not in Person(app, other).get(page).text
    assert f"{page}/ongedaan" in own, "withdrawing harms nobody"
    assert "over de reactie wordt nog beslist" in Person(app, other).get("/werkbank/uitschrijvingen").text
    refused = judges(app, announcer, page)
    assert (refused.status_code, "U kondigde dit zelf aan" in refused.text) == (403, True)
    assert judges(app, tied, page).status_code == 403
    assert Person(app, other).send(page, f"{page}/doorgaan", tekst="").status_code == 422
    assert Person(app, other).send(page, f"{page}/doorgaan", tekst=GOES_ON).status_code == 303
    assert GOES_ON in mails_to(theirs.email)[-1].body
    assert GOES_ON in Person(app, theirs).get(page).text
    row = next(row for row in audited() if row.deed == "delisting:goes_on")
    assert (row.account_id, row.subject) == (other.account_id, "delisting/1")
    assert not is_listed_after(31)


def test_it_is_decided_once(app: Flask, announcer: Actor, theirs: Actor) -> None:
    """Responding anew would put it off for ever; what is said then is read all the same."""
    other = a_curator()
    db.session.commit()
    page = announced(announcer)
    responds(app, theirs, page)
    assert judges(app, other, page).status_code == 303
    assert judges(app, other, page).status_code == 422
    responds(app, theirs, page, "Nu is echt alles bijgewerkt, kijk maar.")
    assert "Nu is echt alles bijgewerkt" in mails_to(other.email)[-1].body
    with pytest.raises(NotAcceptable):
        objecting.uphold(other, the_delisting(), GOES_ON)
    assert not is_listed_after(30)


def test_another_curator_withdraws(app: Flask, announcer: Actor, theirs: Actor) -> None:
    other = a_curator()
    db.session.commit()
    page = announced(announcer)
    responds(app, theirs, page)
    assert Person(app, other).send(page, f"{page}/ongedaan", tekst="De partner heeft gelijk.").status_code == 303
    assert is_listed_after(31)
    assert judges(app, other, page).status_code == 422


def test_without_another_curator_an_administrator_decides(app: Flask, announcer: Actor, theirs: Actor) -> None:
    admin, member, tied = an_admin(), a_member(), with_interest(a_curator(), aap())
    db.session.commit()
    page = announced(announcer)
    assert Person(app, admin).get(page).status_code == 404, "until it is needed it is no concern of an administrator"
    responds(app, theirs, page)
    assert SAYS in mails_to(admin.email)[-1].body
    shown = Person(app, admin).get(page).text
    assert "Daarom beslist een beheerder" in shown
    assert "Daarom beslist een beheerder" in Person(app, theirs).get(page).text
    own = Person(app, announcer).get(page).text
    assert "want u kondigde dit zelf aan." in own
    assert "Een beheerder beslist." in own
    assert "niemand anders" not in own
    assert judges(app, tied, page).status_code == 403
    assert judges(app, member, page).status_code == 404
    assert Person(app, admin).send(page, f"{page}/doorgaan", tekst=GOES_ON).status_code == 303
    assert Person(app, admin).get(page).status_code == 200
    assert not is_listed_after(30)


def test_an_administrator_withdraws_it_too_and_only_then(app: Flask, announcer: Actor, theirs: Actor) -> None:
    admin = an_admin()
    db.session.commit()
    page = announced(announcer)
    with pytest.raises(NotAllowed):
        leaving.end(admin, the_delisting(), "De partner heeft gelijk.")
    responds(app, theirs, page)
    assert Person(app, admin).send(page, f"{page}/ongedaan", tekst="De partner heeft gelijk.").status_code == 303
    assert is_listed_after(31)


def test_who_announced_it_does_not_decide_as_administrator_either(app: Flask, announcer: Actor, theirs: Actor) -> None:
    db.session.add(RoleGrant(account_id=announcer.account_id, role=Role.ADMIN, granted_by="tests"))
    db.session.commit()
    page = announced(announcer)
    responds(app, theirs, page)
    assert judges(app, announcer, page).status_code == 403
    assert is_listed_after(31)


def test_about_what_was_done_at_once_is_decided_afterwards(app: Flask, announcer: Actor, theirs: Actor) -> None:
    other = a_curator()
    db.session.commit()
    page = announced(announcer, LeavingKind.STOPPED, 0)
    responds(app, theirs, page, "Wij bestaan nog, zie het handelsregister.")
    shown = Person(app, other).get(page).text
    assert "uit de gids; over de reactie wordt nog beslist" in shown
    assert "tot dan gaat de partner niet" not in shown
    assert judges(app, other, page).status_code == 303
    assert not is_listed_after(1)
