"""Gathering: every record is entered once, and its fate is on record."""

import json
import time
from collections.abc import Callable
from datetime import UTC
from itertools import permutations
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mihwar.core.artifacts import Corpus
from mihwar.core.progress import Progress
from mihwar.core.scratch import Scratch
from mihwar.core.snapshot import Snapshot
from mihwar.ingest.cleaning.clean import FIRST, LAST, Draft
from mihwar.ingest.counts import source_of
from mihwar.ingest.gather import gather
from mihwar.ingest.ledger import Before, CleaningOptions
from mihwar.ingest.readers.records import MAX_LETTERS, Record, Reject
from mihwar.ingest.stage import IngestSettings, contents, ingest, preview
from mihwar.views.articles import with_texts
from tests.conftest import SAMPLE

ALL = frozenset([*FIRST, *LAST, "repeated"])
BODY = (
    "أعلنت هيئة الأرصاد في مدينة المرجان أن الأمطار ستستمر ثلاثة أيام أخرى، ودعت السكان إلى الابتعاد عن مجاري "
    "الأودية حتى إشعار آخر."
)
BOILERPLATE = (
    "Ru En",
    "طباعة",
    "Поделиться",
    "Imprimer",
    "المصدر:",
    "الصورة:",
    "الرئيسية |",
    "Home >",
    "Madar Agency",
    "&quot;",
    "&nbsp;",
    "11:49",
)

Found = list[Record | Reject]


def gathered(
    folder: Path, found: Found, watch: int = 0, steps: frozenset[str] = ALL, near: float | None = 0.75
) -> tuple[Corpus, list[Before]]:
    return gather(
        [("here", iter(found))], CleaningOptions(steps, UTC, 0.05, near), Scratch(folder), Progress(quiet=True), watch
    )


def record(place: str = "line 1", **values: object) -> Record:
    return Record(place, {"text": BODY} | values)


VALUES = (
    st.none()
    | st.just("http://[")
    | st.text(max_size=30)
    | st.integers()
    | st.lists(st.integers(), max_size=2)
    | st.sampled_from([BODY, "a", "2017-10-04", "Share", "المصدر: تاس"])
)
ENTRIES = st.lists(
    st.builds(
        lambda values: Record("line", values),
        st.dictionaries(st.sampled_from(["id", "title", "text", "language", "date", "source", "url"]), VALUES),
    )
    | st.builds(
        Reject, st.just("line"), st.just("bad"), st.none() | st.text(max_size=5), st.none() | st.text(max_size=200)
    ),
    max_size=12,
)


@given(ENTRIES)
def test_read_is_kept_and_rejected_whatever_is_read(tmp_path_factory: pytest.TempPathFactory, found: Found) -> None:
    corpus, watched = gathered(tmp_path_factory.mktemp("g"), found, watch=2)
    counts = corpus.counts
    assert counts["read"] == max(len(found), 1) == counts["kept"] + counts["rejected"]
    assert (counts["kept"], counts["rejected"]) == (corpus.articles.num_rows, corpus.rejects.num_rows)
    assert counts["kept"] == counts["stories"] + counts["copies"]
    assert sum(row["kept"] for row in counts["sources"].values()) == counts["kept"]
    assert sum(row["rejected"] for row in counts["sources"].values()) == counts["rejected"]
    ids = corpus.articles["id"].to_pylist()
    assert len(set(ids)) == len(ids)
    assert set(corpus.stories["id"].to_pylist()) <= set(ids)
    assert all(text for text in with_texts(corpus)["text"].to_pylist())
    assert all(len(head or "") <= 80 for head in corpus.rejects["head"].to_pylist())
    assert len(watched) == min(2, len(ids))


def test_a_reject_says_where_which_why_and_how_it_begins(tmp_path: Path) -> None:
    found: Found = [
        record(id="n", text=7),
        record("line 5", id="e", text="  ", title="عنوان"),
        Reject("line 6", "not valid JSON", None, "{" * 500),
    ]
    corpus, _ = gathered(tmp_path, found)
    rows = corpus.rejects.to_pylist()
    assert [(row["place"], row["id"]) for row in rows] == [("line 1", "n"), ("line 5", "e"), ("line 6", None)]
    assert [row["reason"] for row in rows] == ["expected 'text' to be a string, got int", "no text", "not valid JSON"]
    assert [row["head"] for row in rows] == ["7", "عنوان", "{" * 80]
    assert all(row["file"] == "here" for row in rows)


