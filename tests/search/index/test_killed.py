"""A writer that is killed at any moment leaves an index that is whole and says the truth of what it knows (REL-06).

A thousand times, which takes some ten minutes:

    python -m tests.search.index.test_killed 1000
"""

import random
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from partnerkompas.search.index import open_reader
from tests.search.index.writer import state

TIMES = 25


def kill_often(folder: Path, times: int, seed: int) -> int:
    """Kill a writer so many times; how many different states were seen after it."""
    chance, seen = random.Random(seed), set[int]()
    for _time in range(times):
        before = open_reader(folder)
        known = before.applied.number if before else 0
        writer = subprocess.Popen([sys.executable, "-m", "tests.search.index.writer", str(folder)])
        while (reader := open_reader(folder)) is None or reader.applied.number == known:
            assert writer.poll() is None, "the writer must not stop by itself"
            time.sleep(0.005)
        time.sleep(chance.random() * 0.1)
        writer.kill()
        writer.wait()
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


def test_killed_at_any_moment(tmp_path: Path) -> None:
    assert kill_often(tmp_path, TIMES, seed=TIMES) == TIMES
    made = [path for path in tmp_path.iterdir() if path.is_dir()]
    assert len(made) <= 6, "what killed writers left was removed, except lately"


if __name__ == "__main__":
    with tempfile.TemporaryDirectory() as name:
        print(kill_often(Path(name), int(sys.argv[1]), seed=1), "states seen; every one whole and true")
