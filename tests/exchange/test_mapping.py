"""Mapping files: steps, paths, layouts; and what is wrong in a mapping file is named before anything is read."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from hypothesis import given
from hypothesis import strategies as st

from partnerkompas.answers.models import Answer
from partnerkompas.exchange.importing import import_answers, import_partners
from partnerkompas.exchange.mapping import Steps, read_mapping
from partnerkompas.exchange.records import UnusableFile
from partnerkompas.exchange.report import Report
from partnerkompas.exchange.steps import shortened, taken, without_html, without_markdown
from partnerkompas.infra.db import db
from partnerkompas.partners import queries
from partnerkompas.partners.actions import plain
from partnerkompas.permissions.vocabulary import OPERATOR
from tests.edition import SMALL
from tests.factories import the_criteria

STEPS: list[tuple[dict[str, Any], list[str], list[str]]] = [
    ({}, ["a", "b"], ["a", "b"]),
    ({"split": "|"}, ["a| b||c"], ["a", "b", "c"]),
    ({"values": {"a": "x", "b": ""}}, ["a", "b", "c"], ["x", "c"]),
    ({"split": ",", "values": {"a b": "x"}}, ["a b , c"], ["x", "c"]),
    ({"strip": "html"}, ["<p>a &amp; b</p><p>c<script>d</script></p>"], ["a & b c"]),
    ({"strip": "markdown"}, ["# a\n\n- **b** [c](http://d)\n- `e`"], ["a b c e"]),
    ({"strip": "html"}, ["<br>", "a"], ["a"]),
    ({"join": ", "}, ["a", "b"], ["a, b"]),
    ({"join": ", "}, [], []),
    ({"cut": 10}, ["een twee drie"], ["een twee…"]),
    ({"prefix": "https://"}, ["a.nl", "https://b.nl", "http://c.nl"], ["https://a.nl", "https://b.nl", "http://c.nl"]),
    ({"prefix": "x-", "suffix": ".md"}, ["a", "x-b.md"], ["x-a.md", "x-b.md"]),
]


@pytest.mark.parametrize(("steps", "raw", "expected"), STEPS)
def test_steps(steps: dict[str, Any], raw: list[str], expected: list[str]) -> None:
    assert taken(Steps(**steps), raw) == expected


@given(st.text(), st.integers(2, 30))
def test_a_cut_text_fits_and_is_a_beginning(text: str, most: int) -> None:
    cut = shortened(text, most)
    assert len(cut) <= most
    assert cut == text or (cut.endswith("…") and text.startswith(cut[:-1]))


@given(st.text())
def test_stripping_leaves_no_tags_and_never_fails(text: str) -> None:
    assert without_html(f"<b>{text.replace('<', ' ').replace('&', ' ')}</b>") == without_html(
        text.replace("<", " ").replace("&", " ")
    )
    without_markdown(text)


MAP = """
[file]
layout = "partners"
records = "data.companies"
[defaults]
source = "public_page"
evidence = "de lijst"
level = 2
stated_on = "2026"
[from]
stated_on = ["changed", "added"]
source_url = { from = "id", prefix = "https://list.example/" }
[partner.name]
from = "name"
[partner.website]
from = "web.url"
prefix = "https://"
[partner.former_names]
from = "was[]"
[partner.fictional]
value = true
[partner.offices]
from = "places[].city"
role = "delivery"
places = "places.csv"
[[answers]]
criterion = "producten"
from = "products"
split = ";"
values = { "Dynamics 365 BC" = "bc", "geen idee" = "" }
[[answers]]
criterion = "producten"
from = "more[]"
[[answers]]
criterion = "venster"
product = "bc"
from = "hours"
only_if = { attribute = "kind", value = ["support", "both"] }
[[answers]]
criterion = "iso"
from = "certified"
not_if = { attribute = "kind", value = "both" }
[[answers]]
criterion = "naam"
from = "about[]"
strip = "html"
join = " "
cut = 20
[ignore]
attributes = ["logo", "web.title"]
"""
RECORDS: list[dict[str, Any]] = [
    {
        "id": 7,
        "name": "Eén & Co",
        "web": {"url": "een.example", "title": "x"},
        "was": ["Nul", "Min één"],
        "places": [{"city": "Utrecht"}, {"city": "Bergen"}, {"city": "Utrecht"}],
        "products": "Dynamics 365 BC; Finance;Weg",
        "more": ["sales", "geen idee", "Ook weg"],
        "kind": "support",
        "hours": "24×7",
        "certified": False,
        "about": ["<p>Wij zijn</p>", "een <b>heel</b> groot bedrijf"],
        "changed": "2026-03",
        "added": "2020",
        "logo": {"light": "a.png"},
        "extra": {"deep": 1},
    },
    {
        "id": 8,
        "name": "Twee",
        "kind": "both",
        "hours": "24×7",
        "certified": True,
        "products": "",
        "more": [],
        "about": None,
    },
    {"id": 9, "name": "Twee", "certified": True},
    {"name": ""},
    {"name": "Drie", "certified": "misschien", "products": "geen idee"},
]
Load = Callable[..., Report]


@pytest.fixture
def load(app: Flask, tmp_path: Path) -> Load:
    the_criteria()
    (tmp_path / "places.csv").write_text("place,province\nUtrecht,NL-UT\nBergen,NL-GR\nBergen,NL-LI\n")

    def run(what: Any = import_partners, content: Any = None, rules: str = MAP, name: str = "a.json") -> Report:
        (tmp_path / "map.toml").write_text(rules)
        file = tmp_path / name
        file.write_text(
            content if isinstance(content, str) else json.dumps(content or {"data": {"companies": RECORDS}})
        )
        report: Report = what(OPERATOR, file, mapping=tmp_path / "map.toml")
        return report

    return run


def said(criterion: str) -> list[tuple[str, Any]]:
    rows = db.session.scalars(db.select(Answer).where(Answer.criterion == criterion).order_by(Answer.id))
    return [(row.product, row.value) for row in rows]


def test_a_nested_file_becomes_partners_and_answers(load: Load) -> None:
    report = load()
    assert (report.partners.created, report.answers.created) == (3, 5)
    first = queries.by_slug("een-en-co")
    assert first is not None
    given = plain(first)
    assert (given.website, given.former_names, given.fictional) == ("https://een.example", ("Nul", "Min één"), True)
    assert [(office.city, office.province, office.role.value) for office in given.offices] == [
        ("Utrecht", "NL-UT", "delivery"),
        ("Bergen", "", "delivery"),
    ]
    assert said("producten") == [("", ["bc", "fin", "sales"])]
    assert said("venster") == [("bc", "zeven"), ("bc", "zeven")]
    assert said("iso") == [("", False)]
    assert said("naam") == [("", "Wij zijn een heel…")]
    row = db.session.scalars(db.select(Answer).where(Answer.criterion == "iso")).one()
    assert (row.source_url, str(row.stated_on), row.level, row.evidence) == (
        "https://list.example/7",
        "2026-03-01",
        2,
        "de lijst",
    )


def test_what_is_no_option_is_reported_and_the_rest_is_kept(load: Load) -> None:
    report = load()
    assert [(each.where, each.column, each.value) for each in report.rejected] == [
        ("record 3", "slug", "twee"),
        ("record 4", "name", ""),
        ("record 1", "products", "Weg"),
        ("record 1", "more[]", "geen idee"),
        ("record 1", "more[]", "Ook weg"),
        ("record 5", "certified", "misschien"),
    ]
    assert report.notices == ["kolom “extra.deep” wordt niet gebruikt"]


def test_again_is_unchanged_and_answers_alone_need_their_partners(load: Load) -> None:
    report = load(import_answers)
    assert [each.value for each in report.rejected[:3]] == ["een-en-co", "twee", "twee"]
    assert report.created == 0
    load()
    for what in (import_answers, import_partners):
        again = load(what)
        assert (again.created, again.updated) == (0, 0)
        assert again.answers.unchanged == 5


FACTS_MAP = """
[file]
layout = "facts"
[facts]
partner = "company"
attribute = "about"
value = "is"
[defaults]
source = "public_page"
level = 2
[from]
source_url = "page"
[partner.website]
from = "site"
[[answers]]
criterion = "producten"
from = "product"
only_if = { attribute = "role", value = "partner" }
[[answers]]
criterion = "personen"
from = "people"
"""
FACTS = """company,about,is,page
Acme,site,https://acme.example,https://a.example/1
Acme,people,10,https://a.example/1
Ander,product,bc,https://b.example
Acme,role,partner,https://a.example/1
Acme,product,bc,https://a.example/2
Acme,people,12,https://a.example/3
Acme,product,fin,https://a.example/4
Acme,product,Weg,https://a.example/5
,people,3,https://a.example/6
Acme,kleur,rood,https://a.example/6
"""


def test_facts_line_by_line_each_with_its_own_source(load: Load) -> None:
    report = load(import_partners, FACTS, FACTS_MAP, "facts.csv")
    assert (report.partners.created, report.answers.created, report.answers.updated) == (2, 2, 2)
    assert said("personen") == [("", 10), ("", 12)]
    assert said("producten") == [("", ["bc"]), ("", ["bc", "fin"])]
    rows = db.session.scalars(db.select(Answer).order_by(Answer.id)).all()
    assert {row.source_url[-1] for row in rows} == {"1", "2", "3", "4"}
    assert [(each.where, each.column, each.value) for each in report.rejected] == [
        ("regel 10", "", ""),
        ("regel 9", "product", "Weg"),
    ]
    assert report.notices == ["kolom “kleur” wordt niet gebruikt"]
    again = load(import_partners, FACTS, FACTS_MAP, "facts.csv")
    assert (again.created, again.updated, again.answers.unchanged) == (0, 0, 4)


WRONG = {
    "layout": (MAP.replace('layout = "partners"', 'layout = "anders"'), "file.layout"),
    "unknown key": (MAP.replace("cut = 20", "cutt = 20"), "answers.4.cutt: is geen bekende sleutel"),
    "type": (MAP.replace("cut = 20", 'cut = "20"'), "answers.4.cut"),
    "missing": (MAP.replace('from = "certified"\n', ""), "answers.3.from: ontbreekt"),
    "criterion": (MAP.replace('criterion = "naam"', 'criterion = "weg"'), "het criterium “weg” bestaat niet"),
    "product": (MAP.replace('product = "bc"', ""), "“venster” en product passen niet bij elkaar"),
    "both": (
        MAP.replace('from = "web.url"', 'from = "web.url"\nvalue = "x"'),
        "partner.website: geef óf value, óf from",
    ),
    "name": (MAP.replace('[partner.name]\nfrom = "name"', ""), "partner.name: ontbreekt"),
    "facts": (MAP.replace('layout = "partners"', 'layout = "facts"'), "facts"),
    "places": (MAP.replace('places = "places.csv"', 'places = "weg.csv"'), "weg.csv"),
    "toml": ("[file", "geen geldige TOML"),
}


@pytest.mark.parametrize("name", WRONG)
def test_a_wrong_mapping_is_refused_with_key_and_reason(load: Load, name: str) -> None:
    content, reason = WRONG[name]
    with pytest.raises(UnusableFile) as caught:
        load(rules=content)
    assert str(caught.value).startswith("map.toml: ")
    assert reason in str(caught.value)


def test_a_mapping_that_is_not_there(tmp_path: Path) -> None:
    with pytest.raises(UnusableFile, match="niet te lezen"):
        read_mapping(tmp_path / "weg.toml", SMALL)
