"""Why a partner was found: by which of its texts, with the words that were asked for marked."""

from collections import OrderedDict
from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field, replace

from partnerkompas.answers.showing import product_label
from partnerkompas.criteria.kinds.choices import option_of
from partnerkompas.criteria.questions import Edition
from partnerkompas.infra.language import _, language
from partnerkompas.search.document import Finding, findings, may_be_said, says_anything
from partnerkompas.search.sheets import Sheet
from partnerkompas.search.sync import EDITIONS_KEPT
from partnerkompas.search.words import Found, Lexicon, Query, Said, Sayings, Segment, explained, holding_any

LONGEST = 90
"""Signs of a text that are shown; of a longer one the part around the first mark."""


@dataclass(frozen=True, slots=True)
class Likely:
    """By which answers a query may have found anybody: no others need to be read, or looked at."""

    criteria: frozenset[str] = frozenset()
    texts: frozenset[str] = frozenset()
    """What such an answer may say; of a criterion in `free` it may say anything."""
    free: frozenset[str] = frozenset()
    known: dict[tuple[Finding, ...], list[Found]] = field(default_factory=dict, compare=False, repr=False)
    """The reasons for partners that were found by the same: of twenty on a page most are."""


def why(query: Query, sheet: Sheet, edition: Edition, lexicon: Lexicon, likely: Likely) -> list[Found]:
    """For each word of a query, by what it found this partner; long texts are cut around what is marked.

    Another name of an option, or one in another language, is shown as its label, found via that name ("Business
    Central, via Navision"). The most direct reason comes first.
    """
    holds = holding_any(query, lexicon)
    facts = {place: fact for place, fact in sheet.facts.items() if place[0] in likely.criteria}
    having = tuple(
        each
        for each in findings(sheet.names, sheet.places, sheet.provinces, facts, edition)
        if (not each.criterion or each.text in likely.texts or each.criterion in likely.free) and holds(each.text)
    )
    if having not in likely.known:
        likely.known[having] = _reasons(query, having, edition, lexicon)
    return likely.known[having]


def _reasons(query: Query, having: Sequence[Finding], edition: Edition, lexicon: Lexicon) -> list[Found]:
    owners: dict[str, set[str]] = {}
    for each in having:
        if each.option:
            owners.setdefault(each.text, set()).update(_labels(edition, each))
    said = {
        Said(each.text, each.field, _label(edition, each)): each
        for each in sorted(having, key=lambda each: _how_far(edition, each, owners))
    }
    return [
        replace(each, segments=shortened(each.segments))
        if _is_shown(edition, said[each.said])
        else replace(each, segments=((_name(edition, said[each.said]), False),), via=each.via or each.said.text)
        for each in explained(query, said, lexicon)
    ]


def _how_far(edition: Edition, finding: Finding, owners: Mapping[str, set[str]]) -> int:
    """How far a text is from what a reader knows it by: itself, another name, a name of something else, a translation.

    Who states NAV and Business Central is found by "Navision" for NAV: by another name of both, of which the one is
    itself a name of the other. `owners` are the labels of the options that have a text.
    """
    if _is_shown(edition, finding):
        return 0
    if finding.language:
        return 3
    option = option_of(edition.by_key[finding.criterion], finding.option)
    return 2 if owners[finding.text].intersection(option.synonyms) else 1


def _is_shown(edition: Edition, finding: Finding) -> bool:
    """Whether a text is shown as it stands: no other name, and in the language of the reader."""
    if not finding.option and not finding.language:
        return True
    return finding.language == language() or finding.text == _name(edition, finding)


def _labels(edition: Edition, finding: Finding) -> tuple[str, str]:
    """The label of an option, or of a question that has none, in both languages."""
    question = edition.by_key[finding.criterion]
    label = option_of(question, finding.option).label if finding.option else question.label
    return label.nl, label.en


def _name(edition: Edition, finding: Finding) -> str:
    """The label that a reader of this language knows."""
    return _labels(edition, finding)[language() == "en"]


class Kept:
    """What the answers to each criterion can say, of the editions asked about last."""

    def __init__(self) -> None:
        self._made: OrderedDict[Lexicon, Sayings] = OrderedDict()

    def of(self, edition: Edition, lexicon: Lexicon) -> Sayings:
        """What can be said, each with the key of its criterion; an edition has one lexicon."""
        made = self._made.get(lexicon)
        if made is None:
            said = (Said(text, label=each.key) for each in edition.questions for text in may_be_said(each))
            made = self._made[lexicon] = Sayings.of(said, lexicon)
            while len(self._made) > EDITIONS_KEPT:
                self._made.popitem(last=False)
        with suppress(KeyError):  # who asks about another edition may just have put it away
            self._made.move_to_end(lexicon)
        return made


def likely(query: Query, edition: Edition, lexicon: Lexicon, kept: Kept) -> Likely:
    """By which answers a query may have found somebody."""
    if not query.must:
        return Likely()
    said = kept.of(edition, lexicon).worth_asking(query)
    free = frozenset(question.key for question in edition.questions if says_anything(question))
    return Likely(frozenset(each.label for each in said) | free, frozenset(each.text for each in said), free)


def shortened(segments: Sequence[Segment], most: int = LONGEST) -> tuple[Segment, ...]:
    """A text in segments, cut at spaces around its first mark when it is longer than `most`."""
    text = "".join(piece for piece, _asked in segments)
    if len(text) <= most:
        return tuple(segments)
    marked = next((at for at, (_piece, asked) in enumerate(segments) if asked), 0)
    first = sum(len(piece) for piece, _asked in segments[:marked])
    past = first + len(segments[marked][0]) if segments[marked][1] else 0
    start = text.find(" ", first - most // 3, first) + 1 or first if first > most // 3 else 0
    end = max(start + most, past)
    end = len(text) if end >= len(text) else max(text.rfind(" ", past, end + 1), past)
    return (*_cut(segments, start, end, len(text)),)


def _cut(segments: Sequence[Segment], start: int, end: int, length: int) -> Iterator[Segment]:
    """From one place in the text to another, with dots where something is left out."""
    if start:
        yield "…", False
    at = 0
    for piece, asked in segments:
        inside = piece[max(start - at, 0) : max(end - at, 0)]
        if inside:
            yield inside, asked
        at += len(piece)
    if end < length:
        yield "…", False


def _name_label(sort: str) -> str:
    return {"legal": _("statutaire naam"), "group": _("naam van de groep"), "former": _("eerdere naam")}.get(
        sort, _("naam")
    )


def _label(edition: Edition, finding: Finding) -> str:
    if finding.office:
        return _("kantoor")
    if finding.name:
        return _name_label(finding.name)
    if not finding.criterion:
        return _("plaats")
    label = edition.by_key[finding.criterion].label.in_(language())
    return f"{label}, {product_label(edition, finding.product)}" if finding.product else label
