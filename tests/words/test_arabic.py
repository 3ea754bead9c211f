"""Arabic: a letter is a small word only where the corpus writes the rest alone."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mihwar.words.arabic import bare, stems

CLITICS = [
    ("وبوتين", {"بوتين": 9}, "بوتين"),
    ("لبوتين", {"بوتين": 9}, "بوتين"),
    ("ولبوتين", {"بوتين": 9}, "بوتين"),
    ("ولبوتين", {"لبوتين": 4, "بوتين": 9}, "بوتين"),
    ("لبوتين", {}, "لبوتين"),
    ("والمدينة", {"المدينة": 5}, "المدينة"),
    ("بالمدينة", {"مدينة": 5}, "المدينة"),
    ("للمدينة", {"المدينة": 5}, "المدينة"),
    ("وللمدينة", {"المدينة": 5}, "المدينة"),
    ("للغة", {"اللغة": 5, "الغة": 1}, "اللغة"),
    ("وأضاف", {"أضاف": 1}, "أضاف"),
    ("ورويترز", {}, "رويترز"),
    ("فهو", {}, "هو"),
    ("وزير", {"زير": 1}, "وزير"),
    ("لجنة", {"جنة": 9, "اللجنة": 9}, "لجنة"),
    ("فكرة", {"كرة": 99, "الفكرة": 3}, "فكرة"),
    ("وطن", {"طن": 9}, "وطن"),
    ("وكالة", {}, "وكالة"),
    ("كأس", {"أس": 1}, "كأس"),
    ("", {}, ""),
]


@pytest.mark.parametrize(
    ("word", "others", "alone"), CLITICS, ids=[f"{word}-{len(others)}" for word, others, _ in CLITICS]
)
def test_clitics(word: str, others: dict[str, int], alone: str) -> None:
    assert bare([word, *others], [9, *others.values()])[0] == alone


SAME = [
    ["المغربية", "مغربية", "المغربي", "مغربي"],
    ["مدينة", "المدينة", "مدينتها", "مدينتهم"],
    ["دراسة", "دراسات", "الدراسات"],
    ["انتخاب", "الانتخابات", "انتخاباتها"],
    ["مسؤول", "المسؤولين", "مسؤولون"],
    ["ألمانيا", "المانيا"],
    ["شركة", "شركه"],
    ["رئيس", "رئيسا", "رئيسهم", "الرئيس"],
]
APART = [
    ["مكتب", "مكتبة"],
    ["المغرب", "المغربي"],
    ["لبنان", "لبن"],
    ["البحرين", "بحر"],
    ["سوريا", "سوري"],
    ["عملة", "عملات", "عمل"],
    ["فلسطين", "تونس"],
]


@pytest.mark.parametrize("forms", SAME, ids=lambda forms: forms[0])
def test_forms_of_one_word(forms: list[str]) -> None:
    assert len(set(stems(forms, [9] * len(forms)))) == 1


@pytest.mark.parametrize("forms", APART, ids=lambda forms: forms[0])
def test_other_words_stay_other_words(forms: list[str]) -> None:
    assert stems(forms, [9] * len(forms))[0] != stems(forms, [9] * len(forms))[-1]


@given(
    st.lists(
        st.tuples(st.text("اأإآبتةثجدرسفقكلمنهويىء", max_size=8), st.integers(1, 99)), unique_by=lambda pair: pair[0]
    )
)
def test_any_words_get_stems_and_a_bare_word_is_a_piece_of_what_was_written(pairs: list[tuple[str, int]]) -> None:
    words, counts = [word for word, _ in pairs], [n for _, n in pairs]
    alone = bare(words, counts)
    assert all(
        word.endswith(short.removeprefix("ال")) and len(short) <= len(word) + 1
        for word, short in zip(words, alone, strict=True)
    )
    assert [bool(stem) for stem in stems(words, counts)] == [bool(word) for word in words]
