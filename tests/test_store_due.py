from datetime import datetime, timedelta

import pytest

from tests.stored import HOUR, NOW, URL, add, log, record, subscribe
from watcher.errors import StoreError
from watcher.hosts import host_of, registrable_domain
from watcher.models import Rest, Subscription
from watcher.store import SqliteStore, due


def claimed(
    store: SqliteStore, *, now: datetime = NOW, limit: int = 9, one_per_host: bool = True
) -> list[str]:
    feeds = store.claim_due(now=now, limit=limit, one_per_host=one_per_host)
    return [feed.url for feed in feeds]


A, A2, B = "https://a.example/1", "https://a.example/2", "https://b.example/"


def test_due_feeds_are_claimed_soonest_first_and_once(store: SqliteStore) -> None:
    first, second, third = subscribe(store, A, B, "https://c.example/")
    store.record_poll(second, record(next_poll_at=NOW - HOUR))
    store.record_poll(third, record(next_poll_at=NOW + HOUR))
    assert claimed(store) == [second.url, first.url]
    assert claimed(store) == []
    store.release(first.id)
    assert claimed(store) == [first.url]
    assert claimed(store, now=NOW + HOUR) == [third.url]


def test_no_more_are_claimed_than_asked_for(store: SqliteStore) -> None:
    subscribe(store, A, B)
    assert len(claimed(store, limit=1)) == 1
    assert len(claimed(store, limit=1)) == 1


def test_one_feed_of_a_host_is_claimed_at_a_time(store: SqliteStore) -> None:
    first, *_ = subscribe(store, A, A2, B)
    assert claimed(store) == [A, B]
    assert claimed(store) == []
    store.release(first.id)
    store.record_poll(first, record())
    assert claimed(store) == [A2]


def test_all_feeds_of_a_host_may_be_claimed_where_that_is_wanted(store: SqliteStore) -> None:
    subscribe(store, A, A2, B)
    assert claimed(store, one_per_host=False) == [A, A2, B]


def test_busy_hosts_are_left_alone(store: SqliteStore) -> None:
    subscribe(store, A, B)
    due = store.claim_due(now=NOW, limit=9, busy_hosts=frozenset({"a.example"}))
    assert [feed.url for feed in due] == [B]


def test_a_paused_feed_is_not_claimed(store: SqliteStore) -> None:
    subscribe(store, A, B)
    store.pause_feed(A)
    store.make_all_due(now=NOW)
    assert claimed(store) == [B]


def test_a_whole_domain_rests_until_its_time_has_come(store: SqliteStore) -> None:
    first, *_ = subscribe(
        store, "https://news.a.co.uk/", "https://blog.a.co.uk/", "https://b.co.uk/"
    )
    for until_at in (NOW + HOUR, NOW + HOUR / 2):
        rest = Rest(domain="a.co.uk", until_at=until_at)
        store.record_poll(first, record(next_poll_at=NOW, rest=rest))
    assert claimed(store) == ["https://b.co.uk/"]
    assert len(claimed(store, now=NOW + HOUR)) == 2


def test_the_next_due_time_is_that_of_the_next_unclaimed_feed(store: SqliteStore) -> None:
    assert store.next_due_at() is None
    first, second = subscribe(store, A, B)
    store.record_poll(first, record(next_poll_at=NOW - HOUR))
    store.record_poll(second, record(next_poll_at=NOW + HOUR))
    assert store.next_due_at() == NOW - HOUR
    assert store.next_due_at(resting_hosts=frozenset({host_of(A)})) == NOW + HOUR
    assert claimed(store) == [A]
    assert store.next_due_at() == NOW + HOUR
    assert claimed(store, now=NOW + HOUR) == [B]
    assert store.next_due_at() is None


def test_feeds_that_could_not_be_read_are_not_claimed(
    store: SqliteStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_: object) -> None:
        raise StoreError("locked")

    subscribe(store, A)
    with monkeypatch.context() as broken:
        broken.setattr(due, "feeds_by_id", fail)
        with pytest.raises(StoreError):
            store.claim_due(now=NOW, limit=9)
    assert claimed(store) == [A]


def test_a_resting_feed_is_due_when_its_rest_ends(store: SqliteStore) -> None:
    feed, other = subscribe(store, A, B)
    rest = Rest(domain=registrable_domain(host_of(A)), until_at=NOW + HOUR)
    store.record_poll(feed, record(next_poll_at=NOW, rest=rest))
    store.record_poll(other, record(next_poll_at=NOW + HOUR / 2))
    assert store.next_due_at() == NOW + HOUR / 2


