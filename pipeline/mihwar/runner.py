"""The runner: makes what is missing, keeps what is made, records the run; of one name, one run at a time."""

import resource
import subprocess
import sys
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from mihwar.config import RunConfig
from mihwar.core.artifacts import Artifact, Corpus, Evaluation, Json
from mihwar.core.errors import ConfigError, InputError, RunNotFound
from mihwar.core.locks import Locks
from mihwar.core.machine import machine
from mihwar.core.progress import Progress
from mihwar.core.records import find_record, write_record
from mihwar.core.rows import RowMemory
from mihwar.core.scratch import Scratch
from mihwar.core.snapshot import Snapshot
from mihwar.core.stage import identity
from mihwar.core.store import Store
from mihwar.flow import FLOW
from mihwar.plan import Node, Plan, plan

_LIBRARIES = (
    "mihwar",
    "numpy",
    "scipy",
    "pyarrow",
    "scikit-learn",
    "sentence-transformers",
    "transformers",
    "torch",
    "umap-learn",
    "pynndescent",
    "numba",
    "hdbscan",
    "gensim",
    "py3langid",
    "rensa",
    "ftfy",
    "trafilatura",
    "stopwordsiso",
    "PyStemmer",
    "icu4py",
    "rjieba",
)


@dataclass(frozen=True)
class Step:
    """A node of a plan and what is to become of it; `why` is None where what is made is kept."""

    node: Node
    why: str | None


def dry_run(config: RunConfig, until: str | None = None, force: Sequence[str] = ()) -> list[Step]:
    """What a run would do, node by node, without doing it; every byte that would be kept is checked.

    Args:
        config: the whole config.
        until: the last stage.
        force: stages to make in any case.

    Raises:
        ConfigError: `until` or `force` names no stage.
        InputError: there are no articles.
    """
    with TemporaryDirectory(prefix="mihwar-") as folder:
        planned = plan(config, _observed(config, until, force, Snapshot(Path(folder))), until)
    return _steps(config, planned, force)


def _observed(config: RunConfig, until: str | None, force: Sequence[str], snapshot: Snapshot) -> dict[str, object]:
    """Stage -> what it reads from outside, up to `until`."""
    names = [stage.name for stage in FLOW]
    for name in [*force, *([until] if until else [])]:
        if name not in names:
            raise ConfigError(
                f"--until and --force: expected a stage ({', '.join(names)}), got '{name}'.", "Name one of these."
            )
    wanted = FLOW[: names.index(until) + 1] if until else FLOW
    return {stage.name: stage.outside(getattr(config, stage.name), snapshot) for stage in wanted}


def _steps(config: RunConfig, planned: Plan, force: Sequence[str]) -> list[Step]:
    store, before = Store(Path(config.artifacts)), _before(config)
    steps: dict[str, Step] = {}
    for node in planned.nodes:
        needed = [steps[other.address] for other in node.needed()]
        forced = node.stage.name in force or any(step.why == "forced" for step in needed)
        remade = [str(step.node) for step in needed if step.why]
        why = (
            "forced"
            if forced
            else _why(store, node, before.get(node.stage.name) if node.seed is None else None, remade)
        )
        steps[node.address] = Step(node, why)
    return list(steps.values())


def _before(config: RunConfig) -> dict[str, str]:
    """Stage -> fingerprint in the newest run of this name."""
    try:
        return {
            name: entry["fingerprint"]
            for name, entry in find_record(Path(config.artifacts), config.name)["stages"].items()
        }
    except RunNotFound:
        return {}


def _why(store: Store, node: Node, before: str | None, remade: list[str]) -> str | None:
    """Why a node must be made: which key or input changed since the newest run of this name;
    None where it need not be.
    """
    name = node.stage.name
    if store.folder(name, node.address).is_dir():
        damage = store.damage(name, node.address)
        return "damaged: " + "; ".join(damage) if damage else None
    manifest = store.manifest(name, before) if before else None
    if manifest is None:
        return "not made yet"
    old, new = manifest["settings"], identity(node.settings)
    changes = [f"{name}.{key} is {new[key]!r}, was {old.get(key)!r}" for key in new if new[key] != old.get(key, ...)]
    if manifest["version"] != node.stage.version:
        changes.append(f"version {node.stage.version} of the stage, was {manifest['version']}")
    if manifest["outside"] != node.outside:
        changes.append(_outside_change(manifest["outside"], node.outside))
    moved = [given for given, address in node.input_addresses().items() if manifest["inputs"].get(given) != address]
    changes += [f"{_named(node.inputs[given])} changed" for given in moved]
    return "; ".join(changes) or (f"{' and '.join(remade)} made anew" if remade else "its artifact is gone")


def _named(given: Node | tuple[Node, ...]) -> str:
    return "what other seeds give" if isinstance(given, tuple) else str(given)


def _outside_change(old: object, new: object) -> str:
    if isinstance(old, list) and isinstance(new, list) and all(isinstance(item, str) for item in [*old, *new]):
        return (
            f"the files read changed: {len(set(new) - set(old))} new or changed, {len(set(old) - set(new))} gone or "
            "changed"
        )
    return "what it reads from outside changed"


