"""Addresses: which parts of one are secret, and how a source is shown and stored without them."""

import base64
import re
from pathlib import Path
from typing import Any, NamedTuple
from urllib.parse import unquote, unquote_plus, unquote_to_bytes

# A parameter of a query or fragment is secret if its name is one of the first or ends in one of the second.
# Names are compared in lower case and without - and _, so that X-Amz-Signature, api_key and apiKey are among them.
SECRET_NAMES = frozenset(
    {
        "auth",
        "authorization",
        "bearer",
        "credentials",
        "hmac",
        "jsessionid",
        "jwt",
        "key",
        "odbcconnect",
        "pass",
        "phpsessid",
        "sessid",
        "session",
        "sessionid",
        "sig",
    }
)
SECRET_ENDINGS = (
    "accesskey",
    "apikey",
    "credential",
    "passphrase",
    "passwd",
    "password",
    "privatekey",
    "pwd",
    "secret",
    "secretkey",
    "signature",
    "subscriptionkey",
    "token",
)
MAX_ADDRESS = (
    8 * 2**10
)  # characters; servers take no longer ones, and to take one apart takes time with the square of its length
_MARK = "***"
_START = re.compile(r"(?:[^/?#@:]*:)?//")
_DAMAGED_LOGIN = re.compile(
    r"[^:/?#\[]*:([^/?#]*)[/?#].*@", re.DOTALL
)  # a password with / ? or # in it that was not encoded
_AFTER_HOST = re.compile("[/?#]")
_SEPARATOR = re.compile("([?#&;])")  # between parameters
_NAME_MARKS = re.compile("[-_ ]")
_WEB = ("http://", "https://", "//")
_IN_TEXT = re.compile(r"""://[^\s<>"'`]*[^\s<>"'`.,:;!?)\]}]""")  # marks after an address are the sentence's
_SHORTEST = 4
_NESTED = 3  # addresses in parameters of addresses are looked into so deep
_UNPRINTABLE = re.compile("[\0-\x1f\x7f-\x9f\u2028\u2029\ud800-\udfff]")
_ADDRESS = re.compile(r"[A-Za-z][A-Za-z0-9+._-]*://")
_ASSIGNED = re.compile(
    r"""(?<!\w)(\w*(?:password|passwd|pwd|secret|token|api_?key)\s*=\s*)('[^']*'|"[^"]*"|[^\s'",;)&]+)""", re.IGNORECASE
)  # in SQL
_INTERPOLATION = re.compile(r"\$\{[^{}]*(?:\{[^{}]*\}[^{}]*)*\}")
_PLAIN, _WITH_DEFAULT = (
    0x100000,
    0x10F000,
)  # private characters that stand for interpolations while the rest is looked at
_ONLY_PLAIN = re.compile(f"[:{chr(_PLAIN)}-{chr(_WITH_DEFAULT - 1)}]+")


def is_address(name: str) -> bool:
    """Whether a source is an address of the web or of a database, and no file."""
    return _ADDRESS.match(name) is not None


class Parts(NamedTuple):
    """An address cut at its login: `start` ends with //,
    `login` is what stood before @, `rest` begins with the host.
    """

    start: str
    login: str
    rest: str


def split_login(address: str) -> Parts:
    """Cut an address at its user name and password, also where special characters in the password were not encoded."""
    found = _START.match(address)
    start, rest = (found[0], address[found.end() :]) if found else ("", address)
    if not found:
        return Parts(start, "", rest)
    authority = _AFTER_HOST.split(rest, maxsplit=1)[0]
    damaged = None if "@" in authority else _DAMAGED_LOGIN.match(rest)
    if damaged and not (damaged[1].isdigit() and start.lower() in _WEB):  # http://host:8080/@name is a page
        return Parts(start, rest[: damaged.end() - 1], rest[damaged.end() :])
    login, at, host = authority.rpartition("@")
    return Parts(start, login, host + rest[len(authority) :]) if at else Parts(start, "", rest)


def is_secret(name: str) -> bool:
    """Whether a parameter of this name holds a secret."""
    plain = _NAME_MARKS.sub("", unquote_plus(name).lower())
    return plain in SECRET_NAMES or plain.endswith(SECRET_ENDINGS)


