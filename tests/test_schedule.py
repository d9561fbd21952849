"""The polling rule: laws, and the wait by hand-made numbers."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from math import sqrt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.watched import DAY, HOUR, MINUTE, NONE, NOW, PRICE, STEADY, good, wait, watched
from watcher.models import FeedOptions, Hints, PollStats
from watcher.schedule import Calibration, Clamps, observe, plan


def silent_for(stats: PollStats, days: int) -> PollStats:
    assert stats.observed_at is not None
    for _ in range(days):
        stats = observe(stats, good(stats.observed_at + DAY))
    return stats


counts = st.floats(min_value=0, max_value=1000)
moments = st.timedeltas(min_value=timedelta(0), max_value=timedelta(days=365)).map(
    lambda later: NOW + later
)
durations = st.timedeltas(min_value=timedelta(0), max_value=timedelta(days=3))


def profiles(size: int) -> st.SearchStrategy[tuple[float, ...]]:
    """Even counts with a peak somewhere."""
    return st.builds(
        lambda even, peak, place: tuple(even + peak * (number == place) for number in range(size)),
        counts,
        counts,
        st.integers(0, size - 1),
    )


stats_known = st.builds(
    PollStats,
    observed_at=moments,
    items=counts,
    days=st.floats(min_value=0, max_value=20.2),
    events=counts,
    hours=profiles(24),
    weekdays=profiles(7),
    recent=counts,
    due=counts,
    planned=counts,
    document_items=st.integers(0, 200),
    errors_in_a_row=st.integers(0, 40),
)
"""What may be known of a feed that keeps to no slot of the hour."""
stats_with_slots = st.builds(replace, stats_known, slots=profiles(12))
hints_given = st.builds(
    Hints,
    max_age=st.none() | durations,
    ttl=st.none() | durations,
    update_period=st.none() | durations,
    skip_hours=st.frozensets(st.integers(0, 23)),
    skip_days=st.frozensets(st.integers(0, 6)),
)
prices = st.floats(min_value=1e-3, max_value=1e3)
waited = st.timedeltas(min_value=timedelta(0), max_value=timedelta(days=40))


@given(stats_with_slots, hints_given, prices, waited)
def test_equal_input_gives_equal_output(
    stats: PollStats, hints: Hints, price: float, later: timedelta
) -> None:
    assert stats.observed_at is not None
    first, second = (
        plan(stats, hints, stats.observed_at + later, Calibration(price=price), url="u")
        for _ in range(2)
    )
    assert first == second


@given(stats_with_slots, hints_given, prices)
def test_a_poll_never_comes_before_the_least_wait_nor_in_a_skipped_hour(
    stats: PollStats, hints: Hints, price: float
) -> None:
    now = stats.observed_at or NOW
    then, expected = plan(stats, hints, now, Calibration(price=price), url="u")
    assert then >= now + 5 * MINUTE
    assert expected > 0
    if len(hints.skip_hours) < 24:
        assert then.hour not in hints.skip_hours
    if len(hints.skip_days) < 7:
        assert then.weekday() not in hints.skip_days


@given(stats_with_slots, hints_given, prices)
def test_a_poll_never_comes_before_the_server_wants_it(
    stats: PollStats, hints: Hints, price: float
) -> None:
    now = stats.observed_at or NOW
    then, _ = plan(stats, hints, now, Calibration(price=price))
    for asked in (hints.max_age, hints.ttl, hints.update_period):
        assert then >= now + min(asked or timedelta(0), DAY)


@given(stats_known, hints_given, prices, st.floats(min_value=1, max_value=100))
def test_a_higher_price_never_brings_a_poll_nearer(
    stats: PollStats, hints: Hints, price: float, factor: float
) -> None:
    now = stats.observed_at or NOW
    cheap, dear = (
        plan(stats, hints, now, Calibration(price=p), url="u").next_poll_at
        for p in (price, price * factor)
    )
    assert cheap <= dear


@given(stats_known, hints_given, prices, st.floats(min_value=1, max_value=100))
def test_a_higher_rate_never_puts_a_poll_off(
    stats: PollStats, hints: Hints, price: float, factor: float
) -> None:
    now = stats.observed_at or NOW
    busier = replace(stats, items=stats.items * factor)
    slow, quick = (
        plan(s, hints, now, Calibration(price=price), url="u").next_poll_at for s in (stats, busier)
    )
    assert quick <= slow + timedelta(milliseconds=1)


@given(stats_with_slots, hints_given, hints_given)
def test_a_longer_hint_never_brings_a_poll_nearer(
    stats: PollStats, one: Hints, other: Hints
) -> None:
    now = stats.observed_at or NOW
    longer = replace(
        one,
        max_age=max(one.max_age or timedelta(0), other.max_age or timedelta(0)),
        ttl=max(one.ttl or timedelta(0), other.ttl or timedelta(0)),
    )
    short, long = (plan(stats, h, now, PRICE, url="u").next_poll_at for h in (one, longer))
    assert short <= long


def test_after_thirty_silent_days_the_wait_has_grown() -> None:
    stats = watched(items=200)
    assert wait(silent_for(stats, 30), now=NOW + 30 * DAY) > 2 * wait(stats)


def test_after_two_hundred_items_in_ten_minutes_the_wait_is_the_least() -> None:
    stats = silent_for(watched(), 10)
    later = NOW + 10 * DAY + 10 * MINUTE
    burst = [later - timedelta(seconds=3 * number) for number in range(200)]
    stats = observe(stats, good(later, *burst, shown=200))
    assert wait(stats, now=later) == 5 * MINUTE


@given(period=st.integers(1, 3000), base=st.integers(-100_000, 100_000), items=st.floats(0.0, 1e6))
def test_a_base_puts_polls_off_to_the_minute_after_an_update(
    period: int, base: int, items: float
) -> None:
    hints = Hints(update_period=period * MINUTE, update_base=NOW + base * MINUTE)
    without, waited = wait(watched(items=items)), wait(watched(items=items), hints)
    assert without <= waited <= max(without, min(period * MINUTE, DAY))
    if without < waited < DAY:
        assert (waited - (base + 1) * MINUTE) % (period * MINUTE) == timedelta(0)


# Planning


def test_the_wait_is_the_price_over_the_root_of_the_rate() -> None:
    assert wait(watched()) / MINUTE == pytest.approx(2.6 / sqrt(1 / 1440))


def test_a_new_feed_is_believed_to_publish_an_item_a_day() -> None:
    then, expected = plan(PollStats(), NONE, NOW, PRICE, clamps=STEADY)
    assert (then - NOW) / MINUTE == pytest.approx(2.6 * sqrt(1440))
    assert expected == pytest.approx((then - NOW) / DAY)


def test_the_wait_walks_through_the_hours_of_the_day() -> None:
    busy = watched(items=200, hours=(*(0.0,) * 14, 200.0, *(0.0,) * 9))
    assert wait(busy, calibration=Calibration(price=15)) > HOUR
    assert wait(busy, now=NOW + 2 * HOUR) < 10 * MINUTE < wait(busy)


def test_the_wait_walks_over_midnight_into_another_weekday() -> None:
    sunday = datetime(2026, 3, 1, 23, 30, tzinfo=UTC)
    busy_mondays = watched(observed_at=sunday, weekdays=(100.0, *(0.0,) * 6))
    on_sunday, on_monday = sqrt(10 / 110 / 1440), sqrt(710 / 110 / 1440)
    minutes = wait(busy_mondays, now=sunday) / MINUTE
    assert minutes == pytest.approx(30 + (2.6 - 30 * on_sunday) / on_monday)


@pytest.mark.parametrize(
    ("recent", "due", "factor"),
    [
        pytest.param(6.0, 0.0, 4.0, id="more than expected"),
        pytest.param(0.0, 2.0, 0.5, id="fewer than expected"),
        pytest.param(100.0, 0.0, 16.0, id="at most sixteen times"),
        pytest.param(0.0, 100.0, 0.4, id="at least two fifths"),
    ],
)
def test_a_surprise_lifts_or_lowers_the_rate(recent: float, due: float, factor: float) -> None:
    stats = watched(recent=recent, due=due)
    price = Calibration(price=1.0)
    assert wait(stats, calibration=price) / MINUTE == pytest.approx(sqrt(1440 / factor))


def test_a_surprise_is_believed_for_two_hours() -> None:
    stats = watched(recent=6.0)
    work_of_two_hours = 120 * sqrt(4 / 1440)
    price = Calibration(price=work_of_two_hours + 60 * sqrt(1 / 1440))
    assert wait(stats, calibration=price) / HOUR == pytest.approx(3)
    assert wait(stats, now=NOW + 20 * HOUR) > 0.9 * wait(watched())


def test_half_of_a_small_document_is_not_pushed_out() -> None:
    stats = watched(items=2000, document_items=10)
    price = Calibration(price=1000)
    assert wait(stats, calibration=price) / MINUTE == pytest.approx(5 / (100 / 1440), rel=0.03)
    assert wait(watched(items=20000, document_items=1), calibration=price) == 5 * MINUTE


@pytest.mark.parametrize(
    ("now", "expected"),
    [
        pytest.param(NOW, NOW + 96 * MINUTE, id="nearest is before"),
        pytest.param(NOW + 50 * MINUTE, NOW + 156 * MINUTE, id="nearest is behind"),
    ],
)
def test_a_feed_that_keeps_to_a_slot_is_polled_after_it(now: datetime, expected: datetime) -> None:
    slots = tuple(14.0 * (slot == 6) for slot in range(12))  # half past
    stats = watched(observed_at=now, slots=slots)
    assert plan(stats, NONE, now, PRICE, clamps=STEADY).next_poll_at == expected


@pytest.mark.parametrize(
    "slots",
    [
        pytest.param((12.0, *(0.0,) * 11), id="too few items"),
        pytest.param((35.0, *(6.0,) * 11), id="too small a share"),
    ],
)
def test_a_weak_slot_is_not_waited_for(slots: tuple[float, ...]) -> None:
    assert wait(watched(slots=slots)) == wait(watched())


def test_a_slot_is_not_waited_for_when_the_wait_is_short_or_the_slot_too_near() -> None:
    slots = (0.0, 14.0, *(0.0,) * 10)  # ends at ten past
    for price in (Calibration(price=0.4), Calibration(price=0.55)):
        bare = wait(watched(), calibration=price, now=NOW + 7 * MINUTE)
        assert wait(watched(slots=slots), calibration=price, now=NOW + 7 * MINUTE) == bare


def test_the_wait_is_spread_by_the_address_within_the_jitter() -> None:
    waits = {wait(watched(), url=f"https://{n}.example/", clamps=Clamps()) for n in range(50)}
    bare = wait(watched())
    assert len(waits) == 50
    assert all(abs(one / bare - 1) <= 0.05 for one in waits)
    assert max(waits) / min(waits) > 1.05


@pytest.mark.parametrize(
    ("failures", "hours"),
    [
        pytest.param(1, 0.5, id="first"),
        pytest.param(2, 1, id="second"),
        pytest.param(3, 2, id="third"),
        pytest.param(7, 24, id="a day at most"),
        pytest.param(1000, 24, id="never given up"),
    ],
)
def test_failures_double_the_wait_up_to_a_day(failures: int, hours: float) -> None:
    stats = watched(items=20_000, errors_in_a_row=failures)
    assert wait(stats) == hours * HOUR


def test_a_failing_feed_of_a_slow_interval_is_not_polled_sooner() -> None:
    options = FeedOptions(every=7 * DAY)
    assert wait(watched(errors_in_a_row=4), options=options) == 7 * DAY


@pytest.mark.parametrize(
    ("options", "expected"),
    [
        pytest.param(FeedOptions(every=10 * MINUTE), 10 * MINUTE, id="every"),
        pytest.param(FeedOptions(every=MINUTE), 5 * MINUTE, id="every, within the least"),
        pytest.param(FeedOptions(every=MINUTE, min=MINUTE), MINUTE, id="every, with min"),
        pytest.param(FeedOptions(every=3 * DAY), 3 * DAY, id="every, over the longest"),
        pytest.param(FeedOptions(max=30 * MINUTE), 30 * MINUTE, id="max"),
        pytest.param(FeedOptions(max=MINUTE), 5 * MINUTE, id="max, within the least"),
        pytest.param(FeedOptions(min=3 * HOUR), 3 * HOUR, id="min"),
        pytest.param(FeedOptions(weight=4), 1.3 * sqrt(1440) * MINUTE, id="weight"),
    ],
)
def test_what_the_user_sets_comes_first(options: FeedOptions, expected: timedelta) -> None:
    assert wait(watched(), options=options) / expected == pytest.approx(1)


def test_only_a_feeds_own_min_goes_below_the_least_wait_of_all() -> None:
    busy = watched(items=1e6)
    assert wait(busy) == 5 * MINUTE
    assert wait(busy, options=FeedOptions(min=MINUTE)) == MINUTE


def test_a_server_without_validators_is_asked_less_often() -> None:
    busy = watched(items=1e6)
    assert wait(busy, has_validators=False) == 15 * MINUTE
    every = FeedOptions(every=7 * MINUTE)
    assert wait(busy, has_validators=False, options=every) == 7 * MINUTE


@pytest.mark.parametrize(
    ("hints", "expected"),
    [
        pytest.param(Hints(max_age=2 * HOUR), 2 * HOUR, id="max-age"),
        pytest.param(Hints(ttl=2 * HOUR), 2 * HOUR, id="ttl"),
        pytest.param(Hints(update_period=2 * HOUR), 2 * HOUR, id="sy"),
        pytest.param(
            Hints(update_period=HOUR, update_base=NOW - DAY + 10 * MINUTE),
            11 * MINUTE,
            id="sy: after the next update",
        ),
        pytest.param(
            Hints(update_period=2 * HOUR, update_base=NOW + 9 * DAY),
            5 * MINUTE,
            id="sy: an update is now",
        ),
        pytest.param(Hints(ttl=9 * DAY), DAY, id="a day at most"),
        pytest.param(Hints(ttl=HOUR, max_age=3 * HOUR), 3 * HOUR, id="the longest of them"),
        pytest.param(Hints(ttl=MINUTE), 5 * MINUTE, id="only ever longer"),
        pytest.param(Hints(skip_hours=frozenset({12, 13})), 2 * HOUR, id="skipHours"),
        pytest.param(Hints(skip_days=frozenset({0})), 12 * HOUR, id="skipDays"),
        pytest.param(
            Hints(skip_days=frozenset({0}), skip_hours=frozenset({0})), 13 * HOUR, id="both"
        ),
        pytest.param(Hints(skip_hours=frozenset(range(24))), 5 * MINUTE, id="every hour skipped"),
        pytest.param(Hints(skip_days=frozenset(range(7))), 5 * MINUTE, id="every day skipped"),
    ],
)
def test_hints_put_a_poll_off(hints: Hints, expected: timedelta) -> None:
    assert wait(watched(items=1e6), hints) == expected


@pytest.mark.parametrize(
    ("ignored", "hints"),
    [
        pytest.param("ttl", Hints(ttl=2 * HOUR), id="ttl"),
        pytest.param("sy", Hints(update_period=2 * HOUR), id="sy"),
        pytest.param("skip", Hints(skip_hours=frozenset({12})), id="skip"),
    ],
)
def test_the_user_may_ignore_a_hint(ignored: str, hints: Hints) -> None:
    options = FeedOptions(ignore_hints=frozenset({ignored}))
    assert wait(watched(items=1e6), hints, options=options) == 5 * MINUTE
    assert wait(watched(items=1e6), Hints(max_age=HOUR), options=options) == HOUR
