"""Words: no script is split at its marks, none is lost."""

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.words.normalise import normalise
from pipeline.words.segment import segment
from pipeline.words.stopwords import stop_words

CASES = [
    ("ar", "وَزِيرُ الصِّحَّةِ", ["وزير", "الصحة"]),
    ("ar", "الحـــكومة العـربية", ["الحكومة", "العربية"]),
    ("ar", "«القاهرة»،والرباط؛", ["القاهرة", "والرباط"]),
    ("ar", "هٰذا الرحمٰن", ["هذا", "الرحمن"]),
    ("ar", "\u200fمصر\u200e \u202bتونس\u202c", ["مصر", "تونس"]),
    ("fa", "می\u200cخواهم کتاب\u200cها", ["می\u200cخواهم", "کتاب\u200cها"]),
    ("hi", "हिन्दी में समाचार", ["हिन्दी", "में", "समाचार"]),
    ("ru", "Москва — столица", ["москва", "столица"]),
    ("ru", "и\u0306од", ["йод"]),
    ("fr", "L'ÉCOLE d’été", ["école", "été"]),
    ("tr", "IĞDIR İstanbul'da", ["ığdır", "istanbul", "da"]),
    ("en", "İstanbul", ["istanbul"]),
    ("zh", "中国经济", ["中国", "国经", "经济"]),
    ("zh", "我", ["我"]),
    ("ja", "東京タワー2020", ["東京", "京タ", "タワ", "ワー"]),
    ("th", "ข่าวด่วน", ["ข่าวด่วน"]),
    ("am", "ኢትዮጵያ ዜና", ["ኢትዮጵያ", "ዜና"]),
    ("ko", "서울 뉴스", ["서울", "뉴스"]),
    ("ta", "தமிழ் செய்தி", ["தமிழ்", "செய்தி"]),
    ("en", "ﬁnal COVID-19 a 2026 x", ["final", "covid"]),
    ("en", "", []),
]


@pytest.mark.parametrize(("language", "text", "words"), CASES, ids=[f"{language}-{text[:12]}" for language, text, _ in CASES])
def test_segmentation(language: str, text: str, words: list[str]) -> None:
    assert segment(normalise(text, language)) == words


@given(st.text())
def test_normalising_twice_changes_nothing_more_and_segmenting_never_fails(text: str) -> None:
    once = normalise(text)
    assert normalise(once) == once
    assert all(segment(once))


SCRIPTS = {"Latin": (0x61, 0x24F), "Cyrillic": (0x400, 0x45F), "Arabic": (0x620, 0x6D3), "Devanagari": (0x904, 0x939), "Ethiopic": (0x1200, 0x1240)}


@given(
    st.sampled_from(sorted(SCRIPTS)).flatmap(lambda name: st.text(st.characters(min_codepoint=SCRIPTS[name][0], max_codepoint=SCRIPTS[name][1]), min_size=2))
)
def test_letters_are_not_lost(text: str) -> None:
    normal = normalise(text)
    runs = "".join(c if unicodedata.category(c)[0] in "LMN" else " " for c in normal).split()
    letters = {c for run in runs if len(run) > 1 and not unicodedata.category(run[0]).startswith("M") for c in run if unicodedata.category(c).startswith("L")}
    assert letters <= {c for word in segment(normal) for c in word}


@pytest.mark.parametrize(("language", "word"), [("ar", "في"), ("en", "the"), ("ru", "не"), ("fr", "les"), ("es", "los"), ("tr", "bir"), ("zh", "我们")])
def test_stop_words(language: str, word: str) -> None:
    assert word in stop_words(language)


@pytest.mark.parametrize("language", ["und", "xx", None])
def test_a_language_without_a_list(language: str | None) -> None:
    assert stop_words(language) == frozenset()
