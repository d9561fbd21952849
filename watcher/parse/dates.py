"""The text of a date, however an outlet writes it → a moment in UTC."""

import re
from datetime import UTC, datetime, timedelta

from watcher.parse.date_words import MERIDIEMS, MONTHS, ZONES, plain

_YEARS = range(1970, 2200)
_ENGLISH = re.compile("jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec")
"""How RFC 822 names the months."""
_LONGEST = 120

_RFC822 = re.compile(
    r"(?:[a-z]{3,9},?\s*)?(\d{1,2})\s([a-z]{3,12})\s(\d{4})\s(\d{2}):(\d{2}):(\d{2})\s"
    r"(?:([+-])(\d{2}):?(\d{2})|(gmt|utc?|z))"
)
_EPOCH = re.compile(r"(\d{10})(\d{3})?(?:\.\d+)?")
_HALF = r"[apπμ]\.?\s?[mμ]"
_BEFORE = rf"(?P<before>[^\W\d]{{2}}|{_HALF}\.?)?\s*(?<!\d)"
_AFTER = rf"\s*(?P<after>{_HALF}\b\.?)?"
_TIME = re.compile(
    _BEFORE + r"(?P<hour>\d{1,2})\s*[:時时點点시h]\s*(?P<minute>\d{2}|\d(?=[分분]|:\d))"
    r"(?:\s*[:分분]\s*(?P<second>\d{1,2})(?:[.,]\d+)?)?\s*[分분秒초]?" + _AFTER
)
_DOTTED_TIME = re.compile(
    _BEFORE + r"(?<!\.)(?P<hour>[01]?\d|2[0-4])\.(?P<minute>[0-5]\d)"
    r"(?:\.(?P<second>[0-5]\d))?(?!\.?\d)" + _AFTER
)
_OFFSET = re.compile(r"(?:utc|gmt|z)?\s*([+-])\s*(\d{1,2}):?(\d{2})?(?!\d|\s*[./]\s*\d)")
_NEXT_WORD = re.compile(r"(?:st|nd|rd|th|er|o\b|\.)?\s*(?:de\s+)?([^\W\d]{3,12})")
_ZONE_NAME = re.compile(r"[^\W\d_]{1,5}")
_YEAR_FIRST = re.compile(r"(?<!\d)(\d{4})\s*[-/.年년]\s*(\d{1,2})\s*[-/.月월]\s*(\d{1,2})(?!\d)")
_COMPACT = re.compile(r"(?<!\d)(\d{4})(\d{2})(\d{2})(?=$|t|\s)")
_YEAR_LAST = re.compile(r"(?<!\d)(\d{1,2})\s*([-/.])\s*(\d{1,2})\s*[-/.]\s*(\d{4}|\d{2})(?!\d)")
_YEAR_NAME_DAY = re.compile(r"(?<!\d)(\d{4})[.,]?[\s-]+([^\W\d]{3,12})\.?[\s-]+(\d{1,2})(?!\d|:)")
_DAY_NAME = re.compile(
    r"(?<!\d)(\d{1,2})(?:st|nd|rd|th|er|o\b|\.)?[\s-]*(?:de\s+|of\s+)?([^\W\d]{3,12})\.?,?[\s-]*"
    r"(?:de\s+)?(\d{4}|\d{2})(?!\d|:)"
)
_DAY_NUMBERED = re.compile(r"(?<!\d)(\d{1,2})\.?\s+(\w{1,2}[月월]),?\s+(\d{4})(?!\d|:)")
_NAME_DAY = re.compile(
    r"([^\W\d]{3,12})\.?\s+(\d{1,2})(?:st|nd|rd|th)?(?!\d|:),?\s+(?:.*\s)?(\d{4})(?!\d|:)"
)


def read_date(text: str) -> datetime | None:
    """Read a date; `None` if it is none, or not within 1970 to 2199.

    Knows ISO 8601, RFC 822 and its misspellings, month names of the languages of `date_words`,
    Chinese, Japanese and Korean dates, numbers of seconds or milliseconds since 1970. A date
    without zone is taken as UTC; of `11/5/2026` the month is first beside AM or PM only.
    """
    text = text.strip()[:_LONGEST]
    if not text:
        return None
    try:
        return _read(text)
    except (ValueError, OverflowError):  # 30 February, or years beyond the calendar
        return None


def _read(text: str) -> datetime | None:
    if text[:4].isdigit() and (text[4:5] == "-" or text[8:9] == "T"):
        try:
            return _in_utc(datetime.fromisoformat(text))
        except ValueError:
            pass  # nearly ISO: the patterns below are more lenient
    low = plain(text)
    if (match := _RFC822.fullmatch(low)) and (month := _month_named(match[2])):
        return _rfc822(match, month)
    if match := _EPOCH.fullmatch(low):
        return _in_utc(datetime.fromtimestamp(int(match[1]), UTC))
    return _read_loosely(low)


