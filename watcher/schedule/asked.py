"""What a feed and its server ask of whoever polls it; it only lengthens the wait."""

from collections.abc import Set as AbstractSet
from dataclasses import replace
from datetime import datetime, timedelta

from watcher.models import Hints

LONGEST_HINT = timedelta(hours=24)
"""No hint puts a poll off for longer."""

_AFTER_UPDATE = timedelta(minutes=1)
"""An update is a while in the making; who asks in its very second waits a period for nothing."""
_HOUR = timedelta(hours=1)
_HOURS, _WEEKDAYS = frozenset(range(24)), frozenset(range(7))
_NONE: frozenset[int] = frozenset()


def heed(hints: Hints, *, ignored: AbstractSet[str]) -> Hints:
    """Leave out the hints the user ignores: `ttl`, `sy`, `skip`."""
    if "ttl" in ignored:
        hints = replace(hints, ttl=None)
    if "sy" in ignored:
        hints = replace(hints, update_period=None, update_base=None)
    if "skip" in ignored:
        hints = replace(hints, skip_hours=_NONE, skip_days=_NONE)
    return hints


def asked_wait(hints: Hints, now: datetime) -> timedelta:
    """Tell the longest wait that is asked for; where updates have their moments, to the next one.

    Sources: `max-age` RFC 9111, section 5.2.2.1; `ttl` https://www.rssboard.org/rss-specification;
    `sy` https://web.resource.org/rss/1.0/modules/syndication/.
    """
    asked = [wait for wait in (hints.max_age, hints.ttl, _until_update(hints, now)) if wait]
    return min(max(asked, default=timedelta(0)), LONGEST_HINT)


def _until_update(hints: Hints, now: datetime) -> timedelta | None:
    period, base = hints.update_period, hints.update_base
    if not period or base is None:
        return period
    return period - (now - base - _AFTER_UPDATE) % period


def first_allowed(at: datetime, hints: Hints) -> datetime:
    """Move a moment to the start of the first hour that `skipHours` and `skipDays` leave free.

    A hint that leaves no hour, or no day, is ignored.
    """
    hours, weekdays = skipped(hints)
    while at.hour in hours or at.weekday() in weekdays:
        at = at.replace(minute=0, second=0, microsecond=0) + _HOUR
    return at


def skipped(hints: Hints) -> tuple[frozenset[int], frozenset[int]]:
    """Tell the hours and weekdays to skip; a hint that leaves none to poll in skips none."""
    return (
        _NONE if hints.skip_hours >= _HOURS else hints.skip_hours,
        _NONE if hints.skip_days >= _WEEKDAYS else hints.skip_days,
    )
