"""Reading a written date: every piece of it must have its place, and not one may be left over."""

from dataclasses import dataclass, replace
from datetime import date
from itertools import pairwise

from mihwar.ingest.dates.calendars import CALENDARS, GREGORIAN, Meaning, gregorian
from mihwar.ingest.dates.tokens import Token, tokens_of

YEARS = range(1900, 2101)
_HIJRI_YEARS = range(
    1300, 1501
)  # of the lunar and of the solar calendar: no newspaper's date is in these years of the Gregorian one
_MONTH_MAY_LEAD = {
    None,
    "und",
    "en",
    "fil",
    "tl",
    "zh",
    "ja",
    "ko",
}  # languages in which 03/04 is not surely the third of April
_UNKNOWN = "unknown"
_ERAS = {f"era-{calendar}": calendar for calendar in CALENDARS} | {"mim": GREGORIAN}
_HALVES = {"am", "pm", "night", "mim"}
_MONTHS = {"month", "month or weekday"}
_LABELS = {"published", "updated"}
_ENDS_A_DATE = {"number", "date", "dotted", "also", "end", *_ERAS}


@dataclass(frozen=True)
class Clock:
    """The time of day; `second` is None where it was not given, `offset` (minutes) where no zone was."""

    hour: int
    minute: int
    second: int | None = None
    offset: int | None = None


@dataclass(frozen=True)
class _Part:
    """One date of perhaps several: three numbers, or two numbers and the months a name may mean."""

    numbers: tuple[str, ...]
    months: frozenset[Meaning] = frozenset()
    calendar: str | None = None  # as a word beside it has it
    dotted: bool = False


def read_text(text: str, language: str | None) -> tuple[date, Clock | None] | str | None:
    """The day and the time a text gives; why not, where it is a date that cannot be told; None where it is anything but
    one date.

    03/04/2022 is the third of April; where the language is English or unknown, and no other script stands beside it, it
    is "ambiguous". Of a Hijri and a Gregorian date side by side the Gregorian one counts. An hour whose zone or half of
    the day cannot be told is left out, and the day stands.
    """
    tokens = tokens_of(text, language)
    if tokens is None:
        return None
    runs = _published_first(tokens)
    found = [_parts(run) for run in runs]
    if not found or None in found:
        return None
    parts = found[0]
    if not isinstance(parts, list):
        return parts
    day_first = language not in _MONTH_MAY_LEAD or any(letter.isalnum() and not letter.isascii() for letter in text)
    day = _choose([_resolve(part, day_first) for part in parts])
    return (day, _clock([token for token in runs[0] if token.kind not in _LABELS])) if isinstance(day, date) else day


def _published_first(tokens: list[Token]) -> list[list[Token]]:
    """The pieces cut before each "published" or "updated" that has numbers of its own, those of an update last."""
    runs: list[list[Token]] = [[]]
    for token in tokens:
        if token.kind in _LABELS and any(before.numbers for before in runs[-1]):
            runs.append([])
        runs[-1].append(token)
    dated = [run for run in runs if any(token.numbers for token in run)]
    return sorted(dated, key=lambda run: run[0].kind == "updated")


def _without_weekdays(tokens: list[Token]) -> list[Token]:
    """Of words such as "mar" (March, or Tuesday) at most one is the month:
    where no other word is, the last one before a number.
    """
    doubtful = [at for at, token in enumerate(tokens) if token.kind == "month or weekday"]
    before_number = [at for at in doubtful if tokens[at + 1 : at + 2] and tokens[at + 1].kind == "number"]
    named = any(token.kind == "month" for token in tokens)
    month = [] if named else (before_number or doubtful)[-1:]
    return [token for at, token in enumerate(tokens) if at not in doubtful or at in month]


