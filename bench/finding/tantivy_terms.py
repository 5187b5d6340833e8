"""tantivy: words alone (the first twenty and how many), and facets by its terms aggregation over fast fields.

A field a facet, raw and fast, without frequencies; one segment; one aggregation for all facets without a choice, and a
search of its own for each chosen one. Filters do not score.
"""

from collections.abc import Callable, Iterable
from pathlib import Path

import tantivy
from tantivy import Occur, Query

from bench.finding.criteria import edition
from bench.finding.market import Trader
from bench.finding.popcount import every_facet
from bench.finding.requests import Answer, Wanted, value_facets
from partnerkompas.criteria.kinds import kind_of

MOST_VALUES = 200


def build(folder: Path, partners: Iterable[Trader]) -> None:
    index = tantivy.Index(_schema(), str(folder))
    writer = index.writer(heap_size=500_000_000, num_threads=1)
    for partner in partners:
        document = tantivy.Document(name=partner.name, words=" ".join(partner.words()))
        for facet, codes in partner.facets().items():
            for code in codes:
                document.add_text(facet, code)
        for key, number in partner.numbers().items():
            document.add_float(key, number)
        writer.add_document(document)
    writer.commit()
    writer.wait_merging_threads()


def _schema() -> tantivy.Schema:
    builder = tantivy.SchemaBuilder()
    builder.add_text_field("name", stored=True)
    builder.add_text_field("words")
    for facet, _question in every_facet():
        builder.add_text_field(facet, fast=True, tokenizer_name="raw", index_option="basic")
    for question in edition().questions:
        if kind_of(question).facet_style == "range":
            builder.add_float_field(question.key, indexed=True, fast=True)
    return builder.build()


def opened(folder: Path) -> tuple[Callable[[Wanted], Answer], Callable[[Wanted], int], int]:
    """The engine with facets, the engine for words alone, and of how many segments the index is."""
    index = tantivy.Index.open(str(folder))
    index.reload()
    searcher, schema = index.searcher(), index.schema

    def query(wanted: Wanted, leave_out: str = "") -> Query:
        parts = [(Occur.Must, Query.term_query(schema, "words", word)) for word in wanted.words]
        for key, low, high in wanted.bounds():
            ends = Query.range_query(schema, key, tantivy.FieldType.Float, low, high)
            parts.append((Occur.Must, Query.const_score_query(ends, 0.0)))
        for facet, codes in wanted.chosen.items():
            if facet != leave_out:
                terms = [(Occur.Should, Query.term_query(schema, facet, code, "basic")) for code in codes]
                any_of = Query.boolean_query(terms) if len(terms) > 1 else terms[0][1]
                parts.append((Occur.Must, Query.const_score_query(any_of, 0.0)))
        return Query.boolean_query(parts) if parts else Query.all_query()

    def first(asked: Query) -> int:
        found = searcher.search(asked, limit=20, count=True)
        for _score, where in found.hits:
            searcher.doc(where)
        return int(found.count)  # type: ignore[attr-defined]

    def counted(asked: Query, facets: Iterable[str]) -> dict[str, dict[str, int]]:
        wanted = {facet: {"terms": {"field": facet, "size": MOST_VALUES}} for facet in facets}
        said = searcher.aggregate(asked, wanted)
        return {
            facet: {each["key"]: int(each["doc_count"]) for each in found["buckets"]} for facet, found in said.items()
        }

    def answer(wanted: Wanted) -> Answer:
        asked = query(wanted)
        total = first(asked)
        counts = counted(asked, (facet for facet in value_facets() if facet not in wanted.chosen))
        for facet in wanted.chosen:
            counts |= counted(query(wanted, facet), (facet,))
        return Answer(total, counts)

    return answer, lambda wanted: first(query(wanted)), searcher.num_segments
