"""What was missed in an outage comes from the news sitemap of a real loopback outlet."""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta

import pytest

from tests.conftest import FakeClock
from tests.plain_parser import PlainParser
from tests.polling import make_settler
from tests.stored import feed_at
from tests.visits import real, serving
from watcher.clock import monotonic
from watcher.errors import FetchError, StoreError
from watcher.fetch import Politeness
from watcher.models import Feed, Subscription
from watcher.poll import Poller
from watcher.recover import Recovery
from watcher.store import SqliteStore

pytestmark = pytest.mark.enable_socket

SHOWN = 10
MINUTE = timedelta(minutes=1)


@dataclass(slots=True)
class Outlet:
    """Publishes every minute; its feed shows the newest ten of those it carries."""

    clock: FakeClock
    began_at: datetime
    url: str = ""
    carries: int = 1
    """The feed carries each so-many-th item: 1 is the feed of the whole site."""
    statuses: dict[str, int] = field(default_factory=dict)
    robots: str = "Sitemap: {site}/maps/news.xml"
    lists: timedelta = timedelta(days=2)
    path: str = "/story/"
    next_page: str = ""
    guids_anew: bool = False
    asked: list[str] = field(default_factory=list)

    @property
    def site(self) -> str:
        return self.url.removesuffix("/feed")

    def published(self) -> list[int]:
        return list(range(int((self.clock() - self.began_at) / MINUTE) + 1))

    def at(self, number: int) -> datetime:
        return self.began_at + number * MINUTE

    def feed(self) -> str:
        visit = f" {len(self.asked)}" if self.guids_anew else ""
        carried = [number for number in self.published() if number % self.carries == 0]
        items = "".join(
            f"<item><title>Flood {number}</title><guid>n{number}{visit}</guid>"
            f"<link>{self.site}/story/{number}</link><description>Told.</description>"
            f"<pubDate>{self.at(number):%a, %d %b %Y %H:%M:%S GMT}</pubDate></item>"
            for number in carried[-SHOWN:]
        )
        return (
            f'<rss version="2.0" xmlns:atom="http://www.w3.org/2005/Atom"><channel>{self.next_page}'
            f"<title>Outlet</title>{items}</channel></rss>"
        )

    def sitemap(self) -> str:
        listed = [n for n in self.published() if self.at(n) >= self.clock() - self.lists]
        urls = "".join(
            f"<url><loc>{self.site}{self.path}{number}</loc><news:news>"
            f"<news:publication_date>{self.at(number).isoformat()}</news:publication_date>"
            f"<news:title>Flood {number}</news:title></news:news></url>"
            for number in listed
        )
        return (
            '<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9"'
            f' xmlns:news="http://www.google.com/schemas/sitemap-news/0.9">{urls}</urlset>'
        )

    async def answer(self, head: bytes, writer: asyncio.StreamWriter) -> None:
        path = head.split(b" ")[1].decode()
        self.asked.append(path)
        body = {
            "/feed": self.feed,
            "/robots.txt": lambda: self.robots.format(site=self.site),
            "/maps/news.xml": self.sitemap,
            "/news.html": lambda: "<!doctype html><title>News</title>",
            "/news.rss": self.feed,
        }.get(path.partition("?")[0])
        status = self.statuses.get(path, 200 if body else 404)
        text = body() if body and status == 200 else ""
        writer.write(
            f"HTTP/1.1 {status} X\r\nLocation: http://10.0.0.1/\r\nContent-Length: {len(text)}\r\n"
            f"Connection: close\r\n\r\n{text}".encode()
        )


class Watching:
    """A poller of the outlet's feed over real sockets and a real database."""

    def __init__(self, outlet: Outlet, poller: Poller, store: SqliteStore) -> None:
        self.outlet, self.poller, self.store = outlet, poller, store

    async def poll(self) -> None:
        await self.poller.poll(self.feed)

    @property
    def feed(self) -> Feed:
        return feed_at(self.store, self.outlet.url)

    async def through_an_outage(self, minutes: int = 60) -> None:
        """Poll, let an outage pass in which the feed renews itself, poll again."""
        self.outlet.clock.advance(minutes=60)
        await self.poll()
        self.outlet.clock.advance(minutes=minutes / 2)
        self.outlet.statuses["/feed"] = 503
        await self.poll()
        self.outlet.clock.advance(minutes=minutes / 2)
        del self.outlet.statuses["/feed"]
        self.outlet.asked.clear()
        await self.poll()

    def titles(self) -> list[str]:
        return [item.title for chunk in self.store.items() for item in chunk]


