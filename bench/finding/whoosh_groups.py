"""Whoosh with its own facets: `groupedby`, counting only (`maptype=Count`).

A facet with one value a partner is a column (`sortable`), which is the fast way; one with several can only be grouped
with `allow_overlap`. One segment; a search of its own for each chosen facet. Filters do not score.
"""

from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

from whoosh import index
from whoosh.fields import KEYWORD, NUMERIC, STORED, TEXT, Schema
from whoosh.query import And, ConstantScoreQuery, Every, NumericRange, Or, Term
from whoosh.sorting import Count, FieldFacet

from bench.finding.criteria import edition
from bench.finding.market import Trader
from bench.finding.popcount import every_facet
from bench.finding.requests import Answer, Wanted, value_facets
from partnerkompas.criteria.kinds import kind_of


def has_one_value(facet: str) -> bool:
    """Whether a partner has at most one value of a facet; a question asked per product may have one a product."""
    question = edition().by_key[facet.partition("@")[0]]
    return question.kind in ("yes_no", "one_of", "band") and ("@" in facet or not question.per_product)


def build(folder: Path, partners: Iterable[Trader]) -> None:
    fields: dict[str, Any] = {"name": STORED, "words": TEXT(phrase=False)}
    for facet, _question in every_facet():
        fields[_field(facet)] = KEYWORD(sortable=has_one_value(facet))
    for question in edition().questions:
        if kind_of(question).facet_style == "range":
            fields[question.key] = NUMERIC(float)
    writer = index.create_in(folder, Schema(**fields)).writer(limitmb=512)
    for partner in partners:
        document: dict[str, Any] = {"name": partner.name, "words": " ".join(partner.words()), **partner.numbers()}
        document |= {_field(facet): " ".join(codes) for facet, codes in partner.facets().items()}
        writer.add_document(**document)
    writer.commit(optimize=True)


def _field(facet: str) -> str:
    return facet.replace("@", "_bij_").replace("-", "_")


def opened(folder: Path) -> Callable[[Wanted], Answer]:
    """The engine: answers requests from the index in a folder."""
    searcher = index.open_dir(folder).searcher()
    groups = {facet: FieldFacet(_field(facet), allow_overlap=not has_one_value(facet)) for facet, _q in every_facet()}

    def query(wanted: Wanted, leave_out: str = "") -> Any:
        parts: list[Any] = [Term("words", word) for word in wanted.words]
        for key, low, high in wanted.bounds():
            parts.append(ConstantScoreQuery(NumericRange(key, low, high), 0.0))
        for facet, codes in wanted.chosen.items():
            if facet != leave_out:
                parts.append(ConstantScoreQuery(Or([Term(_field(facet), code) for code in codes]), 0.0))
        return And(parts) if parts else Every()

    def search(asked: Any, facets: Iterable[str]) -> tuple[int, dict[str, dict[str, int]]]:
        wanted = {facet: groups[facet] for facet in facets}
        found = searcher.search(asked, limit=20, groupedby=wanted, maptype=Count, optimize=False)
        for hit in found:
            hit.fields()
        counts = {facet: {code: n for code, n in found.groups(facet).items() if code} for facet in wanted}
        return len(found), counts

    def answer(wanted: Wanted) -> Answer:
        total, counts = search(query(wanted), [facet for facet in value_facets() if facet not in wanted.chosen])
        for facet in wanted.chosen:
            counts |= search(query(wanted, facet), [facet])[1]
        return Answer(total, counts)

    return answer
