"""Addresses looked at before they are subscribed: a scripted transport, a real parser."""

import httpx
import pytest

from tests.plain_parser import PlainParser
from watcher.errors import FetchError, ParseError, WatcherError
from watcher.fetch import Fetcher, Limits
from watcher.models import FeedOptions
from watcher.subscribe import Looker

SITE = "https://harbour.example"
FEED = f"{SITE}/feed"


def looker(**answers: str | bytes) -> Looker:
    """Look at a site that has these documents, by their paths; its feed is for subscribers."""

    def serve(request: httpx.Request) -> httpx.Response:
        if str(request.url) == FEED and "authorization" not in request.headers:
            return httpx.Response(401)
        body = answers.get(request.url.path.strip("/") or "home")
        if body == "503":
            return httpx.Response(503)
        if body is None:
            return httpx.Response(404)
        body = body.encode() if isinstance(body, str) else body
        return httpx.Response(200, stream=httpx.ByteStream(body))

    transport = httpx.MockTransport(serve)
    fetcher = Fetcher(limits=Limits(), user_agent="test", transport=transport)
    options = {FEED: FeedOptions(auth="reader:secret")}
    return Looker(
        fetcher=fetcher,
        box=PlainParser(),  # type: ignore[arg-type]  # a fake
        options_of=lambda url: options.get(url, FeedOptions()),
        pause_s=0,
    )


def rss(title: str) -> str:
    return (
        f'<rss version="2.0"><channel><title>{title}</title>'
        f"<item><title>A flood</title><guid>{title}</guid></item></channel></rss>"
    )


def page(*feeds: str) -> str:
    links = "".join(
        f'<link rel="alternate" type="application/rss+xml" href="{feed}">' for feed in feeds
    )
    return f"<html><head>{links}</head><body>Welcome</body></html>"


async def test_a_look_gives_the_document_and_how_it_came() -> None:
    fetched, document = await looker(feed=rss("Harbour Post")).look(FEED)
    assert (fetched.url, document.title) == (FEED, "Harbour Post")


async def test_a_look_takes_a_bare_name_as_an_address() -> None:
    fetched, _ = await looker(feed=rss("Harbour Post")).look("harbour.example/feed")
    assert fetched.url == FEED


async def test_a_look_at_a_page_says_that_it_is_no_feed() -> None:
    with pytest.raises(ParseError) as raised:
        await looker(home=page()).look(SITE)
    assert raised.value.kind == "not_a_feed"


async def test_a_feed_is_its_own_candidate() -> None:
    (found,) = await looker(feed=rss("Harbour Post")).feeds_of(FEED)
    assert (found.url, found.title, found.items) == (FEED, "Harbour Post", 1)


async def test_a_feed_is_added_as_it_is() -> None:
    assert await looker(feed=rss("Harbour Post")).feed_to_add(FEED) == (FEED, "")


async def test_of_a_page_with_one_feed_that_is_added() -> None:
    site = looker(home=page("/feed"), feed=rss("Harbour Post"))
    assert await site.feed_to_add(SITE) == (FEED, "")


async def test_a_page_in_utf_16_names_its_feed() -> None:
    site = looker(home=page("/news").encode("utf-16"), news=rss("Harbour Post"))
    assert await site.feed_to_add(SITE) == (f"{SITE}/news", "")


async def test_of_several_feeds_the_user_has_to_choose() -> None:
    site = looker(home=page("/feed", "/sport"), feed=rss("News\x1b[31m"), sport=rss("Sport"))
    with pytest.raises(WatcherError, match="2 feeds; add the one you want") as raised:
        await site.feed_to_add(SITE)
    assert f"{SITE}/sport  Sport (1 items, link element)" in str(raised.value)
    assert "\x1b" not in str(raised.value)


async def test_a_page_without_feeds_is_refused() -> None:
    with pytest.raises(WatcherError, match="is no feed, and none was found from there"):
        await looker(home=page()).feed_to_add(SITE)


async def test_what_cannot_be_reached_just_now_is_added_with_a_warning() -> None:
    url, warning = await looker(feed="503").feed_to_add(FEED)
    assert url == FEED
    assert "gave nothing when looked at (unavailable" in warning


async def test_an_address_with_nothing_there_is_refused() -> None:
    with pytest.raises(WatcherError, match="there is nothing at this address"):
        await looker().feed_to_add(FEED)


async def test_a_bare_name_is_added_as_an_address() -> None:
    url, _ = await looker(feed=rss("Harbour Post")).feed_to_add("harbour.example/feed")
    assert url == FEED


async def test_what_is_no_address_is_refused() -> None:
    with pytest.raises(FetchError) as raised:
        await looker().feed_to_add("ftp://harbour.example/feed")
    assert raised.value.kind == "bad_url"


async def test_an_address_written_otherwise_is_the_same_feed() -> None:
    found, _ = await looker(feed=rss("Harbour Post")).feed_to_add(
        "HTTPS://Harbour.Example/feed#top"
    )
    assert found == FEED


async def test_what_is_no_address_is_told() -> None:
    with pytest.raises(WatcherError, match="is no address"):
        await looker().feed_to_add("http://[broken/")
