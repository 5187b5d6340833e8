"""Servers of our own to look at: real commands, a real process, a folder that goes away."""

import json
import os
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache, cached_property
from pathlib import Path
from shutil import copytree
from tempfile import TemporaryDirectory
from typing import Any
from urllib.error import URLError
from urllib.request import urlopen

from tests.waiting import PATIENCE, until

COMMAND = Path(sys.executable).parent / "partnerkompas"


@dataclass(frozen=True)
class Site:
    """A running server."""

    url: str

    def json(self, address: str) -> Any:
        with urlopen(self.url + address, timeout=PATIENCE) as answer:
            return json.load(answer)

    @cached_property
    def partners(self) -> list[dict[str, Any]]:
        """Every listed partner, by how much of what was asked is known, most first."""
        items = self.json("/api/v1/partners?per_pagina=100")["items"]
        return sorted(items, key=lambda item: (-item["known"] / item["asked"], item["slug"]))

    @cached_property
    def places(self) -> dict[str, str]:
        """What stands for partners in the addresses of pages.py; nothing where there are none.

        `full` has most answers of the partners with few products, so that looking at every element stays quick;
        `six` are six such partners, `heaviest` the six with the most answers.
        """
        if not self.partners:
            return {}
        fewest = min(partner["asked"] for partner in self.partners)
        small = [partner["slug"] for partner in self.partners if partner["asked"] <= 1.5 * fewest]
        most = [partner["slug"] for partner in sorted(self.partners, key=lambda partner: -partner["known"])]
        return {
            "full": small[0],
            "other": small[1],
            "empty": min(self.partners, key=lambda partner: partner["known"])["slug"],
            "heavy": most[0],
            "six": "&".join(f"p={slug}" for slug in small[:5] + small[-1:]),
            "heaviest": "&".join(f"p={slug}" for slug in most[:6]),
        }


@cache
def made_by(*commands: tuple[str | Path, ...]) -> TemporaryDirectory[str]:
    """The instance that commands make, made once: making the demonstration takes longer than looking at a page."""
    folder = TemporaryDirectory(prefix="partnerkompas-made-")
    environment = {**_environment(), "PARTNERKOMPAS_INSTANCE": folder.name}
    for command in commands:
        made = subprocess.run([COMMAND, *command], env=environment, capture_output=True, text=True, check=False)
        assert made.returncode == 0, made.stdout + made.stderr
    return folder


def _environment() -> dict[str, str]:
    return {name: value for name, value in os.environ.items() if not name.startswith("PARTNERKOMPAS_")}


@contextmanager
def served(folder: Path, *commands: tuple[str | Path, ...]) -> Iterator[Site]:
    """Serve a copy of what commands make, in a folder; a page that failed on the server is an error."""
    copytree(made_by(*commands).name, folder, dirs_exist_ok=True)
    environment = {**_environment(), "PARTNERKOMPAS_INSTANCE": str(folder)}
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    log = folder / "log"
    with log.open("wb") as output:
        server = subprocess.Popen(
            [COMMAND, "serve", "--port", str(port)], env=environment, stdout=output, stderr=output
        )
        try:
            site = Site(f"http://127.0.0.1:{port}")
            wait_for(site, server, log)
            yield site
        finally:
            server.terminate()
            try:
                server.wait(10)
            except subprocess.TimeoutExpired:
                server.kill()
                server.wait()
    failed = [line for line in log.read_text().splitlines() if '"status": 5' in line]
    assert not failed, failed


def wait_for(site: Site, server: "subprocess.Popen[bytes]", log: Path) -> None:
    """Return when the server says it is ready."""

    def is_ready() -> bool:
        assert server.poll() is None, log.read_text()
        try:
            with urlopen(f"{site.url}/readyz", timeout=PATIENCE):
                return True
        except URLError:
            return False

    until(is_ready, pause=0.1, otherwise=log.read_text)
