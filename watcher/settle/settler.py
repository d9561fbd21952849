"""Writes polls down: their items, matches and notices, and when the next one comes."""

import asyncio
import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from watcher.clock import Clock, monotonic
from watcher.coverage import gap_after, goes_on, missed_in
from watcher.errors import FetchError
from watcher.fetch import Politeness, Turns
from watcher.hosts import host_of, registrable_domain
from watcher.models import (
    PINNED,
    Document,
    Feed,
    FeedOptions,
    Fetched,
    Gap,
    Hints,
    Item,
    Match,
    Origin,
    PollResult,
    PollStats,
    Validators,
)
from watcher.schedule import Calibration, Clamps, Plan, observe, plan
from watcher.settle.lessons import (
    as_told,
    demanded_by,
    hints_after,
    is_backlog,
    is_late,
    is_news,
    move_after,
    newest_after,
    result_of,
    validators_after,
)
from watcher.settle.outcome import Polled, Settling, Trouble, Visit, Watch
from watcher.store import Added, Arriving, PollRecord, Store

GONE_TO_BELIEVE = 2
"""How often a server must say 410 before the feed is asked only once in `GONE_WAIT`."""
GONE_WAIT = timedelta(days=7)
AT_ONCE = 25
"""How many items are stored, with what they match, before it is looked how long it took."""
_DATED_BACK = timedelta(days=1)
"""An item may come into a feed so much later than its date says."""


