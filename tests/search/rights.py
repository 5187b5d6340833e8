"""A process that may do no more than the bits of files say, also where tests run as root; and what it does."""

import ctypes
from collections.abc import Callable
from multiprocessing.connection import Connection
from pathlib import Path

from partnerkompas import create_app
from partnerkompas.config import Settings
from partnerkompas.infra.db import db
from partnerkompas.infra.request_cycle import unit_of_work
from partnerkompas.search import sync
from partnerkompas.search.sync import applying, beside
from partnerkompas.search.sync.holding import held_here
from tests.factories import a_partner
from tests.search.market import found

_VERSION = 0x20080522
_PAST_BITS = 1 << 1 | 1 << 2
"""CAP_DAC_OVERRIDE and CAP_DAC_READ_SEARCH: to pass by what bits of files say."""


def obey() -> None:
    """Give up for good the right to pass by the bits of files (Linux)."""
    libc = ctypes.CDLL(None)
    header, held = (ctypes.c_uint32 * 2)(_VERSION, 0), (ctypes.c_uint32 * 6)()
    libc.capget(header, held)
    for each in range(3):  # effective, permitted, inheritable
        held[each] &= ~_PAST_BITS & 0xFFFFFFFF
    libc.capset(header, held)


def is_obeyed(folder: Path) -> bool:
    """Whether this process cannot write in a folder."""
    try:
        (folder / "try").touch()
    except PermissionError:
        return True
    return False


def told_by(does: Callable[[], None], settings: Settings, locked: Path, end: Connection) -> None:
    """Do something; tells whom words find then, whether all is in step, and differences. None: bits are not obeyed."""
    obey()
    if not is_obeyed(locked):
        end.send(None)
        return
    with create_app(settings).app_context():
        does()
        end.send([sorted(found("navision")), sync.in_step(), sync.differences()])
        db.session.remove()
        db.engine.dispose()


def change() -> None:
    """Change something, look for it, and merge segments."""
    with unit_of_work():
        a_partner("Gamma Navision")
    assert found("navision") == {"alfa", "gamma-navision"}
    beside.merge(held_here())


def make_anew() -> None:
    """Make everything anew as it is done beside requests, and change something."""
    assert applying.rebuild(unless_known=True) == 2
    with unit_of_work():
        a_partner("Gamma Navision")
