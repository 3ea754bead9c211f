"""DBCV: shapes that a silhouette misjudges, noise, and clusters too small to have a density."""

import warnings

import numpy as np
import pytest

from mihwar.evaluate import separation
from mihwar.evaluate.separation import dbcv, silhouette


def rings(n: int) -> tuple[np.ndarray, np.ndarray]:
    """Two rings, one around the other."""
    angle = np.linspace(0, 2 * np.pi, n, endpoint=False)
    ring = np.stack([np.cos(angle), np.sin(angle)], axis=1)
    return np.concatenate([ring, 9 * ring]), np.repeat([0, 1], n)


def test_it_sees_shapes_that_are_not_round() -> None:
    space, labels = rings(150)
    assert dbcv(space, labels) > 0.8
    assert dbcv(space, np.random.default_rng(0).permutation(labels)) < 0
    assert silhouette(space, labels) < 0.4


def test_it_is_hdbscans() -> None:
    from hdbscan.validity import validity_index

    space, labels = rings(60)
    assert dbcv(space.astype(np.float32), labels) == pytest.approx(
        validity_index(space.astype(np.float32).astype(np.float64), labels)
    )


def test_noise_weighs_it_down() -> None:
    space, labels = rings(100)
    noise = np.random.default_rng(1).uniform(-4, 4, (100, 2))
    assert dbcv(np.concatenate([space, noise]), np.concatenate([labels, np.full(100, -1)])) == pytest.approx(
        dbcv(space, labels) * 2 / 3
    )


def test_a_sample_is_near_the_whole_and_comes_again(monkeypatch: pytest.MonkeyPatch) -> None:
    space, labels = rings(400)
    whole = dbcv(space, labels)
    monkeypatch.setattr(separation, "_DENSITY_SAMPLE", 300)
    assert dbcv(space, labels) == dbcv(space, labels) != whole
    assert dbcv(space, labels) == pytest.approx(whole, abs=0.2)


@pytest.mark.parametrize(
    "labels",
    [[0] * 8, [-1] * 8, [0, 0, 0, 0, 0, 0, 0, 1], [0, 0, 0, 0, 0, 1, 1, 1]],
    ids=["one cluster", "noise", "a cluster of one", "a cluster of three"],
)
def test_nothing_to_tell_apart(labels: list[int]) -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        assert dbcv(np.random.default_rng(0).normal(size=(8, 2)), np.array(labels)) is None


def test_equal_points_have_no_density() -> None:
    space = np.concatenate([np.zeros((9, 2)), np.ones((9, 2))])
    assert dbcv(space, np.repeat([0, 1], 9)) is None
