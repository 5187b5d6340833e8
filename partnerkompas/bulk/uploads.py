"""An uploaded file as records: what is in it says what it is; its name is never used."""

import zipfile
from io import BytesIO
from itertools import islice
from pathlib import Path
from tempfile import TemporaryDirectory

from partnerkompas.exchange.reading import read_records
from partnerkompas.exchange.records import Record, UnusableFile
from partnerkompas.infra.language import _

MOST_BYTES = 2 * 1024 * 1024
MOST_UNPACKED = 40 * 1024 * 1024
"""What an XLSX file may unpack to: a sheet that a person fills in is far smaller, and a server has more to do."""
MOST_RECORDS = 20_000
NEEDED = ("criterion",)


def records_of(content: bytes) -> list[Record]:
    """The records of a file, those that cannot be used with their fault. Raises UnusableFile."""
    path = Path(f"bestand{extension_of(content)}")
    if len(content) > MOST_BYTES:
        raise UnusableFile(path, _("het bestand is groter dan 2 MiB"))
    if path.suffix == ".xlsx" and _unpacked(content) > MOST_UNPACKED:
        raise UnusableFile(path, _("het bestand pakt uit tot meer dan %(n)s MiB", n=MOST_UNPACKED // 2**20))
    with TemporaryDirectory(prefix="partnerkompas-") as folder:
        stored = Path(folder, path)
        stored.write_bytes(content)
        records = list(islice(read_records(stored, columns=NEEDED), MOST_RECORDS + 1))
    if len(records) > MOST_RECORDS:
        raise UnusableFile(path, _("er staan meer dan %(n)s regels in", n=MOST_RECORDS))
    return records


def extension_of(content: bytes) -> str:
    """How to read a file, judged by its first bytes; what is nothing else is taken for CSV, whose reader looks on."""
    if content.startswith(b"PK\x03\x04"):
        return ".xlsx"
    start = content[:1024].removeprefix(b"\xef\xbb\xbf").lstrip()
    return ".json" if start.startswith((b"{", b"[")) else ".csv"


def _unpacked(content: bytes) -> int:
    """What a ZIP file says that it unpacks to; no reader gives more than that. Nothing when it is broken."""
    try:
        with zipfile.ZipFile(BytesIO(content)) as packed:
            return sum(each.file_size for each in packed.infolist())
    except (zipfile.BadZipFile, ValueError):
        return 0
