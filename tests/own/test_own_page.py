"""The own page: everything that is known of somebody, to be seen, changed, taken along and erased."""

import json
import re
from datetime import timedelta
from pathlib import Path

import pytest
from flask import Flask

from partnerkompas.accounts import actions as accounts
from partnerkompas.accounts import queries
from partnerkompas.accounts.models import Account, Interest, Representation
from partnerkompas.challenging import actions as challenging
from partnerkompas.curating import merging
from partnerkompas.curating.merge_plan import plan
from partnerkompas.infra import clock
from partnerkompas.infra.db import db
from partnerkompas.infra.request_cycle import unit_of_work
from partnerkompas.membership import actions as membership
from partnerkompas.membership import inviting
from partnerkompas.membership.actions import PlainOrganisation
from partnerkompas.messages import actions as messages
from partnerkompas.messages.models import About
from partnerkompas.own.collecting import ABOUT_OR_BY, DECIDED, OF_OTHERS, SECRET
from partnerkompas.partners.models import Merge
from partnerkompas.permissions.vocabulary import OPERATOR, Actor, Role
from tests.factories import (
    NOW,
    a_curator,
    a_member,
    a_partner,
    a_representative,
    a_saved_search,
    an_answer,
    the_criteria,
)
from tests.signed_in import Person, audited, link_to, mails_to


@pytest.fixture
def actor(app: Flask) -> Actor:
    the_criteria()
    somebody = a_member()
    db.session.commit()
    return somebody


@pytest.fixture
def person(app: Flask, actor: Actor) -> Person:
    return Person(app, actor)


def account(actor: Actor) -> Account:
    db.session.rollback()
    return db.session.get_one(Account, actor.account_id)


def test_a_visitor_is_asked_to_sign_in(app: Flask) -> None:
    visitor = Person(app)
    for path in (
        "/account",
        "/account/wachtwoord",
        "/account/adres",
        "/account/gegevens.json",
        "/account/wissen",
        "/berichten",
    ):
        assert visitor.get(path).location.startswith("/inloggen?next="), path


def test_name_language_and_level(app: Flask, actor: Actor, person: Person) -> None:
    assert person.send("/account", "/account", name=" Jan  Jansen ", language="en").status_code == 303
    assert (account(actor).name, account(actor).language, account(actor).level) == ("Jan Jansen", "en", "")
    assert person.send("/account", "/account", name="x" * 81).status_code == 422
    assert person.send("/account", "/account", language="fr").status_code == 422
    with unit_of_work():
        made = membership.add(OPERATOR, PlainOrganisation("Brood"))
        db.session.get_one(Account, actor.account_id).organisation_id = made.id
    assert person.send("/account", "/account", level="chef").status_code == 422
    assert person.send("/account", "/account", level="board").status_code == 303
    assert account(actor).level == "board"


def test_nothing_else_can_be_set(app: Flask, actor: Actor, person: Person) -> None:
    token = person.token()
    more = {"email": "x@y.example", "roles": "admin", "organisation_id": "1", "level": "board", "id": "1"}
    person.post("/account", {"csrf_token": token, "name": "Jan", "language": "nl", **more})
    after = account(actor)
    assert (after.name, after.email, after.roles, after.organisation_id, after.level) == (
        "Jan",
        actor.email,
        frozenset(),
        None,
        "",
    )


def test_what_is_hard_to_undo_asks_for_the_password_again(app: Flask, actor: Actor, person: Person) -> None:
    owner = account(actor)
    with unit_of_work():
        accounts.set_password(queries.actor(owner), owner, "een lange zin over appels")
    person = Person(app, actor)
    with clock.fixed_at(NOW + timedelta(minutes=16)):
        for path in ("/account/wachtwoord", "/account/adres", "/account/gegevens.json", "/account/wissen"):
            assert person.get(path).location == f"/inloggen/opnieuw?next={path}"
        assert person.send("/inloggen/opnieuw?next=/account/wissen", password="iets anders dan dat").status_code == 422
        assert person.get("/account/wissen").status_code == 303
        proved = person.send("/inloggen/opnieuw?next=/account/wissen", password="een lange zin over appels")
        assert proved.location == "/account/wissen"
        assert person.get("/account/wissen").status_code == 200


def test_another_password_ends_the_other_sessions(app: Flask, actor: Actor, person: Person) -> None:
    other = Person(app, actor)
    changed = person.send("/account/wachtwoord", password="een lange zin over peren")
    assert changed.location == "/account?bewaard=beveiliging#beveiliging"
    assert person.get("/account").status_code == 200
    assert other.get("/account").status_code == 303
    assert "wachtwoord is veranderd" in mails_to(actor.email)[-1].body


