"""Phrases to look for in a text, as they are written in the word lists beside this module. Pure.

A phrase is a line of parts with a space between, one for each word:

    klantgericht*   a word that begins so        *partner        a word that ends so (also the word itself)
    best|beste      one of several               enige echte? x  a part that may be missing
    dan ... markt   one to three other words     dan ...? markt  none to three

A phrase never runs across punctuation, except where it names it ("nr . 1"), and `...` never across a figure: "meer dan
12 andere partners" is a count. Hyphens and apostrophes only separate words. Capitals and accents do not count.

Looking takes time in proportion to the length of the text: a word is held against the few phrases that it may begin,
and a phrase reads a limited number of words.
"""

import re
import tomllib
import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import NamedTuple

LISTS = ("nl.toml", "en.toml")
"""Read together: a Dutch note may well say "best-in-class"."""

NEUTRAL = ""
"""The kind of a phrase that is left alone."""

FARTHEST = 3
"""How many words `...` stands for at most."""

KEY = 3
"""By how many letters phrases with a star are found; the letters beside a star at the start are at least as many."""

_SIGNS = re.compile(r"[\w\u0300-\u036f\u00ad\u200b-\u200d]+|[^\w\s\-\u2010-\u2015'’]")
_UNSEEN = ("Mn", "Cf")
"""Accents that stand by themselves, and marks that nobody sees, such as a soft hyphen."""


class Word(NamedTuple):
    """A word, or one mark of punctuation, and where it stands in the text as written."""

    folded: str
    start: int
    end: int

    @property
    def may_be_skipped(self) -> bool:
        return self.folded.isalpha()


def fold(text: str) -> str:
    """The text without capitals, accents and marks that nobody sees."""
    plain = unicodedata.normalize("NFKD", text.casefold())
    return "".join(letter for letter in plain if unicodedata.category(letter) not in _UNSEEN)


def words_of(text: str) -> list[Word]:
    """The words and the punctuation of a text, in order."""
    return [Word(fold(found[0]), *found.span()) for found in _SIGNS.finditer(text)]


@dataclass(frozen=True, slots=True)
class Part:
    """One place in a phrase."""

    exact: frozenset[str] = frozenset()
    beginnings: tuple[str, ...] = ()
    endings: tuple[str, ...] = ()
    optional: bool = False
    gap: bool = False

    def is_met_by(self, folded: str) -> bool:
        return folded in self.exact or folded.startswith(self.beginnings) or folded.endswith(self.endings)

    def ends(self, words: Sequence[Word], start: int) -> Iterator[int]:
        """Where this part may end when it starts at a word."""
        if self.optional:
            yield start
        if not self.gap and start < len(words) and self.is_met_by(words[start].folded):
            yield start + 1
        for at in range(start, min(start + FARTHEST, len(words)) if self.gap else start):
            if not words[at].may_be_skipped:
                return
            yield at + 1


@dataclass(frozen=True, slots=True)
class Phrase:
    """Words in a row, and what is the matter with them."""

    parts: tuple[Part, ...]
    kind: str = NEUTRAL
    reason: str = ""
    unless_figure: bool = False

    def longest(self, words: Sequence[Word], start: int) -> int | None:
        """Where the longest stretch from a word that is this phrase ends; None when there is none."""
        ends = {start}
        for part in self.parts:
            ends = {end for at in ends for end in part.ends(words, at)}
        return max(ends, default=None)

    def beginnings(self) -> Iterator[str]:
        """The keys under which a word that may start this phrase finds it."""
        for part in self.parts:
            yield from part.exact
            yield from (each[:KEY] + "*" for each in part.beginnings)
            yield from ("*" + each[-KEY:] for each in part.endings)
            if not part.optional:
                return


def part(written: str) -> Part:
    """A part as it is written in a list."""
    optional, written = written.endswith("?"), written.removesuffix("?")
    if written == "...":
        return Part(gap=True, optional=optional)
    each = written.split("|")
    return Part(
        frozenset(one for one in each if "*" not in one),
        tuple(one.removesuffix("*") for one in each if one.endswith("*")),
        tuple(one.removeprefix("*") for one in each if one.startswith("*")),
        optional,
    )


Phrases = Mapping[str, Sequence[Phrase]]
"""The phrases of all lists, by what a word must look like to start one."""


@cache
def phrases() -> Phrases:
    """The phrases of the lists that ship with this package."""
    found: dict[str, list[Phrase]] = {}
    for name in LISTS:
        for phrase in _read(Path(__file__).with_name(name)):
            for key in phrase.beginnings():
                found.setdefault(key, []).append(phrase)
    return found


def _read(path: Path) -> Iterator[Phrase]:
    told = tomllib.loads(path.read_text(encoding="utf-8"))
    for parts in _lines(told["neutral"]):
        yield Phrase(parts)
    for group in told["words"]:
        for parts in _lines(group["phrases"]):
            yield Phrase(parts, group["kind"], group["reason"], group.get("unless_figure", False))


def _lines(text: str) -> Iterator[tuple[Part, ...]]:
    for line in text.strip().splitlines():
        yield tuple(map(part, line.split()))


def starting_with(folded: str) -> Iterator[Phrase]:
    """The phrases that a word may start."""
    for key in (folded, folded[:KEY] + "*", "*" + folded[-KEY:]):
        yield from phrases().get(key, ())
