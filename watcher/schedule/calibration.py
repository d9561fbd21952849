"""The one number that all plans share: what a request must be worth."""

from bisect import bisect_left
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from itertools import accumulate
from math import sqrt
from statistics import fmean

from watcher.models import FeedOptions, PollStats
from watcher.schedule.bounds import DEFAULT_CLAMPS, NO_OPTIONS, Clamps, bounds
from watcher.schedule.forecast import DAY_MINUTES, Forecast

_MINUTE = timedelta(minutes=1)
_ANY_MOMENT = datetime(2000, 1, 1, tzinfo=UTC)
_LEAST_PRICE, _HIGHEST_PRICE = 1e-4, 1e4
_HALVINGS = 20
_LEAST_CORRECTION, _MOST_CORRECTION = 0.6, 1.6
_CORRECTION_PACE = 0.3
_PLANNED_SHARE = 0.6
"""How much of what a domain may be asked is planned for; the rest is for what comes in bursts."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Calibration:
    """The price of a request, and by how much the budget is stretched to be met in fact.

    A poll comes when the square root of a feed's rate (items a minute), added up minute by
    minute, reaches `price`; half its square is what a request is worth in item-minutes.
    """

    price: float = 2.6
    correction: float = 1.0
    crowded: Mapping[str, float] = field(default_factory=dict)
    """By what the price is multiplied for the feeds of a registrable domain, if it has too many."""


UNCALIBRATED = Calibration()


def calibrate(
    all_stats: Sequence[PollStats],
    budget: float,
    used: float | None = None,
    *,
    before: Calibration = UNCALIBRATED,
    options: Sequence[FeedOptions] | None = None,
    clamps: Clamps = DEFAULT_CLAMPS,
) -> Calibration:
    """Set the price so that the polls expected of all feeds are as many as the budget allows.

    `budget` and `used` are requests a feed and day: allowed, and made on average in the last
    seven days (`None`: not known); each call that is given `used` moves the correction by a day.
    `options` are of the same feeds in the same order; a feed with `every` takes its requests off
    the budget.
    """
    correction = before.correction
    if used:
        moved = correction * (budget / used) ** _CORRECTION_PACE
        correction = min(max(moved, _LEAST_CORRECTION), _MOST_CORRECTION)
    given = options or [NO_OPTIONS] * len(all_stats)
    feeds = list(zip(all_stats, given, strict=True))
    fixed = sum(_MINUTE / option.every for _, option in feeds if option.every is not None)
    demands = [_Demand(stats, option, clamps) for stats, option in feeds if option.every is None]
    allowed = budget * correction * len(feeds) / DAY_MINUTES - fixed
    price = _price(demands, allowed) if demands else before.price
    return Calibration(price=price, correction=correction)


def crowded(
    all_stats: Sequence[PollStats],
    domains: Sequence[str],
    price: float,
    per_minute: float,
    *,
    options: Sequence[FeedOptions],
    clamps: Clamps = DEFAULT_CLAMPS,
) -> dict[str, float]:
    """Tell by what to raise the price for domains whose feeds want more than they may be asked.

    `domains` and `options` are of the same feeds in the same order; `per_minute` is how many
    requests a domain may get. Within the domain the feeds go on sharing by their rates.
    """
    planned: defaultdict[str, float] = defaultdict(float)
    for stats, domain, option in zip(all_stats, domains, options, strict=True):
        if option.every is None:
            planned[domain] += _Demand(stats, option, clamps).polls_a_minute(price)
        else:
            planned[domain] += _MINUTE / option.every
    most = _PLANNED_SHARE * per_minute
    return {domain: polls / most for domain, polls in planned.items() if polls > most}


class _Demand:
    """How often a feed would be polled at a price; the mean over the hours of a week."""

    __slots__ = ("_hours", "_least", "_mean", "_most", "_sums", "_weekdays")

    def __init__(self, stats: PollStats, options: FeedOptions, clamps: Clamps) -> None:
        forecast = Forecast(stats, stats.observed_at or _ANY_MOMENT)
        scale = sqrt(forecast.rate * options.weight)
        self._hours = sorted(scale * sqrt(forecast.hour(hour)) for hour in range(24))
        self._weekdays = sorted(sqrt(forecast.weekday(weekday)) for weekday in range(7))
        self._sums = (0.0, *accumulate(self._hours))
        self._mean = fmean(self._hours) * fmean(self._weekdays)
        shortest, longest = bounds(options, clamps)
        self._least, self._most = _MINUTE / longest, _MINUTE / shortest

    def polls_a_minute(self, price: float) -> float:
        slowest = self._hours[0] * self._weekdays[0] / price
        fastest = self._hours[-1] * self._weekdays[-1] / price
        if self._least <= slowest and fastest <= self._most:
            return self._mean / price
        return fmean(self._polls_on(weekday / price) for weekday in self._weekdays)

    def _polls_on(self, factor: float) -> float:
        """Tell the mean over a day's hours, each kept between the bounds."""
        slow = bisect_left(self._hours, self._least / factor)
        fast = bisect_left(self._hours, self._most / factor)
        between = (self._sums[fast] - self._sums[slow]) * factor
        return (slow * self._least + between + (24 - fast) * self._most) / 24


def _price(demands: Sequence[_Demand], allowed: float) -> float:
    """Find the price at which the demands are as many polls a minute as allowed, by bisection."""
    low, high = _LEAST_PRICE, _HIGHEST_PRICE
    for _ in range(_HALVINGS):
        price = sqrt(low * high)
        if sum(demand.polls_a_minute(price) for demand in demands) > allowed:
            low = price
        else:
            high = price
    return high
