"""Waiting for what a thread or another process does, on a machine of any speed."""

from collections.abc import Callable
from time import monotonic, sleep
from typing import TypeVar

Found = TypeVar("Found")

PATIENCE = 180.0
"""Seconds: so long that only what never comes fails."""


def until(holds: Callable[[], Found], *, pause: float = 0.01, otherwise: Callable[[], str] = str) -> Found:
    """Wait until something holds, and return it. Raises AssertionError when it does not come in all that time.

    `pause`: seconds between two looks, longer where looking costs something. `otherwise`: what to say when it does not.
    """
    began = monotonic()
    while not (found := holds()):
        assert monotonic() - began < PATIENCE, f"waited {PATIENCE:.0f} seconds for nothing {otherwise()}"
        sleep(pause)
    return found
