import dataclasses
from datetime import timedelta

import pytest

from tests.stored import HOUR, NOW, feed_at, record, subscribe
from watcher.errors import FetchError, StoreError
from watcher.models import (
    Feed,
    Gap,
    Hints,
    Item,
    PollStats,
    Rest,
    Subscription,
    Validators,
    Watched,
)
from watcher.store import SqliteStore


def again(store: SqliteStore, feed: Feed) -> Feed:
    return feed_at(store, feed.subscribed_url)


A, A2, B = "https://a.example/1", "https://a.example/2", "https://b.example/"


def test_a_good_poll_is_written_down(store: SqliteStore) -> None:
    (feed,) = subscribe(store, A)
    stats = PollStats(observed_at=NOW, items=3.5)
    store.record_poll(
        feed,
        record(
            stats=stats,
            hints=Hints(ttl=HOUR),
            validators=Validators(etag='"1"', last_modified="now", url=A2, body_hash="ab"),
            memory=b"\x00m",
            language="uk",
            newest_at=NOW - HOUR,
            last_document_at=NOW,
            moved_to="https://new.example/",
            moved_times=2,
        ),
    )
    assert again(store, feed) == dataclasses.replace(
        feed,
        stats=stats,
        hints=Hints(ttl=HOUR),
        validators=Validators(etag='"1"', last_modified="now", url=A2, body_hash="ab"),
        memory=b"\x00m",
        language="uk",
        newest_at=NOW - HOUR,
        last_document_at=NOW,
        last_polled_at=NOW,
        first_success_at=NOW,
        last_success_at=NOW,
        next_poll_at=NOW + HOUR,
        moved_to="https://new.example/",
        moved_times=2,
    )


def test_what_a_poll_does_not_tell_stays_as_it_was(store: SqliteStore) -> None:
    (feed,) = subscribe(store, A)
    told = {"hints": Hints(ttl=HOUR), "validators": Validators(etag='"1"'), "memory": b"m"}
    store.record_poll(feed, record(title="T", newest_at=NOW, last_document_at=NOW, **told))
    before = again(store, feed)
    store.record_poll(before, record())
    assert again(store, feed) == before


def test_what_a_catalogue_says_during_a_poll_stays(store: SqliteStore) -> None:
    listed = Subscription(url=A, title="Old", language="en", catalogue="a.opml")
    store.sync_feeds([listed], now=NOW, spread_s=0)
    feed = feed_at(store, A)
    listed = dataclasses.replace(listed, title="New", language="uk")
    store.sync_feeds([listed], now=NOW, spread_s=0)
    store.record_poll(feed, record(title="Said", language="de", newest_at=NOW))
    after = again(store, feed)
    assert (after.title, after.language, after.newest_at) == ("New", "uk", NOW)


def test_a_failure_is_shown_and_the_next_success_clears_it(store: SqliteStore) -> None:
    (feed,) = subscribe(store, A)
    store.record_poll(feed, record())
    later = NOW + HOUR
    store.record_poll(feed, record(polled_at=later, error=FetchError("dns", "no such name")))
    (health,) = store.feeds()
    assert (health.error_kind, health.error, health.failures) == ("dns", "no such name", 1)
    assert (health.feed.last_polled_at, health.feed.last_success_at) == (later, NOW)
    store.record_poll(feed, record())
    (health,) = store.feeds()
    assert (health.error_kind, health.error, health.failures) == (None, None, 0)


def test_a_move_is_not_made_onto_another_feed(store: SqliteStore) -> None:
    feed, _ = subscribe(store, A, B)
    store.record_poll(feed, record(url=B))
    assert again(store, feed).url == A


def test_gaps_are_listed_from_a_moment_on_and_for_a_feed(store: SqliteStore) -> None:
    first, second = subscribe(store, A, B)
    early = Gap(from_at=NOW - 9 * HOUR, to_at=NOW - 8 * HOUR, found_by="outage")
    late = Gap(from_at=NOW - 2 * HOUR, to_at=NOW - HOUR, found_by="scrolled")
    store.record_poll(first, record(gap=early))
    store.record_poll(second, record(gap=late))
    assert [gap.gap for gap in store.gaps()] == [late, early]
    assert [gap.gap for gap in store.gaps(since=NOW - 3 * HOUR)] == [late]
    assert [gap.feed_url for gap in store.gaps(feed_url=A)] == [A]
    with pytest.raises(StoreError, match="no such feed"):
        store.gaps(feed_url=A2)
    assert store.gaps()[0].found_at == NOW
    assert [health.gaps for health in store.feeds()] == [1, 1]


