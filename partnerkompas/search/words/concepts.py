"""Names that mean the same: "Business Central", "BC", and its former name "NAV".

A concept is an option of a code list: "producten.bc". One name may stand for several options of a list ("CE" is Sales,
Customer Service or Field Service) and in several lists. What a name may mean in one list is a *meaning*: a set of
concepts. A text is found when, in some list, everything its name may mean is among what the query may mean: "CE" finds
Sales, but "Field Service" does not find a text that only says "CE".
"""

from collections.abc import Iterator, Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, field
from functools import lru_cache

from partnerkompas.search.words.analysis import MOST_KEPT, placed, stems, words_as_written

SHORTEST_STEMMED = 5
"""Shorter words of a name are codes as often as words, and must be the same."""

Meaning = frozenset[str]
"""Concepts of one list."""


@dataclass(slots=True)
class _Branch:
    """A tree of names, one word a step."""

    next: dict[str, "_Branch"] = field(default_factory=dict)
    by_stem: dict[str, "_Branch | None"] = field(default_factory=dict)
    """The same steps by stem, so that plurals count; none where two words share one: Nederland, Nederlands."""
    means: tuple[Meaning, ...] = ()
    """What a name that ends here may mean in a text, for each list that has it."""
    asks: tuple[Meaning, ...] = ()
    """What it asks for in a query."""

    def grown(self, word: str) -> "_Branch":
        """The branch a word leads to, made if it is not there."""
        if word not in self.next:
            self.next[word] = _Branch()
            if stem := _stem(word):
                self.by_stem[stem] = None if stem in self.by_stem else self.next[word]
        return self.next[word]

    def step(self, word: str) -> "_Branch | None":
        """The branch a word leads to."""
        branch = self.next.get(word)
        return branch if branch or not self.by_stem else self.by_stem.get(_stem(word))


@dataclass(frozen=True, slots=True)
class Concepts:
    """All names with what they may mean."""

    root: _Branch
    within: Mapping[Meaning, tuple[str, ...]]
    """For each meaning: the tokens in an index that lie within it."""

    @classmethod
    def of(cls, names: Mapping[str, Sequence[str]], same: Mapping[str, Sequence[str]] | None = None) -> "Concepts":
        """Make them from concepts ("list.code") with the names each is known by.

        `same` has names that mean the same wherever they stand ("AVG", "GDPR"), with a concept for each group. Each
        asks for that concept and for whatever one of them means. In a text it means what it is a name of, or else that
        concept: "WMS" asks for the product that is warehouse software, but who asks for that product does not mean any
        WMS. A name stands in one group.
        """
        found: dict[tuple[str, ...], set[str]] = {}
        for concept, its_names in names.items():
            for key in _keys(its_names):
                found.setdefault(key, set()).add(concept)
        asked: dict[tuple[str, ...], set[str]] = {}
        for group, its_names in (same or {}).items():
            keys = list(_keys(its_names))
            asked |= dict.fromkeys(keys, {group}.union(*(found.get(key, ()) for key in keys)))
            for key in keys:
                found.setdefault(key, {group})
        root = _Branch()
        for key, concepts in found.items():
            branch = root
            for word in key:
                branch = branch.grown(word)
            branch.means, branch.asks = _by_list(concepts), _by_list(asked.get(key, concepts))
        said, asks = ({meaning for each in all_.values() for meaning in _by_list(each)} for all_ in (found, asked))
        return cls(root, _within(said, said | asks))

    def in_text(self, places: Sequence[Sequence[str]]) -> Iterator[tuple[int, int, str]]:
        """Every name in a text: where it starts, how many places it takes, and a token for each of its meanings.

        Takes for each place the words that stand there. Names within names count too ("NAV 2017" also says "NAV"), but
        not as another thing of the list that the longer name is of: "Work without accommodation" is no accommodation.
        """
        named = list(self._named(places))
        for start, length, meaning in named:
            around = (other for at, size, other in named if size > length and at <= start < start + length <= at + size)
            if all(other & meaning or _list_of(other) != _list_of(meaning) for other in around):
                yield start, length, _token(meaning)

    def _named(self, places: Sequence[Sequence[str]]) -> Iterator[tuple[int, int, Meaning]]:
        """Every name in a text with each of its meanings."""
        for start in range(len(places)):
            branches, length = [self.root], 0
            while branches and start + length < len(places):
                words = places[start + length]
                branches = [branch for each in branches for word in words if (branch := each.step(word))]
                length += 1
                for branch in branches:
                    yield from ((start, length, meaning) for meaning in branch.means)

    def longest(self, words: Sequence[str]) -> tuple[int, tuple[Meaning, ...]]:
        """How many of the first words form the longest name, and what it asks for; (0, nothing) if they form none."""
        branch: _Branch | None = self.root
        best: tuple[int, tuple[Meaning, ...]] = 0, ()
        for length, word in enumerate(words, 1):
            branch = branch.step(word) if branch else None
            if branch is None:
                break
            if branch.asks:
                best = length, branch.asks
        return best

    def tokens_for(self, meanings: Sequence[Meaning]) -> tuple[str, ...]:
        """The tokens by which an index knows texts that certainly say one of these things."""
        return tuple(token for meaning in meanings for token in self.within.get(meaning, ()))


def sequence_of(words: list[str]) -> list[str]:
    """One token for each place that the words take."""
    return [token for taken, _start in placed(words) for token in taken.sequence]


def _keys(names: Sequence[str]) -> Iterator[tuple[str, ...]]:
    for name in names:
        if key := tuple(sequence_of(words_as_written(name))):
            yield key


@lru_cache(maxsize=MOST_KEPT)
def _stem(word: str) -> str:
    return stems(word)[0] if len(word) >= SHORTEST_STEMMED and word.isalpha() else ""


def _by_list(concepts: AbstractSet[str]) -> tuple[Meaning, ...]:
    """Concepts as what they mean in each list."""
    lists: dict[str, set[str]] = {}
    for concept in sorted(concepts):
        lists.setdefault(concept.partition(".")[0], set()).add(concept)
    return tuple(frozenset(each) for each in lists.values())


def _list_of(meaning: Meaning) -> str:
    return min(meaning).partition(".")[0]


def _token(meaning: Meaning) -> str:
    return "|".join(sorted(meaning))


def _within(said: AbstractSet[Meaning], asked: AbstractSet[Meaning]) -> dict[Meaning, tuple[str, ...]]:
    """For each meaning that is asked for, the tokens of those said that lie within it."""
    by_concept: dict[str, list[Meaning]] = {}
    for meaning in said:
        for concept in meaning:
            by_concept.setdefault(concept, []).append(meaning)
    return {
        meaning: tuple(
            sorted({_token(one) for concept in meaning for one in by_concept.get(concept, ()) if one <= meaning})
        )
        for meaning in asked
    }
