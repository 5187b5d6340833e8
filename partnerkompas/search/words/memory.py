"""Postings without an index: for past days, and while the index cannot be used."""

from bisect import bisect_left
from collections.abc import Callable, Hashable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import reduce
from itertools import takewhile
from operator import or_

from partnerkompas.search.words.finding import Bits
from partnerkompas.search.words.forms import FIELDS, WHERE, follow, held_by
from partnerkompas.search.words.lexicon import Lexicon
from partnerkompas.search.words.query import Word

MOST_REMEMBERED = 2_000
"""Answers that are kept; with 10,000 documents each takes about a kilobyte."""


@dataclass(frozen=True, slots=True, eq=False)
class _Said:
    """A text and the documents that say it: a market of answers has many documents and few different texts."""

    text: str
    places: list[int]


@dataclass(frozen=True, eq=False)
class Memory:
    """Postings of documents; what a token comes to is worked out when it is first asked for."""

    lexicon: Lexicon
    said: Mapping[str, Mapping[str, Sequence[_Said]]]
    """For each field and token the texts that hold it."""
    exact: Sequence[str]
    """All exact tokens in order."""
    _remembered: dict[Hashable, Bits] = field(default_factory=dict, repr=False)

    @classmethod
    def of(cls, documents: Iterable[tuple[int, Mapping[str, Iterable[str]]]], lexicon: Lexicon) -> "Memory":
        """Make it from the places of documents with the texts of their fields."""
        texts: dict[str, dict[str, _Said]] = {name: {} for name in FIELDS}
        for place, fields in documents:
            for name, its_texts in fields.items():
                known = texts[name]
                for text in its_texts:
                    if text in known:
                        known[text].places.append(place)
                    else:
                        known[text] = _Said(text, [place])
        said: dict[str, dict[str, list[_Said]]] = {}
        for name, known in texts.items():
            for each in known.values():
                for form, tokens in held_by(each.text, lexicon).items():
                    if name not in WHERE[form]:
                        continue
                    having = said.setdefault(f"{name}_{form}", {})
                    for token in tokens:
                        having.setdefault(token, []).append(each)
        return cls(lexicon, said, sorted(set().union(*(said.get(f"{name}_exact", ()) for name in FIELDS))))

    def having(self, *tokens: tuple[str, str]) -> Bits:
        """The documents that hold any of some tokens, each given with its field."""
        return self._once(tokens, lambda: _bits(each for token in tokens for each in self._saying(*token)))

    def starting_with(self, text: str) -> Bits:
        """The documents that hold an exact token that starts so."""
        return self._once((text,), lambda: self._starting_with(text))

    def in_sequence(self, tokens: tuple[str, ...]) -> Bits:
        """The documents that hold these exact tokens one after the other."""
        return self._once(("", *tokens), lambda: reduce(or_, (self._in_sequence(name, tokens) for name in FIELDS)))

    def together(self, words: tuple[Word, ...]) -> Bits:
        """The documents of which one text has each of these words itself."""
        return self._once(words, lambda: reduce(or_, (self._together(name, words) for name in FIELDS)))

    def _together(self, name: str, words: tuple[Word, ...]) -> Bits:
        return _bits(set.intersection(*(set(self._with(name, word)) for word in words)))

    def _with(self, name: str, word: Word) -> Iterator[_Said]:
        """The texts of a field that have a word itself."""
        for form, token in word.lookups:
            yield from self._saying(f"{name}_{form}", token)
        if word.prefix:
            yield from self._beginning(name, word.text)
        if len(word.sequence) > 1:
            yield from self._following(name, word.sequence)

    def _saying(self, field: str, token: str) -> Sequence[_Said]:
        return self.said.get(field, {}).get(token, ())

    def _starting_with(self, text: str) -> Bits:
        return _bits(each for name in FIELDS for each in self._beginning(name, text))

    def _beginning(self, name: str, text: str) -> Iterator[_Said]:
        first = bisect_left(self.exact, text)
        tokens = takewhile(lambda token: token.startswith(text), self.exact[first:])
        return (each for token in tokens for each in self._saying(f"{name}_exact", token))

    def _in_sequence(self, name: str, tokens: tuple[str, ...]) -> Bits:
        return _bits(self._following(name, tokens))

    def _following(self, name: str, tokens: tuple[str, ...]) -> Iterator[_Said]:
        rarest = min((self._saying(f"{name}_exact", token) for token in tokens), key=len)
        return (each for each in rarest if follow(each.text, tokens, self.lexicon))

    def _once(self, asked: Hashable, answer: Callable[[], Bits]) -> Bits:
        bits = self._remembered.get(asked)
        if bits is None:
            if len(self._remembered) >= MOST_REMEMBERED:
                self._remembered.clear()
            bits = self._remembered[asked] = answer()
        return bits


def _bits(said: Iterable[_Said]) -> Bits:
    """The documents that say any of these texts."""
    flags = bytearray()
    for each in said:
        last = max(each.places) // 8
        if last >= len(flags):
            flags.extend(bytes(last + 1 - len(flags)))
        for place in each.places:
            flags[place >> 3] |= 1 << (place & 7)
    return int.from_bytes(flags, "little")
