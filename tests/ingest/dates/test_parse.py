"""Dates: every form a table row, and what may never happen as properties."""

import math
import re
import unicodedata
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, date, datetime, timedelta, timezone

import pandas as pd
import pyarrow as pa
import pytest
from babel import Locale
from hijridate import Gregorian
from hypothesis import example, given
from hypothesis import strategies as st
from persiantools.jdatetime import JalaliDate

from mihwar.ingest.dates.calendars import _LANGUAGES, meanings
from mihwar.ingest.dates.parse import Dated, date_line, parse_date

ZONE = timezone(timedelta(hours=3))
DAY = "2022-10-26"

DAYS = [
    # Arabic: both digits, month families, spellings, marks
    ("٢٦ أكتوبر ٢٠٢٢", DAY),
    ("۲۶ أكتوبر ۲۰۲۲", DAY),
    ("26 أكتوبر 2022", DAY),
    ("26 اكتوبر 2022", DAY),
    ("26 أُكْتُوبَر 2022", DAY),
    ("26 أكتـــوبر 2022", DAY),
    ("\u200f26 أكتوبر 2022\u200e", DAY),
    ("26\u200f/10\u200f/2022", DAY),
    ("26 أكتوبر2022", DAY),
    ("26 أكتوبر 2022م", DAY),
    ("26 أكتوبر 2022 م", DAY),
    ("26 أكتوبر، 2022", DAY),
    ("أكتوبر 26, 2022", DAY),
    ("2022 أكتوبر 26", DAY),
    ("26 من أكتوبر 2022", DAY),
    ("الأربعاء 26 أكتوبر 2022", DAY),
    ("الاربعاء، 26 تشرين الأول 2022", DAY),
    ("الاربعا 26 أكتوبر 2022", DAY),
    ("يوم الأربعاء الموافق 26 أكتوبر 2022", DAY),
    ("26 أكتوبر/تشرين الأول 2022", DAY),
    ("26 تشرين الأول/أكتوبر 2022", DAY),
    ("26 أكتوبر (تشرين الأول) 2022", DAY),
    ("26 تشرين أول 2022", DAY),
    ("26/أكتوبر/2022", DAY),
    ("26-أكتوبر-2022", DAY),
    ("13 كانون الثاني 2021", "2021-01-13"),
    ("13 شباط 2021", "2021-02-13"),
    ("13 آذار 2021", "2021-03-13"),
    ("13 نيسان 2021", "2021-04-13"),
    ("13 أيار 2021", "2021-05-13"),
    ("13 حزيران 2021", "2021-06-13"),
    ("13 تموز 2021", "2021-07-13"),
    ("13 آب 2021", "2021-08-13"),
    ("13 ايلول 2021", "2021-09-13"),
    ("13 تشرين الثاني 2021", "2021-11-13"),
    ("13 كانون الأوّل 2021", "2021-12-13"),
    ("13 جانفي 2021", "2021-01-13"),
    ("13 فيفري 2021", "2021-02-13"),
    ("13 أفريل 2021", "2021-04-13"),
    ("13 ماي 2021", "2021-05-13"),
    ("13 جوان 2021", "2021-06-13"),
    ("13 جويلية 2021", "2021-07-13"),
    ("13 جويليه 2021", "2021-07-13"),
    ("13 أوت 2021", "2021-08-13"),
    ("13 يوليوز 2021", "2021-07-13"),
    ("13 غشت 2021", "2021-08-13"),
    ("13 شتنبر 2021", "2021-09-13"),
    ("13 نونبر 2021", "2021-11-13"),
    ("13 دجنبر 2021", "2021-12-13"),
    ("13 إبريل 2021", "2021-04-13"),
    ("13 يونية 2021", "2021-06-13"),
    ("13 مايس 2021", "2021-05-13"),
    # around a date
    ("نشر في 26 أكتوبر 2022", DAY),
    ("نُشر في: 26/10/2022", DAY),
    ("تاريخ النشر: 2022/10/26", DAY),
    ("آخر تحديث: 26 أكتوبر 2022", DAY),
    ("| 26 أكتوبر 2022 |", DAY),
    ("[26 أكتوبر 2022]", DAY),
    ("🕒 26 أكتوبر 2022", DAY),
    ("Published: 26 October 2022", DAY),
    ("Last updated on October 26, 2022", DAY),
    ("Date: 2022-10-26", DAY),
    ("Publié le 26 octobre 2022", DAY),
    ("Veröffentlicht am 26. Oktober 2022", DAY),
    # numbers
    ("2022-10-26", DAY),
    ("٢٠٢٢-١٠-٢٦", DAY),
    ("2022/10/26", DAY),
    ("2022.10.26", DAY),
    ("26-10-2022", DAY),
    ("26/10/2022", DAY),
    ("26 / 10 / 2022", DAY),
    ("٢٦/١٠/٢٠٢٢", DAY),
    ("26.10.2022", DAY),
    ("10/26/2022", DAY),
    ("5.4.2022", "2022-04-05"),
    ("04/04/2022", "2022-04-04"),
    ("٠٣/٠٤/٢٠٢٢", "2022-04-03"),
    ("الأحد 03/04/2022", "2022-04-03"),
    ("2022-W43-3", DAY),
    # other languages
    ("26 October 2022", DAY),
    ("October 26th, 2022", DAY),
    ("Wednesday, Oct. 26, 2022", DAY),
    ("26 OCT 2022", DAY),
    ("26-Oct-2022", DAY),
    ("26 octobre 2022", DAY),
    ("1er août 2022", "2022-08-01"),
    ("mercredi 3 fevrier 2021", "2021-02-03"),
    ("mar. 4 oct. 2022", "2022-10-04"),
    ("lun. 15 mar. 2021", "2021-03-15"),
    ("mar. 15 mar. 2022", "2022-03-15"),
    ("Sat, Mar 18, 2000", "2000-03-18"),
    ("Mar 18, 2000, Sat", "2000-03-18"),
    ("mar 15 mars 2022", "2022-03-15"),
    ("26. Oktober 2022", DAY),
    ("Mittwoch, 3. März 2021", "2021-03-03"),
    ("26 de octubre de 2022", DAY),
    ("miércoles 26 octubre, 2022", DAY),
    ("quarta-feira, 26 de outubro de 2022", DAY),
    ("26 ottobre 2022", DAY),
    ("26 октября 2022 г.", DAY),
    ("среда, 26 октября 2022 года", DAY),
    ("26 жовтня 2022", DAY),
    ("26 Ekim 2022 Çarşamba", DAY),
    ("26 EKİM 2022", DAY),
    ("13 KASIM 2022", "2022-11-13"),
    ("26 października 2022", DAY),
    ("26 Οκτωβρίου 2022", DAY),
    ("26 באוקטובר 2022", DAY),
    ("۲۶ اکتبر ۲۰۲۲", DAY),
    ("26 اکتوبر 2022", DAY),
    ("26 अक्टूबर 2022", DAY),
    ("२६ अक्टूबर २०२२", DAY),
    ("২৬ অক্টোবর ২০২২", DAY),
    ("26 Oktoba 2022", DAY),
    ("26 Oktober 2022", DAY),
    ("26 tháng 10, 2022", DAY),
    ("ngày 26 tháng 10 năm 2022", DAY),
    ("2022年10月26日", DAY),
    ("２０２２年１０月２６日", DAY),
    ("2022年10月26日星期三", DAY),
    ("2022年10月26日（水）", DAY),
    ("2022년 10월 26일", DAY),
    ("2022. 10. 26.", DAY),
    # Hijri, lunar and solar
    ("29 ربيع الأول 1444 هـ", "2022-10-25"),
    ("٢٩ ربيع الأول ١٤٤٤هـ", "2022-10-25"),
    ("الثلاثاء 29 ربيع الاول 1444 ه", "2022-10-25"),
    ("29 ربيع أول 1444", "2022-10-25"),
    ("29/03/1444 هـ", "2022-10-25"),
    ("1444/03/29هـ", "2022-10-25"),
    ("1 محرم 1444 هـ", "2022-07-30"),
    ("10 ذو الحجة 1443 هـ", "2022-07-09"),
    ("10 ذي الحجة 1443 هجرية", "2022-07-09"),
    ("8 ذي القعدة 1443", "2022-06-07"),
    ("1 رمضان المبارك 1443 هـ", "2022-04-02"),
    ("5 جمادى الآخرة 1443 هـ", "2022-01-08"),
    ("29 ربيع الأول 1444 هـ الموافق 26 أكتوبر 2022", DAY),
    ("29 ربيع الأول 1444هـ - 26 أكتوبر 2022م", DAY),
    ("26 أكتوبر 2022 الموافق 29 ربيع الأول 1444هـ", DAY),
    ("29 ربيع الأول الموافق 26 أكتوبر 2022", DAY),
    ("29/03/1444 هـ الموافق 26/10/2022 م", DAY),
    ("۴ آبان ۱۴۰۱", DAY),
    ("چهارشنبه ۴ آبان ۱۴۰۱", DAY),
    ("۳۰ اسفند ۱۳۹۹", "2021-03-20"),
    ("1401/08/04 ه.ش", DAY),
]

