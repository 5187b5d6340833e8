"""How the server takes in a request that is too large: nothing of it is kept, and its sender gets a page that says so.

Waitress keeps a body of up to a gigabyte on the disk before anybody is asked, and refuses a larger one with a bare line
that a browser, still sending, does not even show. Here a body over what any page takes is read and thrown away; the
application then sees how long it was said to be, and answers it with its own page, in the language of the address.
"""

from typing import Any

from waitress.channel import HTTPChannel
from waitress.parser import HTTPRequestParser
from waitress.server import BaseWSGIServer
from waitress.utilities import RequestEntityTooLarge

from partnerkompas.evidence.uploads import MOST_AT_ONCE

MOST_KEPT = MOST_AT_ONCE + 2**20
"""No page takes more; what comes in pieces of which nobody said how many is refused by the same measure."""
MOST_THROWN_AWAY = 2**30
"""Who sends more than this is answered at once, and the connection ends."""


class Parser(HTTPRequestParser):  # type: ignore[misc]
    """Reads a request; of a body that is too large only how much of it is still to come."""

    error: Exception | None = None
    expect_continue: bool = False
    left = 0

    def received(self, data: bytes) -> int:
        """Take in what came, and say how much of it belongs to this request."""
        if self.left:
            took = min(len(data), self.left)
            self.left -= took
            self.completed = not self.left
            return took
        consumed: int = super().received(data)
        if isinstance(self.error, RequestEntityTooLarge) and self.content_length >= MOST_KEPT:
            self.error = None
            if self.expect_continue or self.content_length > MOST_THROWN_AWAY:
                self.expect_continue = False  # who asks before sending is told now
                self.headers["CONNECTION"] = "close"
            else:
                self.left, self.completed = self.content_length, False
        return consumed


class Channel(HTTPChannel):  # type: ignore[misc]
    """A connection that reads so."""

    parser_class = Parser


def options() -> dict[str, Any]:
    """What the server is told, once every connection reads so."""
    BaseWSGIServer.channel_class = Channel
    return {"max_request_body_size": MOST_KEPT}
