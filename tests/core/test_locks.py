"""Locks: of one name one run at a time, of one address one maker; what a dead process held or left is free."""

import json
import multiprocessing
from collections.abc import Callable
from multiprocessing.process import BaseProcess
from pathlib import Path

import pytest

from mihwar.core.errors import Busy
from mihwar.core.locks import Locks


def hold(root: Path, kind: str, ready: object, done: object) -> None:
    locks = Locks(root, "first", print)
    held = {
        "name": lambda: locks.only_run_of_its_name(False),
        "address": lambda: locks.address("reduce", "ab01"),
        "scratch": locks.scratch,
    }
    with held[kind]() as folder:
        if folder:
            (folder / "half").write_text("x")
        ready.set()
        done.wait(60)


@pytest.fixture
def holder(tmp_path: Path) -> Callable[[str], BaseProcess]:
    """Start a process that holds something."""
    context = multiprocessing.get_context("spawn")

    def start(kind: str) -> BaseProcess:
        ready, done = context.Event(), context.Event()
        process = context.Process(target=hold, args=(tmp_path, kind, ready, done), daemon=True)
        process.start()
        assert ready.wait(30)
        return process

    return start


def kill(process: BaseProcess) -> None:
    process.kill()
    process.join()


def test_the_holder_of_a_name_is_named_and_a_dead_one_holds_nothing(
    tmp_path: Path, holder: Callable[[str], BaseProcess]
) -> None:
    other = holder("name")
    first, second = (Locks(tmp_path, name, pytest.fail) for name in ("first", "second"))
    with pytest.raises(Busy, match=rf"run 'first' \(process {other.pid}"), first.only_run_of_its_name(False):
        pass
    with second.only_run_of_its_name(False):  # another name is free
        assert json.loads((tmp_path / ".locks" / "run-second.json").read_text())["name"] == "second"
    kill(other)
    with first.only_run_of_its_name(False):
        pass


def test_an_address_that_is_being_made_is_waited_for(tmp_path: Path, holder: Callable[[str], BaseProcess]) -> None:
    other = holder("address")

    def said(text: str) -> None:
        assert f"waiting for run 'first' (process {other.pid}" in text
        assert "to make reduce" in text
        kill(other)  # whoever waits goes on

    with Locks(tmp_path, "second", pytest.fail).address("reduce", "cd01"):
        pass
    with Locks(tmp_path, "second", said).address("reduce", "ab01"):
        assert not other.is_alive()


def test_what_a_dead_process_left_is_removed_and_what_a_live_one_makes_is_not(
    tmp_path: Path, holder: Callable[[str], BaseProcess]
) -> None:
    live, dead = holder("scratch"), holder("scratch")
    kill(dead)
    assert len(list(tmp_path.glob(".aside/*/half"))) == 2
    with Locks(tmp_path, "second", pytest.fail).scratch() as folder:
        assert folder.is_dir()
        (left,) = tmp_path.glob(".aside/*/half")
        assert left.parent.name.startswith(f"{live.pid}-")
    assert not folder.exists()
    kill(live)
    with Locks(tmp_path, "second", pytest.fail).scratch():
        assert not list(tmp_path.glob(".aside/*/half"))
