"""Databases: rows stream, nothing is written, no password is shown."""

import sqlite3
from datetime import datetime
from pathlib import Path

import pytest
import sqlalchemy

from mihwar.core.errors import InputError
from mihwar.ingest.readers.read import Options, Record, Reject, digest, find_sources, read_source
from mihwar.ingest.readers.records import MAX_RECORD, Unanswered
from mihwar.ingest.readers.sql import read_rows
from mihwar.ingest.stage import IngestSettings

QUERY = "SELECT id, headline AS title, body AS text, day AS date FROM news ORDER BY id"


@pytest.fixture
def news(tmp_path: Path) -> str:
    """The address of a database with 250 articles."""
    with sqlite3.connect(tmp_path / "أخبار.db") as connection:
        connection.execute("CREATE TABLE news (id INTEGER, headline TEXT, body TEXT, day TEXT)")
        connection.executemany(
            "INSERT INTO news VALUES (?, ?, ?, ?)",
            [(i, f"عنوان {i}", f"نص الخبر رقم {i}", "2026-01-02") for i in range(250)],
        )
    connection.close()
    return f"sqlite:///{tmp_path / 'أخبار.db'}"


def read(address: str, query: str | None = QUERY, **fields: str) -> tuple[list[Record], list[Reject]]:
    found = list(read_source(address, Options(query=query, fields=fields)))
    return [f for f in found if isinstance(f, Record)], [f for f in found if isinstance(f, Reject)]


def test_rows_are_records(news: str) -> None:
    assert find_sources(news) == [news]
    kept, rejected = read(news)
    assert not rejected
    assert [r.place for r in kept] == [f"row {i + 1}" for i in range(250)]
    assert kept[7].values == {"id": 7, "title": "عنوان 7", "text": "نص الخبر رقم 7", "date": "2026-01-02"}


def test_columns_have_our_names_by_the_settings(news: str) -> None:
    kept, _ = read(news, "SELECT * FROM news", text="body", title="headline")
    assert (kept[3].values["text"], kept[3].values["title"]) == ("نص الخبر رقم 3", "عنوان 3")
    kept, rejected = read(news, "SELECT * FROM news", text="boddy")
    assert not kept
    assert (
        "no column 'boddy', which ingest.fields names as 'text' (did you mean 'body'?); the columns are id, "
        "headline, body, day" in rejected[0].reason
    )


def test_colons_and_percent_signs_in_a_query_are_its_own(news: str) -> None:
    kept, _ = read(news, "SELECT id, body AS text, ':x 10:30 50%' AS title FROM news WHERE id < 2 AND body LIKE 'نص%'")
    assert [r.values["title"] for r in kept] == [":x 10:30 50%"] * 2


def test_what_the_rows_are_counts_not_where(news: str, tmp_path: Path) -> None:
    options = Options(query=QUERY)
    before = digest(news, options)
    (tmp_path / "copy.db").write_bytes((tmp_path / "أخبار.db").read_bytes())
    assert digest(f"sqlite:///{tmp_path / 'copy.db'}", options) == before
    with sqlite3.connect(tmp_path / "copy.db") as connection:
        connection.execute("UPDATE news SET body = 'آخر' WHERE id = 200")
    connection.close()
    assert digest(f"sqlite:///{tmp_path / 'copy.db'}", options) != before


def test_a_bad_row_is_rejected_and_its_neighbours_are_kept(news: str, tmp_path: Path) -> None:
    with sqlite3.connect(tmp_path / "أخبار.db") as connection:
        connection.execute("UPDATE news SET body = CAST(x'd8ff41' AS TEXT) WHERE id = 3")
        connection.execute("UPDATE news SET body = ? WHERE id = 5", ["ب" * (MAX_RECORD + 1)])
    connection.close()
    kept, rejected = read(news)
    assert len(kept) == 248
    assert [(r.place, r.id, r.reason) for r in rejected] == [
        ("row 4", "3", "not valid UTF-8"),
        ("row 6", "5", "longer than 16 MiB"),
    ]
    assert all(r.head for r in rejected)


