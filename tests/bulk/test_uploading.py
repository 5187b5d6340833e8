"""Filling in by file: real files of every sort, a report before anything is saved, and drafts after it (row I6)."""

import io
import json
import re
import zipfile
from datetime import date, timedelta
from random import Random

import pytest
from flask import Flask

from partnerkompas.answers.models import Draft
from partnerkompas.bulk.holding import NotHeld, held, taken
from partnerkompas.infra import clock
from partnerkompas.infra.audit import AuditRow
from partnerkompas.infra.db import db
from partnerkompas.partners.models import Partner
from partnerkompas.providing.actions import Given
from partnerkompas.providing.contents import Content
from tests.browser import check, check_links, read
from tests.bulk.uploading import CHECK, HEAD, PAGE, SAVE, counted, drafts, refused, rows_in_database, save, send, xlsx
from tests.factories import NOW, a_representative
from tests.signed_in import Person, fields

# From file to drafts


def test_from_a_file_to_drafts(app: Flask, editor: Person) -> None:
    before = rows_in_database()
    told = send(
        editor,
        f"{HEAD}\n"
        "personen,,,12,Sinds mei.,https://aap.example/team,de teampagina,2027-03-01\n"
        "producten,,,bc|fin,,,,\n"
        "medewerkers,,not_applicable,,,,,\n"
        "venster,bc,,zeven,,,,\n"
        "iso,,,misschien,,,,\n"
        "naam,,,,,,,\n",
    )
    assert told.status_code == 200
    assert counted(told) == "2 nieuw, 1 bijgewerkt, 1 ongewijzigd, 1 keer geweigerd, 1 regel leeg gelaten."
    assert refused(told) == [["regel 6", "value", "misschien", "“misschien” is geen ja of nee"]]
    assert rows_in_database() == before, "the first request writes nothing"
    saved = save(editor, told)
    assert (saved.status_code, saved.location) == (303, CHECK)
    assert drafts() == {"personen": 12, "medewerkers": None, "venster@bc": "zeven"}
    draft = db.session.scalars(db.select(Draft).where(Draft.criterion == "personen")).one()
    assert (draft.note, draft.source_url, draft.evidence, draft.valid_until) == (
        "Sinds mei.",
        "https://aap.example/team",
        "de teampagina",
        date(2027, 3, 1),
    )
    assert "12" in editor.get(CHECK).text
    assert rows_in_database()[0] == before[0], "no public answer was added"
    deeds = db.session.scalars(db.select(AuditRow.deed).where(AuditRow.subject == "partner/aap")).all()
    assert deeds.count("answer:drafted") == 1


def test_accepting_twice_changes_nothing_more(editor: Person) -> None:
    told = send(editor, f"{HEAD}\npersonen,,,12,,,,\n")
    assert save(editor, told).status_code == 303
    before = rows_in_database()
    assert save(editor, told).status_code == 303
    assert rows_in_database() == before
    again = send(editor, f"{HEAD}\npersonen,,,12,,,,\n")
    assert counted(again).startswith("0 nieuw, 0 bijgewerkt, 1 ongewijzigd")
    assert "Niets: er staat niets nieuws" in again.text
    assert f'action="{SAVE}"' not in again.text


def test_an_answer_can_be_taken_away(editor: Person) -> None:
    told = send(editor, f"{HEAD}\npersonen,,not_stated,,,,,\n")
    assert counted(told).startswith("0 nieuw, 1 bijgewerkt")
    save(editor, told)
    assert drafts() == {"personen": None}


def test_what_an_export_says_of_a_public_answer_is_no_change(editor: Person) -> None:
    told = send(
        editor,
        "partner,criterion,product,state,value,display,source,source_url,evidence,level,stated_on,checked_on,"
        "checked_by_role,valid_until,release,recorded_on,recorded_at,disputed_on,dispute_reason\n"
        "aap,personen,,expired,7,7 personen,partner,https://aap.example/over,,1,2026-01-15,,,2027-01-15,1.0.0,,,,\n",
    )
    assert counted(told).startswith("0 nieuw, 0 bijgewerkt, 1 ongewijzigd, 0 keer geweigerd")
    for name in ("source", "level", "stated_on", "release"):
        assert f"Kolom “{name}” is niet gelezen" in told.text
    assert "display" not in told.text
    assert "Kolom “checked_on”" not in told.text, "of an empty column there is nothing to say"


