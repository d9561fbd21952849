"""Polls of one feed: a server that answers from a script, and a poller that asks it."""

from collections.abc import Callable
from typing import Any

import httpx

from tests.conftest import FakeClock
from tests.plain_parser import PlainParser
from tests.stored import feed_at
from watcher.fetch import Fetcher, Limits, Politeness
from watcher.match import Matcher
from watcher.models import Feed, FeedOptions, Subscription, Topic
from watcher.nodes import Term
from watcher.poll import Poller
from watcher.schedule import Calibration, Clamps
from watcher.settle import Settler, Watch
from watcher.store import SqliteStore

Poll = Callable[..., Any]

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


def add_feed(store: SqliteStore, clock: FakeClock) -> SqliteStore:
    store.add_feed(Subscription(url=URL, outlet="Harbour Post"), now=clock())
    return store


def the_feed(store: SqliteStore) -> Feed:
    return feed_at(store, URL)


def make_poller(server: Server, store: SqliteStore, clock: FakeClock) -> Poller:
    fetcher = Fetcher(
        limits=Limits(), user_agent="test", transport=httpx.MockTransport(server), now=clock
    )
    return Poller(fetcher=fetcher, box=PlainParser(), settler=make_settler(store), clock=clock)


def make_settler(store: SqliteStore, *, host_interval_s: float = 0) -> Settler:
    return Settler(
        store=store,
        politeness=Politeness(host_interval_s=host_interval_s),
        watch=Watch(topics={"flood": FLOOD}, matcher=Matcher([FLOOD])),
        calibration=Calibration(),
        clamps=Clamps(),
        options_of=lambda _feed: FeedOptions(),
    )


def one_by_one(poller: Poller, store: SqliteStore, server: Server) -> Poll:
    """Poll the feed once for each answer; returns how the last poll ended."""

    async def run(*answers: httpx.Response | Exception) -> Any:
        polled = None
        for answer in answers:
            server.answers.append(answer)
            polled = await poller.poll(the_feed(store))
        return polled

    return run
