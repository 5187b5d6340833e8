"""What words are: how they are folded, cut and stemmed, what they mean, and what a query of them finds. Pure."""

from partnerkompas.search.words.analysis import GAP, STOP_WORDS, VERSION, Token, fold, stems, tokens
from partnerkompas.search.words.compounds import Splitter
from partnerkompas.search.words.concepts import Concepts
from partnerkompas.search.words.finding import Bits, Postings, found, matching
from partnerkompas.search.words.forms import FIELDS, FORMS, forms
from partnerkompas.search.words.lexicon import Lexicon
from partnerkompas.search.words.memory import Memory
from partnerkompas.search.words.parsing import parse
from partnerkompas.search.words.query import MOST_WORDS, Named, Phrase, Query, Term, Word

__all__ = [
    "FIELDS", "FORMS", "GAP", "MOST_WORDS", "STOP_WORDS", "VERSION",
    "Bits", "Concepts", "Lexicon", "Memory", "Named", "Phrase", "Postings", "Query", "Splitter", "Term", "Token",
    "Word", "fold", "forms", "found", "matching", "parse", "stems", "tokens",
]  # fmt: skip