def bare(address: str, mark: str = "", depth: int = 0) -> str:
    """An address without login and secret parameters; with a `mark`, the mark is put where they stood."""
    start, login, rest = split_login(address)
    shown_login = f"{_marked(login, mark)}@" if login and mark else ""
    tokens = _SEPARATOR.split(rest)
    kept, lost_separator, in_secret, in_query = [tokens[0]], "", False, False
    for separator, parameter in zip(tokens[1::2], tokens[2::2], strict=True):
        name, _, value = parameter.partition("=")
        if in_secret and (separator == ";" or (separator == "?" and in_query)):
            continue  # a part of the secret
        in_query = in_query or separator == "?"
        in_secret = bool(value) and (is_secret(name) or _holds_secret(value, depth))
        if in_secret and not mark:
            lost_separator = lost_separator or (separator if separator in "?#" else "")
            continue
        separator = lost_separator if lost_separator and separator in "&;" else separator
        lost_separator = ""
        kept.append(separator + (f"{name}={_marked(value, mark)}" if in_secret else parameter))
    return start + shown_login + "".join(kept)


def _holds_secret(value: str, depth: int) -> bool:
    """Whether a parameter's value is an address with secrets of its own."""
    inner = unquote_plus(value)
    return depth < _NESTED and inner != bare(inner, "", depth + 1)


def _marked(secret: str, mark: str) -> str:
    """The mark; interpolations without a default stay, since they name a secret and hold none."""
    return secret if _ONLY_PLAIN.fullmatch(secret) else mark


def basic_authentication(login: str) -> str:
    """A login as an address has it, `user:password` percent-encoded, as basic authentication sends it (RFC 7617)."""
    user, _, password = login.partition(":")
    return base64.b64encode(unquote_to_bytes(user) + b":" + unquote_to_bytes(password)).decode("ascii")


def secrets_of(address: str) -> list[str]:
    """The secrets in an address as written, decoded and sent, the longest first."""
    login = split_login(address).login
    found = {login, login.partition(":")[2], basic_authentication(login)} if login else set()
    for parameter in _SEPARATOR.split(split_login(address).rest)[2::2]:
        name, _, value = parameter.partition("=")
        if is_secret(name):
            found.add(value)
    found |= {unquote(secret) for secret in found} | {unquote_plus(secret) for secret in found}
    return sorted(found - {""}, key=len, reverse=True)


def hide(text: str, address: str) -> str:
    """A text without the secrets of this address, also where it ends within one,
    and without those of any other address it quotes.
    """
    for secret in secrets_of(address):
        if len(secret) >= _SHORTEST:  # a shorter one would be found in half of all words
            text = text.replace(secret, _MARK)
            cut = next((n for n in range(len(secret) - 1, _SHORTEST - 1, -1) if text.endswith(secret[:n])), 0)
            text = text[: len(text) - cut] + _MARK if cut else text
    return scrubbed(text)


def scrubbed(text: str) -> str:
    """A text with the secrets of all addresses in it replaced by ***."""
    return _IN_TEXT.sub(lambda found: bare(found[0], _MARK), text) if "://" in text else text


def shown(source: str | Path) -> str:
    """A source as it may be shown and stored: without secrets, and with U+FFFD for what is no printable character."""
    return printable(str(source) if isinstance(source, Path) else bare(source, _MARK))


def printable(text: str) -> str:
    """A text with U+FFFD for control characters, line ends and bytes of a file name that are not UTF-8."""
    return _UNPRINTABLE.sub("\ufffd", text)


def as_written(text: str) -> str:
    """What a config file says, or a query, with literal secrets replaced by ***; `${oc.env:NAME}` stays as it is."""
    found: list[str] = []

    def stand_in(interpolation: re.Match[str]) -> str:
        found.append(interpolation[0])
        return chr((_WITH_DEFAULT if "," in interpolation[0] else _PLAIN) + len(found) - 1)

    text = _INTERPOLATION.sub(stand_in, text)
    text = bare(text, _MARK) if is_address(text) else scrubbed(text)
    text = _ASSIGNED.sub(lambda secret: secret[1] + _marked(secret[2].strip("'\""), _MARK), text)
    for number, interpolation in enumerate(found):
        text = text.replace(chr(_PLAIN + number), interpolation).replace(
            chr(_WITH_DEFAULT + number), scrubbed(interpolation)
        )
    return text


def mistyped(text: str) -> str:
    """A text that should name a file or a key, as an error message may quote it:
    it may be an address with a mistake in it.
    """
    text = as_written(printable(text))
    if is_address(text):
        return text
    before, _, host = bare(text, _MARK).rpartition("@")
    return f"{_MARK}@{host}" if ":" in before else f"{before}@{host}" if before else host


def without_secrets(value: Any) -> Any:
    """A value of a config, as an error message may quote it."""
    if isinstance(value, str):
        return as_written(value)
    if isinstance(value, list):
        return [without_secrets(item) for item in value]
    return {key: without_secrets(item) for key, item in value.items()} if isinstance(value, dict) else value
