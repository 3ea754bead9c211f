"""Gathering: records of many sources become one table of clean documents, with their copies grouped."""

import random
from array import array
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import replace
from typing import Any, NamedTuple

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from mihwar.core.artifacts import Corpus
from mihwar.core.progress import Progress
from mihwar.core.scratch import Scratch, rows_of, taken
from mihwar.ingest.cleaning.clean import LAST, Draft, TooSlow, cleaned
from mihwar.ingest.cleaning.repeated import without_repeated
from mihwar.ingest.counts import by_source, most, notes
from mihwar.ingest.duplicates import canonical_order, group, letter_hashes, signature
from mihwar.ingest.language import identify, script_of
from mihwar.ingest.ledger import DOCUMENTS, DRAFTS, ENTERED, REJECTS, TEXT, UNDATED, Before, CleaningOptions, Ledger
from mihwar.ingest.readers.records import Record, Reject


def gather(
    found: Iterable[tuple[str, Iterator[Record | Reject]]],
    options: CleaningOptions,
    scratch: Scratch,
    progress: Progress,
    watch: int = 0,
) -> tuple[Corpus, list[Before]]:
    """Read sources in order into a corpus, and `watch` kept articles, evenly drawn, as they were before.

    An article keeps the id it was given; one without is named by the hash of its content, and further articles with the
    very same content get `-2`, `-3`. Of two articles under one given id the newer is kept and the other rejected; where
    neither is newer, a hash of their content decides. So the order in which articles are read changes nothing but the
    order of the rows. Memory grows by about a kilobyte an article, whatever its length.
    """
    ledger = Ledger(options, scratch.table(DRAFTS), scratch.table(REJECTS))
    watched: list[Before] = []
    draw, n_sources = random.Random(0), 0  # noqa: S311
    with progress.track("reading and cleaning articles") as advance:
        for file, records in found:
            n_before, n_sources = len(ledger), n_sources + 1
            for record in records:
                kept = ledger.reject(file, record) if isinstance(record, Reject) else ledger.enter(file, record)
                lost = next((i for i, before in enumerate(watched) if before.row in ledger.superseded), None)
                if kept and lost is not None:  # the new version of a watched article
                    watched[lost] = kept
                elif kept and (len(watched) < watch or draw.random() < watch / (kept.row + 1)):
                    place = len(watched) if len(watched) < watch else draw.randrange(watch)
                    watched[place : place + 1] = [kept]
                advance(1)
            if len(ledger) == n_before:
                ledger.reject(file, Reject("", "there is no article in it"))
    drafts = ledger.drafts.done()
    final = _documents(ledger, drafts, scratch, progress)
    rejects, origins = ledger.rejected.done(), drafts["origin"].take(pa.array(final.drafts))
    n_kept, leads = len(final.table), final.first == np.arange(len(final.first))
    counts = {
        "files": n_sources,
        "read": n_kept + len(rejects),
        "kept": n_kept,
        "rejected": len(rejects),
        "stories": int(leads.sum()),
        "copies": int((~leads).sum()),
        "steps": ledger.steps,
        "sources": by_source(origins, final.first, ledger.unread),
        "repeated_lines": most(ledger.repeated),
    }
    stories, articles = _stories_and_articles(final, scratch)
    corpus = Corpus(
        stories=stories,
        articles=articles,
        rejects=rejects,
        counts=counts,
        notes=notes(counts, n_kept - final.table["date_reason"].null_count, ledger.reencoded),
    )
    return corpus, _in_place(watched, final.drafts)


