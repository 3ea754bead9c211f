"""topics: `Words` and `Clusters` -> `Topics`, what each group is about in words."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Annotated, Literal

from pydantic import Field

from pipeline.core.artifacts import NOISE, Clusters, Corpus, Topics, Words
from pipeline.core.progress import Progress
from pipeline.core.stage import Settings, Stage

if TYPE_CHECKING:
    import numpy as np
    import pyarrow as pa


class TopicsSettings(Settings):
    """LDA, and the words shown for topics and clusters."""

    count: Literal["auto"] | Annotated[int, Field(ge=1)] = Field(
        "auto", description="LDA topics, at least 1. auto: as many as there are clusters, from 2 to 50."
    )
    passes: int = Field(10, ge=1, description="Times LDA goes over the corpus; more is slower and steadier.")
    words: int = Field(10, ge=1, le=100, description="Words shown for a topic.")
    min_documents: Literal["auto"] | Annotated[int, Field(ge=1)] = Field(
        "auto", description="Fewest articles a word is found in to count. auto: 1 and one more for every 100 articles, at most 5."
    )
    max_share: float = Field(0.4, gt=0, le=1, description="Words found in a larger share of the articles, or of one language's, are left out.")
    max_words: int = Field(50_000, ge=1, description="Most words kept, the most frequent ones.")
    representatives: int = Field(5, ge=1, le=50, description="Articles shown for an LDA topic.")
    seed: int = Field(42, ge=0, lt=2**32, description="Random seed of LDA.")


def topics(settings: TopicsSettings, words: Words, clusters: Clusters, corpus: Corpus, progress: Progress) -> Topics:
    """Weigh the clusters' words, fit LDA, and set both side by side."""
    import numpy as np
    import pyarrow as pa

    from pipeline.topics.lda import fit_lda
    from pipeline.topics.weighting import class_tfidf, count_words, ranked, useful_words

    labels, ids = np.asarray(clusters.labels), corpus.documents["id"].to_pylist()
    n, n_clusters = len(labels), int(labels.max(initial=NOISE)) + 1
    everything = count_words(np.asarray(words.tokens), np.asarray(words.offsets), words.vocabulary.num_rows)
    least = min(5, 1 + n // 100) if settings.min_documents == "auto" else settings.min_documents
    languages = np.array(corpus.documents["language"].to_pylist(), str)
    columns = useful_words(everything, languages, least, settings.max_share, settings.max_words)
    counts, vocabulary = everything[:, columns].tocsr(), words.vocabulary["word"].take(pa.array(columns)).to_pylist()

    n_topics = min(max(n_clusters, 2), 50, n) if settings.count == "auto" else settings.count
    notes = []
    if vocabulary:
        with progress.track(f"LDA of {n:,} articles, {len(vocabulary):,} words, {n_topics} topics, {settings.passes} passes"):
            topic_word, document_topic = fit_lda(counts, vocabulary, n_topics, settings.passes, settings.seed)
    else:
        topic_word, document_topic = np.zeros((0, 0), np.float32), np.zeros((n, 0), np.float32)
        notes.append("No words are left after stop words, so there are no LDA topics.")

    cluster_words = [(topic, rank, vocabulary[v], weight) for topic, rank, v, weight in ranked(class_tfidf(counts, labels), settings.words)]
    return Topics(
        clusters=_clusters(labels, n_clusters, cluster_words),
        cluster_words=_table(cluster_words, topic=pa.int32(), rank=pa.int32(), word=pa.string(), weight=pa.float64()),
        lda_words=_table([(k, rank, vocabulary[v], weight) for k, rank, v, weight in ranked(topic_word, settings.words)],
                         lda_topic=pa.int32(), rank=pa.int32(), word=pa.string(), weight=pa.float64()),
        vocabulary=pa.table({"word": pa.array(vocabulary, pa.string())}), topic_word=topic_word, document_topic=document_topic,
        representatives=_table([(k, rank, ids[i], share) for k, rank, i, share in ranked(document_topic.T, settings.representatives)],
                               lda_topic=pa.int32(), rank=pa.int32(), id=pa.string(), share=pa.float64()),
        crosswalk=_table([(topic, k, float(share)) for topic in range(NOISE, n_clusters) if (labels == topic).any()
                          for k, share in enumerate(document_topic[labels == topic].mean(axis=0))],
                         topic=pa.int32(), lda_topic=pa.int32(), share=pa.float64()),
        notes=notes,
    )  # fmt: skip


def _clusters(labels: "np.ndarray", n_clusters: int, cluster_words: list[tuple[int, int, str, float]]) -> "pa.Table":
    import numpy as np
    import pyarrow as pa

    names: list[list[str]] = [[] for _ in range(n_clusters)]
    for topic, _, word, _ in cluster_words:
        names[topic].append(word)
    sizes = np.bincount(labels[labels != NOISE], minlength=n_clusters)
    return pa.table({"topic": pa.array(range(n_clusters), pa.int32()), "size": pa.array(sizes, pa.int64()),
                     "label": pa.array([" · ".join(name[:4]) for name in names], pa.string()), "words": pa.array(names, pa.list_(pa.string()))})  # fmt: skip


def _table(rows: "Sequence[tuple[object, ...]]", **columns: "pa.DataType") -> "pa.Table":
    import pyarrow as pa

    return pa.table({name: pa.array([row[i] for row in rows], kind) for i, (name, kind) in enumerate(columns.items())})


TOPICS = Stage("topics", 1, topics)
