"""Feeds subscribed and left: by hand, by catalogue; paused and resumed."""

import sqlite3
from collections.abc import Sequence
from datetime import datetime, timedelta
from zlib import crc32

from watcher.clock import moment_text
from watcher.hosts import host_of, registrable_domain
from watcher.models import Feed, Subscription
from watcher.store.columns import tags_text
from watcher.store.connection import Connection
from watcher.store.feeds import find_feed, get_feed
from watcher.store.views import REMOVED

BY_USER = "user"
BY_CATALOGUE = "catalogue"
"""Who paused a feed: its user, or a file: a catalogue that lists it no more, the settings."""

_ATTRIBUTES = (
    "title",
    "outlet",
    "site",
    "country",
    "language",
    "kind",
    "group_name",
    "tags",
    "catalogue",
)
_BEGIN_AGAIN = (
    """UPDATE feeds SET added_at = :added_at, moved_to = NULL, moved_times = 0, gone_times = 0,
        url = iif(instr(url, '#'), subscribed_url, url) WHERE id = :id""",
    """UPDATE schedule SET paused_by = '', next_poll_at = :due_at, first_success_at = NULL,
        last_success_at = NULL, last_document_at = NULL, failures = 0, error_kind = NULL,
        error = NULL, stats = '' WHERE feed_id = :id""",
    """UPDATE documents SET etag = NULL, last_modified = NULL, body_hash = NULL, memory = x''
        WHERE feed_id = :id""",
)


def add_feeds(
    db: Connection,
    subscriptions: Sequence[Subscription],
    *,
    now: datetime,
    spread_s: float,
    few: int = 0,
) -> int:
    """Subscribe feeds; returns how many are new.

    First polls are spread over `spread_s` seconds, unless they are no more than `few`.
    """
    with db.writing():
        fresh = {
            subscription.url: subscription
            for subscription in subscriptions
            if find_feed(db, subscription.url) is None
        }
        moments = spread(list(fresh), now, spread_s if len(fresh) > few else 0.0)
        for url, due_at in zip(fresh, moments, strict=True):
            if not _revive(db, fresh[url], added_at=now, due_at=due_at):
                _insert(db, fresh[url], added_at=now, due_at=due_at)
    return len(fresh)


def remove_feed(db: Connection, url: str) -> Feed:
    """Leave a feed until it is added again; no catalogue brings it back. Its items stay.

    Returns the feed that was meant, as do the other two.

    Raises:
        StoreError: No feed has this address.
    """
    with db.writing():
        feed = get_feed(db, url)
        _pause(db, feed.id, REMOVED)
    return feed


def pause_feed(db: Connection, url: str) -> Feed:
    """Poll a feed no more until it is resumed.

    Raises:
        StoreError: No feed has this address.
    """
    with db.writing():
        feed = get_feed(db, url)
        _pause(db, feed.id, BY_USER)
    return feed


def resume_feed(db: Connection, url: str) -> Feed:
    """Poll a paused feed again; one that its catalogue had paused is its user's from now on.

    Raises:
        StoreError: No feed has this address.
    """
    with db.writing():
        feed = get_feed(db, url)
        paused_by = db.value("SELECT paused_by FROM schedule WHERE feed_id = ?", (feed.id,))
        if paused_by == BY_CATALOGUE:
            db.execute("UPDATE feeds SET catalogue = '' WHERE id = ?", (feed.id,))
        _pause(db, feed.id, "")
    return feed


def sync_feeds(
    db: Connection,
    subscriptions: Sequence[Subscription],
    *,
    now: datetime,
    spread_s: float,
    few: int = 0,
    paused: frozenset[str],
) -> None:
    """Make the catalogues' feeds those subscribed; feeds added by hand stay.

    Of these, those subscribed at the addresses `paused` are not polled.
    """
    with db.writing():
        present = {
            row["subscribed_url"]: row
            for row in db.rows(
                "SELECT f.*, s.paused_by FROM feeds f JOIN schedule s ON feed_id = id"
            )
        }
        listed = {subscription.url: subscription for subscription in subscriptions}
        polled = {row["url"] for row in present.values()}
        new = [sub for url, sub in listed.items() if url not in present and url not in polled]
        urls = [subscription.url for subscription in new]
        moments = spread(urls, now, spread_s if len(urls) > few else 0.0)
        for added, due_at in zip(new, moments, strict=True):
            _insert(db, added, added_at=now, due_at=due_at)
        for url, row in present.items():
            subscription = listed.get(url) or listed.get(row["url"])  # where it has moved to
            if subscription is not None:
                _update(db, row, subscription)
            elif row["catalogue"] and not row["paused_by"]:
                _pause(db, row["id"], BY_CATALOGUE)
            if not row["catalogue"]:
                _pause_own(db, row, pauses=url in paused)


