"""Whose server an address leads to: its host, and the domain its owner registered."""

import re
import unicodedata
from functools import cache, lru_cache
from urllib.parse import urlsplit

from publicsuffixlist import PublicSuffixList

_SCHEME = re.compile(r"[a-z][a-z0-9+.-]*://", re.IGNORECASE)
_LINE_ENDS = re.compile(r"[\t\n\r]")
_LONGEST_LABEL = 63


@lru_cache(maxsize=65_536)
def host_of(url: str) -> str:
    """Name the host of an address, in lower case; empty if it has none."""
    try:
        return (urlsplit(url).hostname or "").rstrip(".")
    except ValueError:
        return ""


@lru_cache(maxsize=65_536)
def readable_host(host: str) -> str:
    """Write a host in the letters of its language, in lower case (Punycode, RFC 3492)."""
    return ".".join(map(_readable, unicodedata.normalize("NFKC", host).lower().split(".")))


def _readable(label: str) -> str:
    if not label.startswith("xn--") or len(label) > _LONGEST_LABEL:
        return label
    try:
        return label.removeprefix("xn--").encode("ascii").decode("punycode")
    except UnicodeError:
        return label


def with_scheme(url: str) -> str:
    """Read an address as browsers do what is typed: one of https if no scheme begins it.

    Blanks around it, and tabs and ends of lines in it, are dropped (WHATWG URL, section 4.4).
    """
    url = _LINE_ENDS.sub("", url).strip()
    return url if _SCHEME.match(url) else f"https://{url}"


def plain_address(url: str) -> str:
    """Write an address as all write it who mean it: scheme and host in lower case, no fragment.

    Blanks around it are dropped; a blank in its path or query is written `%20` (WHATWG URL,
    section 4.4).

    Raises:
        ValueError: It is no address.
    """
    parts = urlsplit(url.strip())
    return parts._replace(
        netloc=parts.netloc.lower(),
        path=parts.path.replace(" ", "%20") or "/",
        query=parts.query.replace(" ", "%20"),
        fragment="",
    ).geturl()


def registrable_domain(host: str) -> str:
    """Name the domain that its owner registered (publicsuffix.org); an IP address is its own."""
    if ":" in host or host.replace(".", "").isdigit():
        return host
    return str(_suffixes().privatesuffix(host) or host)


@cache
def _suffixes() -> PublicSuffixList:
    return PublicSuffixList()
