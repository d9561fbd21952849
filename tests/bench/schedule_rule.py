"""The polling rule as a contestant of a scheduling bench: one feed at a time, no hints."""

from dataclasses import dataclass, replace
from datetime import datetime
from typing import Protocol

from watcher import schedule
from watcher.models import Hints, PollResult, PollStats

NO_HINTS = Hints()


class Result(Protocol):
    """One finished poll, in the words of the bench."""

    at: datetime
    ok: bool
    first: bool
    published: tuple[datetime | None, ...]
    in_document: int
    oldest: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Feed:
    """What the bench keeps of a feed between two polls."""

    url: str
    stats: PollStats


def start(url: str) -> Feed:
    """Begin with a feed that was never polled."""
    return Feed(url=url, stats=PollStats())


def observe(feed: Feed, result: Result) -> Feed:
    """Learn from one poll."""
    polled = PollResult(
        polled_at=result.at,
        ok=result.ok,
        first=result.first,
        published_at=result.published,
        shown=result.in_document,
        oldest_at=result.oldest,
    )
    return replace(feed, stats=schedule.observe(feed.stats, polled))


def plan(feed: Feed, now: datetime, price: float) -> tuple[datetime, float, Feed]:
    """Say when the next poll comes, and keep what is expected until then."""
    calibration = schedule.Calibration(price=price)
    then, expected = schedule.plan(feed.stats, NO_HINTS, now, calibration, url=feed.url)
    return then, expected, replace(feed, stats=replace(feed.stats, planned=expected))
