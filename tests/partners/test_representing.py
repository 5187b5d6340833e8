"""Speaking for a partner: who may ask, who decides, and what ends it."""

from datetime import timedelta

import pytest
from flask import Flask

from partnerkompas.accounts import queries as accounts
from partnerkompas.accounts.models import Account, Representation, RoleGrant
from partnerkompas.infra import clock
from partnerkompas.infra.db import db
from partnerkompas.infra.refusal import NotAcceptable
from partnerkompas.infra.request_cycle import unit_of_work
from partnerkompas.partners import queries, representing
from partnerkompas.partners.models import Partner, PartnerStatus
from partnerkompas.partners.representing import is_at_domain
from partnerkompas.permissions.policy import NotAllowed
from partnerkompas.permissions.vocabulary import VISITOR, Actor, PartnerRole, Role
from tests.at_once import at_once
from tests.factories import (
    NOW,
    a_curator,
    a_member,
    a_partner,
    a_representative,
    an_admin,
    the_criteria,
    with_interest,
)
from tests.signed_in import Person, audited, mails_to

CLAIM = "/partners/aap/vertegenwoordigen"


@pytest.fixture
def aap(app: Flask) -> Partner:
    the_criteria()
    partner = a_partner("Aap", website="https://www.aap.example/over-ons")
    a_partner("Noot")
    db.session.commit()
    return partner


def at_aap() -> Actor:
    """Somebody with an address at the domain of the partner."""
    account = db.session.get_one(Account, a_member().account_id)
    account.email = f"p{account.id}@aap.example"
    db.session.commit()
    return accounts.actor(account)


def again(actor: Actor) -> Actor:
    """The same, as they are now."""
    db.session.rollback()
    return accounts.actor(db.session.get_one(Account, actor.account_id))


def asked(app: Flask, actor: Actor, **more: str) -> tuple[Person, str]:
    """Ask to speak for Aap; returns who asked and the page of the request."""
    person = Person(app, actor)
    answer = person.send(CLAIM, function="consultant", **more)
    assert answer.status_code == 303
    return person, answer.location


@pytest.mark.parametrize(
    ("email", "website", "same"),
    [
        ("jan@aap.example", "https://www.aap.example/", True),
        ("jan@aap.example", "http://aap.example", True),
        ("jan@mail.aap.example", "https://aap.example", False),
        ("jan@aap.example.kwaad.example", "https://aap.example", False),
        ("jan@kwaad-aap.example", "https://aap.example", False),
        ("jan@aap.example", "", False),
        ("jan@", "https://", False),
        ("jan@aap.example", "https://aap.example:8443/x", True),
    ],
)
def test_the_domain_of_mail_and_website(email: str, website: str, same: bool) -> None:
    assert is_at_domain(email, website) is same


def test_from_asking_to_speaking(app: Flask, aap: Partner) -> None:
    number, actor = aap.id, at_aap()
    person, page = asked(app, actor, role="signer")
    shown = person.get(page).text
    assert "wacht op een curator" in shown
    assert "U krijgt een bericht als het besluit er is." in shown
    assert "Trek in" in shown
    data = '/partners/aap/gegevens"'
    assert data not in shown + person.get("/account").text
    assert again(actor).represents == frozenset(), "asking gives nothing yet"
    curator = Person(app, a_curator())
    bench = curator.get("/werkbank").text
    assert actor.email in bench
    assert "zelfde domein" in bench
    shown = curator.get(page).text
    assert "Trek in" not in shown, "a curator refuses with a reason instead"
    assert f'href="{aap.website}"' in shown
    assert curator.send(page, f"{page}/besluit", besluit="toekennen").status_code == 303
    after = again(actor)
    assert (after.represents, after.signs_for) == (frozenset({number}), frozenset({number}))
    assert "U spreekt voor Aap" in mails_to(actor.email)[-1].subject
    assert "U spreekt voor Aap" in person.get("/berichten").text
    account = person.get("/account").text
    assert data in account
    assert f'href="{page}"' in account
    assert data in person.get(page).text
    assert data not in curator.get(page).text
    assert actor.email not in curator.get("/werkbank").text
    deeds = [row.deed for row in audited() if row.subject == "partner/aap"]
    assert deeds[-2:] == ["partner:claim", "representation:granted"]


def test_another_domain_needs_a_note(app: Flask, aap: Partner) -> None:
    actor = a_member()
    person, page = asked(app, actor)
    curator = Person(app, a_curator())
    refused = curator.send(page, f"{page}/besluit", besluit="toekennen")
    assert refused.status_code == 422
    assert "wat u gezien hebt" in refused.text
    assert again(actor).represents == frozenset()
    curator.send(page, f"{page}/besluit", besluit="toekennen", note="Gebeld met het hoofdnummer.")
    assert len(again(actor).represents) == 1
    assert "Gebeld met het hoofdnummer." in person.get(page).text


