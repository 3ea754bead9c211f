"""topics: `Words` and `Clusters` -> `Topics`, what each group is about in words."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Annotated, Literal

from pydantic import Field

from mihwar.core.artifacts import NOISE, Clusters, Corpus, Topics, Words
from mihwar.core.progress import Progress
from mihwar.core.stage import Settings, Stage

if TYPE_CHECKING:
    import numpy as np
    import pyarrow as pa

    from mihwar.topics.wording import Lexis, Wording

_MOST_TOPICS = 30  # LDA topics that `auto` gives; more than a reader goes through


class TopicsSettings(Settings):
    """LDA, and the words shown for themes, topics and LDA topics."""

    anchor: Literal["topics", "themes", "none"] = Field(
        "topics",
        description=(
            "What LDA topics begin as: topics (joined along their tree if there are more than `count`), themes, or "
            "none: from words alone."
        ),
    )
    count: Literal["auto"] | Annotated[int, Field(ge=1)] = Field(
        "auto", description="LDA topics, at least 1. auto: as many as there are themes or topics, from 2 to 30."
    )
    anchor_strength: float = Field(
        1.0, gt=0, le=100, description="Weight of the anchors' words against the articles'; at 1 they weigh alike."
    )
    passes: Literal["auto"] | Annotated[int, Field(ge=1)] = Field(
        "auto",
        description="Times LDA goes over the corpus. auto: 2 with anchors, which tell it where to begin, else 10.",
    )
    words: int = Field(10, ge=1, le=100, description="Words shown for a group.")
    coherence: float = Field(
        1.0,
        ge=0,
        le=10,
        description=(
            "How much it counts for a word to be in the same articles as the others shown; 0 ranks by relevance alone."
        ),
    )
    min_documents: Literal["auto"] | Annotated[int, Field(ge=1)] = Field(
        "auto",
        description=(
            "Fewest articles a word is found in to count. auto: 1 and one more for every 100 articles, at most 5."
        ),
    )
    max_share: float = Field(
        0.4,
        gt=0,
        le=1,
        description="Words found in a larger share of the articles, or of one language's, are left out.",
    )
    max_words: int = Field(50_000, ge=1, description="Most words kept, the most frequent ones.")
    representatives: int = Field(5, ge=1, le=50, description="Articles shown for an LDA topic.")
    seed: int = Field(42, ge=0, lt=2**32, description="Random seed of LDA.")


def topics(settings: TopicsSettings, words: Words, clusters: Clusters, corpus: Corpus, progress: Progress) -> Topics:
    """Find the words of topics and themes, fit LDA, and set them side by side."""
    import numpy as np
    import pyarrow as pa

    from mihwar.topics.anchored import fit_anchored
    from mihwar.topics.lda import fit_lda
    from mihwar.topics.weighting import by_cluster, ranked
    from mihwar.topics.wording import wording

    n, lexis = len(corpus.stories), _lexis(settings, words, corpus)
    found, ids, n_words = np.asarray(clusters.topics), corpus.stories["id"].to_pylist(), len(lexis.columns)
    n_topics, anchors = _anchors(settings, clusters, n)
    passes = (2 if len(anchors) else 10) if settings.passes == "auto" else settings.passes
    notes = []
    if n_words:
        with progress.track(f"LDA of {n:,} stories, {n_words:,} words, {n_topics} topics, {passes} passes"):
            if len(anchors):
                begun = np.append(anchors, NOISE)[np.asarray(clusters.hdbscan_topics)]
                topic_word, document_topic = fit_anchored(
                    lexis.counts, lexis.languages, begun, n_topics, settings.anchor_strength, passes, settings.seed
                )
            else:
                topic_word, document_topic = fit_lda(lexis.counts, n_words, n_topics, passes, settings.seed)
    else:
        topic_word, document_topic = np.zeros((0, 0), np.float32), np.zeros((n, 0), np.float32)
        notes.append("No words are left after stop words, so there are no LDA topics.")

    def of_groups(labels: "np.ndarray") -> "Wording":
        return wording(_shares(lexis, labels), by_cluster(labels)[-NOISE:], lexis, settings.words, settings.coherence)

    themes = clusters.story_themes()
    with progress.track("choosing words"):
        by_topic, by_theme = of_groups(found), of_groups(themes)
        lda = wording(topic_word, document_topic.T, lexis, settings.words, settings.coherence)
    mean_shares = [
        (topic, k, float(share))
        for topic in range(NOISE, len(clusters.themes))
        if (found == topic).any()
        for k, share in enumerate(document_topic[found == topic].mean(axis=0))
    ]
    n_articles, n_themes = corpus.stories["n_articles"].to_numpy(), int(max(clusters.themes, default=NOISE)) + 1
    return Topics(
        topics=_groups("topic", found, n_articles, len(clusters.themes), by_topic),
        themes=_with_topics(_groups("theme", themes, n_articles, n_themes, by_theme), clusters),
        lda_words=_table(lda.words, lda_topic=pa.int32(), rank=pa.int32(), word=pa.string(), weight=pa.float64()),
        words_by_language=_table(
            [
                (level, *row)
                for level, told in (("topic", by_topic), ("theme", by_theme), ("lda", lda))
                for row in told.by_language
            ],
            level=pa.string(),
            group=pa.int32(),
            language=pa.string(),
            rank=pa.int32(),
            word=pa.string(),
        ),
        vocabulary=pa.table({"word": words.vocabulary["word"].take(pa.array(lexis.columns)).cast(pa.string())}),
        topic_word=topic_word,
        document_topic=document_topic,
        anchors=anchors,
        representatives=_table(
            [(k, rank, ids[i], share) for k, rank, i, share in ranked(document_topic.T, settings.representatives)],
            lda_topic=pa.int32(),
            rank=pa.int32(),
            id=pa.string(),
            share=pa.float64(),
        ),
        crosswalk=_table(mean_shares, topic=pa.int32(), lda_topic=pa.int32(), share=pa.float64()),
        notes=notes,
    )


def _lexis(settings: TopicsSettings, words: Words, corpus: Corpus) -> "Lexis":
    import numpy as np

    from mihwar.topics.anchored import damped
    from mihwar.topics.weighting import count_words, useful_words
    from mihwar.topics.wording import Lexis

    stems, tokens, offsets = words.vocabulary["stem"].to_numpy(), np.asarray(words.tokens), np.asarray(words.offsets)
    counts = count_words(stems[tokens], offsets, len(stems))
    languages = np.array(corpus.stories["language"].to_pylist(), str)
    least = min(5, 1 + len(languages) // 100) if settings.min_documents == "auto" else settings.min_documents
    columns = useful_words(counts, languages, least, settings.max_share, settings.max_words)
    return Lexis(
        counts=damped(counts[:, columns].tocsr()),
        columns=columns,
        languages=languages,
        forms=count_words(tokens, offsets, len(stems)),
        stems=stems,
        written=words.vocabulary["word"].to_pylist(),
    )


def _anchors(settings: TopicsSettings, clusters: Clusters, n: int) -> tuple[int, "np.ndarray"]:
    """How many LDA topics there are, and the one that each topic's articles begin;
    none where LDA begins from chance.
    """
    import numpy as np

    n_groups = int(max(clusters.themes, default=NOISE)) + 1 if settings.anchor == "themes" else len(clusters.themes)
    n_topics = min(max(n_groups, 2), _MOST_TOPICS, n) if settings.count == "auto" else settings.count
    if settings.anchor == "none" or not n_groups:
        return n_topics, np.zeros(0, np.int32)
    if settings.anchor == "themes" and n_topics >= n_groups:
        return n_topics, np.asarray(clusters.themes, np.int32)
    return n_topics, clusters.cut(n_topics)


def _shares(lexis: "Lexis", labels: "np.ndarray") -> "np.ndarray":
    """(k, n_words): the share of each word among the words of each group."""
    import numpy as np

    from mihwar.topics.anchored import cluster_counts

    counted = cluster_counts(lexis.counts, labels, int(labels.max(initial=NOISE)) + 1)
    return np.asarray(counted / np.maximum(counted.sum(axis=1, keepdims=True), 1e-12))


def _groups(kind: str, labels: "np.ndarray", n_articles: "np.ndarray", n_groups: int, told: "Wording") -> "pa.Table":
    import numpy as np
    import pyarrow as pa

    words: list[list[str]] = [[] for _ in range(n_groups)]
    for group, _, word, _ in told.words:
        words[group].append(word)
    inside = labels != NOISE
    sizes = np.bincount(labels[inside], n_articles[inside], n_groups).astype(np.int64)
    return pa.table(
        {
            kind: pa.array(range(n_groups), pa.int32()),
            "size": pa.array(sizes, pa.int64()),
            "label": pa.array([" · ".join(row[:4]) for row in words], pa.string()),
            "words": pa.array(words, pa.list_(pa.string())),
        }
    )


def _with_topics(themes: "pa.Table", clusters: Clusters) -> "pa.Table":
    import numpy as np
    import pyarrow as pa

    members = [np.flatnonzero(np.asarray(clusters.themes) == theme).tolist() for theme in range(len(themes))]
    return themes.append_column("topics", pa.array(members, pa.list_(pa.int32())))


def _table(rows: "Sequence[tuple[object, ...]]", **columns: "pa.DataType") -> "pa.Table":
    import pyarrow as pa

    return pa.table({name: pa.array([row[i] for row in rows], kind) for i, (name, kind) in enumerate(columns.items())})


TOPICS = Stage("topics", 6, topics)
