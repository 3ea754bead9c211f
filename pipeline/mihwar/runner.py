"""The runner: makes what is missing, keeps what is made, records the run; one run at a time."""

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
from mihwar.core.artifacts import Artifact, Clusters, Corpus, Evaluation, Json
from mihwar.core.errors import ConfigError, InputError, RunNotFound
from mihwar.core.machine import machine
from mihwar.core.progress import Progress
from mihwar.core.records import find_record, only_run, write_record
from mihwar.core.repeats import Repeats
from mihwar.core.rows import RowMemory
from mihwar.core.scratch import Scratch
from mihwar.core.snapshot import Snapshot
from mihwar.core.stage import Settings, Stage, fingerprint, identity
from mihwar.core.store import Store
from mihwar.flow import FLOW

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
    """A stage of a run and what is to become of it; `why` is None where what is made is kept."""

    stage: Stage
    settings: Settings
    fingerprint: str
    outside: object
    inputs: dict[str, str]  # stage -> fingerprint
    why: str | None


def plan(
    config: RunConfig,
    until: str | None = None,
    force: Sequence[str] = (),
    snapshot: Snapshot | None = None,
    outside: Mapping[str, object] | None = None,
) -> list[Step]:
    """What a run would do, stage by stage, without doing it; every byte that would be kept is checked.

    Args:
        config: the whole config.
        until: the last stage.
        force: stages to make in any case.
        snapshot: what the run has fetched already, and where it keeps what is fetched now; None: nothing is kept.
        outside: stage -> what it reads from outside, where that is known already and must not be looked up again.

    Raises:
        ConfigError: `until` or `force` names no stage.
        InputError: there are no articles.
    """
    if snapshot is None:
        with TemporaryDirectory(prefix="mihwar-") as folder:
            return plan(config, until, force, Snapshot(Path(folder)), outside)
    for name in [*force, *([until] if until else [])]:
        if name not in (names := [stage.name for stage in FLOW]):
            raise ConfigError(f"--until and --force: expected a stage ({', '.join(names)}), got '{name}'.", "Name one of these.")
    store, before, known = Store(Path(config.artifacts)), _before(config), outside or {}
    steps: list[Step] = []
    for stage in FLOW:
        settings = getattr(config, stage.name)
        inputs = {step.stage.name: step.fingerprint for step in steps if step.stage.gives in stage.needs.values()}
        read = known[stage.name] if stage.name in known else stage.outside(settings, snapshot)
        address = fingerprint([stage.name, stage.version, identity(settings), read, inputs])
        remade = [step.stage.name for step in steps if step.why and step.stage.name in inputs]
        forced = stage.name in force or any(step.why == "forced" for step in steps if step.stage.name in inputs)
        why = "forced" if forced else _why(store, Step(stage, settings, address, read, inputs, None), before.get(stage.name), remade)
        steps.append(Step(stage, settings, address, read, inputs, why))
        if stage.name == until:
            break
    return steps


def _before(config: RunConfig) -> dict[str, str]:
    """Stage -> fingerprint in the newest run of this name."""
    try:
        return {name: entry["fingerprint"] for name, entry in find_record(Path(config.artifacts), config.name)["stages"].items()}
    except RunNotFound:
        return {}


def _why(store: Store, step: Step, before: str | None, remade: list[str]) -> str | None:
    """Why a stage must be made: which key or input changed since the newest run of this name; None where it need not be."""
    name = step.stage.name
    if store.folder(name, step.fingerprint).is_dir():
        damage = store.damage(name, step.fingerprint)
        return "damaged: " + "; ".join(damage) if damage else None
    manifest = store.manifest(name, before) if before else None
    if manifest is None:
        return "not made yet"
    old, new = manifest["settings"], identity(step.settings)
    changes = [f"{name}.{key} is {new[key]!r}, was {old.get(key)!r}" for key in new if new[key] != old.get(key, ...)]
    if manifest["version"] != step.stage.version:
        changes.append(f"version {step.stage.version} of the stage, was {manifest['version']}")
    if manifest["outside"] != step.outside:
        changes.append(_outside_change(manifest["outside"], step.outside))
    changed = [given for given, address in step.inputs.items() if manifest["inputs"].get(given) != address]
    changes += [f"{given} changed" for given in changed]
    return "; ".join(changes) or (f"{' and '.join(remade)} made anew" if remade else "its artifact is gone")


def _outside_change(old: object, new: object) -> str:
    if isinstance(old, list) and isinstance(new, list) and all(isinstance(item, str) for item in [*old, *new]):
        return f"the files read changed: {len(set(new) - set(old))} new or changed, {len(set(old) - set(new))} gone or changed"
    return "what it reads from outside changed"


