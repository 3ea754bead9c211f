"""Stop words: the words of a language that say nothing of the subject."""

from collections.abc import Iterable
from functools import cache

from mihwar.words.normalise import normalise
from mihwar.words.segment import segment

# Arabic writes a pronoun onto particles and verbs: عليه, بينهم, أكده. (ي and ك are left out: they would make words of
# them.)
_ARABIC_PRONOUNS = ("ه", "ها", "هم", "هما", "هن", "نا", "كم")
_BARE_ALEF = str.maketrans("أإآ", "ااا")
# Listed words that many a name begins with: New York, World Cup, Nouvelle-Calédonie.
_OPENING = {
    "de": "neu neue neuen neuer neues große großer großen erste ersten erster zweite zweiten zweiter",
    "en": (
        "new world north south east west general high low big old long little best top open free home great state "
        "interest third six seven"
    ),
    "es": "nuevo nueva nuevos nuevas gran grandes primer primera primeros segundo segunda",
    "fr": "nouveau nouvelle nouveaux nouvelles grand grande grands grandes premier première second seconde",
    "it": "nuovo nuova nuovi nuove grande grandi primo prima secondo seconda",
    "pt": "novo nova novos novas grande grandes primeiro primeira segundo segunda",
}


@cache
def stop_words(language: str | None) -> frozenset[str]:
    """stopwordsiso's list for an ISO 639-1 code, spelled as `normalise` spells; empty where it has none."""
    import stopwordsiso

    if not language or not stopwordsiso.has_lang(language):
        return frozenset()
    return spelled(stopwordsiso.stopwords(language), language)


@cache
def news_words(language: str | None) -> frozenset[str]:
    """Words that are in any news whatever it is about, spelled as `normalise` spells; empty where there is no list."""
    from mihwar.words.news import NEWS_WORDS

    return spelled(NEWS_WORDS.get(language or "", "").split(), language)


@cache
def opening_words(language: str | None) -> frozenset[str]:
    """Stop words that may begin a phrase."""
    return spelled(_OPENING.get(language or "", "").split(), language)


def spelled(words: Iterable[str], language: str | None = None) -> frozenset[str]:
    """Listed words as they come out of a text;
    Arabic ones also with a pronoun and without the hamza that many leave out.
    """
    listed = frozenset(piece for word in words for piece in segment(normalise(word, language), language).words if piece)
    if language != "ar":
        return listed
    listed |= {word + pronoun for word in listed if len(word) > 1 for pronoun in _ARABIC_PRONOUNS}
    return listed | {word.translate(_BARE_ALEF) for word in listed}
