"""PostgreSQL that does not answer: pages say so instead of hanging, and come back by themselves (REL-11)."""

import socket
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from threading import Event, Thread
from time import monotonic, sleep

import pytest
from flask import Flask
from sqlalchemy import Connection, make_url, text
from sqlalchemy.exc import OperationalError
from sqlalchemy.exc import TimeoutError as NoConnectionFree

from partnerkompas import create_app
from partnerkompas.config import Settings
from partnerkompas.infra import db as database
from partnerkompas.infra.db import db

HANGS = 30
"""Seconds after which something hangs; it should take three."""


class Between:
    """Stands between the application and its server; may let nothing through, as a network that is gone."""

    def __init__(self, server: tuple[str, int]) -> None:
        self.server, self.open = server, Event()
        self.open.set()
        self.listening = socket.create_server(("127.0.0.1", 0))
        self.port: int = self.listening.getsockname()[1]
        self.sockets = [self.listening]
        self._beside(self._take)

    def _beside(self, work: Callable[..., None], *given: object) -> None:
        Thread(target=work, args=given, daemon=True).start()

    def _take(self) -> None:
        with suppress(OSError):
            while True:
                ours, _address = self.listening.accept()
                theirs = socket.create_connection(self.server)
                self.sockets += [ours, theirs]
                self._beside(self._pass_on, ours, theirs)
                self._beside(self._pass_on, theirs, ours)

    def _pass_on(self, source: socket.socket, target: socket.socket) -> None:
        with suppress(OSError):
            while said := source.recv(65536):
                self.open.wait()
                target.sendall(said)
            target.shutdown(socket.SHUT_WR)

    def close(self) -> None:
        self.open.set()
        for each in self.sockets:
            with suppress(OSError):
                each.shutdown(socket.SHUT_RDWR)
            each.close()


@pytest.fixture
def between(settings: Settings) -> Iterator[Between]:
    address = make_url(settings.database)
    if address.get_backend_name() != "postgresql":
        pytest.skip("this is about PostgreSQL; PARTNERKOMPAS_DATABASE_URL names none")
    made = Between((address.host or "127.0.0.1", address.port or 5432))
    yield made
    made.close()


@pytest.fixture
def beyond(app: Flask, between: Between, settings: Settings) -> Iterator[Flask]:
    """The same application, that reaches its database by what stands between; it asks for news on every page."""
    there = make_url(settings.database).set(host="127.0.0.1", port=between.port)
    other = create_app(settings.model_copy(update={"database_url": there.render_as_string(hide_password=False)}))
    yield other
    between.close()
    with other.app_context():
        db.session.remove()
        db.engine.dispose()


def status(app: Flask, path: str) -> int:
    """The status of an answer; TimeoutError when there comes none."""
    pool = ThreadPoolExecutor(1)
    try:
        return pool.submit(lambda: app.test_client().get(path).status_code).result(HANGS)
    finally:
        pool.shutdown(wait=False)


def comes_back(app: Flask, path: str) -> bool:
    """Whether a page comes, by and by."""
    deadline = monotonic() + HANGS
    while status(app, path) != 200:
        if monotonic() > deadline:
            return False
        sleep(0.2)
    return True


@pytest.mark.parametrize("known", [True, False], ids=["with open connections", "with none"])
def test_a_server_that_falls_silent(beyond: Flask, between: Between, known: bool) -> None:
    if known:
        assert [status(beyond, path) for path in ("/partners", "/api/v1/partners")] == [200, 200]
    between.open.clear()
    assert [status(beyond, path) for path in ("/partners", "/api/v1/partners", "/healthz")] == [503, 503, 200]
    between.open.set()
    assert comes_back(beyond, "/partners")
    assert comes_back(beyond, "/api/v1/partners")


def test_many_at_once_do_not_wait_for_each_other(beyond: Flask, between: Between) -> None:
    assert status(beyond, "/partners") == 200
    between.open.clear()
    with ThreadPoolExecutor(8) as visitors:
        asked = [visitors.submit(status, beyond, "/partners") for _n in range(16)]
        assert {each.result(HANGS) for each in asked} == {503}
    between.open.set()
    assert comes_back(beyond, "/partners")


def test_a_server_that_is_busy_gets_its_time(beyond: Flask) -> None:
    with beyond.app_context():
        assert db.session.scalar(text("SELECT 7 FROM pg_sleep(2.5)")) == 7
        db.session.rollback()


def test_only_what_a_request_asks_is_broken_off(beyond: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    """A command or a thread beside the requests may need minutes for one statement."""
    monkeypatch.setattr(database, "LONGEST_MS", 100)
    with beyond.app_context():
        assert db.session.scalar(text("SELECT 7 FROM pg_sleep(0.5)")) == 7
        db.session.rollback()
    with beyond.test_request_context("/"), pytest.raises(OperationalError, match="statement timeout"):
        db.session.execute(text("SELECT 7 FROM pg_sleep(5)"))


def test_who_finds_no_connection_free_is_told(beyond: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    with beyond.app_context():
        pool = db.engine.pool
        monkeypatch.setattr(pool, "_timeout", 0.1)
        taken = list[Connection]()
        with suppress(NoConnectionFree):
            while len(taken) < 90:  # the server itself has a hundred
                taken.append(db.engine.connect())
        assert len(taken) < 90
        assert status(beyond, "/partners") == 503
        for each in taken:
            each.close()
    assert comes_back(beyond, "/partners")
