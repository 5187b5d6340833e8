"""What somebody may be typing."""

from hypothesis import given
from hypothesis import strategies as st

from partnerkompas.search.words import fold, tokens
from partnerkompas.search.words.completion import Completion, Entry

ENTRIES = [
    Entry("Dynamics 365 Business Central", "option", "bc", 90),
    Entry("Dynamics 365 Finance", "option", "fin", 80),
    Entry("Central Software B.V.", "partner", "central", 10),
    Entry("Coöperatie Noord", "partner", "noord", 10),
    Entry("Business Centre", "partner", "centre", 20),
    Entry("ISO 27001-certificaat", "criterion", "iso", 5),
]
COMPLETION = Completion.of(ENTRIES)


def keys(typed: str, most: int = 8) -> list[str]:
    return [entry.key for entry in COMPLETION.complete(typed, most)]


def test_every_word_typed_must_begin_a_word_of_the_label() -> None:
    assert keys("dyn") == ["bc", "fin"]
    assert keys("dynamics cen") == ["bc"]
    assert keys("fin") == ["fin"]
    assert keys("cooperatie no") == keys("COÖP") == ["noord"]
    assert keys("iso 27") == keys("27001-cert") == ["iso"]
    assert keys("xyz") == keys("") == keys("  ") == keys("!") == []


def test_a_label_that_begins_so_comes_first_and_then_the_heavier() -> None:
    assert keys("cen") == ["central", "bc", "centre"]
    assert keys("business ce") == ["centre", "bc"]
    assert keys("c", 2) == ["central", "noord"]


WORDS = st.sampled_from("alfa alfabet beta al b 365 F&O Éen".split())
LABELS = st.lists(WORDS, min_size=1, max_size=4).map(" ".join)


@given(st.lists(LABELS, max_size=200), st.lists(st.sampled_from("a al alf alfa b be 3 f&o een e".split()), min_size=1))
def test_it_finds_what_looking_at_every_entry_finds(labels: list[str], typed: list[str]) -> None:
    entries = [Entry(label, "option", str(n), n % 3) for n, label in enumerate(labels)]
    expected = {
        entry
        for entry in entries
        if all(any(token.startswith(word) for token in tokens(entry.label)) for word in typed[:8])
    }
    got = Completion.of(entries).complete(" ".join(typed), 500)
    assert set(got) == expected
    assert len(got) == len(expected)
    begins = [fold(entry.label).startswith(" ".join(typed[:8])) for entry in got]
    assert begins == sorted(begins, reverse=True)
