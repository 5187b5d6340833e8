"""Measure finding, print the tables and keep the figures: `python -m bench.finding` (issue 3, point 5).

    python -m bench.finding --sizes 1000 10000 100000
    python -m bench.finding --quick

Markets and the indexes of peers are made once and kept in the temporary folder. Writes bench/results/finding.json after
each size. Ends with status 1, and a reason, when an engine counts something else than there is.
"""

import argparse
import json
import os
import platform
import shlex
import shutil
import sqlite3
import sys
import tempfile
import time
from importlib.metadata import version
from pathlib import Path
from typing import Any

from bench.finding import building, inside, outside, report, servers, visible
from bench.finding.generate import application, instance
from partnerkompas.infra import clock, migrate

RESULTS = servers.ROOT / "bench" / "results" / "finding.json"
PACKAGES = ("flask", "waitress", "sqlalchemy", "numpy", "whoosh", "tantivy", "datasette")


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m bench.finding")
    parser.add_argument("--sizes", type=int, nargs="+", help="numbers of partners")
    parser.add_argument("--quick", action="store_true", help="few requests, to see that it works")
    given = parser.parse_args()
    sizes = sorted(given.sizes or ([1_000] if given.quick else [1_000, 10_000, 100_000]))
    results: dict[str, Any] = {
        "on": clock.today().isoformat(),
        "command": f"python -m bench.finding {shlex.join(sys.argv[1:])}".strip(),
        "machine": machine(),
        "versions": {"Python": platform.python_version(), "SQLite": sqlite3.sqlite_version}
        | {name: version(name) for name in PACKAGES},
        "sizes": {},
    }
    RESULTS.parent.mkdir(exist_ok=True)
    status = 0
    for size in sizes:
        try:
            results["sizes"][str(size)] = measure(size, quick=given.quick)
        except inside.Differs as wrong:
            print(f"{size:,} partners not measured: {wrong}", file=sys.stderr)
            status = 1
        RESULTS.write_text(json.dumps(results, indent=1) + "\n")
    print(report.markdown(results))
    return status


def measure(size: int, *, quick: bool) -> dict[str, Any]:
    """Everything about a market of one size, on a copy of it."""
    requests = 50 if quick else 300 if size <= 10_000 else 100
    rounds, seconds = (2, 0.3) if quick else (5, 1.0)
    with tempfile.TemporaryDirectory() as name:
        copy = Path(name) / "instance"
        say(size, "the market")
        shutil.copytree(instance(size), copy)
        with application(copy).app_context():
            migrate.upgrade()  # the market may have been made before the newest migration
        say(size, "building")
        built = building.build(copy)
        say(size, "engines in one process")
        engines = inside.measure(size, copy, requests, 10 if quick else 20)
        say(size, "servers")
        served = outside.measure(size, copy, rounds, seconds)
        say(size, "cold starts")
        cold = building.cold(copy, 1 if quick or size > 10_000 else 3)
        say(size, "changes")
        seen = visible.measure(copy, 5 if quick else 40)
    return {"build": built, "inside": engines, "outside": served, "cold": cold, "visible": seen}


def machine() -> str:
    """What it ran on, and how busy that was."""
    info = Path("/proc/cpuinfo")
    lines = info.read_text().splitlines() if info.exists() else []
    names = [line.partition(":")[2].strip() for line in lines if line.startswith("model name")]
    name = names[0] if names else platform.processor() or platform.machine()
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30
    return f"{name}, {os.cpu_count()} cores, {memory:.0f} GiB, {platform.system()}, load {os.getloadavg()[0]:.1f}"


def say(size: int, what: str) -> None:
    print(f"{time.strftime('%H:%M:%S')} {size:,}: {what}", file=sys.stderr)


if __name__ == "__main__":
    sys.exit(main())