def test_rows_that_break_off_are_on_record(news: str) -> None:
    kept, rejected = read(
        news, "SELECT id, body AS text, CASE WHEN id = 130 THEN abs(-9223372036854775808) END AS x FROM news"
    )
    assert len(kept) < 131
    assert rejected[-1].place == f"after row {len(kept)}"
    assert "the rows break off: integer overflow" in rejected[-1].reason


@pytest.mark.parametrize("query", [None, "  "])
def test_a_database_without_a_query_is_a_mistake_in_the_config(news: str, query: str | None) -> None:
    for use in (lambda: read(news, query), lambda: digest(news, Options(query=query))):
        with pytest.raises(InputError, match=r"ingest\.query: expected the SQL"):
            use()


@pytest.mark.parametrize(
    ("query", "words"),
    [
        ("SELEC", "syntax error"),
        ("SELECT * FROM olds", "no such table: olds"),
        ("DELETE FROM news", "readonly database"),
        ("CREATE TABLE x (y)", "readonly database"),
    ],
)
def test_a_query_that_gives_no_rows_is_rejected_with_the_reason_and_changes_nothing(
    news: str, query: str, words: str
) -> None:
    kept, rejected = read(news, query)
    assert not kept
    assert words in rejected[0].reason
    assert digest(news, Options(query=query)) == rejected[0].reason
    assert len(read(news)[0]) == 250


@pytest.mark.parametrize("name", ["gone.db", "file:gone.db"])
def test_a_database_that_is_not_there_is_not_made(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str) -> None:
    monkeypatch.chdir(tmp_path)
    kept, rejected = read(f"sqlite:///{name}")
    assert not kept
    assert "found nothing there" in rejected[0].reason or "unable to open" in rejected[0].reason
    assert not list(tmp_path.iterdir())


def test_a_file_that_is_no_database(tmp_path: Path) -> None:
    (tmp_path / "a.db").write_text("خبر " * 1000)
    assert "not a database" in read(f"sqlite:///{tmp_path / 'a.db'}")[1][0].reason


@pytest.mark.parametrize(
    "address",
    [
        "ftp://h/a",
        "file:///etc/passwd",
        "sqlite+nothing:///x",
        "nosuch://user:geheim@h/x",
        "postgresql://user:geheim@h:port/x",
    ],
)
def test_other_addresses_are_refused_in_words(address: str) -> None:
    with pytest.raises(InputError, match=r"expected http, https or a database") as raised:
        read(address)
    assert "geheim" not in str(raised.value)


def test_a_missing_driver_is_named() -> None:
    with pytest.raises(Unanswered, match=r"Install \w+") as raised:
        list(read_rows("oracle+cx_oracle://user:geheim@h/x", Options(query="SELECT 1")))
    assert "geheim" not in str(raised.value)
    assert "oracle+cx_oracle://***@h/x" in str(raised.value)


@pytest.mark.parametrize(
    "query",
    [
        "SELECT * FROM dblink('host=h password=geheim', 'x')",
        "SELECT read('https://me:geheim@h/?token=geheim')",
        "SELEC 'pwd=geheim'",
    ],
)
def test_a_secret_in_a_query_is_neither_recorded_nor_in_a_reason(news: str, query: str) -> None:
    recorded = IngestSettings(source=news, query=query).model_dump(mode="json")["query"]
    assert "geheim" not in recorded
    assert recorded.startswith(query[:6])
    assert "geheim" not in str(read(news, query))


def test_dates_come_as_the_database_has_them(tmp_path: Path) -> None:
    engine = sqlalchemy.create_engine(f"sqlite:///{tmp_path / 'a.db'}")
    table = sqlalchemy.Table(
        "a",
        sqlalchemy.MetaData(),
        sqlalchemy.Column("text", sqlalchemy.Text),
        sqlalchemy.Column("date", sqlalchemy.DateTime),
    )
    with engine.begin() as connection:
        table.create(connection)
        connection.execute(table.insert(), {"text": "خبر", "date": datetime(2026, 1, 2, 3)})
    engine.dispose()
    kept, _ = read(f"sqlite:///{tmp_path / 'a.db'}", "SELECT * FROM a")
    assert kept[0].values == {"text": "خبر", "date": "2026-01-02 03:00:00.000000"}
