"""Feeds as the polling rule knows them, and what it makes of them."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

from watcher.models import Hints, PollResult, PollStats
from watcher.schedule import Calibration, Clamps, plan

NOW = datetime(2026, 3, 2, 12, tzinfo=UTC)  # a Monday
MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)
NONE = Hints()
PRICE = Calibration()
STEADY = Clamps(jitter=0.0)


def watched(items: float = 20.0, days: float = 20.0, **others: Any) -> PollStats:
    """A feed that has been watched for long, polled just now."""
    known = PollStats(observed_at=NOW, items=items, days=days, events=items)
    return replace(known, **others)


def wait(stats: PollStats, hints: Hints = NONE, now: datetime = NOW, **others: Any) -> timedelta:
    calibration = others.pop("calibration", PRICE)
    others = {"clamps": STEADY, **others}
    return plan(stats, hints, now, calibration, **others).next_poll_at - now


def good(at: datetime, *published_at: datetime | None, **others: Any) -> PollResult:
    return PollResult(polled_at=at, ok=True, published_at=published_at, **others)
