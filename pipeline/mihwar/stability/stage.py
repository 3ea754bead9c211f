"""stability: `Clusters` of several seeds -> `Stability`, which topics and themes come back."""

from typing import TYPE_CHECKING

from pydantic import Field

from mihwar.core.artifacts import Clusters, Stability
from mihwar.core.stage import Settings, Stage

if TYPE_CHECKING:
    import pyarrow as pa


class StabilitySettings(Settings):
    """How often the stories are clustered again."""

    repeats: int = Field(
        1,
        ge=1,
        le=20,
        description=(
            "Seeds the stories are clustered with in all; from 2 on, what does not come back is marked fragile."
        ),
    )


def stability(settings: StabilitySettings, clusters: Clusters, others: tuple[Clusters, ...]) -> Stability:  # noqa: ARG001
    """How far clusters with other seeds agree with these, at both levels.

    Args:
        settings: the plan reads from them how many others there are.
        clusters: the clusters of the run.
        others: those of the same stories with `reduce.seed` raised by 1, 2, ...
    """
    import numpy as np
    import pyarrow as pa

    from mihwar.stability.agreement import FRAGILE, agreement_between

    runs = [clusters, *others]
    levels = {"topic": [np.asarray(run.topics) for run in runs], "theme": [run.story_themes() for run in runs]}
    metrics: dict[str, float | None] = {}
    tables = []
    for level, found in levels.items():
        agreed = agreement_between(found)
        prefix = "" if level == "topic" else "theme_"
        metrics |= {f"{prefix}stability_ami": agreed.ami, f"{prefix}stability_ari": agreed.ari}
        shares = [None if np.isnan(share) else float(share) for share in agreed.best_jaccard]
        fragile = [None if share is None else share < FRAGILE for share in shares]
        columns = {
            "level": pa.array([level] * len(shares), pa.string()),
            "group": pa.array(range(len(shares)), pa.int32()),
            "stability": pa.array(shares, pa.float64()),
            "fragile": pa.array(fragile, pa.bool_()),
        }
        tables.append(pa.table(columns))
    groups = pa.concat_tables(tables)
    return Stability(metrics=metrics, groups=groups, notes=_fragile(groups))


def _fragile(groups: "pa.Table") -> list[str]:
    rows = groups.to_pylist()
    found = {level: sum(bool(row["fragile"]) for row in rows if row["level"] == level) for level in ("topic", "theme")}
    return [
        f"{n:,} {level}s do not come back with another seed and are marked fragile." for level, n in found.items() if n
    ]


STABILITY = Stage("stability", 1, stability)
