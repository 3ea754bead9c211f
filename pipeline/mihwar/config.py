"""The config: a YAML file, what it extends and what is set on the command line become one typed value."""

import difflib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from omegaconf import DictConfig, OmegaConf
from omegaconf.errors import OmegaConfBaseException
from pydantic import BaseModel, ConfigDict, Field, PrivateAttr, ValidationError
from yaml import MarkedYAMLError, YAMLError

from mihwar.cluster.stage import ClusterSettings
from mihwar.core.errors import ConfigError
from mihwar.embed.stage import EmbedSettings
from mihwar.evaluate.stage import EvaluateSettings
from mihwar.ingest.readers.addresses import as_written, mistyped, without_secrets
from mihwar.ingest.stage import IngestSettings
from mihwar.reduce.stage import ReduceSettings
from mihwar.report.stage import ReportSettings
from mihwar.stability.stage import StabilitySettings
from mihwar.topics.stage import TopicsSettings
from mihwar.words.stage import WordsSettings

Key = tuple[str | int, ...]


BASE = "base.yaml"  # every key with its default
_MOVED = {  # key of an older version -> its name now
    "cluster.warn_noise": "evaluate.warn_noise",
    "evaluate.repeats": "stability.repeats",
}


class RunConfig(BaseModel):
    """Everything one run is told; a section a stage."""

    model_config = ConfigDict(frozen=True, extra="forbid", title="mihwar run", hide_input_in_errors=True)

    name: str = Field(
        "news",
        pattern=r"^\w[\w.\- ]*$",
        max_length=100,
        description="The run's name: letters, digits, space, dot, - and _; runs of one name are each other's history.",
    )
    artifacts: str = Field(
        "artifacts", min_length=1, description="Folder of everything that is made, seen from the current folder."
    )
    ingest: IngestSettings = IngestSettings()
    words: WordsSettings = WordsSettings()
    embed: EmbedSettings = EmbedSettings()
    reduce: ReduceSettings = ReduceSettings()
    cluster: ClusterSettings = ClusterSettings()
    stability: StabilitySettings = StabilitySettings()
    topics: TopicsSettings = TopicsSettings()
    evaluate: EvaluateSettings = EvaluateSettings()
    report: ReportSettings = ReportSettings()
    _written: dict[Key, tuple[str, Any]] = PrivateAttr(
        default_factory=dict
    )  # key -> what the file says with ${...}, and what that came to

    def recorded(self) -> dict[str, Any]:
        """Every key as it is recorded: `${...}` as it was written, so that the run can be made again from it; other
        secrets as ***.
        """
        values = self.model_dump(mode="json")
        for key, (text, value) in self._written.items():
            if _at(self, key) == value:  # else it was changed since
                _at(values, key[:-1])[key[-1]] = as_written(text)
        return values


def _at(node: Any, key: Key) -> Any:
    """What stands at a key of a config, or of a part of one."""
    for part in key:
        node = getattr(node, str(part)) if isinstance(node, BaseModel) else node[part]
    return node


@dataclass(frozen=True)
class _Layer:
    """Settings from one place: a file, or the command line."""

    origin: str
    values: DictConfig


def load_config(path: str | Path | None = None, set: Sequence[str] = ()) -> RunConfig:
    """Read a config file, then what `set` overrides, such as "cluster.min_cluster_size=20"; without a file, the
    defaults.

    Raises:
        ConfigError: a file is missing or not YAML; a key is unknown; a value is not what its key takes.
    """
    layers = _layers(Path(path), ()) if path is not None else []
    layers += [_Layer(f"--set {_said_assignment(text)}", _assignment(text)) for text in set]
    written: dict[Key, str] = {}
    try:
        whole = OmegaConf.merge({}, *(layer.values for layer in layers))
        written = dict(_interpolated(OmegaConf.to_container(whole, resolve=False)))
        merged = OmegaConf.to_container(whole, resolve=True, throw_on_missing=True)
    except OmegaConfBaseException as error:
        key = f"{error.full_key}: " if error.full_key else ""
        raise ConfigError(
            f"{_origin(layers, (error.full_key or '').split('.'))}: {key}{str(error).splitlines()[0]}.",
            "Set the environment variable, or give it a default: ${oc.env:NAME,default}.",
        ) from error
    try:
        config = RunConfig.model_validate(merged)
    except ValidationError as error:
        problem = _explain(error, layers, written)
    else:
        config._written = {key: (text, _at(config, key)) for key, text in written.items()}
        return config
    raise problem  # not from its cause, which quotes what may be secret


