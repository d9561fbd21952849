"""From a page to the feeds of its site."""

from collections.abc import Mapping

import httpx
import pytest

from watcher.errors import FetchError, ParseError
from watcher.fetch import Candidate, Fetcher, Limits, discover
from watcher.models import Document, Fetched, Item
from watcher.parse.decode import decode

SITE = "https://outlet.example"
FEED = "<rss>"


async def parse(fetched: Fetched) -> Document:
    if not fetched.body.startswith(FEED.encode()):
        raise ParseError("not_a_feed", "a page")
    return Document(title=fetched.body[5:].decode(), items=(Item(title="one"),))


class Site:
    """A made-up site: paths and what lies there; notes what was asked for."""

    def __init__(self, pages: Mapping[str, str | bytes | int]) -> None:
        self.pages = pages
        self.asked: list[str] = []

    def __call__(self, request: httpx.Request) -> httpx.Response:
        path = request.url.raw_path.decode()
        self.asked.append(path)
        page = self.pages.get(path, 404)
        if isinstance(page, int):
            wait = {"Retry-After": "60"} if page == 503 else {}
            return httpx.Response(page, headers={"Location": "/feed", **wait})
        return httpx.Response(200, content=page.encode() if isinstance(page, str) else page)

    async def discover(self, url: str = SITE) -> list[Candidate]:
        transport = httpx.MockTransport(self)
        fetcher = Fetcher(limits=Limits(), user_agent="test", transport=transport)
        return await discover(url, fetcher.get_url, parse, decode, pause_s=0)


def link(path: str) -> str:
    return f'<link rel="alternate" type="application/rss+xml" href="{path}">'


def candidate(path: str, how: str, title: str = "News") -> Candidate:
    return Candidate(url=SITE + path, title=title, items=1, how=how)


async def test_the_address_itself_may_be_a_feed() -> None:
    site = Site({"/feed": "<rss>News"})
    assert await site.discover(f"{SITE}/feed") == [candidate("/feed", "the address itself")]
    assert site.asked == ["/feed"]


async def test_an_address_may_lack_its_scheme() -> None:
    site = Site({"/feed": "<rss>News"})
    assert await site.discover("outlet.example/feed") == [candidate("/feed", "the address itself")]


async def test_feeds_the_page_names_are_tried() -> None:
    page = link("/feed") + link("/dead") + link("/page") + '<a href="/rss/world">World</a>'
    site = Site(
        {"/": page, "/feed": "<rss>News", "/page": "<html>", "/rss/world": "<rss>World"},
    )
    assert await site.discover() == [
        candidate("/feed", "link element"),
        candidate("/rss/world", "link in the page", "World"),
    ]
    assert site.asked == ["/", "/feed", "/dead", "/page", "/rss/world"]


async def test_a_page_is_read_in_its_charset() -> None:
    site = Site({"/": link("/сир").encode("utf-16"), "/%D1%81%D0%B8%D1%80": "<rss>News"})
    assert await site.discover() == [candidate("/%D1%81%D0%B8%D1%80", "link element")]


async def test_what_is_no_text_names_nothing() -> None:
    site = Site({"/": b"%PDF <a href=/feed/a>", "/feed/a": "<rss>A", "/rss": "<rss>News"})
    assert await site.discover() == [candidate("/rss", "usual place")]


async def test_one_feed_at_several_addresses_is_offered_once() -> None:
    page = link("/feed") + link("/feed") + link("/moved") + link("/copy")
    site = Site({"/": page, "/feed": "<rss>News", "/moved": 301, "/copy": "<rss>News"})
    assert await site.discover() == [candidate("/feed", "link element")]


async def test_usual_places_are_tried_only_when_the_page_names_nothing() -> None:
    site = Site({"/": "<p>wp-content</p>", "/feed/": "<rss>Blog", "/rss.xml": "<rss>News"})
    assert await site.discover() == [
        candidate("/feed/", "WordPress", "Blog"),
        candidate("/rss.xml", "usual place"),
    ]


async def test_a_site_without_feeds_gives_none_and_is_not_pestered() -> None:
    site = Site({"/": "".join(link(f"/feed/{number}") for number in range(99))})
    assert await site.discover() == []
    assert len(site.asked) == 21


@pytest.mark.parametrize("status", [429, 503])
async def test_a_server_that_has_enough_is_left_alone(status: int) -> None:
    site = Site({"/": link("/a/feed") + link("/b/feed"), "/a/feed": status})
    await site.discover()
    assert site.asked == ["/", "/a/feed"]


@pytest.mark.parametrize(("status", "offered"), [(301, "/feed"), (302, "/old")])
async def test_only_a_move_for_good_changes_the_address(status: int, offered: str) -> None:
    site = Site({"/old": status, "/feed": "<rss>News"})
    assert await site.discover(f"{SITE}/old") == [candidate(offered, "the address itself")]


async def test_a_page_that_cannot_be_had_is_an_error() -> None:
    with pytest.raises(FetchError):
        await Site({}).discover()
