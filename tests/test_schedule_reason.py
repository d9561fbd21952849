"""Why a feed waits, in words."""

from datetime import timedelta
from typing import Any

import pytest

from tests.watched import DAY, MINUTE, NONE, NOW, PRICE, STEADY, watched
from watcher.models import FeedOptions, Hints, PollStats
from watcher.schedule import plan, why


@pytest.mark.parametrize(
    ("stats", "hints", "options", "said"),
    [
        pytest.param(PollStats(), NONE, {}, "not polled yet", id="new"),
        pytest.param(watched(errors_in_a_row=3), NONE, {}, "3 failures in a row", id="failing"),
        pytest.param(
            PollStats(errors_in_a_row=1), NONE, {}, "1 failure in a row", id="never reached"
        ),
        pytest.param(
            watched(), Hints(ttl=12 * MINUTE), {}, "the server asks to wait 12 min", id="asked"
        ),
        pytest.param(watched(), NONE, {"every": 12 * MINUTE}, "every 12 min, as set", id="every"),
        pytest.param(watched(items=600), NONE, {}, "every 12 min: 29 items a day", id="rate"),
        pytest.param(
            watched(items=600, hours=(*(0.0,) * 8, 200.0, 200.0, *(0.0,) * 14)),
            Hints(ttl=MINUTE),
            {},
            "every 12 min: 29 items a day, busiest 08-10 UTC",
            id="busy hours",
        ),
        pytest.param(watched(items=1), NONE, {}, "every 12 min: an item in 14 days", id="quiet"),
    ],
)
def test_why_says_what_decided(
    stats: PollStats, hints: Hints, options: dict[str, Any], said: str
) -> None:
    assert why(stats, hints, 12 * MINUTE, options=FeedOptions(**options)) == said


@pytest.mark.parametrize(
    ("hints", "options", "said"),
    [
        pytest.param(
            Hints(skip_hours=frozenset({12, 13})),
            {},
            "the first hour left by skipHours",
            id="hours",
        ),
        pytest.param(
            Hints(skip_days=frozenset({0})),
            {"every": 12 * MINUTE},
            "the first hour left by skipDays",
            id="days",
        ),
        pytest.param(
            Hints(skip_days=frozenset({0}), skip_hours=frozenset({0})),
            {},
            "the first hour left by skipHours and skipDays",
            id="both",
        ),
        pytest.param(
            Hints(skip_days=frozenset({0}), skip_hours=frozenset(range(24))),
            {},
            "the first hour left by skipDays; skipHours leaves no hour and is ignored",
            id="all hours",
        ),
        pytest.param(
            Hints(skip_days=frozenset(range(7))),
            {"every": 12 * MINUTE},
            "every 12 min, as set; skipDays leaves no day and is ignored",
            id="all days",
        ),
        pytest.param(
            Hints(skip_hours=frozenset({12})),
            {"every": 12 * MINUTE, "ignore_hints": frozenset({"skip"})},
            "every 12 min, as set",
            id="not heeded",
        ),
        pytest.param(
            Hints(skip_hours=frozenset({14})),
            {"every": 12 * MINUTE},
            "every 12 min, as set",
            id="not in its way",
        ),
    ],
)
def test_why_names_what_a_feed_skips(hints: Hints, options: dict[str, Any], said: str) -> None:
    chosen = FeedOptions(**options)
    stats = watched(items=600)
    planned = plan(stats, hints, NOW, PRICE, options=chosen, clamps=STEADY)
    assert why(stats, hints, planned.next_poll_at - NOW, options=chosen) == said


@pytest.mark.parametrize(
    ("lasting", "said"),
    [
        pytest.param(timedelta(seconds=2), "every 2 s", id="seconds"),
        pytest.param(90 * MINUTE, "every 90 min", id="minutes"),
        pytest.param(DAY, "every 24 h", id="hours"),
        pytest.param(7 * DAY, "every 7 days", id="days"),
    ],
)
def test_why_tells_a_wait_in_fitting_units(lasting: timedelta, said: str) -> None:
    assert why(watched(), NONE, lasting).startswith(said)
