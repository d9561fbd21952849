"""The program as its settings want it: files, database, everything that runs."""

import logging
import os
from collections.abc import Collection, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from datetime import datetime
from itertools import chain
from pathlib import Path
from typing import TYPE_CHECKING

from watcher.catalogue import read_catalogues
from watcher.clock import utc_now
from watcher.errors import WatcherError
from watcher.models import Feed, FeedOptions, Item, Subscription, Topic
from watcher.places import shipped
from watcher.settings import Settings, load_settings
from watcher.store import PATIENCE_S, SqliteStore, open_store

if TYPE_CHECKING:  # heavy rooms: imported by the methods that need them
    from collections.abc import AsyncIterator, Iterator

    from watcher.fetch import Fetcher
    from watcher.health import Status
    from watcher.match import Explanation, Matcher
    from watcher.notify import Channel
    from watcher.parse import ParserBox
    from watcher.poll import Poller
    from watcher.schedule import Calibration, Clamps
    from watcher.settle import Watch
    from watcher.subscribe import Looker
    from watcher.watchlist import Watchlist

log = logging.getLogger(__name__)

FIRST_POLLS_SPREAD_S = 3600.0
"""Over how long the first polls of many new feeds are spread."""
MANY_FEEDS = 500
"""Up to so many new feeds are polled at once."""


