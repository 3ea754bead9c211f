"""Normalisation: one spelling for what a reader takes for one word."""

import unicodedata

import regex

_ARABIC_MARKS = regex.compile(r"[\u0610-\u061A\u0640\u064B-\u065F\u0670\u06D6-\u06DC\u06DF-\u06E8\u06EA-\u06ED\u08D3-\u08FF]+")
_UNSEEN = regex.compile(r"[\u00AD\u061C\u200B\u200E\u200F\u202A-\u202E\u2060-\u2069\uFEFF]+")


def normalise(text: str, language: str | None = None) -> str:
    """NFKC, lower case, no Arabic diacritics or tatweel, no marks without width but the joiners that spell words.

    Turkish and Azerbaijani have a letter i of their own: there I is the capital of ı.
    """
    text = _UNSEEN.sub("", unicodedata.normalize("NFKC", text))
    if language in ("tr", "az"):
        text = text.replace("İ", "i").replace("I", "ı")
    plain: str = _ARABIC_MARKS.sub("", text)
    return plain.lower().replace("i̇", "i")
