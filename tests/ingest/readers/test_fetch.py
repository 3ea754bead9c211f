"""Fetching: from a real server on this machine, where that is allowed; never from it where it is not."""

import base64
import gzip
import socket
import threading
import time
import traceback
from collections.abc import Iterator
from contextlib import suppress
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from mihwar.core.errors import InputError
from mihwar.core.snapshot import Snapshot
from mihwar.ingest.readers import fetch as room
from mihwar.ingest.readers.fetch import MAX_REDIRECTS, fetch, is_public, machines
from mihwar.ingest.readers.read import Options, Record, Reject, digest, read_source
from mihwar.ingest.readers.web import MAX_PAGE

TEXT = "أعلنت الوزارة يوم الأحد أن حملة التطعيم ستبدأ الأسبوع المقبل في جميع المدارس. "
_PARAGRAPHS = "".join(f"<p>{i} {TEXT * 3}</p>" for i in range(4))
PAGE = f"<html lang='ar'><head><title>عنوان الخبر</title></head><body><article>{_PARAGRAPHS}</article></body></html>"
ITEM = f"<item><guid>g</guid><link>/a</link><title>عنوان</title><description>{TEXT}</description></item>"
FEED = f"<rss version='2.0'><channel><title>جريدة</title>{ITEM}</channel></rss>"


def here() -> Options:
    """A new run's options."""
    return Options(local_addresses=True)


ANSWERS: dict[str, tuple[int, dict[str, str], bytes]] = {
    "/page": (200, {"Content-Type": "text/html"}, PAGE.encode()),
    "/legacy": (200, {"Content-Type": "text/html; charset=windows-1256"}, PAGE.encode("cp1256")),
    "/feed": (200, {"Content-Type": "text/html"}, FEED.encode()),
    "/packed": (200, {"Content-Type": "application/rss+xml", "Content-Encoding": "gzip"}, gzip.compress(FEED.encode())),
    "/bomb": (200, {"Content-Type": "text/html", "Content-Encoding": "gzip"}, gzip.compress(b"a" * (MAX_PAGE * 8))),
    "/pdf": (200, {"Content-Type": "application/pdf"}, b"%PDF-1.7"),
    "/to-page": (302, {"Location": "/page"}, b""),
    "/round": (301, {"Location": "/round"}, b""),
    "/to-file": (302, {"Location": "file:///etc/passwd"}, b""),
    "/%D8%AE%D8%A8%D8%B1?a=%20": (200, {"Content-Type": "text/html"}, PAGE.encode()),
    "/error": (503, {}, PAGE.encode()),
}


class _Server(ThreadingHTTPServer):
    asked: list[tuple[str, str]]
    logins: list[tuple[str, str | None]]


