"""PostgreSQL that does not answer: noticed within three seconds, so that nobody waits for it without end (REL-11).

A connection that is cut tells so by itself. One to a machine that fell silent does not: the answer to a statement is
waited for. So who waits looks now and then whether the server is there at all. One that is busy is, and gets its time.
"""

import socket
from collections.abc import Generator
from time import monotonic
from typing import Any

import psycopg

CONNECTING = 2
"""Seconds in which a server must take a connection: the least that libpq knows."""

SILENT = 0.5
"""Seconds without an answer after which is looked whether the server is there; twice as long each next time."""

KNOCK = 1.0
"""Seconds in which it must take a connection, and as many in which it must say one byte."""

AWAY = 1.0
"""Seconds in which a server that did not answer is not tried again: one page asks more than once."""

WAYS = {
    "connect_timeout": CONNECTING,
    # where packets get lost: what was sent and not received, and connections that nobody uses now
    "tcp_user_timeout": 5000,
    "keepalives_idle": 10,
    "keepalives_interval": 2,
    "keepalives_count": 3,
}
"""What every connection begins with."""

_ASKS_FOR_TLS = bytes([0, 0, 0, 8, 4, 210, 22, 47])
"""The smallest thing that every PostgreSQL answers, before it asks who one is: whether it speaks TLS."""


class NoAnswer(psycopg.OperationalError):
    """The server is not there, or says nothing."""


class Connection(psycopg.Connection[Any]):
    """A connection that does not wait for a server that is not there."""

    away_until = float("-inf")
    """Until when (monotonic) no server of this process is tried again; on the class."""

    def wait(self, gen: Generator[Any, Any, Any], *given: Any, **named: Any) -> Any:
        """What psycopg does all its waiting with, but for that of `connect`. Raises NoAnswer."""
        return super().wait(self._watched(gen), *given, **named)

    def _watched(self, gen: Generator[Any, Any, Any]) -> Generator[Any, Any, Any]:
        """The same steps; psycopg goes on some times a second, also when nothing came (`ready` is then 0)."""
        heard, patience = monotonic(), SILENT
        try:
            wanted = next(gen)
            while True:
                ready = yield wanted
                if ready:
                    heard, patience = monotonic(), SILENT
                elif monotonic() - heard > patience:
                    patience *= 2
                    if monotonic() < Connection.away_until or not _is_there(self.info):
                        self.close()  # so that SQLAlchemy lets go of it, and of all others
                        raise _no_answer()
                wanted = gen.send(ready)
        except StopIteration as done:
            return done.value


def connect(*given: Any, **named: Any) -> Connection:
    """A connection. Raises NoAnswer at once for a moment after the server gave none."""
    if monotonic() < Connection.away_until:
        raise NoAnswer("the database did not answer a moment ago")
    try:
        return Connection.connect(*given, **{**WAYS, **named})
    except psycopg.errors.ConnectionTimeout as wrong:
        raise _no_answer() from wrong


def _no_answer() -> NoAnswer:
    Connection.away_until = monotonic() + AWAY
    return NoAnswer("the database does not answer")


def _is_there(info: psycopg.ConnectionInfo) -> bool:
    """Whether the server answers who knocks; libpq's own question holds up all threads."""
    try:
        with _knock(info) as knock:
            knock.settimeout(KNOCK)
            knock.sendall(_ASKS_FOR_TLS)
            knock.recv(1)
    except OSError:
        return False
    return True


def _knock(info: psycopg.ConnectionInfo) -> socket.socket:
    if not info.host.startswith("/"):
        return socket.create_connection((info.hostaddr or info.host, info.port), KNOCK)
    knock = socket.socket(socket.AF_UNIX)
    try:
        knock.settimeout(KNOCK)
        knock.connect(f"{info.host}/.s.PGSQL.{info.port}")
    except OSError:
        knock.close()
        raise
    return knock
