"""evaluate: what came out -> `Evaluation`, figures to trust it by."""

from collections.abc import Callable
from typing import TYPE_CHECKING

from pydantic import Field

from mihwar.core.artifacts import NOISE, Clusters, Corpus, Evaluation, Projection, Stability, Topics, Words
from mihwar.core.progress import Progress
from mihwar.core.stage import Settings, Stage

if TYPE_CHECKING:
    import numpy as np
    import pyarrow as pa

    Measure = Callable[[list[list[int]], np.ndarray, np.ndarray], np.ndarray]


class EvaluateSettings(Settings):
    """How results are scored."""

    words: int = Field(10, ge=2, le=100, description="Words of a topic that count towards its coherence and diversity.")
    window: int = Field(10, ge=2, description="Words within which two words count as occurring together.")
    warn_noise: float = Field(
        0.2,
        ge=0,
        le=1,
        description="Share of all articles, or of a language's or a source's, in no topic above which a note is made.",
    )


def evaluate(
    settings: EvaluateSettings,
    corpus: Corpus,
    words: Words,
    projection: Projection,
    clusters: Clusters,
    topics: Topics,
    stability: Stability,
    progress: Progress,
) -> Evaluation:
    """Score topics and themes; a figure that has no meaning for this corpus is null, never nan.

    A word that is shown stands for all forms of it, by which its topic was found: it occurs where any of them does, and
    two forms of one word are not two words. So coherence and diversity are those of stems, over stories: a text that
    was copied counts once. Labels, languages and sources are those of articles, each of which has its story's topic.
    Coherence is that of each language's words in its own articles, for words of two languages are never in one article.
    """
    import numpy as np
    import pyarrow.compute as pc

    from mihwar.evaluate.noise import noise_shares, warnings_of
    from mihwar.evaluate.separation import dbcv, silhouette

    story = corpus.articles["story"].to_numpy()
    found, hdbscan, space = (
        np.asarray(clusters.topics)[story],
        np.asarray(clusters.hdbscan_topics),
        np.asarray(projection.space),
    )
    levels = {"": found, "theme_": clusters.story_themes()[story]}
    sizes = np.bincount(found[found != NOISE]) if (found != NOISE).any() else np.zeros(0, int)
    with progress.track("scoring words"):
        coherence, table = _coherence(settings, corpus, words, topics)
    with progress.track("scoring topics"):
        separation = {"silhouette": silhouette(space, hdbscan), "dbcv": dbcv(space, hdbscan)}
        figures = {
            prefix + name: value
            for prefix, groups in levels.items()
            for name, value in _group_figures(corpus, groups).items()
        }
    noise = noise_shares(hdbscan[story], found, *(corpus.articles[name].to_pylist() for name in ("language", "source")))
    metrics = {
        "documents": len(found),
        **{key: corpus.counts[key] for key in ("stories", "copies", "rejected")},
        "languages": len(pc.unique(corpus.articles["language"])),
        "topics": len(clusters.themes),
        "themes": int(np.asarray(clusters.themes).max(initial=NOISE)) + 1,
        "noise_share": float((found == NOISE).mean()),
        "hdbscan_noise_share": float((hdbscan[story] == NOISE).mean()),
        "largest_topic": int(sizes.max(initial=0)),
        "median_topic": float(np.median(sizes)) if len(sizes) else None,
        "smallest_topic": int(sizes.min()) if len(sizes) else None,
        **coherence,
        **separation,
        **figures,
        **stability.metrics,
    }
    return Evaluation(
        metrics=metrics,
        lda_topics=table,
        groups=_groups(clusters, _languages(corpus.stories)),
        noise=noise,
        notes=warnings_of(noise, settings.warn_noise),
    )


def _languages(table: "pa.Table") -> "np.ndarray":
    import numpy as np

    return np.array(table["language"].to_pylist(), str)


def _group_figures(corpus: Corpus, groups: "np.ndarray") -> dict[str, float | None]:
    import numpy as np

    from mihwar.evaluate.agreement import agreement, bcubed
    from mihwar.evaluate.mixing import mixing, parallel_together

    labels, parallel = (np.array(corpus.articles[name].to_pylist(), object) for name in ("label", "parallel"))
    languages = _languages(corpus.articles)
    return {
        **agreement(groups, labels),
        **bcubed(groups, labels),
        **mixing(groups, languages),
        "parallel_together": parallel_together(groups, parallel),
    }


def _coherence(
    settings: EvaluateSettings, corpus: Corpus, words: Words, topics: Topics
) -> "tuple[dict[str, float | int | None], pa.Table]":
    """Figures of the LDA topics' words, and a row a topic: lda_topic, npmi."""
    from functools import partial

    import numpy as np
    import pyarrow as pa
    import pyarrow.compute as pc

    from mihwar.evaluate.coherence import c_v, diversity, npmi, within_languages
    from mihwar.evaluate.overlap import inverted_rbo

    stems, k = words.vocabulary["stem"].to_numpy(), len(topics.topic_word)

    def numbered(table: "pa.Table", group: str) -> list[list[int]]:
        table = table.filter(pc.less_equal(table["rank"], settings.words))
        numbers = pc.index_in(
            table["word"].cast(pa.large_string()), words.vocabulary["word"].combine_chunks()
        ).to_pylist()
        lists: list[list[int]] = [[] for _ in range(k)]
        for topic, number in zip(table[group].to_pylist(), numbers, strict=True):
            lists[topic].append(int(stems[number]))
        return lists

    languages = _languages(corpus.stories)
    tokens, offsets = stems[np.asarray(words.tokens)], np.asarray(words.offsets)
    told = topics.words_by_language.filter(pc.equal(topics.words_by_language["level"], "lda"))
    by_language = {
        language: numbered(told.filter(pc.equal(told["language"], language)), "group")
        for language in np.unique(languages).tolist()
    }

    def scored(measure: "Measure") -> "np.ndarray":
        return within_languages(measure, by_language, tokens, offsets, languages)

    def mean(figures: "np.ndarray") -> float | None:
        return float(np.nanmean(figures)) if not np.isnan(figures).all() else None

    lists, scores = numbered(topics.lda_words, "lda_topic"), scored(partial(npmi, window=settings.window))
    figures = {
        "lda_topics": k,
        "npmi": mean(scores),
        "npmi_by_document": mean(scored(partial(npmi, window=None))),
        "c_v": mean(scored(c_v)),
        "diversity": diversity(lists),
        "inverted_rbo": inverted_rbo(lists),
    }
    return figures, pa.table(
        {"lda_topic": pa.array(range(k), pa.int32()), "npmi": pa.array(scores, pa.float64(), from_pandas=True)}
    )


def _groups(clusters: Clusters, languages: "np.ndarray") -> "pa.Table":
    """A row a group: level, group, language_entropy."""
    import numpy as np
    import pyarrow as pa

    from mihwar.evaluate.mixing import topic_entropy

    tables = []
    for level, groups in (("topic", np.asarray(clusters.topics)), ("theme", clusters.story_themes())):
        entropy = topic_entropy(groups, languages)
        columns = {
            "level": pa.array([level] * len(entropy), pa.string()),
            "group": pa.array(range(len(entropy)), pa.int32()),
        }
        tables.append(pa.table(columns | {"language_entropy": pa.array(entropy, pa.float64(), from_pandas=True)}))
    return pa.concat_tables(tables)


EVALUATE = Stage("evaluate", 5, evaluate)