VERSIONS = [
    record("line 1", id="a", date="2026-01-02"),
    record("line 2", id="a", date="2026-01-02", title="عنوان"),
    record("line 3", id="a", text="نص آخر", date="2026-01-03"),
    record("line 4", id="a"),
]


@pytest.mark.parametrize("order", permutations(range(len(VERSIONS))))
def test_of_articles_with_one_id_the_newest_is_kept_in_whatever_order_they_are_read(
    tmp_path: Path, order: tuple[int, ...]
) -> None:
    corpus, watched = gathered(
        tmp_path, [record(id="first"), *(VERSIONS[i] for i in order), record(id="last")], watch=9
    )
    assert corpus.articles["id"].to_pylist() == ["first", "a", "last"]
    assert [before.row for before in watched] == [0, 1, 2]
    assert watched[1].text == with_texts(corpus)["text"][1].as_py() == "نص آخر"
    lost = {row["place"]: row for row in corpus.rejects.to_pylist()}
    assert set(lost) == {"line 1", "line 2", "line 4"}
    assert all(row["id"] == "a" for row in lost.values())
    assert {row["reason"] for row in lost.values()} == {
        "the id 'a' is also that of an article which is kept: the newest is, and of those as new their content decides"
    }
    assert corpus.counts["read"] == 6 == corpus.counts["kept"] + corpus.counts["rejected"]
    assert sum(row["rejected"] for row in corpus.counts["sources"].values()) == 3


def test_of_two_versions_neither_of_which_is_newer_the_same_is_kept_in_either_order(tmp_path: Path) -> None:
    both: Found = [record(id="a", text=f"طباعة\n{BODY}"), record(id="a", text=f"طباعة\n{BODY} نص آخر")]
    one, other = (gathered(tmp_path / name, found)[0] for name, found in (("1", both), ("2", both[::-1])))
    assert one.rejects.equals(other.rejects)
    assert with_texts(one)["text"].to_pylist() == with_texts(other)["text"].to_pylist()


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ({"label": "a"}, {"label": "b"}),
        ({"language": "ar"}, {"language": "fa"}),
        ({"parallel": "1"}, {"parallel": "2"}),
        ({}, {}),
    ],
    ids=["label", "language", "parallel", "nothing"],
)
def test_ids_made_from_content_do_not_depend_on_the_order(tmp_path: Path, one: dict, other: dict) -> None:
    both: Found = [record(id=None, **one), record(id=None, **other)]
    read = [
        gathered(tmp_path / name, found)[0].articles.drop_columns("story").sort_by("id").to_pylist()
        for name, found in (("1", both), ("2", both[::-1]))
    ]
    assert read[0] == read[1]
    assert len(read[0]) == 2


def test_an_id_made_from_content_may_be_another_articles_own(tmp_path: Path) -> None:
    made = gathered(tmp_path / "0", [record(id=None)])[0].articles["id"][0].as_py()
    both: Found = [record(id=None), record(id=made, text="نص آخر", date="2026-01-03")]
    read = [gathered(tmp_path / name, found)[0] for name, found in (("1", both), ("2", both[::-1]))]
    assert [with_texts(corpus)["text"].to_pylist() for corpus in read] == [["نص آخر"]] * 2
    assert [corpus.counts["rejected"] for corpus in read] == [1, 1]


def test_many_articles_with_the_same_content_and_no_id_are_named_quickly(tmp_path: Path) -> None:
    corpus, _ = gathered(
        tmp_path, [record()] * 5_000, steps=frozenset()
    )  # comparing each with all before would take hours
    ids = corpus.articles["id"].to_pylist()
    assert len(set(ids)) == 5_000
    assert ids[4_999] == f"{ids[0]}-5000"
    assert corpus.counts["stories"] == 1


def test_stories_stand_in_an_order_of_their_own_and_the_earliest_copy_leads(tmp_path: Path) -> None:
    rows = [
        record(id=f"{day}-{n}", text=f"{BODY} {n} {n * 7919}", date=f"2026-01-0{day}")
        for n in range(6)
        for day in (3, 1, 2)
    ]
    found = {}
    for number, read in enumerate((rows, rows[::-1], rows[7:] + rows[:7])):
        corpus, _ = gathered(tmp_path / str(number), read, near=None)
        found[number] = corpus.stories["id"].to_pylist()
        story_of = {row["id"]: found[number][row["story"]] for row in corpus.articles.to_pylist()}
        assert story_of == {row.values["id"]: f"1-{row.values['id'][2:]}" for row in rows}
        assert corpus.stories["n_articles"].to_pylist() == [3] * 6
    assert found[0] == found[1] == found[2]
    assert found[0] != sorted(found[0])


