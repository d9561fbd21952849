"""Visits to a real loopback server, or to answers made up; and the trouble a visit ends in."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Coroutine
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from ipaddress import ip_network
from typing import Any

import httpx
import pytest

from watcher.errors import FetchError
from watcher.fetch import Fetcher, Limits, user_agent
from watcher.models import Answer, Feed, Validators

NOW = datetime(2026, 3, 2, 12, tzinfo=UTC)
URL = "https://outlet.example/feed"
BODY = b"<rss><channel><title>News</title></channel></rss>"

NOTHING_KNOWN = Validators()

Handler = (
    Callable[[httpx.Request], httpx.Response]
    | Callable[[httpx.Request], Coroutine[None, None, httpx.Response]]
)
LOOPBACK = [ip_network("127.0.0.0/8")]


@asynccontextmanager
async def serving(
    script: Callable[[bytes, asyncio.StreamWriter], Awaitable[None]],
) -> AsyncIterator[str]:
    """A loopback server; `script` gets each request's head and answers as it likes."""

    async def talk(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            await script(await reader.readuntil(b"\r\n\r\n"), writer)
            await writer.drain()
        except (ConnectionError, asyncio.IncompleteReadError):
            pass
        finally:
            writer.close()

    server = await asyncio.start_server(talk, "127.0.0.1", 0)
    async with server:
        yield f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}/feed"


@asynccontextmanager
async def real(**limits: float) -> AsyncIterator[Fetcher]:
    one = Fetcher(
        limits=Limits(**{"timeout_s": 5.0, **limits}),  # type: ignore[arg-type]  # any of them
        user_agent="test",
        allow_networks=LOOPBACK,
    )
    try:
        yield one
    finally:
        await one.aclose()


async def trouble(visit: Awaitable[Answer]) -> FetchError:
    with pytest.raises(FetchError) as caught:
        await visit
    return caught.value


def feed(validators: Validators = NOTHING_KNOWN) -> Feed:
    return Feed(id=1, url=URL, subscribed_url=URL, next_poll_at=NOW, validators=validators)


def fetcher(handler: Handler, **limits: Any) -> Fetcher:
    return Fetcher(
        limits=Limits(**limits),
        user_agent=user_agent("https://watch.example/about"),
        transport=httpx.MockTransport(handler),
        now=lambda: NOW,
    )


def answering(*responses: httpx.Response) -> Fetcher:
    left = list(responses)
    return fetcher(lambda _: left.pop(0))


def moved(to: str, status: int = 301) -> httpx.Response:
    return httpx.Response(status, headers={"Location": to})
