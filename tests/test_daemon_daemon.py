"""The daemon's ticks over a real database, with a channel that only listens."""

import asyncio
from collections.abc import AsyncIterator, Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from apscheduler.schedulers.asyncio import AsyncIOScheduler

from tests.conftest import ITEMS, SETTINGS, URL, WATCHLIST
from tests.stored import feed_at
from tests.test_daemon import StopWhen
from tests.test_deliver import Listener
from watcher.app import App
from watcher.clock import utc_now
from watcher.daemon.daemon import Daemon
from watcher.daemon.reload import Reloader, marks_of
from watcher.daemon.rounds import Rounds
from watcher.models import Origin, Subscription
from watcher.schedule import Calibration
from watcher.store import SqliteStore


@dataclass(frozen=True, slots=True)
class Listened(App):
    """The program with a channel that only listens."""

    desk: Listener

    def channels(self) -> Any:
        return {"desk": self.desk}


@pytest.fixture
def queued(app: App) -> Iterator[SqliteStore]:
    """The store of `app`, with one notice to send, and no feed to poll."""
    with app.writer() as store:
        store.add_feed(Subscription(url=URL), now=utc_now())
        store.pause_feed(URL)
        feed = feed_at(store, URL)
        watch = app.watch()
        (flood,) = store.add_new_items(feed, ITEMS[:1], now=utc_now()).new
        matches = [(flood, match) for match in watch.matcher.match(flood)]
        store.log_matches(
            matches, topics=watch.topics, origin=Origin.LIVE, now=utc_now(), notify=True
        )
        yield store


@pytest.fixture
def desk() -> Listener:
    return Listener()


@pytest.fixture
async def scheduler(
    app: App, queued: SqliteStore, desk: Listener
) -> AsyncIterator[AsyncIOScheduler]:
    poller = app.poller(queued, app.watch(), Calibration())
    rounds = Rounds(poller=poller, concurrency=2)
    reloader = Reloader(app=app, store=queued, rounds=rounds, marks=marks_of(app))
    made = Daemon(Listened(app.settings, desk))._scheduler(queued, rounds, reloader)
    yield made
    made.shutdown(wait=False)
    await poller.fetcher.aclose()
    poller.box.close()


def fill_disk(store: SqliteStore, *, change: str = "UPDATE ON deliveries") -> None:
    """Leave room for heartbeats and the like, but for no change of this kind."""
    store._db.execute(
        f"CREATE TRIGGER large BEFORE {change}"
        " BEGIN INSERT OR REPLACE INTO notes VALUES ('large', hex(zeroblob(100000))); END"
    )
    store._db.execute("PRAGMA max_page_count = 1")  # as many as there are


def make_room(store: SqliteStore) -> None:
    store._db.execute("PRAGMA max_page_count = 1000000")


async def until(holds: Callable[[], bool]) -> None:
    await asyncio.wait_for(StopWhen(holds).wait(), timeout=5)


async def test_notices_on_a_full_disk_are_told_and_go_out_once_when_it_has_room(
    app: App, queued: SqliteStore, desk: Listener, scheduler: AsyncIOScheduler
) -> None:
    fill_disk(queued)
    scheduler.start()
    await until(lambda: queued.daemon() is not None)
    assert "the disk is full" in " ".join(app.status().unwell)
    assert desk.heard == []
    make_room(queued)
    for job in scheduler.get_jobs():
        job.modify(next_run_time=utc_now())
    await until(lambda: not queued.counts(now=utc_now()).queued)
    assert len(desk.heard) == 1


async def test_a_notice_that_a_killed_run_had_claimed_leaves_with_the_next(
    app: App, queued: SqliteStore, desk: Listener
) -> None:
    queued.claim_deliveries(now=utc_now(), limit=9)
    await Daemon(Listened(app.settings, desk)).once(every_feed=False)
    assert len(desk.heard) == 1


QUIET = "version: 1\nlanguages: [en]\ntopics: [{id: flood, match: flood}]\n"
"""A watchlist that names no channel."""


@pytest.mark.parametrize(
    ("settings", "watchlist", "left"),
    [
        pytest.param(SETTINGS, QUIET, 1, id="named by the settings"),
        pytest.param("", WATCHLIST, 1, id="named by a topic"),
        pytest.param("", QUIET, 0, id="named by nobody"),
    ],
)
def test_notices_for_a_channel_wait_as_long_as_it_is_named(
    settings: str,
    watchlist: str,
    left: int,
    queued: SqliteStore,
    folder: Path,
    caplog: pytest.LogCaptureFixture,
) -> None:
    (folder / "watcher.toml").write_text(settings)
    (folder / "watchlists" / "water.yaml").write_text(watchlist)
    app = App.load()
    app.bring_to(queued, app.watch(), app.subscriptions())
    assert queued.counts(now=utc_now()).queued == left
    assert ("channel=desk status=dropped matches=1" in caplog.text) == (not left)


async def test_dropped_notices_are_told_once_however_often_the_rest_is_tried(
    queued: SqliteStore, folder: Path, caplog: pytest.LogCaptureFixture
) -> None:
    (folder / "watcher.toml").write_text("")
    (folder / "watchlists" / "water.yaml").write_text(QUIET)
    app = App.load()
    poller = app.poller(queued, app.watch(), Calibration())
    rounds = Rounds(poller=poller, concurrency=2)
    reloader = Reloader(app=app, store=queued, rounds=rounds, marks=marks_of(app))
    fill_disk(queued, change="INSERT ON notes")
    await reloader.reload()
    reloader.look()
    assert "the reload has to wait" in caplog.text
    assert caplog.text.count("channel=desk status=dropped") == 1
    await poller.fetcher.aclose()
    poller.box.close()
