"""That a partner asked to leave is confirmed by who signs for it, or it runs its thirty days (R29, ADR 16)."""

from datetime import date, timedelta

import pytest
from flask import Flask

from partnerkompas.cli.rounds import do_what_is_due
from partnerkompas.infra import clock
from partnerkompas.infra.audit import AuditRow
from partnerkompas.infra.db import db
from partnerkompas.infra.refusal import NotAcceptable
from partnerkompas.infra.request_cycle import unit_of_work
from partnerkompas.partners import leaving, queries, representing
from partnerkompas.partners.models import Delisting, LeavingKind, Partner
from partnerkompas.permissions.policy import NotAllowed
from partnerkompas.permissions.vocabulary import Actor, PartnerRole
from tests.factories import NOW, a_curator, a_member, a_partner, a_representative, an_admin, the_criteria
from tests.signed_in import Person, mails_to

WHY = "De directeur belde, en vroeg erom."
TODAY = NOW.date()
BUTTON = "Ja, dat hebben wij gevraagd"


@pytest.fixture
def signer(app: Flask) -> Actor:
    the_criteria()
    return committed(a_representative(a_partner("Aap"), PartnerRole.SIGNER))


def committed(actor: Actor) -> Actor:
    db.session.commit()
    return actor


def aap() -> Partner:
    db.session.rollback()
    found = queries.by_slug("aap")
    assert found is not None
    return found


def announced(actor: Actor, days: int = 0, kind: LeavingKind = LeavingKind.REQUEST) -> str:
    """The address of its page."""
    db.session.commit()
    with unit_of_work():
        made = leaving.announce(actor, aap(), kind, WHY, TODAY + timedelta(days=days))
    return f"/uitschrijving/{made.id}"


def the_delisting() -> Delisting:
    db.session.rollback()
    return db.session.scalars(db.select(Delisting)).one()


def is_listed_after(days: int) -> bool:
    with clock.fixed_at(NOW + timedelta(days=days)):
        do_what_is_due()
    return aap().is_listed


def test_one_curator_takes_nobody_off_at_once_who_is_represented(app: Flask, signer: Actor) -> None:
    page = announced(a_curator())
    assert aap().is_listed
    assert the_delisting().due_on == TODAY + timedelta(days=30)
    (mail,) = mails_to(signer.email)
    for told in (
        "gaat uit de gids op 22 december 2026",
        "op 22 november 2026",
        "bevestigt wie voor de partner tekent",
        page,
    ):
        assert told in mail.subject + mail.body, told
    assert "nog niet bevestigd" in Person(app, committed(a_curator())).get(page).text
    assert is_listed_after(29)
    assert not is_listed_after(30)


def test_who_signs_confirms_and_it_is_done(app: Flask, signer: Actor) -> None:
    curator = a_curator()
    page, person = announced(curator), Person(app, signer)
    shown = person.get(page).text
    assert "op 22 november 2026. Doet u niets, dan gebeurt het op 22 december 2026." in shown
    assert person.send(page, f"{page}/bevestigen").status_code == 303
    assert not aap().is_listed
    assert the_delisting().due_on == TODAY
    assert BUTTON not in person.get(page).text
    for each in (signer, curator):
        assert "bevestigde dat hij erom vroeg" in mails_to(each.email)[-1].body
    rows = db.session.scalars(db.select(AuditRow).where(AuditRow.deed == "delisting:confirmed")).all()
    assert [(row.account_id, row.after["day"], row.after["partner"]) for row in rows] == [
        (signer.account_id, "2026-11-22", "aap")
    ]
    again = person.post(f"{page}/bevestigen", {"csrf_token": person.token()})
    assert (again.status_code, "niets te bevestigen" in again.text) == (422, True)


def test_it_leaves_on_the_day_that_was_asked(app: Flask, signer: Actor) -> None:
    announced(a_curator(), 10)
    with clock.fixed_at(NOW + timedelta(days=3)), unit_of_work():
        leaving.confirm(signer, the_delisting())
    assert the_delisting().due_on == TODAY + timedelta(days=10)
    assert is_listed_after(9)
    assert not is_listed_after(10)


def test_confirmed_after_that_day_it_leaves_at_once(app: Flask, signer: Actor) -> None:
    announced(a_curator(), 10)
    with clock.fixed_at(NOW + timedelta(days=12)), unit_of_work():
        leaving.confirm(signer, the_delisting())
    assert the_delisting().due_on == date(2026, 12, 4)
    assert not aap().is_listed


def test_nobody_else_confirms(app: Flask, signer: Actor) -> None:
    curator = a_curator()
    page = announced(curator)
    editor = committed(a_representative(aap()))
    for actor in (curator, a_curator(), editor, a_member(), an_admin()):
        with pytest.raises(NotAllowed):
            leaving.confirm(committed(actor), the_delisting())
    shown = Person(app, editor).get(page).text
    assert "nog niet bevestigd" in shown
    assert BUTTON not in shown


def test_another_reason_is_not_the_partners_to_confirm(signer: Actor) -> None:
    announced(a_curator(), 30, LeavingKind.OTHER)
    with pytest.raises(NotAcceptable, match="niets te bevestigen"):
        leaving.confirm(signer, the_delisting())


def test_what_is_withdrawn_is_not_confirmed(signer: Actor) -> None:
    curator = a_curator()
    announced(curator)
    with unit_of_work():
        leaving.end(curator, the_delisting(), "Dat berustte op een misverstand.")
    with pytest.raises(NotAcceptable):
        leaving.confirm(signer, the_delisting())
    assert aap().is_listed


def test_nor_by_ending_who_spoke_for_it_first(app: Flask, signer: Actor) -> None:
    curator = committed(a_curator())
    with unit_of_work():
        representing.end(curator, representing.of_partner(aap())[0])
    announced(curator)
    assert aap().is_listed
    assert the_delisting().due_on == TODAY + timedelta(days=30)


def test_what_nobody_confirmed_is_not_told_as_the_wish_of_the_partner(app: Flask, signer: Actor) -> None:
    announced(a_curator(), 40)
    assert not is_listed_after(40)
    gone, api = Person(app).get("/partners/aap"), Person(app).get("/api/v1/partners/aap")
    assert (gone.status_code, api.status_code) == (410, 410)
    assert "vroeg er zelf om" not in gone.text
    assert api.json["kind"] == "other"  # type: ignore[index]


def test_who_confirmed_it_asked_for_it(app: Flask, signer: Actor) -> None:
    page = announced(a_curator())
    assert Person(app, signer).send(page, f"{page}/bevestigen").status_code == 303
    assert "vroeg er zelf om" in Person(app).get("/partners/aap").text
    assert Person(app).get("/api/v1/partners/aap").json["kind"] == "request"  # type: ignore[index]


def test_while_an_objection_waits_nothing_is_confirmed(app: Flask, signer: Actor) -> None:
    page = announced(a_curator())
    with unit_of_work():
        leaving.respond(signer, the_delisting(), "Dat hebben wij niet gevraagd.")
    assert BUTTON not in Person(app, signer).get(page).text
    with pytest.raises(NotAcceptable, match="bezwaar"):
        leaving.confirm(signer, the_delisting())
    assert is_listed_after(60)