@dataclass(frozen=True, slots=True)
class App:
    """The program, as its settings want it."""

    settings: Settings

    @classmethod
    def load(cls, *, config: Path | None = None, data: Path | None = None) -> "App":
        """Read the settings.

        Raises:
            ConfigError: With every mistake in them.
        """
        return cls(load_settings(config=config, data=data, environ=os.environ, cwd=Path.cwd()))

    @property
    def database(self) -> Path:
        """Where the database is."""
        return self.settings.data_dir / "watcher.db"

    def reader(self) -> SqliteStore:
        """Open the database for reading."""
        return open_store(self.database, read_only=True)

    def writer(self, *, patience_s: float = PATIENCE_S) -> SqliteStore:
        """Open the database for writing; makes it if it is not there.

        It waits so long, no longer, while another process writes.
        """
        return open_store(self.database, patience_s=patience_s)

    # What is watched for, and where

    def watchlist_files(self) -> list[Path]:
        """Name the configured watchlists."""
        return self.settings.files(self.settings.watcher.watchlists)

    def watchlist_files_or_shipped(self) -> list[Path]:
        """Name the configured watchlists; if there are none, those that come with the program."""
        return self.watchlist_files() or sorted(shipped("seeds").glob("*.yaml"))

    def catalogue_files(self) -> list[Path]:
        """Name the configured catalogues."""
        return self.settings.files(self.settings.watcher.feeds)

    def watchlist(self, files: Sequence[Path] = ()) -> "Watchlist":
        """Load these watchlists, else the configured ones, else those that come with the program.

        Raises:
            ConfigError: With every mistake in them.
        """
        from watcher.watchlist import load  # noqa: PLC0415

        return load(files or self.watchlist_files_or_shipped())

    def topic(self, name: str) -> Topic:
        """Find a topic of the configured watchlists.

        Raises:
            WatcherError: There is none of this id.
        """
        (topic,) = self.topics([name])
        return topic

    def topics(self, names: Collection[str]) -> list[Topic]:
        """Find topics of the configured watchlists, in the order of `names`.

        Raises:
            WatcherError: There is none of one of these ids.
        """
        known = {topic.id: topic for topic in self.watchlist().topics}
        for name in names:
            if name not in known:
                raise WatcherError(f"there is no topic {name!r}; there are: {', '.join(known)}")
        return [known[name] for name in names]

    def subscriptions(self) -> tuple[Subscription, ...]:
        """Read the configured catalogues; feeds that the settings pause are paused.

        Raises:
            ConfigError: With every mistake in them.
        """
        paused = self._paused()
        return tuple(
            replace(listed, paused=True) if listed.url in paused else listed
            for listed in read_catalogues(self.catalogue_files()).subscriptions
        )

    def _paused(self) -> frozenset[str]:
        return frozenset(feed.url for feed in self.settings.feed if feed.pause)

    def matcher(self, files: Sequence[Path] = ()) -> "Matcher":
        """Build the matcher of a watchlist."""
        from watcher.match import Matcher  # noqa: PLC0415

        return Matcher(self.watchlist(files).topics)

    def watch(self) -> "Watch":
        """Build what the daemon watches for: the configured watchlists, and no others.

        Raises:
            ConfigError: With every mistake in them.
        """
        from watcher.match import Matcher  # noqa: PLC0415
        from watcher.settle import Watch  # noqa: PLC0415
        from watcher.watchlist import load  # noqa: PLC0415

        topics = load(self.watchlist_files()).topics
        return Watch(topics={topic.id: topic for topic in topics}, matcher=Matcher(topics))

    def explain(self, name: str, item: Item) -> "Explanation":
        """Say why a topic matches an item, or which clause fails."""
        from watcher.match import explain  # noqa: PLC0415

        return explain(self.topic(name), item)

    # What the daemon is made of

    def options_of(self, feed: Feed) -> FeedOptions:
        """Tell what is set for a feed, by the address it was given by or has moved to."""
        return self.settings.feed_options(feed.subscribed_url, feed.url)

    def poller(self, store: SqliteStore, watch: "Watch", calibration: "Calibration") -> "Poller":
        """Build what polls feeds into a store."""
        from watcher.fetch import CAUTION_LASTS, Politeness  # noqa: PLC0415
        from watcher.poll import Poller  # noqa: PLC0415
        from watcher.settle import Settler  # noqa: PLC0415

        settler = Settler(
            store=store,
            politeness=Politeness(
                host_interval_s=self.settings.poll.host_interval.total_seconds(),
                rests=store.rests(since=utc_now() - CAUTION_LASTS),
            ),
            watch=watch,
            calibration=calibration,
            clamps=self.clamps(),
            options_of=self.options_of,
        )
        return Poller(fetcher=self.fetcher(), box=self.box(), settler=settler, clock=utc_now)

    def bring_to(
        self, store: SqliteStore, watch: "Watch", subscriptions: Sequence[Subscription]
    ) -> Sequence[str]:
        """Make the store's feeds and topics those of the files; returns the changed topics.

        Notices wait on for a channel that topics name and the settings do not: that is a mistake.
        For one that neither names any more they are dropped.
        """
        now = utc_now()
        topics = tuple(watch.topics.values())
        channels = {*self.settings.notify, *chain.from_iterable(each.notify for each in topics)}
        with store.transaction():
            store.sync_feeds(
                subscriptions,
                now=now,
                spread_s=FIRST_POLLS_SPREAD_S,
                few=MANY_FEEDS,
                paused=self._paused(),
            )
            dropped = store.drop_deliveries(but_to=channels)
            changed = store.sync_topics(topics, now=now)
        for channel, count in dropped.items():
            why = "no settings and no topic name it any more"
            log.warning("delivery channel=%s status=dropped matches=%d: %s", channel, count, why)
        return changed

    def fetcher(self) -> "Fetcher":
        """Build what fetches documents."""
        from watcher.fetch import Fetcher, Limits, user_agent  # noqa: PLC0415

        fetch = self.settings.fetch
        limits = Limits(
            timeout_s=fetch.timeout.total_seconds(),
            max_bytes=fetch.max_bytes,
            concurrency=self.settings.poll.concurrency,
        )
        return Fetcher(
            limits=limits,
            user_agent=user_agent(fetch.contact),
            allow_networks=fetch.allow_networks,
        )

    def box(self) -> "ParserBox":
        """Build what parses documents."""
        from watcher.parse import ParserBox  # noqa: PLC0415

        return ParserBox()

    @asynccontextmanager
    async def looker(self) -> "AsyncIterator[Looker]":
        """Build what looks at addresses; closed when the block ends."""
        from watcher.subscribe import Looker  # noqa: PLC0415

        fetcher, box = self.fetcher(), self.box()
        try:
            yield Looker(fetcher=fetcher, box=box, options_of=self.settings.feed_options)
        finally:
            await fetcher.aclose()
            box.close()

    def pruning(self, store: SqliteStore) -> "Iterator[None]":
        """Drop what retention lets go, a bit at each step."""
        retention = self.settings.retention
        return store.pruning(
            now=utc_now(),
            items_older_than=retention.items,
            dismissed_older_than=retention.dismissed,
        )

    def item_count(self, since: datetime | None = None) -> int:
        """Count the stored items first seen since."""
        with self.reader() as store:
            return store.count_items(since=since)

    def status(self) -> "Status":
        """Say how the watcher is."""
        from watcher.health import status  # noqa: PLC0415

        with self.reader() as store:
            return status(store, self.database, now=utc_now())

    def clamps(self) -> "Clamps":
        """Tell the polling rule its bounds."""
        from watcher.schedule import Clamps  # noqa: PLC0415

        poll = self.settings.poll
        return Clamps(min=poll.min, max=poll.max, error_min=poll.error_min, jitter=poll.jitter)

    def channels(self) -> "Mapping[str, Channel]":
        """Build the channels of notices."""
        from watcher.notify import Channel  # noqa: PLC0415

        return {
            name: Channel(name=name, url=channel.url.get_secret_value())
            for name, channel in self.settings.notify.items()
        }
