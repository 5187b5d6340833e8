"""Names that mean the same: "Business Central", "BC", and for a part "NAV".

One name may mean several things ("CE" is Sales, Customer Service or Field Service). What a name may mean is its
*meaning*: a set of concept ids. A text is found when everything its name may mean is among what the query may mean:
"CE" finds Sales, but "Field Service" does not find a text that only says "CE".
"""

from collections.abc import Iterator, Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, field

from partnerkompas.search.words.analysis import placed, stems, words_as_written

SHORTEST_STEMMED = 5
"""Shorter words of a name are codes as often as words, and must be the same."""

Meaning = frozenset[str]


@dataclass(slots=True)
class _Branch:
    """A tree of names, one word a step."""

    next: dict[str, "_Branch"] = field(default_factory=dict)
    means: Meaning = frozenset()


@dataclass(frozen=True, slots=True)
class Concepts:
    """All names with what they may mean."""

    root: _Branch
    within: Mapping[Meaning, tuple[str, ...]]
    """For each meaning: the tokens in an index that lie within it."""

    @classmethod
    def of(cls, names: Mapping[str, Sequence[str]]) -> "Concepts":
        """Make them from concept ids with the names each is known by."""
        meanings: dict[tuple[str, ...], set[str]] = {}
        for concept, its_names in names.items():
            for name in its_names:
                if key := tuple(_key(each) for each in sequence_of(words_as_written(name))):
                    meanings.setdefault(key, set()).add(concept)
        root = _Branch()
        for key, concepts in meanings.items():
            branch = root
            for word in key:
                branch = branch.next.setdefault(word, _Branch())
            branch.means = frozenset(concepts)
        return cls(root, _within({frozenset(each) for each in meanings.values()}))

    def in_text(self, places: Sequence[AbstractSet[str]]) -> Iterator[tuple[int, int, str]]:
        """Every name in a text: where it starts, how many places it takes, and its token.

        Takes for each place the words that stand there. Names within names count too: "NAV 2017" also says "NAV".
        """
        keys = [[_key(word) for word in words] for words in places]
        for start in range(len(keys)):
            branches, length = [self.root], 0
            while branches and start + length < len(keys):
                at = keys[start + length]
                branches = [each.next[key] for each in branches for key in at if key in each.next]
                length += 1
                for branch in branches:
                    if branch.means:
                        yield start, length, _token(branch.means)

    def longest(self, words: Sequence[str]) -> tuple[int, Meaning]:
        """How many of the first words form the longest name, and what it may mean; (0, nothing) if they form none."""
        branch: _Branch | None = self.root
        best = 0, Meaning()
        for length, word in enumerate(words, 1):
            branch = branch.next.get(_key(word)) if branch else None
            if branch is None:
                break
            if branch.means:
                best = length, branch.means
        return best

    def tokens_for(self, meaning: Meaning) -> tuple[str, ...]:
        """The tokens by which an index knows texts that certainly say one of these things."""
        return self.within.get(meaning, ())


def sequence_of(words: list[str]) -> list[str]:
    """One token for each place that the words take."""
    return [token for taken, _start in placed(words) for token in taken.sequence]


def _key(word: str) -> str:
    return stems(word)[0] if len(word) >= SHORTEST_STEMMED and word.isalpha() else word


def _token(meaning: Meaning) -> str:
    return "|".join(sorted(meaning))


def _within(meanings: AbstractSet[Meaning]) -> dict[Meaning, tuple[str, ...]]:
    by_concept: dict[str, list[Meaning]] = {}
    for meaning in meanings:
        for concept in meaning:
            by_concept.setdefault(concept, []).append(meaning)
    return {
        meaning: tuple(sorted({_token(one) for concept in meaning for one in by_concept[concept] if one <= meaning}))
        for meaning in meanings
    }
