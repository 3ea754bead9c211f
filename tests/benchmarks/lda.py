"""Coherence and diversity of LDA topics at several numbers of topics and seeds: python -m tests.benchmarks.lda
articles.jsonl.gz [--set key=value].
"""

import argparse
import sys
from statistics import mean, stdev

import mihwar

FIGURES = ("npmi", "diversity", "npmi_by_document", "c_v", "inverted_rbo")


def main() -> None:
    """Run every number of topics with every seed and print a row a number; embedding is made once."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("corpus")
    parser.add_argument("--counts", default="10,20,30,40,50")
    parser.add_argument("--seeds", default="42,1,2")
    parser.add_argument("--set", action="append", default=[])
    parser.add_argument("--root", default="artifacts/bench/runs")
    given = parser.parse_args()
    counts, seeds = ([int(number) for number in text.split(",")] for text in (given.counts, given.seeds))
    print("| topics |", " | ".join(FIGURES), "|\n|---|" + "---|" * len(FIGURES))
    every: list[list[list[float]]] = []
    for count in counts:
        runs = [_figures(given.corpus, count, seed, given.root, given.set) for seed in seeds]
        every.append(runs)
        print(f"| {count} |", " | ".join(_cell([run[i] for run in runs]) for i in range(len(FIGURES))), "|", flush=True)
    by_seed = [[mean(runs[s][i] for runs in every) for i in range(len(FIGURES))] for s in range(len(seeds))]
    print("| mean |", " | ".join(_cell([run[i] for run in by_seed]) for i in range(len(FIGURES))), "|")


def _figures(corpus: str, count: int, seed: int, root: str, overrides: list[str]) -> list[float]:
    settings = [
        f"ingest.source={corpus}",
        f"artifacts={root}",
        "name=lda",
        f"topics.count={count}",
        f"topics.seed={seed}",
        f"reduce.seed={seed}",
        *overrides,
    ]
    run = mihwar.run(mihwar.load_config(None, settings), quiet=True)
    print(
        f"{count} topics, seed {seed}: npmi {run.metrics['npmi']:.3f}, diversity {run.metrics['diversity']:.3f}",
        file=sys.stderr,
        flush=True,
    )
    return [run.metrics[name] for name in FIGURES]


def _cell(values: list[float]) -> str:
    return f"{mean(values):.3f}" + (f" ± {stdev(values):.3f}" if len(values) > 1 else "")


if __name__ == "__main__":
    main()
