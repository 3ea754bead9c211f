"""End to end on the embedded sample: the real encoder, UMAP, HDBSCAN and LDA."""

import json
import re
import shutil
from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from sklearn.metrics import adjusted_mutual_info_score

import mihwar
from mihwar.core.errors import InputError
from mihwar.core.progress import Progress
from mihwar.flow import FLOW
from mihwar.runner import dry_run
from mihwar.runner import run as run_record
from mihwar.runs import Run, verify
from tests.conftest import CONFIGS, SAMPLE

COLUMNS = [
    "id",
    "title",
    "text",
    "language",
    "language_confidence",
    "script",
    "date",
    "date_precision",
    "date_reason",
    "source",
    "url",
    "label",
    "parallel",
    "story",
    "copy",
    "topic",
    "theme",
    "confidence",
    "theme_confidence",
    "core",
    "hdbscan_topic",
    "probability",
    "x",
    "y",
]


class Newsroom(Progress):
    """Writes one more article when a certain piece of work begins."""

    def __init__(self, when: str, path: Path, article: dict) -> None:
        super().__init__(quiet=True)
        self.when, self.path, self.article = when, path, article

    def track(self, what: str, total: int | None = None) -> AbstractContextManager[Callable[[int], None]]:
        if what.startswith(self.when):
            with self.path.open("a", encoding="utf-8") as file:
                file.write(json.dumps(self.article, ensure_ascii=False) + "\n")
        return super().track(what, total)


def made(run: Run) -> list[str]:
    return [name for name, entry in run.record["stages"].items() if entry["made"]]


def test_stories_are_found_across_languages(sample_run: Run, articles: list[dict]) -> None:
    story = {row["id"]: row["story"] for row in articles}
    documents = sample_run.documents
    assert adjusted_mutual_info_score([story[i] for i in documents["id"]], documents["topic"]) > 0.9
    assert adjusted_mutual_info_score(documents["language"], documents["topic"]) < 0.05
    languages = documents[documents["topic"] >= 0].groupby("topic")["language"].nunique()
    assert (languages >= 3).mean() > 0.9


def test_every_article_is_there_once_in_order(sample_run: Run, articles: list[dict]) -> None:
    assert list(sample_run.documents["id"]) == [row["id"] for row in articles]
    assert sample_run.rejects.empty


def test_the_reading_face(sample_run: Run, sample_root: Path) -> None:
    assert list(sample_run.documents.columns) == COLUMNS
    assert list(sample_run.topics.columns) == [
        "topic",
        "theme",
        "size",
        "label",
        "words",
        "exemplars",
        "stability",
        "fragile",
    ]
    assert list(sample_run.lda.columns) == ["lda_topic", "rank", "word", "weight"]
    assert list(sample_run.rejects.columns) == ["file", "place", "id", "reason", "head"]
    assert {"npmi", "diversity", "silhouette", "noise_share", "ami", "ari", "v_measure"} <= set(sample_run.metrics)
    assert sample_run.config["embed"]["max_tokens"] > 0
    assert sample_run.documents["probability"].between(0, 1).all()
    assert isinstance(sample_run.documents["date"].dtype, pd.DatetimeTZDtype)
    assert sample_run.topics["size"].sum() == (sample_run.documents["topic"] >= 0).sum()
    assert sample_run.themes["size"].sum() == (sample_run.documents["theme"] >= 0).sum()
    assert sample_run.themes["size"].is_monotonic_decreasing
    theme_of = dict(sample_run.topics[["topic", "theme"]].itertuples(index=False))
    assert all(
        theme_of[topic] == theme
        for topic, theme in sample_run.documents.query("topic >= 0")[["topic", "theme"]].itertuples(index=False)
    )
    assert sorted(topic for topics in sample_run.themes["topics"] for topic in topics) == sorted(theme_of)
    assert len(set(sample_run.cut(3))) == 3
    assert set(sample_run.words_by_language["level"]) == {"topic", "theme", "lda"}
    assert sample_run.noise.query("by == 'all'")["articles"].item() == 198
    documents = sample_run.documents.set_index("id")
    for topic, exemplars in sample_run.topics[["topic", "exemplars"]].itertuples(index=False):
        assert exemplars
        assert (documents.loc[exemplars, "topic"] == topic).all()
    assert sample_run.lda["rank"].min() == 1
    for stage, (path, fingerprint, manifest) in sample_run.artifacts.items():
        assert path == sample_root / stage / fingerprint
        assert {"settings", "inputs", "rows", "files", "libraries", "seconds", "peak_memory_bytes"} <= set(manifest)
    again = mihwar.open_run("sample", root=sample_root, at=sample_run.time)
    assert again.time == sample_run.time
    assert mihwar.open_run("sample", root=sample_root).time >= sample_run.time
    pd.testing.assert_frame_equal(again.documents, sample_run.documents)


