"""What may be reached: public addresses over http and https, and the networks the user allows."""

import re
import socket
from collections.abc import Sequence
from functools import lru_cache
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address

import httpx

from watcher.errors import FetchError

Address = IPv4Address | IPv6Address
Network = IPv4Network | IPv6Network

_GIVEN_OUT = IPv6Network("2000::/3")
"""All that IANA has given out of IPv6 for global unicast (RFC 4291, section 2.4)."""
_NAT64 = IPv6Network("64:ff9b::/96")
"""The well-known prefix of translators to IPv4 (RFC 6052, section 2.1)."""
_COMPATIBLE = IPv6Network("::/96")
"""IPv4 in the last four bytes, long deprecated (RFC 4291, section 2.5.5.1)."""

_LAST_PORT = 65535
_MOST_REMEMBERED = 4096
"""Of so many addresses is remembered whether they are allowed."""
_AUTHORITY = re.compile(r"[^:/?#]+://([^/?#]*)")
_UNFIT = re.compile(r"[\x00-\x20\x7f-\xa0\\@]")


class Guard:
    """Says which addresses may be connected to."""

    def __init__(self, allow_networks: Sequence[Network] = ()) -> None:
        self._allowed = tuple(allow_networks)
        self._judged = lru_cache(_MOST_REMEMBERED)(self._judge)

    def allows(self, address: str | Address) -> bool:
        """Tell whether an address is public, or in a network the user allows.

        IPv4 inside IPv6 (mapped, compatible, 6to4, NAT64) is judged as that IPv4 address. What is
        no address (a name, a number, a scope) is refused.
        """
        return self._judged(address)

    def _judge(self, address: str | Address) -> bool:
        if isinstance(address, str):
            try:
                address = ip_address(address)
            except ValueError:
                return False
        inner = _unwrap(address)
        return _is_public(inner) or any(
            each in network for each in {address, inner} for network in self._allowed
        )

    def allows_host(self, host: str) -> bool:
        """Tell whether a host may be tried: names are judged when they are resolved.

        Old ways to write IPv4 (`127.1`, `0x7f000001`, `2130706433`) are judged as what they mean.
        """
        try:
            return self.allows(ip_address(host))
        except ValueError:
            pass
        try:
            return self.allows(IPv4Address(socket.inet_aton(host)))
        except OSError:
            return True


def check_url(url: str) -> httpx.URL:
    """Read an address, if it is one that may be fetched.

    Raises:
        FetchError: `bad_url`: not http or https, no host, or a host part that holds a user name,
            a password, a backslash, blanks or control characters.
    """
    authority = _AUTHORITY.match(url)
    if authority and _UNFIT.search(authority[1]):
        raise FetchError(
            "bad_url",
            "the host part of the address holds blanks, a backslash, control characters or a user "
            "name; write the plain host, and a user name and password into the feed's `auth`",
        )
    try:
        parsed = httpx.URL(url)
    except httpx.InvalidURL as error:
        raise FetchError("bad_url", f"not an address: {error}") from error
    if parsed.scheme not in ("http", "https"):
        raise FetchError("bad_url", f"only http and https are fetched, not {parsed.scheme!r}")
    if not parsed.raw_host:
        raise FetchError("bad_url", "the address names no host")
    if parsed.port is not None and parsed.port > _LAST_PORT:
        raise FetchError("bad_url", f"ports end at {_LAST_PORT}")
    return parsed


def host_name(url: httpx.URL) -> str:
    """Name the host as it is asked for: `httpx.URL.host` raises on names newer than its tables."""
    return url.raw_host.decode("ascii")


def _unwrap(address: Address) -> Address:
    if isinstance(address, IPv4Address):
        return address
    if address in _NAT64 or address in _COMPATIBLE:
        return IPv4Address(address.packed[-4:])
    return address.ipv4_mapped or address.sixtofour or address


def _is_public(address: Address) -> bool:
    if isinstance(address, IPv6Address) and address not in _GIVEN_OUT:
        return False
    return address.is_global and not address.is_multicast
