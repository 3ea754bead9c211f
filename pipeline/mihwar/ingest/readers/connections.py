"""Connections: to one of a host's machines, and what is received within a time that is bounded as a whole."""

import http.client
import io
import socket
import ssl
import time
from contextlib import closing
from dataclasses import dataclass
from typing import Any
from urllib.parse import SplitResult

PORTS = {"http": 80, "https": 443}
_SILENCE = 20.0  # seconds without a byte


@dataclass(frozen=True)
class Deadline:
    """The end of the time there is for an address, redirects and all its machines included.

    Args:
        seconds: how much there was.
        until: when it ends, on the monotonic clock.
    """

    seconds: float
    until: float

    def left(self) -> float:
        """Seconds that the next operation may take.

        Raises:
            TimeoutError: none are left.
        """
        left = self.until - time.monotonic()
        if left <= 0:
            raise TimeoutError
        return min(left, _SILENCE)

    @property
    def is_over(self) -> bool:
        """Whether no time is left."""
        return time.monotonic() >= self.until


def connected(parts: SplitResult, addresses: list[str], deadline: Deadline) -> socket.socket:
    """A connection to the first of the machines that takes one.

    Raises:
        OSError, ValueError: none does in time, or its certificate is not good.
    """
    problem: OSError | None = None
    for number, address in enumerate(addresses):
        try:  # a machine that is down may not use up the others' time
            connection = socket.create_connection(
                (address, parts.port or PORTS[parts.scheme]), deadline.left() / (len(addresses) - number)
            )
            break
        except OSError as error:
            problem = error
    else:
        raise problem or OSError("no machine")
    if parts.scheme == "http":
        return connection
    with closing(connection):  # of which nothing is left once the secure one has taken over
        connection.settimeout(deadline.left())
        context = ssl.create_default_context()
        context.set_alpn_protocols(["http/1.1"])
        return context.wrap_socket(connection, server_hostname=ascii_host(parts.hostname or ""))


class _Timed(io.RawIOBase):
    """The bytes a socket receives until a deadline, however slowly they come."""

    def __init__(self, connection: socket.socket, received: io.RawIOBase, deadline: Deadline) -> None:
        self._connection, self._received, self._deadline = connection, received, deadline

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int | None:
        self._connection.settimeout(self._deadline.left())
        return self._received.readinto(buffer)

    def close(self) -> None:
        self._received.close()
        super().close()


def timed(deadline: Deadline) -> type[http.client.HTTPResponse]:
    """The class of a response whose head and body are read before the deadline;
    a plain one gives every single byte a new timeout.
    """

    class TimedResponse(http.client.HTTPResponse):
        def __init__(self, sock: socket.socket, *args: Any, **kwargs: Any) -> None:
            super().__init__(sock, *args, **kwargs)
            self.fp = io.BufferedReader(_Timed(sock, self.fp.detach(), deadline))

    return TimedResponse


def ascii_host(host: str) -> str:
    """A host's name as it is asked for (IDNA)."""
    return host if host.isascii() else host.encode("idna").decode("ascii")
