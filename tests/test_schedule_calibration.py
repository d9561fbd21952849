"""The price that keeps all feeds together to the budget."""

from dataclasses import replace
from datetime import timedelta
from math import sqrt

import pytest

from tests.watched import DAY, HOUR, NOW, wait, watched
from watcher.models import FeedOptions, PollStats
from watcher.schedule import Calibration, calibrate, crowded


def requests_a_day(stats: PollStats, calibration: Calibration) -> float:
    """Count the polls of a week in which nothing happens that was not expected."""
    now, polls = NOW, 0
    while now < NOW + 7 * DAY:
        now += wait(replace(stats, observed_at=now), now=now, calibration=calibration)
        polls += 1
    return polls / 7


def test_all_feeds_together_keep_to_the_budget() -> None:
    feeds = [
        watched(items=items, hours=hours)
        for items in (2.0, 20.0, 200.0, 2000.0)
        for hours in ((1.0,) * 24, (*(0.0,) * 8, *(50.0,) * 4, *(0.0,) * 12))
    ]
    calibration = calibrate(feeds, 24)
    made = [requests_a_day(stats, calibration) for stats in feeds]
    assert sum(made) / len(made) == pytest.approx(24, rel=0.05)


def test_the_price_is_what_the_formula_says() -> None:
    """Add up the hours of a week one by one, each between the bounds."""
    counts = (*(0.0,) * 8, *(500.0,) * 4, *(0.0,) * 12)
    feeds = [watched(items=items, hours=counts, weekdays=counts[6:13]) for items in (5.0, 5e3)]
    price = calibrate(feeds, 24).price
    smooth = [counts[h] / 2 + (counts[h - 1] + counts[(h + 1) % 24]) / 4 for h in range(24)]
    hours = [24 * (count + 10 / 24) / (sum(counts) + 10) for count in smooth]
    days = [7 * (count + 10 / 7) / (sum(counts[6:13]) + 10) for count in counts[6:13]]
    polls = [
        min(max(sqrt((f.items + 0.5) / (f.days + 0.5) / 1440 * h * d) / price, 1 / 1440), 1 / 5)
        for f in feeds
        for h in hours
        for d in days
    ]
    assert sum(polls) / len(polls) * 1440 == pytest.approx(24, rel=1e-4)


@pytest.mark.parametrize(
    ("budget", "made"),
    [pytest.param(1e6, 288, id="far too much"), pytest.param(1e-6, 1, id="far too little")],
)
def test_no_budget_moves_a_feed_out_of_its_bounds(budget: float, made: float) -> None:
    calibration = calibrate([watched()], budget)
    assert requests_a_day(watched(), calibration) == pytest.approx(made, rel=0.02)


def test_a_feed_with_its_own_interval_takes_its_requests_off_the_budget() -> None:
    feeds = [watched(), watched()]
    hourly = [FeedOptions(), FeedOptions(every=HOUR)]
    left = calibrate(feeds, 24, options=hourly)
    assert left.price == pytest.approx(calibrate([watched()], 24).price)


def test_a_weight_makes_the_others_wait_longer() -> None:
    feeds = [watched(), watched()]
    heavy = [FeedOptions(), FeedOptions(weight=4)]
    assert calibrate(feeds, 24, options=heavy).price == pytest.approx(
        1.5 * calibrate(feeds, 24).price, rel=1e-3
    )


def test_a_new_feed_is_calibrated_like_any_other() -> None:
    assert calibrate([PollStats()], 24).price == pytest.approx(60 / sqrt(1440), rel=1e-4)


@pytest.mark.parametrize(
    ("used", "before", "after"),
    [
        pytest.param(None, 1.1, 1.1, id="not known"),
        pytest.param(24.0, 1.1, 1.1, id="met"),
        pytest.param(48.0, 1.0, 0.5**0.3, id="overdrawn"),
        pytest.param(2400.0, 1.0, 0.6, id="no less than three fifths"),
        pytest.param(0.1, 1.0, 1.6, id="no more than eight fifths"),
    ],
)
def test_the_correction_follows_what_was_used(
    used: float | None, before: float, after: float
) -> None:
    calibration = calibrate([watched()], 24, used, before=Calibration(correction=before))
    assert calibration.correction == pytest.approx(after)
    assert calibration.price == pytest.approx(calibrate([watched()], 24 * after).price)


def test_without_feeds_the_price_stays() -> None:
    assert calibrate([], 24, before=Calibration(price=7)) == Calibration(price=7)


def test_a_domain_whose_feeds_want_too_much_costs_more() -> None:
    every = FeedOptions(every=timedelta(minutes=2))
    factors = crowded(
        [PollStats()] * 3,
        ["large.example", "large.example", "small.example"],
        price=Calibration().price,
        per_minute=1.0,
        options=[every, every, FeedOptions()],
    )
    assert factors == {"large.example": pytest.approx(1.0 / 0.6)}
