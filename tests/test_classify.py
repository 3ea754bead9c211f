"""New articles in a finished run's topics."""

import json
import shutil
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from mihwar.core.artifacts import Clusters
from mihwar.core.errors import ConfigError, ModelError, StoreError
from mihwar.core.store import Store
from mihwar.runs import Run
from mihwar.stability.agreement import agreement_between

STORM = (
    "Une tempête a inondé les villages au bord de la rivière et la protection civile a évacué des familles pendant "
    "la nuit."
)


def test_an_article_of_the_run_gets_its_own_topic_and_theme(sample_run: Run, articles: list[dict]) -> None:
    found = sample_run.classify([{key: row[key] for key in ("title", "text", "language")} for row in articles[:60]])
    documents = sample_run.documents[:60]
    assert (found["topic"].to_numpy() == documents["topic"].to_numpy()).mean() >= 0.97
    assert (found["theme"].to_numpy() == documents["theme"].to_numpy()).mean() >= 0.97
    assert found["confidence"].between(0, 1).all()
    assert list(found["label"]) == list(sample_run.topics["label"][found["topic"]])


def test_an_answer_does_not_hang_on_the_articles_beside_it(sample_run: Run, articles: list[dict]) -> None:
    rows = [articles[90]["text"], {"title": "Inondations", "text": STORM}, articles[3] | {"id": "a"}, ""]
    together = sample_run.classify(rows)
    for place, row in enumerate(rows):
        pd.testing.assert_frame_equal(
            sample_run.classify([row]), together.iloc[[place]].reset_index(drop=True), check_dtype=False
        )


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
    run = run_rows(articles[:80], "stability.repeats=3", "reduce.seed=7")
    store = Store(run.root)
    seed_of = {made.name: store.manifest("reduce", made.name)["settings"]["seed"] for made in run.root.glob("reduce/*")}
    assert sorted(seed_of.values()) == [7, 8, 9]
    made = {
        seed_of[store.manifest("cluster", path.name)["inputs"]["projection"]]: path.name
        for path in run.root.glob("cluster/*")
    }
    found = [np.asarray(store.read("cluster", made[seed], Clusters).topics) for seed in (7, 8, 9)]
    expected = agreement_between(found)
    assert run.metrics["stability_ami"] == pytest.approx(expected.ami)
    assert list(run.topics["stability"]) == pytest.approx(list(expected.best_jaccard))
    assert (run.topics["fragile"] == (run.topics["stability"] < 0.5)).all()
    assert run.record["stages"]["reduce"]["made"]
    again = run_rows(articles[:80], "stability.repeats=3", "reduce.seed=7", "topics.words=9")
    assert not again.record["stages"]["cluster"]["made"]
    assert again.metrics["stability_ami"] == run.metrics["stability_ami"]


def test_copies_do_not_vote(run_rows: Callable[..., Run], articles: list[dict]) -> None:
    plain = run_rows(articles[:60])
    copies = [articles[5] | {"id": f"copy-{i}", "date": "2099-01-01"} for i in range(30)]
    copied = run_rows([*articles[:60], *copies])
    assert copied.metrics["stories"] == plain.metrics["stories"]
    asked = [row["text"] for row in articles[60:120]]
    columns = ["topic", "theme", "confidence", "theme_confidence"]
    pd.testing.assert_frame_equal(copied.classify(asked)[columns], plain.classify(asked)[columns], check_exact=True)


def test_the_model_is_loaded_once_for_a_run(sample_run: Run) -> None:
    fresh = Run(sample_run.record, sample_run.root)
    fresh.classify([STORM])
    encoder = fresh._classifier._encoder
    fresh.classify([STORM, "نص"])
    assert fresh._classifier._encoder is encoder


def with_config(run: Run, root: Path, stage: str, **settings: object) -> Run:
    """A copy of a run whose manifest of a stage has further settings, as another version would have written it."""
    shutil.copytree(run.root, root)
    path = Run(run.record, root).artifacts[stage].path / "manifest.json"
    manifest = json.loads(path.read_text(encoding="utf-8"))
    manifest["settings"] |= settings
    path.write_text(json.dumps(manifest), encoding="utf-8")
    config = {
        name: section | {"unknown": 1} if isinstance(section, dict) else section for name, section in run.config.items()
    }
    return Run(run.record | {"config": config}, root)


def test_a_run_of_another_version_is_classified_with_or_refused_in_words(sample_run: Run, tmp_path: Path) -> None:
    known = with_config(sample_run, tmp_path / "known", "cluster", epsilon=0.1)
    pd.testing.assert_frame_equal(known.classify([STORM]), sample_run.classify([STORM]))
    with pytest.raises(
        ConfigError,
        match=r"ingest\.unknown: expected a setting that this version knows, got one of mihwar 0.*, which made the run",
    ):
        with_config(sample_run, tmp_path / "unknown", "ingest", unknown=1).classify([STORM])


@pytest.mark.parametrize("stage", ["ingest", "embed", "reduce", "cluster"])
def test_a_run_of_another_version_of_a_stage_is_refused_in_words(sample_run: Run, tmp_path: Path, stage: str) -> None:
    shutil.copytree(sample_run.root, tmp_path / "root")
    older = Run(sample_run.record, tmp_path / "root")
    path = older.artifacts[stage].path / "manifest.json"
    path.write_text(json.dumps(json.loads(path.read_text(encoding="utf-8")) | {"version": 1}), encoding="utf-8")
    with pytest.raises(ConfigError, match=rf"{stage}: expected version \d+ of the stage, got 1 of mihwar 0"):
        older.classify([STORM])


def test_an_artifact_of_another_form_is_told_in_words(sample_run: Run, tmp_path: Path) -> None:
    shutil.copytree(sample_run.root, tmp_path / "root")
    older = Run(sample_run.record, tmp_path / "root")
    folder = older.artifacts["ingest"].path
    (folder / "stories.parquet").unlink()
    with pytest.raises(StoreError, match="expected a whole artifact"):
        _ = older.documents
    manifest = json.loads((folder / "manifest.json").read_text(encoding="utf-8"))
    (folder / "manifest.json").write_text(json.dumps(manifest | {"version": 1}), encoding="utf-8")
    with pytest.raises(StoreError, match="ingest: expected version"):
        _ = older.rejects


def test_a_page_that_is_gone_is_told_in_words(sample_run: Run, tmp_path: Path) -> None:
    with pytest.raises(StoreError, match=r"page\.html: expected the page"):
        _ = Run(sample_run.record, tmp_path).report


@pytest.mark.parametrize("stage", ["ingest", "embed"])
def test_a_manifest_that_cannot_be_read_is_told_in_words(sample_run: Run, tmp_path: Path, stage: str) -> None:
    shutil.copytree(sample_run.root, tmp_path / "root")
    damaged = Run(sample_run.record, tmp_path / "root")
    (damaged.artifacts[stage].path / "manifest.json").write_text("{", encoding="utf-8")
    with pytest.raises(StoreError, match="expected a manifest that can be read, got none"):
        damaged.classify([STORM])


def test_other_weights_than_the_runs_are_refused(sample_run: Run) -> None:
    other = Run(sample_run.record, sample_run.root)
    object.__setattr__(other._classifier, "weights", ["other", 1])
    with pytest.raises(ModelError, match="the weights that the run was made with"):
        other.classify([STORM])
