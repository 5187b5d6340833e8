"""Reading a few partners again gives the same as reading all of them, in memory and from files."""

import errno
import random
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from partnerkompas.answers.models import State
from partnerkompas.search.request import NEUTRAL, FacetKey
from partnerkompas.search.snapshot import Column, Marking, Snapshot, changed, files, snapshot_of
from partnerkompas.search.snapshot.files import Torn, load, save
from tests.search.made_up import DAY, WIDE, Firm, Said, a_firm, column_with, firms, snapshot_with


def content(snapshot: Snapshot) -> object:
    """All that can be asked of a snapshot, by slug; a value nobody has is the same as none."""
    firms = snapshot.firms

    def slugs(bits: int) -> frozenset[str]:
        return frozenset(firms.names[place][0] for place in snapshot.sorted(bits, NEUTRAL))

    def told(place: int) -> object:
        return firms[place]._replace(read=0)

    rows = {name: slugs(snapshot.matrix.bits(row)) for row, name in enumerate(snapshot.matrix.layout.rows)}
    totals = dict(zip(snapshot.matrix.layout.rows, snapshot.matrix.totals.tolist(), strict=True))
    assert {name: len(each) for name, each in rows.items()} == totals, "totals are counted along"
    lines = {
        key: sorted(
            (firms.names[place][0], repr(number), table.texts[int(sort)] if table.texts else sort)
            for place, number, sort in table.entries.tolist()
        )
        for key, table in snapshot.tables.items()
    }
    sorts = [f"{sign}{key}" for key in snapshot.tables for sign in ("", "-")]
    orders = {
        sort: [firms.names[place][0] for place in snapshot.sorted(snapshot.everyone, sort)]
        for sort in ["neutraal", "naam", *sorts]
    }
    return {name: each for name, each in rows.items() if each}, lines, orders, [told(p) for p in orders_of(snapshot)]


def orders_of(snapshot: Snapshot) -> list[int]:
    return list(snapshot.sorted(snapshot.everyone, "naam"))


@settings(max_examples=40, deadline=None)
@given(firms(), st.data())
def test_a_partner_read_again_counts_as_if_all_were_read(everyone: list[Firm], data: st.DataObject) -> None:
    """Also when partners come and go, and when what is in between comes from files."""
    snapshot = snapshot_with(everyone)
    now = dict(enumerate(everyone, 1))
    marking = Marking(WIDE)
    for number in range(2, 5):
        gone = data.draw(st.sets(st.sampled_from(sorted(now)), max_size=2)) if now else set()
        for id_ in gone:
            del now[id_]
        moved: list[Column] = []
        for id_ in data.draw(st.sets(st.sampled_from(sorted({*now, len(now) + 50 + number})), max_size=3)):
            others = data.draw(firms())
            said = others[0].said if others else ()
            known = now.get(id_, Firm(f"nieuw-{id_}", f"Nieuw {id_}"))
            now[id_] = replace(known, said=said, city=data.draw(st.sampled_from(["Assen", ""])), worked_out={})
            moved.append(column_with(now[id_], id_, marking))
        before = content(snapshot)
        after = changed(snapshot, gone, moved, DAY, number)
        assert content(snapshot) == before, "a snapshot never changes"
        assert after.number == number
        read = [column_with(firm, id_, marking) for id_, firm in now.items()]
        assert content(after) == content(snapshot_of(read, WIDE, "1.0.0", DAY, number))
        snapshot = after


@settings(max_examples=15, deadline=None)
@given(firms(), firms())
def test_files_give_back_what_was_written(
    tmp_path_factory: pytest.TempPathFactory, everyone: list[Firm], others: list[Firm]
) -> None:
    """A second generation names the parts that stayed the same, and maps only the others."""
    folder, marking = tmp_path_factory.mktemp("parts"), Marking(WIDE)
    first = save(folder, snapshot_with(everyone), {}, "1")
    loaded = load(folder, first.plain(), WIDE)
    assert content(loaded.snapshot) == content(first.snapshot)
    moved = [column_with(replace(other, slug=f"x-{n}"), 100 + n, marking) for n, other in enumerate(others)]
    second = save(folder, changed(loaded.snapshot, set(), moved, DAY, 2), loaded.parts, "2")
    again = load(folder, second.plain(), WIDE, first)
    assert content(again.snapshot) == content(second.snapshot)
    if not others:
        assert again.parts["lines"] is first.parts["lines"]


def test_a_change_writes_only_what_it_touches(tmp_path: Path) -> None:
    everyone = [Firm(f"f-{n}", f"F {n}") for n in range(200)]
    first = save(tmp_path, snapshot_with(everyone), {}, "1")
    column = column_with(replace(everyone[3], city="Assen"), 4, Marking(WIDE))
    second = save(tmp_path, changed(first.snapshot, set(), [column], DAY, 2), first.parts, "2")
    assert {each.name for each in tmp_path.glob("*.2.*")} == {"about.2.npy"}, "a place is no facet: only its reading"
    assert second.parts["lines"] is first.parts["lines"]


