"""Reads a query. Any text is one; none fails, and the time is bounded.

- All words must be there; `"words in quotes"` one after the other and as written; `-word` or `-"words"` must not.
- A minus stands before a word, with nothing or a space before it; in "on-premises" and "rapporten en -analyses" it is
  no minus.
- The last word also finds longer words, since it may still be typed: unless a space, a quote or a minus says otherwise,
  or it has one or two signs and somebody has it whole.
- A quote that is never closed, `*` and `?` mean nothing.
- Words such as "de" and "partner" are left out, unless they are all there is; so is the sector of "zorgsector".
- Words such as "leverancier", "gezocht" and "beste" need not be there, unless no other word has a meaning; what is
  between quotes counts.
- Words that together name something ("business central") are one term, and stand in one text.
- A year or version stands in one text with the word right before it: "Dynamics CRM 2016".
"""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache

from partnerkompas.search.words.analysis import STOP_WORDS, TOKEN, apart, folded_with_places, stems
from partnerkompas.search.words.concepts import Meaning, sequence_of
from partnerkompas.search.words.domain_words import FILLERS, PASSED_OVER, SORTS
from partnerkompas.search.words.finding import SHORT
from partnerkompas.search.words.lexicon import Lexicon
from partnerkompas.search.words.query import LONGEST, MOST_WORDS, Named, Numbered, Phrase, Query, Term, Word

_ITEM = re.compile(
    rf"""(?P<minus>(?<!\S)-[^\w\s".]*)?(?:"(?P<phrase>[^"]*)"|"?(?P<word>{TOKEN.pattern}))""", re.VERBOSE
)
_LEFT_OUT = re.compile(r"(?<!\w)(?:en|of|and|or)\s+\Z")
"""Before a hyphen that stands for a part left out: "crediteurenrapporten en -analyses"."""
_QUOTES = str.maketrans(dict.fromkeys("“”„‟«»", '"'))

SAYS_LITTLE = STOP_WORDS | PASSED_OVER
"""Words that say nothing of whose name it is, and that no year or version belongs to."""

_EITHER = ("of", "or")
_MOST_WORDS_OF_A_NAME = 12
_NUMBER = re.compile(r"(?:19|20)\d\d|\d{1,2}\.\d{1,2}")
_RELEASE = re.compile(r"r\d")
"""A year or a version ("2016", "4.0"), and what may come after it ("2012 R2"). Other numbers stand for themselves."""
_SORTS = frozenset(stems(word)[0] for word in SORTS)


@dataclass(frozen=True, slots=True)
class _Item:
    """A word or a phrase of a query, and where it stands in the folded text."""

    text: str
    start: int
    end: int
    minus: bool = False
    quoted: bool = False
    typing: bool = False

    @property
    def plain(self) -> bool:
        return not (self.minus or self.quoted)


@dataclass(frozen=True, slots=True)
class _Read:
    """A term, how many words it takes, and where it stands in the folded text."""

    term: Term
    size: int
    start: int
    end: int
    minus: bool = False


@lru_cache(maxsize=1_000)
def parse(q: str, lexicon: Lexicon) -> Query:
    """Read a query; remembered, for who chooses filters after typing asks with the same words each time."""
    q, too_long = q[:LONGEST], len(q) > LONGEST
    folded, places = folded_with_places(q)
    every = list(_numbered(_terms(list(_items(folded.translate(_QUOTES))), lexicon)))
    read = _meaningful(every)
    fillers = _fillers(read)
    read = [each for each in read if each not in fillers]
    taken = _within_bounds(read)
    return Query(
        q=q,
        must=tuple(dict.fromkeys(each.term for each in taken if not each.minus)),
        never=tuple(dict.fromkeys(each.term for each in taken if each.minus)),
        passed_over=tuple(dict.fromkeys(each.term for each in _within_bounds(fillers) if isinstance(each.term, Word))),
        either=tuple(dict.fromkeys(q[places[each.start] : _end(places, each.end)] for each in _either(every, taken))),
        cut=too_long or len(taken) < len(read) or any(each.size > MOST_WORDS for each in read),
        spans=tuple(
            (each.term, places[each.start], _end(places, each.end))
            for each in sorted((*taken, *fillers), key=lambda each: each.start)
        ),
    )


