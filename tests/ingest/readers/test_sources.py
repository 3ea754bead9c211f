"""Sources: one that is bad never stops the rest, whatever its name and its kind."""

import json
import os
import socket
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from typer.testing import CliRunner

import mihwar
from mihwar.cli import app
from mihwar.core.errors import InputError
from mihwar.core.progress import Progress
from mihwar.core.scratch import Scratch
from mihwar.core.snapshot import Snapshot
from mihwar.ingest.readers import read
from mihwar.ingest.readers.read import Options, Reject, digest, find_sources, read_source
from mihwar.ingest.stage import IngestSettings, contents, ingest

TEXT = "أعلنت الوزارة يوم الأحد أن حملة التطعيم ستبدأ الأسبوع المقبل في جميع المدارس."


def refusing() -> str:
    """An address at which nothing listens."""
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return f"http://127.0.0.1:{listener.getsockname()[1]}/feed"


@contextmanager
def someone_else() -> Iterator[None]:
    """Nothing is closed to root: be another user for a moment."""
    root = os.geteuid() == 0
    if root:
        os.seteuid(65534)
    try:
        yield
    finally:
        if root:
            os.seteuid(0)


def test_sources_that_do_not_answer_are_rejects_and_notes_and_the_rest_is_read(
    tmp_path: Path, write_rows: Callable[..., Path], articles: list[dict]
) -> None:
    dead = [
        refusing(),
        "http://10.0.0.1/feed",
        "http://لا-يوجد.invalid/",
        "sqlite:///nowhere.db",
        "oracle+cx_oracle://me:geheim@h/x",
    ]
    good = str(write_rows(articles[:3]))
    settings = IngestSettings(source=[dead[0], good, *dead[1:]], query="SELECT 1 AS text", local_addresses=False)
    snapshot = Snapshot(tmp_path / "fetched")
    before = contents(settings, snapshot)
    corpus = ingest(settings, Scratch(tmp_path / "s"), Progress(quiet=True), snapshot)
    assert corpus.articles.num_rows == 3
    rejects = corpus.rejects.to_pylist()
    assert [row["file"] for row in rejects] == [read.shown(source) for source in dead]
    for row, words in zip(
        rejects,
        [
            "127.0.0.1, which is on this machine",
            "10.0.0.1, which is",
            "a host that is known",
            "nothing there",
            "driver",
        ],
        strict=True,
    ):
        assert words in row["reason"]
    for row in rejects:
        assert f"{row['file']} could not be read: {row['reason']}." in corpus.notes
    assert corpus.counts["read"] == 8 == corpus.counts["kept"] + corpus.counts["rejected"]
    assert contents(settings, snapshot) == before
    assert before[1] == contents(IngestSettings(source=good), Snapshot())[0]


def test_many_dead_sources_do_not_fill_the_notes(
    tmp_path: Path, write_rows: Callable[..., Path], articles: list[dict]
) -> None:
    sources = [str(write_rows(articles[:1])), *(f"http://10.0.0.{i}/" for i in range(1, 31))]
    corpus = ingest(IngestSettings(source=sources), Scratch(tmp_path / "s"), Progress(quiet=True), Snapshot())
    assert corpus.rejects.num_rows == 30
    assert sum("could not be read" in note for note in corpus.notes) == 11
    assert any(note.startswith("20 more addresses") for note in corpus.notes)


def test_one_dead_feed_does_not_stop_a_run(
    tmp_path: Path, write_rows: Callable[..., Path], articles: list[dict]
) -> None:
    overrides = [
        f"ingest.source=[{write_rows(articles[:3])}, '{refusing()}']",
        f"artifacts={tmp_path / 'a'}",
        "ingest.local_addresses=true",
        "name=t",
    ]
    run = mihwar.run(mihwar.load_config(None, overrides), until="ingest", quiet=True)
    assert "refused" in run.rejects["reason"].item()
    assert any("refused" in note for note in run.record["stages"]["ingest"]["notes"])
    again = mihwar.run(mihwar.load_config(None, overrides), until="ingest", quiet=True)
    assert again.record["stages"]["ingest"]["made"] is False


def test_when_nothing_can_be_read_the_run_stops_with_the_reasons(tmp_path: Path) -> None:
    config = mihwar.load_config(
        None, [f"ingest.source=['{refusing()}', 'http://10.0.0.1/']", f"artifacts={tmp_path / 'a'}"]
    )
    with pytest.raises(InputError, match=r"(?s)got 2 sources with none.*private network.*private network"):
        mihwar.run(config, quiet=True)


def test_a_pattern_that_matches_nothing_is_a_mistake_in_the_config_also_among_others(
    write_rows: Callable[..., Path], articles: list[dict]
) -> None:
    with pytest.raises(InputError, match=r"nowhere/\*\.txt: expected files to match it"):
        find_sources([str(write_rows(articles[:1])), "nowhere/*.txt"])


