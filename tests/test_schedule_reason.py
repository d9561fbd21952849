"""Why a feed waits, in words."""

from datetime import timedelta
from typing import Any

import pytest

from tests.watched import DAY, MINUTE, NONE, watched
from watcher.models import FeedOptions, Hints, PollStats
from watcher.schedule import why


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
