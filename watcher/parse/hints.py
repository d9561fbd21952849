"""What a feed asks of whoever polls it: ttl, skipHours, skipDays, the syndication module."""

import re
from datetime import timedelta
from typing import Any

from watcher.models import Hints

_SKIP = re.compile(r"<skip(Hours|Days)\s*>(.{0,2000}?)</skip\1\s*>", re.IGNORECASE | re.DOTALL)
_ENTRY = re.compile(r"<\w*:?(hour|day)\s*>\s*(\w+)\s*</", re.IGNORECASE)
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


def hints_of(channel: dict[str, Any], text: str) -> Hints:
    """Read the hints of a feed.

    RSS 2.0 (ttl in minutes; skipHours, skipDays in GMT); RDF Site Summary 1.0, syndication module.
    """
    ttl = _number(channel.get("ttl"))
    hours, days = _skipped(text)
    return Hints(
        ttl=timedelta(minutes=ttl) if ttl else None,
        update_period=_update_period(channel),
        skip_hours=hours,
        skip_days=days,
    )


def _number(value: object) -> int:
    """Read a number of at most six digits; what is none is 0."""
    digits = str(value or "").strip()
    return int(digits) if digits.isdecimal() and len(digits) <= 6 else 0


def _update_period(channel: dict[str, Any]) -> timedelta | None:
    name = str(channel.get("sy_updateperiod") or "").strip().lower()
    frequency = _number(channel.get("sy_updatefrequency"))
    if name not in _PERIODS:
        return None
    if name == "hourly" and frequency <= 1 and not channel.get("sy_updatebase"):
        return _WORDPRESS
    return _PERIODS[name] / max(frequency, 1)


def _skipped(text: str) -> tuple[frozenset[int], frozenset[int]]:
    """Find hours and weekdays to skip; feedparser keeps the last one only."""
    hours: set[int] = set()
    days: set[int] = set()
    if "<skip" in text:
        for section in _SKIP.finditer(text):
            for kind, value in _ENTRY.findall(section[2]):
                if kind.lower() == "hour" and value.isdecimal() and int(value) <= 24:
                    hours.add(int(value) % 24)
                elif value[:3].lower() in _DAYS:
                    days.add(_DAYS[value[:3].lower()])
    return frozenset(hours), frozenset(days)
