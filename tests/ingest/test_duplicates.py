"""Copies: the same story is found again in any script, another story of the same make is not."""

import json
import random
import subprocess
import sys
from itertools import permutations
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import mihwar
from mihwar.ingest.duplicates import group, signature

NEAR = 0.75
ROWS = [
    json.loads(line)
    for line in (Path(mihwar.__file__).parent / "sample" / "articles.jsonl").read_text("utf-8").splitlines()
]
TEXT = {row["id"]: row["text"] for row in ROWS}
ARABIC, ENGLISH = TEXT["health-1-ar-1"], next(row["text"] for row in ROWS if row["language"] == "en")
CHINESE = (
    "市气象台周二发布消息称，未来三天北部山区将有大到暴雪，局部地区积雪深度可能超过三十厘米，请市民尽量减少外出。"
    "交通部门已经在主要路口部署了一百二十台除雪车，并提醒司机安装防滑链，保持车距。"
    "学校将于周三停课一天，供暖公司表示库存燃料足够使用两周，医院的值班人员也已增加。"
)
RATES = (
    "قال المصرف المركزي إن سعر صرف الدينار بلغ {} مقابل اليورو و{} مقابل الدولار، وإن الاحتياطي من العملة الأجنبية "
    "استقر عند {} مليار دينار يوم {}."
)

NOTICE = (
    "أعلنت الوزارة يوم {} أن مكاتب البريد في جميع المحافظات تفتح أبوابها صباحا لاستقبال طلبات المواطنين الراغبين "
    "في تجديد بطاقات الهوية وجوازات السفر بعد دفع الرسوم المقررة"
)


def groups(*texts: str, near: float | None = NEAR) -> list[int]:
    first: list[int] = group(b"".join(map(signature, texts)), near).tolist()
    return first


def words(seed: int, n: int) -> str:
    rng = random.Random(seed)
    return " ".join("".join(rng.choices("ابتجحدرسصعفقكلمنهوي", k=6)) for _ in range(n))


SAME = [
    ("diacritics", "وَزِيرُ الصِّحَّةِ", "وزير الصحة"),
    ("tatweel", "الحـــكومة", "الحكومة"),
    ("alef", "أعلن إن آخر", "اعلن ان اخر"),
    ("Persian yeh and kaf", "علی کتاب", "علي كتاب"),
    ("Arabic digits", "عام ٢٠٢٦", "عام 2026"),
    ("punctuation", "«القاهرة»، والرباط!", "القاهرة والرباط"),
    ("case and width", "ＳＴＲＡＳＳＥ Straße", "strasse strasse"),
    ("broken lines", "中国\n经济", "中国经济"),
    ("soft hyphen", "eco\u00adnomy", "economy"),
    ("nothing but signs", "!!!", "!!!"),
    ("empty", "", ""),
]
OTHER = [
    ("one letter", "قال", "مال"),
    ("one digit", "2025", "2026"),
    ("Hindi vowel", "की", "का"),
    ("short, one letter more", "وزير الصحة يزور الجنوب", "وزير الصحة يزور الجنوبي"),
    ("signs", "!!!", "???"),
    ("empty", "", "ا"),
]
NEAR_COPIES = [
    (
        "Arabic, head added",
        ARABIC,
        "(وكالات) نقلت مراسلتنا في العاصمة هذا التقرير عن بداية الحملة صباح اليوم. " + ARABIC,
    ),
    ("Arabic, head lost", ARABIC, ARABIC[90:]),
    ("Arabic, tail", ARABIC, ARABIC[:-60] + " المصدر: وكالة الأنباء، جميع الحقوق محفوظة."),
    ("Arabic, with diacritics and tail", ARABIC, ARABIC.replace("ا", "اَ") + " اقرأ أيضا: أخبار اليوم"),
    ("English, middle lost", ENGLISH, ENGLISH[:200] + ENGLISH[260:]),
    ("Chinese, head", CHINESE, "本报记者周三从北部山区报道：" + CHINESE),
    ("Chinese, tail", CHINESE, CHINESE[:-18] + "（编辑：王小明）"),
]
NO_COPIES = [
    (
        "one template, other numbers",
        RATES.format("3.12", "2.95", "17.4", "3 مارس"),
        RATES.format("3.40", "3.08", "16.9", "10 مارس"),
    ),
    ("one template, another date", NOTICE.format("12 مارس 2026 الساعة 15"), NOTICE.format("28 مايو 2025 الساعة 9")),
    ("a passage in an article twice as long", ENGLISH, ENGLISH + words(1, 120)),
    ("another story of one theme", TEXT["health-1-ar-1"], TEXT["health-2-ar-1"]),
    ("one story in other words", TEXT["health-1-ar-1"], TEXT["health-1-ar-2"]),
]


