"""When the next poll of a feed comes, and what is expected until then."""

from datetime import datetime, timedelta
from hashlib import blake2b
from math import sqrt
from typing import NamedTuple

from watcher.models import FeedOptions, Hints, PollStats
from watcher.schedule.asked import asked_wait, first_allowed, heed
from watcher.schedule.bounds import DEFAULT_CLAMPS, NO_OPTIONS, Clamps, bounds
from watcher.schedule.calibration import Calibration
from watcher.schedule.forecast import Forecast

LONGEST_FAILURE = timedelta(hours=24)
"""No feed waits longer than this because it fails."""

_MINUTE = timedelta(minutes=1)
_MOST_DOUBLINGS = 16
_PUSHED_OUT = 0.5
"""No more than this share of a document may be pushed out of it between two polls."""
_SLOT_FROM_MINUTES = 18.0
"""A shorter wait is not moved to a slot of the hour."""
_SLOT_MINUTES = 5


class Plan(NamedTuple):
    """When to poll next, and how many items are expected until then."""

    next_poll_at: datetime
    expected: float


def plan(  # noqa: PLR0913 - pure: it is told all that it depends on
    stats: PollStats,
    hints: Hints,
    now: datetime,
    calibration: Calibration,
    *,
    url: str = "",
    options: FeedOptions = NO_OPTIONS,
    clamps: Clamps = DEFAULT_CLAMPS,
    has_validators: bool = True,
    after_gap: bool = False,
    demanded: timedelta = timedelta(0),
) -> Plan:
    """Say when a feed that was polled at `now` is polled next.

    `stats` are as `observe` left them at this poll; `url` decides the jitter; `after_gap` halves
    the wait, as items may have been missed; `demanded` is what a server demands with a failure
    (Retry-After), however long.
    """
    forecast = Forecast(stats, now)
    least, most = bounds(options, clamps, has_validators=has_validators)
    if options.every is None:
        work = calibration.price / sqrt(options.weight)
        wait = _natural_wait(forecast, work, stats.document_items, (least, most))
    else:
        wait = max(options.every, least)
    wait = max(wait * (1 + clamps.jitter * _chance(url, now)) / (1 + after_gap), least)
    wait = _after_failures(wait, stats.errors_in_a_row, clamps.error_min)
    heeded = heed(hints, ignored=options.ignore_hints)
    next_poll_at = first_allowed(now + max(wait, asked_wait(heeded, now), demanded), heeded)
    return Plan(next_poll_at, forecast.items_within((next_poll_at - now) / _MINUTE))


def _natural_wait(
    forecast: Forecast, work: float, shown: int, limits: tuple[timedelta, timedelta]
) -> timedelta:
    """Wait until a request is worth its price, but not so long that items go by unseen."""
    least, most = limits
    least_minutes = least / _MINUTE
    minutes = forecast.minutes_until(work, at_most=most / _MINUTE)
    if shown:
        unseen = _PUSHED_OUT * shown / (forecast.rate * forecast.surprise)
        minutes = min(minutes, max(unseen, least_minutes))
    after_slot = _after_slot(forecast, minutes)
    if after_slot > least_minutes:
        minutes = after_slot
    return min(max(timedelta(minutes=minutes), least), most)


def _after_slot(forecast: Forecast, minutes: float) -> float:
    """Move a wait to the nearest minute after the best slot of the hour, if there is one."""
    slot = forecast.best_slot()
    if slot is None or minutes <= _SLOT_FROM_MINUTES:
        return minutes
    goal = (slot + 1) * _SLOT_MINUTES + 1
    minute = forecast.now.minute + forecast.now.second / 60 + minutes
    return minutes + (goal - minute + 30) % 60 - 30


def _chance(url: str, now: datetime) -> float:
    """Draw a number between -1 and 1, the same for equal input."""
    digest = blake2b(f"{url} {now.isoformat()}".encode(), digest_size=8).digest()
    return int.from_bytes(digest) / 2**63 - 1


def _after_failures(wait: timedelta, failures: int, error_min: timedelta) -> timedelta:
    if not failures:
        return wait
    longer = max(wait, error_min) * (1 << min(failures - 1, _MOST_DOUBLINGS))
    return min(longer, max(wait, LONGEST_FAILURE))
