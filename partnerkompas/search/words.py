"""Words as people type them: folded, cut, stemmed in Dutch and English. Pure."""

import re
import unicodedata
from dataclasses import dataclass
from functools import lru_cache
from threading import Lock

import snowballstemmer

MOST_WORDS = 24
"""More words in one query are left out; nobody types them by hand."""

STOP_WORDS = frozenset(
    """
    aan als bij dat de den der die dit een en er het hun ik in is kan met mijn naar niet of om ons onze op te tot uit
    van voor wat welke wie wij zijn partner partners bedrijf bedrijven
    a an and are at by for from is on or our that the their this to we what which who with company
    """.split()
)
"""Words that say nothing of a partner; dropped from a query unless nothing else is in it."""

_TOKEN = re.compile(r"[^\W_]+(?:[&/'’+.#-][^\W_]+)*")
_PART = re.compile(r"[^\W_]+")
_DUTCH = snowballstemmer.stemmer("dutch")
_ENGLISH = snowballstemmer.stemmer("english")
_stemming = Lock()
"""A stemmer keeps the word it works on, so two threads must not use it at once."""

_PLAIN = str.maketrans({"ø": "o", "ł": "l", "đ": "d", "ð": "d", "þ": "th", "æ": "ae", "œ": "oe", "ı": "i"})
"""Letters that Unicode does not take apart into a letter and an accent."""


def fold(text: str) -> str:
    """Lower case without accents: "Coöperatie" and "cooperatie" become the same."""
    if text.isascii():
        return text.lower()
    plain = unicodedata.normalize("NFKD", unicodedata.normalize("NFKD", text).casefold())
    return "".join(each for each in plain if not unicodedata.combining(each)).translate(_PLAIN)


@lru_cache(maxsize=20_000)
def tokens(text: str) -> tuple[str, ...]:
    """The words of a text in their order; "F&O" gives "f&o" and also its parts."""
    found: list[str] = []
    for whole in _TOKEN.findall(fold(text)):
        found.append(whole)
        parts = _PART.findall(whole)
        if len(parts) > 1:
            found += parts
    return tuple(found)


@lru_cache(maxsize=200_000)
def stems(token: str) -> tuple[str, str]:
    """The Dutch and the English stem of a folded word."""
    with _stemming:
        return str(_DUTCH.stemWord(token)), str(_ENGLISH.stemWord(token))


@dataclass(frozen=True, slots=True)
class Word:
    """One word of a query; as a prefix it also matches longer words."""

    text: str
    prefix: bool = False

    def matches(self, token: str) -> bool:
        """Whether it finds a word of a document: the same, the same stem in either language, or as a prefix."""
        if token == self.text or (self.prefix and token.startswith(self.text)):
            return True
        dutch, english = stems(token)
        own_dutch, own_english = stems(self.text)
        return dutch == own_dutch or english == own_english


def query_words(q: str) -> tuple[Word, ...]:
    """The words a query asks for, all of which a partner must have; the last one also as a prefix."""
    whole = [word for each in _TOKEN.findall(fold(q))[:MOST_WORDS] for word in _in_parts(each)]
    meaningful = [each for each in whole if each not in STOP_WORDS] or whole
    words = [Word(each) for each in meaningful]
    if words and whole[-1] == meaningful[-1]:
        words[-1] = Word(words[-1].text, prefix=True)
    return tuple(dict.fromkeys(words))


def _in_parts(whole: str) -> list[str]:
    """ "iso-27001" asks for both of its words, written together or not; "f&o" only means something as a whole."""
    parts = _PART.findall(whole)
    return parts if min(map(len, parts)) > 1 else [whole]
