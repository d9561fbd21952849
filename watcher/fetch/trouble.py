"""Foreign errors and unwelcome statuses → FetchError, with words on what to do."""

import errno
import os
import ssl
from collections.abc import Iterator
from datetime import timedelta

import aiohttp
import httpx
from aiohttp import http_exceptions

from watcher.errors import FetchError
from watcher.fetch.connect import LostProxyError, RefusedAddressError
from watcher.fetch.hints import LONGEST

FOREIGN = (httpx.HTTPError, httpx.InvalidURL, aiohttp.ClientError, OSError, ValueError)
"""All that the libraries raise when a visit goes wrong."""


def named(error: Exception, host: str, *, in_body: bool) -> FetchError:
    """Name what went wrong at `host`; `in_body` tells that the answer had already begun."""
    chain = tuple(_chain(error))[::-1]  # the cause says most
    for kinds, kind, why in _IN_BODY + _NAMES if in_body else _NAMES:
        if found := next((each for each in chain if isinstance(each, kinds)), None):
            return FetchError(kind, why.format(host=host, reason=_reason(found)))
    return FetchError("connect", f"no connection to {host}: {_reason(chain[0])}")


_Names = tuple[tuple[type[Exception] | tuple[type[Exception], ...], str, str], ...]

_IN_BODY: _Names = (
    (
        (aiohttp.ClientPayloadError, aiohttp.ClientConnectionError, httpx.ReadError, OSError),
        "truncated",
        "{host} broke off in the middle of the document",
    ),
)
_NAMES: _Names = (
    (
        RefusedAddressError,
        "blocked_address",
        "{reason}, which is not public; to poll it, add its network to fetch.allow_networks",
    ),
    (
        (aiohttp.ClientProxyConnectionError, aiohttp.ClientHttpProxyError),
        "connect",
        "the proxy gives no connection to {host}: {reason}",
    ),
    (LostProxyError, "dns", "the name of the feed's proxy {reason}; check `proxy` of this feed"),
    (
        aiohttp.ClientConnectorDNSError,
        "dns",
        "the name {host} has no address ({reason}); check the feed's address",
    ),
    (
        (ssl.SSLCertVerificationError, aiohttp.ClientConnectorCertificateError),
        "tls",
        "no safe connection to {host}: {reason}; `verify = false` for this feed trusts it blindly",
    ),
    (
        (ssl.SSLError, aiohttp.ClientSSLError),
        "tls",
        "no safe connection to {host}: {reason}; its TLS is too old, or the address is of http://",
    ),
    (TimeoutError, "timeout", "{host} did not answer in time"),
    (
        aiohttp.ServerDisconnectedError,
        "connect",
        "{host} closes the connection without an answer",
    ),
    (http_exceptions.LineTooLong, "too_large", "the headers of {host} are too large"),
    (
        (aiohttp.ClientResponseError, http_exceptions.BadHttpMessage, httpx.ProtocolError),
        "protocol",
        "{host} does not speak HTTP: {reason}",
    ),
    (
        (aiohttp.InvalidURL, httpx.InvalidURL, httpx.UnsupportedProtocol, ValueError),
        "bad_url",
        "not an address: {reason}",
    ),
)


def _chain(error: BaseException | None) -> Iterator[BaseException]:
    while error is not None:
        yield error
        error = error.__cause__


def _reason(error: BaseException) -> str:
    """One line of what a library says, without what it may tell of addresses and secrets."""
    if isinstance(error, OSError) and not isinstance(error, ssl.SSLError):
        number = error.errno or 0
        if number in errno.errorcode:
            return os.strerror(number).lower()
    said = (getattr(error, name, None) for name in ("verify_message", "message", "strerror"))
    text = next(filter(None, said), None) or str(error)
    return " ".join(str(text).split())[:200] or type(error).__name__


def unwelcome(status: int, retry_after: timedelta | None) -> FetchError:
    """Name a status that brings no document (RFC 9110, section 15)."""
    kind, why = _STATUSES.get(status) or _by_class(status)
    text = f"HTTP {status}: {why}"
    if retry_after is not None:
        text += f"; it asks to be left alone for {retry_after}"
        if retry_after > LONGEST:
            text += f", {LONGEST} are kept"
            retry_after = LONGEST
    return FetchError(kind, text, retry_after=retry_after, status=status)


_STATUSES = {
    202: ("http_status", "the server puts this client off, often with a check for robots"),
    204: ("empty", "the server sends no document"),
    205: ("empty", "the server sends no document"),
    206: ("truncated", "the server sends a part of the document that was not asked for"),
    304: ("http_status", "the server says 'not modified' to a request without condition"),
    401: ("http_status", "the server wants credentials; set `auth` for this feed"),
    403: ("http_status", "the server refuses this client; ask the outlet, or poll less often"),
    404: ("http_status", "there is nothing at this address; look for the feed's new one"),
    407: ("http_status", "the proxy wants credentials"),
    410: ("gone", "the server says that the feed is gone for good"),
    429: ("rate_limited", "the server was asked too often"),
}


def _by_class(status: int) -> tuple[str, str]:
    if 500 <= status < 600:
        return "unavailable", "the server is in trouble; it will be asked again"
    return "http_status", "the server sends no document"