TIMES = [
    ("16/نوفمبر/2015 - 11:49 م", "2015-11-16T20:49", "minute"),
    ("الإثنين 16/نوفمبر/2015 - 11:49 م", "2015-11-16T20:49", "minute"),
    ("16/11/2015 - 11:49 ص", "2015-11-16T08:49", "minute"),
    ("16/11/2015 12:10 ص", "2015-11-15T21:10", "minute"),
    ("16/11/2015 12:10 م", "2015-11-16T09:10", "minute"),
    ("١٦ نوفمبر ٢٠١٥ ١١:٤٩ مساءً", "2015-11-16T20:49", "minute"),
    ("16 نوفمبر 2015 الساعة 11:49 صباحًا", "2015-11-16T08:49", "minute"),
    ("الساعة 11:49 مساء بتاريخ 16-11-2015", "2015-11-16T20:49", "minute"),
    ("16 نوفمبر 2015 1:30 ظهرا", "2015-11-16T10:30", "minute"),
    ("16 نوفمبر 2015 11:30 ليلا", "2015-11-16T20:30", "minute"),
    ("16 نوفمبر 2015 1:30 ليلا", "2015-11-15T22:30", "minute"),
    ("16 نوفمبر 2015 16:05 مساء", "2015-11-16T13:05", "minute"),
    ("11:49 م الإثنين 16/11/2015", "2015-11-16T20:49", "minute"),
    ("26 أكتوبر 2022 11:49 بتوقيت غرينتش", "2022-10-26T11:49", "minute"),
    ("26 أكتوبر 2022 - 11:49 ت.غ", "2022-10-26T11:49", "minute"),
    ("26 أكتوبر 2022 11:49 (GMT+2)", "2022-10-26T09:49", "minute"),
    ("26 أكتوبر 2022 11:49 صباحا بتوقيت مكة المكرمة", "2022-10-26T08:49", "minute"),
    ("26 أكتوبر 2022 11:49 بالتوقيت المحلي", "2022-10-26T08:49", "minute"),
    ("نشر في: 26/10/2022 - 11:00 ص | آخر تحديث: 27/10/2022 - 01:00 م", "2022-10-26T08:00", "minute"),
    ("آخر تحديث: 27/10/2022 - 01:00 م | نشر في: 26/10/2022 - 11:00 ص", "2022-10-26T08:00", "minute"),
    ("2022-10-26T11:49", "2022-10-26T08:49", "minute"),
    ("2022-10-26 11:49:05", "2022-10-26T08:49:05", "second"),
    ("2022-10-26T11:49:05Z", "2022-10-26T11:49:05", "second"),
    ("2022-10-26t11:49z", "2022-10-26T11:49", "minute"),
    ("2022-10-26T11:49:05+01:00", "2022-10-26T10:49:05", "second"),
    ("2022-10-26T11:49:05+0100", "2022-10-26T10:49:05", "second"),
    ("2022-10-26 11:49:05 +0100", "2022-10-26T10:49:05", "second"),
    ("2022-10-26T23:30-05", "2022-10-27T04:30", "minute"),
    ("٢٠٢٢-١٠-٢٦ ١١:٤٩", "2022-10-26T08:49", "minute"),
    ("Wed, 26 Oct 2022 11:49:05 -0500", "2022-10-26T16:49:05", "second"),
    ("Sat, 18 Mar 2000 00:00:00 +0300", "2000-03-17T21:00", "second"),
    ("Wed, 26 Oct 2022 11:49:05 GMT", "2022-10-26T11:49:05", "second"),
    ("Wed, 26 Oct 2022 11:49:05 +0300 (AST)", "2022-10-26T08:49:05", "second"),
    ("Wed, 26 Oct 2022 11:49:05 -0000", "2022-10-26T11:49:05", "second"),
    ("26 Oct 2022 11:49 EST", "2022-10-26T16:49", "minute"),
    ("October 26, 2022 5:30 PM", "2022-10-26T14:30", "minute"),
    ("October 26, 2022, 5:30 p.m.", "2022-10-26T14:30", "minute"),
    ("26 octobre 2022 à 14h30", "2022-10-26T11:30", "minute"),
    ("26.10.2022, 14.30 Uhr", "2022-10-26T11:30", "minute"),
    ("26 октября 2022, в 14:30", "2022-10-26T11:30", "minute"),
    ("4 آبان 1401 ساعت ۱۴:۳۰", "2022-10-26T11:30", "minute"),
    ("2022年10月26日 下午3:05", "2022-10-26T12:05", "minute"),
    ("2022年10月26日 15時05分", "2022-10-26T12:05", "minute"),
    ("2022년 10월 26일 오후 3:05", "2022-10-26T12:05", "minute"),
    ("29 ربيع الأول 1444 هـ - 11:49 م", "2022-10-25T20:49", "minute"),
    ("29/03/1444هـ 11:49 م", "2022-10-25T20:49", "minute"),
    ("26/10/2022 -11:49", "2022-10-26T08:49", "minute"),
]

