"""Stop words: listed as words come out of texts."""

import pytest

from mihwar.words.news import NEWS_WORDS
from mihwar.words.normalise import normalise
from mihwar.words.segment import segment
from mihwar.words.stopwords import news_words, opening_words, stop_words


@pytest.mark.parametrize(
    ("language", "word"),
    [
        ("ar", "في"),
        ("ar", "عليها"),
        ("en", "the"),
        ("en", "don't"),
        ("ru", "не"),
        ("fr", "les"),
        ("es", "los"),
        ("tr", "bir"),
        ("zh", "我们"),
        ("fa", "این"),
    ],
)
def test_stop_words(language: str, word: str) -> None:
    assert word in stop_words(language)


@pytest.mark.parametrize(
    ("language", "word"),
    [
        ("ar", "أكد"),
        ("ar", "اكد"),
        ("ar", "أكده"),
        ("ar", "رويترز"),
        ("en", "said"),
        ("fr", "selon"),
        ("es", "dijo"),
        ("de", "sagte"),
        ("ru", "сообщил"),
        ("tr", "belirtti"),
        ("fa", "گفت"),
    ],
)
def test_news_words(language: str, word: str) -> None:
    assert word in news_words(language)


@pytest.mark.parametrize("language", ["und", "xx", None])
def test_a_language_without_a_list(language: str | None) -> None:
    assert stop_words(language) == news_words(language) == opening_words(language) == frozenset()


@pytest.mark.parametrize("language", sorted(NEWS_WORDS))
def test_a_listed_word_is_met_in_a_text(language: str) -> None:
    for word in NEWS_WORDS[language].split():
        assert set(segment(normalise(f"{word}.", language), language).words) - {""} <= news_words(language)
