"""Every format gives the same records; every broken file gives one clear message, and loses nothing else."""

import io
import json
import tracemalloc
import zipfile
from datetime import date, datetime
from pathlib import Path
from typing import Any

import pytest
from openpyxl import Workbook

from partnerkompas.exchange import trees
from partnerkompas.exchange.reading import read_records
from partnerkompas.exchange.records import Record, UnusableFile

ONE = {"slug": "een", "name": "Één; \"twee\", 'drie'"}
TWO = {"slug": "twee", "name": "Regel 1\nregel 2"}


def written(folder: Path, name: str, content: str | bytes) -> Path:
    path = folder / name
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    return path


def read(path: Path, **wanted: Any) -> list[Record]:
    return list(read_records(path, **wanted))


def sheet(*rows: tuple[Any, ...]) -> bytes:
    book = Workbook()
    assert book.active is not None
    for row in rows:
        book.active.append(row)
    stream = io.BytesIO()
    book.save(stream)
    return stream.getvalue()


FILES: dict[str, str | bytes] = {
    "a.csv": 'slug,name\neen,"Één; ""twee"", \'drie\'"\ntwee,"Regel 1\r\nregel 2"\n',
    "semicolon.csv": '\ufeffslug;name\r\neen;"Één; ""twee"", \'drie\'"\r\n\r\ntwee;"Regel 1\nregel 2"\r\n',
    "tab.csv": 'slug\tname\neen\t"Één; ""twee"", \'drie\'"\ntwee\t"Regel 1\nregel 2"',
    "list.json": json.dumps([ONE, TWO]),
    "bom.json": "\ufeff" + json.dumps([ONE, TWO]),
    "named.json": json.dumps({"about": "x", "partners": [ONE, TWO]}),
    "lines.jsonl": json.dumps(ONE) + "\n\n" + json.dumps(TWO),
    "list.yaml": json.dumps([ONE, TWO]),
    "named.yml": json.dumps({"partners": [ONE, TWO]}),
    "tables.toml": f"[[partners]]\nslug = 'een'\nname = {json.dumps(ONE['name'])}\n"
    f"[[partners]]\nslug = 'twee'\nname = {json.dumps(TWO['name'])}\n",
    "a.xlsx": sheet(("slug", "name"), tuple(ONE.values()), (None, None), tuple(TWO.values())),
}


@pytest.mark.parametrize("name", FILES)
def test_every_format_gives_the_same_records(name: str, tmp_path: Path) -> None:
    assert [record.values for record in read(written(tmp_path, name, FILES[name]))] == [ONE, TWO]


def test_a_record_says_where_it_stands(tmp_path: Path) -> None:
    path = written(tmp_path, "a.csv", 'slug,name\na,"x\ny"\nb,z\n')
    assert [record.where for record in read(path)] == ["regel 2", "regel 4"]
    path = written(tmp_path, "a.json", json.dumps([ONE, TWO]))
    assert [record.where for record in read(path)] == ["record 1", "record 2"]


def test_records_deeper_in_a_file(tmp_path: Path) -> None:
    content = json.dumps({"other": [1], "data": {"companies": [ONE, TWO]}})
    for name in ("a.json", "a.yaml"):
        found = read(written(tmp_path, name, content), records="data.companies")
        assert [record.values for record in found] == [ONE, TWO]


UNUSABLE: dict[str, tuple[str | bytes, str]] = {
    "nothing.txt": ("x", "extensie"),
    "empty.csv": ("", "leeg"),
    "zip.csv": (FILES["a.xlsx"], "geen CSV"),
    "object.csv": ("[1, 2]", "geen CSV"),
    "binary.csv": (b"slug\x00name", "geen CSV"),
    "blank.csv": ("\n\n", "eerste regel"),
    "twice.csv": ("slug,name,slug\na,b,c", "staat er twee keer"),
    "column.csv": ("slug,naam\na,b", "kolom name ontbreekt; in het bestand staan: slug, naam"),
    "latin.csv": ("slug,name\na,b\nc,Café\n".encode("latin-1"), "regel 3 is geen UTF-8 (byte 6)"),
    "utf16.csv": ("slug,name\na,b".encode("utf-16"), "geen CSV"),
    "csv.xlsx": ("slug,name\na,b", "geen XLSX"),
    "broken.xlsx": (FILES["a.xlsx"][:-200], "geen XLSX"),
    "column.xlsx": (sheet(("slug",), ("a",)), "kolom name ontbreekt"),
    "csv.json": ("slug,name\na,b", "geen geldige JSON"),
    "cut.json": ('[{"slug": "a"}, {"sl', "geen geldige JSON"),
    "number.json": ("12", "geen lijst"),
    "nolist.json": ('{"a": {"b": 1}}', "geen lijst"),
    "latin.json": ('[{"slug": "Café"}]'.encode("latin-1"), "geen geldige JSON"),
    "bad.yaml": ("- a: [1\n- b", "geen geldige YAML"),
    "text.yaml": ("zomaar tekst", "geen lijst"),
    "latin.yaml": ("- name: Café".encode("latin-1"), "regel 1 is geen UTF-8"),
    "alias.yaml": ("- &a {x: 1}\n- *a", "verwijzingen"),
    "deep.yaml": ("[" * 400 + "]" * 400, "diep"),
    "bad.toml": ("a = ", "geen geldige TOML"),
    "deep.toml": ("a = " + "[" * 4000 + "]" * 4000, "geen geldige TOML"),
}