HOURS_LEFT_OUT = [
    "26 أكتوبر 2022 11:49 بتوقيت القاهرة",  # a zone nobody listed
    "26 Oct 2022 11:49 AST",
    "26 Oct 2022 11:49 IST",
    "26 أكتوبر 2022 م 11:49",  # A.D. or p.m.
    "26 أكتوبر 2022 16:05 ص",  # four in the afternoon in the morning
    "26/10/2022 00:15 PM",
    "2022-10-26 00:00:00",  # how a database stores a day
    "26/10/2022 00:00:00",
]

# neither field nor line holds a date: (value, what the reason says, whether the line is a date's line all the same)
NONE = [
    ("yesterday", "no day, month and year", False),
    ("اليوم", "no day, month and year", False),
    ("أمس الأربعاء", "no day, month and year", False),
    ("منذ 3 ساعات", "no day, month and year", False),
    ("3 hours ago", "no day, month and year", False),
    ("il y a 2 jours", "no day, month and year", False),
    ("vor 3 Stunden", "no day, month and year", False),
    ("11:49", "no day, month and year", False),
    ("أكتوبر 2022", "no day, month and year", False),
    ("October 2022", "no day, month and year", False),
    ("2022", "no day, month and year", False),
    ("2022-10", "no day, month and year", False),
    ("26 أكتوبر", "no day, month and year", False),
    ("26/10", "no day, month and year", False),
    ("2022 2 3", "no day, month and year", False),
    ("25-26 أكتوبر 2022", "no day, month and year", False),
    ("26 أكتوبر 2022 25:61", "no day, month and year", False),
    ("26 أكتوبر 20221", "no day, month and year", False),
    ("كأس العالم 2022 في قطر", "no day, month and year", False),
    ("26 foo 2022", "no day, month and year", False),
    ("26/10/22", "two digits", False),
    ("26 Oct 22", "two digits", False),
    ("Sunday, 06-Nov-94 08:49:37 GMT", "two digits", False),
    ("03/04/2022", "ambiguous", True),
    ("03-04-2022 11:49", "ambiguous", True),
    ("Published: 03/04/2022", "ambiguous", True),
    ("26 listopada 2022", "another language", True),
    ("26 أكتوبر/نوفمبر 2022", "disagree", True),
    ("26/10/2022 - 28/10/2022", "several dates", True),
    ("31/02/2022", "no such day", True),
    ("31 فبراير 2022", "no such day", True),
    ("2022-13-45", "no such day", True),
    ("2021-02-29", "no such day", True),
    ("30 شوال 1500 هـ 31", "no day, month and year", False),
    ("1 محرم 1300 هـ", "out of range", True),
    ("31 ربيع الأول 1444 هـ", "no such day", True),
    ("30 اسفند 1401", "no such day", True),
    ("26 أكتوبر 1822", "1900..2100", True),
    ("1850-01-01", "1900..2100", True),
    ("26 October 2565", "1900..2100", True),
    ("1444/03/29", "two calendars", True),
    ("1444/03/29 11:49 م", "two calendars", True),
    ("29-03-1444", "two calendars", True),
    ("1401-08-04", "two calendars", True),
    ("1401/08/04 11:49", "two calendars", True),
]

