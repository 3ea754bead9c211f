"""Repeats: the same articles clustered again, with another seed."""

from collections.abc import Callable
from dataclasses import dataclass

from mihwar.core.artifacts import Clusters


@dataclass(frozen=True)
class Repeats:
    """again: the clusters that a run with its seed raised by so much would have; made where they are not."""

    again: Callable[[int], Clusters]
