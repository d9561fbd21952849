"""Which feeds are due: claimed, made due, spread."""

from collections.abc import Iterator
from datetime import datetime, timedelta

from watcher.clock import moment_text
from watcher.models import Feed
from watcher.store.columns import moment
from watcher.store.connection import Connection
from watcher.store.feeds import feeds_by_id
from watcher.store.subscribing import spread

_LONGEST_WAITS = (
    # a feed may be asked once a week, half of that as jitter, and be left alone on six days more
    ("schedule", "next_poll_at", timedelta(days=18)),
    ("rests", "until_at", timedelta(days=2)),
    ("deliveries", "next_try_at", timedelta(days=1)),
)
"""What waits, and longer than it ever does."""

_MOMENT = timedelta(seconds=1)
_SCHEDULE = """SELECT feed_id, host, next_poll_at, coalesce(until_at, '') FROM schedule
    LEFT JOIN rests USING (domain) WHERE paused_by = '' ORDER BY next_poll_at"""


class Claims:
    """The feeds that are being polled, each with its host; known to this process alone."""

    def __init__(self) -> None:
        self._host_of: dict[int, str] = {}

    def claim_due(
        self,
        db: Connection,
        *,
        now: datetime,
        limit: int,
        busy_hosts: frozenset[str],
        busy_domains: frozenset[str],
        one_per_host: bool,
    ) -> list[Feed]:
        """Claim up to `limit` due feeds, soonest due first, of hosts that are not busy."""
        taken = set(busy_hosts)
        if one_per_host:
            taken.update(self._host_of.values())
        chosen: dict[int, str] = {}
        for feed_id, host, domain in _due(db, now):
            if len(chosen) >= limit:
                break
            if feed_id in self._host_of or host in taken or domain in busy_domains:
                continue
            chosen[feed_id] = host
            if one_per_host:
                taken.add(host)
        feeds = feeds_by_id(db, list(chosen))
        self._host_of.update(chosen)  # not before they are read: nobody would release them
        return feeds

    def release(self, feed_id: int) -> None:
        self._host_of.pop(feed_id, None)

    def next_due_at(self, db: Connection, resting_hosts: frozenset[str]) -> datetime | None:
        """Tell when the next unclaimed feed is due; a resting one when its rest ends."""
        soonest: str | None = None
        with db.renaming():
            for feed_id, host, next_poll_at, until_at in db.raw.execute(_SCHEDULE):
                if soonest is not None and next_poll_at >= soonest:
                    break
                if feed_id not in self._host_of and host not in resting_hosts:
                    due_at = max(next_poll_at, until_at)
                    soonest = due_at if soonest is None else min(soonest, due_at)
        return moment(soonest)


def _due(db: Connection, now: datetime) -> Iterator[tuple[int, str, str]]:
    at = moment_text(now)
    with db.renaming():
        yield from db.raw.execute(
            """SELECT feed_id, host, domain FROM schedule
                WHERE paused_by = '' AND next_poll_at <= :at
                AND domain NOT IN (SELECT domain FROM rests WHERE until_at > :at)
                ORDER BY next_poll_at, feed_id""",
            {"at": at},
        )


def make_all_due(db: Connection, *, now: datetime) -> None:
    """Make every feed due that is not paused."""
    with db.writing():
        db.execute("UPDATE schedule SET next_poll_at = ? WHERE paused_by = ''", (moment_text(now),))


def mend_times(db: Connection, now: datetime) -> None:
    """Bring back what lies further ahead than anything waits: a clock was wrong."""
    with db.writing():
        for table, column, longest in _LONGEST_WAITS:
            db.execute(
                f"UPDATE {table} SET {column} = :due WHERE {column} > :latest",
                {"due": moment_text(now - _MOMENT), "latest": moment_text(now + longest)},
            )


def spread_overdue(db: Connection, now: datetime, *, over_s: float, few: int) -> None:
    """Spread what was due before now over the next `over_s` seconds.

    So are feeds polled further in the future than that: a clock was wrong. New feeds that wait
    for their first poll are left alone if they are no more than `few`.
    """
    with db.writing():
        at = {"now": moment_text(now), "soon": moment_text(now + timedelta(seconds=over_s))}
        is_new = "paused_by = '' AND last_polled_at IS NULL AND next_poll_at < :now"
        is_few = db.value(f"SELECT count(*) FROM schedule WHERE {is_new}", at) <= few
        overdue = db.rows(
            f"""SELECT feed_id, url FROM schedule JOIN feeds ON id = feed_id
                WHERE paused_by = '' AND (next_poll_at < :now OR last_polled_at > :soon)
                AND NOT (:is_few AND {is_new})""",
            {**at, "is_few": is_few},
        )
        moments = spread([row["url"] for row in overdue], now, over_s)
        db.executemany(
            "UPDATE schedule SET next_poll_at = ? WHERE feed_id = ?",
            [
                (moment_text(moment), row["feed_id"])
                for moment, row in zip(moments, overdue, strict=True)
            ],
        )