SENTENCES = [
    "أعلنت الوزارة يوم 26 أكتوبر 2022 عن خطة جديدة",
    "26 أكتوبر 2022: الوزارة تعلن عن خطة",
    "صدر القرار رقم 26 بتاريخ 10/10/2022 في الجريدة الرسمية",
    "القاهرة - 26 أكتوبر 2022 (رويترز)",
    "مهرجان 2022 الدورة 26",
    "On 26 October 2022 the ministry announced a plan.",
    "He was born on May 3, 1990 in Cairo",
    "Le 26 octobre 2022, le ministre a annoncé",
    "2022年10月26日 新华社北京电",
    "26 октября 2022 года министр сообщил",
    "+962 6 5603 1444",
    "3 - 1",
    "20221026",
    "1666785600",
    "ISBN 978-3-16-148410-0 2022",
    "10.1.2022.5",
    "$26 May 2022",
    "26 أكتوبر 2022 11:49 " + "كلمة " * 40,
    "",
    "   ",
]


def utc(moment: str) -> datetime:
    return datetime.fromisoformat(moment).replace(tzinfo=UTC)


@pytest.mark.parametrize(("text", "day"), DAYS)
def test_a_day_is_midnight_of_that_day_in_a_field_and_on_a_line(text: str, day: str) -> None:
    assert parse_date(text, ZONE) == date_line(text, ZONE) == Dated(utc(day), "day", None)


