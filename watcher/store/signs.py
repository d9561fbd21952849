"""Signs for `status`: a daemon that lives, how full the database is; the rule's numbers."""

import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from watcher.clock import moment_text
from watcher.store.columns import moment
from watcher.store.connection import Connection
from watcher.store.views import FEED_STATE, REMOVED

WEEK = timedelta(days=7)
LATE = timedelta(hours=1)
PROBLEM = "problem"
CALIBRATION = "calibration"


@dataclass(frozen=True, slots=True, kw_only=True)
class Heartbeat:
    """A daemon's last sign of life.

    `trouble` is why it cannot store polls, `problem` what is wrong with the files it watches by.
    """

    started_at: datetime
    beat_at: datetime
    trouble: str = ""
    problem: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Counts:
    """How full the database is."""

    feeds: Mapping[str, int]
    """Numbers of feeds by state."""
    items: int
    matches: Mapping[str, int]
    """Numbers of matches by state, superseded ones left out."""
    queued: int
    failing: int
    """Deliveries that have failed so far."""
    overdue: int
    """Feeds whose poll is more than an hour late."""
    long_failing: Sequence[tuple[str, datetime]]
    """The feeds that fail and were not read for over a week: address, and when they last were
    (never: when they were added); the longest first."""
    gaps: int
    """Stretches of the last week in which items may have come and gone unseen."""


def count_all(db: Connection, *, now: datetime) -> Counts:
    """Count what the database holds."""
    feeds = db.rows(
        f"SELECT {FEED_STATE} AS state, count(*) FROM feeds f JOIN schedule s ON feed_id = id"
        f" WHERE paused_by <> '{REMOVED}'"
        " GROUP BY 1"
    )
    matches = db.rows("SELECT state, count(*) FROM matches WHERE superseded_at IS NULL GROUP BY 1")
    unsent = "SELECT count(*) FROM deliveries WHERE sent_at IS NULL"
    return Counts(
        feeds=dict(map(tuple, feeds)),
        items=db.value("SELECT count(*) FROM items"),
        matches=dict(map(tuple, matches)),
        queued=db.value(unsent),
        failing=db.value(f"{unsent} AND error IS NOT NULL"),
        overdue=db.value(
            "SELECT count(*) FROM schedule LEFT JOIN rests USING (domain)"
            " WHERE paused_by = '' AND max(next_poll_at, coalesce(until_at, '')) < ?",
            (moment_text(now - LATE),),
        ),
        long_failing=_long_failing(db, now - WEEK),
        gaps=db.value("SELECT count(*) FROM gaps WHERE to_at >= ?", (moment_text(now - WEEK),)),
    )


def _long_failing(db: Connection, before: datetime) -> list[tuple[str, datetime]]:
    rows = db.rows(
        f"""SELECT url, coalesce(last_success_at, added_at) AS read_at
            FROM feeds f JOIN schedule s ON feed_id = id
            WHERE read_at < ? AND {FEED_STATE} = 'failing' ORDER BY read_at, url""",
        (moment_text(before),),
    )
    return [(row["url"], moment(row["read_at"])) for row in rows]


def beat(db: Connection, *, now: datetime, started_at: datetime, trouble: str) -> None:
    """Leave this process's sign of life."""
    with db.writing():
        db.execute(
            """INSERT OR REPLACE INTO daemon (one, pid, started_at, beat_at, trouble)
                VALUES (1, ?, ?, ?, ?)""",
            (os.getpid(), moment_text(started_at), moment_text(now), trouble),
        )


def keep_note(db: Connection, name: str, text: str) -> None:
    """Keep a text under a name, in the place of the one before."""
    with db.writing():
        db.execute("INSERT OR REPLACE INTO notes VALUES (?, ?)", (name, text))


def read_note(db: Connection, name: str) -> str | None:
    """Read the text kept under a name."""
    text: str | None = db.value("SELECT text FROM notes WHERE name = ?", (name,))
    return text


def read_heartbeat(db: Connection) -> Heartbeat | None:
    """Read the last sign of life; `None` if no daemon has ever run."""
    row = db.row("SELECT * FROM daemon")
    if row is None:
        return None
    return Heartbeat(
        started_at=moment(row["started_at"]),
        beat_at=moment(row["beat_at"]),
        trouble=row["trouble"],
        problem=read_note(db, PROBLEM) or "",
    )
