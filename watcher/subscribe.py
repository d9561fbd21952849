"""An address looked at before it is subscribed: a feed, or a page that names some."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from watcher.errors import FetchError, WatcherError
from watcher.fetch import Candidate, Fetcher, discover
from watcher.hosts import plain_address, with_scheme
from watcher.models import Document, FeedOptions, Fetched
from watcher.parse import ParserBox
from watcher.parse.decode import decode
from watcher.safe import safe_text

_NOTHING_THERE = frozenset({404, 410})


@dataclass(frozen=True, slots=True, kw_only=True)
class Looker:
    """Looks at addresses, inside all bounds of a poll."""

    fetcher: Fetcher
    box: ParserBox
    options_of: Callable[[str], FeedOptions]
    """What the user has set for the feed at an address: its proxy, its credentials."""
    pause_s: float = 1.0
    """Between two requests to one site."""

    async def look(self, url: str) -> tuple[Fetched, Document]:
        """Fetch and parse the feed at an address.

        Raises:
            FeedError: No document came, or it is no feed.
        """
        fetched = await self._get(with_scheme(url))
        return fetched, await self._parse(fetched)

    async def feeds_of(self, url: str) -> list[Candidate]:
        """Find the feed at an address, those its page names, or those of usual places.

        Raises:
            FetchError: The page cannot be had.
        """
        return await discover(url, self._get, self._parse, decode, pause_s=self.pause_s)

    async def feed_to_add(self, url: str) -> tuple[str, str]:
        """Decide what to subscribe for an address; returns it and a warning, mostly empty.

        An address that cannot be reached just now may well be a feed: it is taken as it is.

        Raises:
            WatcherError: There is nothing, no feed, or several: the message lists them.
        """
        try:
            url = plain_address(with_scheme(url))
        except ValueError as error:
            raise WatcherError(f"{url} is no address: {error}") from error
        try:
            candidates = await self.feeds_of(url)
        except FetchError as error:
            if error.kind == "bad_url" or error.status in _NOTHING_THERE:
                raise
            return url, f"{url} gave nothing when looked at ({error.kind}: {error})"
        if len(candidates) != 1:
            raise WatcherError(_offer(url, candidates))
        return plain_address(candidates[0].url), ""

    async def _get(self, url: str) -> Fetched:
        return await self.fetcher.get_url(url, self.options_of(url))

    async def _parse(self, fetched: Fetched) -> Document:
        return await self.box.parse(
            fetched.body, content_type=fetched.content_type, url=fetched.url
        )


def _offer(url: str, candidates: Sequence[Candidate]) -> str:
    if not candidates:
        return f"{url} is no feed, and none was found from there"
    lines = [f"{url} is a page with {len(candidates)} feeds; add the one you want:"]
    lines += [
        f"  {found.url}  {safe_text(found.title)} ({found.items} items, {found.how})"
        for found in candidates
    ]
    return "\n".join(lines)
