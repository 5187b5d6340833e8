"""Words as people type them find partners by their names, places and answers, and by nothing else (C1, C5, SRCH-01)."""

import sys
from concurrent.futures import ThreadPoolExecutor
from types import SimpleNamespace
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from partnerkompas.answers.models import State
from partnerkompas.search.document import findings, found_by, words_of
from partnerkompas.search.words import MOST_WORDS, Word, fold, query_words, stems, tokens
from tests.search.made_up import DAY, WIDE, Firm, Said, facts_about, partner_of, snapshot_with


def finds(q: str, text: str) -> bool:
    """Whether a question finds a partner with this text among its words."""
    words = query_words(q)
    return bool(words) and all(any(word.matches(token) for token in tokens(text)) for word in words)


@pytest.mark.parametrize(
    ("q", "text"),
    [
        ("implementatie", "Implementaties"),
        ("implementaties", "implementatie"),
        ("groothandels", "Groothandel"),
        ("groothandel", "Groothandels in voeding"),
        ("migraties", "migratie van data"),
        ("koppelingen", "koppeling"),
        ("bedrijfstak", "bedrijfstakken"),
        ("implementation", "implementations"),
        ("manufacturer", "manufacturers"),
        ("integration", "integrations"),
        ("cooperatie", "Coöperatie"),
        ("Coöperatie", "cooperatie"),
        ("fryslan", "Fryslân"),
        ("cafe", "CAFÉ"),
        ("sorensen", "Sørensen"),
        ("lodz", "Łódź"),
        ("strasse", "Straße"),
        ("oeuvre", "œuvre"),
        ("f&o", "Finance (F&O)"),
        ("F & O", "F&O"),
        ("iso-27001", "ISO 27001"),
        ("iso 27001", "ISO-27001"),
        ("business-central", "Business Central"),
        ("hertogenbosch", "'s-Hertogenbosch"),
        ("’s-hertogenbosch", "'s-Hertogenbosch"),
        ("kiev", "київ Kiev"),
        ("київ", "Київ"),
        ("株式", "株式会社"),
        ("groothan", "Groothandel"),
        ("welke partner voor navision", "Navision"),
        ("de", "Delta"),
    ],
)
def test_finds(q: str, text: str) -> None:
    assert finds(q, text)


@pytest.mark.parametrize(
    ("q", "text"),
    [
        ("nav utrecht", "Navision"),
        ("groothan voeding", "Groothandel in voeding"),  # only the last word is also a prefix
        ("handel", "Groothandel"),
        ("business-central", "Business"),
        ("f&o", "Fruit en Oost"),
        ("!!!", "alles"),
        ("", "alles"),
    ],
)
def test_finds_not(q: str, text: str) -> None:
    assert not finds(q, text)


def test_small_words_say_nothing_unless_they_are_all_there_is() -> None:
    assert query_words("een partner in de zorg") == (Word("zorg", prefix=True),)
    assert query_words("zorg in de") == (Word("zorg"),)
    assert query_words("de") == (Word("de", prefix=True),)
    assert len(query_words("woord" + " woord2" * 10_000)) <= MOST_WORDS


@settings(max_examples=300, deadline=None)
@given(st.text(max_size=40))
def test_folding_again_changes_nothing_and_every_word_finds_itself(text: str) -> None:
    assert fold(fold(text)) == fold(text)
    for token in tokens(text):
        assert finds(token, text) or not query_words(token)


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


NOW_STATED = Said("producten", "", State.STATED, ["bc"])


def document(*said: Said, **more: Any) -> frozenset[str]:
    firm = Firm("a", "Alfa BV", said, "Utrecht", more)
    return words_of(findings(partner_of(firm, 1), facts_about(firm), WIDE))


def test_a_partner_is_found_by_its_names_places_and_answers() -> None:
    former = (SimpleNamespace(name="Omega"),)
    words = document(NOW_STATED, legal_name="Alfa Holding", group_name="Groep Noord", former_names=former)
    assert {"alfa", "holding", "groep", "noord", "omega", "utrecht"} <= words
    assert {"business", "central", "navision", "nav"} <= words, "labels and synonyms of an answer"


@pytest.mark.parametrize(
    "said",
    [
        Said("producten", "", State.STATED, ["bc"], DAY.replace(day=21)),
        Said("producten", "", State.STATED, ["bc"], disputed=True),
        Said("producten", "", State.NOT_STATED),
        Said("producten", "", State.NO, []),
    ],
)
def test_an_answer_that_does_not_count_finds_nothing(said: Said) -> None:
    assert document(said) == {"alfa", "bv", "utrecht"}


def test_no_prose_of_a_partner_counts() -> None:
    """A text only counts where the criterion says so; a link, a source and evidence never do (C5)."""
    words = document(Said("pagina_iso", "", State.STATED, "https://beste-partner.example/navision"))
    assert words == {"alfa", "bv", "utrecht"}
    assert "navision" in document(Said("naam", "", State.STATED, "Wij zijn Navision")), "naam may be searched"


def test_a_no_is_not_found_by_what_it_says_no_to() -> None:
    assert "iso" in document(Said("iso", "", State.STATED, True))
    assert "iso" not in document(Said("iso", "", State.NO, False))


def test_a_branch_is_found_by_what_lies_above_it() -> None:
    words = document(Said("branches", "", State.STATED, ["46"]))
    assert {"groothandel", "wholesale", "voeding"} <= words


def test_it_is_said_by_what_a_partner_was_found() -> None:
    """A synonym is explained (search.md)."""
    firm = Firm("a", "Alfa BV", (NOW_STATED,), "Utrecht")
    found = findings(partner_of(firm, 1), facts_about(firm), WIDE)
    assert found_by(query_words("nav"), found, WIDE) == ["Navision (producten nl)"]
    assert found_by(query_words("utrecht"), found, WIDE) == ["Utrecht (naam of plaats)"]


def test_relevance_does_not_exist() -> None:
    """Saying a word ten times moves nobody: words only decide who is in the list (C5)."""
    loud = Firm("luid", "Navision Navision Navision", (NOW_STATED,))
    quiet = Firm("stil", "Stil", (NOW_STATED,))
    snapshot = snapshot_with([loud, quiet])
    found = snapshot.with_words(query_words("navision"))
    assert found == snapshot.everyone
    assert snapshot.sorted(found, "neutraal") == list(snapshot.neutral_order)
