"""Processes on one database and one index, killed at any moment: nothing is lost or out of step (REL-06)."""

import random
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from multiprocessing.process import BaseProcess
from pathlib import Path

import pytest
from flask import Flask

from partnerkompas.answers.models import Answer
from partnerkompas.config import Settings
from partnerkompas.infra.db import db
from partnerkompas.search import sync
from tests.search import process
from tests.search.killing import PROCESSES
from tests.search.market import found, snapshot
from tests.waiting import until

KILLS = 24


@contextmanager
def running(what: str, seed: int, settings: Settings, logs: Path) -> Iterator[BaseProcess]:
    """A process that writes or reads, and puts what it says into a file of its own."""
    given = settings.model_copy(update={"news_seconds": 0.1})
    child = PROCESSES.Process(target=process.run, args=(what, seed, given, logs / str(seed)))
    child.start()
    try:
        yield child
    finally:
        child.kill()
        child.join(30)


def wait_for(logs: Path, word: str, many: int) -> None:
    """Until so many lines begin with a word. Raises AssertionError when they do not come, with what was said."""
    until(lambda: len(said(logs, word)) >= many, pause=0.1, otherwise=lambda: f"{many} {word}: {words(logs)[-3000:]}")


def words(logs: Path) -> str:
    """All that was said, by the one after the other."""
    return "".join(log.read_text(errors="replace") for log in logs.iterdir())


def said(logs: Path, word: str) -> list[list[str]]:
    """The whole lines of all logs that begin with a word; the last of each may be cut off by a kill."""
    lines = [line for log in logs.iterdir() for line in log.read_text(errors="replace").splitlines(keepends=True)]
    return [line.split() for line in lines if line.startswith(word) and line.endswith("\n")]


@pytest.mark.parametrize(
    ("whats", "victims", "pause"),
    [(("write", "write", "read", "read"), (0, 1, 2, 3), 1.2), (("rebuild", "write", "read"), (0,), 0.7)],
    ids=["writers and readers", "who makes the index anew"],
)
def test_at_any_moment_some_are_killed(
    market: Flask,
    settings: Settings,
    tmp_path: Path,
    whats: tuple[str, ...],
    victims: tuple[int, ...],
    pause: float,
) -> None:
    """Whatever was said to be safe is there, nobody ever read something wrong, and after a restart all agree."""
    chance, logs = random.Random(20261125), tmp_path / "said"
    logs.mkdir()
    db.session.remove()
    with ExitStack() as stack:
        seeds = iter(range(1, 10_000))
        slots = [stack.enter_context(ExitStack()) for _what in whats]
        for slot, what in zip(slots, whats, strict=True):
            slot.enter_context(running(what, next(seeds), settings, logs))
        wait_for(logs, "safe", 20)
        for _n in range(KILLS):
            time.sleep(chance.uniform(0.1, pause))
            victim = chance.choice(victims)
            slots[victim].close()
            slots[victim].enter_context(running(whats[victim], next(seeds), settings, logs))
        wait_for(logs, "safe", len(said(logs, "safe")) + 10)
        wait_for(logs, "read", 6)
        if "rebuild" in whats:
            wait_for(logs, "rebuilt", len(said(logs, "rebuilt")) + 1)
    told = words(logs)
    assert "wrong" not in told, told[-2000:]
    assert "Traceback" not in told, told[-3000:]
    safe = {(int(partner), int(number)) for _safe, partner, number in said(logs, "safe")}
    assert len(safe) > 20
    assert len(said(logs, "read")) > 5
    assert ("rebuild" in whats) == bool(said(logs, "rebuilt"))
    stored = db.session.execute(db.select(Answer.partner_id, Answer.value).where(Answer.criterion == "personen"))
    assert safe <= {(row.partner_id, row.value) for row in stored}
    db.session.rollback()
    assert len(found("navision ")) == snapshot().counts_of("producten").get("bc", 0)
    assert sync.differences() == []
