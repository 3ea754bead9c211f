"""Overlap: rank-biased overlap against its definition."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mihwar.evaluate.overlap import inverted_rbo

LISTS = st.lists(st.integers(0, 12), min_size=1, max_size=10, unique=True)


@pytest.mark.parametrize(
    ("topics", "expected"),
    [
        ([[1, 2, 3], [1, 2, 3]], 0),
        ([[1, 2, 3], [4, 5, 6]], 1),
        ([[1, 2], [2, 1]], 1 - (0.1 / 0.9 * (0 + 2 / 2 * 0.9**2) + 1 * 0.9**2)),
        ([[1], [1, 2]], 0),
        ([[1, 2, 3], []], None),
        ([[1]], None),
        ([], None),
    ],
)
def test_known(topics: list[list[int]], expected: float | None) -> None:
    assert inverted_rbo(topics) == (expected if expected is None else pytest.approx(expected))


def test_the_top_counts_more_than_the_end() -> None:
    assert inverted_rbo([[1, 2, 3, 4], [1, 5, 6, 7]]) < inverted_rbo([[1, 2, 3, 4], [5, 6, 7, 4]])


def test_the_mean_is_over_pairs() -> None:
    assert inverted_rbo([[1, 2], [1, 2], [3, 4]]) == pytest.approx(2 / 3)


@given(LISTS, LISTS, st.floats(0.1, 0.98))
def test_it_lies_between_0_and_1_whichever_is_first(one: list[int], other: list[int], p: float) -> None:
    found = inverted_rbo([one, other], p)
    assert -1e-9 <= found <= 1 + 1e-9
    assert found == pytest.approx(inverted_rbo([other, one], p))