def test_somebody_else_was_faster(editor: Person, colleague: Person) -> None:
    told = send(editor, f"{HEAD}\npersonen,,,12,,,,\nnaam,,,Aap & Co,,,,\nsinds,,,2001,,,,\n")
    save(colleague, send(colleague, f"{HEAD}\npersonen,,,99,,,,\nnaam,,,Aap BV,,,,\n"))
    conflict = save(editor, told)
    assert conflict.status_code == 422
    assert "Iemand anders vulde intussen in: 99 personen<" in conflict.text
    assert "In het bestand: Aap &amp; Co<" in conflict.text
    assert drafts() == {"personen": 99, "naam": "Aap BV", "sinds": 2001}, "what nobody else changed is saved"
    assert save(editor, conflict, neem=["personen"]).status_code == 303
    assert drafts() == {"personen": 99, "naam": "Aap & Co", "sinds": 2001}


def test_somebody_else_signed_meanwhile(editor: Person, colleague: Person) -> None:
    save(colleague, send(colleague, f"{HEAD}\npersonen,,,99,,,,\n"))
    told = send(editor, f"{HEAD}\npersonen,,,12,,,,\n")
    colleague.send(CHECK, akkoord="1")
    assert save(editor, told).status_code == 422
    assert drafts() == {}


# What was read is held for one account, one partner and an hour


def test_what_was_read_holds_for_an_hour(editor: Person) -> None:
    told = send(editor, f"{HEAD}\npersonen,,,12,,,,\n")
    with clock.fixed_at(NOW + timedelta(minutes=61)):
        late = save(editor, told)
    assert late.status_code == 422
    assert "geldt niet meer" in late.text
    assert drafts() == {}


def test_nobody_takes_up_what_another_read(app: Flask, editor: Person, colleague: Person) -> None:
    told = fields(send(editor, f"{HEAD}\npersonen,,,12,,,,\n").text, SAVE)
    own = fields(send(colleague, f"{HEAD}\npersonen,,,13,,,,\n").text, SAVE)
    noot = db.session.scalars(db.select(Partner).where(Partner.slug == "noot")).one()
    stranger = Person(app, a_representative(noot))
    theirs = fields(stranger.get("/partners/noot/gegevens/bestand").text, "/partners/noot/gegevens/bestand")
    assert colleague.post(SAVE, {**own, "gelezen": told["gelezen"]}).status_code == 422
    token = {"csrf_token": theirs["csrf_token"], "gelezen": told["gelezen"]}
    assert stranger.post("/partners/noot/gegevens/bestand/bewaar", token).status_code == 422
    assert stranger.post(SAVE, token).status_code == 403
    for broken in ("", "x", told["gelezen"][:-2], told["gelezen"] + "x", "\x00", "é" * 50):
        assert editor.post(SAVE, {**told, "gelezen": broken}).status_code == 422, broken
    assert drafts() == {}


def test_a_session_that_is_over_saves_nothing(app: Flask, editor: Person) -> None:
    told = send(editor, f"{HEAD}\npersonen,,,12,,,,\n")
    visitor = Person(app)
    assert visitor.post(SAVE, fields(told.text, SAVE)).status_code == 400
    assert drafts() == {}
    assert visitor.get(PAGE).location == f"/inloggen?next={PAGE}"


# Every sort of file

CSV = HEAD + "\npersonen,,,12,één,,,\n"


@pytest.mark.parametrize(
    ("content", "name"),
    [
        (CSV.encode(), "a.csv"),
        (CSV.encode("utf-8-sig"), "a.csv"),
        (CSV.replace(",", ";").encode("utf-8-sig"), "a.csv"),
        (CSV.replace(",", "\t").replace("\n", "\r\n").encode(), "a.txt"),
        (CSV.encode(), "a.xlsx"),
        (CSV.encode(), "../../etc/passwd"),
        (xlsx(("criterion", "value", "note"), ("personen", 12, "één")), "a.xlsx"),
        (xlsx(("criterion", "value", "note"), ("personen", "12", "één")), "a.csv"),
        (json.dumps([{"criterion": "personen", "value": 12, "note": "één"}]).encode(), "a.json"),
        (
            b"\xef\xbb\xbf"
            + json.dumps({"answers": [{"criterion": "personen", "value": "12", "note": "één"}]}).encode(),
            "a",
        ),
    ],
)
def test_every_format_is_read_by_what_is_in_it(editor: Person, content: bytes, name: str) -> None:
    told = send(editor, content, name)
    assert counted(told).startswith("0 nieuw, 1 bijgewerkt, 0 ongewijzigd, 0 keer geweigerd")
    assert save(editor, told).status_code == 303
    assert drafts() == {"personen": 12}
    assert db.session.scalars(db.select(Draft.note)).one() == "één"


