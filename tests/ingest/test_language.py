"""The language and the script of a text."""

from concurrent.futures import ThreadPoolExecutor

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mihwar.ingest.language import Identified, identify, script_of

ARABIC = (
    "أعلنت وزارة الزراعة يوم الاثنين أن موسم جني الزيتون سيبدأ في منتصف الشهر المقبل، ودعت الفلاحين إلى تسجيل حقولهم "
    "قبل نهاية الأسبوع. "
)
ENGLISH = (
    "The ministry of agriculture said on Monday that the olive harvest would begin next month, and asked farmers to "
    "register their fields. "
)
FRENCH = (
    "Le ministère de l'agriculture a annoncé lundi que la récolte des olives commencerait le mois prochain dans "
    "toutes les régions du pays. "
)
RUSSIAN = (
    "Министерство сельского хозяйства сообщило в понедельник, что сбор оливок начнётся в следующем месяце во всех "
    "областях страны. "
)
AMHARIC = "የግብርና ሚኒስቴር የወይራ ምርት አሰባሰብ በሚቀጥለው ወር እንደሚጀመር ሰኞ ዕለት አስታወቀ። አርሶ አደሮችም እንዲመዘገቡ ጠይቋል።"
TIGRINYA = "ሚኒስትሪ ሕርሻ ኣብ ዝመጽእ ወርሒ ቀውዒ ኣውሊዕ ከምዝጅመር ሰኑይ መዓልቲ ኣፍሊጡ። ሓረስቶት ግራውቶም ንክምዝግቡ ድማ ጸዊዑ።"


@pytest.mark.parametrize(
    ("text", "language", "script"),
    [
        (ARABIC, "ar", "Arab"),
        ("وزارت کشاورزی روز دوشنبه اعلام کرد که برداشت زیتون از ماه آینده در همه استان‌ها آغاز می‌شود.", "fa", "Arab"),
        (
            "محکمہ زراعت نے پیر کے روز کہا کہ زیتون کی فصل اگلے مہینے سے جمع کی جائے گی اور کسانوں سے نام لکھوانے کو "
            "کہا۔",
            "ur",
            "Arab",
        ),
        ("وەزارەتی کشتوکاڵ ڕۆژی دووشەممە ڕایگەیاند کە کۆکردنەوەی زەیتوون مانگی داهاتوو دەست پێ دەکات.", "ku", "Arab"),
        (ENGLISH, "en", "Latn"),
        (ENGLISH.upper(), "en", "Latn"),
        (FRENCH, "fr", "Latn"),
        (
            "Tarım Bakanlığı pazartesi günü zeytin hasadının gelecek ay bütün illerde başlayacağını duyurdu.",
            "tr",
            "Latn",
        ),
        (
            "Wizara ya kilimo ilisema siku ya Jumatatu kwamba mavuno ya zeituni yataanza mwezi ujao katika mikoa "
            "yote ya nchi.",
            "sw",
            "Latn",
        ),
        (
            "Ma'aikatar noma ta ce a ranar Litinin za a fara girbin zaitun a watan gobe a dukkan jihohin kasar.",
            "ha",
            "Latn",
        ),
        (
            "Di ministry of agriculture don tok say dem go start to harvest olive next month, and dem don beg "
            "farmers make dem register.",
            "pcm",
            "Latn",
        ),
        (
            "Ubushikiranganji bw'uburimyi bwavuze ko ivyimburwa vyose bizotangura ukwezi kuza, kandi ko abarimyi "
            "bategerezwa kwiyandikisha cane.",
            "rn",
            "Latn",
        ),
        (
            "Minisiteri y'ubuhinzi yavuze ko isarura ry'imyelayo rizatangira mu kwezi gutaha, kandi ko abahinzi "
            "bakwiye kwiyandikisha cyane.",
            "rw",
            "Latn",
        ),
        (RUSSIAN, "ru", "Cyrl"),
        (
            "Міністерство сільського господарства повідомило в понеділок, що збір оливок почнеться наступного місяця.",
            "uk",
            "Cyrl",
        ),
        (AMHARIC, "am", "Ethi"),
        (TIGRINYA, "ti", "Ethi"),
        (
            "कृषि मंत्रालय ने सोमवार को कहा कि जैतून की फसल अगले महीने से काटी जाएगी और किसानों को पंजीकरण कराना होगा।",
            "hi",
            "Deva",
        ),
        ("কৃষি মন্ত্রণালয় সোমবার জানিয়েছে যে আগামী মাসে জলপাই তোলা শুরু হবে এবং কৃষকদের নাম লেখাতে হবে।", "bn", "Beng"),
        ("农业部星期一宣布，橄榄采收将于下月开始。", "zh", "Hani"),
        ("农业部星期一宣布，将使用 Kubernetes 登记农田。", "zh", "Hani"),
        ("農業省は月曜日、オリーブの収穫を来月に始めると発表した。", "ja", "Jpan"),
        ("농업부는 월요일 올리브 수확을 다음 달에 시작한다고 밝혔다.", "ko", "Kore"),
        ("กระทรวงเกษตรแถลงเมื่อวันจันทร์ว่าจะเริ่มเก็บเกี่ยวมะกอกในเดือนหน้า", "th", "Thai"),
        ("משרד החקלאות הודיע ביום שני כי מסיק הזיתים יתחיל בחודש הבא.", "he", "Hebr"),
        ("Το υπουργείο γεωργίας ανακοίνωσε ότι η συγκομιδή αρχίζει τον άλλο μήνα.", "el", "Grek"),
        ("ஆலிவ் அறுவடை அடுத்த மாதம் தொடங்கும் என்று வேளாண் அமைச்சகம் தெரிவித்தது.", "ta", "Taml"),
    ],
)
def test_a_sentence_is_told_with_confidence(text, language, script):
    told = identify(text)
    assert (told.language, told.script, script_of(text)) == (language, script, script)
    assert 0.5 < told.confidence <= 1


