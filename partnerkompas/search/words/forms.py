"""What a text becomes to be found by: five forms of its words."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache

from partnerkompas.search.words.analysis import Token, apart, room, stems, words_as_written
from partnerkompas.search.words.lexicon import Lexicon

FIELDS = ("name", "text", "prose")
"""A document's names (of a partner, of a criterion), what it says in words that mean something, and running text."""

FORMS = ("exact", "dutch", "english", "part", "concept")
"""Folded words; their stems in two languages; the Dutch stems of parts of compounds; concepts."""

WHERE: Mapping[str, Sequence[str]] = dict.fromkeys(FORMS, FIELDS) | {"concept": ("name", "text")}
"""The fields in which a form is looked for. In running text a name is often an ordinary word, in either language: an
English sentence with "shop" is not about retail."""

WITHIN: Mapping[str, Sequence[str]] = {
    form: tuple(f"{field}_{form}" for field in fields) for form, fields in WHERE.items()
}
"""The same by their names in postings: "name_dutch"."""

Forms = Mapping[str, Sequence[Token]]


def forms(texts: Sequence[str], lexicon: Lexicon) -> dict[str, list[Token]]:
    """All forms of some texts, each with its tokens in the order of their positions."""
    found: dict[str, list[Token]] = {form: [] for form in FORMS}
    start = 0
    for text in texts:
        of_text, places = forms_of(text, lexicon)
        for form, its_tokens in of_text.items():
            found[form] += (Token(token, start + position) for token, position in its_tokens) if start else its_tokens
        start += room(places)
    return found


@lru_cache(maxsize=50_000)
def forms_of(text: str, lexicon: Lexicon) -> tuple[Forms, int]:
    """All forms of one text, and how many places it takes; remembered, for a market of answers has few texts."""
    found: dict[str, list[Token]] = {form: [] for form in FORMS}
    places: list[Sequence[str]] = []
    for word in words_as_written(text):
        start, made = len(places), _word(word, lexicon)
        for form, tokens in made.tokens.items():
            found[form] += [Token(token, start + place) for token, place in tokens]
        places += made.places
    found["exact"].sort(key=lambda token: token.position)
    found["concept"] = [Token(token, start) for start, _length, token in lexicon.concepts.in_text(places)]
    return found, len(places)


@lru_cache(maxsize=100_000)
def held_by(text: str, lexicon: Lexicon) -> Mapping[str, frozenset[str]]:
    """The distinct tokens of one text, by form."""
    words = [_word(word, lexicon) for word in words_as_written(text)]
    held = {form: frozenset().union(*(word.held[form] for word in words)) for form in FORMS}
    places = [place for word in words for place in word.places]
    held["concept"] = frozenset(token for _start, _length, token in lexicon.concepts.in_text(places))
    return held


def follow(text: str, tokens: Sequence[str], lexicon: Lexicon) -> bool:
    """Whether these exact tokens stand in a text at successive positions."""
    held = set(forms_of(text, lexicon)[0]["exact"])
    starts = (position for token, position in held if token == tokens[0])
    return any(all((token, start + step) in held for step, token in enumerate(tokens)) for start in starts)


@dataclass(frozen=True, slots=True)
class _Word:
    """The forms of one word: with the place of each token counted from the first, and only the tokens."""

    tokens: Mapping[str, Sequence[Token]]
    held: Mapping[str, frozenset[str]]
    places: Sequence[Sequence[str]]
    """For each place the word takes, what stands there."""


@lru_cache(maxsize=50_000)
def _word(word: str, lexicon: Lexicon) -> _Word:
    taken = apart(word)
    both = [stems(each) for each in taken.stemmed]
    tokens: dict[str, Sequence[Token]] = {
        "exact": taken.tokens,
        "dutch": [Token(dutch, 0) for dutch, _english in both],
        "english": [Token(english, 0) for _dutch, english in both],
        "part": [Token(stem, 0) for each in taken.stemmed for stem in part_stems(each, lexicon)],
        "concept": [],
    }
    held = {form: frozenset(token for token, _place in its_tokens) for form, its_tokens in tokens.items()}
    places = [tuple(token for token, at in taken.tokens if at == place) for place in range(len(taken.sequence))]
    return _Word(tokens, held, places)


def part_stems(word: str, lexicon: Lexicon) -> list[str]:
    """The stems of the parts of a compound, and of their parts."""
    found: list[str] = []
    for part in lexicon.splitter.parts(word):
        found += [stems(part)[0], *part_stems(part, lexicon)]
    return found
