"""What a text becomes to be found by: five forms of its words."""

from collections.abc import Mapping, Sequence
from functools import lru_cache

from partnerkompas.search.words.analysis import GAP, Token, apart, stems, words_as_written
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
    found: dict[str, list[Token]] = {form: [] for form in FORMS}
    places: list[Sequence[str]] = []
    for word in words_as_written(text):
        start = len(places)
        forms_, stands = _forms_of_word(word, lexicon)
        for form, token, place in forms_:
            found[form].append(Token(token, start + place))
        places += stands
    found["exact"].sort(key=lambda token: token.position)
    found["concept"] = [Token(token, start) for start, _length, token in lexicon.concepts.in_text(places)]
    return found, len(places)


@lru_cache(maxsize=50_000)
def _forms_of_word(word: str, lexicon: Lexicon) -> tuple[Sequence[tuple[str, str, int]], Sequence[Sequence[str]]]:
    """The forms of one word as (form, token, place), and for each place it takes the words that stand there."""
    taken = apart(word)
    forms_ = [("exact", token, place) for token, place in taken.tokens]
    for each in taken.stemmed:
        dutch, english = stems(each)
        forms_ += [("dutch", dutch, 0), ("english", english, 0)]
        forms_ += [("part", stem, 0) for stem in part_stems(each, lexicon)]
    stands = [tuple(token for token, at in taken.tokens if at == place) for place in range(len(taken.sequence))]
    return forms_, stands


def part_stems(word: str, lexicon: Lexicon) -> list[str]:
    """The stems of the parts of a compound, and of their parts."""
    found: list[str] = []
    for part in lexicon.splitter.parts(word):
        found += [stems(part)[0], *part_stems(part, lexicon)]
    return found
