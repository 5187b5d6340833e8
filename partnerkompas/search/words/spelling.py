""" "Bedoelde u": the known words nearest to one that was typed.

Every known word is filed under each of its beginnings with up to two letters left out; a typed word with up to two
letters left out meets it there. So a look-up costs the same however many words there are. What is filed is a number of
eight bytes, in sorted arrays: 20,000 words take about 6 MB.
"""

from array import array
from bisect import bisect_left
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import combinations

from partnerkompas.search.words.query import Query, Term, Word

MOST_WORDS = 30_000
"""Of more words the most frequent are known."""

SHORTEST, LONGEST = 3, 30
"""Signs of words that are corrected."""

LETTERS = 4
"""Letters of a name with a digit in it; what has fewer is a code, in which only the order may be wrong."""

BEGINNING = 7
"""Letters of a word that are filed; what comes after is compared."""

SHORT = 4
"""Words of no more letters may have one letter wrong, longer words two."""

LIGHT = 0.6
"""What a mistake costs that everybody makes; another costs 1."""

_MEAN_NOTHING = str.maketrans("*?", "  ")
"""Signs of a query, which would stand oddly in a proposal: "na*navision"."""

_ALIKE = "ei ij, au ou, g ch, ks x, kw q, i ie, f ph, c k, k ck, f v, s z, d t, i y, u oe"
_SAME: dict[str, tuple[str, ...]] = {}
"""What sounds alike in Dutch, both ways."""
for _pair in _ALIKE.split(", "):
    for _one, _other in (_pair.split(), _pair.split()[::-1]):
        _SAME[_one] = (*_SAME.get(_one, ()), _other)


@dataclass(frozen=True, slots=True, eq=False)
class Spelling:
    """Words with how often each occurs."""

    words: tuple[str, ...]
    """The most frequent first."""
    filed: "array[int]"
    """Hashes of the shortened beginnings, in order; beside each, in `owners`, the word it belongs to."""
    owners: "array[int]"
    letters: "array[int]"
    """For each word which letters it has, as bits: most words that are too far show it here."""

    @classmethod
    def of(cls, pairs: Iterable[tuple[str, int]]) -> "Spelling":
        """Make it from words and how often each occurs."""
        usable = [pair for pair in pairs if _can_be_misspelt(pair[0])]
        usable = sorted(usable, key=lambda pair: (-pair[1], pair[0]))[:MOST_WORDS]
        filed = sorted((hash(key), owner) for owner, (word, _n) in enumerate(usable) for key in _shortened(word))
        return cls(
            tuple(word for word, _n in usable),
            array("q", (key for key, _owner in filed)),
            array("i", (owner for _key, owner in filed)),
            array("i", (_letters(word) for word, _n in usable)),
        )

    def best(self, word: str, most: int = 3) -> list[str]:
        """The nearest known words to a folded one, nearest first, of equals the more frequent; none when it is known.

        Costs a fraction of a millisecond whatever is typed.
        """
        if not _can_be_misspelt(word):
            return []
        near: list[tuple[float, int]] = []
        most_wrong, letters = allowed(word), _letters(word)
        for owner in {owner for key in _shortened(word) for owner in self._filed_under(hash(key))}:
            if (letters ^ self.letters[owner]).bit_count() <= 2 * most_wrong + 1:
                cost = distance(word, self.words[owner], most_wrong)
                if cost is not None and _may_be_meant(word, self.words[owner]):
                    near.append((cost, owner))
        if any(cost == 0 for cost, _owner in near):
            return []
        return [self.words[owner] for _cost, owner in sorted(near)[:most]]

    def _filed_under(self, key: int) -> Iterator[int]:
        at = bisect_left(self.filed, key)
        while at < len(self.filed) and self.filed[at] == key:
            yield self.owners[at]
            at += 1


def corrected(query: Query, spelling: Spelling, most: int = 3) -> list[str]:
    """The query with its unknown words replaced by near ones, likeliest first; none when every word is known.

    What comes out may still find nothing: only the caller can tell. Phrases and words with a minus are left alone.
    """
    near: dict[Term, list[str]] = {
        term: spelling.best(term.text, most) for term in query.must if isinstance(term, Word)
    }
    near = {term: words for term, words in near.items() if words}
    first = {term: words[0] for term, words in near.items()}
    found = [first] if first else []
    ranks = range(1, max(map(len, near.values()), default=0))
    found += [first | {term: words[rank]} for rank in ranks for term, words in near.items() if rank < len(words)]
    texts = (query.rewritten(each).translate(_MEAN_NOTHING).split() for each in found)
    return list(dict.fromkeys(" ".join(text) for text in texts))[:most]


