"""APScheduler ticks over one process, one event loop, one writer."""

import asyncio
import atexit
import contextlib
import logging
import signal
from collections.abc import AsyncIterator, Awaitable, Callable, Coroutine, Iterator
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, TypeVar

from watcher.app import App
from watcher.app.core import MANY_FEEDS
from watcher.app.tuning import calibration
from watcher.clock import monotonic, utc_now
from watcher.daemon.jumps import Jumps
from watcher.daemon.reload import Marks, Reloader, marks_of
from watcher.daemon.rounds import Rounds
from watcher.daemon.upkeep import Upkeep
from watcher.deliver import deliver_due
from watcher.errors import StoreBusy, StoreError
from watcher.rematch import Backfill
from watcher.schedule import Calibration
from watcher.settle import Watch
from watcher.store import PATIENCE_S, SqliteStore, daemon_lock

if TYPE_CHECKING:
    from apscheduler.schedulers.asyncio import AsyncIOScheduler

log = logging.getLogger(__name__)

Result = TypeVar("Result")

LOCK_PATIENCE_S = 1.0
"""How long a write waits for another process; all else, signals too, waits meanwhile."""
SIGNAL_PATIENCE_S = 0.5
"""How long a signal waits while the start waits for another process."""
DRAIN_S = 4.0
"""How long polls under way may still take once the daemon is told to stop."""
BEAT_S = 10
OVERDUE_SPREAD_S = 600.0
"""Over how long the feeds that came due while nothing ran are spread after a start."""


def run_daemon(app: App) -> None:
    """Watch until SIGTERM or SIGINT, then end cleanly.

    Raises:
        AlreadyRunning: Another daemon holds the database.
        ConfigError: Settings, a catalogue or a watchlist cannot be used.
        StoreError: The database cannot be opened.
    """
    _run_loop(Daemon(app).watch)


def run_once(app: App, *, every_feed: bool) -> None:
    """Poll what is due (or every feed), deliver what is queued, and return (for cron).

    Raises:
        As `run_daemon`.
    """
    _run_loop(lambda: Daemon(app).once(every_feed=every_feed))


def _run_loop(main: Callable[[], Any]) -> None:
    try:
        from watcher.daemon.loop import Loop  # noqa: PLC0415 - uvloop is for CPython only
    except ImportError:
        asyncio.run(main())
    else:
        with asyncio.Runner(loop_factory=Loop) as runner:
            runner.run(main())