def as_written(query: Query) -> Query:
    """The query of nothing but its words as written or by their stems: without what they mean, parts, beginnings."""
    terms = (each for term in (*query.must, *query.passed_over) for each in _as_written(term))
    return Query(query.q, tuple(dict.fromkeys(terms)))


def _as_written(term: Term) -> Iterator[Term]:
    match term:
        case Phrase():
            yield term
        case Named(_concepts, words):
            for word in words:
                yield from _as_written(word)
        case Numbered(_of, number):
            yield from _as_written(number)
        case Word(text):
            if not term.lookups:
                for word in term.parts:
                    yield from _as_written(word)
            else:
                lookups = tuple(each for each in term.lookups if each[0] not in ("part", "concept"))
                yield Word(text, sequence=apart(text).sequence, lookups=lookups)


def word_of(text: str, lexicon: Lexicon, prefix: bool = False, concepts: tuple[str, ...] = ()) -> Word:
    """A folded word with everything it is found by."""
    taken = apart(text)
    if "/" in text and len(taken.sequence) == 1 and not concepts and min(map(len, text.split("/"))) > 1:
        return Word(text, parts=_words(text.split("/"), lexicon, prefix))
    in_language = text if taken.stemmed == (text,) else taken.joined
    lookups = [("exact", text)]
    if taken.joined:
        lookups.append(("exact", taken.joined))
    if len(in_language) > SHORT:  # "AL" is no "alle"
        dutch, english = stems(in_language)
        lookups += [("dutch", dutch), ("english", english), ("part", dutch)]
    lookups += [("concept", each) for each in concepts]
    sequence = taken.sequence if len(taken.sequence) > 1 else lexicon.splitter.parts(text)
    telling = sequence[:-1] if len(sequence) > 1 and stems(sequence[-1])[0] in _SORTS else sequence
    parts = _words(telling, lexicon, prefix and telling == sequence) if sequence and min(map(len, sequence)) > 1 else ()
    return Word(text, prefix, sequence, tuple(lookups), parts)


def _words(texts: Sequence[str], lexicon: Lexicon, prefix: bool) -> tuple[Word, ...]:
    """Words each with what it means by itself, without those that say little; the last may be a prefix."""
    last = len(texts) - 1
    telling = [place for place, text in enumerate(texts) if text not in STOP_WORDS] or range(len(texts))
    return tuple(
        word_of(texts[place], lexicon, prefix and place == last, _concepts_of(texts[place], lexicon))
        for place in telling
    )


def _concepts_of(text: str, lexicon: Lexicon) -> tuple[str, ...]:
    sequence = apart(text).sequence
    length, meanings = lexicon.concepts.longest(sequence)
    return lexicon.concepts.tokens_for(meanings) if length == len(sequence) else ()


def _items(folded: str) -> Iterator[_Item]:
    """The words and phrases of a folded query."""
    for found in _ITEM.finditer(folded):
        minus, quoted = found["minus"] is not None, found["word"] is None
        if minus and _LEFT_OUT.search(folded, 0, found.start()):
            minus = False
        typing = not (minus or quoted or re.search(r"\s|\w", folded[found.end() :]))
        yield _Item(found["phrase"] if quoted else found["word"], *found.span(), minus, quoted, typing)


