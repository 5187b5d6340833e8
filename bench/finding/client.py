"""A closed loop over HTTP/1.1 with connections that stay open: the next request goes out when the answer is in.

It reads what it must of an answer and no more, so that the client weighs little beside the fastest server.
"""

import socket
from collections.abc import Sequence
from dataclasses import dataclass
from threading import Barrier, Thread
from time import perf_counter
from typing import BinaryIO

TIMEOUT = 300.0


class WrongAnswer(AssertionError):
    """A server did not answer 200."""


class Connection:
    """One connection to a port of this machine."""

    def __init__(self, port: int) -> None:
        self.socket = socket.create_connection(("127.0.0.1", port), timeout=TIMEOUT)
        self.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self.stream: BinaryIO = self.socket.makefile("rb")

    def __enter__(self) -> "Connection":
        return self

    def __exit__(self, *wrong: object) -> None:
        self.stream.close()
        self.socket.close()

    def get(self, address: str, encoding: str = "") -> bytes:
        """The body of an address, as it was sent. Raises WrongAnswer, and OSError when there is no answer."""
        accept = f"Accept-Encoding: {encoding}\r\n" if encoding else ""
        self.socket.sendall(f"GET {address} HTTP/1.1\r\nHost: 127.0.0.1\r\n{accept}\r\n".encode())
        status = self.stream.readline()
        length, chunked = 0, False
        while (line := self.stream.readline()) not in (b"\r\n", b""):
            name, _colon, value = line.partition(b":")
            if name.lower() == b"content-length":
                length = int(value)
            chunked = chunked or (name.lower() == b"transfer-encoding" and b"chunked" in value)
        body = self._chunks() if chunked else self.stream.read(length)
        if status[9:12] != b"200":
            raise WrongAnswer(f"{status!r} {address} {body[:300]!r}")
        return body

    def _chunks(self) -> bytes:
        parts = []
        while size := int(self.stream.readline(), 16):
            parts.append(self.stream.read(size))
            self.stream.readline()
        self.stream.readline()
        return b"".join(parts)


@dataclass(frozen=True, slots=True)
class Run:
    """One run of a closed loop: seconds in all, and milliseconds of each request."""

    seconds: float
    taken: tuple[float, ...]


def closed_loop(port: int, addresses: Sequence[str], connections: int, each: int, encoding: str = "") -> Run:
    """Send `each` requests over each of some connections: so many addresses, divided among them in their order."""
    taken: list[list[float]] = [[] for _n in range(connections)]
    faults: list[BaseException] = []
    ready = Barrier(connections + 1)

    def loop(number: int) -> None:
        try:
            with Connection(port) as connection:
                ready.wait(TIMEOUT)
                for turn in range(each):
                    address = addresses[number * each + turn]
                    began = perf_counter()
                    connection.get(address, encoding)
                    taken[number].append((perf_counter() - began) * 1000)
        except BaseException as fault:
            faults.append(fault)
            ready.abort()

    threads = [Thread(target=loop, args=(number,)) for number in range(connections)]
    for thread in threads:
        thread.start()
    began = perf_counter()
    if not faults:
        ready.wait(TIMEOUT)
        began = perf_counter()
    for thread in threads:
        thread.join()
    if faults:
        raise faults[0]
    return Run(perf_counter() - began, tuple(ms for some in taken for ms in some))
