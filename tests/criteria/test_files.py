"""Criteria and options files: what is right is read, and every fault is named with file, key and reason."""

import json
from datetime import date
from pathlib import Path

import pytest

from partnerkompas.criteria.files import WrongFile, edition_of, read_edition
from partnerkompas.criteria.questions import Condition, Edition, Text

SEED = Path(__file__).parents[2] / "seed"

THEME = """
[theme]
key = "dieren"
position = 10
name = { nl = "Dieren", en = "Animals" }
intro = { nl = "Over dieren.", en = "About animals." }

[[criteria]]
key = "soort"
reference = "C99"
label = { nl = "Soort", en = "Species" }
question = { nl = "Welke soort?", en = "Which species?" }
why = { nl = "Om te weten.", en = "To know." }
kind = "many_of"
options = "soorten"
names_products = true
evidence = { nl = "Een foto.", en = "A picture." }
uses = ["facet", "compare"]
on_card = 1

[[criteria]]
key = "gewicht"
label = { nl = "Gewicht", en = "Weight" }
question = { nl = "Hoe zwaar?", en = "How heavy?" }
why = { nl = "Om te weten.", en = "To know." }
kind = "amount"
unit = { nl = "kilo", en = "kilos" }
decimals = 1
minimum = 0
maximum = 100
scope = "product"
evidence = { nl = "Een weegschaal.", en = "A scale." }
highest_level = 2
valid_months = 12
applies_if = [{ criterion = "soort", any_of = ["kat"] }]
"""
LIST = """
key = "soorten"
name = { nl = "Soorten", en = "Species" }
source = "Eigen lijst"

[[options]]
code = "dier"
label = { nl = "Dier", en = "Animal" }

[[options]]
code = "kat"
label = "Kat"
parent = "dier"
valid_from = 2020-01-01
valid_until = 2026-06-30
successor = "tijger"
dates = [{ what = { nl = "einde", en = "end" }, on = "2027-01", source = "een boek" }]

[[options]]
code = "tijger"
label = { nl = "Tijger", en = "Tiger" }
parent = "dier"
"""


def read(folder: Path, theme: str = THEME, options: str = LIST) -> Edition:
    (folder / "criteria").mkdir()
    (folder / "options").mkdir()
    (folder / "criteria" / "10-dieren.toml").write_text(theme, encoding="utf-8")
    (folder / "options" / "soorten.toml").write_text(options, encoding="utf-8")
    return read_edition(folder / "criteria", folder / "options")


def faults(folder: Path, theme: str = THEME, options: str = LIST) -> list[tuple[str, str, str]]:
    with pytest.raises(WrongFile) as wrong:
        read(folder, theme, options)
    return [(each[0], each[1], each[2]) for each in wrong.value.problems]


def test_what_a_file_says_is_what_a_question_holds(tmp_path: Path) -> None:
    edition = read(tmp_path)
    weight = edition.by_key["gewicht"]
    assert weight.unit == Text("kilo", "kilos")
    assert (weight.decimals, weight.minimum, weight.maximum, weight.scope) == (1, 0, 100, "product")
    assert weight.applies_if == (Condition("soort", any_of=("kat",)),)
    assert edition.products is edition.by_key["soort"].options
    cat = edition.list_by_key["soorten"].by_code["kat"]
    assert cat.label == Text("Kat", "Kat")
    assert (cat.parent, cat.successor, cat.dates[0].on) == ("dier", "tijger", "2027-01")