def run(config: RunConfig, until: str | None = None, force: Sequence[str] = (), wait: bool = False, progress: Progress | None = None) -> Json:
    """Make every stage that is missing, up to `until`; make those in `force` in any case. Returns the run's record.

    A run that is stopped early (`until`) is not recorded as a run of its name; what it made is kept.

    Raises:
        PipelineError: any of its kinds; what was finished before stays.
    """
    progress = progress or Progress()
    root, started = Path(config.artifacts), time.monotonic()
    store, memory = Store(root), RowMemory(root / "rows", progress.say)
    with only_run(root, config.name, wait, progress.say), store.aside("fetched") as fetched:
        store.sweep()
        memory.sweep()
        snapshot = Snapshot(fetched)
        steps = plan(config, until, force, snapshot)
        stages: Json = {}
        for number, step in enumerate(steps, start=1):
            progress.go_on()
            with store.aside(step.stage.name) as folder:
                repeats = Repeats(lambda more: _clusters_again(config, more, steps, store, memory, progress, snapshot))
                handed = {Progress: progress, RowMemory: memory, Scratch: Scratch(folder), Snapshot: snapshot, Repeats: repeats}
                made = step.why is not None
                stages[step.stage.name] = _make(store, step, steps, handed, progress, f"{number}/{len(steps)}") if made else _keep(store, step)
        record = {"name": config.name, "time": "", "seconds": round(time.monotonic() - started, 2), "config": config.recorded(), "stages": stages,
                  "metrics": _metrics(store, steps), "version": _versions().get("mihwar"), "commit": _commit()}  # fmt: skip
        return record if until and until != FLOW[-1].name else write_record(root, record)


def _clusters_again(config: RunConfig, more: int, first: list[Step], store: Store, memory: RowMemory, progress: Progress, snapshot: Snapshot) -> Clusters:
    """The clusters of the same articles with the seed raised by `more`; no source is read again."""
    again = config.model_copy(update={"reduce": config.reduce.model_copy(update={"seed": (config.reduce.seed + more) % 2**32})})
    stage = next(stage for stage in FLOW if stage.gives is Clusters)
    steps = plan(again, stage.name, snapshot=snapshot, outside={step.stage.name: step.outside for step in first})
    for step in steps:
        if step.why is not None:
            with store.aside(step.stage.name) as folder:
                handed = {Progress: progress, RowMemory: memory, Scratch: Scratch(folder), Snapshot: snapshot}
                _make(store, step, steps, handed, progress, f"again, seed {again.reduce.seed}")
    return store.read(stage.name, steps[-1].fingerprint, Clusters)


def _keep(store: Store, step: Step) -> Json:
    manifest = store.manifest(step.stage.name, step.fingerprint) or {}
    return {"fingerprint": step.fingerprint, "made": False, "rows": manifest.get("rows"), "seconds": 0.0, "notes": manifest.get("notes", [])}


def _make(store: Store, step: Step, steps: list[Step], handed: dict[type, Any], progress: Progress, number: str) -> Json:
    stage, started, memory = step.stage, time.monotonic(), handed[RowMemory]
    computed = memory.computed
    progress.say(f"[{number}] {stage.name}: {step.why}")
    maker = {other.stage.gives: other for other in steps}
    given: dict[str, object] = {name: store.read(maker[kind].stage.name, maker[kind].fingerprint, kind) for name, kind in stage.needs.items()}
    given |= {name: handed[kind] for name, kind in stage.resources.items()}
    artifact = stage.make(step.settings, **given)
    if stage.outside(step.settings, handed[Snapshot]) != step.outside:
        raise InputError(f"{stage.name}: expected its input to stay as it is while it is read, but it changed.", "Run again.")
    seconds = round(time.monotonic() - started, 2)
    rows, n_new = _n_rows(store, steps, artifact), memory.computed - computed
    work = {"seconds": seconds, "peak_memory_bytes": peak_memory_bytes(), "libraries": _versions(), "machine": machine(), "commit": _commit()}
    facts = {"version": stage.version, "settings": identity(step.settings), "outside": step.outside, "inputs": step.inputs, "rows": rows,
             "rows_computed": n_new, "notes": artifact.notes, **work}  # fmt: skip
    if isinstance(artifact, Corpus):
        facts["counts"] = artifact.counts
    store.write(stage.name, step.fingerprint, artifact, facts)
    for note in artifact.notes:
        progress.say(f"      {note}")
    return {"fingerprint": step.fingerprint, "made": True, "rows": rows, "seconds": seconds, "notes": artifact.notes}


def _n_rows(store: Store, steps: list[Step], artifact: Artifact) -> int:
    """How many articles the corpus has, or how many stories any other artifact is about."""
    if isinstance(artifact, Corpus):
        return len(artifact.articles)
    ingest = next(step for step in steps if step.stage.gives is Corpus)
    return int((store.manifest(ingest.stage.name, ingest.fingerprint) or {})["counts"]["stories"])


def _metrics(store: Store, steps: list[Step]) -> Json:
    step = next((step for step in steps if step.stage.gives is Evaluation), None)
    return store.read(step.stage.name, step.fingerprint, Evaluation).metrics if step else {}


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
        top = subprocess.run([*git, "rev-parse", "--show-toplevel", "HEAD"], capture_output=True, text=True, timeout=5, check=True).stdout.split("\n")
        if Path(top[0]) != here.parent.parent:
            return None
        changed = subprocess.run([*git, "status", "--porcelain", "--", "pipeline"], capture_output=True, text=True, timeout=5, check=True).stdout
        return top[1] + ("+" if changed.strip() else "")
    except (OSError, subprocess.SubprocessError):
        return None