def test_sessions_are_listed_and_ended(app: Flask, actor: Actor, person: Person) -> None:
    other = Person(app, actor)
    owner = account(actor)
    with unit_of_work():
        accounts.begin_session(owner, "Firefox, Windows")
    page = person.get("/account").text
    assert page.count("deze sessie") == 1
    assert "Firefox, Windows" in page
    rows = queries.sessions(actor.account_id or 0)
    person.send("/account", f"/account/sessies/{rows[1].id}/beeindig")
    assert other.get("/account").status_code == 303
    assert person.get("/account").status_code == 200
    stranger = a_member()
    strangers = Person(app, stranger)
    (foreign,) = queries.sessions(stranger.account_id or 0)
    token = person.token()
    person.post(f"/account/sessies/{foreign.id}/beeindig", {"csrf_token": token})
    assert strangers.get("/account").status_code == 200, "of others nothing ends"
    person.send("/account", "/account/overal-uitloggen")
    assert person.get("/account").status_code == 303
    assert not queries.sessions(actor.account_id or 0)


def test_interests_are_declared_and_over(app: Flask, actor: Actor, person: Person) -> None:
    a_partner("Aap"), a_partner("Noot")
    db.session.commit()
    assert person.send("/account", "/account/belangen", partner="bestaat niet", kind="client").status_code == 422
    assert person.send("/account", "/account/belangen", partner="aap", kind="").status_code == 422
    assert (
        person.send("/account", "/account/belangen", partner="aap", kind="client", note="al jaren").status_code == 303
    )
    person.send("/account", "/account/belangen", partner="Aap", kind="client")
    page = person.get("/account").text
    assert page.count("mijn organisatie is klant. ") == 1
    assert "al jaren" in page
    (row,) = db.session.scalars(db.select(Interest))
    assert queries.actor(account(actor)).interests == {row.partner_id}
    person.send("/account", f"/account/belangen/{row.id}/beeindig")
    with clock.fixed_at(NOW + queries.COOLING_OFF - timedelta(seconds=1)):
        assert queries.actor(account(actor)).interests == {row.partner_id}, "nobody drops a stake to decide at once"
    with clock.fixed_at(NOW + queries.COOLING_OFF):
        assert queries.actor(account(actor)).interests == frozenset()
    assert db.session.get_one(Interest, row.id).ended_at == NOW, "that it was there stays in the register"


def test_partners_that_share_a_name_are_told_apart(app: Flask, actor: Actor, person: Person) -> None:
    one, other, hidden = a_partner("Aap"), a_partner("AAP", slug="aap-2"), a_partner("Noot (oud)", slug="noot")
    mies = a_partner("Mies")
    db.session.commit()
    page = person.get("/account").text
    offered = re.findall(r'<option value="([^"]*)"></option>', page)
    assert sorted(offered) == ["AAP (aap-2)", "Aap (aap)", "Mies", "Noot (oud)"]

    def declared(name: str) -> int:
        return person.send("/account", "/account/belangen", partner=name, kind="client").status_code

    assert [declared(name) for name in ("Aap", "aap", "Aap (mies)", "Aap (aap-3)", "Aap (")] == [422] * 5
    assert [declared(name) for name in ("AAP (aap-2)", "noot (oud)", "mies")] == [303] * 3
    rows = {row.partner_id for row in db.session.scalars(db.select(Interest))}
    assert rows == {other.id, hidden.id, mies.id}
    assert declared("aap (AAP)") == 303
    assert one.id in {row.partner_id for row in db.session.scalars(db.select(Interest))}


def test_a_partner_that_was_merged_is_not_chosen(app: Flask) -> None:
    one, other, curator = a_partner("Aap"), a_partner("Aap", slug="aap-2"), a_curator()
    the_criteria()
    merging.merge(curator, one, other, (), plan(one, other).digest)
    speaks = a_representative(other)
    db.session.commit()
    for actor in (curator, speaks):
        person = Person(app, actor)
        assert '<option value="Aap"></option>' in person.get("/account").text
        assert "aap-2" not in re.findall(r'<option value="([^"]*)"></option>', person.get("/account").text)
        assert person.send("/account", "/account/belangen", partner="Aap", kind="client").status_code == 303
        assert person.send("/account", "/account/belangen", partner="aap-2", kind="client").status_code == 422
    assert {row.partner_id for row in db.session.scalars(db.select(Interest))} == {one.id}


