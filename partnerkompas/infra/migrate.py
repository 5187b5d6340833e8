"""Bring the database to the form this version of the program needs."""

from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy.engine import Connection

from partnerkompas.infra.db import db, writing

FOLDER = Path(__file__).parent.parent / "migrations"


def alembic_config(connection: Connection) -> Config:
    """What Alembic needs to know to migrate the database at the other end of a connection."""
    config = Config()
    config.set_main_option("script_location", str(FOLDER))
    config.attributes["connection"] = connection
    return config


def upgrade() -> None:
    """Run every migration that was not run yet; harmless when there is none. Needs an application context."""
    token = writing.set(True)
    try:
        with db.engine.begin() as connection:
            command.upgrade(alembic_config(connection), "head")
    finally:
        writing.reset(token)


def is_current() -> bool:
    """Whether the database is in the form this program needs."""
    with db.engine.connect() as connection:
        found = MigrationContext.configure(connection).get_current_revision()
    return found == ScriptDirectory(str(FOLDER)).get_current_head()
