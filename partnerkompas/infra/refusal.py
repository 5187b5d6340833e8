"""What a verb says when it will not do what was given, and what it asks of a text that somebody has to write."""

from partnerkompas.infra.language import _
from partnerkompas.infra.parameters import printable

LONGEST = 1000
"""Signs in a reason, a response or a decision."""


class NotAcceptable(ValueError):
    """What was given cannot be done; the message says why, in the reader's language."""


def written(typed: str, missing: str) -> str:
    """What somebody wrote, tidied. Raises NotAcceptable: with `missing` for nothing, and for too much."""
    text = printable(typed)
    if not text:
        raise NotAcceptable(missing)
    if len(text) > LONGEST:
        raise NotAcceptable(_("Gebruik ten hoogste %(n)s tekens.", n=LONGEST))
    return text
