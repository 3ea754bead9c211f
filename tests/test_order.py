"""Order: in whatever order articles and files are read, every article gets the same answer, to the bit."""

import json
import random
from collections.abc import Callable

import numpy as np
import pandas as pd
import pytest

import mihwar
from mihwar.core.artifacts import Artifact, Clusters, Embeddings, Projection, Topics, Words
from mihwar.runs import Run


@pytest.fixture(scope="module")
def rows(articles: list[dict]) -> list[dict]:
    """Articles with copies of three kinds: the same letters, a changed end, and two versions under one id."""
    given = articles[:90]
    copied = [
        row | {"id": f"copy-{row['id']}", "date": "2025-01-01", "text": f"{row['text']} ok"} for row in given[3:9]
    ]
    again = [row | {"date": "2027-01-01", "text": f"{row['text']} {given[0]['text']}"} for row in given[20:23]]
    return [*given, *copied, *again]


def orders(rows: list[dict]) -> dict[str, list[dict]]:
    mixed = random.Random(1).sample(rows, len(rows))
    return {"swapped": [rows[-1], *rows[1:-1], rows[0]], "backwards": rows[::-1], "mixed": mixed}


def run_artifact(run: Run, kind: type[Artifact]) -> dict:
    return vars(run._read(kind))


def by_id(run: Run) -> pd.DataFrame:
    return run.documents.sort_values("id", ignore_index=True)


@pytest.fixture(scope="module")
def run_in_order(tmp_path_factory: pytest.TempPathFactory, dtype: str) -> Callable[..., Run]:
    """Run rows in the order given, in a root of their own, from files of `size` rows."""

    def run(rows: list[dict], size: int = 1000) -> Run:
        folder = tmp_path_factory.mktemp("order")
        for start in range(0, len(rows), size):
            lines = [json.dumps(row, ensure_ascii=False) + "\n" for row in rows[start : start + size]]
            (folder / f"{start:04}.jsonl").write_text("".join(lines), encoding="utf-8")
        overrides = [
            f"ingest.source={folder}/*.jsonl",
            f"artifacts={folder / 'artifacts'}",
            "name=t",
            "stability.repeats=2",
            dtype,
        ]
        return mihwar.run(mihwar.load_config(None, overrides), quiet=True)

    return run


@pytest.fixture(scope="module")
def as_given(run_in_order: Callable[..., Run], rows: list[dict]) -> Run:
    return run_in_order(rows)


@pytest.mark.parametrize(
    "order", ["backwards", *(pytest.param(order, marks=pytest.mark.long) for order in ("swapped", "mixed"))]
)
def test_order_changes_no_bit(run_in_order: Callable[..., Run], as_given: Run, rows: list[dict], order: str) -> None:
    run = run_in_order(orders(rows)[order], size=40)
    assert list(run.documents["id"]) != list(as_given.documents["id"])  # reading order is kept for people
    pd.testing.assert_frame_equal(by_id(run), by_id(as_given), check_exact=True)
    for name in ("topics", "themes", "lda", "words_by_language", "crosswalk", "noise"):
        pd.testing.assert_frame_equal(getattr(run, name), getattr(as_given, name), check_exact=True)
    assert run.metrics == as_given.metrics
    for kind in (Words, Embeddings, Projection, Clusters, Topics):
        before = run_artifact(as_given, kind)
        for name, value in run_artifact(run, kind).items():
            same = np.array_equal(value, before[name]) if isinstance(value, np.ndarray) else value == before[name]
            assert same, (kind.__name__, name)
    new = ["فيضانات بعد أمطار غزيرة في القرى القريبة من النهر، وإجلاء عائلات خلال الليل", rows[10]["text"]]
    pd.testing.assert_frame_equal(run.classify(new), as_given.classify(new), check_exact=True)
