"""Normalisation: one spelling for what a reader takes for one word."""

import regex

from mihwar.core.nfkc import nfkc

_ARABIC_MARKS = regex.compile(
    r"[\u0610-\u061A\u0640\u064B-\u065F\u0670\u06D6-\u06DC\u06DF-\u06E8\u06EA-\u06ED\u08D3-\u08FF]+"
)
_DOTTED = regex.compile("i\u0307+")  # what is left of İ in lower case
_UNSEEN = regex.compile(r"[\u00AD\u061C\u200B\u200E\u200F\u202A-\u202E\u2060-\u2069\uFEFF]+")
# Letters that look alike and are typed for each other: what a keyboard of the neighbouring language gives.
_ALIKE = {
    "ar": (("ی", "ي"), ("ک", "ك"), ("ھ", "ه"), ("ہ", "ه")),
    "fa": (("ي", "ی"), ("ى", "ی"), ("ك", "ک"), ("ۀ", "ه"), ("ة", "ه")),
    "ur": (("ي", "ی"), ("ى", "ی"), ("ك", "ک"), ("ه", "ہ")),
    "tr": (("İ", "i"), ("I", "ı")),
    "az": (("İ", "i"), ("I", "ı")),
}


def normalise(text: str, language: str | None = None) -> str:
    """NFKC, lower case, no Arabic diacritics or tatweel, no marks without width but the joiners that spell words.

    Letters typed for one another become the language's own: Persian ی and ک in Arabic text, Arabic ي and ك in Persian
    and Urdu.
    Turkish and Azerbaijani have a letter i of their own: there I is the capital of ı.
    """
    text = _UNSEEN.sub("", nfkc(text))
    for typed, meant in (*_ALIKE.get(language or "", ()), ("’", "'"), ("ʼ", "'")):
        text = text.replace(typed, meant)
    if language == "ar":
        text = text.replace("\u200c", "").replace("\u200d", "")
    plain: str = _ARABIC_MARKS.sub("", text)
    return nfkc(_DOTTED.sub("i", plain.lower()))  # what was taken out may have parted two rows of marks
