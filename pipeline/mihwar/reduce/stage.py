"""reduce: `Embeddings` -> `Projection`, few dimensions where distances mean more."""

from typing import Literal

from pydantic import Field

from mihwar.core.artifacts import Corpus, Embeddings, Projection
from mihwar.core.progress import Progress
from mihwar.core.stage import Settings, Stage


class ReduceSettings(Settings):
    """UMAP, and what is done to vectors before it."""

    center: Literal["language", "none"] = Field(
        "language",
        description=(
            "language: subtract each language's mean vector, so that articles meet by subject. none: leave vectors "
            "as they are."
        ),
    )
    components: int = Field(5, ge=2, le=100, description="Dimensions of the space in which clusters are sought.")
    neighbors: int = Field(15, ge=2, le=500, description="Articles each one is held to; more gives broader shapes.")
    min_dist: float = Field(
        0.3, ge=0, le=1, description="How close points may lie on the map (the clustering space always uses 0)."
    )
    seed: int = Field(
        42, ge=0, lt=2**32, description="Random seed. UMAP with a seed runs on one core and can be repeated."
    )


def reduce(settings: ReduceSettings, embeddings: Embeddings, corpus: Corpus, progress: Progress) -> Projection:
    """Lay the stories out in `components` dimensions and in 2;
    where there are too few, neighbours and components shrink.
    """
    import numpy as np
    import pyarrow as pa

    from mihwar.reduce.centre import Centers, centers, centre
    from mihwar.reduce.project import project

    vectors: np.ndarray = np.asarray(embeddings.vectors)
    notes: list[str] = []
    subtracted = Centers([], np.zeros((0, vectors.shape[1]), np.float32))
    if settings.center == "language":
        languages = np.array(corpus.stories["language"].to_pylist(), str)
        subtracted = centers(vectors, languages)
        vectors = centre(vectors, languages, subtracted)
    names = [*subtracted.languages, None][: len(subtracted.means)]
    table = pa.table(
        {"language": pa.array(names, pa.string()), "mean": pa.array(list(subtracted.means), pa.list_(pa.float32()))}
    )
    n = len(vectors)
    n_distinct = len(np.unique(vectors, axis=0))
    neighbors, components = min(settings.neighbors, n - 1), min(settings.components, n - 2)
    if n_distinct < 4:
        place = np.unique(vectors, axis=0, return_inverse=True)[1].reshape(-1)
        flat = np.zeros((n, 2), np.float32)
        flat[:, 0] = place
        notes.append(f"{n_distinct} different stories are too few for UMAP; they are placed side by side.")
        return Projection(space=flat, map=flat, vectors=vectors, centers=table, notes=notes)
    if (neighbors, components) != (settings.neighbors, settings.components):
        notes.append(
            f"With {n} stories, neighbors is {neighbors} instead of {settings.neighbors} and components {components} "
            f"instead of {settings.components}."
        )
    with progress.track(f"UMAP of {n:,} stories to {components} and 2 dimensions"):
        space, flat = project(vectors, components, max(neighbors, 2), settings.min_dist, settings.seed)
    return Projection(space=space, map=flat, vectors=vectors, centers=table, notes=notes)


REDUCE = Stage("reduce", 4, reduce)
