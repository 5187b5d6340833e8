"""Remembers within one request whether anybody asked for permission; an answer that never asked is refused."""

from contextvars import ContextVar

_asked: ContextVar[bool] = ContextVar("permission_asked", default=False)


def set_tripwire() -> None:
    """A request begins: nobody has asked yet."""
    _asked.set(False)


def permission_was_asked() -> None:
    """The policy calls this each time it is asked."""
    _asked.set(True)


def was_asked() -> bool:
    """Whether anybody asked since the request began."""
    return _asked.get()
