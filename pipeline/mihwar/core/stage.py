"""A stage: a named function from settings and artifacts to an artifact."""

import hashlib
import json
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, ClassVar, Self, get_args, get_origin, get_type_hints

from pydantic import BaseModel, ConfigDict, ValidationError

from mihwar.core.artifacts import Artifact, Json
from mihwar.core.errors import ConfigError
from mihwar.core.snapshot import Snapshot


class Settings(BaseModel):
    """One stage's section of the config file."""

    model_config = ConfigDict(frozen=True, extra="forbid", hide_input_in_errors=True)
    how: ClassVar[frozenset[str]] = frozenset()  # keys that change speed, never the result

    @classmethod
    def recalled(cls, manifest: Json) -> Self:
        """The settings that an artifact was made with.

        Raises:
            ConfigError: another version made it, with settings that this one does not know.
        """
        try:
            return cls.model_validate(manifest["settings"])
        except ValidationError as error:
            key = ".".join(map(str, (manifest["stage"], *error.errors(include_url=False)[0]["loc"])))
            made_by = manifest["libraries"].get("mihwar")
            raise ConfigError(
                f"{key}: expected a setting that this version knows, got one of mihwar {made_by}, which made the run.",
                "Use that version, or run the config again with this one.",
            ) from error


@dataclass(frozen=True)
class Need:
    """An artifact that a stage is given, or several of one kind."""

    kind: type[Artifact]
    several: bool = False


@dataclass(frozen=True)
class Stage:
    """A named step. It is given values and returns a value; it never sees a path of the store."""

    name: str  # config section, package, artifact folder
    version: int  # raise it when the same settings come to mean another result
    make: Callable[..., Artifact]  # (settings, *needs and resources) -> gives
    outside: Callable[[Any, Snapshot], object] = lambda *_: (
        None
    )  # (settings, snapshot) -> what it reads besides its needs: raw files, a model's revision

    @property
    def needs(self) -> dict[str, Need]:
        """Parameter -> the artifact it is given; `tuple[Kind, ...]` stands for several of one kind."""
        kinds = {
            name: (get_args(hint)[0], True) if get_origin(hint) is tuple else (hint, False)
            for name, hint in self._inputs().items()
        }
        return {name: Need(kind, several) for name, (kind, several) in kinds.items() if issubclass(kind, Artifact)}

    @property
    def resources(self) -> dict[str, type]:
        """Parameter -> the kind of resource the runner hands out for it."""
        others = {name: hint for name, hint in self._inputs().items() if get_origin(hint) is None}
        return {name: hint for name, hint in others.items() if not issubclass(hint, Artifact | Settings)}

    @property
    def gives(self) -> type[Artifact]:
        """What `make` returns."""
        given: type[Artifact] = get_type_hints(self.make)["return"]
        return given

    def made(self, manifest: Json) -> bool:
        """Whether this version of the stage made an artifact, so that new rows can be computed as its rows were."""
        return bool(manifest.get("version") == self.version)

    def _inputs(self) -> dict[str, type]:
        return {name: hint for name, hint in get_type_hints(self.make).items() if name != "return"}


def identity(settings: Settings) -> dict[str, object]:
    """The settings that decide the result, as JSON values."""
    return settings.model_dump(mode="json", exclude=set(settings.how))


def fingerprint(value: object) -> str:
    """16 hex digits of the SHA-256 of a value's canonical JSON.

    Raises:
        TypeError, ValueError: the value has no stable form (an object, a set, nan).
    """
    canonical = json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=True, allow_nan=False)
    return hashlib.sha256(canonical.encode("ascii")).hexdigest()[:16]
