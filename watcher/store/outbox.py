"""The outbox: deliveries queued with their match, marked after they were sent."""

from collections.abc import Collection, Sequence
from datetime import datetime, timedelta

from watcher.clock import moment_text
from watcher.models import Delivery
from watcher.store.connection import Connection
from watcher.store.log import MATCH_COLUMNS, MATCHES_OF_ITEMS, match_of

CLAIMED_FOR = timedelta(minutes=1)
"""So long what was claimed is not due again; no channel takes as long."""


def queue_deliveries(
    db: Connection, match_id: int, channels: Sequence[str], *, now: datetime
) -> None:
    """Queue a match for each channel, once."""
    at = moment_text(now)
    db.executemany(
        """INSERT INTO deliveries (match_id, channel, queued_at, next_try_at)
            VALUES (?, ?, ?, ?) ON CONFLICT DO NOTHING""",
        [(match_id, channel, at, at) for channel in channels],
    )


def claim_deliveries(db: Connection, *, now: datetime, limit: int) -> list[Delivery]:
    """Take the queued deliveries that are due, oldest first; they are not due for a minute.

    What cannot be written is not sent, either: it would be sent again and again.
    """
    rows = db.rows(
        f"""SELECT d.id AS delivery_id, d.channel, d.attempts, {MATCH_COLUMNS}
            FROM deliveries d JOIN {MATCHES_OF_ITEMS}
            WHERE m.id = d.match_id AND d.sent_at IS NULL AND d.next_try_at <= ?
            ORDER BY d.id LIMIT ?""",
        (moment_text(now), limit),
    )
    if rows:
        with db.writing():
            db.executemany(
                "UPDATE deliveries SET next_try_at = ? WHERE id = ?",
                [(moment_text(now + CLAIMED_FOR), row["delivery_id"]) for row in rows],
            )
    return [
        Delivery(
            id=row["delivery_id"],
            channel=row["channel"],
            attempts=row["attempts"],
            match=match_of(row),
        )
        for row in rows
    ]


def take_up_deliveries(db: Connection, *, now: datetime) -> None:
    """Make due what a process that is gone may have claimed: all that is due within a minute."""
    with db.writing():
        db.execute(
            """UPDATE deliveries SET next_try_at = :now
                WHERE sent_at IS NULL AND next_try_at > :now AND next_try_at <= :claimed_until""",
            {"now": moment_text(now), "claimed_until": moment_text(now + CLAIMED_FOR)},
        )


def drop_deliveries(db: Connection, *, but_to: Collection[str]) -> dict[str, int]:
    """Drop what is queued for other channels than these; returns how many notices for each."""
    queued = db.rows("SELECT channel, count(*) FROM deliveries WHERE sent_at IS NULL GROUP BY 1")
    dropped = {channel: count for channel, count in queued if channel not in but_to}
    with db.writing():
        db.executemany(
            "DELETE FROM deliveries WHERE sent_at IS NULL AND channel = ?",
            [(channel,) for channel in dropped],
        )
    return dropped


def record_delivery(
    db: Connection,
    delivery_ids: Sequence[int],
    *,
    now: datetime,
    error: str | None,
    next_try_at: datetime | None,
) -> None:
    """Mark deliveries as sent, or say why not and when to try again."""
    sent_at = moment_text(now) if error is None else None
    with db.writing():
        db.executemany(
            """UPDATE deliveries SET attempts = attempts + 1, sent_at = ?, error = ?,
                next_try_at = ? WHERE id = ?""",
            [
                (sent_at, error, moment_text(next_try_at), delivery_id)
                for delivery_id in delivery_ids
            ],
        )