def test_topic_words_are_whole_words_in_their_script(sample_run: Run) -> None:
    words = {word for words in sample_run.topics["words"] for word in words} | set(sample_run.lda["word"])
    assert any(re.search("[\u0620-\u064a]", word) for word in words)
    assert not [word for word in words if re.search("[\u0640\u064b-\u065f]|^.$|&|nbsp|quot", word)]


def test_the_page_stands_alone_and_is_whole(sample_run: Run, articles: list[dict]) -> None:
    page = sample_run.report.read_text(encoding="utf-8")
    assert not re.findall(r"<(?:script|link|img|iframe)[^>]+(?:src|href)=", page)
    assert page.count('dir="auto"') > 200
    shown = sum((row["title"] or "?") in page for row in articles)
    assert shown > 100


def test_nothing_new_means_nothing_remade(sample_run: Run, sample_root: Path, dtype: str) -> None:
    again = mihwar.run(CONFIGS / "sample.yaml", set=[f"artifacts={sample_root}", dtype], quiet=True)
    assert made(again) == []
    assert again.record["metrics"] == sample_run.record["metrics"]


def test_a_key_remakes_what_depends_on_it_and_says_why(sample_run: Run, sample_root: Path, dtype: str) -> None:
    def steps(*overrides: str) -> dict[str, str | None]:
        config = mihwar.load_config(CONFIGS / "sample.yaml", [f"artifacts={sample_root}", dtype, *overrides])
        return {step.node.stage.name: step.why for step in dry_run(config)}

    assert not any(steps().values())
    assert not any(steps("embed.batch_size=3").values())
    assert not any(steps("embed.device=cpu").values())
    size = steps("cluster.min_cluster_size=9")
    assert [name for name, why in size.items() if why] == ["cluster", "stability", "topics", "evaluate", "report"]
    assert size["cluster"] == "cluster.min_cluster_size is 9, was 5"
    assert size["topics"] == "cluster changed"
    assert [name for name, why in steps("report.title=x").items() if why] == ["report"]
    assert [name for name, why in steps("words.extra_stopwords=[x]").items() if why] == [
        "words",
        "topics",
        "evaluate",
        "report",
    ]
    assert all(
        why for name, why in steps("ingest.source=" + str(CONFIGS.parent / "configs")).items() if name == "ingest"
    )