def test_what_is_over_and_still_counts_is_shown(app: Flask, actor: Actor, person: Person) -> None:
    """Who is refused by it is sent here, and must find it."""
    aap, noot, mies = a_partner("Aap"), a_partner("Noot"), a_partner("Mies")
    db.session.add(Interest(account_id=actor.account_id, partner_id=aap.id, kind="client", ended_at=NOW))
    about = {"account_id": actor.account_id, "role": "editor", "same_domain": True, "ended_at": NOW}
    db.session.add(Representation(partner_id=noot.id, granted_at=NOW - timedelta(days=3), **about))
    db.session.add(Representation(partner_id=mies.id, decided_by=actor.account_id, **about))
    db.session.commit()
    counts = "telt mee tot en met 22 november 2027"
    page = person.get("/account").text
    assert "Aap: mijn organisatie is klant" in page
    assert page.count(counts) == 2, "a request that was refused never counted"
    assert "Is voorbij" not in page
    with clock.fixed_at(NOW + queries.COOLING_OFF):
        later = Person(app, actor).get("/account").text
        assert counts not in later
        assert "Aap: mijn organisatie is klant" not in later


def test_where_a_stake_went_along_is_shown(app: Flask, actor: Actor, person: Person) -> None:
    aap, noot, mies = a_partner("Aap"), a_partner("Noot"), a_partner("Mies")
    db.session.add(Interest(account_id=actor.account_id, partner_id=aap.id, kind="client"))
    for kept, absorbed in ((noot, aap), (mies, noot)):
        db.session.add(Merge(kept_id=kept.id, absorbed_id=absorbed.id, did={}))
    db.session.commit()
    assert "opgegaan in Mies, en telt daar ook" in person.get("/account").text


def test_a_partner_that_no_database_can_look_for_is_not_known(person: Person) -> None:
    """PostgreSQL takes no NUL."""
    odd = person.send("/account", "/account/belangen", partner="A\0ap", kind="client")
    assert odd.status_code == 422
    assert "kennen we niet" in odd.text


def test_mail_is_chosen_by_subject(app: Flask, actor: Actor, person: Person) -> None:
    person.send("/account", "/account/mail", mail=["expiry"])
    owner = account(actor)
    with unit_of_work():
        for about in About:
            messages.tell([owner], about, lambda about=about: (f"over {about}", "tekst"), "/account")
    assert [mail.subject for mail in mails_to(actor.email)] == [
        f"Partnerkompas: over {about}" for about in ("security", "expiry", "challenges", "listing", "rules")
    ]
    inbox = person.get("/berichten").text
    assert all(f"over {about}" in inbox for about in About)
    assert "Berichten" in inbox
    person.send("/berichten", "/berichten/gelezen")
    assert "Markeer alles" not in person.get("/berichten").text


def test_a_thing_is_told_once(app: Flask, actor: Actor) -> None:
    owner = account(actor)
    with unit_of_work():
        for _ in range(2):
            messages.tell([owner], About.EXPIRY, lambda: ("bijna", "verlopen"), key="expiry/1/30")
    assert len(mails_to(actor.email)) == 1


def test_everything_is_taken_along_without_what_opens_the_account(app: Flask, actor: Actor, person: Person) -> None:
    a_partner("Aap")
    a_saved_search(actor, "q=aap", "Mijn zoekvraag")
    db.session.commit()
    person.send("/account", "/account", name="Jan Jansen")
    person.send("/account", "/account/belangen", partner="Aap", kind="client", note="al jaren")
    given = person.get("/account/gegevens.json")
    assert given.mimetype == "application/json"
    assert "attachment" in given.headers["Content-Disposition"]
    data = json.loads(given.text)
    assert data["account"]["email"] == actor.email
    assert data["account"]["name"] == "Jan Jansen"
    assert [row["note"] for row in data["interest"]] == ["al jaren"]
    assert [row["name"] for row in data["saved_search"]] == ["Mijn zoekvraag"]
    assert len(data["signed_in"]) == 1
    assert {"account:change", "interest:declared"} <= {row["deed"] for row in data["audit"]}
    assert not any(secret in given.text for secret in SECRET - {"secret"})
    assert account(actor).password_hash not in given.text.split('"')


def test_no_column_that_names_an_account_is_forgotten() -> None:
    """GDPR-01: a new one must be put with what is taken along, or with what is of others."""
    named = {
        f"{column.table.name}.{column.name}"
        for table in db.metadata.sorted_tables
        for column in table.columns
        if any(key.column.table.name == "account" for key in column.foreign_keys)
    }
    taken = {f"{table}.{name}" for table, names in ABOUT_OR_BY.items() for name in names}
    decided = {f"{table}.{name}" for table, (names, _told) in DECIDED.items() for name in names}
    assert taken | decided | OF_OTHERS == named
    assert not taken & decided
    assert not (taken | decided) & OF_OTHERS


