"""The pieces of a written date: its words, numbers and times told apart."""

import re
from typing import NamedTuple

from mihwar.ingest.dates.calendars import CALENDARS, Meaning, fold, meanings

_MAX_OFFSET = 14 * 60  # minutes

_BREAK = r"\s\d,،;؛:|/()\[\]{}.•·∙*_\"“”„'‘’`<>«»‹›–—―−‐-"
_TOKEN = re.compile(
    rf"""
    (?P<offset>(?:(?:GMT|UTC)\s?[+-]\d{{1,2}}(?::?\d{{2}})?|[+-](?:\d{{1,2}}:\d{{2}}|\d{{4}}))(?![\d/.-]))
    |(?P<gap>(?!\d)[{_BREAK}]|[\u2190-\u27bf\ufe0f\U0001f300-\U0001faff])
    |(?P<ideographs>\d{{4}}\s?[年년]\s?\d{{1,2}}\s?[月월]\s?\d{{1,2}}\s?[日號号일])
    |(?P<vietnamese>\d{{1,2}}\s+thang\s+\d{{1,2}}(?:\s*,|\s+nam)?\s+\d{{4}})
    |(?P<date>(?:\d{{4}}|\d{{1,2}})\s?(?P<between>[-/.])\s?\d{{1,2}}\s?(?P=between)\s?(?:\d{{4}}|\d{{1,2}})(?!\d))
    |(?P<time>\d{{1,2}}(?:\s?[:h]\s?|[.]|[時时点點시]\s?)\d{{2}}(?:[:.分분]\s?\d{{2}}(?:[.]\d+)?)?[分분秒초]?(?![\d:]))
    |(?P<number>\d{{1,4}}(?!\d))
    |(?P<place>بتوقيت\s+(?P<where>[^{_BREAK}]+)(?:\s+[^{_BREAK}]+){{0,4}})
    |(?P<weekday>(?:星期|[周週])[一二三四五六日天]|[日月火水木金土](?:曜日?)?|[월화수목금토일](?:요일)?)
    |(?P<word>[上下]午|午[前後]|오[전후]|[^{_BREAK}]+)
    """,
    re.VERBOSE | re.IGNORECASE,
)
_NEXT_WORD = re.compile(rf"\s+[^{_BREAK}]+")
_DOTTED_HALF = re.compile(r"\b([ap])\.\s?m\b\.?", re.IGNORECASE)
_ATTACHED_ERA = re.compile(r"(?<=\d{4})م(?!\w)")
_DIGITS = re.compile(r"\d+")
_ZONE_NAME = re.compile(r"[A-Z]{2,5}")


class Token(NamedTuple):
    """A piece of a written date: what kind it is, its numbers as they are written, the months it may name."""

    kind: str
    numbers: tuple[str, ...] = ()
    months: frozenset[Meaning] = frozenset()
    offset: int | None = None  # minutes east of Greenwich; of a zone nobody can place, None


def tokens_of(text: str, language: str | None) -> list[Token] | None:
    """The pieces of a text; None as soon as one is no part of a date."""
    text = _ATTACHED_ERA.sub(" ميلادي ", _DOTTED_HALF.sub(r"\1m ", fold(text)))
    found: list[Token] = []
    at = 0
    while at < len(text):
        match = _TOKEN.match(text, at)
        if match is None or match.lastgroup is None:
            return None
        kind, start, at = match.lastgroup, at, match.end()
        if kind in {"gap", "weekday"}:
            continue
        if kind == "offset" and text[start] == "-" and not any(token.kind == "time" for token in found):
            at = start + 1  # a dash between date and time
            continue
        if kind == "word":
            token, at = _word(
                text, match, language, after_time=bool(found) and found[-1].kind in {"time", "zone", "am", "pm"}
            )
        else:
            token = _figure(kind, match)
        if token is None:
            return None
        if token.kind not in {"around", "weekday"}:
            found.append(token)
    return found


def _word(text: str, match: re.Match[str], language: str | None, after_time: bool) -> tuple[Token | None, int]:
    """The word as a piece of a date, with the next one where the two are one name, and where it ends."""
    following = _NEXT_WORD.match(text, match.end())
    if following and (both := meanings(match[0] + following[0], language)):
        return _meant(both), following.end()
    known = meanings(match[0], language)
    if not known and after_time and _ZONE_NAME.fullmatch(match[0]):
        return Token("zone"), match.end()
    return _meant(known) if known else None, match.end()


def _meant(known: frozenset[Meaning]) -> Token:
    months = frozenset(meaning for meaning in known if meaning[0] in CALENDARS)
    if months:
        return Token("month" if months == known else "month or weekday", months=months)
    kind, value = next(iter(known))
    return Token(kind, offset=value)


def _figure(kind: str, match: re.Match[str]) -> Token | None:
    numbers = tuple(_DIGITS.findall(match[0]))
    if kind == "place":
        return next(
            (Token("zone", offset=value) for name, value in meanings(match["where"], None) if name == "zone"),
            Token("zone"),
        )
    if kind == "offset":
        hours, minutes = (
            (numbers[0][:-2], numbers[0][-2:])
            if len(numbers[0]) == 4
            else (numbers[0], numbers[1] if len(numbers) > 1 else "0")
        )
        offset = int(hours) * 60 + int(minutes)
        return Token("zone", offset=-offset if "-" in match[0] else offset) if offset <= _MAX_OFFSET else None
    if kind == "time":
        clock = [int(number) for number in numbers]
        return Token(kind, numbers[:3]) if clock[0] < 24 and max(clock[1:3]) < 60 else None
    if kind == "date":
        return Token("dotted" if match["between"] == "." else "date", numbers)
    return Token("date" if kind in {"ideographs", "vietnamese"} else kind, numbers)
