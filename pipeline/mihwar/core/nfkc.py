"""NFKC in time that grows with the text, whatever the text."""

import unicodedata

import regex

# What combines with the letter before it: marks, and two letters that NFKC turns into marks. Python sorts such a row by
# insertion, which takes ten seconds for 100,000 of them. The limit of 30 is that of Unicode's Stream-Safe Text Format
# (UAX #15); no language writes more than a few.
_ROW_OF_MARKS = regex.compile(r"([\p{M}\uFF9E\uFF9F]{30})[\p{M}\uFF9E\uFF9F]++")


def nfkc(text: str) -> str:
    """The text in Unicode's normalization form KC, with at most the first 30 of the marks that stand in a row."""
    return unicodedata.normalize("NFKC", _ROW_OF_MARKS.sub(r"\1", text))
