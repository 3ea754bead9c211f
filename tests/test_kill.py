"""Runs that are killed, stopped, started twice at once, or refused a place to write."""

import json
import os
import random
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from pipeline.runs import open_run, verify


@pytest.fixture(scope="module")
def source(tmp_path_factory: pytest.TempPathFactory, articles: list[dict]) -> Path:
    path = tmp_path_factory.mktemp("in") / "articles.jsonl"
    path.write_text("".join(json.dumps(row, ensure_ascii=False) + "\n" for row in articles[::3]), encoding="utf-8")
    return path


@pytest.fixture(scope="module")
def start(source: Path) -> Callable[..., subprocess.Popen]:
    def start(root: Path, *options: str, **more: object) -> subprocess.Popen:
        given = ["--set", f"ingest.source={source}", "--set", f"artifacts={root}", "--set", "name=k", *options]
        config = Path(__file__).parent.parent / "configs" / "base.yaml"
        return subprocess.Popen(
            [sys.executable, "-m", "pipeline", "run", str(config), *given], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, **more
        )

    return start


@pytest.fixture(scope="module")
def undisturbed(start: Callable[..., subprocess.Popen], tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, float]:
    root, began = tmp_path_factory.mktemp("calm") / "artifacts", time.monotonic()
    process = start(root)
    assert process.wait(timeout=120) == 0, process.stderr.read()
    return root, time.monotonic() - began


def test_kill_9_at_random_moments_changes_nothing(start: Callable[..., subprocess.Popen], undisturbed: tuple[Path, float], tmp_path: Path) -> None:
    calm, seconds = undisturbed
    root, seed = tmp_path / "artifacts", time.time_ns()
    moments = [random.Random(seed + i).uniform(0.05, 0.95) * seconds for i in range(int(os.environ.get("MIHWAR_KILLS", "4")))]
    for moment in moments:
        process = start(root)
        try:
            process.wait(timeout=moment)
        except subprocess.TimeoutExpired:
            process.send_signal(signal.SIGKILL)
            process.wait()
    process = start(root)
    assert process.wait(timeout=120) == 0, (seed, process.stderr.read())
    assert verify(root)[1] == [], seed
    assert not (root / ".aside").exists()
    for stage, made in open_run("k", calm).artifacts.items():
        assert open_run("k", root).artifacts[stage].manifest["files"] == made.manifest["files"], (seed, stage)


def test_ctrl_c_says_so_and_leaves_nothing_behind(start: Callable[..., subprocess.Popen], undisturbed: tuple[Path, float], tmp_path: Path) -> None:
    process = start(tmp_path / "artifacts")
    time.sleep(undisturbed[1] * 0.5)
    process.send_signal(signal.SIGINT)
    assert process.wait(timeout=60) == 130
    assert "What was finished is kept" in process.stderr.read()
    assert not list((tmp_path / "artifacts").glob(".aside/*"))
    assert start(tmp_path / "artifacts").wait(timeout=120) == 0


def test_of_two_at_once_one_says_who_holds_the_lock(start: Callable[..., subprocess.Popen], tmp_path: Path) -> None:
    both = [start(tmp_path / "artifacts") for _ in range(2)]
    codes = [process.wait(timeout=120) for process in both]
    assert sorted(codes) == [0, 75]
    loser, winner = both[codes.index(75)], both[codes.index(0)]
    said = loser.stderr.read()
    assert f"process {winner.pid}" in said or "another run" in said
    assert "--wait" in said
    assert verify(tmp_path / "artifacts")[1] == []


def test_of_two_at_once_one_waits_if_told(start: Callable[..., subprocess.Popen], tmp_path: Path) -> None:
    both = [start(tmp_path / "artifacts", "--wait") for _ in range(2)]
    assert [process.wait(timeout=120) for process in both] == [0, 0]
    assert len(list((tmp_path / "artifacts").glob("runs/k/*.json"))) == 2
    assert sum("waiting for" in process.stderr.read() for process in both) == 1


def limit_file_size() -> None:
    import resource

    resource.setrlimit(resource.RLIMIT_FSIZE, (60_000, 60_000))


def test_a_full_disk_is_said_and_the_next_run_goes_on(start: Callable[..., subprocess.Popen], tmp_path: Path) -> None:
    process = start(tmp_path / "artifacts", preexec_fn=limit_file_size)
    assert process.wait(timeout=120) == 5
    said = process.stderr.read()
    assert "expected to be able to write" in said
    assert "Free space" in said
    assert "Traceback" not in said
    assert start(tmp_path / "artifacts").wait(timeout=120) == 0
    assert verify(tmp_path / "artifacts")[1] == []