def test_refused_with_reasons_and_asked_again(app: Flask, aap: Partner) -> None:
    actor = at_aap()
    person, page = asked(app, actor)
    curator = Person(app, a_curator())
    assert curator.send(page, f"{page}/besluit", besluit="afwijzen").status_code == 422
    short = curator.send(page, f"{page}/besluit", besluit="afwijzen", note="nee")
    assert (short.status_code, "Schrijf een hele zin" in short.text) == (422, True)
    curator.send(page, f"{page}/besluit", besluit="afwijzen", note="De partner kent u niet.")
    assert "De partner kent u niet." in mails_to(actor.email)[-1].body
    assert "afgewezen" in person.get(page).text
    assert again(actor).represents == frozenset()
    assert person.get(CLAIM).status_code == 200, "leaving or being refused is not for ever"


def test_decided_once(app: Flask, aap: Partner) -> None:
    _person, page = asked(app, at_aap())
    number = int(page.rpartition("/")[2])
    with unit_of_work():
        representing.grant(a_curator(), db.session.get_one(Representation, number))
    for verb in (representing.grant, representing.refuse):
        with pytest.raises(NotAcceptable, match="al besloten"):
            verb(a_curator(), db.session.get_one(Representation, number), "Dit is nog een keer geprobeerd.")


def test_asking_twice_is_asking_once(app: Flask, aap: Partner) -> None:
    person, page = asked(app, at_aap())
    assert person.get(CLAIM).location == page
    assert db.session.query(Representation).count() == 1


def test_who_has_a_stake_does_not_decide(app: Flask, aap: Partner) -> None:
    """U12: refused by 403, whatever the role."""
    _person, page = asked(app, at_aap())
    number = int(page.rpartition("/")[2])
    noot = db.session.scalars(db.select(Partner).where(Partner.slug == "noot")).one()
    tied = with_interest(a_curator(), db.session.get_one(Partner, aap.id))
    for actor, status in ((tied, 403), (an_admin(), 404), (a_member(), 404), (a_representative(noot), 404)):
        person = Person(app, actor)
        token = person.token()
        answer = person.post(f"{page}/besluit", {"csrf_token": token, "besluit": "toekennen", "note": "ja"})
        assert answer.status_code == status, actor
        assert f"{page}/besluit" not in person.get(page).text
    assert "meldde een belang" in Person(app, tied).get(page).text
    assert db.session.get_one(Representation, number).granted_at is None


def test_a_curator_does_not_decide_about_the_own_request(app: Flask, aap: Partner) -> None:
    """Nor does a curator ask: who asked as a member and became one may not grant it, and reads why."""
    member = at_aap()
    _person, page = asked(app, member)
    db.session.add(RoleGrant(account_id=member.account_id, role=Role.CURATOR, granted_by="tests"))
    db.session.commit()
    curator = again(member)
    told = Person(app, curator).get(page).text
    assert "Hierover beslist u niet, want u vroeg het zelf." in told
    assert "Er is nu niemand anders die dit mag" in told
    with pytest.raises(NotAllowed):
        representing.ask(curator, db.session.get_one(Partner, aap.id), PartnerRole.EDITOR, "consultant")
    with pytest.raises(NotAllowed):
        representing.grant(curator, db.session.get_one(Representation, int(page.rpartition("/")[2])), "ik ben het")


def test_who_may_end_it(app: Flask, aap: Partner) -> None:
    number = aap.id

    def a_running_one() -> int:
        actor = a_representative(db.session.get_one(Partner, number))
        db.session.commit()
        return db.session.scalars(
            db.select(Representation.id).where(Representation.account_id == actor.account_id)
        ).one()

    partner = db.session.get_one(Partner, number)
    noot = db.session.scalars(db.select(Partner).where(Partner.slug == "noot")).one()
    signer, curator = a_representative(partner, PartnerRole.SIGNER), a_curator()
    for actor in (signer, curator):
        one = a_running_one()
        with unit_of_work():
            representing.end(actor, db.session.get_one(Representation, one))
        assert db.session.get_one(Representation, one).ended_at is not None
    running = db.session.get_one(Representation, a_running_one())
    tied = with_interest(a_curator(), db.session.get_one(Partner, number))
    for actor in (
        VISITOR,
        a_member(),
        a_representative(db.session.get_one(Partner, number)),
        a_representative(noot, PartnerRole.SIGNER),
        tied,
    ):
        with pytest.raises(NotAllowed):
            representing.end(actor, running)
    owner = accounts.actor(db.session.get_one(Account, running.account_id))
    representing.end(owner, running)
    assert running.ended_at is not None
    assert accounts.actor(db.session.get_one(Account, running.account_id)).represents == frozenset()


