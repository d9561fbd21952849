"""Real visits: a loopback server, a fetcher that may ask it, and the trouble a visit ends in."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from ipaddress import ip_network

import pytest

from watcher.errors import FetchError
from watcher.fetch import Fetcher, Limits
from watcher.models import Answer

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
        limits=Limits(**{"timeout_s": 5.0, **limits}),  # type: ignore[arg-type]
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