@pytest.mark.parametrize("name", UNUSABLE)
def test_a_file_that_cannot_be_used_says_why(name: str, tmp_path: Path) -> None:
    content, reason = UNUSABLE[name]
    with pytest.raises(UnusableFile, match=r"^" + name.replace(".", r"\.")) as caught:
        read(written(tmp_path, name, content), columns=("slug", "name"))
    assert reason in str(caught.value)
    assert "Traceback" not in str(caught.value)


def test_no_file_and_a_folder(tmp_path: Path) -> None:
    with pytest.raises(UnusableFile, match="bestaat niet"):
        read(tmp_path / "weg.csv")
    (tmp_path / "map.csv").mkdir()
    with pytest.raises(UnusableFile, match="map"):
        read(tmp_path / "map.csv")


def faults(records: list[Record]) -> list[str]:
    """What came out: the slug of a good record, else the fault of a bad one."""
    return [record.fault or record.values["slug"] for record in records]


BIG = "x" * 50_000_000


@pytest.mark.parametrize(
    "cell", [BIG, f'"{BIG}"', '"' + 'y,"",z\ngevaar,nep\n' * 2_000_000 + '"'], ids=["bare", "quoted", "with lines"]
)
def test_a_cell_of_fifty_megabytes_is_one_bad_record(cell: str, tmp_path: Path) -> None:
    """And what stands inside its quotes is not taken for records."""
    path = written(tmp_path, "a.csv", f"slug,name\na,1\nb,{cell}\nc,3\n")
    assert faults(read(path)) == ["a", "het record is groter dan 1 MiB", "c"]
    path = written(tmp_path, "a.jsonl", f'{{"slug": "a"}}\n{{"slug": "{BIG}"}}\n{{"slug": "c"}}')
    assert faults(read(path)) == ["a", "het record is groter dan 1 MiB", "c"]


def test_a_cell_of_fifty_megabytes_in_json_and_xlsx(tmp_path: Path) -> None:
    path = written(tmp_path, "a.json", f'[{{"slug": "a"}}, {{"slug": "{BIG}"}}, {{"slug": "c"}}]')
    assert faults(read(path)) == ["a", "het record is groter dan 1 MiB", "c"]
    path = written(tmp_path, "a.xlsx", with_big_cell(2_000_000, zipfile.ZIP_STORED))
    assert faults(read(path)) == ["a", "het record is groter dan 1 MiB", "c"]


def with_big_cell(size: int, packing: int) -> bytes:
    """A sheet with one cell of some size, which a program would not write but a person can make."""
    small = sheet(("slug",), ("a",), ("MARK",), ("c",))
    stream = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(small)) as old, zipfile.ZipFile(stream, "w", packing) as new:
        for name in old.namelist():
            new.writestr(name, old.read(name).replace(b"MARK", b"x" * size))
    return stream.getvalue()


def test_a_zip_bomb_is_refused_before_it_is_unpacked(tmp_path: Path) -> None:
    path = written(tmp_path, "a.xlsx", with_big_cell(50_000_000, zipfile.ZIP_DEFLATED))
    assert path.stat().st_size < 100_000
    with pytest.raises(UnusableFile, match="pakt uit tot 50 MB"):
        read(path)


def test_an_xml_bomb_in_a_sheet_is_refused(tmp_path: Path) -> None:
    entities = "".join(f'<!ENTITY e{n} "{f"&e{n - 1};" * 10 if n else "boem"}">' for n in range(9))
    stream = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(sheet(("slug",), ("MARK",)))) as old, zipfile.ZipFile(stream, "w") as new:
        for name in old.namelist():
            content = old.read(name).decode().replace("MARK", "&e8;")
            if "&e8;" in content:
                declaration, _end, rest = content.partition("?>")
                content = (
                    f"{declaration}?><!DOCTYPE x [{entities}]>{rest}" if rest else f"<!DOCTYPE x [{entities}]>{content}"
                )
            new.writestr(name, content)
    with pytest.raises(UnusableFile):
        read(written(tmp_path, "a.xlsx", stream.getvalue()))


def test_broken_quotes_cost_one_record(tmp_path: Path) -> None:
    path = written(tmp_path, "a.csv", 'slug,name\na,1\nb,"nooit dicht\nc,3\nd,"goed"\ne,"x"y\nf,6\n')
    found = read(path)
    assert [record.values.get("slug") for record in found] == ["a", None, "c", "d", None, "f"]
    assert [record.where for record in found if record.fault] == ["regel 3", "regel 6"]
    assert all("aanhalingstekens" in record.fault for record in found if record.fault)


