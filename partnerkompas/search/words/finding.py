"""Which documents a query finds, over any postings: those of the index, or those kept in memory."""

from collections.abc import Iterable, Iterator
from dataclasses import replace
from functools import reduce
from operator import and_, or_
from typing import Protocol

from partnerkompas.search.words.forms import WITHIN
from partnerkompas.search.words.query import Named, Numbered, Phrase, Query, Term, Word

Bits = int
"""A set of documents: bit n for the one at place n."""


SHORT = 2
"""Signs of a word that is a beginning only when nobody has it whole: "CE" is no beginning of "Central"."""


class Postings(Protocol):
    """Which documents hold a token. A field is a field of the document and a form of its words: "name_dutch"."""

    def having(self, *tokens: tuple[str, str]) -> Bits:
        """The documents that hold any of some tokens, each given with its field."""

    def starting_with(self, text: str) -> Bits:
        """The documents that hold, in the exact form of any field, a token that starts so."""

    def in_sequence(self, tokens: tuple[str, ...]) -> Bits:
        """The documents that hold, in the exact form of one field, these one or more tokens at successive positions."""

    def together(self, words: tuple[Word, ...]) -> Bits:
        """The documents of which one text has each of these words itself (see `directly`)."""


def found(query: Query, postings: Postings, everyone: Bits) -> Bits:
    """The documents that have all a query asks for and nothing it refuses; everyone when it asks for nothing."""
    left = everyone
    for term in query.must:
        left &= matching(term, postings)
    for term in query.never:
        left &= ~matching(term, postings)
    return left


def matching(term: Term, postings: Postings) -> Bits:
    """The documents that have a term."""
    match term:
        case Phrase(tokens):
            return postings.in_sequence(tokens)
        case Named(concepts, words):
            meant = postings.having(*_tokens(("concept", concept) for concept in concepts))
            return meant | _in_one_text(_smallest(words, postings), postings)
        case Numbered():
            return reduce(or_, (_in_one_text(way, postings) for way in _ways(term, postings)))
        case Word():
            return directly(term, postings) or by_parts(term, postings)


def directly(word: Word, postings: Postings) -> Bits:
    """The documents that have a word itself: in any form, longer while it is typed, or written apart."""
    bits = postings.having(*_tokens(word.lookups))
    if settled(word, postings).prefix:
        bits |= postings.starting_with(word.text)
    if len(word.sequence) > 1:
        bits |= postings.in_sequence(word.sequence)
    return bits


def settled(word: Word, postings: Postings) -> Word:
    """A word as these postings are asked for it: no beginning when it is short and somebody has it whole."""
    whole = word.prefix and len(word.text) <= SHORT and postings.having(*_tokens(word.lookups))
    return replace(word, prefix=False) if whole else word


def by_parts(word: Word, postings: Postings) -> Bits:
    """The documents that have all parts of a word, in one text; asked only when nobody has the word itself.

    Who does wage work and financial administration does no wage administration. What is written with a slash stands for
    words apart, which may come from anywhere.
    """
    if not word.parts:
        return 0
    if not word.lookups:
        return reduce(and_, (matching(part, postings) for part in word.parts))
    return _in_one_text(_smallest(word.parts, postings), postings)


def _in_one_text(words: Iterable[Word], postings: Postings) -> Bits:
    """The documents of which one text has each of some words itself."""
    asked = tuple(dict.fromkeys(settled(word, postings) for word in words))
    everywhere = reduce(and_, (directly(word, postings) for word in asked))
    return everywhere & postings.together(asked) if everywhere and len(asked) > 1 else everywhere


def _ways(term: Word | Named | Numbered, postings: Postings) -> list[tuple[Word, ...]]:
    """The words by which a term may stand in one text: its own, or those of what it means."""
    match term:
        case Numbered(of, number):
            return [(*way, number) for way in _ways(of, postings)]
        case Named(concepts, words):
            meant = Word("", lookups=tuple(("concept", concept) for concept in concepts))
            return [tuple(_smallest(words, postings)), *([(meant,)] if concepts else [])]
        case Word():
            return [tuple(_smallest((term,), postings))]


def _smallest(parts: Iterable[Word], postings: Postings) -> Iterator[Word]:
    """Words, each by its own parts when nobody has it itself."""
    for part in parts:
        if not part.parts or directly(part, postings):
            yield part
        else:
            yield from _smallest(part.parts, postings)


def _tokens(lookups: Iterable[tuple[str, str]]) -> list[tuple[str, str]]:
    """Tokens of some forms in each field in which a form is looked for."""
    return [(field, token) for form, token in lookups for field in WITHIN[form]]