@pytest.mark.parametrize(("text", "moment", "precision"), TIMES)
def test_a_time_is_in_its_own_zone_or_the_one_given(text: str, moment: str, precision: str) -> None:
    assert parse_date(text, ZONE) == date_line(text, ZONE) == Dated(utc(moment), precision, None)


@pytest.mark.parametrize("text", HOURS_LEFT_OUT)
def test_an_hour_that_cannot_be_told_is_left_out_and_the_day_stands(text: str) -> None:
    assert parse_date(text, ZONE) == date_line(text, ZONE) == Dated(utc(DAY), "day", None)


@pytest.mark.parametrize(("text", "reason", "is_line"), NONE)
def test_what_cannot_be_told_is_no_date_and_says_why(text: str, reason: str, is_line: bool) -> None:
    found = parse_date(text, ZONE)
    assert (found.date, found.precision) == (None, None)
    assert found.reason is not None
    assert reason in found.reason
    assert f"'{text}'" in found.reason
    assert date_line(text, ZONE) == (found if is_line else None)


@pytest.mark.parametrize("text", SENTENCES)
def test_a_line_with_more_than_a_date_is_no_date_line(text: str) -> None:
    assert date_line(text, ZONE) is None


@pytest.mark.parametrize(
    ("text", "language", "day"),
    [
        ("03/04/2022", "ar", "2022-04-03"),
        ("03/04/2022", "fr", "2022-04-03"),
        ("03/04/2022", "en", None),
        ("03/04/2022", "und", None),
        ("03/04/2022", None, None),
        ("10/26/2022", "fr", DAY),
        ("26/10/2022", "en", DAY),
        ("26 listopada 2022", "pl", "2022-11-26"),
        ("26 listopada 2022", "hr", DAY),
        ("26 octobre 2022", "ar", DAY),
    ],
)
def test_the_language_settles_what_the_value_leaves_open(text: str, language: str | None, day: str | None) -> None:
    assert parse_date(text, ZONE, language).date == date_line(text, ZONE, language).date == (utc(day) if day else None)


