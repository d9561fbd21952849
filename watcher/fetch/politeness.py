"""Which hosts may be asked now: spacing, one connection each, rest after a refusal."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cache
from urllib.parse import urlsplit

from publicsuffixlist import PublicSuffixList

from watcher.errors import FeedError, FetchError

_FIRST_REST = timedelta(minutes=15)
_LONGEST_REST = timedelta(hours=24)
_REFUSALS = frozenset({403, 429})
_RESTS_ON_DEMAND = frozenset({403, 429, 503})
_HOST_FAILS = frozenset({"dns", "connect", "tls", "timeout", "unavailable"})
_FAILURES_BEFORE_REST = 3


def host_of(url: str) -> str:
    """Name the host of an address, in lower case; empty if it has none."""
    try:
        return (urlsplit(url).hostname or "").rstrip(".")
    except ValueError:
        return ""


@cache
def _suffixes() -> PublicSuffixList:
    return PublicSuffixList()


def registrable_domain(host: str) -> str:
    """Name the domain that its owner registered (publicsuffix.org); an address is its own."""
    if ":" in host or host.replace(".", "").isdigit():
        return host
    return str(_suffixes().privatesuffix(host) or host)


@dataclass(slots=True)
class _Host:
    running: int = 0
    free_at_s: float = 0.0
    failures: int = 0
    """In a row, of whichever of its feeds."""


class Politeness:
    """Remembers who was asked when; in memory only, in seconds of a monotonic clock.

    One request at a time and one start in `host_interval_s` for each host; 0 switches both off.
    """

    def __init__(self, *, host_interval_s: float) -> None:
        self._interval_s = host_interval_s
        self._hosts: dict[str, _Host] = {}
        self._refusals: dict[str, int] = {}

    def busy_hosts(self, now_s: float) -> frozenset[str]:
        """Name the hosts that may not be asked now: being asked, asked a moment ago, or failing."""
        if not self._interval_s:
            return frozenset()
        return frozenset(
            name for name, host in self._hosts.items() if host.running or host.free_at_s > now_s
        )

    def started(self, host: str, now_s: float) -> None:
        """Note that a host is being asked."""
        state = self._hosts.setdefault(host, _Host())
        state.running += 1
        state.free_at_s = now_s + self._interval_s

    def finished(self, host: str, now_s: float, error: FeedError | None = None) -> None:
        """Note that a host has answered, or failed to; after three failures in a row it rests."""
        state = self._hosts.setdefault(host, _Host())
        state.running = max(state.running - 1, 0)
        if error is None or error.kind not in _HOST_FAILS:
            state.failures = 0
            return
        state.failures += 1
        if state.failures >= _FAILURES_BEFORE_REST:
            state.free_at_s = now_s + _FIRST_REST.total_seconds()

    def rest_after(self, host: str, error: FeedError | None, now: datetime) -> datetime | None:
        """Tell until when a host's whole domain rests after a poll; success (`None`) forgives.

        What the server asks for in Retry-After, at most 24 h; else, after 429 and 403, 15 minutes,
        doubled each time up to 24 h.
        """
        domain = registrable_domain(host)
        if error is None:
            self._refusals.pop(domain, None)
            return None
        if not isinstance(error, FetchError):
            return None
        if error.retry_after and error.status in _RESTS_ON_DEMAND:
            return now + min(error.retry_after, _LONGEST_REST)
        if error.status not in _REFUSALS:
            return None
        refusals = self._refusals[domain] = self._refusals.get(domain, 0) + 1
        return now + min(_FIRST_REST * (1 << min(refusals - 1, 10)), _LONGEST_REST)