@dataclass(slots=True, kw_only=True)
class Settler:
    """Writes polls down; `watch` and `calibration` may be replaced between two of them."""

    store: Store
    politeness: Politeness
    watch: Watch
    calibration: Calibration
    clamps: Clamps
    options_of: Callable[[Feed], FeedOptions]
    monotonic: Callable[[], float] = monotonic
    """Tells seconds; for taking turns only."""

    def settle(self, outcome: Visit | Trouble) -> Polled:
        """Write one poll down, all or none of it.

        Raises:
            StoreError: It could not be written.
        """
        with self.store.transaction():
            settled = self.settle_some(outcome, until_s=math.inf)
            while isinstance(settled, Settling):
                settled = self.settle_some(settled, until_s=math.inf)
            return settled

    def settle_some(
        self, outcome: Visit | Trouble | Settling, *, until_s: float
    ) -> Polled | Settling:
        """Write one poll down, or as many of its items, with all they match, as can be until then.

        What is left comes back, to be settled in turn; the next poll has to find it otherwise.

        Args:
            outcome: What came of the poll.
            until_s: When it has taken long enough, on the monotonic clock; some items are always
                taken.

        Raises:
            StoreError: It could not be written.
        """
        with self.store.transaction():
            if isinstance(outcome, Trouble):
                return self._settle_trouble(outcome)
            settling = self._begin(outcome) if isinstance(outcome, Visit) else outcome
            if self._take_in_some(settling, until_s):
                return self._end(settling)
            if settling.gap is not None and not settling.is_begun:
                self.store.open_gap(settling.visit.feed, settling.gap, now=settling.visit.at)
            settling.is_begun = True
            return settling

    async def recover(self, feed: Feed, document: Document, gap: Gap, *, now: datetime) -> bool:
        """Take in an older page of a feed; tells whether older ones have no more to tell.

        A page that goes on from what was known before the gap closes it; one that broke off does
        not: what it lost may lie in the gap. What is new of long before is left: archives begin
        before the subscription.

        Raises:
            StoreError: It could not be written.
        """
        begin_at = gap.from_at - _DATED_BACK
        is_old = {
            item
            for item in self.store.unknown_items(feed, document.items)
            if item.published_at and item.published_at < begin_at
        }
        wanted = tuple(item for item in document.items if item not in is_old)
        added = await self._take_in(feed, replace(document, items=wanted), now=now)
        known = self._first_seen(added.known, most=PINNED + 1)
        reaches_back = goes_on(feed, added.new, known, now=now)
        if reaches_back and not document.is_torn:
            self.store.close_gap(feed, gap)
        return reaches_back or bool(is_old)

    async def recover_listed(
        self, feed: Feed, shown: Document, listed: Document, gap: Gap, *, now: datetime
    ) -> bool:
        """Take in what a sitemap lists of the gap before `shown`; tells whether it is the feed's.

        Raises:
            StoreError: It could not be written.
        """
        unknown = self.store.unknown_items(feed, listed.items)
        missed = missed_in(gap, shown, listed.items, unknown)
        if missed is None:
            return False
        await self._take_in(feed, replace(shown, items=missed.items), now=now)
        if missed.is_whole:
            self.store.close_gap(feed, gap)
        return True

    def turns(self, clock: Clock) -> Turns:
        """Give turns at the hosts that are polled."""
        return Turns(politeness=self.politeness, clock=clock)

    def heed(self, host: str, error: FetchError, *, now: datetime) -> None:
        """Let a host's domain rest if it demands so of a request beside the polls.

        Raises:
            StoreError: It could not be written.
        """
        # a plain 403 is of that one document: servers say it of whatever they do not show
        if error.status == 429 or error.retry_after:
            rest = self.politeness.rest_after(host, error, now=now)
            if rest is not None:
                self.store.keep_rest(rest)

    def _begin(self, visit: Visit) -> Settling:
        """Sort the items of a document, and tell what it missed; the items are not stored yet."""
        feed, document = visit.feed, visit.document
        if document is None:
            return Settling(visit=visit, items=None, gap=None, broke_off=False)
        items = self.store.arriving_items(
            as_told(feed, document), document.items, are_all=document.known == 0, now=visit.at
        )
        gap = self._gap_before(feed, document, items, now=visit.at)
        broke_off = gap is not None and document.is_torn and not feed.stats.broke_off
        if broke_off:  # in what was left out it may go on; it is put off once
            gap = None
        return Settling(visit=visit, items=items, gap=gap, broke_off=broke_off)

    def _end(self, settling: Settling) -> Polled:
        visit, items = settling.visit, settling.items
        added = Added(new=tuple(settling.new), known=tuple(items.known) if items else ())
        gap = None if settling.is_begun else settling.gap
        record = self._record(visit, added, settling.gap, broke_off=settling.broke_off)
        self.store.record_poll(visit.feed, replace(record, gap=gap))
        return Polled(
            feed=visit.feed,
            changed=visit.document is not None,
            new=len(added.new),
            matches=settling.matches,
            gap=settling.gap,
        )

    def _gap_before(
        self, feed: Feed, document: Document, items: Arriving, *, now: datetime
    ) -> Gap | None:
        """Tell what may have scrolled out of the feed unseen before this document.

        What one has shown that broke off counts as new with the next.
        """
        new, known = items.new, self._first_seen(items.known, most=PINNED + 1)
        if feed.stats.broke_off:
            feed = replace(feed, last_success_at=feed.last_document_at or feed.first_success_at)
            known = self._first_seen(items.known, most=len(items.known))
            late = [item for item in known if item is not None and is_late(item, feed)]
            known = [item for item in known if item is None or not is_late(item, feed)]
            new = (*new, *late)
        return gap_after(feed, document, new=new, known=known, now=now)

    def _first_seen(self, known: Sequence[int], *, most: int) -> list[Item | None]:
        """Read the known items of a document, so many that not all can be pinned to it."""
        return [self.store.item(number) for number in known[:most]]

    def _take_in_some(self, settling: Settling, until_s: float) -> bool:
        """Store items and log what they match until it has taken long enough; tells if all are in.

        None is stored without its matches.
        """
        items, visit = settling.items, settling.visit
        while items is not None and not items.are_in:
            added = items.store_some(AT_ONCE)
            settling.new += added.new
            settling.matches += self._log_matches(visit.feed, added, now=visit.at)
            if self.monotonic() >= until_s:
                return items.are_in
        return True

    async def _take_in(self, feed: Feed, document: Document, *, now: datetime) -> Added:
        """Store the new ones of some items and log what they match; the loop goes on meanwhile."""
        told = as_told(feed, document)
        items = self.store.arriving_items(told, document.items, now=now)
        new: list[Item] = []
        while not items.are_in:
            with self.store.transaction():
                added = items.store_some(AT_ONCE)
                self._log_matches(feed, added, now=now)
            new += added.new
            await asyncio.sleep(0)
        return Added(new=tuple(new), known=tuple(items.known))

    def _log_matches(self, feed: Feed, added: Added, *, now: datetime) -> int:
        """Log what items match; tells how many matches are new."""
        found: dict[Origin, list[tuple[Item, Match]]] = {Origin.BACKLOG: [], Origin.LIVE: []}
        for item, match in self.watch.matcher.match_together((*added.new, *added.rewritten)):
            origin = Origin.BACKLOG if is_backlog(item, feed) else Origin.LIVE
            found[origin].append((item, match))
        logged = [
            self.store.log_matches(
                matches,
                topics=self.watch.topics,
                origin=origin,
                now=now,
                notify=origin is Origin.LIVE,
            )
            for origin, matches in found.items()
            if matches
        ]
        return sum(map(len, logged))

    def _record(
        self, visit: Visit, added: Added, gap: Gap | None, *, broke_off: bool
    ) -> PollRecord:
        feed, answer, document, now = visit.feed, visit.answer, visit.document, visit.at
        stats = observe(feed.stats, result_of(feed, document, added, now=now))
        hints = hints_after(feed, answer, document)
        if document is not None:
            stats = replace(
                stats,
                stood_empty=not (document.items or document.known),
                broke_off=broke_off,
                news_at=now if is_news(feed, added) and not broke_off else stats.news_at,
            )
        validators = validators_after(answer, document, added)
        planned = self._plan(
            replace(feed, validators=validators),
            stats,
            hints,
            now=now,
            after_gap=gap is not None,
        )
        move = move_after(feed, answer)
        is_whole = isinstance(answer, Fetched) and not broke_off
        if feed.last_success_at is None and document is not None:  # with the next it opens, too
            is_whole = is_whole and not (document.is_torn or document.left_out)
        return PollRecord(
            polled_at=now,
            next_poll_at=planned.next_poll_at,
            stats=replace(stats, planned=planned.expected, planned_at=planned.next_poll_at),
            hints=hints,
            validators=validators,
            memory=document.memory if document else None,
            title=document.title if document else None,
            language=document.language if document else None,
            newest_at=None if broke_off else newest_after(feed, added, now=now),
            last_document_at=now if is_whole else None,
            gap=gap,
            url=move.url,
            moved_to=move.moved_to,
            moved_times=move.moved_times,
            rest=self.politeness.forgive(host_of(answer.url), now),
        )

    def _settle_trouble(self, trouble: Trouble) -> Polled:
        feed, error, now = trouble.feed, trouble.error, trouble.at
        stats = observe(feed.stats, PollResult(polled_at=now, ok=False))
        rest = self.politeness.rest_after(host_of(feed.url), error, now=now)
        gone_times = feed.gone_times + 1 if error.kind == "gone" else feed.gone_times
        planned = self._plan(
            feed,
            stats,
            feed.hints,
            now=now,
            demanded=GONE_WAIT if gone_times >= GONE_TO_BELIEVE else demanded_by(error),
        )
        record = PollRecord(
            polled_at=now,
            next_poll_at=planned.next_poll_at,
            stats=replace(stats, planned=stats.planned + planned.expected),
            error=error,
            validators=Validators(),
            gone_times=gone_times,
            moved_to=feed.moved_to,
            moved_times=feed.moved_times,
            rest=rest,
        )
        self.store.record_poll(feed, record)
        return Polled(feed=feed, error=error)

    def _plan(
        self,
        feed: Feed,
        stats: PollStats,
        hints: Hints,
        *,
        now: datetime,
        after_gap: bool = False,
        demanded: timedelta = timedelta(0),
    ) -> Plan:
        host, validators = host_of(feed.url), feed.validators
        crowded = self.calibration.crowded.get(registrable_domain(host), 1.0)
        price = self.calibration.price * crowded * self.politeness.caution(host, now)
        return plan(
            stats,
            hints,
            now,
            Calibration(price=price),
            url=feed.url,
            options=self.options_of(feed),
            clamps=self.clamps,
            has_validators=bool(validators.etag or validators.last_modified),
            after_gap=after_gap,
            demanded=demanded,
        )
