"""What keeps the daemon well, over a real database."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest

from tests.conftest import URL, FakeClock
from tests.stored import feed_at
from tests.test_daemon_rounds import Broken, Seconds
from watcher.app import App
from watcher.app.tuning import Kept
from watcher.daemon.rounds import Rounds
from watcher.daemon.upkeep import Upkeep
from watcher.models import Item, Subscription
from watcher.schedule import Calibration
from watcher.store import SqliteStore


@pytest.fixture
def rounds(app: App, store: SqliteStore) -> Iterator[Rounds]:
    poller = app.poller(store, app.watch(), Calibration())
    yield Rounds(poller=poller, concurrency=2)
    poller.box.close()


class TestUpkeep:
    @pytest.fixture
    def upkeep(self, app: App, store: SqliteStore, rounds: Rounds, clock: FakeClock) -> Upkeep:
        return Upkeep(
            app=app,
            store=store,
            rounds=rounds,
            clock=clock,
            monotonic=lambda: clock().timestamp(),
        )

    def kept(self, upkeep: Upkeep) -> Kept:
        text = upkeep.store.calibration()
        assert text is not None
        return Kept.from_text(text)

    def test_a_beat_tells_that_the_daemon_lives_and_what_troubles_it(
        self, upkeep: Upkeep, clock: FakeClock
    ) -> None:
        upkeep.rounds.trouble = "the disk is full"
        upkeep.beat()
        heartbeat = upkeep.store.daemon()
        assert heartbeat is not None
        assert (heartbeat.beat_at, heartbeat.trouble) == (clock(), "the disk is full")

    async def test_numbers_are_set_anew_once_a_day(self, upkeep: Upkeep, clock: FakeClock) -> None:
        first = clock()
        await upkeep.run()
        clock.advance(hours=23)
        await upkeep.run()
        assert self.kept(upkeep).set_at == first
        clock.advance(hours=1)
        await upkeep.run()
        assert self.kept(upkeep).set_at == clock()
        assert upkeep.rounds.poller.settler.calibration == self.kept(upkeep).calibration

    async def test_polls_are_counted_from_one_calibration_to_the_next(
        self, upkeep: Upkeep, clock: FakeClock
    ) -> None:
        upkeep.rounds.polls = 9
        await upkeep.run()
        assert upkeep.rounds.polls == 0
        upkeep.rounds.polls = 5
        clock.advance(hours=12)
        await upkeep.run()
        assert upkeep.rounds.polls == 5

    @pytest.mark.parametrize(
        ("restarted_after", "is_used"),
        [
            pytest.param(timedelta(0), True, id="over a whole day"),
            pytest.param(timedelta(hours=23), False, id="not since a restart"),
        ],
    )
    async def test_a_count_of_polls_is_used(
        self,
        upkeep: Upkeep,
        clock: FakeClock,
        restarted_after: timedelta,
        *,
        is_used: bool,
    ) -> None:
        upkeep.store.add_feed(Subscription(url=URL), now=clock())
        await upkeep.run()
        clock.advance(hours=restarted_after.total_seconds() / 3600)
        again = Upkeep(app=upkeep.app, store=upkeep.store, rounds=upkeep.rounds, clock=clock)
        again.rounds.polls = 1
        before = self.kept(again).calibration
        clock.at = self.kept(again).set_at + timedelta(days=1)
        await again.run()
        assert (self.kept(again).calibration.correction != before.correction) is is_used

    async def test_old_items_are_pruned_once_a_day(self, upkeep: Upkeep, clock: FakeClock) -> None:
        upkeep.store.add_feed(Subscription(url=URL), now=clock())
        counts = []
        for title, hours in (("A fair", 0), ("A market", 23), ("A parade", 1)):
            clock.advance(hours=hours)
            add_old_item(upkeep.store, title)
            await upkeep.run()
            counts.append(upkeep.store.count_items())
        assert counts == [0, 1, 0]

    async def test_a_clock_that_has_jumped_prunes_nothing(
        self, upkeep: Upkeep, clock: FakeClock
    ) -> None:
        upkeep.store.add_feed(Subscription(url=URL), now=clock())
        add_old_item(upkeep.store, "A fair")
        upkeep.monotonic = Seconds()
        for _ in range(2):
            await upkeep.run()
            assert upkeep.store.count_items() == 1
            clock.advance(days=100)
        await upkeep.run()
        await upkeep.run()
        assert upkeep.store.count_items() == 0

    async def test_store_trouble_stops_none_of_it_for_good(
        self, upkeep: Upkeep, caplog: pytest.LogCaptureFixture
    ) -> None:
        store, upkeep.store = upkeep.store, Broken()  # type: ignore[assignment]  # a fake
        upkeep.beat()
        await upkeep.run()
        assert [record.levelname for record in caplog.records] == ["WARNING", "WARNING"]
        upkeep.store = store
        await upkeep.run()
        assert upkeep.pruned_at is not None


def add_old_item(store: SqliteStore, title: str) -> None:
    feed = feed_at(store, URL)
    seen_at = datetime(2020, 1, 1, tzinfo=UTC)
    store.add_new_items(feed, [Item(guid=title, title=title)], now=seen_at)
