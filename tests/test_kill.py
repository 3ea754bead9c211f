"""Runs that are killed, stopped, started twice at once, or refused a place to write."""

import json
import random
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass
from itertools import count
from pathlib import Path

import pytest

from mihwar.runs import open_run, verify


@pytest.fixture(scope="module")
def source(tmp_path_factory: pytest.TempPathFactory, articles: list[dict]) -> Path:
    path = tmp_path_factory.mktemp("in") / "articles.jsonl"
    path.write_text("".join(json.dumps(row, ensure_ascii=False) + "\n" for row in articles[::3]), encoding="utf-8")
    return path


@dataclass(frozen=True)
class Started:
    """A run in a process of its own, and what it says."""

    process: subprocess.Popen
    log: Path

    def ended(self, timeout: float = 120) -> int:
        return self.process.wait(timeout=timeout)

    def said(self) -> str:
        return self.log.read_text(encoding="utf-8")

    def stop_when(self, made: Callable[[], object], number: signal.Signals) -> None:
        """Send a signal soon after something is made; the run must still be at work then."""
        while not made():
            assert self.process.poll() is None, self.said()
            time.sleep(0.005)
        time.sleep(random.uniform(0, 0.2))
        assert self.process.poll() is None, self.said()
        self.process.send_signal(number)


@pytest.fixture(scope="module")
def start(source: Path, tmp_path_factory: pytest.TempPathFactory, dtype: str) -> Callable[..., Started]:
    logs, number = tmp_path_factory.mktemp("logs"), count()

    def start(root: Path, *options: str, before: Callable[[], None] | None = None) -> Started:
        config = Path(__file__).parent.parent / "configs" / "base.yaml"
        given = [
            "--set",
            f"ingest.source={source}",
            "--set",
            f"artifacts={root}",
            "--set",
            "name=k",
            "--set",
            dtype,
            *options,
        ]
        log = logs / str(next(number))
        with log.open("w") as file:
            command = [sys.executable, "-m", "mihwar", "run", str(config), *given]
            return Started(subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=file, preexec_fn=before), log)

    return start


@pytest.fixture(scope="module")
def undisturbed(start: Callable[..., Started], tmp_path_factory: pytest.TempPathFactory) -> Path:
    root = tmp_path_factory.mktemp("calm") / "artifacts"
    run = start(root)
    assert run.ended() == 0, run.said()
    return root


# what lies in the artifact folder when the run is killed; the lock is there from the first moment on
MOMENTS = (".locks/run-k.lock", ".aside/*/ingest", "ingest/*", "rows/embed-*", "reduce/*", "topics/*")
LONG = [pytest.param(made, marks=pytest.mark.long) for made in MOMENTS]


@pytest.mark.parametrize("made", ["embed/*", *LONG])
def test_kill_9_changes_nothing(start: Callable[..., Started], undisturbed: Path, tmp_path: Path, made: str) -> None:
    root = tmp_path / "artifacts"
    run = start(root)
    run.stop_when(lambda: list(root.glob(made)), signal.SIGKILL)
    assert run.ended() == -signal.SIGKILL
    assert not list(root.glob("runs/*/*"))
    run = start(root)
    assert run.ended() == 0, run.said()
    assert verify(root)[1] == []
    assert not list(root.glob(".aside/*"))
    for stage, artifact in open_run("k", undisturbed).artifacts.items():
        assert open_run("k", root).artifacts[stage].manifest["files"] == artifact.manifest["files"], stage


@pytest.mark.long
def test_ctrl_c_says_so_and_leaves_nothing_behind(start: Callable[..., Started], tmp_path: Path) -> None:
    root = tmp_path / "artifacts"
    run = start(root)
    run.stop_when(lambda: list(root.glob("embed/*")), signal.SIGINT)
    assert run.ended() == 130
    assert "What was finished is kept" in run.said()
    assert list(root.glob("embed/*"))
    assert not list(root.glob(".aside/*"))
    assert start(root).ended() == 0


def test_of_two_at_once_one_says_who_holds_the_lock(start: Callable[..., Started], tmp_path: Path) -> None:
    both = [start(tmp_path / "artifacts") for _ in range(2)]
    codes = [run.ended() for run in both]
    assert sorted(codes) == [0, 75]
    loser, winner = both[codes.index(75)], both[codes.index(0)]
    said = loser.said()
    assert f"process {winner.process.pid}" in said or "another run" in said
    assert "--wait" in said
    assert verify(tmp_path / "artifacts")[1] == []


@pytest.mark.parametrize(
    ("n", "killed"),
    [(2, False), *(pytest.param(4, killed, marks=pytest.mark.long) for killed in (False, True))],
)
def test_runs_of_different_names_share_what_they_need_and_each_stage_is_made_once(
    start: Callable[..., Started], undisturbed: Path, tmp_path: Path, n: int, killed: bool
) -> None:
    """Several runs in one folder; they differ in the last stages only."""
    root = tmp_path / "artifacts"
    runs = [start(root, "--set", f"name=n{i}", "--set", f"topics.words={7 + i}") for i in range(n)]
    if killed:
        runs[0].stop_when(lambda: list(root.glob("embed/*")), signal.SIGKILL)
    assert [run.ended() for run in runs] == [-signal.SIGKILL if killed else 0, *[0] * (n - 1)], [
        run.said() for run in runs
    ]
    done = [open_run(f"n{i}", root) for i in range(1 if killed else 0, n)]
    for stage in ("ingest", "words", "embed", "reduce", "cluster"):
        assert len(list(root.glob(f"{stage}/*"))) == 1
        assert sum(run.record["stages"][stage]["made"] for run in done) == 1 or killed
        assert (
            done[-1].artifacts[stage].manifest["files"] == open_run("k", undisturbed).artifacts[stage].manifest["files"]
        )
    assert len(list(root.glob("topics/*"))) == len(done)
    assert verify(root)[1] == []
    assert start(root, "--set", "name=n0").ended() == 0
    assert not list(root.glob(".aside/*"))


@pytest.mark.long
def test_of_two_at_once_one_waits_if_told(start: Callable[..., Started], tmp_path: Path) -> None:
    both = [start(tmp_path / "artifacts", "--wait") for _ in range(2)]
    assert [run.ended() for run in both] == [0, 0]
    assert len(list((tmp_path / "artifacts").glob("runs/k/*.json"))) == 2
    assert sum("waiting for" in run.said() for run in both) == 1


def limit_file_size() -> None:
    import resource

    resource.setrlimit(resource.RLIMIT_FSIZE, (60_000, 60_000))


@pytest.mark.long
def test_a_full_disk_is_said_and_the_next_run_goes_on(start: Callable[..., Started], tmp_path: Path) -> None:
    run = start(tmp_path / "artifacts", before=limit_file_size)
    assert run.ended() == 5, run.said()
    said = run.said()
    assert "expected to be able to write" in said
    assert "Free space" in said
    assert "Traceback" not in said
    assert start(tmp_path / "artifacts").ended() == 0
    assert verify(tmp_path / "artifacts")[1] == []
