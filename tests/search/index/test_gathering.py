"""Postings that are made by texts are the same as when they are made word by word."""

from collections import Counter
from collections.abc import Sequence
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from partnerkompas.search.index import Applied, Document, TextDocument, alone, build, open_reader, rebuild, update
from partnerkompas.search.index import writing as index_writing
from partnerkompas.search.index.document import INDEX_FIELDS, AnyDocument
from partnerkompas.search.index.gathering import Gathered
from partnerkompas.search.words import Lexicon, Token
from tests.search.market import TODAY

LEXICON = Lexicon.made(
    ["groothandel", "software", "branche", "oplossing", "magazijn", "beheer"],
    {"bc": ["Business Central", "BC", "NAV"], "fo": ["Finance", "F&O"]},
)
APPLIED = Applied(1, TODAY, LEXICON.version)
WORDS = (
    "groothandel brancheoplossing magazijnbeheer Business Central NAV Finance F&O ISO/IEC 27001:2022 e-mail e-mail "
    "Coöperatie .NET X++ de van 株式会社 \ud800"
).split()
TEXTS = st.lists(st.lists(st.sampled_from(WORDS), max_size=4).map(" ".join), max_size=4)
SAID = st.fixed_dictionaries({}, optional={"name": TEXTS, "text": TEXTS, "prose": TEXTS})
TOKENS = st.lists(st.builds(Token, st.sampled_from(WORDS), st.integers(0, 5)), max_size=6)
GIVEN = st.dictionaries(st.sampled_from(INDEX_FIELDS), TOKENS, max_size=4)
DOCUMENTS = st.lists(SAID.map(lambda said: (said, None)) | GIVEN.map(lambda forms: (None, forms)), max_size=7)

Postings = dict[str, list[tuple[bytes, list[int], list[int], list[int], int]]]


def word_by_word(documents: Sequence[AnyDocument]) -> tuple[dict[str, list[int]], Postings]:
    """The lengths and the postings of documents by index field, from each word of each document."""
    lengths: dict[str, list[int]] = {}
    postings: Postings = {}
    for field in INDEX_FIELDS:
        held = [document.forms.get(field, ()) for document in documents]
        lengths[field] = [len(tokens) for tokens in held]
        counts = [Counter(token.text for token in tokens) for tokens in held]
        found = []
        for word in {token.text for tokens in held for token in tokens}:
            ids = [place for place, each in enumerate(counts) if word in each]
            places = [at for tokens in held for at in sorted(token.position for token in tokens if token.text == word)]
            often = [counts[place][word] for place in ids]
            found.append((word.encode("utf-8", "surrogatepass"), ids, often, places, max(often)))
        postings[field] = sorted(found)
    return lengths, postings


@settings(max_examples=150, deadline=None)
@given(DOCUMENTS)
def test_by_texts_is_the_same_as_word_by_word(
    some: list[tuple[dict[str, list[str]] | None, dict[str, list[Token]]]],
) -> None:
    documents: list[AnyDocument] = [
        Document("partner", number, forms) if said is None else TextDocument("partner", number, said, LEXICON)
        for number, (said, forms) in enumerate(some)
    ]
    gathered = Gathered()
    for document in documents:
        gathered.add(document.number, document)
    lengths, postings = word_by_word(documents)
    assert gathered.lengths() == lengths
    assert gathered.occurrences == sum(map(sum, lengths.values()))
    for field in INDEX_FIELDS:
        found = [
            (word, ids.tolist(), counts.tolist(), places.tolist(), most)
            for word, ids, counts, places, most in gathered.postings(field)
        ]
        assert found == postings[field], field


def test_more_different_words_than_two_bytes_count() -> None:
    gathered, many = Gathered(), (1 << 16) + 5
    for number in range(2):
        forms = {"text_dutch": [Token(f"w{each:06}", 0) for each in range(number, many)]}
        gathered.add(number, Document("partner", number, forms))
    found = [(word, ids.tolist()) for word, ids, *_more in gathered.postings("text_dutch")]
    assert found == [(f"w{each:06}".encode(), [0, 1] if each else [0]) for each in range(many)]


def test_documents_in_several_segments(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """What does not fit in memory at once is found all the same."""
    monkeypatch.setattr(index_writing, "_FULL", 20)
    documents = [
        TextDocument("partner", number, {"name": [f"Naam {number}"], "text": ["groothandel software"]}, LEXICON)
        for number in range(30)
    ]
    with alone(tmp_path):
        rebuild(tmp_path, documents, APPLIED)
    reader = open_reader(tmp_path)
    assert reader is not None
    assert len(reader.parts) > 3
    expected = {
        document.number: {
            field: frozenset(token.text for token in tokens) for field, tokens in document.forms.items() if tokens
        }
        for document in documents
    }
    assert reader.documents("partner") == expected


def test_nothing_at_all(tmp_path: Path) -> None:
    with alone(tmp_path):
        rebuild(tmp_path, [], APPLIED)
        assert (reader := open_reader(tmp_path)) is not None
        assert reader.size == 0
        update(tmp_path, [TextDocument("partner", 1, {}, LEXICON)], [], APPLIED)
    assert (reader := open_reader(tmp_path)) is not None
    assert reader.documents("partner") == {1: {}}


def test_twice_is_refused(tmp_path: Path) -> None:
    twice: list[AnyDocument] = [TextDocument("partner", 1, {}, LEXICON), Document("partner", 1, {})]
    with pytest.raises(ValueError, match="twice"):
        build(tmp_path, twice, APPLIED)
