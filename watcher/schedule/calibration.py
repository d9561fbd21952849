"""The one number that all plans share: what a request must be worth."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from math import sqrt
from statistics import fmean

from watcher.models import FeedOptions, PollStats
from watcher.schedule.bounds import DEFAULT_CLAMPS, NO_OPTIONS, Clamps, bounds
from watcher.schedule.forecast import DAY_MINUTES, Forecast

_MINUTE = timedelta(minutes=1)
_ANY_MOMENT = datetime(2000, 1, 1, tzinfo=UTC)
_LEAST_PRICE, _HIGHEST_PRICE = 1e-4, 1e4
_HALVINGS = 24
_LEAST_CORRECTION, _MOST_CORRECTION = 0.6, 1.6
_CORRECTION_PACE = 0.3


@dataclass(frozen=True, slots=True, kw_only=True)
class Calibration:
    """The price of a request, and by how much the budget is stretched to be met in fact.

    A poll comes when the square root of a feed's rate (items a minute), added up minute by
    minute, reaches `price`; half its square is what a request is worth in item-minutes.
    """

    price: float = 2.6
    correction: float = 1.0


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


class _Demand:
    """How often a feed would be polled at a price; the mean over the hours of a week."""

    __slots__ = ("_fastest", "_least", "_mean", "_most", "_slowest", "_speeds")

    def __init__(self, stats: PollStats, options: FeedOptions, clamps: Clamps) -> None:
        forecast = Forecast(stats, stats.observed_at or _ANY_MOMENT)
        scale = sqrt(forecast.rate * options.weight)
        hours = [scale * sqrt(forecast.hour(hour)) for hour in range(24)]
        weekdays = [sqrt(forecast.weekday(weekday)) for weekday in range(7)]
        shortest, longest = bounds(options, clamps)
        self._least, self._most = _MINUTE / longest, _MINUTE / shortest
        self._slowest = min(hours) * min(weekdays)
        self._fastest = max(hours) * max(weekdays)
        self._mean = fmean(hours) * fmean(weekdays)
        self._speeds = hours, weekdays

    def polls_a_minute(self, price: float) -> float:
        if self._least <= self._slowest / price and self._fastest / price <= self._most:
            return self._mean / price
        hours, weekdays = self._speeds
        return fmean(
            min(max(hour * weekday / price, self._least), self._most)
            for hour in hours
            for weekday in weekdays
        )


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
