"""Stems: forms of a word share a key, in languages for which they are known."""

import pytest

from mihwar.words.stems import _SNOWBALL, is_stemmed, stems


@pytest.mark.parametrize(
    ("language", "forms"),
    [
        ("en", ["election", "elections"]),
        ("ru", ["выборы", "выборов"]),
        ("fr", ["ministre", "ministres"]),
        ("es", ["ministro", "ministros"]),
        ("tr", ["şehirler", "şehir"]),
        ("de", ["wahlen", "wahl"]),
        ("ar", ["حكومة", "الحكومة"]),
        ("hi", ["चुनावों", "चुनाव"]),
    ],
)
def test_forms_share_a_key(language: str, forms: list[str]) -> None:
    assert len(set(stems(forms, [language] * len(forms), [5] * len(forms)))) == 1


def test_words_without_a_stemmer_are_their_own() -> None:
    assert stems(["habari", "vitabu", "الحكومة"], ["sw", "und", "und"], [1, 1, 1]) == ["habari", "vitabu", "الحكومة"]


def test_languages_are_stemmed_each_by_its_own() -> None:
    assert stems(["elections", "الحكومة", "выборов"], ["en", "ar", "ru"], [1, 1, 1]) == ["elect", "حكومة", "выбор"]


@pytest.mark.parametrize("language", sorted(_SNOWBALL))
def test_every_stemmer_named_is_there(language: str) -> None:
    assert stems(["abc", ""], [language] * 2, [1, 1])[1] == ""


@pytest.mark.parametrize(
    ("language", "known"), [("ar", True), ("en", True), ("zh", True), ("sw", False), ("und", False)]
)
def test_what_is_stemmed(language: str, known: bool) -> None:
    assert is_stemmed(language) is known