@pytest.mark.parametrize(
    ("old", "new", "key", "reason"),
    [
        ('key = "dieren"', 'key = "dieren"\nkleur = "rood"', "theme.kleur", "geen bekende sleutel"),
        ('kind = "amount"', 'kind = "amount"\nkleur = "rood"', "criteria.gewicht.kleur", "geen bekende sleutel"),
        ('kind = "amount"', 'kind = "bedrag"', "criteria.gewicht.kind", "is geen soort; bekend zijn yes_no"),
        ('key = "gewicht"', 'key = "Gewicht"', "criteria.Gewicht.key", "niet de vorm"),
        ('key = "gewicht"', 'key = "sort"', "criteria.sort.key", "al een parameter van de site"),
        ('key = "gewicht"', "", "criteria[2].key", "ontbreekt"),
        (', en = "Weight"', "", "criteria.gewicht.label.en", "ontbreekt"),
        ('en = "Weight"', 'en = " "', "criteria.gewicht.label.en", "is leeg"),
        ("decimals = 1", 'decimals = "1"', "criteria.gewicht.decimals", "een geheel getal"),
        ("decimals = 1", "decimals = 9", "criteria.gewicht.decimals", "meer dan 6"),
        ("minimum = 0", "minimum = 200", "criteria.gewicht.minimum", "meer dan maximum"),
        ("highest_level = 2", "highest_level = 5", "criteria.gewicht.highest_level", "meer dan 4"),
        ("valid_months = 12", "valid_months = 0", "criteria.gewicht.valid_months", "minder dan 1"),
        (
            'scope = "product"',
            'scope = "stad"',
            "criteria.gewicht.scope",
            "een van deze zijn: 'partner', 'product'",
        ),
        ('unit = { nl = "kilo", en = "kilos" }', "", "criteria.gewicht.unit", "heeft dit nodig"),
        ('options = "soorten"', "", "criteria.soort.options", "heeft dit nodig"),
        ('options = "soorten"', 'options = "rassen"', "criteria.soort.options", "de lijst “rassen” bestaat niet"),
        ('kind = "many_of"', 'kind = "many_of"\ndecimals = 2', "criteria.soort.decimals", "hoort niet bij de soort"),
        ("on_card = 1", 'on_card = 1\npattern = "[0-9"', "criteria.soort.pattern", "geen goede reguliere expressie"),
        ('"compare"]', '"vergelijken"]', "criteria.soort.uses.1", "moet een van deze zijn"),
        ('any_of = ["kat"]', 'any_of = ["hond"]', "criteria.gewicht.applies_if", "“hond” is geen antwoord op “soort”"),
        ('criterion = "soort"', 'criterion = "ras"', "criteria.gewicht.applies_if", "“ras” bestaat niet"),
        ('criterion = "soort"', 'criterion = "gewicht"', "criteria.gewicht.applies_if", "hangt zelf van deze vraag af"),
        ('any_of = ["kat"]', 'any_of = ["kat"], state = "no"', "criteria.gewicht.applies_if", "óf state, óf any_of"),
        ("names_products = true", "", "criteria.gewicht.scope", "noemt de producten van een partner"),
        ("decimals = 1", "decimals = 1\nnames_products = true", "criteria.gewicht.names_products", "kan alleen bij"),
        ("highest_level = 2", "on_card = 1", "criteria.gewicht.on_card", "plaats 1 is al van “soort”"),
        ('key = "gewicht"', 'key = "soort"', "criteria.soort.key", "staat ook in 10-dieren.toml"),
        ("position = 10", "position = 10\n[", "", "geen goed TOML-bestand (regel 5"),
    ],
)
def test_a_fault_in_a_criteria_file(tmp_path: Path, old: str, new: str, key: str, reason: str) -> None:
    assert THEME.count(old) == 1
    found = faults(tmp_path, theme=THEME.replace(old, new))
    assert any((file, where) == ("10-dieren.toml", key) and reason in why for file, where, why in found), found


@pytest.mark.parametrize(
    ("old", "new", "key", "reason"),
    [
        ('source = "Eigen lijst"', "", "source", "ontbreekt"),
        ('key = "soorten"', 'key = "mijn soorten"', "key", "niet de vorm"),
        ('label = "Kat"', 'label = "Kat"\nkleur = "rood"', "options.kat.kleur", "geen bekende sleutel"),
        ('label = "Kat"', 'label = "dier"', "options.kat.label", "“dier” heet ook zo"),
        ('label = "Kat"', "label = 7", "options.kat.label", "een groep sleutels"),
        ('code = "tijger"', 'code = "kat"', "options.kat.code", "staat er twee keer"),
        ('code = "tijger"', 'code = "wilde kat"', "options.wilde kat.code", "niet de vorm"),
        ('successor = "tijger"', 'successor = "leeuw"', "options.kat.successor", "“leeuw” is geen keuze"),
        ('successor = "tijger"', 'successor = "kat"', "options.kat.successor", "leidt terug"),
        ('code = "dier"', 'code = "dier"\nparent = "kat"', "options.dier.parent", "leidt terug"),
        ("valid_until = 2026-06-30", "valid_until = 2019-06-30", "options.kat.valid_until", "ligt vóór"),
        ("valid_until = 2026-06-30", 'valid_until = "31-12-2026"', "options.kat.valid_until", "geen bestaande datum"),
        ("valid_until = 2026-06-30", "valid_until = 2026-02-31", "", "geen goed TOML-bestand (regel 15"),
        ('on = "2027-01"', 'on = "2027-13"', "options.kat.dates.0.on", "geen bestaande datum"),
    ],
)
def test_a_fault_in_an_options_file(tmp_path: Path, old: str, new: str, key: str, reason: str) -> None:
    assert LIST.count(old) == 1
    found = faults(tmp_path, options=LIST.replace(old, new))
    assert any((file, where) == ("soorten.toml", key) and reason in why for file, where, why in found), found


def test_all_faults_of_all_files_come_at_once_and_each_only_once(tmp_path: Path) -> None:
    theme = THEME.replace("decimals = 1", "decimals = -1").replace('kind = "many_of"', 'kind = "veel"')
    options = LIST.replace('label = "Kat"', "")
    assert [(file, key) for file, key, _why in faults(tmp_path, theme, options)] == [
        ("soorten.toml", "options.kat.label"),
        ("10-dieren.toml", "criteria.soort.kind"),
        ("10-dieren.toml", "criteria.gewicht.decimals"),
    ]


def test_a_list_is_missed_also_when_a_criterion_has_its_name(tmp_path: Path) -> None:
    theme = THEME.replace('options = "soorten"', 'options = "gewicht"')
    assert ("10-dieren.toml", "criteria.soort.options", "de lijst “gewicht” bestaat niet") in faults(tmp_path, theme)


