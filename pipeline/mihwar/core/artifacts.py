"""What each stage gives. After ingest, row i is story i of `Corpus.stories` everywhere; a topic of -1 is noise."""

from dataclasses import dataclass
from typing import Any, NewType

import numpy as np
import pyarrow as pa

NOISE = -1

Html = NewType("Html", str)
Json = dict[str, Any]


@dataclass(frozen=True, kw_only=True)
class Artifact:
    """What a stage gives; each field is a table, an array, a text or JSON, and becomes one file.

    `notes` are sentences for the reader: what was unusual about the input and what was done about it.
    """

    notes: list[str]


@dataclass(frozen=True, kw_only=True)
class Corpus(Artifact):
    """The articles, clean, and the stories they tell: a story is an article that is no one's copy.

    Both tables have: id, title, text (a line a paragraph), language (ISO 639; und where it cannot be told, mul where
    there are several), language_confidence (0..1, null where the language was given), script (ISO 15924), date (UTC),
    date_precision (day, minute or second; a day is its midnight), date_reason (why a date that was given could not be
    read), source, url, label, parallel (for scoring: what says the same has the same).

    stories: a row a story, as its earliest article tells it; also n_articles, how many articles tell it. The order
        depends on what stories say, not on where they were read. All that is computed later has a row a story, in this
        order.
    articles: a row an article, ids unique, in reading order; also story, int64, its row in `stories`. `text` is null
        where the article is the earliest of its story, which has its text; see `views.articles`.
    rejects: file, place, id, reason, head (first 80 characters); a row for everything that was there and was not kept.
    counts: files, read, kept, rejected, stories, copies; steps: step -> articles changed and letters cut; sources:
        source -> kept, copies, rejected; repeated_lines: source -> line -> times cut. read = kept + rejected, kept =
        stories + copies.
    """

    stories: pa.Table
    articles: pa.Table
    rejects: pa.Table
    counts: Json


@dataclass(frozen=True, kw_only=True)
class Words(Artifact):
    """The tokens of every story, in order, as one run of numbers.

    vocabulary: word, stem; row v is the word numbered v, sorted, as it is shown (a phrase has spaces); forms of one
        word share a stem, int32, the number of the commonest of them.
    tokens: (n_tokens,) int32 word numbers.
    offsets: (n + 1,) int64; story i has tokens[offsets[i]:offsets[i + 1]].
    """

    vocabulary: pa.Table
    tokens: np.ndarray
    offsets: np.ndarray


@dataclass(frozen=True, kw_only=True)
class Embeddings(Artifact):
    """The vector of every story.

    vectors: (n, dimension) float32, unit length.
    model: id, prompt, dtype, device, max_tokens, dimension, share_cut.
    """

    vectors: np.ndarray
    model: Json


@dataclass(frozen=True, kw_only=True)
class Projection(Artifact):
    """Where stories lie.

    space: (n, components) float32, where clusters are sought.
    map: (n, 2) float32, what the eye sees.
    vectors: (n, d) float32, the embeddings as they were projected, centred and of unit length; neighbours are sought
        here.
    centers: language, mean; what was subtracted from each language's vectors, and from those of any other under the
        language null. Empty where nothing was.
    """

    space: np.ndarray
    map: np.ndarray
    vectors: np.ndarray
    centers: pa.Table


