"""The words index: the only package that knows Whoosh.

A disposable projection: it can always be made again from the database, so on any doubt it is. Texts come in with the
lexicon that makes words of them, folded and stemmed, in fields of their own. What is wrong with Whoosh 2.7.4 is worked
round here, each at one place; tests/search/index/test_whoosh.py shows what and that it is.
"""

from partnerkompas.search.index.document import Applied, Document, TextDocument
from partnerkompas.search.index.folder import (
    IndexBusy,
    IndexUnusable,
    IndexUnwritable,
    alone,
    checksum,
    is_anothers,
    is_newer,
    make_folder,
    put,
    writable,
)
from partnerkompas.search.index.merging import merge
from partnerkompas.search.index.postings import IndexPostings
from partnerkompas.search.index.ranking import Hit, Weights
from partnerkompas.search.index.reading import Reader, open_reader
from partnerkompas.search.index.sums import sums_in, sums_of
from partnerkompas.search.index.writing import Key, build, rebuild, swap, update

__all__ = [
    "Applied",
    "Document",
    "Hit",
    "IndexBusy",
    "IndexPostings",
    "IndexUnusable",
    "IndexUnwritable",
    "Key",
    "Reader",
    "TextDocument",
    "Weights",
    "alone",
    "build",
    "checksum",
    "is_anothers",
    "is_newer",
    "make_folder",
    "merge",
    "open_reader",
    "put",
    "rebuild",
    "sums_in",
    "sums_of",
    "swap",
    "update",
    "writable",
]