@pytest.fixture
async def watching(store: SqliteStore, clock: FakeClock) -> AsyncIterator[Watching]:
    outlet = Outlet(clock, clock())
    async with serving(outlet.answer) as url, real() as fetcher:
        outlet.url = url
        store.add_feed(Subscription(url=url, outlet="Outlet"), now=clock())
        settler = make_settler(store)
        poller = Poller(fetcher=fetcher, box=PlainParser(), settler=settler, clock=clock)
        yield Watching(outlet, poller, store)


async def test_what_an_outage_hid_comes_from_the_news_sitemap(watching: Watching) -> None:
    await watching.through_an_outage()
    assert sorted(watching.titles()) == sorted(f"Flood {number}" for number in range(51, 121))
    assert list(watching.store.gaps()) == []


async def test_what_the_feed_has_shown_keeps_its_texts(watching: Watching) -> None:
    await watching.through_an_outage()
    stored = [item for chunk in watching.store.items() for item in chunk]
    assert len([item for item in stored if item.summary == "Told."]) == 2 * SHOWN


async def test_an_item_of_the_sitemap_is_known_when_the_feed_shows_it(watching: Watching) -> None:
    await watching.through_an_outage()
    before = watching.titles()
    watching.outlet.clock.at -= 30 * MINUTE
    await watching.poll()
    assert watching.titles() == before


async def test_a_sitemap_that_does_not_reach_back_leaves_the_gap(watching: Watching) -> None:
    watching.outlet.lists = timedelta(minutes=40)
    await watching.through_an_outage()
    assert "Flood 90" in watching.titles()
    assert len(watching.store.gaps()) == 1


async def test_the_sitemap_of_a_site_brings_nothing_to_a_section_of_it(watching: Watching) -> None:
    watching.outlet.carries = 2
    await watching.through_an_outage()
    assert len(watching.titles()) == 2 * SHOWN
    assert len(watching.store.gaps()) == 1
    await watching.through_an_outage()
    assert watching.outlet.asked == ["/feed"]


async def test_a_sitemap_of_other_addresses_brings_nothing(watching: Watching) -> None:
    watching.outlet.path = "/archive/"
    await watching.through_an_outage()
    assert len(watching.titles()) == 2 * SHOWN
    assert len(watching.store.gaps()) == 1


async def test_a_gap_is_looked_into_once(watching: Watching) -> None:
    watching.outlet.statuses["/maps/news.xml"] = 503
    await watching.through_an_outage()
    assert watching.outlet.asked == ["/feed", "/robots.txt", "/maps/news.xml"]
    watching.outlet.asked.clear()
    watching.outlet.clock.advance(minutes=1)
    await watching.poll()
    assert watching.outlet.asked == ["/feed"]
    assert len(watching.store.gaps()) == 1


async def test_a_site_without_a_news_sitemap_is_not_asked_again_for_a_day(
    watching: Watching,
) -> None:
    watching.outlet.statuses |= {"/robots.txt": 404, "/maps/news.xml": 404}
    await watching.through_an_outage()
    assert watching.outlet.asked == [
        "/feed",
        "/robots.txt",
        "/news-sitemap.xml",
        "/sitemap-news.xml",
    ]
    await watching.through_an_outage()
    assert watching.outlet.asked == ["/feed"]


async def test_robots_txt_in_trouble_ends_it(watching: Watching) -> None:
    watching.outlet.statuses["/robots.txt"] = 503
    await watching.through_an_outage()
    assert watching.outlet.asked == ["/feed", "/robots.txt"]


@pytest.mark.parametrize(
    "place",
    [
        pytest.param("{site}/news.html", id="a page"),
        pytest.param("{site}/news.rss", id="a feed"),
        pytest.param("{site}/moved/news", id="a redirect to a private address"),
        pytest.param("http://user@127.0.0.1/news", id="no fit address"),
    ],
)
async def test_something_else_in_the_place_of_the_sitemap_is_none(
    watching: Watching, place: str
) -> None:
    watching.outlet.robots = f"Sitemap: {place}"
    watching.outlet.statuses["/moved/news"] = 302
    await watching.through_an_outage()
    assert watching.outlet.asked[-2:] == ["/news-sitemap.xml", "/sitemap-news.xml"]
    assert len(watching.store.gaps()) == 1


