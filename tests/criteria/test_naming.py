"""What an answer from a tree is found by: its own names, and of those above what no other branch is called."""

import pytest

from partnerkompas.criteria.naming import names_of
from partnerkompas.criteria.questions import Option, OptionList, Text

TRADE = OptionList(
    "sbi",
    Text("sbi", "sbi"),
    "voor de tests",
    (
        Option("G", Text("Groothandel en detailhandel", "Wholesale and retail trade"), ("handel", "winkel en handel")),
        Option("46", Text("Groothandel", "Wholesale trade"), ("handel", "wholesale"), parent="G"),
        Option("463", Text("Groothandel in voeding", "Food wholesale"), parent="46"),
        Option("47", Text("Detailhandel", "Retail trade"), ("handel", "winkel"), parent="G"),
        Option("R", Text("Kunst, cultuur, sport en recreatie", "Arts, culture, and sports")),
        Option("90", Text("Kunst en podia", "Arts"), parent="R"),
        Option("93", Text("Sport en recreatie", "Sports"), parent="R"),
    ),
)


@pytest.mark.parametrize(
    ("code", "words"),
    [
        ("G", {"Groothandel en detailhandel", "Wholesale and retail trade", "handel", "winkel en handel"}),
        ("46", {"Groothandel", "Wholesale trade", "Wholesale", "wholesale", "handel"}),
        (
            "47",
            {"Detailhandel", "detailhandel", "Retail trade", "retail trade", "winkel", "handel", "winkel en handel"},
        ),
        ("90", {"Kunst en podia", "Kunst", "cultuur", "Arts", "culture", "Kunst, cultuur › Kunst en podia"}),
        (
            "93",
            {
                *("Sport en recreatie", "cultuur", "sport", "recreatie", "Sports", "culture", "sports"),
                "cultuur, sport, recreatie › Sport en recreatie",
            },
        ),
    ],
)
def test_a_branch_gets_of_a_name_above_it_what_no_other_branch_is_called(code: str, words: set[str]) -> None:
    assert set(TRADE.words[code]) == words


def test_a_branch_below_gets_the_names_between_as_they_are() -> None:
    own = {"Groothandel in voeding", "Food wholesale", "Groothandel › Groothandel in voeding"}
    assert set(TRADE.words["463"]) == {*own, *TRADE.words["46"]}


def test_a_list_without_a_tree_is_found_by_its_own_names() -> None:
    flat = OptionList("x", Text("x", "x"), "x", (Option("a", Text("Appels en peren", "Fruit"), ("ooft",)),))
    assert flat.words == {"a": names_of(flat.options[0])} == {"a": ("Appels en peren", "Fruit", "ooft")}


def test_a_single_name_above_is_meant_for_all_below_it() -> None:
    bouw = Option("F", Text("Bouw", "Construction"))
    homes = Option("41", Text("Woningbouw", "Homes"), ("bouw", "construction"), parent="F")
    roads = Option("42", Text("Wegenbouw", "Roads"), parent="F")
    options = OptionList("sbi", Text("sbi", "sbi"), "voor de tests", (bouw, homes, roads))
    assert set(options.words["42"]) == {"Wegenbouw", "Roads", "Bouw", "Construction", "Bouw › Wegenbouw"}
