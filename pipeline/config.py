"""The config: a YAML file, what it extends and what is set on the command line become one typed value."""

import difflib
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from omegaconf import DictConfig, OmegaConf
from omegaconf.errors import OmegaConfBaseException
from pydantic import BaseModel, ConfigDict, Field, ValidationError
from yaml import YAMLError

from pipeline.cluster.stage import ClusterSettings
from pipeline.core.errors import ConfigError
from pipeline.embed.stage import EmbedSettings
from pipeline.evaluate.stage import EvaluateSettings
from pipeline.ingest.stage import IngestSettings
from pipeline.reduce.stage import ReduceSettings
from pipeline.report.stage import ReportSettings
from pipeline.topics.stage import TopicsSettings
from pipeline.words.stage import WordsSettings


class RunConfig(BaseModel):
    """Everything one run is told; a section a stage."""

    model_config = ConfigDict(frozen=True, extra="forbid", title="mihwar run")

    name: str = Field(
        "news",
        pattern=r"^\w[\w.\- ]*$",
        max_length=100,
        description="The run's name: letters, digits, space, dot, - and _; runs of one name are each other's history.",
    )
    artifacts: str = Field("artifacts", min_length=1, description="Folder of everything that is made, seen from the current folder.")
    ingest: IngestSettings = IngestSettings()
    words: WordsSettings = WordsSettings()
    embed: EmbedSettings = EmbedSettings()
    reduce: ReduceSettings = ReduceSettings()
    cluster: ClusterSettings = ClusterSettings()
    topics: TopicsSettings = TopicsSettings()
    evaluate: EvaluateSettings = EvaluateSettings()
    report: ReportSettings = ReportSettings()


@dataclass(frozen=True)
class _Layer:
    """Settings from one place: a file, or the command line."""

    origin: str
    values: DictConfig


def load_config(path: str | Path | None = None, set: Sequence[str] = ()) -> RunConfig:
    """Read a config file, then what `set` overrides, such as "cluster.min_cluster_size=20"; without a file, the defaults.

    Raises:
        ConfigError: a file is missing or not YAML; a key is unknown; a value is not what its key takes.
    """
    layers = _layers(Path(path), ()) if path is not None else []
    layers += [_Layer(f"--set {text}", _assignment(text)) for text in set]
    try:
        merged = OmegaConf.to_container(OmegaConf.merge(*(layer.values for layer in layers)), resolve=True, throw_on_missing=True) if layers else {}
    except OmegaConfBaseException as error:
        key = f"{error.full_key}: " if error.full_key else ""
        raise ConfigError(f"{_origin(layers, (error.full_key or '').split('.'))}: {key}{str(error).splitlines()[0]}.",
                          "Set the environment variable, or give it a default: ${oc.env:NAME,default}.") from error  # fmt: skip
    try:
        return RunConfig.model_validate(merged)
    except ValidationError as error:
        raise _explain(error, layers) from error


def json_schema() -> dict[str, Any]:
    """JSON Schema of a config file, for editors to complete and check from."""
    schema = RunConfig.model_json_schema()
    schema["properties"]["extends"] = {
        "type": ["string", "array"],
        "items": {"type": "string"},
        "description": "Config file(s) to start from, seen from this file.",
    }
    return schema


def _layers(path: Path, seen: tuple[Path, ...]) -> list[_Layer]:
    if path.resolve() in seen:
        raise ConfigError(f"{path}: extends: expected an end to it, got a circle: {' -> '.join(p.name for p in (*seen, path))}.", "Take one `extends` out.")
    try:
        values = OmegaConf.create(path.read_text(encoding="utf-8-sig") or "{}")
    except OSError as error:
        near = sorted(p.name for p in path.parent.glob("*.yaml")) if path.parent.is_dir() else []
        raise ConfigError(
            f"{path}: expected a config file, got: {error.strerror}.", f"There are: {', '.join(near)}." if near else "Look at the path."
        ) from error
    except (YAMLError, UnicodeDecodeError, OmegaConfBaseException) as error:
        raise ConfigError(f"{path}: expected YAML, got: {' '.join(str(error).split())}.", "Mend the file there.") from error
    if not isinstance(values, DictConfig):
        raise ConfigError(f"{path}: expected `key: value` lines, got {type(OmegaConf.to_container(values)).__name__}.", "See configs/base.yaml for every key.")
    parents = values.pop("extends", None) or []
    layers = []
    for parent in [parents] if isinstance(parents, str) else parents:
        layers += _layers(path.parent / str(parent), (*seen, path.resolve()))
    return [*layers, _Layer(str(path), values)]


def _assignment(text: str) -> DictConfig:
    key, equals, value = text.partition("=")
    if not equals or not all(part.isidentifier() for part in key.strip().split(".")):
        raise ConfigError(f"--set {text}: expected key=value, such as cluster.min_cluster_size=20, got '{text}'.", "Write the key, = and the value.")
    try:
        parsed = OmegaConf.to_container(OmegaConf.from_dotlist([f"value={value}"]), resolve=False)
        read: Any = parsed["value"] if isinstance(parsed, dict) else value
    except (YAMLError, OmegaConfBaseException):
        read = value  # a pattern such as *.jsonl is no YAML
    if isinstance(read, dict) and not value.lstrip().startswith("{"):
        read = value  # "query: " is a text that ends in a colon
    assigned = OmegaConf.create({})
    OmegaConf.update(assigned, key.strip(), read)
    return assigned


def _origin(layers: list[_Layer], key: Sequence[str]) -> str:
    """The last place that sets a key, or part of the way to it."""
    for length in range(len(key), 0, -1):
        for layer in reversed(layers):
            node: Any = OmegaConf.to_container(layer.values, resolve=False)
            for part in key[:length]:
                node = node.get(part, ...) if isinstance(node, dict) else ...
            if node is not ...:
                return layer.origin
    return layers[-1].origin if layers else "config"


def _explain(error: ValidationError, layers: list[_Layer]) -> ConfigError:
    problems: dict[str, tuple[list[str], str, str]] = {}
    for fault in error.errors(include_url=False):
        path = [str(part) for part in fault["loc"]]
        key, section = _known(path)
        if fault["type"] == "extra_forbidden":
            names = list(section.model_fields)
            near = difflib.get_close_matches(path[-1], names, n=1, cutoff=0.5)
            remedy = f"Did you mean '{near[0]}'?" if near else "Take it out."
            expected = f"one of {', '.join(names)}"
            got = f"the key '{path[-1]}'"
        else:
            remedy, expected = "Correct the value.", fault["msg"].replace("Input should be ", "")
            got = repr(fault["input"])
        known = problems.setdefault(".".join(key), ([], got, remedy))
        known[0].append(expected)
    lines = [f"{_origin(layers, key.split('.'))}: {key}: expected {' or '.join(expected)}, got {got}." for key, (expected, got, _) in problems.items()]
    return ConfigError("\n".join(lines), " ".join(dict.fromkeys(remedy for _, _, remedy in problems.values())))


def _known(path: list[str]) -> tuple[list[str], type[BaseModel]]:
    """The key a fault is about, without what pydantic adds for unions, and the section it stands in."""
    section: type[BaseModel] = RunConfig
    for depth, part in enumerate(path):
        field = section.model_fields.get(part)
        if field is None or not (isinstance(field.annotation, type) and issubclass(field.annotation, BaseModel)):
            return path[: depth + 1], section
        section = field.annotation
    return path, section
