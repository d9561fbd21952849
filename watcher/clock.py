"""The only reader of the clock."""

import time
from collections.abc import Callable
from datetime import UTC, datetime

Clock = Callable[[], datetime]


def utc_now() -> datetime:
    """Tell the moment by the wall clock, aware, in UTC."""
    return datetime.now(UTC)  # noqa: TID251 - the one place the ban is for


def monotonic() -> float:
    """Seconds on a clock that only goes forward; for waiting, never for dates."""
    return time.monotonic()
