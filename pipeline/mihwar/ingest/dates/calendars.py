"""The words of written dates: months of three calendars, weekdays,
halves of the day, zones and what stands around them.
"""

import re
import unicodedata
from collections.abc import Iterable, Mapping
from datetime import date
from functools import cache, lru_cache

# (kind, value): a calendar and its month, "weekday", "am", "zone" and minutes east of Greenwich, ...
Meaning = tuple[str, int]
CALENDARS = GREGORIAN, HIJRI, SOLAR = "gregorian", "hijri", "solar"

# the languages whose month and weekday names are taken from Unicode's CLDR
_LANGUAGES = (
    "en fr de es pt it nl ca gl eu ro pl cs sk sl hr sr bs mk bg uk be ru hu fi et lv lt da sv nb is ga cy sq el tr "
    "az kk ky uz tg "
    "fa ps ur ku ckb he hy ka hi bn pa gu mr ne ta te kn ml si th lo km my vi id ms fil zh ja ko mn sw so ha yo ig "
    "am ti om rw zu xh af mt"
)

_ARABIC_MONTHS = """
يناير|كانون ثاني|كانون ثان|جانفي|ينائير
فبراير|شباط|فيفري|فيبراير
مارس|آذار
أبريل|نيسان|أفريل
مايو|أيار|ماي|مايس
يونيو|حزيران|جوان|يونية
يوليو|تموز|جويلية|يوليوز|يولية
أغسطس|آب|أوت|غشت|أغسطوس
سبتمبر|أيلول|شتنبر
أكتوبر|تشرين أول|أوكتوبر
نوفمبر|تشرين ثاني|تشرين ثان|نونبر
ديسمبر|كانون أول|دجنبر
"""
_HIJRI_MONTHS = """
محرم|محرم الحرام
صفر|صفر الخير
ربيع أول|ربيع أولى
ربيع آخر|ربيع ثاني|ربيع آخرة
جمادى أولى|جمادى أول|جماد أول
جمادى آخرة|جمادى ثانية|جمادى آخر|جمادى ثاني|جماد آخر|جماد ثاني
رجب|رجب المرجب|رجب الفرد
شعبان|شعبان المعظم
رمضان|رمضان المبارك|رمضان المعظم
شوال|شوال المكرم
ذو قعدة|ذي قعدة|ذيقعدة|ذوالقعدة
ذو حجة|ذي حجة|ذيحجة|ذوالحجة
"""
_SOLAR_MONTHS = """
فروردین|حمل
اردیبهشت|ثور
خرداد|جوزا
تیر|سرطان
مرداد|امرداد|اسد
شهریور|سنبله
مهر|میزان
آبان|عقرب
آذر|قوس
دی|جدی
بهمن|دلو
اسفند|حوت
"""
_WORDS = {
    "weekday": (
        "سبت أحد اثنين إثنين ثلاثاء أربعاء خميس جمعة یک دو سه چهار پنج شنبه یکشنبه دوشنبه چهارشنبه پنجشنبه tues thur "
        "thurs"
    ),
    "am": "ص صباحا صباح فجرا am 上午 午前 오전",
    "pm": "مساء ظهرا عصرا pm 下午 午後 오후 晚上",
    "night": "ليلا",
    "mim": "م",  # "p.m." or "A.D.", by where it stands
    "era-hijri": "ه هجري هجرية ھ ق",
    "era-solar": "ش شمسی",
    "era-gregorian": "ميلادي ميلادية ad ce",
    "also": "موافق الموافق للموافق وفق مطابق corresponding",
    "updated": (
        "تحديث حدث حدثت محدث محدثة تعديل updated update modified edited actualisé modifié jour aktualisiert "
        "aktualisierung actualizado обновлено "
        "güncelleme güncellenme بروزرسانی 更新 更新时间 更新日時 更新時間"
    ),
    "published": (
        "نشر نشرت النشر منشور published publish publication posted post created publié veröffentlicht erstellt "
        "publicado pubblicato опубликовано "
        "yayınlanma yayın dipublikasikan 发布时间 发布于 发布 公開 公開日時"
    ),
    "around": (
        "تم تمت في فى بتاريخ تاريخ آخر يوم ساعة عند من على حرر كتب اضيف انشر وقت توقيت انتشار بالتوقيت محلي درج ساعت "
        "در تاریخ "
        "date dated time on at of the last first st nd rd th t "
        "mis à le er heure stand datum um uhr den fecha hora el de del d a las às em il ore alle del "
        "дата г года году в р ч tarihi tarih saat son geplaatst op om pukul tanggal "
        "时间 日期 배포 입력 ngày năm lúc को बजे пр ב"
    ),
}
_ERAS = {HIJRI: ("هجري قمري", "ه ق", "ه ج"), SOLAR: ("هجري شمسي", "ه ش", "خورشيدي")}
_ZONES = {
    0: "z utc gmt غرينتش جرينتش غرينيتش جرينيتش ت غ تغ",
    180: "مكة msk eest idt",
    60: "cet west",
    120: "cest eet",
    -240: "edt",
    -300: "est cdt",
    -360: "cst mdt",  # as RFC 2822 has them; others mean different hours in different places
    -420: "mst pdt",
    -480: "pst",
}

