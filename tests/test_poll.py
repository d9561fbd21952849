"""Polls joined together: a fetcher on a scripted transport, a real parser, a real SQLite file."""

import asyncio
from datetime import timedelta
from typing import Any

import httpx
import pytest

from tests.conftest import FakeClock
from tests.plain_parser import PlainParser
from tests.polling import URL, Body, Poll, Server, add_feed, make_poller, one_by_one, rss, the_feed
from watcher.errors import StoreError
from watcher.models import Document, FeedOptions, Subscription
from watcher.poll import Poller
from watcher.settle import Watch
from watcher.store import MatchFilter, SqliteStore, Store


@pytest.fixture
def server() -> Server:
    return Server()


@pytest.fixture
def store(store: SqliteStore, clock: FakeClock) -> SqliteStore:
    return add_feed(store, clock)


@pytest.fixture
def poller(server: Server, store: SqliteStore, clock: FakeClock) -> Poller:
    return make_poller(server, store, clock)


@pytest.fixture
def poll(poller: Poller, store: SqliteStore, server: Server) -> Poll:
    return one_by_one(poller, store, server)


def health(store: SqliteStore) -> Any:
    return next(store.feeds())


async def test_new_items_are_stored_and_matched_once(poll: Poll, store: SqliteStore) -> None:
    polled = await poll(rss("A flood"), rss("A flood", "A second flood", "A fair"))
    assert (polled.new, polled.matches) == (2, 1)
    assert [m.item.title for m in store.matches(MatchFilter())] == ["A second flood", "A flood"]


async def test_a_first_poll_is_backlog_and_tells_nobody(
    poll: Poll, store: SqliteStore, clock: FakeClock
) -> None:
    await poll(rss("A flood"), rss("A second flood", "A flood"))
    assert [m.origin for m in store.matches(MatchFilter())] == ["live", "backlog"]
    queued = store.claim_deliveries(now=clock.advance(minutes=1), limit=9)
    assert [(d.channel, d.match.item.title) for d in queued] == [("desk", "A second flood")]


async def test_an_item_carries_the_facts_of_its_feed(poll: Poll, store: SqliteStore) -> None:
    await poll(rss("A flood"))
    (match,) = store.matches(MatchFilter())
    assert (match.item.outlet, match.item.feed) == ("Harbour Post", URL)


async def test_validators_make_the_next_request_conditional(poll: Poll, server: Server) -> None:
    polled = await poll(rss("A fair", ETag='W/"1"'), httpx.Response(304))
    assert server.requests[1].headers["If-None-Match"] == 'W/"1"'
    assert polled.status == "unchanged"


async def test_where_a_redirect_leads_elsewhere_nothing_is_known(
    poll: Poll, server: Server
) -> None:
    moved = httpx.Response(301, headers={"Location": "https://elsewhere.example/feed"})
    await poll(rss("A fair", ETag='"1"'))
    server.answers.append(moved)
    polled = await poll(rss("A flood", ETag='"1"'))
    asked = server.requests[-1]
    assert (asked.url.host, asked.headers.get("If-None-Match")) == ("elsewhere.example", None)
    assert polled.new == 1
    server.answers.append(moved)
    await poll(httpx.Response(304))
    assert server.requests[-1].headers["If-None-Match"] == '"1"'


async def test_the_same_bytes_are_not_parsed_again(poll: Poll, poller: Poller) -> None:
    await poll(rss("A fair"))
    poller.box = Refusing()
    polled = await poll(rss("A fair"))
    assert polled.status == "unchanged"


def renamed(*links: str) -> httpx.Response:
    """Show the same items under other links."""
    items = "".join(
        f"<item><title>News {minute}</title><link>https://news.example/{link}</link>"
        f"<pubDate>Mon, 02 Mar 2026 11:{minute:02}:00 GMT</pubDate></item>"
        for minute, link in enumerate(links)
    )
    return httpx.Response(200, stream=Body(f'<rss version="2.0"><channel>{items}</channel></rss>'))