def test_the_sample_comes_out_without_boilerplate_and_with_its_copies(tmp_path: Path, articles: list[dict]) -> None:
    corpus = ingest(IngestSettings(source=str(SAMPLE)), Scratch(tmp_path), Progress(quiet=True), Snapshot())
    rows, told = {row["id"]: row for row in corpus.articles.to_pylist()}, corpus.stories["id"].to_pylist()
    assert [row["id"] for row in articles] == list(rows)
    assert not [
        (i, mark) for i, row in rows.items() for mark in BOILERPLATE if mark in f"{row['title']}\n{row['text']}"
    ]
    assert all(row["title"] for row in rows.values())
    assert all(row["date"] and row["date_reason"] is None for row in rows.values())
    assert {row["id"]: row["copy_of"] for row in articles if "copy_of" in row} == {
        i: told[row["story"]] for i, row in rows.items() if told[row["story"]] != i
    }
    assert {row["language"] for row in rows.values()} == {row["language"] for row in articles}
    assert {row["script"] for row in rows.values()} == {"Arab", "Latn", "Cyrl"}
    assert len(corpus.stories) == 198 - 6 == corpus.counts["stories"]
    assert corpus.stories["id"].to_pylist() == [i for i in corpus.stories["id"].to_pylist() if rows[i]["text"] is None]
    whole = {row["id"]: row for row in with_texts(corpus).to_pylist()}
    assert all(rows[i]["text"] in (None, whole[i]["text"]) and whole[i]["text"] for i in rows)
    assert [rows[i]["text"] is not None for i in rows] == ["copy_of" in row for row in articles]


def test_dates_of_the_dirty_rows_are_those_their_text_shows(tmp_path: Path, articles: list[dict]) -> None:
    corpus = ingest(
        IngestSettings(source=str(SAMPLE), timezone="Africa/Cairo"), Scratch(tmp_path), Progress(quiet=True), Snapshot()
    )
    dirty = {row["id"] for row in articles if "date_in_text" in row.get("dirty", [])}
    assert len(dirty) == 12
    by_id = {row["id"]: row for row in corpus.articles.to_pylist()}
    story = {row["id"]: row["story"] for row in articles}
    for i in dirty:
        told = [row["date"][:10] for row in articles if row["story"] == story[i] and row["date"]]
        assert abs((by_id[i]["date"].date() - min(map(type(by_id[i]["date"].date()).fromisoformat, told))).days) <= 14
    assert by_id["sport-4-ar-2"]["date"].isoformat() == "2026-02-08T21:49:00+00:00"
    assert by_id["sport-4-ar-2"]["date_precision"] == "minute"


def test_a_date_that_cannot_be_read_is_empty_with_a_reason(tmp_path: Path) -> None:
    corpus, _ = gathered(
        tmp_path,
        [
            record(id="a", date="whenever"),
            record(id="b", text=f"{BODY}\n{BODY}"),
            record(id="c", date="whenever", text=f"2017-10-04\n{BODY} ثم"),
        ],
    )
    rows = corpus.articles.to_pylist()
    assert rows[0]["date"] is None
    assert "whenever" in rows[0]["date_reason"]
    assert (rows[1]["date"], rows[1]["date_reason"]) == (None, None)
    assert rows[2]["date"].date().isoformat() == "2017-10-04"
    assert any("1 articles have a date" in note for note in corpus.notes)


def test_lines_a_source_repeats_are_cut_counted_and_named(tmp_path: Path) -> None:
    line = "تابعوا قناتنا على التطبيق"
    found: Found = [
        record(id=f"{i}", source="marjan", text=f"عنوان الخبر رقم {i}\n{BODY} {i * 7919}\n{line}") for i in range(30)
    ]
    corpus, _ = gathered(tmp_path, found, near=None)
    assert not [text for text in with_texts(corpus)["text"].to_pylist() if line in text]
    assert corpus.counts["repeated_lines"] == {"marjan": {line: 30}}
    assert corpus.counts["steps"]["repeated"] == {"articles": 30, "letters": 30 * len("\n" + line)}
    kept, _ = gathered(tmp_path / "2", found, steps=ALL - {"repeated"}, near=None)
    assert kept.articles.num_rows == 30


