"""What the log holds of answers is read in words: before and after, by the name of the question (rows O1, U12)."""

import pytest
from flask import Flask

from partnerkompas.infra import audit
from partnerkompas.infra.audit_check import check
from partnerkompas.infra.db import db
from partnerkompas.infra.request_cycle import unit_of_work
from partnerkompas.logbook.answers import OF_DRAFTS
from partnerkompas.partners.models import Partner
from partnerkompas.permissions.vocabulary import OPERATOR, PartnerRole
from tests.browser import read, words
from tests.factories import a_curator, a_partner, a_representative, an_answer, the_criteria
from tests.signed_in import Person, audited

FIRST, CHECK = "/partners/aap/gegevens/thema", "/partners/aap/gegevens/controle"
ADDRESS = "https://geheim.example/bewijs"


@pytest.fixture
def curator(app: Flask) -> Person:
    the_criteria()
    partner = a_partner("Aap")
    an_answer(partner, "producten", "bc")
    an_answer(partner, "venster", "zeven", product="bc")
    an_answer(partner, "personen", 7)
    actor = a_representative(partner, PartnerRole.SIGNER)
    db.session.commit()
    signer = Person(app, actor)
    filled = {"personen:waarde": "12", "naam:waarde": "Aap <b>", "naam:toelichting": "Sinds mei."}
    assert signer.send(FIRST, FIRST, **{**filled, "producten:waarde": ["bc", "fin"]}).status_code == 303
    assert signer.send(CHECK, akkoord="1").status_code == 303
    return Person(app, a_curator())


def told(curator: Person, query: str) -> dict[str, str]:
    """The changes of the newest deed, by name."""
    page = read(curator.get(f"/logboek?{query}"))
    newest = page.one("ol", class_="log").find("li")
    assert newest is not None
    return {words(each.find("dt")): words(each.find("dd")) for each in newest.iter("div")}  # type: ignore[arg-type]


def test_what_was_provided(curator: Person) -> None:
    assert told(curator, "wat=answer:provide") == {
        "personen nl": "7 personen → 12 personen",
        "naam nl": "Aap <b>",
        "producten nl": "Business Central → Business Central, Finance",
    }
    row = [each for each in audited() if each.deed == "answer:provide"][-1]
    assert sorted(each[0] for each in row.before) == ["personen", "producten"], "of what was silent there is no before"


def test_of_drafts_only_where_they_were(app: Flask, curator: Person) -> None:
    """R30: what is not signed is for who speaks for the partner, also when it was thrown away."""
    assert told(curator, "wat=answer:drafted") == dict.fromkeys(
        ("personen nl", "naam nl", "producten nl"), "concept bewaard"
    )
    db.session.rollback()
    editor = a_representative(db.session.scalars(db.select(Partner)).one())
    db.session.commit()
    partner = Person(app, editor)
    partner.send(FIRST, FIRST, **{"naam:waarde": "geheim", "naam:toelichting": "geheim", "naam:bron": ADDRESS})
    partner.send(FIRST, FIRST, **{"naam:waarde": "Aap <b>", "naam:toelichting": "Sinds mei.", "naam:bron": ""})
    assert told(curator, "wat=answer:drafted") == {"naam nl": "concept weggegooid"}
    rows = [row for row in audited() if row.deed in OF_DRAFTS]
    assert all(row.before is None and set(row.after.values()) <= {"kept", "thrown_away"} for row in rows)
    for path in ("/logboek", "/logboek.csv?wat=answer:dr"):
        shown = curator.get(path).text
        assert "geheim" not in shown
        assert ADDRESS not in shown


def test_older_rows_of_drafts_do_not_show_what_they_hold(curator: Person) -> None:
    said = {"state": "stated", "value": "geheim", "note": "geheim", "file_id": 3}
    with unit_of_work():
        for deed in sorted(OF_DRAFTS):
            audit.record(db.session, OPERATOR, deed, "partner/aap", before={"iso": said}, after={"venster@bc": said})
    for deed in OF_DRAFTS:
        hidden = "concept; wat erin stond, staat hier niet"
        assert told(curator, f"wat={deed}") == {"iso nl": hidden, "venster nl · Business Central": hidden}
    file = curator.get("/logboek.csv?wat=answer:").text
    assert "geheim" not in file
    assert '{""venster@bc"": """"}' in file
    assert check().fault == "", "the rows are as they were, and so is the chain"


def test_in_english_too(curator: Person) -> None:
    page = read(curator.get("/en/logboek?wat=answer:provide"))
    assert "producten en Business Central → Business Central, Finance" in page.text
    assert "personen en" in page.text


def test_of_a_product(curator: Person) -> None:
    page = read(curator.get("/logboek?wat=answer:provide"))
    assert "venster nl · Business Central" in page.text


@pytest.mark.parametrize(
    ("after", "shown"),
    [
        ([["weg", "", "stated", "x1"]], {"weg": "x1"}),
        ([["personen", "", "stated", ["van", "vroeger"]]], {"personen nl": "['van', 'vroeger']"}),
        ([["medewerkers", "", "stated", "bestaat-niet"]], {"medewerkers nl": "bestaat-niet"}),
        ([["iso", "", "not_stated", None]], {"iso nl": "niet opgegeven"}),
        ([["iso", "", "raar", None]], {"inhoud": '[["iso", "", "raar", null]]'}),
        ({"iso": "ja"}, {"iso": "ja"}),
        (["iso"], {"inhoud": '["iso"]'}),
    ],
)
def test_what_no_longer_fits_is_told_as_it_was_written(curator: Person, after: object, shown: dict[str, str]) -> None:
    with unit_of_work():
        audit.record(db.session, OPERATOR, "answer:provide", "partner/aap", after=after)
    assert told(curator, "wat=answer:provide") == shown
