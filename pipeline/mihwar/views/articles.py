"""Articles: every article with its whole text, and what was found of the story it tells."""

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from mihwar.core.artifacts import Clusters, Corpus, Projection


def articles(corpus: Corpus, clusters: Clusters | None = None, projection: Projection | None = None) -> pa.Table:
    """A row an article, in reading order: what is known of it by the stages whose artifacts are given.

    From `corpus`: the columns of `Corpus.articles`, with `story` the id of the earliest article of its story, and copy,
    whether that is another article. From `clusters`, those of its story: topic, theme (-1: none), confidence,
    theme_confidence (0..1), core (whether HDBSCAN put it there itself), hdbscan_topic (-1: noise), probability (0..1).
    From `projection`: x, y, its story's place on the map.
    """
    story = corpus.articles["story"].to_numpy()
    found = with_texts(corpus)
    names = corpus.stories["id"].take(pa.array(story))
    found = _set(found, "story", names)
    found = _set(found, "copy", pc.not_equal(names, found["id"]))
    if clusters is not None:
        columns = {
            "topic": clusters.topics,
            "theme": clusters.story_themes(),
            "confidence": clusters.confidence,
            "theme_confidence": clusters.theme_confidence,
            "core": np.asarray(clusters.hdbscan_topics) >= 0,
            "hdbscan_topic": clusters.hdbscan_topics,
            "probability": clusters.probabilities,
        }
        for name, values in columns.items():
            found = _set(found, name, pa.array(np.asarray(values)[story]))
    if projection is not None:
        for axis, name in enumerate(("x", "y")):
            found = _set(found, name, pa.array(np.asarray(projection.map)[story, axis]))
    return found


def with_texts(corpus: Corpus) -> pa.Table:
    """`Corpus.articles`, with the text of each article, also of those whose text their story has."""
    texts = corpus.articles["text"]
    stories = corpus.stories["text"].take(corpus.articles["story"])
    return _set(corpus.articles, "text", pc.if_else(pc.is_null(texts), stories, texts))


def _set(table: pa.Table, name: str, values: pa.Array | pa.ChunkedArray) -> pa.Table:
    at = table.schema.get_field_index(name)
    return table.append_column(name, values) if at < 0 else table.set_column(at, name, values)
