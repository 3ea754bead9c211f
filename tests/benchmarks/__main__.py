"""What a run costs and gives: `make bench BENCH="articles.jsonl.gz more.jsonl"`, without a corpus the embedded sample.

Every figure comes from real runs of the command in processes of their own. One Markdown table goes to standard output,
and the same as JSON to `artifacts/bench/<name>.json`. A corpus for these is a file that `ingest.source` takes; `--kills
20` adds a run that is killed at that many random moments and compared with an undisturbed one.
"""

import argparse
import gzip
import json
import os
import random
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

import psutil

import mihwar
from mihwar.runs import Run, open_run, verify

CONFIG = Path(__file__).parent.parent.parent / "configs"


def command(root: Path, source: str, *overrides: str) -> list[str]:
    config = CONFIG / ("sample.yaml" if source == "bundled:sample" else "base.yaml")
    settings = [f"ingest.source={source}", f"artifacts={root}", "name=bench", *overrides]
    return [
        sys.executable,
        "-m",
        "mihwar",
        "run",
        str(config),
        "--quiet",
        *(part for setting in settings for part in ("--set", setting)),
    ]


def timed(root: Path, source: str, *overrides: str) -> tuple[float, int, Run]:
    """Seconds, peak resident bytes and the run."""
    began, peak = time.monotonic(), 0
    process = subprocess.Popen(command(root, source, *overrides), stdout=subprocess.DEVNULL)
    watched = psutil.Process(process.pid)
    while process.poll() is None:
        try:
            peak = max(peak, watched.memory_info().rss)
        except psutil.NoSuchProcess:
            break
        time.sleep(0.05)
    if process.wait():
        raise SystemExit(f"the run of {source} failed with exit code {process.returncode}")
    return time.monotonic() - began, peak, open_run("bench", root)


def help_seconds() -> float:
    """Seconds until the command has answered --help, the best of five."""
    seconds = []
    for _ in range(5):
        began = time.monotonic()
        subprocess.run([sys.executable, "-m", "mihwar", "--help"], stdout=subprocess.DEVNULL, check=True)
        seconds.append(time.monotonic() - began)
    return min(seconds)


def made(run: Run) -> list[str]:
    return [name for name, entry in run.record["stages"].items() if entry["made"]]


def grown(source: str, folder: Path) -> str:
    """The corpus with one more article."""
    path = Path(mihwar.__file__).parent / "sample" / "articles.jsonl" if source == "bundled:sample" else Path(source)
    content = gzip.decompress(path.read_bytes()) if path.suffix == ".gz" else path.read_bytes()
    row = json.dumps(
        {"id": "one more", "title": "خبر جديد", "text": "وصل هذا الخبر بعد كل الأخبار الأخرى، وهو وحده الجديد اليوم."},
        ensure_ascii=False,
    )
    (folder / "grown.jsonl").write_bytes(content.rstrip(b"\n") + b"\n" + row.encode() + b"\n")
    return str(folder / "grown.jsonl")


def measure(source: str, folder: Path) -> dict[str, Any]:
    root = folder / "artifacts"
    seconds, peak, run = timed(root, source)
    kept_seconds, _, kept = timed(root, source)
    _, _, sized = timed(root, source, "cluster.min_cluster_size=9")
    _, _, batched = timed(root, source, "embed.batch_size=5")
    more_seconds, _, more = timed(root, grown(source, folder))
    return {
        "corpus": Path(source).name,
        "seconds": round(seconds, 1),
        "stages": {name: entry["seconds"] for name, entry in run.record["stages"].items()},
        "peak_memory_gib": round(peak / 2**30, 2),
        "metrics": run.metrics,
        "share_cut": json.loads((run.artifacts["embed"].path / "model.json").read_text())["share_cut"],
        "words": [words[:8] for words in run.topics["words"][:10]],
        "kept": {"seconds": round(kept_seconds, 1), "made": made(kept)},
        "min_cluster_size changed": made(sized),
        "batch_size changed": made(batched),
        "one more article": {
            "seconds": round(more_seconds, 1),
            "rows_embedded": more.artifacts["embed"].manifest["rows_computed"],
        },
        "verify": verify(root)[1],
    }


def kill(source: str, folder: Path, times: int, seed: int) -> dict[str, Any]:
    """Kill a run at a random moment, finish it, compare every file with an undisturbed run's; so many times, each from
    nothing.
    """
    seconds, _, calm = timed(folder / "calm", source)
    rng, outcomes = random.Random(seed), []
    for number in range(times):
        root, moment = folder / f"killed-{number}", rng.uniform(0, seconds)
        process = subprocess.Popen(command(root, source), stdout=subprocess.DEVNULL)
        try:
            process.wait(timeout=moment)
        except subprocess.TimeoutExpired:
            os.kill(process.pid, signal.SIGKILL)
            process.wait()
        reached = [stage for stage in calm.artifacts if list((root / stage).glob("*/manifest.json"))]
        _, _, run = timed(root, source)
        same = all(
            run.artifacts[stage].manifest["files"] == other.manifest["files"] for stage, other in calm.artifacts.items()
        )
        outcomes.append(
            {
                "second": round(moment, 1),
                "stages made before": len(reached),
                "equal to an undisturbed run": same,
                "verify": verify(root)[1],
            }
        )
        shutil.rmtree(root)
    good = sum(outcome["equal to an undisturbed run"] and not outcome["verify"] for outcome in outcomes)
    return {"seed": seed, "moments": times, "finished equal and whole": good, "outcomes": outcomes}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("corpora", nargs="*", default=["bundled:sample"])
    parser.add_argument("--kills", type=int, default=0)
    parser.add_argument("--seed", type=int, default=1)
    arguments = parser.parse_args()
    out = Path("artifacts") / "bench"
    out.mkdir(parents=True, exist_ok=True)
    figures = (
        "documents",
        "themes",
        "topics",
        "noise_share",
        "silhouette",
        "npmi",
        "diversity",
        "theme_ami",
        "theme_ari",
        "ami",
        "ari",
    )
    print(f"--help answers in {help_seconds():.2f} s\n")
    print("| corpus | seconds | peak GiB | kept run s | +1 article s (rows embedded) | " + " | ".join(figures) + " |")
    print("|" + "---|" * (5 + len(figures)))
    for source in arguments.corpora:
        with tempfile.TemporaryDirectory() as folder:
            found = measure(source, Path(folder))
        if arguments.kills:
            with tempfile.TemporaryDirectory() as folder:
                found["kill -9"] = kill(source, Path(folder), arguments.kills, arguments.seed)
        cells = [found["metrics"][name] for name in figures]
        more = found["one more article"]
        row = [
            found["corpus"],
            found["seconds"],
            found["peak_memory_gib"],
            found["kept"]["seconds"],
            f"{more['seconds']} ({more['rows_embedded']})",
        ]
        print(
            "| " + " | ".join(map(str, [*row, *(round(c, 3) if isinstance(c, float) else c for c in cells)])) + " |",
            flush=True,
        )
        path = out / f"{found['corpus'].split('.')[0].replace(':', '-')}.json"
        path.write_text(json.dumps(found, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
