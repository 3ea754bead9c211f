"""Repeated lines: what a source prints under every article is learned from its articles."""

from array import array
from collections import Counter

import numpy as np

MIN_ARTICLES = 20  # of a source with fewer nothing is learned
_MIN_TIMES = 10
_LETTERS = 160  # a longer line is a paragraph, and a repeated paragraph is a copied article


class Lines:
    """Counts in how many articles of its source each short line stands; articles with the very same text count once."""

    def __init__(self) -> None:
        self._sources: dict[str, int] = {}
        self._articles: Counter[str] = Counter()
        self._seen: set[int] = set()
        self._lines, self._source_of = array("q"), array("i")

    def add(self, source: str, text: str) -> None:
        """One article's text, a line a paragraph."""
        if (article := hash((source, text))) in self._seen:
            return
        self._seen.add(article)
        self._articles[source] += 1
        number = self._sources.setdefault(source, len(self._sources))
        for line in {line for line in text.split("\n") if len(line) <= _LETTERS}:
            self._lines.append(hash((source, line)))
            self._source_of.append(number)

    def repeated(self, share: float) -> frozenset[int]:
        """What stands in at least `share` of its source's articles, and in 10 of them, as `hash((source, line))`."""
        names = list(self._sources)
        articles = np.array([self._articles[name] for name in names], np.int64)
        least = np.where(
            articles >= MIN_ARTICLES, np.maximum(_MIN_TIMES, np.ceil(share * articles)), np.iinfo(np.int64).max
        )
        found, first, times = np.unique(np.frombuffer(self._lines, np.int64), return_index=True, return_counts=True)
        source = np.frombuffer(self._source_of, np.int32)[first]
        return frozenset(found[times >= least[source]].tolist()) if len(found) else frozenset()


def without_repeated(source: str, text: str, repeated: frozenset[int]) -> tuple[str, list[str]]:
    """A text without its source's repeated lines, and those lines; untouched where less than half would be left."""
    lines = text.split("\n")
    gone = [line for line in lines if len(line) <= _LETTERS and hash((source, line)) in repeated]
    if not gone or sum(map(len, gone)) * 2 > len(text):
        return text, []
    cut = set(gone)
    return "\n".join(line for line in lines if line not in cut), gone
