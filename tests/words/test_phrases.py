"""Phrases: pairs that belong together, on streams of numbers."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from mihwar.words.phrases import Stream, Vocabulary, bind
from mihwar.words.segment import BREAK


def stream_of(texts: list[str], stops: str = "", apart: str = "") -> tuple[Stream, Vocabulary]:
    """Texts of words between spaces; | is a break, `stops` say nothing, `apart` had a small word written onto them."""
    words = [word.replace("|", BREAK) for text in texts for word in text.split(" ")]
    vocabulary = sorted(set(words))
    return Stream(
        np.array([vocabulary.index(word) for word in words], np.int32),
        np.repeat(np.arange(len(texts)), [len(text.split(" ")) for text in texts]),
        np.array([word not in (BREAK, *stops.split()) for word in words], bool),
        np.array([word in (BREAK, *apart.split()) for word in words], bool),
    ), Vocabulary(vocabulary, np.arange(len(vocabulary)))


def read(bound: tuple[Stream, Vocabulary]) -> list[str]:
    stream, vocabulary = bound
    return [vocabulary.words[token] for token in stream.tokens]


FILLER = ["rain", "snow", "wind", "sun", "hail", "fog"]


@pytest.mark.parametrize(
    ("text", "stops", "apart", "phrase"),
    [
        ("البنك المركزي", "", "", "البنك المركزي"),
        ("bank of england", "of", "", "bank of england"),
        ("ministère de la santé", "de la", "", "ministère de la santé"),
        ("a of the un b", "of the un", "", None),
        ("paris | rome", "", "", None),
        ("تونس ليبيا", "", "ليبيا", None),
        ("新型 コロナ", "", "", "新型コロナ"),
    ],
)
def test_what_is_bound(text: str, stops: str, apart: str, phrase: str | None) -> None:
    texts = [f"{before} | {text} | {after}" for before, after in zip(FILLER, reversed(FILLER), strict=True)]
    found = read(bind(*stream_of(texts, stops, apart), 5, 0.5))
    assert found.count(phrase) == (6 if phrase else 0)
    assert len(found) == len(" ".join(texts).split(" ")) - (6 * text.count(" ") if phrase else 0)


def test_pairs_of_few_documents_are_left() -> None:
    assert "new york" not in read(bind(*stream_of(["new york"] * 4 + ["rain"]), 5, 0.1))
    assert "new york" not in read(bind(*stream_of(["new york | " * 9 + "rain"]), 5, 0.1))


def test_pairs_that_chance_makes_are_left() -> None:
    texts = [f"{a} {b}" for a in FILLER for b in FILLER]
    assert not [word for word in read(bind(*stream_of(texts), 1, 0.5)) if " " in word]


def test_forms_of_a_phrase_are_one_and_each_is_shown_as_it_is_written() -> None:
    stream, vocabulary = stream_of([f"{word} | oil price" for word in FILLER] + ["oil prices | rain"])
    stems = vocabulary.stems.copy()
    stems[vocabulary.words.index("prices")] = stems[vocabulary.words.index("price")]
    bound = bind(stream, Vocabulary(vocabulary.words, stems), 5, 0.5)
    words = bound[1].words
    assert {"oil price", "oil prices"} <= set(read(bound))
    assert bound[1].stems[words.index("oil price")] == bound[1].stems[words.index("oil prices")]


def test_of_two_pairs_the_closer_is_taken_and_once_more_makes_three_words() -> None:
    texts = [f"{word} | united arab emirates" for word in FILLER] + [
        f"{word} | united {other}" for word, other in zip(FILLER, reversed(FILLER), strict=True)
    ]
    once = bind(*stream_of(texts), 5, 0.5)
    assert read(once).count("arab emirates") == 6
    assert "united" in read(once)
    assert read(bind(*once, 5, 0.3)).count("united arab emirates") == 6


def test_a_stop_word_may_open_a_phrase_where_it_is_said_to() -> None:
    stream, vocabulary = stream_of([f"{word} | new york" for word in FILLER], "new")
    assert "new york" not in read(bind(stream, vocabulary, 5, 0.5))
    opened = bind(stream, vocabulary, 5, 0.5, np.array([vocabulary.words[token] == "new" for token in stream.tokens]))
    assert read(opened).count("new york") == 6
    assert opened[0].content[[word == "new york" for word in read(opened)]].all()


@given(
    st.lists(
        st.lists(st.sampled_from(["a", "b", "c", "d", "|"]), min_size=1, max_size=9).map(" ".join),
        min_size=1,
        max_size=9,
    ),
    st.floats(-1, 1),
)
def test_nothing_is_lost_or_moved(texts: list[str], threshold: float) -> None:
    stream, vocabulary = stream_of(texts, "d")
    before = stream.tokens.copy()
    bound = bind(*bind(stream, vocabulary, 1, threshold), 1, threshold)
    assert " ".join(read(bound)) == " ".join(read((stream, vocabulary)))
    assert (np.diff(bound[0].documents) >= 0).all()
    assert set(bound[0].documents) == set(range(len(texts)))
    assert (stream.tokens == before).all()
