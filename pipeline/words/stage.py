"""words: `Corpus` -> `Words`, the tokens of every document for topic models."""

from collections.abc import Iterator
from typing import TYPE_CHECKING

from pydantic import Field

from pipeline.core.artifacts import Corpus, Words
from pipeline.core.progress import Progress
from pipeline.core.rows import RowMemory
from pipeline.core.stage import Settings, Stage, fingerprint, identity

if TYPE_CHECKING:
    import pyarrow as pa

_BATCH = 512


class WordsSettings(Settings):
    """How texts are split into words."""

    stopwords: bool = Field(True, description="Leave out the stop words of the document's language.")
    extra_stopwords: list[str] = Field([], description="Further words to leave out, in any language.")


def words(settings: WordsSettings, corpus: Corpus, memory: RowMemory, progress: Progress) -> Words:
    """Split title and text of every document into normalised words without stop words; order is kept.

    A document may have none.
    """
    import numpy as np
    import pyarrow as pa
    import pyarrow.compute as pc

    from pipeline.core.rows import row_key
    from pipeline.words.normalise import normalise
    from pipeline.words.segment import segment
    from pipeline.words.stopwords import stop_words

    columns = [corpus.documents[name].to_pylist() for name in ("title", "text", "language")]
    documents = [(f"{title or ''}\n{text}", language) for title, text, language in zip(*columns, strict=True)]
    extra = frozenset(piece for word in settings.extra_stopwords for piece in segment(normalise(word)))

    def tokens(text: str, language: str | None) -> list[str]:
        stopped = (stop_words(language) | extra) if settings.stopwords else extra
        return [word for word in segment(normalise(text, language)) if word not in stopped]

    def compute(rows: list[int]) -> Iterator[tuple[list[int], "pa.Array"]]:
        with progress.track("splitting into words", len(rows)) as advance:
            for start in range(0, len(rows), _BATCH):
                batch = rows[start : start + _BATCH]
                yield batch, pa.array([tokens(*documents[i]) for i in batch], pa.list_(pa.string()))
                advance(len(batch))

    way = f"words-{fingerprint([WORDS.version, identity(settings)])}"
    keys = [row_key(language or "", text) for text, language in documents]
    lists = memory.recall(way, keys, compute, pa.list_(pa.string()))
    encoded = pc.list_flatten(lists).combine_chunks().dictionary_encode()
    vocabulary = encoded.dictionary.cast(pa.large_string())
    order = pc.array_sort_indices(vocabulary).to_numpy()
    rank = np.empty(len(order), np.int32)
    rank[order] = np.arange(len(order), dtype=np.int32)
    lengths = pc.list_value_length(lists).to_numpy()
    n_empty = int((lengths == 0).sum())
    return Words(vocabulary=pa.table({"word": vocabulary.take(order)}), tokens=rank[encoded.indices.to_numpy()],
                 offsets=np.concatenate([[0], np.cumsum(lengths)]).astype(np.int64),
                 notes=[f"{n_empty:,} articles have no words left for topics."] if n_empty else [])  # fmt: skip


WORDS = Stage("words", 1, words)
