"""Fetching: a page or feed named by its address is got from public addresses only,
within a time that is bounded as a whole.
"""

import hashlib
import http.client
import ipaddress
import socket
import time
from contextlib import closing
from email.message import Message
from typing import TYPE_CHECKING, NamedTuple
from urllib.parse import urljoin, urlsplit

from mihwar.ingest.readers.addresses import bare, basic_authentication, hide, printable, shown, split_login
from mihwar.ingest.readers.connections import PORTS, Deadline, ascii_host, connected, timed
from mihwar.ingest.readers.records import Found, Options, Unanswered, reject
from mihwar.ingest.readers.web import MAX_PAGE, entries, is_feed, page

if TYPE_CHECKING:
    from urllib3 import BaseHTTPResponse

MAX_REDIRECTS = 5
_PART = 64 * 2**10
_NAT64 = ipaddress.ip_network("64:ff9b::/96")
_DEADLINE = 120.0  # seconds for all of it
_AGENT = "mihwar (news corpus reader)"
_REDIRECTS = frozenset({301, 302, 303, 307, 308})
_MOST_SAID = 200  # characters of what a server or library says of a fault


class Answer(NamedTuple):
    """Where a content was found in the end, without secrets, and what the server says it is."""

    url: str
    kind: str
    charset: str | None


def read_url(url: str, options: Options) -> Found:
    """The articles at an address: a feed's entries, or the page's.

    Raises:
        Unanswered: it cannot be fetched.
    """
    answer, content = _fetched(url, options)
    if is_feed(content):
        yield from entries(content, answer.url, answer.charset)
    elif answer.kind in ("", "text/html", "application/xhtml+xml", "text/plain") or b"<html" in content[:4096].lower():
        yield page("", content, answer.url, answer.charset)
    else:
        yield reject("", f"expected a page or a feed, got {answer.kind}", content)


def digest_url(url: str, options: Options) -> str:
    """A short hash of what is at an address.

    Raises:
        Unanswered: it cannot be fetched.
    """
    answer, content = _fetched(url, options)
    return hashlib.sha256(content).hexdigest()[:32] + ("." + answer.kind.rpartition("/")[2] if answer.kind else "")


def _fetched(url: str, options: Options) -> tuple[Answer, bytes]:
    return options.snapshot.once(url, lambda: fetch(url, options.local_addresses))


def fetch(url: str, local_addresses: bool, seconds: float = _DEADLINE) -> tuple[Answer, bytes]:
    """What an address gives.

    A user name and password in the address are sent as basic authentication, to its own origin (scheme, host and port)
    only.

    Args:
        url: an http or https address.
        local_addresses: whether it may be on this machine or a private network.
        seconds: for all of it, from the first connection to the last byte.

    Raises:
        Unanswered: it is no web address, may not be fetched, cannot be reached in time, or has nothing there.
    """
    try:
        return _follow(url, local_addresses, Deadline(seconds, time.monotonic() + seconds))
    except Unanswered as error:
        problem = Unanswered(hide(error.problem, url), error.remedy)
    raise problem  # not from its cause, which may quote the secrets


def _follow(url: str, local_addresses: bool, deadline: Deadline) -> tuple[Answer, bytes]:
    start, login, rest = split_login(url)
    at = start + rest
    for _ in range(MAX_REDIRECTS + 1):
        found = _hop(at, login, local_addresses, deadline)
        if not isinstance(found, str):
            answer, content = found
            return answer._replace(url=hide(answer.url, url)), content
        login = login if _origin(found) == _origin(at) else ""  # once another origin has answered, its word is not ours
        at = found
    raise _problem(at, "a page", f"more than {MAX_REDIRECTS} redirects", "Name the address they end at.")


def _origin(url: str) -> tuple[str, str | None, int | None]:
    try:
        parts = urlsplit(url)
        return parts.scheme, parts.hostname, parts.port or PORTS.get(parts.scheme)
    except ValueError:
        return "", None, None


