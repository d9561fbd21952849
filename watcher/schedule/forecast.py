"""What a feed is expected to publish from a moment on."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from math import exp2, sqrt

from watcher.models import PollStats

MEMORY = timedelta(days=14)
"""After this long most counts of `PollStats` weigh half."""
SURPRISE = timedelta(hours=2)
"""The same for `recent` and `due`; what they tell is believed for as long."""
DAY_MINUTES = 1440.0

_SURPRISE_MINUTES = SURPRISE / timedelta(minutes=1)
_NEW_FEED = 0.5
"""A new feed is believed to publish one item a day, with the weight of half a day."""
_EVEN = 10.0
"""Imagined items, spread evenly, that draw the profiles of day and week towards flat."""
_CALM = 2.0
"""Imagined events, come as expected, that draw the surprise towards none."""
_LEAST_SURPRISE, _MOST_SURPRISE = 0.4, 16.0
_SLOT_ITEMS, _SLOT_SHARE = 12.0, 0.35
"""How many items, and which share of them, make a slot of the hour worth waiting for."""


def share_kept(age: timedelta, half_life: timedelta) -> float:
    """Tell what share of its weight a count keeps; never more than the whole."""
    return exp2(-max(age / half_life, 0.0))


class Forecast:
    """What a feed will publish, as known at a moment; rates are in items a minute."""

    __slots__ = ("_hours", "_kept", "_stats", "_weekdays", "now", "rate", "surprise")

    def __init__(self, stats: PollStats, now: datetime) -> None:
        age = now - (stats.observed_at or now)
        kept = share_kept(age, MEMORY)
        kept_lately = share_kept(age, SURPRISE)
        surprise = (_CALM + stats.recent * kept_lately) / (_CALM + stats.due * kept_lately)
        self.surprise = min(max(surprise, _LEAST_SURPRISE), _MOST_SURPRISE)
        self.rate = (stats.items * kept + _NEW_FEED) / (stats.days * kept + _NEW_FEED) / DAY_MINUTES
        self._stats, self._kept, self.now = stats, kept, now
        self._hours = kept * sum(stats.hours) + _EVEN
        self._weekdays = kept * sum(stats.weekdays) + _EVEN

    def hour(self, hour: int) -> float:
        """Tell how many times the mean rate an hour of the day has."""
        counts = self._stats.hours
        items = counts[hour] / 2 + (counts[hour - 1] + counts[(hour + 1) % 24]) / 4
        return (24 * self._kept * items + _EVEN) / self._hours

    def weekday(self, weekday: int) -> float:
        """Tell how many times the mean rate a weekday has."""
        return (7 * self._kept * self._stats.weekdays[weekday] + _EVEN) / self._weekdays

    def best_slot(self) -> int | None:
        """Name the five minutes of the hour that bring so much that it pays to poll after them."""
        slots = self._stats.slots
        most, total = max(slots), sum(slots)
        worth = total * self._kept > _SLOT_ITEMS and most > _SLOT_SHARE * total
        return slots.index(most) if worth else None

    def minutes_until(self, work: float, *, at_most: float) -> float:
        """Tell when the square root of the rate, added up minute by minute, reaches `work`.

        While the surprise is believed, it lifts or lowers the rate.
        """
        for begin, end, rate in self._stretches(at_most):
            surprise = self.surprise if begin < _SURPRISE_MINUTES else 1.0
            speed = sqrt(rate * surprise)
            if work <= speed * (end - begin):
                return begin + work / speed
            work -= speed * (end - begin)
        return at_most

    def items_within(self, minutes: float) -> float:
        """Tell how many items are expected in the next minutes, surprise apart."""
        return sum(rate * (end - begin) for begin, end, rate in self._stretches(minutes))

    def _stretches(self, minutes: float) -> Iterator[tuple[float, float, float]]:
        """Cut the next minutes where the intensity changes: begin, end, and rate between."""
        now = self.now
        hour, weekday = now.hour, now.weekday()
        begin, hour_ends = 0.0, 60.0 - now.minute - (now.second + now.microsecond / 1e6) / 60
        while begin < minutes:
            rate = self.rate * self.hour(hour) * self.weekday(weekday)
            end = min(hour_ends, minutes)
            if begin < _SURPRISE_MINUTES < end:
                yield begin, _SURPRISE_MINUTES, rate
                begin = _SURPRISE_MINUTES
            yield begin, end, rate
            begin, hour_ends, hour = end, hour_ends + 60.0, hour + 1
            if hour == 24:
                hour, weekday = 0, (weekday + 1) % 7
