"""report: everything made -> `Report`, one page to read and pass on."""

from pydantic import Field

from mihwar.core.artifacts import Clusters, Corpus, Embeddings, Evaluation, Projection, Report, Stability, Topics, Words
from mihwar.core.stage import Settings, Stage


class ReportSettings(Settings):
    """What the page shows."""

    title: str = Field("What the news is about", description="Heading of the page.")
    points: int = Field(
        20_000,
        ge=1,
        description="Most stories drawn on the map; of more, an even sample is drawn, and the page says so.",
    )
    rejects: int = Field(100, ge=0, description="Most rejects listed; all are counted.")


def report(
    settings: ReportSettings,
    corpus: Corpus,
    words: Words,
    embeddings: Embeddings,
    projection: Projection,
    clusters: Clusters,
    stability: Stability,
    topics: Topics,
    evaluation: Evaluation,
) -> Report:
    """Write the page: headline figures, the map, topics with their articles, LDA topics, what was rejected and why."""
    from mihwar.report.page import Shown, page

    notes = [
        note
        for part in (corpus, words, embeddings, projection, clusters, stability, topics, evaluation)
        for note in part.notes
    ]
    shown = Shown(
        corpus=corpus,
        projection=projection,
        clusters=clusters,
        stability=stability,
        topics=topics,
        evaluation=evaluation,
        notes=notes,
    )
    return Report(page=page(shown, settings.title, settings.points, settings.rejects), notes=[])


REPORT = Stage("report", 5, report)
