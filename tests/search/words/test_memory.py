"""What is found in memory equals what looking at every document by itself finds."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace

from hypothesis import given, settings
from hypothesis import strategies as st

from partnerkompas.search.words import (
    FIELDS,
    WHERE,
    Memory,
    Named,
    Numbered,
    Phrase,
    Query,
    Term,
    Word,
    forms,
    found,
    parse,
)
from tests.search.words.lexicons import LEXICON
from tests.search.words.test_query import QUERIES, TEXTS

Document = Mapping[str, Sequence[str]]

DOCUMENTS = st.lists(st.fixed_dictionaries({name: st.lists(TEXTS, max_size=3) for name in FIELDS}), max_size=6)


def texts_of(document: Document) -> Iterator[Document]:
    """Each text of a document as one of its own."""
    return ({**dict.fromkeys(FIELDS, ()), name: [text]} for name in FIELDS for text in document[name])


def has_directly(document: Document, term: Word | Phrase) -> bool:
    """Whether one document has a term, by its own forms."""
    made = {field: forms(document[field], LEXICON) for field in FIELDS}
    exact = {field: set(made[field]["exact"]) for field in FIELDS}

    def follow(tokens: Sequence[str]) -> bool:
        return any(
            all((token, start + step) in exact[field] for step, token in enumerate(tokens))
            for field in FIELDS
            for _first, start in exact[field]
        )

    if isinstance(term, Phrase):
        return follow(term.tokens)
    looked_up = any(
        token == each for form, token in term.lookups for field in WHERE[form] for each, _at in made[field][form]
    )
    longer = term.prefix and any(each.startswith(term.text) for field in FIELDS for each, _at in exact[field])
    return looked_up or longer or (len(term.sequence) > 1 and follow(term.sequence))


def by_hand(documents: Sequence[Document], term: Term) -> set[int]:
    """The places of the documents that have a term, looking at each."""
    if isinstance(term, Named | Numbered):
        return {
            place for place, each in enumerate(documents) if any(says(text, term, documents) for text in texts_of(each))
        }
    asked = term if isinstance(term, Phrase) else settled(documents, term)
    direct = {place for place, each in enumerate(documents) if has_directly(each, asked)}
    if direct or isinstance(term, Phrase) or not term.parts:
        return direct
    if not term.lookups:
        return set.intersection(*(by_hand(documents, part) for part in term.parts))
    parts = [settled(documents, part) for part in smallest(documents, term.parts)]
    return {
        place
        for place, each in enumerate(documents)
        if any(all(has_directly(text, part) for part in parts) for text in texts_of(each))
    }


def says(text: Document, term: Word | Named | Numbered, documents: Sequence[Document]) -> bool:
    """Whether one text of some documents has all of a term."""
    if isinstance(term, Numbered):
        return says(text, term.of, documents) and says(text, term.number, documents)
    words = term.words if isinstance(term, Named) else (term,)
    if isinstance(term, Named) and any(
        {token for token, _at in forms(text[field], LEXICON)["concept"]} & set(term.concepts)
        for field in WHERE["concept"]
    ):
        return True
    return all(has_directly(text, settled(documents, part)) for part in smallest(documents, words))


def settled(documents: Sequence[Document], word: Word) -> Word:
    """A word without its being a beginning, when it has one or two signs and somebody has it whole."""
    whole = replace(word, prefix=False, sequence=())
    short = len(word.text) <= 2 and any(has_directly(each, whole) for each in documents)
    return replace(word, prefix=False) if short else word


def smallest(documents: Sequence[Document], words: Sequence[Word]) -> Iterator[Word]:
    """Some words, and the parts of those that nobody has."""
    for word in words:
        if word.parts and not any(has_directly(each, word) for each in documents):
            yield from smallest(documents, word.parts)
        else:
            yield word


@settings(max_examples=150, deadline=None)
@given(QUERIES, DOCUMENTS, st.integers(0, 50))
def test_memory_finds_what_looking_at_every_document_finds(q: str, documents: list[Document], first: int) -> None:
    memory = Memory.of(((first + place, each) for place, each in enumerate(documents)), LEXICON)
    everyone = ((1 << len(documents)) - 1) << first
    query = parse(q, LEXICON)
    expected = set(range(len(documents)))
    for term in query.must:
        expected &= by_hand(documents, term)
    for term in query.never:
        expected -= by_hand(documents, term)
    for _again in range(2):  # the second time from what is remembered
        assert found(query, memory, everyone) == sum(1 << (first + place) for place in expected)


def test_who_asks_for_nothing_gets_everyone() -> None:
    memory = Memory.of([(0, {"text": ["alfa"]})], LEXICON)
    assert found(Query(), memory, 0b111) == 0b111
    assert found(parse("-beta", LEXICON), memory, 0b111) == 0b111
    assert found(parse("-alfa", LEXICON), memory, 0b111) == 0b110
    assert found(parse("alfa", LEXICON), Memory.of([], LEXICON), 0b111) == 0
    assert parse("!!!", LEXICON).says_nothing
    assert not parse("  ", LEXICON).says_nothing
