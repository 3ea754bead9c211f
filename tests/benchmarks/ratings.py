"""Does coherence agree with people? `python -m tests.benchmarks.ratings all_data.json corpus.jsonl.gz more.jsonl.gz`.

The first file is that of Hoyle et al. (2021), "Is Automated Topic Evaluation Broken?": topics of several models with
what people made of them, and their authors' coherence over the models' own corpora. The others are English corpora,
rows with a text, over which coherence is computed here; a topic counts where at least eight of its ten words are in
them, and its other words are left out. Spearman's rank correlation with mean ratings (1 to 3) and with the share of
people who found the intruder goes to standard output.
"""

import argparse
import gzip
import json
from pathlib import Path
from typing import Any

import numpy as np
from scipy.stats import spearmanr

from mihwar.evaluate.coherence import c_v, npmi
from mihwar.words.normalise import normalise
from mihwar.words.segment import segment
from mihwar.words.stopwords import stop_words

SHOWN, ENOUGH, LEAST_ARTICLES = 10, 8, 5
PEOPLE = {"ratings": "ratings_scores_avg", "intrusion": "intrusion_scores_avg"}


def texts(path: Path) -> list[str]:
    content = gzip.decompress(path.read_bytes()) if path.suffix == ".gz" else path.read_bytes()
    rows = [json.loads(line) for line in content.split(b"\n") if line]
    return [f"{row.get('title') or ''}\n{row['text']}" for row in rows if row.get("language", "en") == "en"]


def encoded(documents: list[str]) -> tuple[dict[str, int], np.ndarray, np.ndarray]:
    """Word numbers, tokens and offsets as `Words` has them."""
    stopped = stop_words("en")
    words = [[word for word in segment(normalise(document)) if word not in stopped] for document in documents]
    numbers = {word: i for i, word in enumerate(sorted({word for row in words for word in row}))}
    tokens = np.array([numbers[word] for row in words for word in row], np.int32)
    return numbers, tokens, np.concatenate([[0], np.cumsum([len(row) for row in words])]).astype(np.int64)


def correlation(scores: np.ndarray, people: np.ndarray) -> str:
    known = ~np.isnan(scores)
    return f"{spearmanr(scores[known], people[known]).statistic:.2f} ({known.sum()})" if known.sum() > 2 else "-"


def covered(words: list[str], numbers: dict[str, int], often: set[int]) -> list[int]:
    """Numbers of the words that are there often enough; none where too few are."""
    known = [numbers[word] for word in words if word in numbers and numbers[word] in often]
    return known if len(known) >= ENOUGH else []


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("ratings", type=Path)
    parser.add_argument("corpora", type=Path, nargs="*")
    arguments = parser.parse_args()
    rated: dict[str, dict[str, Any]] = json.loads(arguments.ratings.read_text(encoding="utf-8"))
    documents = [text for path in arguments.corpora for text in texts(path)]
    numbers, tokens, offsets = encoded(documents)
    rows = np.repeat(np.arange(len(documents)), np.diff(offsets))
    n_articles = np.bincount(np.unique(np.stack([rows, tokens]), axis=1)[1]) if len(tokens) else np.zeros(0, int)
    often = set(np.flatnonzero(n_articles >= LEAST_ARTICLES).tolist())
    print(f"{len(documents):,} articles, {len(tokens):,} words. Each cell: Spearman's rho (topics).\n")
    columns = (
        "all: authors' c_npmi",
        "authors' c_v",
        "covered: authors' c_npmi",
        "authors' c_v",
        "npmi here",
        "npmi by document here",
        "c_v here",
    )
    print("| corpus | people | " + " | ".join(columns) + " |\n|" + "---|" * (2 + len(columns)))
    for corpus in [*rated, "both"]:
        models = [model for name in rated if corpus in (name, "both") for model in rated[name].values()]
        topics = [covered(words[:SHOWN], numbers, often) for model in models for words in model["topics"]]
        here = [npmi(topics, tokens, offsets), npmi(topics, tokens, offsets, window=None), c_v(topics, tokens, offsets)]
        theirs = [
            np.array([score for model in models for score in model["metrics"][name]], float)
            for name in ("c_npmi_10_full", "c_v_full")
        ]
        same = [np.where(np.isnan(here[0]), np.nan, scores) for scores in theirs]
        for what, name in PEOPLE.items():
            people = np.array([score for model in models for score in model["metrics"][name]], float)
            print(
                f"| {corpus} | {what} | "
                + " | ".join(correlation(scores, people) for scores in [*theirs, *same, *here])
                + " |",
                flush=True,
            )


if __name__ == "__main__":
    main()