def _interpolated(values: Any, key: Key = ()) -> Iterator[tuple[Key, str]]:
    """Every text with an interpolation in it, and where it stands."""
    if isinstance(values, str) and "${" in values:
        yield key, values
    for part, value in (
        values.items() if isinstance(values, dict) else enumerate(values) if isinstance(values, list) else ()
    ):
        yield from _interpolated(value, (*key, part))


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
    origin = mistyped(str(path))
    if path.resolve() in seen:
        raise ConfigError(
            f"{origin}: extends: expected an end to it, got a circle: {' -> '.join(p.name for p in (*seen, path))}.",
            "Take one `extends` out.",
        )
    fault = None
    try:
        values = OmegaConf.create(path.read_text(encoding="utf-8-sig") or "{}")
    except OSError as error:
        near = sorted(p.name for p in path.parent.glob("*.yaml")) if path.parent.is_dir() else []
        raise ConfigError(
            f"{origin}: expected a config file, got: {error.strerror}.",
            f"There are: {', '.join(near)}." if near else "Look at the path.",
        ) from error
    except (YAMLError, UnicodeDecodeError, OmegaConfBaseException) as error:
        fault = ConfigError(f"{origin}: expected YAML, got: {_said(error)}.", "Mend the file there.")
    if fault:
        raise fault  # not from its cause, which quotes lines of the file
    if not isinstance(values, DictConfig):
        got = type(OmegaConf.to_container(values)).__name__
        raise ConfigError(f"{origin}: expected `key: value` lines, got {got}.", "See configs/base.yaml for every key.")
    parents = values.pop("extends", None) or []
    layers = []
    for parent in [parents] if isinstance(parents, str) else parents:
        layers += _layers(_parent(path, str(parent)), (*seen, path.resolve()))
    return [*layers, _Layer(origin, values)]


def _parent(path: Path, name: str) -> Path:
    """The file that a config extends: seen from its own folder,
    or the one with every key that comes with the package.
    """
    beside = path.parent / name
    return Path(__file__).parent / name if name == BASE and not beside.exists() else beside


def _said(error: Exception) -> str:
    """What is wrong with YAML and at which line;
    the line itself, which the library quotes in part, may hold a password.
    """
    if isinstance(error, MarkedYAMLError) and error.problem_mark:
        return as_written(
            f"{error.problem} at line {error.problem_mark.line + 1}, column {error.problem_mark.column + 1}"
        )
    return as_written(" ".join(str(error).split()))


def _assignment(text: str) -> DictConfig:
    key, equals, value = text.partition("=")
    if not equals or not all(part.isidentifier() for part in key.strip().split(".")):
        said = _said_assignment(text)
        raise ConfigError(
            f"--set {said}: expected key=value, such as cluster.min_cluster_size=20, got '{said}'.",
            "Write the key, = and the value.",
        )
    try:
        parsed = OmegaConf.to_container(OmegaConf.from_dotlist([f"value={value}"]), resolve=False)
        read: Any = parsed["value"] if isinstance(parsed, dict) else value
    except (YAMLError, OmegaConfBaseException):
        read = value  # a pattern such as *.jsonl is no YAML
    if isinstance(read, dict) and not value.lstrip().startswith("{"):
        read = value  # "query: " is a text that ends in a colon
    assigned, fault = OmegaConf.create({}), None
    try:
        OmegaConf.update(assigned, key.strip(), read)
    except OmegaConfBaseException as error:
        fault = ConfigError(
            f"--set {_said_assignment(text)}: expected a value, got: {_said(error)}.", "Look at each ${...} in it."
        )
    if fault:
        raise fault  # not from its cause, which may quote what is secret
    return assigned


def _said_assignment(text: str) -> str:
    """What `--set` was given, as an error message may quote it."""
    key, equals, value = text.partition("=")
    return f"{key}={mistyped(value)}" if equals and key.strip().replace(".", "").isidentifier() else mistyped(text)


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


def _explain(error: ValidationError, layers: list[_Layer], written: dict[Key, str]) -> ConfigError:
    problems: dict[tuple[str, ...], tuple[list[str], str, str]] = {}
    for fault in error.errors(include_url=False):
        path = [str(part) for part in fault["loc"]]
        key, section = _known(path)
        if fault["type"] == "extra_forbidden":
            names = list(section.model_fields)
            near = difflib.get_close_matches(path[-1], names, n=1, cutoff=0.5)
            moved = _MOVED.get(".".join(path))
            remedy = f"Did you mean '{near[0]}'?" if near else "Take it out."
            remedy = f"It is now {moved}." if moved else remedy
            expected = f"one of {', '.join(names)}"
            got = f"the key '{mistyped(path[-1])}'"
        else:
            remedy, expected = "Correct the value.", fault["msg"].replace("Input should be ", "")
            said = next(
                (text for place, text in written.items() if fault["loc"][: len(place)] == place), fault["input"]
            )
            got = repr(without_secrets(said))
        known = problems.setdefault(tuple(key), ([], got, remedy))
        known[0].append(expected)
    lines = [
        f"{_origin(layers, key)}: {'.'.join(map(mistyped, key))}: expected {' or '.join(expected)}, got {got}."
        for key, (expected, got, _) in problems.items()
    ]
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
