"""What somebody may be typing in the search field: a listed partner, an option to filter on, or a criterion.

What can be suggested is made of a snapshot. One process keeps it, and makes it again only when a name, the order of
the day or the release is another; what is suggested is held against the snapshot of the moment, so nothing unpublished
is in it.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from itertools import chain, islice, zip_longest
from threading import Lock
from time import monotonic

from flask import url_for

from partnerkompas.criteria.kinds import kind_of
from partnerkompas.criteria.naming import names_of
from partnerkompas.criteria.questions import Edition, Option, Question
from partnerkompas.infra.language import _
from partnerkompas.search.request import FacetKey, SearchRequest
from partnerkompas.search.snapshot import Snapshot
from partnerkompas.search.snapshot.firms import Firms
from partnerkompas.search.words import Completion, Entry, fold
from partnerkompas.search.words.catalogue import SAME

MOST = 8
"""Suggestions shown at once."""

MOST_COMMON = 40
"""Options that are offered without JavaScript."""

REST = 50
"""Of the time one process spends, names that go on changing may take one part in so many."""

COMMON = 1_000_000
"""More than any number of partners: what an option weighs more for each step that its question is asked more."""

OPTION, PARTNER, CRITERION = SORTS = ("option", "partner", "criterion")
"""The sorts, in the order in which they are shown."""


@dataclass(frozen=True, slots=True)
class Suggested:
    """Something to choose. `key` is a slug, the key of a criterion, or both parts of a filter: "producten=bc"."""

    sort: str
    key: str
    label: str
    about: str = ""
    """Of an option: the question that it answers."""


@dataclass(frozen=True, slots=True, eq=False)
class Names:
    """The names of listed partners, as they were at one moment."""

    names: tuple[tuple[str, str], ...]
    day: date
    partners: Completion

    @classmethod
    def of(cls, firms: Firms) -> "Names":
        """Make it: names that fit equally well stand in the neutral order of the day, as in the list."""
        listed = ((turn, *firms.names[place]) for turn, place in enumerate(firms.neutral.tolist()))
        entries = (Entry(name, PARTNER, slug, -turn) for turn, slug, name in listed if slug)
        return cls(firms.names, firms.day, Completion.of(entries))

    def fit(self, firms: Firms) -> bool:
        """Whether these partners would give the same."""
        return self.day == firms.day and (self.names is firms.names or self.names == firms.names)


@dataclass(frozen=True, slots=True, eq=False)
class Choices:
    """What an edition lets people choose, in one language."""

    edition: Edition
    day: date
    options: Completion
    criteria: Completion
    labels: dict[str, tuple[str, str]]
    """For each option its label and that of its question."""


class Kept:
    """What one application suggests."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._names: Names | None = None
        self._rest_until = float("-inf")
        self._choices: dict[str, Choices] = {}
        self._common: dict[str, tuple[tuple[object, ...], tuple[str, ...]]] = {}

    def names(self, firms: Firms) -> Names:
        """The names of these partners, or of a moment ago: to make 10,000 anew takes half a second."""
        with self._lock:
            made = self._names
            if made is None or (monotonic() >= self._rest_until and not made.fit(firms)):
                began = monotonic()
                made = self._names = Names.of(firms)
                self._rest_until = monotonic() + REST * (monotonic() - began)
            return made

    def choices(self, snapshot: Snapshot, language: str) -> Choices:
        """What can be chosen; those that many partners had when the day began come first."""
        made = self._choices.get(language)
        if made is None or made.edition is not snapshot.edition or made.day != snapshot.day:
            made = self._choices[language] = choices(snapshot, language)
        return made

    def common(self, snapshot: Snapshot, language: str) -> tuple[str, ...]:
        """The names of products and of the most common options of the questions most asked."""
        moment = (snapshot.number, snapshot.day, snapshot.release)
        before, found = self._common.get(language, ((), ()))
        if before != moment:
            weighed = [
                (weight, option.label.in_(language))
                for question, option in _named(snapshot.edition)
                if question.on_card is not None or question.names_products
                if (weight := _weight(snapshot, question, option)) % COMMON
            ]
            names = dict.fromkeys(label for _weight, label in sorted(weighed, key=lambda each: (-each[0], each[1])))
            found = (*islice(names, MOST_COMMON),)
            self._common[language] = moment, found
        return found


