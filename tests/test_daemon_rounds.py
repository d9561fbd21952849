"""Rounds of polls over a scripted transport, a real SQLite file and clocks that stand still."""

import asyncio
from collections.abc import Callable
from typing import Any

import httpx
import pytest

from tests.conftest import FakeClock
from tests.plain_parser import PlainParser
from watcher.daemon.rounds import STARTS_AT_ONCE, STORE_TROUBLE_WAIT_S, Rounds
from watcher.errors import StoreError
from watcher.fetch import Fetcher, Limits, Politeness
from watcher.match import Matcher
from watcher.models import Feed, FeedOptions, Subscription
from watcher.poll import Poller
from watcher.schedule import Calibration, Clamps
from watcher.settle import Settler, Watch
from watcher.store import SqliteStore


class Server:
    """Answers every request with a feed, once its gate is open; keeps the addresses."""

    def __init__(self) -> None:
        self.gate = asyncio.Event()
        self.gate.set()
        self.asked: list[str] = []
        self.is_down = False

    async def __call__(self, request: httpx.Request) -> httpx.Response:
        self.asked.append(str(request.url))
        await self.gate.wait()
        if self.is_down:
            raise httpx.ConnectError("refused")
        body = (
            b'<rss version="2.0"><channel><title>Harbour Post</title>'
            b"<item><title>A flood</title></item></channel></rss>"
        )
        return httpx.Response(200, stream=httpx.ByteStream(body))


class Seconds:
    """A clock for waiting that moves when told to, or by a step at each look."""

    def __init__(self, step: float = 0.0) -> None:
        self.now_s = 1000.0
        self.step = step

    def __call__(self) -> float:
        self.now_s += self.step
        return self.now_s


class Broken:
    """A store on a disk that is gone."""

    def __getattr__(self, name: str) -> Any:
        raise StoreError("the disk is gone")


class Full:
    """A store on a full disk: it reads, and writes nothing."""

    def __init__(self, store: Any) -> None:
        self.claim_due = store.claim_due
        self.release = store.release
        self.next_due_at = store.next_due_at

    def transaction(self) -> Any:
        raise StoreError("the disk is full")


@pytest.fixture
def server() -> Server:
    return Server()


@pytest.fixture
def rounds(server: Server, store: SqliteStore, clock: FakeClock) -> Rounds:
    settler = Settler(
        store=store,
        politeness=Politeness(host_interval_s=5),
        watch=Watch(topics={}, matcher=Matcher([])),
        calibration=Calibration(),
        clamps=Clamps(),
        options_of=lambda _feed: FeedOptions(),
    )
    fetcher = Fetcher(limits=Limits(), user_agent="test", transport=httpx.MockTransport(server))
    poller = Poller(fetcher=fetcher, box=PlainParser(), settler=settler, clock=clock)
    return Rounds(poller=poller, concurrency=2, monotonic=Seconds())


Add = Callable[..., None]


@pytest.fixture
def add(store: SqliteStore, clock: FakeClock) -> Add:
    def run(*urls: str) -> None:
        store.add_feeds([Subscription(url=url) for url in urls], now=clock(), spread_s=0)

    return run


def three_hosts() -> list[str]:
    return [f"https://{name}.example/feed" for name in ("harbour", "quay", "pier")]


