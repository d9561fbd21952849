"""What recovery asks for, and what it does with a page."""

from contextlib import AsyncExitStack
from dataclasses import replace
from typing import Any

import pytest

from tests.conftest import FakeClock
from tests.plain_parser import PlainParser
from tests.polling import make_settler
from tests.stored import feed_at
from watcher.errors import FetchError
from watcher.models import Document, Feed, FeedOptions, Fetched, Gap, Item, Subscription
from watcher.recover import Recovery
from watcher.store import SqliteStore


class Hearing:
    """Hears what is asked for, and has nothing."""

    def __init__(self) -> None:
        self.asked: list[str] = []

    async def get(self, feed: Feed, *_: object, **__: object) -> None:
        self.asked.append(feed.url)
        raise FetchError("dns", "no such name")


class Handing:
    """Hands out a feed with some items, and notes when it is given back."""

    def __init__(self, items: str, done: list[str]) -> None:
        self.items, self.done = items, done

    async def get(self, feed: Feed, *_: object, held: AsyncExitStack, **__: object) -> Fetched:
        held.callback(self.done.append, "released")
        body = f'<rss version="2.0"><channel>{self.items}</channel></rss>'
        return Fetched(url=feed.url, body=body.encode())


@pytest.mark.parametrize(
    ("url", "options", "asked"),
    [
        pytest.param("https://a.example/feed", FeedOptions(), "https", id="https"),
        pytest.param("http://a.example/feed", FeedOptions(), "http", id="http"),
        pytest.param(
            "https://a.example/feed", FeedOptions(allow_downgrade=True), "http", id="allowed"
        ),
    ],
)
async def test_what_an_https_feed_missed_is_asked_for_by_https(
    store: SqliteStore, clock: FakeClock, url: str, options: FeedOptions, asked: str
) -> None:
    store.add_feed(Subscription(url=url), now=clock())
    feed = feed_at(store, url)
    hearing = Hearing()
    settler = replace(make_settler(store), options_of=lambda _: options)
    recovery = Recovery(
        fetcher=hearing,  # type: ignore[arg-type]  # it is only asked
        box=PlainParser(),
        settler=settler,
        clock=clock,
    )
    shown = Document(items=(Item(link="http://a.example/story"),))
    with pytest.raises(FetchError):
        await recovery.recover(feed, shown, Gap(from_at=clock(), to_at=clock(), found_by="outage"))
    assert hearing.asked == [f"{asked}://a.example/robots.txt"]


async def test_a_document_counts_as_held_until_it_is_parsed(
    store: SqliteStore, clock: FakeClock
) -> None:
    done: list[str] = []

    class Noting(PlainParser):
        async def parse(self, *arguments: Any, **options: Any) -> Document:
            done.append("parsed")
            return await super().parse(*arguments, **options)

    store.add_feed(Subscription(url="https://a.example/feed"), now=clock())
    recovery = Recovery(
        fetcher=Handing("", done),  # type: ignore[arg-type]  # it only gives
        box=Noting(),
        settler=make_settler(store),
        clock=clock,
    )
    shown = Document(next_page="https://a.example/feed?page=2")
    gap = Gap(from_at=clock(), to_at=clock(), found_by="outage")
    await recovery.recover(feed_at(store, "https://a.example/feed"), shown, gap)
    assert done == ["parsed", "released"]


async def test_a_page_may_show_another_item_of_a_link_that_the_last_one_shows(
    store: SqliteStore, clock: FakeClock
) -> None:
    live = "https://a.example/live"
    items = "".join(
        f"<item><guid>{name}</guid><title>{name}</title><link>{live}</link></item>"
        for name in ("Shown", "Missed")
    )
    url = "https://a.example/feed"
    store.add_feed(Subscription(url=url), now=clock())
    recovery = Recovery(
        fetcher=Handing(items, []),  # type: ignore[arg-type]  # it only gives
        box=PlainParser(),
        settler=make_settler(store),
        clock=clock,
    )
    shown = Document(next_page=f"{url}?page=2", items=(Item(guid="Shown", link=live),))
    gap = Gap(from_at=clock(), to_at=clock(), found_by="outage")
    await recovery.recover(feed_at(store, url), shown, gap)
    assert [item.title for chunk in store.items() for item in chunk] == ["Missed"]
