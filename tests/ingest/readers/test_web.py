"""Pages, feeds and web archives: articles out of markup, whatever the markup is and wherever it points."""

import gzip
import zlib
from pathlib import Path

import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mihwar.ingest.readers.read import Options, Record, Reject, read_source
from mihwar.ingest.readers.web import MAX_ELEMENTS, MAX_PAGE, MAX_TAGS, entries, is_feed, page

TEXT = "أعلنت الوزارة يوم الأحد أن حملة التطعيم ستبدأ الأسبوع المقبل في جميع المدارس. "
BODY = "".join(f"<p>{i} {TEXT * 3}</p>" for i in range(4))
HEAD = """<title>عنوان الخبر</title><meta property="og:site_name" content="الجريدة">
<meta property="article:published_time" content="2026-01-16T08:30:00+03:00"><link rel="canonical" href="https://news.example/a">"""
PAGE = (
    f"<html lang='ar-EG'><head>{HEAD}</head><body><nav><a href='/'>الرئيسية</a></nav><article><h1>عنوان "
    f"الخبر</h1>{BODY}</article></body></html>"
)


def read(folder: Path, name: str, content: str | bytes) -> tuple[list[Record], list[Reject]]:
    path = folder / name
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    found = list(read_source(path, Options(fields={"text": "body"})))
    return [f for f in found if isinstance(f, Record)], [f for f in found if isinstance(f, Reject)]


def test_a_page_is_its_article(tmp_path: Path) -> None:
    ((found,), rejected) = read(tmp_path, "a.html", PAGE)
    assert not rejected
    text = found.values.pop("text")
    assert text.splitlines() == [f"{i} {TEXT * 3}".strip() for i in range(4)]
    assert found.values == {
        "title": "عنوان الخبر",
        "date": "2026-01-16",
        "url": "https://news.example/a",
        "source": "الجريدة",
        "language": "ar",
    }


@pytest.mark.parametrize(
    ("markup", "encoding", "said"),
    [
        (PAGE.replace("<head>", "<head><meta charset=windows-1256>"), "cp1256", None),
        (
            PAGE.replace("<head>", "<head><meta http-equiv='Content-Type' content='text/html; charset=windows-1256'>"),
            "cp1256",
            None,
        ),
        ("<?xml version='1.0' encoding='ISO-8859-6'?>" + PAGE, "iso8859-6", None),
        (PAGE.replace("<head>", "<head><meta charset=windows-1256>"), "utf-8", None),
        (PAGE, "utf-16", None),
        (PAGE.replace("<head>", "<head><meta charset=nonsense>"), "cp1256", "cp1256"),
        (PAGE, "cp1256", "cp1256"),
    ],
)
def test_charsets_of_pages(tmp_path: Path, markup: str, encoding: str, said: str | None) -> None:
    ((found,), _) = read(tmp_path, "a.HTM", markup.encode(encoding))
    assert found.values["title"] == "عنوان الخبر"
    assert found.values["text"].startswith("0 أعلنت الوزارة")
    assert found.values.get("_encoding") == said


@pytest.mark.parametrize(
    "link", ["file:///etc/passwd", "javascript:alert(1)", "ftp://news.example/a", "//[", "data:text/html,x"]
)
def test_an_address_that_is_not_of_the_web_is_dropped(tmp_path: Path, link: str) -> None:
    ((found,), _) = read(tmp_path, "a.html", PAGE.replace("https://news.example/a", link))
    assert found.values["url"] is None
    assert "أعلنت" in found.values["text"]


DEEP = 100_000
NO_ARTICLE = {
    "script": "<html><body><script>" + "var a = 'خبر';" * 1000 + "</script></body></html>",
    "refresh": "<html><head><meta http-equiv=refresh content='0;url=file:///etc/passwd'></head><body></body></html>",
    "frame": "<html><body><iframe src='file:///etc/passwd'></iframe><img src='http://127.0.0.1/'><object data='file:///etc/passwd'></object></body></html>",
    "deep": "<html><body>" + "<div>" * DEEP + TEXT + "</div>" * DEEP + "</body></html>",
    "open": "<" * DEEP,
    "nothing": " \n ",
    "nul": "\0" * 1000,
}


@pytest.mark.parametrize("name", NO_ARTICLE)
def test_a_page_without_an_article_is_rejected_and_nothing_it_names_is_read(tmp_path: Path, name: str) -> None:
    kept, rejected = read(tmp_path, "a.html", NO_ARTICLE[name])
    assert not kept
    assert len(rejected) == 1
    assert "root:" not in str(rejected)
    assert rejected[0].reason.startswith(("no article text on the page", "not a page"))


