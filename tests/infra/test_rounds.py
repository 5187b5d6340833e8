"""What the server does beside requests: it sends mail as soon as there is any, and rests when there is none."""

import time
from collections.abc import Iterator
from contextlib import contextmanager

from flask import Flask

from partnerkompas.cli import rounds
from partnerkompas.config import Settings
from partnerkompas.infra import mail
from partnerkompas.infra.db import db
from partnerkompas.infra.mail import Mail
from partnerkompas.infra.request_cycle import committed, unit_of_work
from partnerkompas.search.sheets import Kept
from tests.factories import a_partner, the_criteria


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


def wait_until_sent(number: int) -> None:
    for _ in range(500):
        sent = len(db.session.scalars(db.select(Mail).where(Mail.sent_at.is_not(None))).all())
        db.session.rollback()  # a test holds the lock to write from its first question on
        if sent == number:
            return
        time.sleep(0.02)
    raise AssertionError("the mail was not sent")


def test_mail_leaves_as_soon_as_it_is_written(app: Flask, settings: Settings) -> None:
    write_one()
    with rounds_made(app, settings):
        wait_until_sent(1)
        write_one()
        wait_until_sent(2)
    write_one()
    assert mail.counts()["waiting"] == 1, "who ended the rounds is not served behind their back"


def test_the_first_round_waits_until_something_is_committed(app: Flask, settings: Settings) -> None:
    """Just after a start there are visitors to answer."""
    write_one()
    with rounds_made(app, settings, first_after=3600):
        time.sleep(0.3)
        wait_until_sent(0)
        write_one()
        wait_until_sent(2)


def test_on_a_new_day_who_comes_first_is_read_again(app: Flask, settings: Settings) -> None:
    """What was known of a partner yesterday may have expired, and a first visitor should not wait for that."""
    with unit_of_work():
        the_criteria()
        a_partner("Alfa")
    kept = app.extensions["sheets"] = Kept()
    with rounds_made(app, settings):
        for _ in range(500):
            if kept._sheets:
                return
            time.sleep(0.02)
    raise AssertionError("nobody was read")


def test_who_has_nothing_to_do_rests(app: Flask, settings: Settings) -> None:
    """The rounds once woke themselves with their own commits, and took a whole processor for nothing."""
    seen = []

    def count(_sender: object, **_more: object) -> None:
        seen.append(1)

    write_one()
    with committed.connected_to(count), rounds_made(app, settings):
        wait_until_sent(1)
        for _ in range(20):  # what is due today is done first, however long that takes here
            so_far = len(seen)
            time.sleep(0.5)
            if len(seen) == so_far:
                return
        raise AssertionError(f"{len(seen)} commits in ten seconds, and no rest")
