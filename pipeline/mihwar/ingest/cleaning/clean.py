"""Cleaning: what the web left in a text is taken out, a step at a time, and every step says what it took."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import tzinfo
from html import unescape
from time import thread_time

import regex

from mihwar.ingest.cleaning.boilerplate import is_credit, is_navigation, without_agency
from mihwar.ingest.dates.parse import Dated, date_line

MAX_SECONDS = 10.0  # of processor time; see `cleaned`
TITLE_LETTERS = 120  # a first line longer than this is a lead, not a title
_HEAD, _TAIL = 5, 5  # lines at either end in which dates and credits are looked for
_OUTLET_WORDS, _SIGNATURE_LETTERS, _PARAGRAPH_LETTERS = 4, 80, 80
_ENDS_A_SENTENCE = tuple(".!?؟。！？…:\"”»“'")
_DEBRIS = re.compile(
    r"(?:(?<=\w) (?=#39;(?:s|t|re|ve|ll|d|m)\b))?(?<!&)#([1-9]\d{1,4});|(?<![&\w])(amp|quot|apos|lt|gt|nbsp);"
)  # entities that lost their &
# Where none of these is, nothing was misread.
_SUSPECT = re.compile(r"[&;\x1b\x80-\x9f¡-ª¬-¯±-ºÀ-ÿŒœŠšŸŽžƒˆ˜\u0370-\u04ff\ufffd]|[\ud800-\udfff]")
_ARABIC = re.compile(r"[ء-ي]")
_BLOCK = regex.compile(
    r"</?(?:p|br|div|h[1-6]|li|ul|ol|tr|table|section|article|blockquote|figure|figcaption|hr)\b[^<>]{0,2000}+>",
    regex.I,
)
# What a reader never sees: how it opens, and how it closes. Two patterns, because one with `.*?` between the two would
# read on to the end of the text for every opening that nothing closes.
_HIDDEN = regex.compile(
    r"(?P<script><script\b[^<>]{0,2000}+>)|(?P<style><style\b[^<>]{0,2000}+>)|(?P<comment><!--)", regex.I
)
_HIDDEN_UNTIL = {
    "script": regex.compile(r"</script\s*+>", regex.I),
    "style": regex.compile(r"</style\s*+>", regex.I),
    "comment": regex.compile("-->"),
}
_INLINE = regex.compile(
    r"</?(?:a|b|i|u|em|strong|span|font|img|sup|sub|small|code"
    r"|iframe|video|picture|source|cite|q|mark|time)\b[^<>]{0,2000}+>",
    regex.I,
)
_UNSEEN = regex.compile(r"[\u00AD\u034F\u061C\u180E\u200B\u200E\u200F\u202A-\u202E\u2060-\u2069\uFEFF\uFFF9-\uFFFB]+")
_CONTROL = regex.compile(r"[\x00-\x08\x0e-\x1f\x7f-\x84\x86-\x9f]+")
_BLANK = regex.compile(r"[^\S\n]+")
_LINES = regex.compile(r" ?\n\s*+")  # once _BLANK has left one space in a row
_BREAK = regex.compile(r"\r\n?|[\x0b\x0c\x85\u2028\u2029]")
_LINK = re.compile(r"(?:https?://|www\.|pic\.twitter\.com/)[\x21-\x7e]+", re.IGNORECASE)
_HASHTAG = regex.compile(r"(?<![\w&#])#(?=[\p{L}_])([\p{L}\p{M}\p{N}_\u200c]+)")
_TAGS_ONLY = regex.compile(r"(?:#[\p{L}\p{M}\p{N}_\u200c]++[\s,،|]*+){2,}+")
_SPACE = regex.compile(r"\s")
_UNSPACED = regex.compile(r"\p{Han}|\p{Hiragana}|\p{Thai}")


class TooSlow(Exception):
    """Cleaning an article took more than `MAX_SECONDS`; the message says so, and names the step."""


@dataclass(frozen=True)
class Draft:
    """An article on its way: title (None where there is none), text, the language it was said to be in, the date its
    own lines gave.
    """

    title: str | None
    text: str
    language: str | None = None
    date: Dated | None = None


Step = Callable[[Draft, tzinfo], Draft]


def repair(text: str) -> str:
    """Text that was decoded as what it was not is decoded anew (ftfy);
    entities become the characters they stand for.
    """
    import ftfy

    if not _SUSPECT.search(text):
        return text
    text = _DEBRIS.sub(lambda found: unescape(f"&{'#' + found[1] if found[1] else found[2]};"), text)
    plain = ftfy.TextFixerConfig(
        unescape_html=True,
        normalization=None,
        uncurl_quotes=False,
        fix_character_width=False,
        fix_latin_ligatures=False,
        fix_line_breaks=False,
        remove_control_chars=False,
    )
    return _misread_arabic(ftfy.fix_text(text, plain))


def _misread_arabic(text: str) -> str:
    """Arabic read in the wrong encoding, which ftfy does not know:
    accented capitals in a row, or nothing but tah, zah and signs.
    """
    head = text[:2000]
    for odd, took, meant in (
        ("ÀÁÂÃÄÅÆÇÈÉÊËÌÍÎÏÐÑÒÓÔÕÖØÙÚÛÜÝÞßáãäåæçíïðñóõö", "cp1252", "cp1256"),
        ("طظ", "cp1256", "utf-8"),
    ):
        if sum(map(head.count, odd)) * 3 > max(8, sum(map(str.isalpha, head))):
            try:
                read = text.encode(took).decode(meant)
            except UnicodeError:
                continue
            if len(_ARABIC.findall(read[:2000])) * 2 > len(read[:2000]):
                return read
    return text


def unmark(text: str) -> str:
    """HTML that was left in: scripts and comments go, blocks become lines, other tags vanish."""
    if "<" not in text:
        return text
    return _INLINE.sub("", _BLOCK.sub("\n", _without_hidden(text)))


def _without_hidden(text: str) -> str:
    """The text with a space for each script, style sheet and comment; what is opened and never closed stays."""
    kept: list[str] = []
    unclosed: set[str] = set()
    at = 0
    for opening in _HIDDEN.finditer(text):
        kind = str(opening.lastgroup)
        if opening.start() < at or kind in unclosed:
            continue
        if closing := _HIDDEN_UNTIL[kind].search(text, opening.end()):
            kept += (text[at : opening.start()], " ")
            at = closing.end()
        else:
            unclosed.add(kind)
    return "".join(kept) + text[at:]


def space(text: str) -> str:
    """A line a paragraph, one space between words; marks without width go, but for the joiners that spell words."""
    text = _CONTROL.sub("", _UNSEEN.sub("", _BREAK.sub("\n", text))).encode("utf-8", "replace").decode("utf-8")
    return _LINES.sub("\n", _BLANK.sub(" ", text)).strip()


def unlink(text: str) -> str:
    """Addresses of pages go, lines of hashtags go, and a hashtag in a sentence becomes its words."""
    if "://" not in text and "#" not in text and "www." not in text.lower() and "pic.twitter" not in text.lower():
        return text
    lines = [line for line in _LINK.sub("", text).split("\n") if not _TAGS_ONLY.fullmatch(line.strip())]
    return space(_HASHTAG.sub(lambda tag: tag[1].replace("_", " "), "\n".join(lines)))


def without_navigation(draft: Draft) -> Draft:
    """Lines that hold nothing but a site's buttons and menus go."""
    return replace(draft, text="\n".join(line for line in draft.text.split("\n") if not is_navigation(line)))


