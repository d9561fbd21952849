"""What makes the watcher unwell, and that nothing else does."""

import os
from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from tests.conftest import FakeClock
from tests.stored import feed_at
from watcher.errors import FeedError
from watcher.health import status
from watcher.match import Matcher
from watcher.models import Item, Origin, PollStats, Subscription, Topic
from watcher.nodes import Term
from watcher.store import PollRecord, SqliteStore, daemon_lock, open_store
from watcher.store.signs import WEEK


@pytest.fixture
def database(tmp_path: Path) -> Path:
    return tmp_path / "watcher.db"


@pytest.fixture
def store(database: Path, clock: FakeClock) -> Iterator[SqliteStore]:
    with open_store(database) as opened:
        opened.sync_topics([Topic(id="flood", query=Term("flood"))], now=clock())
        yield opened


def test_a_daemon_that_watches_for_nothing_is_told(
    store: SqliteStore, database: Path, clock: FakeClock
) -> None:
    store.sync_topics([], now=clock())
    store.beat(now=clock(), started_at=clock())
    with daemon_lock(database):
        (complaint,) = status(store, database, now=clock()).unwell
    assert complaint.startswith("no topic is watched for")


def test_without_a_daemon_it_is_unwell(
    store: SqliteStore, database: Path, clock: FakeClock
) -> None:
    report = status(store, database, now=clock())
    assert report.process is None
    assert [line.split(";")[0] for line in report.unwell] == ["no daemon runs on this database"]


def test_with_a_living_daemon_it_is_well(
    store: SqliteStore, database: Path, clock: FakeClock
) -> None:
    store.beat(now=clock(), started_at=clock())
    with daemon_lock(database):
        report = status(store, database, now=clock.advance(seconds=20))
    assert (report.well, report.process) == (True, os.getpid())


def fail_a_notice(store: SqliteStore, clock: FakeClock) -> None:
    topic = Topic(id="flood", query=Term("flood"), notify=("desk",))
    store.add_feed(Subscription(url="https://a.example/feed"), now=clock())
    feed = feed_at(store, "https://a.example/feed")
    (item,) = store.add_new_items(feed, [Item(guid="1", title="A flood")], now=clock()).new
    matches = [(item, match) for match in Matcher([topic]).match(item)]
    topics = {topic.id: topic}
    store.log_matches(matches, topics=topics, origin=Origin.LIVE, now=clock(), notify=True)
    (delivery,) = store.claim_deliveries(now=clock(), limit=1)
    store.record_delivery([delivery.id], now=clock(), error="refused", next_try_at=clock())


@pytest.mark.parametrize(
    ("trouble", "complaint"),
    [
        pytest.param(
            lambda _store, clock: clock.advance(minutes=2),
            "no sign of life for over a minute: it hangs, or cannot write its database",
            id="hangs",
        ),
        pytest.param(
            lambda store, clock: store.beat(
                now=clock(), started_at=clock(), trouble="the disk is full"
            ),
            "the disk is full",
            id="full disk",
        ),
        pytest.param(
            lambda store, _clock: store.note_problem("a.yaml:3:1: no topic"),
            "a.yaml:3:1",
            id="refused reload",
        ),
        pytest.param(
            fail_a_notice,
            "1 notices could not be sent",
            id="failing notices",
        ),
        pytest.param(
            lambda store, clock: (
                store.add_feed(Subscription(url="https://a.example/feed"), now=clock()),
                clock.advance(hours=3),
                store.beat(now=clock(), started_at=clock()),
            ),
            "1 feeds are over an hour late",
            id="late feeds",
        ),
        pytest.param(
            lambda store, clock: (
                store.add_feed(Subscription(url="https://a.example/feed"), now=clock()),
                store.pause_feed("https://a.example/feed"),
            ),
            "every feed is paused",
            id="nothing to poll",
        ),
    ],
)
def test_it_is_unwell_when(
    trouble: object, complaint: str, store: SqliteStore, database: Path, clock: FakeClock
) -> None:
    assert callable(trouble)
    store.beat(now=clock(), started_at=clock())
    trouble(store, clock)
    with daemon_lock(database):
        report = status(store, database, now=clock())
    assert not report.well
    assert complaint in " ".join(report.unwell)
    assert report.to_json()["well"] is False


def failed(store: SqliteStore, url: str, *, added_at: datetime, gone_times: int = 0) -> None:
    store.add_feed(Subscription(url=url), now=added_at)
    feed = feed_at(store, url)
    trouble = PollRecord(
        polled_at=added_at,
        next_poll_at=added_at + 99 * WEEK,
        stats=PollStats(),
        error=FeedError("dns", "no such name"),
        gone_times=gone_times,
    )
    store.record_poll(feed, trouble)


def test_feeds_that_fail_for_over_a_week_are_told_the_longest_first(
    store: SqliteStore, database: Path, clock: FakeClock
) -> None:
    for number in range(5):
        url = f"https://me:secret@{number}.example/"
        failed(store, url, added_at=clock() - timedelta(days=7 + number))
    store.beat(now=clock(), started_at=clock())
    with daemon_lock(database):
        (complaint,) = status(store, database, now=clock()).unwell
    assert complaint == (
        "4 feeds fail and were not read for over 7 days: https://…@4.example/ (11 days), "
        "https://…@3.example/ (10 days), https://…@2.example/ (9 days), "
        "… (see `watcher feeds list --state failing`)"
    )


def test_a_feed_fails_for_as_long_as_it_was_not_read(
    store: SqliteStore, database: Path, clock: FakeClock
) -> None:
    url = "https://a.example/"
    failed(store, url, added_at=clock())
    feed = feed_at(store, url)
    at = clock.advance(days=6)
    good = PollRecord(polled_at=at, next_poll_at=at + 9 * WEEK, stats=PollStats())
    store.record_poll(feed, good)
    store.record_poll(feed, replace(good, error=FeedError("dns", "no such name")))
    store.beat(now=clock.advance(days=7), started_at=clock())
    with daemon_lock(database):
        assert status(store, database, now=clock()).well
        (complaint,) = status(store, database, now=clock.advance(seconds=1)).unwell
    assert complaint.endswith("days: https://a.example/ (7 days)")


def test_feeds_that_are_paused_removed_or_gone_are_not_told(
    store: SqliteStore, database: Path, clock: FakeClock
) -> None:
    long_ago = clock() - timedelta(days=30)
    for name in ("paused", "removed"):
        failed(store, f"https://{name}.example/", added_at=long_ago)
    failed(store, "https://gone.example/", added_at=long_ago, gone_times=2)
    store.pause_feed("https://paused.example/")
    store.remove_feed("https://removed.example/")
    store.beat(now=clock(), started_at=clock())
    with daemon_lock(database):
        assert status(store, database, now=clock()).well


def test_the_share_of_the_time_since_the_first_feed_was_added_is_told(
    store: SqliteStore, database: Path, clock: FakeClock
) -> None:
    def covered() -> tuple[float | None, datetime]:
        report = status(store, database, now=clock())
        return report.covered, report.covered_since

    assert covered() == (None, clock() - WEEK)
    added_at = clock()
    store.add_feed(Subscription(url="https://a.example/"), now=added_at)
    clock.advance(hours=2)
    assert covered() == (0, added_at)
    (feed,) = store.claim_due(now=clock(), limit=9)
    read = PollRecord(polled_at=clock(), next_poll_at=clock(), stats=PollStats())
    store.record_poll(feed, read)
    clock.advance(hours=6)
    assert covered() == (0.75, added_at)
    clock.advance(days=8)
    assert covered() == (0, clock() - WEEK)
