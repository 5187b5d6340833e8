"""Files with answers: chosen in the form of a theme, kept through errors and conflicts, signed, seen by a curator."""

import json
import stat
from pathlib import Path
from typing import Any

import pytest
from flask import Flask

from partnerkompas.answers.models import Answer, Draft, EvidenceFile
from partnerkompas.config import Settings
from partnerkompas.evidence import actions
from partnerkompas.evidence.uploads import MOST_AT_ONCE
from partnerkompas.infra.audit import AuditRow
from partnerkompas.infra.db import db
from partnerkompas.partners.models import Partner
from tests.evidence.made import HTML, a_jpeg, a_pdf, a_png, a_zip, sent
from tests.factories import a_curator, a_member, a_representative, an_admin, with_interest
from tests.signed_in import Person, fields, without_token

THEME, CHECK = "/partners/aap/gegevens/thema", "/partners/aap/gegevens/controle"


def give(person: Person, page: str = THEME, **filled: Any) -> Any:
    """Fill in fields by their names; `__` stands for `:`. An empty field of a file is sent as browsers do."""
    named = {name.replace("__", ":"): value for name, value in filled.items()}
    shown = fields(person.get(page).text, page)
    return person.post(page, {**shown, **named})


def files() -> list[EvidenceFile]:
    db.session.rollback()
    return list(db.session.scalars(db.select(EvidenceFile).order_by(EvidenceFile.id)))


def draft(criterion: str) -> Draft:
    db.session.rollback()
    return db.session.scalars(db.select(Draft).where(Draft.criterion == criterion)).one()


def contents(settings: Settings) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in settings.evidence_folder.iterdir()}


def deeds() -> list[str]:
    db.session.rollback()
    rows = db.session.scalars(db.select(AuditRow).order_by(AuditRow.id))
    return [row.deed for row in rows if row.deed.startswith("evidence:")]


def test_from_a_file_to_what_a_curator_sees(app: Flask, settings: Settings, signer: Person) -> None:
    pdf = a_pdf("Uittreksel")
    saved = give(
        signer,
        personen__waarde="12",
        personen__toont="Het aantal, op bladzijde 1.",
        personen__tot="2027-03-31",
        personen__bestand=sent(pdf, "Jansen.pdf"),
    )
    assert saved.status_code == 303
    (file,) = files()
    assert (file.called, file.media_type, file.size) == ("Jansen.pdf", "application/pdf", len(pdf))
    assert contents(settings) == {file.stored_as: pdf}
    path = settings.evidence_folder / file.stored_as
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert stat.S_IMODE(path.parent.stat().st_mode) == 0o700
    number = file.id
    shown = signer.get(THEME).text
    assert "Jansen.pdf" in shown
    assert "(PDF, 1 kB)" in shown
    assert give(signer, personen__toelichting="Zonder inhuur.").status_code == 303
    assert draft("personen").file_id == number, "saving again keeps the file"
    assert "Jansen.pdf" in signer.get(CHECK).text
    curator = Person(app, a_curator())
    assert curator.get(f"/bewijs/{number}").status_code == 404, "a draft is not a curator's to see"
    signer.send(CHECK, akkoord="1")
    waiting = db.session.scalars(db.select(Answer.id).where(Answer.file_id == number)).one()
    page = curator.get(f"/antwoord/{waiting}/nakijken").text
    assert f'href="/bewijs/{number}"' in page
    for word in ("Jansen.pdf", "(PDF, 1 kB)", "Het aantal, op bladzijde 1.", "31 maart 2027"):
        assert word in page, word
    given = curator.get(f"/bewijs/{number}")
    assert given.data == pdf
    curator.send(f"/antwoord/{waiting}/nakijken", besluit="nagekeken", niveau="2", reden="Twaalf geteld.")
    public = Person(app).get("/partners/aap").text
    assert "een bestand, gezien door een curator op 22 november 2026; niet openbaar" in public
    assert deeds() == ["evidence:add", "evidence:read"]
    (kept,) = files()
    secrets = kept.stored_as, kept.sha256
    for address in ("/partners/aap", "/api/v1/partners/aap", "/vergelijk.csv?p=aap&p=noot", "/vergelijk?p=aap&p=noot"):
        told = Person(app).get(address).text
        assert "Jansen" not in told, address
        assert "bewijs/" not in told, address
        assert not [each for each in ("file_id", "application/pdf", *secrets) if each in told], address
    assert "Jansen" not in json.dumps([[row.before, row.after] for row in db.session.scalars(db.select(AuditRow))])


