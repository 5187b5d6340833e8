"""Whoosh as it comes, to compare with."""

from pathlib import Path
from typing import Any

from whoosh.filedb.filestore import FileStorage
from whoosh.index import FileIndex
from whoosh.searching import Searcher

from partnerkompas.search.index.codec import SCHEMA


def plain_searcher(folder: Path, **options: Any) -> Searcher:
    """Whoosh's own searcher on an index of ours."""
    made = folder / (folder / "CURRENT").read_text()
    return FileIndex(FileStorage(str(made)), schema=SCHEMA).searcher(**options)