class _Handler(BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        assert isinstance(self.server, _Server)
        self.server.asked.append((self.path, self.headers["Host"]))
        self.server.logins.append((self.path, self.headers["Authorization"]))
        status, headers, content = ANSWERS.get(self.path, (404, {}, b""))
        self.send_response(status)
        for name, value in headers.items():
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        self.wfile.write(content)

    def log_message(self, format: str, *args: object) -> None:
        pass


@pytest.fixture
def server() -> Iterator[_Server]:
    with _Server(("127.0.0.1", 0), _Handler) as server:
        server.asked, server.logins = [], []
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        yield server
        server.shutdown()
        thread.join()


def at(server: _Server, path: str, host: str = "127.0.0.1") -> str:
    return f"http://{host}:{server.server_port}{path}"


@pytest.mark.parametrize("path", ["/page", "/legacy", "/to-page", "/خبر?a= "])
def test_a_page_is_an_article(server: _Server, path: str) -> None:
    (found,) = read_source(at(server, path), here())
    assert isinstance(found, Record)
    assert found.values["title"] == "عنوان الخبر"
    assert found.values["text"].splitlines()[1].startswith("1 أعلنت الوزارة")
    assert found.values["url"].startswith("http://127.0.0.1")


@pytest.mark.parametrize("path", ["/feed", "/packed"])
def test_a_feed_is_known_by_what_it_is(server: _Server, path: str) -> None:
    (found,) = read_source(at(server, path), here())
    assert isinstance(found, Record)
    assert (found.place, found.values["id"], found.values["source"]) == ("entry 1", "g", "جريدة")
    assert found.values["url"] == at(server, "/a")


def test_a_run_fetches_once_and_the_next_run_again(server: _Server, tmp_path: Path) -> None:
    for folder in (None, tmp_path / "fetched"):
        for _ in range(2):
            run = Options(local_addresses=True, snapshot=Snapshot(folder))
            assert digest(at(server, "/page"), run) == digest(at(server, "/page"), run)
            assert digest(at(server, "/page"), run) != digest(at(server, "/feed"), run)
            assert len(list(read_source(at(server, "/page"), run))) == 1
            assert [path for path, _ in server.asked] == ["/page", "/feed"]
            server.asked.clear()


@pytest.mark.parametrize(
    ("path", "words"),
    [
        ("/gone", "expected a page, got 404 Not Found"),
        ("/error", "expected a page, got 503 Service Unavailable"),
        ("/round", f"more than {MAX_REDIRECTS} redirects"),
        ("/to-file", "expected an http or https address, got 'file:'"),
        ("/bomb", "expected at most 8 MiB, got more"),
    ],
)
def test_what_cannot_be_fetched_is_rejected_with_the_reason_and_asked_once(
    server: _Server, path: str, words: str
) -> None:
    run = here()
    counted = digest(at(server, path), run)
    n_asked = len(server.asked)
    (found,) = read_source(at(server, path), run)
    assert isinstance(found, Reject)
    assert words in found.reason
    assert counted == found.reason
    assert len(server.asked) == n_asked


def test_what_is_neither_page_nor_feed_is_rejected(server: _Server) -> None:
    (found,) = read_source(at(server, "/pdf"), here())
    assert not isinstance(found, Record)
    assert found.reason == "expected a page or a feed, got application/pdf"
    assert found.head == "%PDF-1.7"


@pytest.mark.parametrize(
    "host",
    [
        "127.0.0.1",
        "localhost",
        "127.1",
        "2130706433",
        "0.0.0.0",
        "[::1]",
        "[::ffff:127.0.0.1]",
        "169.254.169.254",
        "10.0.0.1",
    ],
)
def test_this_machine_and_its_network_are_refused_unasked(server: _Server, host: str) -> None:
    with pytest.raises(InputError, match="is on this machine or a private network") as raised:
        fetch(at(server, "/page", host), local_addresses=False)
    assert "ingest.local_addresses" in raised.value.remedy
    assert not server.asked


def test_a_redirect_is_checked_like_the_address_itself(server: _Server, monkeypatch: pytest.MonkeyPatch) -> None:
    port, checked, resolve = server.server_port, [], socket.getaddrinfo
    ANSWERS["/inside"] = (302, {"Location": f"http://127.0.0.1:{port}/page"}, b"")

    def outside(host: str, *args: object, **kwargs: object) -> object:
        checked.append(host)
        return resolve("127.0.0.1" if host == "n.example" else host, *args, **kwargs)

    monkeypatch.setattr(socket, "getaddrinfo", outside)
    monkeypatch.setattr(
        room, "is_public", lambda address: len(checked) == 1
    )  # the first host counts as public, as far as this machine can play one
    with pytest.raises(
        InputError, match=rf"http://127\.0\.0\.1:{port}/page: expected a public address, got 127\.0\.0\.1"
    ):
        fetch(f"http://n.example:{port}/inside", local_addresses=False)
    assert server.asked == [("/inside", f"n.example:{port}")]
    del ANSWERS["/inside"]


def test_the_connection_goes_to_the_address_that_was_checked(server: _Server, monkeypatch: pytest.MonkeyPatch) -> None:
    asked, resolve = [], socket.getaddrinfo

    def rebinding(host: str, *args: object, **kwargs: object) -> object:
        asked.append(host)
        return resolve("127.0.0.1" if asked.count("n.example") == 1 and host == "n.example" else host, *args, **kwargs)

    monkeypatch.setattr(socket, "getaddrinfo", rebinding)
    assert len(list(read_source(at(server, "/page", "n.example"), here()))) == 1
    assert asked.count("n.example") == 1
    assert server.asked == [("/page", f"n.example:{server.server_port}")]


def test_one_inside_machine_among_public_ones_is_enough_to_refuse(monkeypatch: pytest.MonkeyPatch) -> None:
    answers = [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (address, 80)) for address in ("93.184.216.34", "10.1.2.3")]
    monkeypatch.setattr(socket, "getaddrinfo", lambda *_, **__: answers)
    with pytest.raises(InputError, match=r"10\.1\.2\.3"):
        machines("http://n.example/", False)
    assert machines("http://n.example/", True) == ["93.184.216.34", "10.1.2.3"]
    monkeypatch.setattr(socket, "getaddrinfo", lambda *_, **__: answers[:1])
    assert machines("http://n.example/", False) == ["93.184.216.34"]


