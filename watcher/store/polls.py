"""What is written of a poll: how it ended, when the next one comes, what was missed."""

import logging
import sqlite3
from collections import defaultdict
from dataclasses import dataclass
from datetime import datetime

from watcher.clock import moment_text
from watcher.hosts import host_of, registrable_domain
from watcher.models import Feed, Gap, PollStats, Rest, Watched
from watcher.store.columns import hints_text, moment, stats, stats_text
from watcher.store.connection import Connection
from watcher.store.feeds import get_feed
from watcher.store.protocol import PollRecord
from watcher.store.views import OUTLET, REMOVED

log = logging.getLogger(__name__)

_POLLED = "FROM schedule JOIN feeds ON id = feed_id WHERE paused_by = ''"


@dataclass(frozen=True, slots=True, kw_only=True)
class FeedGap:
    """A gap, and whose it is."""

    feed_url: str
    outlet: str
    gap: Gap
    found_at: datetime


def record_poll(db: Connection, feed: Feed, record: PollRecord) -> None:
    """Write down how a poll ended and when the next one comes; only what has changed."""
    with db.writing():
        _record_schedule(db, feed, record)
        _record_document(db, feed, record)
        _record_feed(db, feed, record)
        if record.gap is not None:
            open_gap(db, feed, record.gap, record.polled_at)
        if record.rest is not None:
            keep_rest(db, record.rest)


def _record_schedule(db: Connection, feed: Feed, record: PollRecord) -> None:
    error = record.error
    db.execute(
        """UPDATE schedule SET next_poll_at = :next_poll_at, last_polled_at = :polled_at,
            first_success_at = coalesce(min(first_success_at, :success_at), first_success_at,
                :success_at),
            last_success_at = coalesce(:success_at, last_success_at),
            last_document_at = coalesce(:document_at, last_document_at),
            failures = iif(:error_kind IS NULL, 0, failures + 1),
            error_kind = :error_kind, error = :error, stats = :stats
            WHERE feed_id = :feed_id""",
        {
            "next_poll_at": moment_text(record.next_poll_at),
            "polled_at": moment_text(record.polled_at),
            "success_at": moment_text(record.polled_at) if error is None else None,
            "document_at": moment_text(record.last_document_at),
            "error_kind": None if error is None else error.kind,
            "error": None if error is None else str(error),
            "stats": stats_text(record.stats),
            "feed_id": feed.id,
        },
    )


def _record_document(db: Connection, feed: Feed, record: PollRecord) -> None:
    validators = record.validators or feed.validators
    hints = record.hints or feed.hints
    memory = feed.memory if record.memory is None else record.memory
    if (validators, hints, memory) == (feed.validators, feed.hints, feed.memory):
        return
    db.execute(
        """UPDATE documents SET etag = ?, last_modified = ?, document_url = ?, body_hash = ?,
            hints = ?, memory = ? WHERE feed_id = ?""",
        (
            validators.etag,
            validators.last_modified,
            validators.url,
            validators.body_hash,
            hints_text(hints),
            memory,
            feed.id,
        ),
    )


def _record_feed(db: Connection, feed: Feed, record: PollRecord) -> None:
    if record.url is not None and record.url != feed.url:
        _move(db, feed, record.url, record.polled_at)
    said = (
        feed.title or record.title or "",
        feed.language or record.language or "",
        record.moved_to,
        record.moved_times,
        record.gone_times,
        record.newest_at or feed.newest_at,
    )
    known = (
        feed.title,
        feed.language,
        feed.moved_to,
        feed.moved_times,
        feed.gone_times,
        feed.newest_at,
    )
    if said != known:
        # a catalogue may have named title and language while the feed was polled
        db.execute(
            """UPDATE feeds SET title = iif(title = '', ?, title),
                language = iif(language = '', ?, language),
                moved_to = ?, moved_times = ?, gone_times = ?, newest_at = ? WHERE id = ?""",
            (*said[:-1], moment_text(said[-1]), feed.id),
        )


def _move(db: Connection, feed: Feed, url: str, moved_at: datetime) -> None:
    """Poll the feed at its new address, unless another feed is polled there already.

    One that was removed gives way: no address that is polled has a fragment.
    """
    other = db.row(
        "SELECT id, paused_by FROM feeds JOIN schedule ON feed_id = id WHERE url = ? AND id <> ?",
        (url, feed.id),
    )
    if other is not None and other["paused_by"] != REMOVED:
        log.warning("feed=%s has moved to %s, which is a feed already: remove one", feed.url, url)
        return
    if other is not None:
        db.execute(
            f"UPDATE feeds SET url = url || '#{REMOVED}-' || id WHERE id = ?", (other["id"],)
        )
    db.execute(
        "INSERT INTO feed_moves VALUES (?, ?, ?)", (feed.id, feed.url, moment_text(moved_at))
    )
    db.execute("UPDATE feeds SET url = ? WHERE id = ?", (url, feed.id))
    host = host_of(url)
    db.execute(
        "UPDATE schedule SET host = ?, domain = ? WHERE feed_id = ?",
        (host, registrable_domain(host), feed.id),
    )


