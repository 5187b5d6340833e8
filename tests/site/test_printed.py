"""Pieces that are printed once: found again by all they depend on, never mixed up, and bounded."""

import pytest

from partnerkompas.infra import printed
from partnerkompas.infra.language import speaking
from partnerkompas.search.plates import LATER, Plate, filled, joined, with_pieces


@pytest.fixture(autouse=True)
def _nothing_kept(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(printed, "_kept", {})


def test_a_piece_is_made_once_for_its_key_and_language() -> None:
    made: list[str] = []

    def once(key: str) -> str:
        return printed.once(key, make=lambda: made.append(key) or f"{key} {len(made)}")

    assert [once("a"), once("a"), once("b")] == ["a 1", "a 1", "b 2"]
    with speaking("en"):
        assert once("a") == "a 3"
    assert once("a") == "a 1"


def test_what_a_piece_is_of_is_that_very_object_for_as_long_as_the_piece_is_kept() -> None:
    """A number such as id() is given to another as soon as its object is gone."""
    for number in range(1_000):
        assert printed.once("name", of=[number % 2], make=lambda number=number: number) == number


def test_pieces_are_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(printed, "MOST", 10)
    for number in range(100):
        assert printed.once(number, make=lambda number=number: str(number)) == str(number)
        assert len(printed._kept) <= 10


def test_pieces_stand_where_the_page_leaves_room_for_them() -> None:
    page = f"é{LATER}–{LATER}."
    assert with_pieces(page, [["a", "“b”"], []]).decode() == "éa“b”–."
    with pytest.raises(ValueError, match="zip"):
        with_pieces(page, [["a"]])


def test_plates_as_one_are_filled_as_each_would_be() -> None:
    plates = [
        Plate("a", ((0, "-", "<", ">"), (1, "=", "[", "]"))),
        Plate("b", ()),
        Plate("c", ((2, "0", "(", ")"),)),
    ]
    for some in (plates, plates[1:], plates[1:2], []):
        for counts in ([1, 0, 5], [0, 3, 0]):
            assert filled(joined(some, ", "), counts, str) == ", ".join(filled(each, counts, str) for each in some)
