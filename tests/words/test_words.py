"""Words: from articles to tokens, stems and phrases as the stage gives them."""

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pyarrow as pa
import pytest

from mihwar.core.artifacts import Words
from mihwar.core.errors import InputError
from mihwar.core.progress import Progress
from mihwar.core.rows import RowMemory
from mihwar.words.stage import WordsSettings, words
from tests.conftest import corpus_of

Make = Callable[..., Words]


@pytest.fixture
def make(tmp_path: Path) -> Make:
    def make(texts: list[tuple[str | None, str]], **settings: object) -> Words:
        languages, bodies = zip(*texts, strict=True)
        corpus = corpus_of(
            len(texts), id=[f"a{i}" for i in range(len(texts))], text=bodies, language=pa.array(languages, pa.string())
        )
        return words(WordsSettings(**settings), corpus, RowMemory(tmp_path), Progress(quiet=True))

    return make


def spelled(made: Words, row: int) -> list[str]:
    vocabulary = made.vocabulary["word"].to_pylist()
    return [vocabulary[token] for token in made.tokens[made.offsets[row] : made.offsets[row + 1]]]


def one_stem(made: Words, *forms: str) -> bool:
    stems = dict(zip(made.vocabulary["word"].to_pylist(), made.vocabulary["stem"].to_pylist(), strict=True))
    return len({stems[form] for form in forms}) == 1


PUTIN = [
    (
        "ar",
        "التقى بوتين نظيره. زار بوتين المدينة. لبوتين كلمة. انتقاد وبوتين صامت. غادر للمدينة، وقال بوتين إن مدينته "
        "والمدينة بخير.",
    )
]


def test_what_arabic_writes_onto_a_word_is_no_other_word(make: Make) -> None:
    made = make(PUTIN)
    found = spelled(made, 0)
    assert found.count("بوتين") == 5
    assert found.count("المدينة") == 3
    assert not {"لبوتين", "وبوتين", "للمدينة", "والمدينة", "وقال", "قال"} & set(found)
    assert not one_stem(made, "بوتين", "المدينة")


def test_forms_of_a_word_share_the_number_of_the_commonest(make: Make) -> None:
    made = make(
        [
            ("ar", "المغربية المغربية مغربية المغربي"),
            ("en", "elections election elections"),
            ("ru", "выборы выборов президента президент президента"),
        ]
    )
    assert one_stem(made, "المغربية", "مغربية", "المغربي")
    assert one_stem(made, "elections", "election")
    assert one_stem(made, "президента", "президент")
    assert not one_stem(made, "elections", "президента")
    vocabulary = made.vocabulary["word"].to_pylist()
    leaders = {vocabulary[stem] for stem in made.vocabulary["stem"].to_pylist()}
    assert {"المغربية", "elections", "президента"} <= leaders
    assert not {"مغربية", "election", "президент"} & leaders


def test_without_stemming_every_form_is_its_own(make: Make) -> None:
    made = make([("ar", "المغربية المغربية مغربية"), ("en", "elections election")], stemming="none")
    assert made.vocabulary["stem"].to_pylist() == list(range(made.vocabulary.num_rows))


@pytest.mark.parametrize(
    ("language", "text", "left"),
    [
        ("ar", "وقال فقال بأن والتي عليها بينهم الرياح", ["الرياح"]),
        ("ar", "أكد وأضاف وكالة رويترز الفيضانات", ["الفيضانات"]),
        ("en", "Reuters said on Monday that floods don't stop", ["floods"]),
        ("ru", "сообщает агентство наводнение", ["наводнение"]),
        ("zh", "我们的洪水", ["洪水"]),
        ("ja", "東京の洪水です", ["東京", "洪水"]),
        (None, "the floods", ["the", "floods"]),
    ],
)
def test_stop_words_and_reporting_words_are_left_out(
    make: Make, language: str | None, text: str, left: list[str]
) -> None:
    assert spelled(make([(language, text)]), 0) == left


def test_reporting_words_and_stop_words_stay_when_they_are_asked_for(make: Make) -> None:
    assert spelled(make([("en", "Reuters said floods")], news_words=False, stopwords=False), 0) == [
        "reuters",
        "said",
        "floods",
    ]


def test_extra_stop_words_go_in_all_their_forms(make: Make) -> None:
    made = make(
        [("ar", "المغرب مغرب والمغرب الجزائر"), ("en", "floods flood rivers")], extra_stopwords=["المغرب", "Floods"]
    )
    assert [spelled(made, 0), spelled(made, 1)] == [["الجزائر"], ["rivers"]]


ARABIC = ["نهر", "جبل", "سهل", "غابة", "صحراء", "جزيرة", "ساحل", "بحيرة"]
ENGLISH = ["river", "hill", "plain", "forest", "desert", "island", "coast", "lake"]


def test_phrases_are_one_term_shown_with_a_space(make: Make) -> None:
    texts = [
        ("ar", f"{before} مجلس الأمن {after}") for before, after in zip(ARABIC, ARABIC[3:] + ARABIC[:3], strict=True)
    ]
    texts += [
        ("en", f"{before} in New York, {after}")
        for before, after in zip(ENGLISH, ENGLISH[3:] + ENGLISH[:3], strict=True)
    ]
    texts += [("ar", "مجلس البلدة قرر")]
    made = make(texts, phrases=True)
    assert all("مجلس الأمن" in spelled(made, row) for row in range(8))
    assert all("new york" in spelled(made, row) for row in range(8, 16))
    assert "مجلس" in spelled(made, 16)
    alone = make(texts, phrases=False)
    assert "مجلس الأمن" not in alone.vocabulary["word"].to_pylist()
    assert {"مجلس", "الأمن"} <= set(spelled(alone, 0))


