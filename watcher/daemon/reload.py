"""Reload watchlists and catalogues on SIGHUP and when their files change."""

import asyncio
import logging
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from watcher.app import App
from watcher.aside import aside
from watcher.clock import monotonic
from watcher.daemon.rounds import STORE_TROUBLE_TOLD_EVERY_S, Rounds
from watcher.errors import StoreError, WatcherError
from watcher.store import SqliteStore

log = logging.getLogger(__name__)

Marks = dict[Path, tuple[int, int]]


@dataclass(slots=True, kw_only=True)
class Reloader:
    """Puts changed files to work; a broken one changes nothing, and is told."""

    app: App
    store: SqliteStore
    rounds: Rounds
    marks: Marks | None
    """The files as they were last read; `None` if what they say is still to be stored."""
    monotonic: Callable[[], float] = monotonic
    """Tells seconds; for waiting only."""
    under_way: set[asyncio.Task[None]] = field(default_factory=set)
    _told_at_s: float = float("-inf")
    _one_at_a_time: asyncio.Lock = field(default_factory=asyncio.Lock)

    def look(self) -> None:
        """Start a reload if a file came, went or changed since the last look."""
        marks = marks_of(self.app)
        if marks != self.marks:
            self.marks = marks
            self.start()

    def start(self) -> None:
        """Start a reload; polling goes on: word lists may first have to be built."""
        task = asyncio.create_task(self.reload())
        self.under_way.add(task)
        task.add_done_callback(self.under_way.discard)

    async def reload(self) -> None:
        """Read everything anew; all of it goes to work, or nothing."""
        try:
            async with self._one_at_a_time:
                await self._reload()
        except StoreError as error:
            self.marks = None
            self._tell(error)

    def _tell(self, error: StoreError) -> None:
        """Tell once a minute that the store takes nothing, however often it is tried."""
        now_s = self.monotonic()
        if now_s - self._told_at_s >= STORE_TROUBLE_TOLD_EVERY_S:
            self._told_at_s = now_s
            log.warning("the reload has to wait: %s", error)

    async def _reload(self) -> None:
        try:
            watch = await aside(self.app.watch, name="reload")
            subscriptions = self.app.subscriptions()
        except WatcherError as error:  # word lists that cannot be built, too
            self._refuse(str(error))
            return
        if self.rounds.poller.settler.watch.topics and not self.app.watchlist_files():
            self._refuse("the watchlists of the settings are there no more")
            return
        changed = self.app.bring_to(self.store, watch, subscriptions)
        self.rounds.poller.settler.watch = watch
        self.store.note_problem("")
        log.info("reloaded topics=%d changed=%d", len(watch.topics), len(changed))

    def _refuse(self, why: str) -> None:
        self.store.note_problem(why)
        told = why.replace("\n", "; ")
        log.warning("reload refused, the old watchlists and catalogues stay: %s", told)


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
