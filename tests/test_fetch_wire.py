"""The bounds of a visit, held on a real loopback server."""

import asyncio
import gzip
import socket
import struct

import pytest

from tests.visits import real, serving, trouble
from watcher.errors import FetchError
from watcher.models import FeedOptions

BODY = b"<rss><channel><title>News</title></channel></rss>"
PACKED = gzip.compress(BODY)


async def ended(answer: bytes, **limits: float) -> str:
    """How a visit ends at a server that says `answer` and hangs up: a kind, or `ok`."""

    async def script(_head: bytes, writer: asyncio.StreamWriter) -> None:
        writer.write(answer)

    async with serving(script) as url, real(**limits) as one:
        try:
            await one.get_url(url)
        except FetchError as error:
            return error.kind
        return "ok"


OK = b"HTTP/1.1 200 OK\r\n"
CHUNKED = OK + b"Transfer-Encoding: chunked\r\n\r\n"


@pytest.mark.enable_socket
@pytest.mark.parametrize(
    ("answer", "end"),
    [
        pytest.param(OK + b"\r\n" + BODY, "ok", id="ends with the connection"),
        pytest.param(OK + b"Content-Length: 5\r\n\r\n" + b"12345", "ok", id="length"),
        pytest.param(CHUNKED + b"3\r\nabc\r\n0\r\n\r\n", "ok", id="chunked"),
        pytest.param(OK + b"Content-Encoding: gzip\r\n\r\n" + PACKED, "ok", id="packed"),
        pytest.param(b"HTTP/1.1 200 Trouv\xe9\r\n\r\n" + BODY, "ok", id="reason in Latin-1"),
        pytest.param(OK + b"X-Policy: " + b"a" * 20_000 + b"\r\n\r\nabc", "ok", id="long header"),
        pytest.param(OK + b"Content-Length: 9\r\n\r\n12345", "truncated", id="short body"),
        pytest.param(CHUNKED + b"9\r\nabc", "truncated", id="chunk cut"),
        pytest.param(CHUNKED + b"3\r\nabc\r\n", "truncated", id="no last chunk"),
        pytest.param(CHUNKED + b"zz\r\nabc\r\n", "protocol", id="chunk junk"),
        pytest.param(b"", "connect", id="nothing"),
        pytest.param(BODY + b"\r\n\r\n", "protocol", id="no HTTP"),
        pytest.param(b"\x15\x03\x01\x00\x02\x02\x28\r\n\r\n", "protocol", id="TLS"),
        pytest.param(OK + b"X: " + b"a" * 40_000 + b"\r\n\r\n", "too_large", id="huge header"),
        pytest.param(OK + b"X: y\r\n" * 9000 + b"\r\n", "protocol", id="too many headers"),
        pytest.param(OK + b"Content-Length: -5\r\n\r\nabc", "protocol", id="negative length"),
        pytest.param(OK + b"Content-Length: 99999999\r\n\r\n", "too_large", id="announced"),
    ],
)
async def test_what_servers_say(answer: bytes, end: str) -> None:
    assert await ended(answer) == end


@pytest.mark.enable_socket
async def test_one_deadline_holds_over_a_slow_drip() -> None:
    async def drip(_head: bytes, writer: asyncio.StreamWriter) -> None:
        writer.write(OK + b"\r\n")
        while not writer.is_closing():
            writer.write(b"x")
            await writer.drain()
            await asyncio.sleep(0.02)

    async with serving(drip) as url, real(timeout_s=0.2) as one:
        error = await trouble(one.get_url(url))
    assert error.kind == "timeout"
    assert "0.2 s" in str(error)


@pytest.mark.enable_socket
async def test_one_deadline_holds_over_all_hops() -> None:
    async def dawdle(_head: bytes, writer: asyncio.StreamWriter) -> None:
        await asyncio.sleep(0.1)
        writer.write(b"HTTP/1.1 302 Found\r\nLocation: /again\r\nContent-Length: 0\r\n\r\n")

    async with serving(dawdle) as url, real(timeout_s=0.25) as one:
        assert (await trouble(one.get_url(url))).kind == "timeout"