def test_everything_can_be_made_due(store: SqliteStore) -> None:
    for feed in subscribe(store, A, B):
        store.record_poll(feed, record())
    assert claimed(store) == []
    store.make_all_due(now=NOW)
    assert claimed(store) == [A, B]


def test_busy_domains_are_left_alone(store: SqliteStore) -> None:
    subscribe(store, "https://one.busy.example/", "https://two.busy.example/", A)
    feeds = store.claim_due(now=NOW, limit=9, busy_domains=frozenset({"busy.example"}))
    assert [feed.url for feed in feeds] == [A]


as_long_as_it_may_or_longer = pytest.mark.parametrize(
    ("ahead", "is_back"),
    [
        pytest.param(timedelta(hours=24), False, id="as long as it may be"),
        pytest.param(timedelta(days=400), True, id="longer"),
    ],
)


@as_long_as_it_may_or_longer
def test_a_rest_of_a_wrong_clock_is_brought_back(
    store: SqliteStore, *, ahead: timedelta, is_back: bool
) -> None:
    subscribe(store, A)
    store.keep_rest(Rest(domain="a.example", until_at=NOW + ahead))
    store.mend_times(now=NOW)
    assert (claimed(store) == [A]) is is_back


@as_long_as_it_may_or_longer
def test_a_notice_of_a_wrong_clock_is_brought_back(
    store: SqliteStore, *, ahead: timedelta, is_back: bool
) -> None:
    subscribe(store, URL)
    log(store, *add(store, 1))
    store.record_delivery([1], now=NOW, error="refused", next_try_at=NOW + ahead)
    store.mend_times(now=NOW)
    assert bool(store.claim_deliveries(now=NOW, limit=9)) is is_back


def test_a_moved_feed_counts_for_its_new_host(store: SqliteStore) -> None:
    feed, _ = subscribe(store, A, B)
    store.record_poll(feed, record(url="https://b.example/new", next_poll_at=NOW))
    assert claimed(store) == ["https://b.example/new"]


def test_overdue_feeds_are_spread_and_none_of_them_is_left_behind(store: SqliteStore) -> None:
    urls = [f"https://news{number}.example/" for number in range(40)]
    for feed in subscribe(store, *urls):
        store.record_poll(feed, record(next_poll_at=NOW - HOUR))
    store.spread_overdue(now=NOW, over_s=600, few=0)
    at_once = len(claimed(store, limit=99))
    assert 0 < at_once < 20
    assert len(claimed(store, now=NOW + timedelta(minutes=10), limit=99)) == 40 - at_once


@pytest.mark.parametrize(("few", "at_once"), [(39, 1), (40, 40)])
def test_a_few_new_feeds_are_not_spread(store: SqliteStore, few: int, at_once: int) -> None:
    subscribe(store, *[f"https://news{number}.example/" for number in range(40)])
    store.add_feed(Subscription(url=A), now=NOW)
    store.pause_feed(A)
    soon = NOW + timedelta(seconds=1)
    store.spread_overdue(now=soon, over_s=1e6, few=few)
    assert len(claimed(store, now=soon, limit=99)) == at_once


@pytest.mark.parametrize(
    ("polled_at", "next_poll_at", "is_back"),
    [
        pytest.param(NOW - HOUR, NOW + HOUR, False, id="as planned"),
        pytest.param(NOW - HOUR, NOW + timedelta(days=17), False, id="a week and more"),
        pytest.param(NOW - HOUR, NOW + timedelta(days=19), True, id="later than any wait"),
        pytest.param(NOW + HOUR, NOW + 2 * HOUR, True, id="polled in the future"),
        pytest.param(NOW + timedelta(minutes=1), NOW + HOUR, False, id="before a small step back"),
    ],
)
def test_a_due_time_of_a_wrong_clock_is_brought_back(
    store: SqliteStore, polled_at: datetime, next_poll_at: datetime, *, is_back: bool
) -> None:
    (feed,) = subscribe(store, A)
    store.record_poll(feed, record(polled_at=polled_at, next_poll_at=next_poll_at))
    store.mend_times(now=NOW)
    store.spread_overdue(now=NOW, over_s=60, few=0)
    assert (claimed(store) == [A]) is is_back
