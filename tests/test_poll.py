"""Polls joined together: a fetcher on a scripted transport, a real parser, a real SQLite file."""

import asyncio
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import httpx
import pytest

from tests.conftest import FakeClock
from tests.plain_parser import PlainParser
from watcher.clock import monotonic
from watcher.errors import StoreError
from watcher.fetch import Fetcher, Limits, Politeness
from watcher.match import Matcher
from watcher.models import Document, Feed, FeedOptions, Subscription, Topic
from watcher.nodes import Term
from watcher.poll import Poller
from watcher.schedule import Calibration, Clamps
from watcher.settle import Settler, Watch
from watcher.store import MatchFilter, SqliteStore, Store, open_store

URL = "https://harbour.example/feed"
FLOOD = Topic(id="flood", query=Term("flood"), notify=("desk",), version="1")


class Server:
    """Answers from a script, one answer a request; keeps the requests."""

    def __init__(self) -> None:
        self.answers: list[httpx.Response | Exception] = []
        self.requests: list[httpx.Request] = []

    def __call__(self, request: httpx.Request) -> httpx.Response:
        self.requests.append(request)
        answer = self.answers.pop(0)
        if isinstance(answer, Exception):
            raise answer
        return answer


def rss(*titles: str, **headers: str) -> httpx.Response:
    items = "".join(f"<item><title>{title}</title><guid>{title}</guid></item>" for title in titles)
    body = f'<rss version="2.0"><channel><title>Harbour Post</title>{items}</channel></rss>'
    return httpx.Response(
        200, headers={"Content-Type": "application/rss+xml", **headers}, stream=Body(body)
    )


class Body(httpx.AsyncByteStream):
    """A body that comes from the wire, as the fetcher reads it."""

    def __init__(self, text: str) -> None:
        self.text = text

    async def __aiter__(self) -> Any:
        yield self.text.encode()


@pytest.fixture
def server() -> Server:
    return Server()


@pytest.fixture
def store(tmp_path: Path, clock: FakeClock) -> Iterator[SqliteStore]:
    with open_store(tmp_path / "watcher.db") as opened:
        opened.add_feed(Subscription(url=URL, outlet="Harbour Post"), now=clock())
        yield opened


@pytest.fixture
def poller(server: Server, store: SqliteStore, clock: FakeClock) -> Poller:
    fetcher = Fetcher(
        limits=Limits(), user_agent="test", transport=httpx.MockTransport(server), now=clock
    )
    settler = Settler(
        store=store,
        politeness=Politeness(host_interval_s=5),
        watch=Watch(topics={"flood": FLOOD}, matcher=Matcher([FLOOD])),
        calibration=Calibration(),
        clamps=Clamps(),
        options_of=lambda _url: FeedOptions(),
    )
    return Poller(fetcher=fetcher, box=PlainParser(), settler=settler, clock=clock)


Poll = Callable[..., Any]


@pytest.fixture
def poll(poller: Poller, store: SqliteStore, server: Server) -> Poll:
    """Poll the feed once for each answer; returns how the last poll ended."""

    async def run(*answers: httpx.Response | Exception) -> Any:
        polled = None
        for answer in answers:
            server.answers.append(answer)
            polled = await poller.poll(the_feed(store))
        return polled

    return run


def the_feed(store: SqliteStore) -> Feed:
    feed = store.feed_by_url(URL)
    assert feed is not None
    return feed


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


async def test_the_same_bytes_are_not_parsed_again(poll: Poll, poller: Poller) -> None:
    await poll(rss("A fair"))
    poller.box = Refusing()
    polled = await poll(rss("A fair"))
    assert polled.status == "unchanged"


class Refusing(PlainParser):
    async def parse(self, *_: Any, **__: Any) -> Document:
        raise AssertionError("there is nothing to parse")


async def test_once_a_day_a_304_is_not_asked_for(
    poll: Poll, server: Server, clock: FakeClock
) -> None:
    await poll(rss("A fair", ETag='"1"'))
    clock.advance(days=1)
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
    poller.settler.store = Full()  # type: ignore[assignment]
    with pytest.raises(StoreError, match="full"):
        await poll(rss("A flood"))
    assert the_feed(store) == before


class Full:
    """A store on a full disk."""

    def transaction(self) -> Any:
        raise StoreError("the disk is full")


async def test_a_poll_whose_writing_fails_midway_is_told(poll: Poll, poller: Poller) -> None:
    poller.settler.store = FullAtItems(poller.settler.store)  # type: ignore[assignment]
    with pytest.raises(StoreError, match="full"):
        await poll(rss("A flood"))


class FullAtItems(Full):
    """A store whose disk fills up with the first item."""

    def __init__(self, store: Store) -> None:
        self.transaction = store.transaction  # type: ignore[method-assign]

    def add_new_items(self, *_: Any, **__: Any) -> Any:
        raise StoreError("the disk is full")


async def test_a_bug_that_cannot_be_settled_either_is_raised(poll: Poll, poller: Poller) -> None:
    poller.settler.store = Odd(poller.settler.store)  # type: ignore[assignment]
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
    poller.settler.store = Full()  # type: ignore[assignment]
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


async def test_a_gap_halves_the_wait(poll: Poll, store: SqliteStore, clock: FakeClock) -> None:
    await poll(dated(clock(), 20, "a"))
    clock.advance(hours=20)
    await poll(dated(clock(), 20, "b"))
    assert [gap.gap.found_by for gap in store.gaps()] == ["scrolled"]


