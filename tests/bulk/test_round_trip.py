"""The file to fill in: fetched, changed in a real spreadsheet library or as a Dutch Excel writes it, and back."""

import csv
import io
import json
import re
from collections.abc import Callable
from datetime import date, datetime, timedelta
from typing import Any

import pytest
from flask import Flask
from openpyxl import load_workbook
from openpyxl.workbook import Workbook

from partnerkompas.answers.models import State
from partnerkompas.bulk import template
from partnerkompas.bulk.columns import COLUMNS, FILLED
from partnerkompas.criteria.files import read_edition
from partnerkompas.criteria.kinds import kind_of
from partnerkompas.infra import clock
from partnerkompas.infra.db import db
from partnerkompas.infra.language import speaking
from partnerkompas.partners.models import Partner
from tests.browser import check, check_links, read
from tests.bulk.uploading import CHECK, HEAD, PAGE, counted, drafts, refused, save, send
from tests.conftest import ROOT
from tests.factories import NOW, a_representative, an_answer
from tests.signed_in import Person

Line = dict[str, str]


@pytest.fixture
def full(aap: Partner) -> Partner:
    """Aap with an answer of every kind."""
    for criterion, value in {
        "branches": "10|46",
        "medewerkers": "b2",
        "iso": "ja",
        "sinds": 2001,
        "gezien": "2026-03-31",
        "vernieuwd": "2026-03",
        "naam": "=Aap; “Noot” & Mies",
        "pagina_iso": "https://aap.example/iso?a=1;b=2",
    }.items():
        an_answer(aap, criterion, value, note="Sinds mei; ook ’s avonds.")
    an_answer(aap, "provincie", [])
    an_answer(aap, "venster", None, product="bc", source_url="https://aap.example/support", evidence="Staat er niet.")
    an_answer(aap, "reactietijd", 0.5, product="bc", evidence="de regels,\nblad 2")
    an_answer(aap, "venster", None, product="fin", state=State.NOT_APPLICABLE)
    db.session.commit()
    return aap


def lines_of(person: Person, prefix: str = "") -> list[Line]:
    """The lines of the CSV file, which a Dutch spreadsheet opens by its semicolons."""
    text = person.get(f"{prefix}{PAGE}.csv").data.decode("utf-8-sig")
    return list(csv.DictReader(io.StringIO(text), delimiter="," if prefix else ";"))


def line(lines: list[Line], criterion: str, product: str = "") -> Line:
    return next(each for each in lines if (each["criterion"], each["product"]) == (criterion, product))


def as_dutch_excel(lines: list[Line]) -> bytes:
    """A sheet that a Dutch Excel opened from CSV and saved as "CSV UTF-8": days and months in its own way."""

    def cell(text: str) -> str:
        if re.fullmatch(r"\d{4}-\d\d-\d\d", text):
            return "{2:d}-{1:d}-{0}".format(*map(int, text.split("-")))
        if re.fullmatch(r"\d{4}-\d\d", text):
            return f"mrt-{text[2:4]}"
        return {"ja": "WAAR"}.get(text, text)

    file = io.StringIO(newline="")
    table = csv.DictWriter(file, COLUMNS, delimiter=";")
    table.writeheader()
    table.writerows({name: cell(text) for name, text in each.items()} for each in lines)
    return file.getvalue().encode("utf-8-sig")


def sheet_of(person: Person) -> tuple[Workbook, dict[tuple[str, str], Any]]:
    """The XLSX file, and its cells by criterion and column."""
    book = load_workbook(io.BytesIO(person.get(f"{PAGE}.xlsx").data))
    sheet = book.worksheets[0]
    names = [str(cell.value) for cell in sheet[1]]
    cells = {
        (f"{row[1].value}@{row[2].value or ''}".rstrip("@"), name): cell
        for row in sheet.iter_rows(min_row=2)
        for name, cell in zip(names, row, strict=True)
    }
    return book, cells


def saved(book: Workbook) -> bytes:
    file = io.BytesIO()
    book.save(file)
    return file.getvalue()


def test_it_holds_what_is_filled_in_now(editor: Person, full: Partner) -> None:
    save(editor, send(editor, f"{HEAD}\npersonen,,,12,Sinds mei.,,,2027-03-01\n"))
    lines = lines_of(editor)
    assert tuple(lines[0]) == COLUMNS
    told = {f"{each['criterion']}@{each['product']}".rstrip("@"): (each["state"], each["value"]) for each in lines}
    assert told == {
        "producten": ("", "Business Central|Finance"),
        "branches": ("", "Voedingsmiddelen|Groothandel in voeding"),
        "provincie": ("geen van deze", ""),
        "medewerkers": ("", "b2 nl"),
        "iso": ("", "ja"),
        "venster@bc": ("", ""),
        "venster@fin": ("niet van toepassing", ""),
        "reactietijd@bc": ("", "0,5"),
        "reactietijd@fin": ("", ""),
        "personen": ("", "12"),
        "sinds": ("", "2001"),
        "gezien": ("", "2026-03-31"),
        "vernieuwd": ("", "2026-03"),
        "naam": ("", "'=Aap; “Noot” & Mies"),
        "pagina_iso": ("", "https://aap.example/iso?a=1;b=2"),
    }
    personen = line(lines, "personen")
    assert (personen["public"], personen["note"], personen["valid_until"]) == ("7", "Sinds mei.", "2027-03-01")
    assert line(lines, "producten")["codes"] == "Business Central | Finance | sales nl"
    english = lines_of(editor, "/en")
    assert line(english, "medewerkers")["value"] == "b2 en"
    assert line(english, "provincie")["state"] == "none of these"
    assert line(english, "reactietijd", "bc")["value"] == "0.5"
    assert line(english, "personen")["question"] == "personen? en"


