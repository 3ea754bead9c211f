"""Time: reading a text takes time in proportion to its length, and every pattern is given its worst text."""

import ast
import importlib
import json
import pkgutil
import re
import signal
import time
from collections.abc import Callable, Iterator
from datetime import UTC
from pathlib import Path

import pytest
import regex

import mihwar
from mihwar.core.progress import Progress
from mihwar.core.scratch import Scratch
from mihwar.ingest.cleaning.clean import FIRST, LAST, Draft, cleaned
from mihwar.ingest.cleaning.repeated import Lines, without_repeated
from mihwar.ingest.dates.parse import date_line, parse_date
from mihwar.ingest.duplicates import signature
from mihwar.ingest.language import identify
from mihwar.ingest.readers.addresses import bare, scrubbed
from mihwar.ingest.readers.records import Record, Reject
from mihwar.ingest.readers.web import entries, page
from mihwar.ingest.stage import IngestSettings, clean_records
from mihwar.words.normalise import normalise
from mihwar.words.segment import segment

ROOT = Path(mihwar.__file__).parent
Pattern = re.Pattern | regex.Pattern
Work = Callable[[str], object]

SIZES = [2**n * 1024 for n in range(7)]  # characters: 1, 2, 4, ... 64 k
GROWTH = 9  # for four times the text: linear work takes 4 times as long, quadratic 16 times
FLOOR = 0.01  # seconds; what takes less cannot be compared
LIMIT = 20.0  # seconds for one call: exponential work is stopped, and quadratic work fails before it


