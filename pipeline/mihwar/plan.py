"""The plan: the nodes of a run and what each needs. It is made without files, from the config and what is outside."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property

from mihwar.config import RunConfig
from mihwar.core.artifacts import Artifact
from mihwar.core.stage import Settings, Stage, fingerprint, identity
from mihwar.flow import FLOW


@dataclass(frozen=True, eq=False)
class Node:
    """A stage with its settings and inputs; its address says where its artifact lies, or would.

    outside: what the stage reads besides its inputs, see `Stage.outside`.
    inputs: parameter of the stage -> the node, or nodes, whose artifacts it is given.
    seed: the seed of a repeat, which is one of the nodes a run needs besides its own stages; None for these.
    """

    stage: Stage
    settings: Settings
    outside: object
    inputs: Mapping[str, "Node | tuple[Node, ...]"]
    seed: int | None = None

    @cached_property
    def address(self) -> str:
        """Fingerprint of all that decides the artifact."""
        return fingerprint(
            [self.stage.name, self.stage.version, identity(self.settings), self.outside, self.input_addresses()]
        )

    def input_addresses(self) -> dict[str, str | list[str]]:
        """Parameter -> the address, or addresses, of what it is given."""
        return {
            name: [node.address for node in given] if isinstance(given, tuple) else given.address
            for name, given in self.inputs.items()
        }

    def needed(self) -> Iterator["Node"]:
        """The nodes it needs."""
        for given in self.inputs.values():
            yield from given if isinstance(given, tuple) else (given,)

    def __str__(self) -> str:
        return self.stage.name if self.seed is None else f"{self.stage.name} with seed {self.seed}"


@dataclass(frozen=True)
class Plan:
    """nodes: all, each after what it needs. stages: stage -> its node in the run itself."""

    nodes: tuple[Node, ...]
    stages: Mapping[str, Node]


def plan(config: RunConfig, outside: Mapping[str, object], until: str | None = None) -> Plan:
    """The nodes of a run.

    Args:
        config: the whole config.
        outside: stage -> what it reads from outside, for every stage that is planned.
        until: the last stage; None: all.
    """
    nodes: dict[str, Node] = {}
    made = _nodes(config, outside, until, None, nodes)
    return Plan(tuple(nodes.values()), {node.stage.name: node for node in made.values()})


def _nodes(
    config: RunConfig, outside: Mapping[str, object], until: str | None, seed: int | None, nodes: dict[str, Node]
) -> dict[type[Artifact], Node]:
    """Artifact -> the node that gives it; new nodes are added to `nodes`,
    which has those with the same address already.
    """
    made: dict[type[Artifact], Node] = {}
    for stage in FLOW:
        inputs = {
            name: _repeats(config, need.kind, outside, nodes) if need.several else made[need.kind]
            for name, need in stage.needs.items()
        }
        node = Node(stage, getattr(config, stage.name), outside.get(stage.name), inputs, seed)
        made[stage.gives] = nodes.setdefault(node.address, node)
        if stage.name == until:
            break
    return made


def _repeats(
    config: RunConfig, kind: type[Artifact], outside: Mapping[str, object], nodes: dict[str, Node]
) -> tuple[Node, ...]:
    """The nodes that give the same artifact with the seed raised by 1, 2, ...:
    of the same articles, which are not read again.
    """
    last = next(stage.name for stage in FLOW if stage.gives is kind)
    found = []
    for more in range(1, config.stability.repeats):
        seed = (config.reduce.seed + more) % 2**32
        other = config.model_copy(update={"reduce": config.reduce.model_copy(update={"seed": seed})})
        found.append(_nodes(other, outside, last, seed, nodes)[kind])
    return tuple(found)
