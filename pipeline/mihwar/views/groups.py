"""Groups: themes, topics and LDA topics with all that is known of each."""

import pyarrow as pa
import pyarrow.compute as pc

from mihwar.core.artifacts import Clusters, Stability, Topics

Words = dict[tuple[str, int], dict[str, list[str]]]


def topics(topics: Topics, clusters: Clusters, stability: Stability | None = None) -> pa.Table:
    """A row a topic, the largest by HDBSCAN first: topic, theme, size (articles), label, words (list), exemplars (list
    of ids).

    With `stability` also stability (0..1, null where no other seed was tried) and fragile.
    """
    found = topics.topics.add_column(1, "theme", pa.array(clusters.themes, pa.int32()))
    return _completed(found, "topic", clusters.exemplars, stability)


def themes(topics: Topics, clusters: Clusters, stability: Stability | None = None) -> pa.Table:
    """A row a theme, the largest first: theme, size, label, words, topics (list), and what `topics` has besides."""
    return _completed(topics.themes, "theme", clusters.theme_exemplars, stability)


def words_by_language(topics: Topics) -> Words:
    """(level, group) -> language -> words, for groups that have words of more than one language."""
    found: Words = {}
    for row in topics.words_by_language.to_pylist():
        found.setdefault((row["level"], row["group"]), {}).setdefault(row["language"], []).append(row["word"])
    return {key: words for key, words in found.items() if len(words) > 1}


def _completed(table: pa.Table, level: str, exemplars: pa.Table, stability: Stability | None) -> pa.Table:
    lists: list[list[str]] = [[] for _ in range(len(table))]
    for row in exemplars.to_pylist():
        lists[row[level]].append(row["id"])
    found = table.append_column("exemplars", pa.array(lists, pa.list_(pa.string())))
    if stability is None:
        return found
    scored = stability.groups.filter(pc.equal(stability.groups["level"], level))
    rows = pc.index_in(found[level], scored["group"].combine_chunks())
    for name in ("stability", "fragile"):
        found = found.append_column(name, scored[name].take(rows))
    return found
