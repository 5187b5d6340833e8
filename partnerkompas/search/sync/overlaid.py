"""Words while the index is behind: what changed since is looked up in memory, the rest in the index."""

from collections.abc import Callable
from dataclasses import dataclass

from partnerkompas.search.snapshot import Bits
from partnerkompas.search.words import Postings, Word


@dataclass(frozen=True, slots=True)
class Overlaid:
    """Postings of which those of some partners are told by another."""

    below: Postings
    above: Postings
    moved: Bits
    """The partners that `above` knows."""

    def having(self, *tokens: tuple[str, str]) -> Bits:
        return self._both(lambda each: each.having(*tokens))

    def starting_with(self, text: str) -> Bits:
        return self._both(lambda each: each.starting_with(text))

    def in_sequence(self, tokens: tuple[str, ...]) -> Bits:
        return self._both(lambda each: each.in_sequence(tokens))

    def together(self, words: tuple[Word, ...]) -> Bits:
        return self._both(lambda each: each.together(words))

    def _both(self, ask: Callable[[Postings], Bits]) -> Bits:
        return ask(self.below) & ~self.moved | ask(self.above)