@pytest.mark.parametrize(("one", "two"), [case[1:] for case in SAME], ids=[case[0] for case in SAME])
def test_the_same_letters_are_copies(one: str, two: str) -> None:
    assert groups(one, two, near=None) == [0, 0]


@pytest.mark.parametrize(("one", "two"), [case[1:] for case in OTHER], ids=[case[0] for case in OTHER])
def test_short_texts_are_copies_only_where_they_are_the_same(one: str, two: str) -> None:
    assert groups(one, two) == [0, 1]


@pytest.mark.parametrize(("one", "two"), [case[1:] for case in NEAR_COPIES], ids=[case[0] for case in NEAR_COPIES])
def test_a_changed_head_or_tail_is_a_copy(one: str, two: str) -> None:
    assert groups(one, two) == groups(two, one) == [0, 0]
    assert groups(one, two, near=None) == [0, 1]


@pytest.mark.parametrize(("one", "two"), [case[1:] for case in NO_COPIES], ids=[case[0] for case in NO_COPIES])
def test_another_story_is_no_copy(one: str, two: str) -> None:
    assert groups(one, two) == groups(two, one) == [0, 1]


def test_copies_of_the_sample_are_found_and_nothing_else() -> None:
    row_of = {row["id"]: at for at, row in enumerate(ROWS)}
    marked = [row_of[row.get("copy_of") or row["id"]] for row in ROWS]
    assert groups(*TEXT.values(), near=0.7) == marked
    found = groups(*TEXT.values())
    assert all(of in (row, marked[row]) for row, of in enumerate(found))
    assert sum(of != row for row, of in enumerate(found)) >= 5  # one of the six has lost a quarter of its short text


def test_no_chain_of_small_changes_leads_from_one_story_to_another() -> None:
    story, other = words(1, 100).split(), words(2, 100).split()
    steps = [" ".join(other[:n] + story[n:]) for n in (0, 15, 30, 45, 60, 75, 90, 100)]
    first = groups(*steps)
    assert first[:2] == [0, 0]
    assert first[2] == 2
    assert len(set(first)) > 2
    assert all(groups(steps[row], steps[of]) == [0, 0] for row, of in enumerate(first))


def test_a_thousand_identical_texts_and_a_thousand_tails() -> None:
    assert groups(*[ARABIC] * 1000) == [0] * 1000
    assert groups(*(f"{ARABIC} المصدر {n}" for n in range(1000))) == [0] * 1000


def test_many_pages_of_one_frame_do_not_hide_a_copy() -> None:
    frame = words(3, 60)
    pages = [f"{frame} {words(seed, 60)}" for seed in range(100, 300)]
    first = groups(*pages, pages[150] + " المصدر")
    assert first == [*range(200), 150]


def test_nothing_is_nothing() -> None:
    assert group(b"", NEAR).tolist() == []
    assert group(bytearray(), None).dtype == np.int64


def test_a_signature_is_small_and_the_same_in_every_process() -> None:
    code = (
        "import sys; from mihwar.ingest.duplicates import signature; "
        "print(signature(sys.stdin.buffer.read().decode('utf-8')).hex())"
    )
    runs = [
        subprocess.run(
            [sys.executable, "-c", code],
            input=ARABIC.encode(),
            capture_output=True,
            check=True,
            env={"PYTHONHASHSEED": seed},
        ).stdout
        for seed in ("1", "2")
    ]
    assert runs[0] == runs[1] == (signature(ARABIC).hex() + "\n").encode()
    assert len(signature(ARABIC)) == len(signature("")) <= 600


@given(st.text(st.characters()))
def test_no_text_fails_and_a_text_is_its_own_copy(text: str) -> None:
    assert groups(text, "غيره تماما", text) in ([0, 1, 0], [0, 0, 0])


PIECES = [ARABIC[:150], ARABIC[150:300], ARABIC[300:450], ENGLISH[:150], CHINESE, "قصير", ""]


@given(st.lists(st.lists(st.sampled_from(PIECES), max_size=4).map(" ".join), max_size=12))
def test_a_first_row_is_its_own_first_and_comes_first(texts: list[str]) -> None:
    first = np.array(groups(*texts), dtype=int)
    assert (first[first] == first).all()
    assert (first <= np.arange(len(texts))).all()
    assert all(first[texts.index(text)] == of for text, of in zip(texts, first, strict=True))


def test_without_near_copies_of_copies_any_order_gives_the_same_groups() -> None:
    texts = [ARABIC, ARABIC + " المصدر: وكالات", CHINESE, ENGLISH, CHINESE + "（完）"]
    for order in permutations(range(5)):
        first = groups(*(texts[at] for at in order))
        parts = {frozenset(order[at] for at in range(5) if first[at] == of) for of in first}
        assert parts == {frozenset({0, 1}), frozenset({2, 4}), frozenset({3})}
