"""Why a partner was found: by which of its texts, with the words that were asked for marked."""

from dataclasses import dataclass

from partnerkompas.answers.showing import product_label
from partnerkompas.criteria.questions import Edition
from partnerkompas.infra.language import _, language
from partnerkompas.search.document import Finding
from partnerkompas.search.words import Lexicon, Query, explain

Segments = tuple[tuple[str, bool], ...]
"""A text in pieces, each with whether it is what was asked for."""


@dataclass(frozen=True, slots=True)
class Reason:
    """One text by which a partner was found, what it answers, and the name asked for when that is another one."""

    segments: Segments
    label: str
    via: str


def why(query: Query, findings: tuple[Finding, ...], edition: Edition, lexicon: Lexicon) -> tuple[Reason, ...]:
    """For each word of a query, by what it found this partner."""
    found = explain(query, [each.text for each in findings], lexicon)
    return tuple(Reason(each.segments, _label(edition, findings[each.place]), each.via) for each in found)


def _label(edition: Edition, finding: Finding) -> str:
    if not finding.criterion:
        return _("naam of plaats")
    label = edition.by_key[finding.criterion].label.in_(language())
    return f"{label} ({product_label(edition, finding.product)})" if finding.product else label