async def test_a_robots_txt_that_leads_to_a_private_address_names_nothing(
    watching: Watching,
) -> None:
    watching.outlet.statuses["/robots.txt"] = 302
    await watching.through_an_outage()
    assert watching.outlet.asked[2:] == ["/news-sitemap.xml", "/sitemap-news.xml"]


async def test_a_refusal_rests_the_domain(watching: Watching, clock: FakeClock) -> None:
    watching.outlet.statuses["/robots.txt"] = 429
    await watching.through_an_outage()
    assert watching.outlet.asked == ["/feed", "/robots.txt"]
    assert [rest.domain for rest in watching.store.rests(since=clock())] == ["127.0.0.1"]


async def test_a_document_that_is_not_shown_rests_nobody(
    watching: Watching, clock: FakeClock
) -> None:
    watching.outlet.statuses["/robots.txt"] = 403
    await watching.through_an_outage()
    assert watching.outlet.asked[2:] == ["/news-sitemap.xml", "/sitemap-news.xml"]
    assert list(watching.store.rests(since=clock())) == []


async def test_requests_for_a_gap_are_spaced(watching: Watching) -> None:
    watching.poller.settler.politeness = Politeness(host_interval_s=0.02)
    began_s = monotonic()
    await watching.through_an_outage()
    assert monotonic() - began_s >= 0.02
    assert watching.store.gaps() == []


async def test_a_host_that_has_no_room_for_long_is_not_asked(watching: Watching) -> None:
    politeness = Politeness(host_interval_s=90)
    watching.poller.settler.politeness = politeness
    politeness.started("127.0.0.1", monotonic())
    await asyncio.wait_for(watching.through_an_outage(), timeout=10)
    assert watching.outlet.asked == ["/feed"]
    assert len(watching.store.gaps()) == 1


async def test_a_recovery_that_takes_long_is_broken_off(watching: Watching) -> None:
    watching.poller.settler.politeness = Politeness(host_interval_s=0.15)
    watching.poller.recovery.patience_s = 0.2
    watching.outlet.statuses["/robots.txt"] = 404
    await watching.through_an_outage()
    assert watching.outlet.asked[:2] == ["/feed", "/robots.txt"]
    assert "/sitemap-news.xml" not in watching.outlet.asked
    assert len(watching.store.gaps()) == 1


async def test_a_bug_in_the_parser_leaves_the_poll_and_the_gap(watching: Watching) -> None:
    class Odd(PlainParser):
        async def parse(self, *_: object, **__: object) -> None:  # type: ignore[override]  # a fake
            raise ValueError

    watching.poller.recovery.box = Odd()  # type: ignore[assignment]  # a fake
    await watching.through_an_outage()
    assert len(watching.titles()) == 2 * SHOWN
    assert len(watching.store.gaps()) == 1


async def test_an_older_page_that_is_no_feed_leaves_the_gap(watching: Watching) -> None:
    watching.outlet.next_page = '<atom:link rel="next" href="/robots.txt"/>'
    await watching.through_an_outage()
    assert watching.outlet.asked == ["/feed", "/robots.txt"]
    assert len(watching.store.gaps()) == 1


@pytest.mark.parametrize("guids_anew", [False, True], ids=["known", "made anew"])
async def test_a_page_that_shows_the_same_again_leaves_the_gap(
    watching: Watching, *, guids_anew: bool
) -> None:
    watching.outlet.next_page = '<atom:link rel="next" href="/feed?paged=2"/>'
    watching.outlet.guids_anew = guids_anew
    await watching.through_an_outage()
    assert watching.outlet.asked == ["/feed", "/feed?paged=2"]
    assert len(watching.store.gaps()) == 1


async def test_what_cannot_be_written_is_told(watching: Watching) -> None:
    class FullDisk(Recovery):
        async def recover(self, *_: object) -> None:
            raise StoreError("the disk is full")

    poller = watching.poller
    poller.recovery = FullDisk(
        fetcher=poller.fetcher, box=poller.box, settler=poller.settler, clock=poller.clock
    )
    with pytest.raises(StoreError, match="full"):
        await watching.through_an_outage()


async def test_a_demand_that_rests_nobody_is_no_rest(watching: Watching, clock: FakeClock) -> None:
    error = FetchError("http_status", "no", status=404, retry_after=MINUTE)
    watching.poller.settler.heed("127.0.0.1", error, now=clock())
    assert watching.store.rests(since=clock()) == []
