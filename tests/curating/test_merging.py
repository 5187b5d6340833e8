"""Two partners that are one are merged, and made two again; undoing gives back exactly what was (row O2)."""

import re
from random import Random
from typing import Any

import pytest
from flask import Flask

from partnerkompas.answers import actions as answers
from partnerkompas.answers.models import Answer
from partnerkompas.challenging import actions as challenging
from partnerkompas.curating import merging
from partnerkompas.curating.merge_plan import plan
from partnerkompas.infra import clock
from partnerkompas.infra.audit import AuditRow
from partnerkompas.infra.db import db
from partnerkompas.infra.refusal import NotAcceptable
from partnerkompas.partners import actions as partners
from partnerkompas.partners import leaving, queries
from partnerkompas.partners.actions import PlainOffice, PlainPartner
from partnerkompas.partners.models import LeavingKind, Merge, OfficeRole, Partner, PartnerStatus
from partnerkompas.permissions.policy import NotAllowed
from partnerkompas.permissions.vocabulary import OPERATOR
from partnerkompas.search import sync
from tests.factories import (
    a_curator,
    a_member,
    a_partner,
    a_representative,
    a_visitor,
    an_admin,
    an_answer,
    the_criteria,
    with_interest,
)
from tests.signed_in import Person, audited, fields, mails_to

CHECK = "/werkbank/samenvoegen?een=aap&ander=noot&blijft=aap"
POSTED = "/werkbank/samenvoegen"
WHY = "Op de site staat iets heel anders."


@pytest.fixture
def curator(app: Flask) -> Person:
    the_criteria()
    aap = a_partner("Aap", kvk_number="12345678")
    noot = a_partner(
        "Noot BV",
        slug="noot",
        former_names=("Nootje", "Aap"),
        offices=(
            PlainOffice("Utrecht", "NL-UT", source_url="https://noot.example/u"),
            PlainOffice("Delft", "NL-ZH", OfficeRole.DELIVERY, "https://noot.example/d"),
        ),
    )
    an_answer(aap, "iso", "ja")
    an_answer(noot, "iso", "nee")
    an_answer(noot, "personen", "12", source_url="https://noot.example/p", evidence="jaarverslag", level=2)
    db.session.commit()
    return Person(app, a_curator())


def stored(slug: str) -> Partner:
    db.session.rollback()
    found = queries.by_slug(slug)
    assert found is not None
    return found


def merged(app: Flask, curator: Person, **more: Any) -> str:
    """Merge by the pages; returns the page of the merge."""
    page = curator.get(CHECK).text
    picked = re.findall(r'name="antwoord" value="([^"]*)" checked', page)
    sent = curator.post(POSTED, {**fields(page, POSTED), "antwoord": picked, **more})
    assert sent.status_code == 303, sent.text
    return str(sent.location)


def seen_of(visitor: Person) -> dict[str, Any]:
    """Everything the public sees of both, as text."""
    pages = [
        *("/partners/aap", "/partners/noot", "/api/v1/partners/aap", "/api/v1/partners/noot", "/api/v1/partners"),
        *("/partners", "/partners?q=aap", "/partners?q=noot", "/partners?q=nootje", "/api/v1/partners?iso=ja"),
        *("/api/v1/partners?q=noot", "/api/v1/partners?personen=1..", "/partners.csv", "/criteria/iso", "/actualiteit"),
    ]
    found = {}
    for path in pages:
        answer = visitor.get(path)
        found[path] = answer.status_code, re.sub(r'nonce-[^"\']+', "", answer.text)
    return found


