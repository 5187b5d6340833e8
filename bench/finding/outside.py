"""Whole answers over HTTP on this machine, servers taking turns: ours, an empty Flask route and Datasette."""

from collections.abc import Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path
from statistics import median, quantiles
from time import perf_counter
from typing import Any

from bench.finding import flat, ours, servers
from bench.finding.client import Connection, Run, closed_loop
from bench.finding.inside import Differs, kept, without_zeros
from bench.finding.requests import mixed

CONNECTIONS = (1, 4)
MOST_A_ROUND, FEWEST_A_ROUND = 400, 2
WARM = 10
MANY = 4_000
"""So many requests of the mix are made, so that hardly any comes twice."""
FLOOR, PAGE, API = "empty Flask route", "ours, HTML page", "ours, API"
PAGE_SMALL = "ours, HTML page, compressed (br)"
ASKED_BEFORE = 100
"""So many different requests are asked again and again of a server that keeps what it sent."""
PAGE_AGAIN, API_AGAIN = "ours, HTML page, asked before", "ours, API, asked before"
PAGE_SMALL_AGAIN = "ours, HTML page, compressed (br), asked before"


@dataclass
class Target:
    """What is measured: addresses of one server; and the runs so far, by number of connections."""

    name: str
    port: int
    addresses: Sequence[str]
    encoding: str = ""
    next: int = 0
    """Which address comes next."""
    a_round: int = 0
    """Requests a connection in one round: as many as fit the time of a round."""
    runs: dict[int, list[Run]] = field(default_factory=dict)


def measure(size: int, instance: Path, rounds: int, seconds: float) -> dict[str, Any]:
    """Throughput and percentiles of each target, with `rounds` turns of about so many seconds each. Raises Differs."""
    with ExitStack() as running:
        site = running.enter_context(servers.ours(instance))
        keeping = running.enter_context(servers.ours(instance, kept_mib=64))
        empty = running.enter_context(servers.floor())
        other = running.enter_context(servers.datasette(kept(size, "flat", flat) / "flat.db"))
        before = site.memory()
        _compare(size, site.port, other.port)
        wanted = mixed(MANY, turn=3)
        targets = [
            Target(FLOOR, empty.port, ["/"]),
            Target(PAGE, site.port, [ours.address(ours.PAGE, each) for each in wanted]),
            Target(API, site.port, [ours.address(ours.API, each) for each in wanted]),
            Target(PAGE_SMALL, site.port, [ours.address(ours.PAGE, each) for each in wanted], "br"),
        ]
        again = wanted[:ASKED_BEFORE]
        pages, answers = ([ours.address(path, each) for each in again] for path in (ours.PAGE, ours.API))
        targets += [
            Target(PAGE_AGAIN, keeping.port, pages),
            Target(API_AGAIN, keeping.port, answers),
            Target(PAGE_SMALL_AGAIN, keeping.port, pages, "br"),
        ]
        with Connection(keeping.port) as connection:
            for target in targets[-3:]:
                for address in target.addresses:
                    connection.get(address, target.encoding)
        for case in flat.cases(size):
            addresses = [ours.address(ours.PAGE, case.wanted)]
            targets.append(Target(f"ours, {case.name}", site.port, addresses))
            targets.append(Target(f"ours asked before, {case.name}", keeping.port, addresses))
            targets.append(Target(f"Datasette, {case.name}", other.port, [case.address()]))
        for target in targets:
            target.a_round = _fits(target, seconds)
        for turn in range(rounds):
            for connections in CONNECTIONS:
                start = turn % len(targets)
                for target in (*targets[start:], *targets[:start]):
                    each = max(target.a_round // connections, FEWEST_A_ROUND)
                    target.runs.setdefault(connections, []).append(_run(target, connections, each))
        memory = {"ours at start": before, "ours": site.memory(), "floor": empty.memory(), "Datasette": other.memory()}
    return {"targets": {target.name: _figures(target, targets[0]) for target in targets}, "memory_MiB": memory}


def _run(target: Target, connections: int, each: int) -> Run:
    """One turn of a target, from the address where the turn before ended."""
    addresses = [target.addresses[(target.next + n) % len(target.addresses)] for n in range(connections * each)]
    target.next += len(addresses)
    return closed_loop(target.port, addresses, connections, each, target.encoding)


def _compare(size: int, our_port: int, other_port: int) -> None:
    """The same totals and counts from our API and from Datasette, for each request that both get."""
    with Connection(our_port) as here, Connection(other_port) as there:
        for case in flat.cases(size):
            our_answer = case.only(ours.read_api(here.get(ours.address(ours.API, case.wanted))))
            their_answer = case.read(there.get(case.address(".json")))
            if without_zeros(our_answer) != without_zeros(their_answer):
                raise Differs(f"Datasette and we differ on {case.name}")
            assert our_answer.total, "a comparison of nothing"


def _fits(target: Target, seconds: float) -> int:
    """How many requests fit a round, after some to get warm."""
    with Connection(target.port) as connection:
        taken = []
        for address in (target.addresses[-1 - n % len(target.addresses)] for n in range(WARM)):
            began = perf_counter()
            connection.get(address, target.encoding)
            taken.append(perf_counter() - began)
    return max(FEWEST_A_ROUND, min(MOST_A_ROUND, int(seconds / median(taken))))


def _figures(target: Target, floor: Target) -> dict[str, Any]:
    found = {}
    for connections, runs in target.runs.items():
        taken = [ms for run in runs for ms in run.taken]
        found[str(connections)] = {
            "requests": len(taken),
            "per_second": _per_second(runs),
            "of_floor": median(
                _speed(run) / _speed(other) for run, other in zip(runs, floor.runs[connections], strict=True)
            ),
            "p50": median(taken),
            "p99": quantiles(taken, n=100, method="inclusive")[-1],
        }
    return found


def _speed(run: Run) -> float:
    return len(run.taken) / run.seconds


def _per_second(runs: Sequence[Run]) -> float:
    return median(map(_speed, runs))
