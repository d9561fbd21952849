"""What is written of matches together: the log, the story of each item, the notices."""

from collections.abc import Mapping, Sequence
from datetime import datetime

from watcher.models import Item, Match, Origin, Topic
from watcher.store.connection import Connection
from watcher.store.log import log_matches
from watcher.store.outbox import queue_deliveries
from watcher.store.storylines import join_story


def note_matches(
    db: Connection,
    matches: Sequence[tuple[Item, Match]],
    *,
    topics: Mapping[str, Topic],
    origin: Origin,
    now: datetime,
    notify: bool,
) -> list[int]:
    """Log matches; what is new joins its story and, with `notify`, waits for its channels."""
    with db.writing():
        new = log_matches(db, matches, topics=topics, origin=origin, now=now)
        for item in {item.id: item for _, item, _ in new}.values():
            join_story(db, item)
        if notify:
            for number, _, topic in new:
                queue_deliveries(db, number, topic.notify, now=now)
    return [number for number, _, _ in new]
