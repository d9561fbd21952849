"""Addresses as feeds write them → web addresses."""

from urllib.parse import urljoin, urlsplit

from watcher.safe import clean

ADDRESS_LENGTH = 4_000
"""In code points; longer ones are cut."""


def web_address(address: str, base: str) -> str:
    """Resolve an address (RFC 3986, section 5); empty if it leads elsewhere than to http(s)."""
    address = address.strip()
    if not address:
        return ""
    try:
        parts = urlsplit(address)
        if not (parts.scheme and parts.netloc):
            parts = urlsplit(urljoin(base, address))
    except ValueError:  # such as an unfinished [IPv6 literal
        return ""
    is_web = parts.scheme in ("http", "https") and bool(parts.netloc)
    return clean(parts.geturl(), ADDRESS_LENGTH) if is_web else ""
