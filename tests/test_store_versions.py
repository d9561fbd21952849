from datetime import UTC, datetime, timedelta

import pytest

from tests.stored import feed_at
from watcher.models import Item, Subscription, Topic
from watcher.nodes import Term
from watcher.store import Rematch, SqliteStore

NOW = datetime(2026, 3, 2, 12, tzinfo=UTC)


@pytest.fixture
def store(store: SqliteStore) -> SqliteStore:
    store.add_feed(Subscription(url="https://a.example/f"), now=NOW)
    return store


def add_items(store: SqliteStore, *guids: str, now: datetime = NOW) -> None:
    feed = feed_at(store, "https://a.example/f")
    store.add_new_items(feed, [Item(guid=guid) for guid in guids], now=now)


def topic(name: str, version: str = "1") -> Topic:
    return Topic(id=name, query=Term("x"), version=version)


def sync(store: SqliteStore, *topics: Topic) -> list[str]:
    return list(store.sync_topics(topics, now=NOW))


def rematch(name: str, version: str, after_id: int, up_to_id: int) -> Rematch:
    return Rematch(topic=name, version=version, after_id=after_id, up_to_id=up_to_id)


def test_changed_and_new_topics_are_named(store: SqliteStore) -> None:
    assert sync(store, topic("a"), topic("b")) == ["a", "b"]
    assert sync(store, topic("a"), topic("b", "2"), topic("c")) == ["b", "c"]
    assert sync(store, topic("a"), topic("b", "2"), topic("c")) == []


def test_a_topic_that_left_and_returns_is_new_again(store: SqliteStore) -> None:
    add_items(store, "1")
    sync(store, topic("a"))
    sync(store)
    assert store.pending_rematches() == []
    assert sync(store, topic("a")) == ["a"]


def test_a_changed_topic_is_to_be_matched_over_what_is_stored_now(store: SqliteStore) -> None:
    sync(store, topic("a"))
    assert store.pending_rematches() == []
    add_items(store, "1", "2", "3")
    sync(store, topic("a", "2"))
    add_items(store, "4")
    assert store.pending_rematches() == [rematch("a", "2", 0, 3)]


def test_progress_is_kept_until_the_end(store: SqliteStore) -> None:
    add_items(store, "1", "2", "3")
    sync(store, topic("a"))
    (pending,) = store.pending_rematches()
    store.advance_rematch(pending, after_id=2)
    (further,) = store.pending_rematches()
    assert further == rematch("a", "1", 2, 3)
    store.advance_rematch(further, after_id=3)
    assert store.pending_rematches() == []


def test_progress_does_not_count_for_what_was_begun_anew_further_back(store: SqliteStore) -> None:
    add_items(store, "1", "2")
    add_items(store, "3", now=NOW + timedelta(hours=1))
    store.start_rematch(topic("a"), since=NOW + timedelta(minutes=1))
    (pending,) = store.pending_rematches()
    store.start_rematch(topic("a"))
    store.advance_rematch(pending, after_id=3)
    assert store.pending_rematches() == [rematch("a", "1", 0, 3)]


def test_what_is_begun_anew_since_a_moment_keeps_what_was_pending_before(
    store: SqliteStore,
) -> None:
    add_items(store, "1", "2")
    add_items(store, "3", now=NOW + timedelta(hours=1))
    sync(store, topic("a"))
    store.start_rematch(topic("a"), since=NOW + timedelta(minutes=1))
    assert store.pending_rematches() == [rematch("a", "1", 0, 3)]


def test_progress_of_an_older_version_does_not_count_for_the_newer(store: SqliteStore) -> None:
    add_items(store, "1", "2", "3")
    sync(store, topic("a"))
    (old,) = store.pending_rematches()
    sync(store, topic("a", "2"))
    store.advance_rematch(old, after_id=2)
    store.advance_rematch(old, after_id=3)
    assert store.pending_rematches() == [rematch("a", "2", 0, 3)]


def test_a_topic_may_be_matched_again_since_a_moment(store: SqliteStore) -> None:
    add_items(store, "1", "2")
    add_items(store, "3", now=NOW + timedelta(hours=1))
    store.start_rematch(topic("a"), since=NOW + timedelta(minutes=1))
    assert store.pending_rematches() == [rematch("a", "1", 2, 3)]
    store.start_rematch(topic("a"))
    assert store.pending_rematches() == [rematch("a", "1", 0, 3)]
