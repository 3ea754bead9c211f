"""Segmentation: a normalised text becomes words, in any script."""

import regex

# A word begins with a letter or digit and keeps the marks and joiners that follow; apostrophes and hyphens end it.
_WORD = regex.compile(r"[\p{L}\p{N}][\p{L}\p{M}\p{N}\u200C\u200D]*")
_UNSPACED = regex.compile(r"[\p{Han}\p{Hiragana}\p{Katakana}ー々]+")
_NO_LETTER = regex.compile(r"[^\p{L}]*")


def segment(text: str) -> list[str]:
    """The words of a text; Chinese and Japanese, written without spaces, as overlapping pairs of characters.

    Numbers and single letters are left out: they say nothing of a topic.
    """
    words: list[str] = []
    for found in _WORD.findall(text):
        for unspaced, piece in _pieces(found):
            if unspaced:
                words.extend(piece[i : i + 2] for i in range(max(1, len(piece) - 1)))
            elif not _NO_LETTER.fullmatch(piece) and len(piece.rstrip("\u200c\u200d")) > 1:
                words.append(piece.rstrip("\u200c\u200d"))
    return words


def _pieces(word: str) -> list[tuple[bool, str]]:
    """Split a run of letters where Chinese or Japanese meets another script: (is written without spaces, piece)."""
    if word.isascii() or not _UNSPACED.search(word):
        return [(False, word)]
    pieces, at = [], 0
    for match in _UNSPACED.finditer(word):
        if match.start() > at:
            pieces.append((False, word[at : match.start()]))
        pieces.append((True, match.group()))
        at = match.end()
    if at < len(word):
        pieces.append((False, word[at:]))
    return pieces
