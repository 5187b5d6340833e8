"""Who searches the log for a partner finds what was done about its answers, disputes and ties (row O1)."""

import pytest
from flask import Flask

from partnerkompas.challenging import actions as challenging
from partnerkompas.infra.audit_check import check
from partnerkompas.infra.db import db
from partnerkompas.partners.models import Partner, PartnerStatus
from partnerkompas.permissions.vocabulary import PartnerRole
from partnerkompas.reviewing import actions as reviewing
from tests.browser import Page, read, words
from tests.factories import a_curator, a_member, a_partner, a_representative, an_admin, an_answer, the_criteria
from tests.signed_in import Person, audited

WHY = "Op de site staat iets heel anders."


@pytest.fixture
def aap(app: Flask) -> Partner:
    """With an answer that was checked and asked about, a dispute that was answered and decided, and a tie."""
    the_criteria()
    partner, noot = a_partner("Aap"), a_partner("Noot")
    disputed = an_answer(partner, "venster", "zeven", product="bc")
    for other in (partner, noot):
        signer = a_representative(other, PartnerRole.SIGNER).account_id
        reviewing.check(a_curator(), an_answer(other, "iso", "ja", provided_by=signer), 2, "Het certificaat.")
    challenge = challenging.open_challenge(a_member(), disputed, WHY)
    challenging.respond(a_representative(partner), challenge, "Dat klopt niet.")
    challenging.uphold(a_curator(), challenge, WHY, challenge.answer_id)
    db.session.commit()
    return partner


def log(person: Person, query: str) -> Page:
    return read(person.get(f"/logboek?{query}"))


def deeds(page: Page) -> list[str]:
    return [words(each) for each in page.all("strong") if ":" in words(each)]


def test_what_was_done_about_its_answers(app: Flask, aap: Partner) -> None:
    curator = Person(app, a_curator())
    found = log(curator, "waarover=partner/aap")
    wanted = ("answer:verify", "answer:challenge", "challenge:respond", "challenge:decide")
    assert [deeds(found).count(each) for each in wanted] == [1, 1, 1, 1]
    links = found.links()
    assert links["Aap: iso nl"] == "/partners/aap"
    assert links["Aap: venster nl · Business Central"] in ("/betwisting/1", "/partners/aap")
    assert "Noot" not in found.text
    assert "criterion" not in found.text, "it is told in words, once"
    assert curator.get("/logboek.csv?waarover=partner/aap").text.count("challenge:decide") == 1
    assert deeds(log(curator, "waarover=partner/&wat=challenge:decide")) == ["challenge:decide"]
    assert deeds(log(curator, "waarover=partner/aap-")) == []
    assert "Aap EN" not in log(Person(app, a_curator()), "waarover=challenge/1").text
    assert log(curator, "wat=challenge:decide").links()["Aap: venster nl · Business Central"] == "/betwisting/1"
    assert check().fault == ""


def test_what_nobody_else_may_see_is_no_link(app: Flask, aap: Partner) -> None:
    db.session.get_one(Partner, aap.id).status = PartnerStatus.DELISTED
    db.session.commit()
    shown = log(Person(app, an_admin()), "wat=challenge:decide")
    assert "aap: venster nl" in shown.text
    assert not [each for each in shown.links().values() if "betwisting/" in each or each == "/partners/aap"]


def test_ties_of_somebody(app: Flask, aap: Partner) -> None:
    actor = a_member()
    db.session.commit()
    person = Person(app, actor)
    person.send("/account", "/account/belangen", partner="Aap", kind="client")
    person.send("/account", "/account/belangen/1/beeindig")
    assert {row.deed: row.after or row.before for row in audited() if row.deed.startswith("interest:")} == {
        "interest:declared": {"partner": "aap", "kind": "client"},
        "interest:ended": {"partner": "aap", "kind": "client"},
    }
    found = log(Person(app, a_curator()), "waarover=partner/aap&wat=interest:")
    assert deeds(found) == ["interest:ended", "interest:declared"]
    assert found.links()["Aap"] == "/partners/aap"


def test_what_an_account_was_before(app: Flask) -> None:
    actor = a_member()
    db.session.commit()
    Person(app, actor).send("/account", "/account", language="en", name="Jan")
    (row,) = [row for row in audited() if row.deed == "account:change"]
    assert (row.before["language"], row.after["language"]) == ("nl", "en")
    assert "Jan" not in str(row.before) + str(row.after)
