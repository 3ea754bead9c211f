"""Phrases: words found together far more often than chance would have it become one term, مجلس الأمن or New York.

The measure is that of gensim's Phrases with npmi scoring; counting pairs of numbers in arrays lets a phrase be known by
its stems, shown as it is written, and kept within a sentence.
"""

from typing import NamedTuple

import numpy as np
import regex

from mihwar.words.unspaced import UNSPACED

_MOST_BETWEEN = 2  # stop words that may stand inside a phrase: ministère de la santé
_TOGETHER = 0.4  # least share of the rarer word's times that are in the phrase
_ENDS_UNSPACED, _BEGINS_UNSPACED = regex.compile(f"[{UNSPACED}]$"), regex.compile(f"[{UNSPACED}]")


class Stream(NamedTuple):
    """The tokens of all documents, stop words and breaks among them.

    tokens: (t,) word numbers. documents: (t,) the document of each. content: (t,) whether it says something. apart:
    (t,) whether nothing may bind it to what is before it, as it begins a sentence or had a small word written onto it.
    """

    tokens: np.ndarray
    documents: np.ndarray
    content: np.ndarray
    apart: np.ndarray


class Vocabulary(NamedTuple):
    """words: the word of each number. stems: (n_words,) the group of each."""

    words: list[str]
    stems: np.ndarray


def bind(
    stream: Stream, vocabulary: Vocabulary, least: int, threshold: float, opening: np.ndarray | None = None
) -> tuple[Stream, Vocabulary]:
    """Replace pairs of words that belong together by one token each; once more makes phrases of phrases.

    Two words belong together where they are so in at least `least` documents, two fifths of the times that the rarer
    one is there at all, and their normalised pointwise mutual information (Bouma 2009) is at least `threshold`; with
    them all pairs of the same two stems with the same stop words between them. Of two pairs that share a word the
    closer one is taken.

    Args:
        opening: (t,) stop words that may begin a phrase; given, only such pairs are sought: New York, World Cup.
    """
    content = np.flatnonzero(stream.content if opening is None else stream.content | opening)
    first, second = _linked(stream, content)
    if opening is not None:
        sought = opening[content[first]] & stream.content[content[second]] & (content[second] - content[first] == 1)
        first, second = first[sought], second[sought]
    if not len(first):
        return stream, vocabulary
    a, b = stream.tokens[content[first]].astype(np.int64), stream.tokens[content[second]].astype(np.int64)
    between = _between(stream.tokens, content[first], content[second])
    written, times = _kinds(a, b, between)
    alone = np.bincount(stream.tokens[content])
    score = _npmi(times[written], alone[a], alone[b], len(content))
    loose = times[written] < _TOGETHER * np.minimum(alone[a], alone[b])
    score[loose | (_documents(written, stream.documents[content[first]], times, least)[written] < least)] = -np.inf
    kind, n = _kinds(vocabulary.stems[a], vocabulary.stems[b], between)
    best = np.full(len(n), -np.inf)
    np.maximum.at(best, kind, score)
    best[best < threshold] = -np.inf
    taken = _closest(first, best[kind])
    stems = np.unique(kind[taken], return_inverse=True)[1] + int(vocabulary.stems.max()) + 1
    return _replaced(stream, vocabulary, content[first[taken]], content[second[taken]], stems, written[taken])


def _kinds(left: np.ndarray, right: np.ndarray, between: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """The kind of each pair, and how many there are of each kind."""
    _, kind, times = np.unique(
        (left * (int(right.max()) + 1) + right) * (int(between.max()) + 1) + between,
        return_inverse=True,
        return_counts=True,
    )
    return kind, times


def _linked(stream: Stream, content: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Pairs of neighbours among the content words, as numbers of these:
    in one document and sentence, few stop words between.
    """
    breaks = np.cumsum(stream.apart)
    near = np.diff(content) <= _MOST_BETWEEN + 1
    same = (np.diff(stream.documents[content]) == 0) & (np.diff(breaks[content]) == 0)
    first = np.flatnonzero(near & same)
    return first, first + 1


def _between(tokens: np.ndarray, first: np.ndarray, second: np.ndarray) -> np.ndarray:
    """One number for the stop words between each pair, 0 for none."""
    gap = second - first - 1
    one, two = (
        np.where(gap > i, tokens[np.minimum(first + 1 + i, len(tokens) - 1)] + 1, 0).astype(np.int64)
        for i in range(_MOST_BETWEEN)
    )
    found, number = np.unique(one * (int(tokens.max(initial=0)) + 2) + two, return_inverse=True)
    return np.asarray(number) + int(found[0] != 0)


def _npmi(both: np.ndarray, left: np.ndarray, right: np.ndarray, n: int) -> np.ndarray:
    """Normalised pointwise mutual information of words that are `both` times together and `left` and `right` times at
    all, of n.
    """
    with np.errstate(divide="ignore", invalid="ignore"):
        npmi: np.ndarray = np.log(both * n / (left.astype(float) * right)) / np.log(n / both)
    npmi[~np.isfinite(npmi)] = -1
    return npmi


def _documents(kind: np.ndarray, documents: np.ndarray, times: np.ndarray, least: int) -> np.ndarray:
    """In how many documents each kind of pair is, where it is anywhere near enough times."""
    often = times[kind] >= least
    pairs = (
        np.unique(np.stack([kind[often], documents[often]], axis=1), axis=0) if often.any() else np.zeros((0, 2), int)
    )
    n: np.ndarray = np.bincount(pairs[:, 0], minlength=len(times))
    return n


def _closest(first: np.ndarray, score: np.ndarray) -> np.ndarray:
    """Numbers of the pairs to take, none of which share a word;
    a pair that is closer than both its neighbours goes first.
    """
    taken = np.zeros(len(score), bool)
    score = score.copy()
    touches = np.diff(first) == 1  # pair i ends where pair i + 1 begins
    while (open_ := score > -np.inf).any():
        before = np.concatenate([[-np.inf], np.where(touches, score[:-1], -np.inf)])
        after = np.concatenate([np.where(touches, score[1:], -np.inf), [-np.inf]])
        best = open_ & (score > before) & (score >= after)
        taken |= best
        score[best] = -np.inf
        score[1:][touches & best[:-1]] = -np.inf
        score[:-1][touches & best[1:]] = -np.inf
    return np.flatnonzero(taken)


def _replaced(
    stream: Stream,
    vocabulary: Vocabulary,
    first: np.ndarray,
    second: np.ndarray,
    stems: np.ndarray,
    written: np.ndarray,
) -> tuple[Stream, Vocabulary]:
    """The stream with one token for each pair, and the vocabulary with the new words."""
    tokens, content = stream.tokens.copy(), stream.content.copy()
    _, example, number = np.unique(written, return_index=True, return_inverse=True)
    words = [_joined([vocabulary.words[token] for token in stream.tokens[first[i] : second[i] + 1]]) for i in example]
    tokens[first], content[first] = len(vocabulary.words) + number, True
    inside = np.zeros(len(tokens) + 1, int)
    inside[first + 1] += 1
    inside[second + 1] -= 1
    kept = np.cumsum(inside[:-1]) == 0
    return (
        Stream(tokens[kept], stream.documents[kept], content[kept], stream.apart[kept]),
        Vocabulary(vocabulary.words + words, np.concatenate([vocabulary.stems, stems[example]])),
    )


def _joined(words: list[str]) -> str:
    """Words as they are written next to each other."""
    text = words[0]
    for word in words[1:]:
        text += word if _ENDS_UNSPACED.search(text) and _BEGINS_UNSPACED.match(word) else f" {word}"
    return text