def test_the_whole_way(app: Flask, curator: Person) -> None:
    people = a_representative(stored("noot"))
    db.session.commit()
    visitor = Person(app)
    chosen = curator.get("/werkbank/samenvoegen?een=aap&ander=noot").text
    assert "Welke partner blijft?" in chosen
    check = curator.get(CHECK).text
    for each in ("Noot BV gaat op in Aap", "Nootje", "Delft", "neem over", "/partners/noot"):
        assert each in check, each
    assert "Utrecht" not in check
    page = merged(app, curator)

    aap = partners.plain(stored("aap"))
    assert (aap.name, aap.kvk_number, aap.former_names) == ("Aap", "12345678", ("Noot BV", "Nootje"))
    assert [(each.city, each.source_url) for each in aap.offices] == [
        ("Utrecht", ""),
        ("Delft", "https://noot.example/d"),
    ]
    facts = {each["criterion"]: each for each in visitor.get("/api/v1/partners/aap").json["answers"]}  # type: ignore[index]
    assert facts["iso"]["state"] == "stated"
    copy = facts["personen"]
    assert (copy["value"], copy["source_url"], copy["evidence"]) == (12, "https://noot.example/p", "jaarverslag")
    assert (copy["level"], copy["stated_on"]) == (2, "2026-01-15")

    for path in ("/partners/noot", "/api/v1/partners/noot", "/en/partners/noot"):
        led = visitor.get(f"{path}?op=2026-11-22")
        assert led.status_code == 308, path
        assert led.location == path.replace("noot", "aap") + "?op=2026-11-22"
        assert "no-cache" in led.headers["Cache-Control"], "it can be undone"
    assert visitor.get("/partners/noot?_external=1&p=aap&lijst=q").location == "/partners/aap?p=aap&lijst=q"
    for words in ("noot", "nootje"):
        found = visitor.get(f"/api/v1/partners?q={words}").json["items"]  # type: ignore[index]
        assert [each["slug"] for each in found] == ["aap"]
    assert "Noot BV is opgegaan in Aap" in mails_to(people.email)[-1].subject
    speaker = Person(app, people)
    for person in (speaker, curator):
        own = person.get("/partners/noot")
        assert own.status_code == 200
        assert "opgegaan in Aap" in own.text
        assert "12" in own.text, "what it answered stays to be read"
    assert speaker.get("/partners/aap/gegevens").status_code == 403, "speaking for one is not speaking for the other"
    assert sync.differences() == []
    told = [row.deed for row in audited() if row.subject == "partner/noot"]
    assert told[-1] == "partners:merged"

    shown = curator.get(page).text
    assert "Als u dit ongedaan maakt" in shown
    assert curator.send(page, f"{page}/ongedaan").status_code == 303
    assert "Ongedaan gemaakt op" in curator.get(page).text
    assert "weer een partner" in mails_to(people.email)[-1].subject
    token = curator.token()
    again = curator.post(f"{page}/ongedaan", {"csrf_token": token})
    assert (again.status_code, "al ongedaan gemaakt" in again.text) == (422, True)
    assert sync.differences() == []


def made_up(random: Random, name: str, slug: str) -> PlainPartner:
    cities = ["Utrecht", "Delft", "Breda", "Gent"]
    return PlainPartner(
        slug=slug,
        name=name,
        legal_name=random.choice(["", f"{name} Nederland BV"]),
        kvk_number=random.choice(["", "12345678"]),
        group_name=random.choice(["", "Mies"]),
        former_names=tuple(random.sample(["Wim", "Zus", "Jet", "Aap", "Noot"], random.randrange(4))),
        offices=tuple(
            PlainOffice(
                random.choice(cities),
                random.choice(["", "NL-UT"]),
                random.choice(list(OfficeRole)),
                random.choice(["", "https://x.example"]),
            )
            for _n in range(random.randrange(5))
        ),
    )


@pytest.mark.parametrize("seed", range(8))
def test_merging_and_undoing_gives_back_what_was(app: Flask, seed: int) -> None:
    random = Random(seed)
    the_criteria()
    for name, slug in (("Aap", "aap"), (random.choice(["Aap", "Noot"]), "noot")):
        partner, _outcome = partners.save(OPERATOR, made_up(random, name, slug))
        for criterion, values in (("iso", ["ja", "nee"]), ("personen", ["3", "12", "40"]), ("naam", ["een tekst"])):
            for value in random.choices([None, *values], k=random.randrange(3)):
                an_answer(partner, criterion, value)
    db.session.commit()
    copies = seed % 2 == 0
    visitor, curator = Person(app), Person(app, a_curator())
    before = seen_of(visitor)
    page = merged(app, curator, **({} if copies else {"antwoord": []}))
    assert seen_of(visitor) != before
    curator.send(page, f"{page}/ongedaan")
    after = seen_of(visitor)
    copied = db.session.scalars(db.select(Merge)).one().did["answers"]
    for path, told in before.items():
        if copied and path in ("/partners/aap", "/partners/noot"):
            continue  # that an answer stood there for a while is in the history of the page
        assert after[path] == told, path
    assert sync.differences() == []


