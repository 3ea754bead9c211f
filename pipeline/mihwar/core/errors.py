"""What may go wrong and is the user's to mend: a problem, a remedy."""


class PipelineError(Exception):
    """A fault to be shown without a traceback.

    Args:
        problem: where: expected X, got Y.
        remedy: what to do about it, as a sentence.
    """

    exit_code = 1

    def __init__(self, problem: str, remedy: str) -> None:
        super().__init__(f"{problem} {remedy}")
        self.problem, self.remedy = problem, remedy


class ConfigError(PipelineError):
    """The config file or a `--set` is wrong."""

    exit_code = 2


class InputError(PipelineError):
    """There are no articles to work on."""

    exit_code = 3


class ModelError(PipelineError):
    """The embedding model cannot be had or used."""

    exit_code = 4


class StoreError(PipelineError):
    """The artifact folder cannot be read or written."""

    exit_code = 5


class RunNotFound(PipelineError):
    """No run of that name or time, or its artifacts are gone."""

    exit_code = 6


class Busy(PipelineError):
    """Another run of the same name is at work; 75 is what mail systems and cron wrappers know as 'try again later'."""

    exit_code = 75
