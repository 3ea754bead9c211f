"""The page: what the template is given, put in words and tables."""

from collections import Counter
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

from mihwar.core.artifacts import NOISE, Clusters, Corpus, Evaluation, Html, Projection, Stability, Topics
from mihwar.report.figures import colour, draw_crosswalk, draw_map, figure_html
from mihwar.views import groups

_HEAD_LETTERS = 90  # of a text, where there is no title
_HEADLINES = (
    ("documents", "articles", "{:,}"),
    ("stories", "unique stories", "{:,}"),
    ("copies", "copies of them", "{:,}"),
    ("languages", "languages", "{:,}"),
    ("themes", "themes", "{:,}"),
    ("topics", "topics", "{:,}"),
    ("noise_share", "without a topic", "{:.0%}"),
    ("hdbscan_noise_share", "noise as HDBSCAN found it", "{:.0%}"),
    ("median_topic", "articles in the middle topic", "{:,.0f}"),
    ("silhouette", "silhouette of the topics", "{:.2f}"),
    ("stability_ami", "AMI with other seeds", "{:.2f}"),
    ("lda_topics", "LDA topics", "{:,}"),
    ("npmi", "LDA coherence (NPMI)", "{:.3f}"),
    ("diversity", "LDA diversity", "{:.2f}"),
    ("theme_ami", "AMI of themes with the labels", "{:.2f}"),
    ("theme_ari", "ARI of themes with the labels", "{:.2f}"),
    ("ami", "AMI of topics", "{:.2f}"),
    ("ari", "ARI of topics", "{:.2f}"),
    ("language_nmi", "NMI of topic and language", "{:.2f}"),
    ("rejected", "rejected", "{:,}"),
)


@dataclass(frozen=True)
class Shown:
    """The artifacts a page is made from, and every stage's notes."""

    corpus: Corpus
    projection: Projection
    clusters: Clusters
    topics: Topics
    stability: Stability
    evaluation: Evaluation
    notes: list[str]


