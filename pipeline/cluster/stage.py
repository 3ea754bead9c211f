"""cluster: `Projection` -> `Clusters`, the topic of every document."""

from typing import Annotated, Literal

from pydantic import Field

from pipeline.core.artifacts import NOISE, Clusters, Corpus, Projection
from pipeline.core.progress import Progress
from pipeline.core.stage import Settings, Stage

_COLLAPSE = 0.5  # share of all articles in one topic above which the most persistent clusters say too little


class ClusterSettings(Settings):
    """HDBSCAN."""

    min_cluster_size: Literal["auto"] | Annotated[int, Field(ge=2)] = Field(
        "auto", description="Fewest articles that make a topic, at least 2. auto: half the square root of their number, at least 5."
    )
    min_samples: int = Field(5, ge=1, description="Neighbours that make a spot dense; more gives more noise.")
    selection: Literal["auto", "eom", "leaf"] = Field(
        "auto", description="eom: the most persistent clusters. leaf: the finest. auto: eom, but leaf where one topic would hold more than half of all."
    )
    exemplars: int = Field(5, ge=1, le=50, description="Typical articles kept for each topic.")


def cluster(settings: ClusterSettings, projection: Projection, corpus: Corpus, progress: Progress) -> Clusters:
    """Find the topics of stories, and give each copy its story's; too few to tell apart are one topic, and so are ones all alike."""
    import numpy as np
    import pyarrow as pa

    from pipeline.cluster.density import auto_min_cluster_size, by_size, density_clusters, exemplars, largest_share

    stories, story = corpus.stories()
    space = np.asarray(projection.space)[stories]
    n = len(space)
    size = auto_min_cluster_size(n) if settings.min_cluster_size == "auto" else settings.min_cluster_size
    notes, selection = [], "leaf" if settings.selection == "leaf" else "eom"
    if n < 2 * size or n < 4 or len(np.unique(space, axis=0)) == 1:
        why = "All articles are alike" if n > 1 and len(np.unique(space, axis=0)) == 1 else f"{n} stories are too few for two topics of {size}"
        notes.append(f"{why}; they are kept together as one topic.")
        labels, probabilities = np.zeros(n, np.int32), np.ones(n, np.float32)
    else:
        with progress.track(f"HDBSCAN of {n:,} stories"):
            labels, probabilities = density_clusters(space, size, settings.min_samples, selection)
            if settings.selection == "auto" and largest_share(labels) > _COLLAPSE:
                selection = "leaf"
                labels, probabilities = density_clusters(space, size, settings.min_samples, selection)
                notes.append("The most persistent clusters would put more than half of the articles in one topic, so the finest are taken.")
        if not (labels != NOISE).any():
            notes.append(f"No {size} articles lie closer together than the rest, so all is noise. A smaller cluster.min_cluster_size may find topics.")
    spread = by_size(labels[story])  # a topic is as large as its articles are many
    labels = spread[stories]
    ids = corpus.documents["id"].take(pa.array(stories))
    typical = exemplars(space, labels, probabilities, settings.exemplars)
    table = pa.table({"topic": pa.array([t for t, _, _ in typical], pa.int32()), "rank": pa.array([r for _, r, _ in typical], pa.int32()),
                      "id": pa.array([ids[row].as_py() for _, _, row in typical], pa.string())})  # fmt: skip
    return Clusters(
        labels=spread,
        probabilities=probabilities[story],
        exemplars=table,
        rule={"min_cluster_size": size, "min_samples": settings.min_samples, "selection": selection},
        notes=notes,
    )


CLUSTER = Stage("cluster", 2, cluster)
