"""Views: articles joined with their stories, groups with their exemplars and stability."""

import numpy as np
import pyarrow as pa

from mihwar.core.artifacts import Corpus, Projection
from mihwar.runs import Run
from mihwar.views.articles import articles, with_texts
from tests.conftest import clusters_of

NONE = pa.table({})


def corpus() -> Corpus:
    """Two stories; the second is told by two articles, of which the later one was read first."""
    return Corpus(
        stories=pa.table({"id": ["b", "a"], "text": ["نص", "text"], "n_articles": [1, 2]}),
        articles=pa.table({"id": ["c", "b", "a"], "text": ["text!", None, None], "story": [1, 0, 1]}),
        rejects=NONE,
        counts={},
        notes=[],
    )


def test_an_article_has_its_own_text_or_that_of_its_story() -> None:
    assert with_texts(corpus())["text"].to_pylist() == ["text!", "نص", "text"]


def test_an_article_has_what_was_found_of_its_story() -> None:
    space = np.array([[0, 1], [2, 3]], np.float32)
    found = articles(
        corpus(),
        clusters_of(np.array([-1, 0], np.int32), [0]),
        Projection(space=space, map=space, vectors=space, centers=NONE, notes=[]),
    )
    rows = {row["id"]: row for row in found.to_pylist()}
    assert [row["story"] for row in rows.values()] == ["a", "b", "a"]
    assert [row["copy"] for row in rows.values()] == [True, False, False]
    assert [row["topic"] for row in rows.values()] == [0, -1, 0]
    assert [row["theme"] for row in rows.values()] == [0, -1, 0]
    assert [row["core"] for row in rows.values()] == [True, False, True]
    assert (rows["c"]["x"], rows["c"]["y"]) == (2, 3)


def test_without_clusters_an_article_has_what_is_known_by_then() -> None:
    assert set(articles(corpus()).column_names) == {"id", "text", "story", "copy"}


def test_the_page_and_the_frames_say_the_same(sample_run: Run) -> None:
    page = sample_run.report.read_text(encoding="utf-8")
    for label in sample_run.themes["label"]:
        assert label in page
    sizes = sample_run.documents.query("topic >= 0").groupby("topic").size()
    assert sample_run.topics.set_index("topic")["size"].to_dict() == sizes.to_dict()
