"""A tick that comes late is one tick."""

from datetime import UTC, datetime, timedelta

import pytest
from apscheduler.job import Job
from apscheduler.schedulers.asyncio import AsyncIOScheduler

from watcher.daemon.ticks import Every

NOW = datetime(2026, 3, 2, 12, tzinfo=UTC)


def job() -> Job:
    """Make a tick of every second, the first one now."""
    scheduler = AsyncIOScheduler(timezone="UTC")
    return scheduler.add_job(print, Every(seconds=1, timezone="UTC"), next_run_time=NOW)


@pytest.mark.parametrize("days", [1, 400, 20_000])
def test_what_was_missed_is_not_listed(days: int) -> None:
    assert job()._get_run_times(NOW + timedelta(days=days)) == [NOW]


def test_the_next_tick_comes_an_interval_from_now() -> None:
    trigger, second = job().trigger, timedelta(seconds=1)
    assert trigger.get_next_fire_time(None, NOW) == NOW
    assert trigger.get_next_fire_time(NOW, NOW) == NOW + second
    assert trigger.get_next_fire_time(NOW, NOW + 9 * second) == NOW + 10 * second
