"""evaluate: what came out -> `Evaluation`, figures to trust it by."""

from pydantic import Field

from pipeline.core.artifacts import NOISE, Clusters, Corpus, Evaluation, Projection, Topics, Words
from pipeline.core.stage import Settings, Stage


class EvaluateSettings(Settings):
    """How results are scored."""

    words: int = Field(10, ge=2, le=100, description="Words of a topic that count towards its coherence and diversity.")
    window: int = Field(10, ge=2, description="Words within which two words count as occurring together.")


def evaluate(settings: EvaluateSettings, corpus: Corpus, words: Words, projection: Projection, clusters: Clusters, topics: Topics) -> Evaluation:
    """Score topics and clusters; a figure that has no meaning for this corpus is null, never nan."""
    import numpy as np
    import pyarrow as pa
    import pyarrow.compute as pc

    from pipeline.evaluate.agreement import agreement
    from pipeline.evaluate.coherence import diversity, npmi
    from pipeline.evaluate.separation import silhouette

    labels = np.asarray(clusters.labels)
    shown = topics.lda_words.filter(pc.less_equal(topics.lda_words["rank"], settings.words))
    numbers = pc.index_in(shown["word"].cast(pa.large_string()), words.vocabulary["word"].combine_chunks()).to_pylist()
    lists: list[list[int]] = [[] for _ in range(len(topics.topic_word))]
    for topic, number in zip(shown["lda_topic"].to_pylist(), numbers, strict=True):
        lists[topic].append(number)
    scores = npmi(lists, np.asarray(words.tokens), np.asarray(words.offsets), settings.window)
    meant = scores[~np.isnan(scores)]
    sizes = np.bincount(labels[labels != NOISE]) if (labels != NOISE).any() else np.zeros(0, int)
    metrics = {
        "documents": len(labels), "rejected": corpus.counts["rejected"], "languages": len(pc.unique(corpus.documents["language"])),
        "topics": len(sizes), "noise_share": float((labels == NOISE).mean()),
        "largest_topic": int(sizes.max(initial=0)), "median_topic": float(np.median(sizes)) if len(sizes) else None,
        "smallest_topic": int(sizes.min()) if len(sizes) else None,
        "lda_topics": len(lists), "npmi": float(meant.mean()) if len(meant) else None, "diversity": diversity(lists),
        "silhouette": silhouette(np.asarray(projection.space), labels),
        **agreement(labels, np.array(corpus.documents["label"].to_pylist(), object)),
    }  # fmt: skip
    table = pa.table({"lda_topic": pa.array(range(len(lists)), pa.int32()), "npmi": pa.array(scores, pa.float64(), from_pandas=True)})
    return Evaluation(metrics=metrics, topics=table, notes=[])


EVALUATE = Stage("evaluate", 1, evaluate)
