"""What a verb says when it will not do what was given, and what it asks of a text that somebody has to write."""

from partnerkompas.infra.language import _
from partnerkompas.infra.parameters import printable

LONGEST = 1000
"""Signs in a reason, a response or a decision."""

LEAST = 20
"""And at least in a reason that somebody's rights hang on: a sentence, that can be understood and answered."""


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


def reason(typed: str, missing: str) -> str:
    """Why something is decided or disputed that somebody's rights hang on. Raises NotAcceptable as `written`, and for
    what is no sentence."""
    text = written(typed, missing)
    if len(text) < LEAST:
        raise NotAcceptable(
            _("Schrijf een hele zin, van ten minste %(n)s tekens: iemand moet erop kunnen reageren.", n=LEAST)
        )
    return text
