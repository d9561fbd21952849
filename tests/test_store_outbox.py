from datetime import UTC, datetime, timedelta

import pytest

from tests.stored import feed_at
from watcher.models import Evidence, Item, Match, Origin, Subscription, Topic
from watcher.nodes import Term
from watcher.store import SqliteStore

NOW = datetime(2026, 3, 2, 12, tzinfo=UTC)
HOUR = timedelta(hours=1)


@pytest.fixture
def store(store: SqliteStore) -> SqliteStore:
    store.add_feed(Subscription(url="https://a.example/f"), now=NOW)
    return store


def log(store: SqliteStore, guid: str, *channels: str, notify: bool = True) -> None:
    feed = feed_at(store, "https://a.example/f")
    store.add_new_items(feed, [Item(guid=guid)], now=NOW)
    item = store.item(int(guid))
    assert item is not None
    store.log_matches(
        [(item, Match("t", tuple[Evidence, ...]))],
        topics={"t": Topic(id="t", query=Term("x"), version="1", notify=channels)},
        origin=Origin.LIVE,
        now=NOW,
        notify=notify,
    )


def queued(store: SqliteStore, *, now: datetime = NOW, limit: int = 9) -> list[tuple[int, str]]:
    due = store.claim_deliveries(now=now, limit=limit)
    return [(delivery.match.id, delivery.channel) for delivery in due]


def settle(
    store: SqliteStore, *ids: int, error: str | None = None, next_try_at: datetime | None = None
) -> None:
    store.record_delivery(ids, now=NOW, error=error, next_try_at=next_try_at)


def test_a_match_is_queued_once_for_each_channel_of_its_topic(store: SqliteStore) -> None:
    log(store, "1", "desk", "chief")
    log(store, "1", "desk", "chief")
    log(store, "2", "desk")
    assert queued(store, limit=1) == [(1, "desk")]
    assert queued(store) == [(1, "chief"), (2, "desk")]


def test_nothing_is_queued_where_no_notice_is_wanted(store: SqliteStore) -> None:
    log(store, "1", "desk", notify=False)
    assert queued(store) == []


def test_a_sent_delivery_is_not_sent_again(store: SqliteStore) -> None:
    log(store, "1", "desk", "chief")
    settle(store, 1)
    assert queued(store) == [(1, "chief")]
    assert store.counts(now=NOW).queued == 1


def test_a_failed_delivery_waits_for_its_next_try(store: SqliteStore) -> None:
    log(store, "1", "desk")
    settle(store, 1, error="refused", next_try_at=NOW + HOUR)
    assert queued(store) == []
    (delivery,) = store.claim_deliveries(now=NOW + HOUR, limit=1)
    assert delivery.attempts == 1
    assert store.counts(now=NOW).failing == 1


def test_what_was_claimed_is_due_again_if_nobody_says_how_it_ended(store: SqliteStore) -> None:
    log(store, "1", "desk")
    assert queued(store) == [(1, "desk")]
    assert queued(store, now=NOW + timedelta(seconds=59)) == []
    assert queued(store, now=NOW + timedelta(seconds=60)) == [(1, "desk")]


def test_what_a_process_claimed_that_is_gone_is_due_at_once(store: SqliteStore) -> None:
    for guid in ("1", "2", "3"):
        log(store, guid, "desk")
    settle(store, 1)
    settle(store, 2, error="refused", next_try_at=NOW + HOUR)
    assert queued(store) == [(3, "desk")]
    store.take_up_deliveries(now=NOW)
    assert queued(store) == [(3, "desk")]


def test_what_is_queued_for_a_channel_that_is_no_more_is_dropped(store: SqliteStore) -> None:
    log(store, "1", "desk", "chief")
    log(store, "2", "chief")
    settle(store, 1)
    assert store.drop_deliveries(but_to={"chief"}) == {}
    assert store.drop_deliveries(but_to={"desk"}) == {"chief": 2}
    assert queued(store) == []
