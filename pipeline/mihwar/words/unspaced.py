"""Unspaced scripts: words of Chinese, Japanese, Thai, Lao, Khmer and Burmese, which are written without spaces."""

from importlib.metadata import version

import regex

# The scripts this module knows; other scripts without spaces (Tibetan, Javanese, ...) have no tool here.
UNSPACED = r"\p{Han}\p{Hiragana}\p{Katakana}ー\p{Thai}\p{Lao}\p{Khmer}\p{Myanmar}"
_HAN = regex.compile(r"[\p{Han}]+")
_KANA = regex.compile(r"[\p{Hiragana}\p{Katakana}]")


def is_japanese(text: str, language: str | None) -> bool:
    """Whether Chinese characters in a text are to be read as Japanese: its language, and where none is known, kana."""
    return language == "ja" or (language in (None, "", "und", "mul") and bool(_KANA.search(text)))


def cut(run: str, japanese: bool) -> list[str]:
    """The words of a run of letters of an unspaced script, nothing left out.

    Chinese by the dictionary and the hidden Markov model of jieba, all else by the dictionaries of ICU.
    """
    if not japanese and _HAN.fullmatch(run):
        import rjieba

        words: list[str] = rjieba.cut(run)
        return words
    from icu4py.breakers import WordBreaker

    return list(WordBreaker(run, "ja" if japanese else "en"))


def versions() -> list[str]:
    """The libraries that decide where words end."""
    return [f"{library}-{version(library)}" for library in ("icu4py", "regex", "rjieba")]
