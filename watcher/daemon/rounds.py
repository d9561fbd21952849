"""Which due feeds start now: slots, hosts that rest, draining at the end."""

import asyncio
import logging
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime

from watcher.clock import monotonic
from watcher.errors import StoreError
from watcher.hosts import host_of
from watcher.models import Feed
from watcher.poll import Poller

log = logging.getLogger(__name__)

STARTS_AT_ONCE = 32
STARTS_EVERY_S = 0.008
"""Polls start a few at a time: a burst of connections overflows the backlog of a small server,
and some of them then hang until their deadline."""
REFILLED_AFTER_S = 0.02
"""So long slots that came free wait for others: the store is asked once for them all."""
STORE_TROUBLE_WAIT_S = 10.0
"""How long no new poll starts after one could not be written (a full disk, say)."""
STORE_TROUBLE_TOLD_EVERY_S = 60.0


@dataclass(slots=True, kw_only=True)
class Rounds:
    """Keeps up to `concurrency` polls under way; asks the store alone what is due."""

    poller: Poller
    concurrency: int
    one_per_host: bool = True
    """Whether a host is asked one thing at a time; off where hosts are not spaced."""
    monotonic: Callable[[], float] = monotonic
    """Tells seconds; for waiting only."""
    under_way: set[asyncio.Task[None]] = field(default_factory=set)
    polls: int = 0
    """How many were made since the polling rule was last calibrated."""
    trouble: str = ""
    """Why polls cannot be written just now; empty when they can."""
    _idle: asyncio.Event = field(default_factory=asyncio.Event)
    _refilling: bool = False
    """Whether more polls are about to start."""
    _starved: bool = False
    """Whether more may be due than there were slots for."""
    _resting_until_s: float = 0.0
    _told_at_s: float = float("-inf")
    _closing: bool = False

    def fill(self) -> None:
        """Start polls of due feeds in the free slots, a few now and the others very soon."""
        if self._refilling or self._closing or self.monotonic() < self._resting_until_s:
            return
        limit = min(self.concurrency - len(self.under_way), STARTS_AT_ONCE)
        self._starved = limit <= 0
        if self._starved:
            return
        try:
            feeds = self._claim(limit)
        except StoreError as error:
            self.rest(error)
            return
        if not (feeds or self.under_way) and self._resting_until_s:
            self._resting_until_s, self.trouble = 0.0, ""  # there is nothing to store any more
        for feed in feeds:
            self.poller.settler.politeness.started(host_of(feed.url), self.monotonic())
            task = asyncio.create_task(self._poll(feed))
            self.under_way.add(task)
            task.add_done_callback(self._ended)
        if len(feeds) == limit:
            self._refill_after(STARTS_EVERY_S)

    def _refill_after(self, wait_s: float) -> None:
        if not self._refilling:
            self._refilling = True
            asyncio.get_running_loop().call_later(wait_s, self._refill)

    def _refill(self) -> None:
        self._refilling = False
        self.fill()
        self._tell_if_idle()

    def _tell_if_idle(self) -> None:
        if not self.under_way and not self._refilling:
            self._idle.set()

    async def until_nothing_is_due(self) -> None:
        """Poll until no feed is due any more, but those of hosts that rest after failures.

        Feeds that only wait for their host to be free again are waited for.

        Raises:
            StoreError: A poll could not be written.
        """
        now = self.poller.clock()
        while not self._closing:
            self.fill()
            if self.under_way or self._refilling:
                self._idle.clear()
                await self._idle.wait()
            elif self.trouble:
                raise StoreError(self.trouble)
            elif (due_at := self._next_due_at()) is not None and due_at <= now:
                await asyncio.sleep(0.05)
            else:
                return

    async def drain(self, timeout_s: float) -> None:
        """Start nothing more; let what is under way end, or cancel it: it stays due."""
        self._closing = True
        if not self.under_way:
            return
        _, late = await asyncio.wait(set(self.under_way), timeout=timeout_s)
        for task in late:
            task.cancel()
        await asyncio.gather(*late, return_exceptions=True)

    def _next_due_at(self) -> datetime | None:
        settler = self.poller.settler
        resting = settler.politeness.resting_hosts(self.monotonic())
        return settler.store.next_due_at(resting_hosts=resting)

    def _claim(self, limit: int) -> list[Feed]:
        politeness = self.poller.settler.politeness
        return list(
            self.poller.settler.store.claim_due(
                now=self.poller.clock(),
                limit=limit,
                busy_hosts=politeness.busy_hosts(self.monotonic()),
                busy_domains=politeness.busy_domains(self.monotonic()),
                one_per_host=self.one_per_host,
            )
        )

    async def _poll(self, feed: Feed) -> None:
        error = None
        self.polls += 1
        try:
            error = (await self.poller.poll(feed)).error
            self.trouble = ""
        except StoreError as trouble:
            self.rest(trouble)
        finally:
            self.poller.settler.politeness.finished(host_of(feed.url), self.monotonic(), error)
            self.poller.settler.store.release(feed.id)

    def _ended(self, task: asyncio.Task[None]) -> None:
        self.under_way.discard(task)
        if not task.cancelled() and (bug := task.exception()) is not None:
            log.error("a bug ended a poll", exc_info=bug)
            self.trouble = f"a bug ended a poll ({type(bug).__name__}: {bug}); see the log"
        if self._starved:
            self._refill_after(REFILLED_AFTER_S)
        self._tell_if_idle()

    def rest(self, error: StoreError) -> None:
        """Start no poll for a while, since the store takes nothing; told once a minute."""
        now_s = self.monotonic()
        self.trouble = str(error)
        self._resting_until_s = now_s + STORE_TROUBLE_WAIT_S
        if now_s - self._told_at_s >= STORE_TROUBLE_TOLD_EVERY_S:
            self._told_at_s = now_s
            log.warning(
                "polls cannot be stored, trying again every %d s: %s", STORE_TROUBLE_WAIT_S, error
            )