def test_gaps_are_found_by_the_address_a_feed_has_left(store: SqliteStore) -> None:
    (feed,) = subscribe(store, A)
    gap = Gap(from_at=NOW - HOUR, to_at=NOW, found_by="outage")
    store.record_poll(feed, record(gap=gap, url=A2))
    store.record_poll(again(store, feed), record(url=B))
    assert [store.gaps(feed_url=url)[0].gap for url in (A, A2, B)] == [gap] * 3


def test_a_feed_that_moves_onto_another_stays_and_is_told(
    store: SqliteStore, caplog: pytest.LogCaptureFixture
) -> None:
    feed, _ = subscribe(store, A, B)
    store.record_poll(feed, record(url=B))
    assert again(store, feed).url == A
    assert f"feed={A} has moved to {B}, which is a feed already" in caplog.text


def test_a_feed_that_was_removed_gives_way_with_its_items(
    store: SqliteStore, caplog: pytest.LogCaptureFixture
) -> None:
    feed, other = subscribe(store, A, B)
    store.add_new_items(other, [Item(guid="1")], now=NOW)
    store.remove_feed(B)
    store.record_poll(feed, record(url=B))
    assert again(store, feed).url == B
    assert "has moved" not in caplog.text
    item = store.item(1)
    assert item is not None
    assert (item.feed, item.feed_given) == (f"{B}#removed-{other.id}", B)
    store.remove_feed(B)
    assert store.add_feed(Subscription(url=B), now=NOW)
    assert again(store, feed).url == B


def test_a_feed_that_gave_way_has_its_address_again_when_it_is_added(store: SqliteStore) -> None:
    feed, other = subscribe(store, A, B)
    store.remove_feed(B)
    store.record_poll(feed, record(url=B))
    store.record_poll(again(store, feed), record(url=A2))
    store.remove_feed(A)
    assert store.add_feed(Subscription(url=B), now=NOW)
    assert (again(store, other).id, again(store, other).url) == (other.id, B)


def test_statistics_of_all_feeds_are_read_for_the_calibration(store: SqliteStore) -> None:
    first, _ = subscribe(store, A, B)
    store.record_poll(first, record(stats=PollStats(items=2.0)))
    store.pause_feed(B)
    assert store.all_stats() == [(A, PollStats(items=2.0))]
    assert store.count_polled() == 1


def test_coverage_opens_no_later_than_a_clock_that_was_wrong_is_right_again(
    store: SqliteStore,
) -> None:
    (feed,) = subscribe(store, A)
    for at in (NOW + 1000 * HOUR, NOW, NOW + HOUR):
        store.record_poll(feed, record(polled_at=at))
    assert store.watched()[0].first_success_at == NOW


def test_what_is_known_of_watching_is_of_the_feeds_asked_for(store: SqliteStore) -> None:
    store.sync_feeds(
        [
            Subscription(url=A, outlet="Bote", country="DE", language="de"),
            Subscription(url=B, outlet="Post", country="GB"),
            Subscription(url=A2, outlet="Bote", paused=True),
        ],
        now=NOW,
        spread_s=0,
    )
    feed = feed_at(store, A)
    gap = Gap(from_at=NOW - HOUR, to_at=NOW, found_by="outage")
    for minutes in (1, 2):
        at = NOW + timedelta(minutes=minutes)
        stats = PollStats(planned_at=NOW + HOUR)
        store.record_poll(
            feed, record(polled_at=at, stats=stats, gap=gap if minutes == 1 else None)
        )
    bote = Watched(
        added_at=NOW,
        first_success_at=NOW + timedelta(minutes=1),
        last_success_at=NOW + timedelta(minutes=2),
        planned_at=NOW + HOUR,
        gaps=(gap,),
    )
    post = Watched(added_at=NOW, first_success_at=None, last_success_at=None, planned_at=None)
    assert store.watched() == [bote, post]
    assert store.watched(outlet="bote") == store.watched(country="de") == [bote]
    assert store.watched(language="de") == [bote, post]
    assert store.watched(language="uk") == [post]
    assert store.watched(since=gap.to_at) == [bote, post]
    later = gap.to_at + timedelta(seconds=1)
    assert store.watched(since=later) == [dataclasses.replace(bote, gaps=()), post]


def test_a_rest_is_kept(store: SqliteStore) -> None:
    rest = Rest(domain="a.example", until_at=NOW)
    store.keep_rest(rest)
    assert store.rests(since=NOW) == [rest]
