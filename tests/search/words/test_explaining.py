"""It is said by which text something was found, with the words that matched marked in it."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from partnerkompas.search.words import Memory, Query, found, parse
from partnerkompas.search.words.explaining import Found, Said, explained
from partnerkompas.search.words.marking import marked
from tests.search.words.lexicons import LEXICON
from tests.search.words.test_query import QUERIES, TEXTS


def shown(text: str, q: str) -> str:
    """A text with what a query marks between brackets."""
    segments = marked(text, parse(q, LEXICON).must, LEXICON)
    assert "".join(piece for piece, _mark in segments) == text
    return "".join(f"[{piece}]" if mark else piece for piece, mark in segments)


@pytest.mark.parametrize(
    ("q", "text", "expected"),
    [
        ("groothandels", "De Groothandel in voeding", "De [Groothandel] in voeding"),
        ("groothan", "De Groothandel", "De [Groothandel]"),
        ("handel", "De Groothandel", "De [Groothandel]"),
        ("cooperatie", "Coöperatie U.A.", "[Coöperatie] U.A."),
        ("coöperatie", "COO\u0308PERATIE U.A.", "[COO\u0308PERATIE] U.A."),
        ("navision", "Dynamics 365 Business Central", "[Dynamics 365 Business Central]"),
        ("navision", "Kennis van BC", "Kennis van [BC]"),
        ("nav", "NAV 2017", "[NAV] 2017"),
        ('"business central"', "Central, Business Central", "Central, [Business Central]"),
        ("business central", "Een Business Central-partner", "Een [Business Central-partner]"),
        ("f&o", "Finance (F & O)", "Finance ([F] & [O])"),
        ("iso 27001", "ISO/IEC 27001:2022", "[ISO/IEC 27001:2022]"),
        ("maatwerksoftware", "Maatwerk software, software", "[Maatwerk software], software"),
        ("straße", "Hauptstrasse, STRASSE", "Hauptstrasse, [STRASSE]"),
        ("handel voeding", "<b>Handel</b> & voeding", "<b>[Handel]</b> & [voeding]"),
        ("zorg", "niets", "niets"),
    ],
)
def test_the_words_that_matched_are_marked_as_written(q: str, text: str, expected: str) -> None:
    assert shown(text, q) == expected


TEXTS_OF_A_PARTNER = [
    Said("Alfa Groep", "name", "naam"),
    Said("Dynamics 365 Business Central", "text", "Dynamics-producten"),
    Said("Groothandel in voeding", "text", "Branches"),
    Said("Alfabet", "text", "Branches"),
    Said("NAV 2016", "text", "Support op oudere producten"),
]


def lines(q: str) -> list[tuple[str, str]]:
    return [(each.said.text, each.via) for each in explained(parse(q, LEXICON), TEXTS_OF_A_PARTNER, LEXICON)]


def test_it_is_said_by_which_text_each_term_was_found() -> None:
    assert lines("navision") == [("Dynamics 365 Business Central", "navision")]
    assert lines("Navision groothandels") == [
        ("Dynamics 365 Business Central", "Navision"),
        ("Groothandel in voeding", ""),
    ]
    assert lines("business central") == [("Dynamics 365 Business Central", "")]
    assert lines("alfa") == [("Alfa Groep", "")], "a name before another text"
    assert lines("handel voeding") == [("Groothandel in voeding", "")], "terms in the same text are shown once"
    assert lines("utrecht") == []
    assert lines("bc 2016") == [("NAV 2016", "bc 2016")], "a year with its word"
    assert lines("nav 2016") == [("NAV 2016", "")]
    assert lines("-navision") == []


def test_a_compound_that_nobody_has_is_explained_by_its_parts() -> None:
    found_by = explained(parse("voedingsgroothandel", LEXICON), TEXTS_OF_A_PARTNER, LEXICON)
    assert found_by == [Found(TEXTS_OF_A_PARTNER[2], (("Groothandel", True), (" in ", False), ("voeding", True)))]


@settings(max_examples=300, deadline=None)
@given(QUERIES, st.lists(TEXTS, min_size=1, max_size=4))
def test_every_term_of_what_was_found_is_explained_and_marked(q: str, texts: list[str]) -> None:
    query = parse(q, LEXICON)
    said = [Said(text) for text in texts]
    why = explained(query, said, LEXICON)
    for each in why:
        assert "".join(piece for piece, _mark in each.segments) == each.said.text
        assert any(mark for _piece, mark in each.segments)
    if query.must and found(query, Memory.of([(0, {"text": texts})], LEXICON), 1):
        assert why
        for term in query.must:
            assert explained(Query(q=query.q, must=(term,), spans=query.spans), said, LEXICON)