@pytest.mark.parametrize(
    ("value", "moment", "precision"),
    [
        (date(2022, 10, 26), DAY, "day"),
        (datetime(2022, 10, 26), DAY, "day"),
        (datetime(2022, 10, 26, 11, 49), "2022-10-26T08:49", "second"),
        (datetime(2022, 10, 26, 0, 0, tzinfo=ZONE), "2022-10-25T21:00", "second"),
        (datetime(2022, 10, 26, 11, 49, 5, 250, tzinfo=UTC), "2022-10-26T11:49:05.000250", "second"),
        (pd.Timestamp("2022-10-26 11:49:05.000000001"), "2022-10-26T08:49:05", "second"),
        (pd.Timestamp("2022-10-26 11:49", tz="Africa/Cairo"), "2022-10-26T09:49", "second"),
        (pa.scalar(datetime(2022, 10, 26, 11, 49), pa.timestamp("us", "UTC")), "2022-10-26T11:49", "second"),
        (pa.scalar(datetime(2022, 10, 26, 11, 49), pa.timestamp("ns")), "2022-10-26T08:49", "second"),
        (pa.scalar(date(2022, 10, 26)), DAY, "day"),
        (pa.scalar("٢٦ أكتوبر ٢٠٢٢"), DAY, "day"),
        (1666785600, "2022-10-26T12:00", "second"),
        (1666785600000, "2022-10-26T12:00", "second"),
        (1666785600.5, "2022-10-26T12:00:00.5", "second"),
        ("1666785600", "2022-10-26T12:00", "second"),
        ("1666785600000", "2022-10-26T12:00", "second"),
        (20221026, DAY, "day"),
        ("20221026", DAY, "day"),
        ("20221026T114905Z", "2022-10-26T11:49:05", "second"),
        (math.nan, None, None),
        (pd.NaT, None, None),
        (pa.scalar(None, pa.timestamp("us")), None, None),
        (None, None, None),
        ("", None, None),
        (" \n", None, None),
    ],
)
def test_values_of_other_types_and_nothing_given(value: object, moment: str | None, precision: str | None) -> None:
    assert parse_date(value, ZONE) == Dated(utc(moment) if moment else None, precision, None)


@pytest.mark.parametrize(
    ("value", "reason"),
    [
        (True, "expected a date, got bool: 'True'"),
        ([DAY], "expected a date, got list"),
        ({"$date": 1}, "expected a date, got dict"),
        (b"2022-10-26", "expected a date, got bytes"),
        (2022, "1990..2100: '2022'"),
        (-1, "1990..2100"),
        pytest.param(10**5000, "1990..2100", id="a number of 5001 digits"),
        (pa.scalar(2**62, pa.timestamp("s")), "1900..2100"),
        (math.inf, "1990..2100"),
        (20221345, "no such day"),
        (44860, "1990..2100"),
        (date(1850, 1, 1), "1900..2100"),
        (datetime(1, 1, 1, tzinfo=timezone(timedelta(hours=14))), "1900..2100"),
        (date(1444, 3, 29), "two calendars"),
    ],
)
def test_a_value_that_is_no_date_is_named(value: object, reason: str) -> None:
    found = parse_date(value, ZONE)
    assert found.date is None
    assert reason in str(found.reason)


def test_a_reason_is_short_and_can_be_stored() -> None:
    reason = parse_date("لا تاريخ \ud800 \n هنا " * 1000, ZONE).reason
    assert reason is not None
    assert len(reason) < 120
    assert "\n" not in reason
    assert reason.encode("utf-8")


