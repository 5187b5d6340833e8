"""A process that writes to an index without end: state n is one partner 0 with the word n, and partners up to n % 7.

Each number of the index is one state, so a reader can say what must be in it. It is started to be killed.
"""

from datetime import date
from itertools import count
from pathlib import Path

from partnerkompas.search.index import Applied, Document, IndexUnusable, alone, merge, open_reader, rebuild, update
from partnerkompas.search.words import Token

DAY = date(2026, 11, 22)
PARTNERS = 7


def holding(number: int, *words: str) -> Document:
    """A partner with these words, in both fields."""
    tokens = [Token(word, place) for place, word in enumerate(words)]
    return Document("partner", number, {"name_exact": tokens, "text_exact": tokens, "text_dutch": tokens})


def state(n: int) -> dict[int, Document]:
    """What state n holds."""
    return {
        0: holding(0, f"n{n}", "altijd"),
        **{each: holding(each, f"p{each}") for each in range(1, n % PARTNERS + 1)},
    }


def step(folder: Path, n: int) -> None:
    """From any state to state n."""
    documents = list(state(n).values())
    gone = [("partner", each) for each in range(n % PARTNERS + 1, PARTNERS + 1)]
    applied = Applied(n, DAY, "lexicon")
    with alone(folder, wait=True):
        if n % 50 == 0:
            rebuild(folder, documents, applied)
            return
        try:
            update(folder, documents, gone, applied)
        except IndexUnusable:
            rebuild(folder, documents, applied)


def write(folder: Path) -> None:
    """Go on from what the index knows, until killed."""
    reader = open_reader(folder)
    for n in count(reader.applied.number + 1 if reader else 1):
        step(folder, n)
        if n % 10 == 0:
            merge(folder)