def test_what_is_newer_stays_and_is_named(app: Flask, curator: Person) -> None:
    page = merged(app, curator)
    aap = stored("aap")
    an_answer(aap, "personen", "99")
    now = partners.plain(stored_with(aap))
    offices = tuple(PlainOffice("Den Hoorn") if each.city == "Delft" else each for each in now.offices)
    partners.save(OPERATOR, PlainPartner(**{**values(now), "name": "Aap Nieuw", "offices": offices}))
    db.session.commit()
    assert "blijft bij Aap Nieuw: Delft" in curator.get(page).text
    curator.send(page, f"{page}/ongedaan")
    assert "Bleef staan, want nieuwer" in curator.get(page).text
    now = partners.plain(stored("aap"))
    assert (now.name, now.former_names) == ("Aap Nieuw", ())
    assert [each.city for each in now.offices] == ["Utrecht", "Den Hoorn"]
    facts = {each["criterion"]: each for each in Person(app).get("/api/v1/partners/aap").json["answers"]}  # type: ignore[index]
    assert facts["personen"]["value"] == 99


def stored_with(partner: Partner) -> Partner:
    return queries.with_id(partner.id)


def values(given: PlainPartner) -> dict[str, Any]:
    return {name: getattr(given, name) for name in PlainPartner.__slots__}


def test_a_name_that_the_partner_really_had_since_stays(app: Flask, curator: Person) -> None:
    page = merged(app, curator)
    for name in ("Noot BV", "Aap Nieuw"):
        assert curator.send("/werkbank/partners/aap", name=name).status_code == 303
    assert re.search("blijft bij Aap Nieuw: [^.]*Noot BV", curator.get(page).text)
    assert "gaan deze namen weg: Nootje." in curator.get(page).text
    curator.send(page, f"{page}/ongedaan")
    assert partners.plain(stored("aap")).former_names == ("Aap", "Noot BV")


def test_what_was_corrected_stays_to_be_read(app: Flask, curator: Person) -> None:
    """Row K4: everybody could read it, and still can; it says where the partner went."""
    noot = stored("noot")
    challenge = challenging.open_challenge(a_member(), an_answer(noot, "naam", "Beste"), WHY)
    challenging.respond(a_representative(noot), challenge, WHY)
    challenging.correct(a_curator(), challenge, WHY, None, challenge.answer_id)
    path = f"/betwisting/{challenge.id}"
    db.session.commit()
    merge = merged(app, curator)
    visitor = Person(app)
    for person in (visitor, Person(app, a_member()), Person(app, an_admin())):
        listed, shown = person.get("/correcties").text, person.get(path)
        assert "opgegaan in Aap" in listed
        assert path in listed
        assert shown.status_code == 200
        assert "Deze partner is opgegaan in Aap." in shown.text
    a_partner("Mies")
    db.session.commit()
    second = curator.send("/werkbank/samenvoegen?een=aap&ander=mies&blijft=mies", POSTED).location
    assert "Deze partner is opgegaan in Mies." in visitor.get(path).text, "by way of another"
    assert "opgegaan in Mies" in visitor.get("/correcties").text
    stored("mies").status = PartnerStatus.DELISTED
    db.session.commit()
    assert visitor.get(path).status_code == 404, "as everything of who left"
    assert path not in visitor.get("/correcties").text
    stored("mies").status = PartnerStatus.LISTED
    db.session.commit()
    curator.send(second, f"{second}/ongedaan")
    curator.send(merge, f"{merge}/ongedaan")
    assert "opgegaan in" not in visitor.get(path).text + visitor.get("/correcties").text


