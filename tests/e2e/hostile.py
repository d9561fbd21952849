"""A loopback server that misbehaves in every way, and the end each feed must come to."""

import asyncio
import gzip
import socket
import struct
import threading
import zlib
from collections.abc import Awaitable, Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial

from tests.e2e.hostile_documents import DOCUMENTS, GOOD, HEAVY, NO_FEED

Answer = Callable[..., Awaitable[None]]
"""Writes what the server says to `writer`; when it returns, the connection is closed."""

OK = b"HTTP/1.1 200 OK\r\n"
XML = b"Content-Type: application/rss+xml\r\n"
CHUNKED = OK + XML + b"Transfer-Encoding: chunked\r\n\r\n"
REDIRECT = (
    "HTTP/1.1 {status} Moved\r\nLocation: {to}\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"
)
FILLER = b"<!-- " + b"x" * 65_526 + b" -->"


@dataclass(frozen=True, slots=True)
class Case:
    """One feed: its path on the server, how its poll may end (`ok` or error kinds), its answer."""

    name: str
    ends: frozenset[str]
    answer: Answer


async def say(*parts: bytes, writer: asyncio.StreamWriter) -> None:
    for part in parts:
        writer.write(part)
        await writer.drain()


async def hang(*parts: bytes, writer: asyncio.StreamWriter) -> None:
    await say(*parts, writer=writer)
    await asyncio.sleep(3600)


async def reset(*parts: bytes, writer: asyncio.StreamWriter) -> None:
    await say(*parts, writer=writer)
    await asyncio.sleep(0.05)
    linger = struct.pack("ii", 1, 0)  # a close that is a reset
    writer.get_extra_info("socket").setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, linger)


async def drip(start: bytes, drop: bytes, *, writer: asyncio.StreamWriter) -> None:
    """One drop each 50 ms, for ever: never silent for long, never done."""
    await say(start, writer=writer)
    while True:
        await say(drop, writer=writer)
        await asyncio.sleep(0.05)


async def flood(start: bytes, wave: bytes, *, writer: asyncio.StreamWriter) -> None:
    """As much as the client takes, for ever."""
    await say(start, writer=writer)
    while True:
        await say(wave, writer=writer)


def with_body(body: bytes, *headers: str, length: int | None = None) -> bytes:
    head = "".join(f"{header}\r\n" for header in headers)
    size = len(body) if length is None else length
    return OK + XML + head.encode() + b"Content-Length: %d\r\n\r\n" % size + body


def raw_deflate(body: bytes) -> bytes:
    stream = zlib.compressobj(wbits=-15)
    return stream.compress(body) + stream.flush()


def chunk(body: bytes) -> bytes:
    return b"%x\r\n%s\r\n" % (len(body), body)


def redirect(to: str, status: int = 302) -> bytes:
    return REDIRECT.format(status=status, to=to).encode()


def stuck_cases() -> Iterator[tuple[str, str, Answer]]:
    """Servers that never come to an end."""
    timeout = "timeout"
    yield "silent", timeout, partial(hang)
    yield "half-a-status", timeout, partial(hang, b"HTTP/1.")
    yield "half-a-head", timeout, partial(hang, OK + b"X: ")
    yield "head-only", timeout, partial(hang, OK + XML + b"Content-Length: 500\r\n\r\n")
    yield "half-a-body", timeout, partial(hang, with_body(GOOD[:99], length=len(GOOD)))
    yield "half-a-chunk", timeout, partial(hang, CHUNKED + b"ffff\r\n<rss>")
    yield "no-last-chunk", timeout, partial(hang, CHUNKED + chunk(GOOD))
    yield "whole-but-open", timeout, partial(hang, OK + XML + b"\r\n" + GOOD)
    yield "drip-status", timeout, partial(drip, b"HTTP/1.1 200 ", b"o")
    yield "drip-head", timeout, partial(drip, OK + b"X: ", b"x")
    yield "drip-head-lines", "timeout protocol", partial(drip, OK, b"X: y\r\n")
    yield "drip-body", timeout, partial(drip, OK + XML + b"\r\n<rss>", b"x")
    yield "drip-length", timeout, partial(drip, OK + b"Content-Length: 99999\r\n\r\n", b"x")
    yield "drip-chunks", timeout, partial(drip, CHUNKED, b"1\r\nx\r\n")
    yield "drip-blanks", timeout, partial(drip, b"", b"\r\n")
    yield "drip-continue", "timeout protocol", partial(drip, b"", b"HTTP/1.1 100 Continue\r\n\r\n")
    yield "drip-hints", "timeout protocol", partial(drip, b"", b"HTTP/1.1 103 Early Hints\r\n\r\n")
    packed = gzip.compress(GOOD)[:40]
    half = OK + b"Content-Encoding: gzip\r\n\r\n" + packed
    yield "half-a-gzip", timeout, partial(hang, half)
    yield (
        "gzip-of-nothing",
        timeout,
        partial(drip, OK + b"Content-Encoding: gzip\r\n\r\n", gzip.compress(b"")),
    )


