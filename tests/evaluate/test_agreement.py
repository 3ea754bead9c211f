"""BCubed against its definition, article by article."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from mihwar.evaluate.agreement import bcubed

NOTHING = {"bcubed_precision": None, "bcubed_recall": None, "bcubed_f1": None}


@given(
    st.lists(
        st.tuples(st.integers(-1, 4), st.sampled_from(["رياضة", "اقتصاد", "спорт", "健康"])), min_size=1, max_size=40
    )
)
def test_it_is_the_mean_over_articles(rows: list[tuple[int, str]]) -> None:
    precision = np.mean([np.mean([b == label for t, b in rows if t == topic]) for topic, label in rows])
    recall = np.mean([np.mean([t == topic for t, b in rows if b == label]) for topic, label in rows])
    found = bcubed(np.array([topic for topic, _ in rows]), np.array([label for _, label in rows], object))
    assert found == {
        "bcubed_precision": pytest.approx(precision),
        "bcubed_recall": pytest.approx(recall),
        "bcubed_f1": pytest.approx(2 * precision * recall / (precision + recall)),
    }


def test_articles_without_a_label_are_left_out() -> None:
    gold = np.array(["a", None, "b", None], object)
    assert bcubed(np.array([0, 0, 1, 1]), gold)["bcubed_f1"] == pytest.approx(1)
    assert bcubed(np.array([0, 0]), np.array([None, None], object)) == NOTHING
    assert bcubed(np.zeros(0, int), np.zeros(0, object)) == NOTHING