def test_the_headers_of_a_file(app: Flask, signer: Person) -> None:
    name = 'kwaad"; filename="x.html\r\nX-Kwaad: ja\r\n – é.png'
    give(signer, personen__waarde="12", personen__bestand=sent(a_png(), name))
    given = signer.get(f"/bewijs/{files()[0].id}")
    assert given.data == a_png()
    assert given.headers["Content-Type"] == "image/png"
    assert given.headers["X-Content-Type-Options"] == "nosniff"
    assert given.headers["Content-Security-Policy"] == "default-src 'none'; sandbox"
    assert given.headers["Cache-Control"] == "no-store"
    assert given.headers["Cross-Origin-Resource-Policy"] == "same-origin"
    assert "X-Kwaad" not in given.headers
    assert "ETag" not in given.headers
    disposition = given.headers["Content-Disposition"]
    assert disposition.startswith("attachment; ")
    assert disposition.isascii()
    assert ".html" not in disposition.split("filename*=")[0].replace("x.html X-Kwaad", "")
    assert deeds() == ["evidence:add"], "who speaks for the partner reads its own"


def test_who_may_not(app: Flask, signer: Person, other: Person) -> None:
    give(signer, personen__waarde="12", personen__bestand=sent(a_png()))
    signer.send(CHECK, akkoord="1")
    address = f"/bewijs/{files()[0].id}"
    aap = db.session.scalars(db.select(Partner).where(Partner.slug == "aap")).one()
    tied = with_interest(a_curator(), aap)
    for person in (Person(app), Person(app, a_member()), other, Person(app, tied), Person(app, an_admin())):
        refused, unknown = person.get(address), person.get("/bewijs/999")
        assert refused.status_code == unknown.status_code == 404
        heard, nowhere = without_token(refused.text), without_token(unknown.text)
        assert heard.replace(address, "") == nowhere.replace("/bewijs/999", "")
    assert Person(app, a_curator()).get(address).status_code == 200
    for odd in ("/bewijs/99999999999999999999", "/bewijs/-1", "/bewijs/x", "/bewijs/1/..%2f", "/bewijs/"):
        assert signer.get(odd).status_code == 404, odd


@pytest.mark.parametrize(
    ("content", "called", "told"),
    [
        (HTML, "certificaat.pdf", "geen PDF, PNG of JPEG"),
        (b"<svg xmlns='http://www.w3.org/2000/svg'/>", "logo.svg", "geen PDF, PNG of JPEG"),
        (a_zip(20_000_000), "bom.png", "zip of een bestand van Office"),
        (a_pdf() + HTML, "x.pdf", "beschadigd"),
        (a_png(60_000, 60_000), "x.png", "100 miljoen"),
        (b"", "leeg.pdf", "leeg"),
        (b"\x89PNG\r\n\x1a\n" + bytes(11 * 2**20), "groot.png", "groter dan 10 MB"),
    ],
    ids=range(7),
)
def test_a_file_that_cannot_be(settings: Settings, signer: Person, content: bytes, called: str, told: str) -> None:
    """It is told at its place, what was typed there stays, and everything else is saved."""
    answer = give(signer, personen__waarde="12", personen__bestand=sent(content, called), naam__waarde="Goed")
    assert answer.status_code == 422
    assert told in answer.text
    assert 'href="#personen:bestand"' in answer.text
    assert 'value="12"' in answer.text
    db.session.rollback()
    assert [each.criterion for each in db.session.scalars(db.select(Draft))] == ["naam"]
    assert files() == []
    assert not settings.evidence_folder.exists() or contents(settings) == {}


def test_a_file_survives_what_else_is_wrong(settings: Settings, signer: Person) -> None:
    wrong = give(signer, personen__waarde="twaalf", personen__bestand=sent(a_jpeg(), "foto.jpg"))
    assert wrong.status_code == 422
    (file,) = files()
    number = file.id
    assert "foto.jpg" in wrong.text
    assert "nog niet bij het antwoord bewaard" in wrong.text
    form = fields(wrong.text, THEME)
    assert form["personen:bewaard"] == str(number)
    assert signer.post(THEME, {**form, "personen:waarde": "12"}).status_code == 303
    assert draft("personen").file_id == number
    assert len(contents(settings)) == 1


