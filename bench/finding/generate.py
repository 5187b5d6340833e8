"""A database with an invented market, written in bulk: `python -m bench.finding.generate 10000`.

It is kept in the temporary folder by size and version, so that a second run takes no time.
"""

import argparse
import shutil
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any

from flask import Flask
from sqlalchemy import Table, insert

from bench.finding.criteria import edition
from bench.finding.market import Said, Trader, traders
from partnerkompas import create_app
from partnerkompas.answers.challenges import Challenge
from partnerkompas.answers.models import Answer
from partnerkompas.config import Settings
from partnerkompas.criteria import actions as criteria
from partnerkompas.infra import clock, migrate
from partnerkompas.infra.db import Model, db, writing
from partnerkompas.partners.models import FormerName, Office, Partner, PartnerStatus
from partnerkompas.permissions.vocabulary import OPERATOR

VERSION = 2
"""Goes up when the same size gives another market, so that none is kept from before."""

AT_ONCE = 500
PAST, FUTURE, STATED = date(2024, 12, 31), date(2099, 12, 31), date(2024, 6, 1)


def instance(many: int) -> Path:
    """The folder of an instance with so many partners, made when there is none yet; its database is up to date."""
    folder = store() / f"{many}-v{VERSION}"
    if not (folder / "done").exists():
        shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir(parents=True)
        with application(folder).app_context():
            write(many)
            db.engine.dispose()
        (folder / "done").touch()
    with application(folder).app_context():
        migrate.upgrade()
        db.engine.dispose()
    return folder


def store() -> Path:
    """Where markets and the indexes of peers are kept between runs."""
    return Path(tempfile.gettempdir()) / "partnerkompas-bench"


def application(folder: Path) -> Flask:
    """Our application on an instance; the environment has no say in it, and nothing that was sent is sent again."""
    settings = Settings(
        instance=folder, database_url="", language="nl", https=False, log_level="ERROR", kept_answers_mib=0
    )
    return create_app(settings)


def write(many: int) -> None:
    """Fill an empty database in one transaction; it leaves one row of news, that everything is to be read again.

    The words index is left alone, since making it is measured apart. Needs an application context.
    """
    migrate.upgrade()
    with _one_transaction():
        release = criteria.adopt(OPERATOR, edition())
        assert release is not None, "the database was not empty"
        rows = _Rows(release.number)
        for trader in traders(many):
            rows.add(trader)
            if trader.id % AT_ONCE == 0:
                rows.insert()
        rows.insert()  # that the criteria are new has everything read again


@contextmanager
def _one_transaction() -> Iterator[None]:
    """As a unit of work does it, but without telling who waits for news."""
    token = writing.set(True)
    try:
        db.session.rollback()
        db.session.connection().exec_driver_sql("PRAGMA cache_size = -1000000")  # a gigabyte, so that indexes fit
        yield
        db.session.commit()
    finally:
        writing.reset(token)


@dataclass
class _Rows:
    """Rows that wait to be inserted, by table."""

    release: str
    answers: int = 0
    waiting: dict[type[Model], list[dict[str, Any]]] = field(default_factory=dict)

    def add(self, trader: Trader) -> None:
        self._wait(
            Partner, id=trader.id, slug=trader.slug, name=trader.name, legal_name=f"{trader.name} B.V.",
            website=f"https://{trader.slug}.example", status=PartnerStatus.LISTED, listed_on=STATED, fictional=True,
        )  # fmt: skip
        if trader.former:
            self._wait(FormerName, partner_id=trader.id, name=trader.former)
        for city, province in trader.offices:
            self._wait(Office, partner_id=trader.id, city=city.title(), province=province, role="office")
        for (criterion, product), said in trader.said.items():
            self._answer(trader.id, criterion, product, said)

    def _answer(self, partner_id: int, criterion: str, product: str, said: Said) -> None:
        self.answers += 1
        self._wait(
            Answer, id=self.answers, partner_id=partner_id, criterion=criterion, product=product,
            state=said.state.value, value=said.value, source="partner", source_url="https://bewijs.example/",
            evidence="Verzonnen", level=1, stated_on=STATED, checked_on=None,
            valid_until=PAST if said.expired else FUTURE, release=self.release, supersedes_id=None,
        )  # fmt: skip
        if said.disputed:
            self._wait(Challenge, answer_id=self.answers, partner_id=partner_id, reason="verzonnen", decided_at=None)

    def _wait(self, model: type[Model], **values: Any) -> None:
        self.waiting.setdefault(model, []).append(values)

    def insert(self) -> None:
        for model in (Partner, FormerName, Office, Answer, Challenge):
            if rows := self.waiting.pop(model, None):
                db.session.execute(insert(_table(model)), rows)


def _table(model: type[Model]) -> Table:
    found = model.__table__
    assert isinstance(found, Table)
    return found


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("partners", type=int, nargs="?", default=10_000)
    many, started = parser.parse_args().partners, time.perf_counter()
    print(f"{instance(many)}: {many} partners in {time.perf_counter() - started:.1f} s, {clock.today()}")


if __name__ == "__main__":
    main()
