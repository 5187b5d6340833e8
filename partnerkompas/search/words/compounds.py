"""Splits Dutch compounds: "brancheoplossing" is branche + oplossing.

Only into words of a bounded list, never by a whole dictionary: that would split most words, and wrongly.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field

from partnerkompas.search.words.analysis import STOP_WORDS, stems, tokens
from partnerkompas.search.words.domain_words import DOMAIN_WORDS

SHORTEST, LONGEST = 7, 40
"""Letters of a word that may be split; no real compound of this domain is longer."""

SHORTEST_PART = 4
"""Letters of a part, except the short words of our own list."""

MOST_PARTS = 4
LINKS = ("", "s", "en", "e", "n")
"""What may stand between two parts: bedrijf-s-software, klant-en-service."""

MOST_REMEMBERED = 50_000


@dataclass(frozen=True, slots=True, eq=False)
class Splitter:
    """The words a compound may be made of."""

    words: frozenset[str]
    last_stems: frozenset[str]
    """Stems of the words: the last part may be a plural."""
    _remembered: dict[str, tuple[str, ...]] = field(default_factory=dict, repr=False)

    @classmethod
    def of(cls, texts: Iterable[str], ours: Iterable[str] = DOMAIN_WORDS) -> "Splitter":
        """Make one from the words of these texts, and a list of ours."""
        short = frozenset(ours)
        words = {token for text in set(texts) for token in tokens(text) if len(token) >= SHORTEST_PART} | short
        words = {word for word in words if word.isalpha() and word not in STOP_WORDS}
        return cls(frozenset(words), frozenset(stems(word)[0] for word in words))

    def parts(self, word: str) -> tuple[str, ...]:
        """The parts of a folded word, two or more, without what links them; nothing when it is no sure compound."""
        if not SHORTEST <= len(word) <= LONGEST or not word.isalpha():
            return ()
        known = self._remembered.get(word)
        if known is None:
            if len(self._remembered) >= MOST_REMEMBERED:
                self._remembered.clear()
            known = self._remembered[word] = self._split(word)
        return known

    def _split(self, word: str) -> tuple[str, ...]:
        """The split in the fewest parts; of those the one with the longest last part, which carries the meaning."""
        lines: list[tuple[int, tuple[str, ...]]] = [(0, ())]
        for _n in range(MOST_PARTS):
            whole = [(*parts, word[start:]) for start, parts in lines if parts and self._may_end(word[start:])]
            if whole:
                return max(whole, key=lambda parts: (len(parts[-1]), *map(len, parts)))
            lines = [longer for line in lines for longer in self._one_more(word, *line)]
        return ()

    def _one_more(self, word: str, start: int, parts: tuple[str, ...]) -> Iterable[tuple[int, tuple[str, ...]]]:
        for end in range(start + 3, len(word) - 2):
            part = word[start:end]
            if part in self.words:
                for link in LINKS:
                    if word.startswith(link, end) and len(word) - end - len(link) >= 3:
                        yield end + len(link), (*parts, part)

    def _may_end(self, part: str) -> bool:
        return part in self.words or (len(part) > SHORTEST_PART and stems(part)[0] in self.last_stems)