def test_what_is_unreadable_is_not_also_missed(tmp_path: Path) -> None:
    assert [key for _file, key, _why in faults(tmp_path, options="[[")] == [""]


@pytest.mark.parametrize(
    ("name", "content", "reason"),
    [
        ("soorten.toml", b"\xff\xfe", "geen UTF-8 (byte 1)"),
        ("soorten.json", b'{"key": ', "geen goed JSON-bestand (regel 1, teken 9)"),
        ("soorten.json", b"[" * 100_000, "te diep genest"),
        ("soorten.toml", b"# " + b"x" * 5 * 1024 * 1024, "groter dan 5 MB"),
        ("soorten.csv", b"key", "geen .toml of .json"),
    ],
)
def test_a_file_that_is_not_what_it_says(tmp_path: Path, name: str, content: bytes, reason: str) -> None:
    path = tmp_path / name
    path.write_bytes(content)
    with pytest.raises(WrongFile, match=rf"{name}: ") as wrong:
        read_edition(None, path)
    assert reason in str(wrong.value)


def test_a_file_that_is_not_there(tmp_path: Path) -> None:
    with pytest.raises(WrongFile, match=r"weg\.toml: het bestand is niet te lezen"):
        read_edition(tmp_path / "weg.toml", None)
    with pytest.raises(WrongFile, match="staan geen bestanden"):
        read_edition(tmp_path, None)


@pytest.mark.parametrize("content", [7, [], "tekst", {"theme": 3, "criteria": 5}, {"criteria": [1, None]}])
def test_content_of_another_shape_is_refused(content: object) -> None:
    with pytest.raises(WrongFile, match=r"vreemd\.json"):
        edition_of({"vreemd.json": content}, {})
    with pytest.raises(WrongFile, match=r"vreemd\.json"):
        edition_of({}, {"vreemd.json": content})


def test_json_reads_as_toml_does(tmp_path: Path) -> None:
    options = {
        "key": "soorten",
        "name": "S",
        "source": "x",
        "options": [{"code": "a", "label": "A", "valid_until": "2026-01-31"}],
    }
    (tmp_path / "soorten.json").write_text(json.dumps(options), encoding="utf-8")
    edition = read_edition(None, tmp_path / "soorten.json")
    assert edition.list_by_key["soorten"].by_code["a"].valid_until == date(2026, 1, 31)


def test_one_file_beside_what_there_is_replaces_only_its_own_theme_or_list(tmp_path: Path) -> None:
    before = read(tmp_path)
    other = THEME.split("[[criteria]]\nkey")[0].replace("dieren", "planten").replace("Dieren", "Planten")
    other += """
[[criteria]]
key = "water"
label = "Water"
question = { nl = "Water?", en = "Water?" }
why = { nl = "Om te weten.", en = "To know." }
kind = "yes_no"
evidence = { nl = "Een foto.", en = "A picture." }
applies_if = [{ criterion = "soort", state = "stated" }]
"""
    (tmp_path / "planten.toml").write_text(other, encoding="utf-8")
    with pytest.raises(WrongFile, match="“soort” bestaat niet"):
        read_edition(tmp_path / "planten.toml", None)
    both = read_edition(tmp_path / "planten.toml", None, before)
    assert [each.key for each in both.questions] == ["soort", "gewicht", "water"]

    (tmp_path / "soorten.toml").write_text(LIST.replace("Tijger", "Grote tijger"), encoding="utf-8")
    renamed = read_edition(None, tmp_path / "soorten.toml", both)
    options = renamed.by_key["soort"].options
    assert options is not None
    assert options.by_code["tijger"].label.nl == "Grote tijger"

    (tmp_path / "minder.toml").write_text(THEME.split('[[criteria]]\nkey = "gewicht"')[0], encoding="utf-8")
    assert [each.key for each in read_edition(tmp_path / "minder.toml", None, both).questions] == ["soort", "water"]


# what is in the project


def test_the_seed_is_read_without_a_fault() -> None:
    edition = read_edition(SEED / "criteria", SEED / "options")
    assert edition.products is not None
    assert [each.position for each in edition.themes] == sorted(each.position for each in edition.themes)
    rows = {each.reference for each in edition.questions}
    core = "1 2 3 4 5 6 8 9 10 11 12 14 15 18 19 20 22 23 24 27 30 32 34 35 36 40 41 45 47 50 52 53 54 57".split()
    assert rows - {"A6", "A8"} == {f"C{int(number):02}" for number in core}
    assert len(core) == 34
    asked = {each.options.key for each in edition.questions if each.options}
    assert {each.key for each in edition.lists} == asked | {"begrippen"}, "the words that mean the same are not asked"
    assert all(len(each.label.nl) <= 40 for each in edition.questions)
    assert all("!" not in text for each in edition.questions for text in (each.question.nl, each.why.nl, each.label.nl))


@pytest.mark.parametrize("name", ["remoteintech", "vue", "nuxt"])
def test_the_foreign_criteria_are_read_without_a_fault(name: str) -> None:
    folder = SEED / "foreign" / name
    assert read_edition(folder / "criteria.toml", folder / "options").questions