def _hop(url: str, login: str, local_addresses: bool, deadline: Deadline) -> tuple[Answer, bytes] | str:
    """What is at an address, or where it redirects to; the connection goes to the very machine that was checked."""
    from urllib3.exceptions import HTTPError

    found = machines(url, local_addresses)
    try:
        with closing(connected(urlsplit(url), found, deadline)) as connection:
            return _ask(url, login, connection, deadline)
    except (HTTPError, http.client.HTTPException, OSError, ValueError) as error:
        if deadline.is_over:
            raise _problem(
                url, f"all of it within {deadline.seconds:g} seconds", "less", "Try again when the site is faster."
            ) from error
        said = str(error).rpartition("] ")[2].rpartition(": ")[2] or type(error).__name__
        raise _problem(
            url, "an answer", printable(said)[:_MOST_SAID], "Look at the address and the connection."
        ) from error


def _ask(url: str, login: str, connection: socket.socket, deadline: Deadline) -> tuple[Answer, bytes] | str:
    from urllib3.connection import HTTPConnection
    from urllib3.util import parse_url

    parts = urlsplit(url)
    headers = {"Host": ascii_host(parts.netloc), "User-Agent": _AGENT, "Accept-Encoding": "gzip, deflate"}
    if login:
        headers["Authorization"] = f"Basic {basic_authentication(login)}"
    with closing(HTTPConnection(parts.hostname or "", timeout=deadline.left())) as client:
        client.sock, client.response_class = connection, timed(deadline)
        target = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
        client.request("GET", parse_url(f"//host{target}").request_uri, headers=headers, preload_content=False)
        with client.getresponse() as answer:
            if answer.status in _REDIRECTS and "Location" in answer.headers:
                start, _, rest = split_login(urljoin(url, answer.headers["Location"]))
                return start + rest  # a login that the server names is not used
            if answer.status != 200:
                raise _problem(
                    url,
                    "a page",
                    printable(f"{answer.status} {answer.reason or ''}".strip())[:_MOST_SAID],
                    "Open it in a browser to see what is there.",
                )
            kind = Message()
            kind["Content-Type"] = answer.headers.get("Content-Type", "")
            found = Answer(
                bare(url), kind.get_content_type() if kind["Content-Type"] else "", kind.get_content_charset()
            )
            return found, _body(url, answer)


def _body(url: str, answer: "BaseHTTPResponse") -> bytes:
    content = bytearray()
    while part := answer.read(_PART, decode_content=True):
        content += part
        if len(content) > MAX_PAGE:
            raise _problem(
                url, f"at most {MAX_PAGE // 2**20} MiB", "more", "Name the address of a single article or a feed."
            )
    return bytes(content)


def machines(url: str, local_addresses: bool) -> list[str]:
    """The IP addresses of a URL's host, of which any may be asked.

    Raises:
        Unanswered: it is no http or https address, its host is not known, or one of its machines is on this machine or
            a private network.
    """
    try:
        parts = urlsplit(url)
        if parts.scheme.lower() not in ("http", "https") or not parts.hostname:
            raise _problem(
                url, "an http or https address", f"'{parts.scheme}:'", "Name a page or feed on the web, or a file."
            )
        found = socket.getaddrinfo(ascii_host(parts.hostname), parts.port or parts.scheme, type=socket.SOCK_STREAM)
    except (OSError, ValueError) as error:
        raise _problem(
            url, "a host that is known", str(error).rpartition("] ")[2], "Look at the address and the connection."
        ) from error
    addresses = list(dict.fromkeys(str(info[4][0]) for info in found))
    inside = [address for address in addresses if not is_public(address)]
    if inside and not local_addresses:
        raise _problem(
            url,
            "a public address",
            f"{inside[0]}, which is on this machine or a private network",
            "Set ingest.local_addresses=true if that is meant.",
        )
    return addresses


def is_public(address: str) -> bool:
    """Whether an IP address, or the IPv4 address inside an IPv6 one, is of the open internet."""
    ip = ipaddress.ip_address(address)
    if isinstance(ip, ipaddress.IPv6Address):
        inner = (
            ip.ipv4_mapped
            or ip.sixtofour
            or (ip.teredo[1] if ip.teredo else None)
            or (ipaddress.IPv4Address(int(ip) & 0xFFFFFFFF) if ip in _NAT64 else None)
        )
        ip = inner or ip
    return ip.is_global and not ip.is_multicast


def _problem(url: str, expected: str, got: str, remedy: str) -> Unanswered:
    return Unanswered(f"ingest.source: {shown(url)}: expected {expected}, got {got}.", remedy)
