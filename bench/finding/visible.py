"""How long a change takes to be seen: one process commits an answer, another is asked by its API until it shows it."""

import json
import subprocess
import sys
import time
from collections.abc import Callable
from itertools import islice
from pathlib import Path
from statistics import median, quantiles
from threading import Event, Thread
from typing import Any
from urllib.parse import urlencode

from bench.finding import ours, servers
from bench.finding.client import Connection
from bench.finding.criteria import edition
from bench.finding.market import traders

PATIENCE = 60.0


class NeverSeen(RuntimeError):
    """A change was not shown in time."""


def measure(instance: Path, changes: int) -> dict[str, Any]:
    """Milliseconds from commit, and from the start of the action, until seen by a filter and by a word.

    Each turn gives another partner the option of a list that few partners have, asked for by its code or by a word of
    its label. Changes the instance.
    """
    question = next(each for each in edition().questions if each.kind == "one_of" and not each.per_product)
    assert question.options is not None
    rare = question.options.options[-1]
    said = ((partner.slug, partner.said.get((question.key, ""))) for partner in islice(traders(1_000), 1_000))
    # what is disputed counts nowhere until somebody decides, whatever is answered meanwhile
    others = [slug for slug, before in said if not before or (before.value != rare.code and not before.disputed)]
    word = rare.label.nl.split()[0].lower()
    asked = {"by filter": [(question.key, rare.code)], "by word": [("q", word)]}
    found: dict[str, list[tuple[float, ...]]] = {name: [] for name in asked}
    with servers.ours(instance) as site, Connection(site.port) as connection:
        command = [sys.executable, "-m", "bench.finding.change", str(instance)]
        with subprocess.Popen(
            command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, cwd=servers.ROOT
        ) as writer:
            assert writer.stdin is not None
            assert writer.stdout is not None
            assert writer.stdout.readline().strip() == "ready"
            for turn, slug in enumerate(others[: 2 * changes]):
                name = list(asked)[turn % 2]
                address = f"{ours.API}?{urlencode([*asked[name], ('per_pagina', '1')])}"
                seen = _seen_from(connection, address)
                print(json.dumps([slug, question.key, rare.code]), file=writer.stdin, flush=True)
                began, committed, returned = json.loads(writer.stdout.readline())
                at = seen()
                spans = (at - committed, at - began, returned - began)
                found[name].append(tuple(1000 * span for span in spans))
            writer.stdin.close()
    return {
        name: {
            "changes": len(times),
            "from_commit": _figures([each[0] for each in times]),
            "from_start": _figures([each[1] for each in times]),
            "action": _figures([each[2] for each in times]),
        }
        for name, times in found.items()
    }


def _seen_from(connection: Connection, address: str) -> Callable[[], float]:
    """Keep asking in a thread of its own; the function waits and gives the moment the total had grown."""
    before = _total(connection, address)
    moments: list[float] = []
    grown, started = Event(), time.monotonic()

    def ask() -> None:
        while time.monotonic() - started < PATIENCE:
            if _total(connection, address) > before:
                moments.append(time.monotonic())
                break
        grown.set()

    Thread(target=ask).start()

    def wait() -> float:
        grown.wait()
        if not moments:
            raise NeverSeen(address)
        return moments[0]

    return wait


def _total(connection: Connection, address: str) -> int:
    return int(json.loads(connection.get(address))["total"])


def _figures(times: list[float]) -> dict[str, float]:
    return {"p50": median(times), "p95": quantiles(times, n=20, method="inclusive")[-1], "most": max(times)}
