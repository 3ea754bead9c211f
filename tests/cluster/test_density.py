"""Density clustering on points whose groups are known."""

import numpy as np
import pytest

from mihwar.cluster.density import auto_min_cluster_size, by_size, clusters, exemplars, find, hierarchy, largest_share


@pytest.fixture
def blobs() -> tuple[np.ndarray, np.ndarray]:
    rng = np.random.default_rng(0)
    sizes, centres = [60, 40, 25], [(0, 0), (10, 0), (0, 10)]
    points = np.concatenate([rng.normal(centre, 0.5, (size, 2)) for size, centre in zip(sizes, centres, strict=True)])
    return points.astype(np.float32), np.repeat([0, 1, 2], sizes)


def test_groups_are_found_and_numbered_by_size(blobs: tuple[np.ndarray, np.ndarray]) -> None:
    points, gold = blobs
    order = np.random.default_rng(1).permutation(len(points))
    labels, probabilities = clusters(hierarchy(points[order], 5), 10, "eom")
    assert (labels == gold[order])[labels >= 0].all()
    assert (labels < 0).mean() < 0.1
    assert ((probabilities > 0) == (labels >= 0)).all()


@pytest.mark.parametrize(("n", "size"), [(1, 5), (200, 5), (1900, 5), (4000, 8), (15_000, 15), (200_000, 56)])
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


def test_one_tree_is_cut_at_many_sizes_as_hdbscan_would(blobs: tuple[np.ndarray, np.ndarray]) -> None:
    from hdbscan import HDBSCAN

    points, _ = blobs
    tree = hierarchy(points, 5)
    assert tree.shape == (len(points) - 1, 4)
    for size in (5, 10, 30):
        for selection in ("eom", "leaf"):
            model = HDBSCAN(min_cluster_size=size, min_samples=5, cluster_selection_method=selection).fit(
                points.astype(np.float64)
            )
            labels, probabilities = clusters(tree, size, selection)
            assert (labels == by_size(model.labels_)).all()
            assert np.allclose(probabilities, model.probabilities_)


def test_a_collapse_gives_way_to_leaves() -> None:
    rng = np.random.default_rng(0)
    sizes, centres = [60, 60, 60, 60], [(0, 0), (3, 0), (0, 3), (300, 300)]
    points = np.concatenate([rng.normal(centre, 0.7, (size, 2)) for size, centre in zip(sizes, centres, strict=True)])
    tree = hierarchy(points, 5)
    assert largest_share(clusters(tree, 20, "eom")[0]) > 0.5
    found = find(tree, 20, "eom", may_change_size=False)
    assert (found.selection, found.size) == ("leaf", 20)
    assert largest_share(found.labels) < 0.5
    assert "more than half" in found.notes[0]


def test_a_size_too_large_for_any_topic_is_halved_only_where_it_may_change(
    blobs: tuple[np.ndarray, np.ndarray],
) -> None:
    points, _ = blobs
    tree = hierarchy(points, 5)
    asked = find(tree, 62, "leaf", may_change_size=False)
    assert (asked.size, asked.labels.max()) == (62, -1)
    found = find(tree, 62, "leaf", may_change_size=True)
    assert found.size == 31
    assert found.labels.max() == 1
    assert found.notes == ["Topics of at least 62 articles would be too few, so 31 are asked for."]


def test_splinters_are_said(blobs: tuple[np.ndarray, np.ndarray]) -> None:
    points = np.random.default_rng(3).uniform(size=(600, 5))
    assert (
        "80% of the articles lie in no dense place"
        in find(hierarchy(points, 5), 5, "leaf", may_change_size=True).notes[0]
    )
    assert find(hierarchy(blobs[0], 5), 10, "leaf", may_change_size=True).notes == []
