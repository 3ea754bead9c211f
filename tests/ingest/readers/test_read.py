"""Reading files: every format, every fault with its place, nothing dropped in silence, nothing long held in memory."""

import gzip
import json
import os
import tracemalloc
import zipfile
from datetime import datetime
from pathlib import Path
from tempfile import TemporaryDirectory

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mihwar.core.errors import InputError
from mihwar.ingest.readers.read import Options, Record, Reject, digest, find_sources, read_source
from mihwar.ingest.readers.records import MAX_RECORD

TEXT = "أعلنت الوزارة يوم الأحد أن حملة التطعيم ستبدأ الأسبوع المقبل في جميع المدارس."
RUSSIAN = "Министерство сообщило в воскресенье, что кампания начнётся на следующей неделе во всех школах страны."
TEXT_FORMATS = [".txt", ".jsonl", ".json", ".csv", ".tsv", ".html", ".xml", ".warc"]


def put(folder: Path, name: str, content: str | bytes) -> Path:
    path = folder / name
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    return path


def read(path: Path, **fields: str) -> tuple[list[Record], list[Reject]]:
    found = list(read_source(path, Options(fields=fields)))
    return [f for f in found if isinstance(f, Record)], [f for f in found if isinstance(f, Reject)]


def zst(content: bytes) -> bytes:
    return bytes(pa.compress(content, codec="zstd", asbytes=True))


def lines(*rows: object) -> bytes:
    return b"".join(
        (row if isinstance(row, bytes) else json.dumps(row, ensure_ascii=False).encode()) + b"\n" for row in rows
    )


FAULTS = [
    (b"{not json", "not valid JSON"),
    (b"[1, 2]", "expected a JSON object, got list"),
    (b'{"text": "\xff\xfe"}', "not valid UTF-8 at byte 11 of the line"),
    (b"[" * 100_000, "not valid JSON"),
    (b'{"n": ' + b"9" * 5000 + b"}", "not valid JSON"),
    ('{"text": "خبر" "x"}'.encode(), "not valid JSON"),
]


@pytest.mark.parametrize(("line", "reason"), FAULTS, ids=range(len(FAULTS)))
def test_a_bad_line_is_rejected_with_its_place_and_head_and_its_neighbours_are_kept(
    tmp_path: Path, line: bytes, reason: str
) -> None:
    kept, rejected = read(
        put(tmp_path, "a.jsonl", lines({"id": "1", "text": TEXT}, line, b"", {"id": "2", "text": TEXT}))
    )
    assert [(r.place, r.values["id"]) for r in kept] == [("line 1", "1"), ("line 4", "2")]
    assert [r.place for r in rejected] == ["line 2"]
    assert reason in rejected[0].reason
    assert rejected[0].head
    assert len(rejected[0].head) <= 80
    assert rejected[0].head[:5] == line.decode("utf-8", "replace")[:5]


@pytest.mark.parametrize(
    ("name", "packed"),
    [
        ("a.jsonl", bytes),
        ("a.NDJSON", bytes),
        ("a.jsonl.gz", gzip.compress),
        ("a.jsonl.zst", zst),
        ("a.ndjson.GZ", gzip.compress),
    ],
)
def test_json_lines_plain_and_compressed(tmp_path: Path, name: str, packed: type) -> None:
    kept, rejected = read(put(tmp_path, name, packed(b"\xef\xbb\xbf" + lines({"text": TEXT}, {"text": RUSSIAN}))))
    assert [r.values["text"] for r in kept] == [TEXT, RUSSIAN]
    assert not rejected


