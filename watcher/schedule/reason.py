"""Why a feed is polled when it is, in words."""

from collections.abc import Iterator
from datetime import datetime, timedelta

from watcher.models import FeedOptions, Hints, PollStats
from watcher.schedule.asked import asked_wait, first_allowed, heed, skipped
from watcher.schedule.bounds import NO_OPTIONS
from watcher.schedule.forecast import DAY_MINUTES, Forecast

_SECOND = timedelta(seconds=1)
_MINUTE = timedelta(minutes=1)
_BUSY = 2.0
"""How many times the mean rate makes hours worth naming."""


def why(
    stats: PollStats, hints: Hints, wait: timedelta, *, options: FeedOptions = NO_OPTIONS
) -> str:
    """Say what decided a wait from the last poll to the next.

    Such as `every 12 min: 30 items a day, busiest 08-10 UTC`.
    """
    heeded = heed(hints, ignored=options.ignore_hints)
    return "; ".join((_decided(stats, heeded, wait, options), *_told_for_nothing(heeded)))


def _decided(stats: PollStats, hints: Hints, wait: timedelta, options: FeedOptions) -> str:
    if stats.errors_in_a_row:
        return _counted(stats.errors_in_a_row, "failure") + " in a row"
    if stats.observed_at is None:
        return "not polled yet"
    asked = asked_wait(hints, stats.observed_at)
    if asked and wait - asked < _MINUTE:
        return f"the server asks to wait {_duration(wait)}"
    if _is_moved(stats.observed_at + wait, hints):
        names = zip(("skipHours", "skipDays"), skipped(hints), strict=True)
        return "the first hour left by " + " and ".join(name for name, skips in names if skips)
    if options.every is not None:
        return f"every {_duration(wait)}, as set"
    habits = _habits(Forecast(stats, stats.observed_at))
    return f"every {_duration(wait)}: {habits}"


def _is_moved(next_poll_at: datetime, hints: Hints) -> bool:
    """Tell whether a moment is where polls of the hour before it are moved to."""
    return first_allowed(next_poll_at - _SECOND, hints) == next_poll_at


def _told_for_nothing(hints: Hints) -> Iterator[str]:
    hours, weekdays = skipped(hints)
    if hints.skip_hours != hours:
        yield "skipHours leaves no hour and is ignored"
    if hints.skip_days != weekdays:
        yield "skipDays leaves no day and is ignored"


def _habits(forecast: Forecast) -> str:
    items_a_day = forecast.rate * DAY_MINUTES
    if items_a_day < 1:
        return f"an item in {_counted(round(1 / items_a_day), 'day')}"
    busiest = max(range(24), key=lambda hour: _in_two_hours(forecast, hour))
    habits = f"{_counted(round(items_a_day), 'item')} a day"
    if _in_two_hours(forecast, busiest) < _BUSY:
        return habits
    return f"{habits}, busiest {busiest:02}-{(busiest + 2) % 24:02} UTC"


def _in_two_hours(forecast: Forecast, hour: int) -> float:
    """Tell how many times the mean rate an hour and the next have together."""
    return (forecast.hour(hour) + forecast.hour((hour + 1) % 24)) / 2


def _duration(wait: timedelta) -> str:
    minutes = wait / _MINUTE
    if minutes < 1:
        return f"{wait.total_seconds():.0f} s"
    if minutes < 100:
        return f"{minutes:.0f} min"
    return f"{minutes / 60:.0f} h" if minutes < 48 * 60 else f"{minutes / DAY_MINUTES:.0f} days"


def _counted(number: int, thing: str) -> str:
    return f"{number} {thing}" if number == 1 else f"{number} {thing}s"
