"""How soon an item is seen at an equal number of requests: the polling rule, and a fixed interval.

python tests/bench/schedule_bench.py [--feeds 200] [--days 28] [--budget 24] [--seed 1]
"""

import argparse
import sys
from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from heapq import heapify, heapreplace
from random import Random
from statistics import fmean, median
from typing import Protocol

from watcher.models import Hints, PollResult, PollStats
from watcher.schedule import Calibration, calibrate, observe, plan

BEGIN = datetime(2026, 3, 2, tzinfo=UTC)
HISTORY_DAYS = 14
DAY, MINUTE = timedelta(days=1), timedelta(minutes=1)
NO_HINTS = Hints()


@dataclass(frozen=True, slots=True, kw_only=True)
class Made:
    """An invented feed: when its items come out, and how many its document shows."""

    url: str
    published_at: Sequence[datetime]
    shown: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Measured:
    """Waits are in minutes from publication until seen, of the second half of the days."""

    requests: float
    waits: Sequence[float]
    lost: int

    def __str__(self) -> str:
        late = sorted(self.waits)[len(self.waits) * 95 // 100]
        return (
            f"{self.requests:.1f} requests a feed and day; minutes: mean {fmean(self.waits):.1f},"
            f" median {median(self.waits):.1f}, 95th percentile {late:.0f}; {self.lost} lost"
        )


class Policy(Protocol):
    """Decides when to poll; sees only what the documents showed."""

    def next_poll_at(self, number: int, result: PollResult) -> datetime:
        """Say when feed `number` is polled after this poll."""

    def begin_day(self, used: float | None) -> None:
        """Take the requests a feed and day that the last days have cost."""


@dataclass(slots=True)
class FixedInterval:
    """Polls every feed equally often."""

    interval: timedelta

    def next_poll_at(self, number: int, result: PollResult) -> datetime:  # noqa: ARG002 - as the rule
        return result.polled_at + self.interval

    def begin_day(self, used: float | None) -> None:
        """Learn nothing."""


class Rule:
    """The watcher's own."""

    def __init__(self, feeds: Sequence[Made], budget: float) -> None:
        self.urls = [feed.url for feed in feeds]
        self.stats = [PollStats() for _ in feeds]
        self.budget, self.calibration = budget, Calibration()

    def next_poll_at(self, number: int, result: PollResult) -> datetime:
        stats = observe(self.stats[number], result)
        url = self.urls[number]
        then, expected = plan(stats, NO_HINTS, result.polled_at, self.calibration, url=url)
        self.stats[number] = replace(stats, planned=expected)
        return then

    def begin_day(self, used: float | None) -> None:
        self.calibration = calibrate(self.stats, self.budget, used, before=self.calibration)


def make_feed(number: int, days: int, chance: Random) -> Made:
    """Invent a feed: heavy-tailed rate, a busy part of the day, quiet weekends, batches, bursts."""
    items_a_day = min(chance.lognormvariate(1.2, 1.4), 300.0)
    busiest = chance.randrange(24)
    hours = [0.2 + max(0.0, 1 - abs((hour - busiest + 12) % 24 - 12) / 6) for hour in range(24)]
    in_batches, bursts_at = chance.random() < 0.3, BEGIN + chance.random() * days * DAY
    dates = []
    for day in range(-HISTORY_DAYS, days):
        weight = 0.5 if (BEGIN + day * DAY).weekday() > 4 else 1.2
        for _ in range(round(items_a_day * weight + chance.random() - 0.5)):
            minute = chance.random() * (4 if in_batches else 60)
            hour = chance.choices(range(24), hours)[0]
            dates.append(BEGIN + day * DAY + (hour * 60 + minute) * MINUTE)
    dates += [bursts_at + chance.expovariate(1 / 120) * MINUTE for _ in range(round(items_a_day))]
    end = BEGIN + days * DAY
    shown = chance.choice((10, 20, 30, 50))
    url = f"https://feed{number}.example/"
    return Made(url=url, published_at=sorted(at for at in dates if at < end), shown=shown)


def simulate(feeds: Sequence[Made], policy: Policy, days: int) -> Measured:
    """Poll the feeds as the policy says, minute by minute of some invented weeks."""
    due = [
        (BEGIN + number / len(feeds) * timedelta(hours=1), number) for number in range(len(feeds))
    ]
    heapify(due)
    seen = [-1] * len(feeds)
    measured_from, end = BEGIN + days * DAY / 2, BEGIN + days * DAY
    day_ends, requests, measured, lost = BEGIN + DAY, 0, 0, 0
    waits: list[float] = []
    while (now := due[0][0]) < end:
        if now >= day_ends:
            policy.begin_day(requests / len(feeds))
            day_ends, requests = day_ends + DAY, 0
        number = due[0][1]
        feed, before = feeds[number], seen[number]
        after = bisect_right(feed.published_at, now)
        oldest = max(after - feed.shown, 0)
        new = feed.published_at[max(oldest, before, 0) : after]
        result = PollResult(
            polled_at=now,
            ok=True,
            first=before < 0,
            published_at=tuple(new),
            shown=after - oldest,
            oldest_at=feed.published_at[oldest] if after else None,
        )
        heapreplace(due, (policy.next_poll_at(number, result), number))
        seen[number], requests = after, requests + 1
        if now >= measured_from:
            measured += 1
            lost += max(oldest - before, 0)
            waits += [(now - at) / MINUTE for at in new]
    return Measured(requests=measured / len(feeds) / (days / 2), waits=waits, lost=lost)


def main(arguments: Sequence[str] | None = None) -> None:
    """Print a line for each policy."""
    parser = argparse.ArgumentParser(description=__doc__)
    for name, default in (("feeds", 200), ("days", 28), ("budget", 24), ("seed", 1)):
        parser.add_argument(f"--{name}", type=int, default=default)
    given = parser.parse_args(arguments)
    chance = Random(given.seed)
    feeds = [make_feed(number, given.days, chance) for number in range(given.feeds)]
    rule = simulate(feeds, Rule(feeds, given.budget), given.days)
    fixed = simulate(feeds, FixedInterval(DAY / rule.requests), given.days)
    sys.stdout.write(f"the rule        {rule}\nfixed interval  {fixed}\n")


if __name__ == "__main__":
    main()
