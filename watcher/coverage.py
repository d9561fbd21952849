"""Pure: did two snapshots of a feed overlap, and what may have been missed between."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from watcher.clock import tells_time
from watcher.models import PINNED, Document, Feed, Gap, Item, Watched

LONGEST_WAIT = timedelta(hours=26)
"""A feed not read for longer was not polled as planned, by the bounds that most have (24 h, with
jitter): nobody watched. Some plan to wait longer."""
_LATE = timedelta(hours=2)
"""So long after its time a poll still comes as planned."""
_AHEAD = timedelta(days=1)
"""So far ahead of the clock the dates of news may be; others tell of what is to come."""
_SHOWN_ANEW = 0.25
"""What share of a document's items may be old ones that it shows anew, or come late, at most
`PINNED`."""
_BY_CHANCE = 2
"""So few items may stand from new to old in a document without any order."""
_LEAST_SHARED = 5
_SAME, _LISTED = 0.9, 0.8
"""What shares of the sitemap's items the feed must show, and of the feed's the sitemap must list,
for both to tell of the same news; dates may differ by a little at the ends."""


Known = Sequence[Item | None]
"""The items of a document that were known before it, as they were first seen; `None` where nothing
is left of one. Of more than `PINNED` the rest may be left out."""


def gap_after(
    feed: Feed, document: Document, *, new: Sequence[Item], known: Known, now: datetime
) -> Gap | None:
    """Tell in which stretch items of a feed may have come and gone unseen before this document.

    `feed` is as it was before the poll; `new` and `known` are the items of the document, by whether
    they were known before. A feed's first items open its coverage and have no gap before them.

    Where nothing stood, before or now, no item was pushed out of a document that was read.

    A feed that stood empty told the truth if what it shows next is newer, and one item or less than
    it used to show: warnings come and go. Else something was wrong with it, since the newest item
    known.

    A document renewed by exactly its own length has lost nothing, and leaves a (short) gap all the
    same: dates have whole seconds that items share, so none tells that there was nothing between.
    """
    nothing_known = feed.newest_at is None and not feed.stats.document_items
    if feed.last_success_at is None or nothing_known:
        return None
    if (document.known and not document.left_out) or (known and not new):
        return None  # what is left out stands between what is shown and what was known
    if len(known) <= PINNED and _are_pinned(document, new, known):
        known = ()
    if goes_on(feed, new, known, now=now):
        return None
    newest_at = feed.newest_at or feed.last_success_at
    # of a day without a time it cannot be told when in it an item came
    later = sorted(
        item.published_at
        for item in new
        if item.published_at and item.published_at > newest_at and tells_time(item.published_at)
    )
    oldest_at = later[0] if later else now
    to_at = later[_few_of(later)] if later else now  # a few may have come late, dated back
    has_waited = _waits(feed.last_success_at, feed.stats.planned_at, now)
    is_outage = bool(feed.stats.errors_in_a_row) or not has_waited
    may_be_cut = document.items and feed.stats.document_items
    is_late = feed.last_success_at >= oldest_at  # what it shows was not there when it was read
    if feed.stats.stood_empty:
        is_late |= len(document.items) >= max(feed.stats.document_items, 2)
        may_be_cut = may_be_cut and is_late
    if not (is_outage or may_be_cut):
        return None
    news_at = feed.newest_at or feed.stats.news_at or feed.last_success_at
    from_at = news_at if is_late else feed.last_success_at
    return Gap(
        from_at=from_at, to_at=min(to_at, now), found_by="outage" if is_outage else "scrolled"
    )


def goes_on(feed: Feed, new: Sequence[Item], known: Known, *, now: datetime) -> bool:
    """Tell whether a document reaches back to the newest item known before it.

    A few items tell nothing, unless one is the newest itself: one pinned to the top stays in all
    documents, is dated anew or ahead, or not at all; an old one may be shown anew.
    """
    if len(known) > PINNED:
        return True
    if any(item is not None and _is_newest(item, feed, now) for item in known):
        return True
    dates = [item.published_at for item in new if item.published_at]
    newest_at = feed.newest_at or feed.last_success_at or now
    behind = sum(is_behind(date, newest_at) for date in dates)
    return behind > _few_of(dates)


def is_behind(date: datetime, newest_at: datetime) -> bool:
    """Tell whether an item is older than the newest one known; on its day any may be as new."""
    if tells_time(date):
        return date < newest_at
    return date.date() < newest_at.date()


def _few_of(dates: Sequence[datetime]) -> int:
    """Tell how many items of a document may be dated otherwise than the others."""
    return min(PINNED, int(_SHOWN_ANEW * len(dates)))


def _are_pinned(document: Document, new: Sequence[Item], known: Known) -> bool:
    """Tell whether all known items stand above newer ones, and these go down from new to old.

    One pinned as soon as it came may be the newest known. Two new ones stand so by chance.
    """
    dates = [item.published_at for item in new if item.published_at]
    if len(set(dates)) <= _BY_CHANCE or dates != sorted(dates, reverse=True):
        return False
    names = [(item.guid, item.link, item.title) for item in document.items]
    first = (new[0].guid, new[0].link, new[0].title)
    are_above = first in names and names.index(first) >= len(known)
    return are_above and all(_is_before(item, dates[0]) for item in known)


def _is_before(item: Item | None, at: datetime) -> bool:
    return item is None or item.published_at is None or item.published_at < at


def _is_newest(item: Item, feed: Feed, now: datetime) -> bool:
    """Tell whether none was newer: it came with the latest news, and no date says otherwise."""
    came_at, news_at = item.seen_at, feed.stats.news_at
    if came_at is not None and news_at is not None and came_at < news_at:
        return False
    if item.published_at is None:
        return feed.newest_at is None
    is_old = feed.newest_at is not None and is_behind(item.published_at, feed.newest_at)
    return not is_old and item.published_at <= now + _AHEAD


@dataclass(frozen=True, slots=True, kw_only=True)
class Missed:
    """Items of a gap; `is_whole` tells whether they are all there were."""

    items: tuple[Item, ...]
    is_whole: bool


def missed_in(
    gap: Gap, shown: Document, listed: Sequence[Item], unknown: Sequence[Item]
) -> Missed | None:
    """Tell which items of a gap a sitemap lists; `None` if it cannot be trusted to be the feed's.

    `shown` is the document after the gap, `unknown` those of the `listed` that the feed has not.
    """
    # A sitemap is of a whole site, a feed may be a section of it, and who watches a section wants
    # no more. So both must tell of the same news where both can be seen, in the stretch that the
    # document shows: then what the sitemap lists before that is what the feed has shown there.
    news = {item.link for item in unknown}
    dates = [item.published_at for item in shown.items if item.published_at]
    if not dates:
        return None
    common = _dated(listed, min(dates), max(dates))
    known = sum(item.link not in news for item in common)
    if known < max(_LEAST_SHARED, _SAME * len(common), _LISTED * len(shown.items)):
        return None
    seen = [item.published_at for item in listed if item.link not in news and item.published_at]
    # an item may come into the feed later than its date says: after the poll that the gap begins at
    begin_at = max((date for date in seen if date <= gap.from_at), default=None)
    missed = _dated(listed, begin_at or gap.from_at, gap.to_at)
    return Missed(
        items=tuple(item for item in missed if item.link in news),
        is_whole=begin_at is not None
        and all(item.published_at for item in unknown)
        and {item.link for item in shown.items} <= {item.link for item in listed},
    )


def _dated(items: Sequence[Item], from_at: datetime, to_at: datetime) -> list[Item]:
    return [item for item in items if item.published_at and from_at <= item.published_at <= to_at]


@dataclass(frozen=True, slots=True, kw_only=True)
class Coverage:
    """How much of the time asked for was covered: feed-time, the sum over the feeds asked.

    A feed covers the time from its first document to now; less its gaps; and no further than its
    last good poll if it fails, or was not polled as planned since. What lies before the document is
    asked for all the same: nobody watched.
    """

    asked: timedelta
    covered: timedelta
    gaps: int
    unseen: int
    """Feeds that cannot be seen at the end of the time asked for; their gaps are not known yet."""

    @property
    def share(self) -> float:
        """The covered share of what was asked; all of nothing."""
        return self.covered / self.asked if self.asked else 1.0


def coverage(
    feeds: Iterable[Watched], *, since: datetime | None, until: datetime | None, now: datetime
) -> Coverage:
    """Tell how much of a stretch of time these feeds covered; without `since`, of all their time.

    What lies ahead of `now` is not asked for.
    """
    asked = covered = timedelta(0)
    gaps = unseen = 0
    end_at = min(until or now, now)
    for feed in feeds:
        begin_at = min(since or feed.added_at, end_at)
        opens_at = feed.first_success_at or now
        seen_until_at = _seen_until(feed, now)
        inside = [gap for gap in feed.gaps if gap.to_at >= begin_at and gap.from_at <= end_at]
        asked += end_at - begin_at
        covered += _seen(max(begin_at, opens_at), min(end_at, seen_until_at), inside)
        gaps += len(inside)
        unseen += seen_until_at < end_at
    return Coverage(asked=asked, covered=covered, gaps=gaps, unseen=unseen)


def _seen_until(feed: Watched, now: datetime) -> datetime:
    if feed.last_success_at is None:
        return feed.added_at
    waits = _waits(feed.last_success_at, feed.planned_at, now)
    return now if waits and not feed.is_failing else feed.last_success_at


def _waits(read_at: datetime, planned_at: datetime | None, now: datetime) -> bool:
    """Tell whether a feed that was last read then waits as planned, and is not left unwatched."""
    return now <= max(read_at + LONGEST_WAIT, (planned_at or read_at) + _LATE)


def _seen(begin_at: datetime, end_at: datetime, gaps: Sequence[Gap]) -> timedelta:
    """Add up what lies between the gaps; these may overlap."""
    at, seen = begin_at, timedelta(0)
    for gap in sorted(gaps, key=lambda gap: gap.from_at):
        seen += max(min(gap.from_at, end_at) - at, timedelta(0))
        at = max(at, gap.to_at)
    return seen + max(end_at - at, timedelta(0))