def text_of(attack: str, n: int) -> str:
    """A text of about n characters: what stands in ⟦ ⟧, or all where there are no brackets, over and over."""
    head, unit, tail = attack.replace("⟧", "⟦").split("⟦") if "⟦" in attack else ("", attack, "")
    return head + unit * (n // len(unit)) + tail


def seconds(work: Work, text: str) -> float:
    """Processor time of one call.

    Raises:
        TimeoutError: it took more than LIMIT.
    """

    def stop(*_: object) -> None:
        raise TimeoutError(f"more than {LIMIT:.0f} seconds for {len(text):,} characters")

    before = signal.signal(signal.SIGVTALRM, stop)
    signal.setitimer(signal.ITIMER_VIRTUAL, LIMIT)
    try:
        start = time.process_time()
        work(text)
        return time.process_time() - start
    finally:
        signal.setitimer(signal.ITIMER_VIRTUAL, 0)
        signal.signal(signal.SIGVTALRM, before)


def grows_with_the_text(work: Work, attack: str, sizes: list[int]) -> bool:
    """Whether each size takes at most GROWTH times as long as a quarter of it; what seems longer is measured again."""
    took: dict[int, float] = {}
    for size in sizes:
        text = text_of(attack, size)
        took[size] = seconds(work, text)
        allowed = GROWTH * max(FLOOR, took.get(size // 4, LIMIT))
        for _ in range(5):
            if took[size] <= allowed:
                break
            took[size] = min(took[size], seconds(work, text))
            if size // 4 in took:  # both under the same load of the machine
                allowed = max(allowed, GROWTH * seconds(work, text_of(attack, size // 4)))
        if took[size] > allowed:
            return False
    return True


def patterns() -> dict[str, Pattern]:
    """Every compiled pattern of the package by its place, those in tuples, lists and dicts too."""

    def inside(name: str, value: object) -> Iterator[tuple[str, Pattern]]:
        if isinstance(value, Pattern):
            yield name, value
        elif isinstance(value, list | tuple):
            for i, part in enumerate(value):
                yield from inside(f"{name}[{i}]", part)
        elif isinstance(value, dict):
            for key, part in value.items():
                yield from inside(f"{name}[{key}]", part)

    found = {}
    for module in pkgutil.walk_packages(mihwar.__path__, "mihwar."):
        if module.name != "mihwar.__main__":
            for name, value in vars(importlib.import_module(module.name)).items():
                found |= dict(inside(f"{module.name.removeprefix('mihwar.')}.{name}", value))
    return found


# Tried on every pattern.
ANYWHERE = ["a", "A", "1", "é", "ا", "中", " ", "\n", "a ", "<", "&", "#", "@", "-", "(", ".", "'", "\u0301", "x⟦ ⟧x"]
# Pattern -> what is worst for it in particular; see `text_of`.
ATTACKS: dict[str, list[str]] = {
    "ingest.readers.addresses._ADDRESS": ["a+", "http:/"],
    "ingest.readers.addresses._AFTER_HOST": ["/?"],
    "ingest.readers.addresses._NAME_MARKS": ["-_"],
    "ingest.readers.addresses._SEPARATOR": ["?#&;"],
    "ingest.readers.addresses._ASSIGNED": ["password", "a_password ", "token=", "pwd=⟦'⟧", "token⟦ ⟧", "api_keyapikey"],
    "ingest.readers.addresses._DAMAGED_LOGIN": ["a:", "a:⟦/⟧", "a:⟦?@⟧", ":/", "a⟦:a/⟧@"],
    "ingest.readers.addresses._INTERPOLATION": ["${", "${{", "${a{b}", "${⟦{}⟧", "${a⟦{⟧"],
    "ingest.readers.addresses._IN_TEXT": ["://", "://⟦.⟧", "://⟦a.⟧", "://⟦a://⟧"],
    "ingest.readers.addresses._ONLY_PLAIN": [":"],
    "ingest.readers.addresses._START": ["a:", "//", ":/"],
    "ingest.readers.addresses._UNPRINTABLE": ["\0", "\ud800"],
    "core.nfkc._ROW_OF_MARKS": ["\u0300", "a⟦\u0300\u0315⟧", "\u0300" * 30 + "a"],
    "ingest.dates.calendars._MARKS": ["\u064b\u0640"],
    "ingest.dates.calendars._DIGIT": ["٢", "٢2"],
    "ingest.readers.charsets._DECLARED": ["<meta ", "<meta charset", "<meta charset⟦ ⟧", "<?xml encoding ="],
    "ingest.cleaning.clean._DEBRIS": ["#39;", "x #39;s", "#1234", "amp", " #39;"],
    "ingest.cleaning.clean._SUSPECT": ["ab"],
    "ingest.cleaning.clean._ARABIC": ["ab"],
    "ingest.cleaning.clean._BLOCK": ["<p ", "<p", "</p a", "<p ⟦a⟧"],
    "ingest.cleaning.clean._HIDDEN": ["<script ", "<style>", "<!--", "<script"],
    "ingest.cleaning.clean._HIDDEN_UNTIL[script]": ["</script ", "</script⟦ ⟧", "</script"],
    "ingest.cleaning.clean._HIDDEN_UNTIL[style]": ["</style ", "</style⟦ ⟧"],
    "ingest.cleaning.clean._HIDDEN_UNTIL[comment]": ["--", "- ->"],
    "ingest.cleaning.clean._INLINE": ["<a ", "<a", "</b x", "<a ⟦a⟧"],
    "ingest.cleaning.clean._UNSEEN": ["\u200b", "\u200ba"],
    "ingest.cleaning.clean._CONTROL": ["\x01", "\x01a"],
    "ingest.cleaning.clean._BLANK": ["\t ", "\t\n"],
    "ingest.cleaning.clean._LINES": [" \n", "\n⟦ ⟧x", "⟦\n⟧x"],
    "ingest.cleaning.clean._BREAK": ["\r", "\r\n", "\u2028"],
    "ingest.cleaning.clean._LINK": ["http://", "www.", "http", "www", "pic.twitter.com"],
    "ingest.cleaning.clean._HASHTAG": ["#a", "#a ", "#⟦a⟧", "_#"],
    "ingest.cleaning.clean._TAGS_ONLY": ["⟦#a ⟧!", "⟦#a⟧!", "#⟦a⟧!", "#a⟦ ⟧!", "⟦#a,|⟧!"],
    "ingest.cleaning.clean._SPACE": ["ab"],
    "ingest.cleaning.clean._UNSPACED": ["ab"],
    "ingest.dates.tokens._TOKEN": ["1 ", "1/", "1⟦ ⟧", "بتوقيت ⟦a ⟧", "2020年", "12:", "GMT"],
    "ingest.dates.tokens._NEXT_WORD": [" ⟦a⟧", " a"],
    "ingest.dates.tokens._DOTTED_HALF": ["a.m", "a. ", "a."],
    "ingest.dates.tokens._ATTACHED_ERA": ["2020م", "م"],
    "ingest.dates.tokens._DIGITS": ["1a"],
    "ingest.dates.tokens._ZONE_NAME": ["AB "],
    "ingest.dates.parse._NUMBERS": ["1a"],
    "ingest.dates.parse._ISO": ["2020-01-01T⟦1⟧", "2020-01-01T⟦1:⟧x", "2020-01-01T1"],
    "ingest.dates.parse._EPOCH": ["1234567890.⟦1⟧", "1234567890.⟦1⟧x"],
    "ingest.dates.parse._FRACTION": [".1"],
    "ingest.cleaning.boilerplate._PARTS": ["- ", "a-"],
    "ingest.cleaning.boilerplate._CRUMB": [" >", " > ", "a > "],
    "ingest.cleaning.boilerplate._DATELINES[0]": ["x (⟦AP/⟧", "(⟦AP / ⟧", "(⟦أ ف ب / ⟧", "(⟦ ⟧", "(AP) ⟦-⟧"],
    "ingest.cleaning.boilerplate._DATELINES[1]": ["AP-", "AP - ", "أ ف ب ، ", "AP ⟦-⟧", "AP⟦ ⟧"],
    "ingest.cleaning.boilerplate._DATELINES[2]": [
        "Oslo - ⟦AP/⟧",
        "Oslo - AP⟦ ⟧",
        "Oslo - ⟦أ. ف. ب. / ⟧",
        "Oslo⟦ ⟧",
        "Oslo - AP⟦./⟧",
    ],
    "ingest.cleaning.boilerplate._AGENCY_TAIL": [" (", "(AP/", "(أ ف ب ، ", "(AP⟦ ⟧", "(AP) ", "⟦ (AP) ⟧x"],
    "ingest.cleaning.boilerplate._CREDIT": ["Photo⟦ ⟧", "Photo:⟦ ⟧", "Photo:⟦ ⟧" + "x" * 101, "(", "photo ", "by "],
    "ingest.cleaning.boilerplate._BYLINE": [
        "By ⟦A⟧1",
        "By ⟦Aa ⟧1",
        "By ⟦A& ⟧1",
        "By A⟦ ⟧1",
        "By ⟦A and ⟧1",
        "By ⟦A.⟧1",
        "كتب ⟦ا⟧1",
        "بقلم ⟦ا ⟧1",
        "By A",
    ],
    "ingest.cleaning.boilerplate._REPORTING": ["(", "Editing by ", "Reporting by ⟦x⟧"],
    "ingest.cleaning.boilerplate._PARENTHESISED": ["(AP ", "(", "(⟦photo ⟧", "(⟦أ ف ب ⟧"],
    "ingest.ledger._LANGUAGE": ["ar⟦-a⟧", "ar⟦-a⟧!", "ar-⟦a⟧!"],
    "ingest.language._TWINS[am][1]": ["\u1250"],
    "ingest.language._TWINS[am][2]": ["\u12a0"],
    "ingest.language._TWINS[rw][1]": ["c", "cv", "ac "],
    "ingest.language._TWINS[rw][2]": ["sh"],
    "ingest.language._ADDRESS": ["a@", "@", "www.", "@ ⟦a⟧", "⟦a⟧@"],
    "ingest.language._LETTER": ["1a"],
    "ingest.language._RUN": ["a1", "aа", "中a", "ღ1"],
    "ingest.language._KANA": ["の"],
    "ingest.language._HANGUL": ["한"],
    "ingest.readers.records._KEPT_ASIDE": ["\udc80"],
    "ingest.readers.web._CODE": ["ar"],
    "ingest.readers.web._FEED": ["<⟦a⟧", "<a:", "<rss"],
    "ingest.readers.web._GAP": [" \n", "a\n"],
    "ingest.readers.web._LONG_WORD": ["⟦a⟧ ", "a" * 999 + " "],
    "ingest.readers.web._MARKUP": ["<1", "& "],
    "ingest.readers.web._ROOT": ["<1"],
    "words.lexicon._UNPARTED": ["བོད"],
    "words.normalise._ARABIC_MARKS": ["\u064b", "\u064bا"],
    "words.normalise._DOTTED": ["i\u0307", "i⟦\u0307⟧", "i"],
    "words.normalise._UNSEEN": ["\u200b", "\u200ba"],
    "words.phrases._ENDS_UNSPACED": ["⟦中⟧a", "中a"],
    "words.phrases._BEGINS_UNSPACED": ["中"],
    "words.segment._ADDRESS": ["⟦a⟧ @", "a@", "@", "a.-+", "www.", "a@b+", "http://"],
    "words.segment._SPACED": ["a'", "⟦a'⟧1", "'", "a\u200c", "\u200d"],
    "words.segment._MIXED": ["中a", "中\u0301", "a'", "a\u200c"],
    "words.segment._OF_UNSPACED": ["ab"],
    "words.segment._LETTER": ["1 "],
    "words.segment._HAN": ["ab"],
    "words.unspaced._HAN": ["中", "中a"],
    "words.unspaced._KANA": ["中"],
}

# Only ever tried at one place of a text.
NEVER_SEARCHED = {
    "ingest.readers.addresses._ADDRESS",
    "ingest.readers.addresses._DAMAGED_LOGIN",
    "ingest.readers.addresses._START",
    "ingest.dates.tokens._NEXT_WORD",
    "ingest.cleaning.boilerplate._CREDIT",
    *(f"ingest.cleaning.boilerplate._DATELINES[{i}]" for i in range(3)),
}


def test_every_pattern_has_its_worst_case() -> None:
    assert set(patterns()) == set(ATTACKS)


def test_patterns_that_read_texts_have_names() -> None:
    """A pattern written where it is used would not be found by `patterns`."""
    used = {"search", "match", "fullmatch", "findall", "finditer", "split", "sub", "subn"}
    hidden = []
    for path in [*(ROOT / "ingest").rglob("*.py"), *(ROOT / "words").glob("*.py")]:
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            call = node.func if isinstance(node, ast.Call) else None
            if (
                isinstance(call, ast.Attribute)
                and isinstance(call.value, ast.Name)
                and call.value.id in {"re", "regex"}
                and call.attr in used
            ):
                hidden.append(path.name)
    assert set(hidden) <= {"fetch.py", "read.py"}  # which see addresses and names of sources, not texts


@pytest.mark.parametrize("name", ATTACKS)
def test_a_pattern_takes_time_in_proportion_to_the_text(name: str) -> None:
    pattern = patterns()[name]

    def work(text: str) -> None:
        given = text.encode() if isinstance(pattern.pattern, bytes) else text
        pattern.match(given)
        pattern.fullmatch(given)
        for _ in () if name in NEVER_SEARCHED else pattern.finditer(given):
            pass

    assert not [attack for attack in [*ANYWHERE, *ATTACKS[name]] if not grows_with_the_text(work, attack, SIZES)]


UNITS = [
    "a",
    "A",
    "1",
    " ",
    "\n",
    "a ",
    "A ",
    "a\n",
    "Share\n",
    "2020-01-01\n",
    "#a #b\n",
    "<",
    "<p ",
    "<p>x",
    "<!--",
    "<script>",
    "</script ",
    "&",
    "&amp;",
    "&#39;",
    "#39;",
    "#a",
    "@",
    "a@",
    "a.b-",
    "-",
    "(",
    "(AP/",
    "AP / ",
    "أ ف ب / ",
    " (AP) ",
    "A & ",
    "By A",
    "http://",
    "://a:b@",
    "?token=a",
    "&u=http%3A//a%3Fkey%3Db",
    ";a=b",
    "www.",
    " > ",
    "12:",
    "1/",
    "l'",
    "a'",
    "\u200c",
    "中",
    "中a",
    "日本の",
    "ข่าว",
    "မြန်မာ",
    "\u0300\u0315",
    "\uff9e\u0315",
    "\u0300" * 30 + "\u200b" + "\u0315" * 30,
    "ﷺ",
    "İ",
    "Σ.",
    "\u064b",
    "\x85",
    "Ã©",
    "Ø§",
    "ÇáÑÆíÓ ",
    "😀",
]
STEPS = FIRST | LAST
FUNCTIONS: dict[str, Work] = {
    "cleaned": lambda text: cleaned(Draft(None, text), STEPS, frozenset(STEPS), UTC),
    "cleaned, one step alone": lambda text: [
        cleaned(Draft(text[: len(text) // 2], text), STEPS, frozenset({step}), UTC) for step in STEPS
    ],
    "scrubbed": scrubbed,
    "bare": lambda text: [bare(text), bare(f"http://h/{text}", "***"), bare(f"//h/?a={text}")],
    "identify": identify,
    "signature": signature,
    "parse_date": lambda text: parse_date(text, UTC),
    "date_line": lambda text: date_line(text, UTC),
    **{
        f"segment, {language}": lambda text, language=language: segment(normalise(text, language), language)
        for language in (None, "ar", "fr", "ja")
    },
}


@pytest.mark.parametrize("name", FUNCTIONS)
def test_a_step_takes_time_in_proportion_to_the_text(name: str) -> None:
    FUNCTIONS[name]("The harbour board said 中文 日本の on Monday")  # loads what has to be loaded once
    attacks = [attack for unit in UNITS for attack in (unit, f"By www. ⟦{unit}⟧1 @")]
    assert not [attack for attack in attacks if not grows_with_the_text(FUNCTIONS[name], attack, SIZES[1:6:2])]


def test_many_repeated_lines_take_time_in_proportion_to_their_number() -> None:
    def work(text: str) -> None:
        lines = Lines()
        for i in range(20):
            lines.add("here", f"{text}\n{i}")
        without_repeated("here", text + "\n" + "x" * 2 * len(text), lines.repeated(0.05))

    assert grows_with_the_text(lambda text: work("\n".join(f"{i}" for i in range(len(text) // 8))), "x", SIZES[2:])


def test_an_elision_over_and_over_is_one_word() -> None:
    assert segment("l'" * 5000 + "homme", "fr").words == ["homme"]
    assert segment("l'aujourd'hui", "fr").words == ["aujourd'hui"]


@pytest.mark.parametrize(
    "unit",
    ["<p>x</p>", "<div>a</div>", "<li>x", "<a>", "<h1>x</h1>", "<!--", "<p>2020-01-01</p>", "a ", "<b>"],
    ids=lambda unit: unit.strip("<>"),
)
def test_a_page_that_is_too_much_is_rejected_before_it_takes_long(unit: str) -> None:
    text = f"<html><body><article>{unit * (1_000_000 // len(unit))}</article></body></html>".encode()
    assert seconds(lambda _: page("", text), "") < LIMIT


LONG = 200_000
MARKS = "http://a" + "\u0316\u0301" * (LONG // 2)
JSON_LD = "<script type='application/ld+json'>%s</script>"
SAID_OF_ITSELF = {
    "author": f"<meta name='author' content='{'_ ( ' * (LONG // 4)}'>",
    "canonical": f"<link rel='canonical' href='{MARKS}'>",
    "og:url": f"<meta property='og:url' content='{MARKS}'>",
    "broken JSON": JSON_LD % ('"author" ' * (LONG // 9)),
    "JSON": JSON_LD % json.dumps({"@type": "NewsArticle", "author": "_ ( " * (LONG // 4)}),
    "much JSON": JSON_LD % json.dumps({"@type": "NewsArticle", "author": "_ ( " * 5000}) * 20,
}


@pytest.mark.parametrize("said", SAID_OF_ITSELF)
def test_what_a_page_says_of_itself_takes_no_long_time(said: str) -> None:
    head = f"<head><title>Boats</title>{SAID_OF_ITSELF[said]}</head>"
    text = f"<html>{head}<body><article><p>{'The port opened. ' * 20}</p></article></body></html>".encode()
    found: list[Record | Reject] = []
    assert seconds(lambda _: found.append(page("", text)), "") < LIMIT / 2
    assert isinstance(found[0], Record)
    assert found[0].values["title"] == "Boats"


IN_A_FEED = {
    "link": f"<rss><channel><item><title>a</title><link>{MARKS}</link></item></channel></rss>",
    "author": f"<rss><channel><item><title>a</title><author>{'a.' * (LONG // 2)}@</author></item></channel></rss>",
    "prolog": f"{'<!DOCTYPE ' * (LONG // 10)}<rss><channel><item><title>a</title></item></channel></rss>",
}


@pytest.mark.parametrize("said", IN_A_FEED)
def test_what_a_feed_says_takes_no_long_time(said: str) -> None:
    found: list[Record | Reject] = []
    assert seconds(lambda _: found.extend(entries(IN_A_FEED[said].encode())), "") < LIMIT / 2
    assert [isinstance(entry, Record) for entry in found] == [said != "prolog"]


def test_an_address_longer_than_any_is_none_and_takes_no_time(tmp_path: Path) -> None:
    def read(url: str) -> list[dict]:
        record = Record("line 1", {"id": "a", "text": "The port opened today.", "url": url})
        return clean_records(
            IngestSettings(), iter([record]), Scratch(tmp_path), Progress(quiet=True)
        ).articles.to_pylist()

    found: list[dict] = []
    assert seconds(lambda _: found.extend(read(MARKS)), "") < LIMIT / 2
    assert found[0]["url"] is None
    assert read("http://a/b")[0]["url"] == "http://a/b"


@pytest.mark.parametrize("unit", ["&lt;!--", "&lt;p&gt;", "<a>", "<![CDATA[<!--]]>"])
def test_a_feed_that_is_too_much_is_rejected_before_it_takes_long(unit: str) -> None:
    item = "<rss version='2.0'><channel><item><title>a</title><description>{}</description></item></channel></rss>"
    text = item.format(unit * (1_000_000 // len(unit))).encode()
    assert seconds(lambda _: list(entries(text)), "") < LIMIT


def test_a_gap_before_a_feed_takes_no_time() -> None:
    text = (
        "<?xml version='1.0'?>"
        + "\n" * 1_000_000
        + "<rss version='2.0'><channel><item><title>a</title></item></channel></rss>"
    ).encode()
    assert seconds(lambda _: list(entries(text)), "") < LIMIT
