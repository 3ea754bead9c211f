"""Secrets: a password and a token reach the server they are for, and nothing that a run writes or prints."""

import base64
import html
import json
import os
import sqlite3
import subprocess
import sys
import threading
import urllib.parse
from collections.abc import Iterator
from contextlib import closing
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
import yaml

import mihwar
from mihwar.config import RunConfig
from mihwar.core.errors import ConfigError, InputError
from mihwar.core.progress import Progress
from mihwar.core.rows import RowMemory, row_key
from mihwar.core.scratch import Scratch
from mihwar.core.snapshot import Snapshot
from mihwar.ingest.stage import ingest
from mihwar.runs import Run

PASSWORD, TOKEN = "p@ß/wört-7319", "tok-92-en+84"
LOGIN = "me:" + urllib.parse.quote(PASSWORD, safe="")
FORMS = [
    PASSWORD,
    urllib.parse.quote(PASSWORD),
    urllib.parse.quote(PASSWORD, safe=""),
    urllib.parse.quote_plus(PASSWORD),
    TOKEN,
    urllib.parse.quote(TOKEN, safe=""),
    TOKEN.replace("+", " "),
    base64.b64encode(f"me:{PASSWORD}".encode()).decode(),
    html.escape(PASSWORD),
    json.dumps(PASSWORD)[1:-1],
    "p@ß",
    "tok-92",
]


class _Private(ThreadingHTTPServer):
    """A server that demands a login and a token; `asked` is what it was asked, with or without them."""

    asked: list[tuple[str, str | None]]
    answers: dict[str, tuple[int, dict[str, str], bytes]]


