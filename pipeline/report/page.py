"""The page: what the template is given, put in words and tables."""

from collections import Counter
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import numpy as np
from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

from pipeline.core.artifacts import NOISE, Clusters, Corpus, Evaluation, Html, Projection, Topics
from pipeline.report.figures import colour, draw_crosswalk, draw_map, figure_html

_HEAD_LETTERS = 90  # of a text, where there is no title
_HEADLINES = (
    ("documents", "articles", "{:,}"), ("stories", "unique stories", "{:,}"), ("copies", "copies of them", "{:,}"),
    ("languages", "languages", "{:,}"), ("topics", "topics", "{:,}"), ("noise_share", "without a topic", "{:.0%}"),
    ("median_topic", "articles in the middle topic", "{:,.0f}"), ("silhouette", "silhouette of the topics", "{:.2f}"), ("lda_topics", "LDA topics", "{:,}"),
    ("npmi", "LDA coherence (NPMI)", "{:.3f}"), ("diversity", "LDA diversity", "{:.2f}"), ("ami", "AMI with the labels", "{:.2f}"),
    ("ari", "ARI with the labels", "{:.2f}"),
    ("v_measure", "V-measure with the labels", "{:.2f}"), ("rejected", "rejected", "{:,}"),
)  # fmt: skip


@dataclass(frozen=True)
class Shown:
    """The artifacts a page is made from, and every stage's notes."""

    corpus: Corpus
    projection: Projection
    clusters: Clusters
    topics: Topics
    evaluation: Evaluation
    notes: list[str]


def page(shown: Shown, title: str, most_points: int, most_rejects: int) -> Html:
    """The whole page; all that came from an article is escaped, and only http(s) addresses become links."""
    documents = shown.corpus.documents.select(["id", "title", "language", "date", "source", "url", "group"]).to_pylist()
    heads = [_head(row["title"], text) for row, text in zip(documents, _leads(shown.corpus), strict=True)]
    names = shown.topics.clusters["label"].to_pylist()
    labels = np.asarray(shown.clusters.labels)
    figure = draw_map(np.asarray(shown.projection.map), labels, heads, names, most_points)
    shares = _shares(shown.topics, len(names))
    environment = Environment(loader=FileSystemLoader(Path(__file__).parent), autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True)
    return Html(environment.get_template("page.html.j2").render(
        title=title,
        headlines=_headlines(shown.evaluation),
        notes=shown.notes,
        map=Markup(figure_html(figure, "map", with_library=True)),
        n_drawn=min(most_points, len(documents)), n_documents=len(documents),
        topics=_topic_cards(shown, documents, heads, labels),
        lda=_lda_cards(shown, documents, heads, shares, names),
        crosswalk=Markup(figure_html(draw_crosswalk(shares, names), "crosswalk", with_library=False)) if shares.size else None,
        rejects=shown.corpus.rejects.slice(0, most_rejects).to_pylist(), n_rejects=shown.corpus.rejects.num_rows,
        reasons=Counter(shown.corpus.rejects["reason"].to_pylist()).most_common(10), cut=_cut(shown.corpus),
    ))  # fmt: skip


def _headlines(evaluation: Evaluation) -> list[tuple[str, str]]:
    """(what, figure as text) for every figure that has a meaning here."""
    known = [(label, form, evaluation.metrics[key]) for key, label, form in _HEADLINES if evaluation.metrics.get(key) is not None]
    return [(label.removesuffix("s") if value == 1 else label, form.format(value)) for label, form, value in known]


def _cut(corpus: Corpus) -> list[tuple[str, int, int]]:
    """(cleaning step, articles it changed, characters it took) for every step that found something."""
    return [(step, counted["articles"], counted["letters"]) for step, counted in corpus.counts["steps"].items()]


def _leads(corpus: Corpus) -> list[str]:
    import pyarrow.compute as pc

    heads: list[str] = pc.utf8_slice_codeunits(corpus.documents["text"], 0, 4 * _HEAD_LETTERS).to_pylist()
    return heads


def _head(title: str | None, lead: str) -> str:
    text = " ".join((title or lead).split())
    return text if len(text) <= 2 * _HEAD_LETTERS else text[: 2 * _HEAD_LETTERS].rsplit(" ", 1)[0] + " …"


def _article(row: dict[str, Any], head: str) -> dict[str, Any]:
    web = row["url"] if row["url"] and scheme_of(row["url"]) in ("http", "https") else None
    return {
        "head": head,
        "url": web,
        "source": row["source"],
        "language": row["language"],
        "date": row["date"].date().isoformat() if row["date"] else None,
    }


def scheme_of(url: str) -> str:
    """The scheme of an address, empty where it is none."""
    try:
        return urlsplit(url).scheme.lower()
    except ValueError:
        return ""


def _topic_cards(shown: Shown, documents: list[dict[str, Any]], heads: list[str], labels: np.ndarray) -> list[dict[str, Any]]:
    row_of = {row["id"]: i for i, row in enumerate(documents)}
    typical: dict[int, list[int]] = {}
    for row in shown.clusters.exemplars.to_pylist():
        typical.setdefault(row["topic"], []).append(row_of[row["id"]])
    cards = []
    for topic in shown.topics.clusters.to_pylist():
        members = np.flatnonzero(labels == topic["topic"])
        cards.append(topic | {
            "colour": colour(topic["topic"]), "share": len(members) / len(documents), "n_articles": len(members),
            "n_copies": sum(documents[i]["group"] != documents[i]["id"] for i in members),
            "languages": Counter(documents[i]["language"] for i in members).most_common(8),
            "sources": Counter(documents[i]["source"] for i in members if documents[i]["source"]).most_common(5),
            "articles": [_article(documents[i], heads[i]) for i in typical.get(topic["topic"], [])],
        })  # fmt: skip
    return cards


def _shares(topics: Topics, n_clusters: int) -> np.ndarray:
    """(n_clusters, k) of the crosswalk, noise left out."""
    shares = np.zeros((n_clusters, len(topics.topic_word)))
    for row in topics.crosswalk.to_pylist():
        if row["topic"] != NOISE:
            shares[row["topic"], row["lda_topic"]] = row["share"]
    return shares


def _lda_cards(shown: Shown, documents: list[dict[str, Any]], heads: list[str], shares: np.ndarray, names: list[str]) -> list[dict[str, Any]]:
    row_of = {row["id"]: i for i, row in enumerate(documents)}
    cards = [{"number": row["lda_topic"], "npmi": row["npmi"], "words": [], "articles": [],
              "clusters": [(int(t), names[t], float(shares[t, row["lda_topic"]])) for t in np.argsort(-shares[:, row["lda_topic"]], kind="stable")[:3]
                           if shares[t, row["lda_topic"]] >= 0.1]} for row in shown.evaluation.topics.to_pylist()]  # fmt: skip
    for row in shown.topics.lda_words.to_pylist():
        cards[row["lda_topic"]]["words"].append(row["word"])
    for row in shown.topics.representatives.to_pylist():
        if row["rank"] <= 3:
            i = row_of[row["id"]]
            cards[row["lda_topic"]]["articles"].append(_article(documents[i], heads[i]))
    return cards
