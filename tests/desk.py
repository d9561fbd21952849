"""A settler over a real SQLite file, given answers and troubles of one feed."""

from datetime import datetime
from typing import Any

from tests.conftest import FakeClock
from tests.polling import URL, make_settler
from tests.stored import feed_at
from watcher.errors import FeedError
from watcher.models import Document, Feed, Fetched, Item, NotModified, Subscription, Validators
from watcher.settle import Polled, Trouble, Visit
from watcher.store import SqliteStore

FETCHED = Fetched(url=URL, body=b"<rss/>", validators=Validators(etag='"1"'))


class Desk:
    """Settles polls of the one feed, as it stands in the store."""

    def __init__(self, store: SqliteStore, clock: FakeClock) -> None:
        self.store = store
        self.clock = clock
        self.settler = make_settler(store, host_interval_s=5)

    @property
    def feed(self) -> Feed:
        return feed_at(self.store, URL)

    def document(self, *items: Item, answer: Fetched = FETCHED, **facts: Any) -> Polled:
        document = Document(items=items, **facts)
        return self.settler.settle(
            Visit(feed=self.feed, at=self.clock(), answer=answer, document=document)
        )

    def unchanged(self, answer: Fetched | NotModified) -> Polled:
        return self.settler.settle(
            Visit(feed=self.feed, at=self.clock(), answer=answer, document=None)
        )

    def trouble(self, error: FeedError) -> Polled:
        return self.settler.settle(Trouble(feed=self.feed, at=self.clock(), error=error))

    def stored(self) -> list[Item]:
        return [item for chunk in self.store.items() for item in chunk]


def open_desk(store: SqliteStore, clock: FakeClock) -> Desk:
    """Subscribe to the feed."""
    store.add_feed(
        Subscription(url=URL, outlet="Harbour Post", country="FI", tags=("port",)), now=clock()
    )
    return Desk(store, clock)


def item(title: str, at: datetime | None = None, **facts: Any) -> Item:
    """Make an item known by its title, if nothing else is told."""
    return Item(guid=facts.pop("guid", title), title=title, published_at=at, **facts)
