"""Cleaning, step by step: tables of cases, and what holds for every text."""

from datetime import UTC
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mihwar.ingest.cleaning.boilerplate import is_credit, is_navigation, without_agency
from mihwar.ingest.cleaning.clean import (
    FIRST,
    LAST,
    Draft,
    cleaned,
    dated,
    repair,
    space,
    titled,
    uncredited,
    unlink,
    unmark,
    without_navigation,
)
from mihwar.ingest.cleaning.repeated import Lines, without_repeated

STEPS = FIRST | LAST
ALL = frozenset(STEPS)
LONG = (
    "أعلنت هيئة الأرصاد في مدينة المرجان أن الأمطار ستستمر ثلاثة أيام أخرى، ودعت السكان إلى الابتعاد عن مجاري "
    "الأودية حتى إشعار آخر."
)
LONG_EN = (
    "The harbour board said on Monday that the new ferry would run every half hour until the end of the summer season."
)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Ø§Ù„Ø±Ø¦ÙŠØ³ Ø§Ù„Ø±ÙˆØ³ÙŠ", "الرئيس الروسي"),
        ("ÇáÑÆíÓ ÇáÑæÓí", "الرئيس الروسي"),
        ("ط§ظ„ط±ط¦ظٹط³ ط§ظ„ط±ظˆط³ظٹ", "الرئيس الروسي"),
        ("خط الغاز وظلال المحافظة", "خط الغاز وظلال المحافظة"),
        ("#boro:hover{background:#000;}", "#boro:hover{background:#000;}"),
        ("ÐŸÑƒÑ‚Ð¸Ð½", "Путин"),
        ("sÃ©curitÃ©", "sécurité"),
        ("&quot;نصف&quot; &amp; &#39;", '"نصف" & \''),
        ("It#39;s the bank#39;s plan", "It's the bank's plan"),
        ("PeopleSoft #39;s plan isn #39;t a #39;plan #39;", "PeopleSoft's plan isn't a 'plan '"),
        ("the quot;new quot; plan", 'the "new " plan'),
        ("café à la crème", "café à la crème"),
        ("Ångström öre ÅÄÖ", "Ångström öre ÅÄÖ"),
        ("“curly” — ok", "“curly” — ok"),
        ("issue &#1593;", "issue ع"),
        ("كلام سليم", "كلام سليم"),
    ],
)
def test_repair(text: str, expected: str) -> None:
    assert repair(text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("<p>واحد</p><p>اثنان</p>", "واحد\nاثنان"),
        ("a <b>bold</b> <a href='x'>link</a>", "a bold link"),
        ("x<script>alert(1)</script>y", "x y"),
        ("x<!-- hidden -->y", "x y"),
        ("3 < 4 and 5 > 2", "3 < 4 and 5 > 2"),
        ("vector<int> stays", "vector<int> stays"),
        ("line<br/>line", "line\nline"),
    ],
)
def test_unmark(text: str, expected: str) -> None:
    assert space(unmark(text)) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("a\u00a0\u00a0b", "a b"),
        ("one\r\n\r\n \u00a0\r\ntwo", "one\ntwo"),
        ("\ufeffعر\u200fبي\u200b", "عربي"),
        ("می\u200cخواهم", "می\u200cخواهم"),
        ("क्\u200dष", "क्\u200dष"),
        ("soft\u00adhyphen", "softhyphen"),
        ("a\x00b\x07c", "abc"),
        ("  \n ", ""),
        ("\ud800x", "?x"),
        ("a\u2028b", "a\nb"),
    ],
)
def test_space(text: str, expected: str) -> None:
    assert space(text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("انظر https://example.org/a?b=c الآن", "انظر الآن"),
        ("see www.example.org.", "see"),
        ("قال #مجلس_الأمن إن", "قال مجلس الأمن إن"),
        ("text\n#one #two #ثلاثة", "text"),
        ("C# and F# and #1", "C# and F# and #1"),
        ("pic.twitter.com/abc end", "end"),
    ],
)
def test_unlink(text: str, expected: str) -> None:
    assert unlink(text) == expected


@pytest.mark.parametrize(
    "line",
    [
        "Ru En",
        "طباعة",
        "مشاركة",
        "Share",
        "Print",
        "الرئيسية | أخبار | مباشر",
        "Home > News > Share",
        "Поделиться",
        "Imprimer",
        "Yazdır",
        "Share 12 Tweet".replace("Tweet", "Print"),
        "شارك على: فيسبوك تويتر واتساب",
        "اقرأ أيضاً:",
        "Share on Facebook",
        "العربية English",
        "分享 打印",
        "الرئيسية | علوم | فضاء | مباشر",
        "Home > World > Oslo",
    ],
)
def test_navigation_is_seen(line: str) -> None:
    assert is_navigation(line)


