"""words: `Corpus` -> `Words`, the tokens of every document for topic models."""

from collections.abc import Iterator
from typing import TYPE_CHECKING, Literal

from pydantic import Field

from pipeline.core.artifacts import Corpus, Words
from pipeline.core.errors import InputError
from pipeline.core.progress import Progress
from pipeline.core.rows import RowMemory
from pipeline.core.stage import Settings, Stage, fingerprint

if TYPE_CHECKING:
    import pyarrow as pa

_BATCH = 512
_ROWS = 2  # raise it when segmentation gives other words
_ENOUGH_LETTERS = 20  # in a shorter text one letter too many says nothing


class WordsSettings(Settings):
    """How texts are split into words."""

    stopwords: bool = Field(True, description="Leave out the stop words of the document's language.")
    news_words: bool = Field(True, description="Leave out words of any news, such as who said it and when: said, Reuters, أكد (ar de en es fa fr ru tr).")
    extra_stopwords: list[str] = Field([], description="Further words to leave out in all their forms, in any language.")
    stemming: Literal["auto", "none"] = Field("auto", description="auto: forms of a word count together, shown as the commonest. none: words count as written.")
    phrases: bool = Field(False, description="Count words that belong together as one: New York, مجلس الأمن. Reads better, but costs coherence.")
    max_lost: float = Field(0.3, ge=0, le=1, description="Share of an article's letters that may be no part of a word before the run stops. 1: it never does.")


def words(settings: WordsSettings, corpus: Corpus, memory: RowMemory, progress: Progress) -> Words:
    """Split title and text of every document into normalised words without stop words; order is kept.

    A document may have none.

    Raises:
        InputError: of a document's letters, more than `max_lost` stand alone or are otherwise no part of a word.
    """
    from pipeline.words.lexicon import lexicon

    rows = _recall(corpus.documents, memory, progress)
    _check_lost(rows, corpus.documents, settings.max_lost)
    languages = [language or "und" for language in corpus.documents["language"].to_pylist()]
    return lexicon(rows, languages, settings)


def _recall(documents: "pa.Table", memory: RowMemory, progress: Progress) -> "pa.ChunkedArray":
    """(n,) structs of words, n_letters and n_lost, see `Segmented`; the corpus is never whole in memory as Python strings."""
    import pyarrow as pa

    from pipeline.core.rows import row_key
    from pipeline.words.normalise import normalise
    from pipeline.words.segment import segment
    from pipeline.words.unspaced import versions

    kind = pa.struct([("words", pa.list_(pa.string())), ("n_letters", pa.int32()), ("n_lost", pa.int32())])
    columns = documents.select(["title", "text", "language"])

    def texts(table: "pa.Table") -> Iterator[tuple[str, str]]:
        for batch in table.to_batches(max_chunksize=_BATCH):
            for row in batch.to_pylist():
                yield f"{row['title'] or ''}\n{row['text']}", row["language"] or ""

    def compute(numbers: list[int]) -> Iterator[tuple[list[int], "pa.Array"]]:
        with progress.track("splitting into words", len(numbers)) as advance:
            for start in range(0, len(numbers), _BATCH):
                batch = numbers[start : start + _BATCH]
                found = [segment(normalise(text, language), language) for text, language in texts(columns.take(batch))]
                yield batch, pa.array([row._asdict() for row in found], kind)
                advance(len(batch))

    keys = [row_key(language, text) for text, language in texts(columns)]
    return memory.recall(f"words-{fingerprint([_ROWS, versions()])}", keys, compute, kind)


def _check_lost(rows: "pa.ChunkedArray", documents: "pa.Table", most: float) -> None:
    import numpy as np
    import pyarrow.compute as pc

    letters, lost = (pc.struct_field(rows, name).to_numpy() for name in ("n_letters", "n_lost"))
    share = np.where(letters >= _ENOUGH_LETTERS, lost / np.maximum(letters, 1), 0)
    bad = np.flatnonzero(share > most)
    if len(bad):
        worst = int(np.argmax(share))
        row = documents.slice(worst, 1).to_pylist()[0]
        raise InputError(
            f"words: expected at most {most:.0%} of an article's letters to be no part of a word, got more in {len(bad):,} of {len(share):,} articles, "
            f"the worst {row['id']!r} ({share[worst]:.0%}): {(row['title'] or row['text'])[:80]!r}.",
            "Letters that stand alone come from a PDF or a wrong encoding: mend or leave out these articles, or raise words.max_lost.",
        )


WORDS = Stage("words", 2, words)
