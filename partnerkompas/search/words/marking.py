"""Marks in a text as written, with its accents and capitals, the words that terms of a query match."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache

from partnerkompas.search.words.analysis import TOKEN, apart, folded_with_places, stems
from partnerkompas.search.words.forms import part_stems
from partnerkompas.search.words.lexicon import Lexicon
from partnerkompas.search.words.query import Named, Numbered, Phrase, Term, Word

Segment = tuple[str, bool]
"""A piece of a text as written, and whether it is marked. Never HTML: whoever shows it escapes it."""


def marked(text: str, terms: Iterable[Term], lexicon: Lexicon) -> tuple[Segment, ...]:
    """A text in segments, with the words that terms match marked."""
    words = _words_of(text)
    marks = {place for term in terms for place in _matched(term, words, lexicon)}
    segments: list[Segment] = []
    at = 0
    for place in sorted(marks):
        start, end = words[place].start, words[place].end
        if segments and place - 1 in marks and not text[at:start].strip():
            start = at  # words beside each other are marked as one
            segments[-1] = (segments[-1][0] + text[start:end], True)
        else:
            segments += [(text[at:start], False)] if start > at else []
            segments.append((text[start:end], True))
        at = end
    return (*segments, *([(text[at:], False)] if at < len(text) else []))


@dataclass(frozen=True, slots=True)
class _Written:
    """A word of a text, where it stands as written, and its first place."""

    word: str
    start: int
    end: int
    place: int


@lru_cache(maxsize=5_000)
def _words_of(text: str) -> tuple[_Written, ...]:
    folded, places = folded_with_places(text)
    words: list[_Written] = []
    place = 0
    for found in TOKEN.finditer(folded):
        end = places[found.end()] + (places[found.end()] == places[found.end() - 1])
        words.append(_Written(found.group(), places[found.start()], end, place))
        place += len(apart(found.group()).sequence)
    return tuple(words)


def _matched(term: Term, words: Sequence[_Written], lexicon: Lexicon) -> set[int]:
    """Which words of a text a term matches, by their number."""
    match term:
        case Phrase(tokens):
            return _in_sequence(tokens, words)
        case Named(concepts, of_term):
            together = [_matched(word, words, lexicon) for word in of_term]
            return _meaning(concepts, words, lexicon).union(*together)
        case Numbered(of, number):
            return _matched(of, words, lexicon) | _matched(number, words, lexicon)
        case Word():
            concepts = tuple(token for form, token in term.lookups if form == "concept")
            found = {number for number, word in enumerate(words) if _has(word.word, term, lexicon)}
            found |= _in_sequence(term.sequence, words) if len(term.sequence) > 1 else set()
            return found | _meaning(concepts, words, lexicon)


def _has(written: str, word: Word, lexicon: Lexicon) -> bool:
    """Whether a word of a text is found by a word of a query, apart from what it means."""
    taken = apart(written)
    held = {("exact", token) for token, _place in taken.tokens}
    for each in taken.stemmed:
        dutch, english = stems(each)
        held |= {("dutch", dutch), ("english", english), *(("part", stem) for stem in part_stems(each, lexicon))}
    if any(lookup in held for lookup in word.lookups):
        return True
    return word.prefix and any(token.startswith(word.text) for token, _place in taken.tokens)


def _in_sequence(tokens: Sequence[str], words: Sequence[_Written]) -> set[int]:
    """The words that hold these tokens one after the other."""
    at: dict[tuple[str, int], int] = {}
    for number, word in enumerate(words):
        for token, place in apart(word.word).tokens:
            at[token, word.place + place] = number
    starts = [place for token, place in at if token == tokens[0]]
    runs = [[at.get((token, start + step)) for step, token in enumerate(tokens)] for start in starts]
    return {number for run in runs if None not in run for number in run if number is not None}


def _meaning(concepts: Sequence[str], words: Sequence[_Written], lexicon: Lexicon) -> set[int]:
    """The words that name one of these concepts."""
    if not concepts:
        return set()
    number_at = [number for number, word in enumerate(words) for _token in apart(word.word).sequence]
    places: list[list[str]] = [[] for _number in number_at]
    for word in words:
        for token, place in apart(word.word).tokens:
            places[word.place + place].append(token)
    named = lexicon.concepts.in_text(places)
    return {
        number_at[place]
        for start, length, token in named
        if token in concepts
        for place in range(start, start + length)
    }
