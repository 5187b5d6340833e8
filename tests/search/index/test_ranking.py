"""The order: what Whoosh's own BM25F gives where one form is asked, and what people expect where more are."""

import random
from pathlib import Path

import pytest
from whoosh.query import Term as WhooshTerm

from partnerkompas.search.index import Document, Weights, alone, update
from partnerkompas.search.words import Query, Token, Word, parse
from tests.search.index.made import LEXICON, applied, document, index_of, opened, ranked
from tests.search.index.plain import plain_searcher


def of_tokens(number: int, words: list[str]) -> Document:
    return Document("partner", number, {"text_exact": [Token(word, place) for place, word in enumerate(words)]})


@pytest.mark.parametrize("seed", range(5))
def test_one_form_is_ranked_as_whoosh_does(tmp_path: Path, seed: int) -> None:
    """The same scores but for one factor, how rare the word is. Lengths up to ten, which Whoosh does not round."""
    chance = random.Random(seed)
    documents = [
        of_tokens(each, chance.choices(["rood", "blauw", "groen", "geel"], k=chance.randint(1, 10)))
        for each in range(200)
    ]
    reader = index_of(tmp_path, documents)
    plain = Weights(fields={"text": 1.0, "name": 1.0}, forms={"exact": 1.0}, k1=1.2, b={"name": 0.75, "text": 0.75})
    with plain_searcher(tmp_path) as searcher:
        for word in ("rood", "blauw", "geel"):
            ours = reader.rank(Query(must=(Word(word, lookups=(("exact", word),)),)), "partner", 200, weights=plain)
            theirs = searcher.search(WhooshTerm("text_exact", word), limit=None)
            expected = sorted(
                ((documents[docnum].number, score) for score, docnum in theirs.top_n), key=lambda hit: (-hit[1], hit[0])
            )
            assert [hit.number for hit in ours] == [number for number, _score in expected]
            factor = ours[0].score / expected[0][1]
            assert [hit.score for hit in ours] == pytest.approx([score * factor for _number, score in expected])


def test_the_order_people_expect(tmp_path: Path) -> None:
    """A name before a text, as written before a stem before a part of a compound, more often before once."""
    index_of(
        tmp_path,
        [
            document(1, "Ander", "een brancheoplossing en nog iets"),
            document(2, "Ander", "onze oplossingen en nog iets"),
            document(3, "Ander", "deze oplossing en nog iets"),
            document(4, "Oplossing", "heel iets anders en nog iets"),
            document(5, "Ander", "oplossing oplossing en nog iets"),
            document(6, "Ander", "niets van dat alles"),
        ],
    )
    assert ranked(opened(tmp_path), "oplossing ") == [4, 5, 3, 2, 1]


def test_all_terms_or_any(tmp_path: Path) -> None:
    index_of(
        tmp_path,
        [
            document(1, "rood"),
            document(2, "rood blauw"),
            document(3, "blauw"),
            document(4, "rood groen"),
            document(5, "rood"),
        ],
    )
    assert ranked(opened(tmp_path), "rood blauw ") == [2]
    assert ranked(opened(tmp_path), "rood blauw ", any_term=True) == [2, 3, 1, 5, 4]
    assert ranked(opened(tmp_path), "rood blauw -groen", any_term=True) == [2, 3, 1, 5]
    assert ranked(opened(tmp_path), "rood -blauw") == [1, 5, 4], "equally good: by number"
    assert ranked(opened(tmp_path), '"blauw rood"') == []
    assert ranked(opened(tmp_path), "-rood") == [], "nothing is asked for"
    assert len(opened(tmp_path).rank(parse("rood", LEXICON), "partner", 2)) == 2


def test_a_word_that_need_not_be_there_still_says_what_is_best(tmp_path: Path) -> None:
    reader = index_of(
        tmp_path,
        [
            document(1, name="Rood bedrijf", text="rood groen"),
            document(2, name="Rood systeem", text="rood groen"),
            document(3, name="Een systeem", text="groen"),
        ],
    )
    assert ranked(reader, "rood systeem") == [2, 1]
    assert ranked(reader, "systeem rood ") == [2, 1]
    assert ranked(reader, "systeem ") == [2, 3], "alone it is a word as any other"


def test_old_documents_are_not_ranked(tmp_path: Path) -> None:
    """Nor counted: how rare a word is says the market of today."""
    fresh = index_of(tmp_path / "fresh", [document(1, "rood"), document(2, "rood blauw")])
    index_of(tmp_path / "old", [document(each, "rood") for each in range(20)])
    with alone(tmp_path / "old"):
        gone = [("partner", each) for each in range(20)]
        update(tmp_path / "old", [document(1, "rood"), document(2, "rood blauw")], gone, applied(2))
    query = parse("rood ", LEXICON)
    assert opened(tmp_path / "old").rank(query, "partner", 5) == fresh.rank(query, "partner", 5)


@pytest.mark.parametrize("limit", [0, 1, 3, 20, 59, 60, 100])
def test_the_best_are_the_first_of_all(tmp_path: Path, limit: int) -> None:
    """Also where many are equally good."""
    reader = index_of(tmp_path, [document(each, "rood " * (each % 4 + 1)) for each in range(60)])
    query = parse("rood ", LEXICON)
    everything = reader.rank(query, "partner", 1000)
    assert len(everything) == 60
    assert sorted(everything, key=lambda hit: (-hit.score, hit.number)) == everything
    assert reader.rank(query, "partner", limit) == everything[:limit]
