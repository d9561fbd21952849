"""The daemon's parts, and the whole of it, over real files and a real database, without network."""

import asyncio
import logging
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from tests.conftest import FakeClock
from tests.stored import feed_at
from tests.test_daemon_rounds import Broken, Seconds
from watcher.app import App
from watcher.clock import utc_now
from watcher.daemon import run_daemon, run_once
from watcher.daemon.daemon import Daemon
from watcher.daemon.reload import Reloader, marks_of
from watcher.daemon.rounds import Rounds
from watcher.errors import AlreadyRunning, StoreBusy, StoreError
from watcher.models import Item, Subscription
from watcher.schedule import Calibration
from watcher.settings import load_settings
from watcher.settle import Watch
from watcher.store import MatchFilter, SqliteStore, daemon_lock

WATCHLIST = "version: 1\nlanguages: []\ntopics:\n  - id: flood\n    match: flood\n"
MORE = "  - id: gale\n    match: gale\n"
URL = "https://harbour.example/feed"
CATALOGUE = """\
<opml version="2.0"><head/><body>
<outline type="rss" text="Harbour" xmlUrl="http://127.0.0.1/feed"/>
</body></opml>
"""
"""Its one feed is not public: a poll fails before anything is sent."""


@pytest.fixture
def app(tmp_path: Path) -> App:
    """A folder with a watchlist of one topic and a catalogue of one feed."""
    (tmp_path / "watcher.toml").touch()
    for folder, name, text in (
        ("watchlists", "water.yaml", WATCHLIST),
        ("feeds", "harbour.opml", CATALOGUE),
    ):
        (tmp_path / folder).mkdir()
        (tmp_path / folder / name).write_text(text)
    return App(load_settings(config=None, data=tmp_path, environ={}, cwd=tmp_path))


@pytest.fixture
def rounds(app: App, store: SqliteStore) -> Iterator[Rounds]:
    poller = app.poller(store, app.watch(), Calibration())
    yield Rounds(poller=poller, concurrency=2)
    poller.box.close()


class TestReload:
    @pytest.fixture
    async def reloader(
        self, app: App, store: SqliteStore, rounds: Rounds, clock: FakeClock
    ) -> Reloader:
        store.beat(now=clock(), started_at=clock())
        reloader = Reloader(app=app, store=store, rounds=rounds, marks=marks_of(app))
        await reloader.reload()
        return reloader

    @pytest.fixture
    def watchlist(self, tmp_path: Path) -> Path:
        return tmp_path / "watchlists" / "water.yaml"

    async def look(self, reloader: Reloader) -> None:
        reloader.look()
        await asyncio.gather(*reloader.under_way)

    def topics(self, reloader: Reloader) -> list[str]:
        return list(reloader.rounds.poller.settler.watch.topics)

    def problem(self, store: SqliteStore) -> str:
        heartbeat = store.daemon()
        assert heartbeat is not None
        return heartbeat.problem

    async def test_a_changed_file_goes_to_work(self, reloader: Reloader, watchlist: Path) -> None:
        watchlist.write_text(WATCHLIST + MORE)
        await self.look(reloader)
        assert self.topics(reloader) == ["flood", "gale"]

    async def test_files_that_did_not_change_are_left_alone(
        self, reloader: Reloader, caplog: pytest.LogCaptureFixture
    ) -> None:
        caplog.set_level(logging.INFO)
        await self.look(reloader)
        assert caplog.records == []

    async def test_a_feed_that_left_its_catalogue_is_paused(
        self, reloader: Reloader, store: SqliteStore, tmp_path: Path
    ) -> None:
        (tmp_path / "feeds" / "harbour.opml").unlink()
        await self.look(reloader)
        assert [feed.state for feed in store.feeds()] == ["paused"]

    async def test_a_broken_file_keeps_the_old_and_is_told(
        self, reloader: Reloader, store: SqliteStore, watchlist: Path
    ) -> None:
        watchlist.write_text(WATCHLIST + "  - id: [broken\n")
        await self.look(reloader)
        assert self.topics(reloader) == ["flood"]
        assert "water.yaml" in self.problem(store)

    async def test_a_mended_file_takes_the_problem_back(
        self, reloader: Reloader, store: SqliteStore, watchlist: Path
    ) -> None:
        watchlist.write_text("topics: [")
        await self.look(reloader)
        watchlist.write_text(WATCHLIST + MORE)
        await self.look(reloader)
        assert self.topics(reloader) == ["flood", "gale"]
        assert self.problem(store) == ""

    async def test_watchlists_that_vanish_leave_the_old_at_work(
        self, reloader: Reloader, store: SqliteStore, watchlist: Path
    ) -> None:
        watchlist.unlink()
        await self.look(reloader)
        assert self.topics(reloader) == ["flood"]
        assert "there no more" in self.problem(store)

    async def test_what_could_not_be_stored_is_tried_again(
        self, reloader: Reloader, store: SqliteStore, watchlist: Path
    ) -> None:
        watchlist.write_text(WATCHLIST + MORE)
        reloader.store = Broken()  # type: ignore[assignment]  # a fake
        await self.look(reloader)
        assert self.topics(reloader) == ["flood"]
        reloader.store = store
        reloader.look()
        assert not reloader.under_way  # what was read is kept
        assert self.topics(reloader) == ["flood", "gale"]

    async def test_a_broken_file_does_not_take_back_what_waits_to_be_stored(
        self, reloader: Reloader, store: SqliteStore, watchlist: Path
    ) -> None:
        reloader.store = Broken()  # type: ignore[assignment]  # a fake
        for text in (WATCHLIST + MORE, "topics: ["):
            watchlist.write_text(text)
            await self.look(reloader)
        reloader.store = store
        reloader.look()
        assert self.topics(reloader) == ["flood", "gale"]
        assert "water.yaml" in self.problem(store)

    async def test_what_cannot_be_stored_is_told_once_a_minute(
        self, reloader: Reloader, watchlist: Path, caplog: pytest.LogCaptureFixture
    ) -> None:
        reloader.monotonic = seconds = Seconds()
        watchlist.write_text(WATCHLIST + MORE)
        reloader.store = Broken()  # type: ignore[assignment]  # a fake
        for wait_s in (0, 2, 57, 1):
            seconds.now_s += wait_s
            await self.look(reloader)
        assert caplog.messages == ["the reload has to wait: the disk is gone"] * 2

    async def test_a_broken_file_is_told_though_nothing_can_be_stored(
        self,
        reloader: Reloader,
        store: SqliteStore,
        watchlist: Path,
        caplog: pytest.LogCaptureFixture,
    ) -> None:
        watchlist.write_text("version: 0\n")
        reloader.store = Broken()  # type: ignore[assignment]  # a fake
        for _ in range(2):
            await self.look(reloader)
        refusal, waiting = caplog.messages
        assert "water.yaml" in refusal
        assert "the disk is gone" in waiting
        reloader.store = store
        await self.look(reloader)
        assert "water.yaml" in self.problem(store)

    async def test_a_file_that_is_named_and_missing_is_told(
        self, rounds: Rounds, store: SqliteStore, tmp_path: Path, clock: FakeClock
    ) -> None:
        (tmp_path / "watcher.toml").write_text('[watcher]\nwatchlists = ["missing.yaml"]\n')
        store.beat(now=clock(), started_at=clock())
        app = App(load_settings(config=None, data=tmp_path, environ={}, cwd=tmp_path))
        await Reloader(app=app, store=store, rounds=rounds, marks=marks_of(app)).reload()
        assert "missing.yaml" in self.problem(store)


