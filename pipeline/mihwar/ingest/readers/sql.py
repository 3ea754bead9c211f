"""Databases: the rows of a query are articles, read as they come, never all at once."""

import hashlib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

from mihwar.core.errors import InputError
from mihwar.ingest.readers.addresses import as_written, hide, printable, shown
from mihwar.ingest.readers.records import (
    Found,
    Options,
    Record,
    Reject,
    Unanswered,
    head,
    is_damaged,
    missing,
    record,
    reject,
)

if TYPE_CHECKING:
    from sqlalchemy import CursorResult
    from sqlalchemy.engine import URL, Engine

_AT_ONCE = 100  # rows
_EXAMPLE = "SELECT id, title, body AS text, published AS date FROM articles"


def read_rows(address: str, options: Options) -> Found:
    """The rows of the query.

    Raises:
        InputError: there is no query, it gives no rows by its nature, or the address is of no known kind.
        Unanswered: the database cannot be reached, or the query is wrong.
    """
    number = 0
    with _answer(address, options) as answer:
        if why_not := missing(list(answer.keys()), options.fields):
            yield reject("", why_not)
            return
        for row in _rows(answer, address):
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
        InputError, Unanswered: as `read_rows`.
    """
    seen = hashlib.sha256()
    with _answer(address, options) as answer:
        for row in _rows(answer, address):
            seen.update(repr(row).encode("utf-8", "surrogatepass"))
    return seen.hexdigest()[:32] + ".sql"


@contextmanager
def _answer(address: str, options: Options) -> Iterator["CursorResult[Any]"]:
    """What the database answers, streamed; nothing is ever committed."""
    from sqlalchemy import text
    from sqlalchemy.exc import SQLAlchemyError

    url, at = _url(address), shown(address)
    if not options.query or not options.query.strip():
        raise InputError(
            f"ingest.query: expected the SQL whose rows are the articles in {at}, got nothing.",
            f"Set it, such as {_EXAMPLE}.",
        )
    engine = _engine(url, at)
    try:
        with engine.connect() as connection:
            if engine.name == "postgresql":
                connection.execution_options(postgresql_readonly=True)
            answer = connection.execution_options(yield_per=_AT_ONCE).execute(
                text(options.query.replace(":", r"\:"))
            )  # a colon is no parameter
            if not answer.returns_rows:
                raise InputError(
                    f"ingest.query: expected rows from {at}, got none of any kind.",
                    f"Give a SELECT, such as {_EXAMPLE}.",
                )
            yield answer
            return
    except (
        SQLAlchemyError,
        OSError,
        ValueError,
        TypeError,
    ) as error:  # what drivers raise for a wrong port or option is of the last three kinds
        said = _words(error, address)
    finally:
        engine.dispose()
    raise Unanswered(
        f"ingest.source: {at}: expected an answer to ingest.query, got: {said}.",
        "Look at the address, the query, and whether the database is up.",
    )  # not from its cause, which may quote the password


def _engine(url: "URL", at: str) -> "Engine":
    from sqlalchemy import create_engine, event
    from sqlalchemy.pool import NullPool

    lite = url.get_backend_name() == "sqlite"
    try:
        engine = create_engine(_read_only(url, at) if lite else url, poolclass=NullPool)
    except ImportError as error:
        raise Unanswered(
            f"ingest.source: {at}: expected its driver to be installed, got: {error}.", f"Install {error.name}."
        ) from None
    if lite:

        @event.listens_for(engine, "connect")
        def _keep_bad_bytes(connection: Any, _: object) -> None:  # for one bad row to be rejected and not all after it
            connection.text_factory = lambda content: content.decode("utf-8", "surrogateescape")

    return engine


def _read_only(url: "URL", at: str) -> "URL":
    """A SQLite address that cannot make or change a file.

    Raises:
        Unanswered: there is no such file.
    """
    name = url.database or ""
    if not name.startswith("file:") and name != ":memory:":
        if not Path(name).is_file():
            raise Unanswered(
                f"ingest.source: {at}: expected a database, found nothing there (seen from {Path.cwd()}).",
                "Look at the path.",
            )
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
        raise InputError(
            f"ingest.source: {scheme}://...: expected http, https or a database such as sqlite or postgresql, got "
            f"'{scheme}'.",
            "Name files by their path, pages and feeds by http addresses.",
        ) from None
    return url


def _rows(answer: "CursorResult[Any]", address: str) -> Iterator[dict[str, Any] | str]:
    """Rows, and where they break off, why."""
    from sqlalchemy.exc import SQLAlchemyError

    try:
        for row in answer.mappings():
            yield dict(row)
    except (SQLAlchemyError, ValueError, OverflowError) as error:
        yield f"the rows break off: {head(_words(error, address))}"


def _words(error: Exception, address: str) -> str:
    said = " ".join(str(getattr(error, "orig", None) or error).split())
    return as_written(hide(printable(said), address))
