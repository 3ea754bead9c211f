"""Weighting and LDA on counts whose topics are known."""

import numpy as np
import pyarrow as pa
import pytest
from scipy.sparse import csr_matrix

from mihwar.core.artifacts import Words
from mihwar.core.progress import Progress
from mihwar.topics.lda import fit_lda
from mihwar.topics.stage import TopicsSettings, topics
from mihwar.topics.weighting import by_cluster, commonest_forms, count_words, ranked, useful_words
from tests.conftest import clusters_of, corpus_of

WORDS = [f"a{i}" for i in range(6)] + [f"b{i}" for i in range(6)]


@pytest.fixture
def two_subjects() -> csr_matrix:
    """40 documents about the words a, 40 about the words b, one without words."""
    rng = np.random.default_rng(0)
    counts = np.zeros((81, 12), np.float32)
    counts[:40, :6], counts[40:80, 6:] = rng.poisson(3, (40, 6)), rng.poisson(3, (40, 6))
    return csr_matrix(counts)


def test_counts() -> None:
    counts = count_words(np.array([0, 2, 2, 1]), np.array([0, 3, 3, 4]), 4)
    assert counts.toarray().tolist() == [[1, 0, 2, 0], [0, 0, 0, 0], [0, 1, 0, 0]]


def test_lda_finds_the_subjects_and_repeats_to_the_bit(two_subjects: csr_matrix) -> None:
    topic_word, document_topic = fit_lda(two_subjects, len(WORDS), 2, 10, 42)
    assert np.allclose(topic_word.sum(axis=1), 1, atol=1e-4)
    assert np.allclose(document_topic[:80].sum(axis=1), 1, atol=1e-4)
    assert (document_topic[80] == 0).all()
    sides = document_topic[:80].argmax(axis=1)
    assert len(set(sides[:40])) == len(set(sides[40:])) == 1
    assert sides[0] != sides[79]
    assert topic_word[sides[0], :6].sum() > 0.95
    again = fit_lda(two_subjects, len(WORDS), 2, 10, 42)
    assert np.array_equal(topic_word, again[0])
    assert np.array_equal(document_topic, again[1])


def test_ranked_leaves_out_what_weighs_nothing() -> None:
    assert list(ranked(np.array([[0.5, 0.0, 0.7], [0, 0, 0]]), 3)) == [(0, 1, 2, 0.7), (0, 2, 0, 0.5)]


def test_useful_words() -> None:
    counts, languages = csr_matrix(np.array([[1, 1, 0, 1]] * 15 + [[1, 0, 1, 0]] * 5)), np.array(["ar"] * 20)
    assert useful_words(counts, languages, 1, 0.8, 10).tolist() == [1, 2, 3]
    assert useful_words(counts, languages, 6, 0.8, 10).tolist() == [1, 3]
    assert useful_words(counts, languages, 1, 0.8, 1).tolist() == [1]
    assert useful_words(counts, languages, 99, 0.8, 10).tolist() == [0, 1, 2, 3]
    assert useful_words(counts[:5], languages[:5], 1, 0.4, 10).tolist() == [0, 1, 3]


def test_a_word_everywhere_in_one_language_says_nothing() -> None:
    languages = np.array(["ig"] * 60 + ["ar"] * 200)
    counts = np.zeros((260, 3))
    counts[:60, 0], counts[:12, 1], counts[60:90, 2] = 1, 1, 1
    assert useful_words(csr_matrix(counts), languages, 1, 0.4, 10).tolist() == [1, 2]
    assert useful_words(csr_matrix(counts[20:]), languages[20:], 1, 0.4, 10).tolist() == [0, 2]


def test_the_form_shown_is_the_commonest_of_its_stem_in_that_topic() -> None:
    forms, stems = (
        csr_matrix(np.array([[3, 1, 0, 2], [0, 2, 0, 0], [1, 2, 5, 0], [0, 0, 1, 0]])),
        np.array([1, 1, 2, 3]),
    )
    wanted = [(0, 1), (1, 1), (1, 2), (0, 3), (0, 2)]
    assert commonest_forms(wanted, by_cluster(np.array([0, 0, 1, 1]))[1:], forms, stems) == [0, 1, 2, 3, 2]
    shares = np.array([[0.1, 0.9, 0, 0], [0.9, 0.1, 0, 0]])
    assert commonest_forms([(0, 1), (1, 1)], shares, forms, stems) == [1, 0]
    assert commonest_forms([], shares, forms, stems) == []


def test_topics_count_stems_and_show_words() -> None:
    """Three forms of one word, of which none is in enough documents alone; each cluster shows the one that it writes
    most.
    """
    vocabulary = ["النفط", "بوتين", "صواريخ", "مغربي", "مغربية", "المغربية", "نفط"]
    stems = [0, 1, 2, 5, 5, 5, 0]
    documents = [[3, 3, 1], [3, 4, 1], [4, 2, 1], [5, 5, 0], [5, 6, 6], [5, 6, 2]] * 2 + [[2, 2, 2]] * 6
    words = Words(
        vocabulary=pa.table({"word": pa.array(vocabulary, pa.large_string()), "stem": pa.array(stems, pa.int32())}),
        tokens=np.array(documents, np.int32).reshape(-1),
        offsets=np.arange(0, 55, 3),
        notes=[],
    )
    labels = np.array([0, 0, 0, 1, 1, 1] * 2 + [-1] * 6, np.int32)
    clusters = clusters_of(labels, [0, 1])
    ids = [str(i) for i in range(18)]
    corpus = corpus_of(len(ids), id=ids, language=["ar"] * 18)
    made = topics(TopicsSettings(max_share=1.0, min_documents=3), words, clusters, corpus, Progress(quiet=True))
    shown = {row["topic"]: row["words"] for row in made.topics.to_pylist()}
    assert {"مغربي", "بوتين"} <= set(shown[0])
    assert {"المغربية", "نفط"} <= set(shown[1])
    assert made.vocabulary["word"].to_pylist() == ["النفط", "بوتين", "صواريخ", "المغربية"]
    assert made.topic_word.shape == (2, 4)
    assert made.themes["topics"].to_pylist() == [[0], [1]]
    assert made.anchors.tolist() == [0, 1]
    assert (made.document_topic[:12].argmax(axis=1) == labels[:12]).all()
    assert all(len({stems[vocabulary.index(word)] for word in words}) == len(words) for words in shown.values())


