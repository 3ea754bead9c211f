"""What people really put in: each row ends in a run a person can read, or in words that say what to do."""

import gzip
import os
from collections.abc import Callable
from pathlib import Path

import pytest

import mihwar
from mihwar.core.errors import ConfigError, InputError, StoreError
from mihwar.core.store import Store
from mihwar.runs import Run, verify
from tests.report.test_report import Outline

SCRIPT = "<script>alert(1)</script>"


@pytest.mark.parametrize("n", [1, 2, 3, 4, 5, 7, 12])
def test_a_handful_of_articles(run_rows: Callable[..., Run], articles: list[dict], n: int) -> None:
    run = run_rows(articles[:n])
    assert len(run.documents) == n
    assert run.metrics["documents"] == n
    if n <= 9:
        assert list(run.topics["size"]) == [n]
        assert any("kept together as one topic" in note for note in run.record["stages"]["cluster"]["notes"])
    assert run.report.stat().st_size > 1000
    assert not [key for key, value in run.metrics.items() if value != value]


@pytest.mark.parametrize("n", [2, 50])
def test_articles_that_are_all_the_same(run_rows: Callable[..., Run], articles: list[dict], n: int) -> None:
    run = run_rows([articles[0] | {"id": str(i)} for i in range(n)])
    assert len(run.documents) == n
    assert list(run.topics["size"]) == [n]
    assert any("alike" in note or "too few" in note for note in run.record["stages"]["cluster"]["notes"])


def test_two_articles_many_times_are_two_stories(run_rows: Callable[..., Run], articles: list[dict]) -> None:
    run = run_rows([articles[i % 2 * 40] | {"id": str(i)} for i in range(30)])
    assert (run.metrics["stories"], run.metrics["copies"]) == (2, 28)
    assert list(run.topics["size"]) == [30]
    assert set(run.documents["story"]) == {"0", "1"}
    assert list(run.documents["copy"]) == [False] * 2 + [True] * 28


def test_copies_do_not_make_a_topic_and_go_where_their_story_goes(
    run_rows: Callable[..., Run], articles: list[dict]
) -> None:
    copies = [
        articles[5] | {"id": f"copy {i}", "date": "2099-01-01", "text": articles[5]["text"] + f"\n\nالمصدر: وكالة {i}"}
        for i in range(20)
    ]
    run = run_rows([*articles, *copies], "reduce.neighbors=5", "cluster.min_cluster_size=5")
    documents = run.documents.set_index("id")
    copied = documents.loc[[row["id"] for row in copies]]
    assert (copied["story"] == articles[5]["id"]).all()
    for column in ("topic", "probability", "x", "y"):
        assert (copied[column] == documents.loc[articles[5]["id"], column]).all()
    own = documents.loc[articles[5]["id"], ["topic", "core"]]
    fellows = documents.loc[[row["id"] for row in articles if row["story"] == articles[5]["story"]], "topic"]
    assert own["topic"] >= 0
    assert (fellows == own["topic"]).mean() > 0.5  # the story's topic, and not one that its copies made
    assert (
        run.topics.set_index("topic")["size"][own["topic"]] == (documents["topic"] == own["topic"]).sum() > len(copies)
    )


def test_no_density_at_all(run_rows: Callable[..., Run], articles: list[dict]) -> None:
    run = run_rows(articles, "cluster.min_cluster_size=96", "reduce.neighbors=5")  # 192 stories are no two groups of 96
    assert len(run.documents) == len(articles)
    assert run.topics.empty
    assert run.themes.empty
    assert (run.documents["topic"] == -1).all()
    assert run.metrics["noise_share"] == 1
    assert any("all is noise" in note for note in run.record["stages"]["cluster"]["notes"])


def test_one_document_without_words_turns_nothing_into_nan(run_rows: Callable[..., Run], articles: list[dict]) -> None:
    run = run_rows([*articles[:60], {"id": "digits", "text": "2026 / 11 / 21 — 5"}, {"id": "emoji", "text": "🙂🙂"}])
    assert run.metrics["npmi"] is not None
    assert not [key for key, value in run.metrics.items() if value != value]
    assert len(run.documents) == 62
    assert run.documents["language"].iloc[-1] == "und"


def test_no_document_has_words(run_rows: Callable[..., Run]) -> None:
    run = run_rows([{"id": str(i), "text": f"{i} 🙂 {i * 7}"} for i in range(8)])
    assert run.metrics["npmi"] is None
    assert run.metrics["diversity"] is None
    assert run.lda.empty
    assert any("No words are left" in note for note in run.record["stages"]["topics"]["notes"])


def test_equal_texts_under_two_ids_are_two_documents_at_one_place(
    run_rows: Callable[..., Run], articles: list[dict]
) -> None:
    run = run_rows([*articles[:20], articles[3] | {"id": "copy"}])
    documents = run.documents.set_index("id")
    assert documents.loc["copy", "topic"] == documents.loc[articles[3]["id"], "topic"]
    assert (
        run.artifacts["embed"].manifest["rows_computed"] == 19
    )  # the sample's own copy among the twenty is not embedded either


def test_a_5_mb_article_and_a_long_single_word(run_rows: Callable[..., Run], articles: list[dict]) -> None:
    run = run_rows(
        [
            *articles[:12],
            {"id": "big", "title": "كبير", "text": (articles[0]["text"] + "\n") * 4000},
            {"id": "word", "text": "a" * 1_000_000},
        ]
    )
    assert len(run.documents) == 14
    assert run.report.stat().st_size < 8_000_000


