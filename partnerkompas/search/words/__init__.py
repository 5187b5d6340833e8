"""What words are: how they are folded, cut and stemmed, what they mean, and what a query of them finds. Pure."""

from partnerkompas.search.words.analysis import (
    TEXT_BITS,
    VERSION,
    Token,
    fold,
    has_words,
    room,
    stems,
    tokens,
)
from partnerkompas.search.words.catalogue import lexicon_of
from partnerkompas.search.words.completion import Completion, Entry
from partnerkompas.search.words.compounds import Splitter
from partnerkompas.search.words.concepts import Concepts
from partnerkompas.search.words.domain_words import JUDGING
from partnerkompas.search.words.explaining import Found, Said, Sayings, Texts, explained, holding_any
from partnerkompas.search.words.finding import Bits, Postings, found, matching, settled
from partnerkompas.search.words.forms import FIELDS, FORMS, WHERE, forms
from partnerkompas.search.words.lexicon import Lexicon
from partnerkompas.search.words.marking import Segment, marked
from partnerkompas.search.words.memory import Memory
from partnerkompas.search.words.parsing import SAYS_LITTLE, as_written, parse
from partnerkompas.search.words.query import MOST_WORDS, Named, Numbered, Phrase, Query, Term, Word
from partnerkompas.search.words.spelling import Spelling, corrected

__all__ = [
    "FIELDS", "FORMS", "JUDGING", "MOST_WORDS", "SAYS_LITTLE", "TEXT_BITS", "VERSION", "WHERE",
    "Bits", "Completion", "Concepts", "Entry", "Found", "Lexicon", "Memory", "Named", "Numbered", "Phrase", "Postings",
    "Query", "Said", "Sayings", "Segment", "Spelling", "Splitter", "Term", "Texts", "Token", "Word",
    "as_written", "corrected", "explained", "fold", "forms", "found", "has_words", "holding_any", "lexicon_of",
    "marked", "matching", "parse", "room", "settled", "stems", "tokens",
]  # fmt: skip
