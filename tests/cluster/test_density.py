"""Density clustering on points whose groups are known."""

import numpy as np
import pytest

from pipeline.cluster.density import auto_min_cluster_size, by_size, density_clusters, exemplars, largest_share


@pytest.fixture
def blobs() -> tuple[np.ndarray, np.ndarray]:
    rng = np.random.default_rng(0)
    sizes, centres = [60, 40, 25], [(0, 0), (10, 0), (0, 10)]
    points = np.concatenate([rng.normal(centre, 0.5, (size, 2)) for size, centre in zip(sizes, centres, strict=True)])
    return points.astype(np.float32), np.repeat([0, 1, 2], sizes)


def test_groups_are_found_and_numbered_by_size(blobs: tuple[np.ndarray, np.ndarray]) -> None:
    points, gold = blobs
    order = np.random.default_rng(1).permutation(len(points))
    labels, probabilities = density_clusters(points[order], 10, 5, "eom")
    assert (labels == gold[order])[labels >= 0].all()
    assert (labels < 0).mean() < 0.1
    assert ((probabilities > 0) == (labels >= 0)).all()


@pytest.mark.parametrize(("n", "size"), [(1, 5), (100, 5), (200, 7), (4000, 32), (15_000, 61), (200_000, 224)])
def test_the_rule_for_the_least_size(n: int, size: int) -> None:
    assert auto_min_cluster_size(n) == size


def test_by_size_keeps_noise_and_breaks_ties_by_first_seen() -> None:
    assert by_size(np.array([7, -1, 3, 3, 9, 9, 9, 7])).tolist() == [1, -1, 2, 2, 0, 0, 0, 1]
    assert by_size(np.array([-1, -1])).tolist() == [-1, -1]


def test_exemplars_are_near_the_middle_and_differ(blobs: tuple[np.ndarray, np.ndarray]) -> None:
    points, labels = blobs
    points = np.concatenate([points, points[:1]])
    labels = np.append(labels, 0)
    found = exemplars(points, labels, np.ones(len(labels)), 5)
    assert [rank for topic, rank, _ in found if topic == 2] == [1, 2, 3, 4, 5]
    for topic, _, row in found:
        assert labels[row] == topic
        spread = np.linalg.norm(points[labels == topic] - points[labels == topic].mean(axis=0), axis=1)
        assert np.linalg.norm(points[row] - points[labels == topic].mean(axis=0)) <= np.median(spread)
    assert len({tuple(points[row]) for _, _, row in found}) == len(found)


def test_largest_share() -> None:
    assert largest_share(np.array([0, 0, 1, -1])) == 0.5
    assert largest_share(np.array([-1, -1])) == 0