def test_ids_stay_when_cleaning_changes(tmp_path: Path) -> None:
    found: Found = [record(id=None, text=f"طباعة\n{BODY}")]
    assert (
        gathered(tmp_path / "a", found)[0].articles["id"]
        == gathered(tmp_path / "b", found, steps=frozenset())[0].articles["id"]
    )


def test_a_given_language_is_kept_as_its_code(tmp_path: Path) -> None:
    given_as = ["ar-EG", "AR", "en_US", "Arabic", "pcm"]
    corpus, _ = gathered(tmp_path, [record(id=str(i), language=code) for i, code in enumerate(given_as)], near=None)
    assert corpus.articles["language"].to_pylist() == ["ar", "ar", "en", "ar", "pcm"]
    confidence = corpus.articles["language_confidence"].to_pylist()
    assert confidence[3] > 0.5
    assert confidence[:3] == [None] * 3


def test_preview_shows_what_was_there(tmp_path: Path, write_rows: Callable[..., Path]) -> None:
    path = write_rows([{"id": str(i), "text": f"طباعة\n{BODY} {i}"} for i in range(40)])
    corpus, watched = preview(IngestSettings(source=str(path)), Scratch(tmp_path / "s"), Progress(quiet=True), 10)
    assert len(watched) == 10
    assert [before.row for before in watched] == sorted(before.row for before in watched)
    for before in watched:
        assert before.text == f"طباعة\n{BODY} {before.row}"
        assert with_texts(corpus)["text"][before.row].as_py() == f"{BODY} {before.row}"


def test_counts_are_in_the_manifest(sample_run: object, sample_root: Path) -> None:
    manifest = json.loads(next((sample_root / "ingest").glob("*/manifest.json")).read_text(encoding="utf-8"))
    assert manifest["counts"]["read"] == 198
    assert set(manifest["counts"]["steps"]) >= {"navigation", "credits", "dates", "titles", "repair"}
    assert sum(row["kept"] for row in manifest["counts"]["sources"].values()) == 198
    assert sample_run is not None


def test_what_is_there_counts_not_where(tmp_path: Path, write_rows: Callable[..., Path]) -> None:
    path = write_rows([{"text": BODY}])
    moved = tmp_path / "elsewhere" / "renamed.jsonl"
    moved.parent.mkdir()
    moved.write_bytes(path.read_bytes())
    assert contents(IngestSettings(source=str(path)), Snapshot()) == contents(
        IngestSettings(source=str(moved)), Snapshot()
    )
    moved.write_text("{}", encoding="utf-8")
    assert contents(IngestSettings(source=str(path)), Snapshot()) != contents(
        IngestSettings(source=str(moved)), Snapshot()
    )


def test_an_empty_file_and_lone_surrogates(tmp_path: Path) -> None:
    corpus, _ = gather(
        [("empty.jsonl", iter([])), ("odd.jsonl", iter([record(title="a\ud800b", source="x\0y")]))],
        CleaningOptions(ALL, UTC, None, None),
        Scratch(tmp_path),
        Progress(quiet=True),
    )
    assert corpus.rejects.select(["file", "reason"]).to_pylist() == [
        {"file": "empty.jsonl", "reason": "there is no article in it"}
    ]
    row = corpus.articles.to_pylist()[0]
    assert (row["title"], row["source"]) == ("a?b", "xy")


def test_a_password_is_not_recorded() -> None:
    settings = IngestSettings(source=["postgresql://me:secret@host/news", "articles/*.jsonl"], query="select 1")
    assert "secret" not in json.dumps(settings.model_dump(mode="json"))
    assert settings.model_dump(mode="json")["source"][1] == "articles/*.jsonl"
    assert IngestSettings(source="a.jsonl").model_dump(mode="json")["source"] == "a.jsonl"


@pytest.mark.parametrize("zone", ["Nowhere/City", "", "../etc/passwd"])
def test_a_time_zone_that_is_none(zone: str) -> None:
    with pytest.raises(ValueError, match="Asia/Riyadh"):
        IngestSettings(timezone=zone)


FOOTER = "تابعوا قناتنا على التطبيق"