def test_a_file_survives_a_stale_version(app: Flask, aap: Partner, signer: Person) -> None:
    colleague = Person(app, a_representative(db.session.get_one(Partner, aap.id)))
    mine = fields(signer.get(THEME).text, THEME)
    give(colleague, personen__waarde="99", personen__bestand=sent(a_png(), "van-de-collega.png"))
    stale = signer.post(THEME, {**mine, "personen:waarde": "12", "personen:bestand": sent(a_pdf(), "van-mij.pdf")})
    assert stale.status_code == 422
    assert "Iemand anders vulde intussen in: 99" in stale.text
    assert "van-mij.pdf" in stale.text
    assert draft("personen").value == 99
    form = fields(stale.text, THEME)
    kept = {each.called: each.id for each in files()}
    assert signer.post(THEME, form).status_code == 303
    assert (draft("personen").value, draft("personen").file_id) == (12, kept["van-mij.pdf"])
    theirs = {each.called: each.removed_at for each in files() if each.id == kept["van-de-collega.png"]}
    assert list(theirs) == [""], "what was replaced is gone, with its name"


def test_taking_over_what_the_other_gave_leaves_the_own_file(app: Flask, aap: Partner, signer: Person) -> None:
    colleague = Person(app, a_representative(db.session.get_one(Partner, aap.id)))
    mine = fields(signer.get(THEME).text, THEME)
    give(colleague, personen__waarde="99", personen__bestand=sent(a_png(), "van-de-collega.png"))
    stale = signer.post(THEME, {**mine, "personen:waarde": "12", "personen:bestand": sent(a_pdf(), "van-mij.pdf")})
    assert signer.post(THEME, {**fields(stale.text, THEME), "personen:neem": "ander"}).status_code == 303
    theirs = next(each.id for each in files() if each.called == "van-de-collega.png")
    assert (draft("personen").value, draft("personen").file_id) == (99, theirs)


def test_two_files_and_another_for_one_of_them(settings: Settings, signer: Person) -> None:
    give(
        signer,
        personen__waarde="12",
        personen__bestand=sent(a_png(), "een.png"),
        naam__waarde="Aap",
        naam__bestand=sent(a_jpeg(), "twee.jpg"),
    )
    assert sorted(each.called for each in files()) == ["een.png", "twee.jpg"]
    give(signer, personen__bestand=sent(a_pdf(), "drie.pdf"))
    assert sorted(each.called for each in files() if each.removed_at is None) == ["drie.pdf", "twee.jpg"]
    assert sorted(contents(settings).values()) == sorted([a_pdf(), a_jpeg()])
    give(signer, naam__zonder="1")
    assert draft("naam").file_id is None
    assert list(contents(settings).values()) == [a_pdf()]
    signer.post(
        f"{THEME}/weg", {"csrf_token": fields(signer.get(THEME).text, THEME)["csrf_token"], "plaats": "personen"}
    )
    assert contents(settings) == {}
    assert deeds() == [
        "evidence:add",
        "evidence:add",
        "evidence:add",
        "evidence:remove",
        "evidence:remove",
        "evidence:remove",
    ]


def test_a_file_without_an_answer(signer: Person) -> None:
    told = give(signer, personen__bestand=sent(a_pdf(), "los.pdf"))
    assert told.status_code == 422
    assert "hoort bij een antwoord" in told.text
    form = fields(told.text, THEME)
    assert signer.post(THEME, {**form, "personen:zonder": "1"}).status_code == 303
    db.session.rollback()
    assert db.session.scalars(db.select(Draft)).all() == []


def test_the_file_of_another_partner(signer: Person, other: Person) -> None:
    """Its number in the own form does nothing; neither does posting to the pages of another partner."""
    give(signer, personen__waarde="12", personen__bestand=sent(a_pdf(), "geheim.pdf"))
    number, theirs = files()[0].id, "/partners/noot/gegevens/thema"
    for odd in (str(number), "999", "-1", "1e3", "²", "9" * 30, "x"):
        told = give(other, theirs, personen__waarde="12", personen__bewaard=odd)
        assert told.status_code == 422, odd
        assert "er niet meer" in told.text
        assert "geheim.pdf" not in told.text
    form = fields(signer.get(THEME).text, THEME)
    assert other.post(THEME, {**form, "personen:zonder": "1"}).status_code == 403
    assert other.post(THEME, {**form, "personen:bestand": sent(a_png())}).status_code == 403
    assert draft("personen").file_id == number
    assert len(files()) == 1