def _terms(items: Sequence[_Item], lexicon: Lexicon) -> Iterator[_Read]:
    """What the items ask for; words that together name something are one term."""
    at = 0
    while at < len(items):
        item = items[at]
        count, meanings = _named(items[at : at + _MOST_WORDS_OF_A_NAME], lexicon) if item.plain else (1, ())
        run, at = items[at : at + count], at + count
        last = run[-1]
        if item.quoted:
            words = sequence_of(TOKEN.findall(item.text))
            if words:
                phrase = Phrase(tuple(words[:MOST_WORDS]))
                yield _Read(phrase, len(words), item.start, item.end, item.minus)
        elif count > 1 and max(len(each.text) for each in run) == 1:  # "F & O" is "F&O"
            word = word_of(
                "&".join(each.text for each in run), lexicon, last.typing, lexicon.concepts.tokens_for(meanings)
            )
            yield _Read(word, count, item.start, last.end)
        elif count > 1:
            named = Named(
                lexicon.concepts.tokens_for(meanings), _words([each.text for each in run], lexicon, last.typing)
            )
            yield _Read(named, count, item.start, last.end)
        else:
            word = word_of(item.text, lexicon, item.typing, _concepts_of(item.text, lexicon))
            yield _Read(word, 1, item.start, item.end, item.minus)


def _named(items: Sequence[_Item], lexicon: Lexicon) -> tuple[int, tuple[Meaning, ...]]:
    """How many of the first items, all plain words, form the longest name, and what it means; (1, nothing) if none.

    Without its year: what is called "CRM 2016" is also called "CRM", and who asks for the one does not mean the other.
    """
    sequence: list[str] = []
    counts: dict[int, int] = {}
    for count, item in enumerate(items, 1):
        if not item.plain or (count > 1 and _is_year_or_version(item.text)):
            break
        sequence += apart(item.text).sequence
        counts[len(sequence)] = count
    while sequence:
        length, meanings = lexicon.concepts.longest(sequence)
        if length in counts:
            return counts[length], meanings
        sequence = sequence[: max((end for end in counts if end < length), default=0)]
    return 1, ()


def _is_year_or_version(text: str) -> bool:
    return _NUMBER.fullmatch(text) is not None or _RELEASE.fullmatch(text) is not None


def _numbered(read: Iterable[_Read]) -> Iterator[_Read]:
    """Each year or version with the word right before it, to which it belongs; of "nav 2013 2015" both to "nav"."""
    of: Word | Named | None = None
    before: Word | Named | Numbered | None = None
    for each in read:
        term = None if each.minus or isinstance(each.term, Phrase | Numbered) else each.term
        text = term.text if isinstance(term, Word) else ""
        to = of if _NUMBER.fullmatch(text) else before if _RELEASE.fullmatch(text) else None
        if to and isinstance(term, Word):
            before = Numbered(to, term)
            yield replace(each, term=before)
        else:
            of = before = None if text in SAYS_LITTLE else term
            yield each


def _meaningful(read: Sequence[_Read]) -> list[_Read]:
    """Without the words that say little, unless they are all there is."""
    kept = [each for each in read if each.minus or not (isinstance(each.term, Word) and each.term.text in STOP_WORDS)]
    return kept or list(read)


def _fillers(read: Sequence[_Read]) -> list[_Read]:
    """The words that say little beside the others, if there are others; "good supplier" asks for a supplier."""
    asked = [each for each in read if not each.minus]
    for little in (PASSED_OVER, PASSED_OVER - FILLERS):
        fillers = [each for each in asked if isinstance(each.term, Word) and each.term.text in little]
        if len(fillers) < len(asked):
            return fillers
    return []


def _either(every: Sequence[_Read], taken: Sequence[_Read]) -> Iterator[_Read]:
    """Each "or" that was left out between words that must be found."""
    starts = [each.start for each in taken if not each.minus]
    for each in every:
        is_or = isinstance(each.term, Word) and each.term.text in _EITHER and not each.minus
        if is_or and each not in taken and starts and min(starts) < each.start < max(starts):
            yield each


def _within_bounds(read: Sequence[_Read]) -> list[_Read]:
    """As many of the first terms as hold no more words than are read."""
    taken: list[_Read] = []
    left = MOST_WORDS
    for each in read:
        left -= min(each.size, MOST_WORDS)
        if left < 0:
            break
        taken.append(each)
    return taken


def _end(places: Sequence[int], end: int) -> int:
    """Where a word ends in the text as written, also when the next letter comes from the same sign."""
    return places[end] + (places[end] == places[end - 1])
