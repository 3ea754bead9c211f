"""The web: pages and feeds become articles; nothing they name is ever fetched."""

import codecs
import io
import logging
import re
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import urljoin, urlsplit
from xml.parsers import expat

from mihwar.ingest.readers.addresses import MAX_ADDRESS
from mihwar.ingest.readers.charsets import decode
from mihwar.ingest.readers.records import Found, Options, Record, Reject, head, reject
from mihwar.ingest.readers.streams import opened, read_whole

if TYPE_CHECKING:
    from lxml.html import HtmlElement

MAX_PAGE = 8 * 2**20  # bytes of markup; no article has more, and extraction takes up to a hundred times that in memory
# Of a page; extraction takes time with the square of their number, and long live blogs have 5,000.
MAX_ELEMENTS = 20_000
_FEW_ELEMENTS = 5_000  # up to which extraction may fall back to justext and readability, which take far longer
# The libraries take time with the square of these lengths in characters: many minutes for a megabyte.
MAX_ATTRIBUTE = 8 * 2**10  # of an attribute's value in a page; a longer one is left out
MAX_JSON = 32 * 2**10  # of all JSON-LD of a page; what is beyond is left out
MAX_PROLOG = 8 * 2**10  # of what a feed has before its root element
MAX_TAGS = 200_000  # of a feed; it takes up to 0.1 ms for each
_FEED = re.compile(r"<(?:\w+:)?(?:rss|feed|RDF)[\s>]", re.IGNORECASE)
_ROOT = re.compile(r"<[A-Za-z_]")
_GAP = re.compile(r"\s+")
_LONG_WORD = re.compile(
    r"([a-zA-Z0-9_.+-]{1000})[a-zA-Z0-9_.+-]+"
)  # in which the feed parser looks for mail addresses, in the square of its length
_CODE = re.compile("[a-z]{2,3}")
_MARKUP = re.compile(r"<[A-Za-z/!]|&[#\w]")
_BLOCKS = (
    "p",
    "br",
    "div",
    "li",
    "ul",
    "ol",
    "tr",
    "blockquote",
    "figure",
    "figcaption",
    "h1",
    "h2",
    "h3",
    "h4",
    "h5",
    "h6",
    "section",
    "article",
)
# pages nest deeper and say odder things than parsers expect; lxml's own errors are SyntaxError or ValueError
_BROKEN = (
    RuntimeError,
    SyntaxError,
    ValueError,
    TypeError,
    AttributeError,
    LookupError,
    ArithmeticError,
    AssertionError,
)
_PROLOG = 64 * 2**10  # characters before a root element


def html_page(path: Path, options: Options) -> Found:  # noqa: ARG001
    """One page, one article."""
    with opened(path) as stream:
        yield page("", read_whole(stream, MAX_PAGE))


def feed(path: Path, options: Options) -> Found:  # noqa: ARG001
    """The entries of an RSS or Atom feed."""
    with opened(path) as stream:
        yield from entries(read_whole(stream, MAX_PAGE))


def is_feed(content: bytes) -> bool:
    """Whether what was fetched is a feed; servers call both text/html, text/xml and worse."""
    start = content[:_PROLOG].decode(
        "utf-16" if content.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)) else "utf-8", "ignore"
    )
    root = _ROOT.search(start)
    return bool(root and _FEED.match(start, root.start()))


def page(place: str, content: bytes, url: str | None = None, charset: str | None = None) -> Record | Reject:
    """The article on a page, its paragraphs as lines; a reject where there is none.

    Args:
        place: where the page was found.
        content: the page as served.
        url: its address, where that is known.
        charset: what the server said of it.
    """
    decoded = decode(content, charset)
    if isinstance(decoded, str):
        return reject(place, decoded, content)
    values = _article(decoded.text, url)
    if isinstance(values, str):
        return reject(place, values, decoded.text)
    return Record(place, values | decoded.note)


def _article(markup: str, url: str | None) -> dict[str, Any] | str:
    from trafilatura import bare_extraction, load_html
    from trafilatura.settings import Document

    _hush()
    try:
        tree = load_html(markup)
        n_elements = 0 if tree is None else _shortened(tree)
        if n_elements > MAX_ELEMENTS:
            return f"a page of more than {MAX_ELEMENTS:,} elements"
        fast = n_elements > _FEW_ELEMENTS
        found = None if tree is None else bare_extraction(tree, url=url, fast=fast, **_ARTICLE_ONLY)
    except _BROKEN as error:
        return f"not a page that can be taken apart: {type(error).__name__}"
    if tree is None or not isinstance(found, Document) or not (found.text or "").strip():
        return "no article text on the page"
    return {
        "title": found.title,
        "text": _without_title(found.text or "", found.title),
        "date": found.date,
        "url": _web_address(found.url or url),
        "source": _site(found.sitename, found.url),
        "language": _language(tree.get("lang")),
    }


def _shortened(tree: "HtmlElement") -> int:
    """Take out of a page what is longer than `MAX_ATTRIBUTE` and `MAX_JSON`; returns the number of its elements."""
    n_elements, left = 0, MAX_JSON
    for element in tree.iter():
        n_elements += 1
        for name in (name for name, value in element.items() if len(value) > MAX_ATTRIBUTE):
            del element.attrib[name]
        if element.tag == "script" and "json" in element.get("type", ""):
            left -= len(element.text or "")
            element.text = element.text if left >= 0 else None
    return n_elements


def _site(name: str | None, url: str | None) -> str | None:
    """The name of a site; where it was taken from the page's address, without a login."""
    return name.rpartition("@")[2] if name and name in (url or "") else name


