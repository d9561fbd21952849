"""Between which bounds the wait for a feed must lie."""

from dataclasses import dataclass
from datetime import timedelta

from watcher.models import FeedOptions

NO_OPTIONS = FeedOptions()
_WITHOUT_VALIDATORS = 3
"""How many times the least wait a feed has whose server cannot say that nothing changed."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Clamps:
    """The bounds of every feed; `error_min` is the first wait after a failure, `jitter` a share."""

    min: timedelta = timedelta(minutes=5)
    max: timedelta = timedelta(hours=24)
    error_min: timedelta = timedelta(minutes=30)
    jitter: float = 0.05


DEFAULT_CLAMPS = Clamps()


def bounds(
    options: FeedOptions, clamps: Clamps, *, has_validators: bool = True
) -> tuple[timedelta, timedelta]:
    """Tell the least and the longest wait for a feed; what the user set for it comes first."""
    least = clamps.min
    if not has_validators and options.every is None:
        least *= _WITHOUT_VALIDATORS
    least = options.min or least
    return least, max(options.max or clamps.max, least)