@pytest.mark.parametrize(
    ("settings", "n_topics", "anchors"),
    [
        ({}, 4, [0, 1, 2, 3]),
        ({"anchor": "themes"}, 2, [0, 0, 1, 1]),
        ({"count": 3}, 3, [1, 2, 0, 0]),
        ({"count": 6}, 6, [0, 1, 2, 3]),
        ({"anchor": "none"}, 4, []),
        ({"anchor": "none", "count": 2}, 2, []),
    ],
)
def test_lda_begins_at_the_level_that_is_named(settings: dict, n_topics: int, anchors: list[int]) -> None:
    labels = np.repeat([0, 1, 2, 3, -1], [10, 9, 8, 7, 3]).astype(np.int32)
    n = len(labels)
    vocabulary = pa.table(
        {"word": pa.array([f"w{i}" for i in range(10)], pa.large_string()), "stem": pa.array(range(10), pa.int32())}
    )
    tokens = np.array([[2 * (label % 5), 2 * (label % 5) + 1, 2 * (label % 5)] for label in labels], np.int32).reshape(
        -1
    )
    words = Words(vocabulary=vocabulary, tokens=tokens, offsets=np.arange(0, 3 * n + 1, 3), notes=[])
    ids = [str(i) for i in range(n)]
    corpus = corpus_of(len(ids), id=ids, language=["ar"] * n)
    clusters = clusters_of(labels, [0, 0, 1, 1], [(2, 3, 0.1, 15), (0, 1, 0.2, 19), (4, 5, 0.9, 34)])
    made = topics(TopicsSettings(min_documents=1, **settings), words, clusters, corpus, Progress(quiet=True))
    assert made.topic_word.shape == (n_topics, 10)
    assert made.anchors.tolist() == anchors
    if anchors and len(set(anchors)) == n_topics:
        assert (made.document_topic[:34].argmax(axis=1) == np.array(anchors)[labels[:34]]).all()
    assert made.themes["size"].to_pylist() == [19, 15]
    assert made.topics["size"].to_pylist() == [10, 9, 8, 7]


def test_a_group_of_two_languages_has_words_of_each() -> None:
    """Topic 0 writes نفط and oil, topic 1 writes كرة and ball; each in two forms, of which one is the commoner
    there.
    """
    vocabulary = pa.table(
        {
            "word": pa.array(["ball", "balls", "oil", "oils", "كرة", "الكرة", "نفط", "النفط"], pa.large_string()),
            "stem": pa.array([0, 0, 2, 2, 4, 4, 6, 6], pa.int32()),
        }
    )
    documents = [[7, 7, 6], [2, 3, 3], [5, 5, 4], [0, 1, 1]] * 6
    words = Words(
        vocabulary=vocabulary, tokens=np.array(documents, np.int32).reshape(-1), offsets=np.arange(0, 73, 3), notes=[]
    )
    ids = [str(i) for i in range(24)]
    corpus = corpus_of(len(ids), id=ids, language=["ar", "en"] * 12)
    clusters = clusters_of(np.array([0, 0, 1, 1] * 6, np.int32), [0, 1], [(0, 1, 0.5, 24)])
    made = topics(TopicsSettings(max_share=1.0, min_documents=1), words, clusters, corpus, Progress(quiet=True))
    told = {
        (row["level"], row["group"], row["language"]): row["word"]
        for row in made.words_by_language.to_pylist()
        if row["rank"] == 1
    }
    for level in ("topic", "theme", "lda"):
        assert {key[1:]: word for key, word in told.items() if key[0] == level} == {
            (0, "ar"): "النفط",
            (0, "en"): "oils",
            (1, "ar"): "الكرة",
            (1, "en"): "balls",
        }
    assert [set(row) for row in made.topics["words"].to_pylist()] == [{"النفط", "oils"}, {"الكرة", "balls"}]


def test_a_tree_is_cut_anywhere_and_cuts_are_nested() -> None:
    clusters = clusters_of(
        np.repeat([0, 1, 2, 3], [10, 9, 8, 7]).astype(np.int32),
        [0, 0, 1, 1],
        [(2, 3, 0.1, 15), (0, 1, 0.2, 19), (4, 5, 0.9, 34)],
    )
    assert [clusters.cut(k).tolist() for k in (1, 2, 3, 4, 9)] == [
        [0, 0, 0, 0],
        [0, 0, 1, 1],
        [1, 2, 0, 0],
        [0, 1, 2, 3],
        [0, 1, 2, 3],
    ]
