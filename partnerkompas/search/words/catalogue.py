"""The lexicon that an edition of the catalogue amounts to: its own words, its options and their synonyms."""

from collections.abc import Iterator

from partnerkompas.criteria.naming import names_of
from partnerkompas.criteria.questions import Edition
from partnerkompas.search.words.lexicon import Lexicon

SAME = "begrippen"
"""The code list whose options are words that mean the same wherever they stand (seed/options/begrippen.toml)."""


def lexicon_of(edition: Edition) -> Lexicon:
    """The lexicon of an edition."""
    concepts: dict[str, list[str]] = {}
    same: dict[str, list[str]] = {}
    for options in edition.lists:
        for option in options.options:
            if not option.means_no and any(map(str.isalpha, option.label.nl)):
                into = same if options.key == SAME else concepts
                into[f"{options.key}.{option.code}"] = list(names_of(option))
    return Lexicon.made(vocabulary(edition), concepts, same)


def vocabulary(edition: Edition) -> Iterator[str]:
    """The names of the catalogue itself, whose words compounds may be made of.

    Not its questions: their verbs make wrong splits ("vast-leggen"), and their nouns are in our own list.
    """
    for question in edition.questions:
        yield question.label.nl
    for options in edition.lists:
        yield options.name.nl
        for option in options.options:
            yield from (option.label.nl, *option.synonyms)
