"""A partner is found by its names, places and answers, and by nothing else (C1, C5)."""

from types import SimpleNamespace
from typing import Any

import pytest

from partnerkompas.answers.models import State
from partnerkompas.partners.models import OfficeRole
from partnerkompas.search.asking import found_by_words
from partnerkompas.search.document import findings
from partnerkompas.search.sheets import Sheet
from partnerkompas.search.snapshot import Marking, snapshot_of
from partnerkompas.search.sync import Ready
from partnerkompas.search.why import why
from partnerkompas.search.words import lexicon_of, parse, tokens
from tests.search.made_up import DAY, WIDE, Firm, Said, column_with, facts_about, partner_of

NOW_STATED = Said("producten", "", State.STATED, ["bc"])


def document(*said: Said, **more: Any) -> frozenset[str]:
    firm = Firm("a", "Alfa BV", said, "Utrecht", more)
    found = findings(partner_of(firm, 1), facts_about(firm), WIDE)
    column = column_with(firm, 1, Marking(WIDE))
    assert {each.text for each in found} == {*column.names, *column.texts}, "explained is what is found"
    return frozenset(word for each in found for word in tokens(each.text))


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


def test_an_office_is_found_by_the_name_of_its_province() -> None:
    assert {"nl-gr", "utrecht"} <= document(province="NL-GR")
    assert "nl-gr" not in document(province="NL-GR", role=OfficeRole.DELIVERY), "people work there, but from elsewhere"
    assert document(province="elders") == {"alfa", "bv", "utrecht"}, "a code that is in no list"


def test_it_is_said_by_what_a_partner_was_found() -> None:
    """A synonym is explained (search.md)."""
    firm = Firm("a", "Alfa BV", (NOW_STATED,), "Utrecht", {"province": "NL-GR"})
    facts, lexicon = facts_about(firm), lexicon_of(WIDE)
    sheet = Sheet("a", "Alfa BV", True, ("Utrecht",), facts, tuple(findings(partner_of(firm, 1), facts, WIDE)))

    def told(q: str) -> list[tuple[str, str, list[str], str]]:
        reasons = why(parse(q, lexicon), sheet, WIDE, lexicon)
        return [(r.said.text, r.said.label, [text for text, asked in r.segments if asked], r.via) for r in reasons]

    assert told("nav") == [("Navision", "producten nl", [], "Navision")], "a beginning, while it is typed"
    assert told("utrecht ") == [("Utrecht", "plaats", ["Utrecht"], "")]
    assert told("nl-gr ") == [("NL-GR nl", "kantoor", ["NL-GR"], "")]
    assert told("alfa utrecht") == [("Alfa BV", "naam", ["Alfa"], ""), ("Utrecht", "plaats", ["Utrecht"], "")]


def test_relevance_does_not_exist() -> None:
    """Saying a word ten times moves nobody: words only decide who is in the list (C5)."""
    loud = Firm("luid", "Navision Navision Navision", (NOW_STATED,))
    quiet = Firm("stil", "Stil", (NOW_STATED,))
    marking, lexicon = Marking(WIDE), lexicon_of(WIDE)
    columns = [column_with(firm, id_, marking) for id_, firm in enumerate([loud, quiet], 1)]
    ready = Ready(snapshot_of(columns, WIDE, "1.0.0", DAY, 1), lexicon, None, tuple(columns))
    found = found_by_words(ready, parse("navision", lexicon))
    assert found == ready.snapshot.everyone
    assert ready.snapshot.sorted(found, "neutraal") == ready.snapshot.firms.neutral.tolist()
