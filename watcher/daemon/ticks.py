"""When the daemon's ticks come; the only reader of APScheduler's triggers."""

from datetime import datetime

from apscheduler.triggers.interval import IntervalTrigger


class Every(IntervalTrigger):  # type: ignore[misc]  # it has no types
    """Ticks at an interval, and lists no tick that was missed.

    APScheduler lists all of them before it takes the last: after a jump of the clock by a year
    that is gigabytes, and minutes in which no signal is heeded.
    """

    def get_next_fire_time(self, previous_fire_time: datetime | None, now: datetime) -> datetime:
        """Tell when the next tick comes, an interval from now; the first one comes at once."""
        return now if previous_fire_time is None else max(previous_fire_time, now) + self.interval
