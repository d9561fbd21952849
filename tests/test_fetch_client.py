"""One visit: conditions, statuses, bodies."""

import asyncio
import gzip
import hashlib
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from datetime import timedelta

import httpx
import pytest

from tests.visits import (
    BODY,
    URL,
    answering,
    feed,
    fetcher,
    trouble,
)
from watcher.errors import FeedError, FetchError
from watcher.fetch import user_agent
from watcher.models import FeedOptions, Fetched, NotModified, Validators


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
        url=URL,
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
    known = Validators(etag='"a"', last_modified="Mon", url=URL, body_hash="h")

    def answer(request: httpx.Request) -> httpx.Response:
        asks = request.headers.get("if-none-match") == '"a"'
        if asks:  # of another document, which nobody has seen
            return httpx.Response(304, headers={"ETag": '"b"'})
        return httpx.Response(200, content=BODY)

    answer_ = await fetcher(answer).get(feed(known), conditional=conditional)
    assert isinstance(answer_, NotModified if conditional else Fetched)
    assert answer_.url == URL
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


async def test_a_name_that_idna_cannot_read_is_asked_for_as_it_is() -> None:
    asked = []

    def answer(request: httpx.Request) -> httpx.Response:
        asked.append(request.url.raw_host)
        return httpx.Response(200, content=BODY)

    await fetcher(answer).get_url("http://xn--ls8h.example/")
    assert asked == [b"xn--ls8h.example"]


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
            httpx.Response(200, content=b"\x0b" + BODY, headers={"Content-Encoding": "br"}),
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
    one = fetcher(lambda _: response, max_bytes=100)
    assert (await trouble(one.get(feed()))).kind == kind


async def test_wire_bytes_are_counted_where_nothing_is_announced() -> None:
    async def endless() -> AsyncIterator[bytes]:
        while True:
            yield b"x" * 60

    one = fetcher(lambda _: httpx.Response(200, content=endless()), max_bytes=1000)
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


async def test_a_large_document_counts_until_its_holder_is_through_with_it() -> None:
    one = fetcher(lambda _: httpx.Response(200, content=b"x" * 2_000_000), large_at_once=1)
    async with AsyncExitStack() as held:
        await one.get(feed(), held=held)
        second = asyncio.ensure_future(one.get_url(URL))
        await asyncio.sleep(0.05)
        assert not second.done()
    assert len((await second).body) == 2_000_000


async def test_who_waits_for_slow_large_documents_loses_no_time_by_it() -> None:
    async def large(last: float) -> AsyncIterator[bytes]:
        yield b"x" * 2_000_000
        await asyncio.sleep(last)
        yield b"x"

    waits = iter([60.0, 0.0])
    one = fetcher(
        lambda _: httpx.Response(200, content=large(next(waits))), large_at_once=1, timeout_s=1
    )
    slow = asyncio.ensure_future(trouble(one.get_url(URL)))
    await asyncio.sleep(0)
    assert len((await one.get_url(URL)).body) == 2_000_001
    assert (await slow).kind == "timeout"


async def test_who_waits_too_long_for_large_documents_is_late() -> None:
    async def large() -> AsyncIterator[bytes]:
        yield b"x" * 2_000_000
        await asyncio.sleep(60)

    one = fetcher(lambda _: httpx.Response(200, content=large()), large_at_once=1, timeout_s=0.05)
    gets = (one.get_url(URL) for _ in range(5))
    errors = await asyncio.gather(*gets, return_exceptions=True)
    assert [error.kind for error in errors if isinstance(error, FeedError)] == ["timeout"] * 5
    of_the_host = [error for error in errors if isinstance(error, FetchError)]
    assert 1 <= len(of_the_host) < 5  # the others we have kept waiting ourselves
