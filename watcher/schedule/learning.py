"""What one poll teaches about a feed."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from itertools import pairwise
from math import log

from watcher.models import PollResult, PollStats
from watcher.schedule.forecast import MEMORY, SURPRISE, share_kept

OLDEST_DATE = timedelta(days=60)
"""Items dated further back than this, as seen from the last reading, tell nothing by their date."""
ONE_EVENT = timedelta(minutes=3)
"""Items no further apart came together."""

_MEAN_LIFE_DAYS = MEMORY / timedelta(days=1) / log(2)
_MOST_ITEMS_AN_EVENT = 20.0


@dataclass(frozen=True, slots=True, kw_only=True)
class _Seen:
    """A new item, as it counts: when it came, and what weight it has by now."""

    at: datetime
    weight: float


def observe(stats: PollStats, result: PollResult) -> PollStats:
    """Learn from one finished poll: forget a little, count what came.

    `planned` is used up by a good poll; the caller sets it anew from `plan`.
    """
    if not result.ok:
        return replace(stats, errors_in_a_row=stats.errors_in_a_row + 1)
    if result.first or stats.observed_at is None:
        return _first(result)
    return _later(stats, result, since=stats.observed_at)


def _first(result: PollResult) -> PollStats:
    """Take the dates of a first document for history; items without one tell nothing."""
    now, oldest_at = result.polled_at, result.oldest_at
    dated = [_dated(at, read_at=now, now=now) for at in result.published_at]
    counted = _count(PollStats(), [item for item in dated if item], kept=0.0)
    span = min(max(now - (oldest_at or now), timedelta(0)), OLDEST_DATE)
    opener = _dated(oldest_at, read_at=now, now=now)
    # the oldest item only opens the span: it tells nothing of how many come in it
    return replace(
        counted,
        observed_at=now,
        items=max(counted.items - (opener.weight if opener else 0.0), 0.0),
        days=_days_watched(span),
        document_items=result.shown,
    )


def _later(stats: PollStats, result: PollResult, *, since: datetime) -> PollStats:
    now = result.polled_at
    waited = max(now - since, timedelta(0))
    undated = _Seen(at=now - waited / 2, weight=1.0)
    seen = [_dated(at, read_at=since, now=now) or undated for at in result.published_at]
    kept = share_kept(waited, MEMORY)
    counted = _count(stats, seen, kept=kept)
    items_an_event = (counted.items + 1) / (counted.events + 1)
    expected = stats.planned / min(max(items_an_event, 1.0), _MOST_ITEMS_AN_EVENT)
    fresh = _freshness(waited)
    kept_lately = share_kept(waited, SURPRISE)
    return replace(
        counted,
        observed_at=now,
        days=stats.days * kept + _days_watched(waited),
        recent=stats.recent * kept_lately + len(_events(seen)) * fresh,
        due=stats.due * kept_lately + expected * fresh,
        planned=0.0,
        document_items=result.shown or stats.document_items,
        errors_in_a_row=0,
    )


def _dated(at: datetime | None, *, read_at: datetime, now: datetime) -> _Seen | None:
    """Count an item at its date, if it has one that can be believed."""
    if at is None or not read_at - OLDEST_DATE <= at <= now:
        return None
    return _Seen(at=at, weight=share_kept(now - at, MEMORY))


def _days_watched(span: timedelta) -> float:
    """Tell how many days a span counts for, its older parts less."""
    return (1 - share_kept(span, MEMORY)) * _MEAN_LIFE_DAYS


def _freshness(waited: timedelta) -> float:
    """Tell the mean weight, by the surprise's memory, of what is spread over the wait."""
    lives = waited / SURPRISE * log(2)
    return (1 - share_kept(waited, SURPRISE)) / lives if lives else 1.0


def _count(stats: PollStats, seen: Sequence[_Seen], *, kept: float) -> PollStats:
    """Forget all but `kept` of each count, then count the items where they fell."""
    hours, weekdays, slots = (
        [count * kept for count in counts] for counts in (stats.hours, stats.weekdays, stats.slots)
    )
    for item in seen:
        hours[item.at.hour] += item.weight
        weekdays[item.at.weekday()] += item.weight
        slots[item.at.minute // 5] += item.weight
    return replace(
        stats,
        items=stats.items * kept + _weight(seen),
        events=stats.events * kept + _weight(_events(seen)),
        hours=tuple(hours),
        weekdays=tuple(weekdays),
        slots=tuple(slots),
    )


def _events(seen: Sequence[_Seen]) -> list[_Seen]:
    """Keep the first item of each run that came together."""
    ordered = sorted(seen, key=lambda item: item.at)
    later = (b for a, b in pairwise(ordered) if b.at - a.at > ONE_EVENT)
    return [*ordered[:1], *later]


def _weight(seen: Iterable[_Seen]) -> float:
    return sum(item.weight for item in seen)