def dated(newest_at: datetime, count: int, name: str) -> httpx.Response:
    items = "".join(
        f"<item><title>{name} {n}</title><guid>{name}{n}</guid>"
        f"<pubDate>{(newest_at - timedelta(minutes=n)).strftime('%a, %d %b %Y %H:%M:%S GMT')}"
        "</pubDate></item>"
        for n in range(count)
    )
    return httpx.Response(200, stream=Body(f'<rss version="2.0"><channel>{items}</channel></rss>'))


def paged(newest: int, count: int, at: datetime, next_page: str = "") -> httpx.Response:
    """Write a feed of numbered items, the newest first, with a link to its older page."""
    link = f'<atom:link rel="next" href="{next_page}"/>' if next_page else ""
    items = "".join(
        f"<item><title>flood {n}</title><guid>{n}</guid>"
        f"<pubDate>{at - timedelta(minutes=newest - n):%a, %d %b %Y %H:%M:%S GMT}</pubDate>"
        "</item>"
        for n in range(newest, newest - count, -1)
    )
    body = (
        '<rss version="2.0" xmlns:atom="http://www.w3.org/2005/Atom"><channel>'
        f"<title>Harbour Post</title>{link}{items}</channel></rss>"
    )
    return httpx.Response(200, stream=Body(body))


def told(*items: tuple[str, str, str]) -> httpx.Response:
    """Write a feed of items, each with guid, link and title."""
    written = "".join(
        f"<item><guid>{guid}</guid><link>{link}</link><title>{title}</title></item>"
        for guid, link, title in items
    )
    return httpx.Response(
        200, stream=Body(f'<rss version="2.0"><channel>{written}</channel></rss>')
    )


PAGE = "https://harbour.example/live"


async def test_items_the_parser_cuts_out_count_as_shown_and_known(
    poll: Poll, store: SqliteStore, clock: FakeClock
) -> None:
    await poll(paged(20, 20, clock()))
    at = clock()
    clock.advance(minutes=30)
    polled = await poll(paged(21, 20, at + timedelta(minutes=1)))
    assert (polled.new, polled.gap) == (1, None)
    assert the_feed(store).stats.document_items == 20


async def test_an_item_that_shares_its_link_with_a_known_one_is_new(
    poll: Poll, store: SqliteStore
) -> None:
    first, second = ("1", PAGE, "A fair"), ("2", PAGE, "A flood")
    polled = await poll(told(first), told(second, first))
    assert polled.new == 1
    assert store.count_items() == 2


async def test_a_known_item_whose_guid_changed_is_not(poll: Poll, store: SqliteStore) -> None:
    kept = ("1", "https://harbour.example/1", "A fair")
    polled = await poll(told(kept, ("2", PAGE, "A flood")), told(kept, ("3", PAGE, "A flood")))
    assert polled.new == 0
    assert store.count_items() == 2


OLDER = "https://harbour.example/feed?page=2"


async def after_a_gap(poller: Poller, server: Server, clock: FakeClock, *older: Any) -> None:
    """Miss items 21 to 40, then find the feed's older pages as given."""
    server.answers.append(paged(20, 20, clock()))
    await poller.poll(the_feed(poller.settler.store))  # type: ignore[arg-type]
    clock.advance(hours=3)
    server.answers += [paged(60, 20, clock(), OLDER), *older]
    await poller.poll(the_feed(poller.settler.store))  # type: ignore[arg-type]


async def test_what_scrolled_out_is_recovered_from_older_pages(
    poller: Poller, server: Server, store: SqliteStore, clock: FakeClock
) -> None:
    at = clock.at + timedelta(hours=3) - timedelta(minutes=20)
    await after_a_gap(poller, server, clock, paged(40, 21, at))
    assert store.count_items() == 60
    assert list(store.gaps()) == []
    assert store.count_matches(MatchFilter()) == 60


@pytest.mark.parametrize(
    "older",
    [
        pytest.param([httpx.Response(404)], id="the page cannot be had"),
        pytest.param([httpx.Response(304)], id="the page says nothing"),
        pytest.param([], id="a page without an older one"),
    ],
)
async def test_what_cannot_be_recovered_stays_a_gap(
    poller: Poller,
    server: Server,
    store: SqliteStore,
    clock: FakeClock,
    older: list[httpx.Response],
) -> None:
    at = clock.at + timedelta(hours=2)
    await after_a_gap(poller, server, clock, *(older or [paged(40, 3, at)]))
    assert len(store.gaps()) == 1


async def test_older_pages_are_asked_for_apart(
    poller: Poller, server: Server, clock: FakeClock
) -> None:
    poller.spacing_s = 0.05
    at, began_s = clock.at + timedelta(hours=2), monotonic()
    pages = [paged(40 - n, 1, at, f"{OLDER}&n={n}") for n in range(5)]
    await after_a_gap(poller, server, clock, *pages)
    assert monotonic() - began_s >= 5 * 0.05


async def test_only_a_few_older_pages_are_asked_for(
    poller: Poller, server: Server, store: SqliteStore, clock: FakeClock
) -> None:
    at = clock.at + timedelta(hours=2)
    pages = [paged(40 - n, 1, at, f"{OLDER}&n={n}") for n in range(9)]
    await after_a_gap(poller, server, clock, *pages)
    assert len(server.answers) == 4
    assert len(store.gaps()) == 1
