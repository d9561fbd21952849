"""Reload watchlists and catalogues on SIGHUP and when their files change."""

import asyncio
import logging
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path

from watcher.app import App
from watcher.aside import aside
from watcher.clock import monotonic
from watcher.daemon.rounds import STORE_TROUBLE_TOLD_EVERY_S, Rounds
from watcher.errors import StoreError, WatcherError
from watcher.models import Subscription
from watcher.settle import Watch
from watcher.store import SqliteStore

log = logging.getLogger(__name__)

Marks = dict[Path, tuple[int, int]]


@dataclass(slots=True, kw_only=True)
class Reloader:
    """Puts changed files to work; a broken one changes nothing, and is told."""

    app: App
    store: SqliteStore
    rounds: Rounds
    marks: Marks
    """The files as they were last read."""
    monotonic: Callable[[], float] = monotonic
    """Tells seconds; for waiting only."""
    under_way: set[asyncio.Task[None]] = field(default_factory=set)
    _to_store: Callable[[], None] | None = None
    """Stores what the last reload has read; `None` when that is done."""
    _told_at_s: float = float("-inf")
    _one_at_a_time: asyncio.Lock = field(default_factory=asyncio.Lock)

    def look(self) -> None:
        """Start a reload if a file came, went or changed since the last look.

        What the last one has read and the store did not take is stored now, if it takes it.
        """
        marks = marks_of(self.app)
        if marks != self.marks:
            self.marks = marks
            self.start()
        else:
            self._store()

    def start(self) -> None:
        """Start a reload; polling goes on: word lists may first have to be built."""
        task = asyncio.create_task(self.reload())
        self.under_way.add(task)
        task.add_done_callback(self.under_way.discard)

    async def reload(self) -> None:
        """Read everything anew; all of it goes to work, or nothing."""
        async with self._one_at_a_time:
            self._to_store = await self._read()
            self._store()

    def _store(self) -> None:
        store, self._to_store = self._to_store, None
        try:
            if store is not None:
                store()
        except StoreError as error:
            self._to_store = store
            self._tell(error)

    def _tell(self, error: StoreError) -> None:
        """Tell once a minute that the store takes nothing, however often it is tried."""
        now_s = self.monotonic()
        if now_s - self._told_at_s >= STORE_TROUBLE_TOLD_EVERY_S:
            self._told_at_s = now_s
            log.warning("the reload has to wait: %s", error)

    async def _read(self) -> Callable[[], None]:
        """Read the files; returns what stores them, or why they cannot be used."""
        try:
            watch = await aside(self.app.watch, name="reload")
            subscriptions = self.app.subscriptions()
        except WatcherError as error:  # word lists that cannot be built, too
            return self._refused(str(error))
        if self.rounds.poller.settler.watch.topics and not self.app.watchlist_files():
            return self._refused("the watchlists of the settings are there no more")
        return partial(self._put_to_work, watch, subscriptions)

    def _put_to_work(self, watch: Watch, subscriptions: Sequence[Subscription]) -> None:
        changed = self.app.bring_to(self.store, watch, subscriptions)
        self.rounds.poller.settler.watch = watch
        log.info("reloaded topics=%d changed=%d", len(watch.topics), len(changed))
        self.store.note_problem("")

    def _refused(self, why: str) -> Callable[[], None]:
        told = why.replace("\n", "; ")
        log.warning("reload refused, the old watchlists and catalogues stay: %s", told)
        return lambda: self.store.note_problem(why)


def marks_of(app: App) -> Marks:
    """Tell what changes when somebody edits a file of watchlists or feeds."""
    marks = {}
    for file in (*app.watchlist_files(), *app.catalogue_files()):
        try:
            stat = file.stat()
        except OSError:
            continue
        marks[file] = (stat.st_mtime_ns, stat.st_size)
    return marks