def test_what_an_article_says_is_never_obeyed(run_rows: Callable[..., Run], articles: list[dict]) -> None:
    hostile = {
        "title": SCRIPT,
        "text": f"{SCRIPT} <img src=x onerror=alert(2)> {{{{ 7*7 }}}}",
        "source": SCRIPT,
        "url": "javascript:alert(3)",
        "label": SCRIPT,
    }
    rows = [
        *(
            {**hostile, "id": f"{i}{SCRIPT}", "text": f"{hostile['text']} {row['text']}"}
            for i, row in enumerate(articles[:7])
        )
    ]
    rows.append({"id": "bad url", "text": SCRIPT, "title": "</script>", "url": "http://[::1"})
    run = run_rows(rows, "ingest.clean.markup=false")
    page = run.report.read_text(encoding="utf-8")
    assert SCRIPT not in page
    assert "<img" not in page
    outline = Outline()
    outline.feed(page)
    assert (outline.open, outline.faults) == ([], [])
    assert {link[0] for link in outline.links} <= {"#"}
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in page
    assert len(run.documents) == 8


@pytest.mark.parametrize(
    ("name", "content", "words"),
    [
        ("empty.jsonl", b"", "there is no article in it"),
        ("empty.csv", b"", "no column 'text'"),
        ("empty.jsonl.gz", gzip.compress(b"", mtime=0), "there is no article in it"),
        ("cut.jsonl.gz", gzip.compress(b'{"text": "x"}', mtime=0)[:12], "gzip"),
        ("latin.txt", b"caf\xe9 \xff", "not valid UTF-8"),
        ("notext.jsonl", b'{"title": "x"}\n', "no text"),
        ("nojson.jsonl", b"<html>", "not valid JSON"),
        ("page.pdf", b"%PDF", "unknown format"),
        ("no.parquet", b"PAR1", "Parquet"),
    ],
)
def test_files_with_nothing_to_read(tmp_path: Path, name: str, content: bytes, words: str) -> None:
    (tmp_path / name).write_bytes(content)
    config = mihwar.load_config(None, [f"ingest.source={tmp_path / name}", f"artifacts={tmp_path / 'a'}"])
    with pytest.raises(InputError, match=words) as caught:
        mihwar.run(config, quiet=True)
    assert caught.value.exit_code == 3
    assert not list(Store(tmp_path / "a").artifacts())
    assert not (tmp_path / "a" / "runs").exists()


@pytest.mark.parametrize("source", ["nothing/*.jsonl", "nowhere.jsonl", None])
def test_nothing_to_read(tmp_path: Path, source: str | None) -> None:
    config = mihwar.load_config(None, [f"artifacts={tmp_path}", *([f"ingest.source={source}"] if source else [])])
    with pytest.raises(InputError, match=r"ingest\.source"):
        mihwar.run(config, quiet=True)


def test_a_name_cannot_leave_the_folder(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="name"):
        mihwar.load_config(None, ["name=../../x"])


def test_a_folder_that_cannot_be_written(tmp_path: Path, sample_run: Run) -> None:
    (tmp_path / "file").write_text("")
    config = mihwar.load_config(None, ["ingest.source=bundled:sample", f"artifacts={tmp_path / 'file' / 'a'}"])
    with pytest.raises(StoreError, match="expected to be able to write") as caught:
        mihwar.run(config, quiet=True)
    assert caught.value.exit_code == 5


def test_a_read_only_folder(tmp_path: Path, sample_run: Run) -> None:
    tmp_path.chmod(0o555)
    artifact = Store(sample_run.root).read("cluster", sample_run.artifacts["cluster"].fingerprint, _kind("cluster"))
    root = os.geteuid() == 0  # for whom nothing is read-only: be someone else for a moment
    if root:
        os.seteuid(65534)
    try:
        with pytest.raises(StoreError, match="Make it writable"):
            Store(tmp_path / "artifacts").write("cluster", "f", artifact, {})
    finally:
        if root:
            os.seteuid(0)
        tmp_path.chmod(0o755)


def _kind(name: str) -> type:
    from mihwar.flow import FLOW

    return next(stage.gives for stage in FLOW if stage.name == name)


def test_a_record_that_cannot_be_read_is_named(
    tmp_path: Path, run_rows: Callable[..., Run], articles: list[dict]
) -> None:
    run = run_rows(articles[:3])
    (path,) = run.root.glob("runs/t/*.json")
    path.write_text("{half")
    assert [phrase.split(":")[0] for phrase in verify(run.root)[1]] == [str(path)]
    assert run_rows(articles[:3]).record["stages"]["report"]["made"] is False


def test_rows_that_are_read_and_rejected_add_up(
    run_rows: Callable[..., Run], articles: list[dict], tmp_path: Path
) -> None:
    run = run_rows([*articles[:5], {"id": "none"}, articles[0], articles[0] | {"text": "another"}])
    counts = run.artifacts["ingest"].manifest["counts"]
    assert {key: counts[key] for key in ("files", "read", "kept", "rejected")} == {
        "files": 1,
        "read": 8,
        "kept": 5,
        "rejected": 3,
    }
    assert list(run.rejects["place"][:1]) == ["line 6"]
    assert set(run.rejects["place"]) < {"line 1", "line 6", "line 7", "line 8"}
    assert "is also that of an article which is kept" in run.report.read_text(encoding="utf-8")
