from datetime import UTC, datetime, timedelta

from tests.stored import feed_at
from watcher.errors import FetchError
from watcher.models import PollStats, Subscription
from watcher.store import PollRecord, SqliteStore

NOW = datetime(2026, 3, 2, 12, tzinfo=UTC)
HOUR = timedelta(hours=1)


def listed(number: int) -> Subscription:
    return Subscription(url=f"https://news{number}.example/feed", catalogue="news.opml")


def sync(store: SqliteStore, *subscriptions: Subscription) -> None:
    store.sync_feeds(subscriptions, now=NOW, spread_s=0)


def states(store: SqliteStore) -> dict[str, str]:
    return {health.feed.url: health.state for health in store.feeds()}


def polled(
    store: SqliteStore, url: str, *, error: FetchError | None = None, gone_times: int = 0
) -> None:
    feed = feed_at(store, url)
    record = PollRecord(
        polled_at=NOW,
        next_poll_at=NOW + HOUR,
        stats=PollStats(),
        error=error,
        gone_times=gone_times,
    )
    store.record_poll(feed, record)


def test_the_state_tells_how_a_feed_is(store: SqliteStore) -> None:
    sync(store, *map(listed, range(5)))
    polled(store, listed(1).url)
    polled(store, listed(2).url, error=FetchError("dns", "no such name"))
    polled(store, listed(3).url, error=FetchError("gone", "410"), gone_times=2)
    store.pause_feed(listed(4).url)
    assert list(states(store).values()) == ["new", "ok", "failing", "gone", "paused"]


def test_a_feed_is_listed_with_its_trouble(store: SqliteStore) -> None:
    sync(store, listed(1))
    polled(store, listed(1).url, error=FetchError("dns", "no such name"))
    polled(store, listed(1).url, error=FetchError("timeout", "no answer"))
    (health,) = store.feeds()
    assert (health.failures, health.error_kind, health.error) == (2, "timeout", "no answer")


def test_a_feed_is_found_by_any_address_it_had(store: SqliteStore) -> None:
    sync(store, listed(1))
    feed = feed_at(store, listed(1).url)
    moved = PollRecord(
        polled_at=NOW, next_poll_at=NOW, stats=PollStats(), url="https://new.example/feed"
    )
    store.record_poll(feed, moved)
    for url in (listed(1).url, "https://new.example/feed"):
        store.pause_feed(url)
        assert states(store) == {"https://new.example/feed": "paused"}
        store.resume_feed(url)
    sync(store, listed(1), Subscription(url="https://new.example/feed", catalogue="news.opml"))
    assert states(store) == {"https://new.example/feed": "ok"}
    sync(store, Subscription(url="https://new.example/feed", catalogue="news.opml"))
    assert states(store) == {"https://new.example/feed": "ok"}