_MARKS = re.compile(
    "[\u0300-\u036f\u064b-\u065f\u0670\u0640\u00ad\u061c\u200b\u200d-\u200f\u202a-\u202e\u2060-\u2069\ufeff]"
)
_LETTERS = str.maketrans(
    {"ٱ": "ا", "ی": "ي", "ى": "ي", "ک": "ك", "ة": "ه", "ۀ": "ه", "ہ": "ه", "ء": "", "ı": "i", "\u200c": " ", "٫": "."}
)
_STOPS = str.maketrans(".॰", "  ")
_DIGIT = re.compile(r"(?![0-9])\d")


def fold(text: str) -> str:
    """The text with one spelling for what people spell in many ways: digits, hamzas, ta marbuta, accents, tatweel,
    marks of direction.
    """
    if text.isascii():
        return text
    plain = _MARKS.sub("", unicodedata.normalize("NFKD", text)).translate(_LETTERS)
    return unicodedata.normalize("NFC", _DIGIT.sub(lambda digit: str(unicodedata.decimal(digit[0])), plain))


def _key(words: str) -> str:
    """What a name is looked up by: folded, without case, full stops and the Arabic article."""
    return " ".join(
        word[2:] if word.startswith("ال") and len(word) > 4 else word
        for word in fold(words).casefold().translate(_STOPS).split()
    )


@cache
def _own() -> Mapping[str, Meaning]:
    """The words listed in this module, which go before anybody else's."""
    tables = {GREGORIAN: _ARABIC_MONTHS, HIJRI: _HIJRI_MONTHS, SOLAR: _SOLAR_MONTHS}
    months = {
        _key(name): (calendar, month)
        for calendar, table in tables.items()
        for month, names in _rows(table)
        for name in names
    }
    zones = {_key(name): ("zone", minutes) for minutes, names in _ZONES.items() for name in names.split()}
    words = {_key(word): (kind, 0) for kind, listed in _WORDS.items() for word in listed.split()}
    pairs = {_key(name): ("era-" + calendar, 0) for calendar, names in _ERAS.items() for name in names}
    return words | pairs | zones | {_key("ت غ"): ("zone", 0)} | months


def _rows(table: str) -> Iterable[tuple[int, list[str]]]:
    return ((month, row.split("|")) for month, row in enumerate(table.split("\n")[1:-1], start=1))


@cache
def _cldr() -> Mapping[str, Mapping[Meaning, frozenset[str]]]:
    """Word -> what it means -> in which languages, of the names Unicode lists for months and weekdays."""
    from babel import Locale

    found: dict[str, dict[Meaning, set[str]]] = {}
    for language in _LANGUAGES.split():
        locale = Locale.parse(language)
        for width in ("wide", "abbreviated"):
            # the form names have inside a date; Babel 2.18 mixes up languages in the others
            names = [((GREGORIAN, month), _key(name)) for month, name in locale.months["format"][width].items()]
            names += [
                (("weekday", 0), _key(word))
                for name in locale.days["format"][width].values()
                for word in name.replace("-", " ").split()
            ]
            for meaning, name in names:
                if name and not any(map(str.isdigit, name)):
                    found.setdefault(name, {}).setdefault(meaning, set()).add(language)
    return {
        name: {meaning: frozenset(languages) for meaning, languages in meanings.items()}
        for name, meanings in found.items()
    }


@lru_cache(maxsize=4096)
def meanings(words: str, language: str | None) -> frozenset[Meaning]:
    """All that one word or two mean in a date; in the language first, where it knows them.
    Empty: they are no part of a date.
    """
    key = _key(words)
    if key == "am" and language == "de":
        return frozenset({("around", 0)})  # "am 26. Oktober"
    if key in _own():
        return frozenset({_own()[key]})
    found = _cldr().get(key) or _cldr().get(key.removeprefix("ב"), {})  # Hebrew joins its "of" to the month
    return frozenset(meaning for meaning, languages in found.items() if language in languages) or frozenset(found)


def gregorian(calendar: str, year: int, month: int, day: int) -> date:
    """The day in the Gregorian calendar; Hijri years are those of Umm al-Qura, 1343..1500, solar ones those of Iran.

    Raises:
        ValueError, OverflowError: there is no such day, or no table for its year.
    """
    if calendar == HIJRI:
        from hijridate import Hijri

        return date(*Hijri(year, month, day).to_gregorian().datetuple())
    if calendar == SOLAR:
        from persiantools.jdatetime import JalaliDate

        day_of: date = JalaliDate(year, month, day).to_gregorian()
        return day_of
    return date(year, month, day)