def endless_cases() -> Iterator[tuple[str, str, Answer]]:
    """More than is good for a client."""
    plain = OK + XML + b"\r\n"
    large = "too_large"
    yield "endless", large, partial(flood, plain + b"<rss>", FILLER)
    yield "endless-blanks", large, partial(flood, plain, b" " * 65536)
    yield "endless-zeros", large, partial(flood, plain, b"\0" * 65536)
    yield "endless-chunks", large, partial(flood, CHUNKED, chunk(FILLER))
    yield (
        "endless-items",
        large,
        partial(flood, plain + b"<rss><channel>", b"<item><title>a</title></item>" * 2000),
    )
    yield "endless-line", "too_large protocol", partial(flood, b"HTTP/1.1 200 ", b"o" * 65536)
    yield "endless-header", "too_large protocol", partial(flood, OK + b"X: ", b"x" * 65536)
    yield "endless-headers", "too_large protocol", partial(flood, OK, b"X: y\r\n" * 5000)
    yield (
        "endless-continue",
        "timeout protocol",
        partial(flood, b"", b"HTTP/1.1 100 Continue\r\n\r\n" * 50),
    )
    yield (
        "endless-trailers",
        "too_large protocol timeout truncated",
        partial(flood, CHUNKED + chunk(GOOD) + b"0\r\n", b"X: y\r\n" * 5000),
    )
    yield "announced", large, partial(hang, OK + b"Content-Length: 999999999999\r\n\r\n")
    for name, encoding, pack in (
        ("gzip", "gzip", gzip.compress),
        ("zlib", "deflate", zlib.compress),
        ("deflate", "deflate", raw_deflate),
    ):
        bomb = with_body(pack(b"<rss>" + b" " * 100_000_000), f"Content-Encoding: {encoding}")
        yield f"bomb-{name}", large, partial(say, bomb)
    twice = gzip.compress(gzip.compress(b" " * 100_000_000))
    yield "bomb-in-bomb", NO_FEED, partial(say, with_body(twice, "Content-Encoding: gzip"))
    file = gzip.compress(b" " * 100_000_000)
    yield "bomb-as-file", large, partial(say, with_body(file))
    members = gzip.compress(b" " * 1_000_000) * 100
    yield "bomb-of-members", large, partial(say, with_body(members, "Content-Encoding: gzip"))


def broken_cases() -> Iterator[tuple[str, str, Answer]]:
    """Answers that end before their end."""
    yield "close", "connect", partial(say)
    yield "reset", "connect", partial(reset)
    yield "close-in-status", "connect protocol", partial(say, b"HTTP/1.1 2")
    yield "close-in-head", "connect protocol", partial(say, OK + b"X: y\r\n")
    yield "reset-in-head", "connect protocol", partial(reset, OK + b"X: y\r\n")
    cut = "truncated"
    yield "short-body", cut, partial(say, with_body(GOOD, length=len(GOOD) + 9))
    yield "reset-in-body", cut, partial(reset, with_body(GOOD[:99], length=len(GOOD)))
    yield "cut-chunk", cut, partial(say, CHUNKED + b"ffff\r\n" + GOOD)
    yield "cut-chunks", cut, partial(say, CHUNKED + chunk(GOOD))
    yield "reset-chunks", cut, partial(reset, CHUNKED + chunk(GOOD))
    packed = gzip.compress(GOOD)
    yield "cut-gzip", cut, partial(say, with_body(packed[:-9], "Content-Encoding: gzip"))
    yield (
        "cut-deflate",
        cut,
        partial(say, with_body(raw_deflate(GOOD)[:-3], "Content-Encoding: deflate")),
    )
    yield "cut-gzip-file", cut, partial(say, with_body(packed[:-9]))
    yield (
        "partial",
        cut,
        partial(say, b"HTTP/1.1 206 Partial\r\nContent-Length: 5\r\n\r\n" + GOOD[:5]),
    )