def _pause_own(db: Connection, row: sqlite3.Row, *, pauses: bool) -> None:
    """Pause a feed added by hand as the settings say, unless its user has paused it anyway."""
    if pauses and not row["paused_by"]:
        _pause(db, row["id"], BY_CATALOGUE)
    elif row["paused_by"] == BY_CATALOGUE and not pauses:
        _pause(db, row["id"], "")


def spread(urls: Sequence[str], now: datetime, over_s: float) -> list[datetime]:
    """Spread polls by a hash of the address; the earliest of them comes at once."""
    waits = [crc32(url.encode()) / 2**32 * over_s for url in urls]
    first = min(waits, default=0.0)
    return [now + timedelta(seconds=wait - first) for wait in waits]


def _insert(
    db: Connection, subscription: Subscription, *, added_at: datetime, due_at: datetime
) -> None:
    host = host_of(subscription.url)
    pauses = BY_CATALOGUE if subscription.catalogue else BY_USER
    feed_id = db.execute(
        f"""INSERT INTO feeds (url, subscribed_url, {", ".join(_ATTRIBUTES)}, added_at)
            VALUES (?, ?, {"?, " * len(_ATTRIBUTES)} ?)""",
        (subscription.url, subscription.url, *_attributes(subscription), moment_text(added_at)),
    ).lastrowid
    db.execute(
        "INSERT INTO schedule (feed_id, next_poll_at, paused_by, host, domain)"
        " VALUES (?, ?, ?, ?, ?)",
        (
            feed_id,
            moment_text(due_at),
            pauses if subscription.paused else "",
            host,
            registrable_domain(host),
        ),
    )
    db.execute("INSERT INTO documents (feed_id) VALUES (?)", (feed_id,))


def _revive(
    db: Connection, subscription: Subscription, *, added_at: datetime, due_at: datetime
) -> bool:
    """Subscribe a feed again that was removed; tells whether there was one.

    Its items are known, but nobody watched: as with any other its first document is backlog. Where
    it had given way to another feed its address is its own again.
    """
    row = db.row(
        """SELECT f.*, s.paused_by FROM feeds f JOIN schedule s ON feed_id = id
            WHERE f.url = :url OR f.subscribed_url = :url ORDER BY f.url <> :url""",
        {"url": subscription.url},
    )
    if row is None:
        return False
    _update(db, row, subscription)
    schedule = {"added_at": moment_text(added_at), "due_at": moment_text(due_at), "id": row["id"]}
    for statement in _BEGIN_AGAIN:
        db.execute(statement, schedule)
    return True


def _attributes(subscription: Subscription) -> tuple[str, ...]:
    return (
        subscription.title,
        subscription.outlet,
        subscription.site,
        subscription.country,
        subscription.language,
        subscription.kind,
        subscription.group,
        tags_text(subscription.tags),
        subscription.catalogue,
    )


def _update(db: Connection, row: sqlite3.Row, subscription: Subscription) -> None:
    """Take over what the catalogue says now; a feed it lists again is polled again."""
    said = dict(zip(_ATTRIBUTES, _attributes(subscription), strict=True))
    for name in ("title", "language"):
        said[name] = said[name] or row[name]  # what the document told stands in
    if not row["catalogue"]:
        said["catalogue"] = ""  # added by hand: no catalogue takes it away
    if any(row[name] != value for name, value in said.items()):
        assignments = ", ".join(f"{name} = :{name}" for name in _ATTRIBUTES)
        db.execute(f"UPDATE feeds SET {assignments} WHERE id = :id", {**said, "id": row["id"]})
    if subscription.paused and row["catalogue"] and not row["paused_by"]:
        _pause(db, row["id"], BY_CATALOGUE)
    if row["paused_by"] == BY_CATALOGUE and row["catalogue"] and not subscription.paused:
        _pause(db, row["id"], "")


def _pause(db: Connection, feed_id: int, by: str) -> None:
    db.execute("UPDATE schedule SET paused_by = ? WHERE feed_id = ?", (by, feed_id))