@pytest.mark.parametrize(
    "text",
    [
        "",
        " \n",
        "2026-11-21 14:30",
        "١٢٣٤ ۵۶",
        "🎉🔥 100 %",
        "— … «»",
        "\u0301\u200f\ufeff",
        "https://example.org/news/olives",
        "\ue000\x00",
    ],
)
def test_without_letters_there_is_nothing_to_tell(text):
    assert identify(text) == Identified("und", None, "Zyyy")


@pytest.mark.parametrize(("text", "script"), [("OK", "Latn"), ("نعم", "Arab"), ("Да", "Cyrl"), ("BBC 2", "Latn")])
def test_a_few_letters_are_too_few(text, script):
    assert identify(text) == Identified("und", None, script)


@pytest.mark.parametrize("text", ["brzk wqxl ptkr vvnm", "Zlatan Okafor Nguyen", "Xi Modi Lula", "A1B2-C3D4-E5F6-G7H8"])
def test_a_guess_that_is_no_better_than_a_guess_is_not_told(text):
    told = identify(text)
    assert told.language == "und"
    assert told.confidence < 0.4


def test_a_rare_script_is_not_given_a_language():
    assert identify("𐤀𐤁𐤂𐤃 𐤄𐤅𐤆𐤇 𐤈𐤉𐤊𐤋") == Identified("und", None, "Zzzz")


@pytest.mark.parametrize(
    "text",
    [
        ARABIC * 4 + "\n" + ENGLISH * 4,
        "\n".join([ARABIC, ENGLISH] * 4),
        FRENCH * 4 + ENGLISH * 4,
        RUSSIAN * 8 + ENGLISH * 8,
        AMHARIC * 8 + ENGLISH * 4,
        FRENCH * 2 + ARABIC * 20 + FRENCH * 20,
    ],
)
def test_a_text_in_two_languages_is_several(text):
    assert identify(text).language == "mul"
    assert identify(text).confidence is None


@pytest.mark.parametrize(
    ("text", "language"),
    [
        (ARABIC * 5 + ENGLISH + ARABIC * 4, "ar"),
        (ENGLISH * 5 + ARABIC + ENGLISH * 4, "en"),
        (FRENCH * 6 + ENGLISH[:90] + FRENCH * 6, "fr"),
        ("Home | News | Sport | Contact us\n" + ARABIC * 6 + "Print | Share | Copyright", "ar"),
        (ARABIC + " https://example.org/the-olive-harvest-would-begin-next-month-in-all-regions", "ar"),
        ("The whole site in one line of English. " + ARABIC * 30, "ar"),
    ],
)
def test_a_quotation_leaves_the_language_as_it_is(text, language):
    assert identify(text).language == language


def test_presentation_forms_and_mathematical_letters_are_letters():
    assert script_of("ﺍﻟﻌﺮﺑﻴﺔ") == "Arab"
    assert script_of("𝐁𝐨𝐥𝐝") == "Latn"


def test_threads_tell_the_same():
    texts = [ARABIC, ENGLISH, FRENCH, RUSSIAN, TIGRINYA] * 8
    with ThreadPoolExecutor(8) as pool:
        assert list(pool.map(identify, texts)) == [identify(text) for text in texts]


@settings(max_examples=300, deadline=None)
@given(st.text(st.characters(codec=None, exclude_categories=()), max_size=700))
def test_any_text_is_told_something(text):
    told = identify(text)
    assert told == identify(text)
    assert told.script == script_of(text)
    assert told.confidence is None or 0 <= told.confidence <= 1
    assert told.language != "mul" or told.confidence is None
    assert (told.script != "Zyyy") or told == Identified("und", None, "Zyyy")
    assert 2 <= len(told.language) <= 3


@settings(max_examples=50, deadline=None)
@given(
    st.text(st.characters(categories=["Nd", "Nl", "No", "Po", "Sm", "So", "Zs"], exclude_characters="@"), max_size=60)
)
def test_signs_around_a_text_do_not_change_its_script(signs):
    assert script_of(signs + " " + ARABIC + signs) == "Arab"