@pytest.mark.parametrize(
    ("between", "bound"), [(" ", True), ("، ", False), (". ", False), ("\n", False), (" و", False)]
)
def test_no_phrase_reaches_over_a_comma_a_line_or_a_conjunction(make: Make, between: str, bound: bool) -> None:
    texts = [
        ("ar", f"{before} مجلس{between}الأمن {after}")
        for before, after in zip(ARABIC, ARABIC[3:] + ARABIC[:3], strict=True)
    ]
    made = make([*texts, ("ar", "مجلس البلدة قرر"), ("ar", "الأمن")], phrases=True)
    for row in range(8):
        found = spelled(made, row)
        assert ("مجلس الأمن" in found) == bound
        assert ({"مجلس", "الأمن"} <= set(found)) == (not bound)


def test_tokens_vocabulary_and_offsets_fit_together(make: Make) -> None:
    made = make([*PUTIN, ("en", ""), ("en", "the of"), ("th", "ข่าวด่วนนายกรัฐมนตรี")])
    vocabulary, n = made.vocabulary["word"].to_pylist(), made.vocabulary.num_rows
    assert vocabulary == sorted(set(vocabulary))
    assert sorted(set(made.tokens.tolist())) == list(range(n))
    assert made.offsets[0] == 0
    assert made.offsets[-1] == len(made.tokens)
    assert np.diff(made.offsets).tolist()[1:3] == [0, 0]
    stems = made.vocabulary["stem"].to_numpy()
    assert (stems[stems] == stems).all()
    assert "2 articles have no words left for topics." in made.notes


def test_what_there_is_no_tool_for_is_said_once(make: Make) -> None:
    notes = "\n".join(
        make(
            [("sw", "habari za leo"), ("sw", "mvua kubwa"), ("bo", "བོད་ཡིག"), (None, "أخبار"), ("und", "новости")]
        ).notes
    )
    assert notes.count("sw (2 articles)") == 1
    assert notes.count("without spaces") == 1
    assert "language of 2 articles is not known" in notes
    assert make([("en", "rain"), ("ar", "مطر"), ("zh", "下雨")]).notes == []


SPACED_OUT = ("ar", "ا ل ح ك و م ة ت ع ل ن خ ط ة ج د ي د ة ل ل م ا ء")
PARTLY_SPACED_OUT = ("en", "the harbour ferry f e r r y b o a t r u n s n o w")
WHOLE = ("en", "The harbour ferry sails every morning.")


def test_an_article_of_letters_that_stand_alone_has_no_words_and_is_named(make: Make) -> None:
    made = make([PARTLY_SPACED_OUT, WHOLE, SPACED_OUT, WHOLE])
    assert [spelled(made, row) for row in range(4)] == [[], ["harbour", "ferry", "sails", "morning"]] * 2
    said = next(note for note in made.notes if "2 of 4 articles have no words for topics" in note)
    assert "30%" in said
    assert "'a2', 'a0'" in said  # the worst first
    kept = make([PARTLY_SPACED_OUT, WHOLE], max_lost=1)
    assert spelled(kept, 0) == ["harbour", "ferry"]
    assert kept.notes == []


@pytest.mark.parametrize("others", [[WHOLE], [("en", "short")] * 9])
def test_a_corpus_that_is_mostly_letters_that_stand_alone_stops_the_run(
    make: Make, others: list[tuple[str | None, str]]
) -> None:
    texts = [SPACED_OUT, SPACED_OUT, *others]  # articles with few letters tell nothing of the corpus
    with pytest.raises(InputError, match=r"2 of \d articles, which is more than half.*'a0' \(100%\)") as raised:
        make(texts)
    assert "words.max_lost" in raised.value.remedy
    assert make(texts, max_lost=1).offsets[2] == 0


def test_text_in_the_wrong_encoding_stops_the_run(make: Make) -> None:
    with pytest.raises(InputError, match="'a0'"):
        make([("ar", "أعلنت الحكومة خطة جديدة للمياه".encode().decode("latin-1"))])


def test_an_article_that_takes_too_long_has_no_words_and_is_named(make: Make, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("mihwar.words.stage._MAX_SECONDS", -1.0)
    made = make([WHOLE])
    assert spelled(made, 0) == []
    assert any("took more than" in note and "'a0'" in note for note in made.notes)


def test_rows_are_remembered_whatever_is_left_out(make: Make, tmp_path: Path) -> None:
    first = make([("ar", "الحكومة والمدينة"), ("en", "the rain")])
    files = sorted(tmp_path.rglob("*.parquet"))
    again = make([("ar", "الحكومة والمدينة"), ("en", "the rain")], stopwords=False, stemming="none", phrases=False)
    assert sorted(tmp_path.rglob("*.parquet")) == files
    assert first.vocabulary.num_rows + 1 == again.vocabulary.num_rows
