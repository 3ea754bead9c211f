"""Databases: the rows of a query are articles, read as they come, never all at once."""

import hashlib
import re
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

from pipeline.core.errors import InputError
from pipeline.ingest.records import Found, Options, Record, Reject, head, is_damaged, missing, record, reject

if TYPE_CHECKING:
    from sqlalchemy import CursorResult
    from sqlalchemy.engine import URL, Engine

_AT_ONCE = 100  # rows
_SECRET = re.compile(r"((?:password|passwd|pwd|token|secret)=)[^&]*", re.IGNORECASE)
_EXAMPLE = "SELECT id, title, body AS text, published AS date FROM articles"


def shown(address: str) -> str:
    """A database's address without the password in it, as it may be shown and stored."""
    try:
        return _hidden(_url(address))
    except InputError:
        return f"{address.partition('://')[0]}://..."


def _hidden(url: "URL") -> str:
    return _SECRET.sub(r"\1***", url.render_as_string(hide_password=True))


def read_rows(address: str, options: Options) -> Found:
    """The rows of the query.

    Raises:
        InputError: there is no query, the database cannot be reached, or the query is wrong.
    """
    number = 0
    with _answer(address, options) as answer:
        if why_not := missing(list(answer.keys()), options.fields):
            yield reject("", why_not)
            return
        for row in _rows(answer):
            if isinstance(row, str):
                yield Reject(f"after row {number}" if number else "", row)
                return
            number += 1
            yield _record(f"row {number}", row, options)


def _record(place: str, row: dict[str, Any], options: Options) -> Record | Reject:
    if is_damaged(row.values()):
        return reject(place, "not valid UTF-8", row)
    return record(place, row, options.fields)


def digest_rows(address: str, options: Options) -> str:
    """A short hash of all the rows, in their order.

    Raises:
        InputError: as `read_rows`.
    """
    seen = hashlib.sha256()
    with _answer(address, options) as answer:
        for row in _rows(answer):
            seen.update(repr(row).encode("utf-8", "surrogatepass"))
    return seen.hexdigest()[:32] + ".sql"


@contextmanager
def _answer(address: str, options: Options) -> Iterator["CursorResult[Any]"]:
    """What the database answers, streamed; nothing is ever committed."""
    from sqlalchemy import text
    from sqlalchemy.exc import SQLAlchemyError

    url = _url(address)
    at = _hidden(url)
    if not options.query or not options.query.strip():
        raise InputError(f"ingest.query: expected the SQL whose rows are the articles in {at}, got nothing.", f"Set it, such as {_EXAMPLE}.")
    engine = _engine(url, at)
    try:
        with engine.connect() as connection:
            if engine.name == "postgresql":
                connection.execution_options(postgresql_readonly=True)
            answer = connection.execution_options(yield_per=_AT_ONCE).execute(text(options.query.replace(":", r"\:")))  # a colon is no parameter
            if not answer.returns_rows:
                raise InputError(f"ingest.query: expected rows from {at}, got none of any kind.", f"Give a SELECT, such as {_EXAMPLE}.")
            yield answer
    except SQLAlchemyError as error:
        raise InputError(f"ingest.source: {at}: expected an answer to ingest.query, got: {_words(error, url)}.",
                         "Look at the address, the query, and whether the database is up.") from None  # the cause may show the password  # fmt: skip
    finally:
        engine.dispose()


def _engine(url: "URL", at: str) -> "Engine":
    from sqlalchemy import create_engine, event
    from sqlalchemy.pool import NullPool

    lite = url.get_backend_name() == "sqlite"
    try:
        engine = create_engine(_read_only(url) if lite else url, poolclass=NullPool)
    except ImportError as error:
        raise InputError(f"ingest.source: {at}: expected its driver to be installed, got: {error}.", f"Install {error.name}.") from None
    if lite:

        @event.listens_for(engine, "connect")
        def _keep_bad_bytes(connection: Any, _: object) -> None:  # for one bad row to be rejected and not all after it
            connection.text_factory = lambda content: content.decode("utf-8", "surrogateescape")

    return engine


def _read_only(url: "URL") -> "URL":
    """A SQLite address that cannot make or change a file.

    Raises:
        InputError: there is no such file.
    """
    name = url.database or ""
    if not name.startswith("file:") and name != ":memory:":
        if not Path(name).is_file():
            raise InputError(f"ingest.source: sqlite:///{name}: expected a database, found nothing there (seen from {Path.cwd()}).", "Look at the path.")
        name = f"file:{quote(str(Path(name).resolve()))}"
    return url if name == ":memory:" else url.set(database=name).update_query_dict({"mode": "ro", "uri": "true"})


def _url(address: str) -> "URL":
    from sqlalchemy.engine import make_url
    from sqlalchemy.exc import SQLAlchemyError

    try:
        url = make_url(address)
        url.get_dialect()
    except ImportError:
        return url  # the driver is missing, which is said when it is wanted
    except (SQLAlchemyError, ValueError):
        scheme = address.partition("://")[0]
        raise InputError(f"ingest.source: {scheme}://...: expected http, https or a database such as sqlite or postgresql, got '{scheme}'.",
                         "Name files by their path, pages and feeds by http addresses.") from None  # fmt: skip
    return url


def _rows(answer: "CursorResult[Any]") -> Iterator[dict[str, Any] | str]:
    """Rows, and where they break off, why."""
    from sqlalchemy.exc import SQLAlchemyError

    try:
        for row in answer.mappings():
            yield dict(row)
    except (SQLAlchemyError, ValueError, OverflowError) as error:
        yield f"the rows break off: {head(getattr(error, 'orig', None) or error)}"


def _words(error: Exception, url: "URL") -> str:
    said = " ".join(str(getattr(error, "orig", None) or error).split())
    return said.replace(str(url.password), "***") if url.password else said
