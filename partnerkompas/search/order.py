"""The neutral order: a shuffle by day that anyone can repeat (promise 3, rows F6, F7, U3).

Only the day and the part of the address that names a partner enter it. A slug is given once and does not follow a
change of name, and each day shuffles anew, so no slug is better than another.
"""

from collections.abc import Sequence
from datetime import date
from hashlib import sha256


def seed(day: date) -> str:
    """The seed of a day, as shown on the page: the day itself."""
    return day.isoformat()


def key(seed: str, slug: str) -> str:
    """What partners are sorted by on a day: the SHA-256 of "<seed>:<slug>", in hexadecimal."""
    return sha256(f"{seed}:{slug}".encode()).hexdigest()


def shuffled(seed: str, slugs: Sequence[str]) -> list[int]:
    """The positions of the slugs in the order of the day."""
    return sorted(range(len(slugs)), key=lambda place: key(seed, slugs[place]))
