"""What a server asks of its clients: Retry-After, and for how long an answer stays fresh."""

import re
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime

LONGEST = timedelta(hours=24)
"""More than this is never waited because a server asks for it."""

_SECONDS = re.compile(r"\d{1,18}", re.ASCII)
_MAX_AGE = re.compile(r'(?:^|[\s,])max-age\s*=\s*"?(\d+)', re.ASCII | re.IGNORECASE)
_NOT_KEPT = re.compile(r"(?:^|[\s,])no-(?:cache|store)(?:$|[\s,])", re.IGNORECASE)


def retry_after(headers: Mapping[str, str], now: datetime) -> timedelta | None:
    """How long the server wants to be left alone; junk is ignored (RFC 9110, section 10.2.3)."""
    value = headers.get("retry-after", "").strip()
    if _SECONDS.fullmatch(value):
        return _seconds(value)
    until = _date(value)
    if until is None:
        return None
    wait = until - (_date(headers.get("date", "")) or now)
    return wait if wait > timedelta(0) else None


def max_age(headers: Mapping[str, str], now: datetime) -> timedelta | None:
    """For how long the answer is fresh (RFC 9111, section 4.2), at most `LONGEST`.

    Cache-Control's max-age less Age, else Expires less Date. What is for shared caches (s-maxage)
    is ignored, and so is all of it where nothing may be kept (no-cache, no-store).
    """
    control = headers.get("cache-control", "")
    if _NOT_KEPT.search(control):
        return None
    if found := _MAX_AGE.search(control):
        age = headers.get("age", "").strip()
        fresh = _seconds(found[1]) - (_seconds(age) if _SECONDS.fullmatch(age) else timedelta(0))
    else:
        expires = _date(headers.get("expires", ""))
        if expires is None:
            return None
        fresh = expires - (_date(headers.get("date", "")) or now)
    return min(fresh, LONGEST) if fresh > timedelta(0) else None


def _seconds(digits: str) -> timedelta:
    return timedelta(seconds=min(int(digits[:18]), 10**9))


def _date(value: str) -> datetime | None:
    if not value:
        return None
    try:
        moment = parsedate_to_datetime(value)
        return moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment.astimezone(UTC)
    except (ValueError, OverflowError, TypeError):
        return None
