"""The page as a browser's parser sees it."""

from html.parser import HTMLParser

import numpy as np
import pytest

from mihwar.report.figures import draw_map, figure_html, isolate
from mihwar.report.page import scheme_of
from mihwar.runs import Run

VOID = {"meta", "input", "br", "link", "img", "hr"}


class Outline(HTMLParser):
    """Counts tags, checks that they nest, collects links and visible text."""

    def __init__(self) -> None:
        super().__init__()
        self.open: list[str] = []
        self.links: list[str] = []
        self.text: list[str] = []
        self.faults: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.links += [value or "" for name, value in attrs if name in ("href", "src")]
        self.faults += [name for name, _ in attrs if name.startswith("on")]
        if tag not in VOID:
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        if not self.open or self.open.pop() != tag:
            self.faults.append(f"</{tag}>")

    def handle_data(self, data: str) -> None:
        if self.open and self.open[-1] not in ("script", "style"):
            self.text.append(data)


@pytest.fixture(scope="module")
def outline(sample_run: Run) -> Outline:
    parsed = Outline()
    parsed.feed(sample_run.report.read_text(encoding="utf-8"))
    return parsed


def test_tags_nest_and_nothing_is_fetched(outline: Outline) -> None:
    assert (outline.open, outline.faults) == ([], [])
    assert {link.split(":")[0].split("-")[0] for link in outline.links} == {"https", "#theme"}


def test_a_reader_finds_figures_topics_articles_and_rejects(outline: Outline, sample_run: Run) -> None:
    text = " ".join(outline.text)
    for words in ("198", "The map", "LDA coherence", "every article was read"):
        assert words in text
    for label in sample_run.topics["label"]:
        assert label in text
    titles = sample_run.documents.set_index("id")["title"]
    exemplars = [i for ids in sample_run.topics["exemplars"] for i in ids]
    assert sum(isinstance(titles[i], str) and " ".join(titles[i].split()) in text for i in exemplars) > 0.9 * len(
        exemplars
    )


def test_the_map_draws_every_article_or_an_even_sample_and_escapes_titles() -> None:
    points, labels = np.random.default_rng(0).normal(size=(50, 2)), np.array([-1] * 10 + [0] * 40)
    figure = draw_map(points, labels, ["<b>x</b>"] * 50, ["a & b"], 100)
    assert [len(trace.x) for trace in figure.data] == [10, 40]
    assert sum(len(trace.x) for trace in draw_map(points, labels, ["t"] * 50, ["a"], 20).data) == 20
    page = figure_html(figure, "map", with_library=False)
    assert "<b>x</b>" not in page
    assert "plotly.js v" not in page


def test_directions_are_isolated() -> None:
    assert isolate("خبر & news") == "\u2068خبر &amp; news\u2069"


@pytest.mark.parametrize(
    ("url", "scheme"),
    [("https://a.example/x", "https"), ("JavaScript:alert(1)", "javascript"), ("http://[::1", ""), ("x", "")],
)
def test_schemes(url: str, scheme: str) -> None:
    assert scheme_of(url) == scheme