def odd_folder(folder: Path) -> list[str]:
    """A folder of files with odd names, and what they are to be shown as."""
    folder.mkdir()
    names = {
        b"\xff.txt": "\ufffd.txt",
        b"caf\xe9\xe8.jsonl": "caf\ufffd\ufffd.jsonl",
        b"a\nb.txt": "a\ufffdb.txt",
        b"\x1b[31m.txt": "\ufffd[31m.txt",
    }
    for i, name in enumerate(names):
        content = json.dumps({"text": f"{i} {TEXT}"}, ensure_ascii=False) if name.endswith(b"jsonl") else f"{i} {TEXT}"
        Path(os.fsdecode(os.fsencode(folder) + b"/" + name)).write_text(content, encoding="utf-8")
    pq.write_table(pa.table({"text": [f"9 {TEXT}"]}), folder / "whole.parquet")
    (folder / "whole.parquet").rename(Path(os.fsdecode(os.fsencode(folder) + b"/\xfe.parquet")))
    return [*names.values(), "\ufffd.parquet"]


@pytest.mark.skipif(
    os.name != "posix" or os.uname().sysname == "Darwin", reason="the file system takes UTF-8 names only"
)
def test_files_whose_names_are_not_utf8_or_no_line_are_read_and_shown(tmp_path: Path) -> None:
    names = odd_folder(tmp_path / "in")
    Path(os.fsdecode(os.fsencode(tmp_path / "in") + b"/\xfd.\xfc")).write_text("x")
    overrides = [
        f"ingest.source={tmp_path / 'in'}",
        f"artifacts={tmp_path / 'a'}",
        "name=t",
        "ingest.near_duplicates=null",
    ]
    run = mihwar.run(mihwar.load_config(None, overrides), until="ingest", quiet=True)
    manifest = run.artifacts["ingest"].manifest
    assert manifest["rows"] == len(names)
    assert {Path(name).name for name in manifest["counts"]["sources"]} == {
        *(name for name in names if not name.endswith(".txt")),
        "in",  # the folder is the source of its .txt files
        "\ufffd.\ufffd",
    }
    assert [Path(file).name for file in run.rejects["file"]] == ["\ufffd.\ufffd"]
    assert "unknown format '.\ufffd'" in run.rejects["reason"].item()
    for path in (tmp_path / "a").rglob("*.json"):
        json.dumps(json.loads(path.read_text(encoding="utf-8")), ensure_ascii=False).encode("utf-8")
    config = tmp_path / "c.yaml"
    config.write_text("name: t\n", encoding="utf-8")
    arguments = [word for override in overrides for word in ("--set", override)]
    result = CliRunner().invoke(app, ["check", str(config), "--articles", *arguments])
    assert result.exit_code == 0, result.output
    assert "\ufffd.\ufffd: its format is not read" in result.output
    assert "\x1b[31m" not in result.output
    assert CliRunner().invoke(app, ["run", str(config), "--until", "ingest", *arguments]).exit_code == 0


@pytest.fixture
def open_folder() -> Iterator[Path]:
    """A folder that every user may enter, which pytest's own are not."""
    with TemporaryDirectory() as folder:
        Path(folder).chmod(0o755)
        yield Path(folder)


def test_what_is_no_file_in_a_folder_is_rejected_by_name_and_the_rest_is_read(open_folder: Path) -> None:
    folder = open_folder / "in"
    (folder / "closed").mkdir(parents=True)
    (folder / "closed" / "c.txt").write_text(TEXT, encoding="utf-8")
    (folder / "a.txt").write_text(TEXT, encoding="utf-8")
    (folder / "gone.txt").symlink_to("nowhere.txt")
    (folder / "loop.txt").symlink_to("loop.txt")
    (folder / "locked.txt").write_text(TEXT, encoding="utf-8")
    os.mkfifo(folder / "pipe.txt")
    (folder / "closed").chmod(0o000)
    (folder / "locked.txt").chmod(0o000)
    try:
        with someone_else():
            found = find_sources(str(folder))
            entries = {Path(source).name: list(read_source(source, Options())) for source in found}
            digests = {Path(source).name: digest(source, Options()) for source in found}
    finally:
        (folder / "closed").chmod(0o755)
        (folder / "locked.txt").chmod(0o644)
    rejected = {name: reject.reason for name, (reject,) in entries.items() if isinstance(reject, Reject)}
    assert rejected == {
        "closed": "cannot be opened: Permission denied",
        "gone.txt": "cannot be opened: No such file or directory",
        "locked.txt": "cannot be opened: Permission denied",
        "loop.txt": "cannot be opened: Too many levels of symbolic links",
        "pipe.txt": "cannot be opened: it is neither a file nor a folder",
    }
    assert set(entries) - set(rejected) == {"a.txt"}
    assert digests["pipe.txt"] == "it is neither a file nor a folder.txt"


def test_a_check_of_a_folder_with_a_broken_link_in_it(tmp_path: Path) -> None:
    (tmp_path / "in").mkdir()
    (tmp_path / "in" / "a.txt").write_text(TEXT, encoding="utf-8")
    (tmp_path / "in" / "gone.txt").symlink_to("nowhere.txt")
    (tmp_path / "c.yaml").write_text(f"ingest: {{source: {tmp_path / 'in'}}}\n", encoding="utf-8")
    result = CliRunner().invoke(app, ["check", str(tmp_path / "c.yaml"), "--articles"])
    assert result.exit_code == 0, result.output
    assert "cannot be opened: No such file or directory" in result.output.replace("\n", " ")