def _without_title(content: str, title: str | None) -> str:
    """Paragraphs; a headline that opens them is said once, as the title."""
    first, _, rest = content.partition("\n")
    return rest if rest.strip() and first.strip() == title else content


# only what the page declares, never a date in its prose; a fixed last day, so that a page means the same whenever it is
# read
_DATES = {"original_date": True, "extensive_search": False, "max_date": "2100-01-01"}
_ARTICLE_ONLY = {"with_metadata": True, "include_comments": False, "date_extraction_params": _DATES}


def _hush() -> None:
    """What these libraries have to say of a page is said by its reject."""
    for name in ("trafilatura", "htmldate", "charset_normalizer", "justext"):
        logger = logging.getLogger(name)
        if not logger.handlers:
            logger.addHandler(logging.NullHandler())


def _language(tag: str | None) -> str | None:
    """ar-EG -> ar."""
    first = (tag or "").strip().lower().replace("_", "-").partition("-")[0]
    return first if _CODE.fullmatch(first) else None


def _web_address(link: str | None, seen_from: str | None = None) -> str | None:
    try:
        url = urljoin(seen_from or "", link) if link and len(link) <= MAX_ADDRESS else ""
        return url if urlsplit(url).scheme.lower() in ("http", "https") else None
    except ValueError:
        return None


def entries(content: bytes, url: str | None = None, charset: str | None = None) -> Found:
    """The entries of a feed, in its order; markup in them is taken away, a feed that declares entities is refused."""
    import feedparser

    decoded = decode(content, charset)
    if isinstance(decoded, str):
        yield reject("", decoded, content)
        return
    prolog, rest = _cut_at_root(_LONG_WORD.sub(r"\1", decoded.text.strip()))
    markup = (prolog + rest).encode("utf-8", "replace")
    if len(prolog) > MAX_PROLOG:
        yield reject("", f"a feed that begins after more than {MAX_PROLOG:,} characters", decoded.text)
        return
    if (markup.count(b"<") + markup.count(b"&lt;")) > MAX_TAGS:
        yield reject("", f"a feed of more than {MAX_TAGS:,} tags", decoded.text)
        return
    if _declares_entities(markup):
        yield reject(
            "", "declares XML entities, which no feed needs and some use to fill the memory or read files", decoded.text
        )
        return
    try:  # bytes alone would first be tried as a path
        parsed = feedparser.parse(
            io.BytesIO(markup), response_headers={"content-type": "application/xml; charset=utf-8"}, **_AS_IT_IS
        )
    except _BROKEN as error:
        yield reject("", f"not a feed that can be taken apart: {type(error).__name__}", decoded.text)
        return
    if not parsed.entries and decoded.text.strip():
        why = f": {head(parsed.get('bozo_exception'))}" if parsed.bozo else ""
        yield reject("", f"no entries of an RSS or Atom feed{why}", decoded.text)
    for number, entry in enumerate(parsed.entries, start=1):
        found = _entry(f"entry {number}", entry, parsed.feed, url)
        yield Record(found.place, found.values | decoded.note) if isinstance(found, Record) else found


# feedparser's own cleaning reads to the end of the text for each comment that is not closed, and is not needed:
# `_without_markup` takes all markup out
_AS_IT_IS = {"sanitize_html": False, "resolve_relative_uris": False}


def _cut_at_root(markup: str) -> tuple[str, str]:
    """What stands before the root element of a feed, with no gaps, and the rest."""
    root = _ROOT.search(markup)
    start = root.start() if root else len(markup)
    return _GAP.sub("\n", markup[:start]), markup[start:]


class _Declared(ValueError):
    pass


def _declares_entities(markup: bytes) -> bool:
    def declared(*_: object) -> None:
        raise _Declared

    parser = expat.ParserCreate("utf-8")
    parser.EntityDeclHandler = declared
    try:
        parser.Parse(markup, True)
    except _Declared:
        return True
    except expat.ExpatError:  # the feed parser reads further than a strict one, and by itself expands nothing
        return False
    return False


def _entry(place: str, entry: Any, channel: Any, url: str | None) -> Record | Reject:
    content = (
        next((part for part in entry.get("content", ()) if part.get("value")), None)
        or entry.get("summary_detail")
        or {}
    )
    link = _web_address(entry.get("link"), url)
    language = _language(content.get("language") or channel.get("language"))
    values = {
        "id": entry.get("id") or link,
        "title": _plain(entry.get("title_detail") or {}),
        "text": _plain(content),
        "date": _date(entry),
        "url": link,
        "source": _plain(channel.get("title_detail") or {}),
        "language": language,
    }
    if not (values["title"] or values["text"]):
        return reject(place, "an entry with neither title nor text", values)
    return Record(place, values)


def _date(entry: Any) -> str | None:
    parsed = entry.get("published_parsed") or entry.get("updated_parsed")
    return time.strftime("%Y-%m-%dT%H:%M:%SZ", parsed) if parsed else entry.get("published") or entry.get("updated")


def _plain(detail: Any) -> str | None:
    value = detail.get("value") or ""
    if "html" in (detail.get("type") or "") and _MARKUP.search(value):
        value = _without_markup(value)
    return "\n".join(line for part in value.splitlines() if (line := " ".join(part.split()))) or None


def _without_markup(value: str) -> str:
    from lxml import etree
    from lxml.html import fromstring

    try:
        tree: HtmlElement = fromstring(f"<div>{value.replace(chr(0), ' ')}</div>")
    except _BROKEN:
        return value
    etree.strip_elements(tree, "script", "style", with_tail=False)
    for element in tree.iter(*_BLOCKS):
        element.tail = "\n" + (element.tail or "")
    return str(tree.text_content())
