from datetime import UTC, datetime, timedelta

import pytest

from tests.stored import feed_at
from watcher.errors import StoreError
from watcher.models import Evidence, Item, Match, Origin, PollStats, Subscription, Topic
from watcher.nodes import Term
from watcher.store import MatchFilter, PollRecord, SqliteStore
from watcher.store.subscribing import spread

NOW = datetime(2026, 3, 2, 12, tzinfo=UTC)
HOUR = timedelta(hours=1)


def listed(number: int, *, outlet: str = "", country: str = "") -> Subscription:
    return Subscription(
        url=f"https://news{number}.example/feed",
        catalogue="news.opml",
        outlet=outlet,
        country=country,
    )


def sync(
    store: SqliteStore,
    *subscriptions: Subscription,
    now: datetime = NOW,
    spread_s: float = 0,
    few: int = 0,
) -> None:
    store.sync_feeds(subscriptions, now=now, spread_s=spread_s, few=few)


def states(store: SqliteStore) -> dict[str, str]:
    return {health.feed.url: health.state for health in store.feeds()}


def test_a_listed_feed_is_subscribed_with_its_attributes(store: SqliteStore) -> None:
    sync(store, Subscription(url="https://a.example/f", title="A", outlet="O", tags=("x",)))
    feed = feed_at(store, "https://a.example/f")
    assert (feed.title, feed.outlet, feed.tags, feed.next_poll_at) == ("A", "O", ("x",), NOW)


def test_what_the_catalogue_changes_is_taken_over(store: SqliteStore) -> None:
    sync(store, listed(1, outlet="Old", country="ua"))
    sync(store, listed(1, outlet="New"))
    (health,) = store.feeds()
    assert (health.feed.outlet, health.feed.country) == ("New", "")


def test_the_title_of_the_document_stands_in_where_the_catalogue_has_none(
    store: SqliteStore,
) -> None:
    sync(store, listed(1))
    feed = feed_at(store, listed(1).url)
    store.record_poll(
        feed, PollRecord(polled_at=NOW, next_poll_at=NOW, stats=PollStats(), title="Told")
    )
    sync(store, listed(1, outlet="New"))
    (health,) = store.feeds()
    assert (health.feed.title, health.feed.outlet) == ("Told", "New")


def test_a_vanished_feed_is_paused_and_resumed_when_it_is_listed_again(store: SqliteStore) -> None:
    sync(store, listed(1), listed(2))
    sync(store, listed(1))
    assert states(store) == {listed(1).url: "new", listed(2).url: "paused"}
    sync(store, listed(1), listed(2))
    assert states(store) == {listed(1).url: "new", listed(2).url: "new"}


def test_the_settings_pause_feeds_added_by_hand_for_as_long_as_they_say_so(
    store: SqliteStore,
) -> None:
    store.add_feed(Subscription(url="https://own.example/feed"), now=NOW)
    told: list[str] = []
    for paused in ({"https://own.example/feed"}, {"https://own.example/feed"}, {"else"}):
        store.sync_feeds([], now=NOW, spread_s=0, paused=frozenset(paused))
        told += states(store).values()
    assert told == ["paused", "paused", "new"]


def test_a_feed_its_user_paused_stays_so_whatever_the_catalogue_says(store: SqliteStore) -> None:
    sync(store, listed(1))
    store.pause_feed(listed(1).url)
    sync(store)
    sync(store, listed(1))
    assert states(store) == {listed(1).url: "paused"}
    store.resume_feed(listed(1).url)
    assert states(store) == {listed(1).url: "new"}


def test_a_vanished_feed_that_its_user_resumed_stays(store: SqliteStore) -> None:
    sync(store, listed(1))
    sync(store)
    store.resume_feed(listed(1).url)
    sync(store)
    assert states(store) == {listed(1).url: "new"}


def test_a_catalogue_may_pause_a_feed(store: SqliteStore) -> None:
    asleep = Subscription(url="https://a.example/f", paused=True, catalogue="news.opml")
    awake = Subscription(url="https://a.example/f", catalogue="news.opml")
    for subscription in (asleep, awake, asleep, awake):
        sync(store, subscription)
        expected = "paused" if subscription.paused else "new"
        assert states(store) == {awake.url: expected}


