"""The documentation is true (DOC-01)."""

import re

from flask import Flask

from partnerkompas.cli import main
from partnerkompas.config import Settings
from partnerkompas.permissions.page import page
from tests.conftest import ROOT

INTERFACE = (ROOT / "docs/interface.md").read_text()


def test_the_permissions_page_is_the_policy() -> None:
    assert (ROOT / "docs/permissions.md").read_text() == page()


def test_every_setting_is_in_the_interface() -> None:
    for name in Settings.model_fields:
        assert f"`PARTNERKOMPAS_{name.upper()}`" in INTERFACE, name


def test_every_command_is_in_the_interface() -> None:
    for name, command in main.commands.items():
        assert f"`{name}" in INTERFACE, name
        for sub in getattr(command, "commands", {}):
            assert re.search(rf"{name} (\w+\\\|)*{sub}", INTERFACE), f"{name} {sub}"


def test_every_route_is_in_the_interface(app: Flask) -> None:
    for rule in app.url_map.iter_rules():
        if rule.endpoint == "static":
            continue
        path = re.sub(r"<(?:\w+:)?(\w+)>", r"<\1>", rule.rule)
        if path == "/uitloggen":
            continue  # a button, not an address
        assert path in INTERFACE, path


def test_the_claim_of_the_readme_stands_in_the_table() -> None:
    """What is said of speed at 10,000 partners is what was measured last (issue 3)."""
    readme = " ".join((ROOT / "README.md").read_text().split())
    number = r"([\d.]+)"
    others = rf"SQLite's full-text search with GROUP BY {number} times as long, tantivy's aggregation {number} times"
    said = re.search(rf"takes {number} ms, {others}", readme)
    assert said, "the README says it in other words"
    lines = (ROOT / "docs/benchmarks.md").read_text().splitlines()
    rows = [[cell.strip() for cell in line.strip("|").split("|")] for line in lines if line.startswith("|")]
    column = next(row.index("10,000") for row in rows if "10,000" in row)
    names = "ours in one process", "SQLite FTS5 and GROUP BY", "tantivy, terms aggregation"
    cells = [next(row[column] for row in rows if row[0].startswith(name)) for name in names]
    assert [cell.removesuffix(" ms") for cell in cells] == [*said.groups()]


def test_glossary_names_exist() -> None:
    """Every code name in the glossary can be imported."""
    import importlib

    names = re.findall(r"`((?:\w+\.)+\w+)`", (ROOT / "docs/begrippen.md").read_text())
    assert len(names) > 20
    for name in names:
        parts = name.split(".")
        for cut in range(len(parts), 0, -1):
            try:
                thing: object = importlib.import_module("partnerkompas." + ".".join(parts[:cut]))
            except ModuleNotFoundError:
                continue
            for attribute in parts[cut:]:
                thing = getattr(thing, attribute)
            break
        else:
            raise AssertionError(name)
