"""What the server does beside requests: it sends mail as soon as there is any, and rests when there is none."""

from collections.abc import Iterator
from contextlib import contextmanager
from threading import Event, current_thread

import pytest
from flask import Flask

from partnerkompas.cli import rounds
from partnerkompas.config import Settings
from partnerkompas.infra import mail
from partnerkompas.infra.db import db
from partnerkompas.infra.mail import Mail
from partnerkompas.infra.request_cycle import unit_of_work
from partnerkompas.search.sheets import Kept
from tests.factories import a_partner, the_criteria
from tests.waiting import until


@contextmanager
def rounds_made(app: Flask, settings: Settings, first_after: float = 0) -> Iterator[None]:
    end = rounds.begin(app, settings, first_after)
    try:
        yield
    finally:
        end()


def write_one() -> None:
    with unit_of_work():
        mail.post("iemand@voorbeeld.example", "Bericht", "Tekst")


def sent() -> int:
    """How many mails have left."""
    found = len(db.session.scalars(db.select(Mail).where(Mail.sent_at.is_not(None))).all())
    db.session.rollback()  # a test holds the lock to write from its first question on
    return found


def wait_until_sent(number: int) -> None:
    until(lambda: sent() == number, pause=0.02)


@pytest.fixture
def waits(monkeypatch: pytest.MonkeyPatch) -> list[tuple[float | None, bool]]:
    """For how many seconds the rounds begin to wait, each time, and whether there is news already."""
    begun: list[tuple[float | None, bool]] = []

    class Noting(Event):
        def wait(self, timeout: float | None = None) -> bool:
            if current_thread().name == "rounds":
                begun.append((timeout, self.is_set()))
            return super().wait(timeout)

    monkeypatch.setattr(rounds, "Event", Noting)
    return begun


def test_mail_leaves_as_soon_as_it_is_written(app: Flask, settings: Settings) -> None:
    write_one()
    with rounds_made(app, settings):
        wait_until_sent(1)
        write_one()
        wait_until_sent(2)
    write_one()
    assert mail.counts()["waiting"] == 1, "who ended the rounds is not served behind their back"


def test_the_first_round_waits_until_something_is_committed(
    app: Flask, settings: Settings, waits: list[tuple[float | None, bool]]
) -> None:
    """Just after a start there are visitors to answer."""
    write_one()
    with rounds_made(app, settings, first_after=3600):
        until(lambda: bool(waits))
        assert (waits, sent()) == ([(3600, False)], 0)
        write_one()
        wait_until_sent(2)


def test_on_a_new_day_who_comes_first_is_read_again(app: Flask, settings: Settings) -> None:
    """What was known of a partner yesterday may have expired, and a first visitor should not wait for that."""
    with unit_of_work():
        the_criteria()
        a_partner("Alfa")
    kept = app.extensions["sheets"] = Kept()
    with rounds_made(app, settings):
        until(lambda: bool(kept._sheets))


def test_who_has_nothing_to_do_rests(app: Flask, settings: Settings, waits: list[tuple[float | None, bool]]) -> None:
    """The rounds once woke themselves with their own commits, and took a whole processor for nothing."""
    write_one()
    with rounds_made(app, settings):
        until(lambda: len(waits) > 1)
        assert (waits, sent()) == ([(0, False), (rounds.SECONDS, False)], 1)