def run(
    config: RunConfig,
    until: str | None = None,
    force: Sequence[str] = (),
    wait: bool = False,
    progress: Progress | None = None,
) -> Json:
    """Make every node that is missing, up to `until`; make those in `force` in any case. Returns the run's record.

    A run that is stopped early (`until`) is not recorded as a run of its name; what it made is kept.

    Raises:
        PipelineError: any of its kinds; what was finished before stays.
    """
    progress = progress or Progress()
    root, started = Path(config.artifacts), time.monotonic()
    memory, locks = RowMemory(root / "rows", progress.say), Locks(root, config.name, progress.say)
    with locks.only_run_of_its_name(wait), locks.scratch() as scratch:
        store = Store(root, scratch)
        memory.sweep()
        snapshot = Snapshot(scratch / "fetched")
        planned = plan(config, _observed(config, until, force, snapshot), until)
        steps = _steps(config, planned, force)
        entries: dict[str, Json] = {}
        for number, step in enumerate(steps, start=1):
            progress.go_on()
            node = step.node
            if step.why is None:
                entries[node.address] = _kept(store, node)
                continue
            with locks.address(node.stage.name, node.address), store.aside(node.stage.name) as folder:
                made_meanwhile = step.why != "forced" and not store.damage(node.stage.name, node.address)
                if made_meanwhile:  # by another run
                    entries[node.address] = _kept(store, node)
                    continue
                progress.say(f"[{number}/{len(steps)}] {node}: {step.why}")
                resources = {Progress: progress, RowMemory: memory, Scratch: Scratch(folder), Snapshot: snapshot}
                entries[node.address] = _make(store, node, planned, resources)
        stages = {name: entries[node.address] for name, node in planned.stages.items()}
        record = {
            "name": config.name,
            "time": "",
            "seconds": round(time.monotonic() - started, 2),
            "config": config.recorded(),
            "stages": stages,
            "metrics": _metrics(store, planned),
            "version": _versions().get("mihwar"),
            "commit": _commit(),
        }
        return record if until and until != FLOW[-1].name else write_record(root, record)


def _kept(store: Store, node: Node) -> Json:
    manifest = store.manifest(node.stage.name, node.address) or {}
    return {
        "fingerprint": node.address,
        "made": False,
        "rows": manifest.get("rows"),
        "seconds": 0.0,
        "notes": manifest.get("notes", []),
    }


def _make(store: Store, node: Node, planned: Plan, resources: Mapping[type, Any]) -> Json:
    """Make a node's artifact and write it. Returns its entry in the run's record."""
    stage, started = node.stage, time.monotonic()
    memory: RowMemory = resources[RowMemory]
    progress: Progress = resources[Progress]
    computed = memory.computed
    given: dict[str, object] = {}
    for name, need in stage.needs.items():
        source = node.inputs[name]
        read = [
            store.read(other.stage.name, other.address, need.kind)
            for other in (source if isinstance(source, tuple) else [source])
        ]
        given[name] = tuple(read) if need.several else read[0]
    given |= {name: resources[kind] for name, kind in stage.resources.items()}
    artifact = stage.make(node.settings, **given)
    if stage.outside(node.settings, resources[Snapshot]) != node.outside:
        raise InputError(
            f"{stage.name}: expected its input to stay as it is while it is read, but it changed.", "Run again."
        )
    seconds = round(time.monotonic() - started, 2)
    rows = _n_rows(store, planned, artifact)
    facts = {
        "version": stage.version,
        "settings": identity(node.settings),
        "outside": node.outside,
        "inputs": node.input_addresses(),
        "rows": rows,
        "rows_computed": memory.computed - computed,
        "notes": artifact.notes,
        "seconds": seconds,
        "peak_memory_bytes": peak_memory_bytes(),
        "libraries": _versions(),
        "machine": machine(),
        "commit": _commit(),
    }
    if isinstance(artifact, Corpus):
        facts["counts"] = artifact.counts
    store.write(stage.name, node.address, artifact, facts)
    for note in artifact.notes:
        progress.say(f"      {note}")
    return {"fingerprint": node.address, "made": True, "rows": rows, "seconds": seconds, "notes": artifact.notes}


def _n_rows(store: Store, planned: Plan, artifact: Artifact) -> int:
    """How many articles the corpus has, or how many stories any other artifact is about."""
    if isinstance(artifact, Corpus):
        return len(artifact.articles)
    ingest = next(node for node in planned.nodes if node.stage.gives is Corpus)
    return int((store.manifest(ingest.stage.name, ingest.address) or {})["counts"]["stories"])


def _metrics(store: Store, planned: Plan) -> Json:
    node = next((node for node in planned.stages.values() if node.stage.gives is Evaluation), None)
    return store.read(node.stage.name, node.address, Evaluation).metrics if node else {}


def peak_memory_bytes() -> int:
    """Most memory this process has held so far."""
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return peak if sys.platform == "darwin" else peak * 1024


@cache
def _versions() -> dict[str, str]:
    found = {"python": sys.version.split()[0]}
    for name in _LIBRARIES:
        try:
            found[name] = version(name)
        except PackageNotFoundError:
            continue
    return found


@cache
def _commit() -> str | None:
    """The commit of the code that runs, `+` where it was changed since; None outside a checkout."""
    here = Path(__file__).parent
    try:
        git = ["git", "-C", str(here)]
        top = subprocess.run(
            [*git, "rev-parse", "--show-toplevel", "HEAD"], capture_output=True, text=True, timeout=5, check=True
        ).stdout.split("\n")
        if Path(top[0]) != here.parent.parent:
            return None
        changed = subprocess.run(
            [*git, "status", "--porcelain", "--", "pipeline"], capture_output=True, text=True, timeout=5, check=True
        ).stdout
        return top[1] + ("+" if changed.strip() else "")
    except (OSError, subprocess.SubprocessError):
        return None
