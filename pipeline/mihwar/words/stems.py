"""Stems: which words are forms of one word, so that they are counted together."""

from collections.abc import Sequence

from mihwar.words.arabic import stems as arabic_stems

_SNOWBALL = {
    "ca": "catalan",
    "cs": "czech",
    "da": "danish",
    "de": "german",
    "el": "greek",
    "en": "english",
    "eo": "esperanto",
    "es": "spanish",
    "et": "estonian",
    "eu": "basque",
    "fa": "persian",
    "fi": "finnish",
    "fr": "french",
    "ga": "irish",
    "hi": "hindi",
    "hu": "hungarian",
    "hy": "armenian",
    "id": "indonesian",
    "it": "italian",
    "lt": "lithuanian",
    "ne": "nepali",
    "nb": "norwegian",
    "nl": "dutch",
    "no": "norwegian",
    "pl": "polish",
    "pt": "portuguese",
    "ro": "romanian",
    "ru": "russian",
    "sr": "serbian",
    "st": "sesotho",
    "sv": "swedish",
    "ta": "tamil",
    "tr": "turkish",
    "yi": "yiddish",
}
# Languages whose words have one form, or near enough.
_UNCHANGING = frozenset({"zh", "ja", "th", "lo", "km", "my", "vi"})


def is_stemmed(language: str) -> bool:
    """Whether forms of a word are known as such in a language, or it has none to know."""
    return language == "ar" or language in _SNOWBALL or language in _UNCHANGING


def stems(words: Sequence[str], languages: Sequence[str], counts: Sequence[int]) -> list[str]:
    """A key for each word that its other forms share; a word of a language without a stemmer is its own.

    Arabic has its own light stemmer, others Snowball's. The keys are not for readers.

    Args:
        words: all words of a corpus.
        languages: (n_words,) the language that each is commonest in.
        counts: (n_words,) how often each is there.
    """
    found = list(words)
    for language in sorted(set(languages)):
        rows = [i for i, of in enumerate(languages) if of == language]
        for row, key in zip(rows, _stems([words[i] for i in rows], language, [counts[i] for i in rows]), strict=True):
            found[row] = key
    return found


def _stems(words: list[str], language: str, counts: list[int]) -> list[str]:
    if language == "ar":
        return arabic_stems(words, counts)
    if language not in _SNOWBALL:
        return words
    import Stemmer

    keys: list[str] = Stemmer.Stemmer(_SNOWBALL[language]).stemWords(words)
    return [key or word for key, word in zip(keys, words, strict=True)]