class TestRounds:
    async def test_there_are_no_more_polls_at_once_than_slots(
        self, rounds: Rounds, server: Server, add: Add
    ) -> None:
        add(*three_hosts())
        server.gate.clear()
        rounds.fill()
        rounds.fill()
        assert len(rounds.under_way) == 2
        await rounds.drain(0)

    async def test_slots_that_come_free_are_filled_until_nothing_is_due(
        self, rounds: Rounds, server: Server, add: Add
    ) -> None:
        add(*three_hosts())
        server.gate.clear()
        asyncio.get_running_loop().call_later(0.02, server.gate.set)
        await rounds.until_nothing_is_due()
        assert sorted(server.asked) == sorted(three_hosts())
        assert rounds.polls == 3

    async def test_polls_start_a_few_at_a_time(self, rounds: Rounds, add: Add) -> None:
        rounds.concurrency = 100
        add(*(f"https://harbour{number}.example/feed" for number in range(40)))
        rounds.fill()
        assert len(rounds.under_way) == STARTS_AT_ONCE
        await rounds.until_nothing_is_due()
        assert rounds.polls == 40

    async def test_a_host_is_asked_one_thing_at_a_time(self, rounds: Rounds, add: Add) -> None:
        add("https://harbour.example/a", "https://harbour.example/b")
        rounds.fill()
        assert len(rounds.under_way) == 1
        await rounds.drain(9)

    async def test_unless_hosts_are_not_spaced(self, rounds: Rounds, add: Add) -> None:
        rounds.one_per_host = False
        add("https://harbour.example/a", "https://harbour.example/b")
        rounds.fill()
        assert len(rounds.under_way) == 2
        await rounds.drain(9)

    async def test_a_round_waits_for_feeds_whose_host_is_not_free_yet(
        self, rounds: Rounds, server: Server, add: Add
    ) -> None:
        rounds.monotonic = Seconds(step=1)
        add("https://harbour.example/a", "https://harbour.example/b")
        await rounds.until_nothing_is_due()
        assert len(server.asked) == 2

    async def test_a_round_leaves_the_feeds_of_a_dead_host_to_the_next(
        self, rounds: Rounds, server: Server, add: Add
    ) -> None:
        rounds.monotonic = Seconds(step=1)
        server.is_down = True
        add(*(f"https://harbour.example/{number}" for number in range(5)))
        await asyncio.wait_for(rounds.until_nothing_is_due(), timeout=5)
        assert len(server.asked) == 3

    async def test_a_round_without_feeds_ends_at_once(self, rounds: Rounds) -> None:
        await rounds.until_nothing_is_due()
        assert rounds.polls == 0

    async def test_a_bug_in_a_poll_gives_its_slot_and_claim_back(
        self, rounds: Rounds, store: SqliteStore, add: Add, caplog: pytest.LogCaptureFixture
    ) -> None:
        add("https://harbour.example/feed")
        rounds.poller.settler.options_of = refuse
        rounds.fill()
        await asyncio.gather(*rounds.under_way, return_exceptions=True)
        assert "a bug ended a poll" in caplog.text
        assert not rounds.under_way
        assert len(store.claim_due(now=rounds.poller.clock(), limit=9)) == 1


def refuse(_feed: Feed) -> FeedOptions:
    raise AssertionError("a bug")


class TestStoreTrouble:
    async def test_it_is_told_once_a_minute(
        self, rounds: Rounds, caplog: pytest.LogCaptureFixture
    ) -> None:
        rounds.monotonic = seconds = Seconds()
        rounds.poller.settler.store = Broken()
        told = []
        for _ in range(7):
            rounds.fill()
            told.append(len(caplog.records))
            seconds.now_s += 11
        assert told == [1, 1, 1, 1, 1, 1, 2]
        assert rounds.trouble == "the disk is gone"

    async def test_polls_rest_for_a_while_and_are_taken_up_again(
        self, rounds: Rounds, store: SqliteStore, add: Add
    ) -> None:
        rounds.monotonic = seconds = Seconds()
        add("https://harbour.example/feed")
        rounds.poller.settler.store = Broken()
        rounds.fill()
        rounds.poller.settler.store = store
        seconds.now_s += 9
        rounds.fill()
        assert not rounds.under_way
        seconds.now_s += 2
        rounds.fill()
        assert len(rounds.under_way) == 1
        await rounds.drain(9)
        assert rounds.trouble == ""

    async def test_trouble_is_over_when_nothing_is_left_to_store(self, rounds: Rounds) -> None:
        rounds.rest(StoreError("the disk is full"))
        rounds.fill()
        assert rounds.trouble == "the disk is full"
        assert isinstance(rounds.monotonic, Seconds)
        rounds.monotonic.now_s += STORE_TROUBLE_WAIT_S
        rounds.fill()
        assert rounds.trouble == ""

    async def test_a_round_whose_polls_cannot_be_written_ends_with_it(
        self, rounds: Rounds, store: SqliteStore, add: Add
    ) -> None:
        add("https://harbour.example/feed")
        rounds.poller.settler.store = Full(store)  # type: ignore[assignment]  # a fake
        with pytest.raises(StoreError, match="full"):
            await rounds.until_nothing_is_due()
        assert len(store.claim_due(now=rounds.poller.clock(), limit=9)) == 1


class TestDrain:
    async def test_what_is_under_way_may_end(
        self, rounds: Rounds, store: SqliteStore, add: Add
    ) -> None:
        add("https://harbour.example/feed")
        rounds.fill()
        await rounds.drain(9)
        assert store.count_items() == 1

    async def test_what_takes_too_long_is_cancelled_and_stays_due(
        self, rounds: Rounds, server: Server, store: SqliteStore, add: Add
    ) -> None:
        add("https://harbour.example/feed")
        server.gate.clear()
        rounds.fill()
        await rounds.drain(0)
        assert not rounds.under_way
        assert len(store.claim_due(now=rounds.poller.clock(), limit=9)) == 1

    async def test_nothing_starts_any_more(self, rounds: Rounds, add: Add) -> None:
        add("https://harbour.example/feed")
        await rounds.drain(0)
        await rounds.until_nothing_is_due()
        rounds.fill()
        assert not rounds.under_way
