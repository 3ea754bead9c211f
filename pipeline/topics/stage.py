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
    from scipy.sparse import csr_matrix


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
    from pipeline.topics.weighting import by_cluster, class_tfidf, commonest_forms, count_words, ranked, useful_words

    stories, story = corpus.stories()
    labels, ids = np.asarray(clusters.labels)[stories], corpus.documents["id"].take(pa.array(stories)).to_pylist()
    n, n_clusters = len(labels), int(labels.max(initial=NOISE)) + 1
    stems = words.vocabulary["stem"].to_numpy()
    forms = count_words(np.asarray(words.tokens), np.asarray(words.offsets), len(stems))[stories]
    everything = count_words(stems[np.asarray(words.tokens)], np.asarray(words.offsets), len(stems))[stories]
    least = min(5, 1 + n // 100) if settings.min_documents == "auto" else settings.min_documents
    languages = np.array(corpus.documents["language"].to_pylist(), str)[stories]
    columns = useful_words(everything, languages, least, settings.max_share, settings.max_words)
    counts, vocabulary = everything[:, columns].tocsr(), words.vocabulary["word"].take(pa.array(columns)).to_pylist()

    n_topics = min(max(n_clusters, 2), 50, n) if settings.count == "auto" else settings.count
    notes = []
    if vocabulary:
        with progress.track(f"LDA of {n:,} stories, {len(vocabulary):,} words, {n_topics} topics, {settings.passes} passes"):
            topic_word, document_topic = fit_lda(counts, vocabulary, n_topics, settings.passes, settings.seed)
    else:
        topic_word, document_topic = np.zeros((0, 0), np.float32), np.zeros((n, 0), np.float32)
        notes.append("No words are left after stop words, so there are no LDA topics.")

    def shown(weights: "np.ndarray | csr_matrix", members: "np.ndarray | csr_matrix") -> list[tuple[int, int, str, float]]:
        found = list(ranked(weights, settings.words))
        rows = pa.array(commonest_forms([(topic, int(columns[v])) for topic, _, v, _ in found], members, forms, stems), pa.int64())
        return [(topic, rank, word, weight) for (topic, rank, _, weight), word in zip(found, words.vocabulary["word"].take(rows).to_pylist(), strict=True)]

    cluster_words = shown(class_tfidf(counts, labels), by_cluster(labels)[-NOISE:])
    return Topics(
        clusters=_clusters(np.asarray(clusters.labels), n_clusters, cluster_words),
        cluster_words=_table(cluster_words, topic=pa.int32(), rank=pa.int32(), word=pa.string(), weight=pa.float64()),
        lda_words=_table(shown(topic_word, document_topic.T),
                         lda_topic=pa.int32(), rank=pa.int32(), word=pa.string(), weight=pa.float64()),
        vocabulary=pa.table({"word": pa.array(vocabulary, pa.string())}), topic_word=topic_word, document_topic=document_topic[story],
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


TOPICS = Stage("topics", 2, topics)
