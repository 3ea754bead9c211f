"""The reading side: a run's documents, topics and figures as DataFrames."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple, TypeVar

import numpy as np
import pandas as pd
import pyarrow as pa

from mihwar.core.artifacts import (
    Artifact,
    Clusters,
    Corpus,
    Embeddings,
    Evaluation,
    Json,
    Projection,
    Report,
    Stability,
    Topics,
)
from mihwar.core.errors import ConfigError, RunNotFound, StoreError
from mihwar.core.records import all_records, find_record, read_record
from mihwar.core.refs import Refs
from mihwar.core.rows import RowMemory
from mihwar.core.stage import Stage
from mihwar.core.store import Store
from mihwar.flow import FLOW
from mihwar.views import groups
from mihwar.views.articles import articles

if TYPE_CHECKING:
    from mihwar.classify import Classifier

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
        return (
            f"<Run '{self.record['name']}' at {self.record['time'] or '(not recorded)'}, "
            f"{', '.join(self.record['stages'])}>"
        )

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
        """The whole config, every key, as it was written:
        `${oc.env:NAME}` is not what it came to, and a password is ***.
        """
        config: Json = self.record["config"]
        return config

    @cached_property
    def metrics(self) -> Json:
        """Figures by name, npmi and diversity among them; None where one has no meaning."""
        return self._read(Evaluation).metrics

    @cached_property
    def documents(self) -> pd.DataFrame:
        """A row an article, in reading order, see `views.articles`; of a run that was stopped early, what is known by
        then.

        copy: whether it is a copy of an earlier article, whose id `story` is; then it has that one's topic and place.
        topic, theme: -1 where there is none. core: whether HDBSCAN put it there itself; otherwise its neighbours did.
        confidence: how often such neighbours are right, 0..1 (1 where core). hdbscan_topic: what HDBSCAN found, -1
            noise;
        probability: how firmly, 0..1. x, y: its place on the map.
        """
        return _frame(articles(self._read(Corpus), self._if_made(Clusters), self._if_made(Projection)))

    @cached_property
    def topics(self) -> pd.DataFrame:
        """A row a topic: topic, theme, size (articles), label, words (list),
        exemplars (list of ids), stability, fragile.
        """
        return _listed(groups.topics(self._read(Topics), self._read(Clusters), self._if_made(Stability)))

    @cached_property
    def themes(self) -> pd.DataFrame:
        """A row a theme, the largest first: theme, size, label, words,
        topics (lists), exemplars, stability, fragile.
        """
        return _listed(groups.themes(self._read(Topics), self._read(Clusters), self._if_made(Stability)))

    def cut(self, n_groups: int) -> np.ndarray:
        """The group of each topic, (n_topics,), where the tree of topics is cut into so many; no new run is needed."""
        return self._read(Clusters).cut(n_groups)

    @cached_property
    def words_by_language(self) -> pd.DataFrame:
        """A row a word of a group in one of its languages: level (topic, theme or lda), group, language, rank, word."""
        return _frame(self._read(Topics).words_by_language)

    @cached_property
    def noise(self) -> pd.DataFrame:
        """Shares of articles in no topic, in all, by language and by source: by, value, articles, hdbscan_noise (as
        found), noise (what is left).
        """
        return _frame(self._read(Evaluation).noise)

    def classify(self, articles: Sequence[str | Mapping[str, Any]]) -> pd.DataFrame:
        """New articles in this run's topics: topic, theme (-1 refused), confidence, theme_confidence (0..1), reason,
        label; a row an article, in order.

        Args:
            articles: texts, or rows with text and maybe title, language.

        Raises:
            ConfigError: another version made the run, which cleans, embeds or clusters in another way.
            ModelError: the model is not there, or its weights are not those of the run.
            StoreError: an artifact or its manifest cannot be read.
        """
        found = self._classifier.classified(articles)
        return found.assign(label=found["topic"].map(self.topics.set_index("topic")["label"]))

    @cached_property
    def _classifier(self) -> "Classifier":
        from mihwar.classify import Classifier
        from mihwar.ingest.stage import IngestSettings

        made = self.artifacts
        for stage in FLOW:
            if stage.gives not in (Corpus, Embeddings, Projection, Clusters):
                continue
            manifest = made[stage.name].manifest
            if not manifest:
                raise StoreError(
                    f"{made[stage.name].path}: expected a manifest that can be read, got none.",
                    "Run again to make it anew.",
                )
            if not stage.made(manifest):
                raise ConfigError(
                    _another_version(stage, manifest), "Use that version, or run the config again with this one."
                )
        return Classifier(
            ingest=IngestSettings.recalled(made["ingest"].manifest),
            model=self._read(Embeddings).model,
            weights=made["embed"].manifest["outside"]["weights"],
            projection=self._read(Projection),
            clusters=self._read(Clusters),
        )

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
        return {
            name: Made(
                store.folder(name, entry["fingerprint"]),
                entry["fingerprint"],
                store.manifest(name, entry["fingerprint"]) or {},
            )
            for name, entry in self.record["stages"].items()
        }

    @property
    def report(self) -> Path:
        """The page, a file.

        Raises:
            StoreError: it is gone.
        """
        path = self._made(Report)[0] / "page.html"
        if not path.is_file():
            raise StoreError(
                f"{path}: expected the page of run '{self.name}', got no file.", "Run again to make it anew."
            )
        return path

    def _if_made(self, kind: type[A]) -> A | None:
        """An artifact, or None where the run was stopped before the stage that makes it."""
        return (
            self._read(kind)
            if any(stage.gives is kind and stage.name in self.record["stages"] for stage in FLOW)
            else None
        )

    def _made(self, kind: type[Artifact]) -> tuple[Path, str, str]:
        stage = next(stage.name for stage in FLOW if stage.gives is kind)
        if stage not in self.record["stages"]:
            raise RunNotFound(
                f"run '{self.name}': expected it to have reached '{stage}', but it was stopped before.",
                "Run it to the end.",
            )
        fingerprint = self.record["stages"][stage]["fingerprint"]
        return Store(self.root).folder(stage, fingerprint), stage, fingerprint

    def _read(self, kind: type[A]) -> A:
        _, name, fingerprint = self._made(kind)
        store, stage = Store(self.root), next(stage for stage in FLOW if stage.name == name)
        try:
            return store.read(name, fingerprint, kind)
        except StoreError as error:
            manifest = store.manifest(name, fingerprint) or {}
            if stage.made(manifest) or "version" not in manifest:
                raise
            raise StoreError(
                _another_version(stage, manifest), "Use that version, or run the config again with this one."
            ) from error


def _another_version(stage: Stage, manifest: Json) -> str:
    made_by = manifest.get("libraries", {}).get("mihwar")
    return (
        f"{stage.name}: expected version {stage.version} of the stage, got {manifest.get('version')} of mihwar "
        f"{made_by}, which made the run."
    )


def _frame(table: pa.Table) -> pd.DataFrame:
    frame: pd.DataFrame = table.to_pandas()
    return frame


def _listed(table: pa.Table) -> pd.DataFrame:
    """A DataFrame whose lists are Python lists."""
    frame = _frame(table)
    for column in {"words", "topics", "exemplars"} & set(frame):
        frame[column] = frame[column].map(list)
    return frame


def open_run(name: str, root: str | Path = "artifacts", at: str | None = None) -> Run:
    """The newest run of a name, or the one at a time such as 2026-11-21T10-00-00.

    Raises:
        RunNotFound: there is none.
    """
    return Run(find_record(Path(root), name, at), Path(root))


def list_runs(root: str | Path = "artifacts") -> pd.DataFrame:
    """A row a run: name, time, seconds, made (stages), documents, topics, themes, noise_share, npmi, problem.

    problem: what is wrong with a record that cannot be read;
        such a row has nothing else but name and time. Null for the others.
    """
    names = ("documents", "topics", "themes", "noise_share", "npmi")
    rows: list[Json] = []
    for path in all_records(Path(root)):
        try:
            record = read_record(path)
        except RunNotFound as error:
            rows.append({"name": path.parent.name, "time": path.stem, "problem": error.problem})
            continue
        made = sum(entry["made"] for entry in record["stages"].values())
        figures = {key: record["metrics"].get(key) for key in names}
        rows.append(
            {"name": record["name"], "time": record["time"], "seconds": record["seconds"], "made": made} | figures
        )
    return pd.DataFrame(rows, columns=["name", "time", "seconds", "made", *names, "problem"])


def verify(root: str | Path = "artifacts") -> tuple[int, list[str]]:
    """Read every byte of every artifact, remembered row and record:
    (how many were looked at, what is wrong, a phrase each).
    """
    root = Path(root)
    if not root.is_dir():
        raise RunNotFound(f"{root}: expected an artifact folder, got none.", "Name the folder that runs are made in.")
    store, found, n = Store(root), [], 0
    for stage, fingerprint in store.artifacts():
        n += 1
        found += store.damage(stage, fingerprint)
    found += [f"{path}: its content is not what was written" for path in RowMemory(root / "rows").damaged()]
    found += [f"{path}: its content is not what was written" for path in Refs(root).damaged()]
    for path in all_records(root):
        n += 1
        try:
            record = read_record(path)
        except RunNotFound as error:
            found.append(error.problem)
            continue
        missing = [
            name for name, entry in record["stages"].items() if not store.folder(name, entry["fingerprint"]).is_dir()
        ]
        found += [f"{path}: its artifact of '{name}' is gone" for name in missing]
    return n, found
