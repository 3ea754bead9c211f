"""cluster: `Projection` -> `Clusters`, a topic and a theme for every story."""

from dataclasses import asdict, replace
from typing import TYPE_CHECKING, Annotated, Literal

from pydantic import Field

from mihwar.core.artifacts import NOISE, Clusters, Corpus, Projection
from mihwar.core.progress import Progress
from mihwar.core.stage import Settings, Stage

if TYPE_CHECKING:
    import numpy as np
    import pyarrow as pa

    from mihwar.cluster.complete import Completion
    from mihwar.cluster.density import Found


class ClusterSettings(Settings):
    """HDBSCAN, and what is made of its clusters."""

    min_cluster_size: Literal["auto"] | Annotated[int, Field(ge=2)] = Field(
        "auto",
        description=(
            "Fewest articles that make a topic, at least 2. auto: an eighth of the square root of their number, at "
            "least 5."
        ),
    )
    min_samples: int = Field(5, ge=1, description="Neighbours that make a spot dense; more gives more noise.")
    selection: Literal["leaf", "eom"] = Field(
        "leaf",
        description=(
            "leaf: the finest clusters. eom: the most persistent; where these put more than half of the articles in "
            "one topic, leaf."
        ),
    )
    themes: Literal["auto"] | Annotated[int, Field(ge=1)] = Field(
        "auto",
        description="Themes that topics are joined into. auto: where one theme fewer would cost most, from 2 to 25.",
    )
    confidence: float = Field(
        0.7,
        ge=0,
        le=1,
        description=(
            "How sure its neighbours must be of an article's theme to take it out of the noise; 0 leaves only the "
            "strange, 1 the most."
        ),
    )
    exemplars: int = Field(5, ge=1, le=50, description="Typical articles kept for each topic and theme.")


def cluster(settings: ClusterSettings, projection: Projection, corpus: Corpus, progress: Progress) -> Clusters:
    """Find topics and themes; too few stories to tell apart are one topic, and so are stories that are all alike."""
    import numpy as np

    from mihwar.cluster.density import exemplars

    vectors: np.ndarray = np.asarray(projection.vectors)
    with progress.track(f"HDBSCAN of {len(vectors):,} stories"):
        found = _found(settings, np.asarray(projection.space))
    with progress.track(f"joining {int(found.labels.max(initial=NOISE)) + 1} topics into themes"):
        done = _completed(settings, vectors, found.labels)
    themes = np.append(done.levels.themes, NOISE).astype(np.int32)
    by_theme = themes[done.topics]
    ids = corpus.stories["id"].to_pylist()
    return Clusters(
        hdbscan_topics=found.labels,
        probabilities=found.probabilities,
        topics=done.topics,
        confidence=done.confidence,
        theme_confidence=done.theme_confidence,
        themes=done.levels.themes,
        tree=_tree(done.levels.merges),
        exemplars=_typical("topic", exemplars(vectors, found.labels, found.probabilities, settings.exemplars), ids),
        theme_exemplars=_typical("theme", exemplars(vectors, by_theme, done.theme_confidence, settings.exemplars), ids),
        rule=_rule(settings, found, done),
        notes=found.notes + _collapse(by_theme),
    )


def _found(settings: ClusterSettings, space: "np.ndarray") -> "Found":
    import numpy as np

    from mihwar.cluster.density import Found, auto_min_cluster_size, find, hierarchy

    n = len(space)
    auto = settings.min_cluster_size == "auto"
    size = auto_min_cluster_size(n) if settings.min_cluster_size == "auto" else settings.min_cluster_size
    alike = n > 1 and len(np.unique(space, axis=0)) == 1
    if n < 2 * size or n < 4 or alike:
        why = "All articles are alike" if alike else f"{n} stories are too few for two topics of {size}"
        return Found(
            np.zeros(n, np.int32),
            np.ones(n, np.float32),
            size,
            settings.selection,
            [f"{why}; they are kept together as one topic."],
        )
    remedy = "A smaller cluster.min_cluster_size may find topics."
    found = find(hierarchy(space, settings.min_samples), size, settings.selection, auto)
    if not (found.labels != NOISE).any():
        return replace(
            found, notes=[f"No {found.size} articles lie closer together than the rest, so all is noise. {remedy}"]
        )
    return found


def _completed(settings: ClusterSettings, vectors: "np.ndarray", labels: "np.ndarray") -> "Completion":
    from mihwar.cluster.complete import as_found, complete

    return (
        complete(vectors, labels, settings.themes, settings.confidence)
        if len(set(labels.tolist()) - {NOISE}) > 1
        else as_found(labels)
    )


def _rule(settings: ClusterSettings, found: "Found", done: "Completion") -> dict[str, object]:
    return {
        "min_cluster_size": found.size,
        "min_samples": settings.min_samples,
        "selection": found.selection,
        "themes": len(set(done.levels.themes.tolist())),
        "themes_why": done.levels.why,
        "cohesion": done.levels.cohesion.tolist(),
        "confidence": settings.confidence,
        "calibration": None if done.calibration is None else asdict(done.calibration),
        "own_topic_share": done.own,
        "own_theme_share": done.own_theme,
    }


def _collapse(themes: "np.ndarray") -> list[str]:
    from mihwar.cluster.density import COLLAPSE, largest_share

    if themes.max(initial=NOISE) < 1 or largest_share(themes) <= COLLAPSE:
        return []
    return [f"One theme holds {largest_share(themes):.0%} of the articles; more cluster.themes may tell them apart."]


def _tree(merges: "np.ndarray") -> "pa.Table":
    import pyarrow as pa

    columns = {name: pa.array(merges[:, i].astype(int), pa.int32()) for i, name in ((0, "left"), (1, "right"))}
    return pa.table(
        columns
        | {"height": pa.array(merges[:, 2], pa.float64()), "size": pa.array(merges[:, 3].astype(int), pa.int64())}
    )


def _typical(kind: str, found: list[tuple[int, int, int]], ids: list[str]) -> "pa.Table":
    import pyarrow as pa

    return pa.table(
        {
            kind: pa.array([group for group, _, _ in found], pa.int32()),
            "rank": pa.array([rank for _, rank, _ in found], pa.int32()),
            "id": pa.array([ids[row] for _, _, row in found], pa.string()),
        }
    )


CLUSTER = Stage("cluster", 5, cluster)
