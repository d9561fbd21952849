"""Connections that only reach what the guard allows: resolver, sockets, sessions of aiohttp."""

import socket
import ssl
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from functools import cached_property, partial
from ipaddress import ip_network

import aiohttp
import httpx
from aiohttp.abc import AbstractResolver, ResolveResult
from aiohttp.client_proto import ResponseHandler
from aiohttp.http import RawResponseMessage
from aiohttp.http_exceptions import HttpProcessingError
from yarl import URL

from watcher.aside import aside
from watcher.errors import FetchError
from watcher.fetch.guard import Guard

Lookup = Callable[[str, int], Awaitable[Sequence[str]]]
"""Names the addresses of a host, as texts; raises OSError when it has none."""

_Answer = tuple[RawResponseMessage, aiohttp.StreamReader]
_LONGEST_HEADER = 32 * 1024
"""Some outlets send policies of 10 KB and more in one header."""
_KEPT_OPEN_S = 1.0
"""Enough for a redirect; longer, and thousands of hosts would use up the open files."""
_PIECE_BYTES = 16 * 1024
_MOST_WAITING = 16
"""Answers on one connection that nobody has read yet."""
_ANYWHERE = Guard((ip_network("0.0.0.0/0"), ip_network("::/0")))


class RefusedAddressError(OSError):
    """An address that the guard refuses."""


class LostProxyError(OSError):
    """A proxy whose name has no address."""


class GuardedResolver(AbstractResolver):
    """Resolves names; refuses a name with any refused address, or the next one would be tried."""

    def __init__(self, guard: Guard, lookup: Lookup) -> None:
        self._guard = guard
        self._lookup = lookup

    async def resolve(
        self, host: str, port: int = 0, family: socket.AddressFamily = socket.AF_UNSPEC
    ) -> list[ResolveResult]:
        """Name all addresses of a host.

        Raises:
            RefusedAddressError: At least one of them is refused.
            OSError: There is no such name.
        """
        addresses = await self._lookup(host, port)
        for address in addresses:
            if not self._guard.allows(address):
                raise RefusedAddressError(f"{host} is at {address}")
        return [_resolved(host, port, address, family) for address in addresses]

    async def close(self) -> None:
        """Hold nothing, so release nothing."""


def _resolved(host: str, port: int, address: str, family: socket.AddressFamily) -> ResolveResult:
    return ResolveResult(
        hostname=host,
        host=address,
        port=port,
        family=family or (socket.AF_INET6 if ":" in address else socket.AF_INET),
        proto=0,
        flags=socket.AI_NUMERICHOST | socket.AI_NUMERICSERV,
    )


async def look_up(host: str, port: int) -> Sequence[str]:
    """Ask the system for the addresses of a host.

    Raises:
        OSError: There is no such name.
    """
    return await aside(partial(_addresses, host, port), name=f"resolve {host}")


def _addresses(host: str, port: int) -> Sequence[str]:
    try:
        entries = socket.getaddrinfo(
            host, port, type=socket.SOCK_STREAM, flags=socket.AI_ADDRCONFIG
        )
    except ValueError as error:  # a name that IDNA cannot write
        raise OSError(socket.EAI_NONAME, str(error)) from error
    return list(dict.fromkeys(str(entry[4][0]) for entry in entries))


def open_transport(
    guard: Guard, *, lookup: Lookup = look_up, proxy: str | None = None, verify: bool = True
) -> httpx.AsyncBaseTransport:
    """Make a transport that connects to nothing the guard refuses, whatever a name resolves to.

    A proxy is reached wherever it is; it then resolves the feeds' names, out of the guard's sight.

    Raises:
        FetchError: `bad_url`: a proxy that is not http or https.
    """
    if proxy and not proxy.startswith(("http://", "https://")):
        raise FetchError("bad_url", "the feed's proxy must begin with http:// or https://")
    reach = _ANYWHERE if proxy else guard
    return _Transport(_session(reach, lookup), proxy, verify=verify)


class _Transport(httpx.AsyncBaseTransport):
    """Carries httpx's requests over an aiohttp session, at a third of its own transport's cost."""

    def __init__(self, session: aiohttp.ClientSession, proxy: str | None, *, verify: bool) -> None:
        self._session = session
        self._proxy = proxy
        self._verify = verify

    @cached_property
    def _context(self) -> ssl.SSLContext:
        """Whom a server must be known to; to load the authorities takes a while."""
        context = httpx.create_ssl_context(verify=self._verify)
        context.set_alpn_protocols(["http/1.1"])
        return context

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        is_safe = "https" in {request.url.scheme, (self._proxy or "").partition(":")[0]}
        try:
            answer = await self._session.request(
                request.method,
                URL(str(request.url), encoded=True),  # as written: some are signed
                headers=[(name.decode(), value.decode()) for name, value in request.headers.raw],
                proxy=self._proxy,
                ssl=self._context if is_safe else True,
                allow_redirects=False,
            )
        except aiohttp.ClientConnectorDNSError as error:
            if self._proxy is None:
                raise
            raise LostProxyError(f"{error.host} has no address ({error.strerror})") from error
        return httpx.Response(answer.status, headers=answer.raw_headers, stream=_Body(answer))

    async def aclose(self) -> None:
        await self._session.close()


class _Body(httpx.AsyncByteStream):
    """The body of an answer, as it is sent."""

    def __init__(self, answer: aiohttp.ClientResponse) -> None:
        self._answer = answer

    async def __aiter__(self) -> AsyncIterator[bytes]:
        async for piece in self._answer.content.iter_chunked(_PIECE_BYTES):
            yield piece

    async def aclose(self) -> None:
        self._answer.release()


def _open_socket(guard: Guard, found: aiohttp.AddrInfoType) -> socket.socket:
    family, kind, protocol, _, address = found
    if not guard.allows(str(address[0])):
        raise RefusedAddressError(f"the address is {address[0]}")
    return socket.socket(family=family, type=kind, proto=protocol)


class _Connection(ResponseHandler):
    """A connection that breaks off under a flood of interim answers (RFC 9110, section 15.2).

    aiohttp 3.14 reads on as long as they come, and such a server would hold up all others.
    """

    def feed_data(self, data: _Answer, size: int = 0) -> None:
        super().feed_data(data, size)
        if len(self) > _MOST_WAITING and self.transport is not None:
            self.transport.abort()
            self.set_exception(HttpProcessingError(message="a flood of answers"))


class _Connector(aiohttp.TCPConnector):
    """Opens guarded connections of that kind."""

    def __init__(self, guard: Guard, lookup: Lookup) -> None:
        super().__init__(
            limit=0,
            resolver=GuardedResolver(guard, lookup),
            socket_factory=partial(_open_socket, guard),
            keepalive_timeout=_KEPT_OPEN_S,
        )
        self._factory = partial(_Connection, loop=self._loop)  # type: ignore[assignment]


def _session(guard: Guard, lookup: Lookup) -> aiohttp.ClientSession:
    return aiohttp.ClientSession(
        connector=_Connector(guard, lookup),
        auto_decompress=False,
        timeout=aiohttp.ClientTimeout(total=None),
        max_field_size=_LONGEST_HEADER,
        max_line_size=_LONGEST_HEADER,
        cookie_jar=aiohttp.DummyCookieJar(),
        trust_env=False,
    )
