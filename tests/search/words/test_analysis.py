"""From a text to its words: folded, taken apart, placed, stemmed."""

import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
import snowballstemmer
from hypothesis import given
from hypothesis import strategies as st
from snowballstemmer.dutch_stemmer import DutchStemmer
from snowballstemmer.english_stemmer import EnglishStemmer

from partnerkompas.search.words import FORMS, TEXT_BITS, Token, fold, forms, room, stems, tokens
from partnerkompas.search.words.analysis import TOKEN, apart, folded_with_places
from tests.search.words.lexicons import LEXICON

SEED = Path(__file__).parents[3] / "seed"


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("NAV 2017", ["nav", "2017"]),
        ("D365 F&O", ["d365", "d", "365", "f&o", "f", "o"]),
        ("C/AL", ["c/al", "c", "al"]),
        ("X++, C# en .NET", ["x++", "x", "c#", "c", "en", ".net", "net"]),
        ("24×7", ["24x7", "24", "x", "7"]),
        ("ISO/IEC 27001:2022", ["iso/iec", "iso", "iec", "27001:2022", "27001", "2022"]),
        ("e-mail", ["e-mail", "e", "mail", "email", "email"]),
        ("B.V.", ["b.v", "b", "v", "bv", "bv"]),
        ("versie 4.0.", ["versie", "4.0", "4", "0"]),
        ("’s-Hertogenbosch", ["s-hertogenbosch", "s", "hertogenbosch", "shertogenbosch", "shertogenbosch"]),
        ("Finance (en Zorg)", ["finance", "en", "zorg"]),
        ("a_b", ["a", "b"]),
        ("… – !", []),
    ],
)
def test_what_is_written_as_one_stays_one_and_is_taken_apart(text: str, words: list[str]) -> None:
    assert list(tokens(text)) == words


def test_a_slash_means_or_and_takes_one_place() -> None:
    exact = forms(["De ISO/IEC 27001"], LEXICON)["exact"]
    assert exact == [("de", 0), ("iso/iec", 1), ("iso", 1), ("iec", 1), ("27001", 2)]
    assert apart("mb-800").sequence == ("mb", "800")


def test_texts_stand_apart() -> None:
    exact = forms(["alfa beta", "gamma"], LEXICON)["exact"]
    assert exact == [Token("alfa", 0), Token("beta", 1), Token("gamma", 1 << TEXT_BITS)]
    for places in (0, 1, room(0) - 1, room(0), room(0) + 1):
        assert room(places) > places, "no phrase goes from one to the next"
        assert room(places) % room(0) == 0, "a place tells which text it is in"


def test_every_form_of_a_text() -> None:
    made = forms(["Groothandels, Navision"], LEXICON)
    assert set(made) == set(FORMS)
    assert [token for token, _place in made["dutch"]] == [stems("groothandels")[0], stems("navision")[0]]
    assert [token for token, _place in made["part"]] == [stems("groot")[0], stems("handel")[0]]
    assert sorted(made["concept"]) == sorted([Token("products.bc", 1), Token("older.nav", 1)])


@given(st.text(max_size=30))
def test_each_letter_is_folded_by_itself(text: str) -> None:
    """So the place of a word in a text as written is known."""
    folded, places = folded_with_places(text)
    assert folded == fold(text) == fold(folded)
    assert len(places) == len(folded) + 1
    assert places == sorted(places)


@given(st.text("ab1-/.&'#+:é", max_size=12))
def test_a_word_takes_as_many_places_as_its_sequence(text: str) -> None:
    for word in TOKEN.findall(fold(text)):
        taken = apart(word)
        assert {place for _token, place in taken.tokens} == set(range(len(taken.sequence)))
        assert all(Token(token, place) in taken.tokens for place, token in enumerate(taken.sequence))
        assert Token(word, 0) in taken.tokens


@pytest.mark.parametrize(
    ("one", "many"),
    [
        ("probleem", "problemen"),
        ("sector", "sectoren"),
        ("bedrag", "bedragen"),
        ("proces", "processen"),
        ("scenario", "scenarios"),
        ("migratie", "gemigreerd"),
        ("organisatie", "organiseren"),
        ("brief", "brieven"),
        ("glas", "glazen"),
        ("vakantie", "vakanties"),
    ],
)
def test_one_and_many_have_the_same_stem(one: str, many: str) -> None:
    assert stems(one)[0] == stems(many)[0]


@pytest.mark.parametrize(
    ("one", "other"), [("finance", "financieel"), ("eigen", "eigenaar"), ("gegevens", "geven"), ("support", "sport")]
)
def test_other_words_keep_other_stems(one: str, other: str) -> None:
    assert stems(one)[0] != stems(other)[0]


@pytest.mark.shared
def test_the_stemmer_is_the_current_one(shared: Path) -> None:
    """Also with PyStemmer, which the same package uses by itself where it is installed."""
    file = shared / "snowball_dutch" / "dutch_voc_stem.tsv"
    stemmer = snowballstemmer.stemmer("dutch")
    lines = file.read_text(encoding="utf-8").splitlines()[1::7]
    assert all(stemmer.stemWord(word) == stem for word, stem in (line.split("\t") for line in lines))


@pytest.mark.shared
def test_inflections_meet_their_base_form(shared: Path) -> None:
    file = shared / "opentaal" / "inflections.tsv"
    pairs = [fold(line).split("\t") for line in file.read_text(encoding="utf-8").splitlines()[::10]]
    pairs = [pair for pair in pairs if len(pair) == 2 and all(map(str.isalpha, pair))]
    met = sum(stems(one)[0] == stems(other)[0] for one, other in pairs)
    assert met > 0.82 * len(pairs)


def test_threads_do_not_disturb_each_other() -> None:
    """A stemmer keeps the word it works on; a wrong stem would be remembered for good."""
    words = [
        f"{start}{end}" for start in ("implement", "organis", "koppel", "bedrijf") for end in ("atie", "aties", "ing")
    ]
    right = {word: stems(word) for word in words}
    before = sys.getswitchinterval()
    sys.setswitchinterval(1e-6)
    try:
        for _n in range(30):
            stems.cache_clear()
            with ThreadPoolExecutor(8) as threads:
                got = list(threads.map(lambda _t: {word: stems(word) for word in words}, range(8)))
            assert all(each == right for each in got)
    finally:
        sys.setswitchinterval(before)


def test_the_stemmers_in_c_and_in_python_give_the_same_stems() -> None:
    """An index may be made where the one is and asked where it is not."""
    words = {word for file in (SEED / "options").iterdir() for word in tokens(file.read_text(encoding="utf-8"))}
    assert len(words) > 1_000
    for language, in_python in (("dutch", DutchStemmer), ("english", EnglishStemmer)):
        in_use, plain = snowballstemmer.stemmer(language), in_python()
        assert type(in_use) is not type(plain), "pystemmer is installed with everything else"
        assert {word: in_use.stemWord(word) for word in words} == {word: plain.stemWord(word) for word in words}


def test_half_of_a_surrogate_pair_has_no_stem() -> None:
    assert stems("\ud800") == ("\ud800", "\ud800")
