"""From memory to the database: what was counted is written every few seconds, beside all requests."""

from threading import Event

from flask import Flask

from partnerkompas.infra.counting import Waiting
from partnerkompas.infra.logs import log
from partnerkompas.infra.request_cycle import unit_of_work
from partnerkompas.usage import actions

SECONDS = 10
"""How long counts wait at most: what a process that is killed takes with it."""


def write(app: Flask) -> None:
    """Write what waits, in a transaction of its own; what cannot be written waits on. Needs an application context."""
    waiting: Waiting = app.extensions["counting"]
    taken = waiting.take()
    if not taken:
        return
    try:
        with unit_of_work():
            actions.add(taken)
    except BaseException:
        waiting.put_back(taken)
        raise


def keep_writing(app: Flask, over: Event) -> None:
    """Write again and again until it is over, and then once more."""
    while not over.wait(SECONDS):
        write_if_possible(app)
    write_if_possible(app)


def write_if_possible(app: Flask) -> None:
    """Write what waits; when that fails it is logged, and what waits is written the next time."""
    try:
        with app.app_context():
            write(app)
    except Exception:
        log.exception("the figures of use wait")