def test_entities_of_a_page_are_not_followed(tmp_path: Path) -> None:
    kept, rejected = read(
        tmp_path,
        "a.html",
        f"<!DOCTYPE html [<!ENTITY a SYSTEM 'file:///etc/passwd'>]><html><body>{BODY}<p>&a;</p></body></html>",
    )
    assert len(kept) == 1
    assert "root:" not in str(kept + rejected)


def test_an_article_among_deep_markup_does_not_stop_a_run(tmp_path: Path) -> None:
    for tag in ("b", "blockquote", "span", "table><tr><td", "ul><li"):
        kept, rejected = read(tmp_path, "a.html", f"<html><body>{BODY}" + f"<{tag}>" * 30_000 + f"{BODY}</body></html>")
        assert len(kept) + len(rejected) == 1


def test_a_page_of_50_mb_is_rejected(tmp_path: Path) -> None:
    kept, rejected = read(tmp_path, "a.html", PAGE.replace("</article>", "<p>x</p>" * 6_000_000))
    assert not kept
    assert rejected == [Reject("", "longer than 8 MiB, which is more than is read at once")]


ENTRY = """<item><guid>g1</guid><link>https://n.example/1</link>
<title>عنوان &amp; &lt;b&gt;خبر&lt;/b&gt;</title><pubDate>Fri, 16 Jan 2026 08:30:00 +0300</pubDate>
<description>قصير</description>
<content:encoded><![CDATA[<p>أولا<br>وثانيا</p><script>x()</script><p>5 &lt; 6</p><img src="file:///etc/passwd">]]></content:encoded></item>"""
RSS = """<?xml version="1.0" encoding="{0}"?><rss version="2.0" xmlns:content="http://purl.org/rss/1.0/modules/content/"><channel>
<title>جريدة</title><language>ar-sa</language>{1}</channel></rss>"""
ATOM = """<?xml version="1.0"?><feed xmlns="http://www.w3.org/2005/Atom" xml:lang="ru"><title>Газета</title>
<entry><id>urn:1</id>
<title>Новость 1 &lt; 2</title><link href="https://n.example/1"/>
<updated>2026-01-16T08:30:00+03:00</updated><summary>Кратко 3 &lt; 4</summary></entry></feed>"""


@pytest.mark.parametrize(("name", "charset"), [("a.rss", "utf-8"), ("a.xml", "windows-1256"), ("a.XML", "utf-16")])
def test_rss(tmp_path: Path, name: str, charset: str) -> None:
    ((found,), rejected) = read(tmp_path, name, RSS.format(charset, ENTRY).encode(charset))
    assert not rejected
    assert found == Record(
        "entry 1",
        {
            "id": "g1",
            "title": "عنوان & خبر",
            "text": "أولا\nوثانيا\n5 < 6",
            "date": "2026-01-16T05:30:00Z",
            "url": "https://n.example/1",
            "source": "جريدة",
            "language": "ar",
        },
    )


def test_atom_and_text_that_is_no_markup(tmp_path: Path) -> None:
    ((found,), _) = read(tmp_path, "a.atom", ATOM)
    assert (found.values["id"], found.values["title"], found.values["text"]) == (
        "urn:1",
        "Новость 1 < 2",
        "Кратко 3 < 4",
    )
    assert (found.values["date"], found.values["source"], found.values["language"]) == (
        "2026-01-16T05:30:00Z",
        "Газета",
        "ru",
    )


def test_entries_with_less_in_them(tmp_path: Path) -> None:
    items = (
        "<item><link>file:///etc/passwd</link><title>خبر</title></item><item><link>/only</link></item><item><title>ب</title><pubDate>أمس</pubDate></item>"
        "<item><link>https://n.example/2</link><description>وصف</description></item>"
    )
    kept, rejected = read(tmp_path, "a.rss", RSS.format("utf-8", items))
    assert [(r.place, r.values["id"], r.values["url"], r.values["date"]) for r in kept] == [
        ("entry 1", None, None, None),
        ("entry 3", None, None, "أمس"),
        ("entry 4", "https://n.example/2", "https://n.example/2", None),
    ]
    assert [(r.place, r.reason) for r in rejected] == [("entry 2", "an entry with neither title nor text")]
    assert next(iter(entries(RSS.format("utf-8", items).encode(), "https://n.example/feeds/"))).values["url"] is None