@pytest.mark.parametrize(
    ("address", "public"),
    [
        ("93.184.216.34", True),
        ("2606:2800:220:1:248:1893:25c8:1946", True),
        ("127.0.0.1", False),
        ("0.0.0.0", False),
        ("10.0.0.1", False),
        ("172.16.0.1", False),
        ("192.168.1.1", False),
        ("169.254.169.254", False),
        ("100.64.0.1", False),
        ("224.0.0.1", False),
        ("255.255.255.255", False),
        ("::1", False),
        ("fe80::1%eth0", False),
        ("fd00::1", False),
        ("ff02::1", False),
        ("::ffff:10.0.0.1", False),
        ("2002:7f00:1::", False),
        ("64:ff9b::7f00:1", False),
        ("64:ff9b::5db8:d822", True),
    ],
)
def test_public_addresses(address: str, public: bool) -> None:
    assert is_public(address) == public


def test_a_server_that_is_not_there_and_a_host_that_is_unknown() -> None:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        port = listener.getsockname()[1]
    with pytest.raises(InputError, match=r"expected an answer, got .*refused"):
        fetch(f"http://user:geheim@127.0.0.1:{port}/", local_addresses=True)
    for url in (
        "http://لا-يوجد.invalid/",
        "http://a..b/",
        f"http://{'a' * 70}.example/",
        "http://127.0.0.1:99999/",
        "http:///x",
        "http://[::1/x",
    ):
        with pytest.raises(InputError, match=r"ingest\.source"):
            fetch(url, local_addresses=True)


def test_a_server_that_speaks_no_http(server: _Server) -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener:

        def answer() -> None:
            connection, _ = listener.accept()
            with connection:
                connection.recv(1000)
                connection.sendall("خبر\r\n\r\n".encode())

        thread = threading.Thread(target=answer)
        thread.start()
        with pytest.raises(InputError, match="expected an answer"):
            fetch(f"http://user:geheim@127.0.0.1:{listener.getsockname()[1]}/", local_addresses=True)
        thread.join()
    with pytest.raises(InputError, match="expected an answer"):
        fetch(at(server, "/page").replace("http:", "https:"), local_addresses=True)


BASIC = "Basic " + base64.b64encode("me:ge@heim/ü".encode()).decode()  # me:ge%40heim%2F%C3%BC


