"""The language a text is written in."""

import math
import unicodedata
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING

import regex

if TYPE_CHECKING:
    from py3langid.langid import LanguageIdentifier

UNDETERMINED, SEVERAL = "und", "mul"
NO_LETTERS, OTHER_SCRIPT = "Zyyy", "Zzzz"

_SLICES, _SLICE = (
    6,
    200,
)  # characters looked at: slices spread over the text, for its head need not speak its body's language
_FEWEST = 6  # letters: fewer are a name or an acronym
_LEAST = 0.4  # confidence: of guesses below it on a few words, two in five are wrong
_NEGLIGIBLE = 0.001
_NO_LANGUAGE = "zxx"  # the model's label for codes and lists
_SURE = 0.9  # a passage as sure as this counts as written in its language
_EITHER = 0.6  # what confidence is left where a language cannot be told from its twin
_PASSAGE = 60  # letters a passage must hold to be told from its neighbours
_SUBSTANTIAL = 0.25  # of the letters: more than a quotation, less than a translation set beside its original

_WEIGHT = {"Hani": 3, "Jpan": 2, "Kore": 2}  # Latin letters that say as much as one of these
# One language writes each of these, as far as news goes.
_ONLY = {
    "Hani": "zh",
    "Jpan": "ja",
    "Kore": "ko",
    "Thai": "th",
    "Hebr": "he",
    "Grek": "el",
    "Taml": "ta",
    "Telu": "te",
    "Knda": "kn",
    "Mlym": "ml",
    "Gujr": "gu",
    "Guru": "pa",
    "Orya": "or",
    "Sinh": "si",
    "Khmr": "km",
    "Laoo": "lo",
    "Mymr": "my",
    "Geor": "ka",
    "Armn": "hy",
    "Tibt": "bo",
    "Thaa": "dv",
    "Syrc": "syr",
    "Mong": "mn",
    "Cher": "chr",
    "Cans": "iu",
    "Tfng": "zgh",
    "Nkoo": "nqo",
    "Olck": "sat",
}
_SCRIPTS = ["Latn", "Arab", "Cyrl", "Deva", "Beng", "Ethi", *(script for script in _ONLY if script not in _WEIGHT)]
_ONLY_CONFIDENCE = 0.99
# The model's labels that ISO 639-3 counts under a language with a two-letter code.
_CALLED = {"arz": "ar", "ary": "ar", "sdh": "ku", "uzs": "uz", "kik": "ki", "fuv": "ff", "ltg": "lv"}
# A language of the model's, one that it takes for it, and the marks of each: Tigrinya has letters of its own and
# another alef at the head of its words than Amharic; where Kinyarwanda writes by and cy, Kirundi writes vy and c
# (names, in capitals, aside).
_TWINS = {
    "am": ("ti", regex.compile("[\u1250-\u125d\u12a3]"), regex.compile("\u12a0")),
    "rw": ("rn", regex.compile(r"vy|\b\p{Ll}*?c[aeiou]"), regex.compile(r"[bc]y|shy")),
}
_ALIKE = ({"en", "pcm"}, {"am", "ti"}, {"rw", "rn"}, {"zh", "ja"})  # told apart by a whole text, not by a passage

_ADDRESS = regex.compile(r"(?:https?://|www\.)\S++|(?<!\S)\S+@\S++")
_LETTER = regex.compile(r"\p{L}")
_RUN = regex.compile(  # letters of one script, each with what stands between it and the next letter
    "|".join(
        [rf"(?P<{name}>(?:[\p{{L}}&&\p{{Script={name}}}]\P{{L}}*+)++)" for name in _SCRIPTS]
        + [
            r"(?P<Jpan>(?:[\p{L}&&[\p{Hani}\p{Hira}\p{Kana}\p{Hang}\p{Bopo}ー]]\P{L}*+)++)",
            rf"(?P<{OTHER_SCRIPT}>\p{{L}}\P{{L}}*+)",
        ]
    ),
    regex.V1,
)
_KANA, _HANGUL = regex.compile(r"[\p{Hira}\p{Kana}ー]"), regex.compile(r"\p{Hang}")


@dataclass(frozen=True)
class Identified:
    """What a text's letters tell of its language.

    language: ISO 639-1, or 639-3 where it has no such code; `und` where there are too few letters to tell, or what they
    tell is no better than a guess; `mul` where a substantial share is written in each of several languages. confidence:
    0..1, of a guess too unlikely to tell as well; None where nothing
    was guessed. script: ISO 15924 of most letters, an East Asian one counting as two or three; `Zyyy` where there are
        none, `Zzzz` where it is a rare one.
    """

    language: str
    confidence: float | None
    script: str


@dataclass(frozen=True)
class _Passage:
    """What a slice of a text holds in one script, the number of its letters, and the confidence in each language."""

    text: str
    script: str
    letters: int