async def test_items_named_anew_beside_unchanged_ones_stay_known(poll: Poll) -> None:
    polled = await poll(renamed(*"abcdefg"), renamed(*"abcdeFGH"))
    assert polled.new == 1


async def test_where_what_is_known_cannot_be_read_the_poll_is_due_again(
    poll: Poll, poller: Poller
) -> None:
    await poll(renamed(*"abcdefg"))
    poller.settler.store = Unreadable()  # type: ignore[assignment]  # a fake
    with pytest.raises(StoreError, match="locked"):
        await poll(renamed(*"abcdeFGH"))


class Unreadable:
    """A store that somebody else holds."""

    def are_named_anew(self, *_: Any) -> bool:
        raise StoreError("the database is locked")


class Refusing(PlainParser):
    async def parse(self, *_: Any, **__: Any) -> Document:
        raise AssertionError("there is nothing to parse")


@pytest.mark.parametrize("days", [1, pytest.param(-30, id="the clock was ahead")])
async def test_once_a_day_a_304_is_not_asked_for(
    poll: Poll, server: Server, clock: FakeClock, days: int
) -> None:
    await poll(rss("A fair", ETag='"1"'))
    clock.advance(days=days)
    await poll(rss("A fair", ETag='"1"'))
    assert "If-None-Match" not in server.requests[1].headers


async def test_a_failure_is_counted_on_the_feed_and_waits_longer_each_time(
    poll: Poll, store: SqliteStore, clock: FakeClock
) -> None:
    waits = []
    for _ in range(3):
        await poll(httpx.Response(503))
        waits.append(the_feed(store).next_poll_at - clock())
    assert (health(store).error_kind, health(store).failures) == ("unavailable", 3)
    assert timedelta(minutes=30) <= waits[0] < waits[1] < waits[2]


async def test_success_clears_a_failure(poll: Poll, store: SqliteStore) -> None:
    await poll(httpx.Response(503), rss("A fair"))
    assert (health(store).state, health(store).failures) == ("ok", 0)


async def test_after_an_error_the_next_request_is_unconditional(poll: Poll, server: Server) -> None:
    await poll(rss("A fair", ETag='"1"'), httpx.Response(500), rss("A fair"))
    assert "If-None-Match" not in server.requests[2].headers


async def test_retry_after_is_obeyed(poll: Poll, store: SqliteStore, clock: FakeClock) -> None:
    await poll(httpx.Response(429, headers={"Retry-After": "36000"}))
    assert the_feed(store).next_poll_at >= clock() + timedelta(hours=10)
    assert store.claim_due(now=clock.advance(hours=9), limit=1) == []


async def test_gone_twice_is_asked_weekly_and_shown(
    poll: Poll, store: SqliteStore, clock: FakeClock
) -> None:
    await poll(httpx.Response(410), httpx.Response(410))
    assert the_feed(store).next_poll_at == clock() + timedelta(days=7)
    assert health(store).state == "gone"


async def test_a_permanent_redirect_is_believed_the_third_time(
    poller: Poller, server: Server, store: SqliteStore
) -> None:
    moved = "https://new.example/feed"
    urls = []
    for _ in range(3):
        server.answers += [httpx.Response(301, headers={"Location": moved}), rss("A fair")]
        await poller.poll(the_feed(store))
        urls.append(the_feed(store).url)
    assert urls == [URL, URL, moved]


async def test_a_page_instead_of_a_feed_is_an_error_of_the_feed(
    poll: Poll, store: SqliteStore
) -> None:
    await poll(httpx.Response(200, stream=Body("<html><body>Welcome</body></html>")))
    assert health(store).error_kind == "not_a_feed"


async def test_a_bug_backs_off_like_any_failure(
    poll: Poll, poller: Poller, store: SqliteStore, caplog: pytest.LogCaptureFixture
) -> None:
    poller.box = Refusing()
    polled = await poll(rss("A fair"))
    assert (polled.status, health(store).failures) == ("internal", 1)
    assert "AssertionError" in caplog.text


