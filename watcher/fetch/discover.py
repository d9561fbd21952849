"""A page's address → the feeds of its site, each tried."""

import asyncio
from collections.abc import Awaitable, Callable, Iterable
from dataclasses import dataclass, field

from watcher.errors import FeedError, FetchError
from watcher.fetch.page import Lead, guessed_leads, named_leads
from watcher.hosts import with_scheme
from watcher.models import Document, Fetched

Get = Callable[[str], Awaitable[Fetched]]
"""Gets what is at an address; raises FetchError when nothing came."""
Parse = Callable[[Fetched], Awaitable[Document]]
"""Reads a document; raises ParseError when it is no feed."""
Decode = Callable[[bytes, str | None], tuple[str, tuple[str, ...]]]
"""Reads a body of some content type: its text first; raises ParseError when it has none."""

_MOST_TRIES = 20
"""Requests for one page and its site."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Candidate:
    """An address that gave a feed, or where it has moved for good; `how` says what led there."""

    url: str
    title: str
    items: int
    how: str


async def discover(
    url: str, get: Get, parse: Parse, decode: Decode, *, pause_s: float
) -> list[Candidate]:
    """Find the feeds of a page: the address itself, those it names, else those of usual places.

    Asks one address after the other, `pause_s` seconds apart, and stops when a server has enough.

    Raises:
        FetchError: The page itself cannot be had.
    """
    start = with_scheme(url)
    search = _Search(get=get, parse=parse, pause_s=pause_s)
    fetched = await get(start)
    await search.look_at(Lead(start, "the address itself"), fetched)
    if not search.found:
        page = _text_of(fetched, decode)
        await search.follow(named_leads(page, fetched.url))
        if not search.found:
            await search.follow(guessed_leads(page, fetched.url))
    return search.found


def _text_of(fetched: Fetched, decode: Decode) -> str:
    try:
        return decode(fetched.body, fetched.content_type)[0]
    except FeedError:
        return ""


@dataclass(slots=True, kw_only=True)
class _Search:
    get: Get
    parse: Parse
    pause_s: float
    tries: int = _MOST_TRIES
    found: list[Candidate] = field(default_factory=list)
    tried: set[str] = field(default_factory=set)
    seen: set[str] = field(default_factory=set)
    """Addresses and bodies that already gave a candidate."""

    async def follow(self, leads: Iterable[Lead]) -> None:
        for lead in leads:
            if lead.url in self.tried:
                continue
            if not self.tries:
                return
            self.tries -= 1
            self.tried.add(lead.url)
            await asyncio.sleep(self.pause_s)
            try:
                fetched = await self.get(lead.url)
            except FetchError as error:
                if error.kind == "rate_limited" or error.retry_after:
                    self.tries = 0
                continue
            await self.look_at(lead, fetched)

    async def look_at(self, lead: Lead, fetched: Fetched) -> None:
        known = {fetched.url, str(fetched.validators.body_hash)}
        if known & self.seen:
            return
        try:
            document = await self.parse(fetched)
        except FeedError:
            return
        self.seen |= known
        url = fetched.moved_to or lead.url  # a passing redirect may lead elsewhere tomorrow
        self.found.append(
            Candidate(url=url, title=document.title, items=len(document.items), how=lead.how)
        )
