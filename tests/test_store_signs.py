from datetime import timedelta

import pytest

from tests.stored import DAY, NOW, URL, add, log, the_feed
from watcher.hosts import host_of, registrable_domain
from watcher.models import Gap, PollStats, Rest, State, Subscription
from watcher.store import Heartbeat, PollRecord, SqliteStore


@pytest.fixture
def store(store: SqliteStore) -> SqliteStore:
    store.add_feed(Subscription(url=URL), now=NOW)
    return store


def test_everything_is_counted(store: SqliteStore) -> None:
    log(store, *add(store, 1, 2, 3)[:2])
    store.mark([1], state=State.KEPT)
    gap = Gap(from_at=NOW - DAY, to_at=NOW, found_by="outage")
    record = PollRecord(polled_at=NOW, next_poll_at=NOW, stats=PollStats(), gap=gap)
    store.record_poll(the_feed(store), record)
    counts = store.counts(now=NOW)
    assert (counts.feeds, counts.items, counts.gaps) == ({"ok": 1}, 3, 1)
    assert (counts.matches, counts.queued, counts.failing) == ({"kept": 1, "new": 1}, 2, 0)


def test_a_feed_counts_as_late_after_an_hour(store: SqliteStore) -> None:
    assert store.counts(now=NOW + timedelta(minutes=59)).overdue == 0
    assert store.counts(now=NOW + timedelta(minutes=61)).overdue == 1


def test_a_feed_whose_domain_rests_is_not_late(store: SqliteStore) -> None:
    domain = registrable_domain(host_of(URL))
    store.keep_rest(Rest(domain=domain, until_at=NOW + timedelta(hours=2)))
    assert store.counts(now=NOW + timedelta(minutes=61)).overdue == 0
    assert store.counts(now=NOW + timedelta(minutes=181)).overdue == 1


def test_the_daemon_is_seen_alive(store: SqliteStore) -> None:
    store.note_problem("seeds/a.yaml:1:1: no topic")
    assert store.daemon() is None
    store.beat(now=NOW, started_at=NOW)
    store.beat(now=NOW + DAY, started_at=NOW, trouble="the disk is full")
    assert store.daemon() == Heartbeat(
        started_at=NOW,
        beat_at=NOW + DAY,
        trouble="the disk is full",
        problem="seeds/a.yaml:1:1: no topic",
    )


def test_the_calibration_is_kept(store: SqliteStore) -> None:
    assert store.calibration() is None
    store.keep_calibration("[1]")
    store.keep_calibration("[2]")
    assert store.calibration() == "[2]"