@pytest.mark.parametrize(
    ("content", "why"),
    [
        (b"", "leeg"),
        (CSV.encode("latin-1"), "geen UTF-8"),
        (CSV.encode("utf-16"), "geen CSV-bestand"),
        (b"\x00\xff\x13" * 5000, "geen CSV-bestand"),
        (b"<html><script>alert(1)</script>", "geen CSV-bestand"),
        (b"PK\x03\x04" + b"junk" * 500, "geen"),
        (b'{"a": ' * 100, "genest"),
        (b'[{"criterion": "personen"', "geen geldige JSON"),
        (b'{"criterion": "personen"}', "geen lijst"),
        (b"a;b\n1;2\n", "ontbreekt"),
        (b"criterion,criterion\n", "twee keer"),
        (xlsx(("iets", "anders")), "ontbreekt"),
    ],
)
def test_what_cannot_be_used_is_said_and_changes_nothing(editor: Person, content: bytes, why: str) -> None:
    told = send(editor, content)
    assert told.status_code == 422
    assert why in told.text.split('class="error-summary"')[1].split("</div>")[0]
    assert drafts() == {}


def test_no_file_is_no_file(editor: Person) -> None:
    assert "Kies een bestand" in send(editor, b"", "").text
    token = fields(editor.get(PAGE).text, PAGE)["csrf_token"]
    assert editor.post(PAGE, {"csrf_token": token, "bestand": "tekst"}).status_code == 422


# What means harm


def test_a_file_of_3_mib_is_refused(editor: Person) -> None:
    large = send(editor, b"criterion,value\n" + b"personen,12\n" * 262_144)
    assert large.status_code == 413
    assert "niet groter zijn dan 2 MiB" in large.text
    fits = send(editor, b"criterion,value\n" + b"x" * (2 * 1024 * 1024))
    assert (fits.status_code, "groter dan 2 MiB" in fits.text) == (422, True)


def test_elsewhere_a_request_stays_small(editor: Person) -> None:
    assert editor.post(SAVE, {"csrf_token": "x", "gelezen": (io.BytesIO(b"x" * 1_500_000), "x")}).status_code == 413


def sheet_with(inside: str, before: str = "") -> bytes:
    """An XLSX file whose sheet was written by hand."""
    made, changed = zipfile.ZipFile(io.BytesIO(xlsx(("criterion", "value"), ("personen", 12)))), io.BytesIO()
    with zipfile.ZipFile(changed, "w", zipfile.ZIP_DEFLATED) as packed:
        for each in made.infolist():
            content = made.read(each).decode()
            if each.filename == "xl/worksheets/sheet1.xml":
                content = before + re.sub(
                    r"<sheetData>.*</sheetData>", lambda _m: f"<sheetData>{inside}</sheetData>", content
                )
            packed.writestr(each.filename, content)
    return changed.getvalue()


LAUGHS = (
    '<!DOCTYPE x [<!ENTITY a "ha">'
    + "".join(f'<!ENTITY {b} "{f"&{a};" * 10}">' for a, b in zip("abcdefghi", "bcdefghij", strict=True))
    + "]>"
)
HEADER = '<row r="1"><c r="A1" t="inlineStr"><is><t>criterion</t></is></c></row>'
FAR = "".join(f'<row r="{n}"><c r="ZZZ{n}" t="inlineStr"><is><t/></is></c></row>' for n in range(2, 2000))


@pytest.mark.parametrize(
    ("content", "why"),
    [
        (sheet_with('<row r="1"><c r="A1" t="inlineStr"><is><t>&j;</t></is></c></row>', LAUGHS), "XLSX"),
        (
            sheet_with(f'<row r="1"><c r="A1" t="inlineStr"><is><t>{"0" * 60_000_000}</t></is></c></row>'),
            "pakt uit tot",
        ),
        (sheet_with(f'{HEADER}<row r="999999999999"><c r="A2"><v>1</v></c></row>'), "te groot"),
        (sheet_with(HEADER + FAR), "te groot"),
    ],
    ids=["entities", "zip bomb", "a row at the trillionth", "cells far to the right"],
)
def test_bombs_do_not_go_off(editor: Person, content: bytes, why: str) -> None:
    assert len(content) < 500_000
    told = send(editor, content, "bom.xlsx")
    assert told.status_code == 422
    assert why in told.text.split('class="error-summary"')[1].split("</div>")[0]