async def test_a_bug_while_settling_loses_nothing_of_the_others(poll: Poll, poller: Poller) -> None:
    good = poller.settler.watch
    poller.settler.watch = Watch(topics={}, matcher=good.matcher)
    polled = await poll(rss("A flood"))
    assert polled.status == "internal"
    poller.settler.watch = good
    polled = await poll(rss("A flood"))
    assert (polled.new, polled.matches) == (1, 1)


async def test_a_poll_that_cannot_be_written_is_told_and_due_again(
    poll: Poll, poller: Poller, store: SqliteStore
) -> None:
    before = the_feed(store)
    poller.settler.store = Full()  # type: ignore[assignment]  # a fake
    with pytest.raises(StoreError, match="full"):
        await poll(rss("A flood"))
    assert the_feed(store) == before


class Full:
    """A store on a full disk."""

    def transaction(self) -> Any:
        raise StoreError("the disk is full")


async def test_a_poll_whose_writing_fails_midway_is_told(poll: Poll, poller: Poller) -> None:
    poller.settler.store = FullAtItems(poller.settler.store)  # type: ignore[assignment]  # fake
    with pytest.raises(StoreError, match="full"):
        await poll(rss("A flood"))


class FullAtItems(Full):
    """A store whose disk fills up with the first item."""

    def __init__(self, store: Store) -> None:
        self.transaction = store.transaction  # type: ignore[method-assign]  # full as well

    def arriving_items(self, *_: Any, **__: Any) -> Any:
        raise StoreError("the disk is full")


async def test_a_bug_that_cannot_be_settled_either_is_raised(poll: Poll, poller: Poller) -> None:
    poller.settler.store = Odd(poller.settler.store)  # type: ignore[assignment]  # a fake
    with pytest.raises(AssertionError, match="a bug"):
        await poll(httpx.Response(503))


class Odd:
    """A store that can write no poll down, by a bug of ours."""

    def __init__(self, store: Store) -> None:
        self.transaction = store.transaction

    def record_poll(self, *_: Any) -> None:
        raise AssertionError("a bug")


async def test_polls_that_end_together_are_settled_together(
    poller: Poller, server: Server, store: SqliteStore, clock: FakeClock
) -> None:
    store.add_feed(Subscription(url="https://quay.example/feed"), now=clock())
    server.answers += [rss("A flood"), rss("A second flood")]
    due = store.claim_due(now=clock(), limit=2)
    polled = await asyncio.gather(*map(poller.poll, due))
    assert [(each.feed, each.new) for each in polled] == [(feed, 1) for feed in due]


async def test_the_loop_goes_on_while_a_large_document_is_settled(
    poll: Poll, poller: Poller, store: SqliteStore
) -> None:
    poller.settler.monotonic = Hurrying()
    polling = asyncio.create_task(poll(rss(*MANY)))
    items_met = set()
    while not polling.done():
        await asyncio.sleep(0)
        items_met.add(store.count_items())
        assert sum(store.count_judged().values()) == store.count_items()
    assert items_met == {0, 25, 50, 60}
    assert (polling.result().new, polling.result().matches) == (60, 60)


async def test_a_large_document_lets_others_be_settled_between(
    poller: Poller, server: Server, store: SqliteStore, clock: FakeClock
) -> None:
    store.add_feed(Subscription(url="https://quay.example/feed"), now=clock())
    poller.settler.monotonic = Hurrying()
    server.answers += [rss(*MANY), rss("A fair")]
    large, small = (
        asyncio.create_task(poller.poll(due)) for due in store.claim_due(now=clock(), limit=2)
    )
    await asyncio.wait({large, small}, return_when=asyncio.FIRST_COMPLETED)
    assert (small.done(), large.done()) == (True, False)
    assert (await large).new == 60


