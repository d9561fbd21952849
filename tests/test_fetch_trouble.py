"""Every failure has a kind, and words on what to do."""

import ssl
from datetime import timedelta

import aiohttp
import httpx
import pytest
from aiohttp import http_exceptions

from watcher.fetch.connect import RefusedAddressError
from watcher.fetch.trouble import named, unwelcome


def caused(error: Exception, cause: Exception) -> Exception:
    error.__cause__ = cause
    return error


@pytest.mark.parametrize(
    ("error", "kind", "words"),
    [
        (
            caused(httpx.ConnectTimeout(""), RefusedAddressError("outlet is at 10.0.0.1")),
            "blocked_address",
            "outlet is at 10.0.0.1, which is not public; .* fetch.allow_networks",
        ),
        (ConnectionRefusedError(111, "x"), "connect", "no connection to outlet: connection ref"),
        (ConnectionResetError(104, "x"), "connect", "connection reset by peer"),
        (aiohttp.ServerDisconnectedError(), "connect", "without an answer"),
        (TimeoutError(110, "x"), "timeout", "outlet did not answer in time"),
        (ssl.SSLCertVerificationError(1, "expired"), "tls", "expired; `verify = false`"),
        (ssl.SSLError(1, "wrong version number"), "tls", "number; its TLS is too old, or the"),
        (httpx.RemoteProtocolError("junk"), "protocol", "does not speak HTTP: junk"),
        (http_exceptions.LineTooLong("x", 5), "too_large", "headers of outlet are too large"),
        (http_exceptions.BadStatusLine("x\n\ty"), "protocol", "Bad status line 'x y'|x"),
        (aiohttp.InvalidURL("x"), "bad_url", "not an address"),
        (httpx.UnsupportedProtocol("x"), "bad_url", "not an address"),
        (httpx.ConnectError(""), "connect", "no connection to outlet: ConnectError"),
    ],
)
def test_troubles_before_an_answer(error: Exception, kind: str, words: str) -> None:
    trouble = named(error, "outlet", in_body=False)
    assert trouble.kind == kind
    with pytest.raises(type(trouble), match=words):
        raise trouble


@pytest.mark.parametrize(
    "error",
    [
        aiohttp.ClientPayloadError("short"),
        aiohttp.ServerDisconnectedError(),
        httpx.ReadError("gone"),
        ConnectionResetError(104, "x"),
    ],
)
def test_troubles_in_a_body_cut_it(error: Exception) -> None:
    assert named(error, "outlet", in_body=True).kind == "truncated"


def test_texts_are_one_short_line() -> None:
    trouble = named(httpx.RemoteProtocolError("a\r\n" + "b" * 9999), "outlet", in_body=False)
    assert len(str(trouble)) < 300
    assert "\n" not in str(trouble)


@pytest.mark.parametrize(
    ("status", "kind", "words"),
    [
        (401, "http_status", "set `auth`"),
        (404, "http_status", "nothing at this address"),
        (407, "http_status", "proxy"),
        (410, "gone", "gone for good"),
        (429, "rate_limited", "asked too often"),
        (502, "unavailable", "in trouble"),
        (666, "http_status", "no document"),
    ],
)
def test_statuses(status: int, kind: str, words: str) -> None:
    trouble = unwelcome(status, None)
    assert (trouble.kind, trouble.status, trouble.retry_after) == (kind, status, None)
    assert words in str(trouble)


def test_a_wait_is_told() -> None:
    trouble = unwelcome(503, timedelta(minutes=5))
    assert trouble.retry_after == timedelta(minutes=5)
    assert str(trouble).endswith("left alone for 0:05:00")
