"""Points out wording that no reader can check, in the note that a partner adds to an answer (rows A1, U7).

A note has at most 280 characters; longer texts are read too. Three kinds are pointed out, in Dutch and English:
superlatives, comparisons with others, and claims that cannot be measured. What to look for is in the word lists
`nl.toml` and `en.toml`, why in `reasons.py`. The author decides: nothing is refused, nothing is changed. Pure.
How well it does: `python -m bench.wording`.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from itertools import accumulate

from partnerkompas.answers.wording.phrases import NEUTRAL, Phrase, Word, starting_with, words_of
from partnerkompas.answers.wording.reasons import REASONS
from partnerkompas.infra.language import _


class Kind(StrEnum):
    """What is the matter with some words."""

    SUPERLATIVE = "superlative"
    COMPARISON = "comparison"
    UNMEASURABLE = "unmeasurable"

    @property
    def label(self) -> str:
        return {
            Kind.SUPERLATIVE: _("overtreffende trap"),
            Kind.COMPARISON: _("vergelijking met anderen"),
            Kind.UNMEASURABLE: _("niet te meten"),
        }[self]


@dataclass(frozen=True, slots=True)
class Remark:
    """Some words of a text, from `start` up to `end`, and why a reader can do nothing with them."""

    start: int
    end: int
    word: str
    """The words as written."""
    kind: Kind
    reason: str
    """A sentence or two for the author: why, and what would be neutral instead."""


@dataclass(frozen=True, slots=True)
class Piece:
    """A stretch of a text. Plain text: a template escapes it, and puts <mark> around one that has a remark."""

    text: str
    remark: Remark | None = None


def remarks(text: str) -> tuple[Remark, ...]:
    """What to point out in a text, in order; of what begins at the same word the longest. They never overlap."""
    words = words_of(text)
    with_figure = _in_sentence_with_figure(words)
    found, at = [], 0
    while at < len(words):
        phrase, end = _longest(words, at, with_figure[at])
        if phrase.kind != NEUTRAL:
            start, stop = words[at].start, words[end - 1].end
            found.append(Remark(start, stop, text[start:stop], Kind(phrase.kind), REASONS[phrase.reason]()))
        at = end
    return tuple(found)


def pieces(text: str) -> tuple[Piece, ...]:
    """The whole text in pieces, with and without a remark; together they are the text as written."""
    cut, end = [], 0
    for remark in remarks(text):
        cut += [Piece(text[end : remark.start]), Piece(remark.word, remark)]
        end = remark.end
    return tuple(piece for piece in (*cut, Piece(text[end:])) if piece.text)


def _longest(words: Sequence[Word], at: int, with_figure: bool) -> tuple[Phrase, int]:
    """The longest phrase that begins at a word, and where it ends; of equals the first in the lists."""
    best, farthest = Phrase(()), at
    for phrase in starting_with(words[at].folded):
        end = phrase.longest(words, at)
        if end is not None and end > farthest and not (phrase.unless_figure and with_figure):
            best, farthest = phrase, end
    return best, max(farthest, at + 1)


def _in_sentence_with_figure(words: Sequence[Word]) -> list[bool]:
    """Of each word whether its sentence holds a figure."""
    sentences = list(accumulate((word.folded in ".!?" for word in words), initial=0))
    with_figure = {
        sentence for sentence, word in zip(sentences, words, strict=False) if any(map(str.isdigit, word.folded))
    }
    return [sentence in with_figure for sentence in sentences[: len(words)]]
