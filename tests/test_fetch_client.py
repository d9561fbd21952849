"""One visit: conditions, redirects, statuses, bodies; and its bounds on a real loopback server."""

import asyncio
import gzip
import hashlib
import socket
import struct
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from ipaddress import ip_network

import httpx
import pytest

from watcher.errors import FetchError
from watcher.fetch import Fetcher, Limits, user_agent
from watcher.models import Answer, Feed, FeedOptions, Fetched, NotModified, Validators

NOW = datetime(2026, 3, 2, 12, tzinfo=UTC)
URL = "https://outlet.example/feed"
BODY = b"<rss><channel><title>News</title></channel></rss>"
LOOPBACK = [ip_network("127.0.0.0/8")]

NOTHING_KNOWN = Validators()

Handler = Callable[[httpx.Request], httpx.Response]


def feed(validators: Validators = NOTHING_KNOWN) -> Feed:
    return Feed(id=1, url=URL, subscribed_url=URL, next_poll_at=NOW, validators=validators)


def fetcher(handler: Handler, **limits: int) -> Fetcher:
    return Fetcher(
        limits=Limits(**limits),
        user_agent=user_agent("https://watch.example/about"),
        transport=httpx.MockTransport(handler),
        now=lambda: NOW,
    )


def answering(*responses: httpx.Response) -> Fetcher:
    left = list(responses)
    return fetcher(lambda _: left.pop(0))


async def trouble(visit: Awaitable[Answer]) -> FetchError:
    with pytest.raises(FetchError) as caught:
        await visit
    return caught.value


def moved(to: str, status: int = 301) -> httpx.Response:
    return httpx.Response(status, headers={"Location": to})


async def test_a_document_comes_with_all_that_is_known_of_it() -> None:
    headers = {
        "ETag": '"a"',
        "Last-Modified": "Mon, 02 Mar 2026 11:00:00 GMT",
        "Content-Type": "application/rss+xml; charset=utf-8",
        "Cache-Control": "max-age=600",
    }
    answer = await answering(httpx.Response(200, content=BODY, headers=headers)).get(feed())
    assert isinstance(answer, Fetched)
    assert (answer.url, answer.body) == (URL, BODY)
    assert answer.content_type == "application/rss+xml; charset=utf-8"
    assert answer.validators == Validators(
        etag='"a"',
        last_modified="Mon, 02 Mar 2026 11:00:00 GMT",
        body_hash=hashlib.sha256(BODY).hexdigest(),
    )
    assert answer.hints.max_age == timedelta(minutes=10)
    assert answer.moved_to is None


async def test_it_says_who_asks_and_what_it_takes() -> None:
    asked: list[httpx.Request] = []

    def answer(request: httpx.Request) -> httpx.Response:
        asked.append(request)
        return httpx.Response(200, content=BODY)

    await fetcher(answer).get_url(URL)
    headers = asked[0].headers
    assert headers["user-agent"].startswith("feed-watcher/")
    assert headers["user-agent"].endswith("(+https://watch.example/about)")
    assert headers["accept-encoding"] == "gzip, deflate"
    assert not {"cookie", "referer", "authorization", "if-none-match"} & set(headers)


def test_without_contact_it_says_only_its_name() -> None:
    assert "(" not in user_agent("")


@pytest.mark.parametrize("conditional", [True, False])
async def test_conditions_are_sent_unless_told_otherwise(*, conditional: bool) -> None:
    known = Validators(etag='"a"', last_modified="Mon", body_hash="h")

    def answer(request: httpx.Request) -> httpx.Response:
        asks = request.headers.get("if-none-match") == '"a"'
        return httpx.Response(304) if asks else httpx.Response(200, content=BODY)

    answer_ = await fetcher(answer).get(feed(known), conditional=conditional)
    assert isinstance(answer_, NotModified if conditional else Fetched)
    if conditional:
        assert answer_.validators == known


async def test_304_to_a_request_without_condition_is_an_error() -> None:
    error = await trouble(answering(httpx.Response(304)).get(feed()))
    assert (error.kind, error.status) == ("http_status", 304)


async def test_cookies_are_never_sent_back() -> None:
    sent: list[bool] = []

    def answer(request: httpx.Request) -> httpx.Response:
        sent.append("cookie" in request.headers)
        if len(sent) == 1:
            return httpx.Response(302, headers={"Location": "/b", "Set-Cookie": "id=1"})
        return httpx.Response(200, content=BODY, headers={"Set-Cookie": "id=2"})

    one = fetcher(answer)
    await one.get(feed())
    await one.get(feed())
    assert sent == [False, False, False]


@pytest.mark.parametrize(
    ("statuses", "moved_to"),
    [
        ((301,), "https://b.example/1"),
        ((308,), "https://b.example/1"),
        ((301, 308), "https://b.example/2"),
        ((302,), None),
        ((307,), None),
        ((301, 302), None),
        ((303, 301), None),
    ],
)
async def test_only_permanent_redirects_move_a_feed(
    statuses: tuple[int, ...], moved_to: str | None
) -> None:
    hops = [moved(f"https://b.example/{n}", status) for n, status in enumerate(statuses, 1)]
    answer = await answering(*hops, httpx.Response(200, content=BODY)).get(feed())
    assert isinstance(answer, Fetched)
    assert answer.url == f"https://b.example/{len(statuses)}"
    assert answer.moved_to == moved_to


async def test_redirects_end_after_five_hops() -> None:
    five = [moved(f"{URL}/{number}") for number in range(5)]
    answer = await answering(*five, httpx.Response(200, content=BODY)).get(feed())
    assert isinstance(answer, Fetched)
    error = await trouble(fetcher(lambda _: moved(URL)).get(feed()))
    assert error.kind == "too_many_redirects"