def test_a_chain_is_undone_from_its_end(app: Flask, curator: Person) -> None:
    a_partner("Mies")
    db.session.commit()
    first = merged(app, curator)
    check = "/werkbank/samenvoegen?een=aap&ander=mies&blijft=mies"
    second = curator.send(check, POSTED).location
    visitor = Person(app)
    assert visitor.get("/partners/noot").location == "/partners/mies"
    assert visitor.get("/partners/aap").location == "/partners/mies"
    assert "Maak eerst dat ongedaan" in curator.get(first).text
    token = curator.token()
    refused = curator.post(f"{first}/ongedaan", {"csrf_token": token})
    assert refused.status_code == 422
    curator.send(second, f"{second}/ongedaan")
    curator.send(first, f"{first}/ongedaan")
    assert [visitor.get(f"/partners/{slug}").status_code for slug in ("aap", "noot", "mies")] == [200] * 3


def test_what_stands_in_the_way(app: Flask, curator: Person) -> None:
    found = queries.by_slugs(["aap", "noot"])
    aap, noot, actor = found["aap"], found["noot"], a_curator()
    hidden = a_partner("Verborgen", status=PartnerStatus.DRAFT, listed_on=None)

    def refused(kept: Partner, absorbed: Partner) -> str:
        digest = plan(kept, absorbed).digest
        with pytest.raises(NotAcceptable) as wrong:
            merging.merge(actor, kept, absorbed, (), digest)
        return str(wrong.value)

    assert "twee verschillende" in refused(aap, aap)
    assert "staat niet in de gids" in refused(hidden, noot)
    challenge = answers.challenge(OPERATOR, an_answer(noot, "naam", "x"), "Dit klopt niet")
    db.session.flush()
    assert "betwist" in refused(aap, noot)
    challenge.decided_at = clock.now()
    delisting = leaving.announce(
        actor, noot, LeavingKind.REQUEST, "Het bedrijf vroeg er zelf om.", clock.today().replace(day=30)
    )
    assert "loopt een uitschrijving" in refused(aap, noot)
    leaving.end(actor, delisting, "Het bedrijf wil toch blijven.")
    merging.merge(actor, aap, noot, (), plan(aap, noot).digest)
    assert "al opgegaan in" in refused(aap, noot)
    assert "al opgegaan in" in refused(noot, aap)


def test_another_plan_than_was_shown_is_not_carried_out(curator: Person) -> None:
    form = fields(curator.get(CHECK).text, POSTED)
    an_answer(stored("noot"), "naam", "intussen")
    db.session.commit()
    late = curator.post(POSTED, {**form, "antwoord": []})
    assert late.status_code == 422
    assert "Kijk opnieuw wat er gaat gebeuren" in late.text
    assert 'value="personen@" checked' not in late.text, "what was unticked stays so"
    assert db.session.query(Merge).count() == 0


def test_only_what_is_picked_and_only_what_it_lacks_is_copied(app: Flask, curator: Person) -> None:
    before = db.session.query(Answer).count()
    merged(app, curator, antwoord=["iso@", "naam@", "x", "@", "personen@bc"])
    assert db.session.query(Answer).count() == before


def test_a_file_does_not_bring_back_what_a_curator_took_away(app: Flask, curator: Person) -> None:
    merged(app, curator)
    given = partners.plain(stored("noot"))
    partners.save(
        OPERATOR, PlainPartner(**{**values(given), "status": PartnerStatus.LISTED, "website": "https://n.example"})
    )
    assert (stored_with(stored("noot")).status, Person(app).get("/partners/noot").status_code) == ("delisted", 308)


