"""Rules of the house that a reader cannot see by looking at one file."""

import ast
import re
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from babel.messages.pofile import read_po
from flask import Flask
from sqlalchemy import text
from sqlalchemy.exc import DatabaseError

from partnerkompas.infra import audit, migrate
from partnerkompas.infra.db import RewritesHistory, db
from partnerkompas.permissions.policy import POLICY
from partnerkompas.permissions.vocabulary import OPERATOR, Permission
from tests.conftest import ROOT
from tests.factories import a_partner, an_answer, the_criteria

PACKAGE = ROOT / "partnerkompas"
SOURCES = sorted(PACKAGE.rglob("*.py"))
TEMPLATES = sorted((PACKAGE / "templates").rglob("*.html"))


def test_only_the_request_cycle_commits() -> None:
    """infra/request_cycle.py decides when a change is safe, nobody else."""
    allowed = {"infra/request_cycle.py"}
    for path in SOURCES:
        calls = [
            n.func.attr
            for n in ast.walk(ast.parse(path.read_text()))
            if isinstance(n, ast.Call) and isinstance(n.func, ast.Attribute)
        ]
        name = path.relative_to(PACKAGE).as_posix()
        if "session" in path.read_text() and name not in allowed:
            assert "commit" not in calls, name


def test_models_equal_migrations(app: Flask) -> None:
    assert migrate.is_current()
    with db.engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        assert compare_metadata(context, db.metadata) == []


def test_every_template_extends_base_and_has_a_title(app: Flask) -> None:
    for path in TEMPLATES:
        name = path.relative_to(PACKAGE / "templates").as_posix()
        app.jinja_env.get_template(name)
        if name != "base.html" and not name.startswith("components/"):
            source = path.read_text()
            assert '{% extends "base.html" %}' in source, name
            assert "{% block title %}" in source, name


def test_every_permission_has_a_rule_and_a_sentence() -> None:
    assert set(POLICY) == set(Permission)
    for permission in Permission:
        assert re.fullmatch(r"[a-z-]+:[a-z_]+", permission.value)
        assert permission.sentence


def test_append_only_is_kept_by_the_program_and_by_the_database(app: Flask) -> None:
    the_criteria()
    answer = an_answer(a_partner(), "iso", "ja")
    db.session.flush()
    answer.evidence = "iets anders"
    with pytest.raises(RewritesHistory):
        db.session.flush()
    db.session.rollback()
    the_criteria()
    answer = an_answer(a_partner(), "iso", "ja")
    audit.record(db.session, OPERATOR, "test:deed", "test")
    db.session.flush()
    for statement in ("UPDATE answer SET level = 4", "DELETE FROM audit", "UPDATE release SET number = '9.9.9'"):
        with pytest.raises(DatabaseError, match="append-only"), db.session.begin_nested():
            db.session.execute(text(statement))


def test_translations_are_complete(tmp_path: Path) -> None:
    """Every text of the interface has an English translation, with the same places to fill (row M1)."""
    pot = tmp_path / "all.pot"
    command = [
        sys.executable,
        "-m",
        "babel.messages.frontend",
        "-q",
        "extract",
        "-F",
        "babel.cfg",
        "-o",
        str(pot),
        "partnerkompas",
    ]
    subprocess.run(command, cwd=ROOT, check=True)
    with pot.open("rb") as file:
        wanted = read_po(file)
    with (PACKAGE / "translations/en/LC_MESSAGES/messages.po").open("rb") as file:
        english = read_po(file, locale="en")
    missing = []
    for message in wanted:
        if not message.id:
            continue
        found = english.get(message.id)
        texts = [found.string] if found and isinstance(found.string, str) else list(found.string or ()) if found else []
        if not texts or not all(texts) or (found and found.fuzzy):
            missing.append(message.id)
            continue
        first = message.id if isinstance(message.id, str) else message.id[-1]
        places = set(re.findall(r"%\((\w+)\)", first))
        for each in texts[-1:]:
            assert set(re.findall(r"%\((\w+)\)", each)) == places, first
    assert not missing, f"{len(missing)} texts without English: {missing[:10]}"


def test_no_paths_of_a_machine_and_no_loose_ends() -> None:
    listed = subprocess.run(["git", "ls-files"], cwd=ROOT, check=True, capture_output=True, text=True).stdout.split()
    wrong = re.compile(r"/(?:w[o]rk|f[a]rm|t[m]p/pk)/|\bT[O]DO\b|\bF[I]XME\b|\bX[X]X\b")
    for name in listed:
        path = ROOT / name
        if path.suffix in (".py", ".html", ".css", ".js", ".md", ".toml", ".txt", ".cfg") and path.exists():
            assert not wrong.search(path.read_text()), name


def test_dependencies_are_pinned_and_explained() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    for line in project["dependencies"]:
        assert re.search(r"[=<]", line), line


def test_no_network_in_the_program() -> None:
    """Zero requests to elsewhere: no library for it is imported (SEC-25, promise 9)."""
    banned = {"requests", "httpx", "urllib.request", "urllib3", "aiohttp", "socket", "http.client", "smtplib"}
    for path in SOURCES:
        if path == PACKAGE / "infra" / "mail.py":
            continue  # mail goes to the one server that the operator names
        for node in ast.walk(ast.parse(path.read_text())):
            names = [alias.name for alias in node.names] if isinstance(node, ast.Import) else []
            names += [node.module or ""] if isinstance(node, ast.ImportFrom) else []
            assert not banned & set(names), f"{path.name}: {names}"