def test_a_feed_added_by_hand_stays_when_catalogues_come_and_go(store: SqliteStore) -> None:
    url = listed(1).url
    assert store.add_feed(Subscription(url=url), now=NOW)
    assert not store.add_feed(Subscription(url=url), now=NOW)
    sync(store, listed(1, outlet="Listed"))
    sync(store)
    (health,) = store.feeds()
    assert (health.state, health.feed.outlet) == ("new", "Listed")


def test_many_feeds_are_imported_at_once(store: SqliteStore) -> None:
    store.add_feed(listed(1), now=NOW)
    assert store.add_feeds([*map(listed, range(5)), listed(4)], now=NOW, spread_s=60) == 4
    assert len(states(store)) == 5


def test_a_removed_feed_leaves_its_items_and_matches(store: SqliteStore) -> None:
    sync(store, listed(1), listed(2))
    topic = Topic(id="t", query=Term("x"), version="1", notify=("desk",))
    for number in (1, 2):
        feed = feed_at(store, listed(number).url)
        (item,) = store.add_new_items(feed, [Item(guid="1", title="x y z v w")], now=NOW).new
        match = Match("t", tuple[Evidence, ...])
        store.log_matches(
            [(item, match)], topics={"t": topic}, origin=Origin.LIVE, now=NOW, notify=True
        )
    store.remove_feed(listed(1).url)
    assert len(states(store)) == 1
    assert store.counts(now=NOW).feeds == {"new": 1}
    assert [match.item.feed for match in store.matches(MatchFilter())] == [
        listed(2).url,
        listed(1).url,
    ]


def test_only_its_user_brings_a_removed_feed_back(store: SqliteStore) -> None:
    sync(store, listed(1))
    store.remove_feed(listed(1).url)
    sync(store, listed(1))
    assert len(states(store)) == 0
    assert store.add_feed(listed(1), now=NOW)
    assert [feed.url for feed in store.claim_due(now=NOW, limit=9)] == [listed(1).url]


@pytest.mark.parametrize(
    "typed", ["HTTPS://1.Example/feed#top", " 1.example/feed", "1.example/feed"]
)
@pytest.mark.parametrize("act", ["remove_feed", "pause_feed", "resume_feed"])
def test_a_feed_is_found_by_its_address_as_people_type_it(
    store: SqliteStore, act: str, typed: str
) -> None:
    address = "https://1.example/feed"
    store.add_feed(Subscription(url=address), now=NOW)
    assert getattr(store, act)(typed).url == address


@pytest.mark.parametrize("act", ["remove_feed", "pause_feed", "resume_feed"])
def test_an_unknown_feed_is_named(store: SqliteStore, act: str) -> None:
    with pytest.raises(StoreError, match=r"https://none\.example/: no such feed"):
        getattr(store, act)("https://none.example/")


def test_first_polls_are_spread_and_the_first_comes_at_once(store: SqliteStore) -> None:
    sync(store, *map(listed, range(50)), spread_s=3600)
    moments = sorted(health.feed.next_poll_at for health in store.feeds())
    assert moments[0] == NOW
    assert NOW + timedelta(minutes=40) < moments[-1] <= NOW + HOUR
    assert len(set(moments)) > 40


def test_first_polls_of_a_few_new_feeds_among_many_are_not_spread(store: SqliteStore) -> None:
    sync(store, *map(listed, range(9)), spread_s=3600, few=3)
    before = {health.feed.url for health in store.feeds()}
    later = NOW + 9 * HOUR
    sync(store, *map(listed, range(12)), now=later, spread_s=3600, few=3)
    new = [health.feed for health in store.feeds() if health.feed.url not in before]
    assert [feed.next_poll_at for feed in new] == [later] * 3
    assert store.add_feeds([*map(listed, range(14))], now=later, spread_s=3600, few=3) == 2
    assert len(store.claim_due(now=later, limit=99)) == 14


def test_the_spread_depends_on_the_address_alone() -> None:
    urls = [f"https://news{number}.example/" for number in range(9)]
    assert spread(urls, NOW, 60) == spread(urls, NOW, 60)
    assert spread([], NOW, 60) == []