def test_who_may_not(app: Flask, curator: Person) -> None:
    aap, noot = stored("aap"), stored("noot")
    made = merging.merge(a_curator(), aap, noot, (), plan(aap, noot).digest)
    mies = a_partner("Mies")
    for tied_to in (aap, noot):
        actors = [with_interest(a_curator(), tied_to), a_representative(tied_to), a_member(), an_admin(), a_visitor()]
        for actor in actors:
            with pytest.raises(NotAllowed):
                merging.undo(actor, made)
            with pytest.raises(NotAllowed):
                merging.merge(actor, mies, tied_to, (), plan(mies, tied_to).digest)
            with pytest.raises(NotAllowed):
                merging.merge(actor, tied_to, mies, (), plan(tied_to, mies).digest)
    db.session.commit()
    tied = Person(app, with_interest(a_curator(), noot))
    assert tied.get(f"/samenvoeging/{made.id}").status_code == 200
    assert "Maak het ongedaan" not in tied.get(f"/samenvoeging/{made.id}").text
    for actor in (a_member(), an_admin(), a_representative(noot)):
        assert Person(app, actor).get(f"/samenvoeging/{made.id}").status_code == 403
    for odd in ("een=aap", "een=aap&ander=bestaatniet", "een=%00&ander=aap", ""):
        assert curator.get(f"{POSTED}?{odd}").status_code == 404


def test_any_two_are_found_by_their_names(app: Flask, curator: Person) -> None:
    sent = curator.get("/werkbank/dubbel", query_string={"een": " aap ", "ander": "Noot BV"})
    assert (sent.status_code, sent.location) == (303, f"{POSTED}?een=aap&ander=noot")
    for een, ander in (("Aap", "Aap"), ("Aap", ""), ("", "Aap"), ("Aap", "Mies")):
        sent = curator.get("/werkbank/dubbel", query_string={"een": een, "ander": ander})
        assert sent.status_code == 422, (een, ander)
        told = "Dit is twee keer dezelfde partner: Aap" if een == ander else "Kies twee partners, met de namen"
        assert told in sent.text
        assert f'name="een" value="{een}"' in sent.text, "nothing typed is lost"
    assert Person(app, a_member()).get("/werkbank/dubbel?een=Aap&ander=Noot+BV").status_code == 403


def test_a_partner_is_not_merged_with_itself(app: Flask, curator: Person) -> None:
    """By its address, with one that stays, and by a form of its own."""
    for query in ("", "&blijft=aap"):
        sent = curator.get(f"{POSTED}?een=aap&ander=aap{query}")
        assert sent.status_code == 422
        assert "Dit is twee keer dezelfde partner: Aap. Kies een andere om samen te voegen." in sent.text
        assert "Welke partner blijft?" not in sent.text
    token = {"csrf_token": curator.token(), "een": "aap", "ander": "aap", "blijft": "aap", "plan": "x"}
    assert curator.post(POSTED, token).status_code == 422
    assert db.session.query(Merge).count() == 0


def test_not_the_same(app: Flask, curator: Person) -> None:
    noot = a_partner("NOOT", slug="noot-2")
    tied = Person(app, with_interest(a_curator(), noot))
    path = "/werkbank/dubbel/niet-dezelfde"
    assert "Misschien dubbel" in curator.get("/werkbank").text
    assert "voor een collega" in tied.get("/werkbank").text
    assert path not in tied.get("/werkbank").text
    assert curator.send("/werkbank", path).status_code == 303
    assert "Misschien dubbel" not in curator.get("/werkbank").text
    listed = curator.get("/werkbank/dubbel").text
    assert "NOOT · Noot BV" in listed or "Noot BV · NOOT" in listed
    assert "@voorbeeld.example" in listed, "who noted it"
    assert "toch-wel" not in tied.get("/werkbank/dubbel").text
    token = tied.token()
    refused = [tied.post(path, {"csrf_token": token, "een": "noot", "ander": "noot-2"}).status_code]
    refused.append(tied.post("/werkbank/dubbel/1/toch-wel", {"csrf_token": token}).status_code)
    assert refused == [403, 403]
    curator.send("/werkbank/dubbel", "/werkbank/dubbel/1/toch-wel")
    assert "Misschien dubbel" in curator.get("/werkbank").text
    curator.send("/werkbank", path)
    deeds = [
        row.deed
        for row in db.session.scalars(db.select(AuditRow).order_by(AuditRow.id))
        if row.subject == "partner/noot-2"
    ]
    assert deeds[-4:] == [
        *("partners:not_the_same", "refused:partners:merge"),
        *("partners:perhaps_the_same", "partners:not_the_same"),
    ]