@pytest.mark.parametrize(("ending", "packed"), [("gz", gzip.compress), ("zst", zst)])
def test_truncated_data_keep_what_came_before(tmp_path: Path, ending: str, packed: type) -> None:
    whole = packed(lines(*({"id": i, "text": f"{TEXT} {i * 7919}"} for i in range(40_000))))
    kept, rejected = read(put(tmp_path, f"a.jsonl.{ending}", whole[: len(whole) // 2]))
    assert 0 < len(kept) < 40_000
    assert "data end early or are damaged" in rejected[-1].reason
    assert rejected[-1].place.startswith("after line ")
    assert len(rejected) <= 2


def test_members_before_a_damaged_one_are_kept(tmp_path: Path) -> None:
    members = [gzip.compress(lines({"id": i, "text": f"{TEXT} {i}"})) for i in range(20)]
    members[10] = members[10][:20] + b"\0\0" + members[10][22:]
    kept, rejected = read(put(tmp_path, "a.jsonl.gz", b"".join(members)))
    assert [r.values["id"] for r in kept] == list(range(10))
    assert [r.place for r in rejected] == ["after line 10"]


@pytest.mark.parametrize(
    ("name", "content", "reason"),
    [
        ("a.jsonl.gz", b"hello", "the gzip data end early or are damaged"),
        ("a.jsonl.zst", b"hello", "the zstd data end early or are damaged"),
        ("a.jsonl.gz", gzip.compress(gzip.compress(b"x", mtime=0), mtime=0), "a nested archive: it holds gzip data"),
        ("a.csv.zst", zst(b"PK\x03\x04...."), "a nested archive: it holds a zip archive"),
        ("a.jsonl", gzip.compress(b"{}", mtime=0), "it holds gzip data, which its ending does not say"),
        ("a.zip", b"PK", "unknown format '.zip'"),
        ("a.tar.gz", b"x", "unknown format '.gz'"),
        ("a.7z", b"x", "unknown format '.7z'"),
        ("a", b"x", "unknown format ''"),
        ("a.parquet.gz", b"x", "unknown format '.gz'"),
        ("a.json", "[{]", "not valid JSON"),
        ("a.json", "[" * 100_000, "not valid JSON"),
        ("a.json", b'["\xff"]', "not valid UTF-8 at byte 3"),
        ("a.parquet", b"PAR1 and no more", "not a readable Parquet file"),
    ],
)
def test_what_cannot_be_read_at_all_is_one_reject(tmp_path: Path, name: str, content: str | bytes, reason: str) -> None:
    kept, rejected = read(put(tmp_path, name, content))
    assert not kept
    assert [r.place for r in rejected] == [""]
    assert reason in rejected[0].reason


@pytest.mark.parametrize(
    ("content", "places"),
    [
        (json.dumps([{"text": "a"}, {"text": "b"}], indent=1), ["entry 1", "entry 2"]),
        ('{\n"text": "a"\n}', ["entry 1"]),
        (b'\xef\xbb\xbf{"text": "a"}\n{"text": "b"}\n', ["line 1", "line 2"]),
        ('[{"text": "خبر"}]'.encode("utf-16"), ["entry 1"]),
        ("", []),
        ("[]", []),
    ],
)
def test_json_files_hold_an_array_an_object_or_lines(tmp_path: Path, content: str | bytes, places: list[str]) -> None:
    kept, rejected = read(put(tmp_path, "a.json", content))
    assert [r.place for r in kept] == places
    assert not rejected


def test_an_entry_of_a_json_array_that_is_no_object_is_rejected(tmp_path: Path) -> None:
    kept, rejected = read(put(tmp_path, "a.json", '[{"text": "a"}, "خبر", {"text": "b"}]'))
    assert [r.place for r in kept] == ["entry 1", "entry 3"]
    assert rejected == [Reject("entry 2", "expected a JSON object, got str", None, '"خبر"')]


def test_fields_reach_into_objects_and_what_a_row_lacks_is_none(tmp_path: Path) -> None:
    path = put(
        tmp_path,
        "a.jsonl",
        lines({"content": {"body": TEXT, "a.b": 1}, "عنوان": "x", "text": "y"}, {"content.body": "z"}, {"content": 5}),
    )
    kept, _ = read(path, text="content.body", title="عنوان")
    assert [(r.values["text"], r.values["title"]) for r in kept] == [(TEXT, "x"), ("z", None), (None, None)]
    assert kept[0].values["content"] == {"body": TEXT, "a.b": 1}


CSV = [
    ("id,text\n1,خبر\n", [("line 2", "خبر")]),
    ("\ufeff id ; text \n1;خبر\n", [("line 2", "خبر")]),
    ("id\ttext\n1\tأ,ب;ج\n", [("line 2", "أ,ب;ج")]),
    ('id,text\n1,"a\nb"\n\n2,"c,""d"\n', [("line 2", "a\nb"), ("line 5", 'c,"d')]),
    ("id,text\r\n1,a\r\n2,b", [("line 2", "a"), ("line 3", "b")]),
    ("id,text\n1,\n2\n", [("line 2", None), ("line 3", None)]),
    ("id,text\n1,a\0b\n", [("line 2", "a\0b")]),
]


@pytest.mark.parametrize(("content", "expected"), CSV, ids=range(len(CSV)))
def test_csv(tmp_path: Path, content: str, expected: list[tuple[str, str | None]]) -> None:
    for name, encoding in (("a.csv", "utf-8"), ("b.csv", "utf-16")):
        kept, rejected = read(
            put(tmp_path, name, content.removeprefix("\ufeff" if encoding == "utf-16" else "").encode(encoding))
        )
        assert [(r.place, r.values["text"]) for r in kept] == expected
        assert not rejected


def test_csv_rows_at_fault_are_rejected_and_the_others_kept(tmp_path: Path) -> None:
    content = b"id,text\n1,a\n2,b,c,d\n" + b"3,\xe3\xff\n" + 'خ,e\n5,"never closed\n6,f\n'.encode()
    kept, rejected = read(put(tmp_path, "a.csv", content))
    assert [r.values["id"] for r in kept] == ["1", "خ"]
    assert [(r.place, r.id) for r in rejected] == [("line 3", "2"), ("line 4", "3"), ("line 6", "5")]
    assert [r.reason for r in rejected] == [
        "2 more cells than columns",
        "not valid UTF-8",
        "a quote opened in this row is not closed by the end of the file, at line 7",
    ]
    assert rejected[2].head == "never closed 6,f"


@pytest.mark.parametrize(
    ("fields", "reason"),
    [
        ({}, "no column 'text'; the columns are id, body"),
        (
            {"text": "bodi"},
            "no column 'bodi', which ingest.fields names as 'text' (did you mean 'body'?); the columns are id, body",
        ),
        (
            {"text": "body", "date": "عام"},
            "no column 'عام', which ingest.fields names as 'date'; the columns are id, body",
        ),
    ],
)
def test_a_column_that_is_not_there_is_named_with_those_that_are(
    tmp_path: Path, fields: dict[str, str], reason: str
) -> None:
    pq.write_table(pa.table({"id": ["1"], "body": ["x"]}), tmp_path / "a.parquet")
    for path in (
        put(tmp_path, "a.csv", "id,body\n1,x\n"),
        put(tmp_path, "a.tsv.gz", gzip.compress(b"id\tbody\n")),
        tmp_path / "a.parquet",
    ):
        kept, rejected = read(path, **fields)
        assert not kept
        assert [r.reason for r in rejected] == [reason]
    assert [r.values["text"] for r in read(tmp_path / "a.parquet", text="body")[0]] == ["x"]


def test_parquet_rows_and_the_columns_that_are_asked_for(tmp_path: Path) -> None:
    pq.write_table(
        pa.table(
            {
                "id": [1, 2],
                "text": [TEXT, None],
                "meta": [{"when": datetime(2026, 1, 2)}] * 2,
                "vector": [[0.5] * 9] * 2,
            }
        ),
        tmp_path / "a.parquet",
    )
    kept, rejected = read(tmp_path / "a.parquet", date="meta.when")
    assert [(r.place, r.values["id"], r.values["text"], r.values["date"]) for r in kept] == [
        ("row 1", 1, TEXT, datetime(2026, 1, 2)),
        ("row 2", 2, None, datetime(2026, 1, 2)),
    ]
    assert not rejected
    assert "vector" not in kept[0].values


def test_a_parquet_row_with_a_value_out_of_range_is_rejected_alone(tmp_path: Path) -> None:
    strings = pa.array([b"a", b"\xff", b"c"], pa.binary()).view(pa.string())
    days = pa.array([0, 0, 2**31 - 1], pa.int32()).view(pa.date32())
    pq.write_table(pa.table({"text": strings, "date": days}), tmp_path / "a.parquet")
    kept, rejected = read(tmp_path / "a.parquet")
    assert [r.place for r in kept] == ["row 1"]
    assert [r.place for r in rejected] == ["row 2", "row 3"]
    assert all("a value that cannot be read" in r.reason for r in rejected)


def test_a_damaged_parquet_file(tmp_path: Path) -> None:
    pq.write_table(
        pa.table({"text": [f"{TEXT} {i}" for i in range(5000)]}),
        tmp_path / "a.parquet",
        row_group_size=1000,
        compression="gzip",
    )
    content = bytearray((tmp_path / "a.parquet").read_bytes())
    content[len(content) // 2 : len(content) // 2 + 500] = b"\0" * 500
    kept, rejected = read(put(tmp_path, "b.parquet", bytes(content)))
    assert len(kept) % 64 == 1000 % 64 or len(kept) < 5000
    assert rejected[0].place == f"after row {len(kept)}"
    assert "not a readable Parquet file" in rejected[0].reason


def test_a_text_file_is_one_article(tmp_path: Path) -> None:
    kept, rejected = read(put(tmp_path, "a.txt", f"\ufeffعنوان قصير\n\n{TEXT}"))
    assert [(found.place, found.values) for found in kept] == [("", {"text": f"عنوان قصير\n\n{TEXT}"})]
    assert rejected == []


@pytest.mark.parametrize(
    ("language", "encoding", "said"),
    [
        ("ar", "utf-8-sig", None),
        ("ru", "utf-16", None),
        ("ar", "cp1256", "cp1256"),
        ("ar", "iso8859-6", "iso8859_6"),
        ("ru", "cp1251", "cp1251"),
        ("ru", "koi8-r", "koi8_r"),
    ],
)
def test_charsets_and_that_a_guess_is_on_record(
    tmp_path: Path, articles: list[dict], language: str, encoding: str, said: str | None
) -> None:
    content = (
        next(row["text"] for row in articles if row["language"] == language)
        .encode(encoding, "ignore")
        .decode(encoding)
        .replace('"', "")
    )
    text = put(tmp_path, "a.txt", content.encode(encoding))
    table = put(tmp_path, "a.csv", f'id,text\n1,"{content}"\n'.encode(encoding))
    for path in (text, table):
        kept, rejected = read(path)
        assert [(r.values["text"], r.values.get("_encoding")) for r in kept] == [(content, said)]
        assert not rejected


@pytest.mark.parametrize(
    "content",
    [
        "خبر".encode("cp1256"),
        (TEXT * 9).encode()[:-2],
        TEXT.encode()[:40] + b"\xff" + TEXT.encode()[40:],
        b"\xff\xfe\xff",
        b"\x80\x81\x82" * 99,
    ],
)
def test_text_in_no_charset_that_is_sure_is_rejected(tmp_path: Path, content: bytes) -> None:
    kept, rejected = read(put(tmp_path, "a.txt", content))
    assert not kept
    assert rejected[0].reason.startswith("not valid UTF-")
    assert rejected[0].head


def peak(path: Path) -> tuple[list[Record], list[Reject], int]:
    tracemalloc.start()
    kept, rejected = read(path)
    _, highest = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    return kept, rejected, highest


@pytest.mark.parametrize(
    "name", ["a.jsonl.gz", "a.jsonl.zst", "a.csv.gz", "a.txt.gz", "a.json.zst", "a.html.gz", "a.xml.zst", "a.warc.gz"]
)
def test_a_bomb_of_one_endless_line_is_passed_by_and_never_held(tmp_path: Path, name: str) -> None:
    name, _, ending = name.rpartition(".")
    first, last = {
        "a.jsonl": (b'{"text": "x"}\n', b'{"text": "y"}\n'),
        "a.csv": (b"id,text\n1,x\n", b"2,y\n"),
        "a.warc": (b"WARC/1.0\r\n", b""),
    }.get(name, (b"", b""))
    path = tmp_path / f"{name}.{ending}"
    with gzip.open(path, "wb", 1) if ending == "gz" else pa.CompressedOutputStream(str(path), "zstd") as file:
        file.write(first)
        for _ in range(300):
            file.write(b"a" * 2**20)
        file.write(b"\n" + last)
    assert path.stat().st_size < 3_000_000
    kept, rejected, highest = peak(path)
    assert [r.values["text"] for r in kept] == (["x", "y"] if name in ("a.jsonl", "a.csv") else [])
    assert len(rejected) == (2 if name == "a.warc" else 1)
    assert highest < 200 * 2**20
    if kept:
        assert rejected[0].place.endswith(" 3" if name == "a.csv" else " 2")
        assert rejected[0].head == "a" * 80
        assert "longer than 16 MiB" in rejected[0].reason


def test_a_quote_that_swallows_the_file_ends_with_its_row(tmp_path: Path) -> None:
    path = put(
        tmp_path, "a.csv", b'id,text\n1,"open\n' + (b"2," + b"b" * 1000 + b"\n") * (MAX_RECORD // 1000) + b"3,c\n"
    )
    kept, rejected, highest = peak(path)
    assert rejected[0].place == "line 2"
    assert "longer than 16 MiB" in rejected[0].reason
    assert kept[-1].values["id"] == "3"
    assert highest < 400 * 2**20


def test_rows_longer_than_any_article_are_rejected(tmp_path: Path) -> None:
    pq.write_table(pa.table({"id": ["خ", "2"], "text": ["a" * (MAX_RECORD + 1), "b"]}), tmp_path / "a.parquet")
    kept, rejected = read(tmp_path / "a.parquet")
    assert [r.values["id"] for r in kept] == ["2"]
    assert rejected == [Reject("row 1", "longer than 16 MiB", "خ", "a" * 80)]


def test_names_give_each_file_once_and_addresses_as_they_are(tmp_path: Path) -> None:
    (tmp_path / "in" / "deep").mkdir(parents=True)
    (tmp_path / "in" / ".git").mkdir()
    for name in ("in/b.txt", "in/a.txt", "in/deep/c.txt", "in/.hidden.txt", "in/x.pdf", "in/.git/d.txt"):
        put(tmp_path, name, f"text of {name}")
    os.mkfifo(tmp_path / "in" / "pipe.txt")
    (tmp_path / "in" / "loop.txt").symlink_to("loop.txt")
    (tmp_path / "in" / "deep" / "up").symlink_to(tmp_path / "in")
    found = find_sources(
        [
            str(tmp_path / "in"),
            "https://n.example/rss",
            str(tmp_path / "in" / "*.txt"),
            str(tmp_path / "**" / "c.txt"),
            "https://n.example/rss",
        ]
    )
    names = ["a.txt", "b.txt", "c.txt", "loop.txt", "pipe.txt", "x.pdf", "https://n.example/rss"]
    assert [path.name if isinstance(path, Path) else path for path in found] == names


def test_the_embedded_sample_has_a_name(articles: list[dict]) -> None:
    (path,) = find_sources("bundled:sample")
    assert isinstance(path, Path)
    kept, rejected = read(path)
    assert [r.values for r in kept] == articles
    assert not rejected


@pytest.mark.parametrize("name", ["nothing*.jsonl", "nowhere", "empty", "n" * 5000, "a\0b", "pipe"])
def test_nothing_matched_is_said(tmp_path: Path, name: str) -> None:
    (tmp_path / "empty").mkdir()
    os.mkfifo(tmp_path / "pipe")
    with pytest.raises(InputError, match=r"ingest\.source"):
        find_sources(str(tmp_path / name))


def test_a_file_counts_by_its_content_and_ending_not_its_place(tmp_path: Path) -> None:
    one = digest(put(tmp_path, "a.jsonl", lines({"text": "x"})), Options())
    assert digest(put(tmp_path, "b.jsonl", lines({"text": "x"})), Options()) == one
    assert digest(put(tmp_path, "b.csv", lines({"text": "x"})), Options()) != one
    assert digest(put(tmp_path, "b.jsonl", lines({"text": "y"})), Options()) != one


@pytest.mark.parametrize("name", ["gone.txt", "gone.jsonl.gz", "gone.parquet", "gone.warc"])
def test_a_file_that_is_gone_is_rejected_not_raised(tmp_path: Path, name: str) -> None:
    assert digest(tmp_path / name, Options()).startswith("No such file or directory.")
    assert read(tmp_path / name)[1] == [Reject("", "cannot be opened: No such file or directory")]


def test_a_folder_with_an_ending_is_rejected_not_raised(tmp_path: Path) -> None:
    (tmp_path / "a.jsonl").mkdir()
    assert read(tmp_path / "a.jsonl")[1] == [Reject("", "cannot be opened: Is a directory")]


def test_a_zip_by_another_name(tmp_path: Path) -> None:
    with zipfile.ZipFile(tmp_path / "a.txt", "w") as archive:
        archive.writestr("b.txt", TEXT)
    assert [r.reason for r in read(tmp_path / "a.txt")[1]] == ["it holds a zip archive, which its ending does not say"]


PIECES = [
    *(
        b"{",
        b"}",
        b'"text"',
        b":",
        b'"',
        b",",
        b"\n",
        b"\r",
        b"[",
        b"\\ud800",
        b"\0",
        b"\xff\xfe",
        b"id,text\n",
        b"PAR1",
        b"\x1f\x8b",
    ),
    *(
        b"<rss>",
        b"<item>",
        b"<title>",
        b"<html><body>",
        b"<p>",
        b"&#0;",
        b"<!ENTITY a '",
        b"<!DOCTYPE",
        b"</",
        b">",
        b"<![CDATA[",
    ),
    *(
        b"WARC/1.0\r\n",
        b"Content-Length: 9\r\n",
        b"WARC-Type: response\r\nWARC-Target-URI: http://a\r\n\r\n",
        b"HTTP/1.1 200 OK\r\n\r\n",
    ),
    *(TEXT.encode(), TEXT.encode("cp1256")),
]


@settings(max_examples=60)
@given(
    st.one_of(st.binary(max_size=300), st.lists(st.sampled_from(PIECES), max_size=30).map(b"".join)),
    st.sampled_from([*TEXT_FORMATS, ".parquet"]),
)
def test_whatever_bytes_are_there_no_reader_raises(content: bytes, ending: str) -> None:
    with TemporaryDirectory() as folder:
        for name, written in (
            (f"a{ending}", content),
            (f"a{ending}.gz", gzip.compress(content)),
            (f"a{ending}.zst", content),
        ):
            kept, rejected = read(put(Path(folder), name, written))
            assert len(kept) + len(rejected) <= len(content) + 1
            assert all(isinstance(record.values, dict) and record.place.isprintable() for record in kept)
            assert all(r.reason and (r.head is None or 0 < len(r.head) <= 80) for r in rejected)
            for r in rejected:
                f"{r.reason}{r.id}{r.head}".encode()


@settings(max_examples=30)
@given(st.integers(0, 10_000), st.binary(min_size=1, max_size=8))
def test_a_parquet_file_damaged_anywhere_never_raises(at: int, damage: bytes) -> None:
    with TemporaryDirectory() as folder:
        path = Path(folder) / "a.parquet"
        pq.write_table(pa.table({"id": range(200), "text": [f"{TEXT} {i}" for i in range(200)]}), path)
        content = bytearray(path.read_bytes())
        start = at % len(content)
        content[start : start + len(damage)] = damage
        kept, rejected = read(put(Path(folder), "b.parquet", bytes(content)))
        assert len(kept) + len(rejected) <= 201
