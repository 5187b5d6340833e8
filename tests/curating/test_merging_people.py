"""Who speaks for partners that are merged, or asked to: what they are told, and what becomes of requests."""

import pytest
from flask import Flask

from partnerkompas.accounts.models import Account, Representation
from partnerkompas.curating import merging
from partnerkompas.curating.merge_plan import plan
from partnerkompas.infra.db import db
from partnerkompas.infra.refusal import NotAcceptable
from partnerkompas.infra.request_cycle import unit_of_work
from partnerkompas.partners import queries, representing
from partnerkompas.partners.models import Partner, PartnerStatus
from partnerkompas.permissions.vocabulary import Actor, PartnerRole
from tests.at_once import at_once
from tests.factories import a_curator, a_member, a_partner, a_representative, the_criteria
from tests.signed_in import Person, audited, mails_to

ASK = "Vraag dan om dat voor Aap te doen."


@pytest.fixture(autouse=True)
def _two_partners(app: Flask) -> None:
    the_criteria()
    for name in ("Aap", "Noot"):
        a_partner(name)
    db.session.commit()


def stored(slug: str) -> Partner:
    found = queries.by_slug(slug)
    assert found is not None
    return found


def merge(curator: Actor) -> int:
    one, other = stored("aap"), stored("noot")
    return merging.merge(curator, one, other, (), plan(one, other).digest).id


def merged() -> None:
    curator = a_curator()
    db.session.commit()
    with unit_of_work():
        merge(curator)


def asked(actor: Actor, slug: str = "noot") -> int:
    db.session.commit()
    with unit_of_work():
        return representing.ask(actor, stored(slug), PartnerRole.EDITOR, "verkoop").id


def test_a_request_ends_and_who_asked_hears_where_to_go(app: Flask) -> None:
    somebody = a_member()
    number = asked(somebody)
    merged()
    request = db.session.get_one(Representation, number)
    assert request.ended_at is not None
    assert (request.granted_at, request.was_refused) == (None, True)
    told = mails_to(somebody.email)[-1]
    assert "Uw verzoek over Noot" in told.subject
    assert "Noot is opgegaan in Aap. Werkt u daar? Vraag dan om voor Aap te spreken." in told.body
    assert "/partners/aap" in told.body
    curator = Person(app, a_curator())
    assert somebody.email not in curator.get("/werkbank").text
    with pytest.raises(NotAcceptable, match="al besloten"):
        representing.grant(a_curator(), db.session.get_one(Representation, number), "Dit is te laat gekomen.")
    own, page = (Person(app, somebody).get(path).text for path in ("/account", f"/vertegenwoordiging/{number}"))
    assert "Noot is opgegaan in Aap." in own
    for shown in (own, page):
        assert "geëindigd" in shown
        assert "afgewezen" not in shown, "nobody refused it"
    deeds = [row.deed for row in audited() if row.subject == "partner/noot"]
    assert set(deeds[-2:]) == {"representation:closed", "partners:merged"}


def test_who_asked_for_both_or_speaks_already_is_not_told_to_ask(app: Flask) -> None:
    both, speaks = a_member(), a_representative(stored("aap"))
    asked(both, "aap")
    asked(both)
    asked(speaks)
    english = a_member()
    db.session.get_one(Account, english.account_id).language = "en"
    asked(english)
    merged()
    assert "Noot is opgegaan in Aap. U vroeg al om daarvoor te spreken." in mails_to(both.email)[-1].body
    bodies = " ".join(each.body for each in mails_to(speaks.email))
    assert "Noot is opgegaan in Aap. Daarvoor spreekt u al." in bodies
    assert "Noot was merged into Aap." in mails_to(english.email)[-1].body
    waiting = representing.waiting(9)
    assert [each.account_id for each in waiting] == [both.account_id], "for the one that stays it goes on"


def test_only_who_has_to_ask_is_told_to(app: Flask) -> None:
    here, there, both = a_representative(stored("aap")), a_representative(stored("noot")), a_member()
    for slug in ("aap", "noot"):
        about = {"partner_id": stored(slug).id, "role": "editor", "same_domain": True}
        db.session.add(Representation(account_id=both.account_id, granted_at=stored(slug).created_at, **about))
    db.session.commit()
    merged()
    for actor, must_ask in ((here, False), (there, True), (both, False)):
        (told,) = mails_to(actor.email)
        assert "Noot is opgegaan in Aap" in told.subject
        assert (ASK in told.body) is must_ask, actor


def test_who_asks_at_the_moment_of_merging_is_not_left_waiting(app: Flask) -> None:
    somebody, curator = a_member(), a_curator()
    db.session.commit()

    def ask() -> object:
        try:
            return representing.ask(somebody, stored("noot"), PartnerRole.EDITOR, "verkoop").id
        except PermissionError:
            return "not allowed"

    at_once(app, ask, lambda: merge(curator))
    db.session.rollback()
    db.session.expire_all()
    assert stored("noot").status == PartnerStatus.DELISTED
    assert not representing.waiting(9)
