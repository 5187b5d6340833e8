"""Servers as processes of their own on this machine, and how much memory they hold."""

import os
import re
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).parent.parent.parent
THREADS = 4
START = 600.0
"""Seconds a server may take to be ready: the largest market is large."""

COMMAND = "from partnerkompas.cli import main; main()"


class DidNotStart(RuntimeError):
    """A server ended, or was not ready in time."""


@dataclass(frozen=True, slots=True)
class Server:
    """A server that answers; `started` is the seconds until it did."""

    port: int
    pid: int
    started: float

    def memory(self) -> dict[str, int]:
        """MiB in memory now (RSS), the most so far, and its share when pages are shared (PSS); {} where unknown."""
        found = {}
        for file, names in (("status", ("VmRSS", "VmHWM")), ("smaps_rollup", ("Pss",))):
            path = Path(f"/proc/{self.pid}/{file}")
            text = path.read_text() if path.exists() else ""
            for name in names:
                if line := re.search(rf"^{name}:\s+(\d+) kB", text, re.MULTILINE):
                    found[name.removeprefix("Vm").lower()] = round(int(line[1]) / 1024)
        return found


def environment(instance: Path) -> dict[str, str]:
    """The environment of our commands: this instance and nothing else that is set."""
    others = {name: value for name, value in os.environ.items() if not name.startswith("PARTNERKOMPAS_")}
    return {**others, "PARTNERKOMPAS_INSTANCE": str(instance), "PYTHONPATH": str(ROOT)}


@contextmanager
def ours(instance: Path, kept_mib: int = 0) -> Iterator[Server]:
    """Our own server, as `partnerkompas serve` runs it; it sends nothing again unless it may keep what it sent."""
    command = [sys.executable, "-c", COMMAND, "serve", "--threads", str(THREADS)]
    kept = {"PARTNERKOMPAS_KEPT_ANSWERS_MIB": str(kept_mib)}
    with _running(command, environment(instance) | kept) as server:
        yield server


@contextmanager
def floor() -> Iterator[Server]:
    """A Flask route that says nothing, under the same server with as many threads."""
    command = [sys.executable, "-m", "bench.finding.floor", "--threads", str(THREADS)]
    with _running(command, {**os.environ, "PYTHONPATH": str(ROOT)}) as server:
        yield server


@contextmanager
def datasette(database: Path) -> Iterator[Server]:
    """Datasette on a file that does not change; limits of time lifted, and no suggestions of facets."""
    settings = ("sql_time_limit_ms 300000", "facet_time_limit_ms 300000", "suggest_facets off", "default_cache_ttl 0")
    command = [sys.executable, "-m", "datasette", "serve", "-i", str(database)]
    for setting in settings:
        command += ["--setting", *setting.split()]
    with _running(command, dict(os.environ)) as server:
        yield server


@contextmanager
def _running(command: list[str], variables: dict[str, str]) -> Iterator[Server]:
    port, began = free_port(), time.perf_counter()
    with tempfile.TemporaryFile() as said:
        process = subprocess.Popen(
            [*command, "--port", str(port)], env=variables, cwd=ROOT, stdout=subprocess.DEVNULL, stderr=said
        )
        try:
            while not _answers(port):
                if process.poll() is not None or time.perf_counter() - began > START:
                    said.seek(0)
                    raise DidNotStart(f"{command}: {said.read().decode(errors='replace')[-2000:]}")
                time.sleep(0.01)
            yield Server(port, process.pid, time.perf_counter() - began)
        finally:
            process.terminate()
            process.wait()


def free_port() -> int:
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return int(one.getsockname()[1])


def _answers(port: int) -> bool:
    try:
        socket.create_connection(("127.0.0.1", port), timeout=1).close()
    except OSError:
        return False
    return True
