"""The plan: nodes and their addresses, without files."""

import mihwar
from mihwar.flow import FLOW
from mihwar.plan import plan

OUTSIDE = {"ingest": ["one file"], "embed": {"weights": "w"}}


def planned(*overrides: str, until: str | None = None, outside: dict = OUTSIDE) -> dict[str, str]:
    made = plan(mihwar.load_config(None, overrides), outside, until)
    return {name: node.address for name, node in made.stages.items()}


def test_every_node_stands_after_what_it_needs() -> None:
    made = plan(mihwar.load_config(None, ["stability.repeats=3"]), OUTSIDE)
    seen: set[str] = set()
    for node in made.nodes:
        assert {other.address for other in node.needed()} <= seen
        seen.add(node.address)
    assert len(seen) == len(made.nodes)
    assert list(made.stages) == [stage.name for stage in FLOW]


def test_a_repeat_is_the_same_stages_at_another_seed_of_the_same_articles() -> None:
    made = plan(mihwar.load_config(None, ["stability.repeats=3"]), OUTSIDE)
    assert [str(node) for node in made.nodes if node.seed is not None] == [
        f"{name} with seed {seed}" for seed in (43, 44) for name in ("reduce", "cluster")
    ]
    (others,) = [given for name, given in made.stages["stability"].inputs.items() if name == "others"]
    assert [other.address for other in others] == [planned(f"reduce.seed={seed}")["cluster"] for seed in (43, 44)]


def test_the_seed_after_the_last_is_the_first() -> None:
    made = plan(mihwar.load_config(None, ["stability.repeats=2", f"reduce.seed={2**32 - 1}"]), OUTSIDE)
    assert {node.seed for node in made.nodes} == {None, 0}


def test_what_is_outside_decides_the_addresses_of_what_follows_from_it() -> None:
    one, other = planned(), planned(outside=OUTSIDE | {"embed": {"weights": "v"}})
    assert [name for name in one if one[name] == other[name]] == ["ingest", "words"]


def test_more_repeats_change_no_address_but_what_follows_from_stability() -> None:
    one, other = planned(), planned("stability.repeats=2")
    assert [name for name in one if one[name] != other[name]] == ["stability", "evaluate", "report"]


def test_until_is_the_last() -> None:
    assert list(planned(until="cluster")) == ["ingest", "words", "embed", "reduce", "cluster"]