def test_a_row_with_another_number_of_cells_is_one_bad_record(tmp_path: Path) -> None:
    path = written(tmp_path, "a.csv", "slug,name\na,1\nb\nc,3,4\nd,5,\n")
    assert faults(read(path)) == [
        "a",
        "er staan 1 cellen, en in de kopregel 2",
        "er staan 3 cellen, en in de kopregel 2",
        "d",
    ]


@pytest.mark.parametrize("bad", ["\\u0000", "\\u001b", "\\u0085", "\\ufffe"])
def test_what_no_text_may_hold_is_refused(bad: str, tmp_path: Path) -> None:
    path = written(tmp_path, "a.json", f'[{{"slug": "a"}}, {{"slug": "b{bad}"}}, {{"slug": "c"}}]')
    found = faults(read(path))
    assert [found[0], found[2]] == ["a", "c"]
    assert "teken" in found[1]


def test_half_a_character_is_refused(tmp_path: Path) -> None:
    whole = '[{"slug": "\\ud83d\\ude00 \\\\ud800"}]'
    assert faults(read(written(tmp_path, "a.json", whole))) == ["😀 \\ud800"]
    for half in ("\\ud800", "\\udc00", "\\ud800\\u0041"):
        with pytest.raises(UnusableFile):
            read(written(tmp_path, "a.json", f'[{{"slug": "{"x" * 65_519}{half}"}}]'))
        assert "teken" in faults(read(written(tmp_path, "a.jsonl", f'{{"slug": "{half}"}}')))[0]


def test_a_nul_in_csv_is_refused(tmp_path: Path) -> None:
    path = written(tmp_path, "a.csv", "slug,name\n" + "a,b\n" * 2000 + "c,\x00\nd,e\n")
    assert [record.fault != "" for record in read(path)][-3:] == [False, True, False]


def test_a_deep_record_is_refused_and_a_number_is_kept(tmp_path: Path) -> None:
    deep: Any = "x"
    for _level in range(40):
        deep = [deep]
    path = written(tmp_path, "a.json", json.dumps([{"slug": deep}, {"slug": 1.5, "n": 10**20, "b": True, "z": None}]))
    first, second = read(path)
    assert "diep" in first.fault
    assert second.values == {"slug": 1.5, "n": 10**20, "b": True, "z": None}


def test_records_that_are_no_groups_are_refused_one_by_one(tmp_path: Path) -> None:
    path = written(tmp_path, "a.json", '[{"slug": "a"}, 3, "x", null, {"slug": "b"}]')
    assert [record.fault == "" for record in read(path)] == [True, False, False, False, True]
    path = written(tmp_path, "a.jsonl", '{"slug": "a"}\n{"slug"\n{"slug": "b"}')
    assert [record.fault == "" for record in read(path)] == [True, False, True]


def test_yaml_has_no_opinions(tmp_path: Path) -> None:
    """NO is not false, 1.10 is not 1.1, a day is a text; only null and ~ are nothing."""
    path = written(tmp_path, "a.yaml", "- {a: NO, b: 1.10, c: 2026-11-22, d: null, e: ~, f: 'null', g: 08}")
    assert read(path)[0].values == {
        "a": "NO",
        "b": "1.10",
        "c": "2026-11-22",
        "d": None,
        "e": None,
        "f": "null",
        "g": "08",
    }


def test_cells_of_a_sheet_are_read_as_a_person_writes_them(tmp_path: Path) -> None:
    row = (12, 12.0, 1.5, True, date(2026, 11, 22), datetime(2026, 11, 22, 9, 30), None, "'=x")  # noqa: DTZ001
    path = written(tmp_path, "a.xlsx", sheet(tuple("abcdefgh"), row))
    assert list(read(path)[0].values.values()) == [
        "12",
        "12",
        "1.5",
        "true",
        "2026-11-22",
        "2026-11-22T09:30:00",
        "",
        "=x",
    ]


def test_a_large_file_is_read_in_bounded_memory(tmp_path: Path) -> None:
    """The reader hands over a record before it builds the next: 20 MB pass through a few."""
    rows = [json.dumps({"slug": f"p{n}", "name": "x" * 1000}) for n in range(20_000)]
    path = written(tmp_path, "a.json", f"[{','.join(rows)}]")
    rows.clear()
    tracemalloc.start()
    try:
        assert sum(1 for _record in read_records(path)) == 20_000
        assert tracemalloc.get_traced_memory()[1] < 8_000_000
    finally:
        tracemalloc.stop()


def test_what_is_read_as_a_whole_must_be_small(tmp_path: Path) -> None:
    for name in ("a.yaml", "a.toml"):
        with pytest.raises(UnusableFile, match="groter dan 5 MiB"):
            read(written(tmp_path, name, "# " + "x" * trees.MOST_AT_ONCE))
