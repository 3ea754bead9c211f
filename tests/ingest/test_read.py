"""Reading: every format, every fault with its place, nothing dropped in silence."""

import gzip
import json
from datetime import UTC, date, datetime
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from pipeline.core.artifacts import Corpus
from pipeline.core.errors import InputError
from pipeline.core.progress import Progress
from pipeline.ingest.dates import parse_date
from pipeline.ingest.gather import gather
from pipeline.ingest.language import identify
from pipeline.ingest.read import digest, find_files, read_file
from pipeline.ingest.stage import IngestSettings, contents

TEXT = "أعلنت الوزارة يوم الأحد أن حملة التطعيم ستبدأ الأسبوع المقبل في جميع المدارس."


def read(*paths: Path) -> Corpus:
    return gather(*find_files([str(path) for path in paths]), Progress(quiet=True))


def fates(corpus: Corpus) -> tuple[list[str], list[str]]:
    """(ids kept, "place: reason" rejected); on the way, that every row is one or the other."""
    assert corpus.counts["read"] == corpus.counts["kept"] + corpus.counts["rejected"]
    assert (corpus.documents.num_rows, corpus.rejects.num_rows) == (corpus.counts["kept"], corpus.counts["rejected"])
    return corpus.documents["id"].to_pylist(), [f"{row['place']}: {row['reason']}" for row in corpus.rejects.to_pylist()]


def lines(path: Path, *rows: object) -> Path:
    path.write_bytes(b"".join((row if isinstance(row, bytes) else json.dumps(row, ensure_ascii=False).encode()) + b"\n" for row in rows))
    return path


FAULTS = [
    (b"{not json", "not valid JSON"),
    (b"[1, 2]", "expected a JSON object, got list"),
    (b'{"id": "x"}', "no text"),
    (b'{"text": "  \\n "}', "no text"),
    (b'{"text": 5}', "expected 'text' to be a string, got int"),
    (b'{"text": null}', "no text"),
    (b'{"text": "\xff\xfe"}', "not valid UTF-8"),
    (b"[" * 100_000, "not valid JSON"),
]


@pytest.mark.parametrize(("line", "reason"), FAULTS, ids=[reason for _, reason in FAULTS])
def test_a_bad_line_is_rejected_with_its_place_and_its_neighbours_are_kept(tmp_path: Path, line: bytes, reason: str) -> None:
    kept, rejected = fates(read(lines(tmp_path / "a.jsonl", {"id": "1", "text": TEXT}, line, {"id": "2", "text": TEXT + "!"})))
    assert kept == ["1", "2"]
    assert len(rejected) == 1
    assert rejected[0].startswith("line 2: ")
    assert reason in rejected[0]


