"""A file as a browser sends it: read once, recognised, with a name that is safe to show and to give back."""

from dataclasses import dataclass
from pathlib import PurePosixPath

from werkzeug.datastructures import FileStorage

from partnerkompas.evidence.recognising import EXTENSIONS, Refused, media_type_of
from partnerkompas.infra.language import _
from partnerkompas.infra.parameters import printable

MOST_BYTES = 10 * 2**20
MOST_AT_ONCE = 32 * 2**20
"""What one request may hold: the files of a page and the form around them."""
LONGEST_NAME = 100


@dataclass(frozen=True, slots=True)
class Upload:
    """A file that may be evidence."""

    called: str
    media_type: str
    content: bytes


def was_chosen(sent: FileStorage | None) -> bool:
    """Whether a field of a form holds a file: an empty field is sent as a file without a name."""
    return sent is not None and bool(sent.filename)


def read(sent: FileStorage) -> Upload:
    """What was sent. Raises Refused."""
    content = sent.stream.read(MOST_BYTES + 1)
    if len(content) > MOST_BYTES:
        raise Refused(_("Dit bestand is groter dan 10 MB."))
    media_type = media_type_of(content)
    return Upload(name_for(sent.filename or "", media_type), media_type, content)


def name_for(given: str, media_type: str) -> str:
    """A name without a path or anything that cannot be seen, ending as its content asks, whatever it was called."""
    plain = printable(given.replace("\\", "/").rpartition("/")[2]).strip(". ")
    endings = EXTENSIONS[media_type]
    path = PurePosixPath(plain or _("bewijs"))
    ending = path.suffix if path.suffix.lower() in endings else endings[0]
    return path.stem[: LONGEST_NAME - len(ending)].strip() + ending
