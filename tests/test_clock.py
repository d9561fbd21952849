"""The one reader of the clock, and how a moment is written."""

from datetime import UTC, datetime, timedelta, timezone

from hypothesis import given
from hypothesis import strategies as st

from watcher.clock import moment_text, monotonic, utc_now

MOMENTS = st.datetimes(timezones=st.just(UTC)).map(lambda moment: moment.replace(microsecond=0))


def test_now_is_aware_and_in_utc() -> None:
    assert utc_now().utcoffset() == timedelta(0)


def test_the_clock_for_waiting_never_goes_back() -> None:
    assert monotonic() <= monotonic()


def test_a_moment_is_written_in_utc_with_a_z() -> None:
    kyiv = timezone(timedelta(hours=2))
    assert moment_text(datetime(2026, 3, 1, 14, tzinfo=kyiv)) == "2026-03-01T12:00:00Z"


@given(MOMENTS, MOMENTS)
def test_texts_order_as_the_moments_do(one: datetime, other: datetime) -> None:
    assert (moment_text(one) < moment_text(other)) == (one < other)


def test_no_moment_is_no_text() -> None:
    assert moment_text(None) is None
