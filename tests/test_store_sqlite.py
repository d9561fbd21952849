import contextlib
import sqlite3
from datetime import UTC, datetime
from pathlib import Path

import pytest

from tests.stored import feed_at, is_whole
from watcher.models import Item, PollStats, Subscription
from watcher.store import PollRecord, SqliteStore, Store, open_store

NOW = datetime(2026, 3, 2, 12, tzinfo=UTC)
URL = "https://a.example/f"


class CutShortError(Exception):
    """A poll ends in the middle of being settled."""


def settle(store: Store, *guids: str, interrupted: bool = False) -> None:
    """Settle a poll as the flows do, through the protocol alone."""
    (feed,) = store.claim_due(now=NOW, limit=1)
    try:
        with store.transaction():
            store.add_new_items(feed, [Item(guid=guid) for guid in guids], now=NOW)
            record = PollRecord(polled_at=NOW, next_poll_at=NOW, stats=PollStats())
            store.record_poll(feed, record)
            if interrupted:
                raise CutShortError
    finally:
        store.release(feed.id)


@pytest.fixture
def database(tmp_path: Path) -> Path:
    path = tmp_path / "watcher.db"
    with open_store(path) as store:
        store.add_feed(Subscription(url=URL), now=NOW)
    return path


def stored(store: SqliteStore) -> int:
    return store.counts(now=NOW).items


def test_an_interrupted_settlement_leaves_nothing_and_its_repetition_everything(
    database: Path,
) -> None:
    with open_store(database) as store:
        with pytest.raises(CutShortError):
            settle(store, "1", "2", interrupted=True)
        (health,) = store.feeds()
        assert (stored(store), health.state) == (0, "new")
        settle(store, "1", "2")
        (health,) = store.feeds()
        assert (stored(store), health.state) == (2, "ok")


def test_a_process_that_dies_in_mid_transaction_leaves_nothing(database: Path) -> None:
    dying = open_store(database)
    feed = feed_at(dying, URL)
    with contextlib.ExitStack() as never_closed:
        never_closed.enter_context(dying.transaction())
        dying.add_new_items(feed, [Item(guid="1")], now=NOW)
        never_closed.pop_all()
    dying.close()
    with open_store(database) as store:
        assert stored(store) == 0
        settle(store, "1")
        assert stored(store) == 1


def test_two_processes_write_in_turns(database: Path) -> None:
    with open_store(database) as daemon, open_store(database) as command:
        settle(daemon, "1")
        command.pause_feed(URL)
        assert daemon.claim_due(now=NOW, limit=1) == []
        command.resume_feed(URL)
        settle(daemon, "2")
        assert stored(command) == 2


def test_a_feed_removed_during_its_poll_stays_removed(database: Path) -> None:
    with open_store(database) as daemon, open_store(database) as command:
        (feed,) = daemon.claim_due(now=NOW, limit=1)
        command.remove_feed(URL)
        with daemon.transaction():
            daemon.add_new_items(feed, [Item(guid="1")], now=NOW)
            record = PollRecord(polled_at=NOW, next_poll_at=NOW, stats=PollStats())
            daemon.record_poll(feed, record)
        daemon.release(feed.id)
        assert daemon.claim_due(now=NOW, limit=1) == []
        assert (stored(daemon), list(daemon.feeds())) == (1, [])
    assert is_whole(database)


def test_a_closed_store_says_so(database: Path) -> None:
    store = open_store(database)
    store.close()
    with pytest.raises(sqlite3.ProgrammingError, match="closed"):
        list(store.feeds())