@pytest.mark.parametrize("prefix", ["", "/en"])
@pytest.mark.parametrize("form", ["csv", "xlsx", "json"])
def test_as_fetched_it_changes_nothing(editor: Person, full: Partner, form: str, prefix: str) -> None:
    save(editor, send(editor, f"{HEAD}\npersonen,,,12,Sinds mei.,,,2027-03-01\n"))
    before = drafts()
    told = send(editor, editor.get(f"{prefix}{PAGE}.{form}").data, f"a.{form}")
    assert counted(told) == "0 nieuw, 0 bijgewerkt, 13 ongewijzigd, 0 keer geweigerd, 2 regels leeg gelaten."
    assert 'class="notice"' not in told.text
    assert drafts() == before


def csv_with_12(person: Person) -> bytes:
    lines = lines_of(person)
    line(lines, "personen")["value"] = "12"
    return as_dutch_excel(lines)


def xlsx_with_12(person: Person) -> bytes:
    book, cells = sheet_of(person)
    cells["personen", "value"].value = 12
    cells["gezien", "value"].value = datetime(2026, 3, 31)  # noqa: DTZ001 - a cell has no time zone
    cells["vernieuwd", "value"].value = date(2026, 3, 1)
    cells["reactietijd@bc", "value"].value = 0.5
    cells["iso", "value"].value = True
    cells["sinds", "value"].value = 2001.0
    return saved(book)


def json_with_12(person: Person) -> bytes:
    records = json.loads(person.get(f"{PAGE}.json").data)
    next(each for each in records if each["criterion"] == "personen")["value"] = 12
    return json.dumps(records).encode()


@pytest.mark.parametrize("made", [csv_with_12, xlsx_with_12, json_with_12])
def test_one_changed_cell_is_one_change(editor: Person, full: Partner, made: Callable[[Person], bytes]) -> None:
    """Whatever the spreadsheet made of the other cells."""
    told = send(editor, made(editor))
    assert counted(told) == "0 nieuw, 1 bijgewerkt, 12 ongewijzigd, 0 keer geweigerd, 2 regels leeg gelaten."
    assert save(editor, told).location == CHECK
    assert drafts() == {"personen": 12}


def test_what_a_dutch_excel_writes_is_understood(editor: Person, aap: Partner) -> None:
    lines = lines_of(editor)
    for criterion, product, value in [
        ("gezien", "", "31-3-2026"),
        ("vernieuwd", "", "okt-26"),
        ("iso", "", "ONWAAR"),
        ("reactietijd", "bc", "1,25"),
        ("medewerkers", "", "b3 nl"),
        ("provincie", "", "NL-UT|NL-GR nl"),
        ("sinds", "", "2001"),
    ]:
        line(lines, criterion, product)["value"] = value
    line(lines, "branches")["state"] = "Geen van deze"
    line(lines, "venster", "fin")["state"] = "niet van toepassing"
    line(lines, "sinds")["valid_until"] = "31-3-2027"
    told = send(editor, as_dutch_excel(lines))
    assert counted(told).startswith("9 nieuw, 0 bijgewerkt, 2 ongewijzigd, 0 keer geweigerd")
    save(editor, told)
    assert drafts() == {
        "gezien": "2026-03-31",
        "vernieuwd": "2026-10",
        "iso": False,
        "reactietijd@bc": 1.25,
        "medewerkers": "b3",
        "provincie": ["NL-UT", "NL-GR"],
        "branches": [],
        "venster@fin": None,
        "sinds": 2001,
    }