@pytest.mark.parametrize(
    ("url", "kind"),
    [
        ("http://127.0.0.1/", "blocked_address"),
        ("http://[::ffff:10.0.0.1]/", "blocked_address"),
        ("http://2130706433/", "blocked_address"),
        ("http://169.254.169.254/latest/meta-data/", "blocked_address"),
        ("ftp://outlet.example/", "bad_url"),
    ],
)
async def test_forbidden_addresses_are_not_asked(url: str, kind: str) -> None:
    def answer(request: httpx.Request) -> httpx.Response:
        raise AssertionError(request.url)

    assert (await trouble(fetcher(answer).get_url(url))).kind == kind


async def test_the_address_is_checked_at_every_hop() -> None:
    hops = answering(moved("https://b.example/"), moved("https://169.254.169.254/", 302))
    assert (await trouble(hops.get(feed()))).kind == "blocked_address"


async def test_https_falls_to_http_only_where_allowed() -> None:
    hops = [moved("http://outlet.example/"), httpx.Response(200, content=BODY)]
    assert (await trouble(answering(*hops).get(feed()))).kind == "downgrade"
    answer = await answering(*hops).get(feed(), FeedOptions(allow_downgrade=True))
    assert isinstance(answer, Fetched)


async def test_secrets_do_not_follow_a_redirect_to_another_origin() -> None:
    sent: dict[str, tuple[str | None, str | None]] = {}

    def answer(request: httpx.Request) -> httpx.Response:
        headers = request.headers
        sent[str(request.url)] = (headers.get("authorization"), headers.get("x-key"))
        if request.url.path == "/feed":
            return moved("/here")
        if request.url.path == "/here":
            return moved("https://other.example/")
        return httpx.Response(200, content=BODY)

    options = FeedOptions(auth="Bearer t", headers={"X-Key": "k"})
    await fetcher(answer).get(feed(), options)
    assert sent == {
        URL: ("Bearer t", "k"),
        "https://outlet.example/here": ("Bearer t", "k"),
        "https://other.example/": (None, None),
    }


async def test_a_feeds_own_headers_replace_those_of_the_program() -> None:
    asked: list[list[str]] = []

    def answer(request: httpx.Request) -> httpx.Response:
        asked.append(request.headers.get_list("user-agent"))
        return httpx.Response(200, content=BODY)

    await fetcher(answer).get(feed(), FeedOptions(headers={"User-Agent": "mine"}))
    assert asked == [["mine"]]


@pytest.mark.parametrize(
    ("status", "kind"),
    [
        (202, "http_status"),
        (204, "empty"),
        (205, "empty"),
        (206, "truncated"),
        (300, "http_status"),
        (401, "http_status"),
        (403, "http_status"),
        (404, "http_status"),
        (410, "gone"),
        (418, "http_status"),
        (429, "rate_limited"),
        (500, "unavailable"),
        (503, "unavailable"),
        (599, "unavailable"),
        (999, "http_status"),
    ],
)
async def test_statuses_without_document(status: int, kind: str) -> None:
    error = await trouble(answering(httpx.Response(status, content=BODY)).get(feed()))
    assert (error.kind, error.status) == (kind, status)
    assert str(error).startswith(f"HTTP {status}: ")


async def test_retry_after_is_handed_on_and_a_long_one_told() -> None:
    wait = httpx.Response(429, headers={"Retry-After": "90000"})
    error = await trouble(answering(wait).get(feed()))
    assert error.retry_after == timedelta(hours=24)
    assert "1 day, 1:00:00" in str(error)


@pytest.mark.parametrize(
    ("response", "kind"),
    [
        pytest.param(httpx.Response(200), "empty", id="empty"),
        pytest.param(httpx.Response(200, content=b"x" * 101), "too_large", id="announced"),
        pytest.param(
            httpx.Response(
                200, content=gzip.compress(b"x" * 101), headers={"Content-Encoding": "gzip"}
            ),
            "too_large",
            id="unpacked",
        ),
        pytest.param(
            httpx.Response(200, content=BODY, headers={"Content-Encoding": "br"}),
            "decode",
            id="not offered",
        ),
        pytest.param(
            httpx.Response(
                200, content=gzip.compress(BODY)[:-2], headers={"Content-Encoding": "gzip"}
            ),
            "truncated",
            id="cut gzip",
        ),
    ],
)
async def test_bodies_out_of_bounds(response: httpx.Response, kind: str) -> None:
    one = fetcher(lambda _: response, max_bytes=100, max_wire_bytes=100)
    assert (await trouble(one.get(feed()))).kind == kind


async def test_wire_bytes_are_counted_where_nothing_is_announced() -> None:
    async def endless() -> AsyncIterator[bytes]:
        while True:
            yield b"x" * 60

    one = fetcher(lambda _: httpx.Response(200, content=endless()), max_wire_bytes=1000)
    assert (await trouble(one.get(feed()))).kind == "too_large"


async def test_few_large_documents_are_in_memory_at_once() -> None:
    here = most = 0

    async def large() -> AsyncIterator[bytes]:
        nonlocal here, most
        yield b"x" * 2_000_000
        here += 1
        most = max(most, here)
        await asyncio.sleep(0.01)
        here -= 1
        yield b"x"

    one = fetcher(lambda _: httpx.Response(200, content=large()), large_at_once=2)
    await asyncio.gather(*(one.get_url(URL) for _ in range(6)))
    assert most == 2


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
@pytest.mark.filterwarnings("ignore:.*deprecated:DeprecationWarning")  # httpx-aiohttp 0.2's own
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
