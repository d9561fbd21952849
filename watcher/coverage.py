"""Pure: did two snapshots of a feed overlap, and what may have been missed between."""

from datetime import datetime, timedelta

from watcher.models import Document, Feed, Gap

LONGEST_WAIT = timedelta(hours=24)
"""A feed not read for longer was not polled as planned: nobody watched."""
_FULL = 0.5
"""A document of less than this share of the one before has room left: its length cut nothing."""


def gap_after(feed: Feed, document: Document, *, overlaps: bool, now: datetime) -> Gap | None:
    """Tell in which stretch items of a feed may have come and gone unseen before this document.

    `feed` is as it was before the poll; `overlaps` tells whether the document holds an item known
    before, or none at all. A feed's first items open its coverage and have no gap before them.
    """
    nothing_known = feed.newest_at is None and not feed.stats.document_items
    if overlaps or feed.last_success_at is None or nothing_known:
        return None
    newest_at = feed.newest_at or feed.last_success_at
    oldest_at = min(
        (item.published_at for item in document.items if item.published_at), default=now
    )
    is_outage = bool(feed.stats.errors_in_a_row) or now - feed.last_success_at > LONGEST_WAIT
    if oldest_at <= newest_at or not (is_outage or _may_be_cut(feed, document)):
        return None
    from_at = feed.last_success_at if feed.last_success_at < oldest_at else newest_at
    return Gap(
        from_at=from_at, to_at=min(oldest_at, now), found_by="outage" if is_outage else "scrolled"
    )


def _may_be_cut(feed: Feed, document: Document) -> bool:
    """Tell whether the document is so long that its limit may have pushed items out."""
    return len(document.items) >= _FULL * feed.stats.document_items > 0
