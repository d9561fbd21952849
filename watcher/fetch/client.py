"""One conditional GET inside all bounds; the only HTTP towards feeds."""

import asyncio
import base64
import hashlib
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import cast

import httpx

from watcher.clock import Clock, utc_now
from watcher.errors import FetchError
from watcher.fetch.connect import open_transport
from watcher.fetch.guard import Guard, Network, check_url
from watcher.fetch.hints import max_age, retry_after
from watcher.fetch.trouble import FOREIGN, named, unwelcome
from watcher.fetch.unpack import too_large, unpacker
from watcher.models import Answer, Feed, FeedOptions, Fetched, Hints, NotModified, Validators

_ACCEPT = (
    "application/rss+xml, application/atom+xml, application/feed+json, application/rdf+xml;q=0.9, "
    "application/xml;q=0.8, text/xml;q=0.8, */*;q=0.5"
)
_MOVED = frozenset({301, 302, 303, 307, 308})
_MOVED_FOR_GOOD = frozenset({301, 308})
_NO_BODY = frozenset({204, 205})
_LONGEST_VALIDATOR = 1024
_PLAIN = FeedOptions()
_UNCONDITIONAL = Validators()


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """The bounds of one visit: redirects, headers and body together."""

    timeout_s: float = 60.0
    max_bytes: int = 15 * 1024 * 1024
    """Of the unpacked document."""
    max_wire_bytes: int = 15 * 1024 * 1024
    """Of the document as it is sent."""
    max_hops: int = 5
    concurrency: int = 200


@dataclass(frozen=True, slots=True, kw_only=True)
class _Visit:
    """What is asked for: an address, under which conditions, with which secrets and for whom."""

    url: httpx.URL
    origin: tuple[str, str, int | None]
    """Where the feed's own headers and credentials may go."""
    options: FeedOptions = field(repr=False)
    validators: Validators = _UNCONDITIONAL


