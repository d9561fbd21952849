"""The guard stands at the connection itself, whatever a name resolves to."""

import asyncio
import re
import socket
import ssl
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from ipaddress import ip_network

import httpx
import pytest

from watcher.errors import FetchError
from watcher.fetch.connect import GuardedResolver, RefusedAddressError, look_up, open_transport
from watcher.fetch.guard import Guard
from watcher.fetch.trouble import FOREIGN, named

LOOPBACK = Guard([ip_network("127.0.0.0/8")])


class Script:
    """A resolver that gives one scripted answer after the other, and then the last for ever."""

    def __init__(self, *answers: Sequence[str]) -> None:
        self._answers = list(answers)
        self.asked = 0

    async def __call__(self, _host: str, _port: int) -> Sequence[str]:
        self.asked += 1
        return self._answers.pop(0) if len(self._answers) > 1 else self._answers[0]


async def test_a_public_name_resolves_to_all_its_addresses() -> None:
    resolver = GuardedResolver(Guard(), Script(["8.8.8.8", "2606:4700::1111"]))
    found = await resolver.resolve("outlet.example", 443)
    assert [(each["host"], each["family"], each["port"]) for each in found] == [
        ("8.8.8.8", socket.AF_INET, 443),
        ("2606:4700::1111", socket.AF_INET6, 443),
    ]


@pytest.mark.parametrize(
    "addresses",
    [
        ["127.0.0.1"],
        ["8.8.8.8", "127.0.0.1"],
        ["127.0.0.1", "8.8.8.8"],
        ["8.8.8.8", "::1"],
        ["8.8.8.8", "::ffff:10.0.0.1"],
        ["fe80::1%eth0"],
        ["169.254.169.254"],
        ["no address"],
    ],
)
async def test_a_name_with_any_refused_address_is_refused(addresses: list[str]) -> None:
    with pytest.raises(RefusedAddressError, match=r"outlet\.example is at"):
        await GuardedResolver(Guard(), Script(addresses)).resolve("outlet.example", 80)


async def test_a_name_that_is_rebound_is_refused_when_it_turns_inward() -> None:
    resolver = GuardedResolver(Guard(), Script(["8.8.8.8"], ["127.0.0.1"]))
    assert await resolver.resolve("rebound.example", 80)
    with pytest.raises(RefusedAddressError):
        await resolver.resolve("rebound.example", 80)
    await resolver.close()


@asynccontextmanager
async def loopback() -> AsyncIterator[int]:
    async def talk(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readuntil(b"\r\n\r\n")
        writer.write(b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\nConnection: close\r\n\r\nok")
        await writer.drain()
        writer.close()

    server = await asyncio.start_server(talk, "127.0.0.1", 0)
    async with server:
        yield server.sockets[0].getsockname()[1]


async def ask(transport: httpx.AsyncBaseTransport, url: str) -> str:
    """The status, or the kind of trouble."""
    try:
        response = await transport.handle_async_request(httpx.Request("GET", url))
        await response.aread()
    except FOREIGN as error:
        return named(error, "host", in_body=False).kind
    return str(response.status_code)


@pytest.mark.enable_socket
async def test_the_address_that_was_judged_is_the_one_connected_to() -> None:
    script = Script(["127.0.0.1"], ["10.0.0.1"])
    transport = open_transport(LOOPBACK, lookup=script)
    async with loopback() as port, transport:
        first = await ask(transport, f"http://rebound.example:{port}/")
        assert (first, script.asked) == ("200", 1)


@pytest.mark.enable_socket
@pytest.mark.parametrize("host", ["127.0.0.1", "outlet.example", "localhost", "[::ffff:127.0.0.1]"])
async def test_nothing_private_is_connected_to(host: str) -> None:
    async with loopback() as port, open_transport(Guard(), lookup=Script(["127.0.0.1"])) as one:
        assert await ask(one, f"http://{host}:{port}/") == "blocked_address"


@pytest.mark.enable_socket
async def test_no_proxy_of_the_environment_is_used(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("http_proxy", "HTTP_PROXY", "all_proxy"):
        monkeypatch.setenv(name, "http://127.0.0.1:1")
    async with loopback() as port, open_transport(LOOPBACK) as transport:
        assert await ask(transport, f"http://127.0.0.1:{port}/") == "200"


@pytest.mark.enable_socket
async def test_a_feeds_proxy_may_be_private() -> None:
    async with loopback() as port, open_transport(Guard(), proxy=f"http://127.0.0.1:{port}") as one:
        assert await ask(one, "http://outlet.example/") == "200"


@pytest.mark.enable_socket
async def test_a_proxy_that_is_not_there_is_no_connection() -> None:
    async with open_transport(Guard(), proxy="http://127.0.0.1:1") as transport:
        assert await ask(transport, "http://outlet.example/") == "connect"


@pytest.mark.parametrize(
    ("proxy", "words"),
    [
        ("http://user:secret@proxy.example:3128", "the feed's proxy proxy.example has no address"),
        (None, "the name outlet.example has no address .* check the feed's address"),
    ],
)
async def test_what_has_no_address_is_named(proxy: str | None, words: str) -> None:
    async def nowhere(_host: str, _port: int) -> Sequence[str]:
        raise OSError(socket.EAI_NONAME, "no such name")

    async with open_transport(Guard(), lookup=nowhere, proxy=proxy) as transport:
        with pytest.raises(FOREIGN) as caught:
            await transport.handle_async_request(httpx.Request("GET", "http://outlet.example/"))
    error = named(caught.value, "outlet.example", in_body=False)
    assert error.kind == "dns"
    assert re.search(words, str(error))


def test_other_proxies_are_refused() -> None:
    with pytest.raises(FetchError, match="must begin with http://"):
        open_transport(Guard(), proxy="socks5://secret@127.0.0.1:1")


@pytest.mark.enable_socket
async def test_the_system_is_asked_for_names() -> None:
    assert "127.0.0.1" in await look_up("localhost", 80)


@pytest.mark.enable_socket
@pytest.mark.parametrize("host", ["nowhere.invalid", "a" * 300, "a..b", ""])
async def test_names_without_address_raise(host: str) -> None:
    with pytest.raises(OSError, match=r".") as caught:
        await look_up(f"{host}.invalid", 80)
    assert caught.value.strerror


@pytest.mark.enable_socket
async def test_a_name_server_that_answers_too_late_harms_nobody() -> None:
    lookup = asyncio.ensure_future(look_up("localhost", 80))
    await asyncio.sleep(0)
    lookup.cancel()
    assert await asyncio.wait({lookup})
    assert "127.0.0.1" in await look_up("localhost", 80)


def test_contexts_of_others_still_read_the_authorities() -> None:
    assert "set_default_verify_paths" not in vars(ssl.SSLContext)
