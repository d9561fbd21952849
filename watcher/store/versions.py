"""The versions of the topics, and how far a changed one has been matched again."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from watcher.clock import moment_text
from watcher.models import Topic
from watcher.store.connection import Connection


@dataclass(frozen=True, slots=True, kw_only=True)
class Rematch:
    """A changed topic, to be matched over the stored items after `after_id`, up to `up_to_id`."""

    topic: str
    version: str
    after_id: int
    up_to_id: int


def sync_topics(db: Connection, topics: Sequence[Topic], *, now: datetime) -> list[str]:
    """Note the versions of the topics; changed and new ones are to be matched again."""
    with db.writing():
        known = {row["id"]: row["version"] for row in db.rows("SELECT id, version FROM topics")}
        changed = [topic for topic in topics if known.get(topic.id) != topic.version]
        for topic in changed:
            db.execute(
                "INSERT OR REPLACE INTO topics VALUES (?, ?, ?)",
                (topic.id, topic.version, moment_text(now)),
            )
            start_rematch(db, topic.id, topic.version, after_id=0)
        for gone in known.keys() - {topic.id for topic in topics}:
            db.execute("DELETE FROM topics WHERE id = ?", (gone,))
            db.execute("DELETE FROM rematches WHERE topic = ?", (gone,))
    return [topic.id for topic in changed]


def start_rematch(db: Connection, topic: str, version: str, *, after_id: int) -> None:
    """Note that a topic is to be matched over the items stored now; later ones see it anyway."""
    with db.writing():
        last = int(db.value("SELECT coalesce(max(id), 0) FROM items"))
        if last > after_id:
            db.execute(
                """INSERT INTO rematches VALUES (?, ?, ?, ?) ON CONFLICT DO UPDATE SET
                    version = excluded.version, up_to_id = excluded.up_to_id,
                    after_id = min(after_id, excluded.after_id)""",
                (topic, version, after_id, last),
            )


def topic_ids(db: Connection) -> set[str]:
    """Name the topics that are watched for."""
    return {row["id"] for row in db.rows("SELECT id FROM topics")}


def settled_versions(db: Connection) -> dict[str, str]:
    """Tell the version of each topic whose matches are those of all stored items."""
    rows = db.rows("SELECT id, version FROM topics WHERE id NOT IN (SELECT topic FROM rematches)")
    return {row["id"]: row["version"] for row in rows}


def pending_rematches(db: Connection) -> list[Rematch]:
    """List the topics that are not yet matched again to the end."""
    return [
        Rematch(
            topic=row["topic"],
            version=row["version"],
            after_id=row["after_id"],
            up_to_id=row["up_to_id"],
        )
        for row in db.rows("SELECT * FROM rematches ORDER BY topic")
    ]


def advance_rematch(db: Connection, rematch: Rematch, *, after_id: int) -> None:
    """Note how far a topic is; at its last item it is done.

    What was begun anew meanwhile, with another version or further back, is left alone.
    """
    with db.writing():
        known = (rematch.topic, rematch.version, rematch.after_id)
        if after_id >= rematch.up_to_id:
            db.execute(
                "DELETE FROM rematches WHERE topic = ? AND version = ? AND after_id = ?", known
            )
        else:
            db.execute(
                """UPDATE rematches SET after_id = ?
                    WHERE topic = ? AND version = ? AND after_id = ?""",
                (after_id, *known),
            )
