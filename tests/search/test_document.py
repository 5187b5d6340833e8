"""A partner is found by its names, places and answers, and by nothing else (C1, C5)."""

import random
from collections.abc import Sequence
from dataclasses import replace
from types import SimpleNamespace
from typing import Any

import pytest

from partnerkompas.answers.models import State
from partnerkompas.criteria.kinds import KINDS, kind_of
from partnerkompas.criteria.questions import Edition, Option, OptionList, Text
from partnerkompas.infra.language import speaking
from partnerkompas.partners.models import OfficeRole
from partnerkompas.partners.queries import Called
from partnerkompas.search.asking import found_by_words
from partnerkompas.search.document import findings, may_be_said, names_of, places_of, provinces_of, says_anything
from partnerkompas.search.sheets import Sheet
from partnerkompas.search.snapshot import Marking, snapshot_of
from partnerkompas.search.sync import Ready
from partnerkompas.search.why import Kept, Likely, likely, why
from partnerkompas.search.words import lexicon_of, parse, tokens
from tests.edition import question as asking
from tests.search.made_up import DAY, WIDE, WORDS, Firm, Said, a_firm, a_value, column_with, facts_about, partner_of

NOW_STATED = Said("producten", "", State.STATED, ["bc"])


def document(*said: Said, **more: Any) -> frozenset[str]:
    firm = Firm("a", "Alfa BV", said, "Utrecht", more)
    column = column_with(firm, 1, Marking(WIDE))
    partner = partner_of(firm, 1)
    found = findings(map(Called, names_of(partner)), places_of(partner), provinces_of(partner), facts_about(firm), WIDE)
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
    names = Called("Alfa BV"), Called("Alfa Huis", "legal"), Called("Alfa Kring", "group"), Called("Alfa Oud", "former")
    sheet = Sheet(names, ("Utrecht",), ("NL-GR",), facts, frozenset(WIDE.by_key))

    def told(q: str) -> list[tuple[str, str, list[str], str]]:
        query = parse(q, lexicon)
        reasons = why(query, sheet, WIDE, lexicon, likely(query, WIDE, lexicon, Kept()))
        return [(r.said.text, r.said.label, [text for text, asked in r.segments if asked], r.via) for r in reasons]

    assert told("nav") == [("Navision", "producten nl", [], "Navision")], "a beginning, while it is typed"
    assert told("utrecht ") == [("Utrecht", "plaats", ["Utrecht"], "")]
    assert told("nl-gr ") == [("NL-GR nl", "kantoor", ["NL-GR"], "")]
    assert told("huis ") == [("Alfa Huis", "statutaire naam", ["Huis"], "")]
    assert told("kring ") == [("Alfa Kring", "naam van de groep", ["Kring"], "")]
    assert told("oud ") == [("Alfa Oud", "eerdere naam", ["Oud"], "")]
    assert told("alfa utrecht") == [("Alfa BV", "naam", ["Alfa"], ""), ("Utrecht", "plaats", ["Utrecht"], "")]


def reasons_for(q: str, spoken: str, said: Sequence[Said], edition: Edition = WIDE) -> list[tuple[str, str]]:
    """By what a partner is said to be found, and via what."""
    lexicon = lexicon_of(edition)
    facts = facts_about(Firm("a", "Alfa BV", tuple(said)), edition)
    sheet = Sheet((Called("Alfa BV"),), (), (), facts, frozenset(edition.by_key))
    query = parse(q, lexicon)
    with speaking(spoken):
        reasons = why(query, sheet, edition, lexicon, likely(query, edition, lexicon, Kept()))
    return [("".join(text for text, _asked in each.segments), each.via) for each in reasons]


def test_what_it_was_found_by_is_named_in_the_language_of_the_reader() -> None:
    said = [Said("branches", "", State.STATED, ["46"]), Said("iso", "", State.STATED, True)]
    food, wholesale = ("Groothandel in voeding", "Food wholesale"), ("Groothandel", "Wholesale")
    assert reasons_for("voeding ", "nl", said) == [(food[0], "")]
    assert reasons_for("voeding ", "en", said) == [(food[1], food[0])]
    assert reasons_for("food ", "nl", said) == [(food[0], food[1])]
    assert reasons_for("food ", "en", said) == [(food[1], "")]
    assert reasons_for("wholesale ", "nl", said)[0][0] in (food[0], wholesale[0])
    assert reasons_for('"food wholesale"', "nl", said) == [food]
    assert reasons_for('"groothandel in voeding"', "en", said) == [(food[1], food[0])]
    assert reasons_for('"iso en"', "nl", said) == [("iso nl", "iso en")]
    assert reasons_for("iso ", "en", said) == [("iso en", "")], "no translation where the language itself has the word"
    assert reasons_for("alfa ", "en", said) == [("Alfa BV", "")], "an own name is no translation"


def test_the_most_direct_reason_comes_first() -> None:
    """Business Central was called NAV: who states NAV itself is found for that."""
    products = OptionList(
        "producten",
        Text("p", "p"),
        "",
        (Option("bc", Text("Business Central", "Business Central"), ("NAV", "Navision")),),
    )
    older = OptionList("ouder", Text("o", "o"), "", (Option("nav", Text("NAV", "NAV"), ("Navision",)),))
    questions = (
        asking("producten", "many_of", options=products),
        asking("ouder", "many_of", options=older),
    )
    edition = replace(WIDE, questions=questions)
    new, old = (Said(key, "", State.STATED, [code]) for key, code in (("producten", "bc"), ("ouder", "nav")))
    assert reasons_for("navision ", "nl", [new, old], edition) == [("NAV", "Navision")]
    assert reasons_for("navision ", "nl", [new], edition) == [("Business Central", "Navision")]
    assert reasons_for("nav ", "nl", [new, old], edition) == [("NAV", "")]
    assert reasons_for("business ", "nl", [new, old], edition) == [("Business Central", "")]


def test_every_word_of_an_answer_is_one_that_its_criterion_may_say() -> None:
    """Else the reason why a partner was found is looked for in too few criteria. Of every kind of question."""
    chance = random.Random(3)
    asked = {question.kind for question in WIDE.questions}
    assert asked == KINDS.keys(), "a kind that finds partners by its own words must be tried here"
    for question in WIDE.questions:
        codes = [option.code for option in question.options.options] if question.options else []
        for _time in range(20):
            terms = kind_of(question).terms(question, a_value(chance, question.kind, codes))
            assert says_anything(question) or {*terms} <= {*may_be_said(question)}, question.key


@pytest.mark.parametrize("q", [*dict.fromkeys(WORDS), "utrecht navision", '"business central"', "firma groningen"])
def test_the_reasons_are_the_same_when_only_the_criteria_with_the_words_are_read(q: str) -> None:
    lexicon, chance = lexicon_of(WIDE), random.Random(5)
    query = parse(q, lexicon)
    found = likely(query, WIDE, lexicon, Kept())
    everything = Likely(frozenset(WIDE.by_key), free=frozenset(WIDE.by_key))
    for number in range(25):
        firm = a_firm(chance, number)
        facts = facts_about(firm)
        few = {place: fact for place, fact in facts.items() if place[0] in found.criteria}
        whole, part = (
            Sheet((Called(firm.name),), ("Utrecht",), ("NL-GR",), told, frozenset()) for told in (facts, few)
        )
        assert why(query, part, WIDE, lexicon, found) == why(query, whole, WIDE, lexicon, everything)


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
