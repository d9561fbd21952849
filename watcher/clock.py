"""The only reader of the clock; how a moment is written."""

import time
from collections.abc import Callable
from datetime import UTC, datetime
from typing import overload

Clock = Callable[[], datetime]


def utc_now() -> datetime:
    """Tell the moment by the wall clock, aware, in UTC."""
    return datetime.now(UTC)  # noqa: TID251 - the one place the ban is for


def monotonic() -> float:
    """Seconds on a clock that only goes forward; for waiting, never for dates."""
    return time.monotonic()


@overload
def moment_text(moment: datetime) -> str: ...
@overload
def moment_text(moment: datetime | None) -> str | None: ...
def moment_text(moment: datetime | None) -> str | None:
    """Write a moment such as `2026-03-01T12:00:00Z`: texts order as the moments do."""
    if moment is None:
        return None
    moment = moment if moment.tzinfo is UTC else moment.astimezone(UTC)
    return moment.isoformat(timespec="seconds")[:-6] + "Z"


def tells_time(moment: datetime) -> bool:
    """Tell whether a date has a time of day; one without is midnight in UTC."""
    return not moment_text(moment).endswith("T00:00:00Z")