def page(shown: Shown, title: str, most_points: int, most_rejects: int) -> Html:
    """The whole page; all that came from an article is escaped, and only http(s) addresses become links."""
    heads = [
        _head(title, text)
        for title, text in zip(shown.corpus.stories["title"].to_pylist(), _leads(shown.corpus), strict=True)
    ]
    names = shown.topics.themes["label"].to_pylist()
    themes = shown.clusters.story_themes()
    figure = draw_map(np.asarray(shown.projection.map), themes, heads, names, most_points)
    shares = _shares(shown.topics, themes, len(names))
    typical = _typical_articles(shown, heads)
    environment = Environment(
        loader=FileSystemLoader(Path(__file__).parent),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    return Html(
        environment.get_template("page.html.j2").render(
            title=title,
            headlines=_headlines(shown.evaluation),
            notes=shown.notes,
            map=Markup(figure_html(figure, "map", with_library=True)),
            n_drawn=min(most_points, len(heads)),
            n_stories=len(heads),
            themes=_theme_cards(shown, typical),
            lda=_lda_cards(shown, typical, shares, names),
            crosswalk=Markup(figure_html(draw_crosswalk(shares, names), "crosswalk", with_library=False))
            if shares.size
            else None,
            anchored=len(shown.topics.anchors) > 0,
            rejects=shown.corpus.rejects.slice(0, most_rejects).to_pylist(),
            n_rejects=shown.corpus.rejects.num_rows,
            reasons=Counter(shown.corpus.rejects["reason"].to_pylist()).most_common(10),
            cut=_cut(shown.corpus),
        )
    )


def _headlines(evaluation: Evaluation) -> list[tuple[str, str]]:
    """(what, figure as text) for every figure that has a meaning here."""
    known = [
        (label, form, evaluation.metrics[key])
        for key, label, form in _HEADLINES
        if evaluation.metrics.get(key) is not None
    ]
    return [(label.removesuffix("s") if value == 1 else label, form.format(value)) for label, form, value in known]


def _cut(corpus: Corpus) -> list[tuple[str, int, int]]:
    """(cleaning step, articles it changed, characters it took) for every step that found something."""
    return [(step, counted["articles"], counted["letters"]) for step, counted in corpus.counts["steps"].items()]


def _leads(corpus: Corpus) -> list[str]:
    heads: list[str] = pc.utf8_slice_codeunits(corpus.stories["text"], 0, 4 * _HEAD_LETTERS).to_pylist()
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


def _typical_articles(shown: Shown, heads: list[str]) -> dict[str, dict[str, Any]]:
    """Id -> what is shown of it, for every typical story of a group."""
    columns = [shown.clusters.exemplars["id"], shown.clusters.theme_exemplars["id"], shown.topics.representatives["id"]]
    wanted = pc.unique(pa.chunked_array([chunk for column in columns for chunk in column.chunks], pa.string()))
    rows = pc.index_in(wanted.cast(pa.large_string()), shown.corpus.stories["id"].combine_chunks())
    some = shown.corpus.stories.select(["id", "title", "language", "date", "source", "url"]).take(rows).to_pylist()
    return {row["id"]: _article(row, heads[i]) for row, i in zip(some, rows.to_pylist(), strict=True)}


def _theme_cards(shown: Shown, typical: dict[str, dict[str, Any]]) -> list[dict[str, Any]]:
    words = groups.words_by_language(shown.topics)
    members = _members(shown)

    def card(level: str, group: dict[str, Any]) -> dict[str, Any]:
        number = group[level]
        return {
            **group,
            **members[level][number],
            "number": number,
            "share": group["size"] / len(shown.corpus.articles),
            "by_language": words.get((level, number), {}),
            "articles": [typical[name] for name in group["exemplars"]],
        }

    fine = [card("topic", row) for row in groups.topics(shown.topics, shown.clusters, shown.stability).to_pylist()]
    themes = groups.themes(shown.topics, shown.clusters, shown.stability).to_pylist()
    return [
        card("theme", theme) | {"colour": colour(theme["theme"]), "topics": [fine[topic] for topic in theme["topics"]]}
        for theme in themes
    ]


def _members(shown: Shown) -> dict[str, list[dict[str, Any]]]:
    """Level -> what the articles of each group come to: n_copies, languages and sources, the most frequent first."""
    corpus, clusters = shown.corpus, shown.clusters
    story = corpus.articles["story"].to_numpy()
    topics = np.asarray(clusters.topics)[story]
    kinds = {name: corpus.articles[name].to_pylist() for name in ("language", "source")}
    n_stories = {"topic": np.asarray(clusters.topics), "theme": clusters.story_themes()}
    found = {}
    for level, of_article in (("topic", topics), ("theme", clusters.story_themes()[story])):
        counted: list[dict[str, Counter[str | None]]] = [
            {name: Counter() for name in kinds} for _ in range(int(n_stories[level].max(initial=NOISE)) + 1)
        ]
        for row in np.flatnonzero(of_article != NOISE).tolist():
            for name, values in kinds.items():
                counted[of_article[row]][name][values[row]] += 1
        found[level] = [
            {
                "n_copies": int((of_article == group).sum() - (n_stories[level] == group).sum()),
                "languages": counts["language"].most_common(8),
                "sources": [(name, n) for name, n in counts["source"].most_common(6) if name][:5],
            }
            for group, counts in enumerate(counted)
        ]
    return found


def _shares(topics: Topics, themes: np.ndarray, n_themes: int) -> np.ndarray:
    """(n_themes, k) mean share of each LDA topic in the stories of each theme."""
    mixtures = np.asarray(topics.document_topic)
    return (
        np.stack([mixtures[themes == theme].mean(axis=0) for theme in range(n_themes)])
        if n_themes
        else np.zeros((0, mixtures.shape[1]))
    )


def _lda_cards(
    shown: Shown, typical: dict[str, dict[str, Any]], shares: np.ndarray, names: list[str]
) -> list[dict[str, Any]]:
    words = groups.words_by_language(shown.topics)
    cards = [
        {
            "number": row["lda_topic"],
            "npmi": row["npmi"],
            "words": [],
            "articles": [],
            "by_language": words.get(("lda", row["lda_topic"]), {}),
            "clusters": [
                (int(t), names[t], float(shares[t, row["lda_topic"]]))
                for t in np.argsort(-shares[:, row["lda_topic"]], kind="stable")[:3]
                if shares[t, row["lda_topic"]] >= 0.1
            ],
        }
        for row in shown.evaluation.lda_topics.to_pylist()
    ]
    for row in shown.topics.lda_words.to_pylist():
        cards[row["lda_topic"]]["words"].append(row["word"])
    for row in shown.topics.representatives.to_pylist():
        if row["rank"] <= 3:
            cards[row["lda_topic"]]["articles"].append(typical[row["id"]])
    return cards