def put_texts(folder: Path, n: int, ending: str = ".txt") -> None:
    folder.mkdir(parents=True)
    for i in range(n):
        text = f"عنوان الخبر رقم {i} من المرجان\n{BODY} {i * 7919}\n{FOOTER}"
        (folder / f"{i:03}{ending}").write_text(text, encoding="utf-8")


def test_files_of_one_article_each_are_one_source_with_their_folder(tmp_path: Path) -> None:
    put_texts(tmp_path / "news", 30)
    put_texts(tmp_path / "news" / "few", 5)  # too few to learn from
    (tmp_path / "news" / "bad.txt").write_bytes(b"")
    corpus = ingest(
        IngestSettings(source=str(tmp_path / "news"), near_duplicates=None),
        Scratch(tmp_path / "s"),
        Progress(quiet=True),
        Snapshot(),
    )
    assert corpus.counts["sources"] == {
        str(tmp_path / "news"): {"kept": 30, "copies": 0, "rejected": 1},
        str(tmp_path / "news" / "few"): {"kept": 5, "copies": 0, "rejected": 0},
    }
    assert corpus.counts["repeated_lines"] == {str(tmp_path / "news"): {FOOTER: 30}}
    assert corpus.rejects["file"].to_pylist() == [str(tmp_path / "news" / "bad.txt")]


@pytest.mark.parametrize(
    ("file", "source"),
    [
        ("news/2026/a.txt", "news/2026"),
        ("news/a.TXT.gz", "news"),
        ("a.html", "."),
        ("/x/a.htm.zst", "/x"),
        ("news/a.jsonl", "news/a.jsonl"),
        ("https://example.org/a.html", "https://example.org/a.html"),
        ("here", "here"),
    ],
)
def test_what_counts_as_the_source_of_a_file(file: str, source: str) -> None:
    assert source_of(file) == source


def test_which_texts_lie_in_one_folder_counts(tmp_path: Path) -> None:
    put_texts(tmp_path / "a", 4)
    before = contents(IngestSettings(source=str(tmp_path / "a")), Snapshot())
    (tmp_path / "a").rename(tmp_path / "b")
    assert contents(IngestSettings(source=str(tmp_path / "b")), Snapshot()) == before
    (tmp_path / "b" / "more").mkdir()
    (tmp_path / "b" / "003.txt").rename(tmp_path / "b" / "more" / "003.txt")
    assert contents(IngestSettings(source=str(tmp_path / "b")), Snapshot()) != before


def busy(draft: Draft, zone: object) -> Draft:
    """A step that takes long with some articles."""
    until = time.thread_time() + (0.3 if "slow" in draft.text else 0)
    while time.thread_time() < until:
        pass
    return draft


@pytest.mark.parametrize(("steps", "step"), [(FIRST, "links"), (LAST, "credits")])
def test_an_article_that_takes_too_long_to_clean_is_rejected(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, steps: dict, step: str
) -> None:
    monkeypatch.setattr("mihwar.ingest.cleaning.clean.MAX_SECONDS", 0.2)
    monkeypatch.setitem(steps, step, busy)
    found: Found = [
        record(id="a"),
        record("line 2", id="b", text="slow text"),
        record("line 3", id="c", text="another text"),
    ]
    corpus, watched = gathered(tmp_path, found, watch=3)
    assert corpus.articles["id"].to_pylist() == ["a", "c"]
    assert [with_texts(corpus)["text"][before.row].as_py() for before in watched] == [BODY, "another text"]
    row = corpus.rejects.to_pylist()[0]
    assert (row["file"], row["place"], row["id"], row["head"]) == ("here", "line 2", "b", "slow text")
    assert "more than 0.2 seconds" in row["reason"]
    assert f"'{step}'" in row["reason"]
    assert {key: corpus.counts[key] for key in ("read", "kept", "rejected", "stories")} == {
        "read": 3,
        "kept": 2,
        "rejected": 1,
        "stories": 2,
    }
    assert corpus.counts["sources"] == {"here": {"kept": 2, "copies": 0, "rejected": 1}}


def test_a_text_longer_than_any_article_is_rejected(tmp_path: Path) -> None:
    found: Found = [record(id="a", text="x" * (MAX_LETTERS - 1)), record(id="b", text="x" * MAX_LETTERS, title="y")]
    corpus, _ = gathered(tmp_path, found)
    assert corpus.articles["id"].to_pylist() == ["a"]
    assert corpus.rejects["reason"].to_pylist() == ["longer than 6,000,000 characters"]
