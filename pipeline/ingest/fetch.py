"""Fetching: a page or feed named by its address is got once, from public addresses only."""

import hashlib
import ipaddress
import re
import socket
import time
from email.message import Message
from functools import cache
from typing import TYPE_CHECKING, NamedTuple
from urllib.parse import urljoin, urlsplit, urlunsplit

from pipeline.core.errors import InputError
from pipeline.ingest.records import Found, reject
from pipeline.ingest.web import MAX_PAGE, entries, is_feed, page

if TYPE_CHECKING:
    from urllib3 import BaseHTTPResponse

MAX_REDIRECTS = 5
_PART = 64 * 2**10
_NAT64 = ipaddress.ip_network("64:ff9b::/96")
_TIMEOUT, _DEADLINE = 20.0, 120.0  # seconds without a byte, and for all of it
_AGENT = "mihwar (news corpus reader)"
_REDIRECTS = frozenset({301, 302, 303, 307, 308})


class Fetched(NamedTuple):
    """What an address gave, with the address it was found at in the end and what the server says it is."""

    url: str
    content: bytes
    kind: str
    charset: str | None


def shown(url: str) -> str:
    """An address without the password in it, as it may be shown and stored."""
    return re.sub(r"^([\w.+-]+://[^/?#@:]*):[^/?#]*@", r"\1:***@", url)


def read_url(url: str, local_addresses: bool) -> Found:
    """The articles at an address: a feed's entries, or the page's.

    Raises:
        InputError: it cannot be fetched.
    """
    fetched = fetch(url, local_addresses)
    if is_feed(fetched.content):
        yield from entries(fetched.content, fetched.url, fetched.charset)
    elif fetched.kind in ("", "text/html", "application/xhtml+xml", "text/plain") or b"<html" in fetched.content[:4096].lower():
        yield page("", fetched.content, fetched.url, fetched.charset)
    else:
        yield reject("", f"expected a page or a feed, got {fetched.kind}", fetched.content)


def digest_url(url: str, local_addresses: bool) -> str:
    """A short hash of what is at an address.

    Raises:
        InputError: it cannot be fetched.
    """
    fetched = fetch(url, local_addresses)
    return hashlib.sha256(fetched.content).hexdigest()[:32] + ("." + fetched.kind.rpartition("/")[2] if fetched.kind else "")


@cache
def fetch(url: str, local_addresses: bool) -> Fetched:
    """What an address gives; once a process, so that what is counted and what is read are the same.

    Raises:
        InputError: it is no web address, may not be fetched, cannot be reached, or has nothing there.
    """
    at, until = url, time.monotonic() + _DEADLINE
    for _ in range(MAX_REDIRECTS + 1):
        found = _hop(at, local_addresses, until)
        if isinstance(found, Fetched):
            return found
        at = found
    raise _problem(url, "a page", f"more than {MAX_REDIRECTS} redirects", "Name the address they end at.")


def _hop(url: str, local_addresses: bool, until: float) -> Fetched | str:
    """What is at an address, or where it redirects to; the connection goes to the very machine that was checked."""
    from urllib3.exceptions import HTTPError, NewConnectionError

    problem: Exception | None = None
    for machine in machines(url, local_addresses):
        try:
            return _ask(url, machine, until)
        except NewConnectionError as error:
            problem = error  # a host may have machines that are down
        except (HTTPError, OSError, ValueError) as error:
            problem = error
            break
    raise _problem(url, "an answer", str(problem).rpartition(": ")[2], "Look at the address and the connection.") from problem


def _ask(url: str, machine: str, until: float) -> Fetched | str:
    from urllib3 import HTTPConnectionPool, HTTPSConnectionPool, Timeout

    parts = urlsplit(url)
    host = _ascii(parts.hostname or "")
    target = urlunsplit(("", "", parts.path or "/", parts.query, ""))
    headers = {"Host": _ascii(parts.netloc.rpartition("@")[2]), "User-Agent": _AGENT, "Accept-Encoding": "gzip, deflate"}
    pool = HTTPConnectionPool(machine, parts.port or 80, timeout=Timeout(_TIMEOUT), retries=False) if parts.scheme == "http" else \
        HTTPSConnectionPool(machine, parts.port or 443, timeout=Timeout(_TIMEOUT), retries=False, server_hostname=host, assert_hostname=host)  # fmt: skip
    with pool, pool.urlopen("GET", target, headers=headers, redirect=False, preload_content=False) as answer:
        if answer.status in _REDIRECTS and "Location" in answer.headers:
            return urljoin(url, answer.headers["Location"])
        if answer.status != 200:
            raise _problem(url, "a page", f"{answer.status} {answer.reason or ''}".strip(), "Open it in a browser to see what is there.")
        kind = Message()
        kind["Content-Type"] = answer.headers.get("Content-Type", "")
        return Fetched(url, _body(url, answer, until), kind.get_content_type() if kind["Content-Type"] else "", kind.get_content_charset())


def _body(url: str, answer: "BaseHTTPResponse", until: float) -> bytes:
    content = bytearray()
    while part := answer.read(_PART, decode_content=True):
        content += part
        if len(content) > MAX_PAGE:
            raise _problem(url, f"at most {MAX_PAGE // 2**20} MiB", "more", "Name the address of a single article or a feed.")
        if time.monotonic() > until:
            raise _problem(url, f"all of it within {_DEADLINE:.0f} seconds", f"{len(content):,} bytes", "Try again when the site is faster.")
    return bytes(content)


def machines(url: str, local_addresses: bool) -> list[str]:
    """The IP addresses of a URL's host, of which any may be asked.

    Raises:
        InputError: it is no http or https address, its host is not known, or one of its machines is on this machine or a private network.
    """
    try:
        parts = urlsplit(url)
        if parts.scheme.lower() not in ("http", "https") or not parts.hostname:
            raise _problem(url, "an http or https address", f"'{parts.scheme}:'", "Name a page or feed on the web, or a file.")
        found = socket.getaddrinfo(_ascii(parts.hostname), parts.port or parts.scheme, type=socket.SOCK_STREAM)
    except (OSError, ValueError) as error:
        raise _problem(url, "a host that is known", str(error).rpartition("] ")[2], "Look at the address and the connection.") from error
    addresses = list(dict.fromkeys(str(info[4][0]) for info in found))
    inside = [address for address in addresses if not is_public(address)]
    if inside and not local_addresses:
        raise _problem(url, "a public address", f"{inside[0]}, which is on this machine or a private network",
                       "Set ingest.local_addresses=true if that is meant.")  # fmt: skip
    return addresses


def is_public(address: str) -> bool:
    """Whether an IP address, or the IPv4 address inside an IPv6 one, is of the open internet."""
    ip = ipaddress.ip_address(address)
    if isinstance(ip, ipaddress.IPv6Address):
        inner = (
            ip.ipv4_mapped or ip.sixtofour or (ip.teredo[1] if ip.teredo else None) or (ipaddress.IPv4Address(int(ip) & 0xFFFFFFFF) if ip in _NAT64 else None)
        )
        ip = inner or ip
    return ip.is_global and not ip.is_multicast


def _ascii(host: str) -> str:
    return host if host.isascii() else host.encode("idna").decode("ascii")


def _problem(url: str, expected: str, got: str, remedy: str) -> InputError:
    return InputError(f"ingest.source: {shown(url)}: expected {expected}, got {got}.", remedy)
