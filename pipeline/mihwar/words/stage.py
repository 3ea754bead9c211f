"""words: `Corpus` -> `Words`, the tokens of every story for topic models."""

from collections.abc import Iterable, Iterator
from dataclasses import replace
from itertools import islice
from time import thread_time
from typing import TYPE_CHECKING, Literal

from pydantic import Field

from mihwar.core.artifacts import Corpus, Words
from mihwar.core.errors import InputError
from mihwar.core.progress import Progress
from mihwar.core.rows import RowMemory
from mihwar.core.stage import Settings, Stage, fingerprint

if TYPE_CHECKING:
    import numpy as np
    import pyarrow as pa

    from mihwar.words.segment import Segmented

_BATCH = 512
_ROWS = 3  # raise it when segmentation gives other words
_ENOUGH_LETTERS = 20  # in a shorter text one letter too many says nothing
_TOO_MANY = 0.5  # of the articles with enough letters: then something is wrong with the whole source
# Of processor time for one article: a safety net, as ordinary ones take milliseconds on any machine.
_MAX_SECONDS = 10.0
_TOO_SLOW = -1  # letters lost, of an article that was given up
_SHOWN = 5  # ids named in a note


class WordsSettings(Settings):
    """How texts are split into words."""

    stopwords: bool = Field(True, description="Leave out the stop words of the document's language.")
    news_words: bool = Field(
        True,
        description=(
            "Leave out words of any news, such as who said it and when: said, Reuters, أكد (ar de en es fa fr ru tr)."
        ),
    )
    extra_stopwords: list[str] = Field(
        [], description="Further words to leave out in all their forms, in any language."
    )
    stemming: Literal["auto", "none"] = Field(
        "auto",
        description="auto: forms of a word count together, shown as the commonest. none: words count as written.",
    )
    phrases: bool = Field(
        False,
        description="Count words that belong together as one: New York, مجلس الأمن. Reads better, but costs coherence.",
    )
    max_lost: float = Field(
        0.3,
        ge=0,
        le=1,
        description=(
            "Share of an article's letters that may be no part of a word; above it the article has no words for "
            "topics. 1: none is."
        ),
    )


def words(settings: WordsSettings, corpus: Corpus, memory: RowMemory, progress: Progress) -> Words:
    """Split title and text of every story into normalised words without stop words; order is kept.

    A story may have none. A story is set aside if more than `max_lost` of its letters stand alone or are otherwise no
    part of a word: it has no words, and a note names it.

    Raises:
        InputError: more than half of the stories with at least 20 letters would be set aside.
    """
    from mihwar.words.lexicon import Selection, lexicon

    rows = _recall(corpus.stories, memory, progress)
    lists, notes = _set_aside(rows, corpus.stories, settings.max_lost)
    languages = [language or "und" for language in corpus.stories["language"].to_pylist()]
    selection = Selection(
        stopwords=settings.stopwords,
        news_words=settings.news_words,
        extra_stopwords=settings.extra_stopwords,
        stemmed=settings.stemming == "auto",
        phrases=settings.phrases,
    )
    made = lexicon(lists, languages, selection)
    return replace(made, notes=[*notes, *made.notes])


def _recall(stories: "pa.Table", memory: RowMemory, progress: Progress) -> "pa.ChunkedArray":
    """(n,) structs of words, n_letters and n_lost, see `Segmented`;
    the corpus is never whole in memory as Python strings.
    """
    import numpy as np
    import pyarrow as pa

    from mihwar.core.rows import row_key
    from mihwar.core.scratch import taken
    from mihwar.words.unspaced import versions

    kind = pa.struct([("words", pa.list_(pa.string())), ("n_letters", pa.int32()), ("n_lost", pa.int32())])
    columns = stories.select(["title", "text", "language"])

    def texts(table: "pa.Table") -> Iterator[tuple[str, str]]:
        for batch in table.to_batches(max_chunksize=_BATCH):
            for row in batch.to_pylist():
                yield f"{row['title'] or ''}\n{row['text']}", row["language"] or ""

    def compute(numbers: list[int]) -> Iterator[tuple[list[int], "pa.Array"]]:
        with progress.track("splitting into words", len(numbers)) as advance:
            done = 0
            for batch in taken(columns, np.array(numbers, np.int64)):
                found = [_segmented(text, language) for text, language in texts(batch)]
                yield numbers[done : done + len(batch)], pa.array([row._asdict() for row in found], kind)
                done += len(batch)
                advance(len(batch))

    keys = [row_key(language, text) for text, language in texts(columns)]
    return memory.recall(f"words-{fingerprint([_ROWS, versions()])}", keys, compute, kind)


def _segmented(text: str, language: str) -> "Segmented":
    """The words of a text; none, and `_TOO_SLOW` letters lost, where splitting it takes too long."""
    from mihwar.words.normalise import normalise
    from mihwar.words.segment import Segmented, segment

    until = thread_time() + _MAX_SECONDS
    plain = normalise(text, language)
    found = segment(plain, language) if thread_time() <= until else None
    return found if found and thread_time() <= until else Segmented([], len(plain), _TOO_SLOW)


def _set_aside(rows: "pa.ChunkedArray", stories: "pa.Table", most: float) -> tuple["pa.ChunkedArray", list[str]]:
    """(n,) the words of every story, none of those that lose too many letters; and what is to be said of these.

    Raises:
        InputError: they are too many.
    """
    import numpy as np
    import pyarrow as pa
    import pyarrow.compute as pc

    words, letters, lost = (pc.struct_field(rows, name) for name in ("words", "n_letters", "n_lost"))
    letters, lost = letters.to_numpy(), lost.to_numpy()
    enough = letters >= _ENOUGH_LETTERS
    share = np.where(enough, np.maximum(lost, 0) / np.maximum(letters, 1), 0)
    worst = [int(row) for row in np.argsort(-share, kind="stable") if share[row] > most]
    if len(worst) > _TOO_MANY * np.count_nonzero(enough):
        raise _too_many(worst, share, int(np.count_nonzero(enough)), stories, most)
    slow = np.flatnonzero(lost == _TOO_SLOW)
    notes = []
    if worst:
        notes.append(
            f"{len(worst):,} of {len(rows):,} articles have no words for topics: more than {most:.0%} of their "
            "letters are no part "
            f"of a word, as in text from a PDF or in a wrong encoding. The worst: {_named(worst, stories)}."
        )
    if len(slow):
        notes.append(
            f"{len(slow):,} articles have no words for topics: splitting them took more than {_MAX_SECONDS:g} "
            f"seconds each. The first: {_named(slow, stories)}."
        )
    if not worst:
        return words, notes
    kept = np.ones(len(rows), bool)
    kept[worst] = False
    return pc.if_else(pa.array(kept), words, pa.scalar([], words.type)), notes


def _named(rows: Iterable[int], stories: "pa.Table") -> str:
    return ", ".join(repr(stories["id"][int(row)].as_py()) for row in islice(rows, _SHOWN))


def _too_many(worst: list[int], share: "np.ndarray", n: int, stories: "pa.Table", most: float) -> InputError:
    row = stories.slice(worst[0], 1).to_pylist()[0]
    return InputError(
        f"words: expected at most {most:.0%} of an article's letters to be no part of a word, got more in "
        f"{len(worst):,} of {n:,} articles, "
        f"which is more than half; the worst is {row['id']!r} ({share[worst[0]]:.0%}): "
        f"{(row['title'] or row['text'])[:80]!r}.",
        "Letters that stand alone come from a PDF or a wrong encoding: mend or leave out these articles, or raise "
        "words.max_lost.",
    )


WORDS = Stage("words", 4, words)
