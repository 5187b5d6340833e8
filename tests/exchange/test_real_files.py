"""The real files: companies around Dynamics, and three foreign lists, each through the mapping file that comes with it.

What is loaded is compared with what an independent few lines count in the source file.
"""

import csv
import json
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from flask import Flask

from partnerkompas.answers import queries as answers
from partnerkompas.answers.models import Answer
from partnerkompas.criteria import queries as criteria
from partnerkompas.criteria.files import read_edition
from partnerkompas.criteria.kinds import kind_of
from partnerkompas.exchange.importing import import_partners
from partnerkompas.exchange.report import Report
from partnerkompas.infra.db import db
from partnerkompas.partners.models import Partner
from partnerkompas.permissions.vocabulary import OPERATOR
from tests.conftest import ROOT
from tests.factories import the_criteria

pytestmark = pytest.mark.shared
SEED = ROOT / "seed"
Load = Callable[[str, Path], Report]


@pytest.fixture
def load(app: Flask) -> Load:
    """Load a foreign list with its own criteria and mapping; loading it again must change nothing."""

    def run(name: str, file: Path) -> Report:
        folder = SEED / "foreign" / name
        the_criteria(read_edition(folder / "criteria.toml", folder / "options"))
        report = import_partners(OPERATOR, file, folder / "map.toml")
        again = import_partners(OPERATOR, file, folder / "map.toml")
        assert (again.created, again.updated, again.unchanged) == (0, 0, report.created)
        return report

    return run


def counted(criterion: str) -> Counter[str]:
    """How many partners there are for each facet value of a criterion."""
    question = criteria.current_edition().by_key[criterion]
    rows = db.session.scalars(answers.newest().where(Answer.criterion == criterion))
    return Counter(bucket for row in rows for bucket in kind_of(question).buckets(question, row.value))


def coded(criterion: str, values: Counter[str], also: dict[str, str] | None = None) -> Counter[str]:
    """Raw values of a source as codes: a label by the code list, others as told; what is no option is left out."""
    options = criteria.current_edition().by_key[criterion].options
    assert options is not None
    found: Counter[str] = Counter()
    for value, count in values.items():
        code = (also or {}).get(value) or options.labels.get(value.casefold())
        if code:
            found[code] += count
    return found


def refused(report: Report) -> list[str]:
    return [each.value for each in report.rejected]


def test_remoteintech(load: Load, shared: Path) -> None:
    file = shared / "remoteintech_companies" / "companies.dev.json"
    report = load("remoteintech", file)
    source: list[dict[str, Any]] = json.loads(file.read_text())
    assert report.partners.created == len(source) == db.session.query(Partner).count()
    for criterion, column in (("regio", "region"), ("werken_op_afstand", "remote_policy"), ("omvang", "company_size")):
        assert counted(criterion) == Counter(row[column] for row in source if row.get(column)), criterion
    known = criteria.current_edition().list_by_key["technologie"].by_code
    used = Counter(tech for row in source for tech in row.get("technologies", []))
    assert counted("technologie") == {tech: count for tech, count in used.items() if tech in known}
    assert sorted(refused(report)) == sorted(tech for tech in used.elements() if tech not in known)
    texts = db.session.scalars(db.select(Answer.value).where(Answer.criterion == "omschrijving")).all()
    assert len(texts) == sum(bool(row["sections"].get("Company blurb")) for row in source)
    assert all(0 < len(text) <= 280 and "**" not in text and "](" not in text for text in texts)


def test_remoteintech_as_pandas_counts_it(load: Load, shared: Path) -> None:
    pandas = pytest.importorskip("pandas")
    file = shared / "remoteintech_companies" / "companies.dev.json"
    load("remoteintech", file)
    frame = pandas.read_json(file)
    for criterion, column in (("regio", "region"), ("omvang", "company_size")):
        assert counted(criterion) == frame[column].dropna().value_counts().to_dict()
    known = criteria.current_edition().list_by_key["technologie"].by_code
    exploded = frame["technologies"].explode().dropna()
    assert counted("technologie") == exploded[exploded.isin(list(known))].value_counts().to_dict()


def test_vue(load: Load, shared: Path) -> None:
    file = shared / "vue_nuxt_partners" / "vue_partners.json"
    report = load("vue", file)
    source = json.loads(file.read_text())
    assert report.partners.created == len(source)
    skills = Counter(skill for row in source for skill in row["proficiencies"])
    also = {"Vue.js": "vue", "Migration": "migratie"}
    assert counted("vaardigheden") == coded("vaardigheden", skills, also)
    assert refused(report) == ["Unity", "EOL Support"]
    assert counted("platinum") == {"ja": sum(bool(row.get("platinum")) for row in source)}


def test_nuxt(load: Load, shared: Path) -> None:
    file = shared / "vue_nuxt_partners" / "nuxt_agencies.json"
    report = load("nuxt", file)
    source = json.loads(file.read_text())
    assert report.partners.created == len(source)
    services = Counter(service for row in source for service in row["services"])
    assert counted("diensten") == coded("diensten", services, {"Consulting & Code Audit": "advies"})
    assert refused(report) == ["Technical Leadership", "Architecture & Strategy"]
    regions = Counter(region for row in source for region in row["regions"])
    assert counted("regios") == coded("regios", regions, {"Middle east": "midden-oosten"})


@pytest.fixture
def dynamics(app: Flask) -> tuple[Report, list[dict[str, str]]]:
    """The real partners, and the lines of their file."""
    the_criteria(read_edition(SEED / "criteria", SEED / "options"))
    file = SEED / "partners" / "dynamics_nl.csv"
    report = import_partners(OPERATOR, file, SEED / "partners" / "dynamics_nl.map.toml")
    return report, list(csv.DictReader(file.read_text().splitlines()))


def test_the_real_partners_are_what_their_file_says(dynamics: tuple[Report, list[dict[str, str]]]) -> None:
    report, lines = dynamics
    assert report.ok, str(report)
    assert not report.notices
    assert report.partners.created == len({line["partner"] for line in lines}) == 17
    facts = {(line["attribute"], line["value"]) for line in lines}
    numbers = db.session.scalars(db.select(Partner.kvk_number).where(Partner.kvk_number != "")).all()
    assert {("kvk_number", number) for number in numbers} <= facts
    names = counted_values("statutaire_naam")
    assert names == Counter(line["value"] for line in lines if line["attribute"] == "legal_name")


def counted_values(criterion: str) -> Counter[str]:
    return Counter(db.session.scalars(db.select(Answer.value).where(Answer.criterion == criterion)))


def test_every_answer_of_the_real_partners_has_its_page(dynamics: tuple[Report, list[dict[str, str]]]) -> None:
    """Issue 2, point 4: E2 at most, with its page as evidence; nobody is said to implement what no page says."""
    _report, lines = dynamics
    pages = {line["source"] for line in lines}
    rows = db.session.scalars(db.select(Answer)).all()
    assert rows
    for row in rows:
        assert row.level <= 2
        assert row.source == "public_page"
        assert row.source_url in pages
        assert row.checked_on
    assert counted("producten") == {}


def test_the_committed_file_is_the_shared_one(shared: Path) -> None:
    assert (SEED / "partners" / "dynamics_nl.csv").read_bytes() == (shared / "dynamics_nl" / "facts.csv").read_bytes()
