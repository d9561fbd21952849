"""Which due feeds start now: slots, hosts that rest, draining at the end."""

import asyncio
import logging
from collections.abc import Callable
from dataclasses import dataclass, field

from watcher.clock import monotonic
from watcher.errors import StoreError
from watcher.hosts import host_of
from watcher.models import Feed
from watcher.poll import Poller

log = logging.getLogger(__name__)

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
    _more: bool = False
    _resting_until_s: float = 0.0
    _told_at_s: float = float("-inf")
    _closing: bool = False

    def fill(self) -> int:
        """Start polls of due feeds in the free slots; returns how many started."""
        free = self.concurrency - len(self.under_way)
        if self._closing or free <= 0 or self.monotonic() < self._resting_until_s:
            return 0
        try:
            feeds = self._claim(free)
        except StoreError as error:
            self._store_trouble(error)
            return 0
        for feed in feeds:
            self.poller.settler.politeness.started(host_of(feed.url), self.monotonic())
            task = asyncio.create_task(self._poll(feed))
            self.under_way.add(task)
            task.add_done_callback(self._ended)
        self._more = len(feeds) == free
        return len(feeds)

    async def until_nothing_is_due(self) -> None:
        """Poll until no feed is due any more, those included that wait for their host.

        Raises:
            StoreError: A poll could not be written.
        """
        now = self.poller.clock()
        while not self._closing:
            self.fill()
            if self.under_way:
                self._idle.clear()
                await self._idle.wait()
            elif self.trouble:
                raise StoreError(self.trouble)
            elif (due_at := self.poller.settler.store.next_due_at()) is not None and due_at <= now:
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

    def _claim(self, limit: int) -> list[Feed]:
        politeness = self.poller.settler.politeness
        return list(
            self.poller.settler.store.claim_due(
                now=self.poller.clock(),
                limit=limit,
                busy_hosts=politeness.busy_hosts(self.monotonic()),
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
            self._store_trouble(trouble)
        finally:
            self.poller.settler.politeness.finished(host_of(feed.url), self.monotonic(), error)
            self.poller.settler.store.release(feed.id)

    def _ended(self, task: asyncio.Task[None]) -> None:
        self.under_way.discard(task)
        if not task.cancelled() and (bug := task.exception()) is not None:
            log.error("a bug ended a poll", exc_info=bug)
        if self._more and len(self.under_way) <= self.concurrency * 3 // 4:
            self.fill()
        if not self.under_way:
            self._idle.set()

    def _store_trouble(self, error: StoreError) -> None:
        now_s = self.monotonic()
        self.trouble = str(error)
        self._resting_until_s = now_s + STORE_TROUBLE_WAIT_S
        if now_s - self._told_at_s >= STORE_TROUBLE_TOLD_EVERY_S:
            self._told_at_s = now_s
            log.warning(
                "polls cannot be stored, trying again every %d s: %s", STORE_TROUBLE_WAIT_S, error
            )