def test_a_login_is_sent_and_an_address_without_it_is_what_remains(server: _Server) -> None:
    (found,) = read_source(f"http://me:ge%40heim%2F%C3%BC@127.0.0.1:{server.server_port}/to-page?token=geheim", here())
    assert isinstance(found, Reject)  # there is nothing at /to-page?token=geheim
    assert found.reason == "expected a page, got 404 Not Found"
    (found,) = read_source(f"http://me:ge%40heim%2F%C3%BC@127.0.0.1:{server.server_port}/to-page", here())
    assert isinstance(found, Record)
    assert found.values["url"] == at(server, "/page")
    assert server.logins == [("/to-page?token=geheim", BASIC), ("/to-page", BASIC), ("/page", BASIC)]


def test_links_of_a_feed_do_not_inherit_its_secrets(server: _Server, monkeypatch: pytest.MonkeyPatch) -> None:
    items = "".join(f"<item><link>{link}</link><title>خبر</title></item>" for link in ("/a", "?page=2", "#b", "b?x=1"))
    monkeypatch.setitem(
        ANSWERS, "/f/feed?token=geheim&a=1", (200, {}, f"<rss><channel>{items}</channel></rss>".encode())
    )
    found = list(read_source(f"http://me:geheim@127.0.0.1:{server.server_port}/f/feed?token=geheim&a=1", here()))
    assert [record.values["url"] for record in found if isinstance(record, Record)] == [
        at(server, path) for path in ("/a", "/f/feed?page=2", "/f/feed?a=1#b", "/f/b?x=1")
    ]


