"""What an error says about the index, and what is done then: the same in requests and beside them."""

from enum import Enum

from sqlalchemy.exc import SQLAlchemyError

from partnerkompas.infra.logs import log
from partnerkompas.search.index import IndexBusy, IndexUnwritable
from partnerkompas.search.sync.applying import MadeByNewer
from partnerkompas.search.sync.holding import Holding


class Says(Enum):
    """What an error says about the index, in the words of the log."""

    BUSY = "somebody else writes the index"
    NEWER = "the index is of a newer version"
    UNWRITABLE = "the index cannot be written"
    NOTHING = "what changed cannot be read"
    """No connection was free, or the database is away."""
    FAULT = "bringing the index up to date went wrong"
    """In this program."""


PASSES = Says.BUSY, Says.NOTHING
"""What may be over at the next try."""


def said_by(error: Exception) -> Says:
    """What an error says about the index."""
    if isinstance(error, IndexBusy):
        return Says.BUSY
    if isinstance(error, MadeByNewer):
        return Says.NEWER
    if isinstance(error, IndexUnwritable | OSError):
        return Says.UNWRITABLE
    return Says.NOTHING if isinstance(error, SQLAlchemyError) else Says.FAULT


def heed(mine: Holding, error: Exception) -> Says:
    """Leave the index alone for a while after an error that would come again at once; gives what it says."""
    says = said_by(error)
    if says not in PASSES:
        mine.leave_index_alone()
    return says


def heed_and_log(mine: Holding, error: Exception) -> None:
    """Also write it into the log, for where nobody is told; that somebody else writes is quite usual."""
    says = heed(mine, error)
    if says is Says.NEWER:
        log.warning(str(error))
    elif says is not Says.BUSY:
        log.error(says.value, exc_info=error)
