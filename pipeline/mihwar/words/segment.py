"""Segmentation: a normalised text becomes words, in any script."""

from typing import NamedTuple

import regex

from mihwar.words.unspaced import UNSPACED, cut, is_japanese

BREAK = ""  # stands in a list of words where a sentence, a line or a number parts them

# Web and mail addresses and @names are no words. A word begins with a letter or digit and keeps the marks and joiners
# that follow; an apostrophe between letters is inside it. What is neither space nor hyphen, nor the marks that part
# words in Ethiopic and Tibetan, parts sentences.
_ADDRESS = regex.compile(r"(?:https?://|www\.)\S++|(?:(?<![\w.+-])[\w.+-]++)?@[\w.-]++")
_PARTS = r"\n|[^\p{L}\p{M}\p{N}\s'\-‐‑፡་]"
_SPACED = regex.compile(rf"[\p{{L}}\p{{N}}](?:[\p{{L}}\p{{M}}\p{{N}}\u200C\u200D]++|'(?=\p{{L}}))*+|{_PARTS}")
_MIXED = regex.compile(
    rf"(?V1)[{UNSPACED}][{UNSPACED}\p{{M}}\u200C\u200D]*"
    rf"|[\p{{L}}\p{{N}}--[{UNSPACED}]](?:[\p{{L}}\p{{M}}\p{{N}}\u200C\u200D--[{UNSPACED}]]++|'(?=\p{{L}}))*+|{_PARTS}"
)
_OF_UNSPACED = regex.compile(f"[{UNSPACED}]")
_LETTER = regex.compile(r"\p{L}")
_HAN = regex.compile(r"\p{Han}")
# Articles and pronouns that lean on the next word in French, Italian and Catalan: l'homme, qu'il, dell'Unione.
_ELIDED = frozenset(
    [
        "c",
        "d",
        "j",
        "l",
        "m",
        "n",
        "s",
        "t",
        "qu",
        "jusqu",
        "lorsqu",
        "puisqu",
        "quoiqu",
        "all",
        "coll",
        "dall",
        "dell",
        "nell",
        "quell",
        "quest",
        "sull",
        "un",
    ]
)
_ELIDING = frozenset({"fr", "it", "ca", "oc"})
_SUFFIXING = frozenset({"tr", "az"})  # here an apostrophe parts a name from its endings: Ankara'da


class Segmented(NamedTuple):
    """The words of a text in order, BREAK between sentences;
    how many letters it has, and how many of them no word holds.
    """

    words: list[str]
    n_letters: int
    n_lost: int


def segment(text: str, language: str | None = None) -> Segmented:
    """Split a normalised text at word boundaries.

    Numbers are left out, and so are letters that stand alone, which count as lost, but for those of scripts in which a
    letter may be a word. Hyphens part words;
    apostrophes do where the language elides (l'homme) or adds endings (Ankara'da).
    """
    if "@" in text or "://" in text or "www." in text:
        text = _ADDRESS.sub(" . ", text)
    words: list[str] = []
    mixed = bool(_OF_UNSPACED.search(text))
    japanese = mixed and is_japanese(text, language)
    for piece in (_MIXED if mixed else _SPACED).findall(text):
        if mixed and _OF_UNSPACED.match(piece):
            words.extend(word if _LETTER.search(word) else BREAK for word in cut(piece, japanese))
        else:
            word = _trimmed(piece, language) if "'" in piece else piece.rstrip("\u200c\u200d")
            words.append(word if len(word) > 1 and (word.isalpha() or _LETTER.search(word)) else BREAK)
    n_letters, n_kept = (sum(map(str.isalpha, letters)) for letters in (text, "".join(words)))
    return Segmented(
        [word for i, word in enumerate(words) if word or (i and words[i - 1])], n_letters, n_letters - n_kept
    )


def says_something(word: str) -> bool:
    """Whether a word can name a thing: it has a letter, and more than one character unless it is a Chinese one."""
    return bool(_HAN.match(word)) if len(word) == 1 else bool(_LETTER.search(word))


def _trimmed(word: str, language: str | None) -> str:
    """A word with an apostrophe, without what leans on it."""
    parts = word.split("'")
    if language in _ELIDING:
        first = next((i for i, part in enumerate(parts[:-1]) if part not in _ELIDED), len(parts) - 1)
        return "'".join(parts[first:])
    if language in _SUFFIXING:
        return parts[0]
    return word.removesuffix("'s") if language == "en" else word