def test_what_a_visitor_sends_is_not_kept(app: Flask, settings: Settings, signer: Person) -> None:
    form = fields(signer.get(THEME).text, THEME)
    over = Person(app).post(THEME, {**form, "personen:waarde": "12", "personen:bestand": sent(a_pdf())})
    assert over.status_code == 403
    assert "Kies daar ook de bestanden opnieuw" in over.text
    assert 'value="12"' in over.text
    assert "bestanden opnieuw" not in Person(app).post(THEME, {**form, "personen:waarde": "12"}).text
    assert files() == []
    assert not settings.evidence_folder.exists() or contents(settings) == {}


def test_more_than_a_request_may_hold(app: Flask, signer: Person) -> None:
    form = fields(signer.get(THEME).text, THEME)
    large = bytes(MOST_AT_ONCE)
    for prefix, told in (("", "Dit is te groot"), ("/en", "This is too large")):
        refused = signer.post(prefix + THEME, {**form, "personen:bestand": sent(large)})
        assert refused.status_code == 413
        assert told in refused.text
        assert "32 MB" in refused.text
    elsewhere = signer.post("/account", {"csrf_token": "x", "name": sent(bytes(2 * 2**20))})
    assert elsewhere.status_code == 413
    assert "1 MB" in elsewhere.text
    assert files() == []


def test_a_partner_cannot_fill_the_disk(signer: Person, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(actions, "MOST_OF_PARTNER", 2 * len(a_pdf()))
    give(signer, personen__waarde="12", personen__bestand=sent(a_pdf()))
    told = give(signer, naam__waarde="x", naam__bestand=sent(a_pdf() + b"\n"))
    assert told.status_code == 422
    assert "bewaren we al" in told.text
    assert len(files()) == 1


def test_what_was_changed_on_the_disk_is_not_given(settings: Settings, signer: Person) -> None:
    give(signer, personen__waarde="12", personen__bestand=sent(a_pdf()))
    (file,) = files()
    path = Path(settings.evidence_folder, file.stored_as)
    path.write_bytes(a_pdf("Iets anders"))
    given = signer.get(f"/bewijs/{file.id}")
    assert given.status_code == 410
    assert "niet meer zoals het was" in given.text
    path.unlink()
    assert signer.get(f"/bewijs/{file.id}").status_code == 410


def test_a_curator_enters_a_fact_with_a_picture(app: Flask, signer: Person) -> None:
    curator, page = Person(app, a_curator()), "/partners/aap/feit?criterium=personen"
    form = fields(curator.get(page).text, None)
    told = {**form, "waarde": "40", "adres": "https://aap.example/team", "gezien": "Veertig gezichten."}
    wrong = curator.post(page, {**told, "gezien": "", "bestand": sent(a_png(), "team.png")})
    assert wrong.status_code == 422
    assert "Kies het bestand opnieuw" in wrong.text
    assert "geen PDF, PNG of JPEG" in curator.post(page, {**told, "bestand": sent(HTML, "team.png")}).text
    assert files() == []
    assert curator.post(page, {**told, "bestand": sent(a_png(), "team.png")}).status_code == 303
    (file,) = files()
    assert "gezien door een curator" in Person(app).get("/partners/aap").text
    assert signer.get(f"/bewijs/{file.id}").data == a_png()
    assert "team.png" in signer.get(THEME).text


def test_the_own_page_names_the_files(signer: Person) -> None:
    give(signer, personen__waarde="12", personen__bestand=sent(a_pdf(), "van-mij.pdf"))
    told = signer.get("/account/gegevens.json").json
    assert told is not None
    assert [each["called"] for each in told["evidence_file"]] == ["van-mij.pdf"]
    assert "stored_as" not in told["evidence_file"][0]
    assert "Bestanden die u als bewijs toevoegde" in signer.get("/account/wissen").text