def test_a_truncated_gz_keeps_what_came_before(tmp_path: Path) -> None:
    rows = [{"id": str(i), "text": f"{TEXT} {i * 7919}"} for i in range(4000)]
    whole = gzip.compress("".join(json.dumps(row) + "\n" for row in rows).encode())
    (tmp_path / "a.jsonl.gz").write_bytes(whole[: len(whole) // 2])
    kept, rejected = fates(read(tmp_path / "a.jsonl.gz"))
    assert 0 < len(kept) < 4000
    assert any("gzip data ends early" in reason and "after line" in reason for reason in rejected)


def test_a_gz_that_is_none(tmp_path: Path) -> None:
    (tmp_path / "a.jsonl.gz").write_bytes(b"hello")
    assert "gzip" in fates(read(tmp_path / "a.jsonl.gz"))[1][0]


def test_csv(tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_bytes('\ufeffid,title,text,date\n1,ت,"سطر\nآخر, مع فاصلة",2026-01-16\n2,,,\n3,x,b,c,d\n'.encode() + b"4,t,\xff,\n")
    corpus = read(tmp_path / "a.csv")
    kept, rejected = fates(corpus)
    assert kept == ["1"]
    assert corpus.documents["text"].to_pylist() == ["سطر\nآخر, مع فاصلة"]
    assert [reason.split(": ", 1)[1] for reason in rejected] == ["no text", "1 more cells than columns", "not valid UTF-8"]


def test_csv_without_a_text_column_says_which_there_are(tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_text("id,body\n1,x\n")
    assert fates(read(tmp_path / "a.csv"))[1] == ["line 1: no column 'text'; the columns are id, body"]


def test_parquet(tmp_path: Path) -> None:
    table = pa.table({"id": [1, 2], "text": [TEXT, None], "date": [date(2026, 1, 16), None], "label": ["a", None]})
    pq.write_table(table, tmp_path / "a.parquet")
    corpus = read(tmp_path / "a.parquet")
    assert fates(corpus) == (["1"], ["row 2: no text"])
    assert corpus.documents["date"].to_pylist() == [datetime(2026, 1, 16, tzinfo=UTC)]
    (tmp_path / "b.parquet").write_bytes((tmp_path / "a.parquet").read_bytes()[:-20])
    assert "not a readable Parquet file" in fates(read(tmp_path / "b.parquet"))[1][0]


@pytest.mark.parametrize(
    ("content", "title", "text"),
    [
        ("عنوان قصير لهذا الخبر\n\nنص الخبر هنا.", "عنوان قصير لهذا الخبر", "نص الخبر هنا."),
        ("Ru En\n\nعنوان قصير لهذا الخبر\n\nنص.", "عنوان قصير لهذا الخبر", "نص."),
        (f"{TEXT * 2}\nنص.", None, f"{TEXT * 2}\nنص."),
        ("One short line only", None, "One short line only"),
    ],
)
def test_text_files_and_their_titles(tmp_path: Path, content: str, title: str | None, text: str) -> None:
    (tmp_path / "a.txt").write_text(content, encoding="utf-8")
    document = read(tmp_path / "a.txt").documents.to_pylist()[0]
    assert (document["title"], document["text"]) == (title, text)


def test_text_that_is_not_utf8(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_bytes("خبر".encode("cp1256"))
    assert fates(read(tmp_path / "a.txt"))[1] == ["byte 1: not valid UTF-8"]


def test_ids_are_given_or_come_from_content_and_never_collide(tmp_path: Path) -> None:
    rows = [{"text": "a b c"}, {"text": "a b c"}, {"id": 7, "text": "x"}, {"id": "7", "text": "x"}, {"id": "7", "text": "y"}, {"id": "8", "text": "x"}]
    kept, rejected = fates(read(lines(tmp_path / "a.jsonl", *rows)))
    assert kept[1] == f"{kept[0]}-2"
    assert kept[2:] == ["7", "8"]
    assert "the id '7' and the same text were read before" in rejected[0]
    assert "the id '7' was given to another text, read before" in rejected[1]
    assert "line 3" in rejected[1]
    again = fates(read(lines(tmp_path / "b.jsonl", *reversed(rows[:3]))))[0]
    assert set(again) == set(kept[:3])


def test_surrogates_and_nul_do_not_stop_a_run(tmp_path: Path) -> None:
    corpus = read(lines(tmp_path / "a.jsonl", b'{"id": "1", "text": "a \\ud800 b \\u0000 c", "title": {"x": 1}}'))
    assert corpus.documents["text"].to_pylist() == ["a ? b  c"]


def test_folders_globs_and_lists_name_each_file_once(tmp_path: Path) -> None:
    (tmp_path / "in" / "deep").mkdir(parents=True)
    for name in ("in/b.txt", "in/a.txt", "in/deep/c.txt", "in/.hidden.txt", "in/x.pdf"):
        (tmp_path / name).write_text(f"text of {name}")
    readable, unknown = find_files([str(tmp_path / "in"), str(tmp_path / "in" / "*.txt"), str(tmp_path / "**" / "c.txt")])
    assert [path.name for path in readable] == ["a.txt", "b.txt", "c.txt"]
    assert [path.name for path in unknown] == ["x.pdf"]
    assert any("unknown format '.pdf'" in reason for reason in fates(read(tmp_path / "in"))[1])


def test_an_empty_file_is_on_record(tmp_path: Path) -> None:
    (tmp_path / "a.jsonl").write_text("")
    assert fates(read(tmp_path / "a.jsonl"))[1] == [": the file is empty"]


@pytest.mark.parametrize("name", ["nothing*.jsonl", "nowhere", "empty"])
def test_nothing_matched_is_said(tmp_path: Path, name: str) -> None:
    (tmp_path / "empty").mkdir()
    with pytest.raises(InputError, match=r"ingest\.source"):
        find_files(str(tmp_path / name))


def test_a_file_counts_by_its_content_not_its_place(tmp_path: Path) -> None:
    one = contents(IngestSettings(source=str(lines(tmp_path / "a.jsonl", {"text": "x"}))))
    assert contents(IngestSettings(source=str(lines(tmp_path / "b.jsonl", {"text": "x"})))) == one
    assert contents(IngestSettings(source=str(lines(tmp_path / "b.jsonl", {"text": "y"})))) != one


def test_a_file_that_cannot_be_opened_is_rejected_not_raised(tmp_path: Path) -> None:
    assert digest(tmp_path / "gone.txt") == "No such file or directory.txt"
    assert [found.reason for found in read_file(tmp_path / "gone.txt")] == ["cannot be opened: No such file or directory"]


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        ("2026-01-16", datetime(2026, 1, 16, tzinfo=UTC)),
        ("2026-01-16T08:30:00+03:00", datetime(2026, 1, 16, 5, 30, tzinfo=UTC)),
        ("٢٠٢٦-٠١-١٦", datetime(2026, 1, 16, tzinfo=UTC)),
        ("Fri, 16 Jan 2026 08:30:00 GMT", datetime(2026, 1, 16, 8, 30, tzinfo=UTC)),
        (date(2026, 1, 16), datetime(2026, 1, 16, tzinfo=UTC)),
        ("0001-01-01T00:00:00+14:00", None),
        ("yesterday", None),
        ("2026-13-45", None),
        (1768521600, None),
        (None, None),
    ],
)
def test_dates(given: object, expected: datetime | None) -> None:
    assert parse_date(given) == expected


def test_a_date_not_understood_is_left_empty_and_counted(tmp_path: Path) -> None:
    corpus = read(lines(tmp_path / "a.jsonl", {"text": "x", "date": "16/نوفمبر/2015"}, {"text": "y", "date": None}))
    assert corpus.documents["date"].to_pylist() == [None, None]
    assert corpus.notes == ["1 articles have a date in a form that is not understood; their date is left empty."]


@pytest.mark.parametrize(("text", "language"), [(TEXT, "ar"), ("12345 --- !!!", "und"), ("The ministry said on Sunday that the campaign begins.", "en")])
def test_language(text: str, language: str) -> None:
    assert identify(text) == language


def test_language_of_the_sample_is_told_right(articles: list[dict]) -> None:
    right = [identify(row["text"]) == row["language"] for row in articles]
    assert sum(right) >= 0.99 * len(right)