def test_a_login_goes_to_no_other_origin_and_that_of_a_redirect_is_not_used(
    server: _Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    port = server.server_port
    for path, location in (
        ("/away", f"http://localhost:{port}/back"),  # another host
        ("/back", f"http://127.0.0.1:{port}/page"),  # and from there back again
        ("/own", f"http://other:login@127.0.0.1:{port}/page"),
        ("/theirs", f"http://other:login@localhost:{port}/page"),
    ):
        monkeypatch.setitem(ANSWERS, path, (302, {"Location": location}, b""))
    login = f"http://me:ge%40heim%2F%C3%BC@127.0.0.1:{port}"
    for path in ("/away", "/own", "/theirs"):
        (found,) = read_source(login + path, here())
        assert isinstance(found, Record)
        assert "@" not in found.values["url"]
    assert {host for _, host in server.asked} == {f"127.0.0.1:{port}", f"localhost:{port}"}
    assert server.logins == [
        ("/away", BASIC),
        ("/back", None),
        ("/page", None),
        ("/own", BASIC),
        ("/page", BASIC),
        ("/theirs", BASIC),
        ("/page", None),
    ]


def test_another_port_is_another_origin(server: _Server, monkeypatch: pytest.MonkeyPatch) -> None:
    with _Server(("127.0.0.1", 0), _Handler) as other:
        other.asked, other.logins = [], []
        thread = threading.Thread(target=other.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        monkeypatch.setitem(ANSWERS, "/port", (302, {"Location": at(other, "/page")}, b""))
        assert isinstance(*read_source(f"http://me:geheim@127.0.0.1:{server.server_port}/port", here()), Record)
        other.shutdown()
        thread.join()
        assert other.logins == [("/page", None)]


@pytest.mark.parametrize(
    "path", ["/gone?api_key=geheim", "/to-geheim", "/round-geheim", "/a\x7fb?token=geheim", "/bad"]
)
def test_no_message_and_nothing_it_came_from_holds_a_secret(
    server: _Server, monkeypatch: pytest.MonkeyPatch, path: str
) -> None:
    monkeypatch.setitem(ANSWERS, "/to-geheim", (302, {"Location": "/login/geheim?next=%2F%3Ftoken%3Dgeheim"}, b""))
    monkeypatch.setitem(ANSWERS, "/round-geheim", (302, {"Location": "/round-geheim"}, b""))
    monkeypatch.setitem(ANSWERS, "/bad", (302, {"Location": "http://[geheim"}, b""))
    with pytest.raises(InputError) as raised:
        fetch(f"http://me:geheim@127.0.0.1:{server.server_port}{path}", local_addresses=True)
    assert "geheim" not in "".join(traceback.format_exception(raised.value)).replace(path, "").replace(
        "me:geheim@127", ""
    )
    assert raised.value.__cause__ is None
    assert raised.value.__context__ is None


class _Dripping:
    """A server on this machine that sends a byte now and then, for half a minute."""

    def __init__(self, start: bytes, more: bytes) -> None:
        self.start, self.more, self.stopped = start, more, threading.Event()
        self.listener = socket.create_server(("127.0.0.1", 0))
        self.port = self.listener.getsockname()[1]
        self.thread = threading.Thread(target=self._serve)

    def __enter__(self) -> "_Dripping":
        self.thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.stopped.set()
        with suppress(OSError):
            socket.create_connection(("127.0.0.1", self.port), 1).close()
        self.thread.join()
        self.listener.close()

    def _serve(self) -> None:
        while not self.stopped.is_set():
            connection, _ = self.listener.accept()
            with connection, suppress(OSError):
                if self.start:
                    connection.recv(4096)
                    connection.sendall(self.start)
                for i in range(300):
                    if self.stopped.wait(0.1):
                        return
                    connection.sendall(self.more[i % len(self.more) :][:1])
                    if self.start.startswith(b"HTTP/1.1 302") and i == 3:
                        connection.sendall(b"\r\n\r\n")
                        break


OK = b"HTTP/1.1 200 OK\r\n"


@pytest.mark.parametrize(
    ("scheme", "start", "more"),
    [
        ("http", b"H", b"TTP"),  # the status line has no end
        ("http", OK, b"X: a\r\n"),
        ("http", b"", b"HTTP/1.1 100 Continue\r\n\r\n"),
        ("http", OK + b"Content-Type: text/html\r\n\r\n", b"<p>x"),
        ("http", OK + b"Content-Length: 900\r\n\r\n", b"<p>x"),
        ("http", OK + b"Transfer-Encoding: chunked\r\n\r\n", b"1\r\nx\r\n"),
        ("http", OK + b"Transfer-Encoding: chunked\r\n\r\n", b"0"),  # the length of a part has no end
        ("http", OK + b"Content-Encoding: gzip\r\n\r\n", gzip.compress(b"a" * 99, mtime=0)),
        ("http", b"HTTP/1.1 302 Found\r\nLocation: /x\r\nX: ", b"a"),  # each redirect takes half a second
        ("https", b"\x16\x03\x03\x40\x00", b"\x02"),  # a handshake
    ],
)
def test_all_of_it_is_bounded_although_bytes_drip(scheme: str, start: bytes, more: bytes) -> None:
    with _Dripping(start, more) as server:
        began = time.monotonic()
        with pytest.raises(InputError, match="expected all of it within 1 seconds"):
            fetch(f"{scheme}://127.0.0.1:{server.port}/", local_addresses=True, seconds=1)
        assert time.monotonic() - began < 8  # the server goes on for thirty


def test_machines_that_do_not_answer_share_the_time(monkeypatch: pytest.MonkeyPatch) -> None:
    answers = [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (f"127.0.0.{i}", 80)) for i in range(1, 9)]
    given, asked = socket.getaddrinfo, []

    def silent(address: tuple[str, int], timeout: float) -> socket.socket:
        asked.append(address[0])
        time.sleep(timeout)
        raise TimeoutError("timed out")

    monkeypatch.setattr(
        socket,
        "getaddrinfo",
        lambda host, *rest, **more: answers if host == "n.example" else given(host, *rest, **more),
    )
    monkeypatch.setattr(socket, "create_connection", silent)
    began = time.monotonic()
    with pytest.raises(InputError, match="within 1 seconds"):
        fetch("http://n.example/", local_addresses=True, seconds=1)
    assert time.monotonic() - began < 5
    assert asked == [f"127.0.0.{i}" for i in range(1, 9)]
