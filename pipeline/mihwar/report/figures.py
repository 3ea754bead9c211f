"""Figures: the map of articles, and how LDA topics spread over the clusters."""

from html import escape

import numpy as np
import plotly.graph_objects as go

from mihwar.core.artifacts import NOISE

_COLOURS = (
    "#1b7f79",
    "#d1495b",
    "#3d5a99",
    "#e0a12b",
    "#6a4c93",
    "#5b8c2a",
    "#b5541c",
    "#2aa1c0",
    "#8f2d56",
    "#7a6f5d",
    "#c060a1",
    "#1f4e5f",
)
_NOISE_COLOUR = "#c4c4c4"
_DRAWN_AS_SHAPES = 3000  # more points than this are drawn by the graphics card, where there is one
_NAMED = 24  # topics written on the map, the largest
_FONT = "system-ui, 'Segoe UI', 'Noto Sans', 'Noto Naskh Arabic', Tahoma, sans-serif"


def isolate(text: str) -> str:
    """Escaped text between Unicode isolates, so that Arabic and Latin side by side keep their own direction."""
    return f"\u2068{escape(text)}\u2069"


def colour(topic: int) -> str:
    """The colour of a topic, on the map and on its card."""
    return _NOISE_COLOUR if topic == NOISE else _COLOURS[topic % len(_COLOURS)]


def draw_map(points: np.ndarray, labels: np.ndarray, titles: list[str], names: list[str], most: int) -> go.Figure:
    """A point an article, coloured by topic, the largest topics named where their articles lie.

    Args:
        points: (n, 2). labels: (n,) topic or -1. titles: (n,) for the pointer.
            names: a topic's label. most: points drawn.
    """
    drawn = (
        np.arange(len(points))
        if len(points) <= most
        else np.sort(np.random.default_rng(0).choice(len(points), most, replace=False))
    )
    trace = go.Scatter if len(drawn) <= _DRAWN_AS_SHAPES else go.Scattergl
    figure = go.Figure()
    for topic in [NOISE, *range(len(names))]:
        rows = drawn[labels[drawn] == topic]
        if not len(rows):
            continue
        name = "no topic" if topic == NOISE else f"{topic} {isolate(names[topic])}"
        figure.add_trace(
            trace(
                x=np.round(points[rows, 0], 3).tolist(),
                y=np.round(points[rows, 1], 3).tolist(),
                mode="markers",
                name=name,
                customdata=[isolate(titles[i]) for i in rows],
                hovertemplate=f"%{{customdata}}<br><i>{name}</i><extra></extra>",
                marker={
                    "size": 7 if len(drawn) < 2000 else 4,
                    "opacity": 0.45 if topic == NOISE else 0.8,
                    "color": colour(topic),
                },
            )
        )
    for topic, name in enumerate(names[:_NAMED]):
        x, y = np.median(points[labels == topic], axis=0)
        figure.add_annotation(
            x=float(x),
            y=float(y),
            text=f"<b>{isolate(name)}</b>",
            showarrow=False,
            yshift=16,
            font={"size": 11},
            bgcolor="rgba(255,255,255,.6)",
        )
    hidden = {"visible": False, "showgrid": False}
    figure.update_layout(
        height=640,
        margin={"l": 0, "r": 0, "t": 36, "b": 8},
        xaxis=hidden,
        yaxis=hidden,
        showlegend=len(names) <= _NAMED,
        hovermode="closest",
        plot_bgcolor="white",
        font={"family": _FONT},
        legend={"itemsizing": "constant"},
        hoverlabel={"align": "auto"},
    )
    return figure


def draw_crosswalk(shares: np.ndarray, names: list[str]) -> go.Figure:
    """How much of each cluster's text each LDA topic accounts for: (n_clusters, k) mean shares, 0..1."""
    rows = [f"{topic} {isolate(name)}" for topic, name in enumerate(names)]
    figure = go.Figure(
        go.Heatmap(
            z=np.round(shares, 3).tolist(),
            x=[f"LDA {k}" for k in range(shares.shape[1])],
            y=rows,
            colorscale="Teal",
            zmin=0,
            zmax=1,
            hovertemplate="%{y}<br>%{x}: %{z:.0%}<extra></extra>",
        )
    )
    figure.update_layout(
        height=120 + 22 * len(rows),
        margin={"l": 0, "r": 0, "t": 8, "b": 0},
        font={"family": _FONT, "size": 11},
        yaxis={"autorange": "reversed", "automargin": True},
    )
    return figure


def figure_html(figure: go.Figure, name: str, with_library: bool) -> str:
    """A figure as a piece of HTML that needs nothing from outside; the library goes with the first of a page."""
    html: str = figure.to_html(
        include_plotlyjs=with_library, full_html=False, div_id=name, config={"displaylogo": False, "responsive": True}
    )
    return html