def no_http_cases() -> Iterator[tuple[str, str, Answer]]:
    """What is no HTTP, or no longer."""
    for name, sent in (
        ("http09", GOOD),
        ("tls", b"\x15\x03\x01\x00\x02\x02\x28"),
        ("ssh", b"SSH-2.0-OpenSSH_9.2\r\n"),
        ("smtp", b"220 mail.example ESMTP\r\n"),
        ("ftp", b"220 FTP ready\r\n"),
        ("noise", bytes(range(256)) * 4),
        ("zeros", b"\0" * 4096),
        ("status-word", b"HTTP/1.1 OK\r\n\r\n"),
        ("status-sign", b"HTTP/1.1 -200 OK\r\n\r\n"),
        ("version", b"HTTP/9.9 200 OK\r\n\r\n"),
        ("header-no-colon", OK + b"nonsense\r\n\r\n" + GOOD),
        ("header-zero", OK + b"X: a\0b\r\n\r\n" + GOOD),
        ("header-blank-name", OK + b": x\r\n\r\n" + GOOD),
        ("length-word", OK + b"Content-Length: many\r\n\r\n" + GOOD),
        ("length-below-zero", OK + b"Content-Length: -5\r\n\r\n" + GOOD),
        ("lengths", OK + b"Content-Length: 5\r\nContent-Length: 6\r\n\r\n" + GOOD),
        ("length-and-chunks", OK + b"Content-Length: 5\r\n" + CHUNKED[len(OK) :] + chunk(GOOD)),
        ("chunk-word", CHUNKED + b"zz\r\n" + GOOD),
        ("chunk-below-zero", CHUNKED + b"-5\r\n" + GOOD),
        ("chunk-no-break", CHUNKED + b"5\r\n" + GOOD),
        ("chunk-vast", CHUNKED + b"f" * 40 + b"\r\n" + GOOD),
    ):
        yield f"no-http-{name}", "protocol truncated", partial(say, sent)


def encoding_cases() -> Iterator[tuple[str, str, Answer]]:
    """Bodies that are not packed as was asked for, or as is said."""
    for encoding in ("br", "zstd", "compress", "gzip, gzip", "utf-8", "x" * 900):
        for kind, body in (("decode", b"\x1b" + GOOD), ("ok", GOOD)):
            answer = partial(say, with_body(body, f"Content-Encoding: {encoding}"))
            yield f"encoding-{encoding[:12].replace(', ', '-')}-{kind}", kind, answer
    for encoding in ("gzip", "deflate"):
        answer = partial(say, with_body(GOOD, f"Content-Encoding: {encoding}"))
        yield f"not-{encoding}", "decode", answer
    packed = gzip.compress(GOOD)
    damaged = packed[:60] + bytes(9) + packed[69:]
    yield "damaged-gzip", "decode", partial(say, with_body(damaged, "Content-Encoding: gzip"))


def status_cases() -> Iterator[tuple[str, str, Answer]]:
    """Answers that bring no document."""
    for kind, statuses in {
        "http_status": (300, 304, 305, 400, 401, 402, 403, 404, 405, 406, 418, 451, 600, 999),
        "unavailable": (500, 502, 503, 504, 520),
        "gone": (410,),
        "rate_limited": (429,),
        "empty": (204, 205),
        "http_status protocol connect": (101,),
    }.items():
        for status in statuses:
            head = f"HTTP/1.1 {status} Whatever\r\nRetry-After: junk\r\n\r\n"
            yield f"status-{status}", kind, partial(say, head.encode())
    yield "empty", "empty", partial(say, with_body(b""))


