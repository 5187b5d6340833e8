"""What a visitor asks for, as values."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field

MOST_WORDS = 24
"""More words in one query are left out, with a notice; nobody types them by hand."""

LONGEST = 1000
"""Letters of a query that are read."""


@dataclass(frozen=True, slots=True)
class Word:
    """One word: found as written, by its stem in either language, in a compound, by what it means.

    `parts` are words that together may stand for it: of a compound ("voedingsgroothandel") or of "iso-27001".
    """

    text: str
    prefix: bool = False
    """It is still being typed: longer words count too (of one or two signs only when nobody has it: `settled`)."""
    sequence: tuple[str, ...] = ()
    """The same written apart, where it can be: mb, 800."""
    lookups: tuple[tuple[str, str], ...] = ()
    """The forms and tokens of an index by which it is found, the most exact first."""
    parts: tuple["Word", ...] = ()


@dataclass(frozen=True, slots=True)
class Phrase:
    """Words as written, one after the other: one token for each place."""

    tokens: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Named:
    """Several words that name something, "business central": found by what they mean, or by all of them in one text."""

    concepts: tuple[str, ...]
    words: tuple[Word, ...]


@dataclass(frozen=True, slots=True)
class Numbered:
    """A year or version with what stands right before it, "Dynamics CRM 2016": found where one text has both."""

    of: "Word | Named | Numbered"
    number: Word


Term = Word | Phrase | Named | Numbered


@dataclass(frozen=True, slots=True)
class Query:
    """All of `must` and none of `never`. `cut` says that it was longer than what is read."""

    q: str = ""
    must: tuple[Term, ...] = ()
    never: tuple[Term, ...] = ()
    cut: bool = False
    passed_over: tuple[Word, ...] = ()
    """Words that need not be found, as they say little of a partner (PASSED_OVER)."""
    either: tuple[str, ...] = field(default=(), compare=False)
    """Each "of" and "or", as typed, between words that must be found: both are asked for all the same."""
    spans: tuple[tuple[Term, int, int], ...] = field(default=(), compare=False)
    """Where each term stands in `q`, from and to, with its quotes and minus."""

    @property
    def says_nothing(self) -> bool:
        """Something was typed, but no word is in it: nothing can be found by "!!!"."""
        return not self.must and not self.never and bool(self.q.strip())

    @property
    def telling(self) -> tuple[Term, ...]:
        """What must be found and what was passed over, in the order typed: all of it says what answers best."""
        if not self.passed_over:
            return self.must
        told = {*self.must, *self.passed_over}
        return tuple(dict.fromkeys(term for term, _start, _end in self.spans if term in told))

    def written(self, term: Term) -> str:
        """A term as it was typed."""
        return next((self.q[start:end] for each, start, end in self.spans if each == term), "")

    def in_full(self, term: Term) -> str:
        """A term as it was typed; a year with the word it belongs to."""
        before = f"{self.in_full(term.of)} " if isinstance(term, Numbered) else ""
        return before + self.written(term)

    def rewritten(self, changes: Mapping[Term, str]) -> str:
        """The text of the query with other words for some terms; with none a minus goes too."""
        left, kept = 0, []
        for each, start, end in self.spans:
            if each in changes:
                kept += [self.q[left:start], changes[each]]
                left = end
        return re.sub(r"\s+", " ", "".join([*kept, self.q[left:]])).strip()
