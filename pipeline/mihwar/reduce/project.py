"""Projection: UMAP to a clustering space and to a map, from one neighbour graph."""

import warnings
from typing import Any

import numpy as np

_EXACT_UP_TO = 20_000  # below, all distances are computed: exact, and faster than building an index


def project(
    vectors: np.ndarray, components: int, neighbors: int, min_dist: float, seed: int
) -> tuple[np.ndarray, np.ndarray]:
    """Two layouts of one fuzzy neighbour graph (McInnes et al. 2018, "UMAP"): where to cluster, and what to look at.

    Args:
        vectors: (n, d) unit vectors, at least three of them distinct, n > neighbors and n > components + 1.
        min_dist: how close points may lie on the map; in the clustering space they may touch.

    Returns:
        (n, components) and (n, 2) float32.
    """
    from umap.umap_ import find_ab_params, fuzzy_simplicial_set, simplicial_set_embedding

    random = np.random.RandomState(seed)
    indices, distances = nearest(vectors, neighbors, random)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # a graph in several parts is laid out part by part; that is no fault
        graph, _, _ = fuzzy_simplicial_set(
            vectors, neighbors, random, "euclidean", knn_indices=indices, knn_dists=distances
        )

        def layout(n_components: int, least: float) -> np.ndarray:
            a, b = find_ab_params(1.0, least)
            options: dict[str, Any] = {
                "densmap": False,
                "densmap_kwds": {},
                "output_dens": False,
                "metric": "euclidean",
                "metric_kwds": {},
            }
            found, _ = simplicial_set_embedding(
                vectors,
                graph,
                n_components,
                initial_alpha=1.0,
                a=a,
                b=b,
                gamma=1.0,
                negative_sample_rate=5,
                n_epochs=None,
                init="spectral",
                random_state=np.random.RandomState(seed),
                **options,
            )
            return np.asarray(found, dtype=np.float32)

        return layout(components, 0.0), layout(2, min_dist)


def nearest(vectors: np.ndarray, k: int, random: np.random.RandomState) -> tuple[np.ndarray, np.ndarray]:
    """Each row's k nearest rows, itself first: (n, k) indices and Euclidean distances.
    Exact up to 20,000 rows, then NN-descent.
    """
    if len(vectors) > _EXACT_UP_TO:
        from umap.umap_ import nearest_neighbors

        indices, distances, _ = nearest_neighbors(
            vectors, k, "euclidean", {}, False, random, n_jobs=1
        )  # more jobs, other neighbours each time
        return indices, distances
    from sklearn.neighbors import NearestNeighbors

    distances, indices = NearestNeighbors(n_neighbors=k, algorithm="brute").fit(vectors).kneighbors(vectors)
    return indices.astype(np.int32), distances.astype(np.float32)
