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
    _put_to_work: Callable[[], None] | None = None
    """Does so with what was read last and can be used; `None` when that is done."""
    _problem: str | None = None
    """What is to be said of the last reload, nothing if it went well; `None` when that is done."""
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
            await self._read()
            self._store()

    def _store(self) -> None:
        try:
            if self._put_to_work is not None:
                self._put_to_work()
                self._put_to_work = None
            if self._problem is not None:
                self.store.note_problem(self._problem)
                self._problem = None
        except StoreError as error:
            self._tell(error)

    def _tell(self, error: StoreError) -> None:
        """Tell once a minute that the store takes nothing, however often it is tried."""
        now_s = self.monotonic()
        if now_s - self._told_at_s >= STORE_TROUBLE_TOLD_EVERY_S:
            self._told_at_s = now_s
            log.warning("the reload has to wait: %s", error)

    async def _read(self) -> None:
        """Read the files; where they cannot be used, what was read before them stays."""
        try:
            watch = await aside(self.app.watch, name="reload")
            subscriptions = self.app.subscriptions()
        except WatcherError as error:  # word lists that cannot be built, too
            self._refuse(str(error))
            return
        if self.rounds.poller.settler.watch.topics and not self.app.watchlist_files():
            self._refuse("the watchlists of the settings are there no more")
            return
        self._put_to_work = partial(self._bring, watch, subscriptions)
        self._problem = ""

    def _bring(self, watch: Watch, subscriptions: Sequence[Subscription]) -> None:
        changed = self.app.bring_to(self.store, watch, subscriptions)
        self.rounds.poller.settler.watch = watch
        log.info("reloaded topics=%d changed=%d", len(watch.topics), len(changed))

    def _refuse(self, why: str) -> None:
        self._problem = why
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
