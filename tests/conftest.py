"""A real database for every test: SQLite in a temporary folder, or PostgreSQL where PARTNERKOMPAS_DATABASE_URL says so.

On PostgreSQL the tests make a database of their own beside the one named, and drop it at the end.
"""

import os
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from argon2 import PasswordHasher
from flask import Flask
from hypothesis import HealthCheck
from hypothesis import settings as hypothesis
from jinja2 import FileSystemBytecodeCache
from sqlalchemy import create_engine, make_url, text
from werkzeug.routing import Rule
from zxcvbn import zxcvbn

from partnerkompas import create_app
from partnerkompas.accounts import passwords
from partnerkompas.config import Settings
from partnerkompas.infra import clock, migrate
from partnerkompas.infra.db import db, writing
from partnerkompas.infra.language import speaking
from tests.browser import Browser
from tests.factories import NOW

ROOT = Path(__file__).parent.parent
SHARED = ROOT.parent / "shared" / "data"

# how long an example may take says something of the machine; in CI the profile for that is the parent
hypothesis.register_profile(
    "any machine", hypothesis.default, deadline=None, suppress_health_check=[HealthCheck.too_slow]
)
hypothesis.load_profile("any machine")


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark what opens a database: only that can differ on another one."""
    for item in items:
        if "empty_database" in getattr(item, "fixturenames", ()):
            item.add_marker("database")


PAST_TRIGGERS = "SET LOCAL session_replication_role = replica"
"""Emptying goes past the triggers that keep what is append-only; TRUNCATE makes new files and takes far longer."""
NUMBERED_FROM_ONE = "SELECT setval(format('%I.%I', schemaname, sequencename)::regclass, 1, false) FROM pg_sequences"


@pytest.fixture(scope="session", autouse=True)
def _templates_compiled_once(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """Every test makes its own application; that all would compile the same templates takes a third of their time."""
    kept = FileSystemBytecodeCache(str(tmp_path_factory.mktemp("templates")))
    Flask.jinja_options = {**Flask.jinja_options, "bytecode_cache": kept}
    yield
    del Flask.jinja_options["bytecode_cache"]


@pytest.fixture(scope="session", autouse=True)
def _addresses_compiled_once() -> Iterator[None]:
    """Werkzeug writes code for every address; for a hundred of them that is half of making an application."""
    compiling, compiled = Rule._compile_builder, {}

    def once(rule: Rule, append_unknown: bool = True) -> Any:
        wanted = (rule.rule, str(rule.defaults), append_unknown)
        if wanted not in compiled:
            compiled[wanted] = compiling(rule, append_unknown)
        return compiled[wanted]

    Rule._compile_builder = once  # type: ignore[assignment, method-assign]
    yield
    Rule._compile_builder = compiling  # type: ignore[method-assign]


@pytest.fixture(scope="session")
def empty_database(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[str, Path | None]]:
    """A migrated database without rows: the address of a PostgreSQL one, or a SQLite file to copy."""
    given = Settings().database if os.environ.get("PARTNERKOMPAS_DATABASE_URL") else ""
    folder = tmp_path_factory.mktemp("empty")
    if not given.startswith("postgresql"):
        with create_app(Settings(instance=folder, database_url="")).app_context():
            migrate.upgrade()
            db.session.remove()
            db.engine.dispose()
        yield "", folder / "partnerkompas.sqlite3"
        return
    name = f"partnerkompas_test_{os.getpid()}"
    server = create_engine(make_url(given), isolation_level="AUTOCOMMIT")
    with server.connect() as connection:
        connection.execute(text(f"DROP DATABASE IF EXISTS {name}"))
        connection.execute(text(f"CREATE DATABASE {name}"))
        connection.execute(text(f"ALTER DATABASE {name} SET synchronous_commit = off"))  # no test cuts its power
    address = make_url(given).set(database=name).render_as_string(hide_password=False)
    with create_app(Settings(instance=folder, database_url=address)).app_context():
        migrate.upgrade()
        db.session.remove()
        db.engine.dispose()
    yield address, None
    with server.connect() as connection:
        connection.execute(text(f"DROP DATABASE {name} WITH (FORCE)"))
    server.dispose()


@pytest.fixture
def instance(empty_database: tuple[str, Path | None], tmp_path: Path) -> Path:
    """The instance folder of one test, with an empty database."""
    address, file = empty_database
    folder = tmp_path / "instance"
    folder.mkdir()
    if file:
        shutil.copy(file, folder / "partnerkompas.sqlite3")
        return folder
    engine = create_engine(address)
    with engine.begin() as connection:
        connection.execute(text(PAST_TRIGGERS))
        connection.execute(text(";".join(f'DELETE FROM "{table.name}"' for table in db.metadata.sorted_tables)))
        connection.execute(text(NUMBERED_FROM_ONE))
        connection.execute(text("INSERT INTO audit_head (id, number, hash) VALUES (1, 0, '')"))
    engine.dispose()
    return folder


@pytest.fixture
def settings(instance: Path, empty_database: tuple[str, Path | None]) -> Settings:
    """Every request asks the database for news and is answered anew, so that no test waits or sees what was before."""
    return Settings(
        instance=instance, database_url=empty_database[0], seed=ROOT / "seed", news_seconds=0, kept_answers_mib=0
    )


@pytest.fixture
def cheap_hashes(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """The same password hash with little work, so that a hundred attempts take no time."""
    monkeypatch.setattr(passwords, "_hasher", PasswordHasher(time_cost=1, memory_cost=64, parallelism=1))
    passwords.nobodys_hash.cache_clear()
    yield
    passwords.nobodys_hash.cache_clear()


@pytest.fixture
def weighed(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The passwords that are weighed from here on, each time one is."""
    seen, weigh = list[str](), zxcvbn

    def noting(password: str, **more: Any) -> Any:
        seen.append(password)
        return weigh(password, **more)

    monkeypatch.setattr(passwords, "zxcvbn", noting)
    return seen


@pytest.fixture
def clock_held() -> Iterator[None]:
    """The clock stands still at factories.NOW."""
    with clock.fixed_at(NOW):
        yield


@pytest.fixture
def app(settings: Settings, clock_held: None) -> Iterator[Flask]:
    """The whole application, inside its context, free to write."""
    app = create_app(settings)
    token = writing.set(True)
    with app.app_context(), speaking("nl"):  # what a test asks for in English stays in that test
        yield app
        db.session.remove()
        db.engine.dispose()
    writing.reset(token)


@pytest.fixture
def browser(app: Flask) -> Browser:
    """A client that checks every page it fetches."""
    return Browser(app)


@pytest.fixture
def shared() -> Path:
    """The real data beside the checkout; tests that need it are skipped where it is missing."""
    if not SHARED.is_dir():
        assert os.environ.get("PARTNERKOMPAS_SHARED_REQUIRED") != "1", "the shared data must be there"
        pytest.skip("the shared data is not beside this checkout")
    return SHARED
