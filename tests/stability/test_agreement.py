"""Stability: the same groups under other numbers, groups that break, and runs that share nothing."""

import numpy as np
import pytest

from mihwar.stability.agreement import agreement_between, best_jaccard

RUN = np.repeat([0, 1, 2, -1], [30, 20, 10, 5])


def test_other_numbers_are_the_same_groups() -> None:
    renamed = np.array([2, 0, 1, -1])[RUN]
    found = agreement_between([RUN, renamed, RUN])
    assert (found.ami, found.ari) == (pytest.approx(1), pytest.approx(1))
    assert found.best_jaccard == pytest.approx([1, 1, 1])
    assert found.fragile == []


def test_a_topic_that_falls_apart_is_fragile() -> None:
    broken = RUN.copy()
    broken[:30] = np.repeat([3, 4, 5], 10)
    found = agreement_between([RUN, broken])
    assert found.best_jaccard == pytest.approx([1 / 3, 1, 1])
    assert found.fragile == [0]
    assert found.ari < 0.9


def test_noise_is_not_what_a_topic_is_found_again_as() -> None:
    lost = np.where(RUN == 1, -1, RUN)
    assert best_jaccard(RUN, lost) == pytest.approx([1, 0, 1])
    assert best_jaccard(RUN, np.full(len(RUN), -1)) == pytest.approx([0, 0, 0])


def test_the_mean_is_over_all_pairs_and_the_others() -> None:
    chance = np.random.default_rng(0).permutation(RUN)
    found = agreement_between([RUN, RUN, chance])
    assert found.ari == pytest.approx((1 + 0 + 0) / 3, abs=0.05)
    assert found.best_jaccard == pytest.approx((1 + best_jaccard(RUN, chance)) / 2)


def test_one_run_says_nothing() -> None:
    found = agreement_between([RUN])
    assert (found.ami, found.ari, found.fragile) == (None, None, [])
    assert np.isnan(found.best_jaccard).all()
    assert len(agreement_between([np.full(4, -1), np.full(4, -1)]).best_jaccard) == 0
