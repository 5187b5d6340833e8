"""What is done beside the requests, in a thread of its own: making everything anew, and merging segments."""

from collections.abc import Callable
from contextlib import suppress
from threading import Event, Lock, Thread
from time import sleep

from flask import Flask, current_app

from partnerkompas.infra.logs import log
from partnerkompas.search import index
from partnerkompas.search.index import IndexBusy
from partnerkompas.search.sync import applying, generation
from partnerkompas.search.sync.failing import heed_and_log
from partnerkompas.search.sync.holding import Holding

REST = 1.0
"""Seconds without a change before segments are merged: who asks for what just changed should not share the processor
with that."""

MOST_RESTS = 5
"""Among changes that never stop, segments are merged after so many times."""

MERGING = "merging"
"""Folder with the lock of who merges: of several processes only one does."""


def rebuild_beside(mine: Holding) -> None:
    """Make everything anew while requests go on."""
    app: Flask = current_app._get_current_object()  # type: ignore[attr-defined]

    def work() -> None:
        try:
            with app.app_context():
                applying.rebuild(unless_known=True)
        except Exception as error:
            heed_and_log(mine, error)

    _beside(mine.rebuilding, work)


def merge_when_quiet(mine: Holding) -> None:
    """Make few segments of many as soon as nothing changes for a moment."""

    def work() -> None:
        for _rest in range(MOST_RESTS):
            before = generation.stamp(mine.folder)
            sleep(REST)
            if generation.stamp(mine.folder) == before:
                break
        merge(mine)

    _beside(mine.merging, work)


def merge(mine: Holding) -> None:
    """Make few segments of many, unless another process is doing that, and let every process look at them."""
    with suppress(IndexBusy), index.alone(mine.folder / MERGING):
        if index.merge(mine.folder):
            with index.alone(mine.folder, wait=True):
                generation.tell_again(mine.folder)


_beginning = Lock()
"""Held between seeing that nobody does some work and saying that it is done now."""


def _beside(busy: Event, work: Callable[[], object]) -> None:
    """Do some work in a thread of its own, once at a time; `busy` is set until it is done."""
    with _beginning:
        if busy.is_set():
            return
        busy.set()

    def run() -> None:
        try:
            work()
        except Exception:
            log.exception("work beside the requests went wrong")
        finally:
            busy.clear()

    Thread(target=run, daemon=True).start()
