"""One poll: fetch → parse → settle, with all that waits for the same commit."""

import asyncio
import logging
from contextlib import AsyncExitStack
from dataclasses import dataclass, field
from datetime import timedelta

from watcher.clock import Clock, monotonic
from watcher.errors import FeedError, StoreError
from watcher.fetch import Fetcher
from watcher.models import Answer, Document, Feed, Fetched, Gap, NotModified
from watcher.recover import Parser, Recovery
from watcher.settle import Polled, Settler, Settling, Trouble, Visit

log = logging.getLogger(__name__)

TURN_S = 0.05
"""So long polls are settled before the loop goes on to all else; a few items may take longer."""
PAUSE_S = 0.02
"""So long all others have the loop between two parts of a large document."""
UNCONDITIONAL_AFTER = timedelta(days=1)
"""Servers that always say 304 are asked for the whole document once a day."""

_Outcome = Visit | Trouble | Settling
_Waiting = tuple[_Outcome, asyncio.Future[Polled | Settling]]


@dataclass(slots=True, kw_only=True)
class Poller:
    """Polls feeds, any number at once."""

    fetcher: Fetcher
    box: Parser
    settler: Settler
    clock: Clock
    recovery: Recovery = field(init=False)
    _waiting: list[_Waiting] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.recovery = Recovery(
            fetcher=self.fetcher, box=self.box, settler=self.settler, clock=self.clock
        )

    async def poll(self, feed: Feed) -> Polled:
        """Poll one feed, once. Trouble of the feed is settled too, never raised.

        Raises:
            StoreError: The poll could not be written; it will be due again.
        """
        started_s = monotonic()
        outcome = await self._visit(feed)
        polled = await self._settled(outcome)
        while isinstance(polled, Settling):
            await asyncio.sleep(PAUSE_S)
            polled = await self._settled(polled)
        log.log(
            logging.WARNING if polled.error else logging.INFO,
            "polled feed=%s status=%s new=%d matches=%d ms=%d",
            feed.url,
            polled.status,
            polled.new,
            polled.matches,
            (monotonic() - started_s) * 1000,
        )
        document = outcome.document if isinstance(outcome, Visit) else None
        if document is not None and document.left_out:
            log.warning("too many items feed=%s left_out=%d", feed.url, document.left_out)
        if polled.gap is not None and document is not None:
            await self._recover(feed, document, polled.gap)
        return polled

    async def _visit(self, feed: Feed) -> Visit | Trouble:
        options = self.settler.options_of(feed)
        try:
            async with AsyncExitStack() as held:  # until it is parsed a document takes memory
                answer = await self.fetcher.get(
                    feed,
                    options,
                    conditional=not self._is_stale(feed),
                    turns=self.settler.turns(self.clock),
                    held=held,
                )
                document = await self._parse(feed, answer)
        except FeedError as error:
            return Trouble(feed=feed, at=self.clock(), error=error)
        except StoreError:
            raise
        except Exception as error:  # noqa: BLE001 - one odd feed must not stop the others
            return Trouble(feed=feed, at=self.clock(), error=_bug(feed, error))
        return Visit(feed=feed, at=self.clock(), answer=answer, document=document)

    async def _parse(self, feed: Feed, answer: Answer) -> Document | None:
        """Parse a document, unless it is byte for byte the last one."""
        if isinstance(answer, NotModified):
            return None
        if answer.validators.body_hash == feed.validators.body_hash:
            return None
        document = await self._read(answer, feed.memory)
        if document.known and self.settler.store.are_named_anew(feed, document.items):
            return await self._read(answer, b"")  # which are, only the whole document tells
        return document

    async def _read(self, answer: Fetched, memory: bytes) -> Document:
        return await self.box.parse(
            answer.body, content_type=answer.content_type, url=answer.url, memory=memory
        )

    async def _recover(self, feed: Feed, shown: Document, gap: Gap) -> None:
        """Look once for what was missed before a document; what cannot be had leaves the gap."""
        try:
            await self.recovery.recover(feed, shown, gap)
        except FeedError as error:
            log.info("a gap stays feed=%s: %s", feed.url, error)
        except StoreError:
            raise
        except Exception as error:  # noqa: BLE001 - the poll itself is settled
            _bug(feed, error)

    def _is_stale(self, feed: Feed) -> bool:
        """Tell whether the last whole document is so old that a 304 is not to be trusted.

        One of a time to come is of a clock that was ahead, and may be of any age.
        """
        last_at = feed.last_document_at
        age = self.clock() - last_at if last_at else timedelta(0)
        return not timedelta(0) <= age < UNCONDITIONAL_AFTER

    def _settled(self, outcome: _Outcome) -> asyncio.Future[Polled | Settling]:
        """Settle with all else that waits in this turn of the loop: one commit for all."""
        loop = asyncio.get_running_loop()
        future: asyncio.Future[Polled | Settling] = loop.create_future()
        self._waiting.append((outcome, future))
        if len(self._waiting) == 1:
            loop.call_soon(self._settle_waiting)
        return future

    def _settle_waiting(self) -> None:
        """Settle what waits, as long as a turn may take; what is left has the next one."""
        waiting, self._waiting = self._waiting, []
        settled: list[Polled | Settling] = []
        until_s = self.settler.monotonic() + TURN_S
        try:
            with self.settler.store.transaction():
                for outcome, _ in waiting:
                    settled.append(self._settle_or_back_off(outcome, until_s))
                    if self.settler.monotonic() >= until_s:
                        break
        except Exception as error:  # noqa: BLE001 - whoever waits must hear of it, or waits for ever
            for _, future in waiting:
                if not future.cancelled():
                    future.set_exception(error)
            return
        self._waiting = waiting[len(settled) :]
        if self._waiting:
            asyncio.get_running_loop().call_soon(self._settle_waiting)
        for (_, future), polled in zip(waiting, settled, strict=False):
            if not future.cancelled():
                future.set_result(polled)

    def _settle_or_back_off(self, outcome: _Outcome, until_s: float) -> Polled | Settling:
        try:
            return self.settler.settle_some(outcome, until_s=until_s)
        except StoreError:
            raise
        except Exception as error:  # noqa: BLE001 - one odd feed must not stop the others
            visit = outcome.visit if isinstance(outcome, Settling) else outcome
            bug = _bug(visit.feed, error)
            return self.settler.settle(Trouble(feed=visit.feed, at=visit.at, error=bug))


def _bug(feed: Feed, error: Exception) -> FeedError:
    log.error("a bug while polling feed=%s", feed.url, exc_info=error)
    return FeedError("internal", f"a bug in the watcher ({type(error).__name__}); see its log")