def keep_rest(db: Connection, rest: Rest) -> None:
    """Note that a registrable domain rests, or has rested; no rest is cut short."""
    with db.writing():
        db.execute(
            """INSERT INTO rests (domain, until_at, refusals) VALUES (?, ?, ?) ON CONFLICT DO UPDATE
                SET until_at = max(until_at, excluded.until_at), refusals = excluded.refusals""",
            (rest.domain, moment_text(rest.until_at), rest.refusals),
        )


def read_rests(db: Connection, since: datetime) -> list[Rest]:
    """List the domains whose rest ended since then, or has yet to."""
    rows = db.rows("SELECT * FROM rests WHERE until_at >= ?", (moment_text(since),))
    return [
        Rest(domain=row["domain"], until_at=moment(row["until_at"]), refusals=row["refusals"])
        for row in rows
    ]


def open_gap(db: Connection, feed: Feed, gap: Gap, found_at: datetime) -> None:
    """Note what may have been missed."""
    with db.writing():
        db.execute(
            "INSERT INTO gaps (feed_id, from_at, to_at, found_by, found_at) VALUES (?, ?, ?, ?, ?)",
            (
                feed.id,
                moment_text(gap.from_at),
                moment_text(gap.to_at),
                gap.found_by,
                moment_text(found_at),
            ),
        )


def close_gap(db: Connection, feed: Feed, gap: Gap) -> None:
    """Forget a gap: what was missed has been recovered."""
    with db.writing():
        db.execute(
            "DELETE FROM gaps WHERE feed_id = ? AND from_at = ? AND to_at = ?",
            (feed.id, moment_text(gap.from_at), moment_text(gap.to_at)),
        )


def read_gaps(db: Connection, *, since: datetime | None, feed_url: str | None) -> list[FeedGap]:
    """List the gaps that reach past `since`, the latest first.

    Raises:
        StoreError: No feed has the address asked for.
    """
    feed_id = None if feed_url is None else get_feed(db, feed_url).id
    rows = db.rows(
        f"""SELECT f.url, {OUTLET} AS outlet, g.* FROM gaps g JOIN feeds f ON f.id = g.feed_id
            WHERE g.to_at >= :since AND (:feed_id IS NULL OR f.id = :feed_id)
            ORDER BY g.to_at DESC, g.id DESC""",
        {"since": moment_text(since) or "", "feed_id": feed_id},
    )
    return [
        FeedGap(
            feed_url=row["url"],
            outlet=row["outlet"],
            gap=_gap_of(row),
            found_at=moment(row["found_at"]),
        )
        for row in rows
    ]


def _gap_of(row: sqlite3.Row) -> Gap:
    return Gap(from_at=moment(row["from_at"]), to_at=moment(row["to_at"]), found_by=row["found_by"])


def read_watched(
    db: Connection, *, outlet: str, country: str, language: str, since: datetime | None
) -> list[Watched]:
    """Tell of the feeds that are polled, of an outlet, a country, a language, when they were read.

    A feed of no known language may be of any. Gaps are told that reach to `since` or beyond.
    """
    gaps = defaultdict(list)
    for row in db.rows("SELECT * FROM gaps WHERE to_at >= ?", (moment_text(since) or "",)):
        gaps[row["feed_id"]].append(_gap_of(row))
    rows = db.rows(
        f"""SELECT id, added_at, first_success_at, last_success_at, failures,
                json_extract(nullif(stats, ''), '$.planned_at') AS planned_at
            FROM feeds f JOIN schedule ON feed_id = id
            WHERE paused_by = '' AND (:outlet = '' OR fold({OUTLET}) = fold(:outlet))
            AND (:country = '' OR fold(country) = fold(:country))
            AND (:language = '' OR language = '' OR covers(:language, language))
            ORDER BY id""",
        {"outlet": outlet, "country": country, "language": language},
    )
    return [
        Watched(
            added_at=moment(row["added_at"]),
            first_success_at=moment(row["first_success_at"]),
            last_success_at=moment(row["last_success_at"]),
            planned_at=moment(row["planned_at"]),
            is_failing=row["failures"] > 0,
            gaps=tuple(gaps[row["id"]]),
        )
        for row in rows
    ]


def all_stats(db: Connection) -> list[tuple[str, PollStats]]:
    """Read the statistics of every feed that is not paused, with the address it was given by."""
    rows = db.rows(f"SELECT subscribed_url, stats {_POLLED}")
    return [(row["subscribed_url"], stats(row["stats"])) for row in rows]


def count_polled(db: Connection) -> int:
    """Count the feeds that are not paused."""
    return int(db.value(f"SELECT count(*) {_POLLED}"))
