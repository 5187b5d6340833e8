"""The invented market: what the API counts must be what is there, worked out apart from the search room."""

from itertools import combinations, islice
from pathlib import Path

import snowballstemmer

from bench.finding import ours, popcount
from bench.finding.generate import application, write
from bench.finding.inside import without_zeros
from bench.finding.market import traders
from bench.finding.requests import Wanted, mixed
from bench.finding.words import invented

MANY = 200


def test_api_counts_what_there_is(tmp_path: Path) -> None:
    matrix = popcount.build(MANY, traders(MANY))
    app = application(tmp_path)
    with app.app_context():
        write(MANY)
    asked = [Wanted("facets"), *mixed(40)]
    assert any(wanted.chosen and wanted.words for wanted in asked)
    assert any(wanted.ranges for wanted in asked)
    assert any("@" in facet for wanted in asked for facet in wanted.chosen)
    for wanted in asked:
        said = ours.read_api(ours.called(app, ours.API, wanted)())
        assert without_zeros(said) == without_zeros(popcount.truth(matrix, wanted)), wanted.pairs()


def test_a_partner_is_the_same_in_every_market() -> None:
    assert list(islice(traders(50), 5)) == list(traders(5))


def test_no_word_finds_another() -> None:
    words = invented(300)
    for language in ("dutch", "english"):
        stems = [snowballstemmer.stemmer(language).stemWord(word) for word in words]
        assert len(set(stems)) == len(words)
    assert not any(one.startswith(other) or other.startswith(one) for one, other in combinations(words, 2))