class StopWhen(asyncio.Event):
    """Says stop as soon as something holds."""

    def __init__(self, holds: Callable[[], bool]) -> None:
        super().__init__()
        self._holds = holds

    async def wait(self) -> Any:
        while not self._holds():
            await asyncio.sleep(0)
        self.set()


def errors(app: App) -> list[str | None]:
    if not app.database.exists():
        return []
    with app.reader() as store:
        return [feed.error_kind for feed in store.feeds()]


class WatchlistEdited(App):
    """A folder whose watchlist somebody edits in the moment after it was first read."""

    def watch(self) -> Watch:
        watched = super().watch()
        if "gale" not in watched.topics:
            (file,) = self.watchlist_files()
            file.write_text(WATCHLIST + MORE)
        return watched


class CatalogueEdited(App):
    """A folder whose catalogue somebody edits in the moment after it was first read."""

    def subscriptions(self) -> tuple[Subscription, ...]:
        listed = super().subscriptions()
        if "another" not in listed[0].url:
            (file,) = self.catalogue_files()
            file.write_text(CATALOGUE.replace("/feed", "/another"))
        return listed


class TestDaemon:
    def test_once_polls_what_is_due_and_ends(self, app: App) -> None:
        run_once(app, every_feed=False)
        assert errors(app) == ["blocked_address"]

    @pytest.mark.parametrize(
        ("every_feed", "polls"), [(False, 1), (True, 2)], ids=["due", "every feed"]
    )
    def test_once_again_polls(self, app: App, *, every_feed: bool, polls: int) -> None:
        run_once(app, every_feed=False)
        run_once(app, every_feed=every_feed)
        with app.reader() as store:
            assert [feed.failures for feed in store.feeds()] == [polls]

    def test_once_works_off_what_a_changed_topic_gains(self, app: App, tmp_path: Path) -> None:
        run_once(app, every_feed=False)
        with app.writer() as store:
            feed = feed_at(store, "http://127.0.0.1/feed")
            store.add_new_items(feed, [Item(guid="1", title="A gale")], now=utc_now())
        (tmp_path / "watchlists" / "water.yaml").write_text(WATCHLIST + MORE)
        run_once(app, every_feed=False)
        with app.reader() as store:
            assert [match.topic for match in store.matches(MatchFilter())] == ["gale"]

    def test_a_second_daemon_is_refused(self, app: App) -> None:
        with daemon_lock(app.database), pytest.raises(AlreadyRunning):
            run_daemon(app)

    def test_once_fails_when_a_poll_cannot_be_stored(self, app: App) -> None:
        run_once(app, every_feed=False)
        with closing(sqlite3.connect(app.database)) as database:
            database.execute(
                "CREATE TRIGGER odd BEFORE UPDATE OF last_polled_at ON schedule"
                " BEGIN SELECT RAISE(ABORT, 'the disk is odd'); END"
            )
        with pytest.raises(StoreError, match="the disk is odd"):
            run_once(app, every_feed=True)

    async def test_a_stop_while_it_waits_for_another_process_is_clean(self, app: App) -> None:
        app.writer().close()
        with closing(sqlite3.connect(app.database)) as other:
            other.execute("BEGIN IMMEDIATE")
            stop = asyncio.Event()
            asyncio.get_running_loop().call_soon(stop.set)
            await Daemon(app, stop).watch()

    async def test_a_start_waits_only_so_long_for_another_process(self, app: App) -> None:
        app.writer().close()
        with closing(sqlite3.connect(app.database)) as other:
            other.execute("BEGIN IMMEDIATE")
            with pytest.raises(StoreBusy, match="another program has kept it locked"):
                await Daemon(app, patience_s=0).once(every_feed=False)

    async def test_a_start_goes_on_when_the_other_process_has_written(self, app: App) -> None:
        app.writer().close()
        with closing(sqlite3.connect(app.database)) as other:
            other.execute("BEGIN IMMEDIATE")
            asyncio.get_running_loop().call_later(0.1, other.rollback)
            await Daemon(app).once(every_feed=False)
        assert errors(app) == ["blocked_address"]

    async def test_it_watches_until_told_to_stop(self, app: App) -> None:
        stop = StopWhen(lambda: errors(app) == ["blocked_address"])
        await Daemon(app, stop).watch()
        with app.reader() as store:
            assert store.daemon() is not None
            assert store.calibration() is not None

    @pytest.mark.parametrize(
        ("edited", "topics", "feeds"),
        [
            pytest.param(WatchlistEdited, 2, 1, id="watchlist"),
            pytest.param(CatalogueEdited, 1, 2, id="catalogue"),
        ],
    )
    async def test_an_edit_while_it_starts_goes_to_work(
        self, app: App, edited: type[App], topics: int, feeds: int
    ) -> None:
        def is_at_work() -> bool:
            with app.reader() as store:
                return (len(store.topic_ids()), len(list(store.feeds()))) == (topics, feeds)

        daemon = Daemon(edited(app.settings), StopWhen(is_at_work))
        await asyncio.wait_for(daemon.watch(), timeout=5)

    def test_a_problem_of_files_that_were_mended_is_told_no_more(self, app: App) -> None:
        with app.writer() as store:
            store.beat(now=utc_now(), started_at=utc_now())
            store.note_problem("water.yaml:3:1: no topic")
        run_once(app, every_feed=False)
        assert "refused" not in " ".join(app.status().unwell)

    def test_once_polls_what_a_wrong_clock_put_off(self, app: App) -> None:
        run_once(app, every_feed=False)
        with closing(sqlite3.connect(app.database)) as database, database:
            database.execute("UPDATE schedule SET next_poll_at = '2126-03-01T12:00:00Z'")
        run_once(app, every_feed=False)
        with app.reader() as store:
            assert [feed.failures for feed in store.feeds()] == [2]

    async def test_a_round_that_runs_once_gives_signs_of_life(self, app: App) -> None:
        with app.writer() as store:
            store.beat(now=utc_now() - timedelta(days=1), started_at=utc_now())
        told: list[str] = []

        def look() -> bool:
            told.extend(app.status().unwell)
            return True

        await Daemon(app, StopWhen(look)).once(every_feed=False)
        assert told == []

    async def test_a_round_that_runs_once_stops_when_told_to(
        self, app: App, tmp_path: Path
    ) -> None:
        beside = CATALOGUE.replace("/feed", "/another")
        (tmp_path / "feeds" / "quay.opml").write_text(beside)
        stop = StopWhen(lambda: "blocked_address" in errors(app))
        await Daemon(app, stop).once(every_feed=False)
        assert sorted(map(str, errors(app))) == ["None", "blocked_address"]

    async def test_without_topics_it_says_so(
        self, app: App, tmp_path: Path, caplog: pytest.LogCaptureFixture
    ) -> None:
        (tmp_path / "watchlists" / "water.yaml").unlink()
        await Daemon(app).once(every_feed=False)
        assert "no topics" in caplog.text