def identify(text: str) -> Identified:
    """Language and script of `text`: by the script where only one language writes it, else by py3langid's n-grams; web
    addresses do not count.
    """
    passages = _passages(text)
    script = _commonest(passages)
    if script == NO_LETTERS:
        return Identified(UNDETERMINED, None, script)
    guesses = [_guess(passage) for passage in passages]
    written = [(passage, guess) for passage, guess in zip(passages, guesses, strict=True) if passage.script == script]
    if script == OTHER_SCRIPT or sum(passage.letters for passage, _ in written) < _FEWEST:
        return Identified(UNDETERMINED, None, script)
    if _several(passages, guesses):
        return Identified(SEVERAL, None, script)
    language, confidence = _settle(*_likeliest(written), "".join(passage.text for passage, _ in written))
    return Identified(language if confidence >= _LEAST else UNDETERMINED, round(confidence, 3), script)


def script_of(text: str) -> str:
    """ISO 15924 code of the script of most letters, as in `Identified.script`."""
    return _commonest(_passages(text))


def _passages(text: str) -> list[_Passage]:
    return [
        passage
        for part in _slices(text)
        for passage in _by_script(unicodedata.normalize("NFKC", _ADDRESS.sub(" ", part)))
    ]


def _slices(text: str) -> list[str]:
    """At most _SLICES parts of at most _SLICE characters, evenly spread: all of a short text, the first and the last of
    a long one.
    """
    n = min(_SLICES, max(1, math.ceil(len(text) / _SLICE)))
    size = min(_SLICE, math.ceil(len(text) / n))
    return [text[start : start + size] for start in (i * (len(text) - size) // max(1, n - 1) for i in range(n))]


def _by_script(part: str) -> list[_Passage]:
    runs: dict[str, list[str]] = {}
    for run in _RUN.finditer(part):
        runs.setdefault(str(run.lastgroup), []).append(run.group())
    return [_passage("".join(pieces), name) for name, pieces in runs.items()]


def _passage(text: str, script: str) -> _Passage:
    letters = len(_LETTER.findall(text))
    if script == "Jpan":
        kana, hangul = len(_KANA.findall(text)), len(_HANGUL.findall(text))
        script = "Kore" if hangul > letters / 2 else "Jpan" if kana > letters / 10 else "Hani"
    return _Passage(text, script, letters * _WEIGHT.get(script, 1))


def _commonest(passages: Iterable[_Passage]) -> str:
    letters: Counter[str] = Counter()
    for passage in passages:
        letters[passage.script] += passage.letters
    return max(letters, key=lambda script: letters[script], default=NO_LETTERS)


def _guess(passage: _Passage) -> dict[str, float]:
    """Confidence by language."""
    if only := _ONLY.get(passage.script):
        return {only: _ONLY_CONFIDENCE}
    if passage.script == OTHER_SCRIPT:
        return {}
    confidence: dict[str, float] = {}
    for label, share in _model().rank(passage.text):
        if share < _NEGLIGIBLE:  # the rest are less still
            break
        if label == _NO_LANGUAGE:
            continue
        language = _CALLED.get(label, label)
        confidence[language] = confidence.get(language, 0.0) + share
    return confidence


def _likeliest(written: list[tuple[_Passage, dict[str, float]]]) -> tuple[str, float]:
    """The language with the highest confidence on average over the letters."""
    total = {UNDETERMINED: 0.0}
    for passage, guess in written:
        for language, confidence in guess.items():
            total[language] = total.get(language, 0.0) + confidence * passage.letters
    language = max(total, key=lambda language: total[language])
    return language, total[language] / sum(passage.letters for passage, _ in written)


def _several(passages: list[_Passage], guesses: list[dict[str, float]]) -> bool:
    """Whether passages that are sure of their language name two, each for a substantial share of all letters."""
    letters: Counter[str] = Counter()
    for passage, guess in zip(passages, guesses, strict=True):
        sure = next((language for language, confidence in guess.items() if confidence >= _SURE), None)
        if sure and passage.letters >= _PASSAGE:
            letters[sure] += passage.letters
    least = _SUBSTANTIAL * sum(passage.letters for passage in passages)
    languages = {language for language, n in letters.items() if n >= least}
    return len(languages) > 1 and not any(languages <= alike for alike in _ALIKE)


def _settle(language: str, confidence: float, text: str) -> tuple[str, float]:
    """The language itself or its twin, whichever has more marks in the text; less sure where neither has."""
    if language not in _TWINS:
        return language, confidence
    twin, its, ours = _TWINS[language]
    n_its, n_ours = len(its.findall(text)), len(ours.findall(text))
    return (twin if n_its > n_ours else language), confidence if n_its != n_ours else confidence * _EITHER


@cache
def _model() -> "LanguageIdentifier":
    from py3langid.langid import MODEL_FILE, LanguageIdentifier

    return LanguageIdentifier.from_model_file(MODEL_FILE, norm_probs=True)
