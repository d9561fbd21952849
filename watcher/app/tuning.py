"""The polling rule's global numbers: kept in the database, set anew once a day."""

import json
import logging
from collections.abc import Sequence
from dataclasses import asdict, dataclass, replace
from datetime import datetime, timedelta

from watcher.app.core import App
from watcher.hosts import host_of, registrable_domain
from watcher.models import FeedOptions, PollStats
from watcher.schedule import Calibration, calibrate, crowded
from watcher.store import SqliteStore

log = logging.getLogger(__name__)

MINUTE = timedelta(minutes=1)
DAILY = timedelta(days=1)
FEEDS_CHANGED = 0.1
"""A share of feeds that came or went which calls for new numbers at once."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Kept:
    """A calibration, when it was set and for how many feeds."""

    calibration: Calibration
    set_at: datetime
    feeds: int

    def to_text(self) -> str:
        """Write it for the database."""
        values = {**asdict(self.calibration), "set_at": self.set_at.isoformat()}
        return json.dumps({**values, "feeds": self.feeds})

    @classmethod
    def from_text(cls, text: str) -> "Kept":
        """Read what `to_text` wrote."""
        values = json.loads(text)
        return cls(
            set_at=datetime.fromisoformat(values.pop("set_at")),
            feeds=values.pop("feeds"),
            calibration=Calibration(**values),
        )


def calibration(
    app: App, store: SqliteStore, *, now: datetime, polls: int | None = None
) -> Calibration:
    """Give the numbers in force; sets them anew after a day, or when many feeds came or went.

    `polls` is how many were made since they were last set, if that is known; the log tells them.
    """
    text = store.calibration()
    kept = Kept.from_text(text) if text else None
    if kept is not None and not _is_due(kept, store.count_polled(), now=now):
        return kept.calibration
    feeds = store.all_stats()
    used = _used(kept, polls, now=now)
    if used is not None:
        log.info(
            "calibrated requests_a_feed_and_day=%.1f budget=%g", used, app.settings.poll.budget
        )
    options = [app.settings.feed_options(url) for url, _ in feeds]
    fresh = calibrate(
        [stats for _, stats in feeds],
        app.settings.poll.budget,
        used,
        before=kept.calibration if kept else Calibration(),
        options=options,
        clamps=app.clamps(),
    )
    fresh = replace(fresh, crowded=_crowded(app, feeds, options, price=fresh.price))
    store.keep_calibration(Kept(calibration=fresh, set_at=now, feeds=len(feeds)).to_text())
    return fresh


def _crowded(
    app: App,
    feeds: Sequence[tuple[str, PollStats]],
    options: Sequence[FeedOptions],
    *,
    price: float,
) -> dict[str, float]:
    """Tell for which domains the price must be higher; for none where hosts are not spaced."""
    interval = app.settings.poll.host_interval
    if not interval:
        return {}
    return crowded(
        [stats for _, stats in feeds],
        [registrable_domain(host_of(url)) for url, _ in feeds],
        price,
        MINUTE / interval,
        options=options,
        clamps=app.clamps(),
    )


def _is_due(kept: Kept, feeds: int, *, now: datetime) -> bool:
    changed = abs(feeds - kept.feeds) > FEEDS_CHANGED * kept.feeds
    return changed or not timedelta(0) <= now - kept.set_at < DAILY


def _used(kept: Kept | None, polls: int | None, *, now: datetime) -> float | None:
    """Tell the requests a feed and day that were made under the numbers kept."""
    if kept is None or polls is None or not kept.feeds or now - kept.set_at < DAILY:
        return None
    return polls / kept.feeds / ((now - kept.set_at) / DAILY)
