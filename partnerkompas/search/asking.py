"""Asking: from the parameters of an address to who matches. Page, API and file share this, so they cannot differ."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from math import ceil

from partnerkompas.criteria.naming import names_of
from partnerkompas.criteria.questions import Edition
from partnerkompas.infra import clock
from partnerkompas.infra.language import _, language
from partnerkompas.infra.parameters import repeatable
from partnerkompas.search import sync
from partnerkompas.search.facets import Matches, matches
from partnerkompas.search.grammar import from_query
from partnerkompas.search.request import NEUTRAL, Problem, SearchRequest
from partnerkompas.search.snapshot import Bits, Firm, Snapshot
from partnerkompas.search.sync import Ready
from partnerkompas.search.words import (
    JUDGING,
    MOST_WORDS,
    SAYS_LITTLE,
    Lexicon,
    Memory,
    Numbered,
    Postings,
    Query,
    Said,
    Term,
    Texts,
    Word,
    as_written,
    found,
    matching,
    parse,
)


@dataclass(frozen=True, slots=True)
class Asked:
    """A request with its answer: one generation of the catalogue from start to end."""

    request: SearchRequest
    problems: tuple[Problem, ...]
    ready: Ready
    query: Query
    matches: Matches

    @property
    def snapshot(self) -> Snapshot:
        return self.ready.snapshot

    @property
    def pages(self) -> int:
        return max(1, ceil(self.matches.total / self.request.per_page))

    @property
    def start(self) -> int:
        """How many partners come before this page."""
        return (self.request.page - 1) * self.request.per_page

    def places(self) -> Sequence[int]:
        """The positions of the partners of this page, in order; none past the last page."""
        most = self.start + self.request.per_page
        return self.snapshot.sorted(self.matches.all, self.request.sort, most)[self.start :]

    def firms(self) -> list[Firm]:
        """The partners of this page, in order."""
        return self.snapshot.firms.at(self.places())


@dataclass(frozen=True, slots=True)
class _InNames:
    """Postings that only know names, where the index can tell; the rest is for who asks to look at more closely."""

    postings: Postings

    def having(self, *tokens: tuple[str, str]) -> Bits:
        return self.postings.having(*(each for each in tokens if each[0].startswith("name_")))

    def starting_with(self, text: str) -> Bits:
        return self.postings.starting_with(text)

    def in_sequence(self, tokens: tuple[str, ...]) -> Bits:
        return self.postings.in_sequence(tokens)

    def together(self, words: tuple[Word, ...]) -> Bits:
        return self.postings.together(words)


MOST_OF_ONE_NAME = 200
"""Words in the names of more partners than that name nobody."""

_options: dict[Lexicon, Memory] = {}
"""The names of options, kept ready by edition."""


def found_by_name(asked: Asked) -> list[tuple[str, str]]:
    """Slug and name of the partners found whose own name has every word, as written or by its stem, in neutral order.

    Nobody when each of the words is one of an option of some code list: else a partner could come above the list by
    calling itself after what is looked for (ADR 0005).
    """
    query, snapshot = asked.query, asked.snapshot
    if not query.must or _names_options(query, snapshot.edition, asked.ready.lexicon):
        return []
    written = as_written(query)
    likely = found(written, _InNames(asked.ready.postings), snapshot.everyone) & asked.matches.all
    if likely.bit_count() > MOST_OF_ONE_NAME:
        return []
    named = [snapshot.firms.names[place] for place in snapshot.sorted(likely, NEUTRAL)]
    names = Texts.of([Said(name, "name") for _slug, name in named], asked.ready.lexicon)
    bits = found(written, names, (1 << len(named)) - 1)
    return [each for place, each in enumerate(named) if bits >> place & 1]


def _names_options(query: Query, edition: Edition, lexicon: Lexicon) -> bool:
    """Whether each of the words is one by which an option is found, or says nothing of whose name it is."""
    options = _options.get(lexicon)
    if options is None:
        every = (names_of(option) for known in edition.lists for option in known.options)
        if len(_options) >= sync.EDITIONS_KEPT:
            _options.clear()
        options = _options[lexicon] = Memory.of(((n, {"text": names}) for n, names in enumerate(every)), lexicon)
    little = (isinstance(term, Word) and term.text in SAYS_LITTLE for term in query.must)
    return all(plain or matching(term, options) for plain, term in zip(little, query.must, strict=True))


def ask(pairs: Iterable[tuple[str, str]], *, picks: bool) -> Asked:
    """Answer an address; `picks`: whether a selection to compare (`p=`) may be in it.

    Raises ServiceUnavailable when it asks for an earlier day that cannot be read now, see `sync.ready`.
    """
    given, today = list(pairs), clock.today()
    ready = sync.ready()
    request, problems = from_query(given, ready.snapshot.edition, today, picks=picks)
    if request.as_of is not None:  # the past had other criteria, so read it again
        ready = sync.ready(request.as_of)
        request, problems = from_query(given, ready.snapshot.edition, today, picks=picks)
    query = parse(request.q, ready.lexicon)
    problems += too_many_words(query)
    by_words = found_by_words(ready, query)
    return Asked(request, tuple(problems), ready, query, matches(ready.snapshot, request.filters, by_words))


def too_many_words(query: Query) -> list[Problem]:
    """That only the first words count; nothing when all do."""
    reason = _("Uw zoekopdracht is niet helemaal gebruikt: alleen de eerste %(most)s woorden tellen.", most=MOST_WORDS)
    return [Problem("q", repeatable(query.q), reason, partly=True)] if query.cut else []


_WILD = re.compile(r"\*\s*[^\s*]|\w\?+\w|(?<!\S)\?+\w|(?<!\S)-[^\s*]+\*")
"""A sign that stands for any letters elsewhere. After the last word it changes nothing, unless that has a minus."""


def about_words(query: Query) -> list[str]:
    """What is not done with some of the words: need not be found, asks for a judgement, does not mean "or" or "any"."""
    notices = []
    if _WILD.search(query.q):
        notices.append(
            _("Sterretjes en vraagtekens tellen niet mee. Alleen van het laatste woord is het begin genoeg.")
        )
    if query.passed_over:
        text = _("Hoeft er niet te staan: %(words)s. Zet het tussen aanhalingstekens als het er wel moet staan.")
        notices.append(text % {"words": in_quotes(map(query.written, query.passed_over))})
    if any(isinstance(term, Word) and term.text in JUDGING for term in (*query.must, *query.passed_over)):
        notices.append(_("Partnerkompas zegt niet wie de beste is en zoekt alleen op feiten."))
    # in English "of" mostly does not mean "or"
    if either := [word for word in query.either if language() == "nl" or word.lower() != "of"]:
        text = _(
            "Telt niet mee: %(words)s. Wat ervoor en erna staat, moet er allebei zijn. Zoek apart als één genoeg is."
        )
        notices.append(text % {"words": in_quotes(either)})
    return notices


def in_quotes(words: Iterable[str]) -> str:
    """Words of a reader, each between quotes."""
    return ", ".join(f"“{word}”" for word in words)


def unknown_words(asked: Asked) -> list[Term]:
    """What must be found, and no partner of that day has."""
    everyone, postings = asked.snapshot.everyone, asked.ready.postings
    return [term for term in asked.query.must if not matching(term, postings) & everyone]


def about_unknown_words(asked: Asked) -> list[str]:
    """Which words no partner has, when nobody was found; nothing when each has somebody, or there is no partner."""
    unknown = unknown_words(asked) if asked.snapshot.everyone and not asked.matches.total else []
    told = [asked.query.in_full(each) for each in unknown if not (isinstance(each, Numbered) and each.of in unknown)]
    return [_("Geen enkele partner heeft: %(words)s.", words=in_quotes(dict.fromkeys(told)))] if told else []


def perhaps_behind(ready: Ready) -> list[str]:
    """That finding may be a moment behind what was saved; nothing when it is not."""
    return [_("Het zoeken loopt nu misschien even achter. Wat is opgeslagen, is veilig.")] if ready.behind else []


def found_by_words(ready: Ready, query: Query) -> Bits:
    """The partners that have every word of a query; everyone when nothing was typed, nobody when no word was."""
    everyone = ready.snapshot.everyone
    if query.says_nothing:
        return 0
    return found(query, ready.postings, everyone) if query.must or query.never else everyone