def user_agent(contact: str) -> str:
    """Say who asks, and where to complain; `contact` is an address of web or mail, or empty."""
    return f"feed-watcher/0.1 (+{contact})" if contact else "feed-watcher/0.1"


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
            "User-Agent": user_agent,
            "Accept": _ACCEPT,
            "Accept-Encoding": "gzip, deflate",
        }
        self._slots = asyncio.Semaphore(limits.concurrency)
        self._given = transport
        self._transports: dict[tuple[str | None, bool], httpx.AsyncBaseTransport] = {}

    async def get(
        self, feed: Feed, options: FeedOptions = _PLAIN, *, conditional: bool = True
    ) -> Answer:
        """Get a feed, unless it is unchanged since its validators (RFC 9110, section 13.1).

        Raises:
            FetchError: No document came, or one outside the limits.
        """
        visit = _Visit(
            url=check_url(feed.url),
            origin=_origin(check_url(feed.subscribed_url)),
            options=options,
            validators=feed.validators if conditional else _UNCONDITIONAL,
        )
        return await self._in_time(visit)

    async def get_url(self, url: str, options: FeedOptions = _PLAIN) -> Fetched:
        """Get whatever is at an address, without conditions.

        Raises:
            FetchError: No document came, or one outside the limits.
        """
        checked = check_url(url)
        visit = _Visit(url=checked, origin=_origin(checked), options=options)
        return cast("Fetched", await self._in_time(visit))  # without conditions 304 is an error

    async def aclose(self) -> None:
        """Close all connections."""
        for transport in self._transports.values():
            await transport.aclose()

    async def _in_time(self, visit: _Visit) -> Answer:
        async with self._slots:
            try:
                async with asyncio.timeout(self._limits.timeout_s):
                    return await self._follow(visit)
            except TimeoutError as error:
                raise FetchError(
                    "timeout",
                    f"{visit.url.host} did not give the whole document within "
                    f"{self._limits.timeout_s:g} s (fetch.timeout)",
                ) from error

    async def _follow(self, visit: _Visit) -> Answer:
        url, permanent = visit.url, True
        for hop in range(self._limits.max_hops + 1):
            async with self._answer(url, visit) as response:
                if response.status_code not in _MOVED:
                    moved_to = str(url) if hop and permanent else None
                    return await self._take(response, visit, moved_to)
                permanent = permanent and response.status_code in _MOVED_FOR_GOOD
                url = _next_hop(url, response, allow_downgrade=visit.options.allow_downgrade)
        raise FetchError(
            "too_many_redirects",
            f"over {self._limits.max_hops} redirects, the last to {url.host}; "
            "look for the feed's own address",
        )

    @asynccontextmanager
    async def _answer(self, url: httpx.URL, visit: _Visit) -> AsyncIterator[httpx.Response]:
        if not self._guard.allows_host(url.raw_host.decode("ascii")):
            raise FetchError(
                "blocked_address",
                f"{url.host} is not a public address; to poll it, add its network to "
                "fetch.allow_networks",
            )
        request = httpx.Request("GET", url, headers=self._request_headers(url, visit))
        try:
            response = await self._transport(visit.options).handle_async_request(request)
        except FOREIGN as error:
            raise named(error, url.host, in_body=False) from error
        try:
            yield response
        finally:
            await response.aclose()

    def _request_headers(self, url: httpx.URL, visit: _Visit) -> dict[str, str]:
        headers = dict(self._headers)
        if visit.validators.etag:
            headers["If-None-Match"] = visit.validators.etag
        if visit.validators.last_modified:
            headers["If-Modified-Since"] = visit.validators.last_modified
        if _origin(url) == visit.origin:
            headers.update(visit.options.headers)
            if visit.options.auth:
                headers["Authorization"] = _authorization(visit.options.auth)
        return headers

    def _transport(self, options: FeedOptions) -> httpx.AsyncBaseTransport:
        if self._given is not None:
            return self._given
        key = (options.proxy, options.verify)
        if key not in self._transports:
            self._transports[key] = open_transport(
                self._guard, proxy=options.proxy, verify=options.verify
            )
        return self._transports[key]

    async def _take(self, response: httpx.Response, visit: _Visit, moved_to: str | None) -> Answer:
        hints = Hints(max_age=max_age(response.headers, self._now()))
        if response.status_code == 304 and (
            visit.validators.etag or visit.validators.last_modified
        ):
            validators = _validators(response, visit.validators)
            return NotModified(hints=hints, validators=validators, moved_to=moved_to)
        if not 200 <= response.status_code < 300:
            raise unwelcome(response.status_code, retry_after(response.headers, self._now()))
        body = await self._body(response)
        return Fetched(
            url=str(response.request.url),
            body=body,
            content_type=response.headers.get("content-type"),
            validators=_validators(
                response, Validators(body_hash=hashlib.sha256(body).hexdigest())
            ),
            hints=hints,
            moved_to=moved_to,
        )

    async def _body(self, response: httpx.Response) -> bytes:
        announced = response.headers.get("content-length", "")
        if announced.isdecimal() and int(announced[:20]) > self._limits.max_wire_bytes:
            raise too_large(self._limits.max_wire_bytes)
        packed = unpacker(
            response.headers.get("content-encoding"), max_bytes=self._limits.max_bytes
        )
        wire_bytes = 0
        try:
            async for piece in cast("httpx.AsyncByteStream", response.stream):
                wire_bytes += len(piece)
                if wire_bytes > self._limits.max_wire_bytes:
                    raise too_large(self._limits.max_wire_bytes)
                packed.feed(piece)
        except FOREIGN as error:
            raise named(error, response.request.url.host, in_body=True) from error
        body = packed.body()
        if not body:
            raise FetchError("empty", "the server sent an empty document")
        return body


def _origin(url: httpx.URL) -> tuple[str, str, int | None]:
    return (url.scheme, url.host, url.port)


def _authorization(auth: str) -> str:
    """Whole values pass as they are; `user:password` becomes Basic (RFC 7617)."""
    if " " in auth or ":" not in auth:
        return auth
    return "Basic " + base64.b64encode(auth.encode()).decode("ascii")


def _next_hop(url: httpx.URL, response: httpx.Response, *, allow_downgrade: bool) -> httpx.URL:
    location = response.headers.get("location", "").strip()
    if not location:
        raise FetchError("redirect", f"{url.host} redirects to nowhere")
    try:
        target = check_url(str(url.join(location)))
    except (FetchError, httpx.InvalidURL, UnicodeError) as error:
        raise FetchError("redirect", f"{url.host} redirects to no fit address: {error}") from error
    if url.scheme == "https" and target.scheme == "http" and not allow_downgrade:
        raise FetchError(
            "downgrade",
            f"{url.host} redirects from https to http; if that is meant, set `allow_downgrade` "
            "for this feed",
        )
    return target


def _validators(response: httpx.Response, last: Validators) -> Validators:
    """Read the validators byte for byte; what a 304 does not repeat stays."""
    return Validators(
        etag=_verbatim(response, b"etag") or last.etag,
        last_modified=_verbatim(response, b"last-modified") or last.last_modified,
        body_hash=last.body_hash,
    )


def _verbatim(response: httpx.Response, name: bytes) -> str | None:
    """The header exactly as sent; `None` if it cannot be sent back so."""
    for key, value in response.headers.raw:
        if key.lower() == name:
            try:
                return value.decode()[:_LONGEST_VALIDATOR] or None
            except UnicodeDecodeError:
                return None
    return None
