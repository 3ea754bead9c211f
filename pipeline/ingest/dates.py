"""Dates in the forms machines write; a form not understood is None, never a guess."""

from datetime import UTC, date, datetime
from email.utils import parsedate_to_datetime

_DIGITS = {ord(digit): str(value) for zero in "٠۰" for value, digit in enumerate(map(chr, range(ord(zero), ord(zero) + 10)))}


def parse_date(value: object) -> datetime | None:
    """ISO 8601 (2026-01-16, 2026-01-16T08:30:00+03:00), RFC 2822, or a date a file's own type gives; UTC where no zone is named."""
    if isinstance(value, date) and not isinstance(value, datetime):
        value = datetime(value.year, value.month, value.day)
    if isinstance(value, str):
        value = _parse(value.translate(_DIGITS).strip())
    if not isinstance(value, datetime):
        return None
    try:
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)
    except (ValueError, OverflowError):
        return None


def _parse(text: str) -> datetime | None:
    for read in (datetime.fromisoformat, parsedate_to_datetime):
        try:
            return read(text)
        except (ValueError, TypeError, IndexError, OverflowError):
            continue
    return None