def test_formulas_are_texts(editor: Person) -> None:
    told = send(
        editor, xlsx(("criterion", "value"), ("naam", '=HYPERLINK("https://kwaad.example")'), ("personen", "=6+6"))
    )
    assert drafts() == {}
    assert counted(told) == "0 nieuw, 0 bijgewerkt, 0 ongewijzigd, 0 keer geweigerd, 2 regels leeg gelaten."
    told = send(editor, f"{HEAD}\nnaam,,,=1+1,'=A1,,,\n")
    save(editor, told)
    assert drafts() == {"naam": "=1+1"}
    download = editor.get(f"{PAGE}.csv").text
    assert ";'=1+1;" in download, "a spreadsheet computes nothing"


def test_scripts_stay_texts(editor: Person) -> None:
    bad = "<script>alert(1)</script>"
    told = send(editor, f'{HEAD},"{bad}"\nnaam,,,{bad},,,,,x\n{bad},,,1,,,,,\n', f"{bad}.csv")
    assert bad not in told.text
    assert "&lt;script&gt;" in told.text
    assert save(editor, told).status_code == 303
    assert bad not in editor.get(CHECK).text


def test_ten_thousand_rows(editor: Person) -> None:
    told = send(editor, "criterion,value\n" + "personen,12\n" * 10_000)
    assert counted(told) == "0 nieuw, 1 bijgewerkt, 0 ongewijzigd, 9999 keer geweigerd."
    assert len(refused(told)) == 1000
    assert "en nog 8999" in told.text
    assert "meer dan 20000 regels" in send(editor, "criterion,value\n" + "personen,12\n" * 20_001).text


def test_more_than_a_form_can_hold_is_refused() -> None:
    noise = "".join(map(chr, Random(1).choices(range(0x4E00, 0x9FA5), k=280)))
    given = {(f"c{n}", ""): Given(Content(note=noise[n % 280 :] + noise), "0-0") for n in range(2000)}
    assert taken("s", (1, 1, "1.0.0"), held("s", (1, 1, "1.0.0"), given)) == given
    noises = {place: Given(Content(note="".join(Random(n).choices(noise, k=280))), "") for n, place in enumerate(given)}
    with pytest.raises(NotHeld, match="verdeel het"):
        held("s", (1, 1, "1.0.0"), noises)


# What a partner may say


def test_another_partner_is_refused_row_by_row(editor: Person) -> None:
    told = send(
        editor, "partner,criterion,value\nnoot,naam,Gekaapt\naap,naam,Aap Plus\n,personen,12\nnoot,personen,1\n"
    )
    assert refused(told) == [
        ["regel 2", "partner", "noot", "dit is een andere partner; hier gaat het om aap"],
        ["regel 5", "partner", "noot", "dit is een andere partner; hier gaat het om aap"],
    ]
    save(editor, told)
    assert drafts() == {"naam": "Aap Plus", "personen": 12}
    assert {each.partner_id for each in db.session.scalars(db.select(Draft))} == {
        db.session.scalars(db.select(Partner.id).where(Partner.slug == "aap")).one()
    }


def test_one_bad_row_never_loses_the_others(editor: Person) -> None:
    told = send(
        editor,
        f"{HEAD},kleur\n"
        "personen,,,veel,,,,,rood\n"
        "bestaatniet,,,1,,,,,\n"
        "venster,,,zeven,,,,,\n"
        "venster,sales,,zeven,,,,,\n"
        "iso,bc,,ja,,,,,\n"
        "iso,,no,ja,,,,,\n"
        "iso,,onzin,,,,,,\n"
        "medewerkers,,,b1,,ftp://x,,,\n"
        f"sinds,,,2001,{'x' * 281},,,,\n"
        "gezien,,,2026-01-01,,,,2026-01-01,\n"
        "vernieuwd,,,2026-01,,,,3/4/2028,\n"
        "pagina_iso,,,,alleen een toelichting,,,,\n"
        "te,kort\n"
        '"naam,,,open\n'
        "naam,,,Aap,,,,,\n"
        "naam,,,Noot,,,,,\n",
    )
    assert [each[:2] for each in refused(told)] == [
        ["regel 2", "kleur"],
        ["regel 2", "value"],
        ["regel 3", "criterion"],
        ["regel 4", "product"],
        ["regel 5", "product"],
        ["regel 6", "product"],
        ["regel 7", "state"],
        ["regel 8", "state"],
        ["regel 9", "source_url"],
        ["regel 10", "note"],
        ["regel 11", "valid_until"],
        ["regel 12", "valid_until"],
        ["regel 13", "value"],
        ["regel 14", ""],
        ["regel 15", ""],
        ["regel 17", "criterion"],
    ]
    assert refused(told)[-1][3] == "dit staat al op regel 16"
    assert "bewaar dat eerst" in refused(told)[4][3]
    save(editor, told)
    assert drafts() == {"naam": "Aap"}