class _Handler(BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        assert isinstance(self.server, _Private)
        self.server.asked.append((self.path, self.headers["Authorization"]))
        path, _, query = self.path.partition("?")
        known = self.headers["Authorization"] == "Basic " + base64.b64encode(f"me:{PASSWORD}".encode()).decode()
        known = known and urllib.parse.parse_qs(query).get("token") == [TOKEN]
        status, headers, content = (
            self.server.answers.get(path, (404, {}, b""))
            if known or path.startswith("/open")
            else (401, {}, self.path.encode())
        )
        self.send_response(status)
        for name, value in headers.items():
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        self.wfile.write(content)

    def log_message(self, format: str, *args: object) -> None:
        pass


@pytest.fixture
def private() -> Iterator[_Private]:
    with _Private(("127.0.0.1", 0), _Handler) as server:
        server.asked, server.answers = [], {}
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        yield server
        server.shutdown()
        thread.join()


def at(server: _Private, path: str, login: str = LOGIN + "@") -> str:
    """An address of the server with both secrets in it."""
    return f"http://{login}127.0.0.1:{server.server_port}{path}?token={urllib.parse.quote(TOKEN, safe='')}&lang=ar"


def feed(server: _Private, articles: list[dict]) -> bytes:
    """A feed whose links, ids and texts repeat the secrets in many forms."""
    links = [
        at(server, "/a/{0}"),
        "/b/{0}",
        "?page={0}",
        f"https://n.example/{{0}}?X-Amz-Signature={TOKEN}",
        f"https://n.example/{{0}}#access_token={TOKEN}",
        f"https://{LOGIN}@n.example/{{0}}",
    ]
    items = ""
    for i, row in enumerate(articles):
        link = html.escape(links[i % len(links)].format(i))
        name = f"<guid>{link}</guid>" if i % 2 else ""
        text = html.escape(f"{row['text']}\nالرابط {at(server, '/feed')} وبعده نص")
        title = html.escape(row["title"] or "")
        items += f"<item>{name}<link>{link}</link><title>{title}</title><description>{text}</description></item>"
    own = html.escape(at(server, "/feed"))
    return f"<rss version='2.0'><channel><title>جريدة</title><link>{own}</link>{items}</channel></rss>".encode()


def texts(path: Path) -> str:
    """All that a file holds, as text, whatever it is packed in."""
    content = path.read_bytes()
    said = content.decode("utf-8", "replace")
    if path.suffix == ".parquet":
        table = pq.read_table(path)
        return f"{said} {table.schema} {table.schema.metadata} " + " ".join(
            f"{value}" for column in table.columns for value in column.to_pylist()
        )
    if path.suffix == ".sqlite":  # a row that spans pages is in one piece only when it is read
        with closing(sqlite3.connect(path)) as rows:
            return said + " ".join(
                value.decode("utf-8", "replace") for (value,) in rows.execute("SELECT value FROM rows")
            )
    if path.suffix == ".npy":
        array = np.load(path, allow_pickle=False)
        return said + (" ".join(map(str, array.ravel())) if array.dtype.kind in "US" else "")
    if path.suffix == ".html":
        return said + html.unescape(said) + said.encode().decode("unicode_escape", "replace")
    return said + (json.dumps(json.loads(said), ensure_ascii=False) if path.suffix == ".json" else "")


def found_in(said: str) -> list[str]:
    return [form for form in FORMS if form in said or form in urllib.parse.unquote(said)]


def leaks(root: Path) -> list[str]:
    """Files under a folder with a secret in them or in their names."""
    files = [path for path in root.rglob("*") if path.is_file()]
    assert files
    return [f"{path}: {found_in(f'{path} {texts(path)}')}" for path in files if found_in(f"{path} {texts(path)}")]


def command_line(*arguments: str, **environment: str) -> tuple[int, str]:
    """Exit code of the command, and all that it prints."""
    done = subprocess.run(
        [sys.executable, "-m", "mihwar", *arguments],
        capture_output=True,
        text=True,
        env=os.environ | environment,
        check=False,
    )
    return done.returncode, done.stdout + done.stderr


def test_the_search_finds_what_it_looks_for(tmp_path: Path) -> None:
    for form in FORMS:
        (tmp_path / "a.json").write_text(f'["{form}"]', encoding="utf-8")
        assert leaks(tmp_path)
    (tmp_path / "a.json").unlink()
    for way, before in (("short", ""), ("long", "x " * 20_000)):
        text = before[: 8192 - 40] + TOKEN * 2000
        RowMemory(tmp_path).recall(
            way, [row_key(text)], lambda rows, text=text: [(rows, pa.array([text]))], pa.string()
        )
        assert leaks(tmp_path)
        (tmp_path / f"{way}.sqlite").unlink()


def test_nothing_a_whole_run_writes_or_prints_holds_a_secret(
    private: _Private, tmp_path: Path, articles: list[dict]
) -> None:
    private.answers = {
        "/feed": (200, {"Content-Type": "application/rss+xml"}, feed(private, articles[:12])),
        "/moved": (302, {"Location": f"http://localhost:{private.server_port}/open/elsewhere"}, b""),
        "/pdf": (200, {"Content-Type": "application/pdf"}, at(private, "/pdf").encode()),
    }
    sources = [
        at(private, "/feed"),
        at(private, "/gone"),
        at(private, "/moved"),
        at(private, "/pdf"),
        at(private, "/feed", "me:wrong@"),
        f"postgresql://{LOGIN}@127.0.0.1:1/x?password={TOKEN}",
        f"sqlite:///nowhere.db?token={TOKEN}",
    ]
    config = tmp_path / "news.yaml"
    query = f"SELECT 1 AS text, 'password={PASSWORD}'"
    settings = {
        "source": sources,
        "local_addresses": True,
        "query": query,
        "clean": {"links": False},
        "near_duplicates": None,
    }
    config.write_text(
        json.dumps({"name": "news", "artifacts": str(tmp_path / "artifacts"), "ingest": settings}, ensure_ascii=False),
        encoding="utf-8",
    )
    said = ""
    for command in (["check", "--articles"], ["run"], ["run", "--set", "ingest.timezone=Asia/Riyadh", "--dry-run"]):
        code, printed = command_line(command[0], str(config), *command[1:])
        assert code == 0, printed
        said += printed
    code, printed = command_line("runs", "--artifacts", str(tmp_path / "artifacts"))
    assert not found_in(said + printed)
    assert not leaks(tmp_path / "artifacts")
    run = mihwar.open_run("news", tmp_path / "artifacts")
    assert len(run.documents) == 12
    assert run.documents["id"].is_unique
    assert set(run.documents["url"].str.partition("/")[0]) == {"http:", "https:"}
    assert len(run.rejects) == 6
    assert "***" in str(run.config["ingest"]["source"])
    assert not found_in(f"{mihwar.load_config(config)!r} {run!r}")
    authorized = "Basic " + base64.b64encode(f"me:{PASSWORD}".encode()).decode()
    assert ("/feed?token=tok-92-en%2B84&lang=ar", authorized) in private.asked
    assert ("/open/elsewhere", None) in private.asked
    assert all(login == authorized for path, login in private.asked if path.startswith(("/gone", "/moved", "/pdf")))


def test_an_answer_that_repeats_the_token_is_rejected_without_it(
    private: _Private, tmp_path: Path, articles: list[dict]
) -> None:
    private.answers = {
        "/echo": (200, {"Content-Type": "application/json"}, json.dumps({"error": f"no such token: {TOKEN}"}).encode())
    }
    sources = [at(private, "/echo"), str(tmp_path / "one.txt")]
    (tmp_path / "one.txt").write_text(articles[0]["text"], encoding="utf-8")
    settings = mihwar.load_config(None, [f"ingest.source={json.dumps(sources)}", "ingest.local_addresses=true"]).ingest
    rejects = ingest(settings, Scratch(tmp_path / "scratch"), Progress(quiet=True), Snapshot()).rejects.to_pylist()
    assert [row["head"] for row in rejects] == ['{"error": "no such token: ***"}']


def test_addresses_do_not_change_with_the_secrets(private: _Private, tmp_path: Path, articles: list[dict]) -> None:
    item = f"<item><link>/a</link><title>x</title><description>{articles[0]['text']}</description></item>"
    private.answers = {"/open/feed": (200, {}, f"<rss><channel>{item}</channel></rss>".encode())}

    def made(name: str, source: str) -> Run:
        overrides = [f"artifacts={tmp_path / name}", "ingest.local_addresses=true", "name=t"]
        return mihwar.run(mihwar.load_config(None, [*overrides, f"ingest.source={source}"]), until="ingest", quiet=True)

    one, other = (
        made("a", at(private, "/open/feed")),
        made("b", at(private, "/open/feed", "").replace("token=tok-92-en%2B84&", "")),
    )
    assert one.artifacts["ingest"].fingerprint == other.artifacts["ingest"].fingerprint
    assert one.artifacts["ingest"].manifest["files"] == other.artifacts["ingest"].manifest["files"]


@pytest.mark.parametrize("assigned", [False, True])
def test_a_record_keeps_what_the_config_said_and_the_run_can_be_made_again_from_it(
    private: _Private, tmp_path: Path, articles: list[dict], monkeypatch: pytest.MonkeyPatch, assigned: bool
) -> None:
    private.answers = {"/feed": (200, {}, feed(private, articles[:7]))}
    secrets = {
        "NEWS_LOGIN": LOGIN,
        "NEWS_TOKEN": urllib.parse.quote(TOKEN, safe=""),
        "NEWS_SIZE": "3",
        "NEWS_ROOT": str(tmp_path / "artifacts"),
    }
    for name, value in secrets.items():
        monkeypatch.setenv(name, value)
    source = f"http://${{oc.env:NEWS_LOGIN}}@127.0.0.1:{private.server_port}/feed?token=${{oc.env:NEWS_TOKEN}}"
    path = tmp_path / "news.yaml"
    wanted = {
        "name": "news",
        "artifacts": "${oc.env:NEWS_ROOT}",
        "ingest": {"local_addresses": True},
        "cluster": {"min_cluster_size": "${oc.env:NEWS_SIZE}"},
        "embed": {"batch_size": "${oc.env:NEWS_SIZE}"},
    }
    if not assigned:
        wanted["ingest"]["source"] = [source]
    path.write_text(yaml.safe_dump(wanted), encoding="utf-8")
    run = mihwar.run(path, set=[f"ingest.source=['{source}']"] if assigned else [], quiet=True)
    assert run.config["ingest"]["source"] == [source]
    assert (run.config["artifacts"], run.config["cluster"]["min_cluster_size"]) == (
        "${oc.env:NEWS_ROOT}",
        "${oc.env:NEWS_SIZE}",
    )
    assert run.artifacts["cluster"].manifest["settings"]["min_cluster_size"] == 3
    assert not leaks(tmp_path / "artifacts")
    again = tmp_path / "again.yaml"
    again.write_text(yaml.safe_dump(run.config), encoding="utf-8")
    assert not any(entry["made"] for entry in mihwar.run(again, quiet=True).record["stages"].values())
    for name in secrets:
        monkeypatch.delenv(name)
    assert len(mihwar.open_run("news", tmp_path / "artifacts").classify([articles[0]["text"]])) == 1


def test_a_config_that_was_changed_after_it_was_loaded_is_recorded_as_it_is(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NEWS", "a.jsonl")
    config = mihwar.load_config(None, ["ingest.source=${oc.env:NEWS}", "report.title=${oc.env:NEWS}"])
    changed = config.model_copy(update={"ingest": config.ingest.model_copy(update={"source": "b.jsonl"})})
    assert changed.recorded()["ingest"]["source"] == "b.jsonl"
    assert changed.recorded()["report"]["title"] == "${oc.env:NEWS}"


MISTAKES = [
    "ingest: {source: ['%s', 5]}",
    "ingest: {source: {a: '%s'}}",
    "ingest: {sorce: '%s'}",
    "cluster: {min_cluster_size: '%s'}",
    "cluster: {min_cluster_size: '${oc.env:NEWS_FEED}'}",
    "ingest: {source: '%s}\n",
    "ingest:\n  source: '%s'\n  source: '%s'\n",
    "ingest: {source: '${oc.env:NO_SUCH_THING}%s'}",
    "ingest:\n  %s:\n",
    "%s\n",
    "extends: %s\n",
]


@pytest.mark.parametrize("text", MISTAKES)
def test_a_mistake_in_a_config_is_told_without_secrets(tmp_path: Path, text: str) -> None:
    path, address = tmp_path / "news.yaml", f"https://{LOGIN}@n.example/feed?token={TOKEN}"
    path.write_text(text.replace("%s", address), encoding="utf-8")
    code, said = command_line("check", str(path), NEWS_FEED=address)
    assert code == 2
    assert not found_in(said)
    for given in (["none.yaml", "--set", address], [address], [f"/{address}"]):
        code, said = command_line("check", *given)
        assert code == 2
        assert not found_in(said)


@pytest.mark.parametrize(
    "password",
    [PASSWORD, f"a {PASSWORD}", f"a'{PASSWORD}", f'a"{PASSWORD}', f"<{PASSWORD}", f"${{{PASSWORD}", f"{PASSWORD}."],
)
@pytest.mark.parametrize("key", ["ingest.timezone", "ingest.timezon", "ingest timezone"])
def test_a_mistake_on_the_command_line_is_told_without_the_password(key: str, password: str) -> None:
    with pytest.raises(ConfigError) as raised:
        mihwar.load_config(None, [f"{key}=https://me:{password}@n.example/feed?token={TOKEN}"])
    assert not found_in(str(raised.value))


@pytest.mark.parametrize(
    "source",
    [
        f"http:/{LOGIN}@n.example/feed",
        f"{LOGIN}@n.example/feed?token={TOKEN}",
        f"ftp://{LOGIN}@n.example/",
        f"http:/n.example/feed?a=1&key={TOKEN}",
    ],
)
def test_an_address_with_a_mistake_in_it_is_told_without_secrets(tmp_path: Path, source: str) -> None:
    config = mihwar.load_config(None, [f"artifacts={tmp_path}", f"ingest.source={source}"])
    with pytest.raises(InputError) as raised:
        mihwar.run(config, quiet=True)
    assert not found_in(str(raised.value))


def test_when_nothing_can_be_read_the_reasons_are_told_without_secrets(private: _Private, tmp_path: Path) -> None:
    config = RunConfig.model_validate(
        {
            "artifacts": str(tmp_path),
            "ingest": {"source": [at(private, "/gone"), at(private, "/x")], "local_addresses": True},
        }
    )
    with pytest.raises(InputError, match=r"404 Not Found; .*404 Not Found") as raised:
        mihwar.run(config, quiet=True)
    assert not found_in(str(raised.value))
