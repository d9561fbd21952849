"""The store in SQLite: what the flows and the doors ask of it, each in a room of its own."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager
from datetime import datetime, timedelta
from pathlib import Path
from typing import Self

from watcher.models import (
    Delivery,
    Evidence,
    Feed,
    Gap,
    Item,
    LoggedMatch,
    Match,
    Origin,
    PollStats,
    Rest,
    State,
    Subscription,
    Topic,
    Watched,
)
from watcher.store import (
    adding,
    care,
    due,
    feeds,
    items,
    known,
    log,
    noting,
    outbox,
    polls,
    signs,
    subscribing,
    versions,
)
from watcher.store.connection import PATIENCE_S, Connection
from watcher.store.feeds import FeedHealth
from watcher.store.log import MatchFilter
from watcher.store.opening import connect
from watcher.store.polls import FeedGap
from watcher.store.protocol import Added, Arriving, PollRecord
from watcher.store.signs import Counts, Heartbeat
from watcher.store.versions import Rematch


def open_store(
    path: Path, *, read_only: bool = False, patience_s: float = PATIENCE_S
) -> "SqliteStore":
    """Open the database at `path`; for writing it is made if it is missing, and migrated.

    Raises:
        StoreError: It is missing (for reading), damaged, none of ours, of a newer version (for
            reading: of an older one too), or may not be written.
    """
    return SqliteStore(connect(path, read_only=read_only, patience_s=patience_s))


class SqliteStore:
    """A database of the watcher; one thread's, and for writing one process's at a time.

    Every method may raise `StoreError`; what it was to write is then not written.
    """

    def __init__(self, connection: Connection) -> None:
        self._db = connection
        self._claims = due.Claims()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def wait_for_others(self, *, at_most_s: float) -> None:
        """Let a write wait so long, no longer, while another process writes."""
        self._db.execute(f"PRAGMA busy_timeout = {at_most_s * 1000:.0f}")

    def close(self) -> None:
        self._db.close()

    def transaction(self) -> AbstractContextManager[None]:
        """Open a transaction; a nested one is a savepoint. All or none of it is kept."""
        return self._db.transaction()

    # Subscribing feeds

    def sync_feeds(
        self,
        subscriptions: Sequence[Subscription],
        *,
        now: datetime,
        spread_s: float,
        few: int = 0,
        paused: frozenset[str] = frozenset(),
    ) -> None:
        """Make the catalogues' feeds those subscribed: new ones added, vanished ones paused.

        First polls are spread over `spread_s` seconds from now, unless they are no more than
        `few`. Feeds added by hand stay; those at the addresses `paused` are not polled.
        """
        subscribing.sync_feeds(
            self._db, subscriptions, now=now, spread_s=spread_s, few=few, paused=paused
        )

    def feeds(self) -> Iterator[FeedHealth]:
        """List all feeds with their health, by outlet and address."""
        return feeds.list_feeds(self._db)

    def add_feed(self, subscription: Subscription, *, now: datetime) -> bool:
        """Subscribe a feed, due at once; tells whether it was not there before."""
        return subscribing.add_feeds(self._db, [subscription], now=now, spread_s=0) == 1

    def add_feeds(
        self, subscriptions: Sequence[Subscription], *, now: datetime, spread_s: float, few: int = 0
    ) -> int:
        """Subscribe feeds, their first polls spread out; returns how many are new."""
        return subscribing.add_feeds(self._db, subscriptions, now=now, spread_s=spread_s, few=few)

    def remove_feed(self, url: str) -> Feed:
        """Leave a feed until it is added again; its items and matches stay."""
        return subscribing.remove_feed(self._db, url)

    def pause_feed(self, url: str) -> Feed:
        """Poll a feed no more until it is resumed."""
        return subscribing.pause_feed(self._db, url)

    def resume_feed(self, url: str) -> Feed:
        """Poll a paused feed again."""
        return subscribing.resume_feed(self._db, url)

    # Polling feeds

    def claim_due(
        self,
        *,
        now: datetime,
        limit: int,
        busy_hosts: frozenset[str] = frozenset(),
        busy_domains: frozenset[str] = frozenset(),
        one_per_host: bool = True,
    ) -> Sequence[Feed]:
        return self._claims.claim_due(
            self._db,
            now=now,
            limit=limit,
            busy_hosts=busy_hosts,
            busy_domains=busy_domains,
            one_per_host=one_per_host,
        )

    def release(self, feed_id: int) -> None:
        self._claims.release(feed_id)

    def next_due_at(self, *, resting_hosts: frozenset[str] = frozenset()) -> datetime | None:
        return self._claims.next_due_at(self._db, resting_hosts)

    def make_all_due(self, *, now: datetime) -> None:
        """Make every feed due that is not paused."""
        due.make_all_due(self._db, now=now)

    def mend_times(self, *, now: datetime) -> None:
        """Bring back what lies further ahead than anything waits: a clock was wrong."""
        due.mend_times(self._db, now)

    def spread_overdue(self, *, now: datetime, over_s: float, few: int) -> None:
        """Spread what was due before now over the next `over_s` seconds.

        New feeds that wait for their first poll are left alone if they are no more than `few`.
        """
        due.spread_overdue(self._db, now=now, over_s=over_s, few=few)

    def record_poll(self, feed: Feed, record: PollRecord) -> None:
        polls.record_poll(self._db, feed, record)

    def open_gap(self, feed: Feed, gap: Gap, *, now: datetime) -> None:
        polls.open_gap(self._db, feed, gap, now)

    def close_gap(self, feed: Feed, gap: Gap) -> None:
        polls.close_gap(self._db, feed, gap)

    def keep_rest(self, rest: Rest) -> None:
        polls.keep_rest(self._db, rest)

    def gaps(
        self, *, since: datetime | None = None, feed_url: str | None = None
    ) -> Sequence[FeedGap]:
        """List the gaps (of the feed at an address) that reach past a moment, the latest first."""
        return polls.read_gaps(self._db, since=since, feed_url=feed_url)

    def watched(
        self,
        *,
        outlet: str = "",
        country: str = "",
        language: str = "",
        since: datetime | None = None,
    ) -> Sequence[Watched]:
        """Tell when the feeds (of an outlet, country, language) that are polled were read.

        Of their gaps those are told that reach to `since` or beyond.
        """
        return polls.read_watched(
            self._db, outlet=outlet, country=country, language=language, since=since
        )

    def rests(self, *, since: datetime) -> Sequence[Rest]:
        """List the domains whose rest ended since then, or has yet to."""
        return polls.read_rests(self._db, since)

    def all_stats(self) -> Sequence[tuple[str, PollStats]]:
        """Read the statistics of every feed that is not paused, by the address it was given by."""
        return polls.all_stats(self._db)

    def count_polled(self) -> int:
        """Count the feeds that are not paused."""
        return polls.count_polled(self._db)

    # Items

    def add_new_items(
        self, feed: Feed, items: Sequence[Item], *, now: datetime, are_all: bool = False
    ) -> Added:
        return adding.add_new_items(self._db, feed, items, are_all=are_all, now=now)

    def arriving_items(
        self, feed: Feed, items: Sequence[Item], *, now: datetime, are_all: bool = False
    ) -> Arriving:
        return adding.Arriving(self._db, feed, items, are_all=are_all, now=now)

    def unknown_items(self, feed: Feed, items: Sequence[Item]) -> Sequence[Item]:
        return known.unknown_items(self._db, feed, items)

    def are_named_anew(self, feed: Feed, items: Sequence[Item]) -> bool:
        return known.are_named_anew(self._db, feed, items)

    def item(self, item_id: int) -> Item | None:
        return items.find_item(self._db, item_id)

    def items(
        self,
        *,
        since: datetime | None = None,
        after_id: int = 0,
        up_to_id: int | None = None,
        chunk: int = 500,
    ) -> Iterator[list[Item]]:
        """Read the items first seen at `since` or later, in the order of their numbers."""
        return items.read_items(
            self._db, since=since, after_id=after_id, up_to_id=up_to_id, chunk=chunk
        )

    def latest_items(self, *, limit: int) -> Sequence[Item]:
        """Read the items seen last, the latest first."""
        return items.latest_items(self._db, limit)

    def count_items(self, *, since: datetime | None = None) -> int:
        """Count the items first seen since."""
        return items.count_items(self._db, since)

    # Matches

    def log_matches(
        self,
        matches: Sequence[tuple[Item, Match]],
        *,
        topics: Mapping[str, Topic],
        origin: Origin,
        now: datetime,
        notify: bool,
    ) -> Sequence[int]:
        return noting.note_matches(
            self._db, matches, topics=topics, origin=origin, now=now, notify=notify
        )

    def match(self, match_id: int) -> LoggedMatch | None:
        """Read one match; `None` if there is none of this number."""
        return log.find_match(self._db, match_id)

    def matches(self, wanted: MatchFilter, *, limit: int | None = None) -> Iterator[LoggedMatch]:
        """Find matches, newest first."""
        return log.find_matches(self._db, wanted, limit=limit)

    def count_judged(self) -> Mapping[tuple[str, State], int]:
        """Count the matches that hold, by topic and state."""
        return log.count_judged(self._db)

    def mark(self, match_ids: Sequence[int], *, state: State, note: str | None = None) -> None:
        """Note what an analyst made of matches; without a note, the one before stays."""
        log.mark(self._db, match_ids, state=state, note=note)

    # Changed topics

    def sync_topics(self, topics: Sequence[Topic], *, now: datetime) -> Sequence[str]:
        """Note the versions of the topics; returns the ids whose version changed."""
        return versions.sync_topics(self._db, topics, now=now)

    def start_rematch(self, topic: Topic, *, since: datetime | None = None) -> None:
        """Note that a topic is to be matched again over the items seen since then."""
        after_id = items.last_before(self._db, since)
        versions.start_rematch(self._db, topic.id, topic.version, after_id=after_id)

    def topic_ids(self) -> set[str]:
        """Name the topics that are watched for."""
        return versions.topic_ids(self._db)

    def settled_versions(self) -> Mapping[str, str]:
        """Tell the version of each topic whose matches are those of all stored items."""
        return versions.settled_versions(self._db)

    def pending_rematches(self) -> Sequence[Rematch]:
        """List the topics that are not yet matched again to the end."""
        return versions.pending_rematches(self._db)

    def advance_rematch(self, rematch: Rematch, *, after_id: int) -> None:
        """Note how far a topic is matched again; at its last item it is done."""
        versions.advance_rematch(self._db, rematch, after_id=after_id)

    def matched_items(self, *, after_id: int, up_to_id: int) -> Mapping[str, set[int]]:
        """Tell by topic which items in a range of numbers match it now, as the log has it."""
        return log.matched_items(self._db, after_id=after_id, up_to_id=up_to_id)

    def reworded_items(self, *, after_id: int, up_to_id: int) -> Sequence[tuple[str, Item]]:
        """Read the matches in force whose items were reworded: the topic, the item as matched."""
        return log.reworded_items(self._db, after_id=after_id, up_to_id=up_to_id)

    def logged_evidence(self, topic: str, item_id: int) -> tuple[Evidence, ...]:
        """Read the evidence that the log has for an item and a topic; empty if it has none."""
        return log.logged_evidence(self._db, topic, item_id)

    def supersede(self, topic: str, item_ids: Sequence[int], *, now: datetime) -> None:
        """Date the end of matches that hold no more."""
        log.supersede(self._db, topic, item_ids, now=now)

    # Deliveries

    def take_up_deliveries(self, *, now: datetime) -> None:
        """Make due what a process that is gone had claimed; only where no other one delivers."""
        outbox.take_up_deliveries(self._db, now=now)

    def claim_deliveries(self, *, now: datetime, limit: int) -> Sequence[Delivery]:
        return outbox.claim_deliveries(self._db, now=now, limit=limit)

    def drop_deliveries(self, *, but_to: Collection[str]) -> Mapping[str, int]:
        """Drop what is queued for other channels than these; returns how many for each."""
        return outbox.drop_deliveries(self._db, but_to=but_to)

    def record_delivery(
        self,
        delivery_ids: Sequence[int],
        *,
        now: datetime,
        error: str | None,
        next_try_at: datetime | None,
    ) -> None:
        outbox.record_delivery(
            self._db, delivery_ids, now=now, error=error, next_try_at=next_try_at
        )

    # Care

    def beat(self, *, now: datetime, started_at: datetime, trouble: str = "") -> None:
        """Leave this process's sign of life, and why it cannot store polls."""
        signs.beat(self._db, now=now, started_at=started_at, trouble=trouble)

    def note_problem(self, problem: str) -> None:
        """Note why the watchlists and catalogues of today cannot be used; empty when they can."""
        signs.keep_note(self._db, signs.PROBLEM, problem)

    def daemon(self) -> Heartbeat | None:
        """Read the daemon's last sign of life; `None` if none has ever run."""
        return signs.read_heartbeat(self._db)

    def calibration(self) -> str | None:
        """Read what `keep_calibration` kept."""
        return signs.read_note(self._db, signs.CALIBRATION)

    def keep_calibration(self, numbers: str) -> None:
        """Keep the polling rule's global numbers, in a text of its own."""
        signs.keep_note(self._db, signs.CALIBRATION, numbers)

    def counts(self, *, now: datetime) -> Counts:
        """Count what the database holds, and what is late."""
        return signs.count_all(self._db, now=now)

    def pruning(
        self, *, now: datetime, items_older_than: timedelta, dismissed_older_than: timedelta
    ) -> Iterator[None]:
        """Drop old items without matches, old dismissed matches, useless keys: a bit a step."""
        return care.pruning(
            self._db,
            now,
            items_older_than=items_older_than,
            dismissed_older_than=dismissed_older_than,
        )
