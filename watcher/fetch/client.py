"""One conditional GET inside all bounds; the only HTTP towards feeds."""

import asyncio
from collections.abc import AsyncIterator, Iterator, Sequence
from contextlib import AsyncExitStack, asynccontextmanager, contextmanager, suppress
from dataclasses import dataclass
from importlib.metadata import version
from typing import cast

import httpx

from watcher.clock import Clock, utc_now
from watcher.errors import FeedError, FetchError
from watcher.fetch.connect import open_transport
from watcher.fetch.guard import Guard, Network, check_url, host_name
from watcher.fetch.hints import max_age, retry_after
from watcher.fetch.politeness import Turns
from watcher.fetch.trouble import FOREIGN, named, unwelcome
from watcher.fetch.unpack import Unpacker, too_large, unpacker
from watcher.fetch.visit import UNCONDITIONAL, Visit, asked_headers, next_hop, validators_of
from watcher.hosts import host_of, plain_address
from watcher.models import Answer, Feed, FeedOptions, Fetched, Hints, NotModified

_ACCEPT = (
    b"application/rss+xml, application/atom+xml, application/feed+json, application/rdf+xml;q=0.9, "
    b"application/xml;q=0.8, text/xml;q=0.8, */*;q=0.5"
)
_MOVED = frozenset({301, 302, 303, 307, 308})
_MOVED_FOR_GOOD = frozenset({301, 308})
_WITH_DOCUMENT = frozenset({200, 203})
_LARGE_BYTES = 512 * 1024
_REDIRECT_PATIENCE_S = 120.0
"""For a host that many feeds redirect to; whoever has to wait longer comes back another time."""
_PLAIN = FeedOptions()


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """The bounds of one visit: redirects, headers and body together."""

    timeout_s: float = 60.0
    max_bytes: int = 15 * 1024 * 1024
    """Of the document, as it is sent and unpacked."""
    max_hops: int = 5
    concurrency: int = 200
    large_at_once: int = 10
    """How many documents over 512 KiB may be held at once; others wait, within their time."""


def user_agent(contact: str) -> str:
    """Say who asks, and where to complain; `contact` is an address of web or mail, or empty."""
    name = f"feed-watcher/{version('feed-watcher')}"
    return f"{name} (+{contact})" if contact else name


_NO_BODY = httpx.ByteStream(b"")