def dated(draft: Draft, zone: tzinfo) -> Draft:
    """A line of the head or tail that is nothing but a date gives the date, and goes."""
    lines = draft.text.split("\n")
    found = {i: date for i in _ends(lines) if (date := date_line(lines[i], zone, draft.language))}
    if not found:
        return draft
    read = [date for date in found.values() if date.date]
    best = max(read, key=lambda date: date.precision != "day", default=next(iter(found.values())))
    return replace(draft, text=_without(lines, found), date=best)


def titled(draft: Draft) -> Draft:
    """Where a source gives no title, the first short line of three words or more is it, if an article follows.

    Where it gives one, the text need not repeat it.
    """
    lines = draft.text.split("\n")
    if draft.title:
        same = len(lines) > 1 and _letters(lines[0]) == _letters(draft.title)
        return replace(draft, text="\n".join(lines[1:])) if same else draft
    for number, line in enumerate(lines[:3]):
        if len(line.split()) >= 3 or (len(line) >= 8 and not _SPACE.search(line) and _UNSPACED.search(line)):
            rest = "\n".join(lines[number + 1 :])
            return (
                replace(draft, title=line, text=rest) if len(line) <= TITLE_LETTERS and len(rest) > len(line) else draft
            )
    return draft


def uncredited(draft: Draft) -> Draft:
    """Bylines, picture and agency credits go,
    and the outlet's own name where it stands alone between title and text.
    """
    lines = draft.text.split("\n")
    gone = {i for i in _ends(lines) if is_credit(lines[i])}
    kept = [line for i, line in enumerate(lines) if i not in gone]
    if (
        any(i >= len(lines) - _TAIL for i in gone)
        and len(kept) > 1
        and _is_signature(kept[-1])
        and len(kept[-2]) > len(kept[-1])
    ):
        kept.pop()
    if (
        draft.title
        and len(kept) > 1
        and len(kept[0].split()) <= _OUTLET_WORDS
        and _is_signature(kept[0])
        and len(kept[1]) >= _PARAGRAPH_LETTERS
    ):
        kept.pop(0)
    if kept:
        kept[0] = without_agency(kept[0], head=True)
        kept[-1] = without_agency(kept[-1], head=False)
    title = without_agency(draft.title, head=False) if draft.title else None
    return replace(draft, title=title or draft.title, text="\n".join(filter(None, kept)) or draft.text)


