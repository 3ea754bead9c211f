"""Lexicon: the words of all documents become numbers, without stop words, by stem, and bound into phrases."""

from collections.abc import Callable, Collection
from dataclasses import dataclass

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import regex

from mihwar.core.artifacts import Words
from mihwar.words.arabic import bare
from mihwar.words.phrases import Stream, Vocabulary, bind
from mihwar.words.segment import BREAK, says_something
from mihwar.words.stems import is_stemmed, stems
from mihwar.words.stopwords import news_words, opening_words, spelled, stop_words

_PASSES = 2  # pairs, then pairs of pairs
_THRESHOLD = 0.55  # of NPMI, by eye: below it are pairs that any subject may have, above it names and terms are missed
_LEAST_DOCUMENTS, _LEAST_SHARE = 5, 1 / 2000
_UNKNOWN = ("und", "mul")
_UNPARTED = regex.compile(
    r"[\p{Tibetan}\p{Javanese}\p{Balinese}\p{Tai_Tham}\p{New_Tai_Lue}\p{Tai_Le}\p{Tai_Viet}\p{Cham}\p{Sundanese}]"
)


@dataclass(frozen=True)
class Selection:
    """Which words count, and as what.

    stopwords, news_words: leave out those of the document's language. extra_stopwords: further words to leave out.
    stemmed: forms of a word count together. phrases: words that belong together count as one.
    """

    stopwords: bool
    news_words: bool
    extra_stopwords: list[str]
    stemmed: bool
    phrases: bool


def lexicon(lists: pa.ChunkedArray, languages: list[str], selection: Selection) -> Words:
    """Number the words of all documents.

    Args:
        lists: (n,) the words of each document, in order, BREAK between sentences.
        languages: (n,) ISO 639-1 codes, `und` or `mul` where it is not known or not one.
        selection: which words count.
    """
    codes, code = np.unique([*languages, "und"], return_inverse=True)
    documents = np.repeat(np.arange(len(lists), dtype=np.int32), pc.list_value_length(lists).to_numpy())
    written, tokens = _numbered(pc.list_flatten(lists))
    main = _main_languages(tokens, code[documents], codes, len(written))
    found, number = _without_clitics(written, np.bincount(tokens, minlength=len(written)), main)
    apart = np.array([word == BREAK or found[i] != word for word, i in zip(written, number, strict=True)], bool)[tokens]
    tokens = number[tokens]
    main = _main_languages(tokens, code[documents], codes, len(found))
    empty, stops, news = (
        np.array([not says_something(word) for word in found], bool),
        _listed(found, codes, stop_words),
        _listed(found, codes, news_words),
    )
    content = ~(empty | stops & selection.stopwords | news & selection.news_words)[code[documents], tokens]
    times = np.bincount(tokens[content], minlength=len(found))
    groups = _groups(found, main, times, selection.stemmed)
    content &= ~np.isin(groups, groups[_among(found, spelled(selection.extra_stopwords))])[tokens]
    bound = Stream(tokens, documents, content, apart), Vocabulary(found, groups)
    if selection.phrases:
        bound = _with_phrases(
            *bound, _listed(found, codes, opening_words)[code[documents], tokens] & ~content, len(lists)
        )
    return _packed(*bound, len(lists), _notes(found, languages, selection))


def _with_phrases(stream: Stream, vocabulary: Vocabulary, opening: np.ndarray, n: int) -> tuple[Stream, Vocabulary]:
    least = max(_LEAST_DOCUMENTS, int(_LEAST_SHARE * n))
    stream, vocabulary = bind(stream, vocabulary, least, _THRESHOLD, opening)
    for _ in range(_PASSES):
        stream, vocabulary = bind(stream, vocabulary, least, _THRESHOLD)
    return stream, vocabulary


def _numbered(values: pa.ChunkedArray) -> tuple[list[str], np.ndarray]:
    """The different words, and the number of each word that is there."""
    encoded = pa.chunked_array(values, pa.string()).combine_chunks().dictionary_encode()
    return encoded.dictionary.to_pylist(), encoded.indices.to_numpy()


