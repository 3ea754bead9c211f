"""mihwar: a stream of news articles, in any language, into clusters and topics that a person can read and trust."""

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from mihwar.config import RunConfig
    from mihwar.runs import Run

__all__ = ["load_config", "open_run", "run"]


def run(
    config: "str | Path | RunConfig",
    set: Sequence[str] = (),
    until: str | None = None,
    force: Sequence[str] = (),
    wait: bool = False,
    quiet: bool = False,
) -> "Run":
    """Run a config: make every stage that is missing, keep what is made.

    Args:
        config: a YAML file, or what `load_config` gave.
        set: overrides such as "cluster.min_cluster_size=20".
        until: the last stage to make; such a run is not recorded.
        force: stages to make in any case, and with them all that follow from them.
        wait: wait for another run of the same name instead of raising Busy.
        quiet: say nothing while at it.

    Raises:
        mihwar.core.errors.PipelineError: one of its kinds, with the problem and the remedy in words.
    """
    from mihwar import runner
    from mihwar.config import RunConfig
    from mihwar.core.progress import Progress
    from mihwar.runs import Run

    settings = config if isinstance(config, RunConfig) else load_config(config, set)
    return Run(runner.run(settings, until, force, wait, Progress(quiet=quiet)), Path(settings.artifacts))


def open_run(name: str, root: str | Path = "artifacts", at: str | None = None) -> "Run":
    """The newest run of a name; `at` names an older one by its time, such as 2026-11-21T10-00-00.

    Raises:
        mihwar.core.errors.RunNotFound: there is none.
    """
    from mihwar import runs

    return runs.open_run(name, root, at)


def load_config(path: str | Path | None = None, set: Sequence[str] = ()) -> "RunConfig":
    """Read and check a config file; without one, the defaults with `set` on them.

    Raises:
        mihwar.core.errors.ConfigError: what is wrong, where, and what was expected.
    """
    from mihwar import config

    return config.load_config(path, set)
