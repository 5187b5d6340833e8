""" "Bedoelde u": what a query that finds nothing may have meant, by the words of the index."""

from dataclasses import replace
from threading import Lock
from time import monotonic

from partnerkompas.search import sync
from partnerkompas.search.asking import Asked, found_by_words
from partnerkompas.search.choosing import UrlOf
from partnerkompas.search.facets import matches
from partnerkompas.search.index import Reader
from partnerkompas.search.leaving_out import Suggestion
from partnerkompas.search.snapshot import Bits
from partnerkompas.search.words import Spelling, corrected, parse

MOST, TRIED = 3, 9
"""So many are shown, of so many that are tried: the nearest words may be of a criterion, and find no partner."""

REST = 60.0
"""Seconds for which known words are kept while the index goes on changing."""


class Kept:
    """The words that one application corrects by."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._made: tuple[Reader, float, Spelling] | None = None

    def of(self, reader: Reader) -> Spelling:
        """The words of an index, or of how it was a minute ago."""
        with self._lock:
            made = self._made
            if made is None or (made[0] is not reader and monotonic() - made[1] > REST):
                made = self._made = (reader, monotonic(), Spelling.of(reader.words.items()))
            return made[2]


def corrections(asked: Asked, kept: Kept, url: UrlOf) -> tuple[Suggestion, ...]:
    """The query with other words for those that are unknown; only what finds partners under the same filters.

    What a partner that is hidden since made known finds nobody any more, so it is never shown. None without an index.
    For a day of the past the words are those of today: each is tried on that day.
    """
    ready, request = asked.ready, asked.request
    reader = ready.reader or sync.ready().reader
    if reader is None or not asked.query.must:
        return ()
    filtered = matches(ready.snapshot, request.filters, ready.snapshot.everyone).all
    found: dict[Bits, Suggestion] = {}
    for text in corrected(asked.query, kept.of(reader), TRIED):
        bits = found_by_words(ready, parse(text, ready.lexicon)) & filtered
        if bits and bits not in found:  # two forms of a word are no choice
            found[bits] = Suggestion(text, url(replace(request, q=text, page=1)), bits.bit_count())
        if len(found) == MOST:
            break
    return (*found.values(),)