LAUGHS = (
    "<!DOCTYPE rss [<!ENTITY a0 'ha'>" + "".join(f"<!ENTITY a{i} '{f'&a{i - 1};' * 10}'>" for i in range(1, 12)) + "]>"
)


@pytest.mark.parametrize(
    "declares",
    [
        LAUGHS,
        "\n" + LAUGHS,
        "<!-- <rss> -->" + LAUGHS,
        "<!DOCTYPE x SYSTEM 'file:///etc/passwd' [<!ENTITY a11 SYSTEM 'file:///etc/passwd'>]>",
        "<!DOCTYPE x [<!ENTITY % a11 'x'>]>",
    ],
)
def test_a_feed_that_declares_entities_is_refused(tmp_path: Path, declares: str) -> None:
    for charset in ("utf-8", "utf-16"):
        content = RSS.format(charset, "<item><title>&a11;</title></item>").replace("?>", "?>" + declares, 1)
        kept, rejected = read(tmp_path, "a.xml", content.encode(charset))
        assert not kept
        assert "declares XML entities" in rejected[0].reason


def test_entities_where_the_xml_is_broken_expand_to_nothing(tmp_path: Path) -> None:
    kept, _ = read(tmp_path, "a.xml", "<a>" + LAUGHS + RSS.format("utf-8", "<item><title>خبر &a11;</title></item>"))
    assert all(len(record.values["title"]) < 100 for record in kept)


@pytest.mark.parametrize("content", ["<opml/>", "خبر", "<html><body>x</body></html>", "<rss", "\0" * 99, "<a>" * 5_000])
def test_xml_that_is_no_feed_is_rejected(tmp_path: Path, content: str) -> None:
    kept, rejected = read(tmp_path, "a.xml", content)
    assert not kept
    assert [r.place for r in rejected] == [""]


@pytest.mark.parametrize(
    ("content", "feed"),
    [
        (RSS, True),
        (ATOM, True),
        ("<!-- خبر --> <rdf:RDF >", True),
        (PAGE, False),
        ("<?xml version='1.0'?><html><rss></html>", False),
        ("خبر", False),
        ("", False),
    ],
)
def test_what_is_a_feed(content: str, feed: bool) -> None:
    assert [is_feed(content.encode(charset)) for charset in ("utf-8", "utf-16")] == [feed, feed]


def answer(body: bytes, status: str = "200 OK", kind: str = "text/html", **headers: str) -> bytes:
    named = "".join(
        f"{name.replace('_', '-')}: {value}\r\n" for name, value in {"Content_Type": kind, **headers}.items()
    )
    return f"HTTP/1.1 {status}\r\n{named}\r\n".encode() + body


def warc(block: bytes, kind: str = "response", url: str = "https://n.example/w", length: int | None = None) -> bytes:
    length = len(block) if length is None else length
    return (
        f"WARC/1.0\r\nWARC-Type: {kind}\r\nWARC-Target-URI: {url}\r\nContent-Length: {length}\r\n\r\n".encode()
        + block
        + b"\r\n\r\n"
    )


BARE = PAGE.replace("https://news.example/a", "")
CHUNKED = (
    b"".join(b"%x\r\n%s\r\n" % (len(part), part) for part in (BARE.encode()[:500], BARE.encode()[500:])) + b"0\r\n\r\n"
)


@pytest.mark.parametrize("ending", ["warc", "warc.gz"])
def test_pages_of_an_archive(tmp_path: Path, ending: str) -> None:
    records = [
        warc(b"software: x\r\n", "warcinfo", ""),
        warc(b"GET / HTTP/1.1\r\n\r\n", "request"),
        warc(answer(BARE.encode())),
        warc(answer(b"", "301 Moved", Location="/")),
        warc(answer(BARE.encode(), "404 Not Found")),
        warc(answer(b"\xff\xd8", kind="image/jpeg")),
        warc(b"93.184.216.34", url="dns:n.example"),
        warc(answer(BARE.encode("cp1256"), kind="text/html; charset=windows-1256"), url="<https://n.example/x>"),
        warc(answer(CHUNKED, Transfer_Encoding="chunked")),
        warc(answer(BARE.encode(), Transfer_Encoding="chunked")),
        warc(answer(gzip.compress(BARE.encode(), mtime=0), Content_Encoding="gzip")),
        warc(answer(zlib.compress(BARE.encode()), Content_Encoding="deflate")),
        warc(answer(bytes(pa.compress(BARE.encode(), codec="brotli", asbytes=True)), Content_Encoding="br")),
        warc(answer(BARE.encode(), Content_Encoding="gzip")),
        warc(answer(b"<html><script>x</script></html>")),
    ]
    kept, rejected = read(
        tmp_path, f"a.{ending}", b"".join(map(gzip.compress, records) if ending.endswith("gz") else records)
    )
    assert [r.place for r in kept] == [f"record {n}" for n in (3, 8, 9, 10, 11, 12, 13, 14)]
    assert len({r.values["text"] for r in kept}) == 1
    assert kept[0].values["title"] == "عنوان الخبر"
    assert [r.values["url"] for r in kept[:2]] == ["https://n.example/w", "https://n.example/x"]
    assert [(r.place, r.reason) for r in rejected] == [("record 15", "no article text on the page")]


