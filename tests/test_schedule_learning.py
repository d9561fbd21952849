"""What a poll teaches of a feed, by hand-made numbers."""

from dataclasses import replace
from datetime import datetime
from math import exp2, log

import pytest

from tests.watched import DAY, HOUR, MINUTE, NOW, good, watched
from watcher.models import PollResult, PollStats
from watcher.schedule import observe


def test_the_dates_of_a_first_document_are_its_history() -> None:
    dates = [NOW - 12 * HOUR * number for number in range(29)]
    stats = observe(PollStats(), good(NOW, *dates, first=True, shown=29, oldest_at=dates[-1]))
    assert stats.days == pytest.approx(14 / log(2) / 2)
    assert stats.items == pytest.approx(sum(exp2(-number / 28) for number in range(28)))
    assert stats.items / stats.days == pytest.approx(2, rel=0.05)
    assert (stats.document_items, stats.observed_at, stats.recent, stats.due) == (29, NOW, 0, 0)
    assert sum(stats.hours) == stats.hours[0] + stats.hours[12]


@pytest.mark.parametrize(
    "at",
    [
        pytest.param(None, id="no date"),
        pytest.param(NOW + HOUR, id="in the future"),
        pytest.param(NOW - 61 * DAY, id="long ago"),
    ],
)
def test_an_item_without_a_believable_date_tells_nothing_on_a_first_poll(
    at: datetime | None,
) -> None:
    stats = observe(PollStats(), good(NOW, at, first=True, shown=1))
    assert (stats.items, stats.days, sum(stats.hours)) == (0, 0, 0)


def test_an_oldest_item_of_long_ago_opens_sixty_days() -> None:
    stats = observe(PollStats(), good(NOW, NOW, first=True, oldest_at=NOW - 900 * DAY))
    assert stats.items == 1
    assert stats.days == pytest.approx((1 - exp2(-60 / 14)) * 14 / log(2))


@pytest.mark.parametrize(
    "at",
    [
        pytest.param(None, id="no date"),
        pytest.param(NOW + 3 * HOUR, id="in the future"),
        pytest.param(NOW - 61 * DAY, id="long ago"),
    ],
)
def test_an_item_without_a_believable_date_counts_in_the_middle_of_the_wait(
    at: datetime | None,
) -> None:
    stats = observe(watched(items=0), good(NOW + 2 * HOUR, at))
    assert stats.items == 1
    assert stats.hours[13] == stats.weekdays[0] == stats.slots[0] == 1


def test_a_late_item_counts_at_its_date() -> None:
    stats = observe(watched(items=0), good(NOW + HOUR, NOW - 14 * DAY + 67 * MINUTE))
    assert stats.items == pytest.approx(0.5, rel=1e-3)
    assert stats.hours[13] == stats.weekdays[0] == stats.slots[1] == stats.items


def test_counts_halve_in_fourteen_days() -> None:
    stats = observe(watched(items=8, days=4, events=2), good(NOW + 14 * DAY))
    assert (stats.items, stats.events) == (4, 1)
    assert stats.days == pytest.approx(2 + 14 / log(2) / 2)


def test_items_close_together_are_one_event() -> None:
    minutes = (0, 2, 5, 9, 10)
    stats = observe(watched(items=0), good(NOW + 10 * MINUTE, *(NOW + m * MINUTE for m in minutes)))
    assert stats.events == pytest.approx(2, rel=1e-3)
    fresh = (1 - exp2(-1 / 12)) / (log(2) / 12)
    assert stats.recent == pytest.approx(2 * fresh)


def test_what_was_planned_is_due_once() -> None:
    stats = observe(watched(planned=3.0), good(NOW))
    assert (stats.due, stats.planned) == (3.0, 0.0)
    assert observe(stats, good(NOW)).due == 3.0


def test_many_items_an_event_make_few_events_due() -> None:
    stats = observe(watched(items=39, events=3, planned=20.0), good(NOW))
    assert stats.due == 2.0


def test_a_failure_teaches_no_more_than_that_it_failed() -> None:
    stats = watched()
    failed = observe(stats, PollResult(polled_at=NOW + HOUR, ok=False))
    assert failed == replace(stats, errors_in_a_row=1)


def test_success_clears_failures_and_an_unchanged_document_keeps_its_size() -> None:
    stats = observe(watched(errors_in_a_row=3, document_items=30), good(NOW + HOUR))
    assert (stats.errors_in_a_row, stats.document_items) == (0, 30)


def test_a_clock_set_back_teaches_nothing_of_the_time_between() -> None:
    stats = observe(watched(), good(NOW - DAY))
    assert (stats.items, stats.days, stats.observed_at) == (20, 20, NOW - DAY)
