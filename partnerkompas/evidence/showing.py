"""A file of evidence in words, for who may know of it."""

from dataclasses import dataclass
from datetime import date

from babel.numbers import format_decimal

from partnerkompas.answers.models import EvidenceFile
from partnerkompas.evidence.recognising import JPEG, PDF, PNG
from partnerkompas.infra import clock
from partnerkompas.infra.language import LOCALES, language

KINDS = {PDF: "PDF", PNG: "PNG", JPEG: "JPEG"}


@dataclass(frozen=True, slots=True)
class FileView:
    """What a file is called, what it is and how large; when it went, if it did."""

    number: int
    name: str
    kind: str
    size: str
    removed_on: date | None


def view(file: EvidenceFile) -> FileView:
    """A file as data for components/evidence.html."""
    return FileView(
        number=file.id,
        name=file.called,
        kind=KINDS[file.media_type],
        size=_size(file.size),
        removed_on=clock.day_of(file.removed_at) if file.removed_at else None,
    )


def _size(size: int) -> str:
    number, unit = (size / 2**20, "MB") if size >= 2**20 else (max(size / 1024, 1), "kB")
    return f"{format_decimal(number, format='0.#' if unit == 'MB' else '0', locale=LOCALES[language()])} {unit}"
