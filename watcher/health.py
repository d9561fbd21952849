"""Is the watcher well: a daemon that runs, feeds that answer, notices that leave."""

import dataclasses
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from watcher.clock import moment_text
from watcher.coverage import Coverage, coverage
from watcher.safe import without_credentials
from watcher.store import Counts, Heartbeat, MatchFilter, SqliteStore, running_daemon
from watcher.store.signs import WEEK

BEAT_LATE = timedelta(minutes=1)
"""A daemon whose last heartbeat is older than this hangs."""
MOST_NAMED = 3
"""So many feeds a complaint names."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Status:
    """How the watcher is; `unwell` says each thing that is not as it should be."""

    database: str
    process: int | None
    started_at: datetime | None
    beat_at: datetime | None
    feeds: Mapping[str, int]
    items: int
    matches: Mapping[str, int]
    queued: int
    gaps: int
    covered: float | None
    """The share of the feed-time since `covered_since`, from 0 to 1; `None`: no feed is polled."""
    covered_since: datetime
    """A week ago, or when the first feed was added."""
    unwell: tuple[str, ...]

    @property
    def well(self) -> bool:
        """Whether there is nothing to complain of."""
        return not self.unwell

    def to_json(self) -> dict[str, Any]:
        """Give the status as JSON can hold it."""
        values = dataclasses.asdict(self)
        for name in ("started_at", "beat_at", "covered_since"):
            values[name] = moment_text(values[name])
        return {**values, "well": self.well}


def coverage_of(store: SqliteStore, wanted: MatchFilter, *, now: datetime) -> Coverage:
    """Tell how much was covered of the time a filter asks for, by the feeds it can be about."""
    return coverage(
        store.watched(
            outlet=wanted.outlet,
            country=wanted.country,
            language=wanted.language,
            since=wanted.since,
        ),
        since=wanted.since,
        until=wanted.until,
        now=now,
    )


def status(store: SqliteStore, database: Path, *, now: datetime) -> Status:
    """Look at the database and at the daemon's lock."""
    counts = store.counts(now=now)
    daemon = store.daemon()
    process = running_daemon(database)
    watched = store.watched(since=now - WEEK)
    since = max(now - WEEK, min((feed.added_at for feed in watched), default=now - WEEK))
    told = coverage(watched, since=since, until=None, now=now)
    return Status(
        database=str(database),
        process=process,
        started_at=daemon.started_at if daemon else None,
        beat_at=daemon.beat_at if daemon else None,
        feeds=counts.feeds,
        items=counts.items,
        matches=counts.matches,
        queued=counts.queued,
        gaps=counts.gaps,
        covered=told.share if told.asked else None,
        covered_since=since,
        unwell=tuple(_unwell(process, daemon, counts, topics=store.topic_ids(), now=now)),
    )


def _unwell(
    process: int | None,
    daemon: Heartbeat | None,
    counts: Counts,
    *,
    topics: Collection[str],
    now: datetime,
) -> Iterator[str]:
    if process is None:
        yield "no daemon runs on this database; start it with `watcher run`"
    elif daemon is None or now - daemon.beat_at > BEAT_LATE:
        yield (
            f"the daemon (process {process}) has given no sign of life for over a minute: "
            "it hangs, or cannot write its database; see its log"
        )
    if daemon is not None and daemon.trouble:
        yield f"polls cannot be stored: {daemon.trouble}"
    if daemon is not None and daemon.problem:
        yield f"the last reload was refused, the old files stay in force: {daemon.problem}"
    if counts.failing:
        yield f"{counts.failing} notices could not be sent yet; see the daemon's log"
    if process is not None and not topics:
        yield "no topic is watched for: the settings' watchlists are not there, or empty"
    if process is not None and counts.feeds.keys() == {"paused"}:
        yield "every feed is paused: catalogues list none any more, or a user paused them all"
    if process is not None and counts.overdue:
        yield f"{counts.overdue} feeds are over an hour late"
    if counts.long_failing:
        yield (
            f"{len(counts.long_failing)} feeds fail and were not read for over 7 days: "
            + ", ".join(_long_failing(counts, now=now))
        )


def _long_failing(counts: Counts, *, now: datetime) -> Iterator[str]:
    for url, read_at in counts.long_failing[:MOST_NAMED]:
        yield f"{without_credentials(url)} ({(now - read_at).days} days)"
    if len(counts.long_failing) > MOST_NAMED:
        yield "… (see `watcher feeds list --state failing`)"
