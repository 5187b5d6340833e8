"""A writer that is killed at any moment leaves an index that is whole and says the truth of what it knows (REL-06).

A thousand times, which takes some minutes:

    python -m tests.search.index.test_killed 1000
"""

import random
import sys
import tempfile
import time
from datetime import date
from multiprocessing.process import BaseProcess
from pathlib import Path

import pytest

from partnerkompas.search.index import Applied, open_reader, rebuild, writing
from tests.search.index.writer import state, write
from tests.search.killing import PROCESSES
from tests.waiting import until

TIMES = 25


def wait_for_commit(folder: Path, known: int, writer: BaseProcess) -> None:
    """Until a writer has committed something: another that was killed may not have locked it out."""

    def has_committed() -> bool:
        assert writer.is_alive(), "the writer must not stop by itself"
        reader = open_reader(folder)
        return reader is not None and reader.applied.number != known

    until(has_committed, pause=0.005)


def kill_often(folder: Path, times: int, seed: int) -> int:
    """Kill a writer so many times; how many different states were seen after it."""
    chance, seen = random.Random(seed), set[int]()
    for _time in range(times):
        before = open_reader(folder)
        known = before.applied.number if before else 0
        writer = PROCESSES.Process(target=write, args=(folder,), daemon=True)
        writer.start()
        wait_for_commit(folder, known, writer)
        time.sleep(chance.random() * 0.1)
        writer.kill()
        writer.join()
        after = open_reader(folder)
        assert after is not None, "an index that was there stays"
        number = after.applied.number
        assert number > known, "what was committed is not lost"
        seen.add(number)
        expected = {
            each: {field: frozenset(token.text for token in tokens) for field, tokens in document.forms.items()}
            for each, document in state(number).items()
        }
        assert after.documents("partner") == expected, f"state {number}"
        assert after.size == len(expected)
    return len(seen)


def test_killed_at_any_moment(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert kill_often(tmp_path, TIMES, seed=TIMES) == TIMES
    monkeypatch.setattr(writing, "_BEGINNING_SECONDS", 0)  # else a young folder is of somebody who is about to begin
    rebuild(tmp_path, [], Applied(10**9, date(2026, 1, 1), ""))
    made = [path for path in tmp_path.iterdir() if path.name.startswith(("words-", "merging-"))]
    assert all((path / "MANIFEST").exists() for path in made), "what killed writers left half made is removed"
    assert len([path for path in made if (path / "REPLACED").exists()]) <= 1, "and what was in use before the last one"


if __name__ == "__main__":
    with tempfile.TemporaryDirectory() as name:
        print(kill_often(Path(name), int(sys.argv[1]), seed=1), "states seen; every one whole and true")