def test_damaged_records_are_rejected_and_whole_ones_found_again(tmp_path: Path) -> None:
    good = warc(answer(BARE.encode()))
    no_length = b"WARC/1.0\r\nWARC-Type: response\r\n\r\n"
    content = (
        good
        + warc(answer(b"x" * 50), length=20)
        + good
        + no_length
        + good
        + warc(b"nonsense")
        + good
        + warc(b"", length=-5)
        + good
        + good[:-500]
    )
    kept, rejected = read(tmp_path, "a.warc", content)
    assert [r.place for r in kept] == [f"record {n}" for n in (1, 3, 5, 7, 9)]
    assert [r.place for r in rejected][1:] == ["record 4", "record 6", "record 8", "record 10"]
    assert "expected a WARC record to begin here" in rejected[0].reason
    assert "ends early" in rejected[-1].reason


@pytest.mark.parametrize(
    ("block", "reason"),
    [
        (answer(BARE.encode() + b" " * 17 * 2**20), "longer than 16 MiB"),
        (answer(gzip.compress(b"a" * MAX_PAGE * 20, mtime=0), Content_Encoding="gzip"), "a page longer than 8 MiB"),
        (answer(b"\x81\x8d" * 500), "not valid UTF-8 at byte 1"),
    ],
)
def test_a_page_in_an_archive_that_is_too_long_or_in_no_charset(tmp_path: Path, block: bytes, reason: str) -> None:
    kept, rejected = read(tmp_path, "a.warc", warc(block) + warc(answer(BARE.encode())))
    assert len(kept) == 1
    assert [(r.place, r.reason) for r in rejected] == [("record 1", reason)]


def test_an_archive_without_pages_says_so_once(tmp_path: Path) -> None:
    kept, rejected = read(tmp_path, "a.warc", warc(b"x", "warcinfo") + warc(answer(b"", "302 Found")))
    assert not kept
    assert rejected == [Reject("", "no HTML page among its records")]
    assert read(tmp_path, "b.warc", b"") == ([], [])


@settings(max_examples=50)
@given(
    st.text(max_size=200)
    | st.lists(
        st.sampled_from(
            ["<p>", "</p>", "<table>", "<script>", "&#x0;", "&#xd800;", "<a href='http://[", "'>", TEXT, "<!--", "]]>"]
        )
    ).map("".join)
)
def test_whatever_markup_there_is_a_page_and_a_feed_entry_come_back(markup: str) -> None:
    content = f"<html><body>{markup}</body></html>".encode("utf-8", "surrogatepass")
    assert isinstance(page("", content, "https://n.example/"), Record | Reject)
    item = f"<item><title>x</title><description><![CDATA[{markup}]]></description></item>"
    assert list(entries(RSS.format("utf-8", item).encode("utf-8", "surrogatepass")))


def test_a_page_or_feed_of_more_than_any_has_is_rejected() -> None:
    big = page("", f"<html><body><article>{'<p>x</p>' * MAX_ELEMENTS}</article></body></html>".encode())
    assert isinstance(big, Reject)
    assert big.reason == "a page of more than 20,000 elements"
    many = list(entries(f"<rss><channel><item><title>{'&lt;b' * MAX_TAGS}</title></item></channel></rss>".encode()))
    assert [isinstance(found, Reject) and found.reason for found in many] == ["a feed of more than 200,000 tags"]


def test_scripts_and_comments_in_an_entry_are_no_text() -> None:
    content = (
        "&lt;p&gt;One.&lt;!-- two --&gt;&lt;script&gt;three()&lt;/script&gt; Four.&lt;style&gt;p "
        "{}&lt;/style&gt;&lt;/p&gt;"
    )
    feed_of_one = (
        f"<rss version='2.0'><channel><item><title>a</title><description>{content}</description></item></channel></rss>"
    )
    (found,) = entries(feed_of_one.encode())
    assert isinstance(found, Record)
    assert found.values["text"] == "One. Four."
