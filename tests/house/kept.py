"""Put the database back as it was, again and again: a copy of the file, or of the rows."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from sqlalchemy import text

from partnerkompas.infra.db import db
from tests.conftest import PAST_TRIGGERS


@contextmanager
def kept() -> Iterator[Callable[[], None]]:
    """Keep what is committed now; the function that is given puts it back, and nobody may be in a transaction then."""
    put_back = _by_rows() if db.engine.dialect.name == "postgresql" else _by_file(Path(db.engine.url.database or ""))
    yield put_back
    if db.engine.dialect.name == "postgresql":
        with db.engine.begin() as connection:
            connection.execute(text("DROP SCHEMA kept CASCADE"))


def _by_file(file: Path) -> Callable[[], None]:
    db.session.remove()
    db.engine.dispose()  # the last one out writes the log into the file
    content = file.read_bytes()

    def put_back() -> None:
        db.session.remove()
        db.engine.dispose()
        file.write_bytes(content)

    return put_back


def _by_rows() -> Callable[[], None]:
    names = [f'"{table.name}"' for table in db.metadata.sorted_tables]
    db.session.rollback()
    with db.engine.begin() as connection:
        connection.execute(text("DROP SCHEMA IF EXISTS kept CASCADE"))
        connection.execute(text("CREATE SCHEMA kept"))
        for name in names:
            connection.execute(text(f"CREATE TABLE kept.{name} AS SELECT * FROM public.{name}"))
    again = [f"DELETE FROM {name}; INSERT INTO {name} SELECT * FROM kept.{name}" for name in names]

    def put_back() -> None:
        db.session.rollback()
        with db.engine.begin() as connection:
            connection.exec_driver_sql("; ".join([PAST_TRIGGERS, *again]))

    return put_back