FAMILIES = [
    names.split("|")
    for names in (
        "يناير|فبراير|مارس|أبريل|مايو|يونيو|يوليو|أغسطس|سبتمبر|أكتوبر|نوفمبر|ديسمبر",
        "كانون الثاني|شباط|آذار|نيسان|أيار|حزيران|تموز|آب|أيلول|تشرين الأول|تشرين الثاني|كانون الأول",
        "جانفي|فيفري|مارس|أفريل|ماي|جوان|جويلية|أوت|سبتمبر|أكتوبر|نوفمبر|ديسمبر",
        "يناير|فبراير|مارس|أبريل|ماي|يونيو|يوليوز|غشت|شتنبر|أكتوبر|نونبر|دجنبر",
        "January|February|March|April|May|June|July|August|September|October|November|December",
        "janvier|février|mars|avril|mai|juin|juillet|août|septembre|octobre|novembre|décembre",
        "января|февраля|марта|апреля|мая|июня|июля|августа|сентября|октября|ноября|декабря",
        "Ocak|Şubat|Mart|Nisan|Mayıs|Haziran|Temmuz|Ağustos|Eylül|Ekim|Kasım|Aralık",
    )
]
DIGITS = ["0123456789", "٠١٢٣٤٥٦٧٨٩", "۰۱۲۳۴۵۶۷۸۹", "०१२३४५६७८९", "０１２３４５６７８９"]
SOLAR = [
    name
    for names in ("فروردین|اردیبهشت|خرداد|تیر|مرداد|شهریور|مهر|آبان|آذر|دی|بهمن|اسفند",)
    for name in names.split("|")
]
HALVES = [("AM", "PM"), ("ص", "م"), ("صباحا", "مساءً")]
dates = st.dates(date(1900, 1, 1), date(2100, 12, 31))


@given(
    dates,
    st.sampled_from(FAMILIES),
    st.sampled_from(DIGITS),
    st.sampled_from(["{d} {m} {y}", "{d}/{m}/{y}", "{m} {d}, {y}", "{y} {m} {d}", "{d} {m}، {y}"]),
)
@example(date(2000, 2, 29), FAMILIES[0], DIGITS[1], "{d} {m} {y}")
def test_any_day_written_with_words_is_read_back(day: date, months: list[str], digits: str, form: str) -> None:
    text = form.format(d=day.day, m=months[day.month - 1], y=day.year).translate(str.maketrans(DIGITS[0], digits))
    assert parse_date(text, ZONE) == date_line(text, ZONE) == Dated(utc(day.isoformat()), "day", None)


@given(
    dates,
    st.sampled_from(DIGITS),
    st.sampled_from(["%d/%m/%Y", "%d-%m-%Y", "%d.%m.%Y", "%Y-%m-%d", "%Y/%m/%d", "%Y年%m月%d日"]),
)
def test_any_day_written_with_numbers_is_read_back(day: date, digits: str, form: str) -> None:
    text = day.strftime(form).translate(str.maketrans(DIGITS[0], digits))
    assert parse_date(text, ZONE, "ar") == date_line(text, ZONE, "ar") == Dated(utc(day.isoformat()), "day", None)


@given(dates, st.integers(0, 23), st.integers(0, 59), st.sampled_from(HALVES), st.sampled_from(DIGITS[:3]))
def test_any_time_of_twelve_hours_is_read_back(
    day: date, hour: int, minute: int, halves: tuple[str, str], digits: str
) -> None:
    clock = f"{hour % 12 or 12}:{minute:02} {halves[hour >= 12]}"
    text = f"{day.day} {FAMILIES[0][day.month - 1]} {day.year} - {clock}".translate(str.maketrans(DIGITS[0], digits))
    assert parse_date(text, UTC) == Dated(
        datetime(day.year, day.month, day.day, hour, minute, tzinfo=UTC), "minute", None
    )


