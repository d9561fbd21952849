"""Builds everything from the settings (their only reader); what doors call."""

import os
import shutil
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

from watcher.catalogue import read_catalogues
from watcher.clock import utc_now
from watcher.errors import WatcherError
from watcher.models import LoggedMatch, State, Subscription
from watcher.places import shipped
from watcher.settings import Settings, load_settings
from watcher.store import SqliteStore, open_store
from watcher.watchlist import Watchlist, load

if TYPE_CHECKING:  # heavy rooms, built only for the commands that need them
    from watcher.check import Report
    from watcher.fetch import Fetcher
    from watcher.health import Status
    from watcher.match import Explanation, Matcher
    from watcher.notify import Channel
    from watcher.parse import ParserBox
    from watcher.poll import Poller, Watch
    from watcher.schedule import Calibration, Clamps

FIRST_POLLS_SPREAD = timedelta(hours=1)
"""Over how long the first polls of many new feeds are spread."""
SPREAD_EACH = timedelta(seconds=1)
"""Few new feeds take no longer than this each."""
STARTER_SETTINGS = """\
# The watcher's settings; every key has a default, see README.md.
[watcher]
feeds = ["feeds/*.opml"]
watchlists = ["watchlists/*.yaml"]

[fetch]
contact = ""  # your address or page, for the publishers you poll
"""


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

    def writer(self) -> SqliteStore:
        """Open the database for writing; makes it if it is not there."""
        self.database.parent.mkdir(parents=True, exist_ok=True)
        return open_store(self.database)

    # What is watched for, and where

    def watchlist_files(self) -> list[Path]:
        """Name the configured watchlists that are there."""
        return self.settings.files(self.settings.watcher.watchlists)

    def catalogue_files(self) -> list[Path]:
        """Name the configured catalogues that are there."""
        return self.settings.files(self.settings.watcher.feeds)

    def watchlist(self, files: Sequence[Path] = ()) -> Watchlist:
        """Load these watchlists, else the configured ones, else those that come with the program.

        Raises:
            ConfigError: With every mistake in them.
        """
        return load(files or self.watchlist_files() or sorted(shipped("seeds").glob("*.yaml")))

    def subscriptions(self) -> tuple[Subscription, ...]:
        """Read the configured catalogues."""
        return read_catalogues(self.catalogue_files()).subscriptions

    def matcher(self, files: Sequence[Path] = ()) -> "Matcher":
        """Build the matcher of `watchlist(files)`."""
        from watcher.match import Matcher  # noqa: PLC0415

        return Matcher(self.watchlist(files).topics)

    def watch(self) -> "Watch":
        """Build what the daemon watches for."""
        from watcher.poll import Watch  # noqa: PLC0415

        topics = self.watchlist().topics
        return Watch(topics={topic.id: topic for topic in topics}, matcher=self.matcher())
