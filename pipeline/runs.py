"""The reading side: a run's documents, topics and figures as DataFrames."""

from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import NamedTuple, TypeVar

import numpy as np
import pandas as pd
import pyarrow as pa

from pipeline.core.artifacts import Artifact, Clusters, Corpus, Evaluation, Json, Projection, Report, Topics
from pipeline.core.errors import RunNotFound
from pipeline.core.records import all_records, find_record, read_record
from pipeline.core.rows import RowMemory
from pipeline.core.store import Store
from pipeline.flow import FLOW

A = TypeVar("A", bound=Artifact)


class Made(NamedTuple):
    """Where a stage's artifact lies, its fingerprint and its manifest."""

    path: Path
    fingerprint: str
    manifest: Json


@dataclass(frozen=True, repr=False)
class Run:
    """One run, read from its artifacts as they are asked for.

    Every property raises RunNotFound where the run was stopped before the stage that makes it.
    """

    record: Json
    root: Path

    def __repr__(self) -> str:
        return f"<Run '{self.record['name']}' at {self.record['time'] or '(not recorded)'}, {', '.join(self.record['stages'])}>"

    @property
    def name(self) -> str:
        """The run's name."""
        return str(self.record["name"])

    @property
    def time(self) -> str:
        """When it ended, UTC, as open_run's `at`; empty for a run that was stopped early and is not recorded."""
        return str(self.record["time"])

    @property
    def config(self) -> Json:
        """The whole config, every key."""
        config: Json = self.record["config"]
        return config

    @cached_property
    def metrics(self) -> Json:
        """Figures by name, npmi and diversity among them; None where one has no meaning."""
        return self._read(Evaluation).metrics

    @cached_property
    def documents(self) -> pd.DataFrame:
        """A row a document, in corpus order: the columns of `Corpus.documents`, topic (-1 noise), probability (0..1), x, y.

        copy says whether it is a copy of an earlier one; then `group` is that one's id. Copies have their story's topic and place.
        """
        table, clusters, projection = self._read(Corpus).documents, self._read(Clusters), self._read(Projection)
        frame = _frame(table)
        places = {"x": projection.map[:, 0], "y": projection.map[:, 1]}
        return frame.assign(copy=frame["group"] != frame["id"], topic=np.asarray(clusters.labels), probability=np.asarray(clusters.probabilities), **places)

    @cached_property
    def topics(self) -> pd.DataFrame:
        """A row a cluster, the largest first: topic, size, label, words (list), exemplars (list of document ids)."""
        frame = _frame(self._read(Topics).clusters)
        exemplars = _frame(self._read(Clusters).exemplars).groupby("topic")["id"].agg(list)
        lists = pd.Series([exemplars.get(topic, []) for topic in frame["topic"]], index=frame.index, dtype=object)
        return frame.assign(words=frame["words"].map(list), exemplars=lists)

    @cached_property
    def lda(self) -> pd.DataFrame:
        """A row a word of an LDA topic: lda_topic, rank (from 1), word, weight (its probability in the topic)."""
        return _frame(self._read(Topics).lda_words)

    @cached_property
    def crosswalk(self) -> pd.DataFrame:
        """How clusters and LDA topics meet: a row a cluster (-1 noise), a column an LDA topic, mean share 0..1."""
        return _frame(self._read(Topics).crosswalk).pivot(index="topic", columns="lda_topic", values="share")

    @cached_property
    def rejects(self) -> pd.DataFrame:
        """What was there and was not kept: file, place, id, reason, head (first 80 characters)."""
        return _frame(self._read(Corpus).rejects)

    @property
    def artifacts(self) -> dict[str, Made]:
        """Stage -> (path, fingerprint, manifest)."""
        store = Store(self.root)
        return {name: Made(store.folder(name, entry["fingerprint"]), entry["fingerprint"], store.manifest(name, entry["fingerprint"]) or {})
                for name, entry in self.record["stages"].items()}  # fmt: skip

    @property
    def report(self) -> Path:
        """The page, a file."""
        return self._made(Report)[0] / "page.html"

    def _made(self, kind: type[Artifact]) -> tuple[Path, str, str]:
        stage = next(stage.name for stage in FLOW if stage.gives is kind)
        if stage not in self.record["stages"]:
            raise RunNotFound(f"run '{self.name}': expected it to have reached '{stage}', but it was stopped before.", "Run it to the end.")
        fingerprint = self.record["stages"][stage]["fingerprint"]
        return Store(self.root).folder(stage, fingerprint), stage, fingerprint

    def _read(self, kind: type[A]) -> A:
        _, stage, fingerprint = self._made(kind)
        return Store(self.root).read(stage, fingerprint, kind)


def _frame(table: pa.Table) -> pd.DataFrame:
    frame: pd.DataFrame = table.to_pandas()
    return frame


def open_run(name: str, root: str | Path = "artifacts", at: str | None = None) -> Run:
    """The newest run of a name, or the one at a time such as 2026-11-21T10-00-00.

    Raises:
        RunNotFound: there is none.
    """
    return Run(find_record(Path(root), name, at), Path(root))


def list_runs(root: str | Path = "artifacts") -> pd.DataFrame:
    """A row a run: name, time, seconds, made (stages), documents, topics, noise_share, npmi."""
    rows = []
    for path in all_records(Path(root)):
        record = read_record(path)
        made = sum(entry["made"] for entry in record["stages"].values())
        figures = {key: record["metrics"].get(key) for key in ("documents", "topics", "noise_share", "npmi")}
        rows.append({"name": record["name"], "time": record["time"], "seconds": record["seconds"], "made": made} | figures)
    return pd.DataFrame(rows, columns=["name", "time", "seconds", "made", "documents", "topics", "noise_share", "npmi"])


def verify(root: str | Path = "artifacts") -> tuple[int, list[str]]:
    """Read every byte of every artifact, remembered row and record: (how many were looked at, what is wrong, a phrase each)."""
    root = Path(root)
    if not root.is_dir():
        raise RunNotFound(f"{root}: expected an artifact folder, got none.", "Name the folder that runs are made in.")
    store, found, n = Store(root), [], 0
    for stage, fingerprint in store.artifacts():
        n += 1
        found += store.damage(stage, fingerprint)
    found += [f"{path}: its content is not what was written" for path in RowMemory(root / "rows").damaged()]
    for path in all_records(root):
        n += 1
        try:
            record = read_record(path)
        except RunNotFound as error:
            found.append(error.problem)
            continue
        missing = [name for name, entry in record["stages"].items() if not store.folder(name, entry["fingerprint"]).is_dir()]
        found += [f"{path}: its artifact of '{name}' is gone" for name in missing]
    return n, found