def _month_named(name: str) -> int | None:
    """Know a month also by the first three letters that all write: *Febuary* is one."""
    english = _ENGLISH.match(name)
    return MONTHS.get(name) or (MONTHS[english[0]] if english else None)


def _rfc822(match: re.Match[str], month: int) -> datetime | None:
    """Put together what nearly every feed of RSS writes (RFC 822, section 5; RFC 5322, 3.3)."""
    day, _, year, hour, minute, second, sign, hours, minutes, _ = match.groups()
    at = _moment((int(year), month, int(day)), int(hour), int(minute), int(second))
    return _in_utc(at - _offset(sign, hours, minutes)) if sign else _in_utc(at)


def _read_loosely(low: str) -> datetime | None:
    time = _TIME.search(low) or _dotted_time(low)
    half = (time["after"] or time["before"] or "").replace(".", "") if time else ""
    day = _day_in(_without(time, low) if time else low, american=half in ("am", "pm"))
    if day is None:
        return None
    if time is None:
        return _in_utc(_moment(day, 0, 0, 0))
    hour = int(time["hour"])
    if (later := MERIDIEMS.get(half.replace(" ", ""))) is not None and hour <= 12:
        hour = hour % 12 + later
    at = _moment(day, hour, int(time["minute"]), int(time["second"] or 0))
    return _in_utc(at - _zone_in(low[time.end() :]))


def _dotted_time(low: str) -> re.Match[str] | None:
    """Find a time with dots, such as `10.00.00`: the last one that leaves a day in the text."""
    times = reversed([*_DOTTED_TIME.finditer(low)])
    return next((time for time in times if _day_in(_without(time, low), american=False)), None)


def _without(time: re.Match[str], low: str) -> str:
    return low[: time.start("hour")] + " " + low[time.end() :]


def _day_in(low: str, *, american: bool) -> tuple[int, int, int] | None:
    """Find year, month, day in a text without its time."""
    if match := _YEAR_FIRST.search(low) or _COMPACT.search(low):
        return int(match[1]), int(match[2]), int(match[3])
    for match in _YEAR_NAME_DAY.finditer(low):
        if month := MONTHS.get(match[2]):
            return int(match[1]), month, int(match[3])
    for match in (*_DAY_NAME.finditer(low), *_DAY_NUMBERED.finditer(low)):
        if month := MONTHS.get(match[2]):
            return _full_year(match[3]), month, int(match[1])
    for match in _NAME_DAY.finditer(low):
        if month := MONTHS.get(match[1]):
            return int(match[3]), month, int(match[2])
    if match := _YEAR_LAST.search(low):
        return _numeric(match, american=american and match[2] == "/")
    return None


def _numeric(match: re.Match[str], *, american: bool) -> tuple[int, int, int]:
    day, month = int(match[1]), int(match[3])
    if month > 12 or (american and day <= 12):
        day, month = month, day
    return _full_year(match[4]), month, day


def _full_year(digits: str) -> int:
    """Read a year; two digits are of 1970 to 2069."""
    year = int(digits)
    return year if len(digits) == 4 else year + (1900 if year >= 70 else 2000)


def _moment(day: tuple[int, int, int], hour: int, minute: int, second: int) -> datetime:
    """Put a moment together; 24:00 and second 60 are the start of what follows."""
    if hour > 24 or minute > 60 or second > 60:
        raise ValueError("no such time of day")
    midnight = datetime(*day, tzinfo=UTC)
    return midnight + timedelta(hours=hour, minutes=minute, seconds=second)


def _zone_in(rest: str) -> timedelta:
    """Find the offset from UTC in what follows the time; none is UTC.

    A dash may also stand between the time and the day.
    """
    if match := _OFFSET.match(rest.lstrip(" (")):
        word = _NEXT_WORD.match(rest.lstrip(" ("), match.end())
        is_day = word is not None and word[1] in MONTHS
        return timedelta(0) if is_day else _offset(match[1], match[2], match[3])
    if match := _ZONE_NAME.match(rest.lstrip(" (")):
        return timedelta(minutes=ZONES.get(match[0], 0))
    return timedelta(0)


def _offset(sign: str, hours: str, minutes: str | None) -> timedelta:
    offset = timedelta(hours=int(hours), minutes=int(minutes or 0))
    if offset > timedelta(hours=15):
        raise ValueError("no such zone")
    return -offset if sign == "-" else offset


def _in_utc(moment: datetime) -> datetime | None:
    moment = moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment.astimezone(UTC)
    return moment if moment.year in _YEARS else None