@pytest.mark.parametrize("status", [PartnerStatus.DRAFT, PartnerStatus.DELISTED])
def test_nobody_asks_for_what_is_not_in_the_guide(app: Flask, aap: Partner, status: PartnerStatus) -> None:
    a_partner("Verborgen", status=status)
    db.session.commit()
    assert Person(app, a_member()).get("/partners/verborgen/vertegenwoordigen").status_code == 404


def test_a_visitor_signs_in_first(app: Flask, aap: Partner) -> None:
    assert Person(app).get(CLAIM).location == f"/inloggen?next={CLAIM}"
    profile = Person(app).get("/partners/aap").text
    assert CLAIM in profile
    assert CLAIM not in Person(app, a_representative(db.session.get_one(Partner, aap.id))).get("/partners/aap").text


@pytest.mark.parametrize("function", ["", "   ", "x" * 121])
def test_what_one_does_there_is_asked(app: Flask, aap: Partner, function: str) -> None:
    assert Person(app, a_member()).send(CLAIM, function=function).status_code == 422


def test_a_request_is_seen_by_who_has_to_do_with_it(app: Flask, aap: Partner) -> None:
    _person, page = asked(app, at_aap())
    noot = db.session.scalars(db.select(Partner).where(Partner.slug == "noot")).one()
    partner = db.session.get_one(Partner, aap.id)
    for actor, status in (
        (a_member(), 404),
        (a_representative(partner), 404),
        (a_representative(noot, PartnerRole.SIGNER), 404),
        (a_representative(partner, PartnerRole.SIGNER), 200),
        (a_curator(), 200),
    ):
        assert Person(app, actor).get(page).status_code == status, actor
    assert Person(app).get(page).status_code == 404
    assert Person(app, a_curator()).get("/vertegenwoordiging/99999999999").status_code == 404


def test_what_is_typed_is_never_run(app: Flask, aap: Partner) -> None:
    """SEC-07."""
    person = Person(app, a_member())
    page = person.send(CLAIM, function="<script>alert(1)</script>").location
    assert "&lt;script&gt;" in person.get(page).text
    assert "<script>alert" not in person.get(page).text


def test_who_sends_the_form_twice_asks_once(app: Flask, aap: Partner) -> None:
    somebody, slug = at_aap(), aap.slug

    def ask() -> int:
        partner = queries.by_slug(slug)
        assert partner is not None
        return representing.ask(somebody, partner, PartnerRole.EDITOR, "consultant").id

    made = at_once(app, ask, ask, ask)
    assert len(set(made)) == 1, made


def test_of_two_curators_who_decide_at_once_one_is_told(app: Flask, aap: Partner) -> None:
    asked(app, at_aap())
    one, two = a_curator(), a_curator()
    db.session.commit()
    number = representing.waiting(1)[0].id

    def the_request() -> Representation:
        found = representing.by_id(number)
        assert found is not None
        return found

    told = at_once(
        app,
        lambda: representing.grant(one, the_request(), "gezien"),
        lambda: representing.refuse(two, the_request(), "Wij hebben niets gezien."),
    )
    assert sorted(map(str, told)) == ["Hierover is al besloten.", "None"]
    db.session.rollback()
    db.session.expire_all()
    assert (the_request().granted_at is None) != (the_request().ended_at is None)


def test_what_was_taken_back_and_what_was_refused_read_differently(app: Flask, aap: Partner) -> None:
    """On the own page too, with the reason where somebody gave one."""
    back, no, colleague = at_aap(), at_aap(), at_aap()
    signer = Person(app, a_representative(aap, PartnerRole.SIGNER))
    person, page = asked(app, back)
    person.send(page, f"{page}/beeindig")
    assert "ingetrokken op 22 november 2026" in person.get("/account").text
    assert "afgewezen" not in person.get("/account").text + person.get(page).text

    person, page = asked(app, no)
    Person(app, a_curator()).send(page, f"{page}/besluit", besluit="afwijzen", note="Op de site staat u niet.")
    own = " ".join(person.get("/account").text.split())
    assert "afgewezen op 22 november 2026: Op de site staat u niet." in own
    assert "ingetrokken" not in own

    person, page = asked(app, colleague)
    assert "Verzoek afwijzen" in signer.get(page).text
    signer.send(page, f"{page}/beeindig")
    assert "afgewezen op 22 november 2026" in person.get("/account").text, "it was not taken back by who asked"
    assert "afgewezen" in person.get(page).text
    assert "wees uw verzoek af" in mails_to(colleague.email)[-1].body


