"""How good the groups are beside BERTopic's: `make bench-quality CORPUS="articles.jsonl.gz more.jsonl.gz"`.

The same vectors go through the pipeline, as it ships, and through BERTopic, with several seeds. A corpus is a file that
`ingest.source` takes; its articles should have a label, and may have a language and a parallel_id that translations
share. A table for each goes to standard output as Markdown, and with every single figure to
`artifacts/bench/quality-<corpus>.{md,json}`.
"""

import argparse
import gzip
import json
import os
import platform
import re
import statistics
from collections.abc import Sequence
from importlib.metadata import version
from pathlib import Path
from typing import Any

import numpy as np

import mihwar
from mihwar.core.artifacts import NOISE
from mihwar.core.errors import PipelineError
from mihwar.core.progress import Progress
from mihwar.runs import Run
from tests.benchmarks.grouping import WORDS, Grouping, Material, score
from tests.benchmarks.peer import by_bertopic

OUT = Path("artifacts") / "bench"
LIBRARIES = ("mihwar", "bertopic", "numpy", "numba", "scikit-learn", "umap-learn", "hdbscan", "gensim", "torch")
NOT_COUNTED = {
    "ingest",
    "embed",
    "evaluate",
    "report",
}  # stages whose seconds BERTopic has no counterpart of, or is spared
COLUMNS = {
    "groups": "groups",
    "noise": "noise",
    "ami": "AMI",
    "ari": "ARI",
    "v_measure": "V",
    "bcubed_f1": "BCubed F1",
    "language_nmi": "NMI language",
    "parallel_together": "parallel together",
    "npmi": "NPMI",
    "diversity": "diversity",
    "seconds": "seconds",
}
LEGEND = f"""Mean ± standard deviation over the seeds. Noise counts as one more group in AMI, ARI, V and BCubed; NMI
language (0: a group says nothing of the language) leaves it out, and of two translations in noise none are together.
NPMI and diversity are those of the {WORDS} best words of a group, all counted on the same tokens. Seconds are those
without cleaning and embedding; one run gives all rows of mihwar."""


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("corpora", nargs="*", default=["bundled:sample"], metavar="CORPUS")
    parser.add_argument(
        "--seeds", default="42,1,2", type=lambda text: [int(seed) for seed in text.split(",")], help="default: 42,1,2"
    )
    parser.add_argument(
        "--set", action="append", default=[], metavar="KEY=VALUE", help="told to the pipeline, as in `mihwar run`"
    )
    parser.add_argument("--no-bertopic", dest="bertopic", action="store_false", help="the pipeline alone")
    parser.add_argument(
        "--root",
        type=Path,
        default=OUT / "runs",
        help=f"artifacts of the runs; what is there is kept (default: {OUT / 'runs'})",
    )
    arguments = parser.parse_args()
    OUT.mkdir(parents=True, exist_ok=True)
    _warm_up()
    for source in arguments.corpora:
        try:
            found = measure(source, arguments.seeds, arguments.set, arguments.root, arguments.bertopic)
        except PipelineError as error:
            raise SystemExit(f"{error.problem}\n{error.remedy}") from error
        page = markdown(found)
        path = OUT / f"quality-{found['corpus']}"
        path.with_name(f"{path.name}.json").write_text(
            json.dumps(found, ensure_ascii=False, indent=1) + "\n", encoding="utf-8"
        )
        path.with_name(f"{path.name}.md").write_text(page, encoding="utf-8")
        print(page, flush=True)


def measure(source: str, seeds: Sequence[int], overrides: Sequence[str], root: Path, bertopic: bool) -> dict[str, Any]:
    """Every figure of every method with every seed, and what they were got with."""
    say, name = (
        Progress().say,
        re.sub(r"[^\w-]+", "-", Path(source).name.split(".")[0] if source != "bundled:sample" else "sample"),
    )
    scores: dict[str, dict[str, list[float | None]]] = {}
    for seed in seeds:
        say(f"{name}, seed {seed}: mihwar")
        run = mihwar.run(mihwar.load_config(None, _settings(source, f"bench-{name}-{seed}", seed, root, overrides)))
        material = Material(run)
        groupings = by_mihwar(material)
        if bertopic:
            say(f"{name}, seed {seed}: BERTopic")
            groupings += by_bertopic(material, seed, _n_groups(groupings[-1]))
        say(f"{name}, seed {seed}: scoring")
        for grouping in groupings:
            for figure, value in score(grouping, material).items():
                scores.setdefault(grouping.method, {}).setdefault(figure, []).append(value)
    return {"corpus": name, "seeds": list(seeds), "set": list(overrides), **_setting(run, material), "methods": scores}


