"""A real server is sent far too much: its page says so, and nothing of it is kept, in memory or on the disk."""

import os
import socket
import sys
from collections.abc import Callable, Iterable, Iterator
from contextlib import suppress
from pathlib import Path
from threading import Thread

import pytest
from flask import Flask
from waitress import create_server

from partnerkompas.cli import receiving
from tests.evidence.made import a_pdf

HEAD = "POST {path} HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: multipart/form-data; boundary=x\r\n{more}\r\n"
LARGE = 200 * 2**20
PATH = "/partners/aap/gegevens/thema"
PROCESS = Path("/proc/self")


@pytest.fixture
def served(app: Flask) -> Iterator[int]:
    """The port of a server as `serve` makes it."""
    server = create_server(app, host="127.0.0.1", port=0, threads=2, asyncore_use_poll=True, **receiving.options())
    thread = Thread(target=server.run, daemon=True)
    thread.start()
    yield server.effective_port
    server.close()
    thread.join(5)


def told(port: int, head: str, body: Iterable[bytes] = ()) -> str:
    """Send a request, all of it, and return the whole answer."""
    with socket.create_connection(("127.0.0.1", port), timeout=60) as there:
        there.sendall(head.encode())
        for part in body:
            there.sendall(part)
        there.settimeout(60)
        answer = b""
        while b"</html>" not in answer and (part := there.recv(65536)):
            answer += part
    return answer.decode()


def pieces(size: int) -> Iterator[bytes]:
    return (bytes(2**20) for _piece in range(size // 2**20))


@pytest.fixture
def memory() -> Callable[[], int]:
    """Tells the most that this process held since the test began, in bytes."""
    try:
        (PROCESS / "clear_refs").write_text("5")  # forget what other tests held
    except OSError:
        pytest.skip(f"{sys.platform} does not tell what a process holds, in memory and in files")

    def most() -> int:
        lines = (PROCESS / "status").read_text().splitlines()
        return int(next(line.split()[1] for line in lines if line.startswith("VmHWM"))) * 1024

    return most


def open_files_on_disk() -> int:
    """Bytes in files that this process holds open, also those without a name, where a body would be."""
    found = 0
    for each in (PROCESS / "fd").iterdir():
        try:
            if "(deleted)" in os.readlink(each):
                found += each.stat().st_size
        except OSError:
            continue
    return found


def test_two_hundred_megabytes_get_a_page(served: int, memory: Callable[[], int]) -> None:
    before, on_disk, most_on_disk = memory(), open_files_on_disk(), 0

    def watched() -> Iterator[bytes]:
        nonlocal most_on_disk
        for part in pieces(LARGE):
            most_on_disk = max(most_on_disk, open_files_on_disk())
            yield part

    nl = told(served, HEAD.format(path=PATH, more=f"Content-Length: {LARGE}\r\n"), watched())
    assert nl.startswith("HTTP/1.1 413")
    assert "Dit is te groot" in nl
    assert "32 MB" in nl
    assert "Content-Security-Policy" in nl
    assert memory() - before < 32 * 2**20
    assert most_on_disk - on_disk < 2**20
    english = told(served, HEAD.format(path=f"/en{PATH}", more=f"Content-Length: {LARGE}\r\n"), pieces(LARGE))
    assert english.startswith("HTTP/1.1 413")
    assert "This is too large" in english


def test_who_asks_first_is_told_before_sending(served: int) -> None:
    head = HEAD.format(path=PATH, more=f"Content-Length: {LARGE}\r\nExpect: 100-continue\r\n")
    answer = told(served, head)
    assert answer.startswith("HTTP/1.1 413")
    assert "Connection: close" in answer
    huge = told(served, HEAD.format(path=PATH, more=f"Content-Length: {2**40}\r\n"))
    assert huge.startswith("HTTP/1.1 413")


def test_pieces_of_which_nobody_said_how_many(served: int) -> None:
    """Its sender may be broken off while sending, or told; either way no more than a page may hold was taken in."""
    head = HEAD.format(path=PATH, more="Transfer-Encoding: chunked\r\n")
    piece, sent = b"100000\r\n" + bytes(2**20) + b"\r\n", 0
    with socket.create_connection(("127.0.0.1", served), timeout=60) as there, suppress(ConnectionError):
        there.sendall(head.encode())
        while sent < LARGE:
            there.sendall(piece)
            sent += 2**20
    assert sent < LARGE


def test_the_same_connection_goes_on(served: int) -> None:
    """What was thrown away was all of that request and nothing of the next."""
    first = HEAD.format(path="/over", more=f"Content-Length: {receiving.MOST_KEPT}\r\n").encode()
    with socket.create_connection(("127.0.0.1", served), timeout=60) as there:
        there.sendall(
            first + bytes(receiving.MOST_KEPT) + b"GET /healthz HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n"
        )
        answer = b""
        while part := there.recv(65536):
            answer += part
    assert answer.count(b"HTTP/1.1 ") == 2
    assert answer.split(b"HTTP/1.1 ")[2].startswith(b"200")


def test_what_fits_comes_in(served: int) -> None:
    """A form with a file, as large as any page takes, is read by the application: which asks to sign in."""
    part = b'--x\r\nContent-Disposition: form-data; name="personen:bestand"; filename="a.pdf"\r\n\r\n'
    body = part + a_pdf() + bytes(20 * 2**20) + b"\r\n--x--\r\n"
    answer = told(served, HEAD.format(path=PATH, more=f"Content-Length: {len(body)}\r\n"), (body,))
    assert answer.startswith("HTTP/1.1 403"), "a visitor saves nothing, and is told so of any partner"
