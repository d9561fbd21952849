"""Which hosts may be asked now: spacing, one request at a time, rest after refusals."""

import asyncio
from collections.abc import AsyncIterator, Iterable, Iterator
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from watcher.clock import Clock, monotonic
from watcher.errors import FeedError, FetchError
from watcher.hosts import registrable_domain
from watcher.models import Rest

_BURST = 12
"""Starts at once that a domain's hosts may make together; in the long run they share one pace."""
_FIRST_REST = timedelta(minutes=15)
_LONGEST_REST = timedelta(hours=24)
_REFUSALS = frozenset({403, 429})
_RESTS_ON_DEMAND = frozenset({403, 429, 503})
_HOST_FAILS = frozenset({"dns", "connect", "tls", "timeout", "unavailable"})
_FAILURES_BEFORE_REST = 3
CAUTION_LASTS = timedelta(days=7)
"""So long is it remembered that a domain had to rest."""
_CAUTION = 0.25


@dataclass(slots=True)
class _Host:
    domain: str
    running: int = 0
    free_at_s: float = 0.0
    failures: int = 0
    """In a row, of whichever of its feeds."""


class Politeness:
    """Remembers who was asked when, in seconds of a monotonic clock, and who had to rest.

    A host is asked one thing at a time and starts are `host_interval_s` apart; the hosts of one
    registrable domain share a bucket of twelve starts, refilled at the same pace. 0 switches off
    all of it but the rests. `rests` are those of before, as they were stored.
    """

    def __init__(self, *, host_interval_s: float, rests: Iterable[Rest] = ()) -> None:
        self._interval_s = host_interval_s
        self._hosts: dict[str, _Host] = {}
        self._full_at_s: dict[str, float] = {}
        """When each domain's bucket is full again (the virtual clock of a leaky bucket)."""
        self._rests = {rest.domain: rest for rest in rests}

    def busy_hosts(self, now_s: float) -> frozenset[str]:
        """Name the hosts that may not be asked now: being asked, asked a moment ago, or failing."""
        self._forget_idle(now_s)
        return frozenset(name for name, host in self._hosts.items() if self._is_busy(host, now_s))

    def busy_domains(self, now_s: float) -> frozenset[str]:
        """Name the domains whose bucket is used up, whichever of their hosts was asked."""
        room_s = (_BURST - 1) * self._interval_s
        return frozenset(
            domain for domain, full_at_s in self._full_at_s.items() if full_at_s - room_s > now_s
        )

    def resting_hosts(self, now_s: float) -> frozenset[str]:
        """Name the hosts that rest since several requests to them failed."""
        return frozenset(
            name
            for name, host in self._hosts.items()
            if host.failures >= _FAILURES_BEFORE_REST and host.free_at_s > now_s
        )

    def pause_s(self, host: str, now_s: float, now: datetime) -> float:
        """Tell how long one more request must wait."""
        domain = registrable_domain(host)
        rest = self._rests.get(domain)
        resting = min(rest.until_at - now, _LONGEST_REST) if rest else timedelta(0)
        state = self._hosts.get(host, _Host(domain))
        waiting_s = self._interval_s if state.running else 0.0
        return max(resting.total_seconds(), self._free_at_s(state, now_s) - now_s, waiting_s, 0.0)

    def started(self, host: str, now_s: float) -> None:
        """Note that a host is being asked."""
        if not self._interval_s:
            return
        state = self._known(host)
        state.running += 1
        state.free_at_s = now_s + self._interval_s
        full_at_s = max(self._full_at_s.get(state.domain, now_s), now_s)
        self._full_at_s[state.domain] = full_at_s + self._interval_s

    @contextmanager
    def free(self, host: str) -> Iterator[None]:
        """Let a host be asked by others meanwhile: who asks it has its answer, and asks elsewhere.

        Two hosts that redirect to each other would else wait for each other.
        """
        is_held = host in self._hosts and self._hosts[host].running > 0
        if is_held:
            self._hosts[host].running -= 1
        try:
            yield
        finally:
            if is_held:
                self._known(host).running += 1

    def finished(self, host: str, now_s: float, error: FeedError | None = None) -> None:
        """Note how a request ended; three failures in a row rest the host.

        One that redirects has answered, whatever became of it then, and so has one whose document
        cannot be parsed, in time or at all.
        """
        if not self._interval_s:
            return
        state = self._known(host)
        state.running = max(state.running - 1, 0)
        if not (isinstance(error, FetchError) and error.kind in _HOST_FAILS) or (
            error.host not in ("", host)
        ):
            state.failures = 0
            return
        state.failures += 1
        if state.failures >= _FAILURES_BEFORE_REST:
            state.free_at_s = now_s + _FIRST_REST.total_seconds()

    def rest_after(self, host: str, error: FeedError, now: datetime) -> Rest | None:
        """Tell how a host's whole domain rests after this trouble; `None` if it need not.

        If `host` has redirected, that of the host that answered rests.
        It rests as long as Retry-After demands; without it, after 429 and 403,
        15 minutes, doubled each time up to 24 h until a success.
        """
        if not isinstance(error, FetchError):
            return None
        domain = registrable_domain(error.host or host)
        rest = self._rests.get(domain) or Rest(domain=domain, until_at=now)
        if error.retry_after and error.status in _RESTS_ON_DEMAND:
            wait, refusals = error.retry_after, rest.refusals
        elif error.status in _REFUSALS:
            refusals = rest.refusals + 1
            wait = min(_FIRST_REST * (1 << min(refusals - 1, 10)), _LONGEST_REST)
        else:
            return None
        # a clock that was ahead may have told a rest of years
        until_at = max(min(rest.until_at, now + _LONGEST_REST), now + wait)
        return self._remember(replace(rest, until_at=until_at, refusals=refusals))

    def forgive(self, host: str, now: datetime) -> Rest | None:
        """Note a success; tells what is left of the domain's refusals, if there were any."""
        rest = self._rests.get(registrable_domain(host)) if self._rests else None
        if rest is None or not rest.refusals:
            return None
        return self._remember(replace(rest, until_at=now, refusals=0))

    def caution(self, host: str, now: datetime) -> float:
        """Tell by what to multiply the price of asking a host: its domain may have had to rest.

        A quarter more after a rest, and less and less so until it is forgotten in a week.
        """
        rest = self._rests.get(registrable_domain(host)) if self._rests else None
        if rest is None:
            return 1.0
        forgotten = max((now - rest.until_at) / CAUTION_LASTS, 0.0)
        return 1.0 + _CAUTION * max(1.0 - forgotten, 0.0)

    def _remember(self, rest: Rest) -> Rest:
        self._rests[rest.domain] = rest
        return rest

    def _known(self, host: str) -> _Host:
        if host not in self._hosts:
            self._hosts[host] = _Host(registrable_domain(host))
        return self._hosts[host]

    def _is_busy(self, host: _Host, now_s: float) -> bool:
        return host.running > 0 or self._free_at_s(host, now_s) > now_s

    def _free_at_s(self, host: _Host, now_s: float) -> float:
        """Tell when host and domain have room for a start; what is past is now."""
        full_at_s = self._full_at_s.get(host.domain, now_s)
        return max(host.free_at_s, full_at_s - (_BURST - 1) * self._interval_s)

    def _forget_idle(self, now_s: float) -> None:
        """Forget what no longer matters, or the memory would grow with every host ever asked."""
        for domain in [name for name, full in self._full_at_s.items() if full <= now_s]:
            del self._full_at_s[domain]
        idle = [
            name
            for name, host in self._hosts.items()
            if not (host.failures or host.domain in self._full_at_s or self._is_busy(host, now_s))
        ]
        for name in idle:
            del self._hosts[name]


@dataclass(frozen=True, slots=True, kw_only=True)
class Turns:
    """Turns at hosts for what a poll asks beside its own: after redirects, for a gap."""

    politeness: Politeness
    clock: Clock

    @asynccontextmanager
    async def at(self, host: str, *, holding: str, patience_s: float) -> AsyncIterator[None]:
        """Ask a host when it and its domain allow it; the poll is not asking `holding` meanwhile.

        Raises:
            FetchError: `rate_limited`: it is to be left alone for longer than `patience_s`.
        """
        error = None
        with self.politeness.free(holding):
            while pause_s := self.politeness.pause_s(host, monotonic(), self.clock()):
                if pause_s > patience_s:
                    why = f"{host} is to be left alone for {pause_s:.0f} s"
                    raise FetchError("rate_limited", why)
                await asyncio.sleep(pause_s)
            self.politeness.started(host, monotonic())
            try:
                yield
            except FetchError as trouble:
                error = trouble
                raise
            finally:
                self.politeness.finished(host, monotonic(), error)