def _stories_and_articles(final: "_Final", scratch: Scratch) -> tuple[pa.Table, pa.Table]:
    """The tables of a corpus: a row a story, in canonical order, and a row an article, in reading order."""
    leaders = np.flatnonzero(final.first == np.arange(len(final.first)))
    leaders = leaders[canonical_order(final.letters[leaders])]
    place = np.empty(len(final.first), np.int64)
    place[leaders] = np.arange(len(leaders))
    story = place[final.first]
    stories = scratch.table(DOCUMENTS)
    for part in taken(final.table, leaders):
        stories.add_table(part)
    told = stories.done().append_column(
        "n_articles", pa.array(np.bincount(story, minlength=len(leaders)).astype(np.int64))
    )
    copied = scratch.table(pa.schema([("text", TEXT)]))
    start = 0
    for batch in final.table.select(["text"]).to_batches():
        is_copy = pa.array(final.first[start : start + len(batch)] != np.arange(start, start + len(batch)))
        copied.add_table(pa.table({"text": pc.if_else(is_copy, batch["text"], pa.scalar(None, TEXT))}))
        start += len(batch)
    texts = copied.done()["text"]
    articles = final.table.set_column(final.table.schema.get_field_index("text"), "text", texts)
    return told, articles.append_column("story", pa.array(story))


def _in_place(watched: list[Before], drafts: np.ndarray) -> list[Before]:
    """The watched articles that are still kept, in order, with their rows in the final table."""
    rows = np.searchsorted(drafts, [before.row for before in watched])
    pairs = zip(watched, rows.tolist(), strict=True)
    moved = [replace(before, row=row) for before, row in pairs if row < len(drafts) and drafts[row] == before.row]
    return sorted(moved, key=lambda before: before.row)


class _Final(NamedTuple):
    """The kept documents, (n,).

    table: the columns of DOCUMENTS. drafts: (n,) int64, the draft that each was. first: (n,) int64, the row of the
    first document of each one's group. letters: (n, 2) uint64, a hash of the letters of each.
    """

    table: pa.Table
    drafts: np.ndarray
    first: np.ndarray
    letters: np.ndarray


def _documents(ledger: Ledger, drafts: pa.Table, scratch: Scratch, progress: Progress) -> _Final:
    """Cut repeated lines, tell languages, group copies; reject superseded drafts."""
    repeated = ledger.lines.repeated(ledger.options.repeated) if ledger.options.repeated else frozenset()
    whole, signatures, kept = scratch.table(DOCUMENTS), bytearray(), array("q")
    with progress.track("telling languages and copies", len(drafts)) as advance:
        for number, row in enumerate(rows_of(drafts)):
            advance(1)
            origin, file, place = (row.pop(name) for name in ENTERED)
            if reason := ledger.superseded.get(number):
                ledger.reject(file, Reject(place, reason, row["id"], row["text"]))
                continue
            text, gone = without_repeated(origin, row["text"], repeated) if repeated else (row["text"], [])
            try:
                draft, changed = cleaned(Draft(row["title"], text), LAST, ledger.options.steps, ledger.options.zone)
            except TooSlow as slow:
                ledger.reject(file, Reject(place, str(slow), row["id"], row["text"]))
                continue
            if gone:
                ledger.count({"repeated": len(row["text"]) - len(text)})
                ledger.repeated.setdefault(origin, Counter()).update(gone)
            ledger.count(changed)
            kept.append(number)
            row |= {"title": draft.title, "text": draft.text}
            whole.add(row | _told(f"{row['title'] or ''}\n{row['text']}", row["language"]))
            signatures += signature(row["text"])
    table, rows = whole.done(), np.array(kept, np.int64)
    first = group(signatures, ledger.options.near, _earliest_first(np.array(ledger.dates, np.int64)[rows], table["id"]))
    return _Final(table, rows, first, letter_hashes(signatures))


def _earliest_first(dates: np.ndarray, ids: pa.ChunkedArray) -> np.ndarray:
    """(n,) int64: rows by date, the undated last; of one date by id.
    So the order in which they were read does not count.
    """
    by_id = pc.sort_indices(ids).to_numpy()
    undated_last = np.where(dates == UNDATED, np.iinfo(np.int64).max, dates)
    return np.asarray(by_id[np.argsort(undated_last[by_id], kind="stable")], np.int64)


def _told(text: str, given: str | None) -> dict[str, Any]:
    if given:
        return {"script": script_of(text)}
    told = identify(text)
    return {"language": told.language, "language_confidence": told.confidence, "script": told.script}