def moved(actor: Actor, email: str) -> None:
    db.session.rollback()
    db.session.get_one(Account, actor.account_id).email = email
    db.session.commit()


@pytest.mark.parametrize(
    ("before", "after", "told"),
    [
        ("p@aap.example", "prive@elders.example", "nu niet, toen het gevraagd werd wel"),
        ("prive@elders.example", "p@aap.example", "nu wel, toen het gevraagd werd niet"),
    ],
)
def test_an_account_that_moved_since_needs_a_note(app: Flask, aap: Partner, before: str, after: str, told: str) -> None:
    """What the curator sees is the address of now, so it is not taken for one at the partner."""
    actor = a_member()
    db.session.commit()
    moved(actor, before)
    _person, page = asked(app, actor)
    moved(actor, after)
    curator = Person(app, a_curator())
    assert told in curator.get(page).text
    assert "ander domein" in curator.get("/werkbank").text
    refused = curator.send(page, f"{page}/besluit", besluit="toekennen")
    assert (refused.status_code, "wat u gezien hebt" in refused.text) == (422, True)
    curator.send(page, f"{page}/besluit", besluit="toekennen", note="Gebeld met het hoofdnummer.")
    assert len(again(actor).represents) == 1


def test_who_speaks_is_listed_where_it_can_be_ended(app: Flask, aap: Partner) -> None:
    signer, editor = a_representative(aap, PartnerRole.SIGNER), a_representative(aap)
    a_representative(db.session.scalars(db.select(Partner).where(Partner.slug == "noot")).one())
    db.session.commit()
    numbers = {each.account_id: each.id for each in db.session.scalars(db.select(Representation))}
    _asker, page = asked(app, at_aap())
    links = {who: f'href="/vertegenwoordiging/{numbers[who.account_id or 0]}"' for who in (signer, editor)}
    waiting, own = f'href="{page}"', "/partners/aap/gegevens"
    for actor, where in ((signer, own), (a_curator(), "/werkbank/partners/aap")):
        shown = Person(app, actor).get(where).text
        assert all(link in shown for link in (*links.values(), waiting)), actor
        assert shown.count('href="/vertegenwoordiging/') == 3, "and nobody of another partner"
        assert editor.email in shown
    shown = Person(app, editor).get(own).text
    assert links[editor] in shown
    assert links[signer] not in shown
    assert waiting not in shown
    assert signer.email not in shown
    ended = Person(app, signer)
    colleague = f"/vertegenwoordiging/{numbers[editor.account_id or 0]}"
    assert ended.send(colleague, f"{colleague}/beeindig").status_code == 303
    assert again(editor).represents == frozenset()
    assert links[editor] not in ended.get(own).text


def test_who_signs_hears_of_a_request(app: Flask, aap: Partner) -> None:
    signer, editor = a_representative(aap, PartnerRole.SIGNER), a_representative(aap)
    asker = at_aap()
    person, page = asked(app, asker)
    told = mails_to(signer.email)[-1]
    assert "Iemand wil voor Aap spreken" in told.subject
    assert page in told.body
    assert asker.email not in told.subject + told.body, "what is erased must not stand in an inbox"
    assert not mails_to(editor.email)
    assert f'href="{page}"' in Person(app, signer).get("/berichten").text
    hint = person.get("/partners/noot/vertegenwoordigen").text
    assert "net als de curatoren en wie al voor deze partner ondertekent" in hint
    assert "Alleen u en de curatoren" not in hint


def test_nobody_fills_the_mailbox_of_who_signs(app: Flask, aap: Partner) -> None:
    signer = a_representative(aap, PartnerRole.SIGNER)
    db.session.commit()
    actor = at_aap()
    for _turn in range(representing.A_DAY):
        person, page = asked(app, actor)
        assert person.send(page, f"{page}/beeindig").status_code == 303
    told = len(mails_to(signer.email))
    refused = Person(app, again(actor)).send(CLAIM, function="consultant")
    assert (refused.status_code, "Probeer het morgen opnieuw" in refused.text) == (422, True)
    assert len(mails_to(signer.email)) == told == representing.A_DAY
    with clock.fixed_at(NOW + timedelta(days=1, seconds=1)):
        asked(app, again(actor))
