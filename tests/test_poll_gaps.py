"""What a poll finds to be missing, what it recovers, and what it knows already."""

from datetime import datetime, timedelta
from typing import Any

import httpx
import pytest

from tests.conftest import FakeClock
from tests.polling import Body, Poll, Server, add_feed, make_poller, one_by_one, the_feed
from watcher.clock import monotonic
from watcher.fetch import Politeness
from watcher.models import FeedOptions
from watcher.poll import Poller
from watcher.store import MatchFilter, SqliteStore


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


async def test_a_gap_halves_the_wait(
    poller: Poller, poll: Poll, store: SqliteStore, clock: FakeClock
) -> None:
    poller.settler.options_of = lambda _feed: FeedOptions(every=timedelta(hours=20))
    await poll(dated(clock(), 20, "a"))
    assert the_feed(store).next_poll_at - clock() > timedelta(hours=18)
    clock.advance(hours=20)
    await poll(dated(clock(), 20, "b"))
    assert [gap.gap.found_by for gap in store.gaps()] == ["scrolled"]
    assert the_feed(store).next_poll_at - clock() < timedelta(hours=11)


async def test_the_halved_wait_obeys_the_hints(
    poller: Poller, poll: Poll, store: SqliteStore, clock: FakeClock
) -> None:
    poller.settler.options_of = lambda _feed: FeedOptions(every=timedelta(hours=2))
    await poll(dated(clock(), 20, "a"))
    clock.advance(hours=3)
    asked = dated(clock(), 20, "b")
    asked.headers["Cache-Control"] = "max-age=14400"
    await poll(asked)
    assert len(store.gaps()) == 1
    assert the_feed(store).next_poll_at - clock() >= timedelta(hours=4)


def dated(newest_at: datetime, count: int, name: str) -> httpx.Response:
    items = "".join(
        f"<item><title>{name} {n}</title><guid>{name}{n}</guid>"
        f"<pubDate>{(newest_at - timedelta(minutes=n)).strftime('%a, %d %b %Y %H:%M:%S GMT')}"
        "</pubDate></item>"
        for n in range(count)
    )
    return httpx.Response(200, stream=Body(f'<rss version="2.0"><channel>{items}</channel></rss>'))


def paged(
    newest: int, count: int, at: datetime, next_page: str = "", *, end: str = "</channel></rss>"
) -> httpx.Response:
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
        f"<title>Harbour Post</title>{link}{items}{end}"
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
    await poller.poll(the_feed(poller.settler.store))  # type: ignore[arg-type]  # a real store
    clock.advance(hours=3)
    server.answers += [paged(60, 20, clock(), OLDER), *older]
    await poller.poll(the_feed(poller.settler.store))  # type: ignore[arg-type]  # a real store


async def test_what_scrolled_out_is_recovered_from_older_pages(
    poller: Poller, server: Server, store: SqliteStore, clock: FakeClock
) -> None:
    at = clock.at + timedelta(hours=3) - timedelta(minutes=20)
    await after_a_gap(poller, server, clock, paged(40, 21, at))
    assert store.count_items() == 60
    assert list(store.gaps()) == []
    assert len(list(store.matches(MatchFilter()))) == 60


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


async def test_a_page_that_broke_off_closes_no_gap(
    poller: Poller, server: Server, store: SqliteStore, clock: FakeClock
) -> None:
    at = clock.at + timedelta(hours=3) - timedelta(minutes=20)
    await after_a_gap(poller, server, clock, paged(40, 21, at, end="<item><title>fl"))
    assert store.count_items() == 60
    assert len(store.gaps()) == 1


async def test_archives_of_long_before_the_gap_are_left(
    poller: Poller, server: Server, store: SqliteStore, clock: FakeClock
) -> None:
    at = clock.at + timedelta(hours=3) - timedelta(minutes=20)
    recent = paged(40, 10, at, OLDER)
    archive = paged(30, 10, at - timedelta(days=400), OLDER)
    await after_a_gap(poller, server, clock, recent, archive, paged(20, 10, at))
    assert store.count_items() == 50
    assert len(server.answers) == 1
    assert len(store.gaps()) == 1


@pytest.mark.parametrize(
    ("newest", "stored"),
    [
        pytest.param(60, 40, id="the same page again"),
        pytest.param(41, 59, id="a page moved on by one item"),
    ],
)
async def test_a_page_that_repeats_the_one_before_closes_no_gap(
    poller: Poller,
    server: Server,
    store: SqliteStore,
    clock: FakeClock,
    newest: int,
    stored: int,
) -> None:
    at = clock.at + timedelta(hours=3) - timedelta(minutes=60 - newest)
    await after_a_gap(poller, server, clock, paged(newest, 20, at))
    assert store.count_items() == stored
    assert len(store.gaps()) == 1


async def test_older_pages_are_asked_for_apart(
    poller: Poller, server: Server, clock: FakeClock
) -> None:
    poller.settler.politeness = Politeness(host_interval_s=0.05)
    at, began_s = clock.at + timedelta(hours=2), monotonic()
    pages = [paged(40 - n, 1, at, f"{OLDER}&n={n}") for n in range(5)]
    await after_a_gap(poller, server, clock, *pages)
    assert monotonic() - began_s >= 4 * 0.05


async def test_only_a_few_older_pages_are_asked_for(
    poller: Poller, server: Server, store: SqliteStore, clock: FakeClock
) -> None:
    at = clock.at + timedelta(hours=2)
    pages = [paged(40 - n, 1, at, f"{OLDER}&n={n}") for n in range(9)]
    await after_a_gap(poller, server, clock, *pages)
    assert len(server.answers) == 4
    assert len(store.gaps()) == 1


@pytest.mark.parametrize(
    ("polls", "missed"),
    [
        pytest.param([(30, True), (15, True), (19, True), (18, True)], 0, id="often enough"),
        pytest.param([(30, True), (15, False), (2, True)], 0, id="a short outage"),
        pytest.param([(30, True), (45, True), (10, True)], 25, id="too seldom"),
        pytest.param([(30, True), (15, False), (90, False), (60, True), (9, True)], 145, id="down"),
        pytest.param([(30, True), (25, True), (10, True), (70, True)], 5 + 50, id="twice"),
    ],
)
async def test_whatever_was_missed_of_an_outlet_lies_in_a_gap(
    poll: Poll, store: SqliteStore, clock: FakeClock, polls: list[tuple[int, bool]], missed: int
) -> None:
    """Watch an outlet that publishes every minute, and shows its newest twenty."""
    began_at = clock()
    for wait, is_up in polls:
        newest = int((clock.advance(minutes=wait) - began_at) / timedelta(minutes=1))
        await poll(paged(newest, 20, clock()) if is_up else httpx.Response(503))
    seen = {item.published_at for chunk in store.items() for item in chunk if item.published_at}
    minutes = int((max(seen) - min(seen)) / timedelta(minutes=1))
    shown = {min(seen) + timedelta(minutes=minute) for minute in range(minutes)}
    gaps = [row.gap for row in store.gaps()]
    assert len(shown - seen) == missed
    assert bool(gaps) == bool(missed)
    assert all(any(gap.from_at <= at <= gap.to_at for gap in gaps) for at in shown - seen)
