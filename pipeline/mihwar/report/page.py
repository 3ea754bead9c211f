"""The page: what the template is given, put in words and tables."""

from collections import Counter
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import numpy as np
import pyarrow as pa
from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

from mihwar.core.artifacts import NOISE, Clusters, Corpus, Evaluation, Html, Projection, Topics
from mihwar.report.figures import colour, draw_crosswalk, draw_map, figure_html

_HEAD_LETTERS = 90  # of a text, where there is no title
_HEADLINES = (
    ("documents", "articles", "{:,}"), ("stories", "unique stories", "{:,}"), ("copies", "copies of them", "{:,}"),
    ("languages", "languages", "{:,}"), ("themes", "themes", "{:,}"), ("topics", "topics", "{:,}"), ("noise_share", "without a topic", "{:.0%}"),
    ("noise_share_before", "noise as HDBSCAN found it", "{:.0%}"),
    ("median_topic", "articles in the middle topic", "{:,.0f}"), ("silhouette", "silhouette of the topics", "{:.2f}"),
    ("stability_ami", "AMI with other seeds", "{:.2f}"),
    ("lda_topics", "LDA topics", "{:,}"),
    ("npmi", "LDA coherence (NPMI)", "{:.3f}"), ("diversity", "LDA diversity", "{:.2f}"), ("theme_ami", "AMI of themes with the labels", "{:.2f}"),
    ("theme_ari", "ARI of themes with the labels", "{:.2f}"), ("ami", "AMI of topics", "{:.2f}"), ("ari", "ARI of topics", "{:.2f}"),
    ("language_nmi", "NMI of topic and language", "{:.2f}"), ("rejected", "rejected", "{:,}"),
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
    names = shown.topics.themes["label"].to_pylist()
    themes = np.append(np.asarray(shown.clusters.themes), NOISE)[np.asarray(shown.clusters.reassigned)]
    figure = draw_map(np.asarray(shown.projection.map), themes, heads, names, most_points)
    shares = _shares(shown.topics, themes, len(names))
    environment = Environment(loader=FileSystemLoader(Path(__file__).parent), autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True)
    return Html(environment.get_template("page.html.j2").render(
        title=title,
        headlines=_headlines(shown.evaluation),
        notes=shown.notes,
        map=Markup(figure_html(figure, "map", with_library=True)),
        n_drawn=min(most_points, len(documents)), n_documents=len(documents),
        themes=_theme_cards(shown, documents, heads, themes),
        lda=_lda_cards(shown, documents, heads, shares, names),
        crosswalk=Markup(figure_html(draw_crosswalk(shares, names), "crosswalk", with_library=False)) if shares.size else None,
        anchored=len(shown.topics.anchors) > 0,
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


def _theme_cards(shown: Shown, documents: list[dict[str, Any]], heads: list[str], themes: np.ndarray) -> list[dict[str, Any]]:
    row_of = {row["id"]: i for i, row in enumerate(documents)}
    words, fragile = _words_by_language(shown.topics), _fragile(shown.evaluation)

    def card(level: str, group: dict[str, Any], members: np.ndarray, typical: dict[int, list[str]]) -> dict[str, Any]:
        number = group[level]
        return group | {
            "number": number, "share": len(members) / len(documents), "fragile": (level, number) in fragile,
            "n_copies": sum(documents[i]["group"] != documents[i]["id"] for i in members),
            "languages": Counter(documents[i]["language"] for i in members).most_common(8),
            "sources": Counter(documents[i]["source"] for i in members if documents[i]["source"]).most_common(5),
            "by_language": words.get((level, number), {}),
            "articles": [_article(documents[row_of[name]], heads[row_of[name]]) for name in typical.get(number, [])],
        }  # fmt: skip

    topics, reassigned = shown.topics.clusters.to_pylist(), np.asarray(shown.clusters.reassigned)
    of_topic, of_theme = _typical(shown.clusters.exemplars, "topic"), _typical(shown.clusters.theme_exemplars, "theme")
    cards = []
    for theme in shown.topics.themes.to_pylist():
        fine = [card("topic", topics[topic], np.flatnonzero(reassigned == topic), of_topic) for topic in theme["topics"]]
        cards.append(card("theme", theme, np.flatnonzero(themes == theme["theme"]), of_theme) | {"colour": colour(theme["theme"]), "topics": fine})
    return cards


def _typical(exemplars: pa.Table, level: str) -> dict[int, list[str]]:
    found: dict[int, list[str]] = {}
    for row in exemplars.to_pylist():
        found.setdefault(row[level], []).append(row["id"])
    return found


def _words_by_language(topics: Topics) -> dict[tuple[str, int], dict[str, list[str]]]:
    """(level, group) -> language -> words, where a group has words of more than one language."""
    found: dict[tuple[str, int], dict[str, list[str]]] = {}
    for row in topics.words_by_language.to_pylist():
        found.setdefault((row["level"], row["group"]), {}).setdefault(row["language"], []).append(row["word"])
    return {key: words for key, words in found.items() if len(words) > 1}


def _fragile(evaluation: Evaluation) -> set[tuple[str, int]]:
    return {(row["level"], row["group"]) for row in evaluation.groups.to_pylist() if row["fragile"]}


def _shares(topics: Topics, themes: np.ndarray, n_themes: int) -> np.ndarray:
    """(n_themes, k) mean share of each LDA topic in the articles of each theme."""
    mixtures = np.asarray(topics.document_topic)
    return np.stack([mixtures[themes == theme].mean(axis=0) for theme in range(n_themes)]) if n_themes else np.zeros((0, mixtures.shape[1]))


def _lda_cards(shown: Shown, documents: list[dict[str, Any]], heads: list[str], shares: np.ndarray, names: list[str]) -> list[dict[str, Any]]:
    row_of = {row["id"]: i for i, row in enumerate(documents)}
    words = _words_by_language(shown.topics)
    cards = [{"number": row["lda_topic"], "npmi": row["npmi"], "words": [], "articles": [], "by_language": words.get(("lda", row["lda_topic"]), {}),
              "clusters": [(int(t), names[t], float(shares[t, row["lda_topic"]])) for t in np.argsort(-shares[:, row["lda_topic"]], kind="stable")[:3]
                           if shares[t, row["lda_topic"]] >= 0.1]} for row in shown.evaluation.topics.to_pylist()]  # fmt: skip
    for row in shown.topics.lda_words.to_pylist():
        cards[row["lda_topic"]]["words"].append(row["word"])
    for row in shown.topics.representatives.to_pylist():
        if row["rank"] <= 3:
            i = row_of[row["id"]]
            cards[row["lda_topic"]]["articles"].append(_article(documents[i], heads[i]))
    return cards
