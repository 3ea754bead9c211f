"""evaluate: what came out -> `Evaluation`, figures to trust it by."""

from pydantic import Field

from pipeline.core.artifacts import NOISE, Clusters, Corpus, Evaluation, Projection, Topics, Words
from pipeline.core.stage import Settings, Stage


class EvaluateSettings(Settings):
    """How results are scored."""

    words: int = Field(10, ge=2, le=100, description="Words of a topic that count towards its coherence and diversity.")
    window: int = Field(10, ge=2, description="Words within which two words count as occurring together.")


def evaluate(settings: EvaluateSettings, corpus: Corpus, words: Words, projection: Projection, clusters: Clusters, topics: Topics) -> Evaluation:
    """Score topics and clusters; a figure that has no meaning for this corpus is null, never nan.

    A word that is shown stands for all forms of it, by which its topic was found: it occurs where any of them does, and two forms
    of one word are not two words. So coherence and diversity are those of stems, over stories: a text that was copied counts once.
    """
    import numpy as np
    import pyarrow as pa
    import pyarrow.compute as pc

    from pipeline.evaluate.agreement import agreement
    from pipeline.evaluate.coherence import diversity, npmi, only
    from pipeline.evaluate.separation import silhouette

    labels = np.asarray(clusters.labels)
    shown = topics.lda_words.filter(pc.less_equal(topics.lda_words["rank"], settings.words))
    numbers = pc.index_in(shown["word"].cast(pa.large_string()), words.vocabulary["word"].combine_chunks()).to_pylist()
    lists: list[list[int]] = [[] for _ in range(len(topics.topic_word))]
    stems = words.vocabulary["stem"].to_numpy()
    for topic, number in zip(shown["lda_topic"].to_pylist(), numbers, strict=True):
        lists[topic].append(int(stems[number]))
    scores = npmi(lists, *only(corpus.stories()[0], stems[np.asarray(words.tokens)], np.asarray(words.offsets)), settings.window)
    meant = scores[~np.isnan(scores)]
    sizes = np.bincount(labels[labels != NOISE]) if (labels != NOISE).any() else np.zeros(0, int)
    metrics = {
        "documents": len(labels), **{key: corpus.counts[key] for key in ("stories", "copies", "rejected")},
        "languages": len(pc.unique(corpus.documents["language"])),
        "topics": len(sizes), "noise_share": float((labels == NOISE).mean()),
        "largest_topic": int(sizes.max(initial=0)), "median_topic": float(np.median(sizes)) if len(sizes) else None,
        "smallest_topic": int(sizes.min()) if len(sizes) else None,
        "lda_topics": len(lists), "npmi": float(meant.mean()) if len(meant) else None, "diversity": diversity(lists),
        "silhouette": silhouette(np.asarray(projection.space), labels),
        **agreement(labels, np.array(corpus.documents["label"].to_pylist(), object)),
    }  # fmt: skip
    table = pa.table({"lda_topic": pa.array(range(len(lists)), pa.int32()), "npmi": pa.array(scores, pa.float64(), from_pandas=True)})
    return Evaluation(metrics=metrics, topics=table, notes=[])


EVALUATE = Stage("evaluate", 2, evaluate)