@dataclass(frozen=True, kw_only=True)
class Clusters(Artifact):
    """Topics, and themes that each hold whole topics.

    hdbscan_topics: (n,) int32, the topic HDBSCAN found, -1 noise; 0 the topic with the most stories.
    probabilities: (n,) float32, 0..1, how firmly HDBSCAN put the story there; 0 for noise.
    topics: (n,) int32, the topic after noise went to the topics of its neighbours; -1 where none was sure enough.
    confidence, theme_confidence: (n,) float32, 0..1, how often such a neighbourhood is right about the topic and about
        its theme; 1 where HDBSCAN found the topic.
    themes: (n_topics,) int32, the theme of each topic, 0 the largest.
    tree: left, right, height, size; a row a merge of two topics or groups of topics. Topics are 0..n_topics - 1, row i
        makes group n_topics + i.
    exemplars: topic, rank (from 1), id. theme_exemplars: theme, rank, id; the most typical stories.
    rule: what was decided, and the calibration of a vote of neighbours.
    """

    hdbscan_topics: np.ndarray
    probabilities: np.ndarray
    topics: np.ndarray
    confidence: np.ndarray
    theme_confidence: np.ndarray
    themes: np.ndarray
    tree: pa.Table
    exemplars: pa.Table
    theme_exemplars: pa.Table
    rule: Json

    def story_themes(self) -> np.ndarray:
        """(n,) int32: the theme of each story, -1 where it has no topic."""
        themes: np.ndarray = np.append(np.asarray(self.themes), NOISE).astype(np.int32)
        return np.asarray(themes[np.asarray(self.topics)])

    def cut(self, n_groups: int) -> np.ndarray:
        """(n_topics,) int32: the group of each topic where the tree is cut into `n_groups`, 0 the one with the most
        stories.

        Any two cuts are nested.
        """
        group = np.arange(len(self.themes))
        merges = np.stack([self.tree[side].to_numpy() for side in ("left", "right")], axis=1)
        for step, pair in enumerate(merges[: max(0, len(group) - n_groups)]):
            group[np.isin(group, pair)] = len(self.themes) + step
        number = np.unique(group, return_inverse=True)[1].reshape(-1)
        topics = np.asarray(self.topics)
        sizes = np.bincount(number, np.bincount(topics[topics != NOISE], minlength=len(group)))
        return np.argsort(np.argsort(-sizes, kind="stable"), kind="stable")[number].astype(np.int32)


@dataclass(frozen=True, kw_only=True)
class Topics(Artifact):
    """What topics, themes and LDA topics are about, in words. Counted are stems; a word shown is the form commonest
    there.

    topics, themes: topic (or theme), size (articles), label, words; themes also has topics, the list of its topics.
        Words are chosen as told in `relevance`.
    lda_words: lda_topic, rank, word, weight (probability).
    words_by_language: level (topic, theme or lda), group, language, rank, word.
    vocabulary: word; the columns of topic_word, each stem by its commonest form.
    topic_word: (k, n_words) float32, rows sum to 1.
    document_topic: (n, k) float32, the mixture of LDA topics of each story; rows sum to 1 (0 where a story has no
        words).
    anchors: (n_topics,) int32, the LDA topic that began as the group each topic is in; empty where none did.
    representatives: lda_topic, rank, id, share.
    crosswalk: topic, lda_topic, share; mean share of an LDA topic over the stories of a topic.
    """

    topics: pa.Table
    themes: pa.Table
    lda_words: pa.Table
    words_by_language: pa.Table
    anchors: np.ndarray
    vocabulary: pa.Table
    topic_word: np.ndarray
    document_topic: np.ndarray
    representatives: pa.Table
    crosswalk: pa.Table


@dataclass(frozen=True, kw_only=True)
class Stability(Artifact):
    """Which topics and themes come back when the same stories are clustered with other seeds.

    metrics: stability_ami, stability_ari, theme_stability_ami, theme_stability_ari; means over all pairs of seeds, null
        with one.
    groups: level (topic or theme), group, stability (mean best Jaccard with the other seeds, null with one), fragile
        (stability below .5).
    """

    metrics: Json
    groups: pa.Table


@dataclass(frozen=True, kw_only=True)
class Evaluation(Artifact):
    """Figures to trust a run by; those of articles count every copy, those of words count a story once.

    metrics: name -> number, or null where it has no meaning.
    lda_topics: lda_topic, npmi.
    groups: level (topic or theme), group, language_entropy (0..1, 1 where languages are mixed as in the whole corpus).
    noise: by (all, language, source), value, articles, hdbscan_noise, noise; shares of articles in no topic, 0..1, as
        HDBSCAN found them and as they are.
    """

    metrics: Json
    lda_topics: pa.Table
    groups: pa.Table
    noise: pa.Table


@dataclass(frozen=True, kw_only=True)
class Report(Artifact):
    """page: one self-contained HTML page."""

    page: Html
