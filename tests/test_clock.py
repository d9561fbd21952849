"""The one reader of the clock."""

from datetime import timedelta

from watcher.clock import monotonic, utc_now


def test_now_is_aware_and_in_utc() -> None:
    assert utc_now().utcoffset() == timedelta(0)


def test_the_clock_for_waiting_never_goes_back() -> None:
    assert monotonic() <= monotonic()
