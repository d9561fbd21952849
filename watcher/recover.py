"""A gap → what was missed: from a feed's older pages, else from its site's news sitemap."""

import asyncio
import logging
from contextlib import AsyncExitStack
from dataclasses import dataclass, field, replace
from typing import Protocol, cast

from watcher.clock import Clock, monotonic
from watcher.errors import FetchError, ParseError
from watcher.fetch import Fetcher, news_sitemaps, site_of
from watcher.hosts import host_of
from watcher.models import Document, Feed, Fetched, Gap, Item, Validators
from watcher.settle import Settler

log = logging.getLogger(__name__)

PAGES = 5
"""How many older pages of a feed are asked for, at most."""
PATIENCE_S = 60.0
"""No recovery takes longer: it holds the place of a poll, and many may wait for one domain."""
ASK_AGAIN_S = 24 * 3600.0
"""So long is it remembered that a site has no news sitemap, or none of use to a feed."""
_ABSENT = frozenset(
    {
        "http_status",
        "gone",
        "empty",
        "decode",
        "too_large",
        "bad_url",
        "redirect",
        "too_many_redirects",
        "downgrade",
        "blocked_address",
    }
)
"""The kinds of error that say: there is no document for us at this address, and no trouble."""


class Parser(Protocol):
    """Reads documents; the daemon's is a `ParserBox`."""

    async def parse(
        self, body: bytes, *, content_type: str | None, url: str, memory: bytes
    ) -> Document:
        """Read one, or raise `ParseError`."""

    def close(self) -> None:
        """Leave nothing running."""


@dataclass(slots=True, kw_only=True)
class Recovery:
    """Looks once for what lies in a gap: a few requests, at the pace of all others."""

    fetcher: Fetcher
    box: Parser
    settler: Settler
    clock: Clock
    patience_s: float = PATIENCE_S
    _without_until_s: dict[str, float] = field(default_factory=dict)
    """Sites without a news sitemap, feeds that none tells of, and when to look for one again."""

    async def recover(self, feed: Feed, shown: Document, gap: Gap) -> None:
        """Take in what can be had of a gap found before the document `shown`.

        Raises:
            FeedError: A server is in trouble, or wants to be left alone, or it takes too long.
            StoreError: What was had could not be written.
        """
        try:
            async with asyncio.timeout(self.patience_s):
                await self._recover(feed, shown, gap)
        except TimeoutError as error:
            raise FetchError("timeout", f"it took over {self.patience_s:g} s") from error

    async def _recover(self, feed: Feed, shown: Document, gap: Gap) -> None:
        if shown.next_page:
            await self._from_pages(feed, shown, gap)
        elif site := site_of(item.link for item in shown.items):
            await self._from_sitemaps(feed, site, shown, gap)

    async def _from_pages(self, feed: Feed, first: Document, gap: Gap) -> None:
        """Go back through the feed's older pages (RFC 5005), a few of them.

        Pages overlap where items have come since, or are all the same: what the ones before have
        shown tells nothing of how far back this one reaches.
        """
        page, shown = first.next_page, _names(first)
        for _ in range(PAGES):
            document = await self._read(feed, page)
            older = tuple(item for item in document.items if shown.isdisjoint(_names_of(item)))
            document = replace(document, items=older)
            if await self.settler.recover(feed, document, gap, now=self.clock()):
                return
            page, shown = document.next_page, shown | _names(document)
            if not (page and older):
                return

    async def _from_sitemaps(self, feed: Feed, site: str, shown: Document, gap: Gap) -> None:
        """Look into the news sitemaps of the feed's site (sitemaps.org), a few of them."""
        if any(self._without_until_s.get(name, 0.0) > monotonic() for name in (site, feed.url)):
            return
        is_without = True
        for url in news_sitemaps(await self._robots(feed, site), site):
            listed = await self._listing(feed, url)
            is_without &= listed is None
            if listed and await self.settler.recover_listed(
                feed, shown, listed, gap, now=self.clock()
            ):
                return
        self._remember_without(site if is_without else feed.url, monotonic())

    async def _robots(self, feed: Feed, site: str) -> str:
        try:
            return (await self._ask(feed, f"{site}/robots.txt")).body.decode(errors="replace")
        except FetchError as error:
            if error.kind in _ABSENT:
                return ""
            raise

    async def _listing(self, feed: Feed, url: str) -> Document | None:
        """Read a news sitemap; `None` if there is none at the address."""
        try:
            document = await self._read(feed, url)
        except ParseError:
            return None
        except FetchError as error:
            if error.kind in _ABSENT:
                return None
            raise
        return document if document.format == "sitemap" else None

    async def _read(self, feed: Feed, url: str) -> Document:
        async with AsyncExitStack() as held:  # until it is parsed a document takes memory
            fetched = await self._ask(feed, url, held)
            return await self.box.parse(
                fetched.body, content_type=fetched.content_type, url=fetched.url, memory=b""
            )

    async def _ask(self, feed: Feed, url: str, held: AsyncExitStack | None = None) -> Fetched:
        """Get a document for a feed, with its options, when its host and domain allow it.

        What is said of a feed of https is asked for by https.
        """
        options = self.settler.options_of(feed)
        is_safe = feed.url.startswith("https:") and not options.allow_downgrade
        if is_safe and url.startswith("http:"):
            url = f"https:{url.removeprefix('http:')}"
        host, turns = host_of(url), self.settler.turns(self.clock)
        async with turns.at(host, holding=host_of(feed.url), patience_s=self.patience_s):
            try:
                answer = await self.fetcher.get(
                    replace(feed, url=url, validators=Validators()),
                    options,
                    conditional=False,
                    turns=turns,
                    held=held,
                )
            except FetchError as trouble:
                self.settler.heed(host, trouble, now=self.clock())
                raise
        return cast("Fetched", answer)  # without conditions 304 is an error

    def _remember_without(self, name: str, now_s: float) -> None:
        fresh = {key: until for key, until in self._without_until_s.items() if until > now_s}
        self._without_until_s = {**fresh, name: now_s + ASK_AGAIN_S}


def _names(document: Document) -> set[str]:
    return {name for item in document.items for name in _names_of(item)}


def _names_of(item: Item) -> set[str]:
    """Name an item; a link alone may be that of a page which many items lead to."""
    place = f"{item.link} {item.title}" if item.link else ""
    return {item.guid, place} - {""} or {item.title}
