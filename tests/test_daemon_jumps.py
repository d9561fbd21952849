"""Jumps of the wall clock: ticks and polls that lay ahead come soon."""

from datetime import timedelta

import pytest
from apscheduler.schedulers.asyncio import AsyncIOScheduler

from tests.conftest import FakeClock
from tests.stored import feed_at
from tests.test_daemon_rounds import Seconds
from watcher.daemon.jumps import Jumps
from watcher.errors import StoreError
from watcher.models import PollStats, Subscription
from watcher.store import PollRecord, SqliteStore

URL = "https://harbour.example/feed"


@pytest.fixture
def jumps(clock: FakeClock) -> Jumps:
    scheduler = AsyncIOScheduler(timezone="UTC")
    scheduler.add_job(print, "interval", hours=1, next_run_time=clock.at)
    return Jumps(scheduler=scheduler, plan_anew=lambda: None, clock=clock, monotonic=Seconds())


@pytest.mark.parametrize("hours", [-3, 3], ids=["back", "forth"])
async def test_ticks_come_soon_after_a_jump(jumps: Jumps, clock: FakeClock, hours: int) -> None:
    clock.advance(hours=hours)
    jumps.follow()
    (job,) = jumps.scheduler.get_jobs()
    assert job.next_run_time == clock() + timedelta(seconds=1)


async def test_after_a_jump_back_feeds_are_polled_soon(
    jumps: Jumps, store: SqliteStore, clock: FakeClock
) -> None:
    store.add_feed(Subscription(url=URL), now=clock())
    feed = feed_at(store, URL)
    at = clock()
    store.record_poll(feed, PollRecord(polled_at=at, next_poll_at=at, stats=PollStats()))
    troubles = [StoreError("the disk is full")]

    def plan_anew() -> None:
        if troubles:
            raise troubles.pop()
        store.spread_overdue(now=clock(), over_s=600, few=0)

    jumps.plan_anew = plan_anew
    clock.advance(days=-2)
    for _ in range(2):
        jumps.follow()
    due_at = store.next_due_at()
    assert due_at is not None
    assert due_at <= clock() + timedelta(minutes=10)


async def test_a_jump_is_followed_once(jumps: Jumps, clock: FakeClock) -> None:
    clock.advance(hours=3)
    jumps.follow()
    soon = clock() + timedelta(seconds=1)
    jumps.follow()
    (job,) = jumps.scheduler.get_jobs()
    assert job.next_run_time == soon


async def test_time_that_passes_is_no_jump(jumps: Jumps, clock: FakeClock) -> None:
    before = clock.at
    clock.advance(hours=3)
    jumps.monotonic.now_s += 3 * 3600  # type: ignore[attr-defined]  # a fake
    jumps.follow()
    (job,) = jumps.scheduler.get_jobs()
    assert job.next_run_time == before