def redirect_cases() -> Iterator[tuple[str, str, Answer]]:
    """Redirects that lead nowhere good."""
    many = "too_many_redirects"
    yield "loop", many, partial(say, redirect("/loop"))
    yield "loop-301", many, partial(say, redirect("/loop-301", 301))
    yield "loop-a", many, partial(say, redirect("/loop-b", 307))
    yield "loop-b", many, partial(say, redirect("/loop-a", 308))
    yield "loop-growing", many, partial(say, redirect("/loop-growing?" + "x" * 3000))
    for name, to in {
        "file": "file:///etc/passwd",
        "ftp": "ftp://127.0.0.1/",
        "gopher": "gopher://127.0.0.1:70/",
        "data": "data:text/xml,<rss/>",
        "script": "javascript:alert(1)",
        "nowhere": "",
        "junk": "http://[::1",
        "port": "http://127.0.0.1:99999/",
        "user": "http://user:secret@127.0.0.1/",
        "backslash": "http://127.0.0.1\\@10.0.0.1/",
    }.items():
        yield f"to-{name}", "redirect", partial(say, redirect(to))
    for address in (
        "10.0.0.1",
        "169.254.169.254",
        "192.168.0.1",
        "0.0.0.0",
        "[::1]",
        "[fe80::1]",
        "[::ffff:10.0.0.1]",
        "[64:ff9b::a00:1]",
        "167772161",
        "0x0a000001",
    ):
        name = f"to-{address.strip('[]').replace(':', '_')}"
        yield name, "blocked_address", partial(say, redirect(f"http://{address}/"))
    yield "to-closed-port", "connect", partial(say, redirect("http://127.0.0.1:1/"))
    yield "to-no-name", "dns", partial(say, redirect("http://nowhere.invalid/"))
    yield "to-silence", "timeout", partial(say, redirect("/silent"))
    endless_body = b"HTTP/1.1 302 Found\r\nLocation: /good-rss\r\n\r\n"
    yield "redirect-endless", "ok", partial(flood, endless_body, FILLER)
    yield (
        "redirect-cookie",
        "ok",
        partial(say, redirect("/good-rss").replace(b"Location", b"Set-Cookie: a=b\r\nLocation")),
    )


def document_cases() -> Iterator[tuple[str, str, Answer]]:
    """Documents, good and bad, as they are and packed; those that take long only once."""
    plain, packed = ("", bytes, ()), ("-gzip", gzip.compress, ("Content-Encoding: gzip",))
    for document in DOCUMENTS:
        for way, pack, headers in (plain,) if document.ends == HEAVY else (plain, packed):
            answer = partial(_say_document, document.body, pack, headers, document.content_type)
            yield f"{document.name}{way}", document.ends, answer


async def _say_document(
    body: Callable[[], bytes],
    pack: Callable[[bytes], bytes],
    headers: tuple[str, ...],
    content_type: str,
    writer: asyncio.StreamWriter,
) -> None:
    packed = await asyncio.to_thread(lambda: pack(body()))
    answer = with_body(packed, *headers).replace(XML, f"Content-Type: {content_type}\r\n".encode())
    await say(answer, writer=writer)


def cases() -> dict[str, Case]:
    """All feeds of the server, by name."""
    groups: Iterable[Iterator[tuple[str, str, Answer]]] = (
        stuck_cases(),
        endless_cases(),
        broken_cases(),
        no_http_cases(),
        encoding_cases(),
        status_cases(),
        redirect_cases(),
        document_cases(),
    )
    return {
        name: Case(name, frozenset(ends.split()), answer)
        for group in groups
        for name, ends, answer in group
    }


@contextmanager
def open_hostile(served: dict[str, Case]) -> Iterator[dict[str, str]]:
    """Serve on loopback, in a thread; gives each case's address, each on a host of its own.

    On one host the first 429 would rest all others.
    """
    loop = asyncio.new_event_loop()

    async def talk(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            head = await reader.readuntil(b"\r\n\r\n")
            name = head.split(b" ", 2)[1].decode().strip("/").partition("?")[0]
            await served[name].answer(writer=writer)
            await writer.drain()
        except (ConnectionError, asyncio.IncompleteReadError, asyncio.CancelledError):
            pass
        finally:
            writer.close()

    hosts = [f"127.9.{number // 250}.{number % 250 + 1}" for number in range(len(served))]
    port = _free_port()
    server = loop.run_until_complete(asyncio.start_server(talk, hosts, port))
    thread = threading.Thread(target=loop.run_forever, daemon=True)
    thread.start()
    try:
        yield {
            name: f"http://{host}:{port}/{name}" for host, name in zip(hosts, served, strict=True)
        }
    finally:
        asyncio.run_coroutine_threadsafe(_stop(server), loop).result(10)
        loop.call_soon_threadsafe(loop.stop)
        thread.join(10)
        loop.close()


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.9.0.1", 0))
        return int(probe.getsockname()[1])


async def _stop(server: asyncio.Server) -> None:
    server.close()
    talks = asyncio.all_tasks() - {asyncio.current_task()}
    for task in talks:
        task.cancel()
    await asyncio.gather(*talks, return_exceptions=True)
