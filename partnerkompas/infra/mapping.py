"""Reading a file that never changes: a large one is mapped, so that all processes share it, a small one is read.

A map keeps a file descriptor of its process for as long as it is looked at, and there are only so many.
"""

import mmap
from pathlib import Path

MAPPED = 1 << 20
"""Bytes from which a file is mapped."""


def content(path: Path) -> memoryview:
    """The bytes of a file; OSError when it cannot be read."""
    with path.open("rb") as file:
        if path.stat().st_size < MAPPED:
            return memoryview(file.read())
        return memoryview(mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ))
