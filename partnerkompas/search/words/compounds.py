"""Splits Dutch compounds: "brancheoplossing" is branche + oplossing.

Only into words of a bounded list, never by a whole dictionary: that would split most words, and wrongly.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from partnerkompas.search.words.analysis import STOP_WORDS, stems, tokens
from partnerkompas.search.words.domain_words import DOMAIN_WORDS

SHORTEST, LONGEST = 7, 40
"""Letters of a word that may be split; no real compound of this domain is longer."""

SHORTEST_PART = 4
"""Letters of a part, except the short words of our own list."""

PARTICLES = frozenset(
    """
    achter alleen binnen boven buiten deze door elke geen goed heeft hebben hebt hoog jaar laag langs mede meer minder
    moet neemt onder over samen tegen terug tussen vast vooraf work wordt worden
    """.split()
)
"""Words of the catalogue that mostly stand before a verb (onder-nemen, vast-stellen), or are too common."""

WHOLE = frozenset("akkerbouw landbouw tuinbouw".split())
"""Compounds that stay whole: whoever asks for bouw means builders, and nobody who grows something."""

MOST_PARTS = 4
LINKS = ("", "s", "en", "e", "n")
"""What may stand between two parts: bedrijf-s-software, klant-en-service."""

MOST_REMEMBERED = 50_000


@dataclass(frozen=True, slots=True, eq=False)
class Splitter:
    """The words a compound may be made of."""

    words: frozenset[str]
    by_stem: Mapping[str, tuple[str, ...]]
    """The words by their Dutch stem: the last part may be a plural."""
    _remembered: dict[str, tuple[str, ...]] = field(default_factory=dict, repr=False)

    @classmethod
    def of(cls, texts: Iterable[str], ours: Iterable[str] = DOMAIN_WORDS) -> "Splitter":
        """Make one from the words of these texts, and a list of ours."""
        found = {token for text in set(texts) for token in tokens(text) if len(token) >= SHORTEST_PART}
        words = frozenset(word for word in found - STOP_WORDS - PARTICLES if word.isalpha()).union(ours)
        by_stem: dict[str, tuple[str, ...]] = {}
        for word in sorted(words):
            stem = stems(word)[0]
            by_stem[stem] = (*by_stem.get(stem, ()), word)
        return cls(words, by_stem)

    def parts(self, word: str) -> tuple[str, ...]:
        """The parts of a folded word, two or more, without what links them; nothing when it is no sure compound."""
        if not SHORTEST <= len(word) <= LONGEST or not word.isalpha() or word in WHOLE:
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
        """Whether a word, or a plural of one: "processen", but not "neming" because "nemen" is known."""
        if part in self.words:
            return True
        known = self.by_stem.get(stems(part)[0], ()) if len(part) > SHORTEST_PART else ()
        return any(part.startswith(word[:-1]) and len(part) > len(word) for word in known)
