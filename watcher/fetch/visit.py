"""The rules of one visit: what is sent to whom, where a redirect may lead, what is kept."""

import base64
import hashlib
import re
from contextlib import AsyncExitStack
from dataclasses import dataclass, field

import httpx

from watcher.errors import FetchError
from watcher.fetch.guard import check_url, host_name
from watcher.fetch.politeness import Turns
from watcher.models import FeedOptions, Validators

UNCONDITIONAL = Validators()

_LONGEST_VALIDATOR = 1024


@dataclass(frozen=True, slots=True, kw_only=True)
class Visit:
    """What is asked for, under which conditions, with which options."""

    url: httpx.URL
    given_for: str
    """The address whose origin alone may see the options' headers and credentials."""
    options: FeedOptions = field(repr=False)
    validators: Validators = UNCONDITIONAL
    turns: Turns | None = None
    """Where it has to wait before it follows a redirect to another host, or back from there."""
    held: AsyncExitStack | None = None
    """What is held until the caller is through with a large document."""

    def is_conditional_at(self, url: httpx.URL) -> bool:
        """Tell whether 304 is an answer there: another document than the one known is not."""
        known = self.validators
        return known.url == str(url) and bool(known.etag or known.last_modified)


def asked_headers(url: httpx.URL, visit: Visit) -> dict[bytes, bytes]:
    """The conditions (RFC 9110, section 13.1), and to the right origin the feed's own headers."""
    headers = {}
    if visit.is_conditional_at(url):
        known = visit.validators
        if known.etag:
            headers[b"if-none-match"] = known.etag.encode()
        if known.last_modified:
            headers[b"if-modified-since"] = known.last_modified.encode()
    return headers | _own_headers(url, visit)


def _own_headers(url: httpx.URL, visit: Visit) -> dict[bytes, bytes]:
    """The feed's own headers and credentials, if `url` is of the origin they were given for."""
    options = visit.options
    if not (options.headers or options.auth):
        return {}
    if _origin(url) != _origin(check_url(visit.given_for)):
        return {}
    own = {name.lower().encode(): value.encode() for name, value in options.headers.items()}
    if options.auth:
        own[b"authorization"] = _authorization(options.auth)
    return own


def _origin(url: httpx.URL) -> tuple[str, str, int | None]:
    return (url.scheme, host_name(url), url.port)


def _authorization(auth: str) -> bytes:
    """Whole values pass as they are; `user:password` becomes Basic (RFC 7617)."""
    if re.match(r"[A-Za-z0-9-]+ ", auth) or ":" not in auth:
        return auth.encode()
    return b"Basic " + base64.b64encode(auth.encode())


def next_hop(url: httpx.URL, response: httpx.Response, *, allow_downgrade: bool) -> httpx.URL:
    """Name where a redirect leads (RFC 9110, section 10.2.2).

    Raises:
        FetchError: `redirect`: to nowhere, or where nothing is fetched; `downgrade`: from https
            to http.
    """
    location = response.headers.get("location", "").strip()
    if not location:
        raise FetchError("redirect", f"{host_name(url)} redirects to nowhere")
    try:
        target = check_url(str(url.join(location)))
    except (FetchError, httpx.InvalidURL) as error:
        raise FetchError(
            "redirect", f"{host_name(url)} redirects to no fit address: {error}"
        ) from error
    if url.scheme == "https" and target.scheme == "http" and not allow_downgrade:
        raise FetchError(
            "downgrade",
            f"{host_name(url)} redirects from https to http; if that is meant, "
            "set `allow_downgrade` for this feed",
        )
    return target


def validators_of(response: httpx.Response, body: bytes) -> Validators:
    """Read the validators of a document byte for byte.

    Those of a 304 are not for keeping: they may be of a document that has not been seen.
    """
    return Validators(
        etag=_verbatim(response, b"etag"),
        last_modified=_verbatim(response, b"last-modified"),
        url=str(response.request.url),
        body_hash=hashlib.sha256(body).hexdigest(),
    )


def _verbatim(response: httpx.Response, name: bytes) -> str | None:
    """The header exactly as sent; `None` if it cannot be sent back so."""
    for key, value in response.headers.raw:
        if key.lower() == name and 0 < len(value) <= _LONGEST_VALIDATOR:
            try:
                return value.decode()
            except UnicodeDecodeError:
                return None
    return None
