"""An index that another user made: what may only be read is replaced, as long as the folder may be written (REL-06)."""

import multiprocessing
import os
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from flask import Flask

from partnerkompas.config import Settings
from partnerkompas.infra.db import db
from partnerkompas.search import index, sync
from tests.search import rights
from tests.search.market import folder, found


@pytest.fixture
def of_another(market: Flask) -> Iterator[Path]:
    """The index as `index rebuild` by root leaves it for a site of another user; gives the folder of its words."""
    sync.rebuild()
    where = folder(market)
    with index.alone(where / "merging"):
        pass
    locks = [path / "LOCK" for path in (where, where / "building", where / "merging")]
    closed = [where / (where / "CURRENT").read_text(), where / "building", where / "merging"]
    for path in locks:
        path.chmod(0o444)
    for path in closed:
        path.chmod(0o555)
    yield closed[0]
    for path in filter(Path.exists, closed):
        path.chmod(0o755)


@pytest.mark.skipif(os.name == "nt", reason="no bits of files there")
@pytest.mark.parametrize("does", [rights.change, rights.make_anew])
def test_an_index_that_may_not_be_written_is_replaced(
    of_another: Path, settings: Settings, does: Callable[[], None]
) -> None:
    db.session.remove()
    ours, theirs = multiprocessing.Pipe()
    other = multiprocessing.get_context("spawn").Process(
        target=rights.told_by, args=(does, settings, of_another, theirs)
    )
    other.start()
    theirs.close()
    told = ours.recv()
    other.join(60)
    if told is None:
        pytest.skip("this system lets the process of a test write anywhere")
    assert told == [["alfa", "gamma-navision"], True, []]
    assert (of_another.parent / "CURRENT").read_text() != of_another.name
    assert found("navision") == {"alfa", "gamma-navision"}