def test_a_raised_version_of_a_stage_is_another_address(
    sample_run: Run, sample_root: Path, dtype: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    raised = tuple(replace(stage, version=stage.version + 1) if stage.name == "topics" else stage for stage in FLOW)
    monkeypatch.setattr("mihwar.plan.FLOW", raised)
    monkeypatch.setattr("mihwar.runner.FLOW", raised)
    config = mihwar.load_config(CONFIGS / "sample.yaml", [f"artifacts={sample_root}", dtype])
    steps = {step.node.stage.name: step for step in dry_run(config)}
    moved = [name for name, step in steps.items() if step.node.address != sample_run.artifacts[name].fingerprint]
    assert moved == ["topics", "evaluate", "report"]
    assert "of the stage, was" in str(steps["topics"].why)


def test_the_same_twice_elsewhere(sample_run: Run, tmp_path: Path, dtype: str) -> None:
    """Another root, another batch size: the same addresses, the same bits."""
    other = mihwar.run(CONFIGS / "sample.yaml", set=[f"artifacts={tmp_path}", "embed.batch_size=7", dtype], quiet=True)
    for stage, (path, fingerprint, manifest) in other.artifacts.items():
        assert fingerprint == sample_run.artifacts[stage].fingerprint
        assert manifest["files"] == sample_run.artifacts[stage].manifest["files"], stage
        assert path != sample_run.artifacts[stage].path


def test_one_more_article_embeds_one_row(
    tmp_path: Path, write_rows: Callable[..., Path], articles: list[dict], dtype: str
) -> None:
    overrides = [f"artifacts={tmp_path / 'a'}", "name=grow", dtype]
    path = write_rows(articles[:40])
    mihwar.run(mihwar.load_config(None, [*overrides, f"ingest.source={path}"]), quiet=True)
    write_rows(articles[:41])
    grown = mihwar.run(mihwar.load_config(None, [*overrides, f"ingest.source={path}"]), quiet=True)
    assert grown.artifacts["ingest"].manifest["rows"] == 41
    assert grown.artifacts["embed"].manifest["rows"] == grown.metrics["stories"] == 39
    assert grown.artifacts["embed"].manifest["rows_computed"] == 1
    assert grown.artifacts["words"].manifest["rows_computed"] == 1
    fresh = mihwar.run(
        mihwar.load_config(None, [f"artifacts={tmp_path / 'b'}", "name=grow", dtype, f"ingest.source={path}"]),
        quiet=True,
    )
    for name in ("embed", "words", "reduce", "cluster"):
        assert grown.artifacts[name].manifest["files"] == fresh.artifacts[name].manifest["files"], name
    assert verify(tmp_path / "a")[1] == []


def test_articles_that_moved_are_known_again(sample_run: Run, sample_root: Path, tmp_path: Path, dtype: str) -> None:
    shutil.copy(SAMPLE, tmp_path / "elsewhere.jsonl")
    config = mihwar.load_config(
        CONFIGS / "sample.yaml", [f"artifacts={sample_root}", dtype, f"ingest.source={tmp_path}/*.jsonl"]
    )
    assert not any(step.why for step in dry_run(config))


def test_articles_that_arrive_while_they_are_read(
    tmp_path: Path, write_rows: Callable[..., Path], articles: list[dict], dtype: str
) -> None:
    """What is read and what the address says must be the same; if not, nothing is kept under a wrong address."""
    path = write_rows(articles[:5])
    config = mihwar.load_config(None, [f"artifacts={tmp_path / 'a'}", f"ingest.source={path}", "name=t", dtype])
    with pytest.raises(InputError, match="it changed"):
        run_record(config, progress=Newsroom("reading and cleaning articles", path, articles[6]))
    assert not list((tmp_path / "a").glob("ingest/*"))
    assert len(mihwar.run(config, quiet=True).documents) == 6


def test_articles_that_arrive_while_seeds_are_repeated(
    tmp_path: Path, write_rows: Callable[..., Path], articles: list[dict], dtype: str
) -> None:
    """Every repeat clusters the articles that the run read, whatever has come since."""
    path = write_rows(articles[:40])
    settings = [f"artifacts={tmp_path / 'a'}", f"ingest.source={path}", "name=t", "stability.repeats=2", dtype]
    newsroom = Newsroom("UMAP of", path, articles[41])  # before they are clustered with another seed
    run = Run(run_record(mihwar.load_config(None, settings), progress=newsroom), tmp_path / "a")
    assert path.read_text(encoding="utf-8").count("\n") > 40
    assert len(run.documents) == 40
    assert len(list((tmp_path / "a").glob("ingest/*"))) == 1
    assert len(list((tmp_path / "a").glob("reduce/*"))) == 2
    assert run.topics["stability"].between(0, 1).all()


def test_until_force_and_damage(
    tmp_path: Path, write_rows: Callable[..., Path], articles: list[dict], dtype: str
) -> None:
    config = mihwar.load_config(
        None, [f"artifacts={tmp_path / 'a'}", f"ingest.source={write_rows(articles[:30])}", "name=t", dtype]
    )
    quiet = Progress(quiet=True)
    first = run_record(config, until="cluster", progress=quiet)
    assert list(first["stages"]) == ["ingest", "words", "embed", "reduce", "cluster"]
    assert not list((tmp_path / "a").glob("runs/*/*"))
    whole = Run(run_record(config, progress=quiet), tmp_path / "a")
    assert made(whole) == ["stability", "topics", "evaluate", "report"]
    forced = Run(run_record(config, force=["topics"], progress=quiet), tmp_path / "a")
    assert made(forced) == ["topics", "evaluate", "report"]

    (rows,) = (tmp_path / "a" / "rows").glob("embed-*.sqlite")
    for path, place in ((whole.artifacts["reduce"].path / "space.npy", 200), (rows, -200)):
        content = bytearray(path.read_bytes())
        content[place] ^= 1
        path.write_bytes(content)
    space = whole.artifacts["reduce"].path / "space.npy"
    assert verify(tmp_path / "a")[1] == [f"{path}: its content is not what was written" for path in (space, rows)]
    mended = Run(run_record(config, progress=quiet), tmp_path / "a")
    assert made(mended) == ["reduce"]
    assert verify(tmp_path / "a")[1] == []
    assert np.array_equal(mended.documents["topic"], forced.documents["topic"])
    assert len(list((tmp_path / "a").glob("runs/t/*.json"))) == 3


def test_artifacts_hold_no_pickles(sample_run: Run, sample_root: Path) -> None:
    files = [path for path in sample_root.rglob("*") if path.is_file()]
    assert {path.suffix for path in files} <= {".parquet", ".npy", ".json", ".html", ".sqlite", ".lock", ""}
    for path in files:
        if path.suffix == ".npy":
            np.load(path, allow_pickle=False)
        if path.suffix == ".json":
            json.loads(path.read_text(encoding="utf-8"))
