"""Fetching: from a real server on this machine, where that is allowed; never from it where it is not."""

import gzip
import socket
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from pipeline.core.errors import InputError
from pipeline.ingest import fetch as room
from pipeline.ingest.fetch import MAX_REDIRECTS, fetch, is_public, machines
from pipeline.ingest.read import Options, Record, digest, read_source
from pipeline.ingest.web import MAX_PAGE

TEXT = "أعلنت الوزارة يوم الأحد أن حملة التطعيم ستبدأ الأسبوع المقبل في جميع المدارس. "
PAGE = f"<html lang='ar'><head><title>عنوان الخبر</title></head><body><article>{''.join(f'<p>{i} {TEXT * 3}</p>' for i in range(4))}</article></body></html>"
ITEM = f"<item><guid>g</guid><link>/a</link><title>عنوان</title><description>{TEXT}</description></item>"
FEED = f"<rss version='2.0'><channel><title>جريدة</title>{ITEM}</channel></rss>"
HERE = Options(local_addresses=True)

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


class _Handler(BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        assert isinstance(self.server, _Server)
        self.server.asked.append((self.path, self.headers["Host"]))
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
    fetch.cache_clear()
    with _Server(("127.0.0.1", 0), _Handler) as server:
        server.asked = []
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        yield server
        server.shutdown()
        thread.join()


def at(server: _Server, path: str, host: str = "127.0.0.1") -> str:
    return f"http://{host}:{server.server_port}{path}"


@pytest.mark.parametrize("path", ["/page", "/legacy", "/to-page", "/خبر?a= "])
def test_a_page_is_an_article(server: _Server, path: str) -> None:
    (found,) = read_source(at(server, path), HERE)
    assert isinstance(found, Record)
    assert found.values["title"] == "عنوان الخبر"
    assert found.values["text"].splitlines()[1].startswith("1 أعلنت الوزارة")
    assert found.values["url"].startswith("http://127.0.0.1")


@pytest.mark.parametrize("path", ["/feed", "/packed"])
def test_a_feed_is_known_by_what_it_is(server: _Server, path: str) -> None:
    (found,) = read_source(at(server, path), HERE)
    assert isinstance(found, Record)
    assert (found.place, found.values["id"], found.values["source"]) == ("entry 1", "g", "جريدة")
    assert found.values["url"] == at(server, "/a")


def test_what_is_counted_and_what_is_read_are_fetched_once(server: _Server) -> None:
    assert digest(at(server, "/page"), HERE) == digest(at(server, "/page"), HERE)
    assert digest(at(server, "/page"), HERE) != digest(at(server, "/feed"), HERE)
    assert len(list(read_source(at(server, "/page"), HERE))) == 1
    assert [path for path, _ in server.asked] == ["/page", "/feed"]


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
def test_what_cannot_be_fetched_is_said(server: _Server, path: str, words: str) -> None:
    for use in (lambda: list(read_source(at(server, path), HERE)), lambda: digest(at(server, path), HERE)):
        with pytest.raises(InputError, match=words):
            use()


def test_what_is_neither_page_nor_feed_is_rejected(server: _Server) -> None:
    (found,) = read_source(at(server, "/pdf"), HERE)
    assert not isinstance(found, Record)
    assert found.reason == "expected a page or a feed, got application/pdf"
    assert found.head == "%PDF-1.7"


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost", "127.1", "2130706433", "0.0.0.0", "[::1]", "[::ffff:127.0.0.1]", "169.254.169.254", "10.0.0.1"])
def test_this_machine_and_its_network_are_refused_unasked(server: _Server, host: str) -> None:
    with pytest.raises(InputError, match="is on this machine or a private network") as raised:
        list(read_source(at(server, "/page", host), Options()))
    assert "ingest.local_addresses" in raised.value.remedy
    assert not server.asked


def test_a_redirect_is_checked_like_the_address_itself(server: _Server, monkeypatch: pytest.MonkeyPatch) -> None:
    port, checked, resolve = server.server_port, [], socket.getaddrinfo
    ANSWERS["/inside"] = (302, {"Location": f"http://127.0.0.1:{port}/page"}, b"")

    def outside(host: str, *args: object, **kwargs: object) -> object:
        checked.append(host)
        return resolve("127.0.0.1" if host == "n.example" else host, *args, **kwargs)

    monkeypatch.setattr(socket, "getaddrinfo", outside)
    monkeypatch.setattr(room, "is_public", lambda address: len(checked) == 1)  # the first host counts as public, as far as this machine can play one
    with pytest.raises(InputError, match=rf"http://127\.0\.0\.1:{port}/page: expected a public address, got 127\.0\.0\.1"):
        list(read_source(f"http://n.example:{port}/inside", Options()))
    assert server.asked == [("/inside", f"n.example:{port}")]
    del ANSWERS["/inside"]


def test_the_connection_goes_to_the_address_that_was_checked(server: _Server, monkeypatch: pytest.MonkeyPatch) -> None:
    asked, resolve = [], socket.getaddrinfo

    def rebinding(host: str, *args: object, **kwargs: object) -> object:
        asked.append(host)
        return resolve("127.0.0.1" if asked.count("n.example") == 1 and host == "n.example" else host, *args, **kwargs)

    monkeypatch.setattr(socket, "getaddrinfo", rebinding)
    assert len(list(read_source(at(server, "/page", "n.example"), HERE))) == 1
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
        list(read_source(f"http://user:geheim@127.0.0.1:{port}/", HERE))
    for url in ("http://لا-يوجد.invalid/", "http://a..b/", f"http://{'a' * 70}.example/", "http://127.0.0.1:99999/", "http:///x", "http://[::1/x"):
        with pytest.raises(InputError, match=r"ingest\.source"):
            list(read_source(url, HERE))


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
            list(read_source(f"http://user:geheim@127.0.0.1:{listener.getsockname()[1]}/", HERE))
        thread.join()
    with pytest.raises(InputError, match="expected an answer"):
        list(read_source(at(server, "/page").replace("http:", "https:"), HERE))
