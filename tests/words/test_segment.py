"""Segmentation: no script is split at its marks, no letter is lost unseen."""

import unicodedata

import pytest
from hypothesis import assume, example, given
from hypothesis import strategies as st

from mihwar.words.normalise import normalise
from mihwar.words.segment import BREAK, says_something, segment

CASES = [
    ("ar", "وَزِيرُ الصِّحَّةِ", ["وزير", "الصحة"]),
    ("ar", "الحـــكومة العـربية", ["الحكومة", "العربية"]),
    ("ar", "«القاهرة»،والرباط؛", ["القاهرة", "والرباط"]),
    ("ar", "هٰذا الرحمٰن", ["هذا", "الرحمن"]),
    ("ar", "\u200fمصر\u200e \u202bتونس\u202c", ["مصر", "تونس"]),
    ("ar", "بنغازی وکالة", ["بنغازي", "وكالة"]),
    ("fa", "می\u200cخواهم كتاب\u200cها", ["می\u200cخواهم", "کتاب\u200cها"]),
    ("ur", "اسلام آباد ميں", ["اسلام", "آباد", "میں"]),
    ("hi", "हिन्दी में समाचार", ["हिन्दी", "में", "समाचार"]),
    ("ru", "Москва — столица", ["москва", "столица"]),
    ("ru", "и\u0306од", ["йод"]),
    ("uk", "м’ята об'єкт", ["м'ята", "об'єкт"]),
    ("fr", "L'ÉCOLE d’été qu'il aujourd'hui", ["école", "été", "il", "aujourd'hui"]),
    ("it", "dell'Unione l’acqua", ["unione", "acqua"]),
    ("ca", "l'home d'avui", ["home", "avui"]),
    ("tr", "IĞDIR İstanbul'da", ["ığdır", "istanbul"]),
    ("en", "İstanbul", ["istanbul"]),
    ("en", "Don’t read Russia's 'news'", ["don't", "read", "russia", "news"]),
    ("en", "write to a.b@mail.example, @name or https://x.example/a?b=c #floods", ["write", "to", "or", "floods"]),
    ("zh", "中国经济", ["中国", "经济"]),
    ("zh", "G20峰会税", ["g20", "峰会", "税"]),
    ("zh", "我", ["我"]),
    ("ja", "東京タワー2020年", ["東京タワー", "年"]),
    (None, "新型コロナウイルスの感染者", ["新型", "コロナ", "ウイルス", "の", "感染", "者"]),
    ("th", "ข่าวด่วนนายกรัฐมนตรี", ["ข่าว", "ด่วน", "นายก", "รัฐมนตรี"]),
    ("km", "កម្ពុជា។", ["កម្ពុជា"]),
    ("am", "ኢትዮጵያ፡ዜና። አዲስ", ["ኢትዮጵያ", "ዜና", "አዲስ"]),
    ("ko", "서울 뉴스", ["서울", "뉴스"]),
    ("ta", "தமிழ் செய்தி", ["தமிழ்", "செய்தி"]),
    ("und", "Москва القاهرة", ["москва", "القاهرة"]),
    ("en", "ﬁnal COVID-19 a 2026 x", ["final", "covid"]),
    ("en", "", []),
]


@pytest.mark.parametrize(
    ("language", "text", "words"), CASES, ids=[f"{language}-{text[:12]}" for language, text, _ in CASES]
)
def test_segmentation(language: str | None, text: str, words: list[str]) -> None:
    assert [word for word in segment(normalise(text, language), language).words if word] == words


@pytest.mark.parametrize(
    ("language", "text", "words"),
    [
        ("ar", "مجلس الأمن، القاهرة", ["مجلس", "الأمن", BREAK, "القاهرة"]),
        ("en", "stock-exchange: news\nrain", ["stock", "exchange", BREAK, "news", BREAK, "rain"]),
        ("am", "ኢትዮጵያ፡ዜና", ["ኢትዮጵያ", "ዜና"]),
        ("en", "rain 2020 snow", ["rain", BREAK, "snow"]),
    ],
)
def test_what_parts_a_sentence(language: str, text: str, words: list[str]) -> None:
    assert segment(normalise(text, language), language).words == words


@pytest.mark.parametrize(
    ("language", "text", "letters", "lost"),
    [
        ("en", "p e t i t i o n", 8, 8),
        ("en", "a rain", 5, 1),
        ("zh", "我税", 2, 0),
        ("ar", "و مطر 12", 4, 1),
        ("en", "😀 12", 0, 0),
    ],
)
def test_letters_are_counted_apart_from_words(language: str, text: str, letters: int, lost: int) -> None:
    assert segment(text, language)[1:] == (letters, lost)


LANGUAGES = st.sampled_from([None, "und", "ar", "fa", "ur", "en", "fr", "it", "tr", "zh", "ja", "th", "am", "hi", "ru"])
TEXTS = st.one_of(st.text(), st.text(st.sampled_from("اأبتثلوفكيىة َ'’.- aAbIİı\u200cの中国คิดኢ፡हि्1٣")))


@given(TEXTS, LANGUAGES)
@example("i\u0307\u0307", "tr")
def test_normalising_twice_changes_nothing_more(text: str, language: str | None) -> None:
    once = normalise(text, language)
    assert normalise(once, language) == once


@given(TEXTS, LANGUAGES)
def test_no_letter_is_lost_unseen(text: str, language: str | None) -> None:
    """Every letter outside of addresses is in a word or counted as lost; words are pieces of the text, in its order."""
    normal = normalise(text, language)
    assume("@" not in normal and "://" not in normal and "www." not in normal)
    found = segment(normal, language)
    kept = sum(c.isalpha() for word in found.words for c in word)
    assert (found.n_letters, found.n_lost) == (sum(map(str.isalpha, normal)), found.n_letters - kept)
    at = 0
    for word in found.words:
        at = normal.index(word, at) + len(word)
    for before, after in zip(found.words, found.words[1:], strict=False):
        assert (before, after) != (BREAK, BREAK)


SCRIPTS = {
    "Latin": (0x61, 0x24F),
    "Cyrillic": (0x400, 0x45F),
    "Arabic": (0x620, 0x6D3),
    "Devanagari": (0x904, 0x939),
    "Ethiopic": (0x1200, 0x1240),
    "Thai": (0xE01, 0xE3A),
    "Han": (0x4E00, 0x4FFF),
    "Kana": (0x3041, 0x30FA),
}


@given(
    st.sampled_from(sorted(SCRIPTS)).flatmap(
        lambda name: st.text(st.characters(min_codepoint=SCRIPTS[name][0], max_codepoint=SCRIPTS[name][1]), min_size=2)
    )
)
def test_no_letter_of_a_run_is_lost_at_all(text: str) -> None:
    normal = normalise(text)
    runs = "".join(c if unicodedata.category(c)[0] in "LMN" else " " for c in normal).split()
    letters = {
        c
        for run in runs
        if len(run) > 1 and not unicodedata.category(run[0]).startswith("M")
        for c in run
        if unicodedata.category(c).startswith("L")
    }
    assert letters <= {c for word in segment(normal).words for c in word}


@pytest.mark.parametrize(
    ("word", "does"),
    [("ماء", True), ("税", True), ("x", False), ("の", False), ("2020", False), ("g20", True), (BREAK, False)],
)
def test_what_says_something(word: str, does: bool) -> None:
    assert says_something(word) is does