def allowed(word: str) -> int:
    """How many letters may be wrong."""
    return 1 if len(word) <= SHORT else 2


def distance(typed: str, meant: str, most: int) -> float | None:
    """What it costs to turn one word into the other, or None when more than `most` mistakes are needed.

    A letter more, less or other, or two that changed places (Damerau-Levenshtein) is one mistake; so is one sound
    written for another. What is often done wrong costs less: changed places, a letter doubled or not, sounds alike.
    """
    if abs(len(typed) - len(meant)) > most:
        return None
    if typed == meant:
        return 0.0
    typed, meant = _without_what_is_equal(typed, meant)
    rows: list[list[_Step]] = [[(place, place) for place in range(len(meant) + 1)]]
    for i in range(1, len(typed) + 1):
        row: list[_Step] = [(i, i)] + [_TOO_FAR] * len(meant)
        rows.append(row)
        for j in range(max(1, i - most), min(len(meant), i + most) + 1):  # each mistake moves at most one place aside
            row[j] = min(_ways(typed, meant, i, j, rows))
        if min(row)[0] > most and min(rows[i - 1])[0] > most:
            return None
    mistakes, cost = rows[-1][-1]
    return cost if mistakes <= most else None


_Step = tuple[int, float]
"""How many mistakes up to here, and what they cost."""


_TOO_FAR: _Step = (99, 99)


def _ways(typed: str, meant: str, i: int, j: int, rows: list[list[_Step]]) -> Iterator[_Step]:
    """The ways to come to the first `i` letters typed for the first `j` meant."""
    one, other = typed[i - 1], meant[j - 1]
    yield _after(rows[i - 1][j - 1], 0 if one == other else 1)
    yield _after(rows[i - 1][j], LIGHT if i > 1 and one == typed[i - 2] else 1)
    yield _after(rows[i][j - 1], LIGHT if j > 1 and other == meant[j - 2] else 1)
    if i > 1 and j > 1 and one == meant[j - 2] and typed[i - 2] == other:
        yield _after(rows[i - 2][j - 2], LIGHT)
    for length in (1, 2):
        for sound in _SAME.get(typed[max(i - length, 0) : i], ()):
            if meant.endswith(sound, 0, j):
                yield _after(rows[i - length][j - len(sound)], LIGHT)


def _after(step: _Step, cost: float) -> _Step:
    return (step[0] + (cost > 0), step[1] + cost)


def _without_what_is_equal(one: str, other: str) -> tuple[str, str]:
    """The letters between the equal beginning and the equal end, and one more on both sides to tell what is doubled."""
    shorter = min(len(one), len(other))
    start = next((place for place in range(shorter) if one[place] != other[place]), shorter)
    most = shorter - start
    end = next((place for place in range(most) if one[-1 - place] != other[-1 - place]), most)
    start, end = max(start - 1, 0), max(end - 1, 0)
    return one[start : len(one) - end], other[start : len(other) - end]


def _can_be_misspelt(word: str) -> bool:
    """Numbers mean what they are; a name may have a digit in it, as "4ps"."""
    return SHORTEST <= len(word) <= LONGEST and word.isalnum() and not word.isdecimal()


def _may_be_meant(typed: str, known: str) -> bool:
    """Whether one can be a misspelling of the other: another digit is another name, and so is another letter of a code.

    So "easytsep2" may mean "easystep2" and "4sp" "4ps", but "az500" not "mb500", nor "d365fo" "d365bc".
    """
    if typed.isalpha() and known.isalpha():
        return True
    if [*filter(str.isdigit, typed)] != [*filter(str.isdigit, known)]:
        return False
    is_name = min(sum(map(str.isalpha, word)) for word in (typed, known)) >= LETTERS
    return is_name or sorted(typed) == sorted(known)


def _letters(word: str) -> int:
    bits = 0
    for letter in word:
        bits |= 1 << ord(letter) % 26
    return bits


def _shortened(word: str) -> set[str]:
    """The beginning of a word with up to as many letters left out as may be wrong."""
    start = word[:BEGINNING]
    return {
        "".join(kept)
        for left_out in range(allowed(word) + 1)
        for kept in combinations(start, max(len(start) - left_out, 0))
    }