def test_what_others_wrote_is_not_taken_along_by_who_decided(app: Flask, actor: Actor, person: Person) -> None:
    partner, curator = a_partner("Aap"), a_curator()
    made = challenging.open_challenge(a_member(), an_answer(partner, "personen", 400), "Ik, Jan Jansen, zag er vijf.")
    made.responded_at = NOW
    db.session.flush()
    challenging.uphold(curator, made, "In het register staan er vierhonderd.", made.answer_id)
    db.session.commit()
    told = Person(app, curator).get("/account/gegevens.json")
    (decided,) = json.loads(told.text)["decided"]["challenge"]
    assert decided == {"id": made.id, "outcome": "upheld", "decided_at": decided["decided_at"]}
    assert "Jansen" not in told.text


def test_erasing_leaves_nothing_that_tells_who_it_was(app: Flask, actor: Actor, person: Person) -> None:
    """GDPR-02: the address and name are in no file of the database afterwards."""
    a_partner("Aap")
    a_saved_search(actor, "q=aap", "Mijn zoekvraag")
    db.session.commit()
    person.send("/account", "/account", name="Jan Uniekenaam")
    person.send("/account", "/account/belangen", partner="Aap", kind="client", note="bij Uniekenaam")
    person.send("/account/wachtwoord", password="een lange zin over peren")
    person.send("/account/adres", email="uniekenaam@elders.example")
    assert "Wis mijn account" in person.get("/account/wissen").text
    gone = person.send("/account/wissen")
    assert "Uw account is gewist" in gone.text
    assert person.get("/account").status_code == 303
    assert queries.by_email(actor.email) is None
    after = account(actor)
    assert (after.name, after.ended_at, after.email) == ("", NOW, f"gewist-{after.id}")
    told = [row for row in audited() if row.account_id == actor.account_id]
    assert told[-1].deed == "account:erased"
    everything = "\n".join(
        str(tuple(row)) for table in db.metadata.sorted_tables for row in db.session.execute(db.select(table))
    )
    assert actor.email not in everything
    assert "niekenaam" not in everything
    assert "Mijn zoekvraag" not in everything


def test_after_erasing_the_pages_of_the_database_hold_nothing_either(app: Flask, actor: Actor, person: Person) -> None:
    person.send("/account", "/account", name="Jan Uniekenaam")
    person.send("/account/wissen")
    if db.engine.dialect.name != "sqlite":
        pytest.skip("PostgreSQL cleans its pages by vacuum, in its own time")
    db.session.remove()
    with db.engine.connect() as connection:
        connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")
    files = Path(db.engine.url.database or "").parent.glob("*.sqlite3*")
    for file in files:
        assert b"Uniekenaam" not in file.read_bytes(), file.name
        assert actor.email.encode() not in file.read_bytes(), file.name


def test_the_same_address_can_come_back(app: Flask, actor: Actor, person: Person) -> None:
    person.send("/account/wissen")
    with unit_of_work():
        again = accounts.make(OPERATOR, actor.email, "een lange zin over appels")
        accounts.grant_role(OPERATOR, again, Role.CURATOR)
    assert again.id != actor.account_id


def test_erasing_takes_nothing_of_whoever_reads_mail_at_an_address_that_was_only_typed(
    app: Flask, actor: Actor, person: Person
) -> None:
    with unit_of_work():
        bakery = membership.add(OPERATOR, PlainOrganisation("De Bakkerij", domains=("bakkerij.example",)))
        inviting.invite(OPERATOR, bakery, "ander@bakkerij.example", "secret")
    invitation = link_to("ander@bakkerij.example")
    person.send("/account/adres", email="ander@bakkerij.example")
    person.send("/account/wissen")
    assert Person(app).get(invitation).status_code == 200
    assert "uitnodiging" in mails_to("ander@bakkerij.example")[0].subject


@pytest.mark.usefixtures("cheap_hashes")
def test_erasing_takes_along_the_address_an_account_had_before(app: Flask) -> None:
    before, after = "oud@bakkerij.example", "nieuw@bakkerij.example"
    somebody = Person(app)
    somebody.send("/account/nieuw", email=before)
    somebody.send(link_to(before), password="een lange zin over appels")
    somebody.send("/account/adres", email=after)
    somebody.send(link_to(after))
    moved = queries.by_email(after)
    assert moved is not None
    Person(app, queries.actor(moved)).send("/account/wissen")
    everything = "\n".join(
        str(tuple(row)) for table in db.metadata.sorted_tables for row in db.session.execute(db.select(table))
    )
    assert before not in everything
    assert after not in everything


def test_it_says_where_something_was_saved(app: Flask, person: Person) -> None:
    saved = '<p class="notice" role="status">'
    for path, typed, part in (("/account", {"language": "nl"}, "gegevens"), ("/account/mail", {}, "mail")):
        answer = person.send("/account", path, **typed)
        page = person.get(answer.location).text
        assert page.split(f'<h2 id="{part}">')[1].lstrip().partition("</h2>")[2].lstrip().startswith(saved)
        assert page.count(saved) == 1
    assert saved not in person.get("/account?bewaard=iets").text
