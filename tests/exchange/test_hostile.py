"""Files made to break a reader get a clear message, and nothing of the program breaks (SEC-10)."""

import json
from pathlib import Path

import pytest
from flask import Flask

from partnerkompas.exchange.importing import import_partners
from partnerkompas.exchange.reading import read_records
from partnerkompas.exchange.records import UnusableFile
from partnerkompas.permissions.vocabulary import OPERATOR
from tests.factories import the_criteria

HOSTILE = {
    "number.json": b'[{"slug": "a", "name": "x", "zz": ' + b"9" * 4400 + b"}]",
    "deep.json": b"[" * 100_000 + b"]" * 100_000,
    "deep-in-a-record.json": b'[{"slug": "a", "name": ' + b"[" * 3000 + b"]" * 3000 + b"}]",
    "number.toml": b"a = " + b"9" * 5000,
    "number.yaml": b"- name: " + b"[" * 3000 + b"]" * 3000,
}


@pytest.mark.parametrize("name", HOSTILE)
def test_a_hostile_file_is_refused_with_a_message(tmp_path: Path, name: str) -> None:
    path = tmp_path / name
    path.write_bytes(HOSTILE[name])
    with pytest.raises(UnusableFile) as refused:
        list(read_records(path))
    assert name in str(refused.value)


def test_a_hostile_mapping_is_refused_with_a_message(app: Flask, tmp_path: Path) -> None:
    the_criteria()
    path, rules = tmp_path / "a.json", tmp_path / "map.toml"
    path.write_text("[]")
    rules.write_bytes(HOSTILE["number.toml"])
    with pytest.raises(UnusableFile, match=r"map\.toml"):
        import_partners(OPERATOR, path, rules)


def test_a_stray_nul_costs_its_own_row(app: Flask, tmp_path: Path) -> None:
    the_criteria()
    path = tmp_path / "partners.csv"
    path.write_bytes(b"slug,name\ngoed,Goed\nsl\x00echt,Slecht\nook,Ook goed\n")
    report = import_partners(OPERATOR, path)
    assert (report.created, report.refusals) == (2, 1)


def test_long_digits_in_pieces_are_seen_too(tmp_path: Path) -> None:
    """The parser reads in pieces; a number may lie across the edge of two."""
    path = tmp_path / "edge.json"
    filler = [{"slug": f"s{n}", "name": "n" * 1000} for n in range(1100)]
    path.write_text(json.dumps(filler)[:-1] + ', {"slug": "x", "name": ' + "7" * 5000 + "}]")
    with pytest.raises(UnusableFile):
        list(read_records(path))


def test_a_column_that_only_the_mapping_knows_is_named(app: Flask, tmp_path: Path) -> None:
    """A slip of the pen in a mapping must not lose answers in silence."""
    the_criteria()
    path, rules = tmp_path / "a.csv", tmp_path / "map.toml"
    path.write_text("naam,iso\nEen,ja\n")
    rules.write_text(
        '[file]\nlayout = "partners"\n[defaults]\nsource = "partner"\nlevel = 1\nstated_on = "2026-01-01"\n'
        '[partner.name]\nfrom = "naam"\n[[answers]]\ncriterion = "iso"\nfrom = "izo"\n'
    )
    told = str(import_partners(OPERATOR, path, rules))
    assert "“izo”, maar daar staat nergens iets" in told
    assert "“naam”" not in told
