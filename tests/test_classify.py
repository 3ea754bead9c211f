"""New articles in a finished run's topics."""

from collections.abc import Callable

import numpy as np
import pandas as pd
import pytest

from pipeline.core.artifacts import Clusters
from pipeline.core.store import Store
from pipeline.evaluate.stability import agreement_between
from pipeline.runs import Run

STORM = "Une tempête a inondé les villages au bord de la rivière et la protection civile a évacué des familles pendant la nuit."


def test_an_article_of_the_run_gets_its_own_topic_and_theme(sample_run: Run, articles: list[dict]) -> None:
    found = sample_run.classify([{key: row[key] for key in ("title", "text", "language")} for row in articles[:60]])
    documents = sample_run.documents[:60]
    assert (found["topic"].to_numpy() == documents["reassigned"].to_numpy()).mean() >= 0.97
    assert (found["theme"].to_numpy() == documents["theme"].to_numpy()).mean() >= 0.97
    assert found["confidence"].between(0, 1).all()
    assert list(found["label"]) == list(sample_run.topics["label"][found["topic"]])


def test_an_answer_does_not_hang_on_the_articles_beside_it(sample_run: Run, articles: list[dict]) -> None:
    rows = [articles[90]["text"], {"title": "Inondations", "text": STORM}, articles[3] | {"id": "a"}, ""]
    together = sample_run.classify(rows)
    for place, row in enumerate(rows):
        pd.testing.assert_frame_equal(sample_run.classify([row]), together.iloc[[place]].reset_index(drop=True), check_dtype=False)


def test_what_is_no_article_is_refused_with_the_reason(sample_run: Run) -> None:
    found = sample_run.classify(["", "zzqx 77 ###", {"title": "no text"}])
    assert list(found["topic"]) == [-1] * 3
    assert list(found["theme"]) == [-1] * 3
    assert found["reason"].notna().all()
    assert found["label"].isna().all()
    assert len(sample_run.classify([])) == 0


def test_a_run_with_one_topic_has_nothing_to_vote_on(run_rows: Callable[..., Run], articles: list[dict]) -> None:
    found = run_rows(articles[:4]).classify([STORM])
    assert (found["topic"].item(), found["reason"].item()) == (-1, "the run has no two topics to tell apart")


def test_other_seeds_mark_what_does_not_come_back(run_rows: Callable[..., Run], articles: list[dict]) -> None:
    run = run_rows(articles[:80], "evaluate.repeats=3", "reduce.seed=7")
    store = Store(run.root)
    seed_of = {made.name: store.manifest("reduce", made.name)["settings"]["seed"] for made in run.root.glob("reduce/*")}
    assert sorted(seed_of.values()) == [7, 8, 9]
    made = {seed_of[store.manifest("cluster", path.name)["inputs"]["reduce"]]: path.name for path in run.root.glob("cluster/*")}
    found = [np.asarray(store.read("cluster", made[seed], Clusters).reassigned) for seed in (7, 8, 9)]
    expected = agreement_between(found)
    assert run.metrics["stability_ami"] == pytest.approx(expected.ami)
    assert list(run.topics["stability"]) == pytest.approx(list(expected.best_jaccard))
    assert (run.topics["fragile"] == (run.topics["stability"] < 0.5)).all()
    assert run.record["stages"]["reduce"]["made"]
    again = run_rows(articles[:80], "evaluate.repeats=3", "reduce.seed=7", "topics.words=9")
    assert not again.record["stages"]["cluster"]["made"]
    assert again.metrics["stability_ami"] == run.metrics["stability_ami"]
