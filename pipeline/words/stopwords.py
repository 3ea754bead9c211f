"""Stop words: the words of a language that say nothing of the subject."""

from functools import cache

from pipeline.words.normalise import normalise
from pipeline.words.segment import segment


@cache
def stop_words(language: str | None) -> frozenset[str]:
    """stopwordsiso's list for an ISO 639-1 code, spelled as `normalise` spells; empty where it has none."""
    import stopwordsiso

    if not language or not stopwordsiso.has_lang(language):
        return frozenset()
    return frozenset(piece for word in stopwordsiso.stopwords(language) for piece in segment(normalise(word, language)))