def suggested(kept: Kept, snapshot: Snapshot, typed: str, language: str) -> list[Suggested]:
    """What may be meant, at most MOST, sort by sort; each sort gets its turn, so that none pushes another out."""
    known = kept.choices(snapshot, language)
    found = (
        _options(known, snapshot, typed),
        _partners(kept.names(snapshot.firms), snapshot.firms, typed),
        [Suggested(CRITERION, each.key, each.label) for each in known.criteria.complete(typed, MOST)],
    )
    in_turns = [each for each in chain.from_iterable(zip_longest(*found)) if each is not None][:MOST]
    return sorted(in_turns, key=lambda each: SORTS.index(each.sort))


def _partners(names: Names, firms: Firms, typed: str) -> list[Suggested]:
    """The partners meant that are listed under that name at this moment."""
    entries = names.partners.complete(typed, 3 * MOST)
    places = ((each, firms.place_of_slug.get(each.key)) for each in entries)
    listed = (each for each, place in places if place is not None and firms.names[place][1] == each.label)
    return [Suggested(PARTNER, each.key, each.label) for each in islice(listed, MOST)]


def _options(known: Choices, snapshot: Snapshot, typed: str) -> list[Suggested]:
    """The options meant that some partner has, each once; with the name that was typed when that is another."""
    found: dict[str, Suggested] = {}
    for entry in known.options.complete(typed, 8 * MOST):
        criterion, _equals, code = entry.key.partition("=")
        label, about = known.labels[entry.key]
        if label in found or not snapshot.with_value(FacetKey(criterion), code):
            continue  # of questions that share a list, the most asked one will do
        via = label if fold(entry.label) in fold(label) else _("%(label)s, via %(name)s", label=label, name=entry.label)
        found[label] = Suggested(OPTION, entry.key, via, about)
        if len(found) == MOST:
            break
    return list(found.values())


def choices(snapshot: Snapshot, language: str) -> Choices:
    """What the edition of a snapshot lets people choose."""
    options, labels, edition = list[Entry](), dict[str, tuple[str, str]](), snapshot.edition
    same = _meaning_the_same(edition)
    for question, option in _named(edition):
        label, key = option.label.in_(language), f"{question.key}={option.code}"
        labels[key] = label, question.label.in_(language)
        weight = 2 * _weight(snapshot, question, option)
        options += [Entry(name, OPTION, key, weight + (name == label)) for name in _names(option, label, same)]
    criteria = (Entry(each.label.in_(language), CRITERION, each.key) for each in edition.questions)
    return Choices(edition, snapshot.day, Completion.of(options), Completion.of(criteria), labels)


def _weight(snapshot: Snapshot, question: Question, option: Option) -> int:
    """Products first, then what stands on cards; then by how many partners have it."""
    rank = 2 if question.names_products else int(question.on_card is not None)
    return rank * COMMON + snapshot.with_value(FacetKey(question.key), option.code).bit_count()


def _named(edition: Edition) -> Iterator[tuple[Question, Option]]:
    """Every option that has a name to filter on: no numbers, no "none"."""
    for question in edition.facets:
        if question.options and not kind_of(question).ordered:
            for option in question.options.options:
                if not option.means_no:
                    yield question, option


def _meaning_the_same(edition: Edition) -> dict[str, tuple[str, ...]]:
    """For each domain word, folded, the words that mean the same."""
    known = edition.list_by_key.get(SAME)
    groups = [names_of(option) for option in known.options] if known else []
    return {fold(name): group for group in groups for name in group}


def _names(option: Option, label: str, same: Mapping[str, tuple[str, ...]]) -> Iterable[str]:
    """The names of an option and the domain words for it; of names that differ in capitals only one."""
    names = (*reversed(option.synonyms), option.label.en, option.label.nl, label)
    others = (other for name in names for other in same.get(fold(name), ()))
    return {fold(name): name for name in (*others, *names)}.values()


def as_json(each: Suggested) -> dict[str, str]:
    """A suggestion for a program: its words, and where choosing it leads."""
    sort_label = {OPTION: _("Filters"), PARTNER: _("Partners"), CRITERION: _("Criteria")}[each.sort]
    return {
        "label": each.label,
        "about": each.about,
        "sort": each.sort,
        "sort_label": sort_label,
        "url": _address(each),
    }


def _address(each: Suggested) -> str:
    if each.sort == PARTNER:
        return url_for("answers.profile", slug=each.key)
    if each.sort == CRITERION:
        return url_for("criteria.detail", key=each.key)
    criterion, _equals, code = each.key.partition("=")
    return SearchRequest().toggling(FacetKey(criterion), "any_of", code).address(url_for("search.partners"))
