"""Mixing: topics of one language, topics of all, and what lies between."""

import numpy as np
import pytest

from mihwar.evaluate.mixing import mixing, parallel_together, topic_entropy

NOTHING = {"language_nmi": None, "language_entropy": None}


@pytest.mark.parametrize(
    ("topics", "languages", "expected"),
    [
        ([0, 0, 1, 1], ["ar", "fr", "ar", "fr"], (0, 1)),
        ([0, 0, 1, 1], ["ar", "ar", "fr", "fr"], (1, 0)),
        ([0, 0, 1, 1, 2, 2], ["ar", "zh", "ar", "ar", "zh", "zh"], (None, 1 / 3)),
        ([0, 0, 1, 1, -1, -1], ["ar", "fr", "ar", "fr", "fr", "fr"], (0, 1)),
    ],
)
def test_mixing(topics: list[int], languages: list[str], expected: tuple[float | None, float]) -> None:
    found = mixing(np.array(topics), np.array(languages))
    assert found["language_entropy"] == pytest.approx(expected[1], abs=1e-9)
    if expected[0] is None:
        assert 0.1 < found["language_nmi"] < 0.9
    else:
        assert found["language_nmi"] == pytest.approx(expected[0], abs=1e-9)


@pytest.mark.parametrize(
    ("topics", "languages"), [([0, 1], ["ar", "ar"]), ([-1, -1], ["ar", "fr"]), ([0, -1], ["ar", "fr"]), ([], [])]
)
def test_one_language_cannot_mix(topics: list[int], languages: list[str]) -> None:
    assert mixing(np.array(topics, int), np.array(languages, str)) == NOTHING


def test_each_topic_has_its_entropy() -> None:
    found = topic_entropy(np.array([0, 0, 1, 1, 3, -1]), np.array(["ar", "fr", "ar", "ar", "fr", "fr"]))
    assert found == pytest.approx([1, 0, np.nan, 0], nan_ok=True)
    assert np.isnan(topic_entropy(np.array([0, 0]), np.array(["ar", "ar"]))).all()
    assert len(topic_entropy(np.array([-1]), np.array(["ar"]))) == 0


@pytest.mark.parametrize(
    ("topics", "parallel", "expected"),
    [
        ([0, 0, 1, 1], ["x", "x", "y", "y"], 1),
        ([0, 1, 1, 1], ["x", "x", "y", "y"], 0.5),
        ([0, 0, 1], ["x", "x", "x"], 1 / 3),
        ([-1, -1, 0, 0], ["x", "x", "y", "y"], 0.5),
        ([0, 0, 1, 1], ["x", None, None, "x"], 0),
        ([0, 0], [None, None], None),
        ([0, 1], ["x", "y"], None),
    ],
)
def test_parallel_pairs(topics: list[int], parallel: list[str | None], expected: float | None) -> None:
    found = parallel_together(np.array(topics), np.array(parallel, object))
    assert found == (expected if expected is None else pytest.approx(expected))
