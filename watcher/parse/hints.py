"""What a feed asks of whoever polls it: ttl, skipHours, skipDays, the syndication module."""

import re
from datetime import UTC, datetime, timedelta
from typing import Any

from watcher.models import Hints
from watcher.parse.dates import read_date

_ENTRY = re.compile(r"<(?:hour|day)>\s*(\w{1,9})\s*</", re.IGNORECASE)
_DAYS = {name: day for day, name in enumerate(("mon", "tue", "wed", "thu", "fri", "sat", "sun"))}
_PERIODS = {
    "hourly": timedelta(hours=1),
    "daily": timedelta(days=1),
    "weekly": timedelta(days=7),
    "monthly": timedelta(days=30),
    "yearly": timedelta(days=365),
}
_WORDPRESS = timedelta(minutes=15)
"""WordPress says `hourly, 1` for every site, so it means little."""
_WORDPRESS_BASE = datetime(2000, 1, 1, 12, tzinfo=UTC)
"""The base of the specification's example; WordPress says it in every RSS 1.0 feed."""


def hints_of(channel: dict[str, Any], text: str) -> Hints:
    """Read the hints of a feed.

    RSS 2.0 (ttl in minutes; skipHours, skipDays in GMT); RDF Site Summary 1.0, syndication module.
    """
    ttl = _number(channel.get("ttl"))
    hours, days = _skipped(text)
    base = read_date(str(channel.get("sy_updatebase") or ""))
    base = None if base == _WORDPRESS_BASE else base
    period = _update_period(channel, has_base=base is not None)
    return Hints(
        ttl=timedelta(minutes=ttl) if ttl else None,
        update_period=period,
        update_base=base if period else None,
        skip_hours=hours,
        skip_days=days,
    )


def _number(value: object) -> int:
    """Read a number of at most six digits; what is none is 0."""
    digits = str(value or "").strip()
    return int(digits) if digits.isdecimal() and len(digits) <= 6 else 0


def _update_period(channel: dict[str, Any], *, has_base: bool) -> timedelta | None:
    name = str(channel.get("sy_updateperiod") or "").strip().lower()
    frequency = _number(channel.get("sy_updatefrequency"))
    if name not in _PERIODS:
        return None
    if name == "hourly" and frequency <= 1 and not has_base:
        return _WORDPRESS
    return _PERIODS[name] / max(frequency, 1)


def _skipped(text: str) -> tuple[frozenset[int], frozenset[int]]:
    """Find hours and weekdays to skip; feedparser keeps the last one only."""
    hours = _ENTRY.findall(_section(text, "skipHours"))
    days = (day[:3].lower() for day in _ENTRY.findall(_section(text, "skipDays")))
    return (
        frozenset(int(hour) % 24 for hour in hours if hour.isdecimal() and int(hour) <= 24),
        frozenset(_DAYS[day] for day in days if day in _DAYS),
    )


def _section(text: str, name: str) -> str:
    start = text.find(f"<{name}>")
    end = text.find(f"</{name}>", start)
    return text[start:end] if 0 <= start < end else ""
