"""Dates of articles in the forms people and machines write;
what is not understood is no date with a reason, never a guess.
"""

import re
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta, timezone, tzinfo

from mihwar.ingest.dates.calendars import fold
from mihwar.ingest.dates.text import YEARS, Clock, read_text

_SHOWN = 60  # letters of a value in a reason
_MAX_TEXT = 200
# The longest lines seen are a Hijri and a Gregorian date with time, zone and "last updated" around them.
_MAX_LINE = 160
_NUMBERS = re.compile(r"\d+")
_ISO = re.compile(
    r"\d{4}-?(?:\d\d-?\d\d|W\d\d-?\d)(?:[T ](?P<clock>\d[\d:.,]*)(?:Z|[+-]\d\d(?::?\d\d)?)?)?", re.IGNORECASE
)
_MIDNIGHT = Clock(0, 0, 0)  # without a zone, how databases store a bare day
_EPOCH = re.compile(r"\d{9,10}(?:\d{3})?(?:\.\d+)?")
_FRACTION = re.compile("[.,]")
_OUTSIDE = f"a year outside {YEARS[0]}..{YEARS[-1]}"
_SECONDS = (631_152_000, 4_102_444_800)  # 1990..2100


@dataclass(frozen=True)
class Dated:
    """When an article is from: an aware UTC date, or why there is none.

    Precision is "day" (the date is midnight UTC of the very day that was written,
    whatever the zone), "minute" or "second".
    """

    date: datetime | None
    precision: str | None
    reason: str | None


def parse_date(value: object, zone: tzinfo, language: str | None = None) -> Dated:
    """The date a field's value gives; nothing given is no date and no reason.

    A time without a zone is in `zone`. Zones are taken from offsets, UTC, GMT, Mecca, those of RFC 2822 and the
    unambiguous European ones; an hour in any other zone cannot be placed and is left out. A time of 00:00:00 without a
    zone is how a bare day is stored. 03/04/2022 is the third of April unless `language` is English or unknown: then it
    is ambiguous, and no date.
    """
    import pyarrow as pa

    if isinstance(value, pa.Scalar):
        try:
            value = value.as_py()
        except (ValueError, OverflowError):
            return _none(_OUTSIDE, "a timestamp")
    if value is None or (isinstance(value, float | datetime) and value != value):  # NaN and NaT
        return Dated(None, None, None)
    if isinstance(value, str):
        return _from_text(value, zone, language) if value.strip() else Dated(None, None, None)
    if isinstance(value, datetime):
        return _from_datetime(value, zone, "second")
    if isinstance(value, date):
        return _from_day(value, value)
    if isinstance(value, bool) or not isinstance(value, int | float):
        return _none(f"expected a date, got {type(value).__name__}", value)
    return _from_number(value, value)


def date_line(line: str, zone: tzinfo, language: str | None = None) -> Dated | None:
    """The date of a line that holds nothing else (weekday, time, "Published:" and the like apart); None where it holds
    anything else.

    A line that is a date which cannot be told (ambiguous, no such day) has no date and a reason.
    """
    n_digits = {len(number) for number in _NUMBERS.findall(line)} if len(line) <= _MAX_LINE else set()
    if 4 not in n_digits or not n_digits & {1, 2}:  # a year, and a day: most lines are done here
        return None
    if "-" in line and _ISO.fullmatch(line.strip()):  # the fine points of ISO 8601, but no bare numbers
        return _from_text(line, zone, language)
    found = read_text(line, language)
    return None if found is None else _from_reading(found, line, zone)


def _from_text(text: str, zone: tzinfo, language: str | None) -> Dated:
    plain = fold(text[:_MAX_TEXT]).strip()
    if _EPOCH.fullmatch(plain):
        return _from_number(float(plain), text)
    iso = _ISO.fullmatch(plain)
    if iso:
        return _from_iso(plain, iso["clock"] or "", zone)
    found = read_text(text, language) if len(text) <= _MAX_TEXT else None
    return _none("no day, month and year that can be told", text) if found is None else _from_reading(found, text, zone)


def _from_iso(text: str, clock: str, zone: tzinfo) -> Dated:
    try:
        moment = datetime.fromisoformat(text.upper())
    except ValueError:
        return _none("there is no such day or hour", text)
    n_digits = sum(map(str.isdigit, _FRACTION.split(clock)[0]))
    return (
        _from_datetime(moment, zone, "second" if n_digits > 4 else "minute")
        if clock
        else _from_day(moment.date(), text)
    )


def _from_reading(found: tuple[date, Clock | None] | str, text: str, zone: tzinfo) -> Dated:
    if isinstance(found, str):
        return _none(found, text)
    day, clock = found
    if clock is None or clock == _MIDNIGHT:
        return _from_day(day, text)
    given = zone if clock.offset is None else timezone(timedelta(minutes=clock.offset))
    moment = datetime.combine(day, time(clock.hour, clock.minute, clock.second or 0), given)
    return Dated(moment.astimezone(UTC), "minute" if clock.second is None else "second", None)


def _from_day(day: date, value: object) -> Dated:
    if day.year not in YEARS:
        return _none(_why_not(day.year), value)
    return Dated(datetime(day.year, day.month, day.day, tzinfo=UTC), "day", None)


def _from_datetime(moment: datetime, zone: tzinfo, precision: str) -> Dated:
    if moment.year not in YEARS:
        return _none(_why_not(moment.year), moment)
    clock = time(moment.hour, moment.minute, moment.second, moment.microsecond)
    if moment.tzinfo is None and precision == "second" and clock == time(_MIDNIGHT.hour):
        return _from_day(moment, moment)
    plain = datetime.combine(date(moment.year, moment.month, moment.day), clock, moment.tzinfo or zone)
    return Dated(plain.replace(fold=moment.fold).astimezone(UTC), precision, None)


def _from_number(number: float, value: object) -> Dated:
    """Seconds or milliseconds since 1970; a number of eight digits may be a day (20221026)."""
    for unit in (1, 1000):
        if _SECONDS[0] * unit <= number < _SECONDS[1] * unit:
            return Dated(datetime(1970, 1, 1, tzinfo=UTC) + timedelta(seconds=float(number) / unit), "second", None)
    if 19_000_101 <= number <= 21_001_231 and number == int(number):
        try:
            return _from_day(datetime.strptime(str(int(number)), "%Y%m%d"), value)
        except ValueError:
            return _none("there is no such day", value)
    return _none("not a time in seconds or milliseconds of 1990..2100", value)


def _why_not(year: int) -> str:
    if 1300 <= year <= 1500:
        return "a year that may be of two calendars, and neither is named"
    return _OUTSIDE


def _none(reason: str, value: object) -> Dated:
    text = (
        hex(value) if isinstance(value, int) and value.bit_length() > 256 else str(value)
    )  # Python writes no decimals of thousands of digits
    shown = " ".join(text[: 4 * _SHOWN].split()).encode("utf-8", "replace").decode("utf-8")
    return Dated(None, None, f"{reason}: '{shown[:_SHOWN]}'")