class Fetcher:
    """Fetches documents; any number at once, each within its limits."""

    def __init__(
        self,
        *,
        limits: Limits,
        user_agent: str,
        allow_networks: Sequence[Network] = (),
        transport: httpx.AsyncBaseTransport | None = None,
        now: Clock = utc_now,
    ) -> None:
        self._limits = limits
        self._guard = Guard(allow_networks)
        self._now = now
        self._headers = {
            b"user-agent": user_agent.encode(),
            b"accept": _ACCEPT,
            b"accept-encoding": b"gzip, deflate",
        }
        self._slots = asyncio.Semaphore(limits.concurrency)
        self._large_slots = asyncio.Semaphore(limits.large_at_once)
        self._given = transport
        self._transports: dict[tuple[str | None, bool], httpx.AsyncBaseTransport] = {}

    async def get(
        self,
        feed: Feed,
        options: FeedOptions = _PLAIN,
        *,
        conditional: bool = True,
        turns: Turns | None = None,
        held: AsyncExitStack | None = None,
    ) -> Answer:
        """Get a feed, unless it is unchanged since its validators (RFC 9110, section 13.1).

        Hosts that redirects lead to are asked when it is their turn. A large document is one of
        those held at once until `held` is closed.

        Raises:
            FetchError: No document came, or one outside the limits.
            FeedError: `timeout`: too many large documents came before this one.
        """
        visit = Visit(
            url=check_url(feed.url),
            given_for=feed.subscribed_url,
            options=options,
            validators=feed.validators if conditional else UNCONDITIONAL,
            turns=turns,
            held=held,
        )
        return await self._in_time(visit)

    async def get_url(self, url: str, options: FeedOptions = _PLAIN) -> Fetched:
        """Get whatever is at an address, without conditions.

        Raises:
            FetchError: No document came, or one outside the limits.
        """
        visit = Visit(url=check_url(url), given_for=url, options=options)
        return cast("Fetched", await self._in_time(visit))  # without conditions 304 is an error

    async def aclose(self) -> None:
        """Close all connections."""
        for transport in self._transports.values():
            await transport.aclose()

    async def _in_time(self, visit: Visit) -> Answer:
        async with self._slots, asyncio.timeout(self._limits.timeout_s) as deadline:
            return await self._follow(visit, deadline)

    async def _follow(self, visit: Visit, deadline: asyncio.Timeout) -> Answer:
        url, permanent = visit.url, True
        hosts = [host_of(str(url))]
        for hop in range(self._limits.max_hops + 1):
            async with self._turn(hosts, visit, deadline):
                response = await self._answer(url, visit)
                try:
                    if response.status_code not in _MOVED:
                        moved_to = plain_address(str(url)) if hop and permanent else None
                        return await self._take(response, visit, moved_to, deadline)
                    permanent = permanent and response.status_code in _MOVED_FOR_GOOD
                    url = next_hop(url, response, allow_downgrade=visit.options.allow_downgrade)
                    hosts.append(host_of(str(url)))
                finally:
                    with suppress(*FOREIGN):
                        await response.aclose()
        raise FetchError(
            "too_many_redirects",
            f"over {self._limits.max_hops} redirects, the last to {host_name(url)}; "
            "look for the feed's own address",
        )

    @asynccontextmanager
    async def _turn(
        self, hosts: Sequence[str], visit: Visit, deadline: asyncio.Timeout
    ) -> AsyncIterator[None]:
        """Ask the last of the hosts that redirects led to: when it is free, once they led away."""
        own, host = hosts[0], hosts[-1]
        with _of(host):
            async with AsyncExitStack() as held:
                if visit.turns is not None and len(set(hosts)) > 1:
                    late = FetchError(
                        "rate_limited",
                        f"its turn at {host} did not come: too many feeds lead there",
                    )
                    with _in_line(deadline, at_most_s=_REDIRECT_PATIENCE_S, late=late):
                        await held.enter_async_context(
                            visit.turns.at(host, holding=own, patience_s=_REDIRECT_PATIENCE_S)
                        )
                with self._whole(host, deadline):  # before its turn ends, that it may count
                    yield

    @contextmanager
    def _whole(self, host: str, deadline: asyncio.Timeout) -> Iterator[None]:
        """Name it if time ran out for a host."""
        try:
            yield
        except asyncio.CancelledError as error:
            if not deadline.expired():
                raise
            raise FetchError(
                "timeout",
                f"{host} did not give the whole document within "
                f"{self._limits.timeout_s:g} s (fetch.timeout)",
            ) from error

    async def _answer(self, url: httpx.URL, visit: Visit) -> httpx.Response:
        host = host_name(url)
        if not self._guard.allows_host(host):
            raise FetchError(
                "blocked_address",
                f"{host} is not a public address; to poll it, add its network to "
                "fetch.allow_networks",
            )
        headers = {**self._headers, **asked_headers(url, visit)}
        try:
            request = httpx.Request("GET", url, headers=headers, stream=_NO_BODY)
            response = await self._transport(visit.options).handle_async_request(request)
        except FOREIGN as error:
            raise named(error, host, in_body=False) from error
        response.request = request
        return response

    def _transport(self, options: FeedOptions) -> httpx.AsyncBaseTransport:
        if self._given is not None:
            return self._given
        key = (options.proxy, options.verify)
        if key not in self._transports:
            self._transports[key] = open_transport(
                self._guard, proxy=options.proxy, verify=options.verify
            )
        return self._transports[key]

    async def _take(
        self,
        response: httpx.Response,
        visit: Visit,
        moved_to: str | None,
        deadline: asyncio.Timeout,
    ) -> Answer:
        hints = Hints(max_age=max_age(response.headers, self._now()))
        if response.status_code == 304 and visit.is_conditional_at(response.request.url):
            return NotModified(
                url=str(response.request.url),
                hints=hints,
                validators=visit.validators,
                moved_to=moved_to,
            )
        if response.status_code not in _WITH_DOCUMENT:
            raise unwelcome(response.status_code, retry_after(response.headers, self._now()))
        body = await self._body(response, visit, deadline)
        return Fetched(
            url=str(response.request.url),
            body=body,
            content_type=response.headers.get("content-type"),
            validators=validators_of(response, body),
            hints=hints,
            moved_to=moved_to,
        )

    async def _body(
        self, response: httpx.Response, visit: Visit, deadline: asyncio.Timeout
    ) -> bytes:
        announced = response.headers.get("content-length", "")
        if announced.isdecimal() and int(announced[:20]) > self._limits.max_bytes:
            raise too_large(self._limits.max_bytes)
        packed = unpacker(
            response.headers.get("content-encoding"), max_bytes=self._limits.max_bytes
        )
        try:
            async with AsyncExitStack() as held:
                await self._read(response, packed, visit.held or held, deadline)
        except FOREIGN as error:
            raise named(error, host_name(response.request.url), in_body=True) from error
        body = packed.body()
        if not body:
            raise FetchError("empty", "the server sent an empty document")
        return body

    async def _read(
        self,
        response: httpx.Response,
        packed: Unpacker,
        held: AsyncExitStack,
        deadline: asyncio.Timeout,
    ) -> None:
        wire_bytes = 0
        async for piece in cast("httpx.AsyncByteStream", response.stream):
            was_large = packed.size > _LARGE_BYTES
            wire_bytes += len(piece)
            if wire_bytes > self._limits.max_bytes:
                raise too_large(self._limits.max_bytes)
            packed.feed(piece)
            if packed.size > _LARGE_BYTES and not was_large:
                late = FeedError("timeout", "other large documents took too long")  # not its host
                with _in_line(deadline, at_most_s=self._limits.timeout_s, late=late):
                    await held.enter_async_context(self._large_slots)


@contextmanager
def _of(host: str) -> Iterator[None]:
    """Say of any trouble that it is this host's."""
    try:
        yield
    except FetchError as error:
        error.host = host
        raise


@contextmanager
def _in_line(deadline: asyncio.Timeout, *, at_most_s: float, late: FeedError) -> Iterator[None]:
    """Let no time pass for a deadline while one waits for others, but at most so much."""
    loop = asyncio.get_running_loop()
    left_s = (deadline.when() or 0.0) - loop.time()
    deadline.reschedule(loop.time() + left_s + at_most_s)
    try:
        yield
    except asyncio.CancelledError as error:
        if deadline.expired():
            raise late from error
        raise
    finally:
        if not deadline.expired():
            deadline.reschedule(loop.time() + left_s)