@pytest.mark.parametrize(
    "line",
    [
        "Share prices fell",
        "طباعة الكتب في دمشق",
        "أخبار سارة للمزارعين",
        "News of the day from Oslo",
        "En",
        "12",
        "Ru",
        "",
        "---",
        "مشاركة واسعة في الانتخابات",
        "Home Office",
        "Oslo | Bergen | Home of the brave and free",
    ],
)
def test_what_is_no_navigation_stays(line: str) -> None:
    assert not is_navigation(line)


@pytest.mark.parametrize(
    "line",
    [
        "المصدر: تاس",
        "الصورة: الموقع الرسمي لرئيس روسيا الاتحادية",
        "المصدر: وكالة مدار",
        "Source: Madar Agency",
        "Photo: A. Nobody",
        "(Madar Agency)",
        "By Jane Doe",
        "By Jane Doe and John Roe",
        "Par Jeanne Dupont",
        "بقلم: سلمى الريفي",
        "بقلم سلمى الريفي",
        "Фото: Мадар",
        "Kaynak: Madar",
        "Quelle: Madar",
        "(Reporting by Jane Doe; Editing by John Roe)",
        "来源：新闻社",
    ],
)
def test_credits_are_seen(line: str) -> None:
    assert is_credit(line)


@pytest.mark.parametrize(
    "line",
    [
        "By the end of the day the road was open.",
        "مصدر أمني يكشف تفاصيل الحادث",
        "Photo exhibition opens in Tunis",
        "Source of the Nile found",
        "كتب محمد في رسالته أن المشروع انتهى قبل عامين",
    ],
)
def test_what_is_no_credit_stays(line: str) -> None:
    assert not is_credit(line)


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("LONDON (Reuters) - Shares fell.", "Shares fell."),
        ("AP - It is dawn.", "It is dawn."),
        ("(Reuters) - Oil rose.", "Oil rose."),
        ("القاهرة (رويترز) - ارتفع النفط.", "ارتفع النفط."),
        ("القاهرة - أ ف ب: ارتفع النفط.", "ارتفع النفط."),
        ("МОСКВА, 12 ноября. /ТАСС/. Цены выросли.", "Цены выросли."),
        ("Paris, 12 mai (AFP) – Le prix monte.", "Le prix monte."),
        ("Reuters said on Monday that oil rose.", "Reuters said on Monday that oil rose."),
        ("The AP - style guide", "The AP - style guide"),
        ("المصدر الرئيسي - كما قيل", "المصدر الرئيسي - كما قيل"),
    ],
)
def test_datelines(line: str, expected: str) -> None:
    assert without_agency(line, head=True) == expected


@pytest.mark.parametrize(
    ("line", "expected"),
    [("Fires spread (AP)", "Fires spread"), ("انتهى الاجتماع. (رويترز)", "انتهى الاجتماع."), ("a (b)", "a (b)")],
)
def test_an_agency_at_the_end(line: str, expected: str) -> None:
    assert without_agency(line, head=False) == expected


def test_a_title_is_found_where_there_is_none() -> None:
    assert titled(Draft(None, f"أمطار غير مسبوقة في المرجان\n{LONG}")) == Draft("أمطار غير مسبوقة في المرجان", LONG)
    assert titled(Draft(None, f"Sport\nA ferry for the summer\n{LONG_EN}")) == Draft("A ferry for the summer", LONG_EN)
    assert titled(Draft(None, f"{LONG}\n{LONG}")).title is None  # a lead is no title
    assert titled(Draft(None, "one line alone here")).title is None
    assert titled(Draft("A ferry for the summer", f"A FERRY for the summer!\n{LONG_EN}")).text == LONG_EN
    assert titled(Draft("Other", f"A ferry for the summer\n{LONG_EN}")).text.startswith("A ferry")