def _main_languages(tokens: np.ndarray, code: np.ndarray, codes: np.ndarray, n_words: int) -> list[str]:
    """The language that each word is commonest in, of those that are known."""
    times = np.bincount(code * n_words + tokens, minlength=len(codes) * n_words).reshape(len(codes), n_words)
    times[np.isin(codes, _UNKNOWN)] = 0
    return [
        str(codes[number]) if most else "und"
        for number, most in zip(times.argmax(axis=0), times.max(axis=0), strict=True)
    ]


def _without_clitics(words: list[str], times: np.ndarray, main: list[str]) -> tuple[list[str], np.ndarray]:
    """The words without the small words that Arabic writes onto them, and which of these each word is."""
    arabic = [i for i, language in enumerate(main) if language == "ar"]
    found = list(words)
    for i, word in zip(arabic, bare([words[i] for i in arabic], times[arabic].tolist()), strict=True):
        found[i] = word
    different, number = np.unique(np.array(found, object), return_inverse=True)
    return different.tolist(), number.astype(np.int32)


def _listed(words: list[str], codes: np.ndarray, listed: Callable[[str], Collection[str]]) -> np.ndarray:
    """(n_codes, n_words) whether a word is in the list of a language."""
    return np.stack([_among(words, listed(code)) for code in codes.tolist()])


def _among(words: list[str], listed: Collection[str]) -> np.ndarray:
    return np.array([word in listed for word in words], bool)


def _groups(words: list[str], main: list[str], times: np.ndarray, stemmed: bool) -> np.ndarray:
    """The number of each word's stem; words that are always left out are their own."""
    keys = np.array(words, object)
    rows = np.flatnonzero(times) if stemmed else np.zeros(0, int)
    if len(rows):
        keys[rows] = stems([words[i] for i in rows], [main[i] for i in rows], times[rows].tolist())
    return np.unique(keys, return_inverse=True)[1].astype(np.int64)


def _packed(stream: Stream, vocabulary: Vocabulary, n: int, notes: list[str]) -> Words:
    """What says something, and only that; a stem is numbered as its commonest word."""
    tokens, documents = stream.tokens[stream.content], stream.documents[stream.content]
    words, number = np.unique(np.array(vocabulary.words, object), return_inverse=True)
    times = np.bincount(number[tokens], minlength=len(words))
    used = np.flatnonzero(times)
    row = np.cumsum(times > 0) - 1
    group = np.zeros(len(words), np.int64)
    group[number] = vocabulary.stems
    group = group[used]
    order = np.lexsort((used, -times[used], group))
    leads = np.concatenate([[True], np.diff(group[order]) > 0])[: len(order)]
    stem = np.empty(len(used), np.int32)
    stem[order] = order[leads][np.cumsum(leads) - 1]
    lengths = np.bincount(documents, minlength=n)
    n_empty = int((lengths == 0).sum())
    return Words(
        vocabulary=pa.table({"word": pa.array(words[used], pa.large_string()), "stem": stem}),
        tokens=row[number[tokens]].astype(np.int32),
        offsets=np.concatenate([[0], np.cumsum(lengths)]).astype(np.int64),
        notes=[*notes, *([f"{n_empty:,} articles have no words left for topics."] if n_empty else [])],
    )


def _notes(words: list[str], languages: list[str], selection: Selection) -> list[str]:
    """What languages there was no tool for."""
    notes = []
    if selection.stemmed and (
        plain := [language for language in languages if language not in _UNKNOWN and not is_stemmed(language)]
    ):
        notes.append(f"No stemmer is known here for {_counted(plain)}: their words count as they are written.")
    if selection.stopwords and (
        unlisted := [language for language in languages if language not in _UNKNOWN and not stop_words(language)]
    ):
        notes.append(f"No list of stop words is known here for {_counted(unlisted)}.")
    if unknown := [language for language in languages if language in _UNKNOWN]:
        notes.append(f"The language of {len(unknown):,} articles is not known: their words are told by script alone.")
    if unparted := sorted({match.group() for word in words if (match := _UNPARTED.search(word))}):
        notes.append(
            "Some words are of a script that is written without spaces and for which no tool is known here "
            f"({''.join(unparted[:5])})."
        )
    return notes


def _counted(languages: list[str]) -> str:
    codes, times = np.unique(languages, return_counts=True)
    return ", ".join(f"{code} ({n:,} articles)" for code, n in zip(codes, times, strict=True))