async def test_a_large_document_that_was_cut_short_is_settled_by_the_next_poll(
    poll: Poll, poller: Poller, store: SqliteStore, clock: FakeClock
) -> None:
    await poll(rss("A fair"))
    clock.advance(days=2)
    poller.settler.monotonic = Hurrying()
    polling = asyncio.create_task(poll(rss(*MANY)))
    while store.count_items() < 11:
        await asyncio.sleep(0)
    polling.cancel()
    await asyncio.wait({polling})
    assert the_feed(store).last_success_at != clock()
    assert (await poll(rss(*MANY))).new < 60
    assert sum(store.count_judged().values()) == 60
    assert len(store.gaps()) == 1


async def test_a_bug_midway_in_a_large_document_backs_off(poll: Poll, poller: Poller) -> None:
    poller.settler.monotonic = Hurrying()
    polling = asyncio.create_task(poll(rss(*MANY)))
    while not poller.settler.store.item(1):
        await asyncio.sleep(0)
    poller.settler.watch = Watch(topics={}, matcher=poller.settler.watch.matcher)
    assert (await polling).status == "internal"


async def test_items_over_the_limit_are_told_and_read_by_the_next_polls(
    poll: Poll, poller: Poller, store: SqliteStore, caplog: pytest.LogCaptureFixture
) -> None:
    poller.box = Hasty()
    document = [f"Fair-{number}" for number in range(25)]
    await poll(rss(*document, ETag='"1"'))
    assert f"feed={URL} left_out=15" in caplog.text
    assert the_feed(store).validators.etag is None
    await poll(rss(*document, ETag='"1"'), rss(*document, ETag='"1"'))
    assert store.count_items() == 25
    assert the_feed(store).validators.etag == '"1"'


async def test_a_document_of_which_the_rest_cannot_be_read_is_asked_for_conditionally(
    poll: Poll, poller: Poller, store: SqliteStore
) -> None:
    poller.box = Hasty()
    document = [f"Fair {number}" for number in range(25)]  # by its guid an item looks like all
    await poll(rss(*document, ETag='"1"'), rss(*document, ETag='"1"'))
    assert the_feed(store).validators.etag == '"1"'


class Hasty(PlainParser):
    """Takes ten items of a document."""

    max_items = 10


MANY = tuple(f"Flood {number}" for number in range(60))


class Hurrying:
    """A clock on which all takes long."""

    def __init__(self) -> None:
        self.s = 0.0

    def __call__(self) -> float:
        self.s += 1
        return self.s


async def test_a_poll_cancelled_while_it_waits_for_its_commit_is_written(
    poll: Poll, poller: Poller, store: SqliteStore
) -> None:
    poller.box = Cancelling()
    with pytest.raises(asyncio.CancelledError):
        await asyncio.create_task(poll(rss("A flood")))
    assert store.count_items() == 1


async def test_a_cancelled_poll_that_cannot_be_written_is_silent(
    poll: Poll, poller: Poller
) -> None:
    poller.box = Cancelling()
    poller.settler.store = Full()  # type: ignore[assignment]  # a fake
    with pytest.raises(asyncio.CancelledError):
        await asyncio.create_task(poll(rss("A flood")))


class Cancelling(PlainParser):
    """Parses, and has the poll cancelled right after."""

    async def parse(self, *arguments: Any, **options: Any) -> Document:
        document = await super().parse(*arguments, **options)
        task = asyncio.current_task()
        assert task is not None
        task.cancel()
        return document


async def test_the_options_of_a_feed_reach_its_server_and_its_schedule(
    poll: Poll, poller: Poller, server: Server, store: SqliteStore, clock: FakeClock
) -> None:
    given = FeedOptions(every=timedelta(hours=3), headers={"X-Key": "7"}, auth="reader:secret")
    poller.settler.options_of = lambda feed: given if feed.url == URL else FeedOptions()
    await poll(rss("A fair", ETag='"1"'))
    (request,) = server.requests
    assert (request.headers["X-Key"], request.headers["Authorization"][:6]) == ("7", "Basic ")
    assert (the_feed(store).next_poll_at - clock()) / timedelta(hours=3) == pytest.approx(1, 0.06)
