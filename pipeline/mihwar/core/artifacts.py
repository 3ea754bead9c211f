"""The vocabulary: what each stage gives. Row i is document i of `Corpus` everywhere; a topic or label of -1 is noise."""

from dataclasses import dataclass
from typing import Any, NewType

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

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
    """The articles, clean.

    documents: a row a document, ids unique, in reading order: id, title, text (a line a paragraph), language (ISO 639; und where
    it cannot be told, mul where there are several), language_confidence (0..1, null where the language was given), script (ISO 15924),
    date (UTC), date_precision (day, minute or second; a day is its midnight), date_reason (why a date that was given could not be
    read), source, url, label, parallel (for scoring: what says the same has the same), group (the id of the earliest
    document of those that are copies of one another; its own where there are none).
    story_rows: (n_stories,) int64, the rows of the documents that are no one's copy, in an order that depends on what they
    say and not on where they were read. Whatever computes over stories takes them in this order.
    rejects: file, place, id, reason, head (first 80 characters); a row for everything that was there and was not kept.
    counts: files, read, kept, rejected, stories, copies; steps: step -> articles changed and letters cut; sources: source -> kept,
    copies, rejected; repeated_lines: source -> line -> times cut. read = kept + rejected, kept = stories + copies.
    """

    documents: pa.Table
    story_rows: np.ndarray
    rejects: pa.Table
    counts: Json

    def stories(self) -> tuple[np.ndarray, np.ndarray]:
        """`story_rows`, and for every document the place of its story in them: (n_stories,) and (n,) int64."""
        stories = np.asarray(self.story_rows)
        ids = self.documents["id"].combine_chunks()
        places = pc.index_in(self.documents["group"].combine_chunks(), ids.take(pa.array(stories)))
        return stories, places.to_numpy(zero_copy_only=False).astype(np.int64)


@dataclass(frozen=True, kw_only=True)
class Words(Artifact):
    """The tokens of every document, in order, as one run of numbers.

    vocabulary: word, stem; row v is the word numbered v, sorted, as it is shown (a phrase has spaces); forms of one word share
    a stem, int32, the number of the commonest of them. tokens: (n_tokens,) int32 word numbers.
    offsets: (n + 1,) int64; document i has tokens[offsets[i]:offsets[i + 1]].
    """

    vocabulary: pa.Table
    tokens: np.ndarray
    offsets: np.ndarray


@dataclass(frozen=True, kw_only=True)
class Embeddings(Artifact):
    """vectors: (n, dimension) float32, unit length. model: id, prompt, dtype, device, max_tokens, dimension, share_cut."""

    vectors: np.ndarray
    model: Json


@dataclass(frozen=True, kw_only=True)
class Projection(Artifact):
    """space: (n, components) float32, where clusters are sought. map: (n, 2) float32, what the eye sees.

    vectors: (n, d) float32, the embeddings as they were projected, centred and of unit length; where neighbours are looked for.
    centers: language, mean; what was subtracted from each language's vectors, and from those of any other under the language null. Empty where nothing was.
    """

    space: np.ndarray
    map: np.ndarray
    vectors: np.ndarray
    centers: pa.Table


@dataclass(frozen=True, kw_only=True)
class Clusters(Artifact):
    """Topics, and themes that each hold whole topics.

    labels: (n,) int32, the topic HDBSCAN found, -1 noise. probabilities: (n,) float32, 0..1, 0 for noise.
    reassigned: (n,) int32, the topic after noise went to the topics of its neighbours; -1 where none was sure enough. 0 the topic with the most labels.
    confidence, theme_confidence: (n,) float32, 0..1, how often such a neighbourhood is right about the topic and about its theme; 1 where labels has the topic.
    themes: (n_topics,) int32, the theme of each topic, 0 the largest.
    tree: left, right, height, size; a row a merge of two topics or groups of topics. Topics are 0..n_topics - 1, row i makes group n_topics + i.
    exemplars: topic, rank (from 1), id. theme_exemplars: theme, rank, id; the most typical documents.
    shares: by (all, language, source), value, documents, noise, reassigned; shares of documents, 0..1, the last two before and after.
    rule: what was decided, and the bar that a vote of neighbours must reach.
    """

    labels: np.ndarray
    probabilities: np.ndarray
    reassigned: np.ndarray
    confidence: np.ndarray
    theme_confidence: np.ndarray
    themes: np.ndarray
    tree: pa.Table
    exemplars: pa.Table
    theme_exemplars: pa.Table
    shares: pa.Table
    rule: Json

    def cut(self, n_groups: int) -> np.ndarray:
        """(n_topics,) int32: the group of each topic where the tree is cut into `n_groups`, 0 the one with the most articles; any two cuts are nested."""
        group = np.arange(len(self.themes))
        merges = np.stack([self.tree[side].to_numpy() for side in ("left", "right")], axis=1)
        for step, pair in enumerate(merges[: max(0, len(group) - n_groups)]):
            group[np.isin(group, pair)] = len(self.themes) + step
        number = np.unique(group, return_inverse=True)[1].reshape(-1)
        sizes = np.bincount(number, np.bincount(self.reassigned[self.reassigned != NOISE], minlength=len(group)))
        return np.argsort(np.argsort(-sizes, kind="stable"), kind="stable")[number].astype(np.int32)


@dataclass(frozen=True, kw_only=True)
class Topics(Artifact):
    """clusters, themes: topic (or theme), size (articles, reassigned ones too), label, words; themes also has topics, the list of its topics.

    Counted are stems; a word shown is the form of its stem that is commonest in that topic. Words are chosen as told in `relevance`.
    lda_words: lda_topic, rank, word, weight (probability). words_by_language: level (topic, theme or lda), group, language, rank, word.
    vocabulary: word; the columns of topic_word, each stem by its commonest form.
    topic_word: (k, n_words) float32, rows sum to 1. document_topic: (n, k) float32, rows sum to 1 (0 where a document has no words).
    anchors: (n_topics,) int32, the LDA topic that began as the group each topic is in; empty where none did.
    representatives: lda_topic, rank, id, share. crosswalk: topic, lda_topic, share; mean LDA share over a topic.
    """

    clusters: pa.Table
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
class Evaluation(Artifact):
    """metrics: name -> number, or null where it has no meaning. topics: lda_topic, npmi.

    groups: level (topic or theme), group, language_entropy (0..1, 1 where languages are mixed as in the whole corpus), stability (mean best
    Jaccard with the same articles clustered by other seeds, null where there are none), fragile (stability below .5).
    """

    metrics: Json
    topics: pa.Table
    groups: pa.Table


@dataclass(frozen=True, kw_only=True)
class Report(Artifact):
    """page: one self-contained HTML page."""

    page: Html
