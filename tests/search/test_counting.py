"""Counting gives the same however it goes about it: few or many partners, few or many rows."""

import random

import numpy as np
import pytest

from partnerkompas.search.snapshot.matrix import MOST_ADDED, Layout, Matrix, Rows, counted

EVERYONE = np.uint64(2**64 - 1)


def matrix_with(lines: int, rows: int) -> Matrix:
    """A matrix of bits by chance."""
    bits = np.random.default_rng(lines * rows).integers(0, 2**64, (lines, rows), np.uint64)
    return Matrix(Layout(()), bits, np.bitwise_count(bits).sum(axis=0, dtype=np.int64))


@pytest.mark.parametrize("rows", [slice(0, 400), slice(7, 20), slice(100, 350), [5, 399, 6]])
@pytest.mark.parametrize("partners", [0, 1, 40, 5_000, 12_000, 12_800])
def test_a_count_is_how_many_bits_two_sets_share(partners: int, rows: Rows) -> None:
    """One by one they are counted as Python numbers."""
    matrix, base = matrix_with(200, 400), 0
    for place in random.Random(partners).sample(range(12_800), partners):
        base |= 1 << place
    each = range(400)[rows] if isinstance(rows, slice) else rows
    assert matrix.count(base, rows).tolist() == [(matrix.bits(row) & base).bit_count() for row in each]


def test_more_partners_are_counted_than_sixteen_bits_hold() -> None:
    """Both when rows are many and when they are few."""
    lines = np.full((MOST_ADDED + 30, 300), EVERYONE)
    words = np.full(len(lines), EVERYONE)
    assert {*counted(lines, words).tolist(), *counted(lines[:, :3], words).tolist()} == {64 * len(lines)}


def test_counting_leaves_numpy_as_it_was() -> None:
    """The size of its buffer is for all who use it in this thread."""
    before = np.getbufsize()
    counted(np.ones((3, 5), np.uint64), np.ones(3, np.uint64))
    assert np.getbufsize() == before