@pytest.mark.enable_socket
async def test_bodies_of_redirects_are_not_read() -> None:
    async def script(head: bytes, writer: asyncio.StreamWriter) -> None:
        if head.startswith(b"GET /feed "):
            writer.write(b"HTTP/1.1 302 Found\r\nLocation: /there\r\n\r\n")
            while True:
                writer.write(b"x" * 65536)
                await writer.drain()
        writer.write(OK + b"Content-Length: 3\r\n\r\nabc")

    async with serving(script) as url, real() as one:
        assert (await one.get_url(url)).body == b"abc"


@pytest.mark.enable_socket
@pytest.mark.parametrize("verify", [True, False])
async def test_a_server_without_tls_has_no_https(*, verify: bool) -> None:
    async def talk(_reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(b"HTTP/1.1 400 Bad Request\r\n\r\n")
        writer.close()

    server = await asyncio.start_server(talk, "127.0.0.1", 0)
    url = f"https://127.0.0.1:{server.sockets[0].getsockname()[1]}/"
    async with server, real() as one:
        error = await trouble(one.get_url(url, FeedOptions(verify=verify)))
    assert error.kind == "tls"


@pytest.mark.enable_socket
async def test_a_flood_of_interim_answers_is_broken_off() -> None:
    async def script(_head: bytes, writer: asyncio.StreamWriter) -> None:
        while True:
            writer.write(b"HTTP/1.1 100 Continue\r\n\r\n" * 2000)
            await writer.drain()

    async with serving(script) as url, real() as one:
        assert (await trouble(one.get_url(url))).kind == "protocol"


@pytest.mark.enable_socket
async def test_a_reset_in_the_body_cuts_it() -> None:
    async def script(_head: bytes, writer: asyncio.StreamWriter) -> None:
        writer.write(CHUNKED + b"5\r\n<rss>\r\n")
        await writer.drain()
        linger = struct.pack("ii", 1, 0)  # a close that is a reset
        writer.get_extra_info("socket").setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, linger)

    async with serving(script) as url, real() as one:
        assert (await trouble(one.get_url(url))).kind == "truncated"


@pytest.mark.enable_socket
async def test_no_more_than_so_many_visits_at_once() -> None:
    here = most = 0

    async def script(_head: bytes, writer: asyncio.StreamWriter) -> None:
        nonlocal here, most
        here += 1
        most = max(most, here)
        await asyncio.sleep(0.02)
        here -= 1
        writer.write(OK + b"\r\nabc")

    async with serving(script) as url, real(concurrency=3) as one:
        await asyncio.gather(*(one.get_url(url) for _ in range(9)))
    assert most == 3


@pytest.mark.enable_socket
@pytest.mark.parametrize(
    "place",
    [
        pytest.param("/a%41%7Eb%2fc", id="needless escapes"),
        pytest.param("/feed?sig=%7Eab%41&list=[1]|2", id="a signed query"),
        pytest.param("/a/%2e%2e/feed", id="escaped dots"),
        pytest.param("/50%", id="a bare per cent sign"),
    ],
)
async def test_an_address_is_asked_for_as_it_is_written(place: str) -> None:
    asked: list[bytes] = []

    async def script(head: bytes, writer: asyncio.StreamWriter) -> None:
        asked.append(head)
        writer.write(OK + b"\r\nabc")

    async with serving(script) as url, real() as one:
        await one.get_url(url.replace("/feed", place))
    assert asked[0].split(b" ")[1].decode() == place


@pytest.mark.enable_socket
async def test_a_feed_may_go_through_its_proxy() -> None:
    asked: list[bytes] = []

    async def script(head: bytes, writer: asyncio.StreamWriter) -> None:
        asked.append(head)
        writer.write(OK + b"\r\nabc")

    async with serving(script) as url, real() as one:
        options = FeedOptions(proxy=url.replace("127.0.0.1", "user:pw@127.0.0.1"))
        fetched = await one.get_url("http://outlet.example/feed", options)
        await one.get_url("http://outlet.example/feed", options)
    assert fetched.body == b"abc"
    assert asked[0].startswith(b"GET http://outlet.example/feed HTTP/1.1\r\n")
    assert b"proxy-authorization: basic dxnlcjpwdw==" in asked[0].lower()