def test_a_table_that_stayed_the_same_keeps_the_orders_that_were_made_of_it(tmp_path: Path) -> None:
    firms = [Firm("a", "Alfa", SAID), Firm("b", "Beta", SAID)]
    first = save(tmp_path, snapshot_with(firms), {}, "1")
    other = replace(firms[0], said=(SAID[0], replace(SAID[1], value="andere woorden")))
    second = save(
        tmp_path, changed(first.snapshot, set(), [column_with(other, 1, Marking(WIDE))], DAY, 2), first.parts, "2"
    )
    before, after = first.snapshot.tables, load(tmp_path, second.plain(), WIDE, first).snapshot.tables
    assert after[FacetKey("sinds")] is before[FacetKey("sinds")]
    assert after[FacetKey("naam")] is not before[FacetKey("naam")]
    assert after[FacetKey("naam")].texts == ("andere woorden", "woorden")


SAID = (Said("sinds", "", State.STATED, 1999), Said("naam", "", State.STATED, "woorden"))
HARMS: dict[str, Callable[[bytes], bytes]] = {
    "cut": lambda written: written[:-1],
    "turned": lambda written: written[:-1] + bytes([written[-1] ^ 1]),
    "empty": lambda _written: b"",
    "begun": lambda written: written[:9],
    "half of its head": lambda written: written[:60],
    "nothing but zeros": lambda written: b"\0" * len(written),
    "zeros from half of its head on": lambda written: written[:40] + b"\0" * (len(written) - 40),
}


@pytest.mark.parametrize("part", ["rows", "lines", "totals", "roll", "about", "neutral", "table-sinds", "texts-naam"])
@pytest.mark.parametrize("harm", ["gone", *HARMS])
def test_a_damaged_part_is_never_used(tmp_path: Path, part: str, harm: str) -> None:
    """Whatever a crash or a power cut leaves of it."""
    firms = [Firm("a", "Alfa", SAID, "Assen"), Firm("b", "Beta")]
    saved = save(tmp_path, snapshot_with(firms), {}, "1")
    path = tmp_path / saved.parts[part].file
    written = path.read_bytes()
    if harm == "gone":
        path.unlink()
    else:
        harmed = HARMS[harm](written)
        path.write_bytes(harmed if harmed != written else b"")  # a small part may have no head
    with pytest.raises(Torn):
        load(tmp_path, saved.plain(), WIDE)


def test_a_part_outside_the_folder_is_never_read(tmp_path: Path) -> None:
    saved = save(tmp_path, snapshot_with([]), {}, "1")
    plain = saved.plain()
    for name in plain["parts"]:
        parts = plain["parts"] | {name: [f"../{plain['parts'][name][0]}", *plain["parts"][name][1:]]}
        with pytest.raises(Torn):
            load(tmp_path, plain | {"parts": parts}, WIDE)


def test_many_changes_leave_few_files_and_the_same_answers(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Each file may cost every process a descriptor, and there are only so many."""
    monkeypatch.setattr(files, "MOST_PACKS", 3)  # so few tables would never lie in twelve
    chance, marking = random.Random(8), Marking(WIDE)
    everyone = [a_firm(chance, number) for number in range(60)]
    saved = save(tmp_path, snapshot_with(everyone), {}, "0")
    loaded = load(tmp_path, saved.plain(), WIDE)
    for turn in range(1, 40):
        place = chance.randrange(len(everyone))
        column = column_with(replace(a_firm(chance, place), slug=everyone[place].slug), place + 1, marking)
        saved = save(tmp_path, changed(saved.snapshot, set(), [column], DAY, turn), saved.parts, str(turn))
        loaded = load(tmp_path, saved.plain(), WIDE, loaded)
        assert content(loaded.snapshot) == content(saved.snapshot)
        assert len({each.file for each in saved.parts.values() if each.file.endswith(".pack")}) <= 3 + 1
        assert len([*tmp_path.glob(f"*.{turn}.*")]) <= 5, "a change writes few files"


@pytest.mark.parametrize("code", [errno.EMFILE, errno.ENFILE, errno.ENOMEM])
def test_no_room_to_open_a_file_says_nothing_about_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, code: int
) -> None:
    def refuse(*_args: object, **_more: object) -> None:
        raise OSError(code, "no more")

    saved = save(tmp_path, snapshot_with([Firm("a", "Alfa", city="Assen")]), {}, "1")
    monkeypatch.setattr(Path, "open", refuse)
    monkeypatch.setattr(Path, "read_bytes", refuse)
    with pytest.raises(OSError, match="no more"):
        load(tmp_path, saved.plain(), WIDE)


def test_who_says_the_same_has_the_same_rows() -> None:
    marking = Marking(WIDE)
    one, other = (column_with(Firm(slug, slug), 1, marking) for slug in "ab")
    assert one.rows == other.rows
    assert {row.code for row in one.rows if row.is_state} <= {*State}
