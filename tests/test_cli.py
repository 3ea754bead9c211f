"""The command: what it prints, what it exits with."""

import json
import sys
from pathlib import Path

import pytest
from typer.testing import CliRunner

from mihwar.cli import STAGES, app, main
from mihwar.flow import FLOW
from mihwar.runs import Run
from tests.conftest import CONFIGS

SAMPLE = str(CONFIGS / "sample.yaml")


def call(*arguments: str) -> tuple[int, str]:
    result = CliRunner().invoke(app, list(arguments))
    return result.exit_code, result.output


def test_the_commands_there_are() -> None:
    _, text = call("--help")
    for command in ("run", "check", "show", "runs", "verify", "schema"):
        assert command in text


def test_stages_named_in_the_help_are_the_stages() -> None:
    assert STAGES.replace(" or ", " ").replace(",", "").split() == [stage.name for stage in FLOW]


def test_show_runs_and_verify(sample_run: Run) -> None:
    root = ["--artifacts", str(sample_run.root)]
    code, text = call("show", "sample", *root)
    assert code == 0
    assert "npmi" in text
    assert str(sample_run.report.resolve()) in text.replace("\n", "")
    assert any(word in text for word in sample_run.topics["words"][0])
    assert any(word in text for word in sample_run.themes["words"][0])
    assert sample_run.time in call("runs", *root)[1]
    code, text = call("verify", *root)
    assert (code, "nothing wrong" in text) == (0, True)


def test_a_quiet_run_says_nothing_and_another_where_the_report_lies(sample_run: Run, dtype: str) -> None:
    root = f"artifacts={sample_run.root}"
    assert call("run", SAMPLE, "--set", root, "--set", dtype, "--quiet") == (0, "")
    code, text = call("run", SAMPLE, "--set", root, "--set", dtype)
    assert code == 0
    assert text.count("kept") == len(FLOW)
    assert str(sample_run.report.resolve()) in text.replace("\n", "")


def test_dry_run_makes_nothing(tmp_path: Path) -> None:
    code, text = call("run", SAMPLE, "--dry-run", "--set", f"artifacts={tmp_path / 'a'}")
    assert code == 0
    assert text.count("not made yet") == len(FLOW)
    assert not (tmp_path / "a").exists()


def test_check_shows_articles_before_and_after_and_makes_nothing(tmp_path: Path) -> None:
    code, text = call("check", SAMPLE, "--articles", "--set", f"artifacts={tmp_path / 'artifacts'}")
    assert code == 0
    assert text.count("\n--- ") == 10
    for counted in ("before", "after", "stories", "192", "navigation", "characters cut", "rejected"):
        assert counted in text
    assert list(tmp_path.iterdir()) == []


def test_check() -> None:
    code, text = call("check", SAMPLE)
    assert code == 0
    assert "1 files" in text


def test_schema_is_json() -> None:
    code, text = call("schema")
    assert code == 0
    assert "min_cluster_size" in json.dumps(json.loads(text))


@pytest.mark.parametrize(
    ("arguments", "code", "words"),
    [
        (["run", "nowhere.yaml"], 2, "expected a config file"),
        (["run", SAMPLE, "--set", "cluster.min_cluster_sise=3"], 2, "Did you mean 'min_cluster_size'?"),
        (["run", SAMPLE, "--until", "clusters", "--dry-run"], 2, "ingest, words, embed"),
        (["run", SAMPLE, "--set", "ingest.source=nowhere/*.txt"], 3, "ingest.source"),
        (["check", SAMPLE, "--set", "ingest.source=null"], 3, "ingest.source"),
        (["show", "nobody", "--artifacts", "nowhere"], 6, "nowhere"),
        (["verify", "--artifacts", "nowhere"], 6, "nowhere"),
        (["run"], 2, "Missing argument"),
        (["rnu"], 2, "No such command"),
    ],
)
def test_a_mistake_is_answered_in_words(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    arguments: list[str],
    code: int,
    words: str,
) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(sys, "argv", ["mihwar", *arguments])
    with pytest.raises(SystemExit) as stop:
        main()
    said = capsys.readouterr().err
    assert stop.value.code == code
    assert words in said
    assert "Traceback" not in said