def _parts(tokens: list[Token]) -> list[_Part] | str | None:
    """The dates among the pieces; why they are none; None where a number or a month is left over."""
    parts: list[_Part] = []
    numbers: tuple[str, ...] = ()
    months: frozenset[Meaning] = frozenset()
    for before, token in pairwise([Token("start"), *_without_weekdays(tokens), Token("end")]):
        is_month = token.kind in _MONTHS
        if len(numbers) == 2 and months and (is_month or token.kind in _ENDS_A_DATE):
            parts.append(_Part(numbers, months))
            numbers, months = (), frozenset()
        if is_month:
            if months and not months & token.months:
                return "two months that disagree"
            months = months & token.months or token.months
        elif token.kind == "number":
            numbers += token.numbers
        elif token.kind in {"date", "dotted"}:
            parts.append(_Part(token.numbers, dotted=token.kind == "dotted"))
        elif token.kind == "also":  # a Hijri date without its year may stand before
            numbers, months = (), frozenset()
        elif token.kind in _ERAS and parts and not (token.kind == "mim" and before.kind == "time"):
            parts[-1] = replace(parts[-1], calendar=_ERAS[token.kind])
    return None if numbers or months or not parts else parts


def _resolve(part: _Part, day_first: bool) -> tuple[str, date | str]:
    """The calendar of a date, and its day or why there is none."""
    if not any(len(number) == 4 for number in part.numbers):
        return _UNKNOWN, "a year of two digits"
    if part.months:
        candidates = {meaning for meaning in part.months if part.calendar in {None, meaning[0]}}
        if len(candidates) != 1:
            return (
                _UNKNOWN,
                "a month that is another one in another language" if candidates else "a month of another calendar",
            )
        calendar, month = candidates.pop()
        year, day = sorted(map(int, part.numbers), key=lambda number: -len(str(number)))
        return calendar, _day(calendar, year, month, day)
    first, middle, last = map(int, part.numbers)
    if len(part.numbers[0]) == 4:
        year, month, day = first, middle, last
    else:
        day, month, year = (middle, first, last) if first <= 12 < middle else (first, middle, last)
    calendar = part.calendar or (_UNKNOWN if year in _HIJRI_YEARS else GREGORIAN)
    if calendar == _UNKNOWN:
        return calendar, "a year that may be of two calendars, and neither is named"
    doubtful = calendar == GREGORIAN and not (day_first or part.dotted or len(part.numbers[0]) == 4)
    if doubtful and day != month and max(day, month) <= 12:
        return calendar, "ambiguous, the day or the month may come first"
    return calendar, _day(calendar, year, month, day)


def _day(calendar: str, year: int, month: int, day: int) -> date | str:
    try:
        found = gregorian(calendar, year, month, day)
    except (ValueError, OverflowError):
        return f"there is no such day in the {calendar} calendar, or its year is out of range"
    return found if found.year in YEARS else f"a year outside {YEARS[0]}..{YEARS[-1]}"


def _choose(days: list[tuple[str, date | str]]) -> date | str:
    """The Gregorian date, else the Hijri one, else the solar one."""
    for calendar in (*CALENDARS, _UNKNOWN):
        found = {day for name, day in days if name == calendar}
        if found:
            return found.pop() if len(found) == 1 else "several dates"
    return "no date"


def _clock(tokens: list[Token]) -> Clock | None:
    """The first time among the pieces; None where there is none, or where its hour or zone cannot be told."""
    at = next((at for at, token in enumerate(tokens) if token.kind == "time"), None)
    if at is None:
        return None
    before, after = tokens[:at], tokens[at + 1 :]
    zone = next((token for token in (*after, *before) if token.kind == "zone"), Token("local"))
    hour, minute, *second = map(int, tokens[at].numbers)
    hour_of_day = _hour(hour, _half(before, after))
    if hour_of_day is None or (zone.kind == "zone" and zone.offset is None):
        return None
    return Clock(hour_of_day, minute, second[0] if second else None, zone.offset)


def _half(before: list[Token], after: list[Token]) -> str:
    """The half of the day beside a time;
    a bare letter between a year and a time may belong to either and is "doubtful".
    """
    if after and after[0].kind in _HALVES:
        return "pm" if after[0].kind == "mim" else after[0].kind
    if before and before[-1].kind == "mim":
        return "doubtful" if before[:-1] and before[-2].numbers else "pm"
    return before[-1].kind if before and before[-1].kind in _HALVES else ""


def _hour(hour: int, half: str) -> int | None:
    """The hour of the day, 0..23; None where it cannot be told."""
    if half == "night":
        half = "pm" if 6 <= hour < 12 else "am"
    if half == "am":
        return hour % 12 if hour <= 12 else None
    if half == "pm":
        return None if hour == 0 else hour % 12 + 12 if hour <= 12 else hour
    return None if half == "doubtful" and hour <= 12 else hour