def by_mihwar(material: Material) -> list[Grouping]:
    """LDA's strongest topic of each document, topics, topics with the noise that its neighbours are sure of, and
    themes, as far as the run has them.
    """
    run, documents = material.run, material.documents
    seconds = sum(made.manifest["seconds"] for stage, made in run.artifacts.items() if stage not in NOT_COUNTED)
    shares = np.load(run.artifacts["topics"].path / "document_topic.npy")[material.story]
    lda = np.where(shares.any(axis=1), shares.argmax(axis=1), NOISE) if shares.size else np.full(len(shares), NOISE)
    found = [Grouping("mihwar, LDA", lda, material.stems_of(_lists(run.lda, WORDS)), seconds)]
    topics = material.stems_of(run.topics["words"].tolist())
    themes = material.stems_of(run.themes["words"].tolist()) if hasattr(run, "themes") else None
    for method, column, words in (
        ("topics by HDBSCAN", "hdbscan_topic", topics),
        ("topics", "topic", topics),
        ("themes", "theme", themes),
    ):
        if column in documents:
            found.append(Grouping(f"mihwar, {method}", documents[column].to_numpy(), words, seconds))
    return found


def markdown(found: dict[str, Any]) -> str:
    """A table, a row a method, and under it what it was got with."""
    lines = [
        f"## {found['corpus']}",
        "",
        "| method | " + " | ".join(COLUMNS.values()) + " |",
        "|---|" + "---:|" * len(COLUMNS),
    ]
    for method, figures in found["methods"].items():
        lines.append(f"| {method} | " + " | ".join(_cell(name, figures[name]) for name in COLUMNS) + " |")
    counts, machine = found["rows"], found["machine"]
    lines += [
        "",
        LEGEND,
        "",
        f"- rows: {', '.join(f'{value:,} {key}' for key, value in counts.items())}",
        f"- seeds: {', '.join(map(str, found['seeds']))}; settings: {', '.join(found['set']) or 'as shipped'}",
        f"- vectors: {found['model']['id']}, {found['model']['dimension']} dimensions, "
        f"{found['model']['max_tokens']} tokens; "
        f"{found['stages']['embed']:,.0f} s to make, for all methods",
        f"- machine: {machine['processor']}, {machine['cores']} cores, {machine['memory_gib']} GiB, "
        f"{machine['system']}",
        f"- versions: {', '.join(f'{key} {value}' for key, value in found['versions'].items())}; commit "
        f"{found['commit']}",
        "",
    ]
    return "\n".join(lines)


def _settings(source: str, name: str, seed: int, root: Path, overrides: Sequence[str]) -> list[str]:
    fields = ["ingest.fields={parallel: parallel_id}"] if _has_parallel(source) else []
    return [
        f"ingest.source={source}",
        *fields,
        f"artifacts={root}",
        f"name={name}",
        f"reduce.seed={seed}",
        f"topics.seed={seed}",
        *overrides,
    ]


def _has_parallel(source: str) -> bool:
    """Whether the first article of a file names its translations."""
    if not Path(source).is_file():
        return False
    with gzip.open(source) if source.endswith(".gz") else Path(source).open("rb") as file:
        return b'"parallel_id"' in file.readline()


def _lists(words: Any, most: int) -> list[list[str]]:
    shown = words[words["rank"] <= most].sort_values(["lda_topic", "rank"])
    return [group["word"].tolist() for _, group in shown.groupby("lda_topic")]


def _n_groups(grouping: Grouping) -> int:
    return max(1, len(np.unique(grouping.groups[grouping.groups != NOISE])))


def _setting(run: Run, material: Material) -> dict[str, Any]:
    """What the figures were got with; of the seeds' runs the last one."""
    cpu = Path("/proc/cpuinfo")
    named = re.search(r"model name\s*:\s*(.+)", cpu.read_text(encoding="utf-8")) if cpu.exists() else None
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30
    labels = [label for label in material.column("label") if label is not None]
    counts = {
        "articles": len(material.documents),
        "copies": int(material.documents["copy"].sum()),
        "rejected": len(run.rejects),
        "labelled": len(labels),
    }
    return {
        "rows": counts | {"labels": len(set(labels)), "languages": material.documents["language"].nunique()},
        "machine": {
            "processor": named[1] if named else platform.machine(),
            "cores": os.cpu_count(),
            "memory_gib": round(memory),
            "system": platform.platform(),
        },
        "versions": {"python": platform.python_version()} | {library: version(library) for library in LIBRARIES},
        "commit": run.record["commit"],
        "model": json.loads((run.artifacts["embed"].path / "model.json").read_text(encoding="utf-8")),
        "stages": {stage: made.manifest["seconds"] for stage, made in run.artifacts.items()},
        "config": run.config,
    }


def _cell(figure: str, values: list[float | None]) -> str:
    known = [value for value in values if value is not None]
    digits = 1 if figure in ("groups", "seconds") else 3
    spread = f" ± {statistics.stdev(known):.{digits}f}" if len(known) > 1 else ""
    return f"{statistics.fmean(known):.{digits}f}{spread}" if known else "-"


def _warm_up() -> None:
    """Have UMAP compiled for this machine, both ways of finding neighbours, so that no method is charged with it."""
    from umap import UMAP

    Progress().say("compiling UMAP for this machine")
    rows = (
        np.random.default_rng(0).normal(size=(4500, 8)).astype(np.float32)
    )  # from 4,096 on neighbours are sought, not counted out
    for some in (rows[:200], rows):
        UMAP(n_neighbors=5, metric="cosine", init="random", n_epochs=2, random_state=0, n_jobs=1).fit(some)


if __name__ == "__main__":
    main()
