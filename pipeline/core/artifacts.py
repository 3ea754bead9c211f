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
    read), source, url, label, parallel (for scoring: what says the same has the same), group (the id of the first document
    of those that are copies of one another; its own where there are none).
    rejects: file, place, id, reason, head (first 80 characters); a row for everything that was there and was not kept.
    counts: files, read, kept, rejected, stories, copies; steps: step -> articles changed and letters cut; sources: source -> kept,
    copies, rejected; repeated_lines: source -> line -> times cut. read = kept + rejected, kept = stories + copies.
    """

    documents: pa.Table
    rejects: pa.Table
    counts: Json

    def stories(self) -> tuple[np.ndarray, np.ndarray]:
        """Rows of the documents that are no one's copy, ascending, and for every document the place of its story among them."""
        first = pc.index_in(self.documents["group"].combine_chunks(), self.documents["id"].combine_chunks()).to_numpy(zero_copy_only=False)
        rows, story = np.unique(first, return_inverse=True)
        return rows.astype(np.int64), story.reshape(-1)


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
    """space: (n, components) float32, where clusters are sought. map: (n, 2) float32, what the eye sees."""

    space: np.ndarray
    map: np.ndarray


@dataclass(frozen=True, kw_only=True)
class Clusters(Artifact):
    """labels: (n,) int32, 0 the largest topic, -1 noise. probabilities: (n,) float32, 0..1, 0 for noise.

    exemplars: topic, rank (from 1), id; the most typical documents. rule: the min_cluster_size, min_samples and selection used.
    """

    labels: np.ndarray
    probabilities: np.ndarray
    exemplars: pa.Table
    rule: Json


@dataclass(frozen=True, kw_only=True)
class Topics(Artifact):
    """clusters: topic, size, label, words. cluster_words: topic, rank, word, weight (class-based TF-IDF).

    Counted are stems; a word shown is the form of its stem that is commonest in that topic.
    lda_words: lda_topic, rank, word, weight. vocabulary: word; the columns of topic_word, each stem by its commonest form.
    topic_word: (k, n_words) float32, rows sum to 1. document_topic: (n, k) float32, rows sum to 1 (0 where a document has no words).
    representatives: lda_topic, rank, id, share. crosswalk: topic, lda_topic, share; mean LDA share over a cluster.
    """

    clusters: pa.Table
    cluster_words: pa.Table
    lda_words: pa.Table
    vocabulary: pa.Table
    topic_word: np.ndarray
    document_topic: np.ndarray
    representatives: pa.Table
    crosswalk: pa.Table


@dataclass(frozen=True, kw_only=True)
class Evaluation(Artifact):
    """metrics: name -> number, or null where it has no meaning. topics: lda_topic, npmi."""

    metrics: Json
    topics: pa.Table


@dataclass(frozen=True, kw_only=True)
class Report(Artifact):
    """page: one self-contained HTML page."""

    page: Html
