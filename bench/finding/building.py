"""What it takes to make everything that can be made again, and how a process begins: cold beside warm."""

import os
import shutil
import subprocess
import sys
import time
from pathlib import Path
from statistics import median
from typing import Any

from bench.finding import ours, servers
from bench.finding.client import Connection
from bench.finding.requests import mixed

WARM = 20


def build(instance: Path) -> dict[str, Any]:
    """Seconds and MiB of `index rebuild` in a process of its own, from the database alone; and what it wrote."""
    shutil.rmtree(ours.index_folder(instance), ignore_errors=True)
    began = time.perf_counter()
    process = subprocess.Popen(
        [sys.executable, "-c", servers.COMMAND, "index", "rebuild"],
        env=servers.environment(instance),
        cwd=servers.ROOT,
        stdout=subprocess.DEVNULL,
    )
    _pid, status, usage = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    assert process.returncode == 0, "index rebuild failed"
    written = sum(file.stat().st_size for file in ours.index_folder(instance).rglob("*") if file.is_file())
    return {
        "seconds": time.perf_counter() - began,
        "processor_seconds": usage.ru_utime + usage.ru_stime,
        "peak_MiB": round(usage.ru_maxrss / 1024),
        "written_MiB": round(written / 2**20, 1),
    }


def cold(instance: Path, starts: int) -> dict[str, Any]:
    """Milliseconds of the first request of a new process beside the middle of those that follow, for page and API.

    Each request asks something else with words and facets; `started` is the seconds until the port answers.
    """
    found: dict[str, list[tuple[float, float]]] = {"page": [], "api": []}
    started = []
    asked = [wanted for wanted in mixed(500, turn=4) if wanted.words and wanted.chosen]
    for turn in range(starts):
        for name, path in (("page", ours.PAGE), ("api", ours.API)):
            with servers.ours(instance) as site, Connection(site.port) as connection:
                taken = []
                for number in range(1 + WARM):
                    address = ours.address(path, asked[turn * (1 + WARM) + number])
                    began = time.perf_counter()
                    connection.get(address)
                    taken.append((time.perf_counter() - began) * 1000)
                found[name].append((taken[0], median(taken[1:])))
                started.append(site.started)
    return {
        "started": median(started),
        **{
            name: {
                "cold": median(first for first, _warm in times),
                "warm": median(warm for _first, warm in times),
                "ratio": median(first / warm for first, warm in times),
            }
            for name, times in found.items()
        },
    }
