"""Dates are read as their outlets meant them."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest
from babel import Locale
from hypothesis import given
from hypothesis import strategies as st

from watcher.parse.dates import read_date

TEN = datetime(2026, 11, 23, 10, 0, tzinfo=UTC)
MIDNIGHT = datetime(2026, 11, 23, tzinfo=UTC)


@pytest.mark.parametrize(
    "text",
    [
        "2026-11-23T10:00:00Z",
        "2026-11-23T12:00:00.000+02:00",
        "2026-11-23 10:00",
        "2026-11-23 13:00:00 +0300",
        "20261123T100000Z",
        "2026-11-23T05:00:00 EST",
        "Mon, 23 Nov 2026 10:00:00 GMT",
        "Mon, 23 Nov 2026 10:00:00 +0000",
        "Mon, 23 Nov 2026 12:00:00 +02:00",
        "Mon,23 Nov 2026 10:00:00 GMT",
        "Mon, 23 Nov 2026 10:00 Z",
        "23 Nov 26 10:00 UT",
        "Mon, 23-Nov-2026 10:00:00 GMT",
        "Mon, 23 Novembar 2026 10:00:00 GMT",
        "10:00 - 23rd November 2026",
        "10:00 - 23. November 2026",
        "Monday 23rd of November 2026 at 10:00am",
        "Mon Nov 23 10:00:00 2026",
        "Mon Nov 23 05:00:00 EST 2026",
        "November 23, 2026 10:00 AM",
        "Mon, 23 Nov 2026 05:00:00 -0500 (EST)",
        "Mon, 23 Nov 2026 09:59:60 GMT",
        "11/23/2026 10:00:00 AM",
        "23.11.2026 10:00",
        "23/11/2026 10:00",
        "2026/11/23 10:00",
        "2026年11月23日 10:00",
        "2026年11月23日 19時00分 JST",
        "2026年11月23日上午10时00分",
        "2026年11月23日 上午10點00分",
        "2026년 11월 23일 오전 10시 0분",
        "2026. 11. 23. 10:00",
        "Mon, 23 Nov 2026 10.00.00 GMT",
        "Mon, 23 Nov 2026 12.00 +0200",
        "23.11.2026 10.00",
        "23.11.26 10.00.00",
        "10.00 am, 23.11.26",
        "2026. 11. 23. 10.00",
        "1795428000",
        "1795428000000",
        "  Mon, 23 Nov 2026 10:00:00 GMT  ",
        "Ｍｏｎ, 23 Nov 2026 10:00:00 GMT",
    ],
)
def test_ten_in_the_morning_is_read_in_any_notation(text: str) -> None:
    assert read_date(text) == TEN


def march(hour: int, minute: int, second: int = 0) -> datetime:
    return datetime(2026, 3, 2, hour, minute, second, tzinfo=UTC)


@pytest.mark.parametrize(
    ("zone", "hour"),
    [
        ("MSK", 13),
        ("EET", 12),
        ("EEST", 13),
        ("CET", 11),
        ("CEST", 12),
        ("BST", 11),
        ("JST", 19),
        ("KST", 19),
        ("PST", 2),
        ("EDT", 6),
        ("UTC+3", 13),
        ("GMT+9", 19),
        ("GMT-0330", 6),
        ("", 10),
        ("nowhere", 10),
    ],
)
def test_zones_are_known_by_name(zone: str, hour: int) -> None:
    minute = 30 if "30" in zone else 0
    assert read_date(f"Mon, 23 Nov 2026 {hour:02}:{minute:02}:00 {zone}") == TEN


def test_indian_time_has_half_an_hour() -> None:
    assert read_date("Mon, 23 Nov 2026 15:30:00 IST") == TEN


@pytest.mark.parametrize(
    "day",
    [
        pytest.param("23 листопада 2026", id="uk"),
        pytest.param("Пн, 23 лист. 2026", id="uk short"),
        pytest.param("23 ноября 2026 г.", id="ru"),
        pytest.param("Пн, 23 ноя 2026", id="ru short"),
        pytest.param("23 listopada 2026", id="pl"),
        pytest.param("23 Kasım 2026 Pazartesi", id="tr"),
        pytest.param("23 de novembro de 2026", id="pt"),
        pytest.param("lunes, 23 de noviembre de 2026", id="es"),
        pytest.param("Montag, 23. November 2026", id="de"),
        pytest.param("lundi 23 novembre 2026", id="fr"),
        pytest.param("lunedì 23 novembre 2026", id="it"),
        pytest.param("Δευ, 23 Νοέ 2026", id="el"),
        pytest.param("November 23rd, 2026", id="en"),
        pytest.param("Nov 23 2026", id="en short"),
    ],
)
def test_months_have_names_in_many_languages(day: str) -> None:
    assert read_date(day) == MIDNIGHT
    assert read_date(f"{day} 12:00 +0200") == TEN


@pytest.mark.parametrize("case", [str, str.upper])
@pytest.mark.parametrize(
    "language",
    "en uk ru pl tr pt es de de_AT fr fr_CA it el hu".split(),  # noqa: SIM905 - shorter so
)
def test_all_months_are_known_by_their_names_full_and_short(
    language: str, case: Callable[[str], str]
) -> None:
    names = [
        (case(name), month)
        for of_form in Locale.parse(language).months.values()
        for width in ("wide", "abbreviated")
        for month, name in of_form[width].items()
    ]
    assert len(names) == 48
    for name, month in names:
        moment = datetime(2026, month, 12, 10, tzinfo=UTC)
        assert read_date(f"12 {name} 2026 12:00:00 +0200") == moment
        assert read_date(f"12. {name}, 2026 10:00") == moment
        assert read_date(f"{name} 12, 2026 10:00") == moment
        assert read_date(f"2026. {name} 12. 10:00") == moment


@pytest.mark.parametrize("language", ["zh", "ja", "ko"])
def test_months_with_numbers_may_stand_after_the_day(language: str) -> None:
    months = Locale.parse(language).months["format"]
    for month, name in (*months["wide"].items(), *months["abbreviated"].items()):
        moment = datetime(2026, month, 3, 10, tzinfo=UTC)
        assert read_date(f"3 {name} 2026 19:00:00 +0900") == moment


@pytest.mark.parametrize(
    ("text", "moment"),
    [
        pytest.param(
            "2026年11月23日 下午2點30分", datetime(2026, 11, 23, 14, 30, tzinfo=UTC), id="點"
        ),
        pytest.param("Mon, 23.11.26", MIDNIGHT, id="dots of a day alone"),
        pytest.param("2026. 11.23", MIDNIGHT, id="dots of a month and day"),
        pytest.param("5/11/2026", datetime(2026, 11, 5, tzinfo=UTC), id="day first"),
        pytest.param(
            "11/5/2026 3:00 PM", datetime(2026, 11, 5, 15, tzinfo=UTC), id="month first beside PM"
        ),
        pytest.param("12:30 am, 1 May 2026", datetime(2026, 5, 1, 0, 30, tzinfo=UTC), id="12 am"),
        pytest.param(
            "Mon, 23 Nov 2026 24:00:00 +0000", datetime(2026, 11, 24, tzinfo=UTC), id="24:00"
        ),
        pytest.param(
            "2026年11月23日 下午2:05", datetime(2026, 11, 23, 14, 5, tzinfo=UTC), id="下午"
        ),
        pytest.param("2026-02-28T24:00:00Z", datetime(2026, 3, 1, tzinfo=UTC), id="ISO 24:00"),
        pytest.param("Mon, 02 Mar 2026 9:5:3 GMT", march(9, 5, 3), id="single digits"),
        pytest.param("14:15 - 02/03/2026", march(14, 15), id="a dash before a day"),
        pytest.param("14:15 - 2 березня 2026", march(14, 15), id="a dash before a named day"),
        pytest.param("14:15 -02:00 2 Mar 2026", march(16, 15), id="an offset before a day"),
        pytest.param("2026. március 2. 14:15", march(14, 15), id="Hungarian"),
        pytest.param("2026-Mar-02 14:15:00", march(14, 15), id="year, name, day"),
        pytest.param("02.03.2026 14:15 МСК", march(11, 15), id="zone in Cyrillic"),
        pytest.param("2 Μαρ 2026, 2:15 μ.μ.", march(14, 15), id="Greek afternoon"),
        pytest.param("2/3/26, 12:15 π.μ.", march(0, 15), id="Greek night"),
        pytest.param("2/3/2026 2:15 p. m.", march(14, 15), id="Spanish afternoon, day first"),
        pytest.param(
            "1º de março de 2026", datetime(2026, 3, 1, tzinfo=UTC), id="first in Portuguese"
        ),
        pytest.param("12 NİSAN 2026", datetime(2026, 4, 12, tzinfo=UTC), id="Turkish capitals"),
        pytest.param("1 Jan 71", datetime(1971, 1, 1, tzinfo=UTC), id="two digits, last century"),
    ],
)
def test_a_date_means(text: str, moment: datetime) -> None:
    assert read_date(text) == moment


@pytest.mark.parametrize(
    "text",
    [
        "",
        "   ",
        "yesterday",
        "30 Feb 2026",
        "Mon, 30 Feb 2026 10:00:00 GMT",
        "Mon, 23 Xyz 2026 10:00:00 GMT",
        "Mon, 23 Jui 2026 10:00:00 GMT",
        "2026-11-23T99:00:00Z",
        "Mon, 23 Nov 2026 10:00:00 +9900",
        "0000-00-00T00:00:00Z",
        "0001-01-01T00:00:00Z",
        "1 Jan 1066",
        "9999-12-31T23:59:59-12:00",
        "2026",
        "23 of nothing 2026",
        "May you 23 live 2026x",
    ],
)
def test_what_is_no_date_is_none(text: str) -> None:
    assert read_date(text) is None


@given(st.text(max_size=80))
def test_any_text_is_a_date_in_utc_or_none(text: str) -> None:
    moment = read_date(text)
    assert moment is None or moment.tzinfo is UTC


@given(st.integers(86_400, 7_258_000_000), st.integers(-12, 14))
def test_what_feeds_write_comes_back(seconds: int, hours: int) -> None:
    moment = datetime.fromtimestamp(seconds, UTC)
    local = moment + timedelta(hours=hours)
    zone = f"{'-' if hours < 0 else '+'}{abs(hours):02}00"
    assert read_date(local.strftime("%a, %d %b %Y %H:%M:%S ") + zone) == moment
    assert read_date(local.strftime("%Y-%m-%dT%H:%M:%S") + zone) == moment
