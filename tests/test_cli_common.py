"""Moments as users write them on the command line."""

from datetime import UTC, datetime, timedelta

import click
import pytest

from watcher.cli.common import Moment, share
from watcher.clock import utc_now


@pytest.mark.parametrize(
    ("text", "age"),
    [
        pytest.param("36h", timedelta(hours=36), id="hours"),
        pytest.param("2d", timedelta(days=2), id="days"),
        pytest.param("1w", timedelta(weeks=1), id="weeks"),
    ],
)
def test_a_span_counts_back_from_now(text: str, age: timedelta) -> None:
    moment = Moment().convert(text, None, None)
    assert abs(utc_now() - age - moment) < timedelta(minutes=1)


def test_an_iso_time_is_taken_as_it_is() -> None:
    moment = Moment().convert("2026-03-01T12:00+02:00", None, None)
    assert moment == datetime(2026, 3, 1, 10, tzinfo=UTC)


def test_a_date_is_where_its_day_begins_here() -> None:
    begin = datetime(2026, 11, 2).astimezone()
    assert Moment().convert("2026-11-02", None, None) == begin


@pytest.mark.parametrize(
    "form", ["90s", "30m", "36h", "2d", "4w", "2026-03-01", "2026-03-01T12:00"]
)
def test_what_is_no_time_is_refused_with_each_form_that_is_one(form: str) -> None:
    with pytest.raises(click.UsageError, match=rf"\b{form}\b"):
        Moment().convert("soon", None, None)
    Moment().convert(form, None, None)


@pytest.mark.parametrize(
    ("covered", "told"),
    [(1.0, "100 %"), (0.99999, "99.9 %"), (0.0, "0.0 %"), (None, "nothing")],
)
def test_a_share_is_told_in_per_cent(covered: float | None, told: str) -> None:
    assert share(covered) == told