def test_a_line_of_nothing_but_a_date_gives_the_date() -> None:
    draft = dated(Draft("t", f"الأحد 8/فبراير/2026 - 11:49 م\n{LONG}"), ZoneInfo("Africa/Cairo"))
    assert draft.text == LONG
    assert draft.date is not None
    assert (draft.date.date.astimezone(UTC).isoformat(), draft.date.precision) == (
        "2026-02-08T21:49:00+00:00",
        "minute",
    )
    assert dated(Draft("t", f"{LONG}\n2017-10-04"), UTC).text == LONG
    assert dated(Draft("t", "2017-10-04"), UTC).text == "2017-10-04"  # all there is stays
    assert dated(Draft("t", LONG), UTC).date is None


def test_credits_go_with_the_signature_above_them() -> None:
    text = f'{LONG}\nمجموعة الرؤية البحرية "المرجان"\nالصورة: الموقع الرسمي\nالمصدر: مدار'
    assert uncredited(Draft("t", text)).text == LONG
    assert uncredited(Draft("عنوان من كلمات", f"وزارة الإعلام\n{LONG}")).text == LONG
    assert (
        uncredited(Draft("عنوان من كلمات", "بيت أول\nبيت ثان")).text == "بيت أول\nبيت ثان"
    )  # no paragraph follows: lines of a poem
    assert uncredited(Draft(None, f"وزارة الإعلام\n{LONG}")).text == f"وزارة الإعلام\n{LONG}"  # it may be the title
    assert uncredited(Draft("t", f"{LONG}\nThe end came soon")).text == f"{LONG}\nThe end came soon"
    assert uncredited(Draft("Fires spread (AP)", "AP - It is dawn.")) == Draft("Fires spread", "It is dawn.")


def test_every_step_says_what_it_took_and_can_be_switched_off() -> None:
    draft = Draft(
        None,
        "Ru En\nأمطار غير مسبوقة في المرجان\n٢٦ أكتوبر "
        f"٢٠٢٢\nطباعة\n<b>{LONG}</b>&nbsp;\u200f\nhttps://example.org\nالمصدر: مدار",
    )
    after, changed = cleaned(draft, STEPS, ALL, UTC)
    assert after.title == "أمطار غير مسبوقة في المرجان"
    assert after.text == LONG
    assert set(changed) == {"repair", "markup", "spaces", "links", "navigation", "dates", "titles", "credits"}
    assert changed["navigation"] == len("Ru En\n") + len("طباعة\n")
    for step in STEPS:
        assert step not in cleaned(draft, STEPS, ALL - {step}, UTC)[1]
    assert cleaned(draft, STEPS, frozenset(), UTC) == (draft, {})


@given(
    st.text(max_size=400)
    | st.lists(
        st.sampled_from(
            [
                "Share",
                "طباعة",
                "2017-10-04",
                "AP - x",
                "المصدر: تاس",
                LONG,
                LONG_EN,
                "By Jane Doe",
                "#a #b",
                "<p>x</p>",
                "title of three",
            ]
        ),
        max_size=12,
    ).map("\n".join)
)
def test_cleaning_never_raises_never_loses_letters_in_silence_and_comes_to_rest(text: str) -> None:
    after, changed = cleaned(Draft(None, text), STEPS, ALL, UTC)
    if (after.title or "") + after.text != text:
        assert changed
    spaced = space(unlink(space(unmark(repair(text)))))
    assert space(spaced) == spaced
    assert without_navigation(without_navigation(Draft(None, spaced))) == without_navigation(Draft(None, spaced))


@given(st.text(alphabet=st.characters(categories=["L", "N"]), min_size=1, max_size=200))
def test_letters_in_plain_lines_are_left_alone(text: str) -> None:
    assert unmark(text) == text
    assert unlink(text) == text


def test_lines_a_source_repeats_are_learned() -> None:
    lines = Lines()
    texts = [f"{LONG} {i}\nتابعوا قناتنا على التطبيق\nالخبر رقم {i}" for i in range(30)]
    for text in texts:
        lines.add("marjan", text)
        lines.add("marjan", text)  # the same article again says nothing new
    for i in range(19):
        lines.add("small", f"{i}\nتابعوا قناتنا على التطبيق")
    repeated = lines.repeated(0.05)
    assert without_repeated("marjan", texts[3], repeated) == (f"{LONG} 3\nالخبر رقم 3", ["تابعوا قناتنا على التطبيق"])
    assert without_repeated("small", "3\nتابعوا قناتنا على التطبيق", repeated)[1] == []
    assert without_repeated("marjan", "x\nتابعوا قناتنا على التطبيق", repeated)[1] == []  # less than half would be left
    assert Lines().repeated(0.05) == frozenset()