def test_json_of_other_shapes(editor: Person) -> None:
    told = send(
        editor,
        json.dumps(
            [
                {"criterion": "producten", "value": []},
                {"criterion": "branches", "value": ["10", "25"]},
                {"criterion": "iso", "value": False},
                {"criterion": "naam", "value": {"diep": 1}},
                {"criterion": ["naam"], "value": "x"},
                {"criterion": "personen", "value": 1e400, "note": None},
                {"criterion": "sinds", "value": None},
                "geen record",
            ]
        ).replace("Infinity", "1" + "0" * 50),
        "a.json",
    )
    assert counted(told).endswith("1 regel leeg gelaten.")
    assert [each[0] for each in refused(told)] == ["record 4", "record 5", "record 6", "record 8"]
    save(editor, told)
    assert drafts()["iso"] is False
    assert drafts()["branches"] == ["10", "25"]
    assert drafts()["producten"] == []


def test_the_pages_are_good_html(app: Flask, editor: Person, colleague: Person) -> None:
    told = send(editor, f"{HEAD}\npersonen,,,12,,,,\nvenster,bc,,zeven,,,,\niso,,,x,,,,\n")
    save(colleague, send(colleague, f"{HEAD}\npersonen,,,99,,,,\nvenster,bc,,vijf,,,,\n"))
    for shown in (editor.get(PAGE), send(editor, b""), told, save(editor, told)):
        page = read(shown)
        check(page, PAGE)
        check_links(app, page)


# What stands beside the value


def test_the_report_shows_what_changes_beside_the_value(app: Flask, editor: Person) -> None:
    told = send(editor, f"{HEAD}\npersonen,,,7,Sinds mei.,,De lijst.,2027-03-01\n")
    row = told.text.split('id="verandert"')[1].split("<tbody>")[1].split("</tr>")[0]
    now, wanted = row.split("<td")[1:3]
    assert "https://aap.example/over" in now
    for each in ("Toelichting: Sinds mei.", "Wat daar te zien is: De lijst.", "1 maart 2027", "Link: gaat weg"):
        assert each in wanted, each


def test_a_conflict_shows_what_the_other_said_beside_the_value(editor: Person, colleague: Person) -> None:
    told = send(editor, f"{HEAD}\npersonen,,,7,Van mij.,,,\n")
    save(colleague, send(colleague, f"{HEAD}\npersonen,,,7,Van de collega.,https://aap.example/team,,\n"))
    conflict = save(editor, told).text
    assert "In het bestand: 7 personen\nToelichting: Van mij.<" in conflict
    assert "intussen in: 7 personen\nToelichting: Van de collega.\nLink: https://aap.example/team<" in conflict


@pytest.mark.parametrize(
    ("cells", "column"),
    [
        ("Een reden.,,,", "note"),
        (",https://a.example/,,", "source_url"),
        (",,x,", "evidence"),
        (",,,1-3-2027", "valid_until"),
    ],
)
def test_what_goes_with_an_answer_is_refused_without_one(editor: Person, cells: str, column: str) -> None:
    told = send(editor, f"{HEAD}\npersonen,,not_stated,,{cells}\n")
    assert [each[:2] for each in refused(told)] == [["regel 2", column]]
    assert "hoort bij een antwoord" in refused(told)[0][3]


def test_what_stood_there_goes_with_its_answer(editor: Person) -> None:
    told = send(editor, f"{HEAD}\npersonen,,not_stated,,,https://aap.example/over,,2027-01-15\n")
    save(editor, told)
    assert drafts() == {"personen": None}
