"""What a text becomes to be found by: five forms of its words."""

from collections.abc import Mapping, Sequence
from functools import lru_cache

from partnerkompas.search.words.analysis import GAP, Apart, Token, placed, stems, words_as_written
from partnerkompas.search.words.lexicon import Lexicon

FIELDS = ("name", "text")
"""A document's names (of a partner, of a criterion), and everything else it says."""

FORMS = ("exact", "dutch", "english", "part", "concept")
"""Folded words; their stems in two languages; the Dutch stems of parts of compounds; concepts."""

Forms = Mapping[str, Sequence[Token]]


def forms(texts: Sequence[str], lexicon: Lexicon) -> dict[str, list[Token]]:
    """All forms of some texts, each with its tokens in the order of their positions."""
    found: dict[str, list[Token]] = {form: [] for form in FORMS}
    start = 0
    for text in texts:
        of_text, places = forms_of(text, lexicon)
        for form, its_tokens in of_text.items():
            found[form] += (Token(token, start + position) for token, position in its_tokens) if start else its_tokens
        start += places + GAP
    return found


@lru_cache(maxsize=100_000)
def forms_of(text: str, lexicon: Lexicon) -> tuple[Forms, int]:
    """All forms of one text, and how many places it takes; remembered, for a market of answers has few texts."""
    words = list(placed(words_as_written(text)))
    length = words[-1][1] + len(words[-1][0].sequence) if words else 0
    exact = [Token(token, start + place) for taken, start in words for token, place in taken.tokens]
    stemmed = [Token(word, start) for taken, start in words for word in taken.stemmed]
    parts = [Token(stem, start) for word, start in stemmed for stem in part_stems(word, lexicon)]
    concepts = [Token(token, start) for start, _length, token in lexicon.concepts.in_text(places_of(words))]
    return {
        "exact": sorted(exact, key=lambda token: token.position),
        "dutch": [Token(stems(word)[0], start) for word, start in stemmed],
        "english": [Token(stems(word)[1], start) for word, start in stemmed],
        "part": parts,
        "concept": concepts,
    }, length


def places_of(words: Sequence[tuple[Apart, int]]) -> list[set[str]]:
    """For each place of a text the words that stand there."""
    places: list[set[str]] = [set() for taken, _start in words for _token in taken.sequence]
    for taken, start in words:
        for token, place in taken.tokens:
            places[start + place].add(token)
    return places


def part_stems(word: str, lexicon: Lexicon) -> list[str]:
    """The stems of the parts of a compound, and of their parts."""
    found: list[str] = []
    for part in lexicon.splitter.parts(word):
        found += [stems(part)[0], *part_stems(part, lexicon)]
    return found
