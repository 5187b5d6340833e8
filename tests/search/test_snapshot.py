"""Reading a few partners again gives the same as reading all of them."""

from dataclasses import replace

from hypothesis import given, settings
from hypothesis import strategies as st

from partnerkompas.search.snapshot import Marking, Snapshot, changed_in, column_of
from partnerkompas.search.words import Word
from tests.search.made_up import DAY, WIDE, Firm, facts_about, firms, partner_of, snapshot_with


def content(snapshot: Snapshot) -> object:
    """All that can be asked of a snapshot; a facet or value nobody has is the same as none."""
    values = {(key, code): bits for key, each in snapshot.values.items() for code, bits in each.items() if bits}
    states = {(key, state): bits for key, each in snapshot.states.items() for state, bits in each.items() if bits}
    lines = {key: line for key, line in snapshot.lines.items() if line[0]}
    keys = {key for column in snapshot.columns for mark in column.marks for key in mark.keys}
    sorting = {key: dict(snapshot.sort_keys(key)) for key in keys}
    return values, states, lines, sorting, dict(snapshot.vocabulary), list(snapshot.neutral_order)


@settings(max_examples=30, deadline=None)
@given(firms(), st.data())
def test_a_partner_read_again_counts_as_if_all_were_read(everyone: list[Firm], data: st.DataObject) -> None:
    snapshot, now = snapshot_with(everyone), list(everyone)
    for number in range(3):
        changed = data.draw(st.sets(st.integers(0, len(everyone) - 1), max_size=3)) if everyone else set()
        for place in changed:
            others = data.draw(firms())
            said = others[0].said if others else ()
            now[place] = replace(now[place], said=said, city=data.draw(st.sampled_from(["Assen", ""])), worked_out={})
        columns = [
            column_of(partner_of(now[place], place + 1), facts_about(now[place]), snapshot.marking, DAY)
            for place in changed
        ]
        before = content(snapshot)
        after = changed_in(snapshot, columns, number)
        assert content(snapshot) == before, "a snapshot never changes"
        assert after.number == number
        assert content(after) == content(snapshot_with(now))
        snapshot = after


def test_an_answer_that_does_not_count_leaves_no_word_or_value() -> None:
    snapshot = snapshot_with([Firm("a", "Alfa", city="Assen")])
    assert set(snapshot.vocabulary) == {"alfa", "assen"}
    assert snapshot.with_words([Word("alf", prefix=True)]) == 1
    assert snapshot.with_words([Word("alf")]) == 0


def test_who_says_the_same_shares_a_mark() -> None:
    marking = Marking(WIDE)
    one, other = (
        column_of(partner_of(Firm(slug, slug), 1), facts_about(Firm(slug, slug)), marking, DAY) for slug in "ab"
    )
    assert one.marks == other.marks
    assert len(one.marks) == len(WIDE.questions)