@given(
    st.datetimes(datetime(1901, 1, 1), datetime(2099, 12, 31), timezones=st.just(ZONE)),
    st.sampled_from(["%Y-%m-%dT%H:%M:%S%z", "%a, %d %b %Y %H:%M:%S %z"]),
)
def test_any_moment_written_by_a_machine_is_read_back(moment: datetime, form: str) -> None:
    assert parse_date(moment.strftime(form), UTC).date == moment.replace(microsecond=0)


@given(
    st.dates(date(1924, 8, 1), date(2077, 11, 16)),
    st.sampled_from(["{d}/{m}/{y} هـ", "{y}/{m}/{d}هـ", "{d}-{m}-{y} هجري"]),
)
def test_any_hijri_day_is_converted(day: date, form: str) -> None:
    year, month, day_of_month = Gregorian(day.year, day.month, day.day).to_hijri().datetuple()
    text = form.format(d=day_of_month, m=month, y=year)
    assert parse_date(text, ZONE) == date_line(text, ZONE) == Dated(utc(day.isoformat()), "day", None)


@given(
    st.dates(date(1925, 3, 21), date(2100, 12, 31)),
    st.sampled_from(["{d} {name} {y}", "{y}/{m}/{d} ه.ش", "{d}/{m}/{y} هجری شمسی"]),
)
def test_any_solar_day_is_converted(day: date, form: str) -> None:
    solar = JalaliDate.to_jalali(day)
    text = form.format(d=solar.day, m=solar.month, y=solar.year, name=SOLAR[solar.month - 1])
    assert parse_date(text, ZONE) == date_line(text, ZONE) == Dated(utc(day.isoformat()), "day", None)


ALPHABET = st.sampled_from(
    [
        *"0123456789٠٢٦۴ -/.:,()|+TZصمهـ年月日",
        " 2022 ",
        "26",
        "10",
        "أكتوبر",
        "تشرين الأول",
        "May",
        "ربيع الأول",
        "1444",
        "هـ",
        "GMT",
        "آخر تحديث",
        "الموافق",
        "PM",
    ]
)
TEXT = st.one_of(st.text(), st.lists(ALPHABET, max_size=14).map("".join), st.lists(ALPHABET, max_size=10).map(" ".join))


@given(TEXT)
def test_no_text_raises_and_no_date_is_made_up(text: str) -> None:
    found, line = parse_date(text, ZONE), date_line(text, ZONE)
    plain = "".join(str(unicodedata.decimal(c)) if c.isdecimal() else c for c in unicodedata.normalize("NFKC", text))
    assert found.date is None or found.reason is None
    names_no_year = re.search("1[34][0-9]{2}|1500|[0-9]{9,}", plain)  # converted calendars, and seconds
    if found.date and not names_no_year:
        assert any(
            f"{year}" in plain
            for year in {found.date.year, (found.date + timedelta(1)).year, (found.date - timedelta(1)).year}
        )
    assert line is None or line == found


@given(
    st.one_of(
        st.none(),
        st.booleans(),
        st.integers(),
        st.floats(),
        st.binary(),
        st.datetimes(),
        st.dates(),
        st.lists(st.integers()),
    )
)
def test_no_value_raises(value: object) -> None:
    found = parse_date(value, ZONE)
    assert found.date is None or (found.date.tzinfo is UTC and 1899 <= found.date.year <= 2101)


@pytest.mark.parametrize(
    "language",
    [code for code in _LANGUAGES.split() if not str(Locale.parse(code).months["format"]["wide"][10])[0].isdigit()],
)
def test_each_language_has_its_own_months(language: str) -> None:
    """What the language itself calls a month is that month, whatever was loaded before it."""
    for month, name in Locale.parse(language).months["format"]["wide"].items():
        if len(name.split()) <= 2 and not any(map(str.isdigit, name)):
            assert ("gregorian", month) in meanings(name, language)


def test_threads_read_the_same() -> None:
    texts = [text for text, _ in DAYS] * 5
    with ThreadPoolExecutor(8) as pool:
        assert list(pool.map(lambda text: parse_date(text, ZONE), texts)) == [parse_date(text, ZONE) for text in texts]