def cleaned(
    draft: Draft, steps: Mapping[str, Step], switched_on: frozenset[str], zone: tzinfo
) -> tuple[Draft, dict[str, int]]:
    """A draft after every one of `steps` that is switched on, and how many characters each that changed it took away.

    A line that becomes the title is no loss.

    The limit of time is a safety net. Every step takes time in proportion to the text, about two milliseconds for an
    ordinary article, so no ordinary article comes near the limit, even on a slow machine, and results do not depend on
    the machine. Only the thread's own processor time counts. It is checked after each step; a step is never
    interrupted.

    Raises:
        TooSlow: the steps took more than MAX_SECONDS.
    """
    changed: dict[str, int] = {}
    until = thread_time() + MAX_SECONDS
    for name, step in steps.items():
        if name not in switched_on:
            continue
        if (after := step(draft, zone)) != draft:
            changed[name] = max(0, _size(draft) - _size(after))
            draft = after
        if thread_time() > until:
            limit = f"{MAX_SECONDS:g} seconds of processor time"
            raise TooSlow(f"cleaning took more than {limit}, which ended in the step '{name}'")
    return draft, changed


def _on_both(step: Callable[[str], str]) -> Step:
    return lambda draft, _: replace(
        draft, title=step(draft.title) if draft.title else draft.title, text=step(draft.text)
    )


FIRST: dict[str, Step] = {  # of each article by itself
    "repair": _on_both(repair),
    "markup": _on_both(unmark),
    "spaces": _on_both(space),
    "links": _on_both(unlink),
    "navigation": lambda draft, _: without_navigation(draft),
    "dates": dated,
}
LAST: dict[str, Step] = {  # once the lines its source repeats are gone
    "titles": lambda draft, _: titled(draft),
    "credits": lambda draft, _: uncredited(draft),
}


def _ends(lines: list[str]) -> list[int]:
    """Rows of the head and tail, but never all there is."""
    return (
        sorted({*range(min(_HEAD, len(lines))), *range(max(0, len(lines) - _TAIL), len(lines))})
        if len(lines) > 1
        else []
    )


def _without(lines: list[str], gone: "dict[int, Dated]") -> str:
    return "\n".join(line for i, line in enumerate(lines) if i not in gone)


def _is_signature(line: str) -> bool:
    return len(line) <= _SIGNATURE_LETTERS and (not line.endswith(_ENDS_A_SENTENCE) or line.count('"') == 2)


def _letters(text: str) -> str:
    return "".join(filter(str.isalnum, text)).casefold()


def _size(draft: Draft) -> int:
    return len(draft.title or "") + len(draft.text)
