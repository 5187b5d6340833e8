"""Doing things at the same moment, each in a thread and a transaction of its own."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

from flask import Flask

from partnerkompas.infra.db import db
from partnerkompas.infra.language import speaking
from partnerkompas.infra.refusal import NotAcceptable
from partnerkompas.infra.request_cycle import unit_of_work


def at_once(app: Flask, *deeds: Callable[[], object]) -> list[object]:
    """Do some things at the same moment, each in a transaction; what each gives, or why not."""
    db.session.rollback()  # on SQLite whoever reads here would hold the others
    start = Barrier(len(deeds))

    def run(deed: Callable[[], object]) -> object:
        with app.app_context(), speaking("nl"):
            start.wait(60)
            try:
                with unit_of_work():
                    return deed()
            except NotAcceptable as wrong:
                return str(wrong)

    with ThreadPoolExecutor(len(deeds)) as pool:
        return list(pool.map(run, deeds))