@dataclass(slots=True)
class Daemon:
    """One run of the daemon.

    Made before the loop and the lock: what is watched for may first take word lists to be built,
    and no signal is heeded in the meantime.
    """

    app: App
    stop: asyncio.Event = field(default_factory=asyncio.Event)
    patience_s: float = PATIENCE_S
    """How long a start waits while another process writes."""
    _marks: Marks = field(init=False)
    _watched: Watch = field(init=False)

    def __post_init__(self) -> None:
        self._marks = marks_of(self.app)  # before the files are read: edits meanwhile show
        self._watched = self.app.watch()

    async def once(self, *, every_feed: bool) -> None:
        """Poll what is due, deliver, end."""
        with self._told_to_stop():
            await self._once(every_feed=every_feed)

    async def watch(self) -> None:
        """Tick until told to stop, then drain."""
        with self._told_to_stop():
            await self._watch()

    async def _once(self, *, every_feed: bool) -> None:
        async with self._holding() as (store, rounds):
            if every_feed:
                store.make_all_due(now=utc_now())
            beating = asyncio.create_task(_beat(Upkeep(app=self.app, store=store, rounds=rounds)))
            await self._unless_stopped(rounds.until_nothing_is_due())
            await rounds.drain(DRAIN_S if self.stop.is_set() else 0)
            backfill = Backfill(store=store, clock=utc_now)
            await self._unless_stopped(backfill.finish(self._watched.topics))
            await self._unless_stopped(deliver_due(store, self.app.channels(), utc_now))
            beating.cancel()

    async def _watch(self) -> None:
        loop = asyncio.get_running_loop()
        loop.add_signal_handler(signal.SIGHUP, lambda: None)  # nothing to reload yet
        async with self._holding() as (store, rounds):
            _spread_overdue(store)
            store.wait_for_others(at_most_s=LOCK_PATIENCE_S)
            reloader = Reloader(app=self.app, store=store, rounds=rounds, marks=self._marks)
            backfill = Backfill(store=store, clock=utc_now)
            loop.add_signal_handler(signal.SIGHUP, reloader.start)
            scheduler = self._scheduler(store, rounds, reloader)
            scheduler.start()
            log.info("watching %s", self.app.database)
            background = [
                asyncio.create_task(_follow_clock(scheduler, store)),
                asyncio.create_task(backfill.run(lambda: rounds.poller.settler.watch.topics)),
            ]
            await self.stop.wait()
            log.info("stopping")
            scheduler.shutdown(wait=False)
            background += reloader.under_way
            for task in background:
                task.cancel()
            await asyncio.gather(*background, return_exceptions=True)
            await rounds.drain(DRAIN_S)

    @contextlib.asynccontextmanager
    async def _holding(self) -> AsyncIterator[tuple[SqliteStore, Rounds]]:
        """Hold the lock, the open store and everything that polls; close it all at the end."""
        self._stop_on_signals()
        with daemon_lock(self.app.database), await self._patiently(self._open) as store:
            if not self._watched.topics:
                log.warning("no topics: the watchlists of the settings are not there, or empty")
            numbers = await self._patiently(lambda: self._prepare(store))
            store.wait_for_others(at_most_s=PATIENCE_S)
            poller = self.app.poller(store, self._watched, numbers)
            poll = self.app.settings.poll
            rounds = Rounds(
                poller=poller,
                concurrency=poll.concurrency,
                one_per_host=bool(poll.host_interval),
            )
            try:
                yield store, rounds
            finally:
                await poller.fetcher.aclose()
                poller.box.close()

    def _open(self) -> SqliteStore:
        return self.app.writer(patience_s=SIGNAL_PATIENCE_S)

    def _prepare(self, store: SqliteStore) -> Calibration:
        """Bring the store to what the files say and the clock; may be done again."""
        store.mend_times(now=utc_now())
        store.take_up_deliveries(now=utc_now())
        self.app.bring_to(store, self._watched, self.app.subscriptions())
        store.note_problem("")
        return calibration(self.app, store, now=utc_now())

    async def _patiently(self, work: Callable[[], Result]) -> Result:
        """Do what has to wait while another process writes; a signal ends the waiting.

        Raises:
            StoreBusy: It took too long, or a signal came.
        """
        until_s = monotonic() + self.patience_s
        while True:
            try:
                return work()
            except StoreBusy:
                await asyncio.sleep(0.01)  # signals are heeded
                if self.stop.is_set() or monotonic() >= until_s:
                    raise

    @contextlib.contextmanager
    def _told_to_stop(self) -> Iterator[None]:
        """Let a start that a signal ended while it waited be the clean end it was to be."""
        try:
            yield
        except StoreBusy:
            if not self.stop.is_set():
                raise
            log.info("stopping")

    def _stop_on_signals(self) -> None:
        """Stop on SIGTERM and SIGINT, and heed them no more from then to the process's very end.

        Handlers of the loop end with it, those of the interpreter as that ends: a second signal
        would then kill us on the last yards.
        """
        loop = asyncio.get_running_loop()

        def stop(*_: object) -> None:
            if not loop.is_closed():
                loop.call_soon_threadsafe(self.stop.set)

        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, stop)
            atexit.register(signal.signal, number, signal.SIG_IGN)

    async def _unless_stopped(self, work: Coroutine[Any, Any, object]) -> None:
        """Do a piece of work, but no longer than until told to stop."""
        if self.stop.is_set():
            work.close()
            return
        task = asyncio.create_task(work)
        stopping = asyncio.create_task(self.stop.wait())
        await asyncio.wait({task, stopping}, return_when=asyncio.FIRST_COMPLETED)
        stopping.cancel()
        if task.done():
            task.result()
        task.cancel()

    def _scheduler(
        self, store: SqliteStore, rounds: Rounds, reloader: Reloader
    ) -> "AsyncIOScheduler":
        """Set the ticks up; none is lost, none runs twice at once, late ones count once."""
        from apscheduler.schedulers.asyncio import AsyncIOScheduler  # noqa: PLC0415 - cron needs none

        from watcher.daemon.ticks import Every  # noqa: PLC0415 - as above

        scheduler = AsyncIOScheduler(
            timezone="UTC",
            job_defaults={"max_instances": 1, "coalesce": True, "misfire_grace_time": None},
        )
        channels = self.app.channels()
        upkeep = Upkeep(app=self.app, store=store, rounds=rounds)

        async def deliver() -> None:
            try:
                await deliver_due(store, channels, utc_now)
            except StoreError as error:
                rounds.rest(error)

        for tick, every_s in (
            (_on_loop(rounds.fill), 1),
            (_on_loop(reloader.look), 2),
            (_until_cancelled(deliver), 5),
            (_on_loop(upkeep.beat), BEAT_S),
            (_until_cancelled(upkeep.run), 3600),
        ):
            trigger = Every(seconds=every_s, timezone="UTC")
            scheduler.add_job(tick, trigger, next_run_time=utc_now())
        return scheduler


async def _beat(upkeep: Upkeep) -> None:
    while True:
        upkeep.beat()
        await asyncio.sleep(BEAT_S)


async def _follow_clock(scheduler: "AsyncIOScheduler", store: SqliteStore) -> None:
    jumps = Jumps(scheduler=scheduler, plan_anew=lambda: _plan_anew(store))
    while True:
        await asyncio.sleep(1)
        jumps.follow()


def _plan_anew(store: SqliteStore) -> None:
    store.mend_times(now=utc_now())
    _spread_overdue(store)


def _spread_overdue(store: SqliteStore) -> None:
    store.spread_overdue(now=utc_now(), over_s=OVERDUE_SPREAD_S, few=MANY_FEEDS)


def _until_cancelled(tick: Callable[[], Awaitable[None]]) -> Callable[[], Awaitable[None]]:
    """Let a tick end without a word when the daemon does; APScheduler takes it for a failure."""

    async def run() -> None:
        with contextlib.suppress(asyncio.CancelledError):
            await tick()

    return run


def _on_loop(tick: Callable[[], object]) -> Callable[[], Awaitable[None]]:
    """Make a tick run on the loop; APScheduler runs plain functions in threads of its own."""

    async def run() -> None:
        tick()

    return run