def test_what_could_mean_two_things_is_refused_by_line_and_column(editor: Person, aap: Partner) -> None:
    lines = lines_of(editor)
    line(lines, "gezien")["value"] = "3/4/2026"
    line(lines, "personen")["value"] = "1.250"
    line(lines, "medewerkers")["value"] = "okt-24"
    line(lines, "iso").update(value="ja", valid_until="3/4/2028")
    line(lines, "sinds")["note"] = "Zonder antwoord."
    line(lines, "producten")["value"] = ""
    told = send(editor, as_dutch_excel(lines))
    where = {each["criterion"]: f"regel {n}" for n, each in enumerate(lines, start=2)}
    assert {tuple(each[:3]): each[3] for each in refused(told)} == {
        (where["gezien"], "value", "3/4/2026"): "“3/4/2026” kan twee dagen zijn; schrijf haar als 2026-11-22",
        (where["personen"], "value", "1.250"): "“1.250” kan twee dingen zijn; schrijf duizend als 1000",
        (where["medewerkers"], "value", "okt-24"): "“okt-24” is geen keuze van de lijst fte",
        (where["iso"], "valid_until", "3/4/2028"): "dit kan twee dagen zijn; schrijf haar als 2026-11-22",
        (where["sinds"], "value", ""): (
            "er staat geen antwoord; vul value in, of zet bij state een van deze: "
            "geen van deze, niet van toepassing, geen antwoord geven"
        ),
        (where["producten"], "value", ""): (
            "dit is leeggemaakt; om het antwoord weg te halen zet u “geen antwoord geven” bij state"
        ),
    }
    assert drafts() == {}


def test_a_draft_whose_proof_ended_meanwhile_is_refused_only_when_it_is_touched(editor: Person, aap: Partner) -> None:
    save(editor, send(editor, f"{HEAD}\nsinds,,,2001,Een toelichting.,,,2026-11-30\niso,,,ja,,,,2026-11-30\n"))
    with clock.fixed_at(NOW + timedelta(days=30)):
        actor = a_representative(aap)  # the session of the editor is over by now
        db.session.commit()
        later = Person(editor.app, actor)
        lines = lines_of(later)
        assert line(lines, "sinds")["valid_until"] == "2026-11-30"
        line(lines, "iso")["value"] = "nee"
        told = send(later, as_dutch_excel(lines))
        assert [each[1:] for each in refused(told)] == [["valid_until", "2026-11-30", "deze dag is al voorbij"]]
        assert counted(told).startswith("0 nieuw, 0 bijgewerkt, 3 ongewijzigd, 1 keer geweigerd")


def test_a_file_that_was_fetched_long_ago_takes_nothing_back(editor: Person, colleague: Person) -> None:
    """What its reader left as it was is not what they want; what both changed is a choice (UX-13)."""
    lines = lines_of(editor)
    save(colleague, send(colleague, f"{HEAD}\npersonen,,,99,,,,\nproducten,,,bc,,,,\nnaam,,,Aap BV,,,,\n"))
    line(lines, "personen")["value"] = "12"
    line(lines, "sinds")["value"] = "2001"
    told = send(editor, as_dutch_excel(lines))
    assert counted(told).startswith("1 nieuw, 1 bijgewerkt, 1 ongewijzigd, 0 keer geweigerd")
    assert told.text.count("gewijzigd nadat u het bestand ophaalde") == 1
    conflict = save(editor, told)
    assert conflict.status_code == 422
    assert "Iemand anders vulde intussen in: 99 personen<" in conflict.text
    assert drafts() == {"personen": 99, "producten": ["bc"], "naam": "Aap BV", "sinds": 2001}
    assert save(editor, conflict).location == CHECK
    assert drafts()["personen"] == 12


def test_the_sheet_explains_itself_and_keeps_what_is_typed(editor: Person, full: Partner) -> None:
    book, cells = sheet_of(editor)
    assert book.sheetnames == ["Partnerkompas", "Uitleg"]
    assert book.worksheets[0].freeze_panes == "A2"
    assert {cell.number_format for (_place, name), cell in cells.items() if name in FILLED} == {"@"}
    told = {cell.value for row in book.worksheets[1].iter_rows() for cell in row}
    assert {*FILLED, "31-3-2026", "getal", "b2 nl"} <= told


def test_no_spreadsheet_takes_an_answer_of_ours_for_a_date(app: Flask) -> None:
    """Excel makes a day of the code 3-5 and a number of 01; every choice is written so that it reads back."""
    edition = read_edition(ROOT / "seed/criteria", ROOT / "seed/options")
    for question in edition.questions:
        kind = kind_of(question)
        for language in ("nl", "en") if kind.choices(question, "nl") and question.options else ():
            with speaking(language):
                for option in question.options.options if question.options else ():
                    value = kind.parse(question, option.code)
                    cell = template.written(question, value)
                    assert kind.parse(question, cell) == value
                    assert not re.fullmatch(r"0\d+|\d+[-/.]\d+", cell), (question.key, cell)


def test_the_page_explains_the_columns_in_the_language_of_the_reader(app: Flask, editor: Person, full: Partner) -> None:
    for prefix, words in (("", ("antwoord", "toelichting", "31-3-2026")), ("/en", ("answer", "note", "2026-03-31"))):
        answer = editor.get(f"{prefix}{PAGE}")
        page = read(answer)
        check(page, f"{prefix}{PAGE}")
        check_links(app, page)
        for name in FILLED:
            assert f">{name}</code>" in answer.text
        for word in words:
            assert word in page.text
        assert {f"{prefix}{PAGE}.{form}" for form in ("csv", "xlsx", "json")} <= set(page.links().values())
