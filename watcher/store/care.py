"""Care of the database: how full it is, retention, backup, soundness, the daemon's heartbeat."""

import os
import sqlite3
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

from watcher.errors import StoreError
from watcher.store.adding import day_number
from watcher.store.columns import moment, moment_text
from watcher.store.connection import Connection, create_private, trouble
from watcher.store.views import FEED_STATE

KEYS_KEPT = timedelta(days=400)
KEYS_KEPT_OF_A_FEED = 10_000
"""A key is forgotten when it is older, and the feed has so many newer ones: no document shows
more items (5,000, with two keys each), so its item has long left it."""
LATE = timedelta(hours=1)
_CHUNK = 500


@dataclass(frozen=True, slots=True, kw_only=True)
class Heartbeat:
    """A daemon's last sign of life.

    `trouble` is why it cannot store polls, `problem` what is wrong with the files it watches by.
    """

    pid: int
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
    """Deliveries that have failed so far, given up or not."""
    overdue: int
    """Feeds whose poll is more than an hour late."""
    gaps: int
    size_bytes: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Pruned:
    """How many rows retention has dropped."""

    items: int
    matches: int
    keys: int


def count_all(db: Connection, *, now: datetime) -> Counts:
    """Count what the database holds."""
    feeds = db.rows(
        f"SELECT {FEED_STATE} AS state, count(*) FROM feeds f JOIN schedule s ON feed_id = id"
        " GROUP BY 1"
    )
    matches = db.rows("SELECT state, count(*) FROM matches WHERE superseded_at IS NULL GROUP BY 1")
    unsent = "SELECT count(*) FROM deliveries WHERE sent_at IS NULL"
    pages = db.value("PRAGMA page_count") * db.value("PRAGMA page_size")
    return Counts(
        feeds=dict(map(tuple, feeds)),
        items=db.value("SELECT count(*) FROM items"),
        matches=dict(map(tuple, matches)),
        queued=db.value(f"{unsent} AND next_try_at IS NOT NULL"),
        failing=db.value(f"{unsent} AND error IS NOT NULL"),
        overdue=db.value(
            "SELECT count(*) FROM schedule WHERE paused_by = '' AND next_poll_at < ?",
            (moment_text(now - LATE),),
        ),
        gaps=db.value("SELECT count(*) FROM gaps"),
        size_bytes=pages,
    )


def beat(db: Connection, *, now: datetime, trouble: str) -> None:
    """Leave this process's sign of life."""
    with db.writing():
        db.execute(
            """INSERT INTO daemon (one, pid, started_at, beat_at, trouble)
                VALUES (1, :pid, :now, :now, :trouble)
                ON CONFLICT DO UPDATE SET started_at = iif(pid = :pid, started_at, :now),
                pid = :pid, beat_at = :now, trouble = :trouble""",
            {"pid": os.getpid(), "now": moment_text(now), "trouble": trouble},
        )


def note_problem(db: Connection, problem: str) -> None:
    """Note why the watchlists and catalogues of today cannot be used; empty when they can."""
    with db.writing():
        db.execute("UPDATE daemon SET problem = ?", (problem,))


def read_heartbeat(db: Connection) -> Heartbeat | None:
    """Read the last sign of life; `None` if no daemon has ever run."""
    row = db.row("SELECT * FROM daemon")
    if row is None:
        return None
    return Heartbeat(
        pid=row["pid"],
        started_at=moment(row["started_at"]),
        beat_at=moment(row["beat_at"]),
        trouble=row["trouble"],
        problem=row["problem"],
    )


def read_calibration(db: Connection) -> str | None:
    """Read the polling rule's global numbers, as they were kept."""
    numbers: str | None = db.value("SELECT numbers FROM calibration")
    return numbers


def keep_calibration(db: Connection, numbers: str) -> None:
    """Keep the polling rule's global numbers."""
    with db.writing():
        db.execute("INSERT OR REPLACE INTO calibration VALUES (1, ?)", (numbers,))


def prune(
    db: Connection, now: datetime, *, items_older_than: timedelta, dismissed_older_than: timedelta
) -> Pruned:
    """Drop dismissed matches, items without matches and long useless keys, bit by bit."""
    dismissed = _delete_in_chunks(
        db,
        "matches",
        "state = 'dismissed' AND matched_at < ?",
        (moment_text(now - dismissed_older_than),),
    )
    items = _delete_in_chunks(
        db,
        "items",
        "seen_at < ? AND NOT EXISTS (SELECT 1 FROM matches WHERE item_id = items.id)",
        (moment_text(now - items_older_than),),
    )
    return Pruned(items=items, matches=dismissed, keys=_forget_keys(db, now - KEYS_KEPT))


def _delete_in_chunks(db: Connection, table: str, where: str, values: tuple[object, ...]) -> int:
    """Delete rows in short transactions, so that the daemon goes on between them."""
    deleted = 0
    while True:
        with db.writing():
            count = db.execute(
                f"DELETE FROM {table} WHERE id IN (SELECT id FROM {table} WHERE {where} LIMIT ?)",
                (*values, _CHUNK),
            ).rowcount
        deleted += count
        if count < _CHUNK:
            return deleted


def _forget_keys(db: Connection, before: datetime) -> int:
    large = db.rows(
        "SELECT feed_id FROM item_keys GROUP BY feed_id HAVING count(*) > ?",
        (KEYS_KEPT_OF_A_FEED,),
    )
    forgotten = 0
    for row in large:
        with db.writing():
            forgotten += db.execute(
                """DELETE FROM item_keys WHERE feed_id = :feed AND seen_on < :day AND item_id <
                    (SELECT item_id FROM item_keys WHERE feed_id = :feed
                     ORDER BY item_id DESC LIMIT 1 OFFSET :kept)""",
                {"feed": row["feed_id"], "day": day_number(before), "kept": KEYS_KEPT_OF_A_FEED},
            ).rowcount
    return forgotten


def backup(db: Connection, to: Path) -> None:
    """Copy the database while it is in use (sqlite.org/backup.html).

    Raises:
        StoreError: The copy cannot be written, or a file of its name is there.
    """
    if to.exists():
        raise StoreError(f"{to}: is there already: name another file")
    create_private(to)
    try:
        with sqlite3.connect(to) as copy:
            db.raw.backup(copy)
        copy.close()
    except sqlite3.Error as error:
        to.unlink(missing_ok=True)
        raise trouble(to, error) from error


def verify(db: Connection) -> list[str]:
    """Check the whole file and all references; says what is wrong, nothing if all is well."""
    with db.renaming():
        found = [str(row[0]) for row in db.rows("PRAGMA integrity_check")]
    broken = [
        f"row {row['rowid']} of {row['table']} belongs to a row of {row['parent']} that is gone"
        for row in db.rows("PRAGMA foreign_key_check")
    ]
    return [line for line in found if line != "ok"] + broken
